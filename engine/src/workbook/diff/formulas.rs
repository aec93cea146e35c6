//! Which cells have other formulas.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Finding, Pair};
use crate::formula::{Mode, Template};
use crate::graph::{Axes, RunList};
use crate::reference::{Anchor, Axis, Cell, Rect, SheetId};
use crate::workbook::comparison::{AnchorRun, FormulaPair, anchored, formula_pieces, joined};
use crate::workbook::revision::Revision;

/// The ends of some rows of a column, where they stood and stand; nothing for a row that is on no grid.
pub(super) struct Ends {
    pub(super) sheets: Pair,
    pub(super) then: [Option<Cell>; 2],
    pub(super) now: [Option<Cell>; 2],
}

impl Finding<'_> {
    /// The cells that have other formulas, by anchors, in order.
    pub(super) fn formula_runs(&self) -> Vec<AnchorRun> {
        let mut found = Vec::new();
        for run in self.of.formula_runs() {
            formula_pieces(
                (
                    runs_of(self.of.then, run.sheet, run.column),
                    runs_of(self.of.now, run.sheet, run.column),
                ),
                (run.first, run.first),
                run.length,
                |pair| {
                    let first = Anchor(run.first.0 + pair.offset);
                    let length = pair.length;
                    if self.differ(&pair, || self.ends(&run, first, length)) {
                        found.push(AnchorRun {
                            first,
                            length,
                            ..run
                        });
                    }
                },
            );
        }
        found.extend(self.kept_runs());
        joined(found)
    }

    /// Whether two formulas are not the same in some rows.
    pub(super) fn differ(&self, pair: &FormulaPair, ends: impl FnOnce() -> Ends) -> bool {
        let (Some(then), Some(now)) = (pair.then, pair.now) else {
            return true;
        };
        let (then, now) = (
            self.of.then.graph.region(then),
            self.of.now.graph.region(now),
        );
        let (Some(then), Some(now)) = (then, now) else {
            return true;
        };
        let (was, is) = (&then.template, &now.template);
        let equal = self.related && (Arc::ptr_eq(was, is) || was == is);
        if equal && was.mode != Mode::Array {
            return false;
        }
        if was.mode != is.mode {
            return true;
        }
        // Other templates are other formulas, unless only distances have changed.
        if self.related && !equal && self.reshaped.is_empty() && self.pairs.is_empty() {
            return true;
        }
        let ends = ends();
        let differ = |at: usize| self.reads_otherwise((was, is), &ends, at);
        (!equal && (differ(0) || differ(1))) || (was.mode == Mode::Array && self.reach(&ends))
    }

    /// Whether two formulas read otherwise in one of the end cells.
    fn reads_otherwise(&self, (then, now): (&Template, &Template), ends: &Ends, at: usize) -> bool {
        let (Some(was), Some(is)) = (ends.then[at], ends.now[at]) else {
            return true;
        };
        let text = self.earlier.view().text_of(then, ends.sheets.then, was);
        text != self.later.view().text_of(now, ends.sheets.now, is)
    }

    /// Whether array formulas fill other numbers of rows and columns.
    fn reach(&self, ends: &Ends) -> bool {
        let size = |revision: &Revision, sheet: SheetId, cell: Option<Cell>| {
            let extent = revision.graph.extent(sheet, cell?, revision)?;
            Some((extent.rect.rows(), extent.rect.columns()))
        };
        (0..2).any(|at| {
            let then = size(self.of.then, ends.sheets.then, ends.then[at]);
            then != size(self.of.now, ends.sheets.now, ends.now[at])
        })
    }

    fn ends(&self, run: &AnchorRun, first: Anchor, length: u32) -> Ends {
        let last = Anchor(first.0 + (length - 1));
        let cells = |revision: &Revision| {
            let axes = revision.axes(run.sheet);
            let cell = |row: Anchor| {
                let (rows, columns) = axes?;
                let column = columns.position(run.column)?;
                Some(Cell::new(rows.position(row)?, column))
            };
            [cell(first), cell(last)]
        };
        Ends {
            sheets: Pair {
                then: run.sheet,
                now: run.sheet,
            },
            then: cells(self.of.then),
            now: cells(self.of.now),
        }
    }

    /// The cells of formulas that are kept as a file has them and that only one of both has.
    fn kept_runs(&self) -> Vec<AnchorRun> {
        let mut runs = Vec::new();
        for (sheet, cell) in self.kept_differing() {
            runs.extend(anchored(self.of.now, sheet, &Rect::cell(cell)));
        }
        runs
    }

    /// Where kept formulas differ, in positions of the later snapshot.
    pub(super) fn kept_differing(&self) -> Vec<(SheetId, Cell)> {
        let (then, now) = (&self.of.then.kept, &self.of.now.kept);
        if Arc::ptr_eq(then, now) {
            return Vec::new();
        }
        let mut places: BTreeMap<(SheetId, Cell), &str> = BTreeMap::new();
        for kept in then.iter() {
            let sheet = self.latter(kept.sheet);
            if let Some((sheet, cell)) = sheet.zip(self.stands(kept.sheet, kept.cell)) {
                places.insert((sheet, cell), &kept.formula);
            }
        }
        let mut found = Vec::new();
        for kept in now.iter() {
            let former = places.remove(&(kept.sheet, kept.cell));
            if former != Some(&*kept.formula) {
                found.push((kept.sheet, kept.cell));
            }
        }
        found.extend(places.into_keys());
        found
    }

    /// The sheet of the later snapshot with which one of the earlier is compared.
    pub(super) fn latter(&self, then: SheetId) -> Option<SheetId> {
        if self.related {
            return self.of.now.sheets.get(then).map(|sheet| sheet.id);
        }
        let pair = self.pairs.iter().find(|pair| pair.then == then);
        pair.map(|pair| pair.now)
    }

    /// Where a cell of the earlier snapshot stands in the later one.
    pub(super) fn stands(&self, then: SheetId, cell: Cell) -> Option<Cell> {
        if !self.related || !self.reshaped.contains(&then) {
            return Some(cell);
        }
        let (rows, columns) = self.of.then.axes(then)?;
        let (row, column) = (rows.anchor(cell.row), columns.anchor(cell.column));
        let (rows, columns) = self.of.now.axes(then)?;
        Some(Cell::new(rows.position(row)?, columns.position(column)?))
    }
}

/// The runs of a column that are computed.
pub(super) fn runs_of(of: &Revision, sheet: SheetId, column: Anchor) -> Option<&RunList> {
    of.graph.sheet(sheet)?.column(column)
}
