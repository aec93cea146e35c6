//! Calls of functions whose arguments have all been evaluated: coercion, lifting, the first failing argument.

use std::sync::Arc;

use smallvec::SmallVec;

use super::bound::{Argument, BoundCall};
use super::broadcast::{Prepared, lift_call};
use super::fold::call_fold;
use super::implicit_intersection::settle;
use crate::functions::{Absent, Coercion, Context, Flags, Kernel, Operand, Parameter, Reference};
use crate::value::{Array, CellError, Conventions, Value, to_boolean, to_number, to_text};

/// The operands of one call; most have few.
pub(super) type Operands = SmallVec<[Operand; 4]>;

/// Calls a function that is not lazy; `operands` are those of the arguments that are not empty.
pub(super) fn call(
    bound: &BoundCall,
    operands: Operands,
    array_context: bool,
    context: &Context<'_>,
) -> Operand {
    let kernel = match bound.function.kernel {
        Kernel::Fold(start) => {
            return Operand::Value(call_fold(start, bound, operands, context));
        }
        Kernel::Map(kernel) | Kernel::Array(kernel) | Kernel::Reference(kernel) => kernel,
        Kernel::Lazy(_) => return Operand::from(CellError::Value),
    };
    let mut given = operands.into_iter();
    let mut prepared: SmallVec<[Prepared; 4]> = SmallVec::new();
    for argument in &bound.arguments {
        let operand = argument.nodes.and_then(|_| given.next());
        prepared.push(match operand {
            None => empty(argument.parameter, context.conventions),
            Some(operand) => {
                let place = Place {
                    flags: &bound.function.flags,
                    array_context,
                };
                prepare(argument, operand, place, context)
            }
        });
        if context.cells.interrupted() {
            return Operand::Value(Value::Blank);
        }
    }
    prepared.extend(bound.defaults.iter().cloned().map(Prepared::Ready));
    if prepared
        .iter()
        .any(|one| matches!(one, Prepared::Lanes(..)))
    {
        return lift_call(bound.function, kernel, &prepared, context);
    }
    let mut operands = Operands::new();
    for one in prepared {
        match one {
            Prepared::Ready(operand) => operands.push(operand),
            Prepared::Failed(error) => return Operand::from(error),
            Prepared::Lanes(..) => {}
        }
    }
    kernel(context, &operands)
}

/// Where an argument stands.
#[derive(Clone, Copy)]
struct Place<'a> {
    flags: &'a Flags,
    array_context: bool,
}

/// What an empty argument is to the kernel.
///
/// # Errors
///
/// As the argument's error.
pub(super) fn empty_argument(
    parameter: &Parameter,
    conventions: &Conventions,
) -> Result<Operand, CellError> {
    match empty(parameter, conventions) {
        Prepared::Ready(operand) => Ok(operand),
        Prepared::Failed(error) => Err(error),
        Prepared::Lanes(..) => Err(CellError::Value),
    }
}

/// An empty argument: blank, or not given at all where the kernel can tell.
fn empty(parameter: &Parameter, conventions: &Conventions) -> Prepared {
    if parameter.absent == Absent::Omitted {
        return Prepared::Ready(Operand::Omitted);
    }
    match parameter.coercion {
        Coercion::Range => Prepared::Failed(CellError::Value),
        coercion => coerced(&Value::Blank, coercion, conventions),
    }
}

fn prepare(
    argument: &Argument,
    operand: Operand,
    place: Place<'_>,
    context: &Context<'_>,
) -> Prepared {
    let coercion = argument.parameter.coercion;
    match (coercion, operand) {
        (Coercion::Range, Operand::Reference(reference)) => {
            Prepared::Ready(Operand::Reference(reference))
        }
        (Coercion::Range, Operand::Value(Value::Error(error))) => Prepared::Failed(error),
        (Coercion::Range, _) => Prepared::Failed(CellError::Value),
        (Coercion::Array | Coercion::Table, Operand::Value(Value::Error(error))) => {
            Prepared::Failed(error)
        }
        (Coercion::Array | Coercion::Table | Coercion::Numbers | Coercion::Lazy, operand) => {
            Prepared::Ready(operand)
        }
        (_, Operand::Reference(reference))
            if place.flags.refuses_ranges && !is_cell(&reference) =>
        {
            Prepared::Failed(CellError::Value)
        }
        (_, operand) => match settle(operand, place.array_context, context) {
            Operand::Value(value) => coerced(&value, coercion, context.conventions),
            Operand::Array(array) => lanes(array, coercion, context.conventions),
            Operand::Reference(_) => Prepared::Failed(CellError::Value),
            Operand::Omitted => coerced(&Value::Blank, coercion, context.conventions),
        },
    }
}

fn is_cell(reference: &Reference) -> bool {
    reference.single().is_ok_and(|area| area.rect.size() == 1)
}

/// An array of one value is that value; others lift.
fn lanes(array: Arc<Array>, coercion: Coercion, conventions: &Conventions) -> Prepared {
    if array.rows() == 1 && array.columns() == 1 {
        return coerced(array.get(0, 0), coercion, conventions);
    }
    Prepared::Lanes(array, coercion)
}

fn coerced(value: &Value, coercion: Coercion, conventions: &Conventions) -> Prepared {
    match coerce(value, coercion, conventions) {
        Ok(value) => Prepared::Ready(Operand::Value(value)),
        Err(error) => Prepared::Failed(error),
    }
}

/// A single value as a parameter wants it.
///
/// # Errors
///
/// The value's own error, or that of the coercion.
pub(super) fn coerce(
    value: &Value,
    coercion: Coercion,
    conventions: &Conventions,
) -> Result<Value, CellError> {
    match (coercion, value) {
        (Coercion::Number, _) => to_number(value.as_ref(), conventions).map(Value::Number),
        (Coercion::Text, Value::Text(_)) => Ok(value.clone()),
        (Coercion::Text, _) => to_text(value.as_ref()).map(|text| Value::text(&*text)),
        (Coercion::Boolean, _) => to_boolean(value.as_ref()).map(Value::Boolean),
        (Coercion::Any, Value::Error(error)) => Err(*error),
        _ => Ok(value.clone()),
    }
}
