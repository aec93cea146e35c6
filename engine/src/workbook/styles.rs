//! Number formats of cells.

use std::sync::Arc;

use crate::reference::{Cell, Rect, SheetId};

/// The number formats in use. (The cells that have them lie in the grid's format plane.)
#[derive(Debug, Clone, Default)]
pub(super) struct Styles {
    codes: Arc<Vec<Arc<str>>>,
}

impl Styles {
    /// Puts the codes of a file's styles in the place of all others.
    pub(super) fn set_codes(&mut self, codes: Vec<Arc<str>>) {
        self.codes = Arc::new(codes);
    }

    /// The code of style number `style`.
    pub(super) fn code(&self, style: u32) -> Arc<str> {
        self.codes.get(style as usize).cloned().unwrap_or_else(|| "General".into())
    }

    /// The code of a cell's number format.
    pub(super) fn code_at(&self, _sheet: SheetId, _cell: Cell) -> Arc<str> {
        self.code(0)
    }

    /// Gives cells a number format.
    pub(super) fn set_code(&mut self, _sheet: SheetId, _rect: Rect, code: &Arc<str>) {
        Arc::make_mut(&mut self.codes).push(code.clone());
    }
}
