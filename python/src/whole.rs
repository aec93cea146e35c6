//! Whole numbers as arguments: rows, columns, positions, how many of them, revisions.

use pyo3::exceptions::PyOverflowError;
use pyo3::prelude::*;
use tabulith::{Error, ErrorKind};

use crate::errors::OrRaise;

/// A whole number that is not negative.
pub(crate) struct Whole<T>(pub(crate) T);

impl<'a, 'py, T> FromPyObject<'a, 'py> for Whole<T>
where
    T: FromPyObject<'a, 'py, Error = PyErr>,
{
    type Error = PyErr;

    fn extract(given: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        let py = given.py();
        given.extract().map(Whole).or_else(|error: PyErr| {
            if !error.is_instance_of::<PyOverflowError>(py) {
                return Err(error);
            }
            let message = format!("{} is out of range", given.repr()?);
            Err(Error::new(ErrorKind::Argument, message)).or_raise(py)
        })
    }
}

impl Whole<u32> {
    /// The number, of what counts from 1, as one that counts from 0.
    pub(crate) fn zero_based(&self, py: Python<'_>, what: &str) -> PyResult<u32> {
        let message = || format!("{what} count from 1");
        let counted = self.0.checked_sub(1);
        counted
            .ok_or_else(|| Error::new(ErrorKind::Argument, message()))
            .or_raise(py)
    }
}
