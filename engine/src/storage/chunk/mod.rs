//! A chunk: up to 4,096 slots of one column, never changed.
//!
//! A chunk is a shared base and at most 32 patches over it. A point edit makes a chunk with the same base and one
//! patch more; writes of many slots go through an [`OpenChunk`] and make a new base. Longer texts lie in text blocks
//! of the base, or beside the patch that brought them.

mod base;
mod dense;
mod differences;
mod open_chunk;
mod patches;
mod size;
#[cfg(test)]
mod tests;
mod whole;

use std::ops::{ControlFlow, Range};
use std::sync::Arc;

pub use base::{Counts, Summary};
pub use open_chunk::OpenChunk;

use base::{Base, Slots};

use super::packed_cell::{CellRef, PackedCell, TextIndex, all_numbers};
use super::text_block::fold_hash;
use crate::value::ValueRef;

/// Slots of a chunk.
pub const SLOTS: u16 = 4_096;

/// Patches of a chunk, at most.
const PATCHES: usize = 32;

/// Up to 4,096 slots of one column.
///
/// # Examples
///
/// ```
/// use tabulith::storage::Chunk;
/// use tabulith::value::ValueRef;
///
/// let chunk = Chunk::default().with_patch(7, ValueRef::Text("seven days"));
/// assert_eq!(chunk.cell(7).value(), ValueRef::Text("seven days"));
/// assert!(chunk.cell(8).is_blank());
/// ```
#[derive(Debug, Clone, Default)]
pub struct Chunk {
    base: Arc<Base>,
    /// In the order of their slots.
    patches: Vec<Patch>,
    /// Slots that are not blank, patches included: an edit must not look at the base for it.
    filled: u16,
}

/// A slot that was written after its base was made.
#[derive(Debug, Clone)]
struct Patch {
    slot: u16,
    cell: PackedCell,
    /// The text, if it is too long for `cell`.
    text: Option<Arc<str>>,
}

impl Patch {
    fn new(slot: u16, value: ValueRef<'_>) -> Patch {
        let (cell, text) = match (PackedCell::of(value), value) {
            (None, ValueRef::Text(text)) => {
                // Only tells that it is a longer text; no block has so many.
                let index = u32::MAX;
                (
                    PackedCell::text(TextIndex { block: 3, index }),
                    Some(text.into()),
                )
            }
            (cell, _) => (cell.unwrap_or_default(), None),
        };
        Patch { slot, cell, text }
    }

    fn cell_ref<'a>(&'a self, base: &'a Base) -> CellRef<'a> {
        match &self.text {
            Some(text) => CellRef::Text(text),
            None => base.cell(self.cell),
        }
    }
}

impl Chunk {
    /// The value of a slot.
    #[inline]
    pub fn cell(&self, slot: u16) -> CellRef<'_> {
        match self.patch(slot) {
            Some(patch) => patch.cell_ref(&self.base),
            None => self.base.cell(self.base.packed(slot)),
        }
    }

    /// The packed cell of a slot; a longer text's index means something to this chunk alone.
    #[inline]
    pub fn packed(&self, slot: u16) -> PackedCell {
        match self.patch(slot) {
            Some(patch) => patch.cell,
            None => self.base.packed(slot),
        }
    }

    /// The [`fold_hash`](super::fold_hash) of the text of a slot; nothing if it holds no text. For a longer text of the
    /// base it is at hand.
    pub fn text_fold(&self, slot: u16) -> Option<u64> {
        if let (None, Some(at)) = (self.patch(slot), self.base.packed(slot).to_text_index()) {
            return Some(self.base.texts[usize::from(at.block)].fold(at.index));
        }
        match self.cell(slot).value() {
            ValueRef::Text(text) => Some(fold_hash(text)),
            _ => None,
        }
    }

    #[inline]
    fn patch(&self, slot: u16) -> Option<&Patch> {
        if self.patches.is_empty() {
            return None;
        }
        let at = self.find(slot).ok()?;
        Some(&self.patches[at])
    }

    fn find(&self, slot: u16) -> Result<usize, usize> {
        self.patches.binary_search_by_key(&slot, |patch| patch.slot)
    }

    fn patches_in(&self, slots: &Range<u16>) -> &[Patch] {
        if self.patches.is_empty() {
            return &[];
        }
        let from = self.patches.partition_point(|p| p.slot < slots.start);
        let to = self.patches.partition_point(|p| p.slot < slots.end);
        &self.patches[from..to.max(from)]
    }

    /// The numbers of a range of slots where they lie; nothing unless all of them are numbers of the base.
    pub fn number_slice(&self, slots: Range<u16>) -> Option<&[f64]> {
        if !self.patches_in(&slots).is_empty() {
            return None;
        }
        let range = usize::from(slots.start)..usize::from(slots.end);
        match &self.base.slots {
            Slots::Numbers(lanes) => lanes.get(range),
            Slots::Packed(lanes) => lanes.get(range).filter(|lanes| all_numbers(lanes)),
            _ => None,
        }
    }

    /// The one packed cell that all slots hold, if the chunk is stored so and the range lies in it.
    pub fn constant(&self, slots: Range<u16>) -> Option<PackedCell> {
        if !self.patches_in(&slots).is_empty() {
            return None;
        }
        match &self.base.slots {
            Slots::Empty => Some(PackedCell::BLANK),
            Slots::Const(cell, range) if range.start <= slots.start && slots.end <= range.end => {
                Some(*cell)
            }
            _ => None,
        }
    }

    /// Copies the lanes of a range of slots to the beginning of `out`: packed cells, blank ones included.
    ///
    /// # Panics
    ///
    /// If `out` is shorter than the range, or the range goes beyond the last slot.
    pub fn read_into(&self, slots: Range<u16>, out: &mut [f64]) {
        assert!(slots.end <= SLOTS, "a chunk has {SLOTS} slots");
        self.base.read_into(slots.clone(), out);
        for patch in self.patches_in(&slots) {
            out[usize::from(patch.slot - slots.start)] = patch.cell.to_lane();
        }
    }

    /// Calls `visit` with the filled slots of a range, in order.
    pub fn visit_filled(&self, slots: Range<u16>, mut visit: impl FnMut(u16, ValueRef<'_>)) {
        let _ = self.try_visit_filled(slots, |slot, value| {
            visit(slot, value);
            ControlFlow::Continue(())
        });
    }

    /// Calls `visit` with the filled slots of a range, in order, until it breaks.
    pub fn try_visit_filled(
        &self,
        slots: Range<u16>,
        mut visit: impl FnMut(u16, ValueRef<'_>) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let mut from = slots.start;
        for patch in self.patches_in(&slots) {
            self.base.visit_filled(from..patch.slot, &mut visit)?;
            from = patch.slot + 1;
            if !patch.cell.is_blank() {
                visit(patch.slot, patch.cell_ref(&self.base).value())?;
            }
        }
        self.base.visit_filled(from..slots.end, &mut visit)
    }

    /// The first filled slot of a range.
    #[inline]
    pub fn next_filled(&self, slots: Range<u16>) -> Option<u16> {
        if self.patches.is_empty() {
            return self.base.next_filled(slots);
        }
        let mut from = slots.start;
        for patch in self.patches_in(&slots) {
            if let Some(slot) = self.base.next_filled(from..patch.slot) {
                return Some(slot);
            }
            if !patch.cell.is_blank() {
                return Some(patch.slot);
            }
            from = patch.slot + 1;
        }
        self.base.next_filled(from..slots.end)
    }

    /// The last filled slot of a range.
    pub fn last_filled(&self, slots: Range<u16>) -> Option<u16> {
        let mut to = slots.end;
        for patch in self.patches_in(&slots).iter().rev() {
            if let Some(slot) = self.base.last_filled(patch.slot + 1..to) {
                return Some(slot);
            }
            if !patch.cell.is_blank() {
                return Some(patch.slot);
            }
            to = patch.slot;
        }
        self.base.last_filled(slots.start..to)
    }

    /// How many slots hold what.
    pub fn counts(&self) -> Counts {
        let mut counts = self.base.summary().counts;
        for patch in &self.patches {
            if let Some(count) = counts.of(self.base.packed(patch.slot)) {
                *count -= 1;
            }
            if let Some(count) = counts.of(patch.cell) {
                *count += 1;
            }
        }
        counts
    }

    /// How many slots are filled; unlike [`Chunk::counts`] it looks at none of them.
    pub fn filled(&self) -> u16 {
        self.filled
    }

    /// Whether no slot is filled.
    pub fn is_blank(&self) -> bool {
        self.next_filled(0..SLOTS).is_none()
    }

    /// What is known of all slots. The base's part is computed once; patches correct it, and only if one of them
    /// covers an extreme or the first error are the slots looked at again.
    pub fn summary(&self) -> Summary {
        let base = self.base.summary();
        let covers = self.patches.iter().any(|patch| {
            let old = self.base.packed(patch.slot);
            let extreme = |x: f64| base.extremes.is_some_and(|(min, max)| x == min || x == max);
            old.to_number().is_some_and(extreme) || base.first_error == Some(patch.slot)
        });
        let mut summary = Summary::default();
        if covers {
            let mut at = 0;
            while let Some(slot) = self.next_filled(at..SLOTS) {
                summary.add(slot, self.packed(slot), 1);
                at = slot + 1;
            }
        } else {
            summary = *base;
            for patch in &self.patches {
                summary.add(patch.slot, patch.cell, 0);
            }
            summary.counts = self.counts();
        }
        summary
    }

    /// The chunk with another value in one slot.
    #[must_use]
    pub fn with_patch(&self, slot: u16, value: ValueRef<'_>) -> Chunk {
        let mut open = OpenChunk::new(self);
        open.set(slot, value);
        open.freeze()
    }

    /// Whether both have the same base, by address: they differ in patched slots alone.
    pub fn shares_base(&self, other: &Chunk) -> bool {
        Arc::ptr_eq(&self.base, &other.base)
    }

    /// Number of patches over the base.
    pub fn patch_count(&self) -> usize {
        self.patches.len()
    }
}
