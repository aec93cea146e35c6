//! What a workbook is set to.

use crate::value::{SumMode, TextUnits};

/// When formulas are computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Calculation {
    /// After each edit.
    #[default]
    Automatic,
    /// When asked to; until then what depends on an edit is stale.
    Manual,
}

/// A workbook's settings; they travel with its files.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BookSettings {
    /// Whether serial numbers count from 1904-01-01.
    pub date1904: bool,
    /// When formulas are computed.
    pub calculation: Calculation,
    /// How sums are added.
    pub sum_mode: SumMode,
    /// How lengths of texts are counted.
    pub text_units: TextUnits,
    /// Iterative calculation, if it is on: the most sweeps and the change that ends them.
    pub iteration: Option<(u32, f64)>,
}

impl Default for BookSettings {
    fn default() -> Self {
        BookSettings {
            date1904: false,
            calculation: Calculation::Automatic,
            sum_mode: SumMode::Exact,
            // Version 2 counts code points; files do not say yet which version a workbook is of, so that it would be
            // lost on saving.
            text_units: TextUnits::Utf16,
            iteration: None,
        }
    }
}
