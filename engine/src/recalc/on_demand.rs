//! Regions that read each other in a circle: their cells are computed as they ask for each other.
//!
//! A circle of regions is only a candidate. A cell that reads a cell still to be computed is put back on the stack
//! below the cell it needs and begun anew afterwards, so live reads alone decide: a branch that is not taken is not
//! read. A cell that is met again while it waits is circular, and so is every cell waiting above it; they show 0.

use std::collections::BTreeMap;

use super::Changes;
use super::pending::CellSet;
use super::reader::{Demand, Record};
use super::schedule::Run;
use crate::graph::{Order, RegionId};
use crate::plan::Outcome;
use crate::reference::{Area, Cell, Rect, SheetId};
use crate::value::Value;

/// Computes the dirty cells of a group of regions, and all that depends on them within the group.
pub(super) fn compute(run: &mut Run<'_>, work: Vec<(RegionId, Rect)>) {
    let Some(Order::OnDemand(group)) = work.first().map(|(id, _)| run.graph.rank(*id).order) else {
        return;
    };
    let (order, demand) = closure(run, group, work);
    let mut changes = Changes::default();
    let mut waiting = CellSet::default();
    for start in order {
        let mut stack = vec![start];
        while let Some((sheet, cell)) = stack.pop() {
            if !demand.pending.borrow().contains(sheet, cell) {
                continue;
            }
            match attempt(run, &demand, sheet, cell) {
                Attempt::Done(result) => {
                    demand.pending.borrow_mut().remove(sheet, cell);
                    waiting.remove(sheet, cell);
                    if run.store(sheet, cell, result) {
                        changes.add(sheet, cell);
                    }
                }
                Attempt::Kept => {
                    demand.pending.borrow_mut().remove(sheet, cell);
                }
                Attempt::Needs(cells) => {
                    waiting.add_rows(sheet, &Rect::cell(cell));
                    stack.push((sheet, cell));
                    match cells
                        .iter()
                        .find(|(sheet, cell)| waiting.contains(*sheet, *cell))
                    {
                        Some(met) => close_circle(
                            run,
                            &demand,
                            (&mut stack, &mut waiting),
                            *met,
                            &mut changes,
                        ),
                        None => stack.extend(cells.into_iter().rev()),
                    }
                }
            }
        }
    }
    let members = changes.merged();
    for area in members {
        for (id, rect) in run.graph.dependents(&area, run.around.book) {
            if run.graph.rank(id).order != Order::OnDemand(group) {
                run.push(id, rect);
            }
        }
        run.outcome.changed.add_area(area);
    }
}

enum Attempt {
    /// The result.
    Done(Outcome),
    /// The cell keeps what it has.
    Kept,
    /// These cells first.
    Needs(Vec<(SheetId, Cell)>),
}

fn attempt(run: &mut Run<'_>, demand: &Demand, sheet: SheetId, cell: Cell) -> Attempt {
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
    demand.interrupted.set(false);
    let reader = run.around.reader(run.grids, run.graph).demanding(demand);
    let record = Record::of(sheet, cell);
    let reader = if bound.facts.dynamic {
        reader.recording(&record)
    } else {
        reader
    };
    let result = run.around.evaluate(&bound, &reader, (sheet, cell));
    if demand.interrupted.replace(false) {
        return Attempt::Needs(std::mem::take(&mut *demand.wanted.borrow_mut()));
    }
    run.count(sheet, cell);
    if bound.facts.dynamic {
        run.note_dynamic(id, cell, record);
    }
    Attempt::Done(result)
}

/// Every waiting cell from `met` to the top of the stack lies on the circle: it is 0, and done.
fn close_circle(
    run: &mut Run<'_>,
    demand: &Demand,
    (stack, waiting): (&mut Vec<(SheetId, Cell)>, &mut CellSet),
    met: (SheetId, Cell),
    changes: &mut Changes,
) {
    // A cell may have been asked for before it was begun: it waits where it stands last.
    let from = stack.iter().rposition(|place| *place == met).unwrap_or(0);
    for (sheet, cell) in stack.split_off(from) {
        // Cells that were asked for but not begun wait for their turn.
        if !waiting.remove(sheet, cell) {
            stack.push((sheet, cell));
            continue;
        }
        demand.pending.borrow_mut().remove(sheet, cell);
        run.circular.insert((sheet, cell));
        if run
            .graph
            .extent(sheet, cell, run.around.book)
            .is_some_and(|extent| !extent.fixed)
        {
            // Without its spill the array might be computed, with it not: it stays 0.
            run.settled.insert((sheet, cell));
        }
        if run.store(sheet, cell, Outcome::Value(Value::Number(0.0))) {
            changes.add(sheet, cell);
        }
    }
}

/// All cells of the group that are dirty or depend on dirty ones, in row-major order sheet by sheet.
fn closure(
    run: &Run<'_>,
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
