//! The heap by rank: what is dirty, in the order in which it is computed.

use std::cell::Cell as Slot;
use std::collections::BTreeMap;

use super::dynamic::DynamicReads;
use super::evaluate::Surroundings;
use super::{Book, Changes, Grids, Plans, on_demand};
use crate::environment::Tick;
use crate::formula::Mode;
use crate::functions::{Cells, Context};
use crate::graph::{Graph, Order, RegionId};
use crate::reference::{Area, Cell, Rect, SheetId};
use crate::value::{Conventions, SumMode};

/// What a recalculation depends on beside cells, graph and workbook.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// Clock and seed.
    pub tick: Tick,
    /// How texts and dates are read.
    pub conventions: Conventions,
    /// How sums are added.
    pub sum_mode: SumMode,
}

impl Settings {
    /// The surroundings of the evaluation of the formula in one cell.
    pub fn context<'a>(
        &'a self,
        cells: &'a dyn Cells,
        place: (SheetId, Cell),
        mode: Mode,
    ) -> Context<'a> {
        Context {
            cells,
            sheet: place.0,
            cell: place.1,
            tick: self.tick,
            conventions: &self.conventions,
            sum_mode: self.sum_mode,
            mode,
            draws: Slot::new(0),
        }
    }
}

/// What makes a recalculation necessary.
#[derive(Debug, Clone, Default)]
pub struct Seeds {
    /// Cells whose values were edited.
    pub changed: Changes,
    /// Formulas that are new or bound anew, and the cells in which.
    pub dirty: Vec<(RegionId, Rect)>,
    /// Whether every formula is to be computed.
    pub all: bool,
}

impl Seeds {
    /// Whether there is nothing to do but the volatile formulas.
    pub fn is_empty(&self) -> bool {
        self.changed.is_empty() && self.dirty.is_empty() && !self.all
    }
}

/// What a recalculation did.
#[derive(Debug, Clone, Default)]
pub struct Outcome {
    /// Number of evaluations.
    pub recomputed: u64,
    /// The cells that were evaluated.
    pub evaluated: Changes,
    /// The cells whose values are others than before.
    pub changed: Changes,
    /// The cells that lie on a circle of live reads; they show 0.
    pub circular: Vec<(SheetId, Cell)>,
}

/// Computes what is dirty and all that it changes.
///
/// `progress` is called now and then with the number of cells computed so far.
pub fn recalculate(
    grids: &mut Grids,
    graph: &mut Graph,
    plans: &mut Plans,
    around: (&dyn Book, &Settings),
    seeds: Seeds,
    progress: &mut dyn FnMut(u64),
) -> Outcome {
    let around = Surroundings {
        book: around.0,
        settings: around.1,
    };
    let mut run = Run {
        grids,
        graph,
        plans,
        around,
        heap: BTreeMap::new(),
        outcome: Outcome::default(),
        dynamic: Vec::new(),
        all_queued: false,
        progress,
    };
    run.seed(&seeds);
    run.drain();
    run.settle_dynamic();
    run.outcome.circular.sort_unstable();
    run.outcome.circular.dedup();
    run.outcome
}

/// One recalculation under way.
pub(super) struct Run<'a> {
    pub(super) grids: &'a mut Grids,
    pub(super) graph: &'a mut Graph,
    pub(super) plans: &'a mut Plans,
    pub(super) around: Surroundings<'a>,
    /// Dirty rectangles by rank and by the region, or the first of the group of regions, that they belong to.
    heap: BTreeMap<(u32, RegionId), Vec<(RegionId, Rect)>>,
    pub(super) outcome: Outcome,
    /// What formulas read that name their cells only when they run.
    pub(super) dynamic: Vec<DynamicReads>,
    /// Whether every formula that is not computed yet waits in the heap.
    pub(super) all_queued: bool,
    progress: &'a mut dyn FnMut(u64),
}

impl Run<'_> {
    fn seed(&mut self, seeds: &Seeds) {
        if seeds.all {
            self.all_queued = true;
            let all: Vec<RegionId> = self.graph.regions().map(|(id, _)| id).collect();
            all.into_iter().for_each(|id| self.push_whole(id));
        } else {
            let volatile: Vec<RegionId> = self.graph.volatile().collect();
            volatile.into_iter().for_each(|id| self.push_whole(id));
            let blocked: Vec<RegionId> = self.graph.blocked().collect();
            blocked.into_iter().for_each(|id| self.push_whole(id));
            seeds
                .dirty
                .iter()
                .for_each(|(id, rect)| self.push(*id, *rect));
            for area in seeds.changed.areas() {
                self.push_dependents(area, None);
            }
        }
    }

    fn push_whole(&mut self, id: RegionId) {
        let rect = self
            .graph
            .region(id)
            .and_then(|region| self.graph.rect(region, self.around.book));
        if let Some(rect) = rect {
            self.push(id, rect);
        }
    }

    /// Makes the cells of `rect` that belong to the region dirty.
    pub(super) fn push(&mut self, id: RegionId, rect: Rect) {
        let rank = self.graph.rank(id);
        let leader = match rank.order {
            Order::Forward => id,
            Order::OnDemand(group) => group,
        };
        self.heap
            .entry((rank.height, leader))
            .or_default()
            .push((id, rect));
    }

    /// Makes dirty what reads `area`, but for the region `own`.
    pub(super) fn push_dependents(&mut self, area: &Area, own: Option<RegionId>) {
        for (id, rect) in self.graph.dependents(area, self.around.book) {
            if Some(id) != own {
                self.push(id, rect);
            }
        }
    }

    pub(super) fn drain(&mut self) {
        while let Some(((_, leader), work)) = self.heap.pop_first() {
            match self.graph.rank(leader).order {
                Order::Forward => self.compute_region(leader, &work),
                Order::OnDemand(_) => on_demand::compute(self, work),
            }
        }
        self.all_queued = false;
    }

    /// Notes what changed and makes its readers dirty, but for those of `own`, which saw it already.
    pub(super) fn publish(&mut self, changes: Changes, own: Option<RegionId>) {
        // When every formula waits in the heap, what reads a region is among them; only cells that a spill reaches
        // have readers that may be done already.
        if !(self.all_queued && own.is_some()) {
            for area in changes.areas() {
                self.push_dependents(area, own);
            }
        }
        self.outcome.changed.append(changes);
    }

    pub(super) fn count(&mut self, sheet: SheetId, cell: Cell) {
        self.outcome.recomputed += 1;
        self.outcome.evaluated.add(sheet, cell);
        if self.outcome.recomputed.is_multiple_of(1 << 14) {
            (self.progress)(self.outcome.recomputed);
        }
    }
}
