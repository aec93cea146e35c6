//! Where formulas may differ, and which formulas stand in the same rows of a column in both revisions.

use super::{AnchorRun, Comparison, joined};
use crate::graph::{Axes, Differing, Owner, RegionId, RunList};
use crate::reference::{Anchor, Axis, Rect, SheetId};
use crate::workbook::revision::Revision;

/// Rows of a column that have one formula in each revision, or none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::workbook) struct FormulaPair {
    /// How many rows come before them.
    pub(in crate::workbook) offset: u32,
    pub(in crate::workbook) length: u32,
    pub(in crate::workbook) then: Option<RegionId>,
    pub(in crate::workbook) now: Option<RegionId>,
}

impl Comparison<'_> {
    /// Where cells may have other formulas or owners, in order; on sheets that both have.
    pub(in crate::workbook) fn formula_runs(&self) -> Vec<AnchorRun> {
        let mut runs = Vec::new();
        self.then.graph.differences(&self.now.graph, |differing| {
            if !self.is_shared(differing.sheet) {
                return;
            }
            if differing.is_run {
                let (first, last) = differing.rows;
                runs.push(AnchorRun {
                    sheet: differing.sheet,
                    column: differing.columns.0,
                    first,
                    length: last.0 - first.0 + 1,
                });
                return;
            }
            for revision in [self.then, self.now] {
                add_rectangle(revision, &differing, &mut runs);
            }
        });
        joined(runs)
    }
}

fn add_rectangle(revision: &Revision, differing: &Differing, runs: &mut Vec<AnchorRun>) {
    let Some((rows, columns)) = revision.axes(differing.sheet) else {
        return;
    };
    let (Some(top), Some(left)) = (
        rows.position(differing.rows.0),
        columns.position(differing.columns.0),
    ) else {
        return;
    };
    // The last rows and columns may have been pushed off the grid.
    let bottom = rows.position(differing.rows.1);
    let right = columns.position(differing.columns.1);
    let rect = Rect {
        top,
        left,
        bottom: bottom.unwrap_or(rows.len() - 1),
        right: right.unwrap_or(columns.len() - 1),
    };
    runs.extend(anchored(revision, differing.sheet, &rect));
}

/// The cells of a rectangle by their anchors.
pub(in crate::workbook) fn anchored(
    revision: &Revision,
    sheet: SheetId,
    rect: &Rect,
) -> Vec<AnchorRun> {
    let Some((rows, columns)) = revision.axes(sheet) else {
        return Vec::new();
    };
    let across = columns.spans(rect.left..rect.right + 1);
    let across = across.flat_map(|(_, first, length)| first.0..first.0 + length);
    let mut runs = Vec::new();
    for column in across.map(Anchor) {
        for (_, first, length) in rows.spans(rect.top..rect.bottom + 1) {
            runs.push(AnchorRun {
                sheet,
                column,
                first,
                length,
            });
        }
    }
    runs
}

/// Calls `visit` with the formulas of `length` rows of a column, which begin at one anchor then and at another now, in
/// pieces from top to bottom; rows without a formula in both are left out.
pub(in crate::workbook) fn formula_pieces(
    (then, now): (Option<&RunList>, Option<&RunList>),
    (first_then, first_now): (Anchor, Anchor),
    length: u32,
    mut visit: impl FnMut(FormulaPair),
) {
    let (then, now) = (
        owned(then, first_then, length),
        owned(now, first_now, length),
    );
    let (mut next, mut was, mut is) = (0, 0, 0);
    while next < length {
        let (then_piece, now_piece) = (then.get(was), now.get(is));
        let in_then = then_piece.filter(|piece| piece.0 <= next);
        let in_now = now_piece.filter(|piece| piece.0 <= next);
        // Where the next piece of either begins or ends.
        let ends = [then_piece, now_piece].into_iter().flatten();
        let ends = ends.map(|piece| if piece.0 > next { piece.0 } else { piece.1 });
        let end = ends.min().unwrap_or(length).min(length);
        if in_then.is_some() || in_now.is_some() {
            visit(FormulaPair {
                offset: next,
                length: end - next,
                then: in_then.map(|piece| piece.2),
                now: in_now.map(|piece| piece.2),
            });
        }
        was += usize::from(then_piece.is_some_and(|piece| piece.1 == end));
        is += usize::from(now_piece.is_some_and(|piece| piece.1 == end));
        next = end;
    }
}

/// The rows with formulas, counted from the first one: first, the one behind the last, region.
fn owned(runs: Option<&RunList>, first: Anchor, length: u32) -> Vec<(u32, u32, RegionId)> {
    let runs = runs.into_iter().flat_map(|runs| runs.within(first, length));
    runs.filter_map(|run| match run.owner {
        Owner::Formula(id) => Some((run.first.0 - first.0, run.end() - first.0, id)),
        Owner::Spill(..) | Owner::ArrayFormula(..) => None,
    })
    .collect()
}
