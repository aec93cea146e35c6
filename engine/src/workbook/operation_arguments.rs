//! What operations are told: styles, sort keys, filters.

use std::sync::Arc;

use crate::reference::Rect;
use crate::value::Value;

/// A style of cells as far as the engine knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CellStyle {
    /// The number of the style in the file that it is but for its number format; 0 in a workbook without a file.
    pub base: u32,
    /// The code of its number format.
    pub code: Arc<str>,
}

/// What rows are sorted by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SortKey {
    /// The 0-based column of the sheet.
    pub column: u32,
    /// Whether the greatest comes first; blank cells are last in any case.
    pub descending: bool,
}

/// Which rows below a header are shown.
#[derive(Debug, Clone, PartialEq)]
pub struct Filter {
    /// The rectangle, its header included.
    pub rect: Rect,
    /// The conditions, all of which a row must meet to be shown.
    pub conditions: Vec<FilterCondition>,
}

/// A condition of a [`Filter`] on one column.
#[derive(Debug, Clone, PartialEq)]
pub struct FilterCondition {
    /// The column of the sheet.
    pub column: u32,
    /// The criteria as in COUNTIF, of which one must hold: `>=10`, `North*`, `=`. A blank finds blank cells. As in Excel
    /// these are either plain values, as many as you like, or at most two.
    pub any_of: Vec<Value>,
}

impl FilterCondition {
    /// Whether all criteria are plain values, not comparisons or patterns.
    pub fn is_list(&self) -> bool {
        self.any_of.iter().all(|criterion| match criterion {
            Value::Text(text) => {
                &**text == "="
                    || !(text.contains(['*', '?', '~']) || text.starts_with(['<', '>', '=']))
            }
            _ => true,
        })
    }
}
