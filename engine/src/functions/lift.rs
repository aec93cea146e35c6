//! Lifting: one result for each place of one or several arrays.
//!
//! The result is as tall and as wide as the largest operand. A dimension of 1 stretches; where an operand has no value
//! the lane sees `#N/A`. A whole column is lifted over its used part and one lane more, the tail, which stands for
//! every row behind it.

use std::ops::ControlFlow;
use std::sync::Arc;

use smallvec::SmallVec;

use super::{Context, Operand, Reference};
use crate::reference::Area;
use crate::value::{Array, CellError, Value, ValueRef};

/// What a lane sees where an array has no value.
pub static MISSING: Value = Value::Error(CellError::Na);

static BLANK: Value = Value::Blank;
static NOT_A_VALUE: Value = Value::Error(CellError::Value);

/// The places of a lifted computation.
///
/// # Examples
///
/// ```
/// use tabulith::functions::lift::Lanes;
/// use tabulith::value::{Array, Value};
///
/// let down = Array::new(2, 1, vec![1.0.into(), 2.0.into()]).unwrap();
/// let right = Array::new(1, 3, vec![1.0.into(), 2.0.into(), 3.0.into()]).unwrap();
/// let lanes = Lanes::of([&down, &right]).unwrap();
/// assert_eq!((lanes.rows(), lanes.columns()), (2, 3));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lanes {
    rows: u32,
    columns: u32,
    /// Rows that are computed one by one; the lanes of the row behind them stand for all that follow.
    stored: u32,
}

impl Lanes {
    /// The lanes over these arrays; nothing if there is no array.
    pub fn of<'a>(arrays: impl IntoIterator<Item = &'a Array>) -> Option<Lanes> {
        let arrays: SmallVec<[&Array; 4]> = arrays.into_iter().collect();
        let rows = arrays.iter().map(|array| array.rows()).max()?;
        let columns = arrays.iter().map(|array| array.columns()).max()?;
        let written_out = arrays.iter().map(|array| match array.rows() {
            // One row stretches over all, so it says nothing of where the tail begins.
            1 if rows > 1 => 0,
            own if own == rows && !array.tail().is_empty() => array.stored_rows(),
            // Behind the last row of a shorter array everything is `#N/A`: its own tail ends there.
            own => own,
        });
        let stored = written_out.max()?;
        Some(Lanes {
            rows,
            columns,
            stored,
        })
    }

    /// Number of rows of the result.
    pub fn rows(&self) -> u32 {
        self.rows
    }

    /// Number of columns of the result.
    pub fn columns(&self) -> u32 {
        self.columns
    }

    /// The same lanes, each row computed on its own: for functions that give another value at each call.
    #[must_use]
    pub fn written_out(self) -> Lanes {
        Lanes {
            stored: self.rows,
            ..self
        }
    }

    /// Number of rows that are computed: [`collect`](Lanes::collect) asks for these.
    pub fn computed_rows(&self) -> u32 {
        if self.stored < self.rows {
            self.stored + 1
        } else {
            self.rows
        }
    }

    /// The array of `f(row, column)` for each lane in row-major order; `f` may break off with the result of the whole.
    ///
    /// # Errors
    ///
    /// As a value: `#NUM!` if the array would be too large.
    pub fn collect(&self, mut f: impl FnMut(u32, u32) -> ControlFlow<Operand, Value>) -> Operand {
        let computed = self.computed_rows();
        if let Err(error) = Array::check_size(computed, self.columns) {
            return Operand::from(error);
        }
        let mut cells = Vec::with_capacity(computed as usize * self.columns as usize);
        for row in 0..computed {
            for column in 0..self.columns {
                match f(row, column) {
                    ControlFlow::Continue(value) => cells.push(value),
                    ControlFlow::Break(result) => return result,
                }
            }
        }
        let array = if computed > self.stored {
            let tail = cells.split_off(self.stored as usize * self.columns as usize);
            Array::with_tail(self.rows, tail, cells)
        } else {
            Array::new(self.rows, self.columns, cells)
        };
        array.map_or_else(Operand::from, Operand::from)
    }
}

/// Calls `f` once for each lane of the operands, or once if none is an array.
///
/// References must have been read before; one that was not is `#VALUE!`. An operand that was not given is blank.
///
/// # Examples
///
/// ```
/// use tabulith::functions::{Operand, lift::broadcast};
/// use tabulith::value::{Array, CellError, Value};
///
/// let letters = Operand::from(Array::new(1, 2, vec!["a".into(), "b".into()]).unwrap());
/// let lengths = broadcast(&[letters, Operand::from("c")], |lane| {
///     Value::text(lane.iter().map(|value| value.to_string()).collect::<String>())
/// });
/// let expected = Array::new(1, 2, vec!["ac".into(), "bc".into()]).unwrap();
/// assert_eq!(lengths, Operand::from(expected));
/// ```
pub fn broadcast(operands: &[Operand], mut f: impl FnMut(&[&Value]) -> Value) -> Operand {
    let lanes = Lanes::of(operands.iter().filter_map(array_of));
    let mut lane: SmallVec<[&Value; 4]> = SmallVec::new();
    let Some(lanes) = lanes else {
        lane.extend(operands.iter().map(|operand| value_at(operand, 0, 0)));
        return Operand::Value(f(&lane));
    };
    lanes.collect(|row, column| {
        lane.clear();
        lane.extend(
            operands
                .iter()
                .map(|operand| value_at(operand, row, column)),
        );
        ControlFlow::Continue(f(&lane))
    })
}

/// The array, if the operand is one.
pub fn array_of(operand: &Operand) -> Option<&Array> {
    match operand {
        Operand::Array(array) => Some(array),
        _ => None,
    }
}

/// What a lane sees of an operand that has been read.
pub fn value_at(operand: &Operand, row: u32, column: u32) -> &Value {
    match operand {
        Operand::Value(value) => value,
        Operand::Array(array) => array.broadcast(row, column).unwrap_or(&MISSING),
        Operand::Reference(_) => &NOT_A_VALUE,
        Operand::Omitted => &BLANK,
    }
}

/// The values of a reference: a value for a single cell, an array for more, `#VALUE!` for several rectangles.
///
/// Blank cells stay blank. Rows behind the last used one become the array's tail.
pub fn read(reference: &Reference, context: &Context<'_>) -> Operand {
    match reference.single() {
        Ok(area) if area.rect.size() == 1 => {
            Operand::Value(context.cells.value(area.sheet, area.rect.top_left()))
        }
        Ok(area) => read_area(&area, context).map_or_else(Operand::from, Operand::from),
        Err(error) => Operand::from(error),
    }
}

/// The operand with its reference, if it is one, read.
pub fn read_operand(operand: Operand, context: &Context<'_>) -> Operand {
    match operand {
        Operand::Reference(reference) => read(&reference, context),
        other => other,
    }
}

/// The values of a rectangle as an array.
///
/// # Errors
///
/// `#NUM!` if it has too many used cells.
pub fn read_area(area: &Area, context: &Context<'_>) -> Result<Array, CellError> {
    let (rows, columns) = (area.rect.rows(), area.rect.columns());
    let used = context.cells.used(area);
    let stored = used.map_or(0, |used| {
        used.bottom.min(area.rect.bottom) - area.rect.top + 1
    });
    Array::check_size(stored.max(1), columns)?;
    let width = columns as usize;
    let mut cells = vec![Value::Blank; stored as usize * width];
    if used.is_some() {
        context.cells.visit(area, &mut |cell, value: ValueRef<'_>| {
            let row = (cell.row - area.rect.top) as usize;
            let column = (cell.column - area.rect.left) as usize;
            match cells.get_mut(row * width + column) {
                Some(slot) => {
                    *slot = value.to_value();
                    ControlFlow::Continue(())
                }
                None => ControlFlow::Break(()),
            }
        });
    }
    Array::with_tail(rows, vec![Value::Blank; width], cells)
}

/// The operand's first value: itself, the upper left value of an array, the value of the upper left cell of a
/// reference.
pub fn top_left(operand: &Operand, context: &Context<'_>) -> Value {
    match operand {
        Operand::Value(value) => value.clone(),
        Operand::Array(array) => array.get(0, 0).clone(),
        Operand::Reference(reference) => match reference.single() {
            Ok(area) => context.cells.value(area.sheet, area.rect.top_left()),
            Err(error) => Value::Error(error),
        },
        Operand::Omitted => Value::Blank,
    }
}

impl From<Arc<Array>> for Operand {
    fn from(array: Arc<Array>) -> Operand {
        Operand::Array(array)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tail_that_ends_before_the_result_is_followed_by_what_is_missing() {
        let short = Array::with_tail(3, vec![1.0.into()], vec![2.0.into()]).unwrap();
        let long = Array::new(
            4,
            1,
            vec![10.0.into(), 20.0.into(), 30.0.into(), 40.0.into()],
        )
        .unwrap();
        let lanes = Lanes::of([&short, &long]).unwrap();
        let sums = lanes.collect(|row, _| {
            let value = short.broadcast(row, 0).unwrap_or(&MISSING).clone();
            ControlFlow::Continue(value)
        });
        let expected = Array::new(
            4,
            1,
            vec![2.0.into(), 1.0.into(), 1.0.into(), CellError::Na.into()],
        )
        .unwrap();
        assert_eq!(sums, Operand::from(expected));
    }

    #[test]
    fn one_row_is_stored_as_it_is() {
        let row = Array::new(1, 2, vec![1.0.into(), 2.0.into()]).unwrap();
        let lanes = Lanes::of([&row]).unwrap();
        let same = lanes.collect(|row_number, column| {
            ControlFlow::Continue(row.get(row_number, column).clone())
        });
        assert_eq!(same, Operand::from(row.clone()));
    }
}
