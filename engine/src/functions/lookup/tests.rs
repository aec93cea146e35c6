use super::fake_cells::{FakeCells, SHEET, area, array, call, numbers, written_out};
use crate::functions::Operand;
use crate::limits;
use crate::reference::{Area, Cell, Rect};
use crate::value::{CellError, Value};
use proptest::prelude::*;

#[track_caller]
fn check(name: &str, cells: &FakeCells, arguments: &[Operand], expected: impl Into<Operand>) {
    assert_eq!(written_out(call(name, cells, arguments)), expected.into());
}

fn no_cells() -> FakeCells {
    FakeCells::default()
}

/// A1:A`rows`.
fn column(rows: u32) -> Operand {
    area(0, 0, rows - 1, 0).into()
}

/// A:A.
fn whole_column() -> Operand {
    column(limits::ROWS)
}

const BLANK: Value = Value::Blank;
const DIV0: Value = Value::Error(CellError::Div0);
const NA: Operand = Operand::Value(Value::Error(CellError::Na));

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

#[test]
fn index_gives_references_of_references() {
    let range = Operand::from(area(0, 0, 4, 2));
    let index = |row: f64, column: f64| {
        call(
            "INDEX",
            &no_cells(),
            &[range.clone(), row.into(), column.into()],
        )
    };
    assert_eq!(index(2.0, 3.0), area(1, 2, 1, 2).into());
    assert_eq!(index(0.0, 2.0), area(0, 1, 4, 1).into());
    assert_eq!(index(0.0, 0.0), range);
    assert_eq!(index(6.0, 1.0), CellError::Ref.into());
    assert_eq!(index(-1.0, 1.0), CellError::Value.into());
    check(
        "INDEX",
        &no_cells(),
        &[range.clone(), 2.0.into()],
        CellError::Ref,
    );
    let row = Operand::from(area(3, 0, 3, 9));
    check("INDEX", &no_cells(), &[row, 4.0.into()], area(3, 3, 3, 3));
}

#[test]
fn offset_clips_nothing_and_reaches_backwards() {
    let base = Operand::from(area(4, 4, 5, 5));
    let offset = |numbers: &[f64]| {
        let mut arguments = vec![base.clone()];
        arguments.extend(numbers.iter().map(|number| Operand::from(*number)));
        call("OFFSET", &no_cells(), &arguments)
    };
    assert_eq!(offset(&[1.9, -1.0]), area(5, 3, 6, 4).into());
    assert_eq!(offset(&[0.0, 0.0, -3.0, 1.0]), area(2, 4, 4, 4).into());
    assert_eq!(offset(&[0.0, 0.0, 0.0]), CellError::Ref.into());
    assert_eq!(offset(&[-5.0, 0.0]), CellError::Ref.into());
    assert_eq!(
        offset(&[0.0, f64::from(limits::COLUMNS)]),
        CellError::Ref.into()
    );
    assert_eq!(offset(&[1e300, 0.0]), CellError::Ref.into());
}

#[test]
fn row_of_a_range_is_an_array_and_of_nothing_the_row_of_the_formula() {
    check("ROW", &no_cells(), &[], 3.0);
    check(
        "ROW",
        &no_cells(),
        &[area(1, 1, 3, 3).into()],
        numbers(&[2.0, 3.0, 4.0]),
    );
    check("COLUMN", &no_cells(), &[area(1, 1, 3, 1).into()], 2.0);
    check(
        "ROWS",
        &no_cells(),
        &[whole_column()],
        f64::from(limits::ROWS),
    );
}

#[test]
fn addresses_have_quotes_where_a_formula_needs_them() {
    let address = |sheet: &str| {
        let arguments = [
            1.0.into(),
            28.0.into(),
            Operand::Omitted,
            Operand::Omitted,
            sheet.into(),
        ];
        match call("ADDRESS", &no_cells(), &arguments) {
            Operand::Value(Value::Text(text)) => text.to_string(),
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(address("Data"), "Data!$AB$1");
    assert_eq!(address("It's"), "'It''s'!$AB$1");
    assert_eq!(address("2024"), "'2024'!$AB$1");
    assert_eq!(address("A1"), "'A1'!$AB$1");
    assert_eq!(address(""), "!$AB$1");
    let relative = [0.0.into(), (-3.0).into(), 4.0.into(), false.into()];
    check("ADDRESS", &no_cells(), &relative, "RC[-3]");
    check(
        "ADDRESS",
        &no_cells(),
        &[0.0.into(), 1.0.into()],
        CellError::Value,
    );
}

#[test]
fn a_whole_column_costs_only_its_used_part() {
    let mut cells = FakeCells::column(&[3.0.into(), 1.0.into(), BLANK, 2.0.into()]);
    let Operand::Array(sorted) = call("SORT", &cells, &[whole_column()]) else {
        panic!("SORT gives an array");
    };
    assert_eq!((sorted.rows(), sorted.stored_rows()), (limits::ROWS, 4));
    assert_eq!(sorted.get(2, 0), &Value::Number(3.0));
    assert_eq!(sorted.get(3, 0), &BLANK);

    let Operand::Array(unique) = call("UNIQUE", &cells, &[whole_column()]) else {
        panic!("UNIQUE gives an array");
    };
    assert_eq!(unique.rows(), 4);
    cells.set(Cell::new(4, 0), 1.0.into());
    let once = [whole_column(), false.into(), true.into()];
    check("UNIQUE", &cells, &once, numbers(&[3.0, 2.0]));
}

#[test]
fn sort_puts_blanks_last_in_both_directions() {
    let list = array(&[
        [BLANK],
        ["b".into()],
        [2.0.into()],
        [true.into()],
        ["A".into()],
    ]);
    let order = |direction: f64| [list.clone(), Operand::Omitted, direction.into()];
    let rising = array(&[
        [2.0.into()],
        ["A".into()],
        ["b".into()],
        [true.into()],
        [BLANK],
    ]);
    check("SORT", &no_cells(), &order(1.0), rising);
    let falling = array(&[
        [true.into()],
        ["b".into()],
        ["A".into()],
        [2.0.into()],
        [BLANK],
    ]);
    check("SORT", &no_cells(), &order(-1.0), falling);
    check("SORT", &no_cells(), &order(2.0), CellError::Value);
}

#[test]
fn sort_by_uses_several_keys_and_keeps_the_order_of_equals() {
    let table = array(&[["a"], ["b"], ["c"], ["d"]].map(|row| row.map(Value::from)));
    let first = numbers(&[2.0, 1.0, 2.0, 1.0]);
    let second = numbers(&[1.0, 1.0, 2.0, 1.0]);
    let arguments = [table, first, Operand::Omitted, second, (-1.0).into()];
    let expected = array(&[["b"], ["d"], ["c"], ["a"]].map(|row| row.map(Value::from)));
    check("SORTBY", &no_cells(), &arguments, expected);
}

#[test]
fn filter_keeps_rows_or_columns_and_refuses_other_sizes() {
    let table = array(&[[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]].map(|row| row.map(Value::Number)));
    let rows = array(&[[true.into()], [0.0.into()], [7.0.into()]]);
    let kept = array(&[[1.0, 2.0], [5.0, 6.0]].map(|row| row.map(Value::Number)));
    check("FILTER", &no_cells(), &[table.clone(), rows], kept);
    let columns = array(&[[false.into(), true.into()]]);
    check(
        "FILTER",
        &no_cells(),
        &[table.clone(), columns],
        numbers(&[2.0, 4.0, 6.0]),
    );
    check(
        "FILTER",
        &no_cells(),
        &[table.clone(), numbers(&[1.0, 1.0])],
        CellError::Value,
    );
    let text = array(&[["x".into()], [0.0.into()], [0.0.into()]]);
    check(
        "FILTER",
        &no_cells(),
        &[table.clone(), text],
        CellError::Value,
    );
    let none = numbers(&[0.0, 0.0, 0.0]);
    check(
        "FILTER",
        &no_cells(),
        &[table.clone(), none.clone()],
        CellError::Calc,
    );
    check("FILTER", &no_cells(), &[table, none, "none".into()], "none");
}

#[test]
fn filter_of_whole_columns_reads_what_is_used() {
    let cells = FakeCells::column(&[1.0.into(), 2.0.into(), 3.0.into()]);
    // What `A:A>1` gives: the used rows, and FALSE for the rest.
    let stored = [false, true, true].map(Value::Boolean).to_vec();
    let include = crate::value::Array::with_tail(limits::ROWS, vec![false.into()], stored).unwrap();
    check(
        "FILTER",
        &cells,
        &[whole_column(), include.into()],
        numbers(&[2.0, 3.0]),
    );
}

#[test]
fn frequency_counts_equal_bins_once() {
    let data = numbers(&[1.0, 2.0, 2.0, 3.0, 9.0]);
    let bins = numbers(&[5.0, 2.0, 2.0]);
    check(
        "FREQUENCY",
        &no_cells(),
        &[data, bins],
        numbers(&[1.0, 3.0, 0.0, 1.0]),
    );
}

#[test]
fn sequence_refuses_what_is_empty_or_too_large() {
    let columns = [Operand::Omitted, 3.0.into(), 10.0.into(), (-5.0).into()];
    let expected = array(&[[10.0, 5.0, 0.0].map(Value::Number)]);
    check("SEQUENCE", &no_cells(), &columns, expected);
    check("SEQUENCE", &no_cells(), &[0.0.into()], CellError::Calc);
    check("SEQUENCE", &no_cells(), &[(-1.0).into()], CellError::Value);
    check(
        "SEQUENCE",
        &no_cells(),
        &[1e300.into(), 1e300.into()],
        CellError::Num,
    );
}

#[test]
fn choose_stretches_what_an_array_of_numbers_names() {
    let arguments = [
        numbers(&[2.0, 1.0, 5.0]),
        "x".into(),
        numbers(&[7.0, 8.0, 9.0]),
    ];
    let expected = array(&[[7.0.into()], ["x".into()], [Value::Error(CellError::Value)]]);
    check("CHOOSE", &no_cells(), &arguments, expected);
    check("CHOOSE", &no_cells(), &[1.0.into(), column(3)], column(3));
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
        let range = crate::functions::Reference::area(Area::new(SHEET, rect));
        prop_assert_eq!(call("MATCH", &cells, &[needle.into(), range.into()]), expected);
    }
}
