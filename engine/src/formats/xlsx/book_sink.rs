//! What a workbook file holds, as plain data, and the sink that it is pushed into.
//!
//! Sheets go by their place in the tab order, 0-based. Rows and columns are 0-based, rectangles include both ends.

use std::sync::Arc;

use crate::error::Result;
use crate::reference::{Cell, Rect};
use crate::value::{Value, ValueRef};
use crate::workbook::Attached;

/// Takes a workbook as it is read.
///
/// The order of calls: [`settings`](BookSink::settings), [`styles`](BookSink::styles), every
/// [`sheet`](BookSink::sheet), every [`defined_name`](BookSink::defined_name), every [`table`](BookSink::table), every
/// [`external_book`](BookSink::external_book); then for each sheet with cells, in tab order,
/// [`begin_sheet`](BookSink::begin_sheet), columns, rows and cells in file order, merges, filter and what is attached,
/// [`end_sheet`](BookSink::end_sheet). An error stops the reading and is returned from it.
pub trait BookSink {
    /// The settings of the whole book.
    fn settings(&mut self, settings: &BookSettings) -> Result<()>;

    /// Number formats by style number.
    fn styles(&mut self, styles: &Styles) -> Result<()>;

    /// One sheet; sheets come in tab order.
    fn sheet(&mut self, sheet: usize, entry: &SheetEntry) -> Result<()>;

    /// One defined name.
    fn defined_name(&mut self, name: &DefinedName) -> Result<()>;

    /// One table.
    fn table(&mut self, table: &Table) -> Result<()>;

    /// One linked book with the values that were last seen in it.
    fn external_book(&mut self, book: &ExternalBook) -> Result<()>;

    /// The content of a sheet follows.
    fn begin_sheet(&mut self, sheet: usize, defaults: &SheetDefaults) -> Result<()>;

    /// Columns `first` to `last` differ from the sheet's defaults.
    fn columns(
        &mut self,
        sheet: usize,
        first: u32,
        last: u32,
        attributes: &ColumnAttributes,
    ) -> Result<()>;

    /// A row differs from the sheet's defaults.
    fn row(&mut self, sheet: usize, row: u32, attributes: &RowAttributes) -> Result<()>;

    /// A cell without a formula: a value, or blank with a style. Of two for one place the later stands.
    fn cell(&mut self, sheet: usize, cell: Cell, value: ValueRef<'_>, style: u32) -> Result<()>;

    /// A cell with a formula.
    fn formula(&mut self, sheet: usize, cell: Cell, formula: &FormulaEvent<'_>) -> Result<()>;

    /// A merged range.
    fn merge(&mut self, sheet: usize, range: Rect) -> Result<()>;

    /// The sheet's own filter; if it is active, rows hidden inside its range are hidden by it.
    fn filter(&mut self, sheet: usize, filter: &AutoFilter) -> Result<()>;

    /// Something that is attached to cells of the sheet beside what they hold. What has a part of its own, notes and
    /// drawings, comes together with the tables.
    fn attached(&mut self, sheet: usize, attached: &Attached) -> Result<()> {
        let _ = (sheet, attached);
        Ok(())
    }

    /// The content of a sheet is complete.
    fn end_sheet(&mut self, sheet: usize) -> Result<()>;

    /// How far the reading is: bytes after decompression, done and in all. An error cancels it.
    fn progress(&mut self, done: u64, total: u64) -> Result<()> {
        let _ = (done, total);
        Ok(())
    }
}

/// When formulas are calculated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum CalculationMode {
    /// With every edit.
    #[default]
    Automatic,
    /// With every edit, but not data tables.
    AutomaticExceptTables,
    /// When asked for.
    Manual,
}

/// Settings of the whole book.
#[derive(Debug, Clone, PartialEq)]
pub struct BookSettings {
    /// Whether serial numbers count from 1904-01-01.
    pub date1904: bool,
    /// When formulas are calculated.
    pub mode: CalculationMode,
    /// Whether circular formulas are iterated.
    pub iterate: bool,
    /// Sweeps of an iteration.
    pub iterate_count: u32,
    /// The change below which an iteration stops.
    pub iterate_delta: f64,
    /// False: precision as displayed.
    pub full_precision: bool,
    /// Whether everything is to be calculated on opening.
    pub full_calculation_on_load: bool,
    /// The program that wrote the file, such as `Microsoft Excel 16.0300`.
    pub application: Option<String>,
}

impl Default for BookSettings {
    fn default() -> Self {
        BookSettings {
            date1904: false,
            mode: CalculationMode::Automatic,
            iterate: false,
            iterate_count: 100,
            iterate_delta: 0.001,
            full_precision: true,
            full_calculation_on_load: false,
            application: None,
        }
    }
}

/// Whether a sheet's tab can be seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Visibility {
    /// It can.
    #[default]
    Visible,
    /// It is hidden and can be shown from the menu.
    Hidden,
    /// It is hidden and can be shown by a macro only.
    VeryHidden,
}

/// What a sheet is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum SheetKind {
    /// Cells.
    #[default]
    Worksheet,
    /// A chart; it has a tab but no cells.
    Chart,
    /// A dialog of Excel 5, a macro sheet of Excel 4, or a sheet whose part is missing: no cells are read.
    Other,
}

/// A sheet's entry in the book.
#[derive(Debug, Clone, PartialEq)]
pub struct SheetEntry {
    /// The name on the tab.
    pub name: String,
    /// The number that the file gives it.
    pub id: u32,
    /// Whether its tab can be seen.
    pub visibility: Visibility,
    /// What it is.
    pub kind: SheetKind,
}

/// Number formats of cells.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Styles {
    /// The number format code of each style number; `General` where there is none.
    pub formats: Vec<Arc<str>>,
}

/// A defined name.
#[derive(Debug, Clone, PartialEq)]
pub struct DefinedName {
    /// The name; those of Excel itself start with `_xlnm.`.
    pub name: String,
    /// The sheet it is local to.
    pub sheet: Option<usize>,
    /// What it refers to, a formula without `=`.
    pub refers_to: String,
    /// Whether it is hidden from lists.
    pub hidden: bool,
    /// Whether it names a macro.
    pub macro_name: bool,
    /// A note.
    pub comment: Option<String>,
}

/// A table.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// The sheet it lies on.
    pub sheet: usize,
    /// The name in formulas.
    pub name: String,
    /// The whole range, headers and totals included.
    pub range: Rect,
    /// Rows of headers: 1, or 0 if there are none.
    pub header_rows: u32,
    /// Rows of totals: 1, or 0 if there are none.
    pub totals_rows: u32,
    /// The columns, left to right.
    pub columns: Vec<TableColumn>,
    /// Its filter.
    pub filter: Option<AutoFilter>,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TableColumn {
    /// The name in formulas.
    pub name: String,
    /// The formula that new rows get, without `=`.
    pub formula: Option<String>,
}

/// A filter over a range; its first row holds the headers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AutoFilter {
    /// The range.
    pub range: Rect,
    /// Whether any column has a condition.
    pub active: bool,
}

/// A book that formulas refer to as `[1]`, with the values last seen in it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ExternalBook {
    /// The number in brackets, from 1.
    pub number: usize,
    /// Where the book lies, as the file says; nothing for a link to another program.
    pub target: Option<String>,
    /// Its sheets.
    pub sheets: Vec<ExternalSheet>,
    /// Its names.
    pub names: Vec<ExternalName>,
}

/// A sheet of a linked book.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ExternalSheet {
    /// Its name.
    pub name: String,
    /// The values last seen.
    pub cells: Vec<(Cell, Value)>,
    /// Whether the sheet was not found when values were last looked up.
    pub missing: bool,
}

/// A name of a linked book.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ExternalName {
    /// The name.
    pub name: String,
    /// The sheet of that book it is local to.
    pub sheet: Option<usize>,
    /// What it refers to there, without `=`.
    pub refers_to: Option<String>,
}

/// What rows and columns of a sheet are unless they say otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct SheetDefaults {
    /// Height of rows, in points.
    pub row_height: Option<f64>,
    /// Width of columns, in characters.
    pub column_width: Option<f64>,
    /// Whether rows are hidden unless they are listed.
    pub rows_hidden: bool,
}

/// How a row differs.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct RowAttributes {
    /// Whether it is hidden, by hand or by a filter.
    pub hidden: bool,
    /// Height set by hand, in points.
    pub height: Option<f64>,
    /// Level of the outline, 0 to 7.
    pub outline: u8,
    /// Whether the group below it is folded.
    pub collapsed: bool,
    /// Style of its cells that have none.
    pub style: Option<u32>,
}

/// How columns differ.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct ColumnAttributes {
    /// Whether they are hidden.
    pub hidden: bool,
    /// Width set by hand, in characters.
    pub width: Option<f64>,
    /// Level of the outline, 0 to 7.
    pub outline: u8,
    /// Whether the group beside them is folded.
    pub collapsed: bool,
    /// Style of cells that have none.
    pub style: Option<u32>,
}

/// A cell's formula.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FormulaEvent<'a> {
    /// The formula without `=`; for a shared one that of its master, as written for the master's cell.
    pub text: &'a str,
    /// How it was entered.
    pub kind: FormulaKind,
    /// The value stored with it; blank if none is.
    pub stored: ValueRef<'a>,
    /// The cell's style number.
    pub style: u32,
}

/// How a formula was entered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FormulaKind {
    /// Into one cell.
    Normal,
    /// Filled from `master`, whose cell the text is written for; the master comes first and is its own master.
    Shared {
        /// Counts the groups of the sheet.
        group: u32,
        /// The cell that the text is written for.
        master: Cell,
    },
    /// As an array over a range.
    Array {
        /// The range; the cell is its upper left.
        range: Rect,
        /// Whether it spills by itself, instead of a range fixed on entry.
        dynamic: bool,
    },
    /// The table of a what-if analysis, which is not computed here; there is no text.
    DataTable {
        /// The range of its results.
        range: Rect,
    },
}
