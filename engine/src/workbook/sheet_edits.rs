//! Copying, moving and removing sheets.

use super::draft::Draft;
use crate::error::{Error, ErrorKind, Result};
use crate::reference::SheetId;

impl Draft<'_> {
    pub(super) fn copy_sheet(
        &mut self,
        _sheet: SheetId,
        _name: &str,
        _position: Option<usize>,
    ) -> Result<()> {
        Err(Error::new(ErrorKind::Unsupported, "not there yet"))
    }

    pub(super) fn move_sheet(&mut self, _sheet: SheetId, _position: usize) -> Result<()> {
        Err(Error::new(ErrorKind::Unsupported, "not there yet"))
    }

    pub(super) fn remove_sheet(&mut self, _sheet: SheetId) -> Result<()> {
        Err(Error::new(ErrorKind::Unsupported, "not there yet"))
    }
}
