//! Files of other programs: what is read from them and written to them.
//!
//! A format knows nothing of the inside of a workbook. Reading pushes plain data into a sink, writing pulls plain data
//! from a source; the workbook has both sides. Which file is of which kind is told in one place, [`open`] and [`save`].

#[cfg(feature = "csv")]
pub mod csv;
mod file_kind;
#[cfg(feature = "messagepack")]
pub mod messagepack;
mod open_file;
#[cfg(any(feature = "csv", feature = "messagepack"))]
mod recalculate_opened;
mod replace_file;
mod save_file;
#[cfg(feature = "xlsx")]
pub mod xlsx;

pub use file_kind::FileKind;
pub use open_file::{Input, OpenOptions, open};
pub use save_file::{SaveOptions, Saved, save, save_with, to_bytes, to_bytes_with};
