//! The Python module `tabulith._core`: the library's surface for Python, as thin as it can be.

mod errors;
mod values;

use pyo3::prelude::*;

#[pymodule]
fn _core(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    module.add_class::<values::CellError>()
}
