//! The heap by rank: what is dirty, in the order in which it is computed.

use std::cell::Cell as Slot;
use std::collections::{BTreeMap, BTreeSet};

use hashbrown::HashMap;

use super::evaluate::Surroundings;
use super::reader::Record;
use super::{Book, Bound, Changes, Grids, Plans, on_demand, spill};
use crate::environment::Tick;
use crate::formula::Mode;
use crate::functions::{Cells, Context};
use crate::graph::{Graph, Order, Owner, RegionId};
use crate::plan;
use crate::reference::{Area, Cell, Rect, SheetId};
use crate::value::{Conventions, SumMode, Value};

/// How often a formula with OFFSET or INDIRECT is computed again because what it read has changed since.
const DYNAMIC_ROUNDS: usize = 100;

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
    dynamic: Vec<DynamicReads>,
    /// The cells on circles.
    pub(super) circular: BTreeSet<(SheetId, Cell)>,
    /// Those of them that are not computed again.
    pub(super) settled: BTreeSet<(SheetId, Cell)>,
    /// Whether every formula that is not computed yet waits in the heap.
    all_queued: bool,
    progress: &'a mut dyn FnMut(u64),
}

/// The cells that one evaluation read.
struct DynamicReads {
    region: RegionId,
    cell: Cell,
    areas: Vec<Area>,
    /// How many changes had happened when it read.
    after: usize,
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

    fn drain(&mut self) {
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

    /// Computes the dirty cells of one region in row-major order, and what they make dirty in the region itself.
    fn compute_region(&mut self, id: RegionId, work: &[(RegionId, Rect)]) {
        let Some(region) = self.graph.region(id) else {
            return;
        };
        if region.facts.unsupported.is_some() {
            return;
        }
        let (sheet, facts, template) =
            (region.sheet, region.facts.clone(), region.template.clone());
        let bound = self.plans.bind(&template, sheet, self.around.book);
        let Some(bounds) = self.graph.rect(region, self.around.book) else {
            return;
        };
        let Some((rows, columns)) = self.around.book.axes(sheet) else {
            return;
        };
        let own: Vec<_> = facts
            .reads
            .iter()
            .filter(|read| read.sheet == sheet)
            .collect();
        let reads_itself = own.iter().any(|read| {
            read.precedents(&bounds, rows, columns)
                .is_some_and(|area| area.intersection(&bounds).is_some())
        });
        let mut changes = Changes::default();
        let mut todo = RowSpans::default();
        if reads_itself {
            // What a cell dirties in its own region lies in later rows or further right in its own row: rows in order
            // are enough.
            let mut across: Option<Rect> = None;
            for (_, rect) in work {
                todo.add((rect.top, rect.bottom));
                across = Some(across.map_or(*rect, |hull| hull.hull(rect)));
            }
            let Some(mut across) = across else { return };
            while let Some(row) = todo.pop_first() {
                let mut column = across.left;
                while column <= across.right {
                    let cell = Cell::new(row, column);
                    if self.graph.region_at(sheet, cell, self.around.book) == Some(id)
                        && self.compute_cell(id, &bound, (sheet, cell))
                    {
                        changes.add(sheet, cell);
                        for read in &own {
                            if let Some(rect) =
                                read.dependents(&Rect::cell(cell), &bounds, rows, columns)
                            {
                                across = across.hull(&rect);
                                todo.add((rect.top.max(row + 1), rect.bottom));
                            }
                        }
                    }
                    column += 1;
                }
            }
        } else {
            for span in self.spans_of(id, work) {
                for row in span.top..=span.bottom {
                    let cell = Cell::new(row, span.left);
                    if self.compute_cell(id, &bound, (sheet, cell)) {
                        changes.add(sheet, cell);
                    }
                }
            }
        }
        self.publish(changes, Some(id));
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

    /// The cells of the region in these rectangles, as rows of single columns, each once.
    fn spans_of(&self, id: RegionId, work: &[(RegionId, Rect)]) -> Vec<Rect> {
        let mut spans = Changes::default();
        let Some(region) = self.graph.region(id) else {
            return Vec::new();
        };
        for (_, rect) in work {
            self.graph.visit_cells(id, rect, self.around.book, |piece| {
                spans.add_area(Area::new(region.sheet, piece))
            });
        }
        spans.merged().into_iter().map(|area| area.rect).collect()
    }

    /// Evaluates a cell of a region and stores the result; tells whether the cell itself changed.
    fn compute_cell(
        &mut self,
        id: RegionId,
        bound: &Bound,
        (sheet, cell): (SheetId, Cell),
    ) -> bool {
        if self.is_settled(sheet, cell) {
            return false;
        }
        let record = Record::of(sheet, cell);
        let reader = self.around.reader(self.grids, self.graph);
        let reader = if bound.facts.dynamic {
            reader.recording(&record)
        } else {
            reader
        };
        let mut result = self.around.evaluate(bound, &reader, (sheet, cell));
        self.count(sheet, cell);
        if bound.facts.dynamic {
            if record.itself.get() {
                self.circular.insert((sheet, cell));
                result = plan::Outcome::Value(Value::Number(0.0));
            }
            self.note_dynamic(id, cell, record);
        }
        self.store(sheet, cell, result)
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

    /// Stores what a formula gave; an array goes into the cells of its extent.
    pub(super) fn store(&mut self, sheet: SheetId, cell: Cell, result: plan::Outcome) -> bool {
        match result {
            plan::Outcome::Value(value) => spill::store_value(self, sheet, cell, value),
            plan::Outcome::Array(array) => spill::store(self, sheet, cell, &array),
        }
    }

    /// Computes formulas again that read, by OFFSET or INDIRECT, cells that changed after they were read.
    fn settle_dynamic(&mut self) {
        for round in 0..=DYNAMIC_ROUNDS {
            let stale = self.stale_dynamic();
            if stale.is_empty() {
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
    fn stale_dynamic(&self) -> BTreeSet<(RegionId, Cell)> {
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
    fn break_circle(&mut self, region: RegionId, cell: Cell) {
        let Some(sheet) = self.graph.region(region).map(|region| region.sheet) else {
            return;
        };
        self.circular.insert((sheet, cell));
        self.settled.insert((sheet, cell));
        let mut changes = Changes::default();
        if self.store(sheet, cell, plan::Outcome::Value(Value::Number(0.0))) {
            changes.add(sheet, cell);
        }
        self.publish(changes, None);
    }
}

/// Rows still to be computed, as disjoint spans.
#[derive(Default)]
struct RowSpans(BTreeMap<u32, u32>);

impl RowSpans {
    fn add(&mut self, (mut first, mut last): (u32, u32)) {
        if first > last {
            return;
        }
        if let Some((start, end)) = self
            .0
            .range(..=first)
            .next_back()
            .map(|(start, end)| (*start, *end))
            && end.saturating_add(1) >= first
        {
            if end >= last {
                return;
            }
            self.0.remove(&start);
            first = start;
        }
        while let Some((start, end)) = self
            .0
            .range(first..)
            .next()
            .map(|(start, end)| (*start, *end))
        {
            if start > last.saturating_add(1) {
                break;
            }
            self.0.remove(&start);
            last = last.max(end);
        }
        self.0.insert(first, last);
    }

    fn pop_first(&mut self) -> Option<u32> {
        let (first, last) = self.0.pop_first()?;
        if first < last {
            self.0.insert(first + 1, last);
        }
        Some(first)
    }
}
