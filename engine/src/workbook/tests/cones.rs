//! Edits that come again: the way they go through the graph is kept, and they give what an edit gives that is searched.

use proptest::prelude::*;

use super::random_book::revision;
use super::{enter, one_sheet};
use crate::reference::Cell;
use crate::value::Value;
use crate::workbook::{Effort, Report, Workbook};

/// Edits whose way is kept.
fn kept(book: &Workbook) -> usize {
    revision(book).plans.cones_kept()
}

fn set(book: &Workbook, cell: Cell, value: f64, keep_cones: bool) -> Report {
    let sheet = book.snapshot().sheets().next().unwrap().id;
    let effort = Effort {
        keep_cones,
        ..Effort::default()
    };
    let edit = book.edit_with(effort, |tx| tx.set_at(sheet, cell, value));
    edit.unwrap().1
}

#[test]
fn the_way_of_an_edit_is_kept_when_it_comes_again_and_shared_by_forks() {
    let book = one_sheet();
    enter(
        &book,
        &[
            ("A1", "1"),
            ("B1", "=A1+1"),
            ("B2", "=B1*2"),
            ("B3", "=IF(A1>5,B2,\"low\")"),
        ],
    );
    let snapshot = book.snapshot();
    for (value, kept_then) in [(2.0, 0), (7.0, 1), (9.0, 1), (3.0, 1)] {
        let fork = snapshot.fork();
        let report = set(&fork, Cell::new(0, 0), value, false);
        assert_eq!(kept(&fork), kept_then);
        assert_eq!(report.recomputed, 3);
        assert_eq!(
            fork.value("B2").unwrap(),
            Value::Number((value + 1.0) * 2.0)
        );
        let low = Value::from("low");
        let expected = if value > 5.0 {
            Value::Number((value + 1.0) * 2.0)
        } else {
            low
        };
        assert_eq!(fork.value("B3").unwrap(), expected);
    }
    // What does not change reaches nothing.
    assert_eq!(set(&book, Cell::new(0, 0), 1.0, false).recomputed, 0);
}

#[test]
fn a_new_formula_an_inserted_row_and_a_new_name_end_the_way() {
    let book = one_sheet();
    enter(&book, &[("A1", "1"), ("B1", "=A1+1"), ("C1", "=B1+rate")]);
    let first = Cell::new(0, 0);
    let check = |cell, value: f64, shown: &str, expected: f64| {
        for value in [value, value + 1.0, value] {
            set(&book, cell, value, true);
        }
        assert_eq!(
            book.value(shown).unwrap(),
            Value::Number(expected),
            "{shown}"
        );
    };
    book.edit(|tx| tx.define_name("rate", None, "=0.5"))
        .unwrap();
    check(first, 1.0, "C1", 2.5);
    enter(&book, &[("D1", "=A1*C1")]);
    check(first, 2.0, "D1", 7.0);
    book.edit(|tx| tx.define_name("rate", None, "=1")).unwrap();
    check(first, 2.0, "D1", 8.0);
    let sheet = book.snapshot().sheets().next().unwrap().id;
    book.edit(|tx| tx.insert_rows(sheet, 0, 2)).unwrap();
    check(Cell::new(2, 0), 3.0, "D3", 15.0);
    book.undo().unwrap();
}

#[test]
fn chains_sums_volatile_formulas_and_those_that_spill_are_right() {
    let book = one_sheet();
    let chain: Vec<(String, String)> = (2..=40)
        .map(|row| (format!("B{row}"), format!("=B{}+A1", row - 1)))
        .collect();
    let mut entries: Vec<(&str, &str)> = chain
        .iter()
        .map(|(at, text)| (at.as_str(), text.as_str()))
        .collect();
    entries.extend([
        ("A1", "1"),
        ("B1", "0"),
        ("C1", "=SUM(B1:B40)"),
        ("C2", "=IF(RAND()<2,C1,0)"),
        ("C3", "=C2&\"!\""),
    ]);
    enter(&book, &entries);
    for value in [2.0, 3.0, 4.0] {
        set(&book, Cell::new(0, 0), value, true);
        let sum = (0..40).sum::<i32>();
        let text = format!("{}!", f64::from(sum) * value);
        assert_eq!(book.value("C3").unwrap(), Value::from(text.as_str()));
    }
    enter(&book, &[("E1", "=SEQUENCE(A1)")]);
    for (value, last) in [(2.0, "E2"), (5.0, "E5"), (3.0, "E3")] {
        set(&book, Cell::new(0, 0), value, true);
        assert_eq!(book.value(last).unwrap(), Value::Number(value));
    }
    assert_eq!(book.value("E4").unwrap(), Value::Blank);
}

/// Formulas below each other, each over cells above it and the inputs in A1 to A4.
fn formulas() -> impl Strategy<Value = Vec<(u8, u8, u8, u8)>> {
    prop::collection::vec((0..8_u8, 0..32_u8, 0..32_u8, 0..3_u8), 1..32)
}

/// The address of an operand of the formula in row `row` of column B.
fn operand(number: u8, row: usize) -> String {
    match usize::from(number) % (row + 4) {
        input @ 0..4 => format!("$A${}", input + 1),
        above => format!("B{}", above - 3),
    }
}

proptest! {
    #[test]
    fn edits_that_go_a_kept_way_compute_the_same_cells_to_the_same_values(
        formulas in formulas(),
        edits in prop::collection::vec((0..4_u32, 0..3_i8), 1..24),
    ) {
        let book = one_sheet();
        let mut entries: Vec<(String, String)> =
            (1..=4).map(|row| (format!("A{row}"), row.to_string())).collect();
        for (number, (kind, left, right, constant)) in formulas.iter().enumerate() {
            let row = number + 1;
            let (left, right) = (operand(*left, number), operand(*right, number));
            let text = match kind {
                0 => format!("={left}+{right}"),
                1 => format!("={left}*{constant}"),
                2 => format!("=IF({left}>{constant},{right},{left})"),
                3 => format!("={left}/{right}"),
                4 => format!("=MIN({left},{right})"),
                5 => format!("=SUM($A$1:$A$4,{left})"),
                6 => format!("=IFERROR({left},{constant})"),
                _ => format!("={left}&{right}"),
            };
            entries.push((format!("B{row}"), text));
        }
        let entries: Vec<(&str, &str)> =
            entries.iter().map(|(at, text)| (at.as_str(), text.as_str())).collect();
        enter(&book, &entries);
        let (by_search, by_cone) = (book.snapshot().fork(), book.snapshot().fork());
        for (row, value) in edits {
            let value = f64::from(value);
            let fresh = by_search.snapshot().fork();
            let searched = set(&by_search, Cell::new(row, 0), value, false);
            let gone = set(&by_cone, Cell::new(row, 0), value, true);
            prop_assert_eq!(searched.recomputed, gone.recomputed);
            prop_assert_eq!(searched.changed, gone.changed);
            set(&fresh, Cell::new(row, 0), value, false);
            fresh.recalculate().unwrap();
            for row in 1..=formulas.len() {
                let cell = format!("B{row}");
                let shown = by_cone.value(&cell).unwrap();
                prop_assert_eq!(&shown, &fresh.value(&cell).unwrap());
                prop_assert_eq!(&shown, &by_search.value(&cell).unwrap());
            }
        }
    }
}
