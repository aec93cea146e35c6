//! Anchors: the identity of a row or column, and the trait that turns them into positions and back.

use std::cmp::Ordering;

/// The identity of a row or a column of one sheet, for as long as the sheet's incarnation lives.
///
/// An anchor is a block (its upper 20 bits) and a slot in it (its lower 12 bits). The anchors below `1 << 31` are the
/// sheet's original rows in order; those above are rows inserted later. Two anchors are compared by *position*
/// ([`Axis::compare`]), never as numbers. Anchors never leave the process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Anchor(pub u32);

impl Anchor {
    /// Slots of a block.
    pub const SLOTS: u32 = 4_096;

    /// The first anchor of the rows or columns that were inserted later.
    pub const INSERTED: u32 = 1 << 31;

    /// The block that the anchor's cells lie in.
    pub const fn block(self) -> u32 {
        self.0 >> 12
    }

    /// The slot within the block.
    pub const fn slot(self) -> u16 {
        (self.0 & 0xFFF) as u16
    }

    /// The anchor of a slot of a block.
    pub const fn of(block: u32, slot: u16) -> Anchor {
        Anchor(block << 12 | slot as u32)
    }
}

/// Which position an anchor has, and which anchor a position has.
pub trait Axis {
    /// Number of positions: the grid's limit.
    fn len(&self) -> u32;

    /// Whether the axis has no position at all.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The anchor at a position.
    ///
    /// # Panics
    ///
    /// If `position` is not below [`Axis::len`].
    fn anchor(&self, position: u32) -> Anchor;

    /// The position of an anchor; nothing if the row or column was deleted or lies beyond the grid's limit.
    fn position(&self, anchor: Anchor) -> Option<u32>;

    /// The order of two live anchors by position; dead ones come last.
    fn compare(&self, a: Anchor, b: Anchor) -> Ordering {
        let place = |anchor| self.position(anchor).unwrap_or(u32::MAX);
        if a == b {
            Ordering::Equal
        } else {
            place(a).cmp(&place(b))
        }
    }
}

/// The axis of a sheet whose rows or columns were never moved: anchor and position are the same number.
///
/// # Examples
///
/// ```
/// use tabulith::reference::{Anchor, Axis, IdentityAxis};
///
/// let axis = IdentityAxis { len: 100 };
/// assert_eq!(axis.anchor(7), Anchor(7));
/// assert_eq!(axis.position(Anchor(100)), None);
/// ```
#[derive(Debug, Clone, Copy)]
pub struct IdentityAxis {
    /// Number of positions.
    pub len: u32,
}

impl Axis for IdentityAxis {
    fn len(&self) -> u32 {
        self.len
    }

    fn anchor(&self, position: u32) -> Anchor {
        assert!(
            position < self.len,
            "position {position} is beyond the {} of this axis",
            self.len
        );
        Anchor(position)
    }

    fn position(&self, anchor: Anchor) -> Option<u32> {
        (anchor.0 < self.len).then_some(anchor.0)
    }
}
