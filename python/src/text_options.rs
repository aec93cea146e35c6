//! How text files are read and written, as keyword arguments.

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use tabulith::formats::csv::{Decimal, Encoding, LineEnding, ReadOptions, Values, WriteOptions};
use tabulith::formats::{OpenOptions, SaveOptions};
use tabulith::{Error, ErrorKind};

use crate::errors::OrRaise;

/// The options of `open`.
pub(crate) fn reading(
    py: Python<'_>,
    arguments: Option<&Bound<'_, PyDict>>,
) -> PyResult<OpenOptions> {
    let mut csv = ReadOptions::default();
    for (key, value) in arguments.into_iter().flatten() {
        match key.extract::<String>()?.as_str() {
            _ if value.is_none() => {}
            "delimiter" => csv.delimiter = Some(delimiter(py, &value)?),
            "encoding" => csv.encoding = Some(encoding(py, &value)?),
            "decimal" => csv.decimal = decimal(py, &value)?,
            "header" => csv.header = value.extract()?,
            "typed" => csv.typed = value.extract()?,
            "formulas" => csv.formulas = value.extract()?,
            "sheet" => csv.sheet = Some(value.extract()?),
            key => return Err(unexpected("open", key)),
        }
    }
    Ok(OpenOptions { kind: None, csv })
}

/// The options of `Workbook.save` and of `to_bytes`.
pub(crate) fn writing(
    py: Python<'_>,
    function: &str,
    arguments: Option<&Bound<'_, PyDict>>,
) -> PyResult<SaveOptions> {
    let mut csv = WriteOptions::default();
    let mut new = false;
    for (key, value) in arguments.into_iter().flatten() {
        match key.extract::<String>()?.as_str() {
            _ if value.is_none() => {}
            "new" => new = value.extract()?,
            "sheet" => csv.sheet = Some(value.extract()?),
            "delimiter" => csv.delimiter = delimiter(py, &value)?,
            "encoding" => csv.encoding = encoding(py, &value)?,
            "byte_order_mark" => csv.byte_order_mark = value.extract()?,
            "decimal" => csv.decimal = decimal(py, &value)?,
            "formulas" => csv.formulas = value.extract()?,
            "displayed" => {
                csv.values = match value.extract()? {
                    true => Values::Displayed,
                    false => Values::Raw,
                }
            }
            "line_feed" => {
                csv.line_ending = match value.extract()? {
                    true => LineEnding::Lf,
                    false => LineEnding::CrLf,
                }
            }
            key => return Err(unexpected(function, key)),
        }
    }
    Ok(SaveOptions { new, csv })
}

fn unexpected(function: &str, key: &str) -> PyErr {
    PyTypeError::new_err(format!(
        "{function}() got an unexpected keyword argument '{key}'"
    ))
}

fn delimiter(py: Python<'_>, value: &Bound<'_, PyAny>) -> PyResult<u8> {
    let text: String = value.extract()?;
    let byte = match text.as_bytes() {
        [byte] => Ok(*byte),
        _ => Err(Error::new(
            ErrorKind::Argument,
            format!("`{text}` is no delimiter: one ASCII character is needed"),
        )),
    };
    byte.or_raise(py)
}

fn encoding(py: Python<'_>, value: &Bound<'_, PyAny>) -> PyResult<Encoding> {
    Encoding::named(&value.extract::<String>()?).or_raise(py)
}

fn decimal(py: Python<'_>, value: &Bound<'_, PyAny>) -> PyResult<Decimal> {
    let text: String = value.extract()?;
    let decimal = match text.as_str() {
        "." => Ok(Decimal::Point),
        "," => Ok(Decimal::Comma),
        _ => Err(Error::new(
            ErrorKind::Argument,
            format!("`{text}` is no decimal sign: there are `.` and `,`"),
        )),
    };
    decimal.or_raise(py)
}
