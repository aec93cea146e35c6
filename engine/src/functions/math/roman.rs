//! Roman numerals: ROMAN, ARABIC.

use crate::functions::declare::functions;
use crate::value::{CellError, ValueRef};

functions! {
    /// A number from 0 to 3999 in Roman numerals.
    ///
    /// `form` 0 or TRUE is the classical one; 1 to 4 (FALSE) are shorter and shorter.
    ///
    ///     =ROMAN(499)       -> "CDXCIX"
    ///     =ROMAN(499, 2)    -> "XDIX"
    ///     =ROMAN(499, FALSE) -> "ID"
    ///     =ROMAN(4000)      -> #VALUE!
    "ROMAN"(number: Number, form: Any = 0) => map(roman);

    /// The number that Roman numerals mean.
    ///
    ///     =ARABIC("mcmxii") -> 1912
    ///     =ARABIC("-XI")    -> -11
    ///     =ARABIC("")       -> 0
    ///     =ARABIC("ABC")    -> #VALUE!
    "ARABIC"(text: Text) => map(arabic);
}

/// The numerals and what they mean, from the largest down.
const NUMERALS: [(char, u32); 7] = [
    ('M', 1000),
    ('D', 500),
    ('C', 100),
    ('L', 50),
    ('X', 10),
    ('V', 5),
    ('I', 1),
];

/// Longer texts are refused.
const LONGEST: usize = 255;

fn roman(number: f64, form: ValueRef<'_>) -> Result<String, CellError> {
    let form = match form {
        ValueRef::Boolean(true) => 0,
        ValueRef::Boolean(false) => 4,
        ValueRef::Number(form) if (0.0..5.0).contains(&form) => form as usize,
        ValueRef::Text(text) => match text.trim().parse::<f64>() {
            Ok(form) if (0.0..5.0).contains(&form) => form as usize,
            _ => return Err(CellError::Value),
        },
        ValueRef::Blank => 0,
        _ => return Err(CellError::Value),
    };
    let number = number.trunc();
    if !(0.0..4000.0).contains(&number) {
        return Err(CellError::Value);
    }
    Ok(numerals(number as u32, form))
}

/// The numerals of a number. In each decimal place a 4 or a 9 is a numeral before a larger one; shorter forms let
/// numerals that are `form` further down stand there as long as they spare others.
fn numerals(mut number: u32, form: usize) -> String {
    let mut text = String::new();
    for place in 0..4 {
        // The numerals of the place: 1, and 5 before it, and 10 before that.
        let one = 2 * place;
        let unit = NUMERALS[one].1;
        let digit = number / unit;
        if digit % 5 == 4 {
            let above = if digit == 4 { one - 1 } else { one - 2 };
            let mut small = one;
            let mut steps = 0;
            while steps < form && small + 1 < NUMERALS.len() {
                // As long as the smaller numeral before the large one still leaves the number reachable.
                let next = small + 1;
                if NUMERALS[above].1 - NUMERALS[next].1 > number {
                    break;
                }
                small = next;
                steps += 1;
            }
            text.push(NUMERALS[small].0);
            text.push(NUMERALS[above].0);
            number -= NUMERALS[above].1 - NUMERALS[small].1;
        } else {
            if digit >= 5 {
                text.push(NUMERALS[one - 1].0);
            }
            for _ in 0..digit % 5 {
                text.push(NUMERALS[one].0);
            }
            number %= unit;
        }
    }
    text
}

fn arabic(text: &str) -> Result<f64, CellError> {
    let text = text.trim();
    if text.len() > LONGEST {
        return Err(CellError::Value);
    }
    let (sign, digits) = match text.strip_prefix('-') {
        Some(rest) => (-1.0, rest),
        None => (1.0, text),
    };
    let mut sum = 0.0;
    let mut last = 0.0;
    for c in digits.chars().rev() {
        let upper = c.to_ascii_uppercase();
        let meaning = NUMERALS.iter().find(|(numeral, _)| *numeral == upper);
        let value = f64::from(meaning.ok_or(CellError::Value)?.1);
        if value < last {
            sum -= value;
        } else {
            sum += value;
            last = value;
        }
    }
    if sum == 0.0 { Ok(0.0) } else { Ok(sign * sum) }
}
