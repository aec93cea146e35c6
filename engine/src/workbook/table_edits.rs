//! Making tables of ranges, and ranges of tables.

use super::draft::Draft;
use crate::error::{Error, ErrorKind, Result};
use crate::reference::{Rect, SheetId};

impl Draft<'_> {
    pub(super) fn add_table(&mut self, _name: &str, _sheet: SheetId, _rect: Rect) -> Result<()> {
        Err(Error::new(ErrorKind::Unsupported, "not there yet"))
    }

    pub(super) fn remove_table(&mut self, _name: &str) -> Result<()> {
        Err(Error::new(ErrorKind::Unsupported, "not there yet"))
    }
}
