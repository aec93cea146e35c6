//! Rows and columns that are not shown: hidden by hand, or by a filter.

use super::draft::Draft;
use super::operation::Filter;
use crate::error::{Error, ErrorKind, Result};
use crate::reference::SheetId;

impl Draft<'_> {
    pub(super) fn hide_rows(
        &mut self,
        _sheet: SheetId,
        _rows: (u32, u32),
        _hidden: bool,
    ) -> Result<()> {
        Err(Error::new(ErrorKind::Unsupported, "not there yet"))
    }

    pub(super) fn hide_columns(
        &mut self,
        _sheet: SheetId,
        _columns: (u32, u32),
        _hidden: bool,
    ) -> Result<()> {
        Err(Error::new(ErrorKind::Unsupported, "not there yet"))
    }

    pub(super) fn set_filter(&mut self, _sheet: SheetId, _filter: Option<&Filter>) -> Result<()> {
        Err(Error::new(ErrorKind::Unsupported, "not there yet"))
    }
}
