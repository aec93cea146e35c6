//! How a formula's text is read: the grid, the limits and the notation.

use crate::limits;
use crate::reference::{Cell, GridLimits};

/// How a formula's text is read.
#[derive(Debug, Clone, PartialEq)]
pub struct ParseOptions {
    /// The grid: what lies beyond is a name, not a cell.
    pub grid: GridLimits,
    /// The most characters that the text may have.
    pub max_characters: usize,
    /// The most levels of brackets, calls and signs.
    pub nesting: usize,
    /// How references are written.
    pub notation: Notation,
    /// Whether a user typed it: number literals are cut to 15 digits, texts may have 255 characters.
    pub typed: bool,
}

/// How references are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notation {
    /// `B7`
    A1,
    /// `R7C2`, `R[-1]C`
    R1C1 {
        /// The cell to which numbers in brackets are relative.
        base: Cell,
    },
}

impl Default for ParseOptions {
    /// A1 text as `set_formula` takes it.
    fn default() -> Self {
        ParseOptions {
            grid: GridLimits::default(),
            max_characters: limits::FORMULA_BYTES,
            nesting: limits::NESTING,
            notation: Notation::A1,
            typed: false,
        }
    }
}
