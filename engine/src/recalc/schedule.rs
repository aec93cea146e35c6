//! The heap by rank: what is dirty, in the order in which it is computed.

use std::cell::Cell as Slot;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use smallvec::SmallVec;

use super::dynamic::DynamicReads;
use super::evaluate::Surroundings;
use super::tile_batch::{Member, Way};
use super::{Book, Changes, Effort, Failures, Grids, Plans, on_demand};
use crate::environment::Tick;
use crate::error::Result;
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
    /// The cells whose values were edited before it.
    pub edited: Changes,
    /// Bytes of the chunks that others took the place of, and of those others, about.
    pub displaced: (u64, u64),
    /// The cells that lie on a circle of live reads; they show 0.
    pub circular: Vec<(SheetId, Cell)>,
    /// The error texts of functions of the user, by the cells whose formulas called them.
    pub failures: Vec<((SheetId, Cell), Arc<str>)>,
}

/// Computes what is dirty and all that it changes.
///
/// # Errors
///
/// [`ErrorKind::Cancelled`](crate::ErrorKind::Cancelled) if the work was broken off; grids and graph are then to be
/// dropped.
pub fn recalculate(
    grids: &mut Grids,
    graph: &mut Graph,
    plans: &mut Plans,
    around: (&dyn Book, &Settings),
    (seeds, effort): (Seeds, &mut Effort<'_>),
) -> Result<Outcome> {
    let failures = Failures::default();
    let around = Surroundings {
        book: around.0,
        settings: around.1,
        failures: &failures,
    };
    let mut run = Run {
        grids,
        graph,
        plans,
        around,
        effort,
        heap: BTreeMap::new(),
        outcome: Outcome::default(),
        dynamic: Vec::new(),
        all_queued: false,
        circular: BTreeSet::new(),
        settled: BTreeSet::new(),
        told: 0,
    };
    match run.kept_cone(&seeds) {
        Some(cone) => run.follow(&cone),
        None => {
            run.seed(&seeds);
            run.drain();
            run.settle_dynamic();
        }
    }
    if run.is_cancelled() {
        return Err(Effort::cancelled());
    }
    let mut outcome = run.outcome;
    outcome.edited = seeds.changed;
    outcome.circular = run.circular.into_iter().collect();
    outcome.failures = failures.into_texts();
    Ok(outcome)
}

/// When regions are computed: their height, and the region or the first one of its group.
type Turn = (u32, RegionId);

/// Dirty rectangles of one turn, with the regions that they belong to; most often one.
pub(super) type Work = SmallVec<[(RegionId, Rect); 1]>;

/// Evaluations after which progress is told.
const TELL_EACH: u64 = 1 << 14;

/// One recalculation under way.
pub(super) struct Run<'a, 'e> {
    pub(super) grids: &'a mut Grids,
    pub(super) graph: &'a mut Graph,
    pub(super) plans: &'a mut Plans,
    pub(super) around: Surroundings<'a>,
    pub(super) effort: &'a mut Effort<'e>,
    /// Dirty rectangles by rank and by the region, or the first of the group of regions, that they belong to.
    heap: BTreeMap<Turn, Work>,
    pub(super) outcome: Outcome,
    /// What formulas read that name their cells only when they run.
    pub(super) dynamic: Vec<DynamicReads>,
    /// The cells on circles.
    pub(super) circular: BTreeSet<(SheetId, Cell)>,
    /// Those of them that are not computed again.
    pub(super) settled: BTreeSet<(SheetId, Cell)>,
    /// Whether every formula that is not computed yet waits in the heap.
    pub(super) all_queued: bool,
    /// The number of evaluations at which progress was told last.
    told: u64,
}

impl Run<'_, '_> {
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
    fn turn(&self, id: RegionId) -> Turn {
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
        while !self.is_cancelled()
            && let Some((turn, work)) = self.pop()
        {
            match self.graph.rank(work[0].0).order {
                Order::Forward => self.compute_forward(turn, work),
                Order::OnDemand(_) => on_demand::compute(self, work.into_vec()),
            }
        }
        self.all_queued = false;
    }

    /// What comes next, and whose turn it is.
    fn pop(&mut self) -> Option<(Turn, Work)> {
        while let Some((turn, mut work)) = self.heap.pop_first() {
            // An array that has spilled anew gives other ranks: what has another turn now waits for that.
            work.retain(|(id, rect)| {
                let is_now = self.turn(*id) == turn;
                if !is_now {
                    self.push(*id, *rect);
                }
                is_now
            });
            if !work.is_empty() {
                return Some((turn, work));
            }
        }
        None
    }

    /// Computes a region that has an order of its own, and with it those of the same height that go by tiles too.
    fn compute_forward(&mut self, turn: Turn, work: Work) {
        let Some(member) = self.member(turn.1, work) else {
            return;
        };
        match self.way(&member) {
            Way::ByCell => self.compute_region(&member),
            Way::ColumnByColumn => self.compute_columns(&member),
            Way::Chain(chain) => self.compute_chain(&member, &chain),
            Way::Tiles => {
                let mut members = vec![member];
                while let Some(next) = self.next_by_tiles(turn.0) {
                    members.push(next);
                }
                self.compute_tiles(&members);
            }
        }
    }

    /// Takes the next region from the heap if it is of this height and goes by tiles.
    fn next_by_tiles(&mut self, height: u32) -> Option<Member> {
        let next = *self.heap.first_key_value()?.0;
        if next.0 != height || self.turn(next.1) != next {
            return None;
        }
        if self.graph.rank(next.1).order != Order::Forward {
            return None;
        }
        let work = self.heap.remove(&next)?;
        let member = self.member(next.1, work.clone());
        if let Some(member) = member
            && matches!(self.way(&member), Way::Tiles)
        {
            return Some(member);
        }
        self.heap.insert(next, work);
        None
    }

    /// Whether the work is to be broken off.
    pub(super) fn is_cancelled(&self) -> bool {
        self.effort.is_cancelled()
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
        self.tell();
    }

    /// Counts the evaluation of consecutive cells of a column.
    pub(super) fn count_area(&mut self, area: &Area) {
        self.outcome.recomputed += area.rect.size();
        self.outcome.evaluated.add_area(*area);
        if !self.circular.is_empty() {
            self.circular
                .retain(|(sheet, cell)| *sheet != area.sheet || !area.rect.contains(*cell));
        }
        self.tell();
    }

    fn tell(&mut self) {
        if self.outcome.recomputed - self.told >= TELL_EACH {
            self.told = self.outcome.recomputed;
            self.effort.tell(self.told);
        }
    }
}
