//! Where things are: positions, rectangles, anchors and the text forms A1 and R1C1.
//!
//! Rows and columns are 0-based in Rust; only A1 and R1C1 text counts from 1. A *position* is where a row or column
//! stands now; an *anchor* is its identity, which does not change when others are inserted or deleted. Nothing here
//! knows values.

pub mod a1;
mod anchor;
mod names;
pub mod r1c1;
pub mod shift;
mod survivors;
#[cfg(test)]
mod tests;

pub use a1::GridLimits;
pub use anchor::{Anchor, Axis, IdentityAxis};
pub(crate) use names::{is_name_character, is_name_start};
pub use shift::{AxisEdit, Dimension, Edit, shift_position, shift_span};
pub use survivors::{Moved, Survivors};

/// A sheet's identity: the number of its creation within a lineage of workbooks; never used twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SheetId(pub u32);

/// The position of a cell on a sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Cell {
    /// 0-based row.
    pub row: u32,
    /// 0-based column.
    pub column: u32,
}

impl Cell {
    /// The cell at a 0-based row and column.
    pub const fn new(row: u32, column: u32) -> Cell {
        Cell { row, column }
    }
}

/// A rectangle of positions, all four ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Rect {
    /// First row.
    pub top: u32,
    /// First column.
    pub left: u32,
    /// Last row, included.
    pub bottom: u32,
    /// Last column, included.
    pub right: u32,
}

impl Rect {
    /// The rectangle between two corners, in any order.
    pub fn new(a: Cell, b: Cell) -> Rect {
        Rect {
            top: a.row.min(b.row),
            left: a.column.min(b.column),
            bottom: a.row.max(b.row),
            right: a.column.max(b.column),
        }
    }

    /// The rectangle of one cell.
    pub fn cell(cell: Cell) -> Rect {
        Rect::new(cell, cell)
    }

    /// Number of rows.
    pub fn rows(&self) -> u32 {
        self.bottom - self.top + 1
    }

    /// Number of columns.
    pub fn columns(&self) -> u32 {
        self.right - self.left + 1
    }

    /// Number of cells.
    pub fn size(&self) -> u64 {
        u64::from(self.rows()) * u64::from(self.columns())
    }

    /// The upper left cell.
    pub fn top_left(&self) -> Cell {
        Cell::new(self.top, self.left)
    }

    /// Whether the cell lies inside.
    pub fn contains(&self, cell: Cell) -> bool {
        (self.top..=self.bottom).contains(&cell.row)
            && (self.left..=self.right).contains(&cell.column)
    }

    /// Whether the whole of `other` lies inside.
    pub fn encloses(&self, other: &Rect) -> bool {
        self.top <= other.top
            && other.bottom <= self.bottom
            && self.left <= other.left
            && other.right <= self.right
    }

    /// The common part.
    pub fn intersection(&self, other: &Rect) -> Option<Rect> {
        let rect = Rect {
            top: self.top.max(other.top),
            left: self.left.max(other.left),
            bottom: self.bottom.min(other.bottom),
            right: self.right.min(other.right),
        };
        (rect.top <= rect.bottom && rect.left <= rect.right).then_some(rect)
    }

    /// The smallest rectangle that holds both.
    #[must_use]
    pub fn hull(&self, other: &Rect) -> Rect {
        Rect {
            top: self.top.min(other.top),
            left: self.left.min(other.left),
            bottom: self.bottom.max(other.bottom),
            right: self.right.max(other.right),
        }
    }
}

/// A rectangle on a sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Area {
    /// The sheet.
    pub sheet: SheetId,
    /// The rectangle.
    pub rect: Rect,
}

impl Area {
    /// The rectangle `rect` of `sheet`.
    pub fn new(sheet: SheetId, rect: Rect) -> Area {
        Area { sheet, rect }
    }
}
