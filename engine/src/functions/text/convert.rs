//! Between texts, numbers and codes: VALUE, NUMBERVALUE, TEXT, FIXED, DOLLAR, T, CHAR, CODE, UNICHAR, UNICODE.

use std::sync::Arc;

use super::bounded;
use crate::functions::declare::functions;
use crate::functions::lookup::table::Table;
use crate::functions::{Context, Operand};
use crate::reference::Cell;
use crate::value::decimal::{Rounding, round_digits};
use crate::value::number_format::NumberFormat;
use crate::value::{CellError, Conventions, Value, ValueRef, parse_number};

functions! {
    /// The number that a text spells, as if it were typed into a cell.
    ///
    ///     =VALUE("$1,234.50")          -> 1234.5
    ///     =VALUE("6:00")               -> 0.25
    ///     =VALUE("12.5%")              -> 0.125
    ///     =VALUE("")                   -> #VALUE!
    ///     =VALUE(TRUE)                 -> #VALUE!
    "VALUE"(text: Any) => map_in(value);

    /// The number that a text spells with the given separators.
    ///
    /// Spaces do not count, and every percent sign at the end divides by 100.
    ///
    ///     =NUMBERVALUE("2.500,27", ",", ".")  -> 2500.27
    ///     =NUMBERVALUE("20%%")         -> 0.002
    ///     =NUMBERVALUE("")             -> 0
    ///     =NUMBERVALUE("1.2,3")        -> #VALUE!
    "NUMBERVALUE"(text: Text, decimal_separator: Text = ".", group_separator: Text = ",") => map_in(numbervalue);

    /// A value as a number format shows it.
    ///
    ///     =TEXT(1234.567, "#,##0.00")  -> "1,234.57"
    ///     =TEXT(45000, "yyyy-mm-dd")   -> "2023-03-15"
    ///     =TEXT(0.285, "0.0%")         -> "28.5%"
    ///     =TEXT("5", "00")             -> "05"
    ///     =TEXT("abc", "00")           -> "abc"
    ///     =TEXT(-1, "d")               -> #VALUE!
    "TEXT"(value: Any, format: Text) => map_in(text);

    /// A number as a text with a fixed number of decimals.
    ///
    ///     =FIXED(1234.567, 1)          -> "1,234.6"
    ///     =FIXED(-1234.567, -1, TRUE)  -> "-1230"
    ///     =FIXED(44.332)               -> "44.33"
    "FIXED"(number: Number, decimals: Number = 2, no_commas: Boolean = false) => map_in(fixed);

    /// A number as an amount of dollars.
    ///
    ///     =DOLLAR(1234.567)            -> "$1,234.57"
    ///     =DOLLAR(-1234.567, -2)       -> "($1,200)"
    "DOLLAR"(number: Number, decimals: Number = 2) => map_in(dollar);

    /// A text as it is, and an empty text for anything else; of a range the first value, of an array every value.
    ///
    ///     =T("abc")                    -> "abc"
    ///     =T(5)                        -> ""
    ///     =CONCAT(T({"a",1,"b"}))      -> "ab"
    "T"(value: Table) => array(t);

    /// The character with a code of 1 to 255 in Windows-1252.
    ///
    ///     =CHAR(65)                    -> "A"
    ///     =CHAR(128)                   -> "€"
    ///     =CHAR(0)                     -> #VALUE!
    "CHAR"(code: Number) => map(char_of);

    /// The code of a text's first character in Windows-1252; 63, a question mark, for those it lacks.
    ///
    ///     =CODE("Alpha")               -> 65
    ///     =CODE("€")                   -> 128
    ///     =CODE("")                    -> #VALUE!
    "CODE"(text: Text) => map(code);

    /// The character of a Unicode code point.
    ///
    ///     =UNICHAR(66)                 -> "B"
    ///     =UNICHAR(128512)             -> "😀"
    ///     =UNICHAR(0)                  -> #VALUE!
    ///     =UNICHAR(55296)              -> #N/A
    "UNICHAR"(code: Number) => map(unichar);

    /// The code point of a text's first character.
    ///
    ///     =UNICODE("B")                -> 66
    ///     =UNICODE("")                 -> #VALUE!
    "UNICODE"(text: Text) => map(unicode);
}

fn value(context: &Context<'_>, value: ValueRef<'_>) -> Result<f64, CellError> {
    match value {
        ValueRef::Number(x) => Ok(x),
        ValueRef::Blank => Ok(0.0),
        ValueRef::Text(text) => parse_number(text, context.conventions).ok_or(CellError::Value),
        ValueRef::Boolean(_) => Err(CellError::Value),
        ValueRef::Error(error) => Err(error),
    }
}

fn numbervalue(
    context: &Context<'_>,
    text: &str,
    decimal: &str,
    group: &str,
) -> Result<f64, CellError> {
    let (Some(decimal), Some(group)) = (decimal.chars().next(), group.chars().next()) else {
        return Err(CellError::Value);
    };
    if decimal == group {
        return Err(CellError::Value);
    }
    let dense: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    if dense.is_empty() {
        return Ok(0.0);
    }
    let digits = dense.trim_end_matches('%');
    let percents = dense.len() - digits.len();
    let (whole, fraction) = match digits.split_once(decimal) {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (digits, None),
    };
    let mut plain: String = whole.chars().filter(|c| *c != group).collect();
    if let Some(fraction) = fraction {
        if fraction.contains([decimal, group]) {
            return Err(CellError::Value);
        }
        plain.push('.');
        plain.push_str(fraction);
    }
    // What is no separator here must not become one again.
    if plain.contains([',', '%', '/', ':']) {
        return Err(CellError::Value);
    }
    let number = parse_number(&plain, context.conventions).ok_or(CellError::Value)?;
    Ok((0..percents).fold(number, |number, _| number / 100.0))
}

fn text(context: &Context<'_>, value: ValueRef<'_>, format: &str) -> Result<String, CellError> {
    let format = NumberFormat::parse(format);
    let value = match value {
        ValueRef::Text(text) => match parse_number(text, context.conventions) {
            Some(number) => ValueRef::Number(number),
            None => value,
        },
        other => other,
    };
    bounded(format.format(value, context.conventions)?)
}

/// Decimals that FIXED and DOLLAR allow.
const DECIMALS_MAX: f64 = 127.0;

/// A number rounded to some decimals and shown by a format that has as many.
fn rounded(
    conventions: &Conventions,
    number: f64,
    decimals: f64,
    format: impl FnOnce(&str) -> String,
) -> Result<String, CellError> {
    let decimals = decimals.trunc();
    if decimals > DECIMALS_MAX {
        return Err(CellError::Value);
    }
    let number = round_digits(number, decimals as i32, Rounding::HalfAway);
    let places = match decimals as i32 {
        ..1 => String::new(),
        decimals => format!(".{}", "0".repeat(decimals as usize)),
    };
    NumberFormat::parse(&format(&places)).format(ValueRef::Number(number), conventions)
}

fn fixed(
    context: &Context<'_>,
    number: f64,
    decimals: f64,
    no_commas: bool,
) -> Result<String, CellError> {
    let whole = if no_commas { "0" } else { "#,##0" };
    rounded(context.conventions, number, decimals, |places| {
        format!("{whole}{places}")
    })
}

fn dollar(context: &Context<'_>, number: f64, decimals: f64) -> Result<String, CellError> {
    if number < 0.0 {
        let amount = rounded(context.conventions, -number, decimals, |places| {
            format!("$#,##0{places}")
        })?;
        return Ok(format!("({amount})"));
    }
    rounded(context.conventions, number, decimals, |places| {
        format!("$#,##0{places}")
    })
}

fn t(context: &Context<'_>, value: &Operand) -> Result<Operand, CellError> {
    if let Operand::Array(array) = value {
        return Ok(Operand::Array(Arc::new(array.map(text_of))));
    }
    let first = Table::of(value)?.value(context.cells, Cell::new(0, 0));
    Ok(Operand::Value(text_of(&first)))
}

/// The value if it is a text or an error.
fn text_of(value: &Value) -> Value {
    match value {
        Value::Text(_) | Value::Error(_) => value.clone(),
        _ => Value::from(""),
    }
}

/// The characters 128 to 159 of Windows-1252; the five that it leaves open are control characters.
const WINDOWS_1252: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8D}', 'Ž', '\u{8F}',
    '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9D}', 'ž', 'Ÿ',
];

fn char_of(code: f64) -> Result<char, CellError> {
    if !(1.0..256.0).contains(&code) {
        return Err(CellError::Value);
    }
    let code = code as u8;
    Ok(match code {
        128..=159 => WINDOWS_1252[usize::from(code - 128)],
        other => char::from(other),
    })
}

fn code(text: &str) -> Result<f64, CellError> {
    /// The code of `?`.
    const UNKNOWN: f64 = 63.0;
    let first = text.chars().next().ok_or(CellError::Value)?;
    if let Some(place) = WINDOWS_1252.iter().position(|c| *c == first) {
        return Ok(128.0 + place as f64);
    }
    Ok(match u32::from(first) {
        code @ (0..128 | 160..256) => f64::from(code),
        _ => UNKNOWN,
    })
}

fn unichar(code: f64) -> Result<char, CellError> {
    if !(1.0..1_114_112.0).contains(&code) {
        return Err(CellError::Value);
    }
    // Surrogates are no characters.
    char::from_u32(code as u32).ok_or(CellError::Na)
}

fn unicode(text: &str) -> Result<f64, CellError> {
    let first = text.chars().next().ok_or(CellError::Value)?;
    Ok(f64::from(u32::from(first)))
}
