//! The operators on values and arrays.
//!
//! Of two operands in error the left one's error is the result. Arrays lift, each place on its own.

use std::cmp::Ordering;

use super::implicit_intersection::{intersect, settle};
use super::reference_operators::{intersection, range, spill, union};
use crate::formula::ast::{BinaryOperator, UnaryOperator};
use crate::functions::{Context, Operand, lift};
use crate::limits;
use crate::value::arithmetic::{add, divide, multiply, power, snap, subtract};
use crate::value::{
    CellError, Conventions, Value, ValueRef, operator_compare, operator_equal, push_text, to_number,
};

/// An operator with one operand.
pub(super) fn unary(
    operator: UnaryOperator,
    operand: Operand,
    array_context: bool,
    context: &Context<'_>,
) -> Operand {
    let conventions = context.conventions;
    match operator {
        UnaryOperator::Minus | UnaryOperator::Percent => {
            let operand = settle(operand, array_context, context);
            lift::broadcast(&[operand], |lane| {
                unary_of(operator, lane[0].as_ref(), conventions)
            })
        }
        UnaryOperator::Plus => settle(operand, array_context, context),
        UnaryOperator::Intersect => at(operand, context),
        UnaryOperator::Spill => spill(&operand, context),
        UnaryOperator::Parentheses => operand,
    }
}

/// The minus sign or `%` on a single value.
pub(super) fn unary_of(
    operator: UnaryOperator,
    value: ValueRef<'_>,
    conventions: &Conventions,
) -> Value {
    Value::from(to_number(value, conventions).map(|x| negative_or_percent(operator, x)))
}

/// The minus sign or `%` on a number.
pub(super) fn negative_or_percent(operator: UnaryOperator, x: f64) -> f64 {
    match operator {
        UnaryOperator::Percent => x / 100.0,
        _ => -x,
    }
}

/// `@x`: of a range the cell in the formula's row or column, of an array the upper left value.
fn at(operand: Operand, context: &Context<'_>) -> Operand {
    match operand {
        Operand::Reference(reference) => {
            intersect(&reference, context).map_or_else(Operand::from, Operand::from)
        }
        Operand::Array(array) => Operand::Value(array.get(0, 0).clone()),
        other => other,
    }
}

/// An operator with two operands; the outermost `+` or `-` of a formula `snaps`.
pub(super) fn binary(
    (operator, snaps): (BinaryOperator, bool),
    left: Operand,
    right: Operand,
    array_context: bool,
    context: &Context<'_>,
) -> Operand {
    match operator {
        BinaryOperator::Range => return range(&left, &right),
        BinaryOperator::Intersection => return intersection(&left, &right),
        BinaryOperator::Union => return union(left, &right),
        _ => {}
    }
    let left = settle(left, array_context, context);
    let right = settle(right, array_context, context);
    let conventions = context.conventions;
    let compute = |left: &Value, right: &Value| {
        value_of(
            (operator, snaps),
            (left.as_ref(), right.as_ref()),
            conventions,
        )
    };
    if let (Operand::Value(left), Operand::Value(right)) = (&left, &right) {
        return Operand::Value(compute(left, right));
    }
    lift::broadcast(&[left, right], |lane| compute(lane[0], lane[1]))
}

/// An operator with two operands, on single values.
pub(super) fn value_of(
    (operator, snaps): (BinaryOperator, bool),
    operands: (ValueRef<'_>, ValueRef<'_>),
    conventions: &Conventions,
) -> Value {
    values(operator, snaps, operands, conventions).unwrap_or_else(Value::Error)
}

fn values(
    operator: BinaryOperator,
    snaps: bool,
    (left, right): (ValueRef<'_>, ValueRef<'_>),
    conventions: &Conventions,
) -> Result<Value, CellError> {
    use BinaryOperator::{
        Add, Concatenate, Divide, Equal, Greater, GreaterOrEqual, Less, LessOrEqual, Multiply,
        NotEqual, Power, Subtract,
    };
    let compare = |holds: fn(Ordering) -> bool| {
        no_errors(left, right)?;
        Ok(Value::Boolean(holds(operator_compare(left, right))))
    };
    match operator {
        Add | Subtract | Multiply | Divide | Power => {
            let left = to_number(left, conventions)?;
            let right = to_number(right, conventions)?;
            arithmetic((operator, snaps), left, right).map(Value::number)
        }
        Concatenate => concatenate(left, right),
        Equal => no_errors(left, right).map(|()| operator_equal(left, right).into()),
        NotEqual => no_errors(left, right).map(|()| (!operator_equal(left, right)).into()),
        Less => compare(Ordering::is_lt),
        LessOrEqual => compare(Ordering::is_le),
        Greater => compare(Ordering::is_gt),
        GreaterOrEqual => compare(Ordering::is_ge),
        BinaryOperator::Range | BinaryOperator::Intersection | BinaryOperator::Union => {
            Err(CellError::Value)
        }
    }
}

/// An operator that computes, on numbers; of the others the error `#VALUE!`.
#[inline]
pub(super) fn arithmetic(
    (operator, snaps): (BinaryOperator, bool),
    left: f64,
    right: f64,
) -> Result<f64, CellError> {
    let result = match operator {
        BinaryOperator::Add => add(left, right)?,
        BinaryOperator::Subtract => subtract(left, right)?,
        BinaryOperator::Multiply => multiply(left, right)?,
        BinaryOperator::Divide => divide(left, right)?,
        BinaryOperator::Power => power(left, right)?,
        _ => return Err(CellError::Value),
    };
    Ok(if snaps {
        snap(result, left, right)
    } else {
        result
    })
}

fn no_errors(left: ValueRef<'_>, right: ValueRef<'_>) -> Result<(), CellError> {
    for value in [left, right] {
        if let ValueRef::Error(error) = value {
            return Err(error);
        }
    }
    Ok(())
}

fn concatenate(left: ValueRef<'_>, right: ValueRef<'_>) -> Result<Value, CellError> {
    let mut text = String::new();
    append_concatenated(&mut text, left, right)?;
    Ok(Value::text(text))
}

/// Writes two values one behind the other to the end of `text`.
///
/// # Errors
///
/// An operand's error, the left one's first; `#VALUE!` if they are too long together.
pub(super) fn append_concatenated(
    text: &mut String,
    left: ValueRef<'_>,
    right: ValueRef<'_>,
) -> Result<(), CellError> {
    let start = text.len();
    push_text(text, left)?;
    push_text(text, right)?;
    // A text has at most as many UTF-16 units as bytes.
    let new = &text[start..];
    if new.len() > limits::TEXT_UNITS && new.encode_utf16().count() > limits::TEXT_UNITS {
        return Err(CellError::Value);
    }
    Ok(())
}
