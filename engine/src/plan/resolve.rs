//! Where a plan's references lie, seen from one cell.

use smallvec::SmallVec;

use super::bound::{BoundReference, ThisRow};
use crate::formula::TemplateAxis;
use crate::formula::ast::Shape;
use crate::functions::{Context, Reference};
use crate::reference::{Area, Axis, Rect, SheetId};
use crate::value::CellError;

/// The cells that a reference means for the formula's cell.
///
/// # Errors
///
/// `#REF!` if it lies, or begins, outside the grid, or a row or column of it is gone. A range that only ends outside is
/// cut.
pub(super) fn resolve(
    reference: &BoundReference,
    context: &Context<'_>,
) -> Result<Reference, CellError> {
    let mut areas: SmallVec<[Area; 1]> = SmallVec::with_capacity(reference.sheets.len());
    for sheet in &reference.sheets {
        let rect = rectangle(*sheet, &reference.shape, reference.wraps, context)?;
        areas.push(Area::new(*sheet, rect));
    }
    if areas.is_empty() {
        return Err(CellError::Ref);
    }
    Ok(Reference { areas })
}

/// The cells of the formula's own row of a table.
///
/// # Errors
///
/// `#VALUE!` if the formula does not stand beside the table's data.
pub(super) fn resolve_this_row(
    this_row: &ThisRow,
    context: &Context<'_>,
) -> Result<Reference, CellError> {
    let data = Shape::Range {
        rows: this_row.rows,
        columns: this_row.columns,
    };
    let data = rectangle(this_row.sheet, &data, false, context)?;
    let row = context.cell.row;
    if !(data.top..=data.bottom).contains(&row) {
        return Err(CellError::Value);
    }
    let rect = Rect {
        top: row,
        bottom: row,
        ..data
    };
    Ok(Reference::area(Area::new(this_row.sheet, rect)))
}

fn rectangle(
    sheet: SheetId,
    shape: &Shape<TemplateAxis>,
    wraps: bool,
    context: &Context<'_>,
) -> Result<Rect, CellError> {
    let cells = context.cells;
    let row_axis = cells.rows(sheet).ok_or(CellError::Ref)?;
    let column_axis = cells.columns(sheet).ok_or(CellError::Ref)?;
    let row = |at| place(at, context.cell.row, row_axis, wraps);
    let column = |at| place(at, context.cell.column, column_axis, wraps);
    let every = |axis: &dyn Axis| (0, i64::from(axis.len()) - 1);
    let (rows, columns) = match *shape {
        Shape::Cell { row: r, column: c } => {
            let (row, column) = (row(r)?, column(c)?);
            if row >= i64::from(row_axis.len()) || column >= i64::from(column_axis.len()) {
                return Err(CellError::Ref);
            }
            ((row, row), (column, column))
        }
        Shape::Range { rows, columns } => (
            (row(rows.0)?, row(rows.1)?),
            (column(columns.0)?, column(columns.1)?),
        ),
        Shape::Rows(first, last) => ((row(first)?, row(last)?), every(column_axis)),
        Shape::Columns(first, last) => (every(row_axis), (column(first)?, column(last)?)),
        Shape::Invalid => return Err(CellError::Ref),
    };
    let (top, bottom) = on_grid(rows, row_axis)?;
    let (left, right) = on_grid(columns, column_axis)?;
    Ok(Rect {
        top,
        left,
        bottom,
        right,
    })
}

/// The position of a coordinate, perhaps outside the grid.
fn place(at: TemplateAxis, own: u32, axis: &dyn Axis, wraps: bool) -> Result<i64, CellError> {
    let len = i64::from(axis.len());
    match at {
        TemplateAxis::Relative(offset) => {
            let position = i64::from(own) + i64::from(offset);
            Ok(if wraps && len > 0 {
                position.rem_euclid(len)
            } else {
                position
            })
        }
        TemplateAxis::Absolute(anchor) => {
            axis.position(anchor).map(i64::from).ok_or(CellError::Ref)
        }
        TemplateAxis::Fixed(position) => Ok(i64::from(position)),
        TemplateAxis::Last => Ok(len - 1),
    }
}

/// First and last position of a span, in order, its end cut off at the grid's edge.
fn on_grid((a, b): (i64, i64), axis: &dyn Axis) -> Result<(u32, u32), CellError> {
    let (first, last) = (a.min(b), a.max(b).min(i64::from(axis.len()) - 1));
    match (u32::try_from(first), u32::try_from(last)) {
        (Ok(first), Ok(last)) if first <= last => Ok((first, last)),
        _ => Err(CellError::Ref),
    }
}
