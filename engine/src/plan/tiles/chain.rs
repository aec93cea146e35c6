//! Chains: a formula that reads the result of the row above (or some rows above) once, on a path of `+ - * /` to its
//! root, such as the running balance `=C1+A2-B2`.
//!
//! What does not depend on the row above is computed tile by tile as ever; only the operations on the path go row by
//! row. They run first without Excel's rules about what may be stored, which would double the time that each row waits
//! for the one before, and the results are checked afterwards in one sweep. Where a rule would have changed anything,
//! the tile is done again by the rules.

use smallvec::SmallVec;

use super::arithmetic::numbers_of;
use super::links::links_of;
use super::machine::{TileMachine, TileValue};
use super::program::{Load, TileProgram, TileRows};
use crate::formula::TemplateAxis;
use crate::formula::ast::{BinaryOperator, Shape};
use crate::graph::Read;
use crate::plan::bound::Plan;
use crate::reference::SheetId;
use crate::storage::{TILE, Tile};
use crate::value::CellError;
use crate::value::arithmetic::{add, divide, multiply, snap, subtract};

/// Operations on the path of a chain, at most.
const LINKS: usize = 8;

/// Rows between a row and the one that it reads, at most.
const LAG: u32 = 1_024;

/// A chain.
#[derive(Debug, Clone)]
pub struct Chain {
    /// How many rows above lies what a row reads of its own column.
    lag: u32,
    /// The operations from there to the result.
    links: Vec<Link>,
}

/// One operation on the path.
#[derive(Debug, Clone, Copy)]
pub(super) struct Link {
    pub(super) kind: Kind,
    /// The steps that give the other operand.
    pub(super) operand: (u32, u32),
    pub(super) snaps: bool,
}

/// The operation on what came along the path and the other operand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Add,
    Subtract,
    /// The path is subtracted from the operand.
    SubtractFrom,
    Multiply,
    Divide,
    /// The operand is divided by the path.
    DivideInto,
}

/// The rows of a tile of a chain and what stands above them.
#[derive(Debug, Clone, Copy)]
pub struct ChainRows<'a> {
    /// The rows.
    pub rows: TileRows,
    /// The numbers of the rows above, the nearest last; as many as [`Chain::lag`] at least.
    pub above: &'a [f64],
}

impl Chain {
    /// The chain that a program is, if it is one: `own` are all its reads that reach into its own cells.
    pub fn of(plan: &Plan, program: &TileProgram, here: SheetId, own: &[&Read]) -> Option<Chain> {
        let [read] = own else { return None };
        let Shape::Cell {
            row: TemplateAxis::Relative(offset),
            column: TemplateAxis::Relative(0),
        } = read.shape
        else {
            return None;
        };
        let lag = u32::try_from(-i64::from(offset)).ok()?;
        if lag == 0 || lag > LAG || read.sheet != here {
            return None;
        }
        let is_read = |load: &Load| {
            load.sheet == here
                && load.column == TemplateAxis::Relative(0)
                && load.row == TemplateAxis::Relative(offset)
        };
        let links = links_of(plan, program, is_read)?;
        (!links.is_empty() && links.len() <= LINKS).then_some(Chain { lag, links })
    }

    /// How many rows above lies what a row reads.
    pub fn lag(&self) -> u32 {
        self.lag
    }

    /// Computes the rows of a tile; `false` if one of them is no plain number, so that the scalar evaluator must do.
    pub fn run(
        &self,
        machine: &mut TileMachine<'_>,
        chain_rows: ChainRows<'_>,
        results: &mut Tile,
    ) -> bool {
        machine.begin(&chain_rows.rows);
        let lag = self.lag as usize;
        let Some(from) = chain_rows.above.len().checked_sub(lag) else {
            return false;
        };
        let above = &chain_rows.above[from..];
        let mut numbers = std::mem::take(&mut machine.chain_numbers);
        let fine = self.operands(machine, &mut numbers)
            && self.run_links(machine.count(), above, &mut numbers, results);
        machine.chain_numbers = numbers;
        fine
    }

    /// The operands of all links, one link's behind the other's; `false` if one of them is no number.
    fn operands(&self, machine: &mut TileMachine<'_>, numbers: &mut Vec<f64>) -> bool {
        let count = machine.count();
        numbers.clear();
        let mut scratch = machine.tile();
        let mut fine = true;
        for link in &self.links {
            let Ok(value) = machine.run(link.operand.0, link.operand.1) else {
                fine = false;
                break;
            };
            let operand = numbers_of(&value, &mut scratch);
            numbers.extend((0..count).map(|lane| operand.at(lane)));
            machine.release(value);
        }
        machine.release(TileValue::Lanes(scratch));
        fine && numbers.iter().all(|x| x.is_finite())
    }

    /// The operations over operands that are numbers; behind them is room for what each link gives.
    fn run_links(
        &self,
        count: usize,
        above: &[f64],
        numbers: &mut Vec<f64>,
        results: &mut Tile,
    ) -> bool {
        let given = numbers.len();
        numbers.resize(2 * given, 0.0);
        let (operands, stages) = numbers.split_at_mut(given);
        let operands: SmallVec<[&[f64]; LINKS]> = operands.chunks_exact(count).collect();
        let mut stages: SmallVec<[&mut [f64]; LINKS]> = stages.chunks_exact_mut(count).collect();
        self.run_plainly(above, &operands, &mut stages);
        if !self.holds(above, &operands, &stages)
            && !self.run_by_rules(above, &operands, &mut stages)
        {
            return false;
        }
        let out = results.begin(count);
        out.copy_from_slice(stages[self.links.len() - 1]);
        results.mark_numbers();
        true
    }

    /// The operations as they are, row by row; each stage gets the result of one.
    fn run_plainly(&self, above: &[f64], operands: &[&[f64]], stages: &mut [&mut [f64]]) {
        macro_rules! with_operation {
            ($kind:expr, $operation:ident, $body:expr) => {
                match $kind {
                    Kind::Add => {
                        let $operation = |x: f64, y: f64| x + y;
                        $body
                    }
                    Kind::Subtract => {
                        let $operation = |x: f64, y: f64| x - y;
                        $body
                    }
                    Kind::SubtractFrom => {
                        let $operation = |x: f64, y: f64| y - x;
                        $body
                    }
                    Kind::Multiply => {
                        let $operation = |x: f64, y: f64| x * y;
                        $body
                    }
                    Kind::Divide => {
                        let $operation = |x: f64, y: f64| x / y;
                        $body
                    }
                    Kind::DivideInto => {
                        let $operation = |x: f64, y: f64| y / x;
                        $body
                    }
                }
            };
        }
        match (self.links.as_slice(), above, operands, &mut *stages) {
            ([link], [above], [operand], [stage]) => {
                with_operation!(link.kind, f, one_link(*above, operand, stage, f))
            }
            ([first, second], [above], [a, b], [inner, outer]) => with_operation!(
                first.kind,
                f,
                with_operation!(
                    second.kind,
                    g,
                    two_links(*above, (a, b), (inner, outer), f, g)
                )
            ),
            _ => self.run_any(above, operands, stages),
        }
    }

    fn run_any(&self, above: &[f64], operands: &[&[f64]], stages: &mut [&mut [f64]]) {
        let last = self.links.len() - 1;
        for row in 0..operands[0].len() {
            let mut x = match row.checked_sub(above.len()) {
                None => above[row],
                Some(earlier) => stages[last][earlier],
            };
            for (number, link) in self.links.iter().enumerate() {
                x = link.kind.plain(x, operands[number][row]);
                stages[number][row] = x;
            }
        }
    }

    /// Whether no rule about what may be stored changes any of the results.
    fn holds(&self, above: &[f64], operands: &[&[f64]], stages: &[&mut [f64]]) -> bool {
        let fits = |x: f64| x.is_normal() || x.to_bits() == 0;
        if !stages.iter().all(|stage| stage.iter().all(|x| fits(*x))) {
            return false;
        }
        let last = self.links.len() - 1;
        if !self.links[last].snaps {
            return true;
        }
        let results = &stages[last];
        let before = |row: usize| match last.checked_sub(1) {
            Some(stage) => stages[stage][row],
            None => match row.checked_sub(above.len()) {
                None => above[row],
                Some(earlier) => results[earlier],
            },
        };
        (0..results.len()).all(|row| {
            let result = results[row];
            snap(result, before(row), operands[last][row]).to_bits() == result.to_bits()
        })
    }

    /// The operations with all rules; `false` at an error.
    fn run_by_rules(&self, above: &[f64], operands: &[&[f64]], stages: &mut [&mut [f64]]) -> bool {
        let last = self.links.len() - 1;
        for row in 0..operands[0].len() {
            let mut x = match row.checked_sub(above.len()) {
                None => above[row],
                Some(earlier) => stages[last][earlier],
            };
            for (number, link) in self.links.iter().enumerate() {
                let operand = operands[number][row];
                let Ok(result) = link.kind.by_rule(x, operand) else {
                    return false;
                };
                x = if link.snaps {
                    snap(result, x, operand)
                } else {
                    result
                };
                // A cell has no negative zero.
                x += 0.0;
                stages[number][row] = x;
            }
        }
        true
    }
}

fn one_link(above: f64, operand: &[f64], stage: &mut [f64], f: impl Fn(f64, f64) -> f64) {
    let mut x = above;
    for (out, operand) in stage.iter_mut().zip(operand) {
        x = f(x, *operand);
        *out = x;
    }
}

fn two_links(
    above: f64,
    (a, b): (&[f64], &[f64]),
    (inner, outer): (&mut [f64], &mut [f64]),
    f: impl Fn(f64, f64) -> f64,
    g: impl Fn(f64, f64) -> f64,
) {
    let mut x = above;
    let outs = inner.iter_mut().zip(outer.iter_mut());
    for ((inner, outer), (a, b)) in outs.zip(a.iter().zip(b)) {
        let y = f(x, *a);
        *inner = y;
        x = g(y, *b);
        *outer = x;
    }
}

impl Kind {
    #[inline]
    fn plain(self, x: f64, operand: f64) -> f64 {
        match self {
            Kind::Add => x + operand,
            Kind::Subtract => x - operand,
            Kind::SubtractFrom => operand - x,
            Kind::Multiply => x * operand,
            Kind::Divide => x / operand,
            Kind::DivideInto => operand / x,
        }
    }

    fn by_rule(self, x: f64, operand: f64) -> Result<f64, CellError> {
        match self {
            Kind::Add => add(x, operand),
            Kind::Subtract => subtract(x, operand),
            Kind::SubtractFrom => subtract(operand, x),
            Kind::Multiply => multiply(x, operand),
            Kind::Divide => divide(x, operand),
            Kind::DivideInto => divide(operand, x),
        }
    }

    /// The operation of an operator, if it is one.
    pub(super) fn of(operator: BinaryOperator, path_is_left: bool) -> Option<Kind> {
        Some(match (operator, path_is_left) {
            (BinaryOperator::Add, _) => Kind::Add,
            (BinaryOperator::Multiply, _) => Kind::Multiply,
            (BinaryOperator::Subtract, true) => Kind::Subtract,
            (BinaryOperator::Subtract, false) => Kind::SubtractFrom,
            (BinaryOperator::Divide, true) => Kind::Divide,
            (BinaryOperator::Divide, false) => Kind::DivideInto,
            _ => return None,
        })
    }
}

// A tile holds all rows that one run of a chain computes.
const _: () = assert!(LAG as usize <= TILE);
