//! Where positions go when rows or columns are inserted or deleted.
//!
//! A single position in what is deleted is gone. A span shrinks to what is left of it, grows by what is inserted inside
//! of it, and is clipped at the grid's end. An end on the last row or column of the grid stays there.

use super::{Cell, GridLimits, Rect};

/// Rows or columns: the direction in which a structural edit moves cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Dimension {
    /// Rows are counted downwards.
    Rows,
    /// Columns are counted to the right.
    Columns,
}

impl Dimension {
    /// The row or column of a cell.
    pub fn of_cell(self, cell: Cell) -> u32 {
        match self {
            Dimension::Rows => cell.row,
            Dimension::Columns => cell.column,
        }
    }

    /// The first and last row or column of a rectangle.
    pub fn of_rect(self, rect: &Rect) -> (u32, u32) {
        match self {
            Dimension::Rows => (rect.top, rect.bottom),
            Dimension::Columns => (rect.left, rect.right),
        }
    }

    /// The rectangle with other rows, or other columns.
    #[must_use]
    pub fn with_span(self, rect: &Rect, (first, last): (u32, u32)) -> Rect {
        match self {
            Dimension::Rows => Rect {
                top: first,
                bottom: last,
                ..*rect
            },
            Dimension::Columns => Rect {
                left: first,
                right: last,
                ..*rect
            },
        }
    }

    /// Number of rows or columns of a grid.
    pub fn len(self, grid: GridLimits) -> u32 {
        match self {
            Dimension::Rows => grid.rows,
            Dimension::Columns => grid.columns,
        }
    }
}

/// Rows or columns inserted or deleted on one sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Edit {
    /// Rows are inserted before the row `at`.
    InsertRows {
        /// 0-based row.
        at: u32,
        /// Number of rows.
        count: u32,
    },
    /// Rows are deleted from the row `at` on.
    DeleteRows {
        /// 0-based row.
        at: u32,
        /// Number of rows.
        count: u32,
    },
    /// Columns are inserted before the column `at`.
    InsertColumns {
        /// 0-based column.
        at: u32,
        /// Number of columns.
        count: u32,
    },
    /// Columns are deleted from the column `at` on.
    DeleteColumns {
        /// 0-based column.
        at: u32,
        /// Number of columns.
        count: u32,
    },
}

impl Edit {
    /// What happens to the rows.
    pub fn of_rows(self) -> Option<AxisEdit> {
        match self {
            Edit::InsertRows { at, count } => Some(AxisEdit::Insert { at, count }),
            Edit::DeleteRows { at, count } => Some(AxisEdit::Delete { at, count }),
            _ => None,
        }
    }

    /// What happens to the columns.
    pub fn of_columns(self) -> Option<AxisEdit> {
        match self {
            Edit::InsertColumns { at, count } => Some(AxisEdit::Insert { at, count }),
            Edit::DeleteColumns { at, count } => Some(AxisEdit::Delete { at, count }),
            _ => None,
        }
    }

    /// Whether rows or columns are edited.
    pub fn dimension(self) -> Dimension {
        match self {
            Edit::InsertRows { .. } | Edit::DeleteRows { .. } => Dimension::Rows,
            Edit::InsertColumns { .. } | Edit::DeleteColumns { .. } => Dimension::Columns,
        }
    }

    /// What happens to the rows or columns that are edited.
    pub fn along(self) -> AxisEdit {
        match self {
            Edit::InsertRows { at, count } | Edit::InsertColumns { at, count } => {
                AxisEdit::Insert { at, count }
            }
            Edit::DeleteRows { at, count } | Edit::DeleteColumns { at, count } => {
                AxisEdit::Delete { at, count }
            }
        }
    }

    /// Whether something is inserted.
    pub fn inserts(self) -> bool {
        matches!(self.along(), AxisEdit::Insert { .. })
    }

    /// The cells that are deleted, in positions before, or those that are inserted, in positions after.
    pub fn place(self, grid: GridLimits) -> Rect {
        let (at, count) = self.along().parts();
        let last = at.saturating_add(count.saturating_sub(1));
        let last = last.min(self.dimension().len(grid).saturating_sub(1));
        self.dimension().with_span(&grid.rect(), (at, last))
    }

    /// Where a cell goes; nothing if it is deleted or pushed off the grid.
    pub fn cell(self, cell: Cell, grid: GridLimits) -> Option<Cell> {
        let dimension = self.dimension();
        let position = shift_position(dimension.of_cell(cell), self.along(), dimension.len(grid))?;
        Some(match dimension {
            Dimension::Rows => Cell::new(position, cell.column),
            Dimension::Columns => Cell::new(cell.row, position),
        })
    }

    /// Where a rectangle goes, as a range in a formula does; nothing if all of it is gone.
    pub fn rect(self, rect: &Rect, grid: GridLimits) -> Option<Rect> {
        let dimension = self.dimension();
        let (first, last) = dimension.of_rect(rect);
        let span = shift_span(first, last, self.along(), dimension.len(grid))?;
        Some(dimension.with_span(rect, span))
    }
}

/// Positions inserted into or deleted from one axis.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AxisEdit {
    /// `count` positions are inserted before `at`.
    Insert {
        /// 0-based position.
        at: u32,
        /// Number of positions.
        count: u32,
    },
    /// `count` positions are deleted from `at` on.
    Delete {
        /// 0-based position.
        at: u32,
        /// Number of positions.
        count: u32,
    },
}

impl AxisEdit {
    /// The first position that is inserted or deleted, and how many.
    pub fn parts(self) -> (u32, u32) {
        match self {
            AxisEdit::Insert { at, count } | AxisEdit::Delete { at, count } => (at, count),
        }
    }
}

/// Where a single position goes on an axis of `len` positions; nothing if it is deleted or pushed off the end.
///
/// # Examples
///
/// ```
/// use tabulith::reference::{AxisEdit, shift_position};
///
/// assert_eq!(shift_position(5, AxisEdit::Insert { at: 5, count: 2 }, 100), Some(7));
/// assert_eq!(shift_position(5, AxisEdit::Delete { at: 4, count: 2 }, 100), None);
/// ```
pub fn shift_position(position: u32, edit: AxisEdit, len: u32) -> Option<u32> {
    match edit {
        AxisEdit::Insert { at, count } if position >= at => position
            .checked_add(count)
            .filter(|position| *position < len),
        AxisEdit::Delete { at, count } if position >= at => {
            (position - at >= count).then(|| position - count)
        }
        _ => Some(position),
    }
}

/// Where the span from `start` to `end`, both included, goes on an axis of `len` positions; nothing if all of it is
/// deleted or its start is pushed off the end.
///
/// # Examples
///
/// ```
/// use tabulith::reference::{AxisEdit, shift_span};
///
/// // Inserting inside makes it grow, inserting right behind it does not.
/// assert_eq!(shift_span(2, 5, AxisEdit::Insert { at: 5, count: 3 }, 100), Some((2, 8)));
/// assert_eq!(shift_span(2, 5, AxisEdit::Insert { at: 6, count: 3 }, 100), Some((2, 5)));
/// // What is deleted goes from either end.
/// assert_eq!(shift_span(2, 5, AxisEdit::Delete { at: 1, count: 2 }, 100), Some((1, 3)));
/// // The end of the grid stays the end.
/// assert_eq!(shift_span(2, 99, AxisEdit::Delete { at: 0, count: 1 }, 100), Some((1, 99)));
/// ```
pub fn shift_span(start: u32, end: u32, edit: AxisEdit, len: u32) -> Option<(u32, u32)> {
    let last = len.checked_sub(1)?;
    if start == 0 && end == last {
        return Some((start, end));
    }
    match edit {
        AxisEdit::Insert { .. } => {
            let start = shift_position(start, edit, len)?;
            Some((start, shift_position(end, edit, len).unwrap_or(last)))
        }
        AxisEdit::Delete { at, count } => {
            let deleted = |position: u32| position >= at && position - at < count;
            if deleted(start) && deleted(end) {
                return None;
            }
            // A lost start goes to the first survivor, which then stands at `at`; a lost end to the one before.
            let start = shift_position(start, edit, len).unwrap_or(at);
            let end = if end == last {
                last
            } else {
                shift_position(end, edit, len).unwrap_or(at.saturating_sub(1))
            };
            Some((start, end))
        }
    }
}
