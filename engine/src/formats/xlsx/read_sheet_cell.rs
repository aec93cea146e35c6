//! What the content of a cell means: its type and its text make a value.

use super::cell_reference::{parse_cell, parse_range};
use super::read_sheet::SheetContext;
use super::xml_escape::unescape;
use super::xml_part::{Tag, is_true};
use crate::error::{Error, ErrorKind, Result};
use crate::reference::{Cell, Rect};
use crate::value::{CellError, Value, ValueRef};

/// The attributes of a cell.
#[derive(Debug, Clone, Copy)]
pub(super) struct CellHead {
    pub(super) cell: Cell,
    pub(super) kind: CellType,
    pub(super) style: u32,
    /// Its place in the cell metadata, from 1; 0 if it has none.
    pub(super) metadata: u32,
    /// Its place in the value metadata, from 1; 0 if it has none.
    pub(super) value_metadata: u32,
}

impl CellHead {
    /// The head of the element that begins; `next` is the cell's place if it names none.
    pub(super) fn of(tag: &Tag<'_>, next: Cell) -> Result<CellHead> {
        let mut head = CellHead {
            cell: next,
            kind: CellType::Number,
            style: 0,
            metadata: 0,
            value_metadata: 0,
        };
        for attribute in tag.attributes() {
            let (key, value) = attribute?;
            match key {
                "r" => {
                    head.cell = parse_cell(value.trim().as_bytes()).ok_or_else(|| {
                        Error::new(
                            ErrorKind::FileFormat,
                            format!("the cell `{value}` is not on the grid"),
                        )
                    })?;
                }
                "s" => head.style = value.trim().parse().unwrap_or(0),
                "t" => head.kind = CellType::parse(&value),
                "vm" => head.value_metadata = value.trim().parse().unwrap_or(0),
                "cm" => head.metadata = value.trim().parse().unwrap_or(0),
                _ => {}
            }
        }
        Ok(head)
    }
}

/// The attributes of a formula.
#[derive(Debug, Default)]
pub(super) struct FormulaHead {
    pub(super) kind: FormulaType,
    /// The number of its group, if it is shared.
    pub(super) group: Option<u32>,
    pub(super) range: Option<Rect>,
}

/// How a formula is written into the file.
#[derive(Debug, Default, PartialEq, Eq, Clone, Copy)]
pub(super) enum FormulaType {
    #[default]
    Normal,
    Shared,
    Array,
    DataTable,
}

impl FormulaHead {
    /// The head of the element that begins.
    pub(super) fn of(tag: &Tag<'_>) -> Result<FormulaHead> {
        let mut head = FormulaHead::default();
        for attribute in tag.attributes() {
            let (key, value) = attribute?;
            match key {
                "t" => {
                    head.kind = match &*value {
                        "shared" => FormulaType::Shared,
                        "array" => FormulaType::Array,
                        "dataTable" => FormulaType::DataTable,
                        _ => FormulaType::Normal,
                    }
                }
                "si" => head.group = value.trim().parse().ok(),
                "ref" => head.range = parse_range(value.trim().as_bytes()),
                _ => {}
            }
        }
        Ok(head)
    }
}

/// What was read inside one cell; kept from cell to cell for its buffers.
#[derive(Debug, Default)]
pub(super) struct CellText {
    pub(super) formula: String,
    value: String,
    has_value: bool,
    inline: String,
    has_inline: bool,
}

impl CellText {
    pub(super) fn clear(&mut self) {
        self.formula.clear();
        self.value.clear();
        self.inline.clear();
        (self.has_value, self.has_inline) = (false, false);
    }

    /// Where the content of a `v` element goes.
    pub(super) fn begin_value(&mut self) -> &mut String {
        self.has_value = true;
        self.value.clear();
        &mut self.value
    }

    /// Where the text of an `is` element goes.
    pub(super) fn begin_inline(&mut self) -> &mut String {
        self.has_inline = true;
        self.inline.clear();
        &mut self.inline
    }

    /// Resolves the escapes of texts, in place.
    pub(super) fn resolve_escapes(&mut self, kind: CellType) {
        for text in [&mut self.value, &mut self.inline] {
            if kind != CellType::SharedText && text.contains("_x") {
                *text = unescape(text).into_owned();
            }
        }
    }

    /// The value that type and text make.
    pub(super) fn value<'a>(
        &'a self,
        head: &CellHead,
        context: &SheetContext<'a>,
    ) -> std::result::Result<ValueRef<'a>, String> {
        if self.has_inline {
            return Ok(ValueRef::Text(&self.inline));
        }
        if !self.has_value {
            return Ok(ValueRef::Blank);
        }
        match head.kind {
            CellType::Text | CellType::InlineText => Ok(ValueRef::Text(&self.value)),
            CellType::SharedText if self.value.trim().is_empty() => Ok(ValueRef::Blank),
            CellType::SharedText => {
                let number = self.value.trim().parse().ok();
                let text = number.and_then(|number| context.strings.get(number));
                text.map(ValueRef::Text)
                    .ok_or_else(|| format!("there is no shared text `{}`", self.value))
            }
            kind => match scalar_value(kind, &self.value, context.date1904) {
                Some(Value::Number(x)) => Ok(ValueRef::Number(x)),
                Some(Value::Boolean(x)) => Ok(ValueRef::Boolean(x)),
                Some(Value::Error(CellError::Value)) => {
                    let behind = context.metadata.error(head.value_metadata);
                    Ok(ValueRef::Error(behind.unwrap_or(CellError::Value)))
                }
                Some(Value::Error(x)) => Ok(ValueRef::Error(x)),
                Some(Value::Blank) => Ok(ValueRef::Blank),
                Some(Value::Text(_)) | None => {
                    Err(format!("`{}` is not a {}", self.value, kind.word()))
                }
            },
        }
    }
}

/// How the text of a cell is to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CellType {
    /// A number.
    Number,
    /// The number of a shared text.
    SharedText,
    /// A text, stored as a formula's result.
    Text,
    /// A text in an `is` element.
    InlineText,
    /// 0 or 1.
    Boolean,
    /// An error's text.
    Error,
    /// A date in ISO 8601.
    Date,
}

impl CellType {
    /// The type that the `t` attribute names; numbers if it names none.
    pub(super) fn parse(text: &str) -> CellType {
        match text {
            "s" => CellType::SharedText,
            "str" => CellType::Text,
            "inlineStr" => CellType::InlineText,
            "b" => CellType::Boolean,
            "e" => CellType::Error,
            "d" => CellType::Date,
            _ => CellType::Number,
        }
    }

    fn word(self) -> &'static str {
        match self {
            CellType::Number => "number",
            CellType::Boolean => "boolean",
            CellType::Error => "error",
            CellType::Date => "date",
            CellType::SharedText | CellType::Text | CellType::InlineText => "text",
        }
    }
}

/// The value of a text that is no shared or inline text; nothing if it cannot be read as its type.
pub(super) fn scalar_value(kind: CellType, text: &str, date1904: bool) -> Option<Value> {
    let trimmed = text.trim();
    if trimmed.is_empty() && kind != CellType::Text {
        return Some(Value::Blank);
    }
    match kind {
        CellType::Number => parse_number(trimmed),
        CellType::Boolean => Some(Value::Boolean(is_true(trimmed))),
        CellType::Error => Some(Value::Error(
            CellError::parse(trimmed).unwrap_or(CellError::Value),
        )),
        CellType::Date => parse_iso_date(trimmed, date1904)
            .map(Value::number)
            .or_else(|| parse_number(trimmed)),
        CellType::Text | CellType::InlineText | CellType::SharedText => Some(Value::text(text)),
    }
}

/// A number with all its digits; what is not finite has no value in a cell but `#NUM!`.
fn parse_number(text: &str) -> Option<Value> {
    let starts_well = text
        .bytes()
        .all(|c| c.is_ascii_digit() || matches!(c, b'+' | b'-' | b'.' | b'e' | b'E'));
    if starts_well {
        return text.parse().ok().map(Value::number);
    }
    let is_not_finite = matches!(
        text.trim_start_matches(['-', '+']),
        "INF" | "Infinity" | "inf" | "NaN" | "nan" | "1.#INF" | "1.#QNAN" | "1.#IND"
    );
    is_not_finite.then_some(Value::Error(CellError::Num))
}

/// The serial number of `2024-05-01`, `2024-05-01T12:30:00.5Z` or `12:30:00`.
fn parse_iso_date(text: &str, date1904: bool) -> Option<f64> {
    let text = text.trim_end_matches('Z');
    let (date, time) = match text.split_once(['T', ' ']) {
        Some((date, time)) => (Some(date), Some(time)),
        None if text.contains(':') => (None, Some(text)),
        None => (Some(text), None),
    };
    let days = match date {
        Some(date) => parse_days(date, date1904)?,
        None => 0.0,
    };
    let seconds = match time {
        Some(time) => parse_seconds(time)?,
        None => 0.0,
    };
    Some(days + seconds / 86_400.0)
}

fn parse_days(date: &str, date1904: bool) -> Option<f64> {
    let mut parts = date.split('-').map(|part| part.parse::<i64>().ok());
    let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) || !(0..=9999).contains(&year) {
        return None;
    }
    // Days since 1970-01-01, counted in years that begin in March, so that a leap day comes last.
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    let serial = era * 146_097 + day_of_era - 719_468 + 25_569;
    Some(if date1904 {
        (serial - 1_462) as f64
    } else if serial < 61 {
        // Excel's 1900 has a 29 February: before it, serial numbers are one less.
        (serial - 1) as f64
    } else {
        serial as f64
    })
}

fn parse_seconds(time: &str) -> Option<f64> {
    // An offset from universal time has no meaning in a cell.
    let time = time.split(['+', '-']).next()?;
    let mut parts = time.split(':');
    let hours: f64 = parts.next()?.parse().ok()?;
    let minutes: f64 = parts.next().unwrap_or("0").parse().ok()?;
    let seconds: f64 = parts.next().unwrap_or("0").parse().ok()?;
    let total = hours * 3_600.0 + minutes * 60.0 + seconds;
    total.is_finite().then_some(total)
}
