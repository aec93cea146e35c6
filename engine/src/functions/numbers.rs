//! Reading the values of an operand, whatever it is.

use std::ops::ControlFlow;

use super::{Context, Operand};
use crate::value::{CellError, Value, ValueRef, to_number};

/// Shows each value of the operand that is not blank, in order, until the visitor fails; `#NUM!` for an array that would
/// be too large if it were written out.
pub(in crate::functions) fn visit(
    context: &Context<'_>,
    operand: &Operand,
    visitor: &mut dyn FnMut(ValueRef<'_>) -> Result<(), CellError>,
) -> Result<(), CellError> {
    match operand {
        Operand::Omitted | Operand::Value(Value::Blank) => Ok(()),
        Operand::Value(value) => visitor(value.as_ref()),
        Operand::Array(array) => array.visit_filled(visitor),
        Operand::Reference(reference) => {
            let mut result = Ok(());
            for area in &reference.areas {
                context.cells.visit(area, &mut |_, value| {
                    result = visitor(value);
                    match result {
                        Ok(()) => ControlFlow::Continue(()),
                        Err(_) => ControlFlow::Break(()),
                    }
                });
                result?;
            }
            Ok(())
        }
    }
}

/// The numbers of the operand, as an argument of MEDIAN or LARGE.
///
/// In ranges and arrays everything but numbers is passed over; a single value is coerced.
///
/// # Errors
///
/// The first error among the values; `#VALUE!` for a single text that is no number.
pub(in crate::functions) fn numbers(
    context: &Context<'_>,
    operand: &Operand,
) -> Result<Vec<f64>, CellError> {
    if let Operand::Value(value) = operand {
        return Ok(vec![to_number(value, context.conventions)?]);
    }
    let mut numbers = Vec::new();
    visit(context, operand, &mut |value| {
        match value {
            ValueRef::Number(x) => numbers.push(x),
            ValueRef::Error(error) => return Err(error),
            _ => {}
        }
        Ok(())
    })?;
    Ok(numbers)
}
