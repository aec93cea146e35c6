//! The Python module `tabulith._core`: the library's surface for Python, as thin as it can be.
//!
//! Every class holds a handle and calls the public library. The interpreter is let go while the engine works.

mod cells;
mod errors;
mod explain;
mod module;
mod report;
mod sheet;
mod text_options;
mod values;
mod workbook;

use pyo3::prelude::*;

#[pymodule]
fn _core(core: &Bound<'_, PyModule>) -> PyResult<()> {
    core.add("__version__", env!("CARGO_PKG_VERSION"))?;
    core.add_class::<values::CellError>()?;
    core.add_class::<workbook::Workbook>()?;
    core.add_class::<sheet::Sheet>()?;
    core.add_class::<cells::Cell>()?;
    core.add_class::<cells::Range>()?;
    core.add_class::<report::Report>()?;
    core.add_class::<explain::Explanation>()?;
    core.add_class::<explain::Part>()?;
    core.add_function(wrap_pyfunction!(module::open, core)?)?;
    core.add_function(wrap_pyfunction!(module::evaluate, core)?)?;
    core.add_function(wrap_pyfunction!(module::list_functions, core)?)
}
