//! A workbook as the writer of new books asks for it: the counterpart of [`BookSink`](super::BookSink).

use std::sync::Arc;

use super::book_sink::{
    AutoFilter, BookSettings, ColumnAttributes, DefinedName, ExternalBook, FormulaEvent,
    RowAttributes, SheetDefaults, SheetEntry, Table,
};
use crate::error::Result;
use crate::reference::{Cell, Rect};
use crate::value::ValueRef;
use crate::workbook::FilterCondition;

/// Gives a workbook to [`write_book`](super::write_book). Sheets go by their place in the tab order.
pub trait BookSource {
    /// The settings of the whole book.
    fn settings(&self) -> BookSettings;

    /// The sheets in tab order.
    fn sheets(&self) -> Vec<SheetEntry>;

    /// Pushes the cells of a sheet in row-major order, each once.
    ///
    /// # Errors
    ///
    /// What `out` returns.
    fn cells(&self, sheet: usize, out: &mut dyn CellOutput) -> Result<()>;

    /// The number format code of each style number that cells use.
    fn formats(&self) -> Vec<Arc<str>> {
        Vec::new()
    }

    /// The defined names.
    fn names(&self) -> Vec<DefinedName> {
        Vec::new()
    }

    /// The tables of a sheet.
    fn tables(&self, sheet: usize) -> Vec<Table> {
        let _ = sheet;
        Vec::new()
    }

    /// The linked books, in the order of their numbers, none left out.
    fn external_books(&self) -> Vec<ExternalBook> {
        Vec::new()
    }

    /// What rows and columns of a sheet are unless they say otherwise.
    fn defaults(&self, sheet: usize) -> SheetDefaults {
        let _ = sheet;
        SheetDefaults::default()
    }

    /// The columns of a sheet that differ: first, last, how; ascending.
    fn columns(&self, sheet: usize) -> Vec<(u32, u32, ColumnAttributes)> {
        let _ = sheet;
        Vec::new()
    }

    /// The rows of a sheet that differ, ascending.
    fn rows<'a>(&'a self, sheet: usize) -> Box<dyn Iterator<Item = (u32, RowAttributes)> + 'a> {
        let _ = sheet;
        Box::new(std::iter::empty())
    }

    /// The merged ranges of a sheet.
    fn merges(&self, sheet: usize) -> Vec<Rect> {
        let _ = sheet;
        Vec::new()
    }

    /// The filter of a sheet.
    fn filter(&self, sheet: usize) -> Option<AutoFilter> {
        let _ = sheet;
        None
    }

    /// What the filter of a sheet asks for.
    fn filter_conditions(&self, sheet: usize) -> Vec<FilterCondition> {
        let _ = sheet;
        Vec::new()
    }
}

/// Takes the cells of a sheet.
pub trait CellOutput {
    /// A cell without a formula.
    ///
    /// # Errors
    ///
    /// `Limit` if the cell is not on the grid of .xlsx files, `Argument` if it is out of order, `Io`.
    fn cell(&mut self, cell: Cell, value: ValueRef<'_>, style: u32) -> Result<()>;

    /// A cell with a formula. The text of a shared one is that of its master, as in reading.
    ///
    /// # Errors
    ///
    /// As [`CellOutput::cell`]; `Limit` if the formula is longer than files hold.
    fn formula(&mut self, cell: Cell, formula: &FormulaEvent<'_>) -> Result<()>;
}
