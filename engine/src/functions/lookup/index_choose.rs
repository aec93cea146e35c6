//! Choosing by number: INDEX, CHOOSE.

use super::table::Table;
use crate::functions::declare::functions;
use crate::functions::lift::{broadcast, read_operand};
use crate::functions::{Call, Context, Operand, Reference};
use crate::reference::Rect;
use crate::value::{CellError, Value, to_number};

functions! {
    /// The value at a row and column of a table, both counted from 1; of a range, the cell itself.
    ///
    /// A row or column of 0, or an empty one, stands for all of them. In a table of one row, a single number counts
    /// columns. `area` picks one rectangle of a reference that has several.
    ///
    ///     =INDEX({1,2;3,4}, 2, 1)      -> 3
    ///     =INDEX({"a","b","c"}, 3)     -> "c"
    ///     =SUM(INDEX({1,2;3,4}, 0, 2)) -> 6
    ///     =ROW(INDEX(A1:B9, 4, 2))     -> 4
    ///     =INDEX({1,2;3,4}, 3, 1)      -> #REF!
    "INDEX"(array: Array, row: Number, column: Number = 1e300, area: Number = 1) [returns_reference] => map_in(index);

    /// The argument at place `index`, counted from 1; the others are not evaluated.
    ///
    ///     =CHOOSE(2, "a", "b", "c")     -> "b"
    ///     =CHOOSE(4, "a", "b", "c")     -> #VALUE!
    ///     =SUM(CHOOSE(2, A1:A3, {4,5})) -> 9
    "CHOOSE"(index: Lazy; repeat value: Lazy) [returns_reference] => lazy(choose);
}

/// The default of INDEX's column: far beyond every grid, it tells `INDEX(a,2)` from `INDEX(a,2,)`, whose empty column
/// is 0 and stands for the whole row.
const NOT_GIVEN: f64 = 1e300;

fn index(
    _: &Context<'_>,
    array: &Operand,
    row: f64,
    column: f64,
    area: f64,
) -> Result<Operand, CellError> {
    let table = match array {
        Operand::Reference(reference) => Table::Area(*nth_area(reference, area)?),
        other if area.trunc() == 1.0 => Table::of(other)?,
        _ => return Err(CellError::Ref),
    };
    if row <= -1.0 || column <= -1.0 {
        return Err(CellError::Value);
    }
    let (row, column) = if column != NOT_GIVEN {
        (row, column)
    } else if table.rows() == 1 {
        (1.0, row)
    } else if table.columns() == 1 || !matches!(table, Table::Area(_)) {
        (row, 0.0)
    } else {
        // A single number picks a row of a computed array, but of a range that has several columns too it picks
        // nothing.
        return Err(CellError::Ref);
    };
    let (top, bottom) = span(row, table.rows())?;
    let (left, right) = span(column, table.columns())?;
    table.part(Rect {
        top,
        left,
        bottom,
        right,
    })
}

fn nth_area(reference: &Reference, number: f64) -> Result<&crate::reference::Area, CellError> {
    let number = number.trunc();
    if number < 1.0 {
        return Err(CellError::Value);
    }
    reference
        .areas
        .get(number as usize - 1)
        .ok_or(CellError::Ref)
}

/// The positions that a 1-based number among `count` stands for: all of them if it is 0.
fn span(number: f64, count: u32) -> Result<(u32, u32), CellError> {
    let number = number.trunc();
    if number == 0.0 {
        Ok((0, count - 1))
    } else if number > f64::from(count) {
        Err(CellError::Ref)
    } else {
        Ok((number as u32 - 1, number as u32 - 1))
    }
}

fn choose(call: &mut dyn Call) -> Result<Operand, CellError> {
    let indexes = match call.value(0) {
        Operand::Array(indexes) => indexes,
        Operand::Value(index) => {
            let place = place(call, &index)?;
            return Ok(call.operand(place));
        }
        _ => return Err(CellError::Value),
    };
    // An array of numbers: every argument that one of them names is evaluated, once.
    let mut part_of_place = vec![None; call.count()];
    let mut parts = vec![Operand::Array(indexes.clone())];
    for index in indexes.cells().iter().chain(indexes.tail()) {
        if let Ok(place) = place(call, index)
            && part_of_place[place].is_none()
        {
            part_of_place[place] = Some(parts.len());
            let operand = call.operand(place);
            parts.push(read_operand(operand, call.context()));
        }
    }
    Ok(broadcast(&parts, |values| match place(call, values[0]) {
        Ok(place) => {
            part_of_place[place].map_or(Value::Error(CellError::Na), |part| values[part].clone())
        }
        Err(error) => Value::Error(error),
    }))
}

/// The number of the argument that an index names.
fn place(call: &dyn Call, index: &Value) -> Result<usize, CellError> {
    let index = to_number(index.as_ref(), call.context().conventions)?.trunc();
    if index >= 1.0 && index < call.count() as f64 {
        Ok(index as usize)
    } else {
        Err(CellError::Value)
    }
}
