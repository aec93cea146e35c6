//! Calls of functions of the user: binding, and the call for one cell.

use std::sync::Arc;

use super::bind::{Binder, Site, Work};
use super::bind_call::count_fault;
use super::bound::{Operation, UserCall};
use super::call::Operands;
use super::implicit_intersection::settle;
use crate::error::ErrorKind;
use crate::formula::NodeId;
use crate::functions::lift::{Lanes, array_of, value_at};
use crate::functions::{Context, Operand, UserArgument, UserColumn, UserFunction, storable};
use crate::storage::TILE;
use crate::value::{CellError, Value};

impl Binder<'_> {
    /// Binds a call of a function of the user.
    pub(super) fn call_user(
        &mut self,
        function: Arc<UserFunction>,
        source: usize,
        arguments: &[NodeId],
        site: Site,
    ) {
        let name = function.name();
        self.use_name(name);
        let (least, most) = function.arity();
        if !(least..=most).contains(&arguments.len()) {
            let message = count_fault(name, (least, most), arguments.len());
            // The formula may be older than the function; its value is then kept.
            self.unsupported(&message);
            return self.refuse(ErrorKind::Parse, message);
        }
        self.plan.flags.calls_user = true;
        self.plan.flags.volatile |= function.is_volatile();
        let inner = if function.is_vectorised() {
            site.operand()
        } else {
            site.inner()
        };
        let call = UserCall {
            function,
            arguments: arguments.len() as u32,
        };
        self.work
            .push(Work::Emit(Operation::CallUser(call), site.array));
        for id in arguments.iter().rev() {
            self.work.push(Work::Visit(source, *id, inner));
        }
    }
}

/// Calls a function of the user for the cell of `context`. Not called if a cell was read that is still to be computed.
pub(super) fn call_user(
    bound: &UserCall,
    operands: Operands,
    array_context: bool,
    context: &Context<'_>,
) -> Operand {
    let function = &*bound.function;
    let whole = array_context || !function.is_vectorised();
    let operands = operands.into_iter();
    let operands: Operands = operands
        .map(|operand| settle(operand, whole, context))
        .collect();
    if context.cells.interrupted() {
        return Operand::Value(Value::Blank);
    }
    let mut failed = |text: &str| note_failure(function, text, context);
    if function.is_vectorised() {
        return call_over(function, &operands, &mut failed);
    }
    let arguments: Vec<UserArgument> = operands.into_iter().map(argument).collect();
    if !function.sees_errors()
        && let Some(error) = arguments.iter().find_map(UserArgument::error)
    {
        return Operand::from(error);
    }
    match function.call(&arguments) {
        Some(Ok(given)) => given_operand(given),
        Some(Err(text)) => {
            failed(&text);
            Operand::from(CellError::Value)
        }
        None => Operand::from(CellError::Value),
    }
}

/// Notes the error text that a function gave for the cell of `context`.
pub(super) fn note_failure(function: &UserFunction, text: &str, context: &Context<'_>) {
    let text = format!("{}: {text}", function.name());
    context
        .cells
        .note_failure((context.sheet, context.cell), &text);
}

fn argument(operand: Operand) -> UserArgument {
    match operand {
        Operand::Array(array) if array.rows() == 1 && array.columns() == 1 => {
            UserArgument::Value(array.get(0, 0).clone())
        }
        Operand::Array(array) => UserArgument::Array(array),
        Operand::Value(value) => UserArgument::Value(value),
        Operand::Reference(_) => UserArgument::Value(Value::Error(CellError::Value)),
        Operand::Omitted => UserArgument::Value(Value::Blank),
    }
}

/// What a function gave, as formulas go on with it.
fn given_operand(given: Operand) -> Operand {
    match given {
        Operand::Value(value) => Operand::Value(storable(value)),
        Operand::Array(array) => Operand::from(array.map(|value| storable(value.clone()))),
        // Cells that the arguments do not name would be read without anybody knowing.
        Operand::Reference(_) => Operand::from(CellError::Value),
        Operand::Omitted => Operand::Value(Value::Blank),
    }
}

/// Calls a vectorised function for one row, or for all places of its arrays.
fn call_over(
    function: &UserFunction,
    operands: &[Operand],
    failed: &mut dyn FnMut(&str),
) -> Operand {
    let mut call = |places: &[(u32, u32)]| {
        let column = |operand: &Operand| {
            let mut column = UserColumn::default();
            for (row, place) in places {
                column.push(value_at(operand, *row, *place).as_ref());
            }
            column
        };
        let columns: Vec<UserColumn> = operands.iter().map(column).collect();
        let wanted = vec![true; places.len()];
        function.call_rows(&columns, &wanted, &mut |_, text| failed(text))
    };
    let Some(lanes) = Lanes::of(operands.iter().filter_map(array_of)) else {
        return Operand::from(call(&[(0, 0)]).swap_remove(0));
    };
    let lanes = if function.is_volatile() {
        lanes.written_out()
    } else {
        lanes
    };
    let (rows, columns) = (lanes.computed_rows(), lanes.columns());
    let mut places = (0..rows).flat_map(|row| (0..columns).map(move |column| (row, column)));
    let mut block = Vec::new().into_iter();
    lanes.collect(|_, _| {
        if block.len() == 0 {
            let next: Vec<(u32, u32)> = places.by_ref().take(TILE).collect();
            block = call(&next).into_iter();
        }
        std::ops::ControlFlow::Continue(block.next().unwrap_or_default())
    })
}
