//! Circles: only live reads decide, circular cells show 0 and are listed.

use super::{book_of, check, circular, enter, one_sheet, show};
use crate::value::Value;

/// Enters the cells in one transaction, in several, and backwards; all must show and list the same.
#[track_caller]
fn check_circle(entries: &[(&str, &str)], addresses: &str, expected: &str, listed: &str) {
    let at_once = one_sheet();
    enter(&at_once, entries);
    let one_by_one = one_sheet();
    entries.iter().for_each(|entry| {
        enter(&one_by_one, &[*entry]);
    });
    let backwards = one_sheet();
    entries.iter().rev().for_each(|entry| {
        enter(&backwards, &[*entry]);
    });
    for (book, how) in [
        (at_once, "at once"),
        (one_by_one, "one by one"),
        (backwards, "backwards"),
    ] {
        assert_eq!(show(&book, addresses), expected, "{how}");
        assert_eq!(circular(&book), listed, "{how}");
        book.recalculate().unwrap();
        assert_eq!(show(&book, addresses), expected, "{how}, recalculated");
        assert_eq!(circular(&book), listed, "{how}, recalculated");
    }
}

#[test]
fn a_cell_that_reads_itself_is_zero_and_listed() {
    check_circle(&[("A1", "=A1+1")], "A1", "0", "A1");
    check_circle(&[("A1", "=SUM(A1:B1)"), ("B1", "3")], "A1", "0", "A1");
    check_circle(&[("B2", "=SUM(A:C)"), ("A1", "3")], "B2", "0", "B2");
}

#[test]
fn two_cells_that_read_each_other_are_zero_and_their_dependents_see_zero() {
    check_circle(
        &[("A1", "=A2+1"), ("A2", "=A1+1"), ("A3", "=A1*10+4")],
        "A1 A2 A3",
        "0 0 4",
        "A1 A2",
    );
}

#[test]
fn a_loop_through_branches_that_are_not_taken_is_none() {
    check_circle(
        &[
            ("A1", "TRUE"),
            ("A2", "=IF(A1,555,A3)"),
            ("A3", "=IF(A1,A2,999)"),
        ],
        "A2 A3",
        "555 555",
        "",
    );
    check_circle(
        &[
            ("A1", "FALSE"),
            ("A2", "=IF(A1,555,A3)"),
            ("A3", "=IF(A1,A2,999)"),
        ],
        "A2 A3",
        "999 999",
        "",
    );
    check_circle(&[("A1", "=CHOOSE(2,A1,7)")], "A1", "7", "");
    check_circle(&[("A1", "=IFERROR(8,A1)")], "A1", "8", "");
}

#[test]
fn a_loop_that_a_branch_opens_and_closes_follows_the_switch() {
    let book = one_sheet();
    enter(
        &book,
        &[("A1", "0"), ("A2", "=IF(A1=1,A3,5)"), ("A3", "=A2+1")],
    );
    check(&book, "A2 A3", "5 6");
    enter(&book, &[("A1", "1")]);
    check(&book, "A2 A3", "0 0");
    assert_eq!(circular(&book), "A2 A3");
    enter(&book, &[("A1", "0")]);
    check(&book, "A2 A3", "5 6");
    assert_eq!(circular(&book), "");
}

#[test]
fn only_the_cells_on_the_circle_are_circular_not_those_that_wait_for_it() {
    // A1 asks for B1 and C1; B1 asks for C1, which reads itself through D1.
    let entries = [
        ("A1", "=B1+C1+1"),
        ("B1", "=C1+2"),
        ("C1", "=D1"),
        ("D1", "=C1+IF(FALSE,A1,0)+IF(FALSE,B1,0)"),
    ];
    check_circle(&entries, "A1 B1 C1 D1", "3 2 0 0", "C1 D1");
}

#[test]
fn sumif_reads_only_the_matching_rows_of_its_sum_range() {
    let entries = [
        ("A1", "x"),
        ("A2", "y"),
        ("B1", "5"),
        ("B2", "=SUMIF(A1:A2,\"x\",B1:B2)"),
    ];
    check_circle(&entries, "B2", "5", "");
    let entries = [
        ("A1", "x"),
        ("A2", "x"),
        ("B1", "5"),
        ("B2", "=SUMIF(A1:A2,\"x\",B1:B2)"),
    ];
    check_circle(&entries, "B2", "0", "B2");
}

#[test]
fn asking_where_a_cell_stands_does_not_read_it() {
    check_circle(
        &[
            ("A1", "=ROW(A1)"),
            ("B2", "=COLUMNS(A1:C3)"),
            ("C3", "=ROWS(C1:C9)"),
        ],
        "A1 B2 C3",
        "1 3 9",
        "",
    );
}

#[test]
fn a_sum_up_to_the_cell_above_by_offset_is_no_circle() {
    let entries = [
        ("A1", "1"),
        ("A2", "2"),
        ("A3", "3"),
        ("A4", "4"),
        ("A5", "=SUM(A1:OFFSET(A5,-1,0))"),
    ];
    check_circle(&entries, "A5", "10", "");
}

#[test]
fn a_dynamic_read_in_a_group_sees_what_is_computed_after_it() {
    // A1 may read itself by its text, so it is computed on demand; C1 has a higher rank than nothing at all.
    let book = one_sheet();
    enter(
        &book,
        &[
            ("D1", "1"),
            ("C1", "=D1*2"),
            ("C2", "=C1*2"),
            ("A1", "=IF(FALSE,A1,INDIRECT(\"C2\")+1)"),
        ],
    );
    check(&book, "A1", "5");
    enter(&book, &[("D1", "10")]);
    check(&book, "A1", "41");
}

#[test]
fn a_circle_through_offset_or_indirect_is_zero_and_listed() {
    check_circle(&[("A1", "=OFFSET(A1,0,0)+1")], "A1", "0", "A1");
    check_circle(&[("A1", "=INDIRECT(\"A1\")+1")], "A1", "0", "A1");
}

#[test]
fn an_edit_that_breaks_a_circle_by_a_value_computes_the_rest() {
    for broken in 1..=3 {
        let book = one_sheet();
        enter(&book, &[("A1", "=A3+1"), ("A2", "=A1+1"), ("A3", "=A2+1")]);
        assert_eq!(circular(&book), "A1 A2 A3");
        enter(&book, &[(&format!("A{broken}"), "10")]);
        let expected = ["10 11 12", "12 10 11", "11 12 10"][broken - 1];
        check(&book, "A1 A2 A3", expected);
        assert_eq!(circular(&book), "");
        enter(&book, &[(&format!("A{broken}"), "20")]);
        assert_eq!(
            book.value(&format!("A{broken}")).unwrap(),
            Value::Number(20.0)
        );
        let next = format!("A{}", broken % 3 + 1);
        assert_eq!(book.value(&next).unwrap(), Value::Number(21.0));
    }
}

#[test]
fn an_edit_that_breaks_a_circle_by_a_formula_or_by_clearing_computes_the_rest() {
    let book = one_sheet();
    enter(&book, &[("A1", "=A2+1"), ("A2", "=A1+1"), ("B1", "5")]);
    enter(&book, &[("A2", "=B1")]);
    check(&book, "A1 A2", "6 5");
    assert_eq!(circular(&book), "");
    enter(&book, &[("A2", "=A1")]);
    check(&book, "A1 A2", "0 0");
    assert_eq!(circular(&book), "A1 A2");
    book.edit(|tx| tx.clear("A2")).unwrap();
    check(&book, "A1", "1");
    assert_eq!(circular(&book), "");
    assert!(book.undo().unwrap());
    assert_eq!(circular(&book), "A1 A2");
    check(&book, "A1 A2", "0 0");
}

#[test]
fn circular_cells_move_with_inserted_rows() {
    let book = one_sheet();
    enter(&book, &[("A4", "=A5+1"), ("A5", "=A4+1")]);
    let sheet = book.snapshot().sheet("S").unwrap();
    book.edit(|tx| tx.insert_rows(sheet, 1, 2)).unwrap();
    assert_eq!(circular(&book), "A6 A7");
    check(&book, "A6 A7", "0 0");
}

#[test]
fn a_circle_over_two_sheets_is_found() {
    let book = book_of(&["S", "T"]);
    enter(
        &book,
        &[("S!A1", "=T!A1+1"), ("T!A1", "=S!A1+1"), ("T!B1", "=A1+7")],
    );
    check(&book, "S!A1 T!A1 T!B1", "0 0 7");
    assert_eq!(book.snapshot().circular().len(), 2);
}

#[test]
fn columns_that_are_filled_into_each_other_are_no_circle() {
    // A loan: interest, repayment, balance; each row's columns read each other and the row above.
    let book = one_sheet();
    book.edit(|tx| {
        tx.set("D1", 1000.0)?;
        tx.fill("B2:B501", "=D1*0.01")?;
        tx.fill("C2:C501", "=MIN(12,D1+B2)")?;
        tx.fill("D2:D501", "=D1+B2-C2")
    })
    .unwrap();
    let mut balance = 1000.0_f64;
    for row in 2..=501 {
        let interest = balance * 0.01;
        let payment = 12.0_f64.min(balance + interest);
        balance = balance + interest - payment;
        assert_eq!(
            book.value(&format!("D{row}")).unwrap(),
            Value::number(balance),
            "row {row}"
        );
    }
    assert_eq!(circular(&book), "");
    enter(&book, &[("D1", "2000")]);
    let changed = show(&book, "B2 C501 D501");
    book.recalculate().unwrap();
    check(&book, "B2 C501 D501", &changed);
    assert_eq!(circular(&book), "");
}

#[test]
fn a_column_filled_upwards_is_computed_from_below() {
    let book = one_sheet();
    book.edit(|tx| {
        tx.set("A301", 1.0)?;
        tx.fill("A1:A300", "=A2+1")
    })
    .unwrap();
    check(&book, "A1 A300", "301 2");
    assert_eq!(circular(&book), "");
    enter(&book, &[("A301", "10")]);
    check(&book, "A1 A300", "310 11");
}

#[test]
fn a_rectangle_filled_right_and_down_that_reads_itself_is_computed_in_order() {
    let book = one_sheet();
    book.edit(|tx| {
        tx.fill("A1:J1", "=1")?;
        tx.fill("A2:A10", "=1")?;
        tx.fill("B2:J10", "=A2+B1")
    })
    .unwrap();
    check(&book, "B2 C3 J10", "2 6 48620");
    assert_eq!(circular(&book), "");
    enter(&book, &[("A1", "5"), ("B1", "2")]);
    let changed = show(&book, "B2 C3 J10");
    book.recalculate().unwrap();
    check(&book, "B2 C3 J10", &changed);
    check(&book, "B2", "3");
}

#[test]
fn a_rectangle_that_reads_itself_from_the_lower_right_is_computed_too() {
    let book = one_sheet();
    book.edit(|tx| {
        tx.set("F6", 1.0)?;
        tx.fill("A1:E5", "=B2+1")
    })
    .unwrap();
    check(&book, "A1 E5 A5 D4", "6 2 1 3");
    assert_eq!(circular(&book), "");
}

#[test]
fn a_running_sum_with_a_fixed_end_at_either_side_is_computed() {
    let book = one_sheet();
    book.edit(|tx| {
        tx.set_column("A1", &(1..=20).map(f64::from).collect::<Vec<_>>())?;
        tx.fill("B1:B20", "=SUM(A$1:A1)")?;
        tx.fill("C1:C20", "=SUM(A1:A$20)")?;
        tx.fill("D2:D20", "=SUM(D$1:D1)+1")
    })
    .unwrap();
    check(&book, "B20 C1 C20 D2 D3 D4 D20", "210 210 20 1 2 4 262144");
    assert_eq!(circular(&book), "");
}

#[test]
fn a_circle_that_meets_a_filled_column_is_confined_to_its_cells() {
    let book = one_sheet();
    enter(&book, &[("C1", "1"), ("C2", "2"), ("C3", "3")]);
    book.edit(|tx| {
        tx.fill("A1:A3", "=B1+C1")?;
        tx.fill("B1:B3", "=IF(ROW()=2,A1+A2,C1*2)")
    })
    .unwrap();
    check(&book, "A1 B1 A2 B2 A3 B3", "3 2 0 0 9 6");
    assert_eq!(circular(&book), "A2 B2");
}
