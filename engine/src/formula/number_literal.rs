//! Number literals of formulas: reading them, and writing them so that they read back the same.

use super::lexer::Lexer;
use crate::error::Result;

/// The digits that Excel keeps of a typed number.
const TYPED_DIGITS: usize = 15;

impl Lexer<'_> {
    /// A number: `1`, `1.`, `.5`, `1E+5`.
    pub(super) fn number_literal(&mut self) -> Result<f64> {
        let start = self.at;
        let bytes = self.bytes();
        let digits = |from: usize| {
            let rest = &bytes[from.min(bytes.len())..];
            from + rest.iter().take_while(|b| b.is_ascii_digit()).count()
        };
        let mut end = digits(start);
        let whole = end - start;
        if bytes.get(end) == Some(&b'.') {
            end = digits(end + 1);
            if whole == 0 && end == start + 1 {
                return Err(self.error("a number has no digits", start..end, None));
            }
        }
        let mantissa_end = end;
        if matches!(bytes.get(end), Some(b'e' | b'E')) {
            let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
            let exponent = digits(end + 1 + sign);
            if exponent > end + 1 + sign {
                end = exponent;
            }
        }
        self.at = end;
        let (mantissa, exponent) = (
            &self.text[start..mantissa_end],
            &self.text[mantissa_end..end],
        );
        let number = if self.options.typed && mantissa.len() > TYPED_DIGITS {
            format!("{}{exponent}", cut(mantissa)).parse()
        } else {
            self.text[start..end].parse()
        };
        match number {
            Ok(number) if f64::is_normal(number) => Ok(number),
            Ok(number) if f64::is_finite(number) => Ok(0.0),
            _ => Err(self.error("a number is too large", start..end, None)),
        }
    }
}

/// The digits with zeros behind the fifteenth significant one.
fn cut(mantissa: &str) -> String {
    let mut kept = 0;
    mantissa
        .chars()
        .map(|c| {
            let significant = c.is_ascii_digit() && (kept > 0 || c != '0');
            kept += usize::from(significant);
            if significant && kept > TYPED_DIGITS {
                '0'
            } else {
                c
            }
        })
        .collect()
}

/// The most characters of a number without an exponent.
const PLAIN_CHARACTERS: usize = 20;

/// Appends a number as a formula writes it: the shortest digits that read back the same, with an exponent only where
/// there would be more than 20 characters.
pub(super) fn push_number(text: &mut String, number: f64) {
    let exponent = if number == 0.0 {
        0.0
    } else {
        libm::log10(number.abs())
    };
    if exponent.abs() < PLAIN_CHARACTERS as f64 {
        let plain = number.to_string();
        if plain.len() <= PLAIN_CHARACTERS || exponent >= 0.0 {
            text.push_str(&plain);
            return;
        }
    }
    let scientific = format!("{number:e}");
    match scientific.split_once('e') {
        Some((mantissa, exponent)) => {
            let (sign, digits) = match exponent.strip_prefix('-') {
                Some(digits) => ('-', digits),
                None => ('+', exponent),
            };
            text.push_str(&format!("{mantissa}E{sign}{digits:0>2}"));
        }
        None => text.push_str(&scientific),
    }
}
