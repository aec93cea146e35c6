//! Snapshots: a workbook at one moment.

use pyo3::prelude::*;
use pyo3::types::PyTuple;

use crate::book::{Book, calculation_name, summary};
use crate::pickles;
use crate::source::Source;

/// A workbook as it was at one moment. Reading it is the business of `Book`.
#[pyclass(frozen, extends = Book, module = "tabulith")]
pub(crate) struct Snapshot;

impl Snapshot {
    pub(crate) fn wrap(py: Python<'_>, snapshot: tabulith::Snapshot) -> PyResult<Py<Snapshot>> {
        let book = Book {
            source: Source::fixed(snapshot),
        };
        Py::new(py, PyClassInitializer::from(book).add_subclass(Snapshot))
    }
}

#[pymethods]
impl Snapshot {
    #[getter]
    fn calculation(slf: PyRef<'_, Self>) -> PyResult<&'static str> {
        let snapshot = slf.as_super().read(slf.py())?;
        Ok(calculation_name(snapshot.settings().calculation))
    }

    #[pyo3(signature = (protocol, /))]
    fn __reduce_ex__<'py>(
        slf: PyRef<'_, Self>,
        py: Python<'py>,
        protocol: i32,
    ) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyTuple>)> {
        let book = slf.as_super().read(py)?.fork();
        pickles::reduced(py, "snapshot_of", &book, protocol)
    }

    fn __copy__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __deepcopy__(slf: Py<Self>, _memo: &Bound<'_, PyAny>) -> Py<Self> {
        slf
    }

    fn __repr__(slf: PyRef<'_, Self>) -> PyResult<String> {
        let snapshot = slf.as_super().read(slf.py())?;
        Ok(format!("<tabulith.Snapshot: {}>", summary(&snapshot)))
    }
}

/// The snapshot that a pickle is of.
#[pyfunction]
#[pyo3(signature = (*parts))]
pub(crate) fn snapshot_of(py: Python<'_>, parts: &Bound<'_, PyTuple>) -> PyResult<Py<Snapshot>> {
    Snapshot::wrap(py, pickles::made_again(py, parts)?.snapshot())
}
