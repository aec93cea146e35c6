//! What a field of a text file means as the value of a cell.

use super::{Decimal, ReadOptions};
use crate::value::{
    CellError, Conventions, Plain, Value, parse_date_time, parse_entry, parse_plain,
};

/// Digits that a number keeps; an amount with more of them stays a text.
const DIGITS: usize = 15;

/// The value of a field.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Field<'a> {
    /// Nothing.
    Blank,
    /// A number, and the number format that goes with the way it is written.
    Number(f64, Option<&'static str>),
    /// TRUE or FALSE.
    Boolean(bool),
    /// An error by its code.
    Error(CellError),
    /// A text as it stands there.
    Text(&'a str),
    /// A formula with its `=`.
    Formula(&'a str),
}

/// Reads fields as the options say.
pub(super) struct Typing {
    typed: bool,
    formulas: bool,
    decimal: Decimal,
    conventions: Conventions,
}

impl Typing {
    pub(super) fn new(options: &ReadOptions) -> Typing {
        Typing {
            typed: options.typed,
            formulas: options.formulas,
            decimal: options.decimal,
            conventions: Conventions::default(),
        }
    }

    /// The same for fields that are names of columns.
    pub(super) fn of_names(&self) -> Typing {
        Typing {
            typed: false,
            formulas: false,
            decimal: self.decimal,
            conventions: self.conventions.clone(),
        }
    }

    /// The value of a field; nothing if its bytes are not UTF-8.
    #[inline]
    pub(super) fn read<'a>(&self, field: &'a [u8]) -> Option<Field<'a>> {
        if field.is_empty() {
            return Some(Field::Blank);
        }
        if self.typed
            && let Plain::Number(x) = parse_plain(field, self.decimal.byte())
        {
            return Some(Field::Number(x, None));
        }
        let text = std::str::from_utf8(field).ok()?;
        Some(
            if self.formulas && text.len() > 1 && text.starts_with('=') {
                Field::Formula(text)
            } else if self.typed {
                self.typed_text(text)
            } else {
                Field::Text(text)
            },
        )
    }

    /// The value of a field that is no plain number, unless there are spaces around it.
    fn typed_text<'a>(&self, text: &'a str) -> Field<'a> {
        let trimmed = text.trim_matches(' ');
        match parse_plain(trimmed.as_bytes(), self.decimal.byte()) {
            Plain::Number(x) => return Field::Number(x, None),
            Plain::Digits => return Field::Text(text),
            Plain::Other => {}
        }
        let unsigned = trimmed.strip_prefix(['+', '-']).unwrap_or(trimmed);
        if trimmed.eq_ignore_ascii_case("nan") {
            return Field::Blank;
        }
        if unsigned.eq_ignore_ascii_case("inf") || unsigned.eq_ignore_ascii_case("infinity") {
            return Field::Error(CellError::Num);
        }
        let entry = match self.decimal {
            Decimal::Point => parse_entry(trimmed, &self.conventions),
            Decimal::Comma => self.entry_with_comma(trimmed),
        };
        match entry.map(|entry| (entry.value, entry.format)) {
            // A day without its year would mean another one next year; a file is not typed today.
            Some((Value::Number(_), Some("d-mmm"))) => Field::Text(text),
            Some((Value::Number(x), format)) if self.is_whole(trimmed) => Field::Number(x, format),
            Some((Value::Boolean(x), _)) => Field::Boolean(x),
            Some((Value::Error(error), _)) => Field::Error(error),
            _ => Field::Text(text),
        }
    }

    /// Reads an amount with a decimal comma. Dates are read with the year in front only: where numbers have commas, days
    /// come before months, and `3/4/2020` must not become the fourth of March.
    fn entry_with_comma(&self, text: &str) -> Option<crate::value::Entry> {
        let year_first = text.len() > 4 && text.bytes().take(4).all(|byte| byte.is_ascii_digit());
        if let Some((Some(_), _)) = parse_date_time(text, &self.conventions) {
            return parse_entry(text, &self.conventions).filter(|_| year_first);
        }
        let swap = |c| match c {
            '.' => ',',
            ',' => '.',
            other => other,
        };
        let swapped: String = text.chars().map(swap).collect();
        parse_entry(&swapped, &self.conventions)
            .filter(|_| parse_date_time(&swapped, &self.conventions).is_none_or(|m| m.0.is_none()))
    }

    /// Whether a number has no digits that the cell would lose; dates have none.
    fn is_whole(&self, text: &str) -> bool {
        text.bytes().filter(u8::is_ascii_digit).count() <= DIGITS
            || parse_date_time(text, &self.conventions).is_some()
    }
}
