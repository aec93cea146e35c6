//! The edits of a transaction, as its author writes them.

use std::sync::Arc;

use super::address;
use super::draft::Draft;
use super::operation::Operation;
use super::settings::Calculation;
use crate::error::{Error, ErrorKind, Result};
use crate::formula::Mode;
use crate::recalc::Effort;
use crate::reference::{Cell, Rect, SheetId};
use crate::value::{Value, parse_entry};

/// A transaction under way; see [`Workbook::edit`](super::Workbook::edit).
///
/// Addresses are `Sheet!A1` or, in a workbook of one sheet, `A1`.
pub struct Transaction<'a> {
    /// Boxed, as it is large and passed on.
    draft: Box<Draft<'a>>,
}

impl<'a> Transaction<'a> {
    pub(super) fn new(draft: Box<Draft<'a>>) -> Transaction<'a> {
        Transaction { draft }
    }

    pub(super) fn draft(&mut self) -> &mut Draft<'a> {
        &mut self.draft
    }

    pub(super) fn into_draft(self) -> Box<Draft<'a>> {
        self.draft
    }

    /// Says who or what makes the edits: subscribers are told it with the event of this transaction.
    pub fn set_origin(&mut self, origin: &str) {
        self.draft.origin = Some(origin.into());
    }

    /// Applies an edit that is given as data.
    ///
    /// # Errors
    ///
    /// What makes the edit impossible; the transaction should then be given up.
    pub fn apply(&mut self, operation: Operation) -> Result<()> {
        self.draft.apply(operation)
    }

    /// Writes a value into a cell; a text is that text, even if it looks like a formula.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Address`], [`ErrorKind::SheetNotFound`]; [`ErrorKind::Limit`] for a text that is too long.
    pub fn set(&mut self, address: &str, value: impl Into<Value>) -> Result<()> {
        let (sheet, cell) = self.cell(address)?;
        self.set_at(sheet, cell, value)
    }

    /// Writes a value into the cell at a 0-based position.
    ///
    /// # Errors
    ///
    /// As [`Transaction::set`].
    pub fn set_at(&mut self, sheet: SheetId, cell: Cell, value: impl Into<Value>) -> Result<()> {
        self.apply(Operation::SetValues {
            sheet,
            at: cell,
            columns: 1,
            values: Arc::new([value.into()]),
        })
    }

    /// Writes rows of values, the first at `address`; shorter rows are filled with blanks.
    ///
    /// # Errors
    ///
    /// As [`Transaction::set`].
    pub fn set_rows(&mut self, address: &str, rows: &[Vec<Value>]) -> Result<()> {
        let (sheet, at) = self.cell(address)?;
        let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
        let mut values = Vec::with_capacity(columns * rows.len());
        for row in rows {
            values.extend(row.iter().cloned());
            values.resize(values.len() + columns - row.len(), Value::Blank);
        }
        self.apply(Operation::SetValues {
            sheet,
            at,
            columns: columns as u32,
            values: values.into(),
        })
    }

    /// Writes numbers down a column from `address` on; NaN is blank, an infinity `#NUM!`.
    ///
    /// # Errors
    ///
    /// As [`Transaction::set`]; [`ErrorKind::Limit`] if they reach past the last row.
    pub fn set_column(&mut self, address: &str, values: &[f64]) -> Result<()> {
        let (sheet, at) = self.cell(address)?;
        self.apply(Operation::SetNumbers {
            sheet,
            at,
            values: values.into(),
        })
    }

    /// Writes a formula into a cell; it spills if its result is an array.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Parse`] with the place of the fault; as [`Transaction::set`].
    pub fn set_formula(&mut self, address: &str, formula: &str) -> Result<()> {
        let (sheet, cell) = self.cell(address)?;
        self.fill_at(sheet, Rect::cell(cell), formula)
    }

    /// Fills a rectangle with a formula that is written for its first cell; relative references move along.
    ///
    /// # Errors
    ///
    /// As [`Transaction::set_formula`].
    ///
    /// # Complexity
    ///
    /// One record, whatever the size; the cells are computed once at the end.
    pub fn fill(&mut self, address: &str, formula: &str) -> Result<()> {
        let (sheet, rect) = self.rect(address)?;
        self.fill_at(sheet, rect, formula)
    }

    /// As [`Transaction::fill`], over a 0-based rectangle.
    ///
    /// # Errors
    ///
    /// As [`Transaction::set_formula`].
    pub fn fill_at(&mut self, sheet: SheetId, rect: Rect, formula: &str) -> Result<()> {
        self.apply(Operation::SetFormula {
            sheet,
            rect,
            formula: formula.into(),
            mode: Mode::Dynamic,
        })
    }

    /// Enters an array formula over a fixed rectangle, as with Ctrl+Shift+Enter.
    ///
    /// # Errors
    ///
    /// As [`Transaction::set_formula`]; [`ErrorKind::Argument`] for several cells of which one lies in a table;
    /// [`ErrorKind::Limit`] for more than [`ARRAY_CELLS`](crate::limits::ARRAY_CELLS).
    pub fn set_array_formula(&mut self, address: &str, formula: &str) -> Result<()> {
        let (sheet, rect) = self.rect(address)?;
        self.apply(Operation::SetFormula {
            sheet,
            rect,
            formula: formula.into(),
            mode: Mode::Array,
        })
    }

    /// Writes what a user typed: `5%`, `1/2/2026`, `TRUE`, `=A1`, `'text`; the cell gets the number format that goes
    /// with it.
    ///
    /// # Errors
    ///
    /// As [`Transaction::set_formula`].
    pub fn set_entry(&mut self, address: &str, entry: &str) -> Result<()> {
        let (sheet, cell) = self.cell(address)?;
        self.set_entry_at(sheet, cell, entry)
    }

    /// As [`Transaction::set_entry`], at a 0-based position.
    ///
    /// # Errors
    ///
    /// As [`Transaction::set_formula`].
    pub fn set_entry_at(&mut self, sheet: SheetId, cell: Cell, entry: &str) -> Result<()> {
        if let Some(text) = entry.strip_prefix('\'') {
            return self.set_at(sheet, cell, text);
        }
        if let Some(formula) = typed_formula(entry) {
            return self.fill_at(sheet, Rect::cell(cell), &formula);
        }
        let conventions = self.draft.conventions();
        match parse_entry(entry, &conventions) {
            Some(parsed) => {
                self.set_at(sheet, cell, parsed.value)?;
                match parsed.format {
                    Some(code) => self.apply(Operation::SetNumberFormat {
                        sheet,
                        rect: Rect::cell(cell),
                        code: AsRef::<str>::as_ref(&code).into(),
                    }),
                    None => Ok(()),
                }
            }
            None if entry.is_empty() => self.set_at(sheet, cell, Value::Blank),
            None => self.set_at(sheet, cell, entry),
        }
    }

    /// Empties cells of values and formulas.
    ///
    /// # Errors
    ///
    /// As [`Transaction::set`].
    pub fn clear(&mut self, address: &str) -> Result<()> {
        let (sheet, rect) = self.rect(address)?;
        self.apply(Operation::Clear { sheet, rect })
    }

    /// Gives cells a number format such as `0.00%`.
    ///
    /// # Errors
    ///
    /// As [`Transaction::set`].
    pub fn set_number_format(&mut self, address: &str, code: &str) -> Result<()> {
        let (sheet, rect) = self.rect(address)?;
        self.apply(Operation::SetNumberFormat {
            sheet,
            rect,
            code: code.into(),
        })
    }

    /// Inserts `count` rows before the 0-based row `at`; all references follow.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Limit`] if cells that are not empty would be pushed off the grid; [`ErrorKind::Argument`] if an array
    /// formula over a fixed range would be torn apart.
    pub fn insert_rows(&mut self, sheet: SheetId, at: u32, count: u32) -> Result<()> {
        self.apply(Operation::InsertRows { sheet, at, count })
    }

    /// Inserts `count` columns before the 0-based column `at`; all references follow. A table that they are inserted
    /// into gets columns named `Column1` and so on.
    ///
    /// # Errors
    ///
    /// As [`Transaction::insert_rows`].
    pub fn insert_columns(&mut self, sheet: SheetId, at: u32, count: u32) -> Result<()> {
        self.apply(Operation::InsertColumns { sheet, at, count })
    }

    /// Deletes `count` rows from the 0-based row `at` on, with all that is in them. A range that loses some of its rows
    /// shrinks; a reference whose cells are all gone is `#REF!`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Limit`] if they do not all lie on the grid; [`ErrorKind::Argument`] if an array formula over a fixed
    /// range would lose a part, or a table its header or all its data but not itself.
    pub fn delete_rows(&mut self, sheet: SheetId, at: u32, count: u32) -> Result<()> {
        self.apply(Operation::DeleteRows { sheet, at, count })
    }

    /// Deletes `count` columns from the 0-based column `at` on, with all that is in them. References to them go as with
    /// [`Transaction::delete_rows`]; a table loses the columns, and is gone with the last.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Limit`] if they do not all lie on the grid; [`ErrorKind::Argument`] if an array formula over a fixed
    /// range would lose a part.
    pub fn delete_columns(&mut self, sheet: SheetId, at: u32, count: u32) -> Result<()> {
        self.apply(Operation::DeleteColumns { sheet, at, count })
    }

    /// Adds an empty sheet behind the others.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Name`] if the name is taken or not allowed, [`ErrorKind::Limit`] if there are too many sheets.
    pub fn add_sheet(&mut self, name: &str) -> Result<SheetId> {
        self.apply(Operation::AddSheet {
            name: name.into(),
            position: None,
        })?;
        self.sheet(name)
    }

    /// Gives a sheet another name; formulas follow.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::SheetNotFound`]; [`ErrorKind::Name`] if the new name is taken or not allowed.
    pub fn rename_sheet(&mut self, name: &str, new_name: &str) -> Result<()> {
        let sheet = self.sheet(name)?;
        self.apply(Operation::RenameSheet {
            sheet,
            name: new_name.into(),
        })
    }

    /// Defines a name for the workbook, or for one sheet if `scope` names it.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Name`] if the name is not allowed, [`ErrorKind::Parse`] for its formula.
    pub fn define_name(&mut self, name: &str, scope: Option<&str>, formula: &str) -> Result<()> {
        let scope = scope.map(|sheet| self.sheet(sheet)).transpose()?;
        self.apply(Operation::DefineName {
            name: name.into(),
            scope,
            formula: formula.into(),
        })
    }

    /// Removes a defined name.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Name`] if it is not defined.
    pub fn remove_name(&mut self, name: &str, scope: Option<&str>) -> Result<()> {
        let scope = scope.map(|sheet| self.sheet(sheet)).transpose()?;
        self.apply(Operation::RemoveName {
            name: name.into(),
            scope,
        })
    }

    /// Lets formulas be computed after each edit, or when asked to.
    ///
    /// # Errors
    ///
    /// None today.
    pub fn set_calculation(&mut self, calculation: Calculation) -> Result<()> {
        self.apply(Operation::SetCalculation(calculation))
    }

    /// Lets serial numbers count from 1904-01-01, or from 1900.
    ///
    /// # Errors
    ///
    /// None today.
    pub fn set_date1904(&mut self, date1904: bool) -> Result<()> {
        self.apply(Operation::SetDate1904(date1904))
    }

    /// The value of a cell as the transaction has made it; what is dirty is computed first.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Address`], [`ErrorKind::SheetNotFound`].
    pub fn value(&mut self, address: &str) -> Result<Value> {
        let (sheet, cell) = self.cell(address)?;
        if !self.draft.seeds.is_empty() {
            self.draft.recalculate(&mut Effort::default())?;
        }
        Ok(self.draft.grids.value(sheet, cell))
    }

    /// The sheet of this name.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::SheetNotFound`].
    pub fn sheet(&self, name: &str) -> Result<SheetId> {
        self.draft.sheets.named(name)
    }

    pub(super) fn rect(&self, text: &str) -> Result<(SheetId, Rect)> {
        address::resolve(text, &self.draft.sheets, &self.draft.grids)
    }

    fn cell(&self, text: &str) -> Result<(SheetId, Cell)> {
        let (sheet, rect) = self.rect(text)?;
        if rect.size() > 1 {
            return Err(Error::new(
                ErrorKind::Address,
                format!("`{text}` is more than one cell"),
            ));
        }
        Ok((sheet, rect.top_left()))
    }
}

/// The formula that a typed text is, if it is one: `=…`, `@…`, and a sum that begins with a sign, `+A1`.
fn typed_formula(entry: &str) -> Option<String> {
    let first = entry.chars().next()?;
    let looks_like_number =
        |rest: &str| rest.starts_with(|c: char| c.is_ascii_digit() || c == '.' || c == '$');
    match first {
        '=' if entry.len() > 1 => Some(entry.to_owned()),
        '@' => Some(format!("={entry}")),
        '+' | '-' if entry.len() > 1 && !looks_like_number(&entry[1..]) => {
            Some(format!("={entry}"))
        }
        _ => None,
    }
}
