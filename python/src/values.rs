//! Single values between Python and the library.
//!
//! To Python: a number is a `float`, a text a `str`, TRUE a `bool`, a blank cell `None`, an error a [`CellError`]. From
//! Python also `int`, `Decimal`, numbers of numpy, dates and times (as serial numbers). NaN is blank, infinities are
//! `#NUM!`.

use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyFloat, PyInt, PyList, PyString};
use tabulith::value::{self, Array, Value, ValueRef};

use crate::errors::OrRaise;
use crate::moments::{self, Moment};

/// An error in a cell: a value, never raised.
///
/// `CellError("#N/A")`; `.code` gives the text back. Two are equal if their codes are.
#[pyclass(frozen, eq, hash, module = "tabulith", from_py_object)]
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct CellError(value::CellError);

impl From<value::CellError> for CellError {
    fn from(error: value::CellError) -> CellError {
        CellError(error)
    }
}

#[pymethods]
impl CellError {
    #[new]
    fn new(code: &str) -> PyResult<Self> {
        value::CellError::parse(code)
            .map(CellError)
            .ok_or_else(|| PyValueError::new_err(format!("`{code}` is no error of a cell")))
    }

    /// The error's text, such as `#DIV/0!`.
    #[getter]
    fn code(&self) -> &'static str {
        self.0.as_str()
    }

    fn __str__(&self) -> &'static str {
        self.0.as_str()
    }

    fn __repr__(&self) -> String {
        format!("CellError('{}')", self.0)
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> (Bound<'py, PyAny>, (&'static str,)) {
        (slf.get_type().into_any(), (slf.get().code(),))
    }
}

/// What is put into a cell.
pub(crate) enum Input {
    /// A value as it is.
    Value(Value),
    /// A formula, with its `=`.
    Formula(String),
}

/// A value for Python.
pub(crate) fn to_python<'py>(py: Python<'py>, value: &Value) -> PyResult<Bound<'py, PyAny>> {
    shown(py, value.as_ref())
}

/// As [`to_python`], of a value where it lies.
pub(crate) fn shown<'py>(py: Python<'py>, value: ValueRef<'_>) -> PyResult<Bound<'py, PyAny>> {
    Ok(match value {
        ValueRef::Blank => py.None().into_bound(py),
        ValueRef::Number(x) => PyFloat::new(py, x).into_any(),
        ValueRef::Text(text) => PyString::new(py, text).into_any(),
        ValueRef::Boolean(x) => PyBool::new(py, x).to_owned().into_any(),
        ValueRef::Error(error) => Bound::new(py, CellError(error))?.into_any(),
    })
}

/// What a Python object puts into a cell: a text that begins with `=` is a formula, `'` makes the rest a text.
pub(crate) fn from_python(object: &Bound<'_, PyAny>, date1904: bool) -> PyResult<Input> {
    if let Ok(text) = object.cast::<PyString>() {
        let text = text.to_str()?;
        return Ok(match text.strip_prefix('\'') {
            Some(rest) => Input::Value(Value::from(rest)),
            None if text.starts_with('=') => Input::Formula(text.to_owned()),
            None => Input::Value(Value::from(text)),
        });
    }
    plain(object, date1904).map(Input::Value)
}

/// Whether an object can be nothing but a single value: a text, a number of Python's own, a boolean, None.
pub(crate) fn is_single(object: &Bound<'_, PyAny>) -> bool {
    object.is_instance_of::<PyFloat>()
        || object.is_instance_of::<PyString>()
        || object.is_instance_of::<PyInt>()
        || object.is_none()
}

/// A value as it is: texts of columns and lists are texts, whatever they begin with.
pub(crate) fn plain(object: &Bound<'_, PyAny>, date1904: bool) -> PyResult<Value> {
    if object.is_none() {
        Ok(Value::Blank)
    } else if let Ok(x) = object.cast::<PyBool>() {
        Ok(Value::Boolean(x.is_true()))
    } else if let Ok(x) = object.cast::<PyFloat>() {
        Ok(number(x.value()))
    } else if let Ok(text) = object.cast::<PyString>() {
        Ok(Value::from(text.to_str()?))
    } else if let Ok(x) = object.cast::<PyInt>() {
        // An integer beyond the range of a double is as infinite as one can be.
        Ok(number(x.extract::<f64>().unwrap_or(f64::INFINITY)))
    } else if let Ok(error) = object.extract::<CellError>() {
        Ok(Value::Error(error.0))
    } else if let Some((serial, _)) = moments::serial(object, date1904)? {
        Ok(number(serial))
    } else {
        odd(object, date1904)
    }
}

/// As [`plain`], for what is none of Python's own: scalars of numpy and pandas, and all that can be a `float`.
fn odd(object: &Bound<'_, PyAny>, date1904: bool) -> PyResult<Value> {
    if object.get_type().name()?.to_str()? == "NAType" {
        Ok(Value::Blank)
    } else if let Some(item) = item_of_numpy(object)? {
        plain(&item, date1904)
    } else if object.hasattr("__float__")? {
        Ok(number(object.call_method0("__float__")?.extract::<f64>()?))
    } else {
        Err(cannot_hold(object)?)
    }
}

/// What a scalar of numpy is among Python's own objects; nothing for what is none, or is nothing there.
fn item_of_numpy<'py>(object: &Bound<'py, PyAny>) -> PyResult<Option<Bound<'py, PyAny>>> {
    let kind = object.get_type();
    if kind.module()?.to_str()? != "numpy" || !object.hasattr("item")? {
        return Ok(None);
    }
    let mut item = object.call_method0("item")?;
    let name = kind.name()?;
    if item.is_instance_of::<PyInt>() && matches!(name.to_str()?, "datetime64" | "timedelta64") {
        // What Python's own moments are too coarse for is cut to their microseconds.
        let coarser = object.call_method1("astype", (format!("{name}[us]"),))?;
        item = coarser.call_method0("item")?;
    }
    Ok((!item.get_type().is(&kind)).then_some(item))
}

/// What is raised for a thing that no cell holds.
fn cannot_hold(object: &Bound<'_, PyAny>) -> PyResult<PyErr> {
    let kind = object.get_type();
    let message = format!("a cell cannot hold a {}", kind.fully_qualified_name()?);
    Ok(PyTypeError::new_err(message))
}

/// What a Python object stands for beside its value: a date, a time, a duration.
pub(crate) fn moment(object: &Bound<'_, PyAny>) -> Option<Moment> {
    if is_single(object) {
        return None;
    }
    let moment = |object: &Bound<'_, PyAny>| moments::serial(object, false).ok().flatten();
    let found = moment(object).or_else(|| moment(&item_of_numpy(object).ok().flatten()?));
    found.map(|(_, moment)| moment)
}

/// A number; NaN is no number and leaves the cell blank.
pub(crate) fn number(x: f64) -> Value {
    if x.is_nan() {
        Value::Blank
    } else {
        Value::number(x)
    }
}

/// Rows of values as a list of lists.
pub(crate) fn rows_to_python<'py>(
    py: Python<'py>,
    rows: &[Vec<Value>],
) -> PyResult<Bound<'py, PyAny>> {
    let list = PyList::empty(py);
    for row in rows {
        let values = row
            .iter()
            .map(|value| to_python(py, value))
            .collect::<PyResult<Vec<_>>>()?;
        list.append(PyList::new(py, values)?)?;
    }
    Ok(list.into_any())
}

/// An array as a list of lists.
pub(crate) fn array_to_python<'py>(py: Python<'py>, array: &Array) -> PyResult<Bound<'py, PyAny>> {
    let rows = py.detach(|| array.to_rows()).or_raise(py)?;
    rows_to_python(py, &rows)
}
