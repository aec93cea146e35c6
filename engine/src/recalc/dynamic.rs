//! Formulas with OFFSET or INDIRECT: what they read is known only when they run, so some of it may change afterwards.

use std::collections::BTreeSet;

use hashbrown::HashMap;

use super::Changes;
use super::reader::Record;
use super::schedule::Run;
use crate::graph::RegionId;
use crate::plan::Outcome;
use crate::reference::{Area, Cell, Rect, SheetId};
use crate::value::Value;

/// How often a formula with OFFSET or INDIRECT is computed again because what it read has changed since.
const DYNAMIC_ROUNDS: usize = 100;

impl Run<'_, '_> {
    /// Computes formulas again that read, by OFFSET or INDIRECT, cells that changed after they were read.
    pub(super) fn settle_dynamic(&mut self) {
        for round in 0..=DYNAMIC_ROUNDS {
            let stale = self.stale_dynamic();
            if stale.is_empty() || self.is_cancelled() {
                return;
            }
            if round == DYNAMIC_ROUNDS {
                // What still changes after so many rounds reads itself in a circle.
                stale
                    .into_iter()
                    .for_each(|(region, cell)| self.break_circle(region, cell));
                self.drain();
                return;
            }
            self.dynamic
                .retain(|reads| !stale.contains(&(reads.region, reads.cell)));
            for (region, cell) in stale {
                self.push(region, Rect::cell(cell));
            }
            self.drain();
        }
    }

    /// The formulas with OFFSET or INDIRECT that read a cell before it changed.
    pub(super) fn stale_dynamic(&self) -> BTreeSet<(RegionId, Cell)> {
        let mut columns: HashMap<(SheetId, u32), Vec<(usize, Rect)>> = HashMap::new();
        for (number, area) in self.outcome.changed.areas().iter().enumerate() {
            for column in area.rect.left..=area.rect.right {
                columns
                    .entry((area.sheet, column))
                    .or_default()
                    .push((number, area.rect));
            }
        }
        let changed_since = |read: &Area, after: usize| {
            let column_changed = |changes: &Vec<(usize, Rect)>| {
                // Changes are in the order of time: the last ones are the ones to look at.
                let later = changes
                    .iter()
                    .rev()
                    .take_while(|(number, _)| *number >= after);
                later
                    .into_iter()
                    .any(|(_, rect)| rect.top <= read.rect.bottom && read.rect.top <= rect.bottom)
            };
            if read.rect.columns() as usize <= columns.len() {
                let mut within = read.rect.left..=read.rect.right;
                within.any(|column| {
                    columns
                        .get(&(read.sheet, column))
                        .is_some_and(column_changed)
                })
            } else {
                columns.iter().any(|((sheet, column), changes)| {
                    *sheet == read.sheet
                        && (read.rect.left..=read.rect.right).contains(column)
                        && column_changed(changes)
                })
            }
        };
        let stale = self.dynamic.iter().filter(|reads| {
            reads
                .areas
                .iter()
                .any(|read| changed_since(read, reads.after))
        });
        stale.map(|reads| (reads.region, reads.cell)).collect()
    }

    /// Makes a cell that reads itself through OFFSET or INDIRECT 0, as a circular one.
    pub(super) fn break_circle(&mut self, region: RegionId, cell: Cell) {
        let Some(sheet) = self.graph.region(region).map(|region| region.sheet) else {
            return;
        };
        self.circular.insert((sheet, cell));
        self.settled.insert((sheet, cell));
        let mut changes = Changes::default();
        if self.store(sheet, cell, Outcome::Value(Value::Number(0.0))) {
            changes.add(sheet, cell);
        }
        self.publish(changes, None);
    }

    /// Notes what a formula read that names cells only when it runs.
    pub(super) fn note_dynamic(&mut self, region: RegionId, cell: Cell, record: Record) {
        // What lies on a circle with itself alone has nothing to wait for.
        let areas = if record.itself.get() {
            Vec::new()
        } else {
            record.areas.into_inner()
        };
        let after = self.outcome.changed.areas().len();
        self.dynamic.push(DynamicReads {
            region,
            cell,
            areas,
            after,
        });
    }

    /// Whether a cell was found circular in a way that computing it again in this run would only repeat.
    pub(super) fn is_settled(&self, sheet: SheetId, cell: Cell) -> bool {
        !self.settled.is_empty() && self.settled.contains(&(sheet, cell))
    }
}

/// The cells that one evaluation read.
pub(super) struct DynamicReads {
    pub(super) region: RegionId,
    pub(super) cell: Cell,
    pub(super) areas: Vec<Area>,
    /// How many changes had happened when it read.
    pub(super) after: usize,
}
