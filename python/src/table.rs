//! Tables: ranges whose columns have names.

use pyo3::prelude::*;
use pyo3::types::PyCapsule;
use tabulith::reference::{Area, Rect};
use tabulith::{Error, ErrorKind, Snapshot};

use crate::errors::OrRaise;
use crate::frames::{self, Frame};
use crate::html;
use crate::range::Range;
use crate::source::{Source, sheet_name};

/// A table, by its name.
#[pyclass(frozen, module = "tabulith")]
pub(crate) struct Table {
    source: Source,
    name: String,
}

/// A table as it is now.
struct Found {
    area: Area,
    columns: Vec<String>,
    header_rows: u32,
    totals_rows: u32,
}

impl Table {
    pub(crate) fn new(source: Source, name: &str) -> Table {
        Table {
            source,
            name: name.to_owned(),
        }
    }

    fn found(&self, py: Python<'_>, snapshot: &Snapshot) -> PyResult<Found> {
        let found = snapshot.table(&self.name).and_then(|table| {
            Some(Found {
                area: Area::new(table.sheet, snapshot.table_rect(table)?),
                columns: table.column_names.iter().map(ToString::to_string).collect(),
                header_rows: table.header_rows,
                totals_rows: table.totals_rows,
            })
        });
        let missing = || {
            Error::new(
                ErrorKind::Name,
                format!("there is no table `{}`", self.name),
            )
        };
        found.ok_or_else(missing).or_raise(py)
    }

    /// Its rows without header and totals.
    fn data_area(&self, py: Python<'_>, snapshot: &Snapshot) -> PyResult<(Area, Vec<String>)> {
        let found = self.found(py, snapshot)?;
        let Area { sheet, rect } = found.area;
        let rect = Rect {
            top: rect.top + found.header_rows,
            bottom: rect.bottom - found.totals_rows,
            ..rect
        };
        Ok((Area::new(sheet, rect), found.columns))
    }

    fn frame(&self, py: Python<'_>) -> PyResult<Frame> {
        let snapshot = self.source.read(py)?;
        let (area, columns) = self.data_area(py, &snapshot)?;
        Ok(Frame::named(snapshot, area, columns))
    }
}

#[pymethods]
impl Table {
    #[getter]
    fn name(&self) -> &str {
        &self.name
    }

    /// The name of its sheet.
    #[getter]
    fn sheet(&self, py: Python<'_>) -> PyResult<String> {
        let snapshot = self.source.layout(py)?;
        let found = self.found(py, &snapshot)?;
        sheet_name(&snapshot, found.area.sheet).or_raise(py)
    }

    #[getter]
    fn address(&self, py: Python<'_>) -> PyResult<String> {
        let snapshot = self.source.layout(py)?;
        let found = self.found(py, &snapshot)?;
        Ok(snapshot.address(&found.area))
    }

    /// The names of its columns.
    #[getter]
    fn columns(&self, py: Python<'_>) -> PyResult<Vec<String>> {
        let snapshot = self.source.layout(py)?;
        Ok(self.found(py, &snapshot)?.columns)
    }

    /// Its cells, header and totals included.
    #[getter]
    fn range(&self, py: Python<'_>) -> PyResult<Range> {
        let found = self.found(py, &self.source.layout(py)?)?;
        Ok(Range::new(self.source.clone(), found.area))
    }

    /// Its rows without header and totals.
    #[getter]
    fn data(&self, py: Python<'_>) -> PyResult<Range> {
        let (area, _) = self.data_area(py, &self.source.layout(py)?)?;
        Ok(Range::new(self.source.clone(), area))
    }

    /// The table under another name; formulas follow.
    fn rename(&self, py: Python<'_>, new_name: &str) -> PyResult<Table> {
        self.source
            .edit(py, |tx| tx.rename_table(&self.name, new_name))?;
        Ok(Table::new(self.source.clone(), new_name))
    }

    /// Gives it another range, with or without the name of its sheet.
    fn resize(&self, py: Python<'_>, address: &str) -> PyResult<()> {
        let address = match address.contains('!') {
            true => address.to_owned(),
            false => {
                let sheet = self.sheet(py)?;
                let sheet = tabulith::reference::a1::quote_sheet_name(&sheet);
                format!("{sheet}!{address}")
            }
        };
        self.source
            .edit(py, |tx| tx.resize_table(&self.name, &address))
    }

    /// Makes it a range again; its cells stay.
    fn remove(&self, py: Python<'_>) -> PyResult<()> {
        self.source.edit(py, |tx| tx.remove_table(&self.name))
    }

    #[pyo3(signature = (requested_schema = None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        self.frame(py)?.__arrow_c_stream__(py, requested_schema)
    }

    fn to_arrow<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        frames::to_arrow(py, self.frame(py)?)
    }

    fn to_polars<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        frames::to_polars(py, self.frame(py)?)
    }

    fn to_pandas<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        frames::to_pandas(py, &self.frame(py)?)
    }

    fn __len__(&self, py: Python<'_>) -> PyResult<usize> {
        let (area, _) = self.data_area(py, &self.source.layout(py)?)?;
        Ok(area.rect.rows() as usize)
    }

    fn _repr_html_(&self, py: Python<'_>) -> PyResult<String> {
        let snapshot = self.source.read(py)?;
        let area = self.found(py, &snapshot)?.area;
        Ok(html::window(&snapshot, area))
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(match self.address(py) {
            Ok(address) => format!("<tabulith.Table {}: {address}>", self.name),
            Err(_) => format!("<tabulith.Table {}: removed>", self.name),
        })
    }
}
