//! The rows and columns of two revisions: which came, which went, which stand elsewhere.

use std::collections::BTreeSet;

use crate::graph::Axes;
use crate::reference::{Anchor, Axis, Dimension, SheetId};
use crate::storage::tree::Natural;
use crate::workbook::revision::Revision;

/// Consecutive anchors: position, first anchor, length.
pub(in crate::workbook) type Piece = (u32, Anchor, u32);

/// Whether an axis of a sheet is one version in both.
pub(in crate::workbook) fn is_same_axis(
    a: &Revision,
    b: &Revision,
    sheet: SheetId,
    along: Dimension,
) -> bool {
    match (a.axes(sheet), b.axes(sheet)) {
        (Some(a), Some(b)) if along == Dimension::Rows => a.0.is_same(b.0),
        (Some(a), Some(b)) => a.1.is_same(b.1),
        _ => false,
    }
}

/// The pieces of an axis from its first position to its last.
pub(in crate::workbook) fn pieces(of: &Revision, sheet: SheetId, along: Dimension) -> Vec<Piece> {
    match of.axes(sheet) {
        Some((rows, _)) if along == Dimension::Rows => rows.spans(0..rows.len()).collect(),
        Some((_, columns)) => columns.spans(0..columns.len()).collect(),
        None => Vec::new(),
    }
}

/// The positions of some anchors, in the order of anchors: position, first anchor, length.
pub(in crate::workbook) fn live(
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

/// The columns of a sheet in which there are values, formulas or styles.
pub(in crate::workbook) fn used_columns(of: &Revision, sheet: SheetId) -> BTreeSet<u32> {
    let (Some(grid), Some((_, columns))) = (of.grids.get(&Natural, &sheet), of.axes(sheet)) else {
        return BTreeSet::new();
    };
    let graph = of.graph.sheet(sheet).into_iter();
    let computed = graph.flat_map(|graph| graph.columns());
    let plane = of.styles.plane_of(sheet).into_iter();
    let styled = plane.flat_map(|plane| plane.filled_columns());
    let anchors = grid.filled_columns().chain(computed).chain(styled);
    anchors
        .filter_map(|column| columns.position(column))
        .collect()
}

/// What an axis has and the other one has not: position and number. What stands at the end is left out, as it comes and
/// goes with what is inserted and deleted before it.
pub(in crate::workbook) fn absent(
    here: &Revision,
    there: &Revision,
    sheet: SheetId,
    along: Dimension,
) -> Vec<(u32, u32)> {
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
pub(in crate::workbook) fn misplaced(
    a: &Revision,
    b: &Revision,
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
