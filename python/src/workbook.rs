//! Workbooks: the class that users hold first.

use std::path::PathBuf;
use std::sync::Arc;

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyTuple};
use tabulith::formats::{self, FileKind};
use tabulith::workbook::{Calculation, Visibility};
use tabulith::{Error, ErrorKind};

use crate::book::{Book, calculation_name, summary};
use crate::diff::Diff;
use crate::errors::OrRaise;
use crate::events::Subscription;
use crate::functions::{Flags, Registration};
use crate::handle::Handle;
use crate::interrupt::Progress;
use crate::module::environment;
use crate::report::Report;
use crate::sheet::Sheet;
use crate::snapshot::Snapshot;
use crate::source::Source;
use crate::table::Table;
use crate::transaction::Transaction;
use crate::whole::Whole;
use crate::{module, pickles, text_options, writing};

/// A workbook. Reading it is the business of `Book`; its methods are documented in `_core.pyi`.
#[pyclass(frozen, extends = Book, module = "tabulith", weakref)]
pub(crate) struct Workbook {
    handle: Arc<Handle>,
}

impl Workbook {
    fn parts(workbook: tabulith::Workbook) -> PyClassInitializer<Workbook> {
        let handle = Handle::new(workbook);
        let book = Book {
            source: Source::Live(handle.clone()),
        };
        PyClassInitializer::from(book).add_subclass(Workbook { handle })
    }

    pub(crate) fn wrap(py: Python<'_>, workbook: tabulith::Workbook) -> PyResult<Py<Workbook>> {
        Py::new(py, Workbook::parts(workbook))
    }

    fn source(&self) -> Source {
        Source::Live(self.handle.clone())
    }
}

#[pymethods]
impl Workbook {
    #[new]
    fn new(py: Python<'_>) -> PyResult<PyClassInitializer<Self>> {
        let workbook = tabulith::Workbook::with_environment(environment(py)?);
        Ok(Workbook::parts(workbook))
    }

    fn __setitem__(&self, py: Python<'_>, address: &str, value: &Bound<'_, PyAny>) -> PyResult<()> {
        let source = self.source();
        let area = source.layout(py)?.resolve(address).or_raise(py)?;
        writing::set(py, &source, area, value)
    }

    #[pyo3(signature = (name, *, vectorised = false, volatile = false, errors = false))]
    fn function(&self, name: &str, vectorised: bool, volatile: bool, errors: bool) -> Registration {
        let flags = Flags {
            vectorised,
            volatile,
            takes_errors: errors,
        };
        Registration::new(self.handle.clone(), name, flags)
    }

    fn remove_function(&self, py: Python<'_>, name: &str) -> PyResult<()> {
        self.handle
            .alone(py, |book| book.unregister(name).map(drop))
    }

    #[pyo3(signature = (*, origin = None))]
    fn transaction(&self, origin: Option<String>) -> Transaction {
        Transaction::new(self.handle.clone(), origin)
    }

    /// Tells of each commit, of the whole workbook or of a range: a callback, or whoever reads the queue.
    #[pyo3(signature = (callback = None, *, address = None))]
    fn subscribe(
        &self,
        py: Python<'_>,
        callback: Option<Py<PyAny>>,
        address: Option<&str>,
    ) -> PyResult<Subscription> {
        if let Some(callback) = &callback
            && !callback.bind(py).is_callable()
        {
            let message = format!("{} cannot be called", callback.bind(py).repr()?);
            return Err(PyTypeError::new_err(message));
        }
        let workbook = &self.handle.workbook;
        let events = match address {
            None => workbook.subscribe(),
            Some(address) => workbook.subscribe_to(address).or_raise(py)?,
        };
        Ok(Subscription::new(&self.handle, events, callback))
    }

    /// What has changed since a former revision.
    fn changes(&self, py: Python<'_>, since: Whole<u64>) -> PyResult<Diff> {
        let Whole(since) = since;
        let book = &self.handle.workbook;
        let found = py.detach(|| book.changes_since(since));
        let message = || match book.revision() {
            newest if since > newest => {
                format!("there is no revision {since} yet; the newest is {newest}")
            }
            _ => format!("revision {since} is not held any more"),
        };
        let found = found.ok_or_else(|| Error::new(ErrorKind::Argument, message()));
        Ok(Diff::new(found.or_raise(py)?))
    }

    /// The workbook as the bytes of a file.
    #[pyo3(signature = (kind = module::OWN, *, progress = None, **options))]
    fn to_bytes<'py>(
        &self,
        py: Python<'py>,
        kind: &str,
        progress: Option<&Bound<'py, PyAny>>,
        options: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let name = format!("book.{kind}");
        let options = text_options::writing(py, "to_bytes", options)?.for_name(&name);
        let unknown = || {
            let message = format!("`{kind}` is no kind of file that is written");
            Error::new(ErrorKind::Unsupported, message)
        };
        let progress = Progress::of(progress, "B")?;
        let bytes = self.handle.write(py, progress, |book, progress| {
            let kind = FileKind::of_name(&name).ok_or_else(unknown)?;
            formats::to_bytes_with(book, kind, &options, progress)
        })?;
        Ok(PyBytes::new(py, &bytes))
    }

    /// The workbook that the bytes of a file hold.
    #[staticmethod]
    fn from_bytes(py: Python<'_>, data: Vec<u8>) -> PyResult<Py<Workbook>> {
        Workbook::wrap(py, module::from_bytes(py, data)?)
    }

    #[pyo3(signature = (protocol, /))]
    fn __reduce_ex__<'py>(
        &self,
        py: Python<'py>,
        protocol: i32,
    ) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyTuple>)> {
        self.handle.alone(py, |_| Ok(()))?;
        pickles::reduced(py, "workbook_of", &self.handle.workbook, protocol)
    }

    fn snapshot(&self, py: Python<'_>) -> PyResult<Py<Snapshot>> {
        Snapshot::wrap(py, self.handle.snapshot(py)?)
    }

    #[pyo3(signature = (*, progress = None))]
    fn recalculate(&self, py: Python<'_>, progress: Option<&Bound<'_, PyAny>>) -> PyResult<Report> {
        let progress = Progress::of(progress, "cells")?;
        let report = self.handle.recalculate(py, progress)?;
        Ok(Report::new(&report))
    }

    fn undo(&self, py: Python<'_>) -> PyResult<bool> {
        self.handle.alone(py, |book| book.undo())
    }

    fn redo(&self, py: Python<'_>) -> PyResult<bool> {
        self.handle.alone(py, |book| book.redo())
    }

    #[getter]
    fn calculation(&self, py: Python<'_>) -> PyResult<&'static str> {
        let settings = self.handle.layout(py)?.settings();
        Ok(calculation_name(settings.calculation))
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
        self.handle.edit(py, |tx| tx.set_calculation(calculation))
    }

    #[getter]
    fn threads(&self) -> usize {
        self.handle.workbook.threads()
    }

    #[setter]
    fn set_threads(&self, threads: usize) {
        self.handle.workbook.set_threads(threads);
    }

    #[pyo3(signature = (path, *, progress = None, **options))]
    fn save(
        &self,
        py: Python<'_>,
        path: PathBuf,
        progress: Option<&Bound<'_, PyAny>>,
        options: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Vec<String>> {
        let options = text_options::writing(py, "save", options)?;
        let progress = Progress::of(progress, "B")?;
        let saved = self.handle.write(py, progress, |book, progress| {
            formats::save_with(book, &path, &options, progress)
        })?;
        Ok(saved.lost)
    }

    fn __copy__(slf: PyRef<'_, Self>) -> PyResult<Py<Workbook>> {
        let snapshot = slf.as_super().read(slf.py())?;
        Workbook::wrap(slf.py(), snapshot.fork())
    }

    fn __deepcopy__(slf: PyRef<'_, Self>, _memo: &Bound<'_, PyAny>) -> PyResult<Py<Workbook>> {
        Workbook::__copy__(slf)
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!(
            "<tabulith.Workbook: {}>",
            summary(&self.handle.layout(py)?)
        ))
    }
}

/// Sheets, names and tables are added, changed and removed.
#[pymethods]
impl Workbook {
    fn add_sheet(&self, py: Python<'_>, name: &str) -> PyResult<Sheet> {
        let id = self.handle.edit(py, |tx| tx.add_sheet(name))?;
        Ok(Sheet::new(self.source(), id))
    }

    fn rename_sheet(&self, py: Python<'_>, name: &str, new_name: &str) -> PyResult<()> {
        self.handle.edit(py, |tx| tx.rename_sheet(name, new_name))
    }

    fn remove_sheet(&self, py: Python<'_>, name: &str) -> PyResult<()> {
        self.handle.edit(py, |tx| tx.remove_sheet(name))
    }

    /// Moves a sheet's tab to a position, counted from 1.
    fn move_sheet(&self, py: Python<'_>, name: &str, position: Whole<u32>) -> PyResult<()> {
        let position = position.zero_based(py, "positions of sheets")?;
        let position = position as usize;
        self.handle.edit(py, |tx| tx.move_sheet(name, position))
    }

    fn copy_sheet(&self, py: Python<'_>, name: &str, new_name: &str) -> PyResult<Sheet> {
        let id = self.handle.edit(py, |tx| tx.copy_sheet(name, new_name))?;
        Ok(Sheet::new(self.source(), id))
    }

    fn hide_sheet(&self, py: Python<'_>, name: &str) -> PyResult<()> {
        self.handle
            .edit(py, |tx| tx.set_visibility(name, Visibility::Hidden))
    }

    fn show_sheet(&self, py: Python<'_>, name: &str) -> PyResult<()> {
        self.handle
            .edit(py, |tx| tx.set_visibility(name, Visibility::Visible))
    }

    #[pyo3(signature = (name, formula, sheet = None))]
    fn define_name(
        &self,
        py: Python<'_>,
        name: &str,
        formula: &str,
        sheet: Option<&str>,
    ) -> PyResult<()> {
        self.handle
            .edit(py, |tx| tx.define_name(name, sheet, formula))
    }

    #[pyo3(signature = (name, sheet = None))]
    fn remove_name(&self, py: Python<'_>, name: &str, sheet: Option<&str>) -> PyResult<()> {
        self.handle.edit(py, |tx| tx.remove_name(name, sheet))
    }

    fn add_table(&self, py: Python<'_>, name: &str, address: &str) -> PyResult<Table> {
        self.handle.edit(py, |tx| tx.add_table(name, address))?;
        Ok(Table::new(self.source(), name))
    }
}

/// The workbook that a pickle is of.
#[pyfunction]
#[pyo3(signature = (*parts))]
pub(crate) fn workbook_of(py: Python<'_>, parts: &Bound<'_, PyTuple>) -> PyResult<Py<Workbook>> {
    Workbook::wrap(py, pickles::made_again(py, parts)?)
}
