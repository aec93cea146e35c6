//! Numbers as Excel sees them: decimals of 15 significant digits.
//!
//! Excel computes with binary doubles but compares, rounds and shows their first 15 decimal digits. [`Decimal15`] is
//! that view. It rounds the *exact* value of the double, ties away from zero, with integer arithmetic: a double is
//! `m × 2^e`, and for all but very large and very small ones `m × 10^k` and `m × 2^e` fit in 128 bits.

use std::cmp::Ordering;
use std::fmt::Write;

mod rounding;
#[cfg(test)]
mod tests;

pub use rounding::{round_all, round_digits};

/// Digits of the view.
const DIGITS: i32 = 15;

/// A number rounded to 15 significant decimal digits: `±d.dddddddddddddd × 10^exponent`.
///
/// # Examples
///
/// ```
/// use tabulith::value::decimal::Decimal15;
///
/// let sum = Decimal15::of(0.1 + 0.2);
/// assert_eq!((sum.digits, sum.exponent), (300_000_000_000_000, -1));
/// assert_eq!(sum, Decimal15::of(0.3));
/// assert_eq!(sum.to_f64(), 0.3);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Decimal15 {
    /// Whether the number is below zero; zero itself is not.
    pub negative: bool,
    /// The digits as one integer of exactly 15 digits; 0 for the number zero.
    pub digits: u64,
    /// The power of ten of the first digit; 0 for the number zero.
    pub exponent: i32,
}

/// Which way a number is rounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Rounding {
    /// To the nearest, ties away from zero.
    HalfAway,
    /// Away from zero.
    Up,
    /// Toward zero.
    Down,
    /// Toward minus infinity.
    Floor,
    /// Toward plus infinity.
    Ceiling,
}

impl Decimal15 {
    /// The view of a double; what is not finite has none and counts as zero.
    pub fn of(x: f64) -> Decimal15 {
        if x == 0.0 || !x.is_finite() {
            return Decimal15::default();
        }
        let (digits, exponent) = significant(x.abs(), DIGITS);
        Decimal15 {
            negative: x < 0.0,
            digits,
            exponent,
        }
    }

    /// The double nearest to the decimal.
    ///
    /// The largest doubles round up to decimals that no double can hold; they give infinity.
    pub fn to_f64(self) -> f64 {
        let magnitude = scaled(self.digits, self.exponent - (DIGITS - 1));
        if self.negative { -magnitude } else { magnitude }
    }

    /// The number without its sign, rounded half away from zero to `places` decimals (at most 400 either side of the
    /// point), as an integer count of `10^-places` and whether it fits: `None` if it has more digits than 15.
    pub fn round_to(self, places: i32, rounding: Rounding) -> Option<u64> {
        let kept = self.exponent + 1 + places.clamp(-400, 400);
        if kept > DIGITS {
            return None;
        }
        if kept < 0 {
            let up = self.digits != 0 && rounds_up(rounding, self.negative, Ordering::Less);
            return Some(u64::from(up));
        }
        let unit = 10u64.pow((DIGITS - kept) as u32);
        let (quotient, rest) = (self.digits / unit, self.digits % unit);
        let up = rest != 0 && rounds_up(rounding, self.negative, (rest * 2).cmp(&unit));
        Some(quotient + u64::from(up))
    }
}

impl PartialOrd for Decimal15 {
    fn partial_cmp(&self, other: &Decimal15) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Decimal15 {
    fn cmp(&self, other: &Decimal15) -> Ordering {
        let rank = |x: &Decimal15| match (x.digits, x.negative) {
            (0, _) => 0,
            (_, true) => -1,
            (_, false) => 1,
        };
        let magnitude = (self.exponent, self.digits).cmp(&(other.exponent, other.digits));
        rank(self).cmp(&rank(other)).then(if self.negative {
            magnitude.reverse()
        } else {
            magnitude
        })
    }
}

/// The double nearest to `x` rounded to 15 significant digits.
///
/// # Examples
///
/// ```
/// use tabulith::value::decimal::round15;
///
/// assert_eq!(round15(0.1 + 0.2), 0.3);
/// ```
pub fn round15(x: f64) -> f64 {
    if is_whole(x) {
        return x;
    }
    let rounded = Decimal15::of(x).to_f64();
    if rounded.is_finite() && x.is_finite() {
        rounded
    } else {
        x
    }
}

/// Whether a number is an integer of at most 15 digits.
#[inline]
fn is_whole(x: f64) -> bool {
    // There and back again is shorter than `trunc` on processors without an instruction for it.
    x.abs() < 1e15 && (x as i64) as f64 == x
}

/// Whether a magnitude with a rest is rounded up; `rest` compares the rest with one half of the last place.
fn rounds_up(rounding: Rounding, negative: bool, rest: Ordering) -> bool {
    match rounding {
        Rounding::HalfAway => rest != Ordering::Less,
        Rounding::Up => true,
        Rounding::Down => false,
        Rounding::Floor => negative,
        Rounding::Ceiling => !negative,
    }
}

/// The first `count` (at most 17) digits of a positive number, rounded half up from its exact value, and the power of
/// ten of the first digit.
fn significant(x: f64, count: i32) -> (u64, i32) {
    let bits = x.to_bits();
    let field = (bits >> 52) as i32;
    let fraction = bits & ((1 << 52) - 1);
    let (mantissa, power) = if field == 0 {
        (fraction, -1074)
    } else {
        (fraction | 1 << 52, field - 1075)
    };
    let top = power + 63 - mantissa.leading_zeros() as i32;
    // floor(top × log10(2)), which is the exponent or one less.
    let estimate = (top * 78_913) >> 18;
    for exponent in [estimate, estimate + 1] {
        let Some(digits) = rounded_quotient(mantissa, power, count - 1 - exponent) else {
            return significant_by_text(x, count);
        };
        if digits < 10u64.pow(count as u32) {
            return (digits, exponent);
        }
    }
    significant_by_text(x, count)
}

/// `mantissa × 2^power × 10^scale` to the nearest integer, ties up; nothing if 128 bits do not hold it.
fn rounded_quotient(mantissa: u64, power: i32, scale: i32) -> Option<u64> {
    // 10^scale is 5^scale × 2^scale: the twos join the shift.
    let zeros = mantissa.trailing_zeros();
    let shift = power + zeros as i32 + scale;
    let fives = 5u128.checked_pow(scale.unsigned_abs())?;
    let mut numerator = u128::from(mantissa >> zeros);
    let mut denominator = 1;
    if scale >= 0 {
        numerator = numerator.checked_mul(fives)?;
    } else {
        denominator = fives;
    }
    let widened = if shift >= 0 {
        &mut numerator
    } else {
        &mut denominator
    };
    if shift.unsigned_abs() >= widened.leading_zeros() {
        return None;
    }
    *widened <<= shift.unsigned_abs();
    let (quotient, rest) = if denominator.is_power_of_two() {
        let shift = denominator.trailing_zeros();
        (numerator >> shift, numerator & (denominator - 1))
    } else {
        (numerator / denominator, numerator % denominator)
    };
    let up = rest >= denominator - rest;
    u64::try_from(quotient + u128::from(up)).ok()
}

/// As [`significant`], for magnitudes that 128 bits cannot scale.
///
/// No double out there lies exactly between two decimals of 17 digits or less, so the standard library's rule for
/// ties does not matter.
fn significant_by_text(x: f64, count: i32) -> (u64, i32) {
    let mut text = Short::default();
    let written = write!(text, "{:.*e}", (count - 1) as usize, x);
    debug_assert!(written.is_ok(), "a mantissa and an exponent are short");
    let mut digits = 0;
    let mut parts = text.as_str().split('e');
    for byte in parts.next().unwrap_or("").bytes() {
        if byte.is_ascii_digit() {
            digits = digits * 10 + u64::from(byte - b'0');
        }
    }
    let exponent = parts.next().and_then(|e| e.parse().ok()).unwrap_or(0);
    (digits, exponent)
}

/// The powers of ten that are exact doubles.
const EXACT: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
];

/// The double nearest to `digits × 10^power`.
pub(crate) fn scaled(digits: u64, power: i32) -> f64 {
    if digits == 0 {
        return 0.0;
    }
    // Both factors are exact doubles, so one operation rounds once.
    if digits < 1 << 53 {
        match EXACT.get(power.unsigned_abs() as usize) {
            Some(factor) if power >= 0 => return digits as f64 * factor,
            Some(factor) => return digits as f64 / factor,
            None => {}
        }
    }
    let mut text = Short::default();
    let written = write!(text, "{digits}e{power}");
    debug_assert!(written.is_ok(), "an integer and an exponent are short");
    text.as_str().parse().unwrap_or(0.0)
}

/// A text of at most 40 bytes on the stack.
struct Short {
    bytes: [u8; 40],
    length: usize,
}

impl Default for Short {
    fn default() -> Short {
        Short {
            bytes: [0; 40],
            length: 0,
        }
    }
}

impl Short {
    fn as_str(&self) -> &str {
        std::str::from_utf8(&self.bytes[..self.length]).unwrap_or("")
    }
}

impl Write for Short {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        let end = self.length + text.len();
        let place = self
            .bytes
            .get_mut(self.length..end)
            .ok_or(std::fmt::Error)?;
        place.copy_from_slice(text.as_bytes());
        self.length = end;
        Ok(())
    }
}
