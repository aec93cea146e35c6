//! The heap by rank: what is dirty, in the order in which it is computed.

use std::cell::Cell as Slot;
use std::collections::{BTreeMap, BTreeSet};

use super::dynamic::DynamicReads;
use super::evaluate::Surroundings;
use super::{Book, Changes, Grids, Plans, on_demand};
use crate::environment::Tick;
use crate::formula::Mode;
use crate::functions::{Cells, Context};
use crate::graph::{Graph, Order, Owner, RegionId};
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
    /// Cells whose formulas are new or bound anew.
    pub dirty: Vec<Area>,
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
        circular: BTreeSet::new(),
        settled: BTreeSet::new(),
        progress,
    };
    run.seed(&seeds);
    run.drain();
    run.settle_dynamic();
    run.outcome.circular = run.circular.into_iter().collect();
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
    /// The cells on circles.
    pub(super) circular: BTreeSet<(SheetId, Cell)>,
    /// Those of them that are not computed again.
    pub(super) settled: BTreeSet<(SheetId, Cell)>,
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
            for (sheet, cell) in self.graph.blocked(self.around.book) {
                self.push_formulas(&Area::new(sheet, Rect::cell(cell)));
            }
            seeds.dirty.iter().for_each(|area| self.push_formulas(area));
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

    /// Makes the formulas that stand in `area` dirty.
    fn push_formulas(&mut self, area: &Area) {
        let mut pieces = Vec::new();
        self.graph
            .visit_owners(area.sheet, &area.rect, self.around.book, |piece, owner| {
                if let Owner::Formula(id) = owner {
                    pieces.push((id, piece));
                }
            });
        pieces
            .into_iter()
            .for_each(|(id, piece)| self.push(id, piece));
    }

    /// Makes the cells of `rect` that belong to the region dirty.
    pub(super) fn push(&mut self, id: RegionId, rect: Rect) {
        self.heap.entry(self.turn(id)).or_default().push((id, rect));
    }

    /// When a region is computed: its height, and the first region of its group, which is computed as a whole.
    fn turn(&self, id: RegionId) -> (u32, RegionId) {
        let rank = self.graph.rank(id);
        match rank.order {
            Order::Forward => (rank.height, id),
            Order::OnDemand(group) => (rank.height, group),
        }
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
        while let Some((turn, mut work)) = self.heap.pop_first() {
            // An array that has spilled anew gives other ranks: what has another turn now waits for that.
            let later: Vec<(RegionId, Rect)> = work
                .extract_if(.., |(id, _)| self.turn(*id) != turn)
                .collect();
            later.into_iter().for_each(|(id, rect)| self.push(id, rect));
            let Some((id, _)) = work.first().copied() else {
                continue;
            };
            match self.graph.rank(id).order {
                Order::Forward => self.compute_region(id, &work),
                Order::OnDemand(_) => on_demand::compute(self, work),
            }
        }
        self.all_queued = false;
    }

    /// Notes what changed and makes its readers dirty, but for those of `own`, which saw it already.
    pub(super) fn publish(&mut self, changes: Changes, own: Option<RegionId>) {
        // When every formula waits in the heap, what reads a region is among them; only cells that a spill reaches
        // have readers that may be done already, and so may those have that read them.
        self.all_queued &= own.is_some() || changes.is_empty();
        if !self.all_queued {
            for area in changes.areas() {
                self.push_dependents(area, own);
            }
        }
        self.outcome.changed.append(changes);
    }

    pub(super) fn count(&mut self, sheet: SheetId, cell: Cell) {
        self.outcome.recomputed += 1;
        self.outcome.evaluated.add(sheet, cell);
        if !self.circular.is_empty() {
            self.circular.remove(&(sheet, cell));
        }
        if self.outcome.recomputed.is_multiple_of(1 << 14) {
            (self.progress)(self.outcome.recomputed);
        }
    }
}
