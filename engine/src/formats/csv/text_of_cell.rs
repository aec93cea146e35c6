//! The text of a value in a text file: as it is, or as its cell shows it.

use std::io::Write;

use super::field::{Field, Typing};
use super::{Decimal, ReadOptions, Values, WriteOptions};
use crate::reference::{Cell, SheetId};
use crate::value::number_format::NumberFormat;
use crate::value::{Conventions, ValueRef};
use crate::workbook::Snapshot;

/// Numbers from here on are written with an exponent: their digits alone would be read as a text.
const PLAIN_BELOW: f64 = 1e15;

/// Numbers below are written with an exponent: else they would be mostly zeros.
const PLAIN_FROM: f64 = 1e-5;

/// What is shown of a number that is no date under a date format.
const UNSHOWN: &str = "########";

/// Writes values as texts.
pub(super) struct Texts<'a> {
    snapshot: &'a Snapshot,
    values: Values,
    decimal: Decimal,
    conventions: Conventions,
    /// The number formats of the styles in use.
    formats: Vec<NumberFormat>,
    /// How this file will be read again.
    typing: Typing,
}

impl<'a> Texts<'a> {
    pub(super) fn new(snapshot: &'a Snapshot, options: &WriteOptions) -> Texts<'a> {
        let formats = snapshot.number_formats().iter();
        Texts {
            snapshot,
            values: options.values,
            decimal: options.decimal,
            conventions: Conventions {
                date1904: snapshot.settings().date1904,
                ..Conventions::default()
            },
            formats: formats.map(|code| NumberFormat::parse(code)).collect(),
            typing: Typing::new(&ReadOptions {
                decimal: options.decimal,
                ..ReadOptions::default()
            }),
        }
    }

    /// Appends what stands for a value in the file, and tells whether it may need quotes: digits and signs do not.
    pub(super) fn push(
        &self,
        out: &mut Vec<u8>,
        sheet: SheetId,
        cell: Cell,
        value: ValueRef<'_>,
    ) -> bool {
        match value {
            ValueRef::Blank => {}
            ValueRef::Error(error) => out.extend_from_slice(error.as_str().as_bytes()),
            value if self.values == Values::Displayed => {
                let format = self.format(sheet, cell);
                match format.format(value, &self.conventions) {
                    Ok(text) => out.extend_from_slice(text.as_bytes()),
                    Err(_) => out.extend_from_slice(UNSHOWN.as_bytes()),
                }
            }
            ValueRef::Text(text) => out.extend_from_slice(text.as_bytes()),
            ValueRef::Boolean(true) => out.extend_from_slice(b"TRUE"),
            ValueRef::Boolean(false) => out.extend_from_slice(b"FALSE"),
            ValueRef::Number(x) => {
                let format = (self.formats.len() > 1).then(|| self.format(sheet, cell));
                let date = format.filter(|format| format.is_date());
                match date.and_then(|format| self.date_text(format, x)) {
                    Some(text) => out.extend_from_slice(text.as_bytes()),
                    None => {
                        push_number(out, x, self.decimal);
                        return self.decimal == Decimal::Comma;
                    }
                }
            }
        }
        true
    }

    fn format(&self, sheet: SheetId, cell: Cell) -> &NumberFormat {
        let style = match self.formats.len() {
            1 => 0,
            _ => self.snapshot.style_number(sheet, cell) as usize,
        };
        self.formats.get(style).unwrap_or(&self.formats[0])
    }

    /// A date as its cell shows it, if it reads as the same moment.
    fn date_text(&self, format: &NumberFormat, x: f64) -> Option<String> {
        // What is read again counts from 1899-12-30.
        let text = format.format(ValueRef::Number(x), &self.conventions).ok()?;
        let same = match self.typing.read(text.as_bytes()) {
            Some(Field::Number(again, Some(_))) => again.to_bits() == x.to_bits(),
            _ => false,
        };
        (same && !self.conventions.date1904).then_some(text)
    }
}

/// Appends the shortest text that reads as the same bits.
pub(super) fn push_number(out: &mut Vec<u8>, x: f64, decimal: Decimal) {
    let whole = x as i64;
    if whole as f64 == x && x.abs() < PLAIN_BELOW {
        return push_integer(out, whole);
    }
    let start = out.len();
    // Writing to a vector cannot fail.
    let _ = if (PLAIN_FROM..PLAIN_BELOW).contains(&x.abs()) {
        write!(out, "{x}")
    } else {
        write!(out, "{x:E}")
    };
    if decimal == Decimal::Comma
        && let Some(point) = out[start..].iter().position(|byte| *byte == b'.')
    {
        out[start + point] = b',';
    }
}

fn push_integer(out: &mut Vec<u8>, whole: i64) {
    let mut digits = [0; 20];
    let mut at = digits.len();
    let mut rest = whole.unsigned_abs();
    loop {
        at -= 1;
        digits[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    if whole < 0 {
        out.push(b'-');
    }
    out.extend_from_slice(&digits[at..]);
}
