//! Ranks: who is read comes first, and regions on a circle are one group.

use std::collections::BTreeMap;

use petgraph::graph::DiGraph;
use proptest::prelude::*;
use proptest::test_runner::TestCaseResult;

use super::{SHEET, Sheet, cells_of, facts, reads, rects, template};
use crate::formula::TemplateAxis::{Absolute, Relative};
use crate::formula::ast::Shape;
use crate::graph::{Graph, Order, Read, Region, RegionId};
use crate::reference::{Anchor, Axis, Cell, Rect};

/// The regions that each region reads, itself included if it does.
fn precedents(graph: &Graph, sheet: &Sheet) -> BTreeMap<RegionId, Vec<RegionId>> {
    let read_by = |region: &Region| {
        let rect = graph.rect(region, sheet).unwrap();
        let areas = region
            .facts
            .reads
            .iter()
            .filter_map(|read| read.precedents(&rect, &sheet.rows, &sheet.columns));
        let mut ids: Vec<RegionId> = areas
            .flat_map(|area| cells_of(area).filter_map(|cell| graph.region_at(SHEET, cell, sheet)))
            .collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    };
    graph
        .regions()
        .map(|(id, region)| (id, read_by(region)))
        .collect()
}

/// The circles: sets of regions that all read each other, directly or not.
fn components(precedents: &BTreeMap<RegionId, Vec<RegionId>>) -> Vec<Vec<RegionId>> {
    let mut edges: DiGraph<RegionId, ()> = DiGraph::new();
    let nodes: BTreeMap<RegionId, _> = precedents
        .keys()
        .map(|id| (*id, edges.add_node(*id)))
        .collect();
    for (id, before) in precedents {
        before.iter().for_each(|other| {
            let _ = edges.add_edge(nodes[other], nodes[id], ());
        });
    }
    let components = petgraph::algo::kosaraju_scc(&edges);
    components
        .into_iter()
        .map(|nodes| nodes.into_iter().map(|node| edges[node]).collect())
        .collect()
}

/// Whether every cell of a region reads of its own region only cells before it, row by row.
fn reads_backwards(graph: &Graph, id: RegionId, sheet: &Sheet) -> bool {
    let region = graph.region(id).unwrap();
    let rect = graph.rect(region, sheet).unwrap();
    let owned = |cell: &Cell| graph.region_at(SHEET, *cell, sheet) == Some(id);
    cells_of(rect).filter(owned).all(|from| {
        cells_of(rect)
            .filter(owned)
            .filter(|to| *to >= from)
            .all(|to| {
                let reads = &region.facts.reads;
                !reads
                    .iter()
                    .any(|read| super::reads_cell(read, from, to, sheet))
            })
    })
}

/// All that ranks promise; groups may be larger than the circles unless `exact`.
fn check_ranks(graph: &Graph, sheet: &Sheet, exact: bool) -> TestCaseResult {
    let precedents = precedents(graph, sheet);
    let group = |id| match graph.rank(id).order {
        Order::Forward => None,
        Order::OnDemand(group) => Some(group),
    };
    for component in components(&precedents) {
        let first = component[0];
        if component.len() == 1 {
            if group(first).is_none() {
                prop_assert!(
                    reads_backwards(graph, first, sheet),
                    "{:?} goes forward",
                    first
                );
            } else if exact {
                prop_assert_eq!(group(first), Some(first));
            }
        } else {
            for id in &component {
                prop_assert!(group(*id).is_some(), "{:?} lies on a circle", id);
                prop_assert_eq!(graph.rank(*id), graph.rank(first));
            }
        }
        for id in &component {
            for before in precedents[id]
                .iter()
                .filter(|before| !component.contains(before))
            {
                let same_group = group(*id).is_some() && group(*id) == group(*before);
                prop_assert!(
                    !(exact && same_group),
                    "{:?} and {:?} are no circle",
                    before,
                    id
                );
                prop_assert!(
                    same_group || graph.rank(*before).height < graph.rank(*id).height,
                    "{:?} comes before {:?}: {:?} {:?}",
                    before,
                    id,
                    graph.rank(*before),
                    graph.rank(*id)
                );
            }
        }
    }
    Ok(())
}

#[derive(Debug, Clone)]
enum Step {
    Set(Rect, Vec<Read>),
    Again(prop::sample::Index, Rect),
    Clear(Rect),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let near = |len: i32| prop_oneof![3 => (-len..=len).prop_map(Relative), 1 => (0..len as u32).prop_map(|at| Absolute(Anchor(at)))];
    let near = (near(3), near(2)).prop_map(|(row, column)| Read {
        sheet: SHEET,
        shape: Shape::Cell { row, column },
    });
    let read = prop_oneof![4 => near, 1 => reads()];
    let step = prop_oneof![
        6 => (rects(), prop::collection::vec(read, 0..3)).prop_map(|(rect, reads)| Step::Set(rect, reads)),
        2 => (any::<prop::sample::Index>(), rects()).prop_map(|(which, rect)| Step::Again(which, rect)),
        1 => rects().prop_map(Step::Clear),
    ];
    prop::collection::vec(step, 1..20)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn ranks_mended_after_each_edit_keep_their_promises_and_ranks_made_anew_keep_them_exactly(steps in steps()) {
        let sheet = Sheet::new();
        let mut graph = Graph::default();
        let mut formulas = Vec::new();
        for step in steps {
            let (formula, rect) = match step {
                Step::Set(rect, reads) => {
                    formulas.push((template(formulas.len() as u32), facts(reads)));
                    (formulas.len() - 1, rect)
                }
                Step::Again(which, rect) if !formulas.is_empty() => (which.index(formulas.len()), rect),
                Step::Again(..) => continue,
                Step::Clear(rect) => {
                    graph.clear(SHEET, &rect, &sheet);
                    check_ranks(&graph, &sheet, false)?;
                    continue;
                }
            };
            let (template, facts) = &formulas[formula];
            let id = graph.set(template, facts, (SHEET, rect), &sheet);
            graph.rank_one(id, &rect, &sheet);
            check_ranks(&graph, &sheet, false)?;
            let mut anew = graph.clone();
            anew.rank_all(&sheet);
            check_ranks(&anew, &sheet, true)?;
        }
    }
}

/// Single formulas down a column, no two alike, each reading the one at this distance.
fn chain(length: u32, distance: i32) -> (Graph, Sheet) {
    let sheet = Sheet::of(1 << 20, 2);
    let read = Shape::Cell {
        row: Relative(distance),
        column: Relative(0),
    };
    let facts = facts(vec![Read {
        sheet: SHEET,
        shape: read,
    }]);
    let regions = (0..length).map(|row| {
        let anchor = sheet.rows.anchor(row);
        let column = sheet.columns.anchor(0);
        let region = Region {
            template: template(row),
            facts: facts.clone(),
            sheet: SHEET,
            rows: (anchor, anchor),
            columns: (column, column),
            owned: 1,
        };
        (region, Rect::cell(Cell::new(row, 0)))
    });
    (Graph::build(regions.collect(), Vec::new(), &sheet), sheet)
}

/// Runs on a thread whose stack is 512 KiB.
fn on_a_small_stack(work: impl FnOnce() + Send + 'static) {
    std::thread::Builder::new()
        .stack_size(512 << 10)
        .spawn(work)
        .unwrap()
        .join()
        .unwrap();
}

#[test]
fn a_long_chain_of_different_formulas_is_ranked_on_a_small_stack() {
    on_a_small_stack(|| {
        let length = 200_000;
        let (mut graph, sheet) = chain(length, -1);
        graph.rank_all(&sheet);
        for row in [0, 1, 77_777, length - 1] {
            let rank = graph.rank(RegionId(row));
            assert_eq!(rank.order, Order::Forward);
            assert!(row == 0 || graph.rank(RegionId(row - 1)).height < rank.height);
        }
    });
}

#[test]
fn a_long_chain_upwards_is_ranked_and_mended_on_a_small_stack() {
    on_a_small_stack(|| {
        let length = 20_000;
        let (mut graph, sheet) = chain(length, 1);
        graph.rank_all(&sheet);
        assert!(graph.rank(RegionId(0)).height > graph.rank(RegionId(length - 1)).height);
        // The last one reads the first now: all of them are one circle.
        let back = Shape::Cell {
            row: Absolute(Anchor(0)),
            column: Relative(0),
        };
        let last = Rect::cell(Cell::new(length - 1, 0));
        let id = graph.set(
            &template(length),
            &facts(vec![Read {
                sheet: SHEET,
                shape: back,
            }]),
            (SHEET, last),
            &sheet,
        );
        graph.rank_one(id, &last, &sheet);
        assert!(matches!(graph.rank(id).order, Order::OnDemand(_)));
        assert_eq!(graph.rank(id), graph.rank(RegionId(0)));
    });
}

#[test]
fn a_column_of_many_formulas_that_is_read_as_a_whole_needs_few_edges() {
    // Each of the readers reads all of a busy column; the column's formulas come before all of them.
    let length = 3_000;
    let (mut graph, sheet) = chain(length, -1);
    let whole = Read {
        sheet: SHEET,
        shape: Shape::Columns(Absolute(Anchor(0)), Absolute(Anchor(0))),
    };
    for row in 0..300 {
        graph.set(
            &template(length + row),
            &facts(vec![whole]),
            (SHEET, Rect::cell(Cell::new(row, 1))),
            &sheet,
        );
    }
    graph.rank_all(&sheet);
    for row in 0..300 {
        let reader = graph.region_at(SHEET, Cell::new(row, 1), &sheet).unwrap();
        assert!(graph.rank(reader).height > graph.rank(RegionId(length - 1)).height);
        assert_eq!(graph.rank(reader).order, Order::Forward);
    }
}
