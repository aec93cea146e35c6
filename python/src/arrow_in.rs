//! Arrow's arrays, streams and tables on their way into cells, by the PyCapsule interface: pyarrow, polars, pandas,
//! DuckDB and whoever else has `__arrow_c_stream__` or `__arrow_c_array__`.

use std::ffi::CStr;
use std::ptr::NonNull;

use arrow_array::cast::AsArray;
use arrow_array::ffi::{FFI_ArrowArray, FFI_ArrowSchema, from_ffi};
use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use arrow_array::{ArrayRef, make_array};
use arrow_schema::{ArrowError, DataType, Field};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyTuple};

use crate::arrow_column;
use crate::columns::{Cells, Column, Columns};
use crate::errors::placed;

fn failed(error: ArrowError) -> PyErr {
    PyValueError::new_err(error.to_string())
}

/// What an object gives by the PyCapsule interface, as columns; nothing if it does not have it.
pub(crate) fn columns(object: &Bound<'_, PyAny>, date1904: bool) -> PyResult<Option<Columns>> {
    let (field, arrays) = if object.hasattr("__arrow_c_stream__")? {
        let capsule = object.call_method0("__arrow_c_stream__")?;
        of_stream(capsule.cast::<PyCapsule>()?)?
    } else if object.hasattr("__arrow_c_array__")? {
        let pair = object.call_method0("__arrow_c_array__")?;
        of_array(pair.cast::<PyTuple>()?)?
    } else {
        return Ok(None);
    };
    let DataType::Struct(fields) = field.data_type() else {
        return Ok(Some(Columns {
            names: None,
            columns: vec![joined(&arrays, date1904)?],
            is_list: true,
        }));
    };
    let column = |number: usize| {
        let parts: Vec<ArrayRef> = arrays
            .iter()
            .map(|array| array.as_struct().column(number).clone())
            .collect();
        joined(&parts, date1904).map_err(|error| {
            let place = format!("column `{}`", fields[number].name());
            placed(object.py(), error, &place)
        })
    };
    Ok(Some(Columns {
        names: Some(fields.iter().map(|field| field.name().clone()).collect()),
        columns: (0..fields.len()).map(column).collect::<PyResult<_>>()?,
        is_list: false,
    }))
}

/// The parts of a column, one below the other.
fn joined(parts: &[ArrayRef], date1904: bool) -> PyResult<Column> {
    let parts = parts
        .iter()
        .map(|part| arrow_column::column(part, date1904));
    let mut parts: Vec<Column> = parts.collect::<PyResult<_>>()?;
    if parts.len() == 1
        && let Some(whole) = parts.pop()
    {
        return Ok(whole);
    }
    let moment = parts.iter().find_map(|part| part.moment);
    let numbers = parts.iter().map(|part| match &part.cells {
        Cells::Numbers(numbers) => Some(&**numbers),
        Cells::Values(_) => None,
    });
    let cells = match numbers.collect::<Option<Vec<&[f64]>>>() {
        Some(numbers) => Cells::Numbers(numbers.concat().into()),
        None => Cells::Values(parts.into_iter().flat_map(Column::into_values).collect()),
    };
    Ok(Column { cells, moment })
}

/// All arrays of a stream, and what they are.
fn of_stream(capsule: &Bound<'_, PyCapsule>) -> PyResult<(Field, Vec<ArrayRef>)> {
    let pointer = capsule.pointer_checked(Some(c"arrow_array_stream"))?;
    // SAFETY: a capsule of this name holds a stream, by the Arrow PyCapsule interface. It is moved out, and what stays
    // behind counts as released.
    let mut stream = unsafe { FFI_ArrowArrayStream::from_raw(pointer.as_ptr().cast()) };
    let (Some(_), Some(get_schema), Some(get_next)) =
        (stream.release, stream.get_schema, stream.get_next)
    else {
        return Err(PyValueError::new_err("the stream was read already"));
    };
    let mut schema = FFI_ArrowSchema::empty();
    // SAFETY: the stream is not released, and these are its own functions.
    if unsafe { get_schema(&mut stream, &mut schema) } != 0 {
        return Err(complaint(&mut stream));
    }
    let field = Field::try_from(&schema).map_err(failed)?;
    let mut arrays = Vec::new();
    loop {
        let mut array = FFI_ArrowArray::empty();
        // SAFETY: as above.
        if unsafe { get_next(&mut stream, &mut array) } != 0 {
            return Err(complaint(&mut stream));
        }
        if array.is_released() {
            return Ok((field, arrays));
        }
        // SAFETY: the stream gave the array under this schema, and nobody else has it.
        let data = unsafe { from_ffi(array, &schema) }.map_err(failed)?;
        arrays.push(make_array(data));
    }
}

/// What a stream says of its last failure.
fn complaint(stream: &mut FFI_ArrowArrayStream) -> PyErr {
    let message = stream.get_last_error.and_then(|get_last_error| {
        // SAFETY: the stream is not released, and this is its own function.
        let message = NonNull::new(unsafe { get_last_error(stream) }.cast_mut())?;
        // SAFETY: what it gives is a text that lives until the stream is used again.
        let message = unsafe { CStr::from_ptr(message.as_ptr()) };
        Some(message.to_string_lossy().into_owned())
    });
    PyValueError::new_err(message.unwrap_or_else(|| "the stream gave no array".to_owned()))
}

/// An array, and what it is.
fn of_array(pair: &Bound<'_, PyTuple>) -> PyResult<(Field, Vec<ArrayRef>)> {
    let (schema, array) = (pair.get_item(0)?, pair.get_item(1)?);
    let schema = schema
        .cast::<PyCapsule>()?
        .pointer_checked(Some(c"arrow_schema"))?;
    let array = array
        .cast::<PyCapsule>()?
        .pointer_checked(Some(c"arrow_array"))?;
    // SAFETY: capsules of these names hold a schema and an array, by the Arrow PyCapsule interface; both are moved out.
    let (schema, array) = unsafe {
        (
            FFI_ArrowSchema::from_raw(schema.as_ptr().cast()),
            FFI_ArrowArray::from_raw(array.as_ptr().cast()),
        )
    };
    if array.is_released() {
        return Err(PyTypeError::new_err("the array was read already"));
    }
    let field = Field::try_from(&schema).map_err(failed)?;
    // SAFETY: the object gave the array under this schema, and nobody else has it now.
    let data = unsafe { from_ffi(array, &schema) }.map_err(failed)?;
    Ok((field, vec![make_array(data)]))
}
