//! Tests of SORT, SORTBY, FILTER, UNIQUE, FREQUENCY, SEQUENCE and CHOOSE.

use super::{BLANK, check, column, no_cells, whole_column};
use crate::functions::Operand;
use crate::functions::lookup::fake_cells::{FakeCells, array, call, numbers};
use crate::limits;
use crate::reference::Cell;
use crate::value::{Array, CellError, Value};

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
    let include = Array::with_tail(limits::ROWS, vec![false.into()], stored).unwrap();
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
