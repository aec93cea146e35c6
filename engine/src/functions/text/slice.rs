//! Parts of texts and their lengths: LEFT, RIGHT, MID, LEN.

use super::units::{length, push_slice};
use crate::functions::declare::functions;
use crate::functions::{Context, IntoOperand, Written};
use crate::value::CellError;

functions! {
    /// The first `count` characters of a text.
    ///
    /// A character outside the basic plane, such as an emoji, counts as one and is never split.
    ///
    ///     =LEFT("spreadsheet", 6)    -> "spread"
    ///     =LEFT("abc")               -> "a"
    ///     =LEFT("abc", 10)           -> "abc"
    ///     =LEFT("abc", -1)           -> #VALUE!
    "LEFT"(text: Text, count: Number = 1) => map(left);

    /// The last `count` characters of a text.
    ///
    ///     =RIGHT("spreadsheet", 5)   -> "sheet"
    ///     =RIGHT(2026, 2)            -> "26"
    ///     =RIGHT("abc", 0)           -> ""
    "RIGHT"(text: Text, count: Number = 1) => map(right);

    /// The `count` characters of a text from the place `start` on, which counts from 1.
    ///
    ///     =MID("spreadsheet", 7, 5)  -> "sheet"
    ///     =MID("abc", 3, 10)         -> "c"
    ///     =MID("abc", 9, 1)          -> ""
    ///     =MID("abc", 0, 1)          -> #VALUE!
    "MID"(text: Text, start: Number, count: Number) => map_in(mid);

    /// The number of characters of a text.
    ///
    /// In workbooks of compatibility version 1 an emoji counts 2.
    ///
    ///     =LEN("sheet")              -> 5
    ///     =LEN(8.5/24)               -> 17
    ///     =LEN("")                   -> 0
    "LEN"(text: Text) => map_in(len);

    /// LEFT, counted in bytes where a language has characters of two bytes; elsewhere the same.
    ///
    ///     =LEFTB("spreadsheet", 6)   -> "spread"
    "LEFTB"(text: Text, count: Number = 1) => map(left);

    /// RIGHT, counted in bytes where a language has characters of two bytes; elsewhere the same.
    ///
    ///     =RIGHTB("spreadsheet", 5)  -> "sheet"
    "RIGHTB"(text: Text, count: Number = 1) => map(right);

    /// MID, counted in bytes where a language has characters of two bytes; elsewhere the same.
    ///
    ///     =MIDB("spreadsheet", 7, 5) -> "sheet"
    "MIDB"(text: Text, start: Number, count: Number) => map_in(mid);

    /// LEN, counted in bytes where a language has characters of two bytes; elsewhere the same.
    ///
    ///     =LENB("sheet")             -> 5
    "LENB"(text: Text) => map_in(len);
}

/// A count of characters, cut to an integer.
///
/// # Errors
///
/// `#VALUE!` if it is negative.
pub(super) fn count_of(count: f64) -> Result<usize, CellError> {
    if count < 0.0 {
        return Err(CellError::Value);
    }
    // The cast cuts, and saturates at what no text has.
    Ok(count as usize)
}

/// A place that counts from 1, as one that counts from 0.
///
/// # Errors
///
/// `#VALUE!` if it is below 1.
pub(super) fn place_of(start: f64) -> Result<usize, CellError> {
    if start < 1.0 {
        return Err(CellError::Value);
    }
    Ok(start as usize - 1)
}

fn left(text: &str, count: f64) -> Result<&str, CellError> {
    let count = count_of(count)?;
    let end = text
        .char_indices()
        .nth(count)
        .map_or(text.len(), |(end, _)| end);
    Ok(&text[..end])
}

fn right(text: &str, count: f64) -> Result<&str, CellError> {
    let start = match count_of(count)? {
        0 => text.len(),
        count => text
            .char_indices()
            .nth_back(count - 1)
            .map_or(0, |(start, _)| start),
    };
    Ok(&text[start..])
}

fn mid(context: &Context<'_>, text: &str, start: f64, count: f64) -> impl IntoOperand {
    let units = context.conventions.text_units;
    Written(move |out: &mut String| {
        let (start, count) = (place_of(start)?, count_of(count)?);
        push_slice(out, text, start, count, units);
        Ok(())
    })
}

fn len(context: &Context<'_>, text: &str) -> f64 {
    length(text, context.conventions.text_units) as f64
}
