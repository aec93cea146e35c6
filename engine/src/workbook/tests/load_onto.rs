//! Workbooks loaded as later states of a snapshot: rows and columns are the same ones where it says so, whatever was
//! inserted and deleted before the snapshot was taken.

use super::{enter, one_sheet};
use crate::reference::{Cell, Dimension, SheetId};
use crate::value::ValueRef;
use crate::workbook::{Loader, Snapshot, Visibility, Workbook};

const SHEET: SheetId = SheetId(0);

/// A snapshot with rows and a column inserted and deleted before it: 1 to 4 down column B.
fn worn() -> Snapshot {
    let book = one_sheet();
    enter(&book, &[("A1", "1"), ("A2", "9"), ("A3", "3"), ("A4", "4")]);
    book.edit(|tx| {
        tx.delete_rows(SHEET, 1, 1)?;
        tx.insert_rows(SHEET, 1, 1)?;
        tx.insert_columns(SHEET, 0, 1)?;
        tx.set("S!B2", 2.0)
    })
    .unwrap();
    book.snapshot()
}

fn loaded(earlier: &Snapshot, rows: &[(u32, u32, u32)], numbers: &[f64]) -> Workbook {
    let mut loader = Loader::onto(earlier);
    loader.keep_sheet(SHEET, "S", Visibility::Visible).unwrap();
    loader.arrange(SHEET, Dimension::Rows, rows).unwrap();
    for (row, number) in (0..).zip(numbers) {
        let cell = Cell::new(row, 1);
        loader
            .value(SHEET, cell, ValueRef::Number(*number))
            .unwrap();
    }
    loader.finish(Default::default()).unwrap()
}

/// Where cells that differ stood and stand.
fn differing(book: &Workbook, earlier: &Snapshot) -> Vec<(Option<Cell>, Option<Cell>)> {
    let diff = book.snapshot().diff(earlier);
    assert_eq!(diff.by_position(), []);
    let cells = diff.cells().map(|cell| {
        let (before, after) = (cell.before(), cell.after());
        (before.map(|place| place.1), after.map(|place| place.1))
    });
    cells.collect()
}

#[test]
fn rows_that_stayed_are_those_of_the_snapshot() {
    let earlier = worn();
    let all = [(0, 1_048_576, 0)];
    let same = loaded(&earlier, &all, &[1.0, 2.0, 3.0, 4.0]);
    assert_eq!(differing(&same, &earlier), []);
    let other = loaded(&earlier, &all, &[1.0, 2.5, 3.0, 4.0]);
    let changed = Some(Cell::new(1, 1));
    assert_eq!(differing(&other, &earlier), [(changed, changed)]);
}

#[test]
fn rows_that_are_gone_and_new_ones_are_told() {
    let earlier = worn();
    let rows = [(0, 1, 0), (2, 100, 2)];
    let later = loaded(&earlier, &rows, &[1.0, 7.0, 3.0, 4.0]);
    let place = |row| Some(Cell::new(row, 1));
    assert_eq!(
        differing(&later, &earlier),
        [(None, place(1)), (place(1), None)]
    );
}
