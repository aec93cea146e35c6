//! Regions that read each other in a circle: their cells are computed as they ask for each other.
//!
//! A circle of regions is only a candidate. A cell that reads a cell still to be computed waits for it and is begun anew
//! afterwards, so live reads alone decide: a branch that is not taken is not read. Cells that wait for each other are
//! circular (see [`circles`](super::circles)).

use std::collections::BTreeMap;

use super::Changes;
use super::circles::Search;
use super::reader::{Demand, Record};
use super::schedule::Run;
use crate::graph::{Order, RegionId};
use crate::plan::Outcome;
use crate::reference::{Area, Cell, Rect, SheetId};

/// Computes the dirty cells of a group of regions, and all that depends on them within the group.
pub(super) fn compute(run: &mut Run<'_, '_>, work: Vec<(RegionId, Rect)>) {
    let Some(Order::OnDemand(group)) = work.first().map(|(id, _)| run.graph.rank(*id).order) else {
        return;
    };
    let (order, demand) = closure(run, group, work);
    let mut search = Search::new(&demand);
    for (sheet, cell) in order {
        if run.is_cancelled() {
            return;
        }
        if demand.pending.borrow().contains(sheet, cell) {
            search.run_from(run, sheet, cell);
        }
    }
    let members = search.into_changes().merged();
    let mut changes = Changes::default();
    for area in members {
        for (id, rect) in run.graph.dependents(&area, run.around.book) {
            if run.graph.rank(id).order != Order::OnDemand(group) {
                run.push(id, rect);
            }
        }
        changes.add_area(area);
    }
    run.outcome.changed.append(changes);
}

pub(super) enum Attempt {
    /// The result.
    Done(Outcome),
    /// The cell keeps what it has.
    Kept,
    /// The cells of this area first.
    Needs(Area),
}

/// Evaluates a cell, if all that it reads is there.
pub(super) fn attempt(
    run: &mut Run<'_, '_>,
    demand: &Demand,
    sheet: SheetId,
    cell: Cell,
) -> Attempt {
    let Some(id) = run.graph.region_at(sheet, cell, run.around.book) else {
        return Attempt::Kept;
    };
    let region = run
        .graph
        .region(id)
        .filter(|region| region.facts.unsupported.is_none());
    let Some(region) = region.filter(|_| !run.is_settled(sheet, cell)) else {
        return Attempt::Kept;
    };
    let template = region.template.clone();
    let bound = run.plans.bind(&template, sheet, run.around.book);
    demand.wanted.set(None);
    let reader = run.around.reader(run.grids, run.graph).demanding(demand);
    let record = Record::of(sheet, cell);
    let reader = if bound.facts.dynamic {
        reader.recording(&record)
    } else {
        reader
    };
    let result = run.around.evaluate(&bound, &reader, (sheet, cell));
    if let Some(area) = demand.wanted.take() {
        return Attempt::Needs(area);
    }
    run.count(sheet, cell);
    if bound.facts.dynamic {
        run.note_dynamic(id, cell, record);
    }
    Attempt::Done(result)
}

/// All cells of the group that are dirty or depend on dirty ones, in row-major order sheet by sheet.
fn closure(
    run: &Run<'_, '_>,
    group: RegionId,
    work: Vec<(RegionId, Rect)>,
) -> (Vec<(SheetId, Cell)>, Demand) {
    let mut demand = Demand::default();
    let mut rows: BTreeMap<(SheetId, u32), Vec<u32>> = BTreeMap::new();
    let mut queue = work;
    while let Some((id, rect)) = queue.pop() {
        if run.graph.rank(id).order != Order::OnDemand(group) {
            continue;
        }
        let Some(region) = run.graph.region(id) else {
            continue;
        };
        let sheet = region.sheet;
        let mut fresh = Vec::new();
        run.graph.visit_cells(id, &rect, run.around.book, |piece| {
            let spans = demand.pending.borrow_mut().add_rows(sheet, &piece);
            fresh.extend(spans.into_iter().map(|(top, bottom)| Rect {
                top,
                bottom,
                ..piece
            }));
        });
        for piece in fresh {
            for row in piece.top..=piece.bottom {
                rows.entry((sheet, row)).or_default().push(piece.left);
            }
            queue.extend(
                run.graph
                    .dependents(&Area::new(sheet, piece), run.around.book),
            );
            for formula in run.graph.array_anchors(sheet, &piece, run.around.book) {
                let extent = run.graph.extent(sheet, formula, run.around.book);
                if let (true, Some(extent)) = (piece.contains(formula), extent) {
                    let array = Area::new(sheet, extent.rect);
                    demand.arrays.push((array, formula));
                    queue.extend(run.graph.dependents(&array, run.around.book));
                }
            }
        }
    }
    let mut order = Vec::with_capacity(demand.pending.borrow().len() as usize);
    for ((sheet, row), mut columns) in rows {
        columns.sort_unstable();
        order.extend(
            columns
                .into_iter()
                .map(|column| (sheet, Cell::new(row, column))),
        );
    }
    (order, demand)
}
