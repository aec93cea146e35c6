//! References of formulas as text: hulls, and writing them in A1 and R1C1.

use super::ast::{A1Axis, A1Reference, Shape, Sheets};
use super::parse_options::Notation;
use crate::reference::a1::{self, Coordinate, needs_quotes};
use crate::reference::r1c1;

impl A1Reference {
    /// `#REF!`, on these sheets.
    pub fn invalid(sheets: Sheets) -> A1Reference {
        A1Reference {
            sheets,
            shape: Shape::Invalid,
        }
    }

    /// Whether it is written as one address without a colon.
    pub(super) fn is_single(&self) -> bool {
        matches!(self.shape, Shape::Cell { .. } | Shape::Invalid)
    }

    /// The one reference that `a:b` is, if both are plain: the second without a sheet or on the same one.
    pub(super) fn hull(&self, other: &A1Reference) -> Option<A1Reference> {
        if other.sheets != Sheets::Here && other.sheets != self.sheets {
            return None;
        }
        let shape = match (&self.shape, &other.shape) {
            (Shape::Rows(a, b), Shape::Rows(c, d)) => {
                let (first, last) = hull((*a, *b), (*c, *d));
                Shape::Rows(first, last)
            }
            (Shape::Columns(a, b), Shape::Columns(c, d)) => {
                let (first, last) = hull((*a, *b), (*c, *d));
                Shape::Columns(first, last)
            }
            (a, b) => {
                let ((rows_a, columns_a), (rows_b, columns_b)) = (a.corners()?, b.corners()?);
                Shape::Range {
                    rows: hull(rows_a, rows_b),
                    columns: hull(columns_a, columns_b),
                }
            }
        };
        Some(A1Reference {
            sheets: self.sheets.clone(),
            shape,
        })
    }
}

/// The first and last of two spans of rows or columns; of equal ends the earlier written one stays.
fn hull(a: (A1Axis, A1Axis), b: (A1Axis, A1Axis)) -> (A1Axis, A1Axis) {
    let first = if b.0.position < a.0.position {
        b.0
    } else {
        a.0
    };
    let last = if b.1.position >= a.1.position {
        b.1
    } else {
        a.1
    };
    (first, last)
}

/// First and last row, first and last column.
type Corners<X> = ((X, X), (X, X));

impl<X: Copy> Shape<X> {
    /// First and last row and column of a cell or range; whole rows and columns have only one of both.
    pub fn corners(&self) -> Option<Corners<X>> {
        match *self {
            Shape::Cell { row, column } => Some(((row, row), (column, column))),
            Shape::Range { rows, columns } => Some((rows, columns)),
            _ => None,
        }
    }
}

impl From<A1Axis> for Coordinate {
    fn from(axis: A1Axis) -> Coordinate {
        Coordinate {
            position: axis.position,
            absolute: axis.absolute,
        }
    }
}

/// Appends `Sheet1!`, `'First:Last'!`, `[1]Sheet1!`.
pub(super) fn push_sheets(text: &mut String, sheets: &Sheets) {
    let (book, first, second) = match sheets {
        Sheets::Here => return,
        Sheets::Sheet(name) => (None, Some(name), None),
        Sheets::Span(first, last) => (None, Some(first), Some(last)),
        Sheets::External { book, sheets } => match sheets {
            Some((first, last)) => (Some(book), Some(first), last.as_ref()),
            None => (Some(book), None, None),
        },
    };
    let mut plain = String::new();
    let mut quoted = false;
    if let Some(book) = book {
        quoted = !book
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '_' | '.'));
        let name_at = book.rfind(['\\', '/']).map_or(0, |slash| slash + 1);
        let (path, name) = book.split_at(name_at);
        plain.push_str(path);
        // A book by its path alone, `'C:\dir\b.xlsx'!name`, has no brackets.
        if path.is_empty() || first.is_some() {
            plain.push_str(&format!("[{name}]"));
        } else {
            plain.push_str(name);
        }
    }
    for (place, name) in [first, second].into_iter().flatten().enumerate() {
        if place > 0 {
            plain.push(':');
        }
        plain.push_str(name);
        quoted |= needs_quotes(name);
    }
    if quoted {
        text.push('\'');
        text.push_str(&plain.replace('\'', "''"));
        text.push('\'');
    } else {
        text.push_str(&plain);
    }
    text.push('!');
}

/// Whether the qualifier is written without quotes and brackets.
pub(super) fn begins_with_word(sheets: &Sheets) -> bool {
    match sheets {
        Sheets::Sheet(name) => !needs_quotes(name),
        Sheets::Span(first, last) => !needs_quotes(first) && !needs_quotes(last),
        Sheets::Here | Sheets::External { .. } => false,
    }
}

/// Appends the cells of a reference.
pub(super) fn push_shape(text: &mut String, shape: &Shape<A1Axis>, notation: Notation) {
    if let Notation::R1C1 { base } = notation {
        return push_r1c1(text, shape, base);
    }
    let cell = |text: &mut String, row: A1Axis, column: A1Axis| {
        push_column(text, column);
        push_row(text, row);
    };
    match *shape {
        Shape::Cell { row, column } => cell(text, row, column),
        Shape::Range { rows, columns } => {
            cell(text, rows.0, columns.0);
            text.push(':');
            cell(text, rows.1, columns.1);
        }
        Shape::Rows(first, last) => {
            push_row(text, first);
            text.push(':');
            push_row(text, last);
        }
        Shape::Columns(first, last) => {
            push_column(text, first);
            text.push(':');
            push_column(text, last);
        }
        Shape::Invalid => text.push_str("#REF!"),
    }
}

fn push_column(text: &mut String, column: A1Axis) {
    if column.absolute {
        text.push('$');
    }
    a1::push_column(text, column.position);
}

fn push_row(text: &mut String, row: A1Axis) {
    if row.absolute {
        text.push('$');
    }
    a1::push_row(text, row.position);
}

fn push_r1c1(text: &mut String, shape: &Shape<A1Axis>, base: crate::reference::Cell) {
    let row = |text: &mut String, row: A1Axis| r1c1::push_part(text, 'R', row.into(), base.row);
    let column =
        |text: &mut String, column: A1Axis| r1c1::push_part(text, 'C', column.into(), base.column);
    match *shape {
        Shape::Cell { row: r, column: c } => {
            row(text, r);
            column(text, c);
        }
        Shape::Range { rows, columns } => {
            row(text, rows.0);
            column(text, columns.0);
            text.push(':');
            row(text, rows.1);
            column(text, columns.1);
        }
        Shape::Rows(first, last) => {
            row(text, first);
            if first != last {
                text.push(':');
                row(text, last);
            }
        }
        Shape::Columns(first, last) => {
            column(text, first);
            if first != last {
                text.push(':');
                column(text, last);
            }
        }
        Shape::Invalid => text.push_str("#REF!"),
    }
}
