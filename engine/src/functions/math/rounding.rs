//! Rounding: ROUND, ROUNDUP, ROUNDDOWN, TRUNC, INT, MROUND, CEILING, FLOOR and their kin, EVEN, ODD.
//!
//! Excel rounds the number that it shows, not the double: the 15-digit decimal view. So `INT(4.35*100)` is 435 though
//! the double is a little less. MROUND alone takes the double as it is: `MROUND(6.05,0.1)` is 6, `MROUND(7.05,0.1)` 7.1.

use crate::functions::declare::functions;
use crate::functions::lanes::{LaneArgument, LaneResults};
use crate::functions::{Context, FromLane, FromOperand, Operand};
use crate::value::CellError;
use crate::value::decimal::{Rounding, round_all, round_digits};

functions! {
    /// Rounds `number` to `digits` decimals, halfway cases away from zero.
    ///
    /// Negative `digits` round to tens, hundreds and so on.
    ///
    ///     =ROUND(2.15, 1)   -> 2.2
    ///     =ROUND(-2.5, 0)   -> -3
    ///     =ROUND(1250, -2)  -> 1300
    "ROUND"(number: Number, digits: Number) => map(round, round_lanes);

    /// Rounds `number` to `digits` decimals, away from zero.
    ///
    ///     =ROUNDUP(3.01, 0)   -> 4
    ///     =ROUNDUP(-3.14, 1)  -> -3.2
    "ROUNDUP"(number: Number, digits: Number) => map(round_up);

    /// Rounds `number` to `digits` decimals, toward zero.
    ///
    ///     =ROUNDDOWN(3.99, 0)  -> 3
    ///     =ROUNDDOWN(-3.19, 1) -> -3.1
    "ROUNDDOWN"(number: Number, digits: Number) => map(round_down);

    /// Cuts off what lies behind `digits` decimals.
    ///
    ///     =TRUNC(-8.9)      -> -8
    ///     =TRUNC(3.159, 2)  -> 3.15
    "TRUNC"(number: Number, digits: Number = 0) => map(round_down);

    /// Rounds down to an integer, negative numbers away from zero.
    ///
    ///     =INT(8.9)   -> 8
    ///     =INT(-8.1)  -> -9
    "INT"(number: Number) => map(int);

    /// Rounds `number` to the nearest multiple of `multiple`.
    ///
    /// Halfway cases go away from zero. The signs must agree, otherwise `#NUM!`.
    ///
    ///     =MROUND(10, 3)    -> 9
    ///     =MROUND(5, -2)    -> #NUM!
    "MROUND"(number: Number, multiple: Number) [refuses_ranges] => map(mround);

    /// Rounds `number` up to a multiple of `significance`; if both are negative, away from zero.
    ///
    /// A positive number with a negative significance is `#NUM!`.
    ///
    ///     =CEILING(2.5, 1)    -> 3
    ///     =CEILING(-2.5, -2)  -> -4
    ///     =CEILING(-2.5, 2)   -> -2
    "CEILING"(number: Number, significance: Number) => map(ceiling);

    /// Rounds `number` down to a multiple of `significance`; if both are negative, toward zero.
    ///
    /// A positive number with a negative significance is `#NUM!`, a significance of 0 `#DIV/0!`.
    ///
    ///     =FLOOR(2.5, 1)    -> 2
    ///     =FLOOR(-2.5, 2)   -> -4
    ///     =FLOOR(1, 0)      -> #DIV/0!
    "FLOOR"(number: Number, significance: Number) => map(floor);

    /// Rounds `number` up to a multiple of `significance`, whose sign does not matter.
    ///
    ///     =CEILING.PRECISE(-4.3, 2) -> -4
    ///     =CEILING.PRECISE(4.3)     -> 5
    "CEILING.PRECISE"(number: Number, significance: Number = 1) => map(ceiling_precise);

    /// Rounds `number` up to a multiple of `significance`, whose sign does not matter.
    ///
    ///     =ISO.CEILING(-4.3, -2) -> -4
    "ISO.CEILING"(number: Number, significance: Number = 1) => map(ceiling_precise);

    /// Rounds `number` down to a multiple of `significance`, whose sign does not matter.
    ///
    ///     =FLOOR.PRECISE(-3.2, -1) -> -4
    "FLOOR.PRECISE"(number: Number, significance: Number = 1) => map(floor_precise);

    /// Rounds `number` up to a multiple of `significance`, negative numbers away from zero if `mode` is not 0.
    ///
    ///     =CEILING.MATH(6.7)        -> 7
    ///     =CEILING.MATH(-5.5, 2, 1) -> -6
    "CEILING.MATH"(number: Number, significance: Number = 1, mode: Number = 0) => map(ceiling_math);

    /// Rounds `number` down to a multiple of `significance`, negative numbers toward zero if `mode` is not 0.
    ///
    ///     =FLOOR.MATH(-8.1, 2)    -> -10
    ///     =FLOOR.MATH(-5.5, 2, 1) -> -4
    "FLOOR.MATH"(number: Number, significance: Number = 1, mode: Number = 0) => map(floor_math);

    /// Rounds away from zero to an even integer.
    ///
    ///     =EVEN(1.5)  -> 2
    ///     =EVEN(-1)   -> -2
    "EVEN"(number: Number) => map(even);

    /// Rounds away from zero to an odd integer.
    ///
    ///     =ODD(2)  -> 3
    ///     =ODD(0)  -> 1
    "ODD"(number: Number) => map(odd);
}

/// The number of decimals that an argument means; beyond 400 nothing changes.
fn places(digits: f64) -> i32 {
    digits.clamp(-400.0, 400.0) as i32
}

fn round(number: f64, digits: f64) -> f64 {
    round_digits(number, places(digits), Rounding::HalfAway)
}

/// ROUND over lanes: usually all have the same number of decimals.
fn round_lanes(_: &Context<'_>, arguments: &[LaneArgument<'_>], results: &mut LaneResults<'_>) {
    if let [
        LaneArgument::Numbers(numbers),
        LaneArgument::Uniform(digits),
    ] = arguments
    {
        let digits = places(f64::from_operand(digits));
        return round_all(numbers, digits, results.lanes());
    }
    for lane in 0..results.len() {
        let [number, digits] = [0, 1].map(|at| f64::from_lane(&arguments[at], lane));
        results.put(lane, Operand::from(round(number, digits)));
    }
}

fn round_up(number: f64, digits: f64) -> f64 {
    round_digits(number, places(digits), Rounding::Up)
}

fn round_down(number: f64, digits: f64) -> f64 {
    round_digits(number, places(digits), Rounding::Down)
}

/// The greatest integer that is not above the 15-digit view of a number.
pub(super) fn int(number: f64) -> f64 {
    round_digits(number, 0, Rounding::Floor)
}

/// A number as a multiple of `unit`, the count of units rounded.
fn to_multiple(number: f64, unit: f64, rounding: Rounding) -> Result<f64, CellError> {
    let count = number / unit;
    if !count.is_finite() {
        return Err(CellError::Num);
    }
    Ok(round_digits(count, 0, rounding) * unit)
}

fn mround(number: f64, multiple: f64) -> Result<f64, CellError> {
    if multiple == 0.0 || number == 0.0 {
        return Ok(0.0);
    }
    if (number < 0.0) != (multiple < 0.0) {
        return Err(CellError::Num);
    }
    Ok((number / multiple).round() * multiple)
}

fn ceiling(number: f64, significance: f64) -> Result<f64, CellError> {
    if significance == 0.0 || number == 0.0 {
        return Ok(0.0);
    }
    if number > 0.0 && significance < 0.0 {
        return Err(CellError::Num);
    }
    to_multiple(number, significance, Rounding::Ceiling)
}

fn floor(number: f64, significance: f64) -> Result<f64, CellError> {
    if number == 0.0 {
        return Ok(0.0);
    }
    if significance == 0.0 {
        return Err(CellError::Div0);
    }
    if number > 0.0 && significance < 0.0 {
        return Err(CellError::Num);
    }
    to_multiple(number, significance, Rounding::Floor)
}

fn ceiling_precise(number: f64, significance: f64) -> Result<f64, CellError> {
    ceiling_math(number, significance, 0.0)
}

fn floor_precise(number: f64, significance: f64) -> Result<f64, CellError> {
    floor_math(number, significance, 0.0)
}

fn ceiling_math(number: f64, significance: f64, mode: f64) -> Result<f64, CellError> {
    if significance == 0.0 {
        return Ok(0.0);
    }
    let rounding = if number < 0.0 && mode != 0.0 {
        Rounding::Floor
    } else {
        Rounding::Ceiling
    };
    to_multiple(number, significance.abs(), rounding)
}

fn floor_math(number: f64, significance: f64, mode: f64) -> Result<f64, CellError> {
    if significance == 0.0 {
        return Ok(0.0);
    }
    let rounding = if number < 0.0 && mode != 0.0 {
        Rounding::Ceiling
    } else {
        Rounding::Floor
    };
    to_multiple(number, significance.abs(), rounding)
}

fn even(number: f64) -> Result<f64, CellError> {
    to_multiple(number, 2.0, Rounding::Up)
}

fn odd(number: f64) -> Result<f64, CellError> {
    // The magnitudes 1, 3, 5, … are one more than the even ones.
    let magnitude = to_multiple((number.abs() - 1.0).max(0.0), 2.0, Rounding::Up)? + 1.0;
    Ok(if number < 0.0 { -magnitude } else { magnitude })
}

#[cfg(test)]
mod tests {
    use crate::functions::test_sheet::{check, value_of};
    use crate::value::{CellError, Value};

    #[test]
    fn the_15_digit_view_is_rounded() {
        check("ROUND", [2.15, 1.0], 2.2);
        check("ROUND", [0.049_999_999_999_999_975, 1.0], 0.1);
        check("ROUND", [2.675, 2.0], 2.68);
        check("ROUND", [-0.4, 0.0], 0.0);
        check("ROUND", [1234.5, -5.0], 0.0);
        check("ROUND", [1.5, 1e300], 1.5);
        check("INT", [880_000_000.0 * 0.008_49 / 3.0], 2_490_400.0);
        check("INT", [4.35 * 100.0], 435.0);
        check("INT", [-2.5], -3.0);
        check("ROUNDUP", [2.0_f64.sqrt() * 2.0_f64.sqrt(), 0.0], 2.0);
        check("ROUNDDOWN", [-3.99, 1.9], -3.9);
        check("TRUNC", [-1.999, 2.0], -1.99);
    }

    #[test]
    fn multiples() {
        check("MROUND", [7.5, 5.0], 10.0);
        check("MROUND", [-10.0, -3.0], -9.0);
        check("MROUND", [6.05, 0.1], 6.0);
        check("MROUND", [7.05, 0.1], 71.0 * 0.1);
        check("MROUND", [1e300, 1e-300], CellError::Num);
        check("MROUND", [5.0, 0.0], 0.0);
        check("MROUND", [5.0, -2.0], CellError::Num);
        check("CEILING", [2.1, 0.1], 2.1);
        check("CEILING", [0.234, 0.01], 0.24);
        check("CEILING", [2.5, -2.0], CellError::Num);
        check("CEILING", [3.0, 0.0], 0.0);
        check("CEILING", [1e300, 1e-300], CellError::Num);
        check("FLOOR", [-2.5, -2.0], -2.0);
        check("FLOOR", [0.0, 0.0], 0.0);
        check("FLOOR.PRECISE", [-4.3, -2.0], -6.0);
        check("FLOOR.PRECISE", [4.3, 0.0], 0.0);
        check("CEILING.MATH", [-5.5, 2.0, 0.0], -4.0);
        assert_eq!(
            value_of("CEILING.MATH", [Value::from(24.3), 5.0.into()]),
            25.0.into()
        );
    }

    #[test]
    fn even_and_odd_go_away_from_zero() {
        for (number, even, odd) in [
            (0.0, 0.0, 1.0),
            (1.0, 2.0, 1.0),
            (1.5, 2.0, 3.0),
            (2.0, 2.0, 3.0),
            (3.01, 4.0, 5.0),
            (-1.5, -2.0, -3.0),
            (-2.0, -2.0, -3.0),
        ] {
            check("EVEN", [number], even);
            check("ODD", [number], odd);
        }
    }
}
