//! Arrays of numpy on their way into cells, without a Python object an element.

use std::sync::Arc;

use numpy::{PyArrayDyn, PyArrayMethods, PyUntypedArrayMethods};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use tabulith::value::Value;

use crate::columns::{Column, Columns, of_objects};
use crate::moments::{self, Moment};

/// What stands for no moment in numpy.
const NOT_A_TIME: i64 = i64::MIN;

/// An array as columns; nothing if the object is none, or has no dimension.
pub(crate) fn columns(object: &Bound<'_, PyAny>, date1904: bool) -> PyResult<Option<Columns>> {
    let py = object.py();
    // Only who has imported numpy can have an array of it.
    let modules = py.import("sys")?.getattr("modules")?;
    let Ok(numpy) = modules.get_item("numpy") else {
        return Ok(None);
    };
    if !object.is_instance(&numpy.getattr("ndarray")?)? {
        return Ok(None);
    }
    let shape: Vec<usize> = object.getattr("shape")?.extract()?;
    let is_list = match shape.len() {
        0 => return Ok(None),
        1 => true,
        2 => false,
        dimensions => {
            let message = format!("an array of {dimensions} dimensions does not fit into cells");
            return Err(PyValueError::new_err(message));
        }
    };
    let kind: String = object.getattr("dtype")?.getattr("kind")?.extract()?;
    let masked = object.hasattr("mask")?;
    let columns = match kind.as_str() {
        "f" | "i" | "u" if !masked => numbers(object, is_list)?,
        "b" if !masked => booleans(object, is_list)?,
        "M" | "m" if !masked => times(object, is_list, kind == "M", date1904)?,
        _ => objects(object, is_list, date1904)?,
    };
    Ok(Some(Columns {
        names: None,
        columns,
        is_list,
    }))
}

/// The columns of an array of this type.
fn lanes<T: numpy::Element + Copy>(
    array: &Bound<'_, PyAny>,
    is_list: bool,
) -> PyResult<Vec<Arc<[T]>>> {
    let array = array.cast::<PyArrayDyn<T>>()?.readonly();
    if is_list {
        return Ok(vec![match array.as_slice() {
            Ok(slice) => slice.into(),
            Err(_) => array.as_array().iter().copied().collect(),
        }]);
    }
    let width = array.shape()[1];
    let array = array.as_array();
    let column = |column| {
        let lane = array.index_axis(numpy::ndarray::Axis(1), column);
        match lane.as_slice() {
            Some(slice) => slice.into(),
            None => lane.iter().copied().collect(),
        }
    };
    Ok((0..width).map(column).collect())
}

fn converted<'py>(array: &Bound<'py, PyAny>, to: &str) -> PyResult<Bound<'py, PyAny>> {
    if array.getattr("dtype")?.str()?.to_str()? == to {
        return Ok(array.clone());
    }
    array.call_method1("astype", (to,))
}

fn numbers(array: &Bound<'_, PyAny>, is_list: bool) -> PyResult<Vec<Column>> {
    let array = converted(array, "float64")?;
    let lanes = lanes::<f64>(&array, is_list)?.into_iter();
    Ok(lanes.map(Column::numbers).collect())
}

fn booleans(array: &Bound<'_, PyAny>, is_list: bool) -> PyResult<Vec<Column>> {
    let lanes = lanes::<bool>(array, is_list)?.into_iter();
    let column = |lanes: Arc<[bool]>| lanes.iter().copied().map(Value::Boolean).collect();
    Ok(lanes.map(|lanes| Column::values(column(lanes))).collect())
}

/// Moments and durations, by way of microseconds.
fn times(
    array: &Bound<'_, PyAny>,
    is_list: bool,
    are_moments: bool,
    date1904: bool,
) -> PyResult<Vec<Column>> {
    let unit = array.getattr("dtype")?.str()?.to_string();
    let days_alone = ["[D]", "[W]", "[M]", "[Y]"]
        .iter()
        .any(|of| unit.ends_with(of));
    let (to, moment) = match (are_moments, days_alone) {
        (true, true) => ("datetime64[us]", Moment::Date),
        (true, false) => ("datetime64[us]", Moment::DateTime),
        (false, _) => ("timedelta64[us]", Moment::Duration),
    };
    let micros = converted(array, to)?.call_method1("view", ("int64",))?;
    let column = |micros: Arc<[i64]>| {
        let serials = micros.iter().map(|&micros| match (micros, are_moments) {
            (NOT_A_TIME, _) => Ok(f64::NAN),
            (_, true) => moments::serial_of_micros(micros, date1904).ok_or_else(|| {
                moments::before_the_first_day(format!("{micros} microseconds from 1970"))
            }),
            (_, false) => Ok(moments::duration_of_micros(micros)),
        });
        Ok(Column {
            moment: Some(moment),
            ..Column::numbers(serials.collect::<PyResult<_>>()?)
        })
    };
    lanes::<i64>(&micros, is_list)?
        .into_iter()
        .map(column)
        .collect()
}

/// Texts and objects, one by one.
fn objects(array: &Bound<'_, PyAny>, is_list: bool, date1904: bool) -> PyResult<Vec<Column>> {
    let columns = match is_list {
        true => vec![array.clone()],
        false => array
            .getattr("T")?
            .try_iter()?
            .collect::<PyResult<Vec<_>>>()?,
    };
    let column = |column: Bound<'_, PyAny>| {
        let list = column.call_method0("tolist")?;
        let objects: Vec<Bound<'_, PyAny>> = list.try_iter()?.collect::<PyResult<_>>()?;
        of_objects(objects.iter().map(Some), date1904)
    };
    columns.into_iter().map(column).collect()
}
