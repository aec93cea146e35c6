//! Cut and paste: references to moved cells follow.

use super::draft::Draft;
use crate::error::{Error, ErrorKind, Result};
use crate::reference::{Cell, Rect, SheetId};

impl Draft<'_> {
    pub(super) fn move_cells(
        &mut self,
        _from: (SheetId, Rect),
        _to: (SheetId, Cell),
    ) -> Result<()> {
        Err(Error::new(ErrorKind::Unsupported, "not there yet"))
    }
}
