//! Texts as values: what typing into a cell means, and texts where numbers are wanted.
//!
//! One parser serves both: operators and number parameters read a text as if it were typed, but take only what is a
//! number (or a date, a time, a percentage, an amount of money). It follows the en-US conventions. A typed number keeps
//! its first 15 digits, the others are *cut*; files are read by [`parse_number_17`].

mod date_time;
mod plain;

#[cfg(test)]
mod tests;

use super::decimal::scaled;
use super::{CellError, Conventions, Value};

pub use plain::{Plain, parse_plain};

/// Bytes of the longest text that is looked at: no number or date that means anything is longer.
const LENGTH_MAX: usize = 400;

/// What a typed text becomes.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The value.
    pub value: Value,
    /// The number format that goes with the way it was written, for a cell whose format is General.
    pub format: Option<&'static str>,
}

/// Reads a text as typed into a cell; nothing if it stays a text.
///
/// Formulas and the leading apostrophe are not this function's matter.
///
/// # Examples
///
/// ```
/// use tabulith::value::{Conventions, Value, parse_entry};
///
/// let conventions = Conventions::default();
/// let entry = parse_entry("12.5%", &conventions).unwrap();
/// assert_eq!(entry.value, Value::Number(0.125));
/// assert_eq!(entry.format, Some("0.00%"));
/// assert_eq!(parse_entry("Jan 2020", &conventions).unwrap().value, Value::Number(43_831.0));
/// assert!(parse_entry("12 apples", &conventions).is_none());
/// ```
pub fn parse_entry(text: &str, conventions: &Conventions) -> Option<Entry> {
    let plain = |value| Entry {
        value,
        format: None,
    };
    if let Some((number, format)) = parse(text, conventions) {
        return Some(Entry {
            value: Value::number(number),
            format,
        });
    }
    let text = text.trim_matches(' ');
    if text.eq_ignore_ascii_case("TRUE") {
        return Some(plain(Value::Boolean(true)));
    }
    if text.eq_ignore_ascii_case("FALSE") {
        return Some(plain(Value::Boolean(false)));
    }
    CellError::parse(text).map(|error| plain(Value::Error(error)))
}

/// Reads a text where a number is wanted: numbers, dates and times as typed, but no booleans.
///
/// # Examples
///
/// ```
/// use tabulith::value::{Conventions, parse_number};
///
/// let conventions = Conventions::default();
/// assert_eq!(parse_number("$1,234.50", &conventions), Some(1234.5));
/// assert_eq!(parse_number("12:00", &conventions), Some(0.5));
/// assert_eq!(parse_number("TRUE", &conventions), None);
/// ```
pub fn parse_number(text: &str, conventions: &Conventions) -> Option<f64> {
    parse(text, conventions).map(|(number, _)| number)
}

/// Reads a text as a date, a time or both, as typed: the serial number of the day, and the time in days.
///
/// # Examples
///
/// ```
/// use tabulith::value::{Conventions, parse_date_time};
///
/// let conventions = Conventions::default();
/// assert_eq!(parse_date_time("2/29/2024", &conventions), Some((Some(45_351.0), None)));
/// assert_eq!(parse_date_time("36:00", &conventions), Some((None, Some(1.5))));
/// assert_eq!(parse_date_time("45351", &conventions), None);
/// ```
pub fn parse_date_time(
    text: &str,
    conventions: &Conventions,
) -> Option<(Option<f64>, Option<f64>)> {
    let text = text.trim_matches(' ');
    if text.len() > LENGTH_MAX {
        return None;
    }
    let moment = date_time::parse(text, conventions)?;
    Some((moment.date, moment.time))
}

/// Reads a number as files hold it: plain decimal notation, all its digits.
///
/// # Examples
///
/// ```
/// use tabulith::value::parse_number_17;
///
/// assert_eq!(parse_number_17("0.30000000000000004"), Some(0.1 + 0.2));
/// assert_eq!(parse_number_17("1,000"), None);
/// ```
pub fn parse_number_17(text: &str) -> Option<f64> {
    let text = text.trim_ascii();
    let decimal =
        |byte: u8| byte.is_ascii_digit() || matches!(byte, b'.' | b'e' | b'E' | b'+' | b'-');
    if !text.bytes().all(decimal) {
        return None;
    }
    let number: f64 = text.parse().ok()?;
    number.is_finite().then_some(number + 0.0)
}

/// A number and the format that goes with its notation.
type Read = (f64, Option<&'static str>);

fn parse(text: &str, conventions: &Conventions) -> Option<Read> {
    let text = text.trim_matches(' ');
    if text.len() > LENGTH_MAX || !text.bytes().any(|byte| byte.is_ascii_digit()) {
        return None;
    }
    parse_amount(text).or_else(|| {
        let moment = date_time::parse(text, conventions)?;
        let serial = moment.date.unwrap_or(0.0) + moment.time.unwrap_or(0.0);
        Some((serial, Some(moment.format)))
    })
}

/// What stands around the digits of an amount.
#[derive(Default)]
struct Marks {
    negative: bool,
    sign: bool,
    bracket: bool,
    currency: bool,
    percent: bool,
}

/// Reads a number with sign, brackets, currency and percent sign: `-$1,234.5`, `(5%)`, `1 1/2`.
fn parse_amount(text: &str) -> Option<Read> {
    let mut marks = Marks::default();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let fresh = match first {
            '+' | '-' if !marks.bracket => {
                marks.negative = first == '-';
                !std::mem::replace(&mut marks.sign, true)
            }
            '(' if !marks.sign => !std::mem::replace(&mut marks.bracket, true),
            '$' => !std::mem::replace(&mut marks.currency, true),
            '%' => !std::mem::replace(&mut marks.percent, true),
            _ => break,
        };
        if !fresh {
            return None;
        }
        rest = rest[1..].trim_start_matches(' ');
    }
    let mut closed = false;
    loop {
        rest = rest.trim_end_matches(' ');
        if let Some(before) = rest.strip_suffix('%') {
            if std::mem::replace(&mut marks.percent, true) {
                return None;
            }
            rest = before;
        } else if let Some(before) = rest.strip_suffix(')') {
            if !marks.bracket || std::mem::replace(&mut closed, true) {
                return None;
            }
            rest = before;
        } else {
            break;
        }
    }
    if closed != marks.bracket || marks.currency && marks.percent {
        return None;
    }
    let (mut number, notation) = parse_digits(rest).or_else(|| parse_fraction(rest, &marks))?;
    if marks.percent {
        number /= 100.0;
    }
    if marks.negative || marks.bracket {
        number = -number;
    }
    Some((number + 0.0, format_of(&marks, notation)))
}

/// How the digits themselves were written.
#[derive(Clone, Copy, PartialEq)]
enum Notation {
    Whole { grouped: bool },
    Decimals { grouped: bool },
    Exponent,
    Fraction(&'static str),
}

fn format_of(marks: &Marks, notation: Notation) -> Option<&'static str> {
    let whole = matches!(notation, Notation::Whole { .. });
    match notation {
        Notation::Fraction(format) => Some(format),
        Notation::Exponent => Some("0.00E+00"),
        _ if marks.percent => Some(if whole { "0%" } else { "0.00%" }),
        _ if marks.currency => Some(if whole { "$#,##0" } else { "$#,##0.00" }),
        Notation::Whole { grouped: true } => Some("#,##0"),
        Notation::Decimals { grouped: true } => Some("#,##0.00"),
        _ => None,
    }
}

/// The digits of a number as they are met: the first 15 count, later ones only move the point.
#[derive(Default)]
struct Digits {
    value: u64,
    kept: u32,
    exponent: i32,
    any: bool,
}

impl Digits {
    fn push(&mut self, digit: u8, behind_point: bool) {
        self.any = true;
        if self.kept < 15 {
            self.value = self.value * 10 + u64::from(digit - b'0');
            self.kept += u32::from(self.value != 0);
            self.exponent -= i32::from(behind_point);
        } else {
            self.exponent += i32::from(!behind_point);
        }
    }
}

/// Reads `1,234.5e-6` without a sign.
fn parse_digits(text: &str) -> Option<(f64, Notation)> {
    let bytes = text.as_bytes();
    let mut digits = Digits::default();
    let mut place = 0;
    let mut since_comma = None;
    while let Some(&byte) = bytes.get(place) {
        match byte {
            b'0'..=b'9' => {
                digits.push(byte, false);
                since_comma = since_comma.map(|count| count + 1);
            }
            b',' if digits.any && since_comma.is_none_or(|count| count == 3) => {
                if since_comma.is_none() && place > 3 {
                    return None;
                }
                since_comma = Some(0);
            }
            _ => break,
        }
        place += 1;
    }
    if since_comma.is_some_and(|count| count != 3) {
        return None;
    }
    let grouped = since_comma.is_some();
    let mut notation = Notation::Whole { grouped };
    if bytes.get(place) == Some(&b'.') {
        place += 1;
        while let Some(&byte) = bytes.get(place).filter(|byte| byte.is_ascii_digit()) {
            digits.push(byte, true);
            notation = Notation::Decimals { grouped };
            place += 1;
        }
    }
    if !digits.any {
        return None;
    }
    if let Some(b'e' | b'E') = bytes.get(place) {
        let power = parse_exponent(&text[place + 1..])?;
        digits.exponent += power;
        notation = Notation::Exponent;
        place = bytes.len();
    }
    if place != bytes.len() {
        return None;
    }
    let number = scaled(digits.value, digits.exponent);
    number.is_finite().then_some((number, notation))
}

/// Reads `+12` or `-3`; exponents that no number has are brought near.
fn parse_exponent(text: &str) -> Option<i32> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let far = |value: i32| value.min(10_000);
    let power = digits
        .bytes()
        .fold(0, |power, digit| far(power * 10 + i32::from(digit - b'0')));
    Some(if text.starts_with('-') { -power } else { power })
}

/// Reads `1 1/2`: a whole number, spaces and a fraction. Without a whole number it would be a date.
fn parse_fraction(text: &str, marks: &Marks) -> Option<(f64, Notation)> {
    if marks.percent {
        return None;
    }
    let (whole, fraction) = text.split_once(' ')?;
    let (numerator, denominator) = fraction.trim_start_matches(' ').split_once('/')?;
    let integer = |text: &str| {
        let short = (1..=9).contains(&text.len());
        (short && text.bytes().all(|byte| byte.is_ascii_digit()))
            .then(|| text.parse::<u32>().ok())
            .flatten()
    };
    let (top, bottom) = (integer(numerator)?, integer(denominator)?);
    if bottom == 0 || denominator.len() > 5 {
        return None;
    }
    let number = f64::from(integer(whole)?) + f64::from(top) / f64::from(bottom);
    let format = match denominator.len() {
        1 => "# ?/?",
        2 => "# ??/??",
        _ => "# ???/???",
    };
    Some((number, Notation::Fraction(format)))
}
