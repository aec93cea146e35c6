//! How many bytes of a chunk are its own, and not shared with another version of it.

use std::mem::size_of;
use std::sync::Arc;

use super::base::Slots;
use super::{Base, Chunk, Patch};

impl Chunk {
    /// The bytes that this chunk holds and another one does not, about: what would go if only the other one stayed.
    pub fn bytes_beside(&self, other: Option<&Chunk>) -> usize {
        let base = match other {
            Some(other) if self.shares_base(other) => 0,
            other => self.base.bytes_beside(other.map(|other| &*other.base)),
        };
        size_of::<Chunk>() + self.patches.capacity() * size_of::<Patch>() + base
    }
}

impl Base {
    fn bytes_beside(&self, other: Option<&Base>) -> usize {
        let slots = match &self.slots {
            Slots::Empty | Slots::Const(..) => 0,
            Slots::Numbers(lanes) | Slots::Packed(lanes) => size_of::<f64>() * lanes.len(),
            Slots::Sparse(cells) => size_of_val(&**cells),
        };
        let is_own = |block: &&Arc<_>| {
            let mut others = other.into_iter().flat_map(|other| &other.texts);
            !others.any(|other| Arc::ptr_eq(block, other))
        };
        let texts = self.texts.iter().filter(is_own);
        size_of::<Base>() + slots + texts.map(|block| block.bytes()).sum::<usize>()
    }
}
