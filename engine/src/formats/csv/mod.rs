//! Comma-separated values and their kin: .csv, .tsv, .txt.
//!
//! Such a file says nothing of types, encoding or delimiter; all three are given or found out:
//!
//! - [`open`] and [`read`] stream records into packed columns; a field that Excel would take for a number, a date, a
//!   boolean or an error becomes one, unless that would lose something: `00123` and long digits stay texts. A text that
//!   begins with `=` is a formula only where formulas are asked for.
//! - [`save`] and [`write()`] write a sheet row by row, as it is or as it is shown.
//!
//! Records end with any line break. A blank line is a blank row, as in Excel.

mod decode;
mod detect;
mod encode;
mod field;
mod options;
mod read;
mod records;
mod text_of_cell;
mod write;

#[cfg(test)]
mod tests;

pub use detect::is_text;
pub use options::{Decimal, Encoding, LineEnding, ReadOptions, Values, WriteOptions};
pub(super) use read::sheet_name;
pub use read::{open, read};
pub use write::{save, write, write_area};
