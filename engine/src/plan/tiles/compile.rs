//! From a plan to steps over tiles.
//!
//! The nodes are walked once with a stack of what each operand is: something that has one value in every lane, or
//! something else (a range, an array). A node with only the former, and with a tile form, becomes a step; another one
//! that still gives single values becomes one scalar step with all the nodes of its operands.

use super::forms::{
    Kind, band_of, cell_load, choice, fold_arguments, has_lane_form, junction, reads_ranges,
    this_row_load,
};
use super::program::{Step, TileProgram};
use super::uniform::is_uniform;
use crate::formula::ast::{BinaryOperator, UnaryOperator};
use crate::functions::{Kernel, Operand};
use crate::plan::bound::{BoundCall, Node, Operation, Plan, UserCall};

/// Nanoseconds that a lane of a step takes, and a lane of a scalar step.
const STEP_COST: u32 = 1;
const CALL_COST: u32 = 15;
const SCALAR_COST: u32 = 400;

/// An operand on the stack.
#[derive(Clone, Copy)]
struct Part {
    /// Its first node and its first step.
    node: u32,
    step: u32,
    single: bool,
    kind: Kind,
}

/// A step that is to lead to the step of the lazy call at a node.
struct Skip {
    target: u32,
    step: u32,
    /// Where the call begins: here, or at what LET kept for it.
    begins: Part,
}

struct Compiler<'a> {
    plan: &'a Plan,
    steps: Vec<Step>,
    stack: Vec<Part>,
    /// Steps that are to lead to the step of a lazy call.
    skips: Vec<Skip>,
    /// Where what LET has just kept begins: what comes next begins there too.
    kept: Option<(u32, u32)>,
}

impl TileProgram {
    /// The steps of a plan. Every plan has some: in the worst case the scalar evaluator for each row.
    pub fn compile(plan: &Plan) -> TileProgram {
        let whole = || {
            let last = plan.nodes.len().saturating_sub(1) as u32;
            vec![Step::Scalar {
                first: 0,
                last,
                uniform: false,
            }]
        };
        let steps = if plan.flags.volatile || plan.flags.dynamic || plan.nodes.is_empty() {
            whole()
        } else {
            let compiler = Compiler {
                plan,
                steps: Vec::new(),
                stack: Vec::new(),
                skips: Vec::new(),
                kept: None,
            };
            compiler.run().unwrap_or_else(whole)
        };
        let cost = |step: &Step| match step {
            Step::Scalar { uniform: true, .. } => STEP_COST,
            Step::Scalar { first, last, .. } => SCALAR_COST + 10 * (last - first),
            Step::Map { call, .. } if reads_ranges(call) => SCALAR_COST,
            Step::MapUser(_) => SCALAR_COST,
            Step::Map { .. } | Step::Fold { .. } => CALL_COST,
            _ => STEP_COST,
        };
        TileProgram {
            cost: steps.iter().map(cost).sum::<u32>().max(1),
            locals: plan.locals,
            steps,
        }
    }
}

impl Compiler<'_> {
    fn run(mut self) -> Option<Vec<Step>> {
        for (at, node) in self.plan.nodes.iter().enumerate() {
            self.node(at as u32, node)?;
        }
        let scalar = |step: &Step| matches!(step, Step::Scalar { .. });
        match self.stack.as_slice() {
            [part] if part.single => {}
            _ => return None,
        }
        // What LET keeps is not known to a part that the scalar evaluator computes.
        (self.plan.locals == 0 || !self.steps.iter().any(scalar)).then_some(self.steps)
    }

    /// `None` if the plan as a whole must be scalar.
    fn node(&mut self, at: u32, node: &Node) -> Option<()> {
        match &node.operation {
            Operation::Constant(Operand::Value(value)) => {
                self.leaf(at, Step::Constant(value.clone()))
            }
            Operation::Reference(reference) => match cell_load(reference) {
                Some(load) => {
                    self.leaf(at, Step::Load(load));
                    self.stack.last_mut()?.kind = Kind::Cell;
                }
                None => {
                    self.other(at);
                    if let Some(band) = band_of(reference) {
                        self.stack.last_mut()?.kind = Kind::Band(band);
                    }
                }
            },
            Operation::ThisRow(this_row) => match this_row_load(this_row) {
                Some(load) => {
                    self.leaf(at, Step::Load(load));
                    self.stack.last_mut()?.kind = Kind::Cell;
                }
                None => self.other(at),
            },
            Operation::Constant(_) | Operation::External(_) => self.other(at),
            Operation::Unary(operator) => self.unary(at, *operator)?,
            Operation::Binary { operator, snaps } => self.binary(at, node, *operator, *snaps)?,
            Operation::Call(call) => self.call(at, node, call)?,
            Operation::Lazy(call) => self.lazy(at, call)?,
            Operation::CallUser(call) => self.call_user(at, node, call)?,
            Operation::Skip(target) => {
                let begins = self.begin(at);
                self.skips.push(Skip {
                    target: *target,
                    step: self.steps.len() as u32,
                    begins,
                });
                self.steps.push(Step::Skip(0));
            }
            Operation::Store(slot) => {
                let part = self.stack.pop()?;
                if !part.single {
                    return None;
                }
                self.steps.push(Step::Store(*slot));
                self.kept = Some((part.node, part.step));
            }
            Operation::Local(slot) => {
                self.leaf(at, Step::Local(*slot));
                self.stack.last_mut()?.kind = Kind::Either;
            }
        }
        Some(())
    }

    fn leaf(&mut self, at: u32, step: Step) {
        let part = self.begin(at);
        self.stack.push(part);
        self.steps.push(step);
    }

    /// A part that begins at a node, or at what LET kept for it.
    fn begin(&mut self, at: u32) -> Part {
        let (node, step) = self.kept.take().unwrap_or((at, self.steps.len() as u32));
        Part {
            node,
            step,
            single: true,
            kind: Kind::Value,
        }
    }

    /// An operand that is no single value; it has no step of its own.
    fn other(&mut self, at: u32) {
        let part = self.begin(at);
        self.stack.push(Part {
            single: false,
            kind: Kind::Either,
            ..part
        });
    }

    /// Takes `count` operands; gives where they begin, and whether each is a single value.
    fn take(&mut self, count: usize, at: u32) -> Option<(Part, bool)> {
        let from = self.stack.len().checked_sub(count)?;
        let single = self.stack[from..].iter().all(|part| part.single);
        let first = match self.stack.get(from) {
            Some(first) => *first,
            None => self.begin(at),
        };
        self.stack.truncate(from);
        Some((first, single))
    }

    /// The nodes from the operands' first to `at` as one scalar step, or as something that is no single value.
    fn scalar(&mut self, first: Part, at: u32, single: bool) {
        self.steps.truncate(first.step as usize);
        self.skips.retain(|skip| skip.step < first.step);
        self.stack.push(Part {
            single,
            kind: Kind::Either,
            ..first
        });
        if single {
            self.steps.push(Step::Scalar {
                first: first.node,
                last: at,
                uniform: is_uniform(self.plan, (first.node, at)),
            });
        }
    }

    fn tile(&mut self, first: Part, step: Step) {
        self.stack.push(Part {
            single: true,
            kind: Kind::Value,
            ..first
        });
        self.steps.push(step);
    }

    fn unary(&mut self, at: u32, operator: UnaryOperator) -> Option<()> {
        let is_cell = self.stack.last()?.kind == Kind::Cell;
        let (first, single) = self.take(1, at)?;
        match operator {
            UnaryOperator::Plus if single => self.stack.push(Part {
                kind: Kind::Value,
                ..first
            }),
            UnaryOperator::Parentheses if single => self.stack.push(first),
            // Of a single cell `@` gives the cell, wherever it lies.
            UnaryOperator::Intersect if single && is_cell => self.stack.push(first),
            UnaryOperator::Minus | UnaryOperator::Percent if single => {
                self.tile(first, Step::Unary(operator))
            }
            UnaryOperator::Intersect => self.scalar(first, at, true),
            _ => self.scalar(first, at, false),
        }
        Some(())
    }

    fn binary(
        &mut self,
        at: u32,
        node: &Node,
        operator: BinaryOperator,
        snaps: bool,
    ) -> Option<()> {
        let (first, single) = self.take(2, at)?;
        match operator {
            BinaryOperator::Range | BinaryOperator::Intersection | BinaryOperator::Union => {
                self.scalar(first, at, false)
            }
            _ if single => self.tile(first, Step::Binary { operator, snaps }),
            // Without lifting, a range is intersected with the formula's row or column.
            _ => self.scalar(first, at, !node.array_context),
        }
        Some(())
    }

    fn call(&mut self, at: u32, node: &Node, call: &BoundCall) -> Option<()> {
        let given = call.arguments.iter();
        let given = given.filter(|argument| argument.nodes.is_some()).count();
        let from = self.stack.len().checked_sub(given)?;
        let kinds = self.stack[from..].iter().map(|part| part.kind);
        let arguments = fold_arguments(call, kinds);
        let singles = self.stack[from..].iter().map(|part| part.single);
        let over_lanes = has_lane_form(self.plan, call, singles);
        let (first, single) = self.take(given, at)?;
        let function = call.function;
        // What reads ranges and is the same in every row is found out once and not for each tile.
        let once = |first| !single && is_uniform(self.plan, (first, at));
        match function.kernel {
            Kernel::Map(_) if over_lanes && !once(first.node) => self.tile(
                first,
                Step::Map {
                    call: Box::new(call.clone()),
                    array_context: node.array_context,
                },
            ),
            Kernel::Map(_) => self.scalar(first, at, single || !node.array_context),
            Kernel::Fold(_) => match arguments {
                Some(arguments) => self.tile(
                    first,
                    Step::Fold {
                        call: Box::new(call.clone()),
                        arguments,
                    },
                ),
                None => self.scalar(first, at, true),
            },
            Kernel::Array(_) if single && junction(call).is_some() => {
                let junction = junction(call)?;
                self.tile(
                    first,
                    Step::Junction {
                        junction,
                        count: given as u32,
                        nodes: (first.node, at),
                    },
                );
            }
            Kernel::Array(_) | Kernel::Reference(_) | Kernel::Lazy(_) => {
                let mut arguments = call.arguments.iter();
                let lifted =
                    !single && arguments.any(|argument| argument.parameter.coercion.lifts());
                let may_spill = function.flags.spills || lifted && node.array_context;
                self.scalar(first, at, !may_spill);
            }
        }
        Some(())
    }

    /// A function of the user that is not vectorised may give an array anywhere, so the formula is computed cell by cell.
    fn call_user(&mut self, at: u32, node: &Node, call: &UserCall) -> Option<()> {
        if !call.function.is_vectorised() {
            return None;
        }
        let (first, single) = self.take(call.arguments as usize, at)?;
        if single {
            self.tile(first, Step::MapUser(call.clone()));
        } else {
            self.scalar(first, at, !node.array_context);
        }
        Some(())
    }

    fn lazy(&mut self, at: u32, call: &BoundCall) -> Option<()> {
        let given = call.arguments.iter();
        let given = given.filter(|argument| argument.nodes.is_some()).count();
        let from = self.stack.len().checked_sub(given)?;
        let parts: Vec<Part> = self.stack[from..].to_vec();
        let (_, single) = self.take(given, at)?;
        let skip = self.skips.iter().rposition(|skip| skip.target == at)?;
        let skip = self.skips.remove(skip);
        let first = skip.begins;
        let (Some(choice), true) = (choice(call), single) else {
            let lifts = self.plan.nodes[at as usize].array_context;
            self.scalar(first, at, single || !lifts);
            return Some(());
        };
        let target = self.steps.len() as u32;
        self.steps[skip.step as usize] = Step::Skip(target);
        let mut ends = parts.iter().skip(1).map(|part| part.step).chain([target]);
        let mut begins = parts.iter().map(|part| part.step);
        let arguments = call.arguments.iter().map(|argument| {
            argument.nodes?;
            Some((begins.next()?, ends.next()? - 1))
        });
        let arguments = arguments.collect();
        self.tile(first, Step::Choose { choice, arguments });
        self.stack.last_mut()?.kind = Kind::Either;
        Some(())
    }
}
