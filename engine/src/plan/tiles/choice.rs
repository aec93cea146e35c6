//! IF, IFERROR, IFNA, AND, OR and XOR over tiles.
//!
//! A choice that goes one way in the whole tile runs that way alone. Otherwise both sides are computed, each for the
//! lanes that choose it, and blended: what the other side would give, an error for one, is never seen.

use super::machine::{NoLane, TileMachine, TileValue};
use super::mask::Mask;
use super::program::{Choice, Junction};
use crate::storage::{PackedCell, Tile};
use crate::value::{CellError, Value, ValueRef, to_boolean};

type Arguments = [Option<(u32, u32)>];

/// Runs a choice among arguments.
pub(super) fn choose(
    machine: &mut TileMachine<'_>,
    choice: Choice,
    arguments: &Arguments,
) -> Result<TileValue, NoLane> {
    let first = argument(machine, arguments, 0)?;
    match choice {
        Choice::If => branch(machine, first, arguments),
        Choice::IfError => caught(machine, first, arguments, |_| true),
        Choice::IfNa => caught(machine, first, arguments, |error| error == CellError::Na),
    }
}

/// An argument; an empty one is blank.
fn argument(
    machine: &mut TileMachine<'_>,
    arguments: &Arguments,
    index: usize,
) -> Result<TileValue, NoLane> {
    match arguments.get(index) {
        Some(Some((first, last))) => machine.run(*first, *last),
        _ => Ok(TileValue::Uniform(Value::Blank)),
    }
}

/// The argument for a false condition, which is FALSE if there is none.
fn otherwise(machine: &mut TileMachine<'_>, arguments: &Arguments) -> Result<TileValue, NoLane> {
    if arguments.len() > 2 {
        argument(machine, arguments, 2)
    } else {
        Ok(TileValue::Uniform(false.into()))
    }
}

fn branch(
    machine: &mut TileMachine<'_>,
    condition: TileValue,
    arguments: &Arguments,
) -> Result<TileValue, NoLane> {
    let condition = match condition {
        TileValue::Uniform(value) => {
            return match to_boolean(value.as_ref()) {
                Ok(true) => argument(machine, arguments, 1),
                Ok(false) => otherwise(machine, arguments),
                Err(error) => Ok(TileValue::Uniform(error.into())),
            };
        }
        TileValue::Lanes(tile) => tile,
    };
    let count = machine.count();
    let (mut yes, mut no) = (Mask::of(false), Mask::of(false));
    let plain = decode(&condition, &mut yes, &mut no);
    let mut failed = Vec::new();
    if !plain {
        for lane in 0..count {
            match to_boolean(condition.cell(lane).value()) {
                Ok(truth) => {
                    yes.lanes_mut(count)[lane] = truth;
                    no.lanes_mut(count)[lane] = !truth;
                }
                Err(error) => failed.push((lane, error)),
            }
        }
    }
    machine.release(TileValue::Lanes(condition));
    yes.keep(&machine.active);
    no.keep(&machine.active);
    let result = match (yes.any(count), no.any(count)) {
        (true, false) => with_active(machine, yes, |machine| argument(machine, arguments, 1))?,
        (false, true) => with_active(machine, no, |machine| otherwise(machine, arguments))?,
        (false, false) => TileValue::Uniform(Value::Blank),
        (true, true) => {
            let chosen = yes.clone();
            let left = with_active(machine, yes, |machine| argument(machine, arguments, 1))?;
            let right = with_active(machine, no, |machine| otherwise(machine, arguments))?;
            blend(machine, &chosen, left, right)
        }
    };
    if failed.is_empty() {
        return Ok(result);
    }
    let mut tile = into_tile(machine, result);
    for (lane, error) in failed {
        tile.set(lane, ValueRef::Error(error));
    }
    Ok(TileValue::Lanes(tile))
}

/// Reads conditions that are booleans or numbers; `false` if there are others.
fn decode(condition: &Tile, yes: &mut Mask, no: &mut Mask) -> bool {
    let (truth, falsity) = (
        PackedCell::boolean(true).bits(),
        PackedCell::boolean(false).bits(),
    );
    let lanes = condition.lanes();
    let mut plain = true;
    let masks = yes
        .lanes_mut(lanes.len())
        .iter_mut()
        .zip(no.lanes_mut(lanes.len()));
    for (lane, (yes, no)) in lanes.iter().zip(masks) {
        let bits = lane.to_bits();
        let number = PackedCell::from_lane(*lane).is_number();
        *yes = bits == truth || (number && *lane != 0.0);
        *no = bits == falsity || (number && *lane == 0.0);
        plain &= *yes | *no;
    }
    plain
}

fn with_active(
    machine: &mut TileMachine<'_>,
    active: Mask,
    run: impl FnOnce(&mut TileMachine<'_>) -> Result<TileValue, NoLane>,
) -> Result<TileValue, NoLane> {
    let outer = std::mem::replace(&mut machine.active, active);
    let result = run(machine);
    machine.active = outer;
    result
}

/// `left` in the chosen lanes, `right` in the others.
fn blend(
    machine: &mut TileMachine<'_>,
    chosen: &Mask,
    left: TileValue,
    right: TileValue,
) -> TileValue {
    let count = machine.count();
    let has_texts = |value: &TileValue| match value {
        TileValue::Uniform(value) => PackedCell::of(value.as_ref()).is_none(),
        TileValue::Lanes(tile) => tile.has_texts(),
    };
    let mut results = machine.tile();
    let out = results.begin(count);
    if has_texts(&left) || has_texts(&right) {
        results.blank(0..count);
        for lane in 0..count {
            let side = if chosen.contains(lane) { &left } else { &right };
            side.with_lane(lane, |value| results.set(lane, value));
        }
    } else {
        let lane_of = |value: &TileValue| match value {
            TileValue::Uniform(value) => {
                PackedCell::of(value.as_ref()).unwrap_or_default().to_lane()
            }
            TileValue::Lanes(_) => 0.0,
        };
        let (a, b) = (lane_of(&left), lane_of(&right));
        let masked = out.iter_mut().zip(chosen.lanes(count));
        match (&left, &right) {
            (TileValue::Lanes(left), TileValue::Lanes(right)) => {
                let sides = left.lanes().iter().zip(right.lanes());
                for ((out, chosen), (left, right)) in masked.zip(sides) {
                    *out = if *chosen { *left } else { *right };
                }
            }
            (TileValue::Lanes(left), TileValue::Uniform(_)) => {
                for ((out, chosen), left) in masked.zip(left.lanes()) {
                    *out = if *chosen { *left } else { b };
                }
            }
            (TileValue::Uniform(_), TileValue::Lanes(right)) => {
                for ((out, chosen), right) in masked.zip(right.lanes()) {
                    *out = if *chosen { a } else { *right };
                }
            }
            (TileValue::Uniform(_), TileValue::Uniform(_)) => {
                for (out, chosen) in masked {
                    *out = if *chosen { a } else { b };
                }
            }
        }
    }
    machine.release(left);
    machine.release(right);
    TileValue::Lanes(results)
}

fn into_tile(machine: &mut TileMachine<'_>, value: TileValue) -> Tile {
    match value {
        TileValue::Lanes(tile) => tile,
        TileValue::Uniform(value) => {
            let mut tile = machine.tile();
            tile.fill(machine.count(), value.as_ref());
            tile
        }
    }
}

/// `value`, with the errors that `is_caught` picks replaced by the second argument.
fn caught(
    machine: &mut TileMachine<'_>,
    value: TileValue,
    arguments: &Arguments,
    is_caught: impl Fn(CellError) -> bool,
) -> Result<TileValue, NoLane> {
    let tile = match value {
        TileValue::Uniform(Value::Error(error)) if is_caught(error) => {
            return argument(machine, arguments, 1);
        }
        TileValue::Lanes(tile) if !tile.is_numbers() => tile,
        other => return Ok(other),
    };
    let count = machine.count();
    let mut errors = Mask::of(false);
    for (lane, is_error) in errors.lanes_mut(count).iter_mut().enumerate() {
        *is_error = tile.packed(lane).to_error().is_some_and(&is_caught);
    }
    errors.keep(&machine.active);
    if !errors.any(count) {
        return Ok(TileValue::Lanes(tile));
    }
    let chosen = errors.clone();
    let instead = with_active(machine, errors, |machine| argument(machine, arguments, 1))?;
    Ok(blend(machine, &chosen, instead, TileValue::Lanes(tile)))
}

/// Joins conditions. Booleans and numbers are counted here; a lane with anything else goes to the scalar evaluator, which
/// knows what counts.
pub(super) fn join(
    machine: &mut TileMachine<'_>,
    junction: Junction,
    count: usize,
    nodes: (u32, u32),
) -> Result<TileValue, NoLane> {
    let lanes = machine.count();
    let operands = machine.stack.split_off(machine.stack.len() - count);
    let (mut result, mut odd) = (Mask::of(junction == Junction::And), Mask::of(false));
    for operand in &operands {
        for lane in 0..lanes {
            let truth = operand.with_lane(lane, |value| match value {
                ValueRef::Boolean(truth) => Some(truth),
                ValueRef::Number(x) => Some(x != 0.0),
                _ => None,
            });
            let so_far = &mut result.lanes_mut(lanes)[lane];
            match (truth, junction) {
                (Some(truth), Junction::And) => *so_far &= truth,
                (Some(truth), Junction::Or) => *so_far |= truth,
                (Some(truth), Junction::Xor) => *so_far ^= truth,
                (None, _) => odd.lanes_mut(lanes)[lane] = true,
            }
        }
    }
    operands
        .into_iter()
        .for_each(|value| machine.release(value));
    let mut tile = machine.tile();
    for (lane, truth) in tile.begin(lanes).iter_mut().zip(result.lanes(lanes)) {
        *lane = PackedCell::boolean(*truth).to_lane();
    }
    odd.keep(&machine.active);
    if odd.any(lanes) {
        for lane in (0..lanes).filter(|lane| odd.contains(*lane)) {
            let value = machine.scalar_lane(nodes, lane)?;
            tile.set(lane, value.as_ref());
        }
    }
    Ok(TileValue::Lanes(tile))
}
