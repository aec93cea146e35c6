//! Which lanes of a tile are meant.

use crate::storage::TILE;

/// A set of lanes.
#[derive(Debug, Clone)]
pub(super) struct Mask(Box<[bool; TILE]>);

impl Mask {
    /// All lanes, or none.
    pub(super) fn of(value: bool) -> Mask {
        Mask(Box::new([value; TILE]))
    }

    /// The first `count` lanes.
    pub(super) fn lanes(&self, count: usize) -> &[bool] {
        &self.0[..count]
    }

    /// The first `count` lanes, to be changed.
    pub(super) fn lanes_mut(&mut self, count: usize) -> &mut [bool] {
        &mut self.0[..count]
    }

    /// Whether a lane is one of them.
    pub(super) fn contains(&self, lane: usize) -> bool {
        self.0[lane]
    }

    /// Whether any of the first `count` lanes is one of them.
    pub(super) fn any(&self, count: usize) -> bool {
        self.lanes(count).contains(&true)
    }

    /// The lanes that are not in `other`.
    pub(super) fn without(&self, other: &Mask) -> Mask {
        let mut rest = self.clone();
        for (own, other) in rest.0.iter_mut().zip(other.0.iter()) {
            *own &= !*other;
        }
        rest
    }

    /// Leaves only lanes that are in `other` too.
    pub(super) fn keep(&mut self, other: &Mask) {
        for (own, other) in self.0.iter_mut().zip(other.0.iter()) {
            *own &= *other;
        }
    }
}
