//! What a recalculation did.

use pyo3::prelude::*;
use tabulith::workbook;

/// What a recalculation did.
#[pyclass(frozen, get_all, module = "tabulith")]
pub(crate) struct Report {
    recomputed: u64,
    changed: u64,
    unsupported: u64,
    volatile: u64,
    circular: Vec<String>,
    left_behind: Vec<String>,
}

impl Report {
    pub(crate) fn new(report: &workbook::Report) -> Report {
        Report {
            recomputed: report.recomputed,
            changed: report.changed,
            unsupported: report.unsupported,
            volatile: report.volatile,
            circular: report.circular.iter().map(ToString::to_string).collect(),
            left_behind: report.left_behind.clone(),
        }
    }
}

#[pymethods]
impl Report {
    fn __repr__(&self) -> String {
        format!(
            "<tabulith.Report: {} recomputed, {} changed, {} unsupported, {} volatile, {} circular>",
            self.recomputed,
            self.changed,
            self.unsupported,
            self.volatile,
            self.circular.len()
        )
    }
}
