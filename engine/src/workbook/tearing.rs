//! What an edit of a block must not tear apart: merged cells, and array formulas over fixed ranges.

use super::cells::part_of_array;
use super::draft::Draft;
use crate::error::{Error, ErrorKind, Result};
use crate::reference::{Rect, SheetId, a1};

impl Draft<'_> {
    /// That no merged cells are torn apart when a rectangle is changed; those within `moving` are not there any more.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Argument`], as in Excel.
    pub(super) fn check_merges(
        &self,
        sheet: SheetId,
        rect: &Rect,
        moving: Option<&Rect>,
    ) -> Result<()> {
        let merges = self.sheets.get(sheet).map(|sheet| sheet.merges.clone());
        let mut merges = merges.iter().flat_map(|merges| merges.iter());
        match merges.find(|merge| is_torn(merge, rect, moving)) {
            Some(merge) => Err(part_of_merge(merge)),
            None => Ok(()),
        }
    }

    /// That no array formula over a fixed range is torn apart when a rectangle is changed, but for those within
    /// `moving`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Argument`], as in Excel.
    pub(super) fn check_arrays(
        &mut self,
        sheet: SheetId,
        rect: &Rect,
        moving: Option<&Rect>,
    ) -> Result<()> {
        let view = self.view();
        let cells = self.graph.array_anchors(sheet, rect, &*view).into_iter();
        let mut extents = cells.filter_map(|cell| self.graph.extent(sheet, cell, &*view));
        match extents.find(|extent| extent.fixed && is_torn(&extent.rect, rect, moving)) {
            Some(extent) => Err(part_of_array(&extent)),
            None => Ok(()),
        }
    }
}

/// Whether a change of `rect` reaches some of these cells and not all, if they are not among those that move.
fn is_torn(cells: &Rect, rect: &Rect, moving: Option<&Rect>) -> bool {
    cells.intersection(rect).is_some()
        && !rect.encloses(cells)
        && !moving.is_some_and(|moving| moving.encloses(cells))
}

/// Why a part of merged cells cannot be changed.
fn part_of_merge(merge: &Rect) -> Error {
    let place = a1::print_rect(*merge);
    let message = format!("cannot change a part of the merged cells {place}");
    Error::new(ErrorKind::Argument, message)
}
