//! A formula of plain arithmetic over single cells, as a program over numbers.
//!
//! It stands in for the scalar evaluator where a formula is computed for one cell and all that it reads are numbers:
//! the values are then the same, and nothing is made for each operand. Whatever is no number, and whatever gives an
//! error, is left to the evaluator.

use smallvec::SmallVec;

use super::bound::{Operation, Plan};
use super::operators::{arithmetic, negative_or_percent};
use super::tiles::{Load, cell_load};
use crate::formula::ast::{BinaryOperator, UnaryOperator};
use crate::functions::Operand;
use crate::value::Value;
use crate::value::arithmetic::normal;

/// Numbers that a program keeps at a time, at most.
const DEPTH: usize = 16;

/// A formula over numbers alone.
#[derive(Debug, Clone, PartialEq)]
pub struct NumberProgram {
    steps: Box<[Step]>,
    loads: Box<[Load]>,
}

#[derive(Debug, Clone, PartialEq)]
enum Step {
    /// Puts a number.
    Constant(f64),
    /// Puts the number of the next cell.
    Load,
    /// Replaces a number by its negative or its hundredth.
    Unary(UnaryOperator),
    /// Replaces two numbers; the outermost operation of a formula may snap.
    Binary(BinaryOperator, bool),
}

impl NumberProgram {
    /// The plan as a program over numbers; nothing if anything in it is not of that kind.
    pub fn compile(plan: &Plan) -> Option<NumberProgram> {
        let (mut steps, mut loads) = (Vec::with_capacity(plan.nodes.len()), Vec::new());
        let mut depth = 0_usize;
        for node in &plan.nodes {
            let step = match &node.operation {
                Operation::Constant(Operand::Value(Value::Number(x))) => Step::Constant(*x),
                Operation::Reference(reference) => {
                    loads.push(cell_load(reference)?);
                    Step::Load
                }
                Operation::Unary(UnaryOperator::Plus | UnaryOperator::Parentheses) => continue,
                Operation::Unary(operator @ (UnaryOperator::Minus | UnaryOperator::Percent)) => {
                    Step::Unary(*operator)
                }
                Operation::Binary { operator, snaps } if is_arithmetic(*operator) => {
                    Step::Binary(*operator, *snaps)
                }
                _ => return None,
            };
            match step {
                Step::Constant(_) | Step::Load => depth += 1,
                Step::Binary(..) => depth = depth.checked_sub(1)?,
                Step::Unary(_) => {}
            }
            if depth > DEPTH {
                return None;
            }
            steps.push(step);
        }
        (depth == 1).then(|| NumberProgram {
            steps: steps.into(),
            loads: loads.into(),
        })
    }

    /// The cells that it reads, in the order in which it wants their numbers.
    pub fn loads(&self) -> &[Load] {
        &self.loads
    }

    /// What the formula gives for these numbers of its cells; nothing if there are too few, or if it gives an error.
    pub fn run(&self, numbers: impl IntoIterator<Item = f64>) -> Option<f64> {
        let mut numbers = numbers.into_iter();
        let mut stack: SmallVec<[f64; DEPTH]> = SmallVec::new();
        for step in &self.steps {
            let result = match step {
                Step::Constant(x) => *x,
                Step::Load => numbers.next()?,
                Step::Unary(operator) => {
                    normal(negative_or_percent(*operator, stack.pop()?)).ok()?
                }
                Step::Binary(operator, snaps) => {
                    let right = stack.pop()?;
                    let left = stack.pop()?;
                    arithmetic((*operator, *snaps), left, right).ok()?
                }
            };
            stack.push(result);
        }
        normal(stack.pop()?).ok()
    }
}

fn is_arithmetic(operator: BinaryOperator) -> bool {
    use BinaryOperator::{Add, Divide, Multiply, Power, Subtract};
    matches!(operator, Add | Subtract | Multiply | Divide | Power)
}
