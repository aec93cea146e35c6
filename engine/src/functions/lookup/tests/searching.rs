//! Tests of MATCH, VLOOKUP, LOOKUP, XLOOKUP and XMATCH.

use super::{BLANK, DIV0, NA, check, column, no_cells, whole_column};
use crate::functions::lookup::fake_cells::{FakeCells, SHEET, area, array, call, numbers};
use crate::functions::{Operand, Reference};
use crate::reference::{Area, Cell, Rect};
use crate::value::{CellError, Value};
use proptest::prelude::*;

#[test]
fn blanks_errors_and_other_types_are_invisible_to_the_bisection_but_keep_their_places() {
    let values = [1.0, 2.0, 3.0, 4.0, 5.0].map(Value::Number);
    check(
        "MATCH",
        &FakeCells::column(&values),
        &[999.0.into(), column(10)],
        5.0,
    );

    let mixed = [
        "header".into(),
        10.0.into(),
        DIV0,
        BLANK,
        20.0.into(),
        "z".into(),
        30.0.into(),
    ];
    let cells = FakeCells::column(&mixed);
    check("MATCH", &cells, &[25.0.into(), column(7)], 5.0);
    check("MATCH", &cells, &[30.0.into(), column(7)], 7.0);
    check("MATCH", &cells, &[5.0.into(), column(7)], NA);
    check("MATCH", &cells, &["zzz".into(), column(7)], 6.0);
}

#[test]
fn the_largest_number_finds_the_last_number_of_a_whole_column() {
    let mut cells =
        FakeCells::column(&["title".into(), 7.0.into(), BLANK, 3.0.into(), "end".into()]);
    check("MATCH", &cells, &[1e306.into(), whole_column()], 4.0);
    check("MATCH", &cells, &["zzz".into(), whole_column()], 5.0);
    assert!(cells.reads.get() < 100);
    cells.set(Cell::new(700_000, 0), 1.0.into());
    check("MATCH", &cells, &[1e306.into(), whole_column()], 700_001.0);
}

#[test]
fn a_run_of_equal_values_ends_where_something_else_stands() {
    let values = [1.0.into(), 2.0.into(), 2.0.into(), 2.0.into(), 9.0.into()];
    check(
        "MATCH",
        &FakeCells::column(&values),
        &[2.0.into(), column(5)],
        4.0,
    );
    let gap = [
        1.0.into(),
        2.0.into(),
        2.0.into(),
        BLANK,
        2.0.into(),
        9.0.into(),
    ];
    check(
        "MATCH",
        &FakeCells::column(&gap),
        &[2.0.into(), column(6)],
        3.0,
    );
}

#[test]
fn values_that_are_not_sorted_are_bisected_as_they_stand() {
    // The middle of five is 9, the middle below it 1, then 7.
    let values = [1.0, 7.0, 9.0, 2.0, 5.0].map(Value::Number);
    check(
        "MATCH",
        &FakeCells::column(&values),
        &[8.0.into(), column(5)],
        2.0,
    );
    check(
        "MATCH",
        &FakeCells::column(&values),
        &[100.0.into(), column(5)],
        5.0,
    );
    check(
        "MATCH",
        &FakeCells::column(&values),
        &[2.0.into(), column(5)],
        1.0,
    );
}

#[test]
fn a_falling_search_skips_what_cannot_be_compared_and_ends_at_a_smaller_value() {
    let values = [9.0.into(), 8.0.into(), DIV0, 4.0.into(), 1.0.into()];
    let cells = FakeCells::column(&values);
    check(
        "MATCH",
        &cells,
        &[5.5.into(), column(5), (-1.0).into()],
        2.0,
    );
    check(
        "MATCH",
        &cells,
        &[4.0.into(), column(5), (-1.0).into()],
        4.0,
    );
    check(
        "MATCH",
        &cells,
        &[10.0.into(), column(5), (-1.0).into()],
        NA,
    );
}

#[test]
fn an_exact_search_needs_the_same_type_and_passes_over_errors() {
    let values = ["1".into(), DIV0, true.into(), 1.0.into(), "Pear".into()];
    let cells = FakeCells::column(&values);
    let exact = |needle: Operand| call("MATCH", &cells, &[needle, column(9), 0.0.into()]);
    assert_eq!(exact(1.0.into()), 4.0.into());
    assert_eq!(exact("1".into()), 1.0.into());
    assert_eq!(exact(true.into()), 3.0.into());
    assert_eq!(exact("pEAR".into()), 5.0.into());
    assert_eq!(exact("p?a*".into()), 5.0.into());
    assert_eq!(exact(false.into()), NA);
    assert_eq!(exact("".into()), NA);
    assert_eq!(exact(0.0.into()), NA);
    assert_eq!(
        exact(Value::Error(CellError::Name).into()),
        CellError::Name.into()
    );
    assert_eq!(exact("x".repeat(256).into()), CellError::Value.into());
}

#[test]
fn a_blank_needle_means_zero_to_match_and_a_blank_cell_to_xmatch() {
    let cells = FakeCells::column(&[1.0.into(), BLANK, 0.0.into(), BLANK, 2.0.into()]);
    let blank = Operand::Value(BLANK);
    check(
        "MATCH",
        &cells,
        &[blank.clone(), column(5), 0.0.into()],
        3.0,
    );
    check("XMATCH", &cells, &[blank.clone(), column(5)], 2.0);
    let from_last = [blank.clone(), column(5), 0.0.into(), (-1.0).into()];
    check("XMATCH", &cells, &from_last, 4.0);
    check("XMATCH", &cells, &[blank, column(1)], NA);
}

#[test]
fn an_exact_search_ends_at_the_first_hit() {
    let values: Vec<Value> = (0..10_000).map(|row| f64::from(row).into()).collect();
    let cells = FakeCells::column(&values);
    check(
        "VLOOKUP",
        &cells,
        &[41.0.into(), whole_column(), 1.0.into(), false.into()],
        41.0,
    );
    assert!(cells.reads.get() < 50);
}

#[test]
fn vlookup_checks_its_column() {
    let table = array(&[[1.0.into(), "a".into()], [2.0.into(), "b".into()]]);
    let look = |column: f64| {
        call(
            "VLOOKUP",
            &no_cells(),
            &[2.0.into(), table.clone(), column.into(), false.into()],
        )
    };
    assert_eq!(look(2.9), "b".into());
    assert_eq!(look(3.0), CellError::Ref.into());
    assert_eq!(look(0.0), CellError::Value.into());
}

#[test]
fn lookup_pairs_by_place_and_takes_the_longer_side_of_a_table() {
    let wide = array(&[
        [1.0, 2.0, 3.0].map(Value::Number),
        ["a", "b", "c"].map(Value::from),
    ]);
    check("LOOKUP", &no_cells(), &[2.5.into(), wide], "b");
    let tall = array(&[[1.0.into(), "x".into()], [2.0.into(), "y".into()]]);
    check("LOOKUP", &no_cells(), &[2.5.into(), tall], "y");
    let row = array(&[["p", "q"].map(Value::from)]);
    check(
        "LOOKUP",
        &no_cells(),
        &[2.0.into(), numbers(&[1.0, 2.0]), row],
        "q",
    );
    // The idiom for the last match: the errors are passed over.
    let matches = array(&[[DIV0], [1.0.into()], [DIV0], [1.0.into()], [DIV0]]);
    let answers = numbers(&[10.0, 20.0, 30.0, 40.0, 50.0]);
    check("LOOKUP", &no_cells(), &[2.0.into(), matches, answers], 40.0);
}

#[test]
fn xlookup_takes_the_nearest_of_values_in_any_order() {
    let list = numbers(&[5.0, 1.0, 9.0, 7.0, 1.0, 9.0]);
    let find = |needle: f64, mode: f64, search: f64| {
        call(
            "XMATCH",
            &no_cells(),
            &[needle.into(), list.clone(), mode.into(), search.into()],
        )
    };
    assert_eq!(find(6.0, -1.0, 1.0), 1.0.into());
    assert_eq!(find(6.0, 1.0, 1.0), 4.0.into());
    assert_eq!(find(8.0, 1.0, 1.0), 3.0.into());
    assert_eq!(find(8.0, 1.0, -1.0), 6.0.into());
    assert_eq!(find(1.0, 0.0, -1.0), 5.0.into());
    assert_eq!(find(0.0, -1.0, 1.0), NA);
    assert_eq!(find(0.0, 3.0, 1.0), CellError::Value.into());
}

#[test]
fn halving_compares_values_of_all_types() {
    let list = array(&[
        [9700.0.into()],
        ["xyz".into()],
        ["xyz".into()],
        [160726.0.into()],
    ]);
    check(
        "XMATCH",
        &no_cells(),
        &[46523.0.into(), list, 1.0.into(), 2.0.into()],
        2.0,
    );
    let falling = numbers(&[9.0, 7.0, 5.0, 3.0]);
    let find = |needle: f64, mode: f64| {
        call(
            "XMATCH",
            &no_cells(),
            &[needle.into(), falling.clone(), mode.into(), (-2.0).into()],
        )
    };
    assert_eq!(find(5.0, 0.0), 3.0.into());
    assert_eq!(find(6.0, -1.0), 3.0.into());
    assert_eq!(find(6.0, 1.0), 2.0.into());
    assert_eq!(find(6.0, 0.0), NA);
}

#[test]
fn xlookup_gives_a_reference_to_the_whole_row() {
    let cells = FakeCells::column(&["a".into(), "b".into()]);
    let result = Operand::from(area(0, 1, 1, 3));
    check(
        "XLOOKUP",
        &cells,
        &["b".into(), column(2), result],
        area(1, 1, 1, 3),
    );
    let short = Operand::from(area(0, 1, 0, 3));
    check(
        "XLOOKUP",
        &cells,
        &["b".into(), column(2), short],
        CellError::Value,
    );
}

/// The search of excel-rules in its own words: one value at a time, no skipping.
fn bisect_plainly(values: &[Value], needle: f64) -> Option<usize> {
    let comparable = |place: i64| match values[place as usize] {
        Value::Number(number) => Some(number),
        _ => None,
    };
    let (mut low, mut high) = (-1, values.len() as i64);
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        let mut stepped = middle;
        while stepped < high && comparable(stepped).is_none() {
            stepped += 1;
        }
        if stepped == high {
            high = middle;
            continue;
        }
        let number = comparable(stepped).unwrap();
        if number == needle {
            while stepped + 1 < high && comparable(stepped + 1) == Some(needle) {
                stepped += 1;
            }
            return Some(stepped as usize);
        } else if number < needle {
            low = stepped;
        } else if stepped != middle && stepped == high - 1 {
            high = middle;
        } else {
            high = stepped;
        }
    }
    usize::try_from(low).ok()
}

fn any_value() -> impl Strategy<Value = Value> {
    prop_oneof![
        4 => (0..9i32).prop_map(|number| Value::Number(f64::from(number))),
        2 => Just(BLANK),
        1 => Just(DIV0),
        1 => Just(Value::from("text")),
    ]
}

proptest! {
    #[test]
    fn the_bisection_equals_the_plain_one(
        values in prop::collection::vec(any_value(), 1..40), needle in 0..10i32, blanks_behind in 0..60usize,
    ) {
        let needle = f64::from(needle);
        let mut padded = values.clone();
        padded.resize(values.len() + blanks_behind, BLANK);
        let expected = bisect_plainly(&padded, needle).map_or(NA, |place| (place as f64 + 1.0).into());
        let cells = FakeCells::column(&values);
        let rect = Rect::new(Cell::new(0, 0), Cell::new(padded.len() as u32 - 1, 0));
        let range = Reference::area(Area::new(SHEET, rect));
        prop_assert_eq!(call("MATCH", &cells, &[needle.into(), range.into()]), expected);
    }
}
