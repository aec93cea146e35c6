//! All edits as plain data: what is applied, kept for undo, sent to others and logged is one of these.

use std::sync::Arc;

use crate::formula::Mode;
use crate::functions::Hidden;
use crate::plan::TableShape;
use crate::reference::{Cell, Rect, SheetId};
use crate::value::{SumMode, Value};

pub use super::operation_arguments::{CellStyle, Filter, FilterCondition, SortKey};
use super::{Attached, Calculation, Kept, Visibility};

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
    /// Inserts columns.
    InsertColumns {
        /// The sheet.
        sheet: SheetId,
        /// The column that the first new one stands in.
        at: u32,
        /// Number of columns.
        count: u32,
    },
    /// Deletes rows with all that is in them.
    DeleteRows {
        /// The sheet.
        sheet: SheetId,
        /// The first row that goes.
        at: u32,
        /// Number of rows.
        count: u32,
    },
    /// Deletes columns with all that is in them.
    DeleteColumns {
        /// The sheet.
        sheet: SheetId,
        /// The first column that goes.
        at: u32,
        /// Number of columns.
        count: u32,
    },
    /// Copies cells with formulas and formats; relative references move along.
    CopyCells {
        /// The sheet that is copied from.
        sheet: SheetId,
        /// What is copied.
        rect: Rect,
        /// The sheet that is copied to.
        to_sheet: SheetId,
        /// Where the copy goes: filled with copies if its size is a multiple, or else one at its upper left.
        to: Rect,
    },
    /// Moves cells as cut and paste does: references to them follow.
    MoveCells {
        /// The sheet that they leave.
        sheet: SheetId,
        /// What is moved.
        rect: Rect,
        /// The sheet that they come to.
        to_sheet: SheetId,
        /// Where the upper left one comes to.
        to: Cell,
    },
    /// Copies the first row of a rectangle into its other rows; into a single row, the one above it.
    FillDown {
        /// The sheet.
        sheet: SheetId,
        /// The rectangle.
        rect: Rect,
    },
    /// Copies the first column of a rectangle into its other columns; into a single column, the one left of it.
    FillRight {
        /// The sheet.
        sheet: SheetId,
        /// The rectangle.
        rect: Rect,
    },
    /// Sorts the rows of a rectangle; rows that are not shown stay where they are.
    SortRows {
        /// The sheet.
        sheet: SheetId,
        /// The rectangle, without a header.
        rect: Rect,
        /// By what, the most important first.
        keys: Arc<[SortKey]>,
    },
    /// Hides rows by hand, or shows them again.
    HideRows {
        /// The sheet.
        sheet: SheetId,
        /// The first row.
        at: u32,
        /// Number of rows.
        count: u32,
        /// Whether they are hidden.
        hidden: bool,
    },
    /// Hides columns, or shows them again.
    HideColumns {
        /// The sheet.
        sheet: SheetId,
        /// The first column.
        at: u32,
        /// Number of columns.
        count: u32,
        /// Whether they are hidden.
        hidden: bool,
    },
    /// Gives columns a width, or the default one again.
    SetColumnWidth {
        /// The sheet.
        sheet: SheetId,
        /// The first column.
        at: u32,
        /// Number of columns.
        count: u32,
        /// The width in characters; nothing for the default.
        width: Option<f64>,
    },
    /// Filters the rows below a header, or takes the sheet's filter away.
    SetFilter {
        /// The sheet.
        sheet: SheetId,
        /// The filter; nothing takes it away and shows its rows.
        filter: Option<Arc<Filter>>,
    },
    /// Merges the cells of a rectangle; all but the first are emptied.
    MergeCells {
        /// The sheet.
        sheet: SheetId,
        /// The rectangle.
        rect: Rect,
    },
    /// Takes apart all merged cells that touch a rectangle.
    UnmergeCells {
        /// The sheet.
        sheet: SheetId,
        /// The rectangle.
        rect: Rect,
    },
    /// Makes a table of a rectangle, the names of whose columns stand in its first row.
    AddTable {
        /// Its name.
        name: Arc<str>,
        /// The sheet.
        sheet: SheetId,
        /// The rectangle, header included.
        rect: Rect,
    },
    /// Makes a table a range again; formulas with its name get addresses.
    RemoveTable {
        /// Its name.
        name: Arc<str>,
    },
    /// Gives a table another name; formulas follow.
    RenameTable {
        /// Its name.
        name: Arc<str>,
        /// Its new name.
        new_name: Arc<str>,
    },
    /// Gives a table another rectangle; its header stays in its row.
    ResizeTable {
        /// Its name.
        name: Arc<str>,
        /// The rectangle, header and totals included.
        rect: Rect,
    },
    /// Copies a sheet with all that is on it.
    CopySheet {
        /// The sheet that is copied.
        sheet: SheetId,
        /// The name of the copy.
        name: Arc<str>,
        /// The tab that it stands before; nothing for the end.
        position: Option<usize>,
    },
    /// Moves a sheet's tab.
    MoveSheet {
        /// The sheet.
        sheet: SheetId,
        /// Its place among the tabs afterwards.
        position: usize,
    },
    /// Shows a sheet's tab, or hides it.
    SetVisibility {
        /// The sheet.
        sheet: SheetId,
        /// Whether its tab is shown.
        visibility: Visibility,
    },
    /// Removes a sheet; references to it become `#REF!`.
    RemoveSheet {
        /// The sheet.
        sheet: SheetId,
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
    /// How sums are added.
    SetSumMode(
        /// Exactly, or one after the other.
        SumMode,
    ),
    /// Adds an empty sheet under the number of one that was removed.
    RestoreSheet {
        /// The number.
        sheet: SheetId,
        /// The sheet that it was first copied from; itself if it was no copy.
        stem: SheetId,
        /// Its name.
        name: Arc<str>,
        /// The tab that it stands before; nothing for the end.
        position: Option<usize>,
    },
    /// Puts a table in its place as it is, or gives the one of this name this shape. Formulas stay as they are; cells
    /// of its header get the names of its columns.
    PutTable(
        /// The table.
        Arc<TableShape>,
    ),
    /// Leaves a name out of lists, or takes it in again.
    HideName {
        /// The name.
        name: Arc<str>,
        /// The sheet that it belongs to; nothing for the workbook.
        scope: Option<SheetId>,
        /// Whether it is left out.
        hidden: bool,
    },
    /// Gives cells a style of their own, or takes it away.
    SetStyle {
        /// The sheet.
        sheet: SheetId,
        /// The rectangle.
        rect: Rect,
        /// The style.
        style: Option<CellStyle>,
    },
    /// Gives a row a style for those of its cells that have none, or takes it away.
    SetRowStyle {
        /// The sheet.
        sheet: SheetId,
        /// The row.
        row: u32,
        /// The style.
        style: Option<CellStyle>,
    },
    /// Gives a column a style for those of its cells that have none, or takes it away.
    SetColumnStyle {
        /// The sheet.
        sheet: SheetId,
        /// The column.
        column: u32,
        /// The style.
        style: Option<CellStyle>,
    },
    /// Notes why rows are not shown, or that they are.
    NoteHiddenRows {
        /// The sheet.
        sheet: SheetId,
        /// The first row.
        at: u32,
        /// Number of rows.
        count: u32,
        /// Why they are not shown, if they are not.
        why: Hidden,
    },
    /// Notes a filter whose rows are hidden already; no condition is looked at.
    NoteFilter {
        /// The sheet.
        sheet: SheetId,
        /// The filter.
        filter: Option<Arc<Filter>>,
        /// Whether SUBTOTAL passes over all hidden rows.
        active: bool,
    },
    /// Attaches something to cells of a sheet in the place of what has its kind and number there; without cells it is
    /// taken away.
    PutAttached {
        /// The sheet.
        sheet: SheetId,
        /// What is attached, and where.
        attached: Arc<Attached>,
    },
    /// Notes a formula that is not computed and stays in the file; the cell keeps the value that it has.
    KeepFormula(
        /// The formula and its place.
        Arc<Kept>,
    ),
}
