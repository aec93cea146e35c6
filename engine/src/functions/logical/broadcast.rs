//! Stretching operands to a common size, for functions that choose among their arguments element by element.

use std::sync::Arc;

use crate::functions::lookup::table::Table;
use crate::functions::{Context, Operand};
use crate::value::{Array, CellError, Value};

/// The operand as an array; one that cannot be read as one is its error.
pub(in crate::functions) fn spread(context: &Context<'_>, operand: Operand) -> Arc<Array> {
    let array = match operand {
        Operand::Array(array) => return array,
        Operand::Value(value) => Ok(Array::single(value)),
        other => Table::of(&other).and_then(|table| table.to_array(context)),
    };
    Arc::new(array.unwrap_or_else(|error| Array::single(Value::Error(error))))
}

/// What `f` gives for the values of `parts` at each place. A dimension of 1 stretches; where a part has no value, `f`
/// sees `#N/A`.
///
/// # Errors
///
/// `#NUM!` if the result is too large.
pub(in crate::functions) fn broadcast(
    parts: &[Arc<Array>],
    mut f: impl FnMut(&[&Value]) -> Value,
) -> Result<Array, CellError> {
    let missing = Value::Error(CellError::Na);
    let rows = parts.iter().map(|part| part.rows()).max().unwrap_or(1);
    let columns = parts.iter().map(|part| part.columns()).max().unwrap_or(1);
    // Rows from here on are all alike: every part is stretched, in its tail or at its end.
    let stored = parts.iter().map(|part| distinct_rows(part, rows)).max();
    let stored = stored.unwrap_or(1).max(1);
    Array::check_size(stored, columns)?;

    let mut places = Vec::with_capacity(parts.len());
    let mut row_of = |row: u32| -> Vec<Value> {
        let place = |column| {
            places.clear();
            places.extend(
                parts
                    .iter()
                    .map(|part| part.broadcast(row, column).unwrap_or(&missing)),
            );
            f(&places)
        };
        (0..columns).map(place).collect()
    };
    let mut values = Vec::with_capacity(stored as usize * columns as usize);
    for row in 0..stored {
        values.append(&mut row_of(row));
    }
    if stored == rows {
        return Array::new(rows, columns, values);
    }
    let tail = row_of(stored);
    Array::with_tail(rows, tail, values)
}

/// The number of rows behind which an array, stretched to `rows` rows, does not change any more.
fn distinct_rows(part: &Array, rows: u32) -> u32 {
    if part.rows() == 1 {
        1
    } else if part.rows() == rows && !part.tail().is_empty() {
        part.stored_rows()
    } else {
        part.rows()
    }
}
