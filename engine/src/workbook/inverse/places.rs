//! Where two revisions may differ: rows of columns of sheets, found by what their trees do not share.

use std::collections::BTreeMap;

use super::Way;
use crate::graph::Axes;
use crate::reference::{Axis, Dimension, Rect, SheetId};
use crate::workbook::comparison::{AnchorRun, live, misplaced, used_columns};

/// Rows of the columns of sheets, in order: first and last of each span.
#[derive(Default)]
pub(super) struct Places {
    columns: BTreeMap<(SheetId, u32), Vec<(u32, u32)>>,
}

impl Places {
    fn add(&mut self, sheet: SheetId, column: u32, rows: (u32, u32)) {
        self.columns.entry((sheet, column)).or_default().push(rows);
    }

    /// The spans as rectangles of one column, none of which touches another of its column.
    pub(super) fn spans(mut self) -> Vec<(SheetId, Rect)> {
        let mut spans = Vec::new();
        for ((sheet, column), rows) in &mut self.columns {
            rows.sort_unstable();
            let mut open: Option<(u32, u32)> = None;
            let mut put = |(top, bottom): (u32, u32)| {
                let (left, right) = (*column, *column);
                let rect = Rect {
                    top,
                    bottom,
                    left,
                    right,
                };
                spans.push((*sheet, rect));
            };
            for (top, bottom) in rows.iter().copied() {
                open = match open {
                    Some((first, last)) if top <= last.saturating_add(1) => {
                        Some((first, last.max(bottom)))
                    }
                    Some(done) => {
                        put(done);
                        Some((top, bottom))
                    }
                    None => Some((top, bottom)),
                };
            }
            open.into_iter().for_each(put);
        }
        spans
    }
}

impl Way<'_> {
    /// Where cells may have other styles of their own.
    pub(super) fn style_places(&self) -> Places {
        let mut places = Places::default();
        self.add_runs(&self.comparison().style_runs(), &mut places);
        self.add_misplaced(&mut places);
        self.retain_shared(places)
    }

    /// Where cells may have other values or formulas.
    pub(super) fn cell_places(&self) -> Places {
        let mut places = Places::default();
        self.add_runs(&self.comparison().value_runs(), &mut places);
        self.add_runs(&self.comparison().formula_runs(), &mut places);
        self.add_misplaced(&mut places);
        for kept in self.then.kept.iter().chain(self.now.kept.iter()) {
            places.add(kept.sheet, kept.cell.column, (kept.cell.row, kept.cell.row));
        }
        self.retain_shared(places)
    }

    /// Where formulas may differ.
    pub(super) fn formula_places(&self) -> Places {
        let mut places = Places::default();
        self.add_runs(&self.comparison().formula_runs(), &mut places);
        self.add_misplaced(&mut places);
        self.retain_shared(places)
    }

    /// Leaves out what lies on sheets that only one of both has.
    fn retain_shared(&self, mut places: Places) -> Places {
        let (then, now) = (&self.then.sheets, &self.now.sheets);
        let is_shared = |sheet: SheetId| then.get(sheet).is_some() && now.get(sheet).is_some();
        places.columns.retain(|(sheet, _), _| is_shared(*sheet));
        places
    }

    fn add_runs(&self, runs: &[AnchorRun], places: &mut Places) {
        for revision in [self.then, &*self.now] {
            for run in runs {
                let Some((_, columns)) = revision.axes(run.sheet) else {
                    continue;
                };
                let Some(column) = columns.position(run.column) else {
                    continue;
                };
                let anchors = (run.first, run.length);
                for (row, _, count) in live(revision, run.sheet, Dimension::Rows, anchors) {
                    places.add(run.sheet, column, (row, row + count - 1));
                }
            }
        }
    }

    /// Rows and columns that are not the same in both.
    fn add_misplaced(&self, places: &mut Places) {
        for sheet in self.then.sheets.order().iter().copied() {
            let rows = misplaced(self.then, &self.now, sheet, Dimension::Rows);
            let columns = misplaced(self.then, &self.now, sheet, Dimension::Columns);
            let Some((all, _)) = self.now.axes(sheet) else {
                continue;
            };
            if rows.is_empty() && columns.is_empty() {
                continue;
            }
            let last = all.len() - 1;
            let mut used = used_columns(self.then, sheet);
            used.extend(used_columns(&self.now, sheet));
            for column in used {
                let is_within = |(first, last): &(u32, u32)| (*first..=*last).contains(&column);
                if columns.iter().any(is_within) {
                    places.add(sheet, column, (0, last));
                    continue;
                }
                for span in &rows {
                    places.add(sheet, column, *span);
                }
            }
        }
    }
}
