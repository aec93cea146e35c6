//! Steps back: how many there are, what they may hold, and former revisions by number.

use super::{check, enter, one_sheet};
use crate::limits;
use crate::workbook::Workbook;

fn write(book: &Workbook, from: usize, count: usize) {
    let numbers: Vec<f64> = (from..from + count).map(|x| x as f64 + 0.5).collect();
    book.edit(|tx| tx.set_column("A1", &numbers)).unwrap();
}

fn steps_back(book: &Workbook) -> usize {
    std::iter::from_fn(|| book.undo().unwrap().then_some(())).count()
}

#[test]
fn the_oldest_steps_go_when_all_of_them_hold_too_much() {
    let book = one_sheet().snapshot().fork();
    // The numbers of a step and the edit that brought them.
    let step = 2 * 8 * 20_000;
    book.set_undo_bytes(7 * step / 2);
    (0..10).for_each(|number| write(&book, number, 20_000));
    assert_eq!(steps_back(&book), 3);
    assert!(book.redo().unwrap() && book.redo().unwrap());
    check(&book, "A1", "8.5");
    // A new edit drops what could be done again, and room is there for it.
    write(&book, 3, 20_000);
    assert!(!book.redo().unwrap());
    assert_eq!(steps_back(&book), 3);
    check(&book, "A1", "6.5");
    book.set_undo_bytes(0);
    write(&book, 1, 20_000);
    write(&book, 2, 20_000);
    assert_eq!(steps_back(&book), 1, "the last step stays always");
}

#[test]
fn single_cells_of_a_large_workbook_cost_little() {
    let book = one_sheet();
    write(&book, 0, 100_000);
    let book = book.snapshot().fork();
    book.set_undo_bytes(200 * 16_384);
    for number in 0..200 {
        let address = format!("A{}", 1 + number * 499);
        book.edit(|tx| tx.set(&address, -1.0)).unwrap();
    }
    assert_eq!(steps_back(&book), 200);
}

#[test]
fn there_are_so_many_steps_and_no_more() {
    let book = one_sheet();
    for number in 0..limits::UNDO_STEPS + 20 {
        book.edit(|tx| tx.set("A1", number as f64)).unwrap();
    }
    assert_eq!(steps_back(&book), limits::UNDO_STEPS);
    check(&book, "A1", "19");
}

#[test]
fn what_has_changed_since_a_revision_that_is_held_can_be_told() {
    let book = one_sheet().snapshot().fork();
    let numbers: Vec<u64> = (0..4_u32)
        .map(|number| {
            let (first, own) = (number.to_string(), format!("B{}", number + 1));
            enter(&book, &[("A1", &first), (&own, "x")]);
            book.revision()
        })
        .collect();
    let cells = |since: u64| book.changes_since(since).map(|diff| diff.cells().count());
    assert_eq!(
        numbers
            .iter()
            .map(|number| cells(*number))
            .collect::<Vec<_>>(),
        [Some(4), Some(3), Some(2), Some(0)]
    );
    assert_eq!((cells(99), cells(book.revision())), (None, Some(0)));
    book.undo().unwrap();
    book.undo().unwrap();
    assert_eq!(
        numbers
            .iter()
            .map(|number| cells(*number))
            .collect::<Vec<_>>(),
        [Some(2), Some(0), Some(2), Some(3)]
    );
    book.redo().unwrap();
    assert_eq!(
        numbers
            .iter()
            .map(|number| cells(*number))
            .collect::<Vec<_>>(),
        [Some(3), Some(2), Some(0), Some(2)]
    );
    // What could be done again goes with the next edit, and nobody else holds it.
    enter(&book, &[("C1", "y")]);
    assert_eq!(
        numbers
            .iter()
            .map(|number| cells(*number))
            .collect::<Vec<_>>(),
        [Some(4), Some(3), Some(1), None]
    );
}
