//! The sub-expressions of a bound formula: which steps of the plan compute each, and what each gave.

use std::sync::Arc;

use super::bound::{Operation, Plan};
use super::scalar::{Trace, evaluate_traced};
use crate::formula::{NodeId, Template};
use crate::functions::{Context, Operand};

/// The sub-expressions of a formula, each before those within it.
#[derive(Debug, Clone, Default)]
pub struct Parts {
    /// The sub-expressions.
    pub parts: Vec<Part>,
    /// The formulas of the names in it, in the order in which they were met: source 1, 2, ...
    pub named: Vec<Arc<Template>>,
}

/// A sub-expression of a formula.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// Whether it stands in the formula itself, 0, or in that of a name.
    pub source: usize,
    /// Its root there.
    pub node: NodeId,
    /// The sub-expression that it stands in.
    pub parent: Option<usize>,
    /// The step of the plan that gives its value; nothing if no step does.
    pub step: Option<u32>,
}

/// Sub-expressions while a formula is bound.
#[derive(Debug, Default)]
pub(super) struct OpenParts {
    parts: Vec<Part>,
    /// Those that are not done, innermost last, with the number of steps before them.
    open: Vec<(usize, usize)>,
}

impl OpenParts {
    pub(super) fn begin(&mut self, source: usize, node: NodeId, steps: usize) {
        let parent = self.open.last().map(|(part, _)| *part);
        self.open.push((self.parts.len(), steps));
        self.parts.push(Part {
            source,
            node,
            parent,
            step: None,
        });
    }

    pub(super) fn end(&mut self, steps: usize) {
        if let Some((part, before)) = self.open.pop()
            && steps > before
        {
            self.parts[part].step = Some(steps as u32 - 1);
        }
    }

    pub(super) fn close(self, named: Vec<Arc<Template>>) -> Parts {
        Parts {
            parts: self.parts,
            named,
        }
    }
}

/// What each step of a plan gave in one evaluation, by the evaluator that gives cells their values; nothing for steps
/// that were passed over.
pub fn evaluate_steps(plan: &Plan, context: &Context<'_>) -> (Operand, Vec<Option<Operand>>) {
    let trace = Trace::of(plan);
    let result = evaluate_traced(plan, context, &trace);
    (result, trace.into_steps())
}

impl Plan {
    /// Whether a step calls a function that chooses among its arguments.
    pub fn chooses(&self, step: u32) -> bool {
        let node = self.nodes.get(step as usize);
        node.is_some_and(|node| matches!(node.operation, Operation::Lazy(_)))
    }

    /// Whether a step gives a reference that is known only when it runs.
    pub fn refers_by_value(&self, step: u32) -> bool {
        let node = self.nodes.get(step as usize);
        node.is_some_and(|node| {
            matches!(
                node.operation,
                Operation::Call(_)
                    | Operation::Lazy(_)
                    | Operation::Unary(_)
                    | Operation::Binary { .. }
            )
        })
    }
}
