//! Addresses as the parts of a package spell them: `B7`, `A1:C9`, with or without dollar signs.
//!
//! A million of them are read for a million cells, so they are read from bytes, without a copy. Formulas are not
//! looked at here.

use crate::limits;
use crate::reference::{Cell, Rect};

/// The cell that `text` names, if it lies on the grid.
pub(super) fn parse_cell(text: &[u8]) -> Option<Cell> {
    let (cell, rest) = split_cell(text)?;
    rest.is_empty().then_some(cell)
}

/// The rectangle that `text` names: a cell, or two corners in any order.
pub(super) fn parse_range(text: &[u8]) -> Option<Rect> {
    let (first, rest) = split_cell(text)?;
    match rest.split_first() {
        None => Some(Rect::cell(first)),
        Some((b':', rest)) => Some(Rect::new(first, parse_cell(rest)?)),
        Some(_) => None,
    }
}

/// The cell at the start of `text`, and what follows it.
fn split_cell(text: &[u8]) -> Option<(Cell, &[u8])> {
    let text = text.strip_prefix(b"$").unwrap_or(text);
    let letters = text.iter().take_while(|c| c.is_ascii_alphabetic()).count();
    let column = parse_column(&text[..letters])?;
    let text = &text[letters..];
    let text = text.strip_prefix(b"$").unwrap_or(text);
    let digits = text.iter().take_while(|c| c.is_ascii_digit()).count();
    let row = parse_row(&text[..digits])?;
    Some((Cell::new(row, column), &text[digits..]))
}

/// The 0-based column of letters such as `XFD`.
pub(super) fn parse_column(letters: &[u8]) -> Option<u32> {
    if letters.is_empty() || letters.len() > 3 {
        return None;
    }
    let number = letters.iter().fold(0, |number, letter| {
        number * 26 + u32::from(letter.to_ascii_uppercase() - b'A') + 1
    });
    (number <= limits::COLUMNS).then(|| number - 1)
}

/// The 0-based row of digits such as `1048576`.
pub(super) fn parse_row(digits: &[u8]) -> Option<u32> {
    if digits.is_empty() || digits.len() > 7 {
        return None;
    }
    let number = digits
        .iter()
        .fold(0, |number, digit| number * 10 + u32::from(digit - b'0'));
    (1..=limits::ROWS).contains(&number).then(|| number - 1)
}

/// Appends the letters of a 0-based column.
pub(super) fn push_column(out: &mut String, column: u32) {
    let mut letters = [0u8; 7];
    let mut start = letters.len();
    let mut rest = column + 1;
    while rest > 0 {
        start -= 1;
        letters[start] = b'A' + ((rest - 1) % 26) as u8;
        rest = (rest - 1) / 26;
    }
    out.extend(letters[start..].iter().map(|&letter| char::from(letter)));
}

/// Appends the address of a cell, such as `B7`.
pub(super) fn push_cell(out: &mut String, cell: Cell) {
    push_column(out, cell.column);
    out.push_str(&(cell.row + 1).to_string());
}

/// The text of a rectangle: `B7` or `A1:C9`.
pub(super) fn range_text(rect: Rect) -> String {
    let mut text = String::new();
    push_cell(&mut text, rect.top_left());
    if rect.size() > 1 {
        text.push(':');
        push_cell(&mut text, Cell::new(rect.bottom, rect.right));
    }
    text
}

/// The text of a cell.
pub(super) fn cell_text(cell: Cell) -> String {
    range_text(Rect::cell(cell))
}
