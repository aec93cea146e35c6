//! The rows or columns of a range that something is attached to, by anchors.

use crate::reference::{Anchor, Axis, AxisEdit, shift_span};

/// The rows or columns of a range.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Span {
    /// All of the grid.
    All,
    /// From one to the end of the grid, whatever stands there.
    ToEnd(Anchor),
    /// From one to another.
    Between(Anchor, Anchor),
}

impl Span {
    /// The span between two positions, ends included; nothing if it does not lie on the axis.
    pub(super) fn new(start: u32, end: u32, axis: &impl Axis) -> Option<Span> {
        let last = axis.len().checked_sub(1)?;
        if start > end || end > last {
            return None;
        }
        Some(match (start, end) {
            (0, end) if end == last => Span::All,
            (start, end) if end == last => Span::ToEnd(axis.anchor(start)),
            (start, end) => Span::Between(axis.anchor(start), axis.anchor(end)),
        })
    }

    /// First and last position. An end that was pushed off the grid is clipped.
    pub(super) fn positions(self, axis: &impl Axis) -> Option<(u32, u32)> {
        let last = axis.len().checked_sub(1)?;
        match self {
            Span::All => Some((0, last)),
            Span::ToEnd(start) => Some((axis.position(start)?, last)),
            Span::Between(start, end) => {
                Some((axis.position(start)?, axis.position(end).unwrap_or(last)))
            }
        }
    }

    /// The span after a deletion; nothing if all of it is gone.
    pub(super) fn after(
        self,
        edit: AxisEdit,
        before: &impl Axis,
        after: &impl Axis,
    ) -> Option<Span> {
        let AxisEdit::Delete { at, count } = edit else {
            return Some(self);
        };
        let deleted = |position: u32| position >= at && position - at < count;
        let (start, end) = self.positions(before)?;
        if matches!(self, Span::All) || !deleted(start) && !deleted(end) {
            return Some(self);
        }
        let (start, end) = shift_span(start, end, edit, before.len())?;
        Span::new(start, end, after)
    }
}
