//! All edits as plain data: what is applied, kept for undo, sent to others and logged is one of these.

use std::sync::Arc;

use crate::formula::Mode;
use crate::reference::{Cell, Rect, SheetId};
use crate::value::Value;

use super::Calculation;

/// An edit of a workbook. Positions are those at the moment when it is applied; no anchor is ever in it.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Operation {
    /// Writes a block of values from `at` on, row by row; blanks clear.
    SetValues {
        /// The sheet.
        sheet: SheetId,
        /// The upper left cell.
        at: Cell,
        /// Number of columns of the block.
        columns: u32,
        /// The values, row after row.
        values: Arc<[Value]>,
    },
    /// Writes numbers down a column.
    SetNumbers {
        /// The sheet.
        sheet: SheetId,
        /// The first cell.
        at: Cell,
        /// The numbers; what is not finite becomes blank (NaN) or `#NUM!`.
        values: Arc<[f64]>,
    },
    /// Fills a rectangle with one formula, written for its upper left cell.
    SetFormula {
        /// The sheet.
        sheet: SheetId,
        /// The rectangle.
        rect: Rect,
        /// The formula, with or without `=`.
        formula: Arc<str>,
        /// Formula of today, legacy formula, or array formula over the whole rectangle.
        mode: Mode,
    },
    /// Empties a rectangle of values and formulas; formats stay.
    Clear {
        /// The sheet.
        sheet: SheetId,
        /// The rectangle.
        rect: Rect,
    },
    /// Gives cells a number format.
    SetNumberFormat {
        /// The sheet.
        sheet: SheetId,
        /// The rectangle.
        rect: Rect,
        /// The format's code, such as `0.00%`.
        code: Arc<str>,
    },
    /// Inserts rows.
    InsertRows {
        /// The sheet.
        sheet: SheetId,
        /// The row that the first new one stands in.
        at: u32,
        /// Number of rows.
        count: u32,
    },
    /// Adds an empty sheet.
    AddSheet {
        /// Its name.
        name: Arc<str>,
        /// The tab that it stands before; nothing for the end.
        position: Option<usize>,
    },
    /// Gives a sheet another name.
    RenameSheet {
        /// The sheet.
        sheet: SheetId,
        /// Its new name.
        name: Arc<str>,
    },
    /// Defines or redefines a name.
    DefineName {
        /// The name.
        name: Arc<str>,
        /// The sheet that it belongs to; nothing for the workbook.
        scope: Option<SheetId>,
        /// The formula; relative references are written for cell A1.
        formula: Arc<str>,
    },
    /// Removes a defined name.
    RemoveName {
        /// The name.
        name: Arc<str>,
        /// The sheet that it belongs to; nothing for the workbook.
        scope: Option<SheetId>,
    },
    /// Lets serial numbers count from 1904 or from 1900; the numbers stay.
    SetDate1904(
        /// Whether from 1904.
        bool,
    ),
    /// When formulas are computed.
    SetCalculation(
        /// Automatically or on demand.
        Calculation,
    ),
}
