//! Transactions that stay open: read one's own edits, go back to a savepoint, publish once or not at all.

use super::{check, enter, one_sheet, show};
use crate::ErrorKind;
use crate::reference::SheetId;
use crate::value::Value;
use crate::workbook::{Calculation, Effort};

#[test]
fn edits_are_seen_inside_at_once_and_outside_after_the_commit() {
    let book = one_sheet();
    enter(&book, &[("A1", "1"), ("A2", "=A1*10")]);
    let before = book.revision();
    let mut open = book.begin().unwrap();
    open.edit(|tx| tx.set("A1", 2.0)).unwrap();
    open.edit(|tx| tx.insert_rows(SheetId(0), 0, 1)).unwrap();
    open.edit(|tx| tx.set_formula("A4", "=A3+1")).unwrap();
    let inside = open.snapshot().unwrap();
    assert_eq!(inside.value("A4").unwrap(), Value::Number(21.0));
    check(&book, "A1 A2", "1 10");
    let report = open.commit(Effort::default()).unwrap();
    check(&book, "A2 A3 A4", "2 20 21");
    assert_eq!(book.revision(), before + 1);
    assert!(report.recomputed >= 2);
    assert!(book.undo().unwrap());
    check(&book, "A1 A2", "1 10");
    assert!(book.redo().unwrap());
    check(&book, "A2 A3 A4", "2 20 21");
    enter(&book, &[("A2", "5")]);
    check(&book, "A2 A3 A4", "5 50 51");
}

#[test]
fn a_transaction_that_is_dropped_leaves_nothing() {
    let book = one_sheet();
    enter(&book, &[("A1", "1"), ("A2", "=A1*10")]);
    let mut open = book.begin().unwrap();
    open.edit(|tx| {
        tx.insert_rows(SheetId(0), 0, 3)?;
        tx.set("A1", 7.0)
    })
    .unwrap();
    open.snapshot().unwrap();
    drop(open);
    enter(&book, &[("A1", "3")]);
    check(&book, "A1 A2", "3 30");
}

#[test]
fn a_step_that_fails_is_taken_back_alone() {
    let book = one_sheet();
    let mut open = book.begin().unwrap();
    open.edit(|tx| tx.set("A1", 2.0)).unwrap();
    open.edit(|tx| tx.fill("B1:B3", "=A1*2")).unwrap();
    let failed = open.edit(|tx| {
        tx.set("A1", 5.0)?;
        tx.delete_rows(SheetId(0), 0, 1)?;
        tx.set_formula("C1", "=1+")
    });
    assert_eq!(failed.unwrap_err().kind(), ErrorKind::Parse);
    open.edit(|tx| tx.set("A2", 3.0)).unwrap();
    open.commit(Effort::default()).unwrap();
    check(&book, "A1 A2 B1 B2 B3", "2 3 4 6 0");
}

#[test]
fn a_savepoint_takes_back_what_came_after_it() {
    let book = one_sheet();
    let mut open = book.begin().unwrap();
    open.edit(|tx| tx.set("A1", 1.0)).unwrap();
    let savepoint = open.savepoint();
    open.edit(|tx| tx.set("A1", 2.0)).unwrap();
    open.edit(|tx| tx.set_formula("A2", "=A1")).unwrap();
    open.snapshot().unwrap();
    open.roll_back_to(&savepoint);
    open.edit(|tx| tx.set_formula("A3", "=A1+1")).unwrap();
    open.commit(Effort::default()).unwrap();
    assert_eq!(show(&book, "A1 A2 A3"), "1  2");
    assert_eq!(book.formula("A2").unwrap(), None);
}

#[test]
fn what_others_published_meanwhile_is_a_conflict_and_stays() {
    let book = one_sheet();
    let mut open = book.begin().unwrap();
    open.edit(|tx| tx.set("A1", 1.0)).unwrap();
    enter(&book, &[("A1", "9")]);
    let error = open.commit(Effort::default()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict);
    check(&book, "A1", "9");
    enter(&book, &[("A2", "=A1")]);
    check(&book, "A2", "9");
}

#[test]
fn manual_calculation_computes_what_the_transaction_reads() {
    let book = one_sheet();
    enter(&book, &[("A1", "1"), ("A2", "=A1*10")]);
    let mut open = book.begin().unwrap();
    open.edit(|tx| tx.set_calculation(Calculation::Manual))
        .unwrap();
    open.edit(|tx| tx.set("A1", 2.0)).unwrap();
    assert_eq!(
        open.snapshot().unwrap().value("A2").unwrap(),
        Value::Number(20.0)
    );
    open.edit(|tx| tx.set("A1", 3.0)).unwrap();
    open.commit(Effort::default()).unwrap();
    assert!(book.snapshot().is_stale());
    check(&book, "A2", "30");
}

#[test]
fn a_transaction_without_edits_publishes_nothing() {
    let book = one_sheet();
    let before = book.revision();
    let mut open = book.begin().unwrap();
    open.snapshot().unwrap();
    open.commit(Effort::default()).unwrap();
    assert_eq!(book.revision(), before);
}

#[test]
fn nothing_is_computed_before_it_is_read() {
    let book = one_sheet();
    let mut open = book.begin().unwrap();
    for row in 2..12 {
        open.edit(|tx| tx.set_formula(&format!("A{row}"), "=$A$1+1"))
            .unwrap();
        assert_eq!(open.as_it_is().value("A2").unwrap(), Value::Blank);
    }
    open.edit(|tx| tx.set("A1", 1.0)).unwrap();
    let report = open.commit(Effort::default()).unwrap();
    assert_eq!(report.recomputed, 10);
    check(&book, "A2 A11", "2 2");
}
