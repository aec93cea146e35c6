//! Whole sheets: their formulas copied to another sheet with the same axes, and removed.

use std::sync::Arc;

use hashbrown::HashMap;

use super::range_index::RangeIndex;
use super::{Axes, Facts, Graph, Owner, Region, RegionId, Run, RunList, SheetGraph};
use crate::formula::Template;
use crate::reference::SheetId;
use crate::storage::tree::{Natural, Tree};

impl Graph {
    /// Copies the formulas and array results of the sheet `from` to the sheet `to`, which has the same axes and nothing
    /// on it yet. `bound` gives the template and the facts that each region's copy gets. Ranks are not set yet.
    ///
    /// # Complexity
    ///
    /// O(regions and runs of the sheet), whatever their size.
    pub fn copy_sheet(
        &mut self,
        (from, to): (SheetId, SheetId),
        axes: &dyn Axes,
        mut bound: impl FnMut(RegionId, &Region) -> (Arc<Template>, Arc<Facts>),
    ) -> Vec<RegionId> {
        let copied: Vec<(RegionId, Region)> = self
            .regions()
            .filter(|(_, region)| region.sheet == from)
            .map(|(id, region)| (id, region.clone()))
            .collect();
        let mut numbers: HashMap<RegionId, RegionId> = HashMap::with_capacity(copied.len());
        for (id, region) in copied {
            let (template, facts) = bound(id, &region);
            let copy = RegionId(self.next);
            self.next += 1;
            numbers.insert(id, copy);
            if facts.volatile {
                self.volatile.insert(&Natural, copy, ());
            }
            let region = Region {
                template,
                facts,
                sheet: to,
                ..region
            };
            self.regions.insert(&Natural, copy, region);
        }
        let own = |run: Run| match run.owner {
            // A run without a region would be a fault elsewhere; its copy owns nothing.
            Owner::Formula(id) => numbers.get(&id).map(|id| Run {
                owner: Owner::Formula(*id),
                ..run
            }),
            Owner::Spill(..) | Owner::ArrayFormula(..) => Some(run),
        };
        if let Some(graph) = self.sheet(from) {
            let columns = graph.runs.iter().map(|(column, runs)| {
                let runs = RunList::from_sorted(runs.iter().filter_map(own));
                (*column, runs)
            });
            let runs = Tree::from_sorted(&Natural, columns);
            let readers = RangeIndex::default();
            self.sheets
                .insert(&Natural, to, SheetGraph { runs, readers });
        }
        for ((_, row, column), extent) in of_sheet(&self.extents, from) {
            self.extents.insert(&Natural, (to, row, column), extent);
        }
        for ((_, row, column), ()) in of_sheet(&self.blocked, from) {
            self.blocked.insert(&Natural, (to, row, column), ());
        }
        let mut copies: Vec<RegionId> = numbers.into_values().collect();
        copies.sort_unstable();
        copies.iter().for_each(|id| self.register(*id, axes));
        copies
    }

    /// Removes all formulas of a sheet and forgets who reads it; those who do are to be given other facts.
    pub fn remove_sheet(&mut self, sheet: SheetId, axes: &dyn Axes) {
        let on_sheet = self.regions().filter(|(_, region)| region.sheet == sheet);
        for id in on_sheet.map(|(id, _)| id).collect::<Vec<_>>() {
            self.unregister(id, axes);
            self.regions.remove(&Natural, &id);
            self.ranks.remove(&Natural, &id);
            self.volatile.remove(&Natural, &id);
        }
        for (key, _) in of_sheet(&self.extents, sheet) {
            self.extents.remove(&Natural, &key);
        }
        for (key, ()) in of_sheet(&self.blocked, sheet) {
            self.blocked.remove(&Natural, &key);
        }
        self.sheets.remove(&Natural, &sheet);
    }

    /// Sets the ranks of regions that were added or bound anew.
    pub fn rank_each(&mut self, ids: &[RegionId], axes: &dyn Axes) {
        if ids.len() > RANKED_SINGLY {
            return self.rank_all(axes);
        }
        for id in ids {
            if let Some(rect) = self.region(*id).and_then(|region| self.rect(region, axes)) {
                self.rank_one(*id, &rect, axes);
            }
        }
    }
}

/// Up to so many regions get their ranks one by one.
const RANKED_SINGLY: usize = 1_000;

type BySheet<V> = Tree<(SheetId, u32, u32), V>;

fn of_sheet<V: Copy>(entries: &BySheet<V>, sheet: SheetId) -> Vec<((SheetId, u32, u32), V)> {
    let on_sheet = entries.from(&Natural, &(sheet, 0, 0));
    on_sheet
        .take_while(|((of, ..), _)| *of == sheet)
        .map(|(key, value)| (*key, *value))
        .collect()
}
