//! `+ - * / ^`, the minus sign and `%` over tiles.
//!
//! Numbers go through one loop of one operation. What is blank or a boolean is made a number first; any other lane, and
//! every lane whose result is no finite number, is given to the operator's scalar rule, which alone knows texts and
//! errors.

use super::machine::{TileMachine, TileValue};
use crate::formula::ast::{BinaryOperator, UnaryOperator};
use crate::plan::operators::{unary_of, value_of};
use crate::storage::{PackedCell, Tile, all_numbers};
use crate::value::arithmetic::{power, snap};
use crate::value::{Value, ValueRef};

/// The bits of an exponent: all set in what is no finite number, none in zeros and subnormal numbers.
const EXPONENT: u64 = 0x7FF << 52;

/// An operand as numbers.
#[derive(Clone, Copy)]
pub(super) enum Numbers<'a> {
    /// One for each lane.
    Lanes(&'a [f64]),
    /// The same for all.
    Uniform(f64),
}

impl Numbers<'_> {
    /// The number of a lane.
    #[inline]
    pub(super) fn at(&self, lane: usize) -> f64 {
        match self {
            Numbers::Lanes(numbers) => numbers[lane],
            Numbers::Uniform(number) => *number,
        }
    }
}

/// The lanes of an operand as numbers; a lane that is none, nor blank or a boolean, is not finite. `scratch` holds them
/// if they are not at hand.
pub(super) fn numbers_of<'a>(operand: &'a TileValue, scratch: &'a mut Tile) -> Numbers<'a> {
    match operand {
        TileValue::Uniform(value) => Numbers::Uniform(number_of(value.as_ref())),
        TileValue::Lanes(tile) if tile.is_numbers() => Numbers::Lanes(tile.lanes()),
        TileValue::Lanes(tile) => {
            let lanes = tile.lanes();
            let numbers = scratch.begin(lanes.len());
            for (number, lane) in numbers.iter_mut().zip(lanes) {
                let cell = PackedCell::from_lane(*lane);
                *number = if cell.is_number() {
                    *lane
                } else if cell.is_blank() {
                    0.0
                } else {
                    cell.to_boolean()
                        .map_or(f64::NAN, |truth| f64::from(u8::from(truth)))
                };
            }
            Numbers::Lanes(scratch.lanes())
        }
    }
}

fn number_of(value: ValueRef<'_>) -> f64 {
    match value {
        ValueRef::Number(x) => x,
        ValueRef::Blank => 0.0,
        ValueRef::Boolean(truth) => f64::from(u8::from(truth)),
        ValueRef::Text(_) | ValueRef::Error(_) => f64::NAN,
    }
}

/// An operator with one operand.
pub(super) fn unary(
    machine: &mut TileMachine<'_>,
    operator: UnaryOperator,
    operand: TileValue,
) -> TileValue {
    if let TileValue::Uniform(value) = &operand {
        let context = machine.source.context(&machine.rows, 0);
        return TileValue::Uniform(unary_of(operator, value.as_ref(), context.conventions));
    }
    let count = machine.count();
    let (mut scratch, mut results) = (machine.tile(), machine.tile());
    let numbers = numbers_of(&operand, &mut scratch);
    let out = results.begin(count);
    match operator {
        UnaryOperator::Percent => each(numbers, Numbers::Uniform(100.0), out, |x, y| x / y),
        _ => each(numbers, Numbers::Uniform(-1.0), out, |x, y| x * y),
    }
    finish(machine, &mut results, |lane, conventions| {
        operand.with_lane(lane, |value| unary_of(operator, value, conventions))
    });
    machine.release(TileValue::Lanes(scratch));
    machine.release(operand);
    TileValue::Lanes(results)
}

/// An operator with two operands, at least one of which has lanes.
pub(super) fn binary(
    machine: &mut TileMachine<'_>,
    (operator, snaps): (BinaryOperator, bool),
    left: TileValue,
    right: TileValue,
) -> TileValue {
    use BinaryOperator::{Add, Divide, Multiply, Subtract};
    let count = machine.count();
    let (mut first, mut second) = (machine.tile(), machine.tile());
    let mut results = machine.tile();
    let a = numbers_of(&left, &mut first);
    let b = numbers_of(&right, &mut second);
    let out = results.begin(count);
    match operator {
        Add => each(a, b, out, |x, y| x + y),
        Subtract => each(a, b, out, |x, y| x - y),
        Multiply => each(a, b, out, |x, y| x * y),
        Divide => each(a, b, out, |x, y| x / y),
        // `power` tells by an error what no number is.
        _ => each(a, b, out, |x, y| {
            if x.is_nan() || y.is_nan() {
                return f64::NAN;
            }
            power(x, y).unwrap_or(f64::NAN)
        }),
    }
    if snaps {
        snap_all(a, b, out);
    }
    finish(machine, &mut results, |lane, conventions| {
        left.with_lane(lane, |left| {
            right.with_lane(lane, |right| {
                value_of((operator, snaps), (left, right), conventions)
            })
        })
    });
    machine.release(TileValue::Lanes(first));
    machine.release(TileValue::Lanes(second));
    machine.release(left);
    machine.release(right);
    TileValue::Lanes(results)
}

/// One operation in each lane. What no cell holds but is finite, a negative zero or a subnormal number, becomes 0.
#[inline]
fn each(a: Numbers<'_>, b: Numbers<'_>, out: &mut [f64], operation: impl Fn(f64, f64) -> f64) {
    let normal = |x: f64| {
        if x.to_bits() & EXPONENT == 0 { 0.0 } else { x }
    };
    match (a, b) {
        (Numbers::Lanes(a), Numbers::Lanes(b)) => {
            for ((out, a), b) in out.iter_mut().zip(a).zip(b) {
                *out = normal(operation(*a, *b));
            }
        }
        (Numbers::Lanes(a), Numbers::Uniform(b)) => {
            for (out, a) in out.iter_mut().zip(a) {
                *out = normal(operation(*a, b));
            }
        }
        (Numbers::Uniform(a), Numbers::Lanes(b)) => {
            for (out, b) in out.iter_mut().zip(b) {
                *out = normal(operation(a, *b));
            }
        }
        (Numbers::Uniform(a), Numbers::Uniform(b)) => out.fill(normal(operation(a, b))),
    }
}

/// The near-zero snap of the outermost `+` or `-`.
fn snap_all(a: Numbers<'_>, b: Numbers<'_>, out: &mut [f64]) {
    match (a, b) {
        (Numbers::Lanes(a), Numbers::Lanes(b)) => {
            for ((out, a), b) in out.iter_mut().zip(a).zip(b) {
                *out = snap(*out, *a, *b);
            }
        }
        (Numbers::Lanes(one), Numbers::Uniform(other))
        | (Numbers::Uniform(other), Numbers::Lanes(one)) => {
            for (out, one) in out.iter_mut().zip(one) {
                *out = snap(*out, *one, other);
            }
        }
        (Numbers::Uniform(_), Numbers::Uniform(_)) => {}
    }
}

/// Gives the lanes whose result is no finite number, as far as they matter, to the scalar rule.
fn finish(
    machine: &TileMachine<'_>,
    results: &mut Tile,
    rule: impl Fn(usize, &crate::value::Conventions) -> Value,
) {
    if all_numbers(results.lanes()) {
        results.mark_numbers();
        return;
    }
    let context = machine.source.context(&machine.rows, 0);
    for lane in 0..results.len() {
        if results.lanes()[lane].to_bits() & EXPONENT != EXPONENT {
            continue;
        }
        if machine.active.contains(lane) {
            results.set(lane, rule(lane, context.conventions).as_ref());
        } else {
            results.set(lane, ValueRef::Blank);
        }
    }
}
