//! Shared formulas: one text, written for the master's cell, that moves along to the other cells of its group.
//!
//! Moving is done on the text, word by word, so that spacing and everything that is not a relative address stays as
//! it was written. What is no address: texts in quotes, quoted sheet names, brackets, names, functions.

use std::borrow::Cow;

use super::cell_reference::{parse_column, parse_row, push_column};
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
    let rows = i64::from(to.row) - i64::from(from.row);
    let columns = i64::from(to.column) - i64::from(from.column);
    let bytes = text.as_bytes();
    let mut out = String::with_capacity(text.len() + 8);
    let mut at = 0;
    while at < bytes.len() {
        let end = match bytes[at] {
            quote @ (b'"' | b'\'') => end_of_quotes(bytes, at, quote),
            b'[' => end_of_brackets(bytes, at),
            c if is_word(c) => {
                let end = end_of_word(bytes, at);
                let word = &text[at..end];
                if !shift_word(&mut out, word, &bytes[..at], &bytes[end..], (rows, columns)) {
                    out.push_str(word);
                }
                at = end;
                continue;
            }
            _ => at + 1,
        };
        // Quotes, brackets and single signs end at ASCII bytes or at the end of the text.
        out.push_str(text.get(at..end).unwrap_or_default());
        at = end;
    }
    Cow::Owned(out)
}

/// Whether a byte can be part of a name or an address; all of UTF-8 beyond ASCII can.
fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(byte, b'_' | b'.' | b'$' | b'\\' | b'?')
        || byte >= 0x80
}

fn end_of_word(bytes: &[u8], start: usize) -> usize {
    let length = bytes[start..].iter().take_while(|byte| is_word(**byte));
    let end = start + length.count();
    // `1E+5` and `1.5E-3` are numbers: the sign belongs to them.
    let word = &bytes[start..end];
    let is_number = word[0].is_ascii_digit() || word[0] == b'.';
    let has_exponent = matches!(word.last(), Some(b'E' | b'e'))
        && word[..word.len() - 1]
            .iter()
            .all(|c| c.is_ascii_digit() || *c == b'.');
    if is_number && has_exponent && matches!(bytes.get(end), Some(b'+' | b'-')) {
        let digits = bytes[end + 1..].iter().take_while(|c| c.is_ascii_digit());
        return end + 1 + digits.count();
    }
    end
}

/// The place behind a quoted text; doubled quotes stand for one.
fn end_of_quotes(bytes: &[u8], start: usize, quote: u8) -> usize {
    let mut at = start + 1;
    while at < bytes.len() {
        if bytes[at] == quote {
            if bytes.get(at + 1) != Some(&quote) {
                return at + 1;
            }
            at += 1;
        }
        at += 1;
    }
    bytes.len()
}

/// The place behind brackets, which may hold brackets; an apostrophe escapes the next sign.
fn end_of_brackets(bytes: &[u8], start: usize) -> usize {
    let mut depth = 0usize;
    let mut at = start;
    while at < bytes.len() {
        match bytes[at] {
            b'\'' => at += 1,
            b'[' => depth += 1,
            b']' => depth -= 1,
            _ => {}
        }
        at += 1;
        if depth == 0 {
            break;
        }
    }
    at.min(bytes.len())
}

/// Writes the word moved, if it is a relative address: a cell, or one side of `A:C` or `1:3`.
fn shift_word(
    out: &mut String,
    word: &str,
    before: &[u8],
    after: &[u8],
    (rows, columns): (i64, i64),
) -> bool {
    // A function's name, a sheet's name before `!`, a table's name before `[`, a name of another kind after `#`.
    if matches!(after.first(), Some(b'!' | b'[' | b'(')) {
        return false;
    }
    // The first sheet of `Sheet1:Sheet3!A1` looks like an address where sheets are called like one.
    if after.first() == Some(&b':') && leads_to_sheet(&after[1..]) {
        return false;
    }
    let Some((column, row)) = split_address(word) else {
        return false;
    };
    let beside_colon = after.first() == Some(&b':') || before.last() == Some(&b':');
    if (column.is_none() || row.is_none()) && !beside_colon {
        return false;
    }
    if let Some((absolute, column)) = column {
        push_end(out, absolute, column, columns, limits::COLUMNS, push_column);
    }
    if let Some((absolute, row)) = row {
        push_end(out, absolute, row, rows, limits::ROWS, |out, row| {
            out.push_str(&(row + 1).to_string());
        });
    }
    true
}

/// Whether the text goes on with the name of a sheet and `!`.
fn leads_to_sheet(rest: &[u8]) -> bool {
    let name = rest.iter().take_while(|byte| is_word(**byte)).count();
    name > 0 && rest.get(name) == Some(&b'!')
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
    by: i64,
    limit: u32,
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
