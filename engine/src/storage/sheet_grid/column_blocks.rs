//! Columns in blocks of packed cells, as files hold them: read and written a block at a time.

use std::ops::{ControlFlow, Range};
use std::sync::Arc;

use super::SheetGrid;
use super::open_grid::{OpenGrid, PlaneWrite};
use super::walk::{PlaneView, cut};
use crate::reference::{Axis, Cell, Rect};
use crate::storage::cell_index::ReadIndex;
use crate::storage::chunk::{Chunk, SLOTS};
use crate::storage::packed_cell::{PackedCell, TextIndex};
use crate::storage::row_axis::{ColumnAxis, RowAxis};
use crate::value::ValueRef;

/// Rows of a block: the positions of one block are the slots of one chunk where nothing was inserted.
const ROWS: u32 = SLOTS as u32;

/// Up to 4,096 consecutive rows of a column, none of which stands in two blocks of 4,096 positions.
///
/// # Examples
///
/// ```
/// use tabulith::reference::Cell;
/// use tabulith::storage::{ColumnBlock, IndexSnapshot, OpenGrid, SheetGrid};
///
/// let mut sheet = SheetGrid::new(0, 1_048_576, 16_384);
/// let mut open = OpenGrid::new(&IndexSnapshot::default());
/// let block = ColumnBlock { first: Cell::new(8, 2), lanes: &[1.0, 2.5], ends: &[], texts: "" };
/// open.put_column(&mut sheet, &block);
/// assert_eq!(open.get(&sheet, Cell::new(9, 2)), 2.5.into());
/// ```
#[derive(Debug, Clone, Copy)]
pub struct ColumnBlock<'a> {
    /// The first row and the column.
    pub first: Cell,
    /// The cells, packed. The index of a longer text counts those of the block.
    pub lanes: &'a [f64],
    /// Where each longer text ends in `texts`.
    pub ends: &'a [u32],
    /// The longer texts, one behind the other.
    pub texts: &'a str,
}

impl<'a> ColumnBlock<'a> {
    /// The longer text of this index; an empty one if there is none.
    pub fn text(&self, index: u32) -> &'a str {
        let at = index as usize;
        let start = at.checked_sub(1).and_then(|before| self.ends.get(before));
        let start = start.copied().unwrap_or(0) as usize;
        let end = self.ends.get(at).map_or(start, |end| *end as usize);
        self.texts.get(start..end).unwrap_or("")
    }
}

/// The rows of a block while they are gathered.
#[derive(Default)]
struct Gathered {
    column: u32,
    first: u32,
    lanes: Vec<f64>,
    ends: Vec<u32>,
    texts: String,
}

/// What is called with each block.
type Visit<'v> = &'v mut dyn FnMut(ColumnBlock<'_>) -> ControlFlow<()>;

impl Gathered {
    /// Adds slots of a chunk, all of one block of positions, from `row` on.
    fn add(
        &mut self,
        row: u32,
        chunk: &Chunk,
        slots: Range<u16>,
        visit: Visit<'_>,
    ) -> ControlFlow<()> {
        if row / ROWS != self.first / ROWS {
            self.flush(visit)?;
        }
        if slots.len() == ROWS as usize
            && let Some(lanes) = chunk.number_slice(slots.clone())
        {
            return visit(ColumnBlock {
                first: Cell::new(row, self.column),
                lanes,
                ends: &[],
                texts: "",
            });
        }
        self.first = row / ROWS * ROWS;
        let from = (row - self.first) as usize;
        self.lanes.resize(from, PackedCell::BLANK.to_lane());
        self.lanes.resize(from + slots.len(), 0.0);
        chunk.read_into(slots.clone(), &mut self.lanes[from..]);
        for (slot, at) in slots.zip(from..) {
            if PackedCell::from_lane(self.lanes[at])
                .to_text_index()
                .is_some()
                && let ValueRef::Text(text) = chunk.cell(slot).value()
            {
                self.lanes[at] = self.push(text).to_lane();
            }
        }
        ControlFlow::Continue(())
    }

    /// Adds a longer text; the same one twice in a row is one.
    fn push(&mut self, text: &str) -> PackedCell {
        let last = self.ends.len().checked_sub(1);
        let is_last = last.is_some_and(|last| {
            let before = last.checked_sub(1).map_or(0, |before| self.ends[before]);
            self.texts[before as usize..] == *text
        });
        if !is_last {
            self.texts.push_str(text);
            self.ends.push(self.texts.len() as u32);
        }
        let index = self.ends.len() as u32 - 1;
        PackedCell::text(TextIndex { block: 0, index })
    }

    fn flush(&mut self, visit: Visit<'_>) -> ControlFlow<()> {
        let filled = |lane: &f64| !PackedCell::from_lane(*lane).is_blank();
        if let Some(last) = self.lanes.iter().rposition(filled) {
            visit(ColumnBlock {
                first: Cell::new(self.first, self.column),
                lanes: &self.lanes[..=last],
                ends: &self.ends,
                texts: &self.texts,
            })?;
        }
        self.lanes.clear();
        self.ends.clear();
        self.texts.clear();
        ControlFlow::Continue(())
    }
}

impl PlaneView<'_> {
    /// Calls `visit` with the blocks of all columns that hold anything, from left to right and from top to bottom,
    /// until it breaks.
    pub(in crate::storage) fn column_blocks(
        &self,
        index: &impl ReadIndex,
        visit: Visit<'_>,
    ) -> ControlFlow<()> {
        let mut gathered = Gathered::default();
        for (column, anchor) in self.used_columns(0, self.columns.len() - 1) {
            gathered.column = column;
            gathered.first = 0;
            let whole = Rect::new(Cell::new(0, column), Cell::new(self.rows.len() - 1, column));
            self.segments(&whole, |segment| {
                let Some(chunk) = index.chunk(self.key(anchor, segment.block)) else {
                    return ControlFlow::Continue(());
                };
                let (mut row, mut slot) = (segment.row, segment.slots.start);
                while slot < segment.slots.end {
                    let room = (ROWS - row % ROWS) as u16;
                    let count = room.min(segment.slots.end - slot);
                    gathered.add(row, &chunk, slot..slot + count, visit)?;
                    row += u32::from(count);
                    slot += count;
                }
                ControlFlow::Continue(())
            })?;
            gathered.flush(visit)?;
        }
        ControlFlow::Continue(())
    }
}

impl SheetGrid {
    /// Calls `visit` with the blocks of all columns that hold anything, from left to right and from top to bottom,
    /// until it breaks. The cells of a block that is all numbers are shown where they lie.
    pub fn column_blocks(
        &self,
        index: &impl ReadIndex,
        visit: &mut dyn FnMut(ColumnBlock<'_>) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        self.view().column_blocks(index, visit)
    }
}

impl OpenGrid {
    /// Writes a block of a column. Where nothing else is in its chunk, the chunk is made whole.
    ///
    /// # Panics
    ///
    /// If it goes beyond the grid.
    pub fn put_column(&mut self, sheet: &mut SheetGrid, block: &ColumnBlock<'_>) {
        let axes = (sheet.rows().clone(), sheet.columns().clone());
        self.put_column_of(&mut sheet.plane_write(), (&axes.0, &axes.1), block);
    }

    pub(in crate::storage) fn put_column_of(
        &mut self,
        plane: &mut PlaneWrite<'_>,
        (rows, columns): (&RowAxis, &ColumnAxis),
        block: &ColumnBlock<'_>,
    ) {
        let end = u64::from(block.first.row) + block.lanes.len() as u64;
        assert!(end <= u64::from(rows.len()), "row {end} is beyond the grid");
        let column = columns.anchor(block.first.column);
        for (row, anchor, length) in rows.spans(block.first.row..end as u32) {
            for (offset, number, slots) in cut(anchor, length) {
                let from = (row + offset - block.first.row) as usize;
                let lanes = &block.lanes[from..from + slots.len()];
                let chunk = Chunk::of_lanes(slots.start, lanes, |index| block.text(index));
                if chunk.filled() > 0 {
                    let chunk = Arc::new(chunk);
                    self.write(plane, column, number, |open| open.put(slots, &chunk));
                }
            }
        }
    }
}
