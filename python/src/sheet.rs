//! Sheets: cells by their addresses, what the sheet holds and how it is laid out.

use pyo3::prelude::*;
use pyo3::types::PyCapsule;
use tabulith::reference::a1::{self, GridLimits};
use tabulith::reference::{Area, Cell as Position, Rect, SheetId};
use tabulith::workbook::Visibility;
use tabulith::{Error, ErrorKind};

use crate::cell::Cell;
use crate::errors::OrRaise;
use crate::range::{self, Range};
use crate::source::{Source, sheet_name};
use crate::whole::Whole;
use crate::{arrow_out, html, writing};

/// A sheet of a workbook or of a snapshot.
#[pyclass(frozen, module = "tabulith")]
pub(crate) struct Sheet {
    pub(crate) source: Source,
    pub(crate) id: SheetId,
}

impl Sheet {
    pub(crate) fn new(source: Source, id: SheetId) -> Sheet {
        Sheet { source, id }
    }

    /// The area of an address on this sheet.
    pub(crate) fn area(&self, py: Python<'_>, address: &str) -> PyResult<Area> {
        if address.contains('!') {
            let message = format!("`{address}` names a sheet; here the address is on this one");
            return Err(Error::new(ErrorKind::Address, message)).or_raise(py);
        }
        sheet_name(&self.source.layout(py)?, self.id).or_raise(py)?;
        let rect = a1::parse_rect(address, GridLimits::default()).or_raise(py)?;
        Ok(Area::new(self.id, rect))
    }

    /// The area of an address, on this sheet unless it names another one.
    pub(crate) fn area_anywhere(&self, py: Python<'_>, address: &str) -> PyResult<Area> {
        if address.contains('!') {
            return self.source.layout(py)?.resolve(address).or_raise(py);
        }
        self.area(py, address)
    }

    /// A single cell by its address, or by row and column from 1.
    fn position(
        &self,
        py: Python<'_>,
        address: &Bound<'_, PyAny>,
        column: Option<Whole<u32>>,
    ) -> PyResult<Area> {
        let Some(column) = column else {
            return self.area(py, &address.extract::<String>()?);
        };
        let Whole(row) = address.extract::<Whole<u32>>()?;
        let (Some(row), Some(column)) = (row.checked_sub(1), column.0.checked_sub(1)) else {
            let message = "rows and columns count from 1";
            return Err(Error::new(ErrorKind::Address, message)).or_raise(py);
        };
        let cell = a1::print_cell(Position::new(row, column));
        self.area(py, &cell)
    }
}

#[pymethods]
impl Sheet {
    #[getter]
    fn name(&self, py: Python<'_>) -> PyResult<String> {
        self.source.sheet_name(py, self.id)
    }

    fn __getitem__<'py>(&self, py: Python<'py>, address: &str) -> PyResult<Bound<'py, PyAny>> {
        range::get(py, &self.source, self.area(py, address)?)
    }

    fn __setitem__(&self, py: Python<'_>, address: &str, value: &Bound<'_, PyAny>) -> PyResult<()> {
        writing::set(py, &self.source, self.area(py, address)?, value)
    }

    /// A cell by its address, or by row and column from 1.
    #[pyo3(signature = (address, column = None))]
    fn cell(
        &self,
        py: Python<'_>,
        address: &Bound<'_, PyAny>,
        column: Option<Whole<u32>>,
    ) -> PyResult<Cell> {
        let area = self.position(py, address, column)?;
        Cell::at(py, &self.source, area)
    }

    /// A range by its address, one cell too.
    fn range(&self, py: Python<'_>, address: &str) -> PyResult<Range> {
        Ok(Range::new(self.source.clone(), self.area(py, address)?))
    }

    /// Puts a frame, an array or rows of values down from a cell on, with the names of its columns first if it has any.
    #[pyo3(signature = (at, data, *, header = None))]
    fn write(
        &self,
        py: Python<'_>,
        at: &str,
        data: &Bound<'_, PyAny>,
        header: Option<bool>,
    ) -> PyResult<Range> {
        let area = self.area(py, at)?;
        let rect = writing::write(py, &self.source, area, data, header)?;
        Ok(Range::new(self.source.clone(), Area::new(self.id, rect)))
    }

    /// The smallest range that holds all that the sheet has; None if it is empty.
    #[getter]
    fn used(&self, py: Python<'_>) -> PyResult<Option<Range>> {
        let rect = self.source.read(py)?.used(self.id);
        Ok(rect.map(|rect| Range::new(self.source.clone(), Area::new(self.id, rect))))
    }

    /// `visible`, `hidden` or `very_hidden`.
    #[getter]
    fn visibility(&self, py: Python<'_>) -> PyResult<&'static str> {
        let snapshot = self.source.layout(py)?;
        let visibility = snapshot
            .sheets()
            .find(|sheet| sheet.id == self.id)
            .map(|sheet| sheet.visibility);
        Ok(match visibility {
            Some(Visibility::Hidden) => "hidden",
            Some(Visibility::VeryHidden) => "very_hidden",
            _ => "visible",
        })
    }

    /// The numbers of the rows that are not shown, from 1.
    #[getter]
    fn hidden_rows(&self, py: Python<'_>) -> PyResult<Vec<u32>> {
        let rows = self.source.layout(py)?.hidden_rows(self.id);
        Ok(rows.into_iter().map(|row| row + 1).collect())
    }

    /// The letters of the columns that are not shown.
    #[getter]
    fn hidden_columns(&self, py: Python<'_>) -> PyResult<Vec<String>> {
        let columns = self.source.layout(py)?.hidden_columns(self.id);
        Ok(columns.into_iter().map(a1::column_letters).collect())
    }

    /// The addresses of the merged cells.
    #[getter]
    fn merged(&self, py: Python<'_>) -> PyResult<Vec<String>> {
        let snapshot = self.source.layout(py)?;
        let merged = snapshot.merges(self.id).iter();
        Ok(merged.map(|rect: &Rect| a1::print_rect(*rect)).collect())
    }

    /// The address of what is filtered, its header included; None if nothing is.
    #[getter]
    fn filtered(&self, py: Python<'_>) -> PyResult<Option<String>> {
        let snapshot = self.source.layout(py)?;
        Ok(snapshot
            .filter(self.id)
            .map(|filter| a1::print_rect(filter.rect)))
    }

    #[pyo3(signature = (requested_schema = None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        let _ = requested_schema;
        let snapshot = self.source.read(py)?;
        let first = Rect::cell(Position::new(0, 0));
        let rect = snapshot.used(self.id).unwrap_or(first);
        let area = Area::new(self.id, rect);
        arrow_out::stream(py, &snapshot, area, arrow_out::Names::Letters)
    }

    fn _repr_html_(&self, py: Python<'_>) -> PyResult<String> {
        html::sheet(&self.source.read(py)?, self.id).or_raise(py)
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let snapshot = self.source.read(py)?;
        let used = snapshot
            .used(self.id)
            .map_or_else(|| "empty".to_owned(), a1::print_rect);
        let name = sheet_name(&snapshot, self.id).or_raise(py)?;
        Ok(format!(
            "<tabulith.Sheet {}: {used}>",
            a1::quote_sheet_name(&name)
        ))
    }
}
