//! TRUE and FALSE and what combines them: AND, OR, XOR, NOT.

use std::ops::ControlFlow;

use crate::functions::declare::functions;
use crate::functions::lookup::table::Table;
use crate::functions::{Context, Operand};
use crate::value::{CellError, Value, ValueRef, parse_boolean};

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
    fn count(&mut self, condition: bool) {
        if condition {
            self.yes += 1;
        } else {
            self.no += 1;
        }
    }

    /// Counts the conditions among all arguments; the first error ends it.
    fn of(context: &Context<'_>, operands: &[Operand]) -> Result<Tally, CellError> {
        let mut tally = Tally::default();
        for operand in operands {
            match operand {
                Operand::Value(value) => tally.argument(value)?,
                Operand::Array(array) => tally.table(context, Table::Array(array))?,
                Operand::Reference(reference) => {
                    for area in &reference.areas {
                        tally.table(context, Table::Area(*area))?;
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
            Value::Blank => self.count(false),
            Value::Boolean(condition) => self.count(*condition),
            Value::Number(number) => self.count(*number != 0.0),
            Value::Text(text) => self.count(parse_boolean(text).ok_or(CellError::Value)?),
            Value::Error(error) => return Err(*error),
        }
        Ok(())
    }

    /// The values of a range or an array.
    fn table(&mut self, context: &Context<'_>, table: Table<'_>) -> Result<(), CellError> {
        let mut failed = None;
        table.visit(context.cells, table.rect(), &mut |_, value| {
            match value {
                ValueRef::Boolean(condition) => self.count(condition),
                ValueRef::Number(number) => self.count(number != 0.0),
                ValueRef::Error(error) => {
                    failed = Some(error);
                    return ControlFlow::Break(());
                }
                ValueRef::Text(_) | ValueRef::Blank => {}
            }
            ControlFlow::Continue(())
        })?;
        failed.map_or(Ok(()), Err)
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
