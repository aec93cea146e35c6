//! What binding asks of a workbook.

use std::sync::Arc;

use crate::formula::Template;
use crate::functions::{Operand, UserFunction};
use crate::reference::{Axis, Cell, Rect, SheetId};

/// A workbook as binding sees it: sheets and their axes, names, tables, other books. No values of its cells.
pub trait Book {
    /// The rows of a sheet; nothing if the sheet is gone.
    fn rows(&self, sheet: SheetId) -> Option<&dyn Axis>;

    /// The columns of a sheet; nothing if the sheet is gone.
    fn columns(&self, sheet: SheetId) -> Option<&dyn Axis>;

    /// The sheet of this name, in any case.
    fn sheet(&self, name: &str) -> Option<SheetId>;

    /// The sheets between two in tab order, both included; none if either is gone.
    fn sheets_between(&self, first: SheetId, last: SheetId) -> Vec<SheetId>;

    /// A defined name, in any case.
    ///
    /// Written with a sheet, `Sheet1!rate`, `scope` is that sheet: its own name is found first, then the workbook's.
    /// Without, the name of the sheet `here` beats that of the workbook.
    fn name(&self, scope: Option<SheetId>, here: SheetId, name: &str) -> Option<DefinedName>;

    /// The table of this name, in any case.
    fn table(&self, name: &str) -> Option<TableShape>;

    /// The table that the cell lies in.
    fn table_at(&self, sheet: SheetId, cell: Cell) -> Option<TableShape>;

    /// The values stored for a rectangle of another workbook: a value for a single cell, an array for more; what is not
    /// stored is blank. Nothing if no values of that sheet are stored.
    ///
    /// References whose place depends on the formula's cell ask `Cells::external` for the same at evaluation.
    fn external(&self, book: &str, sheet: &str, rect: Rect) -> Option<Operand>;

    /// The value that is stored for a name of another workbook.
    fn external_name(&self, _book: &str, _sheet: Option<&str>, _name: &str) -> Option<Operand> {
        None
    }

    /// The function of the user that is registered under a name in capitals.
    fn user_function(&self, _name: &str) -> Option<Arc<UserFunction>> {
        None
    }

    /// Whether a function that Excel does not know may be one of the workbook's macros, or one of the user that is
    /// registered no more, so that its stored results are kept.
    fn may_be_macro(&self, _function: &str) -> bool {
        false
    }
}

/// A defined name.
#[derive(Debug, Clone)]
pub struct DefinedName {
    /// Its formula; relative references count from the cell that uses the name.
    pub template: Arc<Template>,
    /// The sheet that it belongs to; nothing for a name of the workbook.
    pub sheet: Option<SheetId>,
}

/// Where a table lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableShape {
    /// Its name.
    pub name: Arc<str>,
    /// Its sheet.
    pub sheet: SheetId,
    /// The whole table, header and totals included.
    pub area: Rect,
    /// Number of header rows, 0 or 1.
    pub header_rows: u32,
    /// Number of totals rows, 0 or 1.
    pub totals_rows: u32,
    /// The names of its columns from left to right.
    pub columns: Vec<Arc<str>>,
}

impl TableShape {
    /// First and last data row; nothing if there is none.
    pub fn data_rows(&self) -> Option<(u32, u32)> {
        let first = self.area.top + self.header_rows;
        let last = self.area.bottom.checked_sub(self.totals_rows)?;
        (first <= last).then_some((first, last))
    }

    /// The position of a column by its name, in any case.
    pub fn column(&self, name: &str) -> Option<u32> {
        let wanted = name.to_lowercase();
        let index = self
            .columns
            .iter()
            .position(|column| column.to_lowercase() == wanted)?;
        let position = self.area.left + index as u32;
        (position <= self.area.right).then_some(position)
    }
}
