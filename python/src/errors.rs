//! The library's errors as Python exceptions: each [`ErrorKind`] has its class in `tabulith.exceptions`.

use std::error::Error as _;
use std::io;

use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use tabulith::{Error, ErrorKind};

/// The name of the exception class for a kind of error.
fn class(error: &Error) -> &'static str {
    let missing = error
        .source()
        .and_then(|source| source.downcast_ref::<io::Error>())
        .is_some_and(|source| source.kind() == io::ErrorKind::NotFound);
    match error.kind() {
        ErrorKind::Parse => "ParseError",
        ErrorKind::Address => "AddressError",
        ErrorKind::SheetNotFound => "SheetNotFound",
        ErrorKind::Name => "InvalidName",
        ErrorKind::Argument => "ArgumentError",
        ErrorKind::Limit => "LimitError",
        ErrorKind::FileFormat => "FileFormatError",
        ErrorKind::Encrypted => "EncryptedError",
        ErrorKind::Io if missing => "_MissingFile",
        ErrorKind::Io => "IoError",
        ErrorKind::Reentrant => "ReentrantError",
        ErrorKind::Conflict => "ConflictError",
        ErrorKind::Cancelled => "Cancelled",
        ErrorKind::Unsupported => "UnsupportedError",
        // A kind that is newer than this package.
        _ => "Error",
    }
}

/// The exception for an error, with the picture of the formula in its message.
pub(crate) fn exception(py: Python<'_>, error: &Error) -> PyErr {
    let raised = || -> PyResult<PyErr> {
        let class = py.import("tabulith.exceptions")?.getattr(class(error))?;
        let mut message = error.to_string();
        if error.kind() == ErrorKind::Io
            && let Some(source) = error.source()
        {
            message = format!("{message}: {source}");
        }
        let exception = class.call1((message,))?;
        if error.kind() == ErrorKind::Parse {
            exception.setattr("span", error.span().map(|span| (span.start, span.end)))?;
            exception.setattr("hint", error.hint())?;
        }
        Ok(PyErr::from_value(exception))
    };
    raised().unwrap_or_else(|failure| failure)
}

/// A library result as a Python result.
pub(crate) trait OrRaise<T> {
    /// The value, or the exception that stands for the error.
    fn or_raise(self, py: Python<'_>) -> PyResult<T>;
}

impl<T> OrRaise<T> for tabulith::Result<T> {
    fn or_raise(self, py: Python<'_>) -> PyResult<T> {
        self.map_err(|error| exception(py, &error))
    }
}

/// An exception about a value, with the place where it stands among others; any other exception as it is.
pub(crate) fn placed(py: Python<'_>, error: PyErr, place: &str) -> PyErr {
    let class = error.get_type(py);
    if !class.is(py.get_type::<PyTypeError>()) && !class.is(py.get_type::<PyValueError>()) {
        return error;
    }
    PyErr::from_type(class, format!("{place}: {}", error.value(py)))
}
