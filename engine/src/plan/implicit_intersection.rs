//! Ranges where a single value is wanted: intersected with the formula's row or column, or lifted.

use crate::functions::{Context, Operand, Reference, lift};
use crate::reference::{Area, Cell, Rect};
use crate::value::CellError;

/// The cell of a range that stands in the formula's row or column: what `@` gives.
///
/// A single cell is itself, on whatever sheet. A column gives the cell of the formula's row, a row that of its column.
///
/// # Errors
///
/// `#VALUE!` if the range has no such cell, or has several rows and columns.
pub(super) fn intersect(
    reference: &Reference,
    context: &Context<'_>,
) -> Result<Reference, CellError> {
    let area = reference.single()?;
    let rect = area.rect;
    let own = context.cell;
    let cell = match (rect.rows(), rect.columns()) {
        (1, 1) => rect.top_left(),
        (1, _) => Cell::new(rect.top, own.column),
        (_, 1) => Cell::new(own.row, rect.left),
        _ => return Err(CellError::Value),
    };
    if !rect.contains(cell) {
        return Err(CellError::Value);
    }
    Ok(Reference::area(Area::new(area.sheet, Rect::cell(cell))))
}

/// The operand's value or array: its reference, if it is one, is read, where ranges are not arrays only the cell of
/// the formula's row or column.
///
/// Arrays stay arrays everywhere: `{1,2}` lifts in the oldest formulas too.
pub(super) fn settle(operand: Operand, array_context: bool, context: &Context<'_>) -> Operand {
    match operand {
        Operand::Reference(reference) if array_context => lift::read(&reference, context),
        Operand::Reference(reference) => match intersect(&reference, context) {
            Ok(cell) => lift::read(&cell, context),
            Err(error) => Operand::from(error),
        },
        other => other,
    }
}
