//! The test harness: case files, the modes in which each case runs, and the rewriting of expectations.
//!
//! A case file holds named cases: commands, a line `----`, and what must hold then. The harness reads them
//! ([`case_file`]), runs them against anything that is a [`Book`] in every [`Mode`](modes::Mode), and can write what it
//! got back into the file ([`bless`]). It knows nothing of how the engine works inside.

pub mod bless;
pub mod block_edit;
pub mod book;
pub mod case_file;
pub mod engine_book;
mod engine_layout;
#[cfg(unix)]
pub mod forked_child;
pub mod literal;
pub mod modes;

pub use book::{Answer, Book};
pub use case_file::{Case, CaseFile, Command, Question};
pub use engine_book::EngineBook;

/// The README's Rust examples, run as tests of the documentation.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;
