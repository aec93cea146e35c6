//! The arithmetic operators: one IEEE double operation each, with Excel's rules about what may be stored.
//!
//! A result that overflows is `#NUM!`, a subnormal one is 0, and there is no negative zero. The near-zero snap is not
//! part of an operator: only the outermost operation of a formula applies it, see [`snap`].

use super::CellError;

/// The sum of two numbers.
///
/// # Errors
///
/// `#NUM!` if it overflows.
pub fn add(left: f64, right: f64) -> Result<f64, CellError> {
    normal(left + right)
}

/// The difference of two numbers.
///
/// # Errors
///
/// `#NUM!` if it overflows.
pub fn subtract(left: f64, right: f64) -> Result<f64, CellError> {
    normal(left - right)
}

/// The product of two numbers.
///
/// # Errors
///
/// `#NUM!` if it overflows.
pub fn multiply(left: f64, right: f64) -> Result<f64, CellError> {
    normal(left * right)
}

/// The quotient of two numbers.
///
/// # Errors
///
/// `#DIV/0!` if `right` is 0, `#NUM!` if the quotient overflows.
pub fn divide(left: f64, right: f64) -> Result<f64, CellError> {
    if right == 0.0 {
        return Err(CellError::Div0);
    }
    normal(left / right)
}

/// A number raised to a power: the operator `^` and the function POWER.
///
/// # Examples
///
/// ```
/// use tabulith::value::{CellError, arithmetic::power};
///
/// assert_eq!(power(2.0, 10.0), Ok(1024.0));
/// assert_eq!(power(0.0, 0.0), Err(CellError::Num));
/// assert_eq!(power(0.0, -1.0), Err(CellError::Div0));
/// ```
///
/// # Errors
///
/// `#NUM!` for 0 to the power 0, for a negative base with a power that is not an integer, and if the result
/// overflows; `#DIV/0!` for 0 to a negative power.
pub fn power(base: f64, exponent: f64) -> Result<f64, CellError> {
    if base == 0.0 {
        return match exponent {
            0.0 => Err(CellError::Num),
            x if x < 0.0 => Err(CellError::Div0),
            _ => Ok(0.0),
        };
    }
    normal(libm::pow(base, exponent))
}

/// The result of the outermost `+` or `-` of a formula, after Excel's near-zero snap.
///
/// A result whose binary exponent is 50 or more below that of the larger operand is taken for the rounding error of
/// decimal fractions and becomes 0. Parentheses, another operation or a function around the operation switch it off, so
/// the caller applies this to the root of a formula only.
///
/// # Examples
///
/// ```
/// use tabulith::value::arithmetic::snap;
///
/// let (left, right) = (0.5 - 0.4, 0.1);
/// assert_ne!(left - right, 0.0);
/// assert_eq!(snap(left - right, left, right), 0.0);
/// ```
pub fn snap(result: f64, left: f64, right: f64) -> f64 {
    const DISTANCE: i32 = 50;
    let larger = exponent(left).max(exponent(right));
    if exponent(result) <= larger - DISTANCE {
        0.0
    } else {
        result
    }
}

/// The biased binary exponent; 0 for zero.
fn exponent(x: f64) -> i32 {
    ((x.to_bits() >> 52) & 0x7FF) as i32
}

/// The result of an operation as a cell may hold it.
///
/// # Errors
///
/// `#NUM!` if it is not finite.
pub fn normal(x: f64) -> Result<f64, CellError> {
    if x.is_normal() {
        Ok(x)
    } else if x.is_finite() {
        Ok(0.0)
    } else {
        Err(CellError::Num)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_that_no_cell_holds_are_replaced() {
        assert_eq!(multiply(1e200, 1e200), Err(CellError::Num));
        assert_eq!(add(f64::MAX, f64::MAX), Err(CellError::Num));
        assert_eq!(multiply(1e-200, 1e-200), Ok(0.0));
        assert_eq!(divide(f64::MIN_POSITIVE, 4.0), Ok(0.0));
        assert!(multiply(-1.0, 0.0).is_ok_and(f64::is_sign_positive));
        assert_eq!(divide(0.0, 0.0), Err(CellError::Div0));
    }

    #[test]
    fn powers_of_zero_and_of_negative_numbers() {
        assert_eq!(power(-2.0, 3.0), Ok(-8.0));
        assert_eq!(power(-2.0, 0.5), Err(CellError::Num));
        assert_eq!(power(0.0, 2.5), Ok(0.0));
        assert_eq!(power(1.0, 99_999.0), Ok(1.0));
        assert_eq!(power(-2.0, 1024.0), Err(CellError::Num));
    }

    /// Pins published from Excel: those with an exponent distance of 50 or more vanish, the others stay.
    #[test]
    fn the_snap_goes_by_the_distance_of_exponents() {
        let last = |terms: &[f64]| {
            let (last, rest) = terms.split_last().unwrap();
            let left = rest.iter().copied().reduce(|sum, x| sum + x).unwrap();
            snap(left + last, left, *last)
        };
        assert_eq!(last(&[65.57, -7.54, -58.03]), 0.0);
        assert_eq!(last(&[80.79, -76.75, -4.04]), 0.0);
        assert_eq!(last(&[1e16, -9_999_999_999_999_990.0]), 0.0);
        assert_ne!(last(&[65.57, -58.03, -7.54]), 0.0);
        assert_ne!(last(&[2059.32, -1879.32, -120.48, 184.8, -244.32]), 0.0);
    }
}
