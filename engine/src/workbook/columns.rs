//! Deleting rows, inserting and deleting columns.

use super::draft::Draft;
use crate::error::{Error, ErrorKind, Result};
use crate::reference::SheetId;

impl Draft<'_> {
    pub(super) fn insert_columns(&mut self, _sheet: SheetId, _at: u32, _count: u32) -> Result<()> {
        Err(Error::new(ErrorKind::Unsupported, "not there yet"))
    }

    pub(super) fn delete_rows(&mut self, _sheet: SheetId, _at: u32, _count: u32) -> Result<()> {
        Err(Error::new(ErrorKind::Unsupported, "not there yet"))
    }

    pub(super) fn delete_columns(&mut self, _sheet: SheetId, _at: u32, _count: u32) -> Result<()> {
        Err(Error::new(ErrorKind::Unsupported, "not there yet"))
    }
}
