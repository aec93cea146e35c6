//! Where two revisions differ, found by what their persistent parts do not share.
//!
//! Rows and columns are told by their anchors here, so that nothing that has only moved differs. Both the list of
//! differences and the way back as operations are made from this.

mod around;
mod axes;
mod formulas;

use std::ops::Range;
use std::sync::Arc;

use super::revision::Revision;
use crate::reference::{Anchor, SheetId};
use crate::storage::tree::Natural;
use crate::storage::{CellKey, Chunk, Plane};

pub(super) use around::{hidden, line_styles, styles_differ, text_of_name, widths};
pub(super) use axes::{absent, is_same_axis, live, misplaced, pieces, used_columns};
pub(super) use formulas::{FormulaPair, anchored, formula_pieces};

/// Two revisions, one of which is thought of as the earlier.
#[derive(Clone, Copy)]
pub(super) struct Comparison<'a> {
    pub(super) then: &'a Revision,
    pub(super) now: &'a Revision,
}

/// Consecutive anchors of rows in one column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct AnchorRun {
    pub(super) sheet: SheetId,
    pub(super) column: Anchor,
    pub(super) first: Anchor,
    pub(super) length: u32,
}

impl AnchorRun {
    /// The anchor behind the last one.
    pub(super) fn end(&self) -> u32 {
        self.first.0.saturating_add(self.length)
    }
}

impl Comparison<'_> {
    /// The cells whose values are not the same, in order.
    pub(super) fn value_runs(&self) -> Vec<AnchorRun> {
        self.plane_runs(Plane::Values, true)
    }

    /// The cells that may have other styles of their own, in order: just those, if a number of a style means the same
    /// in both.
    pub(super) fn style_runs(&self) -> Vec<AnchorRun> {
        self.plane_runs(Plane::Formats, self.has_same_styles())
    }

    /// Whether no number of a style means something else in the other revision.
    pub(super) fn has_same_styles(&self) -> bool {
        self.then.styles.agrees(&self.now.styles)
    }

    /// Where chunks differ: the cells that do, or all of them.
    fn plane_runs(&self, plane: Plane, exactly: bool) -> Vec<AnchorRun> {
        let mut runs: Vec<AnchorRun> = Vec::new();
        let mut known: Option<(u32, Option<SheetId>)> = None;
        self.then.index.diff(&self.now.index, |key, old, new| {
            if key.plane() != plane {
                return;
            }
            let sheet = match known {
                Some((number, sheet)) if number == key.sheet() => sheet,
                _ => {
                    let sheet = self.sheet_of(key);
                    known = Some((key.sheet(), sheet));
                    sheet
                }
            };
            let Some(sheet) = sheet else { return };
            let mut add = |slots: Range<u16>| {
                let run = AnchorRun {
                    sheet,
                    column: key.column(),
                    first: Anchor::of(key.block(), slots.start),
                    length: slots.len() as u32,
                };
                match runs.last_mut() {
                    Some(last) if last.goes_on(&run) => last.length += run.length,
                    _ => runs.push(run),
                }
            };
            let all = 0..Anchor::SLOTS as u16;
            if exactly {
                differing(old, new, all, add);
            } else {
                add(all);
            }
        });
        runs
    }

    /// The sheet, in both revisions, to which the chunks with the number in this key belong in either.
    fn sheet_of(&self, key: CellKey) -> Option<SheetId> {
        let of = |revision: &Revision| {
            let same = SheetId(key.sheet());
            let grid = revision.grids.get(&Natural, &same);
            if grid.is_some_and(|grid| grid.key() == key.sheet()) {
                return Some(same);
            }
            let mut grids = revision.grids.iter();
            let found = grids.find(|(_, grid)| grid.key() == key.sheet());
            found.map(|(sheet, _)| *sheet)
        };
        let sheet = of(self.then).or_else(|| of(self.now))?;
        self.is_shared(sheet).then_some(sheet)
    }

    /// Whether both revisions have the sheet.
    pub(super) fn is_shared(&self, sheet: SheetId) -> bool {
        self.then.sheets.get(sheet).is_some() && self.now.sheets.get(sheet).is_some()
    }

    /// Whether the anchors of a sheet mean the same rows and columns in both revisions.
    pub(super) fn has_same_anchors(&self, sheet: SheetId) -> bool {
        let key = |revision: &Revision| {
            let grid = revision.grids.get(&Natural, &sheet);
            grid.map(|grid| grid.key())
        };
        key(self.then) == key(self.now)
    }
}

impl AnchorRun {
    /// Whether `next` is the continuation of this run.
    fn goes_on(&self, next: &AnchorRun) -> bool {
        (self.sheet, self.column, self.end()) == (next.sheet, next.column, next.first.0)
    }
}

/// Runs of slots in which two chunks, of which one may be missing, hold other values.
fn differing(
    old: Option<&Arc<Chunk>>,
    new: Option<&Arc<Chunk>>,
    slots: Range<u16>,
    visit: impl FnMut(Range<u16>),
) {
    let start = slots.start;
    differing_apart((old, slots), (new, start), visit);
}

/// As [`differing`], where the slots begin at another one in the new chunk.
pub(super) fn differing_apart(
    (old, slots): (Option<&Arc<Chunk>>, Range<u16>),
    (new, start): (Option<&Arc<Chunk>>, u16),
    visit: impl FnMut(Range<u16>),
) {
    match (old, new) {
        (None, None) => {}
        (Some(old), Some(new)) => old.differing(slots, (new, start), visit),
        (Some(old), None) => old.differing(slots, (&Chunk::default(), start), visit),
        (None, Some(new)) => Chunk::default().differing(slots, (new, start), visit),
    }
}

/// Sorts runs and joins those that overlap or go on in the next.
pub(super) fn joined(mut runs: Vec<AnchorRun>) -> Vec<AnchorRun> {
    runs.sort_unstable();
    let mut found: Vec<AnchorRun> = Vec::with_capacity(runs.len());
    for run in runs {
        match found.last_mut() {
            Some(last)
                if (last.sheet, last.column) == (run.sheet, run.column)
                    && run.first.0 <= last.end() =>
            {
                last.length = last.end().max(run.end()) - last.first.0;
            }
            _ => found.push(run),
        }
    }
    found
}
