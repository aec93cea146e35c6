//! Number formats: what TEXT gives and what a cell shows.
//!
//! A code such as `#,##0.00;[Red](#,##0.00);"-";@` has up to four sections, for positive numbers, negative ones, zero
//! and texts, or for numbers that meet conditions. [`NumberFormat::parse`] reads a code once; formatting a value then
//! chooses a section and fills in its tokens. Numbers are rounded as 15-digit decimals, half away from zero. Colours
//! and fill characters show nothing in a text; `_x`, the width of an x, is a space.

mod builtin;
mod date;
mod digits;
mod fraction;
mod general;
mod reader;
mod section;

#[cfg(test)]
mod tests;

use self::section::{Comparison, Condition, Kind, Section, Token};
use super::{CellError, Conventions, ValueRef};

pub use builtin::builtin;
pub use general::general;

/// UTF-16 units of the longest code, as in Excel.
const CODE_UNITS: usize = 255;

/// A number format, read and ready for use.
///
/// # Examples
///
/// ```
/// use tabulith::value::number_format::NumberFormat;
/// use tabulith::value::{Conventions, ValueRef};
///
/// let conventions = Conventions::default();
/// let money = NumberFormat::parse("$#,##0.00;($#,##0.00)");
/// assert_eq!(money.format(ValueRef::Number(-1234.5), &conventions).unwrap(), "($1,234.50)");
///
/// let date = NumberFormat::parse("yyyy-mm-dd hh:mm");
/// assert_eq!(date.format(ValueRef::Number(45_000.5), &conventions).unwrap(), "2023-03-15 12:00");
/// assert!(date.is_date());
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct NumberFormat {
    /// One to three sections for numbers; none if the code cannot be read.
    numbers: Vec<Section>,
    /// The section for texts, if the code has one.
    text: Option<Section>,
}

impl Default for NumberFormat {
    fn default() -> Self {
        NumberFormat::parse("General")
    }
}

impl NumberFormat {
    /// Reads a code. This never fails: where Excel would refuse the code, formatting a number gives `#VALUE!`.
    pub fn parse(code: &str) -> NumberFormat {
        let unreadable = NumberFormat {
            numbers: Vec::new(),
            text: None,
        };
        if code.encode_utf16().count() > CODE_UNITS {
            return unreadable;
        }
        let parts = sections(code);
        if parts.len() > 4 {
            return unreadable;
        }
        let Ok(mut numbers) = parts
            .into_iter()
            .map(Section::parse)
            .collect::<Result<Vec<_>, _>>()
        else {
            return unreadable;
        };
        // A last section with an `@` is for texts, even where it is not the fourth.
        let is_text = numbers.len() == 4 || numbers.last().is_some_and(Section::holds_text);
        let text = if is_text { numbers.pop() } else { None };
        let alone = numbers.len() == 1 && numbers[0].condition.is_some();
        if numbers.is_empty() || alone {
            // What meets no condition is shown as General.
            numbers.extend(Section::parse("General"));
        }
        NumberFormat { numbers, text }
    }

    /// Whether numbers are shown as dates or times.
    pub fn is_date(&self) -> bool {
        self.numbers
            .first()
            .is_some_and(|section| section.kind == Kind::Date)
    }

    /// The text of a value. A blank counts as 0, as in TEXT; an empty cell shows nothing and needs no format.
    ///
    /// # Errors
    ///
    /// The error, if the value is one; `#VALUE!` for a number that is no date under a date format (a cell shows `####`
    /// then) and for numbers under a code that cannot be read.
    pub fn format(
        &self,
        value: ValueRef<'_>,
        conventions: &Conventions,
    ) -> Result<String, CellError> {
        match value {
            ValueRef::Blank => self.format_number(0.0, conventions),
            ValueRef::Number(x) => self.format_number(x, conventions),
            ValueRef::Text(text) => Ok(self.format_text(text)),
            ValueRef::Boolean(x) => Ok(self.format_text(if x { "TRUE" } else { "FALSE" })),
            ValueRef::Error(error) => Err(error),
        }
    }

    fn format_text(&self, text: &str) -> String {
        let Some(section) = &self.text else {
            return text.to_owned();
        };
        let mut out = String::with_capacity(text.len() + section.tokens.len());
        for token in &section.tokens {
            match token {
                Token::Literal(c) => out.push(*c),
                Token::Text | Token::General => out.push_str(text),
                _ => {}
            }
        }
        out
    }

    fn format_number(&self, x: f64, conventions: &Conventions) -> Result<String, CellError> {
        let (section, signed) = self.choose(x).ok_or(CellError::Value)?;
        let mut out = String::with_capacity(24);
        let digits = !matches!(section.kind, Kind::Date | Kind::Literal | Kind::Text);
        // Where the sign is the section's own matter, General shows it all the same.
        let own_sign = section.kind == Kind::General && !signed;
        if signed && x < 0.0 && digits {
            out.push('-');
        }
        let magnitude = if own_sign { x } else { x.abs() };
        match section.kind {
            Kind::Date => date::push_date(&mut out, section, x, conventions)?,
            Kind::Number => digits::push_number(&mut out, section, magnitude),
            Kind::Scientific => digits::push_scientific(&mut out, section, magnitude),
            Kind::Fraction => fraction::push_fraction(&mut out, section, magnitude),
            Kind::Literal | Kind::General | Kind::Text => {
                for token in &section.tokens {
                    match token {
                        Token::Literal(c) => out.push(*c),
                        Token::General | Token::Text => out.push_str(&general(magnitude)),
                        _ => {}
                    }
                }
            }
        }
        Ok(out)
    }

    /// The section for a number, and whether a minus stands before a negative one; nothing if the code cannot be read.
    ///
    /// A section that only negative numbers reach shows no sign of its own.
    fn choose(&self, x: f64) -> Option<(&Section, bool)> {
        let numbers = self.numbers.as_slice();
        let (first, second, third) = (numbers.first()?, numbers.get(1), numbers.get(2));
        let Some(second) = second else {
            return Some((first, true));
        };
        if first.condition.is_none() && second.condition.is_none() {
            return Some(match third {
                _ if x < 0.0 => (second, false),
                Some(third) if x == 0.0 => (third, true),
                _ => (first, true),
            });
        }
        let positive = Condition {
            comparison: if third.is_some() {
                Comparison::Greater
            } else {
                Comparison::GreaterOrEqual
            },
            limit: 0.0,
        };
        let condition = first.condition.unwrap_or(positive);
        if condition.holds(x) {
            return Some((first, !condition.holds_for_negatives_only()));
        }
        Some(match (second.condition, third) {
            (Some(condition), _) if condition.holds(x) => {
                (second, !condition.holds_for_negatives_only())
            }
            (Some(_), third) => (third.unwrap_or(first), true),
            (None, Some(third)) if x >= 0.0 => (third, true),
            (None, Some(_)) => (second, false),
            (None, None) => (second, !condition.fails_for_negatives_only()),
        })
    }
}

/// Cuts a code at its semicolons, except those in quotes, brackets or behind a backslash.
fn sections(code: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut start = 0;
    let mut closing = None;
    let mut escaped = false;
    for (place, c) in code.char_indices() {
        if escaped {
            escaped = false;
        } else if let Some(end) = closing {
            if c == end {
                closing = None;
            }
        } else {
            match c {
                '\\' | '_' | '*' => escaped = true,
                '"' => closing = Some('"'),
                '[' if code[place..].contains(']') => closing = Some(']'),
                ';' => {
                    parts.push(&code[start..place]);
                    start = place + 1;
                }
                _ => {}
            }
        }
    }
    parts.push(&code[start..]);
    parts
}
