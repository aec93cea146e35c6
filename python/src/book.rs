//! What a workbook and a snapshot have in common: reading.

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};
use tabulith::reference::a1;
use tabulith::workbook::{Calculation, Evaluated, NamedFormula};
use tabulith::{Error, ErrorKind, Snapshot};

use crate::cell::Cell;
use crate::diff::Diff;
use crate::errors::OrRaise;
use crate::sheet::Sheet;
use crate::source::Source;
use crate::table::Table;
use crate::workbook::Workbook;
use crate::{html, range, values};

/// Sheets, names and tables to be read. Its methods are documented in `_core.pyi`.
#[pyclass(frozen, subclass, module = "tabulith")]
pub(crate) struct Book {
    pub(crate) source: Source,
}

impl Book {
    pub(crate) fn read(&self, py: Python<'_>) -> PyResult<Snapshot> {
        self.source.read(py)
    }
}

#[pymethods]
impl Book {
    #[getter]
    fn sheets(&self, py: Python<'_>) -> PyResult<Vec<String>> {
        let snapshot = self.source.layout(py)?;
        Ok(snapshot
            .sheets()
            .map(|sheet| sheet.name.to_string())
            .collect())
    }

    /// A sheet by its name, a value or a range by its address, or what a defined name stands for.
    fn __getitem__<'py>(&self, py: Python<'py>, key: &str) -> PyResult<Bound<'py, PyAny>> {
        let snapshot = self.source.layout(py)?;
        if let Ok(id) = snapshot.sheet(key) {
            return Ok(Bound::new(py, Sheet::new(self.source.clone(), id))?.into_any());
        }
        if key.contains('!') {
            let area = snapshot.resolve(key).or_raise(py)?;
            return range::get(py, &self.source, area);
        }
        let named = |name: &NamedFormula| name.name.to_lowercase() == key.to_lowercase();
        if snapshot.names().any(named) {
            return evaluate(py, &self.read(py)?, &format!("={key}"));
        }
        let message = format!(
            "`{key}` is neither a sheet, nor an address with its sheet, nor a defined name"
        );
        Err(Error::new(ErrorKind::SheetNotFound, message)).or_raise(py)
    }

    fn __contains__(&self, py: Python<'_>, name: &str) -> PyResult<bool> {
        Ok(self.source.layout(py)?.sheet(name).is_ok())
    }

    fn __len__(&self, py: Python<'_>) -> PyResult<usize> {
        Ok(self.source.layout(py)?.sheets().count())
    }

    fn __iter__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let snapshot = self.source.layout(py)?;
        let sheets = snapshot
            .sheets()
            .map(|sheet| Bound::new(py, Sheet::new(self.source.clone(), sheet.id)));
        let list = PyList::new(py, sheets.collect::<PyResult<Vec<_>>>()?)?;
        list.call_method0("__iter__")
    }

    /// A cell by its address with its sheet.
    fn cell(&self, py: Python<'_>, address: &str) -> PyResult<Cell> {
        let area = self.source.layout(py)?.resolve(address).or_raise(py)?;
        Cell::at(py, &self.source, area)
    }

    /// A range by its address with its sheet, one cell too.
    fn range(&self, py: Python<'_>, address: &str) -> PyResult<range::Range> {
        let area = self.source.layout(py)?.resolve(address).or_raise(py)?;
        Ok(range::Range::new(self.source.clone(), area))
    }

    pub(crate) fn evaluate<'py>(
        &self,
        py: Python<'py>,
        formula: &str,
    ) -> PyResult<Bound<'py, PyAny>> {
        evaluate(py, &self.read(py)?, formula)
    }

    /// Defined names and their formulas; those of one sheet with its name before them.
    #[getter]
    fn names<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let snapshot = self.source.layout(py)?;
        let names = PyDict::new(py);
        for named in snapshot.names().filter(|named| !named.hidden) {
            let scope = snapshot
                .sheets()
                .find(|sheet| Some(sheet.id) == named.scope);
            let name = match scope {
                Some(sheet) => format!("{}!{}", a1::quote_sheet_name(&sheet.name), named.name),
                None => named.name.to_string(),
            };
            names.set_item(name, snapshot.name_text(named))?;
        }
        Ok(names)
    }

    /// The tables by their names.
    #[getter]
    fn tables<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let snapshot = self.source.layout(py)?;
        let tables = PyDict::new(py);
        for table in snapshot.tables() {
            let name = table.name.to_string();
            let table = Table::new(self.source.clone(), &name);
            tables.set_item(name, Bound::new(py, table)?)?;
        }
        Ok(tables)
    }

    #[getter]
    fn revision(&self, py: Python<'_>) -> PyResult<u64> {
        match &self.source {
            Source::Live(handle) => Ok(handle.workbook.revision()),
            Source::Fixed(_) => Ok(self.source.layout(py)?.revision()),
        }
    }

    #[getter]
    fn date1904(&self, py: Python<'_>) -> PyResult<bool> {
        Ok(self.source.layout(py)?.settings().date1904)
    }

    /// The cells on circles of live reads, which show 0.
    fn circular(&self, py: Python<'_>) -> PyResult<Vec<String>> {
        let circular = self.read(py)?.circular();
        Ok(circular.iter().map(ToString::to_string).collect())
    }

    /// The formulas that are not computed and keep the values they have: address, formula, what is missing.
    fn unsupported(&self, py: Python<'_>) -> PyResult<Vec<(String, String, String)>> {
        let kept = self.source.layout(py)?.unsupported();
        Ok(kept
            .into_iter()
            .map(|kept| (kept.place.to_string(), kept.formula, kept.why.to_string()))
            .collect())
    }

    /// What differs between an earlier workbook or snapshot and this one.
    fn diff(&self, py: Python<'_>, earlier: &Bound<'_, Book>) -> PyResult<Diff> {
        let (now, earlier) = (self.read(py)?, earlier.get().read(py)?);
        Ok(Diff::new(py.detach(|| now.diff(&earlier))))
    }

    fn fork(&self, py: Python<'_>) -> PyResult<Py<Workbook>> {
        Workbook::wrap(py, self.read(py)?.fork())
    }

    fn _repr_html_(&self, py: Python<'_>) -> PyResult<String> {
        html::book(&self.read(py)?).or_raise(py)
    }
}

/// How many sheets there are, and which revision it is, for `repr`.
pub(crate) fn summary(snapshot: &Snapshot) -> String {
    let sheets = snapshot.sheets().count();
    let plural = if sheets == 1 { "" } else { "s" };
    format!("{sheets} sheet{plural}, revision {}", snapshot.revision())
}

/// `automatic` or `manual`.
pub(crate) fn calculation_name(calculation: Calculation) -> &'static str {
    match calculation {
        Calculation::Automatic => "automatic",
        Calculation::Manual => "manual",
    }
}

/// The result of a formula: a value, or a list of rows for an array.
pub(crate) fn evaluate<'py>(
    py: Python<'py>,
    snapshot: &Snapshot,
    formula: &str,
) -> PyResult<Bound<'py, PyAny>> {
    match py.detach(|| snapshot.evaluate(formula)).or_raise(py)? {
        Evaluated::Value(value) => values::to_python(py, &value),
        Evaluated::Array(array) => values::array_to_python(py, &array),
    }
}
