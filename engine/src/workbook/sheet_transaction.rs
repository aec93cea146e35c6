//! The edits of a transaction that change sheets as a whole: tabs, rows and columns that are shown, widths, merged cells,
//! filters, tables.

use std::sync::Arc;

use super::operation::{Filter, FilterCondition, Operation};
use super::{Transaction, Visibility};
use crate::error::Result;
use crate::reference::SheetId;

impl Transaction<'_> {
    /// Copies a sheet with all that is on it, behind the others, and tells which sheet the copy is.
    ///
    /// References without a sheet's name point to the copy. Tables get new names; names of the workbook that refer to
    /// the sheet and are used on it become names of the copy.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::SheetNotFound`](crate::ErrorKind::SheetNotFound); [`ErrorKind::Name`](crate::ErrorKind::Name) if the
    /// copy's name is taken or not allowed; [`ErrorKind::Limit`](crate::ErrorKind::Limit) if there are too many sheets.
    ///
    /// # Complexity
    ///
    /// O(formula regions + chunks of 4,096 cells): values are shared, not copied.
    pub fn copy_sheet(&mut self, name: &str, new_name: &str) -> Result<SheetId> {
        let sheet = self.sheet(name)?;
        self.apply(Operation::CopySheet {
            sheet,
            name: new_name.into(),
            position: None,
        })?;
        self.sheet(new_name)
    }

    /// Moves a sheet's tab to a place, counted from 0; beyond the last place is the last. 3D references take in other
    /// sheets then.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::SheetNotFound`](crate::ErrorKind::SheetNotFound).
    pub fn move_sheet(&mut self, name: &str, position: usize) -> Result<()> {
        let sheet = self.sheet(name)?;
        self.apply(Operation::MoveSheet { sheet, position })
    }

    /// Removes a sheet with its names and tables. References to it become `#REF!` and stay so, even if there is a sheet
    /// of this name again.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::SheetNotFound`](crate::ErrorKind::SheetNotFound);
    /// [`ErrorKind::Argument`](crate::ErrorKind::Argument) for the last visible sheet.
    pub fn remove_sheet(&mut self, name: &str) -> Result<()> {
        let sheet = self.sheet(name)?;
        self.apply(Operation::RemoveSheet { sheet })
    }

    /// Shows a sheet's tab, or hides it.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::SheetNotFound`](crate::ErrorKind::SheetNotFound);
    /// [`ErrorKind::Argument`](crate::ErrorKind::Argument) if no tab would be shown.
    pub fn set_visibility(&mut self, name: &str, visibility: Visibility) -> Result<()> {
        let sheet = self.sheet(name)?;
        self.apply(Operation::SetVisibility { sheet, visibility })
    }

    /// Hides `count` rows from the 0-based row `at` on. SUBTOTAL and AGGREGATE are computed again where they pass over
    /// them.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::SheetNotFound`](crate::ErrorKind::SheetNotFound); [`ErrorKind::Limit`](crate::ErrorKind::Limit) off
    /// the grid.
    pub fn hide_rows(&mut self, sheet: SheetId, at: u32, count: u32) -> Result<()> {
        let hidden = true;
        self.apply(Operation::HideRows {
            sheet,
            at,
            count,
            hidden,
        })
    }

    /// Shows rows again, whatever hid them.
    ///
    /// # Errors
    ///
    /// As [`Transaction::hide_rows`].
    pub fn show_rows(&mut self, sheet: SheetId, at: u32, count: u32) -> Result<()> {
        let hidden = false;
        self.apply(Operation::HideRows {
            sheet,
            at,
            count,
            hidden,
        })
    }

    /// Hides `count` columns from the 0-based column `at` on; no value changes.
    ///
    /// # Errors
    ///
    /// As [`Transaction::hide_rows`].
    pub fn hide_columns(&mut self, sheet: SheetId, at: u32, count: u32) -> Result<()> {
        let hidden = true;
        self.apply(Operation::HideColumns {
            sheet,
            at,
            count,
            hidden,
        })
    }

    /// Shows columns again.
    ///
    /// # Errors
    ///
    /// As [`Transaction::hide_rows`].
    pub fn show_columns(&mut self, sheet: SheetId, at: u32, count: u32) -> Result<()> {
        let hidden = false;
        self.apply(Operation::HideColumns {
            sheet,
            at,
            count,
            hidden,
        })
    }

    /// Gives `count` columns from the 0-based column `at` on a width in characters of the default font, with the margin
    /// of a cell as .xlsx files have it; nothing brings the sheet's default back. No value changes, and hidden columns
    /// stay hidden.
    ///
    /// # Errors
    ///
    /// As [`Transaction::hide_rows`]; [`ErrorKind::Argument`](crate::ErrorKind::Argument) for a width that is not more
    /// than 0, or more than 255 characters and the margin. A column of width 0 would be a hidden one.
    ///
    /// # Examples
    ///
    /// ```
    /// use tabulith::Workbook;
    ///
    /// let book = Workbook::new();
    /// let sheet = book.add_sheet("S")?;
    /// book.edit(|tx| {
    ///     tx.set_column_width(sheet, 1, 2, Some(20.0))?;
    ///     tx.insert_columns(sheet, 0, 1)
    /// })?;
    /// let snapshot = book.snapshot();
    /// assert_eq!(snapshot.column_width(sheet, 2), Some(20.0));
    /// assert_eq!(snapshot.column_width(sheet, 1), None);
    /// # Ok::<(), tabulith::Error>(())
    /// ```
    pub fn set_column_width(
        &mut self,
        sheet: SheetId,
        at: u32,
        count: u32,
        width: Option<f64>,
    ) -> Result<()> {
        self.apply(Operation::SetColumnWidth {
            sheet,
            at,
            count,
            width,
        })
    }

    /// Filters the rows of a range, whose first row is its header, in place of the filter that the sheet had: rows that
    /// do not meet all conditions are hidden.
    ///
    /// Values that change later hide and show nothing; the same filter set again does. While it has conditions,
    /// SUBTOTAL passes over rows hidden by hand too.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Address`](crate::ErrorKind::Address),
    /// [`ErrorKind::SheetNotFound`](crate::ErrorKind::SheetNotFound);
    /// [`ErrorKind::Argument`](crate::ErrorKind::Argument) for a condition off the range, or one with more than two
    /// criteria that are not plain values.
    ///
    /// # Examples
    ///
    /// ```
    /// use tabulith::Workbook;
    /// use tabulith::workbook::FilterCondition;
    ///
    /// let book = Workbook::new();
    /// let sheet = book.add_sheet("S")?;
    /// book.edit(|tx| {
    ///     tx.set_rows("A1", &[vec!["Sold".into()], vec![5.0.into()], vec![20.0.into()]])?;
    ///     tx.set_formula("C1", "=SUBTOTAL(9,A2:A3)")?;
    ///     let at_least_ten = FilterCondition { column: 0, any_of: vec![">=10".into()] };
    ///     tx.filter("A1:A3", [at_least_ten])
    /// })?;
    /// assert_eq!(book.snapshot().hidden_rows(sheet), [1]);
    /// assert_eq!(book.value("C1")?, 20.0.into());
    /// # Ok::<(), tabulith::Error>(())
    /// ```
    pub fn filter(
        &mut self,
        address: &str,
        conditions: impl IntoIterator<Item = FilterCondition>,
    ) -> Result<()> {
        let (sheet, rect) = self.rect(address)?;
        let conditions = conditions.into_iter().collect();
        self.apply(Operation::SetFilter {
            sheet,
            filter: Some(Arc::new(Filter { rect, conditions })),
        })
    }

    /// Takes a sheet's filter away and shows its rows.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::SheetNotFound`](crate::ErrorKind::SheetNotFound).
    pub fn clear_filter(&mut self, sheet: &str) -> Result<()> {
        let sheet = self.sheet(sheet)?;
        let filter = None;
        self.apply(Operation::SetFilter { sheet, filter })
    }

    /// Merges the cells of a range; all but the upper left one are emptied. No array spills over merged cells.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Address`](crate::ErrorKind::Address),
    /// [`ErrorKind::SheetNotFound`](crate::ErrorKind::SheetNotFound);
    /// [`ErrorKind::Argument`](crate::ErrorKind::Argument) over merged cells, tables and array formulas.
    pub fn merge(&mut self, address: &str) -> Result<()> {
        let (sheet, rect) = self.rect(address)?;
        self.apply(Operation::MergeCells { sheet, rect })
    }

    /// Takes apart all merged cells that touch a range.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Address`](crate::ErrorKind::Address),
    /// [`ErrorKind::SheetNotFound`](crate::ErrorKind::SheetNotFound).
    pub fn unmerge(&mut self, address: &str) -> Result<()> {
        let (sheet, rect) = self.rect(address)?;
        self.apply(Operation::UnmergeCells { sheet, rect })
    }

    /// Makes a table of a range, whose first row are its headers. A blank header becomes `Column1`, one that is there
    /// twice gets a number, and what is not a text becomes one.
    ///
    /// Values written right below it later do not become part of it; see [`Transaction::resize_table`].
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Name`](crate::ErrorKind::Name) for the name,
    /// [`ErrorKind::Argument`](crate::ErrorKind::Argument) over other tables, merged cells and array formulas;
    /// [`ErrorKind::Address`](crate::ErrorKind::Address),
    /// [`ErrorKind::SheetNotFound`](crate::ErrorKind::SheetNotFound).
    ///
    /// # Examples
    ///
    /// ```
    /// use tabulith::Workbook;
    ///
    /// let book = Workbook::new();
    /// book.add_sheet("S")?;
    /// book.edit(|tx| {
    ///     tx.set_rows("A1", &[vec!["Sold".into()], vec![5.0.into()], vec![20.0.into()]])?;
    ///     tx.add_table("Sales", "A1:A3")?;
    ///     tx.set_formula("C1", "=SUM(Sales[Sold])")
    /// })?;
    /// assert_eq!(book.value("C1")?, 25.0.into());
    /// # Ok::<(), tabulith::Error>(())
    /// ```
    pub fn add_table(&mut self, name: &str, address: &str) -> Result<()> {
        let (sheet, rect) = self.rect(address)?;
        self.apply(Operation::AddTable {
            name: name.into(),
            sheet,
            rect,
        })
    }

    /// Makes a table a range again; its cells stay, and formulas get addresses in the place of its name.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Name`](crate::ErrorKind::Name) if there is no such table.
    pub fn remove_table(&mut self, name: &str) -> Result<()> {
        self.apply(Operation::RemoveTable { name: name.into() })
    }

    /// Gives a table another name; formulas follow.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Name`](crate::ErrorKind::Name) if there is no such table, or the new name is taken or not allowed.
    pub fn rename_table(&mut self, name: &str, new_name: &str) -> Result<()> {
        self.apply(Operation::RenameTable {
            name: name.into(),
            new_name: new_name.into(),
        })
    }

    /// Gives a table another range, which keeps its first row. Columns that it loses are `#REF!` in formulas.
    ///
    /// # Errors
    ///
    /// As [`Transaction::add_table`]; [`ErrorKind::Argument`](crate::ErrorKind::Argument) for another first row, another
    /// sheet, or a row of totals that would move.
    pub fn resize_table(&mut self, name: &str, address: &str) -> Result<()> {
        let (sheet, rect) = self.rect(address)?;
        let table = self.draft().table(name)?.0;
        if table.sheet != sheet {
            let message = format!("`{address}` is not on the sheet of the table `{name}`");
            return Err(crate::error::Error::new(
                crate::error::ErrorKind::Argument,
                message,
            ));
        }
        self.apply(Operation::ResizeTable {
            name: name.into(),
            rect,
        })
    }
}
