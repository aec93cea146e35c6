//! Ranges as arrays of numpy, with one copy.

use numpy::ndarray::{ArrayViewMut1, Axis};
use numpy::{PyArrayDyn, PyArrayMethods, PyUntypedArrayMethods};
use pyo3::prelude::*;
use pyo3::types::{IntoPyDict, PyList};
use tabulith::reference::{Area, SheetId};
use tabulith::{Error, ErrorKind, Snapshot};

use crate::errors::OrRaise;
use crate::values;

/// Values on their way into an array that does not lie in one piece.
const STRIDE: usize = 4_096;

/// The values of an area: numbers as `float64`, blanks as NaN; everything as objects where there is anything else.
/// One column has one dimension. With `out` the numbers are written into it, and what is no number is NaN.
pub(crate) fn array<'py>(
    py: Python<'py>,
    snapshot: &Snapshot,
    area: Area,
    out: Option<&Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyAny>> {
    let out = match out {
        Some(out) => out.clone(),
        None => {
            if !py.detach(|| holds_numbers(snapshot, area)) {
                return objects(py, snapshot, area);
            }
            empty(py, shape(area))?
        }
    };
    fill(&out, snapshot, area)?;
    Ok(out)
}

/// The numbers of a column, NaN where there is none.
pub(crate) fn column<'py>(
    py: Python<'py>,
    snapshot: &Snapshot,
    area: Area,
    column: u32,
) -> PyResult<Bound<'py, PyAny>> {
    let mut area = area;
    (area.rect.left, area.rect.right) = (column, column);
    let out = empty(py, shape(area))?;
    fill(&out, snapshot, area)?;
    Ok(out)
}

/// Whether there is nothing but numbers and blanks.
fn holds_numbers(snapshot: &Snapshot, area: Area) -> bool {
    let rect = area.rect;
    let mut columns = rect.left..=rect.right;
    columns.all(|column| {
        let blocks = snapshot.held_blocks(area.sheet, column, rect.top..rect.bottom + 1);
        blocks.iter().all(|block| {
            let counts = block.counts();
            counts.filled() == counts.numbers
        })
    })
}

fn shape(area: Area) -> Vec<usize> {
    let (rows, columns) = (area.rect.rows() as usize, area.rect.columns() as usize);
    match columns {
        1 => vec![rows],
        _ => vec![rows, columns],
    }
}

/// An array whose columns lie in one piece each.
fn empty(py: Python<'_>, shape: Vec<usize>) -> PyResult<Bound<'_, PyAny>> {
    let order = [("order", "F")].into_py_dict(py)?;
    py.import("numpy")?
        .getattr("empty")?
        .call((shape,), Some(&order))
}

fn fill(out: &Bound<'_, PyAny>, snapshot: &Snapshot, area: Area) -> PyResult<()> {
    let py = out.py();
    let refuse = |what: String| {
        let message = format!("`out` must be a writeable array of float64: {what}");
        Err(Error::new(ErrorKind::Argument, message)).or_raise(py)
    };
    let Ok(array) = out.cast::<PyArrayDyn<f64>>() else {
        return refuse(format!("it is a {}", out.get_type().name()?));
    };
    let (rows, width) = (area.rect.rows() as usize, area.rect.columns() as usize);
    let fits = array.shape() == [rows, width] || (width == 1 && array.shape() == [rows]);
    if !fits {
        let wanted = shape(area);
        return refuse(format!(
            "its shape is {:?} and not {wanted:?}",
            array.shape()
        ));
    }
    let Ok(mut lanes) = array.try_readwrite() else {
        return refuse("it is read-only or in use".to_owned());
    };
    let mut lanes = lanes.as_array_mut();
    if lanes.ndim() == 1 {
        lanes.insert_axis_inplace(Axis(1));
    }
    for (number, column) in (area.rect.left..=area.rect.right).enumerate() {
        let lanes = lanes.index_axis_mut(Axis(1), number);
        let Ok(lanes) = lanes.into_dimensionality() else {
            return refuse("it has too many dimensions".to_owned());
        };
        py.detach(|| read(snapshot, (area.sheet, column), area.rect.top, lanes));
    }
    Ok(())
}

/// Copies a column's numbers from a row on; what is none is NaN.
fn read(
    snapshot: &Snapshot,
    (sheet, column): (SheetId, u32),
    first: u32,
    mut out: ArrayViewMut1<'_, f64>,
) {
    if let Some(lanes) = out.as_slice_mut() {
        snapshot.read_numbers(sheet, column, first, (lanes, f64::NAN));
        return;
    }
    let mut numbers = [f64::NAN; STRIDE];
    for (stride, mut lanes) in out.axis_chunks_iter_mut(Axis(0), STRIDE).enumerate() {
        let numbers = &mut numbers[..lanes.len()];
        let first = first + (stride * STRIDE) as u32;
        snapshot.read_numbers(sheet, column, first, (numbers, f64::NAN));
        for (lane, number) in lanes.iter_mut().zip(numbers) {
            *lane = *number;
        }
    }
}

/// Values of any kind.
fn objects<'py>(py: Python<'py>, snapshot: &Snapshot, area: Area) -> PyResult<Bound<'py, PyAny>> {
    let shown = snapshot.range(&snapshot.address(&area)).or_raise(py)?;
    let rows = py.detach(|| shown.rows());
    let values = match area.rect.columns() {
        1 => {
            let column = rows.iter().flatten();
            let column = column.map(|value| values::to_python(py, value));
            PyList::new(py, column.collect::<PyResult<Vec<_>>>()?)?.into_any()
        }
        _ => values::rows_to_python(py, &rows)?,
    };
    let kind = [("dtype", "object")].into_py_dict(py)?;
    py.import("numpy")?
        .getattr("array")?
        .call((values,), Some(&kind))
}
