//! From a plan to steps over tiles.
//!
//! The nodes are walked once with a stack of what each operand is: something that has one value in every lane, or
//! something else (a range, an array). A node with only the former, and with a tile form, becomes a step; another one
//! that still gives single values becomes one scalar step with all the nodes of its operands.

use super::program::{Band, Choice, FoldArgument, Junction, Load, Step, TileProgram};
use super::uniform::is_uniform;
use crate::formula::ast::{BinaryOperator, Shape, UnaryOperator};
use crate::functions::{Absent, Coercion, Kernel, Operand};
use crate::plan::bound::{BoundCall, BoundReference, Node, Operation, Plan, ThisRow};

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

/// What an operand is to a function that tells values from cells.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    /// A value.
    Value,
    /// A reference to one cell.
    Cell,
    /// A reference to a range of a few columns; it is no single value.
    Band(Band),
    /// A value or a reference, as IF may give.
    Either,
}

struct Compiler<'a> {
    plan: &'a Plan,
    steps: Vec<Step>,
    stack: Vec<Part>,
    /// Steps that are to lead to the step of the lazy call at a node.
    skips: Vec<(u32, u32)>,
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
            };
            compiler.run().unwrap_or_else(whole)
        };
        let cost = |step: &Step| match step {
            Step::Scalar { uniform: true, .. } => STEP_COST,
            Step::Scalar { first, last, .. } => SCALAR_COST + 10 * (last - first),
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
            Operation::Skip(target) => {
                self.skips.push((*target, self.steps.len() as u32));
                self.steps.push(Step::Skip(0));
            }
            Operation::Store(slot) => {
                if !self.stack.pop()?.single {
                    return None;
                }
                self.steps.push(Step::Store(*slot));
            }
            Operation::Local(slot) => {
                self.leaf(at, Step::Local(*slot));
                self.stack.last_mut()?.kind = Kind::Either;
            }
        }
        Some(())
    }

    fn leaf(&mut self, at: u32, step: Step) {
        self.stack.push(Part {
            node: at,
            step: self.steps.len() as u32,
            single: true,
            kind: Kind::Value,
        });
        self.steps.push(step);
    }

    /// An operand that is no single value; it has no step of its own.
    fn other(&mut self, at: u32) {
        self.stack.push(Part {
            node: at,
            step: self.steps.len() as u32,
            single: false,
            kind: Kind::Either,
        });
    }

    /// Takes `count` operands; gives where they begin, and whether each is a single value.
    fn take(&mut self, count: usize, at: u32) -> Option<(Part, bool)> {
        let from = self.stack.len().checked_sub(count)?;
        let single = self.stack[from..].iter().all(|part| part.single);
        let first = self.stack.get(from).copied().unwrap_or(Part {
            node: at,
            step: self.steps.len() as u32,
            single: true,
            kind: Kind::Value,
        });
        self.stack.truncate(from);
        Some((first, single))
    }

    /// The nodes from the operands' first to `at` as one scalar step, or as something that is no single value.
    fn scalar(&mut self, first: Part, at: u32, single: bool) {
        self.steps.truncate(first.step as usize);
        self.skips.retain(|(_, step)| *step < first.step);
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
        let arguments = fold_arguments(call, &self.stack[self.stack.len().checked_sub(given)?..]);
        let (first, single) = self.take(given, at)?;
        let function = call.function;
        let lifts = function.parameters.iter().chain(function.repeat);
        let lifts = lifts
            .into_iter()
            .all(|parameter| parameter.coercion.lifts());
        match function.kernel {
            Kernel::Map(_) if single && lifts && function.lanes.is_some() => self.tile(
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
                let takes_values =
                    |coercion| coercion != Coercion::Table && Coercion::lifts(coercion) && !single;
                let arguments = call.arguments.iter();
                let lifted = arguments
                    .into_iter()
                    .any(|argument| takes_values(argument.parameter.coercion));
                let single = !function.flags.spills && !(lifted && node.array_context);
                self.scalar(first, at, single);
            }
        }
        Some(())
    }

    fn lazy(&mut self, at: u32, call: &BoundCall) -> Option<()> {
        let given = call.arguments.iter();
        let given = given.filter(|argument| argument.nodes.is_some()).count();
        let from = self.stack.len().checked_sub(given)?;
        let parts: Vec<Part> = self.stack[from..].to_vec();
        let (mut first, single) = self.take(given, at)?;
        let skip = self.skips.iter().rposition(|(target, _)| *target == at);
        if let Some(skip) = skip {
            let (_, step) = self.skips.remove(skip);
            // The node before the first argument is the one that leads here.
            first.step = step;
            first.node = first.node.checked_sub(1)?;
        }
        let (Some(choice), true, Some(_)) = (choice(call), single, skip) else {
            self.scalar(
                first,
                at,
                single || !self.plan.nodes[at as usize].array_context,
            );
            return Some(());
        };
        let target = self.steps.len() as u32;
        self.steps[first.step as usize] = Step::Skip(target);
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

/// The cell that a reference names, if it is one of one sheet.
fn cell_load(reference: &BoundReference) -> Option<Load> {
    let (Shape::Cell { row, column }, [sheet], false) = (
        reference.shape,
        reference.sheets.as_slice(),
        reference.wraps,
    ) else {
        return None;
    };
    Some(Load {
        sheet: *sheet,
        row,
        column,
        within: None,
    })
}

/// The range that a reference names, if it is one of one sheet whose last row moves along with the formula.
fn band_of(reference: &BoundReference) -> Option<Band> {
    let (Shape::Range { rows, columns }, [sheet], false) = (
        reference.shape,
        reference.sheets.as_slice(),
        reference.wraps,
    ) else {
        return None;
    };
    Some(Band {
        sheet: *sheet,
        rows,
        columns,
    })
}

/// The arguments of a fold, if each can be folded in tiles; `parts` are those that are not empty.
fn fold_arguments(call: &BoundCall, parts: &[Part]) -> Option<Box<[FoldArgument]>> {
    if !matches!(call.function.kernel, Kernel::Fold(_)) {
        return None;
    }
    let alone = call.arguments.len() == 1;
    let mut parts = parts.iter();
    let arguments = call.arguments.iter().map(|argument| {
        if argument.nodes.is_none() {
            return Some(FoldArgument::Empty);
        }
        match parts.next()?.kind {
            Kind::Value => Some(FoldArgument::Value),
            Kind::Cell => Some(FoldArgument::Cell),
            Kind::Band(band) if band.height().is_some() || alone && band.is_running() => {
                Some(FoldArgument::Band(band))
            }
            Kind::Band(_) | Kind::Either => None,
        }
    });
    arguments.collect()
}

/// The cell of a table in the formula's row, if it is only one.
fn this_row_load(this_row: &ThisRow) -> Option<Load> {
    let (first, last) = this_row.columns;
    (first == last).then_some(Load {
        sheet: this_row.sheet,
        row: crate::formula::TemplateAxis::Relative(0),
        column: first,
        within: Some(this_row.rows),
    })
}

fn junction(call: &BoundCall) -> Option<Junction> {
    let junction = match call.function.name {
        "AND" => Junction::And,
        "OR" => Junction::Or,
        "XOR" => Junction::Xor,
        _ => return None,
    };
    let given = call
        .arguments
        .iter()
        .all(|argument| argument.nodes.is_some());
    given.then_some(junction)
}

fn choice(call: &BoundCall) -> Option<Choice> {
    let (choice, least) = match call.function.name {
        "IF" => (Choice::If, 2),
        "IFERROR" => (Choice::IfError, 2),
        "IFNA" => (Choice::IfNa, 2),
        _ => return None,
    };
    // An argument that may be left out must not have a default that is anything else than left out.
    let plain = |absent| absent == Absent::Refused || absent == Absent::Omitted;
    let parameters = call.function.parameters;
    (call.arguments.len() >= least && parameters.iter().all(|p| plain(p.absent))).then_some(choice)
}
