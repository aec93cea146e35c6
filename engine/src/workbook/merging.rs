//! Merged cells.

use super::draft::Draft;
use crate::error::{Error, ErrorKind, Result};
use crate::reference::{Rect, SheetId};

impl Draft<'_> {
    pub(super) fn merge_cells(&mut self, _sheet: SheetId, _rect: Rect) -> Result<()> {
        Err(Error::new(ErrorKind::Unsupported, "not there yet"))
    }

    pub(super) fn unmerge_cells(&mut self, _sheet: SheetId, _rect: Rect) -> Result<()> {
        Err(Error::new(ErrorKind::Unsupported, "not there yet"))
    }
}
