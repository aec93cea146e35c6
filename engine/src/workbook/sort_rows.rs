//! Sorting rows.

use super::draft::Draft;
use super::operation::SortKey;
use crate::error::{Error, ErrorKind, Result};
use crate::reference::{Rect, SheetId};

impl Draft<'_> {
    pub(super) fn sort_rows(
        &mut self,
        _sheet: SheetId,
        _rect: Rect,
        _keys: &[SortKey],
    ) -> Result<()> {
        Err(Error::new(ErrorKind::Unsupported, "not there yet"))
    }
}
