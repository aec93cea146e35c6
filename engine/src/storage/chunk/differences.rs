//! Which slots of two chunks hold other values: by their patches alone if they have one base.

use std::ops::Range;

use super::{Chunk, SLOTS};
use crate::storage::packed_cell::PackedCell;

/// Lanes that are compared at a time.
const PIECE: u16 = 256;

impl Chunk {
    /// Calls `visit` with the slots of a range whose values are not those of `other`, where the range begins at slot
    /// `start`: as runs of slots of this chunk, in order. Texts are compared byte by byte.
    ///
    /// # Complexity
    ///
    /// O(patches) for two versions of one base; else O(slots).
    ///
    /// # Panics
    ///
    /// If one of the ranges goes beyond the last slot.
    ///
    /// # Examples
    ///
    /// ```
    /// use tabulith::storage::Chunk;
    /// use tabulith::value::ValueRef;
    ///
    /// let earlier = Chunk::default().with_patch(7, ValueRef::Number(1.0));
    /// let later = earlier.with_patch(7, ValueRef::Number(2.0));
    /// let mut runs = Vec::new();
    /// earlier.differing(0..4096, (&later, 0), |run| runs.push(run));
    /// assert_eq!(runs, [7..8]);
    /// ```
    pub fn differing(
        &self,
        slots: Range<u16>,
        (other, start): (&Chunk, u16),
        mut visit: impl FnMut(Range<u16>),
    ) {
        let beyond = u32::from(start) + slots.len() as u32;
        assert!(
            slots.end <= SLOTS && beyond <= u32::from(SLOTS),
            "a chunk has {SLOTS} slots"
        );
        let mut open: Option<Range<u16>> = None;
        let mut note = |slot: u16| match &mut open {
            Some(run) if run.end == slot => run.end += 1,
            _ => {
                if let Some(done) = open.replace(slot..slot + 1) {
                    visit(done);
                }
            }
        };
        if start == slots.start && self.shares_base(other) {
            self.differing_patches(&slots, other, &mut note);
        } else {
            self.differing_lanes(slots, (other, start), &mut note);
        }
        open.into_iter().for_each(&mut visit);
    }

    fn differing_patches(&self, slots: &Range<u16>, other: &Chunk, note: &mut impl FnMut(u16)) {
        let mut ours = self.patches_in(slots).iter().peekable();
        let mut theirs = other.patches_in(slots).iter().peekable();
        loop {
            let slot = match (ours.peek(), theirs.peek()) {
                (Some(a), Some(b)) => a.slot.min(b.slot),
                (Some(one), None) | (None, Some(one)) => one.slot,
                (None, None) => return,
            };
            ours.next_if(|patch| patch.slot == slot);
            theirs.next_if(|patch| patch.slot == slot);
            if self.cell(slot).value() != other.cell(slot).value() {
                note(slot);
            }
        }
    }

    fn differing_lanes(
        &self,
        slots: Range<u16>,
        (other, start): (&Chunk, u16),
        note: &mut impl FnMut(u16),
    ) {
        // The bits of a longer text are where it lies, not what it is.
        let texts = self.has_longer_texts() || other.has_longer_texts();
        let mut ours = [0.0; PIECE as usize];
        let mut theirs = [0.0; PIECE as usize];
        let mut from = slots.start;
        while from < slots.end {
            let to = slots.end.min(from.saturating_add(PIECE));
            let shifted = start + (from - slots.start);
            let count = usize::from(to - from);
            self.read_into(from..to, &mut ours);
            other.read_into(shifted..shifted + (to - from), &mut theirs);
            let pairs = || ours[..count].iter().zip(&theirs[..count]);
            let unequal = |a: &f64, b: &f64| a.to_bits() ^ b.to_bits();
            if texts || pairs().fold(0, |all, (a, b)| all | unequal(a, b)) != 0 {
                for (offset, (a, b)) in pairs().enumerate() {
                    let (slot, there) = (from + offset as u16, shifted + offset as u16);
                    let [a_text, b_text] = [a, b].map(|lane| {
                        texts && PackedCell::from_lane(*lane).to_text_index().is_some()
                    });
                    let differs = match (a_text, b_text) {
                        (false, false) => unequal(a, b) != 0,
                        (true, true) => self.cell(slot).value() != other.cell(there).value(),
                        _ => true,
                    };
                    if differs {
                        note(slot);
                    }
                }
            }
            from = to;
        }
    }

    fn has_longer_texts(&self) -> bool {
        !self.base.texts.is_empty() || self.patches.iter().any(|patch| patch.text.is_some())
    }
}
