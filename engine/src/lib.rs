//! Tabulith: an embeddable in-memory spreadsheet calculation engine.

pub mod environment;
pub mod error;
pub mod limits;

pub mod reference;
pub mod value;

pub mod formula;
pub mod storage;

pub mod functions;
pub mod graph;

pub mod plan;

pub mod recalc;

pub mod workbook;

#[cfg(any(feature = "csv", feature = "messagepack", feature = "xlsx"))]
pub mod formats;

#[cfg(feature = "cli")]
pub mod cli;

pub use error::{Error, ErrorKind, Result};
pub use functions::UserFunction;
pub use workbook::{CancelToken, Snapshot, Transaction, Workbook};
