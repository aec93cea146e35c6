//! Where a plan's references lie, seen from one cell.

use smallvec::SmallVec;

use super::bound::{BoundReference, External, ThisRow};
use crate::formula::TemplateAxis;
use crate::formula::ast::Shape;
use crate::functions::{Context, Operand, Reference};
use crate::limits;
use crate::reference::{Area, Axis, Cell, IdentityAxis, Rect, SheetId};
use crate::value::CellError;

/// The cells that a reference means for the formula's cell.
///
/// # Errors
///
/// `#REF!` if a part of it lies outside the grid, or a row or column that it is tied to is gone.
pub(super) fn resolve(
    reference: &BoundReference,
    context: &Context<'_>,
) -> Result<Reference, CellError> {
    let mut areas: SmallVec<[Area; 1]> = SmallVec::with_capacity(reference.sheets.len());
    for sheet in &reference.sheets {
        let rect = rectangle_on(*sheet, &reference.shape, reference.wraps, context)?;
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
    let data = rectangle_on(this_row.sheet, &data, false, context)?;
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

/// The values of another workbook's cells.
///
/// # Errors
///
/// `#REF!` if they lie outside the grid or are not stored.
pub(super) fn resolve_external(
    external: &External,
    context: &Context<'_>,
) -> Result<Operand, CellError> {
    let rows = IdentityAxis { len: limits::ROWS };
    let columns = IdentityAxis {
        len: limits::COLUMNS,
    };
    let rect = rectangle(&external.shape, (&rows, &columns), false, context.cell)?;
    context
        .cells
        .external(&external.book, &external.sheet, rect)
        .ok_or(CellError::Ref)
}

fn rectangle_on(
    sheet: SheetId,
    shape: &Shape<TemplateAxis>,
    wraps: bool,
    context: &Context<'_>,
) -> Result<Rect, CellError> {
    let rows = context.cells.rows(sheet).ok_or(CellError::Ref)?;
    let columns = context.cells.columns(sheet).ok_or(CellError::Ref)?;
    rectangle(shape, (rows, columns), wraps, context.cell)
}

fn rectangle(
    shape: &Shape<TemplateAxis>,
    (rows, columns): (&dyn Axis, &dyn Axis),
    wraps: bool,
    own: Cell,
) -> Result<Rect, CellError> {
    let row = |at: TemplateAxis| place(at, own.row, rows, wraps);
    let column = |at: TemplateAxis| place(at, own.column, columns, wraps);
    let (from, to) = match *shape {
        Shape::Cell { row: r, column: c } => {
            return Ok(Rect::cell(Cell::new(row(r)?, column(c)?)));
        }
        Shape::Range {
            rows: (top, bottom),
            columns: (left, right),
        } => ((row(top)?, column(left)?), (row(bottom)?, column(right)?)),
        Shape::Rows(first, last) => ((row(first)?, 0), (row(last)?, last_of(columns)?)),
        Shape::Columns(first, last) => ((0, column(first)?), (last_of(rows)?, column(last)?)),
        Shape::Invalid => return Err(CellError::Ref),
    };
    Ok(Rect::new(Cell::new(from.0, from.1), Cell::new(to.0, to.1)))
}

fn last_of(axis: &dyn Axis) -> Result<u32, CellError> {
    axis.len().checked_sub(1).ok_or(CellError::Ref)
}

/// The position of a coordinate.
fn place(at: TemplateAxis, own: u32, axis: &dyn Axis, wraps: bool) -> Result<u32, CellError> {
    let position = match at {
        TemplateAxis::Relative(offset) if wraps && !axis.is_empty() => {
            let position = i64::from(own) + i64::from(offset);
            u32::try_from(position.rem_euclid(i64::from(axis.len()))).ok()
        }
        at => at.position(own, axis),
    };
    position.ok_or(CellError::Ref)
}
