//! Patches of a chunk: putting one over, and making a base of them.

use std::sync::Arc;

use super::base::{Base, Slots};
use super::{Chunk, PATCHES, Patch};
use crate::storage::chunk_pool::Buffer;
use crate::value::ValueRef;

impl Chunk {
    /// The same slots without patches, over a base stored the same way; nothing if the base must be stored another way.
    pub(super) fn rebased(&self) -> Option<Chunk> {
        let (lanes, numbers) = match &self.base.slots {
            Slots::Numbers(lanes) => (lanes, true),
            Slots::Packed(lanes) => (lanes, false),
            Slots::Empty | Slots::Const(..) | Slots::Sparse(_) => return None,
        };
        let fits = |patch: &Patch| {
            let place = usize::from(patch.slot) < lanes.len();
            let number = patch.cell.to_number().is_some();
            let packed = patch.text.is_none() && !patch.cell.is_blank();
            place && (number || packed && !numbers)
        };
        if !self.patches.iter().all(fits) {
            return None;
        }
        let mut lanes = Buffer::copy_of(lanes);
        for patch in &self.patches {
            lanes[usize::from(patch.slot)] = patch.cell.to_lane();
        }
        let slots = if numbers {
            Slots::Numbers(lanes)
        } else {
            Slots::Packed(lanes)
        };
        Some(Chunk {
            base: Arc::new(Base::new(slots, self.base.texts.clone())),
            patches: Vec::new(),
            filled: self.filled,
        })
    }

    /// Writes a slot by a patch; refuses if there are too many.
    pub(super) fn patch_over(&mut self, slot: u16, value: ValueRef<'_>) -> bool {
        let at = self.find(slot);
        let patch = Patch::new(slot, value);
        let like_base = patch.text.is_none() && patch.cell == self.base.packed(slot);
        match at {
            Ok(at) if like_base => {
                self.patches.remove(at);
            }
            Ok(at) => self.patches[at] = patch,
            Err(_) if like_base => {}
            Err(_) if self.patches.len() == PATCHES => return false,
            Err(at) => self.patches.insert(at, patch),
        }
        true
    }
}
