//! The way of a chain through a program: which operations lie between what it reads of its own column and its result.

use super::chain::{Kind, Link};
use super::forms::on_stack;
use super::program::{FoldArgument, Load, Step, TileProgram};
use crate::formula::ast::{BinaryOperator, Shape, UnaryOperator};
use crate::plan::bound::{Operation, Plan};

/// An operand while the steps are walked: whether it is on the path, and where its steps begin.
struct Part {
    step: u32,
    on_path: bool,
}

/// The walk along the steps.
struct Walk {
    stack: Vec<Part>,
    links: Vec<Link>,
}

/// The operations on the path from the one read of the own column to the result; `None` if there is no such path.
pub(super) fn links_of(
    plan: &Plan,
    program: &TileProgram,
    is_read: impl Fn(&Load) -> bool,
) -> Option<Vec<Link>> {
    let mut walk = Walk {
        stack: Vec::new(),
        links: Vec::new(),
    };
    for (at, step) in program.steps.iter().enumerate() {
        walk.step(at as u32, step, (plan, &is_read))?;
    }
    match walk.stack.as_slice() {
        [part] if part.on_path => Some(walk.links),
        _ => None,
    }
}

impl Walk {
    fn step(
        &mut self,
        at: u32,
        step: &Step,
        (plan, is_read): (&Plan, &impl Fn(&Load) -> bool),
    ) -> Option<()> {
        match step {
            Step::Constant(_) => self.leaf(at, false),
            Step::Load(load) => self.leaf(at, is_read(load)),
            Step::Scalar { first, last, .. } => {
                let nodes = plan.nodes.get(*first as usize..=*last as usize)?;
                if nodes.iter().any(|node| may_read(&node.operation, is_read)) {
                    return None;
                }
                self.leaf(at, false);
            }
            Step::Unary(UnaryOperator::Minus | UnaryOperator::Percent) => {
                if self.stack.last()?.on_path {
                    return None;
                }
            }
            Step::Binary { operator, snaps } => self.binary(at, *operator, *snaps)?,
            Step::Map { call, .. } => {
                self.beside(at, on_stack(call))?;
            }
            Step::MapUser(call) => self.beside(at, call.arguments as usize)?,
            // What it loads itself is none of the chain's cells, of which there is one read alone.
            Step::Fold { arguments, .. } => {
                let taken = arguments.iter().filter(|argument| {
                    matches!(argument, FoldArgument::Value | FoldArgument::Cell)
                });
                self.beside(at, taken.count())?;
            }
            _ => return None,
        }
        Some(())
    }

    fn leaf(&mut self, at: u32, on_path: bool) {
        self.stack.push(Part { step: at, on_path });
    }

    /// A step with so many operands, none of which may lie on the path.
    fn beside(&mut self, at: u32, operands: usize) -> Option<()> {
        let from = self.stack.len().checked_sub(operands)?;
        let step = self.stack.get(from).map_or(at, |part| part.step);
        if self.stack.drain(from..).any(|part| part.on_path) {
            return None;
        }
        self.leaf(step, false);
        Some(())
    }

    fn binary(&mut self, at: u32, operator: BinaryOperator, snaps: bool) -> Option<()> {
        let right = self.stack.pop()?;
        let left = self.stack.pop()?;
        let on_path = match (left.on_path, right.on_path) {
            (true, true) => return None,
            (false, false) => false,
            (path_is_left, _) => {
                let operand = if path_is_left {
                    (right.step, at - 1)
                } else {
                    (left.step, right.step - 1)
                };
                self.links.push(Link {
                    kind: Kind::of(operator, path_is_left)?,
                    operand,
                    snaps,
                });
                true
            }
        };
        self.leaf(left.step, on_path);
        Some(())
    }
}

/// Whether a node of a scalar step may be the read of the own column.
fn may_read(operation: &Operation, is_read: impl Fn(&Load) -> bool) -> bool {
    match operation {
        Operation::Reference(reference) => match reference.shape {
            Shape::Cell { row, column } => reference.sheets.iter().any(|sheet| {
                is_read(&Load {
                    sheet: *sheet,
                    row,
                    column,
                    within: None,
                })
            }),
            _ => false,
        },
        _ => false,
    }
}
