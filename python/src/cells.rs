//! Cells and ranges: reading them as they are, and what is put into them.

use std::sync::Arc;

use pyo3::prelude::*;
use pyo3::types::PyList;
use tabulith::reference::{self, Area, Rect, SheetId};
use tabulith::value::Value;
use tabulith::{Error, ErrorKind, Result, Snapshot, Workbook, limits};

use crate::errors::OrRaise;
use crate::explain::Explanation;
use crate::values::{self, Input};

/// The value of a cell, or the cells of a range.
pub(crate) fn get<'py>(
    py: Python<'py>,
    book: &Workbook,
    area: Area,
) -> PyResult<Bound<'py, PyAny>> {
    if area.rect.size() == 1 {
        let address = book.snapshot().address(&area);
        let value = py.detach(|| book.value(&address)).or_raise(py)?;
        values::to_python(py, &value)
    } else {
        Ok(Bound::new(py, Range::new(book.clone(), area))?.into_any())
    }
}

/// Puts a value, a formula, or rows of values into an area.
pub(crate) fn set(
    py: Python<'_>,
    book: &Workbook,
    area: Area,
    object: &Bound<'_, PyAny>,
) -> PyResult<()> {
    let address = book.snapshot().address(&area);
    let date1904 = book.settings().date1904;
    let rows = match values::rows(object)? {
        Some(rows) => arranged(py, &area.rect, rows, date1904)?,
        None => match values::from_python(object, date1904)? {
            Input::Formula(formula) => {
                return py
                    .detach(|| book.edit(|tx| tx.fill(&address, &formula)))
                    .or_raise(py);
            }
            Input::Value(value) => repeated(&area.rect, value).or_raise(py)?,
        },
    };
    let corner = Area::new(area.sheet, Rect::cell(area.rect.top_left()));
    let address = book.snapshot().address(&corner);
    py.detach(|| book.edit(|tx| tx.set_rows(&address, &rows)))
        .or_raise(py)
}

/// One value for every cell of a rectangle.
fn repeated(rect: &Rect, value: Value) -> Result<Vec<Vec<Value>>> {
    if rect.size() > limits::ARRAY_CELLS {
        let message = format!("{} cells are too many to be set one by one", rect.size());
        return Err(Error::new(ErrorKind::Limit, message));
    }
    Ok(vec![
        vec![value; rect.columns() as usize];
        rect.rows() as usize
    ])
}

/// Rows of values as they are laid over a rectangle. A single cell takes them all; a range must have their shape; one
/// list goes down a column, or along a range of one row.
fn arranged(
    py: Python<'_>,
    rect: &Rect,
    rows: Vec<Vec<Bound<'_, PyAny>>>,
    date1904: bool,
) -> PyResult<Vec<Vec<Value>>> {
    let rows = rows.iter().map(|row| {
        row.iter()
            .map(|item| values::plain(item, date1904))
            .collect()
    });
    let mut rows: Vec<Vec<Value>> = rows.collect::<PyResult<_>>()?;
    let is_list = rows.iter().all(|row| row.len() == 1);
    if is_list && rect.rows() == 1 && rect.columns() > 1 {
        rows = vec![rows.into_iter().flatten().collect()];
    }
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let fits = rect.size() == 1
        || (rows.len() == rect.rows() as usize
            && rows.iter().all(|row| row.len() == rect.columns() as usize));
    if fits {
        return Ok(rows);
    }
    let message = format!(
        "{} x {columns} values do not fit into a range of {} x {} cells",
        rows.len(),
        rect.rows(),
        rect.columns()
    );
    Err(Error::new(ErrorKind::Argument, message)).or_raise(py)
}

/// A snapshot in which nothing is stale.
fn fresh(book: &Workbook) -> Result<Snapshot> {
    let snapshot = book.snapshot();
    if !snapshot.is_stale() {
        return Ok(snapshot);
    }
    // Asking the workbook, not the snapshot, computes what manual calculation has left.
    book.evaluate("=0")?;
    Ok(book.snapshot())
}

/// A cell: its value, its formula, what it shows.
#[pyclass(frozen, module = "tabulith")]
pub(crate) struct Cell {
    book: Workbook,
    area: Area,
}

impl Cell {
    pub(crate) fn new(book: Workbook, sheet: SheetId, cell: reference::Cell) -> Cell {
        Cell {
            book,
            area: Area::new(sheet, Rect::cell(cell)),
        }
    }

    /// The addresses of the areas that are found.
    fn areas(
        &self,
        py: Python<'_>,
        find: impl Fn(&Snapshot, &str) -> Result<Vec<Area>> + Sync,
    ) -> PyResult<Vec<String>> {
        let address = self.address();
        let found = py.detach(|| {
            let snapshot = fresh(&self.book)?;
            let areas = find(&snapshot, &address)?;
            Ok(areas.iter().map(|area| snapshot.address(area)).collect())
        });
        found.or_raise(py)
    }
}

#[pymethods]
impl Cell {
    #[getter]
    fn address(&self) -> String {
        self.book.snapshot().address(&self.area)
    }

    #[getter]
    fn value<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        get(py, &self.book, self.area)
    }

    #[setter]
    fn set_value(&self, py: Python<'_>, value: &Bound<'_, PyAny>) -> PyResult<()> {
        set(py, &self.book, self.area, value)
    }

    #[getter]
    fn formula(&self, py: Python<'_>) -> PyResult<Option<String>> {
        self.book.formula(&self.address()).or_raise(py)
    }

    #[getter]
    fn text(&self, py: Python<'_>) -> PyResult<String> {
        let address = self.address();
        py.detach(|| fresh(&self.book)?.text(&address)).or_raise(py)
    }

    /// The value as a date and time; None if it is no number.
    #[getter]
    fn datetime<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        let value = py
            .detach(|| self.book.value(&self.address()))
            .or_raise(py)?;
        match value {
            Value::Number(serial) => {
                values::datetime(py, serial, self.book.settings().date1904).map(Some)
            }
            _ => Ok(None),
        }
    }

    #[getter]
    fn number_format(&self, py: Python<'_>) -> PyResult<String> {
        Ok(self
            .book
            .snapshot()
            .number_format(&self.address())
            .or_raise(py)?
            .to_string())
    }

    #[setter]
    fn set_number_format(&self, py: Python<'_>, code: &str) -> PyResult<()> {
        let address = self.address();
        py.detach(|| self.book.edit(|tx| tx.set_number_format(&address, code)))
            .or_raise(py)
    }

    #[pyo3(signature = (*, all = false))]
    fn precedents(&self, py: Python<'_>, all: bool) -> PyResult<Vec<String>> {
        self.areas(py, |snapshot, address| match all {
            true => Ok(snapshot.all_precedents(address, None)?.areas),
            false => snapshot.precedents(address),
        })
    }

    #[pyo3(signature = (*, all = false))]
    fn dependents(&self, py: Python<'_>, all: bool) -> PyResult<Vec<String>> {
        self.areas(py, |snapshot, address| match all {
            true => Ok(snapshot.all_dependents(address, None)?.areas),
            false => snapshot.dependents(address),
        })
    }

    fn explain(&self, py: Python<'_>) -> PyResult<Explanation> {
        let address = self.address();
        let explanation = py
            .detach(|| fresh(&self.book)?.explain(&address))
            .or_raise(py)?;
        Ok(Explanation(Arc::new(explanation)))
    }

    fn __repr__(&self) -> String {
        format!("<tabulith.Cell {}>", self.address())
    }
}

/// The cells of a rectangle.
#[pyclass(frozen, module = "tabulith")]
pub(crate) struct Range {
    book: Workbook,
    area: Area,
}

impl Range {
    pub(crate) fn new(book: Workbook, area: Area) -> Range {
        Range { book, area }
    }

    fn cells(&self, py: Python<'_>) -> PyResult<tabulith::workbook::Range> {
        if self.area.rect.size() > limits::ARRAY_CELLS {
            let message = format!("`{}` has too many cells to be read at once", self.address());
            return Err(Error::new(ErrorKind::Limit, message)).or_raise(py);
        }
        let address = self.address();
        py.detach(|| fresh(&self.book)?.range(&address))
            .or_raise(py)
    }
}

#[pymethods]
impl Range {
    #[getter]
    fn address(&self) -> String {
        self.book.snapshot().address(&self.area)
    }

    /// Rows and columns.
    #[getter]
    fn shape(&self) -> (u32, u32) {
        (self.area.rect.rows(), self.area.rect.columns())
    }

    #[getter]
    fn values<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let range = self.cells(py)?;
        let rows = py.detach(|| range.rows());
        values::rows_to_python(py, &rows)
    }

    #[getter]
    fn formulas(&self, py: Python<'_>) -> PyResult<Vec<Vec<Option<String>>>> {
        let range = self.cells(py)?;
        Ok(py.detach(|| range.formulas()))
    }

    #[getter]
    fn texts(&self, py: Python<'_>) -> PyResult<Vec<Vec<String>>> {
        // Bounds the size as for the values.
        self.cells(py)?;
        let Area { sheet, rect } = self.area;
        let texts = py.detach(|| -> Result<Vec<Vec<String>>> {
            let snapshot = fresh(&self.book)?;
            let text = |row, column| {
                let cell = Area::new(sheet, Rect::cell(reference::Cell::new(row, column)));
                snapshot.text(&snapshot.address(&cell))
            };
            let row = |row| {
                (rect.left..=rect.right)
                    .map(|column| text(row, column))
                    .collect()
            };
            (rect.top..=rect.bottom).map(row).collect()
        });
        texts.or_raise(py)
    }

    #[setter]
    fn set_number_format(&self, py: Python<'_>, code: &str) -> PyResult<()> {
        let address = self.address();
        py.detach(|| self.book.edit(|tx| tx.set_number_format(&address, code)))
            .or_raise(py)
    }

    fn __len__(&self) -> usize {
        self.area.rect.rows() as usize
    }

    fn __iter__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let rows = self.values(py)?;
        rows.cast::<PyList>()?.call_method0("__iter__")
    }

    fn __repr__(&self) -> String {
        format!("<tabulith.Range {}>", self.address())
    }
}
