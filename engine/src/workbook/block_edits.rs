//! The edits of whole blocks of cells, as a transaction's author writes them.

use super::operation::{Operation, SortKey};
use super::transaction::Transaction;
use crate::error::{Error, ErrorKind, Result};

impl Transaction<'_> {
    /// Copies cells with their formulas and formats; relative references move along, and those without a sheet's name
    /// are on the new sheet.
    ///
    /// If the size of `to` is a multiple of that of `from`, it is filled with copies, or else it gets one at its upper
    /// left. The two may overlap. Of an array result that spills, cells without its formula are copied as values.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Address`], [`ErrorKind::SheetNotFound`]; [`ErrorKind::Limit`] if the copy would reach past the
    /// grid; [`ErrorKind::Argument`] if only a part of an array formula or of merged cells would be overwritten.
    ///
    /// # Complexity
    ///
    /// A record for each formula that is filled over cells, whatever their number; values go chunk by chunk.
    ///
    /// # Examples
    ///
    /// ```
    /// # let book = tabulith::Workbook::new();
    /// # book.add_sheet("Ledger")?;
    /// book.edit(|tx| {
    ///     tx.set_column("Ledger!A1", &[1.0, 2.0, 3.0])?;
    ///     tx.set_formula("Ledger!B1", "=A1*10")?;
    ///     tx.copy_range("Ledger!B1", "Ledger!B2:B3")
    /// })?;
    /// assert_eq!(book.value("Ledger!B3")?, 30.0.into());
    /// # Ok::<(), tabulith::Error>(())
    /// ```
    pub fn copy_range(&mut self, from: &str, to: &str) -> Result<()> {
        let (sheet, rect) = self.rect(from)?;
        let (to_sheet, to) = self.rect(to)?;
        self.apply(Operation::CopyCells {
            sheet,
            rect,
            to_sheet,
            to,
        })
    }

    /// Moves cells to another place, as cut and paste does.
    ///
    /// References to them follow, from anywhere: single cells, ranges that are moved whole, a whole edge of a range
    /// that is moved along it, names, tables that are moved whole. References to cells that are overwritten become
    /// `#REF!`. The formulas that are moved keep what they refer to. `to` is one cell, the new upper left one, or a
    /// range of the same size.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Address`], [`ErrorKind::SheetNotFound`]; [`ErrorKind::Limit`] if cells would come to lie beyond
    /// the grid; [`ErrorKind::Argument`] if the sizes differ, if only a part of an array formula or of merged cells
    /// would be moved or overwritten, or if a table would come to lie over another.
    ///
    /// # Complexity
    ///
    /// O(formulas of the workbook, each filled range counted as one); values go chunk by chunk.
    ///
    /// # Examples
    ///
    /// ```
    /// # let book = tabulith::Workbook::new();
    /// # book.add_sheet("Ledger")?;
    /// book.edit(|tx| {
    ///     tx.set("Ledger!A1", 2.0)?;
    ///     tx.set_formula("Ledger!B1", "=A1*10")?;
    ///     tx.move_range("Ledger!A1", "Ledger!D7")
    /// })?;
    /// assert_eq!(book.snapshot().formula("Ledger!B1")?.as_deref(), Some("=D7*10"));
    /// # Ok::<(), tabulith::Error>(())
    /// ```
    pub fn move_range(&mut self, from: &str, to: &str) -> Result<()> {
        let (sheet, rect) = self.rect(from)?;
        let (to_sheet, place) = self.rect(to)?;
        let same = (place.rows(), place.columns()) == (rect.rows(), rect.columns());
        if place.size() > 1 && !same {
            let message = format!("`{to}` is not as large as `{from}`");
            return Err(Error::new(ErrorKind::Argument, message));
        }
        self.apply(Operation::MoveCells {
            sheet,
            rect,
            to_sheet,
            to: place.top_left(),
        })
    }

    /// Copies the first row of a range into its other rows; into a single row, the one above it.
    ///
    /// # Errors
    ///
    /// As [`Transaction::copy_range`].
    pub fn fill_down(&mut self, range: &str) -> Result<()> {
        let (sheet, rect) = self.rect(range)?;
        self.apply(Operation::FillDown { sheet, rect })
    }

    /// Copies the first column of a range into its other columns; into a single column, the one left of it.
    ///
    /// # Errors
    ///
    /// As [`Transaction::copy_range`].
    pub fn fill_right(&mut self, range: &str) -> Result<()> {
        let (sheet, rect) = self.rect(range)?;
        self.apply(Operation::FillRight { sheet, rect })
    }

    /// Sorts the rows of a range, without a header, by one or several of its columns.
    ///
    /// Numbers come first, then texts in the order of the alphabet whatever their case, FALSE, TRUE and errors; blank
    /// cells are last in either direction. Rows that the keys do not tell apart keep their order, hidden rows stay
    /// where they are. A sorted row is a copy: its formulas keep their relative references, and nothing outside
    /// follows.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Address`], [`ErrorKind::SheetNotFound`]; [`ErrorKind::Argument`] if there is no key, if one lies
    /// outside the range, or if merged cells or an array formula lie in it.
    ///
    /// # Complexity
    ///
    /// O(rows log rows), then one pass over the cells, column by column.
    ///
    /// # Examples
    ///
    /// ```
    /// use tabulith::workbook::SortKey;
    ///
    /// # let book = tabulith::Workbook::new();
    /// # book.add_sheet("Ledger")?;
    /// book.edit(|tx| {
    ///     tx.set_column("Ledger!A1", &[3.0, 1.0, 2.0])?;
    ///     let key = SortKey { column: 0, descending: true };
    ///     tx.sort("Ledger!A1:A3", &[key])
    /// })?;
    /// assert_eq!(book.value("Ledger!A2")?, 2.0.into());
    /// # Ok::<(), tabulith::Error>(())
    /// ```
    pub fn sort(&mut self, range: &str, keys: &[SortKey]) -> Result<()> {
        let (sheet, rect) = self.rect(range)?;
        self.apply(Operation::SortRows {
            sheet,
            rect,
            keys: keys.into(),
        })
    }
}
