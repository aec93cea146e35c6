//! What a region reads and what a change reaches, against looking at each cell.

use proptest::prelude::*;

use super::{COLUMNS, ROWS, SHEET, Sheet, cells_of, reads, reads_cell, rects};
use crate::formula::TemplateAxis::{Absolute, Last, Relative};
use crate::formula::ast::Shape;
use crate::graph::Read;
use crate::reference::{Anchor, Cell, Rect};

fn hull(cells: impl Iterator<Item = Cell>) -> Option<Rect> {
    cells.map(Rect::cell).reduce(|hull, cell| hull.hull(&cell))
}

fn whole() -> Rect {
    Rect::new(Cell::new(0, 0), Cell::new(ROWS - 1, COLUMNS - 1))
}

#[track_caller]
fn check(
    shape: Shape<crate::formula::TemplateAxis>,
    region: Rect,
    changed: Rect,
    expected: Option<Rect>,
) {
    let read = Read {
        sheet: SHEET,
        shape,
    };
    let sheet = Sheet::new();
    let found = read.dependents(&changed, &region, &sheet.rows, &sheet.columns);
    assert_eq!(found, expected);
}

#[test]
fn a_change_reaches_the_rows_of_a_running_sum_from_its_own_on() {
    let column = |column, top, bottom| Rect::new(Cell::new(top, column), Cell::new(bottom, column));
    let running = Shape::Range {
        rows: (Absolute(Anchor(0)), Relative(0)),
        columns: (Relative(-1), Relative(-1)),
    };
    check(
        running,
        column(1, 0, 9),
        column(0, 4, 4),
        Some(column(1, 4, 9)),
    );
    check(running, column(1, 0, 9), column(2, 4, 4), None);
    let rest = Shape::Range {
        rows: (Relative(0), Last),
        columns: (Relative(-1), Relative(-1)),
    };
    check(
        rest,
        column(1, 0, 9),
        column(0, 4, 4),
        Some(column(1, 0, 4)),
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn precedents_are_the_hull_of_what_the_cells_read(read in reads(), region in rects()) {
        let sheet = Sheet::new();
        let read_by_any = cells_of(whole())
            .filter(|to| cells_of(region).any(|from| reads_cell(&read, from, *to, &sheet)));
        let found = read.precedents(&region, &sheet.rows, &sheet.columns);
        prop_assert_eq!(found, hull(read_by_any));
    }

    #[test]
    fn dependents_are_exactly_the_cells_that_read_a_changed_one(read in reads(), region in rects(), changed in rects()) {
        let sheet = Sheet::new();
        let readers: Vec<Cell> = cells_of(region)
            .filter(|from| cells_of(changed).any(|to| reads_cell(&read, *from, to, &sheet)))
            .collect();
        let found = read.dependents(&changed, &region, &sheet.rows, &sheet.columns);
        prop_assert_eq!(found, hull(readers.iter().copied()));
        prop_assert_eq!(found.map_or(0, |rect| rect.size()), readers.len() as u64);
    }
}
