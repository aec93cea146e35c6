//! Lifted calls: a function with single values for parameters, called once for each value of arrays.

use std::ops::ControlFlow;
use std::sync::Arc;

use super::call::coerce;
use crate::functions::lift::{self, Lanes};
use crate::functions::{Coercion, Context, Function, Operand};
use crate::value::{Array, CellError, Value};

/// An argument that is ready for its kernel, or as ready as it can be for all lanes at once.
pub(super) enum Prepared {
    /// The same operand in every lane.
    Ready(Operand),
    /// It fails in every lane.
    Failed(CellError),
    /// One value for each lane, still to be coerced.
    Lanes(Arc<Array>, Coercion),
}

/// Calls the kernel once for each lane. A lane that fails spoils no other; in each the first failing argument wins.
pub(super) fn lift_call(
    function: &Function,
    kernel: fn(&Context<'_>, &[Operand]) -> Operand,
    prepared: &[Prepared],
    context: &Context<'_>,
) -> Operand {
    let arrays = prepared.iter().filter_map(|one| match one {
        Prepared::Lanes(array, _) => Some(&**array),
        _ => None,
    });
    let Some(mut lanes) = Lanes::of(arrays) else {
        return Operand::from(CellError::Value);
    };
    if function.flags.volatile {
        lanes = lanes.written_out();
    }
    let mut operands: Vec<Operand> = prepared
        .iter()
        .map(|one| match one {
            Prepared::Ready(operand) => operand.clone(),
            _ => Operand::Omitted,
        })
        .collect();
    lanes.collect(|row, column| {
        if let Err(error) = fill(&mut operands, prepared, (row, column), context) {
            return ControlFlow::Continue(Value::Error(error));
        }
        let result = kernel(context, &operands);
        if context.cells.interrupted() {
            return ControlFlow::Break(Operand::Value(Value::Blank));
        }
        ControlFlow::Continue(match result {
            // An array of references has no values of its own.
            Operand::Reference(_) if function.flags.dynamic => Value::Error(CellError::Value),
            other => lift::top_left(&other, context),
        })
    })
}

/// Puts the values of one lane into the operands.
fn fill(
    operands: &mut [Operand],
    prepared: &[Prepared],
    (row, column): (u32, u32),
    context: &Context<'_>,
) -> Result<(), CellError> {
    for (slot, one) in operands.iter_mut().zip(prepared) {
        match one {
            Prepared::Ready(_) => {}
            Prepared::Failed(error) => return Err(*error),
            Prepared::Lanes(array, coercion) => {
                let value = array.broadcast(row, column).unwrap_or(&lift::MISSING);
                *slot = Operand::Value(coerce(value, *coercion, context.conventions)?);
            }
        }
    }
    Ok(())
}
