//! Values of cells and Excel's rules about them: coercion, comparison, criteria, dates, numbers as text.
//!
//! A [`Value`] is what a cell can hold. Arrays ([`Array`]) are results of formulas; references and functions are
//! operands of formulas (`functions::Operand`). A rule of Excel about values exists once, in this module; nothing
//! here knows cells or sheets.

pub mod arithmetic;
mod array;
mod cell_error;
pub mod coerce;
pub mod collation;
pub mod compare;
pub mod criteria;
pub mod date_serial;
pub mod decimal;
pub mod exact_sum;
pub mod number_format;
mod number_parse;
mod number_text;
pub mod wildcard;

use std::fmt;
use std::sync::Arc;

pub use array::Array;
pub use cell_error::CellError;
pub use coerce::{boolean_text, parse_boolean, push_text, to_boolean, to_number, to_text};
pub use collation::{collate, fold, fold_char, fold_equal};
pub use compare::{
    compare_at_15_digits, lookup_compare, lookup_equal, operator_compare, operator_equal,
    sort_compare,
};
pub use criteria::Criterion;
pub use exact_sum::ExactSum;
pub use number_parse::{
    Entry, Plain, parse_date_time, parse_entry, parse_number, parse_number_17, parse_plain,
};
pub use number_text::{number_text, push_number_text};
pub use wildcard::Wildcard;

/// What a cell can hold.
///
/// # Examples
///
/// ```
/// use tabulith::value::{CellError, Value};
///
/// assert_eq!(Value::from(2.5), Value::Number(2.5));
/// assert_eq!(Value::from("text"), Value::Text("text".into()));
/// assert_eq!(Value::Error(CellError::Na).to_string(), "#N/A");
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Value {
    /// Nothing: not even an empty text.
    #[default]
    Blank,
    /// A finite number; dates are numbers too (days since 1899-12-30).
    Number(f64),
    /// A text.
    Text(Arc<str>),
    /// TRUE or FALSE.
    Boolean(bool),
    /// An error.
    Error(CellError),
}

impl Value {
    /// The number, kept out of what Excel has no value for: a result that is not finite is `#NUM!`, a subnormal is
    /// 0, and there is no negative zero.
    pub fn number(x: f64) -> Value {
        if x.is_normal() {
            Value::Number(x)
        } else if x.is_finite() {
            Value::Number(0.0)
        } else {
            Value::Error(CellError::Num)
        }
    }

    /// A text value.
    pub fn text(text: impl Into<Arc<str>>) -> Value {
        Value::Text(text.into())
    }

    /// Whether the cell is empty.
    pub fn is_blank(&self) -> bool {
        matches!(self, Value::Blank)
    }

    /// The error, if it is one.
    pub fn as_error(&self) -> Option<CellError> {
        match self {
            Value::Error(error) => Some(*error),
            _ => None,
        }
    }
}

/// A value that is looked at where it lies, without a copy of its text.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum ValueRef<'a> {
    /// Nothing.
    #[default]
    Blank,
    /// A finite number.
    Number(f64),
    /// A text.
    Text(&'a str),
    /// TRUE or FALSE.
    Boolean(bool),
    /// An error.
    Error(CellError),
}

impl Value {
    /// The value without a copy of its text.
    pub fn as_ref(&self) -> ValueRef<'_> {
        match self {
            Value::Blank => ValueRef::Blank,
            Value::Number(x) => ValueRef::Number(*x),
            Value::Text(x) => ValueRef::Text(x),
            Value::Boolean(x) => ValueRef::Boolean(*x),
            Value::Error(x) => ValueRef::Error(*x),
        }
    }
}

impl<'a> From<&'a Value> for ValueRef<'a> {
    fn from(value: &'a Value) -> ValueRef<'a> {
        value.as_ref()
    }
}

impl ValueRef<'_> {
    /// The value with a text of its own.
    pub fn to_value(self) -> Value {
        match self {
            ValueRef::Blank => Value::Blank,
            ValueRef::Number(x) => Value::Number(x),
            ValueRef::Text(x) => Value::Text(x.into()),
            ValueRef::Boolean(x) => Value::Boolean(x),
            ValueRef::Error(x) => Value::Error(x),
        }
    }
}

/// What the reading and writing of numbers and texts depends on, beside the value itself.
#[derive(Debug, Clone, PartialEq)]
pub struct Conventions {
    /// Whether serial numbers count from 1904-01-01 instead of 1899-12-30.
    pub date1904: bool,
    /// The current year, for dates typed without one.
    pub year: i32,
    /// How the length of a text is counted.
    pub text_units: TextUnits,
}

impl Default for Conventions {
    fn default() -> Self {
        Conventions {
            date1904: false,
            year: 2026,
            text_units: TextUnits::Utf16,
        }
    }
}

/// How LEN, MID, FIND and their kin count: Excel's compatibility version of the workbook.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TextUnits {
    /// UTF-16 units, as in version 1: an emoji counts 2.
    Utf16,
    /// Code points, as in version 2.
    CodePoints,
}

/// How SUM and its kin add.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum SumMode {
    /// The correctly rounded value of the exact sum, whatever the order.
    #[default]
    Exact,
    /// Excel's order, left to right, with its rounding at each step.
    ExcelOrder,
}

impl From<f64> for Value {
    fn from(x: f64) -> Value {
        Value::number(x)
    }
}

impl From<bool> for Value {
    fn from(x: bool) -> Value {
        Value::Boolean(x)
    }
}

impl From<&str> for Value {
    fn from(x: &str) -> Value {
        Value::Text(x.into())
    }
}

impl From<String> for Value {
    fn from(x: String) -> Value {
        Value::Text(x.into())
    }
}

impl From<CellError> for Value {
    fn from(x: CellError) -> Value {
        Value::Error(x)
    }
}

impl<T: Into<Value>> From<Result<T, CellError>> for Value {
    fn from(x: Result<T, CellError>) -> Value {
        match x {
            Ok(x) => x.into(),
            Err(error) => Value::Error(error),
        }
    }
}

impl fmt::Display for Value {
    /// The value as `&` would join it: numbers with at most 15 digits, `TRUE`, an error's text.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Blank => Ok(()),
            Value::Number(x) => f.write_str(&number_text(*x)),
            Value::Text(x) => f.write_str(x),
            Value::Boolean(x) => f.write_str(if *x { "TRUE" } else { "FALSE" }),
            Value::Error(x) => write!(f, "{x}"),
        }
    }
}
