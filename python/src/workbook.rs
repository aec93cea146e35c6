//! Workbooks: the class that users hold first.

use std::path::PathBuf;

use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyList};
use tabulith::formats::{self, messagepack};
use tabulith::reference::{SheetId, a1};
use tabulith::workbook::{Calculation, Evaluated};
use tabulith::{Error, ErrorKind};

use crate::cells;
use crate::errors::OrRaise;
use crate::module::environment;
use crate::report::Report;
use crate::sheet::Sheet;
use crate::text_options;
use crate::values;

/// A workbook. Its methods are documented in `_core.pyi`.
#[pyclass(frozen, module = "tabulith")]
pub(crate) struct Workbook {
    pub(crate) book: tabulith::Workbook,
}

#[pymethods]
impl Workbook {
    #[new]
    pub(crate) fn new(py: Python<'_>) -> PyResult<Self> {
        let book = tabulith::Workbook::with_environment(environment(py)?);
        Ok(Workbook { book })
    }

    #[getter]
    fn sheets(&self) -> Vec<String> {
        self.book
            .snapshot()
            .sheets()
            .map(|sheet| sheet.name.to_string())
            .collect()
    }

    pub(crate) fn add_sheet(&self, py: Python<'_>, name: &str) -> PyResult<Sheet> {
        let id = py.detach(|| self.book.add_sheet(name)).or_raise(py)?;
        Ok(Sheet::new(self.book.clone(), id))
    }

    fn rename_sheet(&self, py: Python<'_>, name: &str, new_name: &str) -> PyResult<()> {
        py.detach(|| self.book.edit(|tx| tx.rename_sheet(name, new_name)))
            .or_raise(py)
    }

    /// A sheet by its name, a value or a range by its address, or what a defined name stands for.
    fn __getitem__<'py>(&self, py: Python<'py>, key: &str) -> PyResult<Bound<'py, PyAny>> {
        let snapshot = self.book.snapshot();
        if let Ok(id) = snapshot.sheet(key) {
            return Ok(Bound::new(py, Sheet::new(self.book.clone(), id))?.into_any());
        }
        if key.contains('!') {
            let area = snapshot.resolve(key).or_raise(py)?;
            return cells::get(py, &self.book, area);
        }
        if snapshot
            .names()
            .any(|named| named.name.to_lowercase() == key.to_lowercase())
        {
            return self.evaluate(py, &format!("={key}"));
        }
        let message = format!(
            "`{key}` is neither a sheet, nor an address with its sheet, nor a defined name"
        );
        Err(Error::new(ErrorKind::SheetNotFound, message)).or_raise(py)
    }

    fn __setitem__(&self, py: Python<'_>, address: &str, value: &Bound<'_, PyAny>) -> PyResult<()> {
        let area = self.book.snapshot().resolve(address).or_raise(py)?;
        cells::set(py, &self.book, area, value)
    }

    fn __contains__(&self, name: &str) -> bool {
        self.book.snapshot().sheet(name).is_ok()
    }

    fn __len__(&self) -> usize {
        self.book.snapshot().sheets().count()
    }

    fn __iter__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let sheets: Vec<SheetId> = self
            .book
            .snapshot()
            .sheets()
            .map(|sheet| sheet.id)
            .collect();
        let sheets = sheets
            .into_iter()
            .map(|id| Bound::new(py, Sheet::new(self.book.clone(), id)));
        let list = PyList::new(py, sheets.collect::<PyResult<Vec<_>>>()?)?;
        list.call_method0("__iter__")
    }

    fn __repr__(&self) -> String {
        let sheets = self.__len__();
        let plural = if sheets == 1 { "" } else { "s" };
        format!(
            "<tabulith.Workbook: {sheets} sheet{plural}, revision {}>",
            self.book.revision()
        )
    }

    pub(crate) fn evaluate<'py>(
        &self,
        py: Python<'py>,
        formula: &str,
    ) -> PyResult<Bound<'py, PyAny>> {
        let evaluated = py.detach(|| self.book.evaluate(formula)).or_raise(py)?;
        evaluated_to_python(py, evaluated)
    }

    fn recalculate(&self, py: Python<'_>) -> PyResult<Report> {
        let report = py.detach(|| self.book.recalculate()).or_raise(py)?;
        Ok(Report::new(&report))
    }

    #[pyo3(signature = (name, formula, sheet=None))]
    fn define_name(
        &self,
        py: Python<'_>,
        name: &str,
        formula: &str,
        sheet: Option<&str>,
    ) -> PyResult<()> {
        py.detach(|| self.book.edit(|tx| tx.define_name(name, sheet, formula)))
            .or_raise(py)
    }

    #[pyo3(signature = (name, sheet=None))]
    fn remove_name(&self, py: Python<'_>, name: &str, sheet: Option<&str>) -> PyResult<()> {
        py.detach(|| self.book.edit(|tx| tx.remove_name(name, sheet)))
            .or_raise(py)
    }

    /// Defined names and their formulas; those of one sheet with its name before them.
    #[getter]
    fn names<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let snapshot = self.book.snapshot();
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

    fn undo(&self, py: Python<'_>) -> PyResult<bool> {
        py.detach(|| self.book.undo()).or_raise(py)
    }

    fn redo(&self, py: Python<'_>) -> PyResult<bool> {
        py.detach(|| self.book.redo()).or_raise(py)
    }

    #[getter]
    fn revision(&self) -> u64 {
        self.book.revision()
    }

    #[getter]
    fn calculation(&self) -> &'static str {
        match self.book.settings().calculation {
            Calculation::Automatic => "automatic",
            Calculation::Manual => "manual",
        }
    }

    #[setter]
    fn set_calculation(&self, py: Python<'_>, calculation: &str) -> PyResult<()> {
        let calculation = match calculation {
            "automatic" => Calculation::Automatic,
            "manual" => Calculation::Manual,
            other => {
                let message = format!("calculation is `automatic` or `manual`, not `{other}`");
                return Err(Error::new(ErrorKind::Argument, message)).or_raise(py);
            }
        };
        py.detach(|| self.book.edit(|tx| tx.set_calculation(calculation)))
            .or_raise(py)
    }

    /// The cells on circles of live reads, which show 0.
    fn circular(&self) -> Vec<String> {
        self.book
            .snapshot()
            .circular()
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    /// The formulas that are not computed and keep the values they have: address, formula, what is missing.
    fn unsupported(&self) -> Vec<(String, String, String)> {
        let kept = self.book.snapshot().unsupported();
        kept.into_iter()
            .map(|kept| (kept.place.to_string(), kept.formula, kept.why.to_string()))
            .collect()
    }

    fn fork(&self) -> Workbook {
        Workbook {
            book: self.book.snapshot().fork(),
        }
    }

    /// The bytes of a .tabulith file.
    fn to_bytes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        let bytes = py.detach(|| self.book.to_bytes()).or_raise(py)?;
        Ok(PyBytes::new(py, &bytes))
    }

    /// The workbook that `to_bytes` made bytes of.
    #[staticmethod]
    fn from_bytes(py: Python<'_>, data: &[u8]) -> PyResult<Workbook> {
        let (environment, size) = (environment(py)?, data.len() as u64);
        let book = py.detach(|| messagepack::read(data, size, environment, &mut |_, _| {}));
        let book = book.or_raise(py)?;
        Ok(Workbook { book })
    }

    #[pyo3(signature = (path, **options))]
    fn save(
        &self,
        py: Python<'_>,
        path: PathBuf,
        options: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Vec<String>> {
        let options = text_options::writing(py, options)?;
        let saved = py.detach(|| formats::save(&self.book, &path, &options));
        Ok(saved.or_raise(py)?.lost)
    }
}

/// The result of a formula: a value, or a list of rows for an array.
fn evaluated_to_python(py: Python<'_>, evaluated: Evaluated) -> PyResult<Bound<'_, PyAny>> {
    match evaluated {
        Evaluated::Value(value) => values::to_python(py, &value),
        Evaluated::Array(array) => values::array_to_python(py, &array),
    }
}
