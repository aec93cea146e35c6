//! Columns of values on their way into a workbook under construction: gathered packed, written a block at a time.

use super::load::Loader;
use crate::error::{Error, ErrorKind, Result};
use crate::limits;
use crate::reference::{Cell, SheetId};
use crate::storage::{FormatId, PackedCell};
use crate::value::{CellError, ValueRef};

/// Values of consecutive rows of one column; a number costs 8 bytes and no allocation.
///
/// # Examples
///
/// ```
/// use tabulith::reference::Cell;
/// use tabulith::value::Value;
/// use tabulith::workbook::{ColumnBuffer, Loader, Visibility};
///
/// let mut column = ColumnBuffer::default();
/// column.push_number(1.5);
/// column.pad(3);
/// column.push_text("a longer text");
///
/// let mut loader = Loader::new();
/// let sheet = loader.add_sheet("Data", Visibility::Visible)?;
/// loader.column(sheet, Cell::new(0, 0), &column)?;
/// let book = loader.finish(Default::default())?;
/// assert_eq!(book.value("Data!A1")?, Value::Number(1.5));
/// assert_eq!(book.value("Data!A4")?, Value::from("a longer text"));
/// # Ok::<(), tabulith::Error>(())
/// ```
#[derive(Debug, Default)]
pub struct ColumnBuffer {
    cells: Vec<f64>,
    /// The longer texts one behind the other, and where each ends.
    texts: String,
    ends: Vec<usize>,
    /// The row of each longer text.
    rows: Vec<usize>,
    filled: bool,
}

impl ColumnBuffer {
    /// Number of rows.
    pub fn len(&self) -> usize {
        self.cells.len()
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }

    /// Adds blank rows until there are `rows`.
    pub fn pad(&mut self, rows: usize) {
        if self.cells.len() < rows {
            self.cells.resize(rows, PackedCell::BLANK.to_lane());
        }
    }

    /// Adds a row with a number; what is not finite is `#NUM!`.
    #[inline]
    pub fn push_number(&mut self, x: f64) {
        self.push(PackedCell::number(x));
    }

    /// Adds a row with TRUE or FALSE.
    pub fn push_boolean(&mut self, x: bool) {
        self.push(PackedCell::boolean(x));
    }

    /// Adds a row with an error.
    pub fn push_error(&mut self, error: CellError) {
        self.push(PackedCell::error(error));
    }

    /// Adds a row with a text.
    pub fn push_text(&mut self, text: &str) {
        match PackedCell::short(text) {
            Some(short) => self.push(short),
            None => {
                self.rows.push(self.cells.len());
                self.texts.push_str(text);
                self.ends.push(self.texts.len());
                self.push(PackedCell::BLANK);
            }
        }
    }

    fn push(&mut self, cell: PackedCell) {
        self.filled = true;
        self.cells.push(cell.to_lane());
    }

    /// Forgets all rows and keeps the room for others.
    pub fn clear(&mut self) {
        self.cells.clear();
        self.texts.clear();
        self.ends.clear();
        self.rows.clear();
        self.filled = false;
    }

    /// The longer text number `number`.
    fn text(&self, number: usize) -> &str {
        let start = number.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.texts[start..self.ends[number]]
    }
}

impl Loader {
    /// Writes a column downwards from a cell where nothing was written yet.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::SheetNotFound`]; [`ErrorKind::Limit`] if it goes beyond the grid.
    pub fn column(&mut self, sheet: SheetId, first: Cell, column: &ColumnBuffer) -> Result<()> {
        if !column.filled {
            return Ok(());
        }
        // The last cell is checked as one that is written alone.
        let last = u64::from(first.row) + column.len() as u64 - 1;
        let last = u32::try_from(last).unwrap_or(u32::MAX);
        self.value(sheet, Cell::new(last, first.column), ValueRef::Blank)?;
        let Some((open, grid)) = self.grids.writer(sheet) else {
            let message = format!("there is no sheet number {}", sheet.0);
            return Err(Error::new(ErrorKind::SheetNotFound, message));
        };
        open.set_lanes(grid, first, &column.cells);
        for (number, row) in column.rows.iter().enumerate() {
            let cell = Cell::new(first.row + *row as u32, first.column);
            open.set(grid, cell, ValueRef::Text(column.text(number)));
        }
        Ok(())
    }

    /// Gives a cell a number format.
    pub fn number_format(&mut self, sheet: SheetId, cell: Cell, code: &str) {
        if cell.row < limits::ROWS && cell.column < limits::COLUMNS {
            let style = self.revision.styles.number(0, code);
            self.push_style(sheet, cell, style);
        }
    }

    pub(super) fn push_style(&mut self, sheet: SheetId, cell: Cell, style: FormatId) {
        let styles = &mut self.revision.styles;
        self.runs
            .push(styles, &mut self.grids, (sheet, cell), style);
    }
}
