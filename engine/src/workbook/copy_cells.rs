//! Copying cells, and filling a rectangle from its first row or column.

use super::draft::Draft;
use crate::error::Result;
use crate::reference::{Rect, SheetId};

impl Draft<'_> {
    /// Copies cells over a rectangle: as often as they fit, if its size is a multiple of theirs, or else once.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Limit`](crate::ErrorKind::Limit) if the copy would reach past the grid;
    /// [`ErrorKind::Argument`](crate::ErrorKind::Argument) if it would change a part of an array formula or of merged
    /// cells.
    pub(super) fn copy_cells(&mut self, from: (SheetId, Rect), to: (SheetId, Rect)) -> Result<()> {
        let (sheet, rect) = from;
        self.check_rect(sheet, &rect)?;
        self.check_rect(to.0, &to.1)?;
        let place = covered(&rect, &to.1);
        self.check_rect(to.0, &place)?;
        self.settle()?;
        let taken = self.take_block(sheet, &rect);
        self.put_copies(&taken, to.0, &place)?;
        self.formulas_in_headers(to.0, &place)
    }

    /// Copies the first row of a rectangle into its other rows; if it has but one, the row above it into that.
    ///
    /// # Errors
    ///
    /// As [`Draft::copy_cells`].
    pub(super) fn fill_down(&mut self, sheet: SheetId, rect: Rect) -> Result<()> {
        let first = match rect.top == rect.bottom {
            true => rect.top.checked_sub(1),
            false => Some(rect.top),
        };
        self.check_rect(sheet, &rect)?;
        let Some(first) = first else { return Ok(()) };
        let from = Rect {
            top: first,
            bottom: first,
            ..rect
        };
        let to = Rect {
            top: first + 1,
            ..rect
        };
        self.copy_cells((sheet, from), (sheet, to))
    }

    /// Copies the first column of a rectangle into its other columns; if it has but one, the column left of it into
    /// that.
    ///
    /// # Errors
    ///
    /// As [`Draft::copy_cells`].
    pub(super) fn fill_right(&mut self, sheet: SheetId, rect: Rect) -> Result<()> {
        let first = match rect.left == rect.right {
            true => rect.left.checked_sub(1),
            false => Some(rect.left),
        };
        self.check_rect(sheet, &rect)?;
        let Some(first) = first else { return Ok(()) };
        let from = Rect {
            left: first,
            right: first,
            ..rect
        };
        let to = Rect {
            left: first + 1,
            ..rect
        };
        self.copy_cells((sheet, from), (sheet, to))
    }
}

/// What copies of `from` put over `to` cover. A single row or column is no limit in its direction, so a row that is
/// copied to the first cells of several rows goes into each of them.
fn covered(from: &Rect, to: &Rect) -> Rect {
    let fits = |size: u32, room: u32| room == 1 || room.is_multiple_of(size);
    let once = !fits(from.rows(), to.rows()) || !fits(from.columns(), to.columns());
    let end = |first: u32, size: u32, room: u32| {
        let length = if once || room == 1 { size } else { room };
        first.saturating_add(length - 1)
    };
    Rect {
        bottom: end(to.top, from.rows(), to.rows()),
        right: end(to.left, from.columns(), to.columns()),
        ..*to
    }
}
