//! The contents of records, field by field as they are named in the file.

use serde::{Deserialize, Serialize};
use serde_bytes::{ByteBuf, Bytes};

use crate::value::{CellError, Value};

/// `settings`: how the workbook computes.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Settings {
    pub(super) date1904: bool,
    pub(super) manual: bool,
    pub(super) sums_in_order: bool,
    pub(super) code_points: bool,
    pub(super) iteration: Option<(u32, f64)>,
    /// Whether the values of formulas are in the file.
    pub(super) values: bool,
}

/// `styles`: the number formats of the styles, by number.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Styles {
    pub(super) formats: Vec<String>,
    /// For each of the last ones, which of the others it is but for its number format.
    pub(super) bases: ByteBuf,
}

/// `package`: the next bytes of the .xlsx file that the workbook was read from.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct PackagePart<'a> {
    #[serde(borrow)]
    pub(super) bytes: &'a Bytes,
}

/// `sheet`: a sheet, in the order of tabs.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Sheet<'a> {
    pub(super) name: &'a str,
    pub(super) visibility: &'a str,
    /// Which sheet of the package it is.
    pub(super) of_package: Option<u32>,
    /// Which sheet of the package it was copied from.
    pub(super) copy_of: Option<u32>,
    /// Where rows and columns of the package's sheet stand now: position there, number, position here.
    pub(super) rows: Option<ByteBuf>,
    pub(super) columns: Option<ByteBuf>,
}

/// `table`.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Table {
    pub(super) name: String,
    pub(super) sheet: u32,
    pub(super) rect: [u32; 4],
    pub(super) header_rows: u32,
    pub(super) totals_rows: u32,
    pub(super) columns: Vec<String>,
}

/// `name`: a defined name; its formula is written for cell A1 of its sheet, or of the first one.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Name<'a> {
    pub(super) name: &'a str,
    pub(super) sheet: Option<u32>,
    pub(super) formula: &'a str,
    pub(super) hidden: bool,
}

/// `outside`: stored cells of a sheet of another workbook.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Outside<'a> {
    pub(super) book: &'a str,
    pub(super) sheet: &'a str,
    /// Row and column of each.
    pub(super) cells: ByteBuf,
    pub(super) values: Vec<Scalar>,
}

/// `macros`: functions of macros and add-ins that gave values.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Macros {
    pub(super) functions: Vec<String>,
}

/// `layout`: how a sheet is laid out.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Layout {
    pub(super) sheet: u32,
    pub(super) filtered: bool,
    pub(super) filter: Option<Filter>,
    pub(super) merges: ByteBuf,
    /// First, last and reason.
    pub(super) hidden_rows: ByteBuf,
    pub(super) hidden_columns: ByteBuf,
    /// Position and style.
    pub(super) row_styles: ByteBuf,
    pub(super) column_styles: ByteBuf,
    /// First, last and width, if there are any or the sheet of the package has any. A file that does not speak of them
    /// has those of the package.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) column_widths: Option<Vec<(u32, u32, f64)>>,
}

/// A filter of a sheet.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Filter {
    pub(super) rect: [u32; 4],
    pub(super) conditions: Vec<Condition>,
}

/// A condition of a filter.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Condition {
    pub(super) column: u32,
    pub(super) any_of: Vec<Scalar>,
}

/// `attached`: something attached to cells.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct AttachedTo {
    pub(super) sheet: u32,
    pub(super) kind: String,
    pub(super) number: u32,
    pub(super) copy_of: Option<u32>,
    pub(super) ranges: ByteBuf,
    pub(super) formulas: Vec<String>,
}

/// `kept`: a formula that is not computed because it cannot be read.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct KeptFormula<'a> {
    pub(super) sheet: u32,
    pub(super) row: u32,
    pub(super) column: u32,
    pub(super) formula: &'a str,
    pub(super) why: &'a str,
}

/// `cells`: values of a column. `formats`: numbers of styles of a column.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Cells<'a> {
    pub(super) sheet: u32,
    pub(super) column: u32,
    /// The first row.
    pub(super) row: u32,
    /// How many rows there are.
    pub(super) count: u32,
    /// `each` row has its cell, all have the `same` one, or `some` have one.
    pub(super) layout: &'a str,
    /// For `some` the rows, counted from the first, 2 bytes each.
    #[serde(borrow)]
    pub(super) rows: Option<&'a Bytes>,
    /// The cells, 8 bytes each.
    #[serde(borrow)]
    pub(super) cells: &'a Bytes,
    /// Where each longer text ends, 4 bytes each.
    #[serde(borrow)]
    pub(super) ends: Option<&'a Bytes>,
    /// The longer texts.
    pub(super) texts: Option<&'a str>,
}

/// `formulas`: formulas of a sheet.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Formulas {
    pub(super) sheet: u32,
    pub(super) formulas: Vec<Formula>,
}

/// A formula and the cells that it is filled over.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Formula {
    pub(super) text: String,
    /// The cell that the text is written for.
    pub(super) row: u32,
    pub(super) column: u32,
    pub(super) mode: String,
    /// Of at most 64 columns each.
    pub(super) rects: ByteBuf,
}

/// `arrays`: which cells array formulas of a sheet fill: top, left, bottom, right, and 1 if the rectangle never changes.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Arrays {
    pub(super) sheet: u32,
    pub(super) extents: ByteBuf,
}

/// `state`: how far the workbook is computed.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct State {
    /// Sheet, row, column.
    pub(super) circular: ByteBuf,
    pub(super) blocked: ByteBuf,
    /// Sheet, top, left, bottom, right.
    pub(super) changed: ByteBuf,
    pub(super) dirty: ByteBuf,
    pub(super) all: bool,
}

/// A value that stands by itself.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Scalar {
    Blank,
    Number(f64),
    Text(String),
    Boolean(bool),
    Error(String),
}

impl From<&Value> for Scalar {
    fn from(value: &Value) -> Scalar {
        match value {
            Value::Blank => Scalar::Blank,
            Value::Number(x) => Scalar::Number(*x),
            Value::Text(x) => Scalar::Text(x.to_string()),
            Value::Boolean(x) => Scalar::Boolean(*x),
            Value::Error(x) => Scalar::Error(x.to_string()),
        }
    }
}

impl Scalar {
    /// The value; nothing if it is an error that does not exist.
    pub(super) fn to_value(&self) -> Option<Value> {
        Some(match self {
            Scalar::Blank => Value::Blank,
            Scalar::Number(x) => Value::number(*x),
            Scalar::Text(x) => Value::from(x.as_str()),
            Scalar::Boolean(x) => Value::Boolean(*x),
            Scalar::Error(x) => Value::Error(CellError::parse(x)?),
        })
    }
}
