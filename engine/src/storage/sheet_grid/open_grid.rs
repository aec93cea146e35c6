//! Writing cells: the chunks of one transaction, open until they are frozen together.

use std::ops::{ControlFlow, Range};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use hashbrown::HashMap;

use super::SheetGrid;
use super::walk::{PlaneView, Present, cut};
use crate::reference::{Anchor, Axis, Cell, Rect};
use crate::storage::cell_index::{CellIndex, CellKey, IndexSnapshot, Plane, ReadIndex, ctrie};
use crate::storage::chunk::{Chunk, OpenChunk, SLOTS};
use crate::storage::row_axis::{ColumnAxis, RowAxis};
use crate::value::{Value, ValueRef};

/// The cells that a transaction writes, over the index that it began with.
///
/// Reads see the writes; other readers of the index see nothing until the transaction's
/// [`freeze`](OpenGrid::freeze) is published. Dropping it undoes everything, together with the sheets' own clones.
///
/// # Examples
///
/// ```
/// use tabulith::reference::Cell;
/// use tabulith::storage::{IndexSnapshot, OpenGrid, SheetGrid};
/// use tabulith::value::{Value, ValueRef};
///
/// let mut sheet = SheetGrid::new(0, 1_048_576, 16_384);
/// let mut open = OpenGrid::new(&IndexSnapshot::default());
/// open.set(&mut sheet, Cell::new(2, 1), ValueRef::Text("B3"));
/// let index = open.freeze();
/// assert_eq!(sheet.value(&index, Cell::new(2, 1)), Value::from("B3"));
/// ```
#[derive(Debug, Default)]
pub struct OpenGrid {
    pub(super) index: CellIndex,
    pub(super) open: HashMap<CellKey, OpenChunk>,
    displaced: Displaced,
}

/// Bytes of chunks in the index that others took the place of, and of those others, about; threads count together.
#[derive(Debug, Default)]
struct Displaced {
    old: AtomicU64,
    new: AtomicU64,
}

impl Displaced {
    fn count(&self, old: Option<&Chunk>, new: Option<&Chunk>) {
        let add = |sum: &AtomicU64, chunk: Option<&Chunk>, other| {
            if let Some(chunk) = chunk {
                sum.fetch_add(chunk.bytes_beside(other) as u64, Ordering::Relaxed);
            }
        };
        add(&self.old, old, new);
        add(&self.new, new, old);
    }
}

/// One plane of a sheet, to be written.
pub(in crate::storage) struct PlaneWrite<'a> {
    pub(in crate::storage) plane: Plane,
    pub(in crate::storage) sheet: u32,
    pub(in crate::storage) present: &'a mut Present,
}

impl OpenGrid {
    /// A transaction over these chunks; O(1).
    pub fn new(index: &IndexSnapshot) -> OpenGrid {
        OpenGrid {
            index: index.fork(),
            open: HashMap::new(),
            displaced: Displaced::default(),
        }
    }

    /// The value of a cell as written so far; a copy of a text's bytes.
    pub fn get(&self, sheet: &SheetGrid, cell: Cell) -> Value {
        sheet.value(self, cell)
    }

    /// Writes one cell.
    ///
    /// # Panics
    ///
    /// If the cell lies beyond the grid.
    pub fn set(&mut self, sheet: &mut SheetGrid, cell: Cell, value: ValueRef<'_>) {
        let (row, column) = (
            sheet.rows().anchor(cell.row),
            sheet.columns().anchor(cell.column),
        );
        self.set_anchored(sheet, row, column, value);
    }

    /// Writes the cell at a live row and column.
    pub fn set_anchored(
        &mut self,
        sheet: &mut SheetGrid,
        row: Anchor,
        column: Anchor,
        value: ValueRef<'_>,
    ) {
        self.set_slot(&mut sheet.plane_write(), row, column, value);
    }

    pub(in crate::storage) fn set_slot(
        &mut self,
        plane: &mut PlaneWrite<'_>,
        row: Anchor,
        column: Anchor,
        value: ValueRef<'_>,
    ) {
        if value == ValueRef::Blank && !plane.present.contains(column, row.block()) {
            return;
        }
        self.write(plane, column, row.block(), |open| {
            open.set(row.slot(), value);
        });
    }

    /// Writes numbers downwards from a cell; what is not finite becomes `#NUM!`.
    ///
    /// # Panics
    ///
    /// If they go beyond the grid.
    pub fn set_numbers(&mut self, sheet: &mut SheetGrid, first: Cell, numbers: &[f64]) {
        self.write_values(sheet, (first, numbers.len()), |open, slots, part| {
            open.write_numbers(slots.start, &numbers[part]);
        });
    }

    /// Writes packed cells downwards from a cell, as kernels make them: longer texts are not allowed.
    ///
    /// # Panics
    ///
    /// If they go beyond the grid, or one is a longer text.
    pub fn set_lanes(&mut self, sheet: &mut SheetGrid, first: Cell, lanes: &[f64]) {
        self.write_values(sheet, (first, lanes.len()), |open, slots, part| {
            open.write_lanes(slots.start, &lanes[part]);
        });
    }

    /// Writes values downwards from a cell, of which `value` gives each by its number; the chunk is looked up once a
    /// block.
    ///
    /// # Panics
    ///
    /// If they go beyond the grid.
    pub fn set_column<'v>(
        &mut self,
        sheet: &mut SheetGrid,
        first: Cell,
        count: usize,
        mut value: impl FnMut(usize) -> ValueRef<'v>,
    ) {
        self.write_values(sheet, (first, count), |open, slots, part| {
            for (slot, at) in slots.zip(part) {
                open.set(slot, value(at));
            }
        });
    }

    fn write_values(
        &mut self,
        sheet: &mut SheetGrid,
        place: (Cell, usize),
        write: impl FnMut(&mut OpenChunk, Range<u16>, Range<usize>),
    ) {
        let axes = (sheet.rows().clone(), sheet.columns().clone());
        self.write_down(&mut sheet.plane_write(), (&axes.0, &axes.1), place, write);
    }

    /// Writes a column downwards, block by block: `write` is given the slots and which of the `count` values they get.
    pub(super) fn write_down(
        &mut self,
        plane: &mut PlaneWrite<'_>,
        (rows, columns): (&RowAxis, &ColumnAxis),
        (first, count): (Cell, usize),
        mut write: impl FnMut(&mut OpenChunk, Range<u16>, Range<usize>),
    ) {
        let column = columns.anchor(first.column);
        let end = u64::from(first.row) + count as u64;
        assert!(
            end <= u64::from(rows.len()),
            "rows to {end} are beyond the {} of the grid",
            rows.len()
        );
        for (row, anchor, length) in rows.spans(first.row..end as u32) {
            for (offset, block, slots) in cut(anchor, length) {
                let from = (row + offset - first.row) as usize;
                let part = from..from + slots.len();
                self.write(plane, column, block, |open| write(open, slots, part));
            }
        }
    }

    /// Writes one value to all cells of a rectangle, which is clipped to the grid.
    pub fn fill_const(&mut self, sheet: &mut SheetGrid, rect: &Rect, value: ValueRef<'_>) {
        if value == ValueRef::Blank {
            return self.clear(sheet, rect);
        }
        let (rows, columns) = (sheet.rows().clone(), sheet.columns().clone());
        self.fill_plane(&mut sheet.plane_write(), (&rows, &columns), rect, value);
    }

    pub(in crate::storage) fn fill_plane(
        &mut self,
        plane: &mut PlaneWrite<'_>,
        (rows, columns): (&RowAxis, &ColumnAxis),
        rect: &Rect,
        value: ValueRef<'_>,
    ) {
        for (_, first, length) in columns.spans(rect.left..rect.right.saturating_add(1)) {
            for column in (first.0..first.0 + length).map(Anchor) {
                for (_, anchor, length) in rows.spans(rect.top..rect.bottom.saturating_add(1)) {
                    for (_, block, slots) in cut(anchor, length) {
                        self.write(plane, column, block, |open| open.fill(slots, value));
                    }
                }
            }
        }
    }

    /// Blanks all cells of a rectangle; blocks without a chunk cost nothing.
    pub fn clear(&mut self, sheet: &mut SheetGrid, rect: &Rect) {
        let found = segments_of(&sheet.view(), rect);
        self.clear_segments(&mut sheet.plane_write(), found);
    }

    pub(in crate::storage) fn clear_segments(
        &mut self,
        plane: &mut PlaneWrite<'_>,
        segments: Vec<(Anchor, u32, Range<u16>)>,
    ) {
        for (column, block, slots) in segments {
            let key = CellKey::new(plane.plane, plane.sheet, column, block);
            let filled = match self.open.get(&key) {
                Some(open) => !open.is_blank(slots.clone()),
                None => {
                    let chunk = self.index.get(key);
                    chunk.is_some_and(|chunk| chunk.next_filled(slots.clone()).is_some())
                }
            };
            if !filled {
                continue;
            }
            self.write(plane, column, block, |open| {
                open.fill(slots, ValueRef::Blank);
            });
        }
    }

    /// Puts a whole chunk, made elsewhere, under a column and a block of the row axis.
    pub fn put_chunk(&mut self, sheet: &mut SheetGrid, column: Anchor, block: u32, chunk: &Chunk) {
        self.put(&mut sheet.plane_write(), column, block, chunk);
    }

    pub(super) fn put(
        &mut self,
        plane: &mut PlaneWrite<'_>,
        column: Anchor,
        block: u32,
        chunk: &Chunk,
    ) {
        self.write(plane, column, block, |open| *open = OpenChunk::new(chunk));
    }

    /// Opens a chunk, writes it, and keeps the record of present blocks.
    pub(super) fn write(
        &mut self,
        plane: &mut PlaneWrite<'_>,
        column: Anchor,
        block: u32,
        write: impl FnOnce(&mut OpenChunk),
    ) {
        let key = CellKey::new(plane.plane, plane.sheet, column, block);
        let open = self
            .open
            .entry(key)
            .or_insert_with(|| match self.index.get(key) {
                Some(chunk) => OpenChunk::new(&chunk),
                None => OpenChunk::default(),
            });
        let was_present = open.filled() > 0;
        write(open);
        match (was_present, open.filled() > 0) {
            (false, true) => plane.present.insert(column, block),
            (true, false) => plane.present.remove(column, block),
            _ => {}
        }
    }

    /// Puts a chunk for some slots under a key, unless other slots are filled there or the chunk is open.
    pub(super) fn put_alone(&self, key: CellKey, slots: &Range<u16>, chunk: &Arc<Chunk>) -> bool {
        if self.open.contains_key(&key) {
            return false;
        }
        let former = self.index.get(key);
        let alone = former.as_ref().is_none_or(|former| {
            former.next_filled(0..slots.start).is_none()
                && former.next_filled(slots.end..SLOTS).is_none()
        });
        // Another thread may be about to put other slots of the block.
        let put = alone
            && self
                .index
                .compare_insert(key, former.as_ref(), Arc::clone(chunk));
        if put {
            self.displaced.count(former.as_deref(), Some(chunk));
            drop(former);
            ctrie::release_garbage();
        }
        put
    }

    /// Moves what was written into the index and gives the index as it is now; the transaction goes on.
    pub fn flush(&mut self) -> IndexSnapshot {
        self.store();
        self.index.snapshot()
    }

    fn store(&mut self) {
        let mut removed = false;
        let mut written: Vec<(CellKey, OpenChunk)> = self.open.drain().collect();
        written.sort_unstable_by_key(|(key, _)| *key);
        for (key, open) in written {
            if open.filled() == 0 {
                let former = self.index.remove(key);
                self.displaced.count(former.as_deref(), None);
                removed = true;
            } else {
                let chunk = open.into_shared();
                let former = self.index.insert_mut(key, Arc::clone(&chunk));
                self.displaced.count(former.as_deref(), Some(&chunk));
            }
        }
        if removed {
            ctrie::release_garbage();
        }
    }

    /// Freezes what was written: the index to publish.
    pub fn freeze(self) -> IndexSnapshot {
        self.freeze_counting().0
    }

    /// As [`OpenGrid::freeze`], and about how many bytes of chunks others took the place of, and of those others.
    pub fn freeze_counting(mut self) -> (IndexSnapshot, (u64, u64)) {
        self.store();
        let displaced = (
            self.displaced.old.into_inner(),
            self.displaced.new.into_inner(),
        );
        (self.index.freeze(), displaced)
    }
}

impl ReadIndex for OpenGrid {
    /// The chunk as written so far. A chunk that is written between two reads is copied for each.
    fn chunk(&self, key: CellKey) -> Option<Arc<Chunk>> {
        match self.open.get(&key) {
            Some(open) => (open.filled() > 0).then(|| open.frozen()),
            None => self.index.get(key),
        }
    }

    fn with_cell<R>(&self, key: CellKey, slot: u16, read: impl FnOnce(ValueRef<'_>) -> R) -> R {
        match self.open.get(&key) {
            Some(open) => read(open.cell(slot).value()),
            None => self.index.with_cell(key, slot, read),
        }
    }
}

/// Column, block and slots of everything in a rectangle that has a chunk.
pub(in crate::storage) fn segments_of(
    view: &PlaneView<'_>,
    rect: &Rect,
) -> Vec<(Anchor, u32, Range<u16>)> {
    let mut found = Vec::new();
    let _ = view.segments(rect, |segment| {
        let (block, slots) = (segment.block, segment.slots);
        found.extend(
            segment
                .columns
                .iter()
                .map(|(_, column)| (*column, block, slots.clone())),
        );
        ControlFlow::Continue(())
    });
    found
}
