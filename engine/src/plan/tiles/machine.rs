//! The evaluation of a tile program: a loop over its steps and a stack of tiles.
//!
//! It runs itself again only for an argument of IF and its kin, which binding allows
//! [`NESTING`](crate::limits::NESTING) deep.

use std::ops::Range;

use super::program::{Load, Step, TileProgram, TileRows};
use super::shared::SharedValues;
use super::{arithmetic, call, choice, comparison, folds, mask::Mask, user_call};
use crate::formula::ast::{BinaryOperator, UnaryOperator};
use crate::functions::lanes::LaneCells;
use crate::functions::{Context, Operand};
use crate::plan::bound::Plan;
use crate::plan::implicit_intersection::settle;
use crate::plan::scalar::{Outcome, evaluate, evaluate_part, outcome};
use crate::reference::SheetId;
use crate::storage::Tile;
use crate::value::{Value, ValueRef};

/// The cells around the formulas of a region.
pub trait TileSource {
    /// Fills a tile with the cells of a reference for each of the rows; `false` if for one of them it is off the grid
    /// or gone, or the row is none of those that it is tied to.
    fn load(&self, load: &Load, rows: &TileRows, tile: &mut Tile) -> bool;

    /// Fills a tile with rows of a column, by positions; `false` if one of them is off the grid.
    fn load_rows(&self, column: (SheetId, u32), rows: Range<u32>, tile: &mut Tile) -> bool;

    /// The surroundings of the evaluation in one of the rows.
    fn context(&self, rows: &TileRows, lane: usize) -> Context<'_>;
}

/// An operand: one value for all lanes, or one for each.
#[derive(Debug)]
pub(super) enum TileValue {
    /// The same in all lanes.
    Uniform(Value),
    /// One for each lane.
    Lanes(Tile),
}

impl TileValue {
    /// The value in a lane.
    pub(super) fn with_lane<R>(&self, lane: usize, f: impl FnOnce(ValueRef<'_>) -> R) -> R {
        match self {
            TileValue::Uniform(value) => f(value.as_ref()),
            TileValue::Lanes(tile) => f(tile.cell(lane).value()),
        }
    }
}

/// A part of the formula gave something that has no place in a lane.
pub(super) struct NoLane;

/// Evaluates a program, tile after tile, with tiles that it uses again.
pub struct TileMachine<'a> {
    pub(super) plan: &'a Plan,
    pub(super) program: &'a TileProgram,
    pub(super) source: &'a dyn TileSource,
    pub(super) rows: TileRows,
    /// The lanes whose results matter; others may hold anything.
    pub(super) active: Mask,
    pub(super) stack: Vec<TileValue>,
    locals: Vec<Option<Value>>,
    local_tiles: Vec<Tile>,
    free: Vec<Tile>,
    /// Room for the numbers of a chain, to be used again.
    pub(super) chain_numbers: Vec<f64>,
    /// Arguments of kernels, to be used again.
    pub(super) free_cells: Vec<LaneCells>,
    /// What uniform steps gave, by step and column.
    known: Vec<((u32, u32), Value)>,
    /// What other machines for the same region found out.
    shared: Option<&'a SharedValues>,
}

impl<'a> TileMachine<'a> {
    /// A machine for the formulas of one region.
    pub fn new(
        plan: &'a Plan,
        program: &'a TileProgram,
        source: &'a dyn TileSource,
    ) -> TileMachine<'a> {
        let nowhere = TileRows {
            sheet: SheetId(0),
            row: 0,
            column: 0,
            count: 0,
            block: 0,
            slot: 0,
        };
        let locals = program.locals as usize;
        TileMachine {
            plan,
            program,
            source,
            rows: nowhere,
            active: Mask::of(true),
            stack: Vec::new(),
            locals: vec![None; locals],
            local_tiles: std::iter::repeat_with(Tile::default).take(locals).collect(),
            free: Vec::new(),
            chain_numbers: Vec::new(),
            free_cells: Vec::new(),
            known: Vec::new(),
            shared: None,
        }
    }

    /// The same machine, which shares what uniform steps give with others.
    #[must_use]
    pub fn sharing(self, shared: &'a SharedValues) -> TileMachine<'a> {
        TileMachine {
            shared: Some(shared),
            ..self
        }
    }

    /// What the formula gives in these rows: `results` gets a value for each, never a blank; `arrays` gets the lanes
    /// whose formula gave an array, which are left blank.
    pub fn evaluate(&mut self, rows: &TileRows, results: &mut Tile, arrays: &mut Vec<usize>) {
        self.begin(rows);
        let count = rows.count as usize;
        if self.program.is_scalar() {
            return self.evaluate_by_rows(results, arrays);
        }
        let last = self.program.steps.len() as u32 - 1;
        match self.run(0, last) {
            Ok(TileValue::Uniform(value)) => results.fill(count, stored(value.as_ref())),
            Ok(TileValue::Lanes(mut tile)) => {
                store_blanks(&mut tile);
                std::mem::swap(results, &mut tile);
                self.free.push(tile);
            }
            Err(NoLane) => self.evaluate_by_rows(results, arrays),
        }
    }

    fn evaluate_by_rows(&mut self, results: &mut Tile, arrays: &mut Vec<usize>) {
        let count = self.rows.count as usize;
        results.begin(count);
        results.blank(0..count);
        for lane in 0..count {
            let context = self.source.context(&self.rows, lane);
            match outcome(evaluate(self.plan, &context), &context) {
                Outcome::Value(value) => results.set(lane, value.as_ref()),
                Outcome::Array(_) => arrays.push(lane),
            }
        }
    }

    /// Takes tiles to use.
    pub fn lend(&mut self, tiles: Vec<Tile>) {
        self.free.extend(tiles);
    }

    /// A tile, for results.
    pub fn take_tile(&mut self) -> Tile {
        self.tile()
    }

    /// The tiles, to be used elsewhere.
    pub fn into_tiles(self) -> Vec<Tile> {
        self.free
    }

    /// Goes to other rows.
    pub(super) fn begin(&mut self, rows: &TileRows) {
        self.rows = *rows;
        self.stack.clear();
    }

    /// Number of lanes.
    pub(super) fn count(&self) -> usize {
        self.rows.count as usize
    }

    /// A tile to write to.
    pub(super) fn tile(&mut self) -> Tile {
        self.free.pop().unwrap_or_default()
    }

    /// Gives a tile back.
    pub(super) fn release(&mut self, value: TileValue) {
        if let TileValue::Lanes(tile) = value {
            self.free.push(tile);
        }
    }

    /// Runs the steps from `first` to `last` and gives the result of the last.
    pub(super) fn run(&mut self, first: u32, last: u32) -> Result<TileValue, NoLane> {
        let mut at = first;
        while at <= last {
            at = self.step(at)?;
        }
        Ok(self.pop())
    }

    /// Does one step and gives the place of the next.
    #[inline(never)]
    fn step(&mut self, at: u32) -> Result<u32, NoLane> {
        let program = self.program;
        let result = match &program.steps[at as usize] {
            Step::Skip(target) => return Ok(*target),
            Step::Choose { choice, arguments } => choice::choose(self, *choice, arguments)?,
            Step::Constant(value) => TileValue::Uniform(value.clone()),
            Step::Load(load) => self.load(load)?,
            Step::Unary(operator) => self.unary(*operator),
            Step::Binary { operator, snaps } => self.binary(*operator, *snaps),
            Step::Map {
                call,
                array_context,
            } => call::map(self, call, *array_context)?,
            Step::MapUser(call) => user_call::map(self, call),
            Step::Junction {
                junction,
                count,
                nodes,
            } => choice::join(self, *junction, *count as usize, *nodes)?,
            Step::Fold { call, arguments } => folds::fold(self, call, arguments)?,
            Step::Scalar {
                first,
                last,
                uniform: true,
            } => self.uniform(at, (*first, *last))?,
            Step::Scalar { first, last, .. } => self.scalar(*first, *last)?,
            Step::Store(slot) => {
                self.store(*slot as usize);
                return Ok(at + 1);
            }
            Step::Local(slot) => self.local(*slot as usize),
        };
        self.stack.push(result);
        Ok(at + 1)
    }

    pub(super) fn pop(&mut self) -> TileValue {
        self.stack
            .pop()
            .expect("invariant: compiling puts a step's operands before it")
    }

    fn load(&mut self, load: &Load) -> Result<TileValue, NoLane> {
        let mut tile = self.tile();
        let rows = if load.is_fixed() {
            TileRows {
                count: 1,
                ..self.rows
            }
        } else {
            self.rows
        };
        if !self.source.load(load, &rows, &mut tile) {
            self.free.push(tile);
            return Err(NoLane);
        }
        if !load.is_fixed() {
            return Ok(TileValue::Lanes(tile));
        }
        let value = tile.cell(0).to_value();
        self.free.push(tile);
        Ok(TileValue::Uniform(value))
    }

    fn unary(&mut self, operator: UnaryOperator) -> TileValue {
        let operand = self.pop();
        arithmetic::unary(self, operator, operand)
    }

    fn binary(&mut self, operator: BinaryOperator, snaps: bool) -> TileValue {
        let right = self.pop();
        let left = self.pop();
        if let (TileValue::Uniform(left), TileValue::Uniform(right)) = (&left, &right) {
            let context = self.source.context(&self.rows, 0);
            let values = (left.as_ref(), right.as_ref());
            return TileValue::Uniform(crate::plan::operators::value_of(
                (operator, snaps),
                values,
                context.conventions,
            ));
        }
        use BinaryOperator::{
            Concatenate, Equal, Greater, GreaterOrEqual, Less, LessOrEqual, NotEqual,
        };
        match operator {
            Concatenate => comparison::concatenate(self, left, right),
            Equal | NotEqual | Less | LessOrEqual | Greater | GreaterOrEqual => {
                comparison::compare(self, operator, left, right)
            }
            _ => arithmetic::binary(self, (operator, snaps), left, right),
        }
    }

    /// Computes nodes of the plan in each lane that matters.
    fn scalar(&mut self, first: u32, last: u32) -> Result<TileValue, NoLane> {
        let mut tile = self.tile();
        tile.begin(self.count());
        tile.blank(0..self.count());
        for lane in 0..self.count() {
            if self.active.contains(lane) {
                let value = self.scalar_lane((first, last), lane)?;
                tile.set(lane, value.as_ref());
            }
        }
        Ok(TileValue::Lanes(tile))
    }

    /// Computes nodes of the plan that give the same in every row of a column.
    fn uniform(&mut self, at: u32, nodes: (u32, u32)) -> Result<TileValue, NoLane> {
        let column = self.rows.column;
        if let Some((_, value)) = self.known.iter().find(|(key, _)| *key == (at, column)) {
            return Ok(TileValue::Uniform(value.clone()));
        }
        if !self.active.any(self.count()) {
            return Ok(TileValue::Uniform(Value::Blank));
        }
        let value = match self.shared.and_then(|shared| shared.get((at, column))) {
            Some(value) => value,
            None => {
                let value = self.scalar_lane(nodes, 0)?;
                if let Some(shared) = self.shared {
                    shared.put((at, column), value.clone());
                }
                value
            }
        };
        self.known.push(((at, column), value.clone()));
        Ok(TileValue::Uniform(value))
    }

    /// What nodes of the plan give in one lane.
    pub(super) fn scalar_lane(
        &self,
        (first, last): (u32, u32),
        lane: usize,
    ) -> Result<Value, NoLane> {
        if self.program.locals > 0 {
            return Err(NoLane);
        }
        let context = self.source.context(&self.rows, lane);
        let operand = evaluate_part(self.plan, (first, last), &context);
        let array_context = self.plan.nodes[last as usize].array_context;
        match settle(operand, array_context, &context) {
            Operand::Value(value) => Ok(value),
            Operand::Array(array) if array.rows() == 1 && array.columns() == 1 => {
                Ok(array.get(0, 0).clone())
            }
            _ => Err(NoLane),
        }
    }

    fn store(&mut self, slot: usize) {
        match self.pop() {
            TileValue::Uniform(value) => self.locals[slot] = Some(value),
            TileValue::Lanes(tile) => {
                self.locals[slot] = None;
                let former = std::mem::replace(&mut self.local_tiles[slot], tile);
                self.free.push(former);
            }
        }
    }

    fn local(&mut self, slot: usize) -> TileValue {
        if let Some(value) = &self.locals[slot] {
            return TileValue::Uniform(value.clone());
        }
        let mut copy = self.tile();
        copy.copy_of(&self.local_tiles[slot]);
        TileValue::Lanes(copy)
    }
}

/// What a cell holds of a result.
fn stored(value: ValueRef<'_>) -> ValueRef<'_> {
    match value {
        ValueRef::Blank => ValueRef::Number(0.0),
        other => other,
    }
}

/// Makes blanks zeros, as a cell stores them.
fn store_blanks(tile: &mut Tile) {
    if tile.is_numbers() {
        return;
    }
    let blank = crate::storage::PackedCell::BLANK.bits();
    for lane in tile.lanes_mut() {
        if lane.to_bits() == blank {
            *lane = 0.0;
        }
    }
}
