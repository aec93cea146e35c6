//! A1 text: column letters, cells, ranges and addresses such as `'My Sheet'!B2:C$7`.
//!
//! Text counts rows from 1 and spells columns as letters; everything else here is 0-based. How large the grid is, is a
//! parameter ([`GridLimits`]): `A2000000` is a cell of a sheet with 2²⁴ rows and an ordinary name elsewhere.

use std::fmt;

use super::{Cell, Rect};
use crate::error::{Error, ErrorKind, Result};
use crate::limits;

pub(crate) use super::names::needs_quotes;
pub use super::names::{check_defined_name, check_sheet_name, quote_sheet_name};

/// How many rows and columns a sheet has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct GridLimits {
    /// Number of rows.
    pub rows: u32,
    /// Number of columns.
    pub columns: u32,
}

impl Default for GridLimits {
    fn default() -> Self {
        GridLimits {
            rows: limits::ROWS,
            columns: limits::COLUMNS,
        }
    }
}

impl GridLimits {
    /// The rectangle of the whole sheet.
    pub fn rect(self) -> Rect {
        Rect {
            top: 0,
            left: 0,
            bottom: self.rows - 1,
            right: self.columns - 1,
        }
    }
}

/// A coordinate as A1 text writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Coordinate {
    /// 0-based row or column.
    pub position: u32,
    /// Whether it is written with `$`.
    pub absolute: bool,
}

/// The 0-based column that is spelled by these letters, in any case; nothing if there are other characters or more
/// than six letters.
///
/// # Examples
///
/// ```
/// use tabulith::reference::a1;
///
/// assert_eq!(a1::column_number("XFD"), Some(16_383));
/// assert_eq!(a1::column_number("a"), Some(0));
/// assert_eq!(a1::column_number("A1"), None);
/// ```
pub fn column_number(letters: &str) -> Option<u32> {
    if letters.is_empty() || letters.len() > 6 {
        return None;
    }
    let mut number = 0;
    for byte in letters.bytes() {
        if !byte.is_ascii_alphabetic() {
            return None;
        }
        number = number * 26 + u32::from(byte.to_ascii_uppercase() - b'A') + 1;
    }
    Some(number - 1)
}

/// Appends the letters of a 0-based column.
pub fn push_column(text: &mut String, column: u32) {
    let mut letters = [0_u8; 7];
    let mut start = letters.len();
    let mut rest = u64::from(column) + 1;
    while rest > 0 {
        start -= 1;
        letters[start] = b'A' + ((rest - 1) % 26) as u8;
        rest = (rest - 1) / 26;
    }
    text.extend(letters[start..].iter().map(|letter| *letter as char));
}

/// The letters of a 0-based column.
///
/// # Examples
///
/// ```
/// use tabulith::reference::a1;
///
/// assert_eq!(a1::column_letters(0), "A");
/// assert_eq!(a1::column_letters(26), "AA");
/// ```
pub fn column_letters(column: u32) -> String {
    let mut text = String::new();
    push_column(&mut text, column);
    text
}

/// Reads `B`, `$B` at the start of `bytes`: the column and the number of bytes; letters behind are not looked at.
pub(crate) fn scan_column(bytes: &[u8], grid: GridLimits) -> Option<(Coordinate, usize)> {
    let absolute = bytes.first() == Some(&b'$');
    let start = usize::from(absolute);
    let letters = bytes[start..]
        .iter()
        .take(4)
        .take_while(|byte| byte.is_ascii_alphabetic())
        .count();
    if letters == 0 || letters > 3 {
        return None;
    }
    let number = bytes[start..start + letters].iter().fold(0, |sum, byte| {
        sum * 26 + u32::from(byte.to_ascii_uppercase() - b'A') + 1
    });
    let position = number - 1;
    (position < grid.columns).then_some((Coordinate { position, absolute }, start + letters))
}

/// Reads `7`, `$7` at the start of `bytes`: the row and the number of bytes; what stands behind is not looked at.
pub(crate) fn scan_row(bytes: &[u8], grid: GridLimits) -> Option<(Coordinate, usize)> {
    let absolute = bytes.first() == Some(&b'$');
    let start = usize::from(absolute);
    let mut number = 0_u32;
    let mut end = start;
    while let Some(digit) = bytes.get(end).filter(|byte| byte.is_ascii_digit()) {
        number = number
            .checked_mul(10)?
            .checked_add(u32::from(digit - b'0'))?;
        if number > grid.rows {
            return None;
        }
        end += 1;
    }
    if end == start || number == 0 {
        return None;
    }
    let coordinate = Coordinate {
        position: number - 1,
        absolute,
    };
    Some((coordinate, end))
}

/// Reads `B7`, `$B$7` at the start of `bytes`: row, column and the number of bytes.
pub(crate) fn scan_cell(bytes: &[u8], grid: GridLimits) -> Option<(Coordinate, Coordinate, usize)> {
    let (column, after_column) = scan_column(bytes, grid)?;
    let (row, after_row) = scan_row(&bytes[after_column..], grid)?;
    Some((row, column, after_column + after_row))
}

/// The cell that a text names; dollar signs mean nothing here.
///
/// # Errors
///
/// [`ErrorKind::Address`] if it is no cell of such a grid.
///
/// # Examples
///
/// ```
/// use tabulith::reference::{Cell, GridLimits, a1};
///
/// assert_eq!(a1::parse_cell("B$7", GridLimits::default()).unwrap(), Cell::new(6, 1));
/// assert!(a1::parse_cell("XFE1", GridLimits::default()).is_err());
/// ```
pub fn parse_cell(text: &str, grid: GridLimits) -> Result<Cell> {
    match scan_cell(text.as_bytes(), grid) {
        Some((row, column, length)) if length == text.len() => {
            Ok(Cell::new(row.position, column.position))
        }
        _ => Err(Error::new(
            ErrorKind::Address,
            format!("`{text}` is not a cell"),
        )),
    }
}

/// The rectangle that a text names: `B7`, `A1:C3`, `A:C` or `3:5`, corners in any order, with or without dollar signs.
///
/// # Errors
///
/// [`ErrorKind::Address`] if it is none of such a grid.
///
/// # Examples
///
/// ```
/// use tabulith::reference::{GridLimits, a1};
///
/// let rect = a1::parse_rect("C3:A1", GridLimits::default()).unwrap();
/// assert_eq!(a1::print_rect(rect), "A1:C3");
/// assert_eq!(a1::parse_rect("A:C", GridLimits::default()).unwrap().rows(), 1 << 20);
/// ```
pub fn parse_rect(text: &str, grid: GridLimits) -> Result<Rect> {
    scan_rect(text, grid).ok_or_else(|| {
        Error::new(
            ErrorKind::Address,
            format!("`{text}` is not a cell or range"),
        )
    })
}

fn scan_rect(text: &str, grid: GridLimits) -> Option<Rect> {
    let whole = |scanned: Option<(Coordinate, usize)>, part: &str| {
        scanned
            .and_then(|(coordinate, length)| (length == part.len()).then_some(coordinate.position))
    };
    let Some((first, last)) = text.split_once(':') else {
        return parse_cell(text, grid).ok().map(Rect::cell);
    };
    if let (Ok(a), Ok(b)) = (parse_cell(first, grid), parse_cell(last, grid)) {
        return Some(Rect::new(a, b));
    }
    let columns = |part: &str| whole(scan_column(part.as_bytes(), grid), part);
    if let (Some(a), Some(b)) = (columns(first), columns(last)) {
        return Some(Rect::new(Cell::new(0, a), Cell::new(grid.rows - 1, b)));
    }
    let rows = |part: &str| whole(scan_row(part.as_bytes(), grid), part);
    match (rows(first), rows(last)) {
        (Some(a), Some(b)) => Some(Rect::new(Cell::new(a, 0), Cell::new(b, grid.columns - 1))),
        _ => None,
    }
}

/// The sheet's name, if one is written, and the rectangle of an address such as `'It''s'!A1:B2`.
///
/// # Errors
///
/// [`ErrorKind::Address`] if the text is no address.
///
/// # Examples
///
/// ```
/// use tabulith::reference::{GridLimits, a1};
///
/// let (sheet, rect) = a1::parse_address("'It''s'!A1:B2", GridLimits::default()).unwrap();
/// assert_eq!(sheet.as_deref(), Some("It's"));
/// assert_eq!(rect.size(), 4);
/// ```
pub fn parse_address(text: &str, grid: GridLimits) -> Result<(Option<String>, Rect)> {
    let refuse = || {
        Error::new(
            ErrorKind::Address,
            format!("`{text}` is not an address such as `A1`, `Sheet1!A1:B2` or `'My sheet'!A:C`"),
        )
    };
    let (sheet, cells) = split_sheet(text).ok_or_else(refuse)?;
    if let Some(name) = &sheet {
        check_sheet_name(name).map_err(|error| refuse().with_source(error))?;
    }
    let rect = scan_rect(cells, grid).ok_or_else(refuse)?;
    Ok((sheet, rect))
}

/// Splits `Sheet!rest` and `'Quoted ''sheet'''!rest`; nothing if a quote is not closed or no `!` follows it.
pub fn split_sheet(text: &str) -> Option<(Option<String>, &str)> {
    if let Some(quoted) = text.strip_prefix('\'') {
        let mut end = 0;
        loop {
            end += quoted[end..].find('\'')?;
            if !quoted[end + 1..].starts_with('\'') {
                break;
            }
            end += 2;
        }
        let rest = quoted[end + 1..].strip_prefix('!')?;
        return Some((Some(quoted[..end].replace("''", "'")), rest));
    }
    match text.rsplit_once('!') {
        Some((sheet, rest)) => Some((Some(sheet.to_owned()), rest)),
        None => Some((None, text)),
    }
}

/// The text of a cell without dollar signs.
///
/// # Examples
///
/// ```
/// use tabulith::reference::{Cell, a1};
///
/// assert_eq!(a1::print_cell(Cell::new(6, 1)), "B7");
/// assert_eq!(a1::print_cell_absolute(Cell::new(6, 1)), "$B$7");
/// ```
pub fn print_cell(cell: Cell) -> String {
    let mut text = String::with_capacity(8);
    push_cell(&mut text, cell, "");
    text
}

/// The text of a cell with two dollar signs.
pub fn print_cell_absolute(cell: Cell) -> String {
    let mut text = String::with_capacity(10);
    push_cell(&mut text, cell, "$");
    text
}

/// The text of a rectangle: `B7` for a single cell, else `A1:C3`.
///
/// Whole columns are written as `A1:C1048576`; [`print_rect_in`] knows the grid and writes `A:C`.
pub fn print_rect(rect: Rect) -> String {
    let mut text = print_cell(rect.top_left());
    if rect.size() > 1 {
        text.push(':');
        push_cell(&mut text, Cell::new(rect.bottom, rect.right), "");
    }
    text
}

/// The text of a rectangle of a grid: whole columns as `A:C`, whole rows as `3:5`, with dollar signs if asked for.
pub fn print_rect_in(rect: Rect, grid: GridLimits, absolute: bool) -> String {
    let dollar = if absolute { "$" } else { "" };
    let mut text = String::new();
    if rect.top == 0 && rect.bottom == grid.rows - 1 {
        text.push_str(dollar);
        push_column(&mut text, rect.left);
        text.push(':');
        text.push_str(dollar);
        push_column(&mut text, rect.right);
    } else if rect.left == 0 && rect.right == grid.columns - 1 {
        text = format!("{dollar}{}:{dollar}{}", rect.top + 1, rect.bottom + 1);
    } else {
        push_cell(&mut text, rect.top_left(), dollar);
        if rect.size() > 1 {
            text.push(':');
            push_cell(&mut text, Cell::new(rect.bottom, rect.right), dollar);
        }
    }
    text
}

fn push_cell(text: &mut String, cell: Cell, dollar: &str) {
    text.push_str(dollar);
    push_column(text, cell.column);
    text.push_str(dollar);
    push_row(text, cell.row);
}

/// Appends the number of a 0-based row.
pub fn push_row(text: &mut String, row: u32) {
    let mut digits = [0_u8; 10];
    let mut start = digits.len();
    let mut rest = u64::from(row) + 1;
    while rest > 0 {
        start -= 1;
        digits[start] = b'0' + (rest % 10) as u8;
        rest /= 10;
    }
    text.extend(digits[start..].iter().map(|digit| *digit as char));
}

impl fmt::Display for Cell {
    /// The cell in A1 text.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&print_cell(*self))
    }
}

impl fmt::Display for Rect {
    /// The rectangle in A1 text.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&print_rect(*self))
    }
}
