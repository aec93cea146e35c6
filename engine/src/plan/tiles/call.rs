//! Calls of functions that lift, over tiles: coercion of whole tiles, then one call of the kernel over lanes.

use smallvec::SmallVec;

use super::forms::{lies_on_stack, on_stack, reads_ranges};
use super::machine::{NoLane, TileMachine, TileValue};
use super::mask::Mask;
use crate::functions::lanes::{LaneArgument, LaneCells, run_lanes};
use crate::functions::{Coercion, Context, Operand};
use crate::plan::bound::{BoundCall, Plan};
use crate::plan::call::{Operands, call, coerce, empty_argument};
use crate::plan::scalar::evaluate_part;
use crate::storage::Tile;
use crate::value::{Conventions, Value, ValueRef, push_text, to_boolean};

/// An argument prepared for a kernel over lanes.
enum Prepared {
    /// Lanes that are numbers.
    Numbers(Tile),
    /// The same operand for all lanes.
    Uniform(Operand),
    /// A value for each lane.
    Cells(LaneCells),
}

/// The arguments of one call; most have few.
type Few<T> = SmallVec<[T; 4]>;

/// Calls a function that lifts with the operands on the stack.
pub(super) fn map(
    machine: &mut TileMachine<'_>,
    bound: &BoundCall,
    array_context: bool,
) -> Result<TileValue, NoLane> {
    let from = machine.stack.len() - on_stack(bound);
    let operands: Few<TileValue> = machine.stack.drain(from..).collect();
    let uniform = |operand: &TileValue| matches!(operand, TileValue::Uniform(_));
    if operands.iter().all(uniform) {
        let value = one_lane(machine, (bound, array_context), &operands, 0)?;
        return Ok(TileValue::Uniform(value));
    }
    let count = machine.count();
    let mut by_rule = Mask::of(false);
    let mut results = machine.tile();
    let prepared = prepare(machine, bound, &operands, &mut by_rule);
    let kernel = bound.function.lanes.filter(|_| prepared.is_some());
    if let (Some(kernel), Some(prepared)) = (kernel, &prepared) {
        let arguments: Few<LaneArgument<'_>> = prepared.iter().map(Prepared::as_argument).collect();
        let context = machine.source.context(&machine.rows, 0);
        let mut wanted = None;
        if reads_ranges(bound) {
            wanted = Some(machine.active.without(&by_rule));
        }
        let wanted = wanted.as_ref().map(|wanted| wanted.lanes(count));
        if !run_lanes(kernel, &context, &arguments, (count, wanted, &mut results)) {
            return Err(NoLane);
        }
        by_rule.keep(&machine.active);
    } else {
        results.begin(count);
        results.blank(0..count);
        by_rule = machine.active.clone();
    }
    if by_rule.any(count) {
        for lane in (0..count).filter(|lane| by_rule.contains(*lane)) {
            let value = one_lane(machine, (bound, array_context), &operands, lane)?;
            results.set(lane, value.as_ref());
        }
    }
    for one in prepared.into_iter().flatten() {
        match one {
            Prepared::Numbers(tile) => machine.release(TileValue::Lanes(tile)),
            Prepared::Cells(cells) => machine.free_cells.push(cells),
            Prepared::Uniform(_) => {}
        }
    }
    operands
        .into_iter()
        .for_each(|value| machine.release(value));
    Ok(TileValue::Lanes(results))
}

impl Prepared {
    fn as_argument(&self) -> LaneArgument<'_> {
        match self {
            Prepared::Numbers(tile) => LaneArgument::Numbers(tile.lanes()),
            Prepared::Uniform(operand) => LaneArgument::Uniform(operand),
            Prepared::Cells(cells) => LaneArgument::Cells(cells),
        }
    }
}

/// The arguments as the parameters want them; lanes in which one cannot be had are noted in `by_rule`. `None` if one
/// cannot be had in any lane.
fn prepare(
    machine: &mut TileMachine<'_>,
    bound: &BoundCall,
    operands: &[TileValue],
    by_rule: &mut Mask,
) -> Option<Few<Prepared>> {
    let conventions = machine.source.context(&machine.rows, 0).conventions.clone();
    let mut given = operands.iter();
    let mut prepared = Few::new();
    for argument in &bound.arguments {
        let coercion = argument.parameter.coercion;
        if let (false, Some((node, _))) = (coercion.lifts(), argument.nodes) {
            let context = machine.source.context(&machine.rows, 0);
            let Operand::Reference(reference) = range_at(machine.plan, node, &context) else {
                return None;
            };
            prepared.push(Prepared::Uniform(Operand::Reference(reference)));
            continue;
        }
        prepared.push(match argument.nodes.and_then(|_| given.next()) {
            None => Prepared::Uniform(empty_argument(argument.parameter, &conventions).ok()?),
            Some(TileValue::Uniform(value)) => {
                let value = coerce(value, coercion, &conventions).ok()?;
                Prepared::Uniform(Operand::Value(value))
            }
            Some(TileValue::Lanes(tile)) if coercion == Coercion::Number => {
                let mut numbers = machine.tile();
                numbers_in(tile, &conventions, &mut numbers, by_rule);
                Prepared::Numbers(numbers)
            }
            Some(TileValue::Lanes(tile)) => {
                let mut cells = machine.free_cells.pop().unwrap_or_default();
                cells_in(tile, coercion, &mut cells, by_rule);
                Prepared::Cells(cells)
            }
        });
    }
    prepared.extend(bound.defaults.iter().cloned().map(Prepared::Uniform));
    Some(prepared)
}

/// The lanes as numbers; those that are none are noted and hold 0.
fn numbers_in(tile: &Tile, conventions: &Conventions, numbers: &mut Tile, by_rule: &mut Mask) {
    if tile.is_numbers() {
        numbers.copy_of(tile);
        return;
    }
    let count = tile.len();
    let out = numbers.begin(count);
    for (lane, out) in out.iter_mut().enumerate() {
        let number = crate::value::to_number(tile.cell(lane).value(), conventions);
        if number.is_err() {
            by_rule.lanes_mut(count)[lane] = true;
        }
        *out = number.unwrap_or(0.0);
    }
}

/// The lanes as a parameter wants them; those that cannot be coerced are noted and hold something that it takes.
fn cells_in(tile: &Tile, coercion: Coercion, cells: &mut LaneCells, by_rule: &mut Mask) {
    let count = tile.len();
    cells.clear();
    for lane in 0..count {
        let cell = tile.cell(lane);
        let pushed = match (coercion, cell.value()) {
            (Coercion::Text, value) => cells.push_text(|out| push_text(out, value)),
            (Coercion::Boolean, value) => {
                to_boolean(value).map(|truth| cells.push(ValueRef::Boolean(truth)))
            }
            (Coercion::Any, ValueRef::Error(error)) => Err(error),
            (_, value) => {
                cells.push(value);
                Ok(())
            }
        };
        if pushed.is_err() {
            by_rule.lanes_mut(count)[lane] = true;
            cells.push(match coercion {
                Coercion::Text => ValueRef::Text(""),
                Coercion::Boolean => ValueRef::Boolean(false),
                _ => ValueRef::Number(0.0),
            });
        }
    }
}

/// The range that a node is, or why it is none.
fn range_at(plan: &Plan, node: u32, context: &Context<'_>) -> Operand {
    evaluate_part(plan, (node, node), context)
}

/// The call in one lane, as the scalar evaluator makes it.
fn one_lane(
    machine: &TileMachine<'_>,
    (bound, array_context): (&BoundCall, bool),
    operands: &[TileValue],
    lane: usize,
) -> Result<Value, NoLane> {
    let context = machine.source.context(&machine.rows, lane);
    let mut lanes = operands.iter();
    let arguments = bound.arguments.iter().filter_map(|argument| {
        let (node, _) = argument.nodes?;
        if !lies_on_stack(argument) {
            return Some(range_at(machine.plan, node, &context));
        }
        let operand = lanes.next()?;
        Some(Operand::Value(
            operand.with_lane(lane, |value| value.to_value()),
        ))
    });
    let operands: Operands = arguments.collect();
    match call(bound, operands, array_context, &context) {
        Operand::Value(value) => Ok(value),
        _ => Err(NoLane),
    }
}
