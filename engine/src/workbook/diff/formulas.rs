//! Which cells have other formulas.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Finding, Pair};
use crate::formula::ast::{A1Reference, Ast, Shape};
use crate::formula::{self, Mode, SheetFate, Template};
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

    /// Whether two formulas read otherwise in one of the end cells, beside what the cells that they name, and the sheets,
    /// have moved and been renamed.
    fn reads_otherwise(&self, (then, now): (&Template, &Template), ends: &Ends, at: usize) -> bool {
        let (Some(was), Some(is)) = (ends.then[at], ends.now[at]) else {
            return true;
        };
        let ast = then.to_ast(was, ends.sheets.then, self.earlier.view());
        let fates = self.fates();
        let own = fates.get(&ends.sheets.then);
        let relocated = formula::relocate(&ast, |name| {
            let fate = match name {
                Some(name) => self.of.then.sheets.find(name).and_then(|id| fates.get(&id)),
                None => own,
            };
            // What names a sheet that is gone reads otherwise now.
            fate.map_or(SheetFate::Unknown, |fate| SheetFate::Stays {
                name: &fate.name,
                moved: &fate.moved,
            })
        });
        let ast = match relocated {
            Some(relocated) if lost(&relocated) > lost(&ast) => return true,
            Some(relocated) => relocated,
            None => ast,
        };
        let text = self.later.view().text_of(now, ends.sheets.now, is);
        text.strip_prefix('=') != Some(&formula::print(&ast))
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
}

/// How many references of a formula lead nowhere.
fn lost(ast: &Ast<A1Reference>) -> usize {
    let references = ast.references();
    references
        .filter(|reference| reference.shape == Shape::Invalid)
        .count()
}

/// The runs of a column that are computed.
pub(super) fn runs_of(of: &Revision, sheet: SheetId, column: Anchor) -> Option<&RunList> {
    of.graph.sheet(sheet)?.column(column)
}
