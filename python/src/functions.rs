//! Functions written in Python that formulas call.
//!
//! They run on the thread that edits or recalculates the workbook, which takes the interpreter for each call. An
//! exception makes the cell `#VALUE!`, and its traceback is what `explain` shows.

use std::ops::RangeInclusive;
use std::sync::Arc;

use numpy::PyArray1;
use pyo3::prelude::*;
use pyo3::types::{PyList, PyTuple};
use tabulith::functions::{Operand, UserArgument, UserColumn};
use tabulith::value::{Array, Value};
use tabulith::{Error, ErrorKind, UserFunction};

use crate::columns::{self, Cells, Column};
use crate::errors::OrRaise;
use crate::handle::Handle;
use crate::values;

/// What `wb.function(...)` gives: called with a function, it registers it and gives it back.
#[pyclass(frozen, module = "tabulith")]
pub(crate) struct Registration {
    handle: Arc<Handle>,
    name: String,
    flags: Flags,
}

#[derive(Clone, Copy)]
pub(crate) struct Flags {
    pub(crate) vectorised: bool,
    pub(crate) volatile: bool,
    pub(crate) takes_errors: bool,
}

impl Registration {
    pub(crate) fn new(handle: Arc<Handle>, name: &str, flags: Flags) -> Registration {
        Registration {
            handle,
            name: name.to_owned(),
            flags,
        }
    }
}

#[pymethods]
impl Registration {
    fn __call__(&self, function: Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
        let py = function.py();
        let date1904 = self.handle.layout(py)?.settings().date1904;
        let arity = arity(&function)?;
        let body = function.clone().unbind();
        let made = if self.flags.vectorised {
            UserFunction::vectorised(&self.name, arity, move |rows, given| {
                Python::attach(|py| {
                    let result = by_columns(body.bind(py), (rows, given), date1904);
                    result.map_err(|error| traceback(py, &error))
                })
            })
        } else {
            UserFunction::new(&self.name, arity, move |given: &[UserArgument]| {
                Python::attach(|py| {
                    let result = by_values(body.bind(py), given, date1904);
                    result.map_err(|error| traceback(py, &error))
                })
            })
        };
        let made = if self.flags.volatile {
            made.volatile()
        } else {
            made
        };
        let made = if self.flags.takes_errors {
            made.takes_errors()
        } else {
            made
        };
        self.handle.alone(py, |book| book.register(made))?;
        Ok(function.unbind())
    }
}

/// How many arguments a Python function takes by position.
fn arity(function: &Bound<'_, PyAny>) -> PyResult<RangeInclusive<usize>> {
    let py = function.py();
    let signature = py
        .import("inspect")?
        .call_method1("signature", (function,))?;
    let parameters = signature.getattr("parameters")?.call_method0("values")?;
    let (mut least, mut most) = (0, 0);
    for parameter in parameters.try_iter()? {
        let parameter = parameter?;
        let kind = parameter.getattr("kind")?.getattr("name")?;
        let optional = !parameter
            .getattr("default")?
            .is(&parameter.getattr("empty")?);
        match kind.extract::<&str>()? {
            "POSITIONAL_ONLY" | "POSITIONAL_OR_KEYWORD" => {
                most += 1;
                least += usize::from(!optional);
            }
            "VAR_POSITIONAL" => most = usize::from(u8::MAX),
            "KEYWORD_ONLY" if !optional => {
                let name = parameter.getattr("name")?;
                let message = format!("a formula cannot give the argument `{name}` by its name");
                return Err(Error::new(ErrorKind::Argument, message)).or_raise(py);
            }
            _ => {}
        }
    }
    Ok(least..=most)
}

/// Calls a function with values, and lists of rows for ranges and arrays.
fn by_values(
    function: &Bound<'_, PyAny>,
    given: &[UserArgument],
    date1904: bool,
) -> PyResult<Operand> {
    let py = function.py();
    let arguments: Vec<Bound<'_, PyAny>> = given
        .iter()
        .map(|argument| match argument {
            UserArgument::Value(value) => values::to_python(py, value),
            UserArgument::Array(array) => rows(py, array).map(Bound::into_any),
        })
        .collect::<PyResult<_>>()?;
    let result = function.call1(PyTuple::new(py, arguments)?)?;
    let Some(columns) = columns::columns(&result, date1904)? else {
        return Ok(Operand::Value(values::plain(&result, date1904)?));
    };
    let (height, width) = (columns.rows(), columns.columns.len());
    let columns: Vec<Vec<Value>> = columns
        .columns
        .into_iter()
        .map(Column::into_values)
        .collect();
    let mut cells = Vec::with_capacity(height * width);
    for row in 0..height {
        let of = |column: &Vec<Value>| column.get(row).cloned().unwrap_or_default();
        cells.extend(columns.iter().map(of));
    }
    let array = Array::new(height as u32, width as u32, cells);
    Ok(array.map_or_else(Operand::from, |array| Operand::Array(Arc::new(array))))
}

/// An array as a list of rows.
fn rows<'py>(py: Python<'py>, array: &Array) -> PyResult<Bound<'py, PyList>> {
    let rows = (0..array.rows()).map(|row| {
        let cells =
            (0..array.columns()).map(|column| values::to_python(py, array.get(row, column)));
        PyList::new(py, cells.collect::<PyResult<Vec<_>>>()?)
    });
    PyList::new(py, rows.collect::<PyResult<Vec<_>>>()?)
}

/// Calls a function with columns: arrays of numpy where all values are numbers, lists elsewhere.
fn by_columns(
    function: &Bound<'_, PyAny>,
    (rows, given): (usize, &[UserColumn]),
    date1904: bool,
) -> PyResult<UserColumn> {
    let py = function.py();
    // Without numpy numbers come as a list, too.
    let arrays = py.import("numpy").is_ok();
    let arguments: Vec<Bound<'_, PyAny>> = given
        .iter()
        .map(|column| match column {
            UserColumn::Numbers(numbers) if arrays => {
                Ok(PyArray1::from_slice(py, numbers).into_any())
            }
            UserColumn::Numbers(numbers) => Ok(PyList::new(py, numbers)?.into_any()),
            UserColumn::Values(given) => {
                let given = given.iter().map(|value| values::to_python(py, value));
                Ok(PyList::new(py, given.collect::<PyResult<Vec<_>>>()?)?.into_any())
            }
        })
        .collect::<PyResult<_>>()?;
    let result = function.call1(PyTuple::new(py, arguments)?)?;
    let Some(mut columns) = columns::columns(&result, date1904)? else {
        // One value for all rows.
        let value = values::plain(&result, date1904)?;
        return Ok(vec![value; rows].into());
    };
    match (columns.columns.pop(), columns.columns.is_empty()) {
        (Some(column), true) => Ok(match column.cells {
            Cells::Numbers(numbers) if numbers.iter().all(|x| x.is_finite()) => {
                numbers.to_vec().into()
            }
            cells => Column {
                cells,
                moment: None,
            }
            .into_values()
            .into(),
        }),
        _ => Err(Error::new(
            ErrorKind::Argument,
            "a vectorised function gives one column",
        ))
        .or_raise(py),
    }
}

/// An exception with its traceback, as Python prints it.
fn traceback(py: Python<'_>, error: &PyErr) -> String {
    let formatted = || -> PyResult<String> {
        let module = py.import("traceback")?;
        // As a value it has its traceback with it.
        let value = error.clone_ref(py).into_value(py);
        let lines = module.call_method1("format_exception", (value,))?;
        Ok(lines
            .extract::<Vec<String>>()?
            .concat()
            .trim_end()
            .to_owned())
    };
    formatted().unwrap_or_else(|_| error.to_string())
}
