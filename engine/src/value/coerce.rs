//! What a value becomes where a number, a text or TRUE/FALSE is wanted. Errors pass through.

use std::borrow::Cow;

use super::{CellError, Conventions, ValueRef, number_text, parse_number, push_number_text};

/// The value as a number: an operand of `+`, a parameter that is a number.
///
/// A text is read as if a user had typed it, so dates, times, percentages and currencies count; a blank is 0, TRUE is 1.
///
/// # Examples
///
/// ```
/// use tabulith::value::{CellError, Conventions, ValueRef, to_number};
///
/// let conventions = Conventions::default();
/// assert_eq!(to_number(ValueRef::Text("250%"), &conventions), Ok(2.5));
/// assert_eq!(to_number(ValueRef::Text("TRUE"), &conventions), Err(CellError::Value));
/// assert_eq!(to_number(ValueRef::Blank, &conventions), Ok(0.0));
/// ```
///
/// # Errors
///
/// `#VALUE!` for a text that is no number.
pub fn to_number<'a>(
    value: impl Into<ValueRef<'a>>,
    conventions: &Conventions,
) -> Result<f64, CellError> {
    match value.into() {
        ValueRef::Number(x) => Ok(x),
        ValueRef::Blank => Ok(0.0),
        ValueRef::Boolean(x) => Ok(f64::from(u8::from(x))),
        ValueRef::Text(text) => parse_number(text, conventions).ok_or(CellError::Value),
        ValueRef::Error(error) => Err(error),
    }
}

/// The value as a text: an operand of `&`, a parameter that is a text. Numbers are written with at most 15 digits.
///
/// # Errors
///
/// The value itself, if it is an error.
pub fn to_text<'a>(value: impl Into<ValueRef<'a>>) -> Result<Cow<'a, str>, CellError> {
    match value.into() {
        ValueRef::Text(text) => Ok(Cow::Borrowed(text)),
        ValueRef::Blank => Ok(Cow::Borrowed("")),
        ValueRef::Boolean(x) => Ok(Cow::Borrowed(boolean_text(x))),
        ValueRef::Number(x) => Ok(Cow::Owned(number_text(x))),
        ValueRef::Error(error) => Err(error),
    }
}

/// Writes the value as a text to the end of `out`: [`to_text`] without a text of its own.
///
/// # Errors
///
/// As [`to_text`].
pub fn push_text<'a>(out: &mut String, value: impl Into<ValueRef<'a>>) -> Result<(), CellError> {
    match value.into() {
        ValueRef::Number(x) => push_number_text(out, x),
        other => out.push_str(&to_text(other)?),
    }
    Ok(())
}

/// The value as TRUE or FALSE: the condition of IF, an operand of NOT. Every number but 0 is TRUE.
///
/// # Errors
///
/// `#VALUE!` for a text other than TRUE and FALSE, in any case.
pub fn to_boolean<'a>(value: impl Into<ValueRef<'a>>) -> Result<bool, CellError> {
    match value.into() {
        ValueRef::Boolean(x) => Ok(x),
        ValueRef::Blank => Ok(false),
        ValueRef::Number(x) => Ok(x != 0.0),
        ValueRef::Text(text) => parse_boolean(text).ok_or(CellError::Value),
        ValueRef::Error(error) => Err(error),
    }
}

/// The boolean that a text spells, in any case.
pub fn parse_boolean(text: &str) -> Option<bool> {
    [true, false]
        .into_iter()
        .find(|value| boolean_text(*value).eq_ignore_ascii_case(text))
}

/// TRUE or FALSE as text.
pub fn boolean_text(value: bool) -> &'static str {
    if value { "TRUE" } else { "FALSE" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_become_numbers_as_if_typed() {
        let conventions = Conventions::default();
        let number = |text| to_number(ValueRef::Text(text), &conventions);
        assert_eq!(number("$100"), Ok(100.0));
        assert_eq!(number("12:00"), Ok(0.5));
        assert_eq!(number("1/1/2003"), Ok(37_622.0));
        assert_eq!(number(""), Err(CellError::Value));
        assert_eq!(number("true"), Err(CellError::Value));
        assert_eq!(to_number(ValueRef::Boolean(true), &conventions), Ok(1.0));
        assert_eq!(
            to_number(ValueRef::Error(CellError::Na), &conventions),
            Err(CellError::Na)
        );
    }

    #[test]
    fn numbers_become_texts_of_15_digits() {
        let text = |x| to_text(ValueRef::Number(x)).unwrap().into_owned();
        assert_eq!(text(8.5 / 24.0), "0.354166666666667");
        assert_eq!(text(1e20), "1E+20");
        assert_eq!(to_text(ValueRef::Boolean(false)).unwrap(), "FALSE");
        assert_eq!(to_text(ValueRef::Blank).unwrap(), "");
    }

    #[test]
    fn only_two_texts_are_conditions() {
        assert_eq!(to_boolean(ValueRef::Text("tRue")), Ok(true));
        assert_eq!(to_boolean(ValueRef::Text("1")), Err(CellError::Value));
        assert_eq!(to_boolean(ValueRef::Text("")), Err(CellError::Value));
        assert_eq!(to_boolean(ValueRef::Number(-0.5)), Ok(true));
        assert_eq!(to_boolean(ValueRef::Blank), Ok(false));
    }
}
