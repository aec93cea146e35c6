//! Sheets: cells by their addresses, and the edits of a sheet.

use pyo3::prelude::*;
use tabulith::reference::{Area, Rect, SheetId, a1};
use tabulith::{Error, ErrorKind};

use crate::cells::{self, Cell, Range};
use crate::errors::OrRaise;

/// A sheet of a workbook.
#[pyclass(frozen, module = "tabulith")]
pub(crate) struct Sheet {
    book: tabulith::Workbook,
    id: SheetId,
}

impl Sheet {
    pub(crate) fn new(book: tabulith::Workbook, id: SheetId) -> Sheet {
        Sheet { book, id }
    }

    /// The area of an address on this sheet.
    fn area(&self, py: Python<'_>, address: &str) -> PyResult<Area> {
        if address.contains('!') {
            let message = format!("`{address}` names a sheet; here the address is on this one");
            return Err(Error::new(ErrorKind::Address, message)).or_raise(py);
        }
        let name = a1::quote_sheet_name(&self.name(py)?).to_string();
        self.book
            .snapshot()
            .resolve(&format!("{name}!{address}"))
            .or_raise(py)
    }
}

#[pymethods]
impl Sheet {
    #[getter]
    fn name(&self, py: Python<'_>) -> PyResult<String> {
        let snapshot = self.book.snapshot();
        let found = snapshot
            .sheets()
            .find(|sheet| sheet.id == self.id)
            .map(|sheet| sheet.name.to_string());
        found
            .ok_or_else(|| Error::new(ErrorKind::SheetNotFound, "the sheet has been removed"))
            .or_raise(py)
    }

    fn __getitem__<'py>(&self, py: Python<'py>, address: &str) -> PyResult<Bound<'py, PyAny>> {
        cells::get(py, &self.book, self.area(py, address)?)
    }

    fn __setitem__(&self, py: Python<'_>, address: &str, value: &Bound<'_, PyAny>) -> PyResult<()> {
        cells::set(py, &self.book, self.area(py, address)?, value)
    }

    /// A cell by its address, or by row and column from 1.
    #[pyo3(signature = (address, column=None))]
    fn cell(
        &self,
        py: Python<'_>,
        address: &Bound<'_, PyAny>,
        column: Option<u32>,
    ) -> PyResult<Cell> {
        let address = match column {
            None => address.extract::<String>()?,
            Some(column) => {
                let row: u32 = address.extract()?;
                let (Some(_), Some(column)) = (row.checked_sub(1), column.checked_sub(1)) else {
                    return Err(Error::new(
                        ErrorKind::Address,
                        "rows and columns count from 1",
                    ))
                    .or_raise(py);
                };
                format!("{}{row}", a1::column_letters(column))
            }
        };
        let area = self.area(py, &address)?;
        if area.rect.size() > 1 {
            let message = format!("`{address}` is more than one cell");
            return Err(Error::new(ErrorKind::Address, message)).or_raise(py);
        }
        Ok(Cell::new(
            self.book.clone(),
            area.sheet,
            area.rect.top_left(),
        ))
    }

    /// The smallest range that holds all that the sheet has; None if it is empty.
    #[getter]
    fn used(&self) -> Option<Range> {
        let rect = self.book.snapshot().used(self.id)?;
        Some(Range::new(self.book.clone(), Area::new(self.id, rect)))
    }

    fn clear(&self, py: Python<'_>, address: &str) -> PyResult<()> {
        let area = self.area(py, address)?;
        let address = self.book.snapshot().address(&area);
        py.detach(|| self.book.edit(|tx| tx.clear(&address)))
            .or_raise(py)
    }

    #[pyo3(signature = (at, count=1))]
    fn insert_rows(&self, py: Python<'_>, at: u32, count: u32) -> PyResult<()> {
        let Some(row) = at.checked_sub(1) else {
            return Err(Error::new(ErrorKind::Argument, "rows count from 1")).or_raise(py);
        };
        py.detach(|| self.book.edit(|tx| tx.insert_rows(self.id, row, count)))
            .or_raise(py)
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let used = self.book.snapshot().used(self.id);
        let used = used.map_or_else(|| "empty".to_owned(), |rect: Rect| a1::print_rect(rect));
        Ok(format!(
            "<tabulith.Sheet {}: {used}>",
            a1::quote_sheet_name(&self.name(py)?)
        ))
    }
}
