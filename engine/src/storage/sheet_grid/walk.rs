//! Walking a rectangle of positions over the chunks that lie under it.
//!
//! A walk goes by *segments*: consecutive rows that are consecutive slots of one block, with the columns that have a
//! chunk there. Blocks without a chunk are passed over by the record of present blocks, never probed one by one.

use std::ops::{ControlFlow, Range};
use std::sync::Arc;

use crate::reference::{Anchor, Axis, Cell, Rect};
use crate::storage::cell_index::{CellKey, Plane, ReadIndex};
use crate::storage::chunk::Chunk;
use crate::storage::row_axis::{ColumnAxis, RowAxis};
use crate::storage::tree::{Natural, Tree};
use crate::value::ValueRef;

/// Columns of a rectangle up to which each is asked for by itself, instead of searching the record for used ones.
const FEW_COLUMNS: u32 = 32;

/// The slots that a cursor has none beyond.
const DONE: u16 = u16::MAX;

/// Which blocks of which columns have a chunk, on one plane of one sheet; ordered by column anchor and block.
#[derive(Debug, Clone, Default)]
pub(in crate::storage) struct Present(Tree<(Anchor, u32), ()>);

impl Present {
    pub(in crate::storage) fn insert(&mut self, column: Anchor, block: u32) {
        self.0.insert(&Natural, (column, block), ());
    }

    pub(in crate::storage) fn remove(&mut self, column: Anchor, block: u32) {
        self.0.remove(&Natural, &(column, block));
    }

    pub(in crate::storage) fn contains(&self, column: Anchor, block: u32) -> bool {
        self.0.contains(&Natural, &(column, block))
    }

    /// The present ones of these blocks of a column.
    pub(in crate::storage) fn blocks(
        &self,
        column: Anchor,
        first: u32,
        last: u32,
    ) -> impl Iterator<Item = u32> {
        self.0
            .from(&Natural, &(column, first))
            .map(|((c, block), ())| (*c, *block))
            .take_while(move |place| *place <= (column, last))
            .map(|(_, block)| block)
    }

    /// All columns and blocks that have a chunk.
    pub(in crate::storage) fn iter(&self) -> impl Iterator<Item = (Anchor, u32)> {
        self.0.iter().map(|(place, ())| *place)
    }

    /// The columns that have a chunk, in the order of anchors.
    pub(in crate::storage) fn columns(&self) -> impl Iterator<Item = Anchor> {
        let first = self.0.first().map(|((column, _), ())| *column);
        std::iter::successors(first, |column| {
            let next = self.0.higher(&Natural, &(*column, u32::MAX))?;
            Some(next.0.0)
        })
    }

    pub(in crate::storage) fn len(&self) -> usize {
        self.0.len()
    }
}

/// One plane of a sheet, to be read.
#[derive(Clone, Copy)]
pub(in crate::storage) struct PlaneView<'a> {
    pub(in crate::storage) plane: Plane,
    pub(in crate::storage) sheet: u32,
    pub(in crate::storage) rows: &'a RowAxis,
    pub(in crate::storage) columns: &'a ColumnAxis,
    pub(in crate::storage) present: &'a Present,
}

/// Consecutive rows that are consecutive slots of a block.
pub(in crate::storage) struct Segment<'s> {
    /// Position of the first row.
    pub(in crate::storage) row: u32,
    pub(in crate::storage) block: u32,
    pub(in crate::storage) slots: Range<u16>,
    /// Position and anchor of each column with a chunk here, from left to right; never empty.
    pub(in crate::storage) columns: &'s [(u32, Anchor)],
}

/// Cuts a run of anchors at the ends of blocks: offset in the run, block, slots.
pub(in crate::storage) fn cut(
    first: Anchor,
    length: u32,
) -> impl Iterator<Item = (u32, u32, Range<u16>)> {
    let mut offset = 0;
    std::iter::from_fn(move || {
        if offset == length {
            return None;
        }
        let at = Anchor(first.0 + offset);
        let start = u32::from(at.slot());
        let count = (Anchor::SLOTS - start).min(length - offset);
        let part = (offset, at.block(), start as u16..(start + count) as u16);
        offset += count;
        Some(part)
    })
}

impl PlaneView<'_> {
    /// The key and slot of a cell; nothing beyond the grid.
    pub(in crate::storage) fn place(&self, cell: Cell) -> Option<(CellKey, u16)> {
        if cell.row >= self.rows.len() || cell.column >= self.columns.len() {
            return None;
        }
        let row = self.rows.anchor(cell.row);
        Some((
            self.key(self.columns.anchor(cell.column), row.block()),
            row.slot(),
        ))
    }

    pub(in crate::storage) fn key(&self, column: Anchor, block: u32) -> CellKey {
        CellKey::new(self.plane, self.sheet, column, block)
    }

    /// The used columns between two positions, from left to right.
    pub(super) fn used_columns(&self, left: u32, right: u32) -> Vec<(u32, Anchor)> {
        let right = right.min(self.columns.len() - 1);
        if left > right {
            return Vec::new();
        }
        if right - left < FEW_COLUMNS {
            let columns = (left..=right).map(|column| (column, self.columns.anchor(column)));
            let used = |anchor| self.present.blocks(anchor, 0, u32::MAX).next().is_some();
            return columns.filter(|(_, anchor)| used(*anchor)).collect();
        }
        let place = |anchor| Some((self.columns.position(anchor)?, anchor));
        let mut columns: Vec<_> = self.present.columns().filter_map(place).collect();
        columns.retain(|(column, _)| (left..=right).contains(column));
        columns.sort_unstable();
        columns
    }

    /// Calls `visit` with the segments of a rectangle that have a chunk, from top to bottom.
    pub(in crate::storage) fn segments(
        &self,
        rect: &Rect,
        mut visit: impl FnMut(Segment<'_>) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let columns = self.used_columns(rect.left, rect.right);
        if columns.is_empty() {
            return ControlFlow::Continue(());
        }
        let mut found: Vec<(u32, (u32, Anchor))> = Vec::new();
        let mut here = Vec::new();
        for (row, first, length) in self.rows.spans(rect.top..rect.bottom.saturating_add(1)) {
            let last = Anchor(first.0 + (length - 1));
            found.clear();
            for column in &columns {
                let blocks = self.present.blocks(column.1, first.block(), last.block());
                found.extend(blocks.map(|block| (block, *column)));
            }
            found.sort_unstable_by_key(|(block, (column, _))| (*block, *column));
            for group in found.chunk_by(|a, b| a.0 == b.0) {
                let block = group[0].0;
                here.clear();
                here.extend(group.iter().map(|(_, column)| *column));
                let from = first.0.max(block * Anchor::SLOTS);
                let to = last.0.min(block * Anchor::SLOTS + (Anchor::SLOTS - 1));
                visit(Segment {
                    row: row + (from - first.0),
                    block,
                    slots: Anchor(from).slot()..Anchor(to).slot() + 1,
                    columns: &here,
                })?;
            }
        }
        ControlFlow::Continue(())
    }

    /// Calls `visit` with the cells of a rectangle that are not blank, row by row.
    pub(in crate::storage) fn visit(
        &self,
        index: &impl ReadIndex,
        rect: &Rect,
        visit: &mut dyn FnMut(Cell, ValueRef<'_>) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let mut cursors: Vec<Cursor> = Vec::new();
        self.segments(rect, |segment| {
            let (row, start) = (segment.row, segment.slots.start);
            let row_of = |slot: u16| row + u32::from(slot - start);
            if let [(column, anchor)] = *segment.columns {
                let Some(chunk) = index.chunk(self.key(anchor, segment.block)) else {
                    return ControlFlow::Continue(());
                };
                return chunk.try_visit_filled(segment.slots, |slot, value| {
                    visit(Cell::new(row_of(slot), column), value)
                });
            }
            cursors.clear();
            for (column, anchor) in segment.columns {
                if let Some(chunk) = index.chunk(self.key(*anchor, segment.block)) {
                    let next = chunk.next_filled(segment.slots.clone()).unwrap_or(DONE);
                    cursors.push(Cursor {
                        next,
                        column: *column,
                        chunk,
                    });
                }
            }
            merge(&mut cursors, segment.slots.end, |slot, column, value| {
                visit(Cell::new(row_of(slot), column), value)
            })
        })
    }

    /// The smallest rectangle that holds all cells of `rect` that are not blank.
    pub(in crate::storage) fn used(&self, index: &impl ReadIndex, rect: &Rect) -> Option<Rect> {
        let mut used: Option<Rect> = None;
        let _ = self.segments(rect, |segment| {
            for (column, anchor) in segment.columns {
                let Some(chunk) = index.chunk(self.key(*anchor, segment.block)) else {
                    continue;
                };
                let first = chunk.next_filled(segment.slots.clone());
                let last = chunk.last_filled(segment.slots.clone());
                if let (Some(first), Some(last)) = (first, last) {
                    let cell = |slot: u16| {
                        Cell::new(segment.row + u32::from(slot - segment.slots.start), *column)
                    };
                    let here = Rect::new(cell(first), cell(last));
                    used = Some(used.map_or(here, |used| used.hull(&here)));
                }
            }
            ControlFlow::Continue(())
        });
        used
    }
}

/// A column of a segment and its next filled slot.
struct Cursor {
    next: u16,
    column: u32,
    chunk: Arc<Chunk>,
}

/// Visits the cells of several columns slot by slot, each slot from left to right.
fn merge(
    cursors: &mut [Cursor],
    end: u16,
    mut visit: impl FnMut(u16, u32, ValueRef<'_>) -> ControlFlow<()>,
) -> ControlFlow<()> {
    let mut slot = cursors.iter().map(|c| c.next).min().unwrap_or(DONE);
    while slot != DONE {
        let mut next = DONE;
        for cursor in cursors.iter_mut() {
            if cursor.next == slot {
                visit(slot, cursor.column, cursor.chunk.cell(slot).value())?;
                cursor.next = cursor.chunk.next_filled(slot + 1..end).unwrap_or(DONE);
            }
            next = next.min(cursor.next);
        }
        slot = next;
    }
    ControlFlow::Continue(())
}
