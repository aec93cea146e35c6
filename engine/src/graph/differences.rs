//! What differs between two graphs: regions, owners of cells, extents of arrays, in time that grows with the differences.

use std::sync::Arc;

use super::{Graph, Region, Run, RunList, SheetGraph};
use crate::reference::{Anchor, SheetId};
use crate::storage::tree::Natural;

/// Anchors between which two graphs differ: first and last row, first and last column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Differing {
    /// The sheet.
    pub sheet: SheetId,
    /// First and last row; in a column's run all anchors between the two, in a region the rows between them.
    pub rows: (Anchor, Anchor),
    /// First and last column.
    pub columns: (Anchor, Anchor),
    /// Whether the rows are consecutive anchors, of which some may be gone.
    pub is_run: bool,
}

impl Graph {
    /// Calls `visit` with all places in which this graph and a later one may have other formulas or owners; places may
    /// come more than once.
    ///
    /// # Complexity
    ///
    /// O(changes × log n) between versions of one graph.
    pub fn differences(&self, later: &Graph, mut visit: impl FnMut(Differing)) {
        // A region that came, went, or took other cells shows in the runs.
        let same = |a: &Region, b: &Region| {
            let template = Arc::ptr_eq(&a.template, &b.template) || a.template == b.template;
            template && a.sheet == b.sheet
        };
        self.regions
            .diff(&Natural, &later.regions, same, |_, old, new| {
                for region in old.zip(new).into_iter().flat_map(<[&Region; 2]>::from) {
                    visit(Differing {
                        sheet: region.sheet,
                        rows: region.rows,
                        columns: region.columns,
                        is_run: false,
                    });
                }
            });
        let same = |a: &SheetGraph, b: &SheetGraph| a.runs.is_same(&b.runs);
        self.sheets
            .diff(&Natural, &later.sheets, same, |sheet, old, new| {
                let none = SheetGraph::default();
                let (old, new) = (old.unwrap_or(&none), new.unwrap_or(&none));
                runs_differ(old, new, |column, run| {
                    visit(Differing {
                        sheet: *sheet,
                        rows: (run.first, Anchor(run.end() - 1)),
                        columns: (column, column),
                        is_run: true,
                    });
                });
            });
        self.extents.diff(
            &Natural,
            &later.extents,
            |a, b| a == b,
            |(sheet, ..), old, new| {
                for extent in old.into_iter().chain(new) {
                    visit(Differing {
                        sheet: *sheet,
                        rows: extent.rows,
                        columns: extent.columns,
                        is_run: false,
                    });
                }
            },
        );
    }
}

fn runs_differ(old: &SheetGraph, new: &SheetGraph, mut visit: impl FnMut(Anchor, &Run)) {
    let same = |a: &RunList, b: &RunList| a.is_same(b);
    old.runs
        .diff(&Natural, &new.runs, same, |column, old, new| {
            let none = RunList::default();
            let (old, new) = (old.unwrap_or(&none), new.unwrap_or(&none));
            old.differences(new, |run| visit(Anchor(*column), run));
        });
}
