//! The scalar evaluator: one plan, one cell.
//!
//! A loop over the plan's nodes and a stack of operands. It runs itself again only for an argument of a lazy function,
//! which binding allows [`limits::NESTING`](crate::limits::NESTING) deep; what stands on the thread's stack between
//! two such levels is kept small, and each step is a function of its own for that.

use std::cell::RefCell;

use smallvec::SmallVec;

use super::bound::{Node, Operation, Plan};
use super::call::call;
use super::implicit_intersection::settle;
use super::lazy::call_lazy;
use super::operators::{binary, unary};
use super::resolve::{resolve, resolve_external, resolve_this_row};
use super::user_call::call_user;
use crate::formula::Mode;
use crate::functions::{Context, Operand};
use crate::value::{Array, CellError, Value};

/// What a formula gives to its cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// A single value, never blank.
    Value(Value),
    /// An array of more than one value, to be spilled, or to be laid over the range of an array formula. It holds no
    /// blanks.
    Array(std::sync::Arc<Array>),
}

/// Evaluates a plan for the cell that `context` names.
///
/// The result may be a reference that is not read yet; [`outcome`] and [`cell_value`] make of it what the cell holds.
/// If a cell was read that has still to be calculated ([`interrupted`](crate::functions::Cells::interrupted)), the
/// result means nothing.
pub fn evaluate(plan: &Plan, context: &Context<'_>) -> Operand {
    match plan.nodes.len().checked_sub(1) {
        Some(last) => evaluate_part(plan, (0, last as u32), context),
        None => Operand::from(CellError::Value),
    }
}

/// As [`evaluate`], noting what each step gives.
pub(super) fn evaluate_traced(plan: &Plan, context: &Context<'_>, trace: &Trace) -> Operand {
    match plan.nodes.len().checked_sub(1) {
        Some(last) => run(plan, (0, last as u32), context, Some(trace)),
        None => Operand::from(CellError::Value),
    }
}

/// What the steps of a plan gave.
pub(super) struct Trace(RefCell<Vec<Option<Operand>>>);

impl Trace {
    /// Of an evaluation that has not begun.
    pub(super) fn of(plan: &Plan) -> Trace {
        Trace(RefCell::new(vec![None; plan.nodes.len()]))
    }

    /// What each step gave last; nothing for those that were passed over.
    pub(super) fn into_steps(self) -> Vec<Option<Operand>> {
        self.0.into_inner()
    }

    fn note(&self, step: u32, given: Option<&Operand>) {
        self.0.borrow_mut()[step as usize] = given.cloned();
    }
}

/// Evaluates the nodes from the first to the last of a part of a plan that is whole in itself.
pub(super) fn evaluate_part(plan: &Plan, part: (u32, u32), context: &Context<'_>) -> Operand {
    run(plan, part, context, None)
}

fn run(
    plan: &Plan,
    (first, last): (u32, u32),
    context: &Context<'_>,
    trace: Option<&Trace>,
) -> Operand {
    let mut machine = Machine {
        plan,
        context,
        stack: SmallVec::new(),
        locals: vec![Operand::Omitted; plan.locals as usize],
        trace,
    };
    machine.run(first, last)
}

/// What the formula's cell, or its spill range, holds.
///
/// In a formula without lifting a range gives the cell of the formula's row or column, and an array its upper left
/// value. A blank is stored as 0.
pub fn outcome(operand: Operand, context: &Context<'_>) -> Outcome {
    let array_context = context.mode != Mode::Legacy;
    match settle(operand, array_context, context) {
        Operand::Array(array) if array_context && (array.rows() > 1 || array.columns() > 1) => {
            let has_blank = array
                .cells()
                .iter()
                .chain(array.tail())
                .any(Value::is_blank);
            Outcome::Array(if has_blank {
                array.map(|value| stored(value.clone())).into()
            } else {
                array
            })
        }
        Operand::Array(array) => Outcome::Value(stored(array.get(0, 0).clone())),
        Operand::Value(value) => Outcome::Value(stored(value)),
        Operand::Reference(_) | Operand::Omitted => Outcome::Value(stored(Value::Blank)),
    }
}

/// What the formula's cell shows: of an array its upper left value.
pub fn cell_value(operand: Operand, context: &Context<'_>) -> Value {
    match outcome(operand, context) {
        Outcome::Value(value) => value,
        Outcome::Array(array) => array.get(0, 0).clone(),
    }
}

fn stored(value: Value) -> Value {
    match value {
        Value::Blank => Value::Number(0.0),
        Value::Number(x) => Value::number(x),
        other => other,
    }
}

/// The state of one evaluation.
pub(super) struct Machine<'a> {
    pub(super) plan: &'a Plan,
    pub(super) context: &'a Context<'a>,
    pub(super) stack: SmallVec<[Operand; 8]>,
    locals: Vec<Operand>,
    trace: Option<&'a Trace>,
}

impl<'a> Machine<'a> {
    /// Runs the nodes from `first` to `last` and gives the result of the last.
    pub(super) fn run(&mut self, first: u32, last: u32) -> Operand {
        let base = self.stack.len();
        let mut at = first;
        while at <= last {
            at = self.step(at);
            if self.context.cells.interrupted() {
                self.stack.truncate(base);
                return Operand::Value(Value::Blank);
            }
        }
        self.pop()
    }

    /// Does one node and gives the place of the next.
    #[inline(never)]
    fn step(&mut self, at: u32) -> u32 {
        let plan = self.plan;
        let node = &plan.nodes[at as usize];
        match &node.operation {
            Operation::Skip(target) => return *target,
            Operation::Lazy(bound) => call_lazy(self, bound, node.array_context),
            _ => self.strict(node),
        }
        if let Some(trace) = self.trace {
            trace.note(at, self.stack.last());
        }
        at + 1
    }

    /// Does a node that takes all its operands from the stack.
    #[inline(never)]
    fn strict(&mut self, node: &'a Node) {
        let (array_context, context) = (node.array_context, self.context);
        let result = match &node.operation {
            Operation::Constant(operand) => operand.clone(),
            Operation::Reference(reference) => {
                resolve(reference, context).map_or_else(Operand::from, Operand::from)
            }
            Operation::External(external) => {
                resolve_external(external, context).unwrap_or_else(Operand::from)
            }
            Operation::ThisRow(this_row) => {
                resolve_this_row(this_row, context).map_or_else(Operand::from, Operand::from)
            }
            Operation::Unary(operator) => unary(*operator, self.pop(), array_context, context),
            Operation::Binary { operator, snaps } => {
                let right = self.pop();
                let left = self.pop();
                binary((*operator, *snaps), left, right, array_context, context)
            }
            Operation::Call(bound) => {
                let given = bound.arguments.iter();
                let given = given.filter(|argument| argument.nodes.is_some()).count();
                let operands = self.stack.drain(self.stack.len() - given..).collect();
                call(bound, operands, array_context, context)
            }
            Operation::CallUser(bound) => {
                let from = self.stack.len() - bound.arguments as usize;
                let operands = self.stack.drain(from..).collect();
                call_user(bound, operands, array_context, context)
            }
            Operation::Store(slot) => {
                self.locals[*slot as usize] = self.pop();
                return;
            }
            Operation::Local(slot) => self.locals[*slot as usize].clone(),
            Operation::Skip(_) | Operation::Lazy(_) => return,
        };
        self.stack.push(result);
    }

    fn pop(&mut self) -> Operand {
        self.stack
            .pop()
            .expect("invariant: binding puts a node's operands before it")
    }
}
