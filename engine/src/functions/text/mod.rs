//! Texts.
//!
//! Lengths and places count as the workbook's compatibility version says ([`units`]); texts that are ASCII take the
//! short way, where bytes, units and characters are one.

pub(super) mod case_and_trim;
pub(super) mod convert;
pub(super) mod delimited;
pub(super) mod find_replace;
pub(super) mod join_split;
pub(super) mod slice;
mod units;

#[cfg(test)]
mod tests;

use crate::limits;
use crate::value::CellError;

/// The text, if a cell can hold it.
///
/// # Errors
///
/// `#VALUE!` if it is too long.
fn bounded(text: String) -> Result<String, CellError> {
    fits(&text).map(|()| text)
}

/// Whether a cell can hold a text.
///
/// # Errors
///
/// As [`bounded`].
fn fits(text: &str) -> Result<(), CellError> {
    // A byte is at least as long as a unit, so counting is seldom needed.
    if text.len() <= limits::TEXT_UNITS || text.encode_utf16().count() <= limits::TEXT_UNITS {
        Ok(())
    } else {
        Err(CellError::Value)
    }
}
