//! All slots of a chunk in a buffer, while they are written, and the choice of how they are stored afterwards.

use std::ops::Range;
use std::sync::Arc;

use super::base::{Base, SPARSE_BELOW, Slots};
use super::{Chunk, SLOTS};
use crate::storage::chunk_pool::Buffer;
use crate::storage::packed_cell::{CellRef, PackedCell, TextIndex, Unpacked, all_numbers};
use crate::storage::text_block::{TextBlock, TextBlockBuilder};
use crate::value::{CellError, ValueRef};

/// Text blocks of a chunk, at most: what a text's index has bits for.
const TEXT_BLOCKS: usize = 4;

/// Texts of the new block, and their bytes, at which those that no cell holds any more are left behind.
const NEW_TEXTS: usize = 4 * SLOTS as usize;
const NEW_TEXT_BYTES: usize = 1 << 30;

/// All slots in a buffer; those beyond its end are blank.
#[derive(Debug, Default, Clone)]
pub(super) struct Dense {
    pub(super) lanes: Buffer,
    /// Blocks from the base, fewer than four.
    texts: Vec<Arc<TextBlock>>,
    /// The block behind them.
    new_texts: TextBlockBuilder,
}

impl Base {
    /// A base with one value in a range of slots that is not empty.
    pub(super) fn constant(slots: Range<u16>, value: ValueRef<'_>) -> Base {
        let mut dense = Dense::default();
        let cell = dense.pack(value);
        Base::new(Slots::Const(cell, slots), dense.into_texts())
    }
}

impl Dense {
    /// Blank slots with room for so many.
    pub(super) fn with_room(slots: u16) -> Dense {
        Dense {
            lanes: Buffer::with_room(usize::from(slots)),
            ..Dense::default()
        }
    }

    /// The slots of a chunk, patches included.
    pub(super) fn of(chunk: &Chunk) -> Dense {
        let base = &chunk.base;
        let patched = chunk.patches.last().map_or(0, |patch| patch.slot + 1);
        let end = base.end().max(patched);
        let mut dense = Dense {
            lanes: Buffer::with_room(usize::from(end)),
            texts: base.texts.clone(),
            new_texts: TextBlockBuilder::default(),
        };
        dense.lanes.resize(usize::from(end));
        base.read_into(0..end, &mut dense.lanes);
        // Patches without a text first: a longer text that one of them covers need not be rewritten.
        for patch in chunk.patches.iter().filter(|patch| patch.text.is_none()) {
            dense.lanes[usize::from(patch.slot)] = patch.cell.to_lane();
        }
        if dense.texts.len() == TEXT_BLOCKS {
            dense.rewrite_texts();
        }
        for patch in &chunk.patches {
            if let Some(text) = &patch.text {
                dense.set(patch.slot, ValueRef::Text(text));
            }
        }
        dense
    }

    pub(super) fn packed(&self, slot: u16) -> PackedCell {
        self.lanes
            .get(usize::from(slot))
            .map_or(PackedCell::BLANK, |lane| PackedCell::from_lane(*lane))
    }

    pub(super) fn cell(&self, packed: PackedCell) -> CellRef<'_> {
        match packed.unpack() {
            Unpacked::Blank => CellRef::Blank,
            Unpacked::Number(x) => CellRef::Number(x),
            Unpacked::Boolean(x) => CellRef::Boolean(x),
            Unpacked::Error(x) => CellRef::Error(x),
            Unpacked::Short(x) => CellRef::Short(x),
            Unpacked::Text(at) => CellRef::Text(self.text(at)),
        }
    }

    #[cfg(test)]
    pub(super) fn new_texts(&self) -> usize {
        self.new_texts.len()
    }

    fn text(&self, at: TextIndex) -> &str {
        match self.texts.get(usize::from(at.block)) {
            Some(block) => block.text(at.index),
            None => self.new_texts.text(at.index),
        }
    }

    pub(super) fn set(&mut self, slot: u16, value: ValueRef<'_>) {
        let at = usize::from(slot);
        if at >= self.lanes.len() {
            if value == ValueRef::Blank {
                return;
            }
            self.lanes.resize(at + 1);
        }
        self.lanes[at] = self.pack(value).to_lane();
    }

    /// The cell for a value; a longer text goes to the new block.
    pub(super) fn pack(&mut self, value: ValueRef<'_>) -> PackedCell {
        match (PackedCell::of(value), value) {
            (Some(cell), _) => cell,
            (None, ValueRef::Text(text)) => {
                if self.new_texts.len() >= NEW_TEXTS
                    || self.new_texts.size() + text.len() > NEW_TEXT_BYTES
                {
                    self.rewrite_texts();
                }
                PackedCell::text(TextIndex {
                    block: self.texts.len() as u8,
                    index: self.new_texts.push(text),
                })
            }
            (None, _) => PackedCell::error(CellError::Value),
        }
    }

    /// Puts all texts that are still held into one new block.
    fn rewrite_texts(&mut self) {
        let mut rewritten = TextBlockBuilder::default();
        for slot in 0..self.lanes.len() {
            let Some(at) = PackedCell::from_lane(self.lanes[slot]).to_text_index() else {
                continue;
            };
            let index = rewritten.push(self.text(at));
            self.lanes[slot] = PackedCell::text(TextIndex { block: 0, index }).to_lane();
        }
        self.texts.clear();
        self.new_texts = rewritten;
    }

    fn into_texts(self) -> Vec<Arc<TextBlock>> {
        let mut texts = self.texts;
        if self.new_texts.len() > 0 {
            texts.push(Arc::new(self.new_texts.build()));
        }
        texts
    }

    pub(super) fn freeze(mut self) -> Chunk {
        let filled = |lane: &f64| !PackedCell::from_lane(*lane).is_blank();
        let Some(first) = self.lanes.iter().position(filled) else {
            return Chunk::default();
        };
        let last = self.lanes.iter().rposition(filled).unwrap_or(first);
        self.lanes.resize(last + 1);
        self.leave_dead_texts();
        let cell = PackedCell::from_lane(self.lanes[first]);
        let count = self.lanes.iter().filter(|lane| filled(lane)).count();
        let lanes = std::mem::take(&mut self.lanes);
        let same = |lane: &f64| PackedCell::from_lane(*lane) == cell;
        let slots = if lanes[first..].iter().all(same) {
            Slots::Const(cell, first as u16..last as u16 + 1)
        } else if all_numbers(&lanes) {
            Slots::Numbers(lanes.fitted())
        } else if count < SPARSE_BELOW && count * 2 < lanes.len() {
            let cells = lanes.iter().enumerate().filter(|(_, lane)| filled(lane));
            Slots::Sparse(
                cells
                    .map(|(slot, lane)| (slot as u16, PackedCell::from_lane(*lane)))
                    .collect(),
            )
        } else {
            Slots::Packed(lanes.fitted())
        };
        Chunk {
            base: Arc::new(Base::new(slots, self.into_texts())),
            patches: Vec::new(),
            filled: count as u16,
        }
    }

    /// Rewrites the texts if most of those stored are held by no cell.
    fn leave_dead_texts(&mut self) {
        let blocks = self.texts.iter().map(|block| block.len());
        let stored = blocks.sum::<usize>() + self.new_texts.len();
        if stored == 0 {
            return;
        }
        let is_text = |lane: &&f64| PackedCell::from_lane(**lane).to_text_index().is_some();
        let held = self.lanes.iter().filter(is_text).count();
        if held == 0 || stored > 2 * held + 64 {
            self.rewrite_texts();
        }
    }
}
