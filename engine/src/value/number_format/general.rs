//! The General format: what a cell without a format shows.

use crate::value::decimal::{Decimal15, Rounding};
use crate::value::number_text::{push_plain, push_scientific};

/// Decimals of the longest plain notation of a number below 10: 11 characters with `0.`.
const DECIMALS_MAX: i32 = 9;

/// The text of a number in a cell of format General: 11 characters, not counting the sign.
///
/// # Examples
///
/// ```
/// use tabulith::value::number_format::general;
///
/// assert_eq!(general(1.2345678919), "1.234567892");
/// assert_eq!(general(1e10), "10000000000");
/// assert_eq!(general(1e11), "1E+11");
/// assert_eq!(general(-0.000012345678), "-1.23457E-05");
/// ```
pub fn general(x: f64) -> String {
    let decimal = if x.is_normal() {
        Decimal15::of(x)
    } else {
        Decimal15::default()
    };
    if decimal.digits == 0 {
        return "0".to_owned();
    }
    let mut text = String::with_capacity(12);
    if decimal.negative {
        text.push('-');
    }
    let exponent = decimal.exponent;
    let exact = trimmed(decimal.digits, 15);
    let plain = match exponent {
        0..=10 => Some((DECIMALS_MAX - exponent).max(0)),
        -4..=-1 => Some(DECIMALS_MAX),
        // Small numbers are written out only if nothing is lost.
        -9..=-5 if exact.1 - 1 - exponent <= DECIMALS_MAX => Some(DECIMALS_MAX),
        _ => None,
    };
    if let Some(decimals) = plain
        && let Some(count) = decimal.round_to(decimals, Rounding::HalfAway)
        && count < 100_000_000_000
    {
        let width = count.checked_ilog10().unwrap_or(0) as i32 + 1;
        let (digits, width_left) = trimmed(count, width);
        push_plain(&mut text, digits, width_left, width - 1 - decimals);
        return text;
    }
    let six = decimal
        .round_to(5 - exponent, Rounding::HalfAway)
        .unwrap_or(decimal.digits);
    let carried = six == 1_000_000;
    push_scientific(&mut text, trimmed(six, 6).0, exponent + i32::from(carried));
    text
}

/// The digits without trailing zeros, and their number if it was `count`.
fn trimmed(mut digits: u64, mut count: i32) -> (u64, i32) {
    while digits != 0 && digits.is_multiple_of(10) {
        digits /= 10;
        count -= 1;
    }
    (digits, count)
}
