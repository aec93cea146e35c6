//! Rows and columns: those that came are deleted, those that went are inserted.
//!
//! Rows never change places among each other, so the anchors of both axes tell what to do. If an axis cannot be put
//! back this way, because an array formula would be torn, it stays as it is, and its cells are compared by position.

use std::sync::Arc;

use super::Way;
use crate::graph::Axes;
use crate::reference::{Anchor, Axis, Dimension, SheetId};
use crate::workbook::operation::Operation;
use crate::workbook::revision::Revision;

/// Consecutive anchors: position, first anchor, length.
type Piece = (u32, Anchor, u32);

impl Way<'_> {
    pub(super) fn put_lines(&mut self) {
        let sheets: Vec<SheetId> = self.then.sheets.order().to_vec();
        for sheet in sheets {
            for dimension in [Dimension::Rows, Dimension::Columns] {
                let (now, length) = (self.now.clone(), self.operations.len());
                if !self.put_axis(sheet, dimension) {
                    self.now = now;
                    self.operations.truncate(length);
                }
            }
        }
    }

    fn put_axis(&mut self, sheet: SheetId, dimension: Dimension) -> bool {
        if is_same_axis(self.then, &self.now, sheet, dimension) {
            return true;
        }
        let came = absent(&self.now, self.then, sheet, dimension);
        let delete = |(at, count): (u32, u32)| match dimension {
            Dimension::Rows => Operation::DeleteRows { sheet, at, count },
            Dimension::Columns => Operation::DeleteColumns { sheet, at, count },
        };
        if !self.go(came.into_iter().rev().map(delete).collect()) {
            return false;
        }
        let went = absent(self.then, &self.now, sheet, dimension);
        let insert = |(at, count): (u32, u32)| match dimension {
            Dimension::Rows => Operation::InsertRows { sheet, at, count },
            Dimension::Columns => Operation::InsertColumns { sheet, at, count },
        };
        self.go(went.into_iter().map(insert).collect())
    }
}

/// Whether an axis of a sheet is one version in both.
pub(super) fn is_same_axis(a: &Revision, b: &Revision, sheet: SheetId, along: Dimension) -> bool {
    match (a.axes(sheet), b.axes(sheet)) {
        (Some(a), Some(b)) if along == Dimension::Rows => a.0.is_same(b.0),
        (Some(a), Some(b)) => a.1.is_same(b.1),
        _ => false,
    }
}

/// The pieces of an axis from its first position to its last.
pub(super) fn pieces(of: &Revision, sheet: SheetId, along: Dimension) -> Vec<Piece> {
    match of.axes(sheet) {
        Some((rows, _)) if along == Dimension::Rows => rows.spans(0..rows.len()).collect(),
        Some((_, columns)) => columns.spans(0..columns.len()).collect(),
        None => Vec::new(),
    }
}

/// The positions of some anchors, in the order of anchors: position, first anchor, length.
pub(super) fn live(
    of: &Revision,
    sheet: SheetId,
    along: Dimension,
    (first, length): (Anchor, u32),
) -> Vec<Piece> {
    match of.axes(sheet) {
        Some((rows, _)) if along == Dimension::Rows => rows.live(first, length).collect(),
        Some((_, columns)) => columns.live(first, length).collect(),
        None => Vec::new(),
    }
}

/// What an axis has and the other one has not: position and number. What stands at the end is left out, as it comes and
/// goes with what is inserted and deleted before it.
fn absent(here: &Revision, there: &Revision, sheet: SheetId, along: Dimension) -> Vec<(u32, u32)> {
    let mut found: Vec<(u32, u32)> = Vec::new();
    let mut add = |at: u32, count: u32| match found.last_mut() {
        _ if count == 0 => {}
        Some((first, length)) if *first + *length == at => *length += count,
        _ => found.push((at, count)),
    };
    let mut end = 0;
    for (position, first, length) in pieces(here, sheet, along) {
        let mut next = 0;
        for (_, anchor, known) in live(there, sheet, along, (first, length)) {
            let offset = anchor.0 - first.0;
            add(position + next, offset - next);
            next = offset + known;
        }
        add(position + next, length - next);
        end = position + length;
    }
    if found.last().is_some_and(|(at, count)| at + count == end) {
        found.pop();
    }
    found
}

/// The positions at which the two axes have different anchors, as first and last.
pub(super) fn misplaced(
    a: &Revision,
    b: &Arc<Revision>,
    sheet: SheetId,
    along: Dimension,
) -> Vec<(u32, u32)> {
    if is_same_axis(a, b, sheet, along) {
        return Vec::new();
    }
    let (ours, theirs) = (pieces(a, sheet, along), pieces(b, sheet, along));
    let mut found: Vec<(u32, u32)> = Vec::new();
    let (mut i, mut j) = (0, 0);
    while let (Some(own), Some(other)) = (ours.get(i), theirs.get(j)) {
        let (end, other_end) = (own.0 + own.2, other.0 + other.2);
        let (first, behind) = (own.0.max(other.0), end.min(other_end));
        let same = own.1.0.wrapping_sub(own.0) == other.1.0.wrapping_sub(other.0);
        if !same {
            match found.last_mut() {
                Some(span) if span.1 + 1 == first => span.1 = behind - 1,
                _ => found.push((first, behind - 1)),
            }
        }
        i += usize::from(end == behind);
        j += usize::from(other_end == behind);
    }
    found
}
