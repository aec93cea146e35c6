//! Widths of columns.

use pyo3::prelude::*;
use tabulith::reference::a1;
use tabulith::{Error, ErrorKind, limits};

use crate::errors::OrRaise;
use crate::sheet::Sheet;
use crate::sheet_edits::{argument, lines};
use crate::source::sheet_name;

/// An argument that may be None, or not there at all.
enum Told<T> {
    Nothing,
    Something(Option<T>),
}

impl<'a, 'py, T> FromPyObject<'a, 'py> for Told<T>
where
    Option<T>: FromPyObject<'a, 'py>,
{
    type Error = <Option<T> as FromPyObject<'a, 'py>>::Error;

    fn extract(given: Borrowed<'a, 'py, PyAny>) -> std::result::Result<Self, Self::Error> {
        given.extract().map(Told::Something)
    }
}

impl Sheet {
    /// The width of a column.
    fn width_of(&self, py: Python<'_>, (at, count): (u32, u32)) -> PyResult<Option<f64>> {
        let snapshot = self.source.layout(py)?;
        sheet_name(&snapshot, self.id).or_raise(py)?;
        if at >= limits::COLUMNS {
            let message = format!("there is no column {}", at + 1);
            return Err(Error::new(ErrorKind::Address, message)).or_raise(py);
        }
        if count > 1 {
            let [first, last] = [at, at + count - 1].map(a1::column_letters);
            let message = format!("`{first}:{last}` are several columns, each with a width");
            return Err(argument(message)).or_raise(py);
        }
        Ok(snapshot.column_width(self.id, at))
    }
}

#[pymethods]
impl Sheet {
    /// The width of a column; with `width` gives columns another one, with None the default.
    #[pyo3(signature = (columns, width = Told::Nothing))]
    fn column_width(
        &self,
        py: Python<'_>,
        columns: &Bound<'_, PyAny>,
        width: Told<f64>,
    ) -> PyResult<Option<f64>> {
        let (at, count) = lines(columns, 1, false)?;
        match width {
            Told::Something(width) => {
                self.edit(py, |tx| tx.set_column_width(self.id, at, count, width))?;
                Ok(None)
            }
            Told::Nothing => self.width_of(py, (at, count)),
        }
    }
}
