//! What a plan reads, as rectangles relative to its cell. Too much is allowed, too little never.

use smallvec::SmallVec;

use super::bind::Binder;
use crate::formula::TemplateAxis;
use crate::formula::ast::Shape;
use crate::graph::Read;
use crate::limits;
use crate::reference::{Axis, SheetId};

/// First and last coordinate.
pub(super) type Span = (TemplateAxis, TemplateAxis);

/// A reference in a place where it is intersected with the formula's row or column: what stands in its place, and what
/// of it is read.
///
/// A whole column is the cell of the formula's row; of a column's part the formula's row is read, if it lies in it. A
/// rectangle of several rows and columns has no such cell and is not read.
pub(super) fn intersected(
    shape: Shape<TemplateAxis>,
) -> (Shape<TemplateAxis>, Option<Shape<TemplateAxis>>) {
    let own = TemplateAxis::Relative(0);
    match shape {
        Shape::Columns(first, last) if first == last => {
            let (row, column) = (own, first);
            let cell = Shape::Cell { row, column };
            (cell, Some(cell))
        }
        Shape::Rows(first, last) if first == last => {
            let (row, column) = (first, own);
            let cell = Shape::Cell { row, column };
            (cell, Some(cell))
        }
        Shape::Range { rows, columns } => {
            let row = (rows.0 == rows.1).then_some(rows.0);
            let column = (columns.0 == columns.1).then_some(columns.0);
            let read = match (row, column) {
                (None, None) => None,
                (row, column) => Some(Shape::Cell {
                    row: row.unwrap_or(own),
                    column: column.unwrap_or(own),
                }),
            };
            (shape, read)
        }
        Shape::Cell { .. } => (shape, Some(shape)),
        Shape::Rows(..) | Shape::Columns(..) | Shape::Invalid => (shape, None),
    }
}

impl Binder<'_> {
    /// The rows and columns of a sheet; nothing if it is gone.
    pub(super) fn axes(&self, sheet: SheetId) -> Option<(&dyn Axis, &dyn Axis)> {
        Some((self.book.rows(sheet)?, self.book.columns(sheet)?))
    }

    /// Notes that the cells of `shape` are read. A relative coordinate that `wraps` is read on both sides of the edge.
    pub(super) fn read(&mut self, sheet: SheetId, shape: Shape<TemplateAxis>, wraps: bool) {
        if !wraps {
            return self.read_once(sheet, shape);
        }
        let (height, width) = self
            .axes(sheet)
            .map_or((limits::ROWS, limits::COLUMNS), |(rows, columns)| {
                (rows.len(), columns.len())
            });
        match shape {
            Shape::Cell { row, column } => {
                for row in around(row, height) {
                    for column in around(column, width) {
                        self.read_once(sheet, Shape::Cell { row, column });
                    }
                }
            }
            Shape::Range { rows, columns } => {
                for rows in spans_around(rows, height) {
                    for columns in spans_around(columns, width) {
                        self.read_once(sheet, Shape::Range { rows, columns });
                    }
                }
            }
            Shape::Rows(first, last) => {
                for (first, last) in spans_around((first, last), height) {
                    self.read_once(sheet, Shape::Rows(first, last));
                }
            }
            Shape::Columns(first, last) => {
                for (first, last) in spans_around((first, last), width) {
                    self.read_once(sheet, Shape::Columns(first, last));
                }
            }
            Shape::Invalid => {}
        }
    }

    fn read_once(&mut self, sheet: SheetId, shape: Shape<TemplateAxis>) {
        let read = Read { sheet, shape };
        if self.seen_reads.insert(read) {
            self.plan.reads.push(read);
        }
    }
}

/// The coordinates that a relative one may mean where the grid's edges wrap.
fn around(axis: TemplateAxis, len: u32) -> SmallVec<[TemplateAxis; 2]> {
    let mut both = SmallVec::from_slice(&[axis]);
    if let TemplateAxis::Relative(offset) = axis
        && offset != 0
    {
        let other = i64::from(offset) - i64::from(offset.signum()) * i64::from(len);
        if let Ok(other) = i32::try_from(other) {
            both.push(TemplateAxis::Relative(other));
        }
    }
    both
}

fn spans_around((first, last): Span, len: u32) -> SmallVec<[Span; 4]> {
    let mut spans = SmallVec::new();
    for first in around(first, len) {
        for last in around(last, len) {
            spans.push(match (first, last) {
                (TemplateAxis::Relative(a), TemplateAxis::Relative(b)) if a > b => (last, first),
                _ => (first, last),
            });
        }
    }
    spans
}
