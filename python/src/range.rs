//! A rectangle of cells: values, formulas, texts, arrays and frames.

use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyList};
use tabulith::reference::{Area, Cell as Position};
use tabulith::{Error, ErrorKind, Result, Snapshot, limits};

use crate::cell::{self, Cell};
use crate::errors::OrRaise;
use crate::source::Source;
use crate::whole::Whole;
use crate::{arrow_out, frames, html, numpy_out, values, writing};

/// The value of a cell, or the cells of a range.
pub(crate) fn get<'py>(
    py: Python<'py>,
    source: &Source,
    area: Area,
) -> PyResult<Bound<'py, PyAny>> {
    if area.rect.size() > 1 {
        return Ok(Bound::new(py, Range::new(source.clone(), area))?.into_any());
    }
    let value = source.read(py)?.value_at(area.sheet, area.rect.top_left());
    values::to_python(py, &value)
}

/// The cells of a rectangle.
#[pyclass(frozen, module = "tabulith")]
pub(crate) struct Range {
    source: Source,
    area: Area,
}

impl Range {
    pub(crate) fn new(source: Source, area: Area) -> Range {
        Range { source, area }
    }

    /// The snapshot to read, if the range is not too large to be read at once.
    fn read(&self, py: Python<'_>) -> PyResult<Snapshot> {
        let snapshot = self.source.read(py)?;
        if self.area.rect.size() > limits::ARRAY_CELLS {
            let address = snapshot.address(&self.area);
            let message = format!("`{address}` has too many cells to be read at once");
            return Err(Error::new(ErrorKind::Limit, message)).or_raise(py);
        }
        Ok(snapshot)
    }

    /// Something of each cell, row by row.
    fn each<T: Send>(
        &self,
        py: Python<'_>,
        of: impl Fn(&Snapshot, Position) -> T + Sync,
    ) -> PyResult<Vec<Vec<T>>> {
        let snapshot = self.read(py)?;
        let rect = self.area.rect;
        let row = |row| {
            let cells = (rect.left..=rect.right).map(|column| Position::new(row, column));
            cells.map(|cell| of(&snapshot, cell)).collect()
        };
        Ok(py.detach(|| (rect.top..=rect.bottom).map(row).collect()))
    }

    fn shown(&self, snapshot: &Snapshot) -> Result<tabulith::workbook::Range> {
        snapshot.range(&snapshot.address(&self.area))
    }
}

#[pymethods]
impl Range {
    #[getter]
    fn address(&self, py: Python<'_>) -> PyResult<String> {
        self.source.address(py, &self.area)
    }

    /// Rows and columns.
    #[getter]
    fn shape(&self) -> (u32, u32) {
        (self.area.rect.rows(), self.area.rect.columns())
    }

    #[getter]
    fn values<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let snapshot = self.read(py)?;
        let rows = py
            .detach(|| Ok(self.shown(&snapshot)?.rows()))
            .or_raise(py)?;
        values::rows_to_python(py, &rows)
    }

    #[setter]
    fn set_values(&self, py: Python<'_>, values: &Bound<'_, PyAny>) -> PyResult<()> {
        writing::set(py, &self.source, self.area, values)
    }

    #[getter]
    fn formulas(&self, py: Python<'_>) -> PyResult<Vec<Vec<Option<String>>>> {
        let sheet = self.area.sheet;
        self.each(py, |snapshot, cell| snapshot.formula_at(sheet, cell))
    }

    #[getter]
    fn texts(&self, py: Python<'_>) -> PyResult<Vec<Vec<String>>> {
        let sheet = self.area.sheet;
        self.each(py, |snapshot, cell| snapshot.text_at(sheet, cell))
    }

    /// The number format that all its cells have; None if they have several.
    #[getter]
    fn number_format(&self, py: Python<'_>) -> PyResult<Option<String>> {
        let snapshot = self.read(py)?;
        let Area { sheet, rect } = self.area;
        let first = snapshot.number_format_at(sheet, rect.top_left());
        let same = py.detach(|| {
            let mut rows = rect.top..=rect.bottom;
            rows.all(|row| {
                let mut columns = rect.left..=rect.right;
                columns.all(|column| {
                    snapshot.number_format_at(sheet, Position::new(row, column)) == first
                })
            })
        });
        Ok(same.then(|| first.to_string()))
    }

    #[setter]
    fn set_number_format(&self, py: Python<'_>, code: &str) -> PyResult<()> {
        cell::set_number_format(py, &self.source, self.area, code)
    }

    /// A cell of it, by row and column from 1.
    fn cell(&self, py: Python<'_>, row: Whole<u32>, column: Whole<u32>) -> PyResult<Cell> {
        let (Whole(row), Whole(column)) = (row, column);
        let rect = self.area.rect;
        let inside = (1..=rect.rows()).contains(&row) && (1..=rect.columns()).contains(&column);
        if !inside {
            let message = format!(
                "row {row}, column {column} is not in a range of {} x {} cells; both count from 1",
                rect.rows(),
                rect.columns()
            );
            return Err(Error::new(ErrorKind::Address, message)).or_raise(py);
        }
        let position = Position::new(rect.top + (row - 1), rect.left + (column - 1));
        let area = Area::new(self.area.sheet, tabulith::reference::Rect::cell(position));
        Cell::at(py, &self.source, area)
    }

    fn clear(&self, py: Python<'_>) -> PyResult<()> {
        cell::clear(py, &self.source, self.area)
    }

    #[pyo3(signature = (*, out = None))]
    fn to_numpy<'py>(
        &self,
        py: Python<'py>,
        out: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let snapshot = match out {
            Some(_) => self.source.read(py)?,
            None => self.read(py)?,
        };
        numpy_out::array(py, &snapshot, self.area, out)
    }

    #[pyo3(signature = (dtype = None, copy = None))]
    fn __array__<'py>(
        &self,
        py: Python<'py>,
        dtype: Option<&Bound<'py, PyAny>>,
        copy: Option<bool>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let _ = copy;
        let array = numpy_out::array(py, &self.read(py)?, self.area, None)?;
        match dtype {
            Some(dtype) if !dtype.is_none() => array.call_method1("astype", (dtype,)),
            _ => Ok(array),
        }
    }

    #[pyo3(signature = (requested_schema = None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        let _ = requested_schema;
        arrow_out::stream(
            py,
            &self.source.read(py)?,
            self.area,
            arrow_out::Names::Letters,
        )
    }

    #[pyo3(signature = (*, header = false))]
    fn to_arrow<'py>(&self, py: Python<'py>, header: bool) -> PyResult<Bound<'py, PyAny>> {
        frames::to_arrow(py, frames::Frame::new(py, &self.source, self.area, header)?)
    }

    #[pyo3(signature = (*, header = false))]
    fn to_polars<'py>(&self, py: Python<'py>, header: bool) -> PyResult<Bound<'py, PyAny>> {
        frames::to_polars(py, frames::Frame::new(py, &self.source, self.area, header)?)
    }

    #[pyo3(signature = (*, header = false))]
    fn to_pandas<'py>(&self, py: Python<'py>, header: bool) -> PyResult<Bound<'py, PyAny>> {
        frames::to_pandas(
            py,
            &frames::Frame::new(py, &self.source, self.area, header)?,
        )
    }

    fn __len__(&self) -> usize {
        self.area.rect.rows() as usize
    }

    fn __iter__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let rows = self.values(py)?;
        rows.cast::<PyList>()?.call_method0("__iter__")
    }

    fn _repr_html_(&self, py: Python<'_>) -> PyResult<String> {
        Ok(html::window(&self.source.read(py)?, self.area))
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!("<tabulith.Range {}>", self.address(py)?))
    }
}
