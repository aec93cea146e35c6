//! What is put into a range at once, as columns: lists, lists of lists, arrays and frames.
//!
//! Arrays of numpy and Arrow are read without a Python object an element. A plain column of numbers stays one of
//! numbers; NaN and nulls are blanks in it.

use std::sync::Arc;

use pyo3::prelude::*;
use pyo3::types::{PyList, PyRange, PyTuple};
use tabulith::value::Value;

use crate::errors::placed;
use crate::moments::Moment;
use crate::{arrow_in, numpy_in, values};

/// Columns of the same length, side by side.
pub(crate) struct Columns {
    /// Their names, if the object has any.
    pub(crate) names: Option<Vec<String>>,
    pub(crate) columns: Vec<Column>,
    /// Whether it is a plain sequence, which goes down a column, or along a row if there is only a row.
    pub(crate) is_list: bool,
}

/// A column.
pub(crate) struct Column {
    pub(crate) cells: Cells,
    /// What its numbers stand for, if all of them stand for the same and cells are to show it.
    pub(crate) moment: Option<Moment>,
}

/// The cells of a column.
pub(crate) enum Cells {
    /// Numbers; NaN is blank.
    Numbers(Arc<[f64]>),
    /// Any values.
    Values(Vec<Value>),
}

impl Column {
    pub(crate) fn numbers(numbers: Arc<[f64]>) -> Column {
        Column {
            cells: Cells::Numbers(numbers),
            moment: None,
        }
    }

    pub(crate) fn values(values: Vec<Value>) -> Column {
        Column {
            cells: Cells::Values(values),
            moment: None,
        }
    }

    pub(crate) fn len(&self) -> usize {
        match &self.cells {
            Cells::Numbers(numbers) => numbers.len(),
            Cells::Values(values) => values.len(),
        }
    }

    /// The cells one by one.
    pub(crate) fn into_values(self) -> Vec<Value> {
        match self.cells {
            Cells::Numbers(numbers) => numbers.iter().copied().map(values::number).collect(),
            Cells::Values(values) => values,
        }
    }
}

impl Columns {
    pub(crate) fn rows(&self) -> usize {
        self.columns.iter().map(Column::len).max().unwrap_or(0)
    }
}

/// An object as columns; nothing if it is a single value.
pub(crate) fn columns(object: &Bound<'_, PyAny>, date1904: bool) -> PyResult<Option<Columns>> {
    if let Some(items) = items(object)? {
        return of_rows(object.py(), items, date1904).map(Some);
    }
    if let Some(columns) = numpy_in::columns(object, date1904)? {
        return Ok(Some(columns));
    }
    // A frame of pandas may hold what Arrow does not, and its own way needs no pyarrow.
    if let Some(columns) = of_pandas(object, date1904)? {
        return Ok(Some(columns));
    }
    if let Some(columns) = arrow_in::columns(object, date1904)? {
        return Ok(Some(columns));
    }
    for method in ["tolist", "to_pylist", "to_list"] {
        if object.hasattr(method)? {
            let list = object.call_method0(method)?;
            // Single values of numpy have it too, and give no list.
            return match items(&list)? {
                Some(items) => of_rows(object.py(), items, date1904).map(Some),
                None => Ok(None),
            };
        }
    }
    Ok(None)
}

/// The elements of a list, a tuple or a range.
fn items<'py>(object: &Bound<'py, PyAny>) -> PyResult<Option<Vec<Bound<'py, PyAny>>>> {
    if let Ok(list) = object.cast::<PyList>() {
        Ok(Some(list.iter().collect()))
    } else if let Ok(tuple) = object.cast::<PyTuple>() {
        Ok(Some(tuple.iter().collect()))
    } else if object.is_instance_of::<PyRange>() {
        object.try_iter()?.collect::<PyResult<_>>().map(Some)
    } else {
        Ok(None)
    }
}

/// Rows, or the elements of one list, as columns; shorter rows end in blanks.
fn of_rows(py: Python<'_>, items: Vec<Bound<'_, PyAny>>, date1904: bool) -> PyResult<Columns> {
    let mut rows = Vec::with_capacity(items.len());
    let mut is_list = true;
    for item in items {
        rows.push(match row(&item)? {
            Some(row) => {
                is_list = false;
                row
            }
            None => vec![item],
        });
    }
    let width = rows.iter().map(Vec::len).max().unwrap_or(0);
    let columns = (0..width).map(|column| {
        let cells = rows.iter().map(|row| row.get(column));
        of_objects(cells, date1904).map_err(|error| match is_list {
            true => error,
            false => placed(py, error, &format!("column {}", column + 1)),
        })
    });
    Ok(Columns {
        names: None,
        columns: columns.collect::<PyResult<_>>()?,
        is_list,
    })
}

/// A row of rows: a list, a tuple, a range, or an array.
fn row<'py>(object: &Bound<'py, PyAny>) -> PyResult<Option<Vec<Bound<'py, PyAny>>>> {
    if let Some(items) = items(object)? {
        return Ok(Some(items));
    }
    if object.hasattr("__len__")? && object.hasattr("tolist")? {
        return items(&object.call_method0("tolist")?);
    }
    Ok(None)
}

/// Python objects one below the other.
pub(crate) fn of_objects<'a, 'py: 'a>(
    objects: impl Iterator<Item = Option<&'a Bound<'py, PyAny>>>,
    date1904: bool,
) -> PyResult<Column> {
    let mut cells = Vec::with_capacity(objects.size_hint().0);
    // What all that are no blanks stand for: not seen yet, the same, or not the same.
    let mut common: Option<Option<Moment>> = None;
    let mut are_numbers = true;
    for (number, object) in objects.enumerate() {
        let value = match object {
            Some(object) => values::plain(object, date1904)
                .map_err(|error| placed(object.py(), error, &format!("item {}", number + 1)))?,
            None => Value::Blank,
        };
        match (&value, object) {
            (Value::Blank, _) => {}
            (Value::Number(_), Some(object)) => {
                let moment = values::moment(object);
                common = Some(match common {
                    Some(common) if common != moment => None,
                    _ => moment,
                });
            }
            _ => are_numbers = false,
        }
        cells.push(value);
    }
    let moment = common.flatten();
    if !are_numbers {
        return Ok(Column {
            moment,
            ..Column::values(cells)
        });
    }
    let numbers = cells.into_iter().map(|value| match value {
        Value::Number(x) => x,
        _ => f64::NAN,
    });
    Ok(Column {
        moment,
        ..Column::numbers(numbers.collect())
    })
}

/// A frame or a column of pandas.
fn of_pandas(object: &Bound<'_, PyAny>, date1904: bool) -> PyResult<Option<Columns>> {
    let kind = object.get_type();
    let module = kind.module()?;
    let is_of_pandas = module.to_str()?.split('.').next() == Some("pandas");
    if !is_of_pandas || !object.hasattr("to_numpy")? {
        return Ok(None);
    }
    if !object.hasattr("columns")? {
        let column = of_series(object, date1904)?;
        return Ok(Some(Columns {
            names: None,
            columns: vec![column],
            is_list: true,
        }));
    }
    let names: Vec<Bound<'_, PyAny>> = object
        .getattr("columns")?
        .try_iter()?
        .collect::<PyResult<_>>()?;
    let names = names.iter().map(|name| Ok(name.str()?.to_string()));
    let names: Vec<String> = names.collect::<PyResult<_>>()?;
    let width: usize = object.getattr("shape")?.get_item(1)?.extract()?;
    let places = object.getattr("iloc")?;
    let all = pyo3::types::PySlice::full(object.py());
    let columns = (0..width).map(|column| {
        of_series(&places.get_item((&all, column))?, date1904)
            .map_err(|error| placed(object.py(), error, &format!("column `{}`", names[column])))
    });
    Ok(Some(Columns {
        columns: columns.collect::<PyResult<_>>()?,
        names: Some(names),
        is_list: false,
    }))
}

/// A column of pandas: by numpy if it has a type of numpy's, or else one by one.
fn of_series(series: &Bound<'_, PyAny>, date1904: bool) -> PyResult<Column> {
    let kind = series.getattr("dtype")?.getattr("kind")?;
    if "biufmM".contains(kind.extract::<String>()?.as_str())
        && let Some(mut columns) = numpy_in::columns(&series.call_method0("to_numpy")?, date1904)?
        && let Some(column) = columns.columns.pop()
    {
        return Ok(column);
    }
    let list = series.call_method0("tolist")?;
    let objects = items(&list)?.unwrap_or_default();
    of_objects(objects.iter().map(Some), date1904)
}
