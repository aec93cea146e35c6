//! Regions and who owns which cell, against a map of cells.

use std::collections::BTreeMap;
use std::sync::Arc;

use proptest::prelude::*;
use proptest::test_runner::TestCaseResult;

use super::{COLUMNS, ROWS, SHEET, Sheet, cells_of, facts, reads, reads_cell, rects, template};
use crate::formula::Template;
use crate::graph::{Facts, Graph, Owner, Read, Region};
use crate::reference::{Area, Axis, Cell, Rect};
use crate::storage::AnchorCounter;

#[derive(Debug, Clone)]
enum Step {
    Set(usize, Rect),
    Clear(Rect),
    InsertRows(u32, u32),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        6 => (0..3_usize, rects()).prop_map(|(formula, rect)| Step::Set(formula, rect)),
        3 => rects().prop_map(Step::Clear),
        1 => (0..ROWS, 1..3_u32).prop_map(|(at, count)| Step::InsertRows(at, count)),
    ];
    prop::collection::vec(step, 1..16)
}

/// Which formula stands in each cell.
type Cells = BTreeMap<Cell, usize>;
type Formulas = Vec<(Arc<Template>, Arc<Facts>)>;

fn whole() -> Rect {
    Rect::new(Cell::new(0, 0), Cell::new(ROWS - 1, COLUMNS - 1))
}

fn check_cells(graph: &Graph, cells: &Cells, formulas: &Formulas, sheet: &Sheet) -> TestCaseResult {
    for cell in cells_of(whole()) {
        let region = graph
            .region_at(SHEET, cell, sheet)
            .and_then(|id| graph.region(id));
        let formula = region.map(|region| {
            formulas
                .iter()
                .position(|(template, _)| Arc::ptr_eq(template, &region.template))
                .unwrap()
        });
        prop_assert_eq!(formula, cells.get(&cell).copied(), "{:?}", cell);
    }
    prop_assert_eq!(graph.formula_count(), cells.len() as u64);
    for (id, region) in graph.regions() {
        let rect = graph.rect(region, sheet).unwrap();
        let mut owned = 0;
        graph.visit_cells(id, &whole(), sheet, |piece| {
            assert!(rect.encloses(&piece), "{piece:?} lies outside {rect:?}");
            owned += piece.size();
        });
        prop_assert_eq!(owned, region.owned);
        prop_assert!(owned > 0);
    }
    Ok(())
}

/// The formulas that read a changed rectangle, found and in truth.
fn check_dependents(
    graph: &Graph,
    cells: &Cells,
    formulas: &Formulas,
    sheet: &Sheet,
    changed: Rect,
) -> TestCaseResult {
    let mut found = std::collections::BTreeSet::new();
    for (id, rect) in graph.dependents(&Area::new(SHEET, changed), sheet) {
        graph.visit_cells(id, &rect, sheet, |piece| found.extend(cells_of(piece)));
    }
    let reads_changed = |from: Cell, formula: usize| {
        let reads = &formulas[formula].1.reads;
        reads
            .iter()
            .any(|read| cells_of(changed).any(|to| reads_cell(read, from, to, sheet)))
    };
    let truth: std::collections::BTreeSet<Cell> = cells
        .iter()
        .filter(|(cell, formula)| reads_changed(**cell, **formula))
        .map(|(cell, _)| *cell)
        .collect();
    prop_assert_eq!(found, truth);
    Ok(())
}

fn formulas(reads: Vec<Read>) -> Formulas {
    let numbered = reads.chunks(2).enumerate();
    numbered
        .map(|(number, reads)| (template(number as u32), facts(reads.to_vec())))
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn regions_own_the_cells_that_a_map_gives_them(
        steps in steps(), reads in prop::collection::vec(reads(), 6), changed in rects()
    ) {
        let counter = AnchorCounter::rows();
        let formulas = formulas(reads);
        let (mut sheet, mut graph, mut cells) = (Sheet::new(), Graph::default(), Cells::new());
        for step in steps {
            match step {
                Step::Set(formula, rect) => {
                    let (template, facts) = &formulas[formula];
                    graph.set(template, facts, (SHEET, rect), &sheet);
                    cells.extend(cells_of(rect).map(|cell| (cell, formula)));
                }
                Step::Clear(rect) => {
                    graph.clear(SHEET, &rect, &sheet);
                    cells.retain(|cell, _| !rect.contains(*cell));
                }
                Step::InsertRows(at, count) => {
                    // What would be pushed off the grid is taken away first, as a workbook refuses to push it.
                    let pushed = Rect { top: ROWS - count, ..whole() };
                    graph.clear(SHEET, &pushed, &sheet);
                    cells.retain(|cell, _| !pushed.contains(*cell));
                    let after = sheet.with_rows(at, count, &counter);
                    graph.follow(SHEET, (&sheet, &after), &hashbrown::HashSet::new());
                    sheet = after;
                    cells = cells.into_iter().map(|(cell, formula)| {
                        let row = if cell.row >= at { cell.row + count } else { cell.row };
                        (Cell::new(row, cell.column), formula)
                    }).collect();
                }
            }
            check_cells(&graph, &cells, &formulas, &sheet)?;
            check_dependents(&graph, &cells, &formulas, &sheet, changed)?;
        }
        graph.clear(SHEET, &whole(), &sheet);
        prop_assert_eq!(graph.region_count(), 0);
        prop_assert!(graph.dependents(&Area::new(SHEET, whole()), &sheet).is_empty());
    }

    #[test]
    fn a_graph_built_at_once_is_the_one_made_step_by_step(
        rects in prop::collection::vec((0..3_usize, rects()), 1..8), reads in prop::collection::vec(reads(), 6), changed in rects()
    ) {
        let (sheet, formulas) = (Sheet::new(), formulas(reads));
        let mut disjoint: Vec<(usize, Rect)> = Vec::new();
        for (formula, rect) in rects {
            if disjoint.iter().all(|(_, other)| other.intersection(&rect).is_none()) {
                disjoint.push((formula, rect));
            }
        }
        let region = |(formula, rect): &(usize, Rect)| {
            let (template, facts) = formulas[*formula].clone();
            let anchors = |first, last, axis: &dyn Axis| (axis.anchor(first), axis.anchor(last));
            let rows = anchors(rect.top, rect.bottom, &sheet.rows);
            let columns = anchors(rect.left, rect.right, &sheet.columns);
            (Region { template, facts, sheet: SHEET, rows, columns, owned: rect.size() }, *rect)
        };
        let built = Graph::build(disjoint.iter().map(region).collect(), Vec::new(), &sheet);
        let mut made = Graph::default();
        let mut cells = Cells::new();
        for (formula, rect) in &disjoint {
            let (template, facts) = &formulas[*formula];
            made.set(template, facts, (SHEET, *rect), &sheet);
            cells.extend(cells_of(*rect).map(|cell| (cell, *formula)));
        }
        for mut graph in [built, made] {
            check_cells(&graph, &cells, &formulas, &sheet)?;
            check_dependents(&graph, &cells, &formulas, &sheet, changed)?;
            graph.clear(SHEET, &changed, &sheet);
            let left: Cells = cells.iter().filter(|(cell, _)| !changed.contains(**cell)).map(|(cell, formula)| (*cell, *formula)).collect();
            check_cells(&graph, &left, &formulas, &sheet)?;
        }
    }
}

#[test]
fn a_region_is_trimmed_where_it_loses_whole_rows() {
    let sheet = Sheet::new();
    let mut graph = Graph::default();
    let (formula, nothing) = (template(0), facts(Vec::new()));
    let rect = |top, left, bottom, right| Rect {
        top,
        left,
        bottom,
        right,
    };
    let id = graph.set(&formula, &nothing, (SHEET, rect(2, 1, 9, 2)), &sheet);
    let bounds = |graph: &Graph| graph.rect(graph.region(id).unwrap(), &sheet).unwrap();
    graph.clear(SHEET, &rect(0, 0, 3, 5), &sheet);
    assert_eq!(bounds(&graph), rect(4, 1, 9, 2));
    graph.clear(SHEET, &rect(5, 1, 5, 1), &sheet);
    assert_eq!(bounds(&graph), rect(4, 1, 9, 2));
    assert_eq!(graph.region(id).unwrap().owned, 11);
    assert_eq!(graph.owner(SHEET, Cell::new(5, 1), &sheet), None);
    assert_eq!(
        graph.owner(SHEET, Cell::new(5, 2), &sheet),
        Some(Owner::Formula(id))
    );
    graph.clear(SHEET, &rect(9, 0, 19, 5), &sheet);
    assert_eq!(bounds(&graph), rect(4, 1, 8, 2));
}

#[test]
fn a_formula_set_next_to_its_like_joins_its_region() {
    let sheet = Sheet::new();
    let mut graph = Graph::default();
    let (formula, other, nothing) = (template(0), template(1), facts(Vec::new()));
    let row = |row| (SHEET, Rect::cell(Cell::new(row, 0)));
    let first = graph.set(&formula, &nothing, row(3), &sheet);
    assert_eq!(graph.set(&formula, &nothing, row(4), &sheet), first);
    assert_eq!(graph.set(&formula, &nothing, row(2), &sheet), first);
    assert_ne!(graph.set(&other, &nothing, row(5), &sheet), first);
    assert_ne!(graph.set(&formula, &nothing, row(6), &sheet), first);
    assert_eq!(graph.region(first).unwrap().owned, 3);
}
