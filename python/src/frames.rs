//! Ranges as frames of pyarrow, polars and pandas.

use pyo3::prelude::*;
use pyo3::types::{IntoPyDict, PyCapsule, PyDict, PyList};
use tabulith::reference::Area;
use tabulith::value::ValueRef;
use tabulith::{Error, ErrorKind, Snapshot};

use crate::columns_out::{self, Kind, OutColumn};
use crate::errors::OrRaise;
use crate::moments::{self, Moment};
use crate::source::Source;
use crate::{arrow_out, numpy_out, values};

/// Columns of a snapshot with their names, as Arrow's consumers want them.
#[pyclass(frozen, module = "tabulith")]
pub(crate) struct Frame {
    snapshot: Snapshot,
    /// The rows below the header.
    area: Area,
    names: Vec<String>,
}

impl Frame {
    /// The frame of an area whose first row are the names of its columns, if `header`.
    pub(crate) fn new(
        py: Python<'_>,
        source: &Source,
        area: Area,
        header: bool,
    ) -> PyResult<Frame> {
        let snapshot = source.read(py)?;
        if !header {
            let names = Vec::new();
            return Ok(Frame {
                snapshot,
                area,
                names,
            });
        }
        if area.rect.rows() == 1 {
            let address = snapshot.address(&area);
            let message = format!("`{address}` has a header and no row below it");
            return Err(Error::new(ErrorKind::Argument, message)).or_raise(py);
        }
        let names = columns_out::header(&snapshot, area);
        let mut below = area;
        below.rect.top += 1;
        Ok(Frame::named(snapshot, below, names))
    }

    /// The frame of an area whose columns have these names.
    pub(crate) fn named(snapshot: Snapshot, area: Area, names: Vec<String>) -> Frame {
        Frame {
            snapshot,
            area,
            names,
        }
    }
}

#[pymethods]
impl Frame {
    #[pyo3(signature = (requested_schema = None))]
    pub(crate) fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        let _ = requested_schema;
        let names = arrow_out::Names::Given(&self.names);
        arrow_out::stream(py, &self.snapshot, self.area, names)
    }
}

pub(crate) fn to_arrow<'py>(py: Python<'py>, frame: Frame) -> PyResult<Bound<'py, PyAny>> {
    py.import("pyarrow")?
        .getattr("table")?
        .call1((Py::new(py, frame)?,))
}

pub(crate) fn to_polars<'py>(py: Python<'py>, frame: Frame) -> PyResult<Bound<'py, PyAny>> {
    py.import("polars")?
        .getattr("DataFrame")?
        .call1((Py::new(py, frame)?,))
}

/// A frame of pandas, which needs no pyarrow.
pub(crate) fn to_pandas<'py>(py: Python<'py>, frame: &Frame) -> PyResult<Bound<'py, PyAny>> {
    let class = py.import("pandas")?.getattr("DataFrame")?;
    let columns = py.detach(|| columns_out::columns(&frame.snapshot, frame.area, &frame.names));
    let data = PyDict::new(py);
    for column in &columns {
        data.set_item(&column.name, pandas_column(py, frame, column)?)?;
    }
    for column in columns.iter().filter(|column| column.has_errors) {
        let errors = each(py, frame, column, |py, value| match value {
            ValueRef::Error(error) => Ok(error.as_str().into_pyobject(py)?.into_any()),
            _ => Ok(py.None().into_bound(py)),
        })?;
        data.set_item(format!("{}.error", column.name), errors)?;
    }
    let copy = [("copy", false)].into_py_dict(py)?;
    class.call((data,), Some(&copy))
}

fn pandas_column<'py>(
    py: Python<'py>,
    frame: &Frame,
    column: &OutColumn,
) -> PyResult<Bound<'py, PyAny>> {
    let date1904 = frame.snapshot.settings().date1904;
    match column.kind {
        Kind::Numbers => numpy_out::column(py, &frame.snapshot, frame.area, column.place),
        Kind::Booleans => each(py, frame, column, |py, value| match value {
            ValueRef::Error(_) => Ok(py.None().into_bound(py)),
            value => values::shown(py, value),
        }),
        Kind::Texts => each(py, frame, column, |py, value| {
            match columns_out::text_of(value) {
                Some(text) => Ok(text.into_pyobject(py)?.into_any()),
                None => Ok(py.None().into_bound(py)),
            }
        }),
        Kind::Moments(Moment::Time) => each(py, frame, column, |py, value| match value {
            ValueRef::Number(serial) => moments::time(py, serial),
            _ => Ok(py.None().into_bound(py)),
        }),
        Kind::Moments(Moment::Duration) => micros(
            py,
            frame,
            column,
            ("timedelta64[us]", &moments::micros_of_duration),
        ),
        Kind::Moments(_) => micros(
            py,
            frame,
            column,
            ("datetime64[us]", &|serial| {
                moments::micros_of_serial(serial, date1904)
            }),
        ),
    }
}

/// A list of something of each row.
fn each<'py>(
    py: Python<'py>,
    frame: &Frame,
    column: &OutColumn,
    of: impl Fn(Python<'py>, ValueRef<'_>) -> PyResult<Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyAny>> {
    let blank = of(py, ValueRef::Blank)?;
    let mut items = vec![blank; frame.area.rect.rows() as usize];
    let mut failed = None;
    for block in &column.blocks {
        block.visit(|row, value| match of(py, value) {
            Ok(item) => items[(row - frame.area.rect.top) as usize] = item,
            Err(error) => failed = Some(error),
        });
    }
    match failed {
        Some(error) => Err(error),
        None => Ok(PyList::new(py, items)?.into_any()),
    }
}

/// A way from a serial number to microseconds.
type Micros<'a> = &'a dyn Fn(f64) -> Option<i64>;

/// Moments or durations as numpy has them.
fn micros<'py>(
    py: Python<'py>,
    frame: &Frame,
    column: &OutColumn,
    (kind, of): (&str, Micros<'_>),
) -> PyResult<Bound<'py, PyAny>> {
    // What stands for no moment in numpy.
    let mut micros = vec![i64::MIN; frame.area.rect.rows() as usize];
    for block in &column.blocks {
        block.visit(|row, value| {
            if let ValueRef::Number(serial) = value {
                micros[(row - frame.area.rect.top) as usize] = of(serial).unwrap_or(i64::MIN);
            }
        });
    }
    let array = numpy::PyArray1::from_vec(py, micros);
    array.call_method1("view", (kind,))
}
