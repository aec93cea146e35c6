//! Numbers as texts, as `&`, text parameters and LEN see them.
//!
//! At most 15 digits; plain notation if that takes no more than 20 characters, otherwise `d.dddE+dd`. What a cell
//! *shows* is another rule: [`number_format`](super::number_format).

use std::fmt::{Display, Write};

use super::decimal::Decimal15;

/// Characters of the longest plain notation; the sign does not count.
const PLAIN_MAX: i32 = 20;

/// The text of a number as `&` joins it.
///
/// # Examples
///
/// ```
/// use tabulith::value::number_text;
///
/// assert_eq!(number_text(8.5 / 24.0), "0.354166666666667");
/// assert_eq!(number_text(1e19), "10000000000000000000");
/// assert_eq!(number_text(1e20), "1E+20");
/// ```
pub fn number_text(x: f64) -> String {
    let mut text = String::with_capacity(22);
    push_number_text(&mut text, x);
    text
}

/// Writes [`number_text`] to the end of `text`.
pub fn push_number_text(text: &mut String, x: f64) {
    let whole = x as i64;
    if whole as f64 == x && whole.unsigned_abs() < 1_000_000_000_000_000 {
        return push_digits(text, whole);
    }
    // Excel has no value for subnormals: they show as 0.
    let decimal = if x.is_normal() {
        Decimal15::of(x)
    } else {
        Decimal15::default()
    };
    if decimal.digits == 0 {
        return text.push('0');
    }
    if decimal.negative {
        text.push('-');
    }
    let (mut significant, mut exponent) = (decimal.digits, decimal.exponent);
    let mut count = 15;
    while significant % 10 == 0 {
        significant /= 10;
        count -= 1;
    }
    let width = match exponent {
        ..0 => count - exponent + 1,
        _ if exponent + 1 >= count => exponent + 1,
        _ => count + 1,
    };
    if width <= PLAIN_MAX {
        return push_plain(text, significant, count, exponent);
    }
    if exponent.abs() > 98 && count == 15 {
        // The 15 digits are rounded once more, to the 14 that fit beside a long exponent.
        significant = (significant + 5) / 10;
        if significant == 100_000_000_000_000 {
            exponent += 1;
        }
        while significant % 10 == 0 {
            significant /= 10;
        }
    }
    push_scientific(text, significant, exponent);
}

/// Appends a whole number.
fn push_digits(text: &mut String, whole: impl Display) {
    write!(text, "{whole}").expect("invariant: a text takes all that is written");
}

/// Appends `count` digits, the first of which has weight `10^exponent`, in plain notation.
pub(super) fn push_plain(text: &mut String, digits: u64, count: i32, exponent: i32) {
    if exponent < 0 {
        text.push_str("0.");
        text.extend(std::iter::repeat_n('0', (-exponent - 1) as usize));
        push_digits(text, digits);
    } else if exponent + 1 >= count {
        push_digits(text, digits);
        text.extend(std::iter::repeat_n('0', (exponent + 1 - count) as usize));
    } else {
        let start = text.len();
        push_digits(text, digits);
        text.insert(start + exponent as usize + 1, '.');
    }
}

/// Appends digits in the form `d.dddE+dd`.
pub(super) fn push_scientific(text: &mut String, digits: u64, exponent: i32) {
    let start = text.len();
    push_digits(text, digits);
    if text.len() > start + 1 {
        text.insert(start + 1, '.');
    }
    text.push_str(if exponent < 0 { "E-" } else { "E+" });
    if exponent.abs() < 10 {
        text.push('0');
    }
    push_digits(text, exponent.abs());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(bits: u64, expected: &str) {
        assert_eq!(number_text(f64::from_bits(bits)), expected);
    }

    #[test]
    fn texts_are_those_of_excel() {
        check(0x405EDD3C07FB4C8C, "123.456789012345");
        check(0x3F543A272D9E0E49, "0.00123456789012345");
        check(0x3F543A272D9E0E4A, "0.00123456789012346");
        check(0x3F543A272D9E0E77, "0.00123456789012346");
        check(0x3F543A272D9E0E78, "0.00123456789012347");
        check(0x3EE9E409302678BA, "1.23456789012346E-05");
        check(0x3F202E85BE180B74, "0.000123456789012346");
        check(0x3E6E7D05BDABDE50, "0.000000056789012345");
        check(0x3E6E7D05BDAD407E, "5.67890123456E-08");
        check(0x43118B54F22AEB03, "1234567890123460");
        check(0xC3E56A95319D63E1, "-12345678901234600000");
        check(0xC41AC53A7E04BCDA, "-1.23456789012346E+20");
        check(0x000FFFFFFFFFFFFF, "0");
    }

    #[test]
    fn long_exponents_leave_room_for_fourteen_digits() {
        check(0x544CE6345CF3209C, "1.23456789012345E+98");
        check(0x54820FE0BA17F784, "1.2345678901237E+99");
        check(0x547D42AEA2879F2A, "9.99999999999999E+98");
        check(0x547D42AEA287A0A0, "1E+99");
        check(0x547D42AEA287A0A1, "1.0000000000001E+99");
        check(0x54B249AD2594C361, "1E+100");
        check(0x2B95DF5CA28EF3EC, "1E-98");
        check(0x2B617F7D4ED8C322, "9.9999999999999E-100");
        check(0x0036319916D67853, "1.2345678901235E-307");
        check(0x7FEFFFFFFFFFFFFF, "1.7976931348623E+308");
    }

    #[test]
    fn small_and_large_powers_turn_to_exponents() {
        assert_eq!(number_text(1e-18), "0.000000000000000001");
        assert_eq!(number_text(1e-19), "1E-19");
        assert_eq!(number_text(-0.0), "0");
        assert_eq!(number_text(-5.0), "-5");
        assert_eq!(number_text(1e15), "1000000000000000");
    }
}
