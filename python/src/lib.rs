//! The Python module `tabulith._core`: the library's surface for Python, as thin as it can be.
//!
//! Every class holds a handle and calls the public library. The interpreter is let go while the engine works.

mod arrow_column;
mod arrow_in;
mod arrow_out;
mod book;
mod cell;
mod column_widths;
mod columns;
mod columns_out;
mod diff;
mod errors;
mod events;
mod explain;
mod frames;
mod functions;
mod handle;
mod html;
mod interrupt;
mod module;
mod moments;
mod numpy_in;
mod numpy_out;
mod pickles;
mod program;
mod range;
mod report;
mod sheet;
mod sheet_edits;
mod snapshot;
mod source;
mod table;
mod text_options;
mod transaction;
mod values;
mod whole;
mod workbook;
mod writing;

use pyo3::prelude::*;

// Nothing here counts on the interpreter lock: classes are frozen, what changes is behind locks of its own.
#[pymodule(gil_used = false)]
fn _core(core: &Bound<'_, PyModule>) -> PyResult<()> {
    core.add("__version__", env!("CARGO_PKG_VERSION"))?;
    core.add_class::<values::CellError>()?;
    core.add_class::<book::Book>()?;
    core.add_class::<workbook::Workbook>()?;
    core.add_class::<snapshot::Snapshot>()?;
    core.add_class::<transaction::Transaction>()?;
    core.add_class::<sheet::Sheet>()?;
    core.add_class::<cell::Cell>()?;
    core.add_class::<range::Range>()?;
    core.add_class::<table::Table>()?;
    core.add_class::<functions::Registration>()?;
    core.add_class::<diff::Diff>()?;
    core.add_class::<diff::ChangedRange>()?;
    core.add_class::<events::Event>()?;
    core.add_class::<events::Subscription>()?;
    core.add_class::<report::Report>()?;
    core.add_class::<explain::Explanation>()?;
    core.add_class::<explain::Part>()?;
    core.add_function(wrap_pyfunction!(module::open, core)?)?;
    core.add_function(wrap_pyfunction!(module::evaluate, core)?)?;
    core.add_function(wrap_pyfunction!(snapshot::snapshot_of, core)?)?;
    core.add_function(wrap_pyfunction!(workbook::workbook_of, core)?)?;
    core.add_function(wrap_pyfunction!(module::list_functions, core)?)?;
    core.add_function(wrap_pyfunction!(program::run, core)?)?;
    core.add_function(wrap_pyfunction!(program::main, core)?)
}
