//! The edits of a sheet: rows and columns, copies, order, filters, merged cells.

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyString, PyTuple};
use tabulith::reference::a1::{self, GridLimits};
use tabulith::reference::{Area, Rect};
use tabulith::value::Value;
use tabulith::workbook::{Filter, FilterCondition, Operation, SortKey};
use tabulith::{Error, ErrorKind, Result, Transaction};

use crate::cell;
use crate::errors::OrRaise;
use crate::sheet::Sheet;
use crate::table::Table;
use crate::values;
use crate::whole::Whole;

pub(crate) fn argument(message: String) -> Error {
    Error::new(ErrorKind::Argument, message)
}

/// A column by its letters or its number from 1, as one that counts from 0.
fn column(given: &Bound<'_, PyAny>) -> PyResult<u32> {
    let py = given.py();
    if let Ok(letters) = given.extract::<String>() {
        let column = a1::column_number(&letters.to_uppercase())
            .ok_or_else(|| argument(format!("`{letters}` is no column")));
        return column.or_raise(py);
    }
    given.extract::<Whole<u32>>()?.zero_based(py, "columns")
}

/// The first line and the number of lines of `"3:9"`, `"B:D"`, or of a single line.
pub(crate) fn lines(given: &Bound<'_, PyAny>, count: u32, rows: bool) -> PyResult<(u32, u32)> {
    let py = given.py();
    let Ok(text) = given.extract::<String>() else {
        let first = match rows {
            true => given.extract::<Whole<u32>>()?.zero_based(py, "rows")?,
            false => column(given)?,
        };
        return Ok((first, count));
    };
    let whole = match text.contains(':') {
        true => text.clone(),
        false => format!("{text}:{text}"),
    };
    let parsed = a1::parse_rect(&whole, GridLimits::default());
    let all = GridLimits::default();
    let lines = parsed.and_then(|rect| {
        let (is_rows, is_columns) = (
            rect.columns() == all.columns && !text.contains(char::is_alphabetic),
            rect.rows() == all.rows && text.contains(char::is_alphabetic),
        );
        match (rows, is_rows, is_columns) {
            (true, true, _) => Ok((rect.top, rect.rows())),
            (false, _, true) => Ok((rect.left, rect.columns())),
            (true, ..) => Err(argument(format!(
                "`{text}` is no range of rows such as `3:9`"
            ))),
            (false, ..) => Err(argument(format!(
                "`{text}` is no range of columns such as `B:D`"
            ))),
        }
    });
    lines.or_raise(py)
}

/// The elements of a list or a tuple, or the one object that it is.
fn one_or_many<'py>(object: &Bound<'py, PyAny>) -> Vec<Bound<'py, PyAny>> {
    if let Ok(list) = object.cast::<PyList>() {
        list.iter().collect()
    } else if let Ok(tuple) = object.cast::<PyTuple>() {
        tuple.iter().collect()
    } else {
        vec![object.clone()]
    }
}

impl Sheet {
    pub(crate) fn edit<R: Send>(
        &self,
        py: Python<'_>,
        edit: impl FnOnce(&mut Transaction<'_>) -> Result<R> + Send,
    ) -> PyResult<R> {
        self.source.edit(py, edit)
    }

    fn apply(&self, py: Python<'_>, operation: Operation) -> PyResult<()> {
        self.edit(py, |tx| tx.apply(operation))
    }

    /// The column that is meant within a rectangle: by letters, by number, or by the text in the rectangle's first row.
    fn column_of(&self, given: &Bound<'_, PyAny>, rect: &Rect, header: bool) -> PyResult<u32> {
        let py = given.py();
        if header && let Ok(name) = given.cast::<PyString>() {
            let name = name.to_str()?;
            let snapshot = self.source.read(py)?;
            let found = (rect.left..=rect.right).find(|column| {
                let cell = tabulith::reference::Cell::new(rect.top, *column);
                matches!(snapshot.value_at(self.id, cell), Value::Text(text) if &*text == name)
            });
            if let Some(column) = found {
                return Ok(column);
            }
        }
        let column = column(given)?;
        if (rect.left..=rect.right).contains(&column) {
            return Ok(column);
        }
        let message = format!(
            "column {} is not in {}",
            a1::column_letters(column),
            a1::print_rect(*rect)
        );
        Err(argument(message)).or_raise(py)
    }
}

#[pymethods]
impl Sheet {
    fn clear(&self, py: Python<'_>, address: &str) -> PyResult<()> {
        cell::clear(py, &self.source, self.area(py, address)?)
    }

    #[pyo3(signature = (at, count = Whole(1)))]
    fn insert_rows(&self, py: Python<'_>, at: Whole<u32>, count: Whole<u32>) -> PyResult<()> {
        let at = at.zero_based(py, "rows")?;
        self.edit(py, |tx| tx.insert_rows(self.id, at, count.0))
    }

    #[pyo3(signature = (at, count = Whole(1)))]
    fn delete_rows(&self, py: Python<'_>, at: Whole<u32>, count: Whole<u32>) -> PyResult<()> {
        let at = at.zero_based(py, "rows")?;
        self.edit(py, |tx| tx.delete_rows(self.id, at, count.0))
    }

    #[pyo3(signature = (at, count = Whole(1)))]
    fn insert_columns(
        &self,
        py: Python<'_>,
        at: &Bound<'_, PyAny>,
        count: Whole<u32>,
    ) -> PyResult<()> {
        let at = column(at)?;
        self.edit(py, |tx| tx.insert_columns(self.id, at, count.0))
    }

    #[pyo3(signature = (at, count = Whole(1)))]
    fn delete_columns(
        &self,
        py: Python<'_>,
        at: &Bound<'_, PyAny>,
        count: Whole<u32>,
    ) -> PyResult<()> {
        let at = column(at)?;
        self.edit(py, |tx| tx.delete_columns(self.id, at, count.0))
    }

    #[pyo3(signature = (rows, count = Whole(1)))]
    fn hide_rows(
        &self,
        py: Python<'_>,
        rows: &Bound<'_, PyAny>,
        count: Whole<u32>,
    ) -> PyResult<()> {
        let (at, count) = lines(rows, count.0, true)?;
        self.edit(py, |tx| tx.hide_rows(self.id, at, count))
    }

    #[pyo3(signature = (rows, count = Whole(1)))]
    fn show_rows(
        &self,
        py: Python<'_>,
        rows: &Bound<'_, PyAny>,
        count: Whole<u32>,
    ) -> PyResult<()> {
        let (at, count) = lines(rows, count.0, true)?;
        self.edit(py, |tx| tx.show_rows(self.id, at, count))
    }

    #[pyo3(signature = (columns, count = Whole(1)))]
    fn hide_columns(
        &self,
        py: Python<'_>,
        columns: &Bound<'_, PyAny>,
        count: Whole<u32>,
    ) -> PyResult<()> {
        let (at, count) = lines(columns, count.0, false)?;
        self.edit(py, |tx| tx.hide_columns(self.id, at, count))
    }

    #[pyo3(signature = (columns, count = Whole(1)))]
    fn show_columns(
        &self,
        py: Python<'_>,
        columns: &Bound<'_, PyAny>,
        count: Whole<u32>,
    ) -> PyResult<()> {
        let (at, count) = lines(columns, count.0, false)?;
        self.edit(py, |tx| tx.show_columns(self.id, at, count))
    }

    /// Copies cells with formulas and formats; `to` may be on another sheet.
    fn copy_range(&self, py: Python<'_>, address: &str, to: &str) -> PyResult<()> {
        let from = self.area(py, address)?;
        let to = self.area_anywhere(py, to)?;
        let copy = Operation::CopyCells {
            sheet: from.sheet,
            rect: from.rect,
            to_sheet: to.sheet,
            to: to.rect,
        };
        self.apply(py, copy)
    }

    /// Moves cells as cut and paste does: references to them follow.
    fn move_range(&self, py: Python<'_>, address: &str, to: &str) -> PyResult<()> {
        let from = self.area(py, address)?;
        let to = self.area_anywhere(py, to)?;
        let layout = self.source.layout(py)?;
        let (from, to) = (layout.address(&from), layout.address(&to));
        self.source.edit(py, |tx| tx.move_range(&from, &to))
    }

    fn fill_down(&self, py: Python<'_>, address: &str) -> PyResult<()> {
        let Area { sheet, rect } = self.area(py, address)?;
        self.apply(py, Operation::FillDown { sheet, rect })
    }

    fn fill_right(&self, py: Python<'_>, address: &str) -> PyResult<()> {
        let Area { sheet, rect } = self.area(py, address)?;
        self.apply(py, Operation::FillRight { sheet, rect })
    }

    /// Sorts the rows of a range by one column or several.
    #[pyo3(signature = (address, by, *, descending = None, header = false))]
    fn sort(
        &self,
        py: Python<'_>,
        address: &str,
        by: &Bound<'_, PyAny>,
        descending: Option<&Bound<'_, PyAny>>,
        header: bool,
    ) -> PyResult<()> {
        let Area { sheet, mut rect } = self.area(py, address)?;
        let by = one_or_many(by);
        let orders: Vec<bool> = match descending {
            None => vec![false; by.len()],
            Some(given) => {
                let orders = one_or_many(given);
                let orders = orders.iter().map(|order| order.extract());
                let orders: Vec<bool> = orders.collect::<PyResult<_>>()?;
                match orders[..] {
                    [one] => vec![one; by.len()],
                    _ => orders,
                }
            }
        };
        if orders.len() != by.len() {
            let message = format!("{} orders for {} columns", orders.len(), by.len());
            return Err(argument(message)).or_raise(py);
        }
        let keys = by.iter().zip(orders).map(|(column, descending)| {
            let column = self.column_of(column, &rect, header)?;
            Ok(SortKey { column, descending })
        });
        let keys = keys.collect::<PyResult<Vec<_>>>()?.into();
        if header {
            if rect.rows() == 1 {
                return Ok(());
            }
            rect.top += 1;
        }
        self.apply(py, Operation::SortRows { sheet, rect, keys })
    }

    /// Shows only the rows below a header that meet the conditions: a column and its criteria each.
    fn filter(
        &self,
        py: Python<'_>,
        address: &str,
        conditions: &Bound<'_, PyDict>,
    ) -> PyResult<()> {
        let Area { sheet, rect } = self.area(py, address)?;
        let date1904 = self.source.layout(py)?.settings().date1904;
        let conditions = conditions.iter().map(|(column, criteria)| {
            let any_of = one_or_many(&criteria);
            let any_of = any_of.iter().map(|value| values::plain(value, date1904));
            Ok(FilterCondition {
                column: self.column_of(&column, &rect, true)?,
                any_of: any_of.collect::<PyResult<_>>()?,
            })
        });
        let conditions = conditions.collect::<PyResult<_>>()?;
        let filter = Some(Filter { rect, conditions }.into());
        self.apply(py, Operation::SetFilter { sheet, filter })
    }

    fn clear_filter(&self, py: Python<'_>) -> PyResult<()> {
        let (sheet, filter) = (self.id, None);
        self.apply(py, Operation::SetFilter { sheet, filter })
    }

    fn merge(&self, py: Python<'_>, address: &str) -> PyResult<()> {
        let Area { sheet, rect } = self.area(py, address)?;
        self.apply(py, Operation::MergeCells { sheet, rect })
    }

    fn unmerge(&self, py: Python<'_>, address: &str) -> PyResult<()> {
        let Area { sheet, rect } = self.area(py, address)?;
        self.apply(py, Operation::UnmergeCells { sheet, rect })
    }

    /// Fills a range with a formula as one array formula.
    fn set_array_formula(&self, py: Python<'_>, address: &str, formula: &str) -> PyResult<()> {
        let Area { sheet, rect } = self.area(py, address)?;
        let array = Operation::SetFormula {
            sheet,
            rect,
            formula: formula.into(),
            mode: tabulith::formula::Mode::Array,
        };
        self.apply(py, array)
    }

    /// Makes a table of a range, whose first row are its headers.
    fn add_table(&self, py: Python<'_>, name: &str, address: &str) -> PyResult<Table> {
        let Area { sheet, rect } = self.area(py, address)?;
        let table = Operation::AddTable {
            name: name.into(),
            sheet,
            rect,
        };
        self.apply(py, table)?;
        Ok(Table::new(self.source.clone(), name))
    }
}
