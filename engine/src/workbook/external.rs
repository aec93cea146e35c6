//! What files have stored of what lies outside them: cells of other workbooks, results of macros and add-ins.

use std::sync::Arc;

use hashbrown::{HashMap, HashSet};

use crate::functions::Operand;
use crate::limits;
use crate::reference::{Cell, Rect};
use crate::value::{Array, Value, fold};

/// The stored values of other workbooks, by the text that formulas name them with (in files a number, `[1]`).
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ExternalBooks {
    books: HashMap<String, ExternalBook>,
    /// Functions that Excel does not have and that gave values when the file was saved.
    macros: HashSet<String>,
}

/// A sheet of another workbook.
#[derive(Debug, Clone, PartialEq)]
pub struct KnownSheet<'a> {
    /// The workbook, as formulas name it.
    pub book: &'a str,
    /// The sheet's name, in lower case.
    pub sheet: &'a str,
    /// The stored cells, by row and column.
    pub cells: Vec<(Cell, &'a Value)>,
}

/// One other workbook.
#[derive(Debug, Clone, Default, PartialEq)]
struct ExternalBook {
    sheets: HashMap<String, HashMap<Cell, Value>>,
}

impl ExternalBooks {
    /// Notes that a sheet of another workbook is known, even if none of its cells is.
    pub fn add_sheet(&mut self, book: &str, sheet: &str) {
        self.sheet_mut(book, sheet);
    }

    /// Notes the stored value of a cell.
    pub fn set(&mut self, book: &str, sheet: &str, cell: Cell, value: Value) {
        self.sheet_mut(book, sheet).insert(cell, value);
    }

    /// Whether no other workbook is known.
    pub fn is_empty(&self) -> bool {
        self.books.is_empty()
    }

    /// Notes that a function that Excel does not have gave a value: it is one of a macro or an add-in.
    pub fn add_macro(&mut self, function: &str) {
        self.macros.insert(fold(function).into_owned());
    }

    /// The functions that are known to be of macros or add-ins, in order.
    pub fn macros(&self) -> Vec<&str> {
        let mut macros: Vec<&str> = self.macros.iter().map(String::as_str).collect();
        macros.sort_unstable();
        macros
    }

    /// The sheets that are known, in order.
    pub fn sheets(&self) -> Vec<KnownSheet<'_>> {
        let mut found = Vec::new();
        let mut books: Vec<_> = self.books.iter().collect();
        books.sort_unstable_by_key(|(name, _)| *name);
        for (book, of) in books {
            let mut sheets: Vec<_> = of.sheets.iter().collect();
            sheets.sort_unstable_by_key(|(name, _)| *name);
            for (sheet, cells) in sheets {
                let mut cells: Vec<_> = cells.iter().map(|(cell, value)| (*cell, value)).collect();
                cells.sort_unstable_by_key(|(cell, _)| *cell);
                found.push(KnownSheet { book, sheet, cells });
            }
        }
        found
    }

    /// Whether a function is known to be one of a macro or an add-in.
    pub(super) fn is_macro(&self, function: &str) -> bool {
        self.macros.contains(fold(function).as_ref())
    }

    fn sheet_mut(&mut self, book: &str, sheet: &str) -> &mut HashMap<Cell, Value> {
        let book = self.books.entry(fold(book).into_owned()).or_default();
        book.sheets.entry(fold(sheet).into_owned()).or_default()
    }

    /// The stored values of a rectangle: a value for one cell, an array for more; nothing if any is unknown because
    /// the sheet is.
    pub(super) fn values(&self, book: &str, sheet: &str, rect: Rect) -> Option<Operand> {
        let cells = self
            .books
            .get(fold(book).as_ref())?
            .sheets
            .get(fold(sheet).as_ref())?;
        if rect.size() == 1 {
            return Some(Operand::Value(
                cells.get(&rect.top_left()).cloned().unwrap_or_default(),
            ));
        }
        // Only rows with stored cells count; the others of a whole column are a blank tail.
        let last = cells
            .keys()
            .filter(|cell| rect.contains(**cell))
            .map(|cell| cell.row)
            .max()
            .unwrap_or(rect.top);
        let stored = Rect {
            bottom: last,
            ..rect
        };
        if stored.size() > limits::ARRAY_CELLS {
            return None;
        }
        let mut values = vec![Value::Blank; stored.size() as usize];
        for row in stored.top..=stored.bottom {
            for column in stored.left..=stored.right {
                if let Some(value) = cells.get(&Cell::new(row, column)) {
                    let place = (row - rect.top) * rect.columns() + (column - rect.left);
                    values[place as usize] = value.clone();
                }
            }
        }
        let tail = vec![Value::Blank; rect.columns() as usize];
        let array = Array::with_tail(rect.rows(), tail, values).ok()?;
        Some(Operand::Array(Arc::new(array)))
    }
}
