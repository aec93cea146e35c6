//! Arithmetic on one or two numbers: ABS, SIGN, SQRT, POWER, MOD, QUOTIENT, DELTA.

use super::rounding::int;
use crate::functions::declare::functions;
use crate::value::CellError;
use crate::value::arithmetic::power;

functions! {
    /// The number without its sign.
    ///
    ///     =ABS(-2.5) -> 2.5
    "ABS"(number: Number) => map(abs);

    /// 1 for a positive number, -1 for a negative one, 0 for 0.
    ///
    ///     =SIGN(-7) -> -1
    ///     =SIGN(0)  -> 0
    "SIGN"(number: Number) => map(sign);

    /// The positive square root; of a negative number `#NUM!`.
    ///
    ///     =SQRT(16)  -> 4
    ///     =SQRT(-1)  -> #NUM!
    "SQRT"(number: Number) => map(sqrt);

    /// The square root of a number times π.
    ///
    ///     =SQRTPI(0)  -> 0
    ///     =SQRTPI(-1) -> #NUM!
    "SQRTPI"(number: Number) [refuses_ranges] => map(sqrt_pi);

    /// A number raised to a power: the operator `^`.
    ///
    ///     =POWER(2, 10) -> 1024
    ///     =POWER(0, 0)  -> #NUM!
    ///     =POWER(0, -1) -> #DIV/0!
    "POWER"(number: Number, power: Number) => map(power);

    /// What remains of `number` after division by `divisor`, with the sign of `divisor`.
    ///
    /// A quotient of 1,125,900,000,000 or more is `#NUM!`.
    ///
    ///     =MOD(7, 3)   -> 1
    ///     =MOD(-3, 2)  -> 1
    ///     =MOD(3, 0)   -> #DIV/0!
    "MOD"(number: Number, divisor: Number) => map(modulo);

    /// The integer part of a quotient.
    ///
    ///     =QUOTIENT(-10, 3) -> -3
    ///     =QUOTIENT(1, 0)   -> #DIV/0!
    "QUOTIENT"(numerator: Number, denominator: Number) [refuses_ranges] => map(quotient);

    /// 1 if two numbers are equal, else 0.
    ///
    ///     =DELTA(5, 4) -> 0
    ///     =DELTA(0)    -> 1
    "DELTA"(number1: Number, number2: Number = 0) [refuses_ranges] => map(delta);
}

fn abs(number: f64) -> f64 {
    number.abs()
}

fn sign(number: f64) -> f64 {
    if number == 0.0 { 0.0 } else { number.signum() }
}

fn sqrt(number: f64) -> Result<f64, CellError> {
    if number < 0.0 {
        return Err(CellError::Num);
    }
    Ok(number.sqrt())
}

fn sqrt_pi(number: f64) -> Result<f64, CellError> {
    sqrt(number * std::f64::consts::PI)
}

fn modulo(number: f64, divisor: f64) -> Result<f64, CellError> {
    const QUOTIENT: f64 = 1_125_900_000_000.0;
    if divisor == 0.0 {
        return Err(CellError::Div0);
    }
    let quotient = number / divisor;
    if quotient.abs() >= QUOTIENT {
        return Err(CellError::Num);
    }
    let rest = number - divisor * int(quotient);
    // The integer is that of the 15-digit view: where the view rounds up, nothing remains.
    let beyond = rest != 0.0 && (rest < 0.0) != (divisor < 0.0);
    Ok(if beyond { 0.0 } else { rest })
}

fn quotient(numerator: f64, denominator: f64) -> Result<f64, CellError> {
    if denominator == 0.0 {
        return Err(CellError::Div0);
    }
    let quotient = numerator / denominator;
    Ok(if quotient < 0.0 {
        -int(-quotient)
    } else {
        int(quotient)
    })
}

fn delta(number1: f64, number2: f64) -> f64 {
    f64::from(u8::from(number1 == number2))
}

#[cfg(test)]
mod tests {
    use crate::functions::test_sheet::{check, value_of};
    use crate::value::CellError;

    #[test]
    fn texts_are_read_as_typed() {
        assert_eq!(value_of("SIGN", ["$100".into()]), 1.0.into());
        assert_eq!(value_of("ABS", ["x".into()]), CellError::Value.into());
    }

    #[test]
    fn the_rest_has_the_sign_of_the_divisor() {
        check("MOD", [-3.0, 2.0], 1.0);
        check("MOD", [3.0, -2.0], -1.0);
        check("MOD", [-3.0, -2.0], -1.0);
        check("MOD", [6.0, 3.0], 0.0);
        check("MOD", [0.3, 0.1], 0.0);
        check("MOD", [5.0, 1e-12], CellError::Num);
        check("MOD", [1_125_900_000_000.0, 1.0], CellError::Num);
        check("MOD", [1_125_899_999_999.5, 1.0], 0.5);
        check("MOD", [1e300, 1e-300], CellError::Num);
    }

    #[test]
    fn quotients_go_toward_zero() {
        check("QUOTIENT", [-10.0, 3.0], -3.0);
        check("QUOTIENT", [4.35 * 100.0, 1.0], 435.0);
        check("QUOTIENT", [0.0, 0.0], CellError::Div0);
        check("QUOTIENT", [1e300, 1e-300], CellError::Num);
    }

    #[test]
    fn roots_and_powers() {
        check("SQRT", [2.0], 2.0_f64.sqrt());
        check("SQRTPI", [-0.5], CellError::Num);
        check("POWER", [-1.5, 3.0], -3.375);
        check("POWER", [-1.5, 0.75], CellError::Num);
        check("DELTA", [0.1 + 0.2, 0.3], 0.0);
    }
}
