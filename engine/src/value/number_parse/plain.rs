//! Plain numbers in text files: the fast way for what most fields are, without a copy.

use crate::value::decimal::scaled;

/// Digits before the point beyond which a number would lose some: such a field is a text.
const WHOLE_DIGITS: usize = 15;

/// What a field of a text file is, as far as plain notation goes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Plain {
    /// A number: the double nearest to all its digits.
    Number(f64),
    /// Digits that stay a text, because as a number they would lose something: `00123`, the number of a card.
    Digits,
    /// Something else.
    Other,
}

/// Reads a field that may be a plain number: sign, digits, `point`, digits, exponent.
///
/// # Examples
///
/// ```
/// use tabulith::value::{Plain, parse_plain};
///
/// assert_eq!(parse_plain(b"-12.5e3", b'.'), Plain::Number(-12_500.0));
/// assert_eq!(parse_plain(b"0.30000000000000004", b'.'), Plain::Number(0.1 + 0.2));
/// assert_eq!(parse_plain(b"00123", b'.'), Plain::Digits);
/// assert_eq!(parse_plain(b"1,5", b','), Plain::Number(1.5));
/// assert_eq!(parse_plain(b"1 2", b'.'), Plain::Other);
/// ```
pub fn parse_plain(field: &[u8], point: u8) -> Plain {
    let mut digits = Digits::default();
    let (negative, rest) = match field {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        rest => (false, rest),
    };
    let whole = digits.take(rest);
    let mut rest_at = whole;
    let mut fraction = 0;
    if rest.get(rest_at) == Some(&point) {
        fraction = digits.take(&rest[rest_at + 1..]);
        rest_at += 1 + fraction;
    }
    if whole + fraction == 0 {
        return Plain::Other;
    }
    let mut power = 0;
    if let Some(b'e' | b'E') = rest.get(rest_at) {
        match exponent(&rest[rest_at + 1..]) {
            Some(exponent) => power = exponent,
            None => return Plain::Other,
        }
    } else if rest_at != rest.len() {
        return Plain::Other;
    }
    if whole > WHOLE_DIGITS || whole > 1 && rest[0] == b'0' {
        return Plain::Digits;
    }
    let number = if whole + fraction <= 19 {
        scaled(digits.value, power - fraction as i32)
    } else {
        long(rest, point)
    };
    if !number.is_finite() {
        return Plain::Digits;
    }
    Plain::Number(if negative { -number } else { number } + 0.0)
}

/// Digits met so far; beyond 19 of them the value means nothing.
#[derive(Default)]
struct Digits {
    value: u64,
}

impl Digits {
    /// Takes the digits that a text begins with, and tells how many.
    #[inline]
    fn take(&mut self, text: &[u8]) -> usize {
        let mut count = 0;
        while let Some(digit) = text.get(count).map(|byte| byte.wrapping_sub(b'0'))
            && digit < 10
        {
            self.value = self.value.wrapping_mul(10).wrapping_add(u64::from(digit));
            count += 1;
        }
        count
    }
}

/// Reads all of a text as an exponent; what no number has is brought near.
fn exponent(text: &[u8]) -> Option<i32> {
    let (negative, digits) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        rest => (false, rest),
    };
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let power = digits.iter().fold(0_i32, |power, digit| {
        (power * 10 + i32::from(digit - b'0')).min(100_000)
    });
    Some(if negative { -power } else { power })
}

/// A number of many digits, without its sign.
fn long(text: &[u8], point: u8) -> f64 {
    let byte = |byte: &u8| char::from(if *byte == point { b'.' } else { *byte });
    let text: String = text.iter().map(byte).collect();
    text.parse().unwrap_or(f64::INFINITY)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(field: &str, expected: Plain) {
        assert_eq!(parse_plain(field.as_bytes(), b'.'), expected, "{field}");
    }

    #[test]
    fn plain_numbers_are_read_to_the_last_bit() {
        for text in [
            "0",
            "7",
            "-7",
            "+7",
            "0.5",
            ".5",
            "5.",
            "1e5",
            "1E-7",
            "123456789012345",
            "5e-324",
            "0.1234567890123456789012345",
            "1.7976931348623157e308",
            "2.2250738585072014E-308",
            "9007199254740993e0",
            "4.35",
            "0.000001",
            "8.41",
            "123456.789e-12",
        ] {
            let expected = match text {
                "9007199254740993e0" => Plain::Digits,
                _ => Plain::Number(text.parse::<f64>().unwrap()),
            };
            check(text, expected);
        }
        check("-0", Plain::Number(0.0));
    }

    #[test]
    fn digits_that_a_number_would_lose_stay() {
        for text in [
            "00",
            "-007",
            "00.5",
            "1234567890123456",
            "1e400",
            "1234567890123456.5",
        ] {
            check(text, Plain::Digits);
        }
    }

    #[test]
    fn what_is_no_plain_number_is_something_else() {
        for text in [
            "", "-", ".", "e5", "1e", "1e+", "1,000", "1 ", "--1", "0x10", "1.2.3", "abc", "1e5x",
        ] {
            check(text, Plain::Other);
        }
    }
}
