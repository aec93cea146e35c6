//! Where the positions of an axis have gone after many edits: those that are still there, in runs.
//!
//! What [`shift`](super::shift) tells of one edit, this tells of all edits between two moments of an axis.

use super::{Cell, GridLimits, Rect};

/// The rows or columns of a former moment that are still there, and where they stand now.
///
/// # Examples
///
/// ```
/// use tabulith::reference::Survivors;
///
/// // Rows 0 to 2 stayed, 3 was deleted, 4 and all behind it moved down by one.
/// let rows = Survivors::new(vec![(0, 3, 0), (4, 95, 5)], 100);
/// assert_eq!(rows.position(2), Some(2));
/// assert_eq!(rows.position(3), None);
/// assert_eq!(rows.position(4), Some(5));
/// assert_eq!(rows.former(5), Some(4));
/// assert_eq!(rows.span(2, 3), Some((2, 2)));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Survivors {
    /// Former position, length, position now; ascending in all.
    runs: Vec<(u32, u32, u32)>,
    len: u32,
}

impl Survivors {
    /// The survivors of an axis of `len` positions in runs, ascending: former position, length, position now.
    pub fn new(runs: Vec<(u32, u32, u32)>, len: u32) -> Survivors {
        Survivors { runs, len }
    }

    /// The runs, ascending: former position, length, position now.
    pub fn runs(&self) -> &[(u32, u32, u32)] {
        &self.runs
    }

    /// Whether everything stands where it stood.
    pub fn all_stayed(&self) -> bool {
        self.runs == [(0, self.len, 0)]
    }

    /// Where a former position stands now; nothing if it is gone.
    pub fn position(&self, former: u32) -> Option<u32> {
        let next = self.runs.partition_point(|run| run.0 <= former);
        let (start, length, now) = *self.runs.get(next.checked_sub(1)?)?;
        (former - start < length).then(|| now + (former - start))
    }

    /// The former position of what stands at a position now; nothing if it is new.
    pub fn former(&self, now: u32) -> Option<u32> {
        let next = self.runs.partition_point(|run| run.2 <= now);
        let (former, length, start) = *self.runs.get(next.checked_sub(1)?)?;
        (now - start < length).then(|| former + (now - start))
    }

    /// The first survivor at or behind a former position: where it stood and stands.
    pub fn next(&self, former: u32) -> Option<(u32, u32)> {
        let behind = self.runs.partition_point(|run| run.0 + run.1 <= former);
        let (start, _, now) = *self.runs.get(behind)?;
        let past = former.saturating_sub(start);
        Some((start + past, now + past))
    }

    /// The last survivor at or before a former position: where it stood and stands.
    pub fn previous(&self, former: u32) -> Option<(u32, u32)> {
        let behind = self.runs.partition_point(|run| run.0 <= former);
        let (start, length, now) = *self.runs.get(behind.checked_sub(1)?)?;
        let into = (former - start).min(length - 1);
        Some((start + into, now + into))
    }

    /// Where a span stands now, ends included: a lost start goes to the next survivor, a lost end to the one before,
    /// an end on the last position of the axis stays there. Nothing if all of it is gone.
    pub fn span(&self, start: u32, end: u32) -> Option<(u32, u32)> {
        let last = self.len.checked_sub(1)?;
        if start == 0 && end == last {
            return Some((start, end));
        }
        let (first, now) = self.next(start)?;
        if first > end {
            return None;
        }
        if end == last {
            return Some((now, last));
        }
        // An end that was pushed off the grid is clipped.
        let pushed = self.next(end).is_none() && self.runs.last()?.2 + self.runs.last()?.1 > last;
        let end = if pushed { last } else { self.previous(end)?.1 };
        Some((now, end))
    }
}

/// Where the cells of a sheet have gone between two moments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// What became of the rows.
    pub rows: Survivors,
    /// What became of the columns.
    pub columns: Survivors,
}

impl Moved {
    /// What is said of a sheet on which everything stands where it stood.
    pub fn nowhere() -> Moved {
        let stayed = |len| Survivors::new(vec![(0, len, 0)], len);
        let grid = GridLimits::default();
        Moved {
            rows: stayed(grid.rows),
            columns: stayed(grid.columns),
        }
    }

    /// Whether everything stands where it stood.
    pub fn nothing(&self) -> bool {
        self.rows.all_stayed() && self.columns.all_stayed()
    }

    /// Where a cell stands now; nothing if it is gone.
    pub fn cell(&self, cell: Cell) -> Option<Cell> {
        Some(Cell::new(
            self.rows.position(cell.row)?,
            self.columns.position(cell.column)?,
        ))
    }

    /// Where what stands in a cell now stood; nothing if it is new.
    pub fn former(&self, cell: Cell) -> Option<Cell> {
        Some(Cell::new(
            self.rows.former(cell.row)?,
            self.columns.former(cell.column)?,
        ))
    }

    /// Where a rectangle stands now; nothing if all of it is gone.
    pub fn rect(&self, rect: &Rect) -> Option<Rect> {
        let (top, bottom) = self.rows.span(rect.top, rect.bottom)?;
        let (left, right) = self.columns.span(rect.left, rect.right)?;
        Some(Rect {
            top,
            left,
            bottom,
            right,
        })
    }
}
