//! What changed in a workbook since its package was read: the cells, and the settings of calculation.

use super::book_sink::BookSettings;
use crate::reference::{Cell, Rect};
use crate::value::Value;

/// The changes that [`save_patched`](super::save_patched) writes into a package.
pub trait BookChanges {
    /// The changed cells of a sheet, each once, in row-major order. It is asked for more than once.
    fn cells<'a>(&'a self, sheet: usize) -> Box<dyn Iterator<Item = CellChange> + 'a>;

    /// The settings of calculation, if they changed; otherwise those of the file stay. The date system stays in any
    /// case.
    fn settings(&self) -> Option<&BookSettings> {
        None
    }
}

/// A changed cell.
#[derive(Debug, Clone, PartialEq)]
pub struct CellChange {
    /// Where it is.
    pub cell: Cell,
    /// Its value now; blank without a formula clears the cell.
    pub value: Value,
    /// Its formula now; nothing if that did not change.
    pub formula: Option<FormulaChange>,
}

/// A changed formula. Texts are without `=`, in A1 form, with function names as users see them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FormulaChange {
    /// There is none any more.
    Removed,
    /// A formula of one cell.
    Normal(String),
    /// An array formula over a fixed range, of which the cell is the upper left.
    Array {
        /// The formula.
        text: String,
        /// The range.
        range: Rect,
    },
    /// A formula that spills, at this moment over this range.
    Dynamic {
        /// The formula.
        text: String,
        /// The range; the cell alone if the formula does not spill.
        range: Rect,
    },
}
