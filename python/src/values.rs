//! Values between Python and the library: every conversion is here.
//!
//! To Python: a number is a `float`, a text a `str`, TRUE a `bool`, a blank cell `None`, an error a [`CellError`]. From
//! Python also `int`, `Decimal`, dates and times (as serial numbers), and anything with `tolist` such as arrays and
//! columns of frames. NaN is blank, infinities are `#NUM!`.

use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{
    PyBool, PyDate, PyDateAccess, PyDateTime, PyDelta, PyDeltaAccess, PyFloat, PyInt, PyList,
    PyString, PyTime, PyTimeAccess, PyTuple, PyTzInfoAccess,
};
use tabulith::value::{self, Array, Value, date_serial};

/// Seconds of a day.
const DAY: f64 = 86_400.0;

/// An error in a cell: a value, never raised.
///
/// `CellError("#N/A")`; `.code` gives the text back. Two are equal if their codes are.
#[pyclass(frozen, eq, hash, module = "tabulith", from_py_object)]
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct CellError(value::CellError);

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
    Ok(match value {
        Value::Blank => py.None().into_bound(py),
        Value::Number(x) => PyFloat::new(py, *x).into_any(),
        Value::Text(text) => PyString::new(py, text).into_any(),
        Value::Boolean(x) => PyBool::new(py, *x).to_owned().into_any(),
        Value::Error(error) => Bound::new(py, CellError(*error))?.into_any(),
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
    } else if let Some(value) = moment(object, date1904)? {
        Ok(value)
    } else if object.hasattr("__float__")? {
        Ok(number(object.call_method0("__float__")?.extract::<f64>()?))
    } else {
        let kind = object.get_type();
        let message = format!("a cell cannot hold a {}", kind.fully_qualified_name()?);
        Err(PyTypeError::new_err(message))
    }
}

/// A number; NaN is no number and leaves the cell blank.
fn number(x: f64) -> Value {
    if x.is_nan() {
        Value::Blank
    } else {
        Value::number(x)
    }
}

/// A date, a time or a duration as a serial number; nothing if the object is none of them.
fn moment(object: &Bound<'_, PyAny>, date1904: bool) -> PyResult<Option<Value>> {
    if let Ok(delta) = object.cast::<PyDelta>() {
        let seconds = f64::from(delta.get_seconds()) + f64::from(delta.get_microseconds()) / 1e6;
        return Ok(Some(number(f64::from(delta.get_days()) + seconds / DAY)));
    }
    if let Ok(time) = object.cast::<PyTime>() {
        return Ok(Some(number(day_fraction(time))));
    }
    let Ok(date) = object.cast::<PyDate>() else {
        return Ok(None);
    };
    let (year, month, day) = (date.get_year(), date.get_month(), date.get_day());
    let serial = date_serial::serial_from_date(year, month.into(), day.into(), date1904)
        .ok_or_else(|| {
            PyValueError::new_err(format!(
                "the date {date} is before the first day of a workbook"
            ))
        })?;
    let fraction = match object.cast::<PyDateTime>() {
        Ok(moment) if moment.get_tzinfo().is_some() => {
            return Err(PyTypeError::new_err(
                "a cell has no time zone: give a datetime without one",
            ));
        }
        Ok(moment) => day_fraction(moment),
        Err(_) => 0.0,
    };
    Ok(Some(number(serial + fraction)))
}

/// The time of a day as a part of the day.
fn day_fraction(time: &impl PyTimeAccess) -> f64 {
    let seconds = u32::from(time.get_hour()) * 3600
        + u32::from(time.get_minute()) * 60
        + u32::from(time.get_second());
    (f64::from(seconds) + f64::from(time.get_microsecond()) / 1e6) / DAY
}

/// The rows of what is put into a range: a list of lists, or one list, array or column, which goes down a column.
/// Nothing if the object is a single value.
pub(crate) fn rows<'py>(
    object: &Bound<'py, PyAny>,
) -> PyResult<Option<Vec<Vec<Bound<'py, PyAny>>>>> {
    let Some(items) = items(object)? else {
        return Ok(None);
    };
    let mut rows = Vec::with_capacity(items.len());
    for item in items {
        rows.push(match self::items(&item)? {
            Some(row) => row,
            None => vec![item],
        });
    }
    Ok(Some(rows))
}

/// The elements of a list, a tuple, or of anything that gives a list of itself (numpy, Arrow, polars, pandas).
fn items<'py>(object: &Bound<'py, PyAny>) -> PyResult<Option<Vec<Bound<'py, PyAny>>>> {
    if let Ok(list) = object.cast::<PyList>() {
        return Ok(Some(list.iter().collect()));
    }
    if let Ok(tuple) = object.cast::<PyTuple>() {
        return Ok(Some(tuple.iter().collect()));
    }
    for method in ["tolist", "to_pylist", "to_list"] {
        if object.hasattr(method)? {
            let list = object.call_method0(method)?;
            return Ok(list.cast::<PyList>().ok().map(|list| list.iter().collect()));
        }
    }
    Ok(None)
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
    let row = |row| {
        (0..array.columns())
            .map(|column| array.get(row, column).clone())
            .collect()
    };
    let rows: Vec<Vec<_>> = (0..array.rows()).map(row).collect();
    rows_to_python(py, &rows)
}

/// The date and time of a serial number.
///
/// Excel's first two months have a day too many (1900 was no leap year), so days before March 1900 count from another
/// start; the day that never was has no date.
pub(crate) fn datetime(py: Python<'_>, serial: f64, date1904: bool) -> PyResult<Bound<'_, PyAny>> {
    let start = match (date1904, serial) {
        (true, _) => (1904, 1, 1),
        (false, x) if (60.0..61.0).contains(&x) => {
            return Err(PyValueError::new_err(
                "29 February 1900, serial number 60, was no day",
            ));
        }
        (false, x) if x < 60.0 => (1899, 12, 31),
        (false, _) => (1899, 12, 30),
    };
    let module = py.import("datetime")?;
    let days = module.getattr("timedelta")?.call1((serial,))?;
    module.getattr("datetime")?.call1(start)?.add(days)
}
