//! References that are computed: OFFSET and INDIRECT.

use crate::functions::declare::functions;
use crate::functions::{Context, Operand, Reference};
use crate::reference::{Area, Rect};
use crate::value::CellError;

functions! {
    /// The range that lies `rows` down and `columns` to the right of a reference.
    ///
    /// It has the size of the reference unless `height` or `width` are given; a negative one reaches up or to the
    /// left. A range that leaves the grid or has no cell is `#REF!`.
    ///
    ///     =ROW(OFFSET(B2, 3, 0))             -> 5
    ///     =ROWS(OFFSET(B2:C3, 1, 1, 4, 5))   -> 4
    ///     =COLUMNS(OFFSET(B2:C3, 1, 1, 4))   -> 2
    ///     =OFFSET(B2, -2, 0)                 -> #REF!
    "OFFSET"(
        reference: Range,
        rows: Number,
        columns: Number,
        height: Number or omitted,
        width: Number or omitted,
    ) [returns_reference, volatile, dynamic] => reference(offset);

    /// The reference that a text spells: an address in A1 form (R1C1 form if `a1` is FALSE) or a name.
    ///
    /// A text that is none is `#REF!`.
    ///
    ///     =ROW(INDIRECT("B" & 7))          -> 7
    ///     =ROW(INDIRECT("R3C2", FALSE))    -> 3
    ///     =INDIRECT("no reference")        -> #REF!
    "INDIRECT"(text: Text, a1: Boolean = true) [returns_reference, volatile, dynamic] => reference(indirect);
}

fn offset(
    context: &Context<'_>,
    reference: &Reference,
    rows: f64,
    columns: f64,
    height: Option<f64>,
    width: Option<f64>,
) -> Result<Operand, CellError> {
    let area = reference.single()?;
    let rect = area.rect;
    let (row_limit, column_limit) = context.cells.grid(area.sheet);
    let height = height.unwrap_or(f64::from(rect.rows()));
    let width = width.unwrap_or(f64::from(rect.columns()));
    let (top, bottom) = span(rect.top, rows, height, row_limit)?;
    let (left, right) = span(rect.left, columns, width, column_limit)?;
    let rect = Rect {
        top,
        left,
        bottom,
        right,
    };
    Ok(Reference::area(Area::new(area.sheet, rect)).into())
}

/// First and last position of `length` positions, to the back if negative, that begin `by` behind `start`.
fn span(start: u32, by: f64, length: f64, limit: u32) -> Result<(u32, u32), CellError> {
    let (by, length) = (by.trunc(), length.trunc());
    let start = f64::from(start) + by;
    let end = if length > 0.0 {
        start + length - 1.0
    } else if length < 0.0 {
        start + length + 1.0
    } else {
        return Err(CellError::Ref);
    };
    let (first, last) = (start.min(end), start.max(end));
    if first < 0.0 || last >= f64::from(limit) {
        return Err(CellError::Ref);
    }
    Ok((first as u32, last as u32))
}

fn indirect(context: &Context<'_>, text: &str, a1: bool) -> Result<Operand, CellError> {
    context
        .cells
        .resolve(text.trim(), !a1, context.sheet, context.cell)
        .map(Operand::from)
}
