//! The Python module `tabulith._core`: the library's surface for Python, as thin as it can be.
//!
//! Every class holds a handle and calls the public library. The interpreter is let go while the engine works.

mod cells;
mod errors;
mod report;
mod values;
mod workbook;

use pyo3::prelude::*;

#[pymodule]
fn _core(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    module.add_class::<values::CellError>()?;
    module.add_class::<workbook::Workbook>()?;
    module.add_class::<workbook::Sheet>()?;
    module.add_class::<cells::Cell>()?;
    module.add_class::<cells::Range>()?;
    module.add_class::<report::Report>()?;
    module.add_function(wrap_pyfunction!(workbook::open, module)?)?;
    module.add_function(wrap_pyfunction!(workbook::evaluate, module)?)?;
    module.add_function(wrap_pyfunction!(workbook::list_functions, module)?)
}
