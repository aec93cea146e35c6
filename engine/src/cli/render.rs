//! Plain text for a terminal: tables, numbers, times.

use std::fmt::Write as _;

use crate::value::Value;

/// The widest a column of a table gets, in characters.
const WIDEST: usize = 32;

/// On which side a cell's text stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    /// Texts.
    Left,
    /// Numbers.
    Right,
}

/// A cell of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Field {
    text: String,
    side: Side,
}

impl Field {
    /// A field with its text on the left; what would break the line is shown as a space.
    pub(super) fn left(text: impl Into<String>) -> Field {
        Field::new(text.into(), Side::Left)
    }

    /// A field with its text on the right.
    pub(super) fn right(text: impl Into<String>) -> Field {
        Field::new(text.into(), Side::Right)
    }

    /// The field of a value that is shown as `text`.
    pub(super) fn of_value(value: &Value, text: String) -> Field {
        let side = match value {
            Value::Number(_) => Side::Right,
            _ => Side::Left,
        };
        Field::new(text, side)
    }

    fn new(text: String, side: Side) -> Field {
        let mut shown: String = text
            .chars()
            .map(|c| if c.is_control() { ' ' } else { c })
            .collect();
        if shown.chars().count() > WIDEST {
            shown = shown.chars().take(WIDEST - 1).chain(['…']).collect();
        }
        Field { text: shown, side }
    }

    fn width(&self) -> usize {
        self.text.chars().count()
    }
}

/// Rows of fields as aligned lines, without spaces at their ends.
pub(super) fn table(rows: &[Vec<Field>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| {
        rows.iter()
            .filter_map(|row| row.get(column))
            .map(Field::width)
            .max()
    };
    let widths: Vec<usize> = (0..columns)
        .map(|column| width(column).unwrap_or(0))
        .collect();
    let mut text = String::new();
    for row in rows {
        let mut line = String::new();
        for (field, width) in row.iter().zip(&widths) {
            let space = " ".repeat(width - field.width());
            let (before, behind) = match field.side {
                Side::Left => ("", space.as_str()),
                Side::Right => (space.as_str(), ""),
            };
            let _ = write!(line, "{before}{}{behind}  ", field.text);
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

/// A count with its digits in groups: `13,176`.
pub(super) fn count(n: u64) -> String {
    let digits = n.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A count with its noun: `1 sheet`, `1,200 cells`.
pub(super) fn counted(n: u64, noun: &str) -> String {
    format!("{} {noun}{}", count(n), if n == 1 { "" } else { "s" })
}

/// A time with three digits or so: `1.25 s`, `34 ms`.
pub(super) fn seconds(seconds: f64) -> String {
    if seconds >= 10.0 {
        format!("{seconds:.1} s")
    } else if seconds >= 1.0 {
        format!("{seconds:.2} s")
    } else {
        format!("{:.0} ms", seconds * 1000.0)
    }
}
