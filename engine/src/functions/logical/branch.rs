//! Choosing among arguments by a condition: IF, IFS, SWITCH, IFERROR, IFNA.
//!
//! Only what is chosen is evaluated, and a chosen reference stays one. Where the condition is an array, all that may
//! be chosen is evaluated and stretched to a common size.

use crate::functions::declare::functions;
use crate::functions::lift::{broadcast, read_operand};
use crate::functions::{Call, Operand};
use crate::value::{CellError, Value, operator_equal, to_boolean};

functions! {
    /// One of two values, depending on a condition.
    ///
    /// Without `if_false`, a false condition gives FALSE.
    ///
    ///     =IF(1 > 2, "yes", "no")       -> "no"
    ///     =IF(0, 1)                     -> FALSE
    ///     =IF(TRUE, 1, 1/0)             -> 1
    ///     =SUM(IF({1,0,1}, {1,2,3}, 0)) -> 4
    "IF"(condition: Lazy, if_true: Lazy, if_false: Lazy or omitted) [returns_reference] => lazy(if_else);

    /// The value behind the first condition that is TRUE; `#N/A` if none is.
    ///
    ///     =IFS(1 > 2, "a", 2 > 1, "b") -> "b"
    ///     =IFS(FALSE, 1)               -> #N/A
    "IFS"(; repeat condition: Lazy, value: Lazy) [returns_reference] => lazy(ifs);

    /// The result behind the first value that equals `expression`; a last argument without a partner is the default.
    ///
    ///     =SWITCH(2, 1, "one", 2, "two")   -> "two"
    ///     =SWITCH(3, 1, "one", "other")    -> "other"
    ///     =SWITCH(3, 1, "one", 2, "two")   -> #N/A
    "SWITCH"(
        expression: Lazy, value: Lazy, result: Lazy;
        repeat value_or_default: Lazy or omitted, further_result: Lazy or omitted
    ) [returns_reference] => lazy(switch);

    /// `value`, or `if_error` if it is an error.
    ///
    ///     =IFERROR(1/0, "none") -> "none"
    ///     =IFERROR(1, 1/0)      -> 1
    "IFERROR"(value: Lazy, if_error: Lazy) => lazy(if_error);

    /// `value`, or `if_na` if it is `#N/A`.
    ///
    ///     =IFNA(NA(), "none") -> "none"
    ///     =IFNA(1/0, "none")  -> #DIV/0!
    "IFNA"(value: Lazy, if_na: Lazy) => lazy(if_na);
}

fn if_else(call: &mut dyn Call) -> Result<Operand, CellError> {
    match call.value(0) {
        conditions @ Operand::Array(_) => {
            let if_true = lane(call, 1);
            let if_false = match call.count() {
                0..=2 => Operand::from(false),
                _ => lane(call, 2),
            };
            let parts = [conditions, if_true, if_false];
            Ok(broadcast(&parts, |values| {
                match to_boolean(values[0].as_ref()) {
                    Ok(true) => values[1].clone(),
                    Ok(false) => values[2].clone(),
                    Err(error) => Value::Error(error),
                }
            }))
        }
        condition if is_true(&condition)? => Ok(call.operand(1)),
        _ if call.count() > 2 => Ok(call.operand(2)),
        _ => Ok(Operand::from(false)),
    }
}

/// Whether a condition that is no array holds.
fn is_true(condition: &Operand) -> Result<bool, CellError> {
    match condition {
        Operand::Value(value) => to_boolean(value.as_ref()),
        _ => Err(CellError::Value),
    }
}

/// An argument of which single values will be chosen: a range is read as a whole.
fn lane(call: &mut dyn Call, index: usize) -> Operand {
    let operand = call.operand(index);
    read_operand(operand, call.context())
}

fn ifs(call: &mut dyn Call) -> Result<Operand, CellError> {
    for pair in 0..call.count() / 2 {
        match call.value(2 * pair) {
            conditions @ Operand::Array(_) => return Ok(ifs_lifted(call, pair, conditions)),
            condition if is_true(&condition)? => return Ok(call.operand(2 * pair + 1)),
            _ => {}
        }
    }
    Err(CellError::Na)
}

/// IFS from the pair whose condition, `conditions`, is an array; all before it were FALSE.
fn ifs_lifted(call: &mut dyn Call, pair: usize, conditions: Operand) -> Operand {
    let mut parts = vec![conditions, lane(call, 2 * pair + 1)];
    for later in pair + 1..call.count() / 2 {
        parts.push(call.value(2 * later));
        parts.push(lane(call, 2 * later + 1));
    }
    broadcast(&parts, |values| {
        for pair in values.chunks_exact(2) {
            match to_boolean(pair[0].as_ref()) {
                Ok(true) => return pair[1].clone(),
                Ok(false) => {}
                Err(error) => return Value::Error(error),
            }
        }
        Value::Error(CellError::Na)
    })
}

fn switch(call: &mut dyn Call) -> Result<Operand, CellError> {
    let has_default = call.count().is_multiple_of(2);
    let expression = match call.value(0) {
        expressions @ Operand::Array(_) => return Ok(switch_lifted(call, expressions)),
        Operand::Value(Value::Error(error)) => return Err(error),
        Operand::Value(value) => value,
        _ => return Err(CellError::Value),
    };
    for pair in 0..(call.count() - 1) / 2 {
        match call.value(1 + 2 * pair) {
            Operand::Value(value) if operator_equal(expression.as_ref(), value.as_ref()) => {
                return Ok(call.operand(2 + 2 * pair));
            }
            Operand::Value(_) => {}
            Operand::Array(_) => {
                return Ok(switch_lifted(call, Operand::Value(expression)));
            }
            _ => return Err(CellError::Value),
        }
    }
    if has_default {
        Ok(call.operand(call.count() - 1))
    } else {
        Err(CellError::Na)
    }
}

fn switch_lifted(call: &mut dyn Call, expressions: Operand) -> Operand {
    let has_default = call.count().is_multiple_of(2);
    let mut parts = vec![expressions];
    for index in 1..call.count() {
        parts.push(lane(call, index));
    }
    broadcast(&parts, |values| {
        let (expression, mut rest) = (values[0], &values[1..]);
        if expression.as_error().is_some() {
            return expression.clone();
        }
        while let [value, result, others @ ..] = rest {
            if operator_equal(expression.as_ref(), value.as_ref()) {
                return (*result).clone();
            }
            rest = others;
        }
        match rest.first() {
            Some(default) if has_default => (*default).clone(),
            _ => Value::Error(CellError::Na),
        }
    })
}

fn if_error(call: &mut dyn Call) -> Operand {
    otherwise(call, |error| error.is_some())
}

fn if_na(call: &mut dyn Call) -> Operand {
    otherwise(call, |error| error == Some(CellError::Na))
}

/// The first argument, with what `caught` picks replaced by the second.
fn otherwise(call: &mut dyn Call, caught: impl Fn(Option<CellError>) -> bool) -> Operand {
    match call.value(0) {
        Operand::Value(value) if caught(value.as_error()) => call.value(1),
        Operand::Array(values) => {
            let mut all = values.cells().iter().chain(values.tail());
            if !all.any(|value| caught(value.as_error())) {
                return Operand::Array(values);
            }
            let parts = [Operand::Array(values), lane(call, 1)];
            broadcast(&parts, |values| {
                let chosen = usize::from(caught(values[0].as_error()));
                values[chosen].clone()
            })
        }
        value => value,
    }
}
