//! Formulas kept as text trees after many edits at once, and in another cell.
//!
//! What [`Shift`](super::Shift) does for one edit, [`relocate`] does for all edits between two moments of a workbook.

use std::sync::Arc;

use super::ast::{A1Axis, A1Reference, Ast, Name, Node, Shape, Sheets};
use crate::reference::{Cell, GridLimits, Moved, Survivors};

/// What became of a sheet that a formula names.
#[derive(Debug, Clone, Copy)]
pub enum SheetFate<'a> {
    /// It is there.
    Stays {
        /// Its name now.
        name: &'a Arc<str>,
        /// Where its cells have gone.
        moved: &'a Moved,
    },
    /// It is gone.
    Gone,
    /// Nothing is known of it; references to it stay as they are.
    Unknown,
}

/// The formula after all edits between two moments; nothing if it stays as it is.
///
/// `fate` tells what became of a sheet, of the formula's own if no name is given. References to other workbooks do not
/// move; 3D references follow the names of their sheets but not cells.
///
/// # Examples
///
/// ```
/// use tabulith::formula::{ParseOptions, SheetFate, parse, print, relocate};
/// use tabulith::reference::{Moved, Survivors};
///
/// let moved = Moved {
///     rows: Survivors::new(vec![(0, 4, 0), (4, 96, 6)], 100),
///     columns: Survivors::new(vec![(0, 100, 0)], 100),
/// };
/// let name = "Data 2024".into();
/// let fate = |sheet: Option<&str>| match sheet {
///     Some("Data") => SheetFate::Stays { name: &name, moved: &moved },
///     _ => SheetFate::Unknown,
/// };
/// let ast = parse("SUM(Data!$A$1:$A$9)+A9", &ParseOptions::default()).unwrap();
/// let text = print(&relocate(&ast, fate).unwrap());
/// assert_eq!(text, "SUM('Data 2024'!$A$1:$A$11)+A9");
/// ```
pub fn relocate<'a>(
    ast: &Ast<A1Reference>,
    fate: impl Fn(Option<&str>) -> SheetFate<'a>,
) -> Option<Ast<A1Reference>> {
    ast.replace_leaves(|node| match node {
        Node::Reference(reference) => {
            let moved = relocated(reference, &fate);
            (moved != *reference).then_some(Node::Reference(moved))
        }
        Node::Name(name) => match renamed(&name.scope, &fate) {
            Some(scope) if scope == name.scope => None,
            Some(scope) => Some(Node::Name(Name {
                scope,
                name: name.name.clone(),
            })),
            None => Some(Node::Reference(A1Reference::invalid(Sheets::Here))),
        },
        _ => None,
    })
}

fn relocated<'a>(
    reference: &A1Reference,
    fate: &impl Fn(Option<&str>) -> SheetFate<'a>,
) -> A1Reference {
    let Some(sheets) = renamed(&reference.sheets, fate) else {
        return A1Reference::invalid(Sheets::Here);
    };
    let own = match &reference.sheets {
        Sheets::Here => fate(None),
        Sheets::Sheet(name) => fate(Some(name)),
        Sheets::Span(..) | Sheets::External { .. } => SheetFate::Unknown,
    };
    let shape = match own {
        SheetFate::Stays { moved, .. } => moved_shape(reference.shape, moved),
        _ => Some(reference.shape),
    };
    A1Reference {
        sheets,
        shape: shape.unwrap_or(Shape::Invalid),
    }
}

/// The sheets by the names that they have now; nothing if they are gone.
fn renamed<'a>(sheets: &Sheets, fate: &impl Fn(Option<&str>) -> SheetFate<'a>) -> Option<Sheets> {
    let name_now = |name: &Arc<str>| match fate(Some(name)) {
        SheetFate::Stays { name, .. } => Some(name.clone()),
        SheetFate::Gone => None,
        SheetFate::Unknown => Some(name.clone()),
    };
    Some(match sheets {
        Sheets::Here | Sheets::External { .. } => sheets.clone(),
        Sheets::Sheet(name) => Sheets::Sheet(name_now(name)?),
        Sheets::Span(first, last) => Sheets::Span(name_now(first)?, name_now(last)?),
    })
}

fn moved_shape(shape: Shape<A1Axis>, moved: &Moved) -> Option<Shape<A1Axis>> {
    Some(match shape {
        Shape::Cell { row, column } => Shape::Cell {
            row: moved_axis(row, &moved.rows)?,
            column: moved_axis(column, &moved.columns)?,
        },
        Shape::Range { rows, columns } => Shape::Range {
            rows: moved_span(rows, &moved.rows)?,
            columns: moved_span(columns, &moved.columns)?,
        },
        Shape::Rows(first, last) => {
            let (first, last) = moved_span((first, last), &moved.rows)?;
            Shape::Rows(first, last)
        }
        Shape::Columns(first, last) => {
            let (first, last) = moved_span((first, last), &moved.columns)?;
            Shape::Columns(first, last)
        }
        Shape::Invalid => Shape::Invalid,
    })
}

fn moved_axis(axis: A1Axis, survivors: &Survivors) -> Option<A1Axis> {
    let position = survivors.position(axis.position)?;
    Some(A1Axis { position, ..axis })
}

fn moved_span((first, last): (A1Axis, A1Axis), survivors: &Survivors) -> Option<(A1Axis, A1Axis)> {
    let (start, end) = survivors.span(first.position, last.position)?;
    let at = |position, axis: A1Axis| A1Axis { position, ..axis };
    Some((at(start, first), at(end, last)))
}

/// The formula of the cell `from` as it reads when it is filled into the cell `to`; nothing if it stays as it is.
///
/// What leaves the grid wraps around its edge, as in Excel.
///
/// # Examples
///
/// ```
/// use tabulith::formula::{ParseOptions, filled, parse, print};
/// use tabulith::reference::{Cell, GridLimits};
///
/// let ast = parse("A1>$B$1", &ParseOptions::default()).unwrap();
/// let below = filled(&ast, Cell::new(0, 0), Cell::new(2, 0), GridLimits::default());
/// assert_eq!(print(&below.unwrap()), "A3>$B$1");
/// ```
pub fn filled(
    ast: &Ast<A1Reference>,
    from: Cell,
    to: Cell,
    grid: GridLimits,
) -> Option<Ast<A1Reference>> {
    let by = |to: u32, from: u32| i64::from(to) - i64::from(from);
    let (down, right) = (by(to.row, from.row), by(to.column, from.column));
    if (down, right) == (0, 0) {
        return None;
    }
    let step = |axis: A1Axis, by: i64, len: u32| {
        if axis.absolute || len == 0 {
            return axis;
        }
        let position = (i64::from(axis.position) + by).rem_euclid(i64::from(len)) as u32;
        A1Axis { position, ..axis }
    };
    let row = |axis| step(axis, down, grid.rows);
    let column = |axis| step(axis, right, grid.columns);
    ast.replace_leaves(|node| {
        let Node::Reference(reference) = node else {
            return None;
        };
        let shape = match reference.shape {
            Shape::Cell { row: r, column: c } => Shape::Cell {
                row: row(r),
                column: column(c),
            },
            Shape::Range { rows, columns } => Shape::Range {
                rows: (row(rows.0), row(rows.1)),
                columns: (column(columns.0), column(columns.1)),
            },
            Shape::Rows(first, last) => Shape::Rows(row(first), row(last)),
            Shape::Columns(first, last) => Shape::Columns(column(first), column(last)),
            Shape::Invalid => Shape::Invalid,
        };
        let sheets = reference.sheets.clone();
        (shape != reference.shape).then_some(Node::Reference(A1Reference { sheets, shape }))
    })
}
