//! `= <> < > <= >=` and `&` over tiles.

use super::arithmetic::{Numbers, numbers_of};
use super::machine::{TileMachine, TileValue};
use crate::formula::ast::BinaryOperator;
use crate::plan::operators::{append_concatenated, value_of};
use crate::storage::{PackedCell, Tile};
use crate::value::Value;
use crate::value::compare::differ_at_15_digits;

/// A comparison, at least one side of which has lanes.
pub(super) fn compare(
    machine: &mut TileMachine<'_>,
    operator: BinaryOperator,
    left: TileValue,
    right: TileValue,
) -> TileValue {
    let count = machine.count();
    let (mut first, mut second) = (machine.tile(), machine.tile());
    let mut results = machine.tile();
    // Beside a number a blank is 0; a boolean is never a number here, so both sides must be numbers or blank.
    let plain = |operand: &TileValue| match operand {
        TileValue::Uniform(value) => matches!(value, Value::Number(_)),
        TileValue::Lanes(tile) => tile.is_numbers(),
    };
    if plain(&left) && plain(&right) {
        let a = numbers_of(&left, &mut first);
        let b = numbers_of(&right, &mut second);
        let decided = compare_numbers(operator, a, b, results.begin(count));
        if !decided {
            for lane in 0..count {
                if !differ_at_15_digits(a.at(lane), b.at(lane)) {
                    by_rule(machine, operator, (&left, &right), (lane, &mut results));
                }
            }
        }
    } else {
        results.begin(count);
        results.blank(0..count);
        for lane in 0..count {
            if machine.active.contains(lane) {
                by_rule(machine, operator, (&left, &right), (lane, &mut results));
            }
        }
    }
    machine.release(TileValue::Lanes(first));
    machine.release(TileValue::Lanes(second));
    machine.release(left);
    machine.release(right);
    TileValue::Lanes(results)
}

fn by_rule(
    machine: &TileMachine<'_>,
    operator: BinaryOperator,
    (left, right): (&TileValue, &TileValue),
    (lane, results): (usize, &mut Tile),
) {
    let context = machine.source.context(&machine.rows, 0);
    let value = left.with_lane(lane, |left| {
        right.with_lane(lane, |right| {
            value_of((operator, false), (left, right), context.conventions)
        })
    });
    results.set(lane, value.as_ref());
}

/// Compares numbers as they are; `false` if the order of some is not decided by that.
fn compare_numbers(
    operator: BinaryOperator,
    a: Numbers<'_>,
    b: Numbers<'_>,
    out: &mut [f64],
) -> bool {
    use BinaryOperator::{Equal, Greater, GreaterOrEqual, Less, LessOrEqual};
    match operator {
        Equal => each(a, b, out, |x, y| x == y),
        Less => each(a, b, out, |x, y| x < y),
        LessOrEqual => each(a, b, out, |x, y| x <= y),
        Greater => each(a, b, out, |x, y| x > y),
        GreaterOrEqual => each(a, b, out, |x, y| x >= y),
        _ => each(a, b, out, |x, y| x != y),
    }
}

#[inline]
fn each(a: Numbers<'_>, b: Numbers<'_>, out: &mut [f64], holds: impl Fn(f64, f64) -> bool) -> bool {
    let (yes, no) = (
        PackedCell::boolean(true).to_lane(),
        PackedCell::boolean(false).to_lane(),
    );
    let mut decided = true;
    let mut one = |out: &mut f64, x: f64, y: f64| {
        decided &= differ_at_15_digits(x, y);
        *out = if holds(x, y) { yes } else { no };
    };
    match (a, b) {
        (Numbers::Lanes(a), Numbers::Lanes(b)) => {
            for ((out, a), b) in out.iter_mut().zip(a).zip(b) {
                one(out, *a, *b);
            }
        }
        (Numbers::Lanes(a), Numbers::Uniform(b)) => {
            for (out, a) in out.iter_mut().zip(a) {
                one(out, *a, b);
            }
        }
        (Numbers::Uniform(a), Numbers::Lanes(b)) => {
            for (out, b) in out.iter_mut().zip(b) {
                one(out, a, *b);
            }
        }
        (Numbers::Uniform(a), Numbers::Uniform(b)) => {
            for out in out {
                one(out, a, b);
            }
        }
    }
    decided
}

/// `&`: texts are written one behind the other into the tile.
pub(super) fn concatenate(
    machine: &mut TileMachine<'_>,
    left: TileValue,
    right: TileValue,
) -> TileValue {
    let mut results = machine.tile();
    results.begin(machine.count());
    results.blank(0..machine.count());
    for lane in 0..machine.count() {
        if !machine.active.contains(lane) {
            continue;
        }
        results.set_text_with(lane, |text| {
            left.with_lane(lane, |left| {
                right.with_lane(lane, |right| append_concatenated(text, left, right))
            })
        });
    }
    machine.release(left);
    machine.release(right);
    TileValue::Lanes(results)
}
