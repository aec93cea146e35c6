//! A cell: its value, its formula, what it shows, what stands behind it.

use std::sync::Arc;

use pyo3::prelude::*;
use tabulith::reference::{Area, a1};
use tabulith::value::Value;
use tabulith::workbook::Operation;
use tabulith::{Error, ErrorKind, Result, Snapshot};

use crate::errors::OrRaise;
use crate::explain::Explanation;
use crate::source::Source;
use crate::{moments, range, writing};

/// A cell of a workbook or of a snapshot.
#[pyclass(frozen, module = "tabulith")]
pub(crate) struct Cell {
    source: Source,
    area: Area,
}

impl Cell {
    /// The cell of an area of one cell.
    pub(crate) fn at(py: Python<'_>, source: &Source, area: Area) -> PyResult<Cell> {
        if area.rect.size() > 1 {
            let message = format!("`{}` is more than one cell", a1::print_rect(area.rect));
            return Err(Error::new(ErrorKind::Address, message)).or_raise(py);
        }
        Ok(Cell {
            source: source.clone(),
            area,
        })
    }

    fn raw(&self, py: Python<'_>) -> PyResult<Value> {
        let snapshot = self.source.read(py)?;
        Ok(snapshot.value_at(self.area.sheet, self.area.rect.top_left()))
    }

    /// The number that it holds, and whether days count from 1904.
    fn serial(&self, py: Python<'_>) -> PyResult<Option<(f64, bool)>> {
        let snapshot = self.source.read(py)?;
        match snapshot.value_at(self.area.sheet, self.area.rect.top_left()) {
            Value::Number(x) => Ok(Some((x, snapshot.settings().date1904))),
            _ => Ok(None),
        }
    }

    /// The addresses of the areas that are found.
    fn areas(
        &self,
        py: Python<'_>,
        find: impl Fn(&Snapshot, &str) -> Result<Vec<Area>> + Sync,
    ) -> PyResult<Vec<String>> {
        let snapshot = self.source.layout(py)?;
        let found = py.detach(|| {
            let areas = find(&snapshot, &snapshot.address(&self.area))?;
            Ok(areas.iter().map(|area| snapshot.address(area)).collect())
        });
        found.or_raise(py)
    }
}

#[pymethods]
impl Cell {
    #[getter]
    fn address(&self, py: Python<'_>) -> PyResult<String> {
        self.source.address(py, &self.area)
    }

    #[getter]
    fn row(&self) -> u32 {
        self.area.rect.top + 1
    }

    #[getter]
    fn column(&self) -> u32 {
        self.area.rect.left + 1
    }

    #[getter]
    fn value<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        range::get(py, &self.source, self.area)
    }

    #[setter]
    fn set_value(&self, py: Python<'_>, value: &Bound<'_, PyAny>) -> PyResult<()> {
        writing::set(py, &self.source, self.area, value)
    }

    /// Writes what a user would type: `5%` is a number with a format, `=A1` a formula, `'5` a text.
    fn enter(&self, py: Python<'_>, entry: &str) -> PyResult<()> {
        let (sheet, cell) = (self.area.sheet, self.area.rect.top_left());
        self.source
            .edit(py, |tx| tx.set_entry_at(sheet, cell, entry))
    }

    #[getter]
    fn formula(&self, py: Python<'_>) -> PyResult<Option<String>> {
        let snapshot = self.source.layout(py)?;
        Ok(snapshot.formula_at(self.area.sheet, self.area.rect.top_left()))
    }

    #[setter]
    fn set_formula(&self, py: Python<'_>, formula: &str) -> PyResult<()> {
        let Area { sheet, rect } = self.area;
        self.source.edit(py, |tx| tx.fill_at(sheet, rect, formula))
    }

    #[getter]
    fn text(&self, py: Python<'_>) -> PyResult<String> {
        let snapshot = self.source.read(py)?;
        Ok(snapshot.text_at(self.area.sheet, self.area.rect.top_left()))
    }

    #[getter]
    fn error(&self, py: Python<'_>) -> PyResult<Option<crate::values::CellError>> {
        Ok(match self.raw(py)? {
            Value::Error(error) => Some(error.into()),
            _ => None,
        })
    }

    /// The value as a date and time; None if it is no number.
    #[getter]
    fn datetime<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        let serial = self.serial(py)?;
        serial
            .map(|(serial, date1904)| moments::datetime(py, serial, date1904))
            .transpose()
    }

    #[getter]
    fn date<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        let moment = self.datetime(py)?;
        moment.map(|moment| moment.call_method0("date")).transpose()
    }

    #[getter]
    fn time<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        let serial = self.serial(py)?;
        serial
            .map(|(serial, _)| moments::time(py, serial))
            .transpose()
    }

    #[getter]
    fn timedelta<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        let serial = self.serial(py)?;
        serial
            .map(|(serial, _)| moments::timedelta(py, serial))
            .transpose()
    }

    #[getter]
    fn number_format(&self, py: Python<'_>) -> PyResult<String> {
        let snapshot = self.source.layout(py)?;
        let format = snapshot.number_format_at(self.area.sheet, self.area.rect.top_left());
        Ok(format.to_string())
    }

    #[setter]
    fn set_number_format(&self, py: Python<'_>, code: &str) -> PyResult<()> {
        set_number_format(py, &self.source, self.area, code)
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
        let snapshot = self.source.read(py)?;
        let explanation = py
            .detach(|| snapshot.explain(&snapshot.address(&self.area)))
            .or_raise(py)?;
        Ok(Explanation(Arc::new(explanation)))
    }

    fn clear(&self, py: Python<'_>) -> PyResult<()> {
        clear(py, &self.source, self.area)
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let value = self.value(py)?.repr()?.to_string();
        let formula = self.formula(py)?;
        let formula = formula.map_or(String::new(), |formula| format!(" {formula}"));
        Ok(format!(
            "<tabulith.Cell {}{formula}: {value}>",
            self.address(py)?
        ))
    }
}

/// Gives the cells of an area a number format.
pub(crate) fn set_number_format(
    py: Python<'_>,
    source: &Source,
    area: Area,
    code: &str,
) -> PyResult<()> {
    let Area { sheet, rect } = area;
    source.edit(py, |tx| {
        tx.apply(Operation::SetNumberFormat {
            sheet,
            rect,
            code: code.into(),
        })
    })
}

/// Empties the cells of an area; formats stay.
pub(crate) fn clear(py: Python<'_>, source: &Source, area: Area) -> PyResult<()> {
    let Area { sheet, rect } = area;
    source.edit(py, |tx| tx.apply(Operation::Clear { sheet, rect }))
}
