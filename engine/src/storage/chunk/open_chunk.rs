//! A chunk that is being written, private to one transaction.
//!
//! The first few writes are patches over the base; with more of them, or a bulk write, the slots are copied to a
//! pooled buffer. Freezing chooses how the slots are stored.

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use super::base::Base;
use super::dense::Dense;
use super::{Chunk, SLOTS};
use crate::storage::packed_cell::{CellRef, PackedCell, Unpacked};
use crate::storage::tile::Tile;
use crate::value::ValueRef;

/// Slots that a bulk write must have to be worth a buffer at once.
const BULK: usize = 8;

/// A chunk that is being written.
///
/// # Examples
///
/// ```
/// use tabulith::storage::OpenChunk;
/// use tabulith::value::ValueRef;
///
/// let mut open = OpenChunk::default();
/// open.write_numbers(10, &[1.0, 2.0, 3.0]);
/// open.set(11, ValueRef::Blank);
/// let chunk = open.freeze();
/// assert_eq!(chunk.counts().numbers, 2);
/// ```
#[derive(Debug, Default)]
pub struct OpenChunk {
    /// What is written, unless it is in `dense`.
    chunk: Chunk,
    dense: Option<Dense>,
    filled: u16,
    /// Whether the patches became a new base already: then many slots are being written.
    rebased: bool,
    /// The chunk as a read between two writes saw it.
    frozen: OnceLock<Arc<Chunk>>,
}

impl OpenChunk {
    /// Opens a chunk for writing; nothing is copied yet.
    pub fn new(chunk: &Chunk) -> OpenChunk {
        // With room for one write more, which is what most edits are.
        let mut patches = Vec::with_capacity(chunk.patches.len() + 1);
        patches.extend_from_slice(&chunk.patches);
        OpenChunk {
            filled: chunk.filled(),
            chunk: Chunk {
                base: Arc::clone(&chunk.base),
                patches,
                filled: chunk.filled,
            },
            dense: None,
            rebased: false,
            frozen: OnceLock::new(),
        }
    }

    /// An empty chunk with room for so many slots.
    pub fn with_room(slots: u16) -> OpenChunk {
        OpenChunk {
            dense: Some(Dense::with_room(slots)),
            ..OpenChunk::default()
        }
    }

    /// Slots that are not blank.
    pub fn filled(&self) -> u16 {
        self.filled
    }

    /// The value of a slot as written so far.
    pub fn cell(&self, slot: u16) -> CellRef<'_> {
        match &self.dense {
            None => self.chunk.cell(slot),
            Some(dense) => dense.cell(dense.packed(slot)),
        }
    }

    /// Whether no slot of a range is filled.
    pub fn is_blank(&self, slots: Range<u16>) -> bool {
        match &self.dense {
            None => self.chunk.next_filled(slots).is_none(),
            Some(_) => slots.into_iter().all(|slot| self.packed(slot).is_blank()),
        }
    }

    /// A slot as it lies there.
    pub(in crate::storage) fn packed(&self, slot: u16) -> PackedCell {
        match &self.dense {
            None => self.chunk.packed(slot),
            Some(dense) => dense.packed(slot),
        }
    }

    /// Writes one slot.
    ///
    /// # Panics
    ///
    /// If there is no such slot.
    pub fn set(&mut self, slot: u16, value: ValueRef<'_>) {
        assert!(slot < SLOTS, "a chunk has no slot {slot}");
        self.frozen.take();
        let was_filled = !self.packed(slot).is_blank();
        let is_filled = value != ValueRef::Blank;
        self.filled = self.filled + u16::from(is_filled) - u16::from(was_filled);
        if self.dense.is_none() && self.patch(slot, value) {
            return;
        }
        self.dense().set(slot, value);
    }

    /// Writes a slot by a patch. When there are too many, they become a new base once; then many slots are being
    /// written.
    fn patch(&mut self, slot: u16, value: ValueRef<'_>) -> bool {
        if self.chunk.patch_over(slot, value) {
            return true;
        }
        if std::mem::replace(&mut self.rebased, true) {
            return false;
        }
        match self.chunk.rebased() {
            Some(rebased) => self.chunk = rebased,
            None => return false,
        }
        self.chunk.patch_over(slot, value)
    }

    /// Writes numbers downwards from a slot; NaN becomes blank, an infinity `#NUM!`.
    ///
    /// # Panics
    ///
    /// If they go beyond the last slot.
    pub fn write_numbers(&mut self, slot: u16, numbers: &[f64]) {
        self.write_cells(slot, numbers.len(), |at| match numbers[at] {
            x if x.is_nan() => PackedCell::BLANK,
            x => PackedCell::number(x),
        });
    }

    /// Writes packed cells downwards from a slot, as kernels make them: longer texts are not allowed, a number that
    /// is not finite becomes `#NUM!`.
    ///
    /// # Panics
    ///
    /// If they go beyond the last slot, or one is a longer text.
    pub fn write_lanes(&mut self, slot: u16, lanes: &[f64]) {
        self.write_cells(slot, lanes.len(), |at| {
            let cell = PackedCell::from_lane(lanes[at]);
            match cell.unpack() {
                Unpacked::Number(x) => PackedCell::number(x),
                Unpacked::Text(_) => panic!("a lane cannot bring a longer text"),
                _ => cell,
            }
        });
    }

    /// Copies a range of another chunk's slots to the slots from `slot` on; blank ones leave what is there.
    ///
    /// # Panics
    ///
    /// If they go beyond the last slot.
    pub fn copy_from(&mut self, slot: u16, chunk: &Chunk, source: Range<u16>) {
        if let Some(numbers) = chunk.number_slice(source.clone()) {
            return self.write_numbers(slot, numbers);
        }
        if chunk.constant(source.clone()).is_some() && !source.is_empty() {
            let cell = chunk.cell(source.start);
            if cell.value() != ValueRef::Blank {
                let end = slot + source.len() as u16;
                self.fill(slot..end, cell.value());
            }
            return;
        }
        chunk.visit_filled(source.clone(), |from, value| {
            self.set(slot + (from - source.start), value);
        });
    }

    /// Takes a chunk's slots: as they are if nothing else is filled, copied otherwise.
    pub(in crate::storage) fn put(&mut self, slots: Range<u16>, chunk: &Arc<Chunk>) {
        if self.is_blank_outside(&slots) {
            *self = OpenChunk::new(chunk);
            self.frozen = OnceLock::from(Arc::clone(chunk));
        } else {
            self.copy_from(slots.start, chunk, slots);
        }
    }

    /// Writes the lanes of a tile behind all that was written so far.
    ///
    /// # Panics
    ///
    /// If a slot from `slot` on is filled, or the lanes go beyond the last slot.
    pub fn append(&mut self, slot: u16, tile: &Tile) {
        let end = usize::from(slot) + tile.len();
        assert!(end <= usize::from(SLOTS), "a chunk has {SLOTS} slots");
        self.frozen.take();
        let dense = self.dense();
        assert!(
            dense.lanes.len() <= usize::from(slot),
            "slot {slot} was written before"
        );
        dense.lanes.resize(usize::from(slot));
        dense.lanes.extend(tile.lanes());
        if tile.is_numbers() {
            self.filled += tile.len() as u16;
            return;
        }
        let mut filled = 0;
        for lane in 0..tile.len() {
            let packed = tile.packed(lane);
            filled += u16::from(!packed.is_blank());
            if packed.to_text_index().is_some() {
                dense.set(slot + lane as u16, tile.cell(lane).value());
            }
        }
        self.filled += filled;
    }

    fn write_cells(&mut self, slot: u16, count: usize, cell: impl Fn(usize) -> PackedCell) {
        let end = usize::from(slot) + count;
        assert!(end <= usize::from(SLOTS), "a chunk has {SLOTS} slots");
        self.frozen.take();
        let slots = slot..end as u16;
        let dense = self.overwrite(&slots);
        if dense.lanes.len() < end {
            dense.lanes.resize(end);
        }
        let mut blanks = 0;
        for (at, lane) in dense.lanes[usize::from(slot)..end].iter_mut().enumerate() {
            let cell = cell(at);
            blanks += u16::from(cell.is_blank());
            *lane = cell.to_lane();
        }
        self.filled += slots.len() as u16 - blanks;
    }

    /// Writes one value to a range of slots.
    pub fn fill(&mut self, slots: Range<u16>, value: ValueRef<'_>) {
        assert!(slots.end <= SLOTS, "a chunk has {SLOTS} slots");
        if slots.len() < BULK && !self.is_blank_outside(&slots) {
            return slots.for_each(|slot| self.set(slot, value));
        }
        self.frozen.take();
        let blank = value == ValueRef::Blank;
        if self.is_blank_outside(&slots) {
            *self = OpenChunk::default();
            if !blank && !slots.is_empty() {
                self.filled = slots.len() as u16;
                self.chunk.base = Arc::new(Base::constant(slots, value));
            }
            return;
        }
        let dense = self.overwrite(&slots);
        let cell = dense.pack(value);
        let end = if blank {
            dense.lanes.len().min(usize::from(slots.end))
        } else {
            usize::from(slots.end)
        };
        if dense.lanes.len() < end {
            dense.lanes.resize(end);
        }
        if let Some(lanes) = dense.lanes.get_mut(usize::from(slots.start)..end) {
            lanes.fill(cell.to_lane());
        }
        if !blank {
            self.filled += slots.len() as u16;
        }
    }

    /// The buffer, with the slots of a range no longer counted: all of them are about to be written.
    fn overwrite(&mut self, slots: &Range<u16>) -> &mut Dense {
        if self.is_blank_outside(slots) {
            self.filled = 0;
            self.chunk = Chunk::default();
            return self.dense.insert(Dense::with_room(slots.end));
        }
        let written = slots.clone().filter(|slot| !self.packed(*slot).is_blank());
        self.filled -= written.count() as u16;
        self.dense()
    }

    fn is_blank_outside(&self, slots: &Range<u16>) -> bool {
        match &self.dense {
            None => {
                self.chunk.next_filled(0..slots.start).is_none()
                    && self.chunk.next_filled(slots.end..SLOTS).is_none()
            }
            Some(dense) => {
                let filled = |lane: &f64| !PackedCell::from_lane(*lane).is_blank();
                let (start, end) = (usize::from(slots.start), usize::from(slots.end));
                let len = dense.lanes.len();
                !dense.lanes[..start.min(len)].iter().any(filled)
                    && !dense.lanes[end.min(len)..].iter().any(filled)
            }
        }
    }

    /// The buffer, made if there is none yet.
    fn dense(&mut self) -> &mut Dense {
        if self.dense.is_none() {
            self.dense = Some(Dense::of(&std::mem::take(&mut self.chunk)));
        }
        self.dense.as_mut().expect("invariant: just made")
    }

    /// Copies the slots to a buffer at once, as many more writes would.
    #[cfg(test)]
    pub(super) fn make_dense(&mut self) {
        self.dense();
    }

    /// Longer texts written so far, those overwritten included.
    #[cfg(test)]
    pub(super) fn new_texts(&self) -> usize {
        self.dense.as_ref().map_or(0, Dense::new_texts)
    }

    /// The chunk as written so far; kept until the next write.
    pub fn frozen(&self) -> Arc<Chunk> {
        let chunk = self.frozen.get_or_init(|| {
            Arc::new(match &self.dense {
                None => self.patched(self.chunk.clone()),
                Some(dense) => dense.clone().freeze(),
            })
        });
        Arc::clone(chunk)
    }

    /// The chunk as written.
    pub fn freeze(self) -> Chunk {
        let filled = self.filled;
        match self.dense {
            None => Chunk {
                filled,
                ..self.chunk
            },
            Some(dense) => dense.freeze(),
        }
    }

    /// The chunk that was patched, with the number of its filled slots.
    fn patched(&self, chunk: Chunk) -> Chunk {
        Chunk {
            filled: self.filled,
            ..chunk
        }
    }

    /// The chunk as written, shared; the one that was read last if nothing was written since.
    pub fn into_shared(mut self) -> Arc<Chunk> {
        match self.frozen.take() {
            Some(chunk) => chunk,
            None => Arc::new(self.freeze()),
        }
    }
}
