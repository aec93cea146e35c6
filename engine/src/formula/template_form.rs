//! From a formula at a cell to its template and back.
//!
//! A `$` coordinate becomes the anchor of its row or column, in the axis of the sheet referred to; a range that ends in
//! `$1048576`, the end of the grid, stays there. Other coordinates become offsets from the formula's cell. 3D references and those
//! to other workbooks have no one axis, so their `$` coordinates stay positions.

use std::sync::Arc;

use super::address::ordered;
use super::ast::{A1Axis, A1Reference, Ast, Node, Shape, Sheets};
use super::template::{Mode, Template, TemplateAxis, TemplateReference, TemplateSheets};
use crate::reference::{Axis, Cell, GridLimits, Rect, SheetId};

/// What templates ask of a workbook: its sheets and where their rows and columns stand.
pub trait Book {
    /// The sheet of that name, in any case.
    fn sheet(&self, name: &str) -> Option<SheetId>;

    /// The name of a sheet, unless it was deleted.
    fn sheet_name(&self, sheet: SheetId) -> Option<Arc<str>>;

    /// The rows of a sheet.
    fn rows(&self, sheet: SheetId) -> &dyn Axis;

    /// The columns of a sheet.
    fn columns(&self, sheet: SheetId) -> &dyn Axis;
}

impl Template {
    /// The template of a formula that stands at `at` on the sheet `here`.
    pub fn from_ast(
        ast: &Ast<A1Reference>,
        at: Cell,
        here: SheetId,
        mode: Mode,
        book: &dyn Book,
    ) -> Template {
        let ast = ast.map(|reference| TemplateReference::from_a1(reference, at, here, book));
        Template::new(ast, mode)
    }

    /// The formula as it reads at `at` on the sheet `here`; a reference off the grid is `#REF!`.
    pub fn to_ast(&self, at: Cell, here: SheetId, book: &dyn Book) -> Ast<A1Reference> {
        self.ast.map(|reference| reference.to_a1(at, here, book))
    }
}

impl Template {
    /// The cell nearest to `near` at which all relative references lie on the grid, so that its text says all of it;
    /// nothing if there is none.
    pub fn readable_at(&self, near: Cell, grid: GridLimits) -> Option<Cell> {
        let (mut rows, mut columns) = ((0, 0), (0, 0));
        for node in self.ast.nodes() {
            let Node::Reference(reference) = node else {
                continue;
            };
            let widen = |offsets: &mut (i32, i32), axis: &TemplateAxis| {
                if let TemplateAxis::Relative(offset) = axis {
                    *offsets = (offsets.0.min(*offset), offsets.1.max(*offset));
                }
            };
            match &reference.shape {
                Shape::Cell { row, column } => {
                    widen(&mut rows, row);
                    widen(&mut columns, column);
                }
                Shape::Range {
                    rows: down,
                    columns: across,
                } => {
                    [down.0, down.1]
                        .iter()
                        .for_each(|row| widen(&mut rows, row));
                    [across.0, across.1]
                        .iter()
                        .for_each(|column| widen(&mut columns, column));
                }
                Shape::Rows(first, last) => {
                    [first, last]
                        .into_iter()
                        .for_each(|row| widen(&mut rows, row));
                }
                Shape::Columns(first, last) => {
                    [first, last]
                        .into_iter()
                        .for_each(|column| widen(&mut columns, column));
                }
                Shape::Invalid => {}
            }
        }
        Some(Cell::new(
            within(near.row, rows, grid.rows)?,
            within(near.column, columns, grid.columns)?,
        ))
    }
}

/// The position nearest to `near` from which both offsets stay below `len`.
fn within(near: u32, (least, greatest): (i32, i32), len: u32) -> Option<u32> {
    let first = least.unsigned_abs();
    let last = len.checked_sub(1)?.checked_sub(greatest.unsigned_abs())?;
    (first <= last).then(|| near.clamp(first, last))
}

/// The two axes of a sheet, and whether anchors mean something there.
#[derive(Clone, Copy)]
struct Axes<'a> {
    rows: &'a dyn Axis,
    columns: &'a dyn Axis,
    anchored: bool,
}

impl TemplateSheets {
    /// The axes in which the reference's coordinates are meant.
    fn axes<'a>(&self, here: SheetId, book: &'a dyn Book) -> Axes<'a> {
        let (sheet, anchored) = match self {
            TemplateSheets::Here => (here, true),
            TemplateSheets::Sheet(sheet) if book.sheet_name(*sheet).is_some() => (*sheet, true),
            _ => (here, false),
        };
        Axes {
            rows: book.rows(sheet),
            columns: book.columns(sheet),
            anchored,
        }
    }

    fn from_a1(sheets: &Sheets, book: &dyn Book) -> TemplateSheets {
        match sheets {
            Sheets::Here => TemplateSheets::Here,
            Sheets::Sheet(name) => match book.sheet(name) {
                Some(sheet) => TemplateSheets::Sheet(sheet),
                None => TemplateSheets::Unknown(name.clone()),
            },
            Sheets::Span(first, last) => match (book.sheet(first), book.sheet(last)) {
                (Some(first), Some(last)) => TemplateSheets::Span(first, last),
                _ => TemplateSheets::UnknownSpan(first.clone(), last.clone()),
            },
            Sheets::External { book, sheets } => TemplateSheets::External {
                book: book.clone(),
                sheets: sheets.clone(),
            },
        }
    }

    /// The sheets by name; nothing if one was deleted.
    fn to_a1(&self, book: &dyn Book) -> Option<Sheets> {
        Some(match self {
            TemplateSheets::Here => Sheets::Here,
            TemplateSheets::Sheet(sheet) => Sheets::Sheet(book.sheet_name(*sheet)?),
            TemplateSheets::Span(first, last) => {
                Sheets::Span(book.sheet_name(*first)?, book.sheet_name(*last)?)
            }
            TemplateSheets::External { book, sheets } => Sheets::External {
                book: book.clone(),
                sheets: sheets.clone(),
            },
            TemplateSheets::Unknown(name) => Sheets::Sheet(name.clone()),
            TemplateSheets::UnknownSpan(first, last) => Sheets::Span(first.clone(), last.clone()),
        })
    }
}

impl TemplateReference {
    /// The reference relative to a formula at `at` on the sheet `here`.
    pub fn from_a1(
        reference: &A1Reference,
        at: Cell,
        here: SheetId,
        book: &dyn Book,
    ) -> TemplateReference {
        let sheets = TemplateSheets::from_a1(&reference.sheets, book);
        let axes = sheets.axes(here, book);
        let row = |x: &A1Axis| relative(*x, at.row, axes.rows, axes.anchored);
        let column = |x: &A1Axis| relative(*x, at.column, axes.columns, axes.anchored);
        let shape = reference.shape.map(row, column);
        TemplateReference {
            shape: shape.with_sticky_ends(&reference.shape, axes),
            sheets,
        }
    }

    /// The reference as it reads at `at` on the sheet `here`; `#REF!` if a part of it is not on the grid.
    pub fn to_a1(&self, at: Cell, here: SheetId, book: &dyn Book) -> A1Reference {
        let Some(sheets) = self.sheets.to_a1(book) else {
            return A1Reference::invalid(Sheets::Here);
        };
        let shape = self.positions(at, here, book).unwrap_or(Shape::Invalid);
        A1Reference { sheets, shape }
    }

    /// The cells that a formula at `at` on the sheet `here` refers to, on each of the reference's sheets; nothing if
    /// that is `#REF!`.
    pub fn rect(&self, at: Cell, here: SheetId, book: &dyn Book) -> Option<Rect> {
        let axes = self.sheets.axes(here, book);
        let rows = axes.rows.len().checked_sub(1)?;
        let columns = axes.columns.len().checked_sub(1)?;
        self.positions(at, here, book)?.rect(rows, columns)
    }

    fn positions(&self, at: Cell, here: SheetId, book: &dyn Book) -> Option<Shape<A1Axis>> {
        let axes = self.sheets.axes(here, book);
        let row = |x: &TemplateAxis| x.at(at.row, axes.rows);
        let column = |x: &TemplateAxis| x.at(at.column, axes.columns);
        self.shape.try_map(row, column).map(Shape::in_order)
    }
}

impl Shape<TemplateAxis> {
    /// The shape with the ends of ranges that are tied to the last row or column of the grid made to stay there.
    fn with_sticky_ends(mut self, written: &Shape<A1Axis>, axes: Axes<'_>) -> Shape<TemplateAxis> {
        let stick = |end: &mut TemplateAxis, written: A1Axis, axis: &dyn Axis| {
            if written.absolute && u64::from(written.position) + 1 == u64::from(axis.len()) {
                *end = TemplateAxis::Last;
            }
        };
        match (&mut self, written) {
            (
                Shape::Range { rows, columns },
                Shape::Range {
                    rows: written_rows,
                    columns: written_columns,
                },
            ) => {
                stick(&mut rows.1, written_rows.1, axes.rows);
                stick(&mut columns.1, written_columns.1, axes.columns);
            }
            (Shape::Rows(_, last), Shape::Rows(_, written)) => stick(last, *written, axes.rows),
            (Shape::Columns(_, last), Shape::Columns(_, written)) => {
                stick(last, *written, axes.columns);
            }
            _ => {}
        }
        self
    }
}

/// A coordinate seen from the formula's own.
fn relative(axis: A1Axis, own: u32, of: &dyn Axis, anchored: bool) -> TemplateAxis {
    if !axis.absolute {
        // Positions stay far below 2^31, so the difference of two fits.
        return TemplateAxis::Relative(axis.position.wrapping_sub(own) as i32);
    }
    if anchored && axis.position < of.len() {
        TemplateAxis::Absolute(of.anchor(axis.position))
    } else {
        TemplateAxis::Fixed(axis.position)
    }
}

impl TemplateAxis {
    /// Where the coordinate is for a formula whose own is `own`; nothing if that is off the grid.
    pub fn position(self, own: u32, axis: &dyn Axis) -> Option<u32> {
        let position = match self {
            TemplateAxis::Relative(offset) => own.checked_add_signed(offset)?,
            TemplateAxis::Absolute(anchor) => axis.position(anchor)?,
            TemplateAxis::Fixed(position) => position,
            TemplateAxis::Last => axis.len().checked_sub(1)?,
        };
        (position < axis.len()).then_some(position)
    }

    fn at(self, own: u32, axis: &dyn Axis) -> Option<A1Axis> {
        Some(A1Axis {
            position: self.position(own, axis)?,
            absolute: !matches!(self, TemplateAxis::Relative(_)),
        })
    }
}

impl<X> Shape<X> {
    /// The same shape with each row and column turned into another kind of coordinate.
    pub fn map<Y>(&self, row: impl Fn(&X) -> Y, column: impl Fn(&X) -> Y) -> Shape<Y> {
        match self {
            Shape::Cell { row: r, column: c } => Shape::Cell {
                row: row(r),
                column: column(c),
            },
            Shape::Range { rows, columns } => Shape::Range {
                rows: (row(&rows.0), row(&rows.1)),
                columns: (column(&columns.0), column(&columns.1)),
            },
            Shape::Rows(first, last) => Shape::Rows(row(first), row(last)),
            Shape::Columns(first, last) => Shape::Columns(column(first), column(last)),
            Shape::Invalid => Shape::Invalid,
        }
    }

    /// The same, or nothing if one of the coordinates gives nothing.
    pub fn try_map<Y>(
        &self,
        row: impl Fn(&X) -> Option<Y>,
        column: impl Fn(&X) -> Option<Y>,
    ) -> Option<Shape<Y>> {
        Some(match self {
            Shape::Cell { row: r, column: c } => Shape::Cell {
                row: row(r)?,
                column: column(c)?,
            },
            Shape::Range { rows, columns } => Shape::Range {
                rows: (row(&rows.0)?, row(&rows.1)?),
                columns: (column(&columns.0)?, column(&columns.1)?),
            },
            Shape::Rows(first, last) => Shape::Rows(row(first)?, row(last)?),
            Shape::Columns(first, last) => Shape::Columns(column(first)?, column(last)?),
            Shape::Invalid => Shape::Invalid,
        })
    }
}

impl Shape<A1Axis> {
    /// The shape with the smaller ends first.
    fn in_order(self) -> Shape<A1Axis> {
        match self {
            Shape::Range { rows, columns } => Shape::Range {
                rows: ordered(rows.0, rows.1),
                columns: ordered(columns.0, columns.1),
            },
            Shape::Rows(first, last) => {
                let (first, last) = ordered(first, last);
                Shape::Rows(first, last)
            }
            Shape::Columns(first, last) => {
                let (first, last) = ordered(first, last);
                Shape::Columns(first, last)
            }
            other => other,
        }
    }

    /// The rectangle on a grid with these last row and column; nothing for `#REF!`.
    pub fn rect(&self, last_row: u32, last_column: u32) -> Option<Rect> {
        let (rows, columns) = match *self {
            Shape::Cell { row, column } => ((row, row), (column, column)),
            Shape::Range { rows, columns } => (rows, columns),
            Shape::Rows(first, last) => {
                let (top, bottom) = (first.position, last.position);
                return Some(Rect::new(Cell::new(top, 0), Cell::new(bottom, last_column)));
            }
            Shape::Columns(first, last) => {
                let (left, right) = (first.position, last.position);
                return Some(Rect::new(Cell::new(0, left), Cell::new(last_row, right)));
            }
            Shape::Invalid => return None,
        };
        let corner = |row: A1Axis, column: A1Axis| Cell::new(row.position, column.position);
        Some(Rect::new(
            corner(rows.0, columns.0),
            corner(rows.1, columns.1),
        ))
    }
}

impl<R> Ast<R> {
    /// The same tree with each reference turned into another kind of reference.
    #[must_use]
    pub fn map<S>(&self, mut f: impl FnMut(&R) -> S) -> Ast<S> {
        match self.try_map(|reference| Ok::<S, std::convert::Infallible>(f(reference))) {
            Ok(ast) => ast,
            Err(never) => match never {},
        }
    }
}
