//! The functions of the module: opening files, formulas without a workbook, the function reference.

use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyList};
use tabulith::environment::Environment;
use tabulith::formats::{self, FileKind, Input, OpenOptions};
use tabulith::{Error, ErrorKind, functions};

use crate::book;
use crate::errors::OrRaise;
use crate::interrupt::{Progress, Watch};
use crate::text_options;
use crate::workbook::Workbook;

/// The clock of this machine, in its own time zone.
pub(crate) fn environment(py: Python<'_>) -> PyResult<Environment> {
    let local = py.import("time")?.call_method0("localtime")?;
    Ok(Environment::system(local.getattr("tm_gmtoff")?.extract()?))
}

/// The ending of the workbook's own files.
pub(crate) const OWN: &str = "tabulith";

/// The workbook that the bytes of a file hold, which is none of text.
pub(crate) fn from_bytes(py: Python<'_>, data: Vec<u8>) -> PyResult<tabulith::Workbook> {
    let environment = environment(py)?;
    // Any bytes can be a text, cut or altered ones of a workbook too.
    let kind = FileKind::of_content(&data, None).filter(|kind| *kind != FileKind::Text);
    if kind.is_none() {
        let message = "these bytes are no workbook; `tabulith.open` reads texts";
        return Err(Error::new(ErrorKind::FileFormat, message)).or_raise(py);
    }
    let input = Input::Bytes(data);
    let options = OpenOptions {
        kind,
        ..OpenOptions::default()
    };
    py.detach(|| formats::open(input, &options, environment, &mut |_, _| Ok(())))
        .or_raise(py)
}

/// Opens a file: a path, the bytes of one, or an object with `read`.
#[pyfunction]
#[pyo3(signature = (source, *, progress = None, **options))]
pub(crate) fn open(
    py: Python<'_>,
    source: &Bound<'_, PyAny>,
    progress: Option<&Bound<'_, PyAny>>,
    options: Option<&Bound<'_, PyDict>>,
) -> PyResult<Py<Workbook>> {
    let environment = environment(py)?;
    let options = text_options::reading(py, options)?;
    let progress = Progress::of(progress, "B")?;
    let input = if let Ok(bytes) = source.cast::<PyBytes>() {
        Input::Bytes(bytes.as_bytes().to_vec())
    } else if source.hasattr("read")? {
        Input::Bytes(source.call_method0("read")?.extract()?)
    } else {
        Input::Path(source.extract()?)
    };
    let (book, watch, size) = py.detach(|| {
        let mut watch = Watch::of_file(progress);
        let mut size = None;
        let book = formats::open(input, &options, environment, &mut |done, total| {
            size = Some(total);
            watch.go_on(done, Some(total))
        });
        (book, watch, size)
    });
    Workbook::wrap(py, watch.end(py, book, size)?)
}

/// A formula's value, without a workbook.
#[pyfunction]
pub(crate) fn evaluate<'py>(py: Python<'py>, formula: &str) -> PyResult<Bound<'py, PyAny>> {
    let workbook = tabulith::Workbook::with_environment(environment(py)?);
    workbook.add_sheet("Sheet1").or_raise(py)?;
    book::evaluate(py, &workbook.snapshot(), formula)
}

/// Every worksheet function: name, category, signature, parameters, first sentence, examples.
#[pyfunction(name = "functions")]
pub(crate) fn list_functions(py: Python<'_>) -> PyResult<Bound<'_, PyList>> {
    let list = PyList::empty(py);
    for function in functions::all() {
        let entry = PyDict::new(py);
        let parameters = function
            .parameters
            .iter()
            .chain(function.repeat)
            .map(|parameter| parameter.name);
        let lines = function.documentation.lines().map(str::trim);
        entry.set_item("name", function.name)?;
        entry.set_item("category", function.category())?;
        entry.set_item("signature", function.signature())?;
        entry.set_item("parameters", parameters.collect::<Vec<_>>())?;
        entry.set_item(
            "summary",
            lines
                .into_iter()
                .find(|line| !line.is_empty())
                .unwrap_or(""),
        )?;
        entry.set_item("volatile", function.flags.volatile)?;
        entry.set_item("examples", function.examples().collect::<Vec<_>>())?;
        list.append(entry)?;
    }
    Ok(list)
}
