//! TRUE and FALSE and what combines them: AND, OR, XOR, NOT.

use std::ops::ControlFlow;

use crate::functions::declare::functions;
use crate::functions::{Context, Operand};
use crate::reference::Area;
use crate::value::{Array, CellError, Value, ValueRef, parse_boolean};

functions! {
    /// Whether all arguments are TRUE.
    ///
    /// Numbers other than 0 count as TRUE. Texts and blank cells in ranges do not count; if nothing counts, or if a
    /// text other than TRUE and FALSE is written as an argument, the result is `#VALUE!`.
    ///
    ///     =AND(TRUE, 1)      -> TRUE
    ///     =AND(TRUE, FALSE)  -> FALSE
    ///     =AND({1,"text",0}) -> FALSE
    ///     =AND("text")       -> #VALUE!
    "AND"(; repeat logical: Table) => array_rest(and);

    /// Whether any argument is TRUE.
    ///
    /// What counts is as for AND.
    ///
    ///     =OR(FALSE, 2) -> TRUE
    ///     =OR({0,0})    -> FALSE
    "OR"(; repeat logical: Table) => array_rest(or);

    /// Whether the number of arguments that are TRUE is odd.
    ///
    /// What counts is as for AND.
    ///
    ///     =XOR(TRUE, FALSE) -> TRUE
    ///     =XOR(TRUE, TRUE)  -> FALSE
    "XOR"(; repeat logical: Table) => array_rest(xor);

    /// The opposite of a condition.
    ///
    ///     =NOT(0) -> TRUE
    "NOT"(logical: Boolean) => map(not);

    /// TRUE.
    ///
    ///     =TRUE() -> TRUE
    "TRUE"() => map(always);

    /// FALSE.
    ///
    ///     =FALSE() -> FALSE
    "FALSE"() => map(never);
}

/// How many conditions were TRUE and FALSE.
#[derive(Default)]
struct Tally {
    yes: u64,
    no: u64,
}

impl Tally {
    fn count(&mut self, condition: bool, times: u64) {
        if condition {
            self.yes += times;
        } else {
            self.no += times;
        }
    }

    /// Counts the conditions among all arguments; the first error ends it.
    fn of(context: &Context<'_>, operands: &[Operand]) -> Result<Tally, CellError> {
        let mut tally = Tally::default();
        for operand in operands {
            match operand {
                Operand::Value(value) => tally.argument(value)?,
                Operand::Array(array) => tally.array(array)?,
                Operand::Reference(reference) => {
                    for area in &reference.areas {
                        tally.area(context, area)?;
                    }
                }
                Operand::Omitted => {}
            }
        }
        if tally.yes + tally.no == 0 {
            return Err(CellError::Value);
        }
        Ok(tally)
    }

    /// A value that was written as an argument: an empty one is FALSE, and the words TRUE and FALSE count.
    fn argument(&mut self, value: &Value) -> Result<(), CellError> {
        match value {
            Value::Blank => self.count(false, 1),
            Value::Boolean(condition) => self.count(*condition, 1),
            Value::Number(number) => self.count(*number != 0.0, 1),
            Value::Text(text) => self.count(parse_boolean(text).ok_or(CellError::Value)?, 1),
            Value::Error(error) => return Err(*error),
        }
        Ok(())
    }

    /// So many equal values of a range or an array.
    fn cell(&mut self, value: ValueRef<'_>, times: u64) -> Result<(), CellError> {
        match value {
            ValueRef::Boolean(condition) => self.count(condition, times),
            ValueRef::Number(number) => self.count(number != 0.0, times),
            ValueRef::Error(error) => return Err(error),
            ValueRef::Text(_) | ValueRef::Blank => {}
        }
        Ok(())
    }

    /// The values of an array; a tail is counted, however long it is.
    fn array(&mut self, array: &Array) -> Result<(), CellError> {
        let repeated = u64::from(array.rows() - array.stored_rows());
        let stored = array.cells().iter().map(|value| (value, 1));
        let mut all = stored.chain(array.tail().iter().map(|value| (value, repeated)));
        all.try_for_each(|(value, times)| self.cell(value.as_ref(), times))
    }

    /// The values of a range.
    fn area(&mut self, context: &Context<'_>, area: &Area) -> Result<(), CellError> {
        let mut outcome = Ok(());
        context.cells.visit(area, &mut |_, value| {
            outcome = self.cell(value, 1);
            match outcome {
                Ok(()) => ControlFlow::Continue(()),
                Err(_) => ControlFlow::Break(()),
            }
        });
        outcome
    }
}

fn and(context: &Context<'_>, operands: &[Operand]) -> Result<bool, CellError> {
    Ok(Tally::of(context, operands)?.no == 0)
}

fn or(context: &Context<'_>, operands: &[Operand]) -> Result<bool, CellError> {
    Ok(Tally::of(context, operands)?.yes > 0)
}

fn xor(context: &Context<'_>, operands: &[Operand]) -> Result<bool, CellError> {
    Ok(Tally::of(context, operands)?.yes % 2 == 1)
}

fn not(logical: bool) -> bool {
    !logical
}

fn always() -> bool {
    true
}

fn never() -> bool {
    false
}
