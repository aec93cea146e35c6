//! What functions and operators are given and give: a value, an array, or a reference that is not yet read.

use std::sync::Arc;

use smallvec::{SmallVec, smallvec};

use crate::reference::Area;
use crate::value::{Array, CellError, Value};

/// An operand of a formula.
#[derive(Debug, Clone, PartialEq)]
pub enum Operand {
    /// A single value.
    Value(Value),
    /// An array.
    Array(Arc<Array>),
    /// A reference; its cells are not read before something asks for their values.
    Reference(Reference),
    /// An optional argument that was not given and has no default.
    Omitted,
}

/// A reference: one rectangle, or several from a union or a 3D reference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// The rectangles, in the order written; never none.
    pub areas: SmallVec<[Area; 1]>,
}

impl Reference {
    /// A reference to one rectangle.
    pub fn area(area: Area) -> Reference {
        Reference {
            areas: smallvec![area],
        }
    }

    /// The rectangle, if it is only one.
    ///
    /// # Errors
    ///
    /// `#VALUE!` for a union.
    pub fn single(&self) -> Result<Area, CellError> {
        match self.areas.as_slice() {
            [area] => Ok(*area),
            _ => Err(CellError::Value),
        }
    }
}

impl<T: Into<Value>> From<T> for Operand {
    fn from(value: T) -> Operand {
        Operand::Value(value.into())
    }
}

impl From<Array> for Operand {
    fn from(array: Array) -> Operand {
        Operand::Array(Arc::new(array))
    }
}

impl From<Reference> for Operand {
    fn from(reference: Reference) -> Operand {
        Operand::Reference(reference)
    }
}
