//! Copying cells, and filling a rectangle from its first row or column.

use super::draft::Draft;
use crate::error::{Error, ErrorKind, Result};
use crate::reference::{Rect, SheetId};

impl Draft<'_> {
    pub(super) fn copy_cells(
        &mut self,
        _from: (SheetId, Rect),
        _to: (SheetId, Rect),
    ) -> Result<()> {
        Err(Error::new(ErrorKind::Unsupported, "not there yet"))
    }

    pub(super) fn fill_down(&mut self, _sheet: SheetId, _rect: Rect) -> Result<()> {
        Err(Error::new(ErrorKind::Unsupported, "not there yet"))
    }

    pub(super) fn fill_right(&mut self, _sheet: SheetId, _rect: Rect) -> Result<()> {
        Err(Error::new(ErrorKind::Unsupported, "not there yet"))
    }
}
