//! Shared formulas: one text, written for the master's cell, that moves along to the other cells of its group.
//!
//! Moving is done on the text, word by word, so that spacing and everything that is not a relative address stays as
//! it was written. What is no address: texts in quotes, quoted sheet names, brackets, names, functions.

use std::borrow::Cow;

use super::cell_reference::{parse_column, parse_row, push_column};
use super::formula_words::{Word, WordKind, words};
use crate::limits;
use crate::reference::Cell;

/// The formula that `text`, written for the cell `from`, is in the cell `to`.
///
/// An address that leaves the grid wraps around its edge, as in Excel.
///
/// # Examples
///
/// ```
/// use tabulith::formats::xlsx::shift_formula;
/// use tabulith::reference::Cell;
///
/// let text = shift_formula("SUM(A1:$B$2)+LOG10(C3)", Cell::new(0, 3), Cell::new(1, 4));
/// assert_eq!(text, "SUM(B2:$B$2)+LOG10(D4)");
/// ```
pub fn shift_formula(text: &str, from: Cell, to: Cell) -> Cow<'_, str> {
    if from == to {
        return Cow::Borrowed(text);
    }
    let by = (
        i64::from(to.row) - i64::from(from.row),
        i64::from(to.column) - i64::from(from.column),
    );
    let words = words(text);
    let mut out = String::with_capacity(text.len() + 8);
    for (place, word) in words.iter().enumerate() {
        let is_name = word.kind == WordKind::Name;
        if !is_name || !shift_word(&mut out, &words, place, by) {
            out.push_str(word.text);
        }
    }
    Cow::Owned(out)
}

/// Writes the word moved, if it is a relative address: a cell, or one side of `A:C` or `1:3`.
fn shift_word(out: &mut String, words: &[Word<'_>], place: usize, by: (i64, i64)) -> bool {
    let text = |at: usize| words.get(at).map_or("", |word| word.text);
    let (word, next) = (text(place), text(place + 1));
    // A sheet's name, a function's name, a table's name.
    if matches!(next, "!" | "(") || next.starts_with('[') {
        return false;
    }
    // The first sheet of `Sheet1:Sheet3!A1` looks like an address where sheets are called like one.
    if next == ":" && text(place + 3) == "!" {
        return false;
    }
    let Some((column, row)) = split_address(word) else {
        return false;
    };
    let beside_colon = next == ":" || place > 0 && text(place - 1) == ":";
    if (column.is_none() || row.is_none()) && !beside_colon {
        return false;
    }
    if let Some((absolute, column)) = column {
        push_end(out, absolute, column, (by.1, limits::COLUMNS), push_column);
    }
    if let Some((absolute, row)) = row {
        push_end(out, absolute, row, (by.0, limits::ROWS), |out, row| {
            out.push_str(&(row + 1).to_string());
        });
    }
    true
}

/// A column or row with whether it is absolute.
type End = Option<(bool, u32)>;

/// The column and the row that a word names: both for a cell, one for a side of `A:C` or `1:3`.
fn split_address(word: &str) -> Option<(End, End)> {
    let bytes = word.as_bytes();
    let (dollar, rest) = strip_dollar(bytes);
    let letters = rest.iter().take_while(|c| c.is_ascii_alphabetic()).count();
    if letters == 0 {
        return Some((None, Some((dollar, parse_digits(rest)?))));
    }
    let column = (dollar, parse_column(&rest[..letters])?);
    let (dollar, rest) = strip_dollar(&rest[letters..]);
    if rest.is_empty() {
        return (!dollar).then_some((Some(column), None));
    }
    Some((Some(column), Some((dollar, parse_digits(rest)?))))
}

fn strip_dollar(bytes: &[u8]) -> (bool, &[u8]) {
    match bytes.strip_prefix(b"$") {
        Some(rest) => (true, rest),
        None => (false, bytes),
    }
}

fn parse_digits(bytes: &[u8]) -> Option<u32> {
    let all_digits = bytes.iter().all(u8::is_ascii_digit);
    if all_digits { parse_row(bytes) } else { None }
}

/// Writes one end of an address, moved unless it is absolute.
fn push_end(
    out: &mut String,
    absolute: bool,
    position: u32,
    (by, limit): (i64, u32),
    push: impl Fn(&mut String, u32),
) {
    if absolute {
        out.push('$');
        push(out, position);
    } else {
        let moved = (i64::from(position) + by).rem_euclid(i64::from(limit));
        push(out, moved as u32);
    }
}
