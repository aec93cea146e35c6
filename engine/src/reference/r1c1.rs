//! R1C1 text: `R2C3`, `R[-1]C`, `R`, `C[2]`, numbers in brackets being relative to a base cell.

use super::Cell;
use super::a1::{Coordinate, GridLimits};

/// What a piece of R1C1 text names, seen from a base cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct R1c1 {
    /// The row; nothing for whole columns (`C3`).
    pub row: Option<Coordinate>,
    /// The column; nothing for whole rows (`R3`).
    pub column: Option<Coordinate>,
    /// Whether a relative part points outside the grid.
    pub off_grid: bool,
}

/// Reads R1C1 text at the start of `bytes`, and the number of bytes read; what stands behind is not looked at.
///
/// # Examples
///
/// ```
/// use tabulith::reference::{Cell, GridLimits, r1c1};
///
/// let (found, length) = r1c1::scan(b"R[-1]C3", Cell::new(4, 0), GridLimits::default()).unwrap();
/// assert_eq!(length, 7);
/// assert_eq!((found.row.unwrap().position, found.column.unwrap().position), (3, 2));
/// ```
pub fn scan(bytes: &[u8], base: Cell, grid: GridLimits) -> Option<(R1c1, usize)> {
    let mut found = R1c1 {
        row: None,
        column: None,
        off_grid: false,
    };
    let mut end = 0;
    if bytes.first().is_some_and(|b| b.eq_ignore_ascii_case(&b'R')) {
        let (row, length, on_grid) = scan_part(&bytes[1..], base.row, grid.rows)?;
        found.row = Some(row);
        found.off_grid |= !on_grid;
        end = 1 + length;
    }
    if bytes
        .get(end)
        .is_some_and(|b| b.eq_ignore_ascii_case(&b'C'))
    {
        let (column, length, on_grid) = scan_part(&bytes[end + 1..], base.column, grid.columns)?;
        found.column = Some(column);
        found.off_grid |= !on_grid;
        end += 1 + length;
    }
    (end > 0).then_some((found, end))
}

/// What follows `R` or `C`: nothing, a number from 1, or an offset in brackets. The flag tells whether it is on the
/// grid.
fn scan_part(bytes: &[u8], base: u32, len: u32) -> Option<(Coordinate, usize, bool)> {
    if bytes.first() == Some(&b'[') {
        let negative = bytes.get(1) == Some(&b'-');
        let start = 1 + usize::from(negative || bytes.get(1) == Some(&b'+'));
        let (offset, digits) = scan_number(&bytes[start..])?;
        if bytes.get(start + digits) != Some(&b']') {
            return None;
        }
        let offset = if negative { -offset } else { offset };
        let place = i64::from(base) + offset;
        let on_grid = (0..i64::from(len)).contains(&place);
        let coordinate = Coordinate {
            position: if on_grid { place as u32 } else { 0 },
            absolute: false,
        };
        return Some((coordinate, start + digits + 1, on_grid));
    }
    match scan_number(bytes) {
        Some((number, digits)) => {
            let on_grid = (1..=i64::from(len)).contains(&number);
            let coordinate = Coordinate {
                position: (number - 1) as u32,
                absolute: true,
            };
            on_grid.then_some((coordinate, digits, true))
        }
        None => {
            let coordinate = Coordinate {
                position: base,
                absolute: false,
            };
            Some((coordinate, 0, true))
        }
    }
}

fn scan_number(bytes: &[u8]) -> Option<(i64, usize)> {
    let digits = bytes.iter().take_while(|b| b.is_ascii_digit()).count();
    if digits == 0 || digits > 9 {
        return None;
    }
    let number = bytes[..digits]
        .iter()
        .fold(0, |sum, digit| sum * 10 + i64::from(digit - b'0'));
    Some((number, digits))
}

/// Whether the whole text reads as R1C1 text, such as `R`, `c2` or `R1C1`.
pub fn is_r1c1(text: &str) -> bool {
    let far = Cell::new(1 << 19, 1 << 13);
    scan(text.as_bytes(), far, GridLimits::default()).is_some_and(|(_, end)| end == text.len())
}

/// Appends the text of a row (`letter` R) or column (`letter` C), relative to `base` unless it is absolute.
pub fn push_part(text: &mut String, letter: char, coordinate: Coordinate, base: u32) {
    text.push(letter);
    if coordinate.absolute {
        text.push_str(&(u64::from(coordinate.position) + 1).to_string());
    } else if coordinate.position != base {
        let offset = i64::from(coordinate.position) - i64::from(base);
        text.push_str(&format!("[{offset}]"));
    }
}

/// The R1C1 text of a cell, absolute: `R7C2`.
///
/// # Examples
///
/// ```
/// use tabulith::reference::{Cell, r1c1};
///
/// assert_eq!(r1c1::print_cell(Cell::new(6, 1)), "R7C2");
/// ```
pub fn print_cell(cell: Cell) -> String {
    format!(
        "R{}C{}",
        u64::from(cell.row) + 1,
        u64::from(cell.column) + 1
    )
}
