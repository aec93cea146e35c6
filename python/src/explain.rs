//! Explanations: the tree behind a value.

use std::sync::Arc;

use pyo3::prelude::*;
use tabulith::workbook::{ExplainedPart, PartResult};

use crate::values;

/// What stands behind the value of a cell.
#[pyclass(frozen, module = "tabulith")]
pub(crate) struct Explanation(pub(crate) Arc<tabulith::workbook::Explanation>);

#[pymethods]
impl Explanation {
    #[getter]
    fn address(&self) -> &str {
        &self.0.address
    }

    #[getter]
    fn value<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        values::to_python(py, &self.0.value)
    }

    #[getter]
    fn formula(&self) -> Option<&str> {
        self.0.formula.as_deref()
    }

    #[getter]
    fn filled_by(&self) -> Option<&str> {
        self.0.filled_by.as_deref()
    }

    #[getter]
    fn unsupported(&self) -> Option<&str> {
        self.0.unsupported.as_deref()
    }

    #[getter]
    fn failure(&self) -> Option<&str> {
        self.0.failure.as_deref()
    }

    #[getter]
    fn circular(&self) -> bool {
        self.0.circular
    }

    /// The whole formula as a part; None if there is no formula that is computed.
    #[getter]
    fn tree(&self) -> Option<Part> {
        (!self.0.parts.is_empty()).then(|| Part {
            explanation: self.0.clone(),
            place: 0,
        })
    }

    /// The cell and the expression in which the error arises; None if the value is no error.
    #[getter]
    fn origin(&self) -> Option<(String, Option<String>)> {
        let origin = self.0.origin.as_ref()?;
        Some((origin.address.clone(), origin.expression.clone()))
    }

    fn __str__(&self) -> String {
        self.0.to_string()
    }

    fn __repr__(&self) -> String {
        format!("<tabulith.Explanation of {}>", self.0.address)
    }
}

/// A part of an explained formula.
#[pyclass(frozen, module = "tabulith", name = "ExplainedPart")]
pub(crate) struct Part {
    explanation: Arc<tabulith::workbook::Explanation>,
    place: usize,
}

impl Part {
    fn part(&self) -> &ExplainedPart {
        &self.explanation.parts[self.place]
    }
}

#[pymethods]
impl Part {
    #[getter]
    fn text(&self) -> &str {
        &self.part().text
    }

    #[getter]
    fn evaluated(&self) -> bool {
        self.part().result != PartResult::NotEvaluated
    }

    /// Its value, rows for an array; of a reference the value of a single cell.
    #[getter]
    fn value<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        match &self.part().result {
            PartResult::Value(value) => values::to_python(py, value),
            PartResult::Array(array) => values::array_to_python(py, array),
            PartResult::Cells {
                count: 1, values, ..
            } if values.len() == 1 => values::to_python(py, &values[0]),
            _ => Ok(py.None().into_bound(py)),
        }
    }

    /// The addresses of a reference.
    #[getter]
    fn cells(&self) -> Vec<String> {
        match &self.part().result {
            PartResult::Cells { addresses, .. } => addresses.clone(),
            _ => Vec::new(),
        }
    }

    #[getter]
    fn children(&self) -> Vec<Part> {
        let parts = self.explanation.parts.iter().enumerate();
        let own = parts.filter(|(_, part)| part.parent == Some(self.place));
        own.map(|(place, _)| Part {
            explanation: self.explanation.clone(),
            place,
        })
        .collect()
    }

    fn __str__(&self) -> String {
        self.part().to_string()
    }

    fn __repr__(&self) -> String {
        format!("<tabulith.ExplainedPart {}>", self.part())
    }
}
