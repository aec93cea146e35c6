//! The axes of a sheet: which anchor stands at which row or column.
//!
//! Inserting and deleting change the axis alone; no cell, run or index moves. Both axes are the same piece table
//! under two names; they differ in how many anchors there are.

#[cfg(test)]
mod tests;

use std::cmp::Ordering;
use std::ops::Range;

use super::piece_axis::PieceAxis;
pub use super::piece_axis::{AnchorCounter, Spans};
use crate::Result;
use crate::reference::{Anchor, Axis};

/// Column anchors are 20 bits of a cell's key; the upper half of them are inserted columns.
const COLUMN_ANCHORS: u32 = 1 << 20;

impl AnchorCounter {
    /// A counter for the rows of a lineage.
    pub fn rows() -> AnchorCounter {
        AnchorCounter::between(Anchor::INSERTED, 0)
    }

    /// A counter for the columns of a lineage.
    pub fn columns() -> AnchorCounter {
        AnchorCounter::between(COLUMN_ANCHORS / 2, COLUMN_ANCHORS)
    }
}

macro_rules! axis {
    ($name:ident, $originals:expr, $doc:literal) => {
        #[doc = $doc]
        ///
        /// `Clone` is O(1); an edit gives a new axis. Every position below [`Axis::len`] has an anchor, always.
        /// Positions are clipped to the axis in every call.
        #[derive(Debug, Clone)]
        pub struct $name(PieceAxis);

        impl $name {
            /// An axis of `len` positions on which anchor and position are the same number.
            ///
            /// # Panics
            ///
            /// If `len` is beyond the grid's greatest limit (`limits::ROWS_MAX`, `limits::COLUMNS`).
            pub fn new(len: u32) -> $name {
                $name(PieceAxis::new(len, $originals))
            }

            /// The axis with `count` new ones before position `at`. What is pushed beyond the grid's limit keeps its
            /// anchor and has no position until deletions bring it back.
            ///
            /// # Errors
            ///
            /// [`ErrorKind::Limit`](crate::ErrorKind::Limit) if the lineage has run out of anchors.
            pub fn insert(&self, at: u32, count: u32, counter: &AnchorCounter) -> Result<$name> {
                self.0.insert(at, count, counter).map($name)
            }

            /// The axis without the `count` positions from `at` on, and the runs of anchors that died, in order:
            /// first anchor and length.
            ///
            /// # Errors
            ///
            /// [`ErrorKind::Limit`](crate::ErrorKind::Limit) if the original anchors are used up, after some hundred
            /// deletions of everything; [`Self::is_worn`] tells in time.
            pub fn delete(&self, at: u32, count: u32) -> Result<($name, Vec<(Anchor, u32)>)> {
                let (axis, dead) = self.0.delete(at, count)?;
                Ok(($name(axis), dead))
            }

            /// The runs of consecutive anchors over a range of positions, in order: position, first anchor, length.
            pub fn spans(&self, positions: Range<u32>) -> Spans<'_> {
                self.0.spans(positions)
            }

            /// The live runs among the `length` anchors from `first` on, in the order of *anchors*: position, first
            /// anchor, length. Those pushed beyond the limit are left out.
            pub fn live(
                &self,
                first: Anchor,
                length: u32,
            ) -> impl Iterator<Item = (u32, Anchor, u32)> + '_ {
                self.0.live(first, length)
            }

            /// Number of pieces: 1 until something is inserted or deleted.
            pub fn piece_count(&self) -> usize {
                self.0.piece_count()
            }

            /// Whether the sheet should be renumbered: too many pieces for this many used rows, or half of the
            /// original anchors gone.
            pub fn is_worn(&self, used: u32) -> bool {
                self.piece_count() > 64 + 2 * (used as usize / 1_024) || self.0.spent() > 0.5
            }

            /// Whether both are one version, by address.
            pub fn is_same(&self, other: &$name) -> bool {
                self.0.is_same(&other.0)
            }
        }

        impl Axis for $name {
            fn len(&self) -> u32 {
                self.0.len()
            }

            fn anchor(&self, position: u32) -> Anchor {
                self.0.anchor(position)
            }

            fn position(&self, anchor: Anchor) -> Option<u32> {
                self.0.position(anchor)
            }

            /// The order of two live anchors by position, those beyond the grid's limit included; dead ones come
            /// last.
            fn compare(&self, a: Anchor, b: Anchor) -> Ordering {
                self.0.compare(a, b)
            }
        }
    };
}

axis!(
    RowAxis,
    Anchor::INSERTED,
    "The rows of a sheet: anchors in the order of positions."
);
axis!(
    ColumnAxis,
    COLUMN_ANCHORS / 2,
    "The columns of a sheet: anchors, below 2^20, in the order of positions."
);
