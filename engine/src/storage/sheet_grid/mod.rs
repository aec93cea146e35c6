//! The cells of one sheet by position.
//!
//! A [`SheetGrid`] is the sheet's two axes and the record of which chunks it has; the chunks themselves lie in the
//! cell index of the revision, which every read is given. Writes go through an [`OpenGrid`]. Inserting rows changes an
//! axis and nothing else; deleting blanks what died.

mod block;
mod column_blocks;
mod copy;
mod open_grid;
mod place;
#[cfg(test)]
mod tests;
mod tiles;
mod walk;

use std::ops::{ControlFlow, Range};

pub use block::Block;
pub use column_blocks::ColumnBlock;
pub use open_grid::OpenGrid;
pub use place::Place;

pub(super) use open_grid::{PlaneWrite, segments_of};
pub(super) use walk::{PlaneView, Present};

use super::cell_index::{Plane, ReadIndex};
use super::chunk::Chunk;
use super::row_axis::{AnchorCounter, ColumnAxis, RowAxis};
use crate::Result;
use crate::limits;
use crate::reference::{Anchor, Axis, Cell, Rect};
use crate::value::{Value, ValueRef};

/// Runs of anchors that died: first anchor and length.
pub type Dead = Vec<(Anchor, u32)>;

/// The cells of one sheet, by position; `Clone` is O(1).
///
/// # Examples
///
/// ```
/// use tabulith::reference::{Cell, Rect};
/// use tabulith::storage::{AnchorCounter, IndexSnapshot, OpenGrid, SheetGrid};
/// use tabulith::value::Value;
///
/// let mut sheet = SheetGrid::new(0, 1_048_576, 16_384);
/// let mut open = OpenGrid::new(&IndexSnapshot::default());
/// open.set_numbers(&mut sheet, Cell::new(0, 0), &[1.0, 2.0, 3.0]);
/// let index = open.freeze();
/// sheet.insert_rows(1, 10, &AnchorCounter::rows())?;
/// assert_eq!(sheet.value(&index, Cell::new(11, 0)), Value::from(2.0));
/// # Ok::<(), tabulith::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct SheetGrid {
    key: u32,
    rows: RowAxis,
    columns: ColumnAxis,
    present: Present,
}

/// Consecutive rows of a column: slots of a chunk, or nothing at all.
#[derive(Debug, Clone, Copy)]
pub enum ColumnPart<'a> {
    /// So many blank rows.
    Blank(u32),
    /// Slots of a chunk, from the first up to but not including the last.
    Slots(&'a Chunk, u16, u16),
}

impl SheetGrid {
    /// An empty sheet of so many rows and columns; `key` is the number of its incarnation in cell keys.
    ///
    /// # Panics
    ///
    /// If there is no row or no column, or `key` is not below [`limits::SHEETS`].
    pub fn new(key: u32, rows: u32, columns: u32) -> SheetGrid {
        assert!(
            rows > 0 && columns > 0 && key < limits::SHEETS,
            "sheet {key} of {rows} rows and {columns} columns"
        );
        SheetGrid {
            key,
            rows: RowAxis::new(rows),
            columns: ColumnAxis::new(columns),
            present: Present::default(),
        }
    }

    /// The number of the incarnation.
    pub fn key(&self) -> u32 {
        self.key
    }

    /// The axis of rows.
    pub fn rows(&self) -> &RowAxis {
        &self.rows
    }

    /// The axis of columns.
    pub fn columns(&self) -> &ColumnAxis {
        &self.columns
    }

    /// Number of chunks that hold the values.
    pub fn chunk_count(&self) -> usize {
        self.present.len()
    }

    /// The columns that hold any values, by their anchors.
    pub fn filled_columns(&self) -> impl Iterator<Item = Anchor> + '_ {
        self.present.columns()
    }

    /// All positions of the grid.
    pub fn bounds(&self) -> Rect {
        let last = Cell::new(self.rows.len() - 1, self.columns.len() - 1);
        Rect::new(Cell::new(0, 0), last)
    }

    pub(super) fn view(&self) -> PlaneView<'_> {
        PlaneView {
            plane: Plane::Values,
            sheet: self.key,
            rows: &self.rows,
            columns: &self.columns,
            present: &self.present,
        }
    }

    fn plane_write(&mut self) -> PlaneWrite<'_> {
        PlaneWrite {
            plane: Plane::Values,
            sheet: self.key,
            present: &mut self.present,
        }
    }

    /// The value of a cell; blank beyond the grid.
    pub fn value(&self, index: &impl ReadIndex, cell: Cell) -> Value {
        self.with_value(index, cell, |value| value.to_value())
    }

    /// Calls `read` with the value of a cell where it lies; blank beyond the grid.
    pub fn with_value<R>(
        &self,
        index: &impl ReadIndex,
        cell: Cell,
        read: impl FnOnce(ValueRef<'_>) -> R,
    ) -> R {
        match self.view().place(cell) {
            Some((key, slot)) => index.with_cell(key, slot, read),
            None => read(ValueRef::Blank),
        }
    }

    /// Calls `visitor` with the cells of a rectangle that are not blank, row by row and from left to right, until it
    /// breaks.
    ///
    /// # Complexity
    ///
    /// O(pieces of the axis + chunks and filled cells in the rectangle), whatever its size; with several columns a
    /// filled row costs O(columns used there).
    pub fn visit(
        &self,
        index: &impl ReadIndex,
        rect: &Rect,
        visitor: &mut dyn FnMut(Cell, ValueRef<'_>) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        self.view().visit(index, rect, visitor)
    }

    /// The smallest rectangle that holds all cells of `rect` that are not blank.
    ///
    /// # Complexity
    ///
    /// O(pieces of the axis + chunks in the rectangle).
    pub fn used(&self, index: &impl ReadIndex, rect: &Rect) -> Option<Rect> {
        self.view().used(index, rect)
    }

    /// Calls `visit` with all rows of a column between two positions, in parts from top to bottom, until it breaks:
    /// first row and what is there. Positions beyond the grid are left out.
    pub fn column_parts(
        &self,
        index: &impl ReadIndex,
        column: u32,
        rows: Range<u32>,
        visit: &mut dyn FnMut(u32, ColumnPart<'_>) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let end = rows.end.min(self.rows.len());
        if rows.start >= end {
            return ControlFlow::Continue(());
        }
        let rect = Rect::new(Cell::new(rows.start, column), Cell::new(end - 1, column));
        let mut next = rows.start;
        self.view().segments(&rect, |segment| {
            let Some(chunk) = index.chunk(self.view().key(segment.columns[0].1, segment.block))
            else {
                return ControlFlow::Continue(());
            };
            if next < segment.row {
                visit(next, ColumnPart::Blank(segment.row - next))?;
            }
            next = segment.row + segment.slots.len() as u32;
            let Range { start, end } = segment.slots;
            visit(segment.row, ColumnPart::Slots(&chunk, start, end))
        })?;
        if next < end {
            visit(next, ColumnPart::Blank(end - next))?;
        }
        ControlFlow::Continue(())
    }

    /// Inserts `count` rows before the row `at`; no chunk is touched.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Limit`](crate::ErrorKind::Limit) if the lineage has run out of anchors.
    pub fn insert_rows(&mut self, at: u32, count: u32, counter: &AnchorCounter) -> Result<()> {
        self.rows = self.rows.insert(at, count, counter)?;
        Ok(())
    }

    /// Inserts `count` columns before the column `at`; no chunk is touched.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Limit`](crate::ErrorKind::Limit) if the lineage has run out of anchors.
    pub fn insert_columns(&mut self, at: u32, count: u32, counter: &AnchorCounter) -> Result<()> {
        self.columns = self.columns.insert(at, count, counter)?;
        Ok(())
    }

    /// Deletes `count` rows from the row `at` on, blanks their cells, and tells which anchors died.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Limit`](crate::ErrorKind::Limit) if the axis has no anchors left to fill the grid's end.
    pub fn delete_rows(&mut self, open: &mut OpenGrid, at: u32, count: u32) -> Result<Dead> {
        let (rows, dead) = self.rows.delete(at, count)?;
        self.rows = rows;
        let died = dead_rows(&self.present, &dead);
        open.clear_segments(&mut self.plane_write(), died);
        Ok(dead)
    }

    /// Deletes `count` columns from the column `at` on, drops their chunks, and tells which anchors died.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Limit`](crate::ErrorKind::Limit) if the axis has no anchors left to fill the grid's end.
    pub fn delete_columns(&mut self, open: &mut OpenGrid, at: u32, count: u32) -> Result<Dead> {
        let (columns, dead) = self.columns.delete(at, count)?;
        self.columns = columns;
        let died = dead_columns(&self.present, &dead);
        open.clear_segments(&mut self.plane_write(), died);
        Ok(dead)
    }
}

/// What is to be blanked when rows died.
pub(super) fn dead_rows(
    present: &Present,
    dead: &[(Anchor, u32)],
) -> Vec<(Anchor, u32, Range<u16>)> {
    let mut died = Vec::new();
    for column in present.columns() {
        for (first, length) in dead {
            let last = Anchor(first.0 + (length - 1));
            for block in present.blocks(column, first.block(), last.block()) {
                let from = first.0.max(block * Anchor::SLOTS);
                let to = last.0.min(block * Anchor::SLOTS + (Anchor::SLOTS - 1));
                died.push((column, block, Anchor(from).slot()..Anchor(to).slot() + 1));
            }
        }
    }
    died
}

/// What is to be blanked when columns died.
pub(super) fn dead_columns(
    present: &Present,
    dead: &[(Anchor, u32)],
) -> Vec<(Anchor, u32, Range<u16>)> {
    let all = 0..Anchor::SLOTS as u16;
    let columns = dead
        .iter()
        .flat_map(|(first, length)| (first.0..first.0 + length).map(Anchor));
    columns
        .flat_map(|column| {
            let blocks = present.blocks(column, 0, u32::MAX);
            blocks.map(move |block| (column, block))
        })
        .map(|(column, block)| (column, block, all.clone()))
        .collect()
}
