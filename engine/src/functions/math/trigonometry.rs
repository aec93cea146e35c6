//! Trigonometric and hyperbolic functions, angles in radians. All come from one library, so that every machine gives
//! the same bits.

use std::f64::consts::{FRAC_PI_2, PI};

use crate::functions::declare::functions;
use crate::value::CellError;

functions! {
    /// The number π.
    ///
    ///     =ROUND(PI(), 5) -> 3.14159
    "PI"() => map(pi);

    /// The sine of an angle; from 2^27 on `#NUM!`.
    ///
    ///     =SIN(0)    -> 0
    ///     =SIN(2^27) -> #NUM!
    "SIN"(number: Number) => map(sin);

    /// The cosine of an angle; from 2^27 on `#NUM!`.
    ///
    ///     =COS(0) -> 1
    "COS"(number: Number) => map(cos);

    /// The tangent of an angle; from 2^27 on `#NUM!`.
    ///
    ///     =TAN(0) -> 0
    "TAN"(number: Number) => map(tan);

    /// The secant of an angle, the reciprocal of the cosine.
    ///
    ///     =SEC(0) -> 1
    "SEC"(number: Number) => map(sec);

    /// The cosecant of an angle, the reciprocal of the sine.
    ///
    ///     =CSC(0) -> #DIV/0!
    "CSC"(number: Number) => map(csc);

    /// The cotangent of an angle, the reciprocal of the tangent.
    ///
    ///     =COT(0) -> #DIV/0!
    "COT"(number: Number) => map(cot);

    /// The angle with this sine, from -π/2 to π/2.
    ///
    ///     =ASIN(0) -> 0
    ///     =ASIN(2) -> #NUM!
    "ASIN"(number: Number) => map(asin);

    /// The angle with this cosine, from 0 to π.
    ///
    ///     =ACOS(1)  -> 0
    ///     =ACOS(-2) -> #NUM!
    "ACOS"(number: Number) => map(acos);

    /// The angle with this tangent, between -π/2 and π/2.
    ///
    ///     =ATAN(0) -> 0
    "ATAN"(number: Number) => map(atan);

    /// The angle of the point (x, y), above -π and up to π.
    ///
    ///     =ROUND(ATAN2(-1, 0), 5) -> 3.14159
    ///     =ATAN2(0, 0)            -> #DIV/0!
    "ATAN2"(x: Number, y: Number) => map(atan2);

    /// The angle with this cotangent, between 0 and π.
    ///
    ///     =ROUND(ACOT(0), 5) -> 1.5708
    "ACOT"(number: Number) => map(acot);

    /// The hyperbolic sine.
    ///
    ///     =SINH(0) -> 0
    "SINH"(number: Number) => map(sinh);

    /// The hyperbolic cosine.
    ///
    ///     =COSH(0) -> 1
    "COSH"(number: Number) => map(cosh);

    /// The hyperbolic tangent.
    ///
    ///     =TANH(0) -> 0
    "TANH"(number: Number) => map(tanh);

    /// The hyperbolic secant.
    ///
    ///     =SECH(0) -> 1
    "SECH"(number: Number) => map(sech);

    /// The hyperbolic cosecant.
    ///
    ///     =CSCH(0) -> #DIV/0!
    "CSCH"(number: Number) => map(csch);

    /// The hyperbolic cotangent.
    ///
    ///     =COTH(0) -> #DIV/0!
    "COTH"(number: Number) => map(coth);

    /// The number with this hyperbolic sine.
    ///
    ///     =ASINH(0) -> 0
    "ASINH"(number: Number) => map(asinh);

    /// The positive number with this hyperbolic cosine; below 1 `#NUM!`.
    ///
    ///     =ACOSH(1)   -> 0
    ///     =ACOSH(0.5) -> #NUM!
    "ACOSH"(number: Number) => map(acosh);

    /// The number with this hyperbolic tangent, between -1 and 1.
    ///
    ///     =ATANH(0) -> 0
    ///     =ATANH(1) -> #NUM!
    "ATANH"(number: Number) => map(atanh);

    /// The number with this hyperbolic cotangent, below -1 or above 1.
    ///
    ///     =ACOTH(1) -> #NUM!
    "ACOTH"(number: Number) => map(acoth);

    /// An angle in degrees.
    ///
    ///     =DEGREES(PI()) -> 180
    "DEGREES"(angle: Number) => map(degrees);

    /// An angle in radians.
    ///
    ///     =RADIANS(180) = PI() -> TRUE
    "RADIANS"(angle: Number) => map(radians);
}

/// An angle that Excel takes: 2^27 and beyond it refuses.
fn angle(number: f64) -> Result<f64, CellError> {
    const LIMIT: f64 = (1_u32 << 27) as f64;
    if number.abs() < LIMIT {
        Ok(number)
    } else {
        Err(CellError::Num)
    }
}

/// One divided by a number.
fn reciprocal(number: f64) -> Result<f64, CellError> {
    if number == 0.0 {
        Err(CellError::Div0)
    } else {
        Ok(1.0 / number)
    }
}

/// A number if the condition holds, else `#NUM!`.
fn within(condition: bool, number: f64) -> Result<f64, CellError> {
    if condition {
        Ok(number)
    } else {
        Err(CellError::Num)
    }
}

fn pi() -> f64 {
    PI
}

fn sin(number: f64) -> Result<f64, CellError> {
    angle(number).map(libm::sin)
}

fn cos(number: f64) -> Result<f64, CellError> {
    angle(number).map(libm::cos)
}

fn tan(number: f64) -> Result<f64, CellError> {
    angle(number).map(libm::tan)
}

fn sec(number: f64) -> Result<f64, CellError> {
    reciprocal(cos(number)?)
}

fn csc(number: f64) -> Result<f64, CellError> {
    reciprocal(sin(number)?)
}

fn cot(number: f64) -> Result<f64, CellError> {
    reciprocal(tan(number)?)
}

fn asin(number: f64) -> Result<f64, CellError> {
    within(number.abs() <= 1.0, number).map(libm::asin)
}

fn acos(number: f64) -> Result<f64, CellError> {
    within(number.abs() <= 1.0, number).map(libm::acos)
}

fn atan(number: f64) -> f64 {
    libm::atan(number)
}

fn atan2(x: f64, y: f64) -> Result<f64, CellError> {
    if x == 0.0 && y == 0.0 {
        return Err(CellError::Div0);
    }
    // A negative zero would give the other end of the range.
    Ok(libm::atan2(y + 0.0, x))
}

fn acot(number: f64) -> f64 {
    FRAC_PI_2 - libm::atan(number)
}

fn sinh(number: f64) -> f64 {
    libm::sinh(number)
}

fn cosh(number: f64) -> f64 {
    libm::cosh(number)
}

fn tanh(number: f64) -> f64 {
    libm::tanh(number)
}

fn sech(number: f64) -> f64 {
    1.0 / libm::cosh(number)
}

fn csch(number: f64) -> Result<f64, CellError> {
    reciprocal(libm::sinh(number))
}

fn coth(number: f64) -> Result<f64, CellError> {
    reciprocal(libm::tanh(number))
}

fn asinh(number: f64) -> f64 {
    libm::asinh(number)
}

fn acosh(number: f64) -> Result<f64, CellError> {
    within(number >= 1.0, number).map(libm::acosh)
}

fn atanh(number: f64) -> Result<f64, CellError> {
    within(number.abs() < 1.0, number).map(libm::atanh)
}

fn acoth(number: f64) -> Result<f64, CellError> {
    within(number.abs() > 1.0, number).map(|number| libm::atanh(1.0 / number))
}

fn degrees(angle: f64) -> f64 {
    angle * 180.0 / PI
}

fn radians(angle: f64) -> f64 {
    angle * PI / 180.0
}

#[cfg(test)]
mod tests {
    use std::f64::consts::PI;

    use crate::functions::test_sheet::check;
    use crate::value::CellError;

    const LIMIT: f64 = 134_217_728.0;

    #[test]
    fn angles_end_at_a_limit() {
        for name in ["SIN", "COS", "TAN", "SEC", "CSC", "COT"] {
            check(name, [LIMIT], CellError::Num);
            check(name, [-LIMIT], CellError::Num);
        }
        check("COS", [LIMIT - 1.0], libm::cos(LIMIT - 1.0));
        check("COTH", [LIMIT], 1.0);
        check("SECH", [LIMIT], 0.0);
        check("CSCH", [-LIMIT], 0.0);
    }

    #[test]
    fn atan2_takes_x_first() {
        check("ATAN2", [1.0, 1.0], PI / 4.0);
        check("ATAN2", [-1.0, 0.0], PI);
        check("ATAN2", [-1.0, -0.0], PI);
        check("ATAN2", [0.0, -2.0], -PI / 2.0);
        check("ATAN2", [0.0, 0.0], CellError::Div0);
    }

    #[test]
    fn domains() {
        check("ASIN", [1.000_001], CellError::Num);
        check("ATANH", [-1.0], CellError::Num);
        check("ACOTH", [0.5], CellError::Num);
        check("SINH", [1000.0], CellError::Num);
        check("TANH", [1000.0], 1.0);
        check("CSC", [0.0], CellError::Div0);
    }

    #[test]
    fn degrees_and_radians() {
        check("DEGREES", [PI], 180.0);
        check("RADIANS", [180.0], PI);
        check("RADIANS", [270.0], 4.712_388_980_384_69);
    }
}
