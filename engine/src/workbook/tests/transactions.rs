//! Transactions: all or nothing, reads of one's own edits, readers that never wait, manual calculation, cut-off.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::{book_of, check, enter, one_sheet, show};
use crate::ErrorKind;
use crate::reference::{Area, Cell, Rect};
use crate::value::Value;
use crate::workbook::Calculation;

#[test]
fn a_transaction_reads_its_own_edits_and_others_the_published_revision() {
    let book = one_sheet();
    enter(&book, &[("A1", "1"), ("A2", "=A1*10")]);
    let reader = book.clone();
    book.edit(|tx| {
        tx.set("A1", 2.0)?;
        assert_eq!(tx.value("A2")?, Value::Number(20.0));
        let seen =
            std::thread::scope(|scope| scope.spawn(|| reader.value("A2").unwrap()).join().unwrap());
        assert_eq!(seen, Value::Number(10.0));
        tx.set_formula("A3", "=A2+1")?;
        assert_eq!(tx.value("A3")?, Value::Number(21.0));
        Ok(())
    })
    .unwrap();
    check(&book, "A1 A2 A3", "2 20 21");
}

#[test]
fn an_edit_from_inside_an_edit_is_refused_and_the_outer_one_goes_on() {
    let book = one_sheet();
    book.edit(|tx| {
        tx.set("A1", 1.0)?;
        assert_eq!(
            book.edit(|tx| tx.set("A1", 2.0)).unwrap_err().kind(),
            ErrorKind::Reentrant
        );
        assert_eq!(book.undo().unwrap_err().kind(), ErrorKind::Reentrant);
        assert_eq!(book.recalculate().unwrap_err().kind(), ErrorKind::Reentrant);
        Ok(())
    })
    .unwrap();
    check(&book, "A1", "1");
    enter(&book, &[("A1", "3")]);
    check(&book, "A1", "3");
}

#[test]
fn a_second_thread_waits_for_its_turn_to_write() {
    let book = one_sheet();
    enter(&book, &[("A1", "0")]);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..25 {
                    book.edit(|tx| {
                        let Value::Number(x) = tx.value("A1")? else {
                            panic!("not a number")
                        };
                        tx.set("A1", x + 1.0)
                    })
                    .unwrap();
                }
            });
        }
    });
    check(&book, "A1", "100");
}

#[test]
fn a_failed_transaction_changes_nothing() {
    let book = book_of(&["S", "T"]);
    enter(
        &book,
        &[("S!A1", "1"), ("S!A2", "=A1*2"), ("S!B1", "=rate*2")],
    );
    let sheet = book.snapshot().sheet("S").unwrap();
    let before = (
        book.revision(),
        show(&book, "S!A1 S!A2 S!B1"),
        book.formula("S!A2").unwrap(),
    );
    let failed = book.edit(|tx| {
        tx.define_name("rate", None, "=21")?;
        tx.set("S!A1", 5.0)?;
        tx.insert_rows(sheet, 1, 3)?;
        assert_eq!(tx.value("S!B1")?, Value::Number(42.0));
        assert_eq!(tx.value("S!A5")?, Value::Number(10.0));
        tx.rename_sheet("T", "U")?;
        tx.set("Nowhere!A1", 1.0)
    });
    assert_eq!(failed.unwrap_err().kind(), ErrorKind::SheetNotFound);
    assert_eq!(
        (
            book.revision(),
            show(&book, "S!A1 S!A2 S!B1"),
            book.formula("S!A2").unwrap()
        ),
        before
    );
    assert!(book.snapshot().sheet("T").is_ok());
    // What was bound to the names and rows that never came to be is bound anew.
    enter(&book, &[("S!A1", "7")]);
    check(&book, "S!A2 S!B1", "14 #NAME?");
    book.recalculate().unwrap();
    check(&book, "S!A2 S!B1", "14 #NAME?");
}

#[test]
fn a_panic_in_a_transaction_leaves_the_book_usable() {
    let book = one_sheet();
    enter(
        &book,
        &[("A1", "1"), ("A2", "=A1*rate"), ("A3", "=SUM(A$1:A2)")],
    );
    let sheet = book.snapshot().sheet("S").unwrap();
    let revision = book.revision();
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        book.edit::<()>(|tx| {
            tx.define_name("rate", None, "=5")?;
            tx.insert_rows(sheet, 0, 2)?;
            assert_eq!(tx.value("A4")?, Value::Number(5.0));
            tx.set(
                "A3",
                Value::Number(f64::from(std::hint::black_box(1)) / 0.0),
            )?;
            panic!("the closure gives up")
        })
    }));
    assert!(panicked.is_err());
    assert_eq!(book.revision(), revision);
    enter(&book, &[("A1", "3")]);
    check(&book, "A1 A2 A3", "3 #NAME? #NAME?");
    book.edit(|tx| tx.define_name("rate", None, "=2")).unwrap();
    check(&book, "A1 A2 A3", "3 6 9");
}

#[test]
fn an_operation_that_fails_leaves_the_transaction_as_it_was() {
    let book = one_sheet();
    enter(
        &book,
        &[
            ("A1", "=ROW()"),
            ("A2", "5"),
            ("A3", "=A2"),
            ("A1048576", "x"),
        ],
    );
    let sheet = book.snapshot().sheet("S").unwrap();
    book.edit(|tx| {
        assert_eq!(
            tx.insert_rows(sheet, 1, 1).unwrap_err().kind(),
            ErrorKind::Limit
        );
        assert_eq!(
            tx.insert_rows(sheet, 1_048_576, 1).unwrap_err().kind(),
            ErrorKind::Limit
        );
        assert_eq!(
            tx.set_formula("A1", "=SUM(").unwrap_err().kind(),
            ErrorKind::Parse
        );
        assert_eq!(
            tx.set_formula("A1", "=SIN(1,2)").unwrap_err().kind(),
            ErrorKind::Parse
        );
        assert_eq!(
            tx.set("A2", "x".repeat(40_000)).unwrap_err().kind(),
            ErrorKind::Limit
        );
        assert!(tx.add_sheet("s").is_err());
        assert!(tx.remove_name("nothing", None).is_err());
        tx.set("A4", 1.0)
    })
    .unwrap();
    check(&book, "A1 A2 A3 A4", "1 5 5 1");
}

#[test]
fn the_last_row_may_be_pushed_over_when_it_has_been_cleared() {
    let book = one_sheet();
    enter(&book, &[("A1048576", "x"), ("A1048000", "y"), ("A1", "1")]);
    let sheet = book.snapshot().sheet("S").unwrap();
    assert!(book.edit(|tx| tx.insert_rows(sheet, 1, 1)).is_err());
    book.edit(|tx| tx.clear("A1048576")).unwrap();
    book.edit(|tx| tx.insert_rows(sheet, 1, 10)).unwrap();
    check(&book, "A1 A1048010 A1048576", "1 y ");
}

#[test]
fn manual_calculation_leaves_things_stale_until_asked() {
    let book = one_sheet();
    enter(&book, &[("A1", "1"), ("A2", "=A1*2"), ("A3", "=A2*2")]);
    book.edit(|tx| tx.set_calculation(Calculation::Manual))
        .unwrap();
    enter(&book, &[("A1", "10")]);
    let stale = book.snapshot();
    assert!(stale.is_stale());
    assert_eq!(stale.value("A3").unwrap(), Value::Number(4.0));
    let revision = book.revision();
    check(&book, "A3", "40");
    assert_eq!(
        book.revision(),
        revision,
        "a refinement is the same revision"
    );
    assert!(!book.snapshot().is_stale());
    assert_eq!(
        stale.value("A3").unwrap(),
        Value::Number(4.0),
        "a snapshot never changes"
    );
    enter(&book, &[("A1", "20"), ("A4", "=A3+1")]);
    assert!(book.snapshot().is_stale());
    book.recalculate().unwrap();
    assert!(!book.snapshot().is_stale());
    assert_eq!(book.snapshot().value("A4").unwrap(), Value::Number(81.0));
    enter(&book, &[("A1", "30")]);
    assert!(book.undo().unwrap());
    assert_eq!(book.snapshot().value("A4").unwrap(), Value::Number(81.0));
    enter(&book, &[("A1", "30")]);
    book.edit(|tx| tx.set_calculation(Calculation::Automatic))
        .unwrap();
    assert_eq!(book.snapshot().value("A4").unwrap(), Value::Number(121.0));
}

#[test]
fn what_is_stale_moves_with_inserted_rows() {
    let book = one_sheet();
    book.edit(|tx| tx.set_calculation(Calculation::Manual))
        .unwrap();
    enter(
        &book,
        &[("A1", "1"), ("B5", "=A1+1"), ("B6", "=B5+A6"), ("A6", "3")],
    );
    let sheet = book.snapshot().sheet("S").unwrap();
    book.edit(|tx| tx.insert_rows(sheet, 2, 4)).unwrap();
    enter(&book, &[("A10", "4")]);
    check(&book, "B9 B10", "2 6");
}

#[test]
fn a_formula_entered_before_rows_are_inserted_in_the_same_transaction_is_computed() {
    let book = one_sheet();
    let sheet = book.snapshot().sheet("S").unwrap();
    book.edit(|tx| {
        tx.set("A1", 4.0)?;
        tx.set_formula("B5", "=A1*2")?;
        tx.fill("C1:C8", "=B5")?;
        tx.insert_rows(sheet, 2, 1)
    })
    .unwrap();
    check(&book, "A1 B6 C1 C2 C3 C9", "4 8 8 0  0");
}

#[test]
fn dates_are_computed_anew_when_the_date_system_changes() {
    let book = one_sheet();
    enter(&book, &[("A1", "=YEAR(1)"), ("A2", "=DATE(2026,1,1)")]);
    check(&book, "A1 A2", "1900 46023");
    book.edit(|tx| tx.set_date1904(true)).unwrap();
    check(&book, "A1 A2", "1904 44561");
    assert!(book.undo().unwrap());
    check(&book, "A1 A2", "1900 46023");
}

#[test]
fn volatile_formulas_run_at_each_recalculation_and_undo_brings_their_values_back() {
    let book = one_sheet();
    enter(&book, &[("A1", "=RAND()"), ("A2", "=A1*2"), ("A3", "=1+1")]);
    let first = show(&book, "A1 A2");
    let report = enter(&book, &[("C1", "1")]);
    let second = show(&book, "A1 A2");
    assert_ne!(first, second);
    let sheet = book.snapshot().sheet("S").unwrap();
    let column = |top, bottom| Area::new(sheet, Rect::new(Cell::new(top, 0), Cell::new(bottom, 0)));
    assert_eq!(report.evaluated, [column(0, 1)]);
    assert!(book.undo().unwrap());
    assert_eq!(show(&book, "A1 A2"), first);
    assert!(book.redo().unwrap());
    assert_eq!(show(&book, "A1 A2"), second);
}

#[test]
fn a_result_that_did_not_change_dirties_nobody() {
    let book = one_sheet();
    enter(
        &book,
        &[
            ("A1", "1"),
            ("A2", "=A1>0"),
            ("A3", "=IF(A2,10,20)"),
            ("A4", "=A3+1"),
        ],
    );
    let sheet = book.snapshot().sheet("S").unwrap();
    let report = enter(&book, &[("A1", "2")]);
    assert_eq!(
        report.evaluated,
        [Area::new(sheet, Rect::cell(Cell::new(1, 0)))]
    );
    assert_eq!((report.recomputed, report.changed), (1, 0));
    let report = enter(&book, &[("A1", "2")]);
    assert_eq!(report.recomputed, 0, "the same value is no change");
    let report = enter(&book, &[("A1", "-2")]);
    assert_eq!((report.recomputed, report.changed), (3, 3));
}

#[test]
fn an_edit_evaluates_only_the_cells_that_read_it() {
    let book = one_sheet();
    book.edit(|tx| {
        tx.set_column("A1", &(0..100).map(f64::from).collect::<Vec<_>>())?;
        tx.fill("B1:B100", "=A1*2")?;
        tx.fill("C1:C100", "=SUM(B1:B3)")
    })
    .unwrap();
    let sheet = book.snapshot().sheet("S").unwrap();
    let report = enter(&book, &[("A50", "1000")]);
    let column = |column, top, bottom| {
        Area::new(
            sheet,
            Rect::new(Cell::new(top, column), Cell::new(bottom, column)),
        )
    };
    assert_eq!(report.evaluated, [column(1, 49, 49), column(2, 47, 49)]);
    check(&book, "B50 C48 C50", "2000 2190 2202");
}

#[test]
fn undo_and_redo_walk_through_all_edits() {
    let book = one_sheet();
    let mut seen = vec![show(&book, "A1 B1")];
    for value in ["1", "2", "=3*B1", "4"] {
        enter(&book, &[("A1", value), ("B1", "5")]);
        seen.push(show(&book, "A1 B1"));
    }
    assert_eq!(book.formula("A1").unwrap(), None);
    for expected in seen.iter().rev().skip(1) {
        assert!(book.undo().unwrap());
        check(&book, "A1 B1", expected);
    }
    for expected in &seen[1..] {
        assert!(book.redo().unwrap());
        check(&book, "A1 B1", expected);
    }
    assert!(!book.redo().unwrap());
    assert!(book.undo().unwrap());
    assert_eq!(book.formula("A1").unwrap().as_deref(), Some("=3*B1"));
    enter(&book, &[("B1", "7")]);
    check(&book, "A1", "21");
    assert!(
        !book.redo().unwrap(),
        "a new edit ends what could be done again"
    );
}

#[test]
fn a_fork_goes_its_own_way() {
    let book = one_sheet();
    enter(&book, &[("A1", "1"), ("A2", "=A1+1")]);
    let fork = book.snapshot().fork();
    let sheet = book.snapshot().sheet("S").unwrap();
    fork.edit(|tx| tx.insert_rows(sheet, 1, 1)).unwrap();
    enter(&fork, &[("A1", "5")]);
    enter(&book, &[("A1", "7")]);
    book.edit(|tx| tx.insert_rows(sheet, 0, 2)).unwrap();
    check(&fork, "A1 A2 A3", "5  6");
    check(&book, "A1 A2 A3 A4", "  7 8");
}

#[test]
fn formulas_are_dirty_when_a_formula_they_look_at_changes_and_its_value_does_not() {
    let book = one_sheet();
    enter(
        &book,
        &[
            ("A1", "6"),
            ("B1", "=FORMULATEXT(A1)"),
            ("C1", "=ISFORMULA(A1)"),
            ("D1", "=SUBTOTAL(9,A1:A2)"),
            ("A2", "1"),
        ],
    );
    check(&book, "B1 C1 D1", "#N/A FALSE 7");
    enter(&book, &[("A1", "=2*3")]);
    check(&book, "B1 C1 D1", "=2*3 TRUE 7");
    enter(&book, &[("A1", "=SUBTOTAL(9,F1:F2)"), ("F1", "6")]);
    check(&book, "A1 B1 C1 D1", "6 =SUBTOTAL(9,F1:F2) TRUE 1");
    enter(&book, &[("A1", "6")]);
    check(&book, "B1 C1 D1", "#N/A FALSE 7");
}

#[test]
fn in_a_column_of_numbers_nan_is_blank_and_an_infinity_an_error() {
    let book = one_sheet();
    enter(&book, &[("A2", "text"), ("B1", "=COUNTBLANK(A1:A3)")]);
    book.edit(|tx| tx.set_column("A1", &[1.0, f64::NAN, f64::INFINITY]))
        .unwrap();
    assert_eq!(show(&book, "A1 A2 A3"), "1  #NUM!");
    check(&book, "B1", "1");
    book.edit(|tx| tx.set_column("A1", &[f64::NAN; 3])).unwrap();
    check(&book, "B1", "3");
    assert_eq!(book.value("A3").unwrap(), Value::Blank);
}
