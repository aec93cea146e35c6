//! Tests of choosing by conditions and of AND, OR, XOR.

use crate::functions::Operand;
use crate::functions::lookup::fake_cells::{FakeCells, area, array, call, numbers, written_out};
use crate::limits;
use crate::reference::Cell;
use crate::value::{Array, CellError, Value};

#[track_caller]
fn check(name: &str, cells: &FakeCells, arguments: &[Operand], expected: impl Into<Operand>) {
    assert_eq!(written_out(call(name, cells, arguments)), expected.into());
}

fn no_cells() -> FakeCells {
    FakeCells::default()
}

const NA: Operand = Operand::Value(Value::Error(CellError::Na));

#[test]
fn a_chosen_reference_is_not_read() {
    let cells = no_cells();
    let range = Operand::from(area(0, 0, 3, 3));
    check("IF", &cells, &[true.into(), range.clone()], range.clone());
    check(
        "IFS",
        &cells,
        &[0.0.into(), 1.0.into(), 1.0.into(), range.clone()],
        range.clone(),
    );
    check(
        "SWITCH",
        &cells,
        &[2.0.into(), 2.0.into(), range.clone()],
        range,
    );
    assert_eq!(cells.reads.get(), 0);
}

#[test]
fn if_reads_its_condition_as_true_or_false() {
    let choose =
        |condition: Operand| call("IF", &no_cells(), &[condition, "yes".into(), "no".into()]);
    assert_eq!(choose("tRue".into()), "yes".into());
    assert_eq!(choose((-0.5).into()), "yes".into());
    assert_eq!(choose(Value::Blank.into()), "no".into());
    assert_eq!(choose("1".into()), CellError::Value.into());
    assert_eq!(choose(CellError::Ref.into()), CellError::Ref.into());
    check("IF", &no_cells(), &[false.into(), 1.0.into()], false);
    check(
        "IF",
        &no_cells(),
        &[false.into(), 1.0.into(), Operand::Omitted],
        Value::Blank,
    );
}

#[test]
fn if_over_an_array_chooses_in_every_lane() {
    let conditions = array(&[[1.0.into()], [0.0.into()], ["x".into()]]);
    let across = array(&[["a", "b"].map(Value::from)]);
    let expected = array(&[
        ["a".into(), "b".into()],
        [9.0.into(), 9.0.into()],
        [CellError::Value.into(), CellError::Value.into()],
    ]);
    check(
        "IF",
        &no_cells(),
        &[conditions.clone(), across, 9.0.into()],
        expected,
    );
    let without_else = array(&[[1.0.into()], [false.into()], [CellError::Value.into()]]);
    check("IF", &no_cells(), &[conditions, 1.0.into()], without_else);
}

#[test]
fn if_keeps_the_blank_rows_behind_a_whole_column() {
    let mut cells = FakeCells::column(&[5.0.into(), 6.0.into()]);
    cells.set(Cell::new(0, 1), "b".into());
    let stored = [true, false].map(Value::Boolean).to_vec();
    let condition = Array::with_tail(limits::ROWS, vec![true.into()], stored).unwrap();
    let whole = |column| Operand::from(area(0, column, limits::ROWS - 1, column));
    let Operand::Array(result) = call("IF", &cells, &[condition.into(), whole(0), whole(1)]) else {
        panic!("IF over an array gives one");
    };
    assert_eq!((result.rows(), result.stored_rows()), (limits::ROWS, 2));
    assert_eq!(result.get(0, 0), &Value::Number(5.0));
    assert_eq!(result.get(1, 0), &Value::Blank);
}

#[test]
fn ifs_and_switch_without_a_match_are_not_available() {
    check("IFS", &no_cells(), &[false.into(), 1.0.into()], NA);
    check(
        "SWITCH",
        &no_cells(),
        &[3.0.into(), 1.0.into(), 1.0.into()],
        NA,
    );
    let with_default = [3.0.into(), 1.0.into(), 1.0.into(), "other".into()];
    check("SWITCH", &no_cells(), &with_default, "other");
}

#[test]
fn switch_compares_as_the_operator_does_and_over_arrays() {
    let cases = [
        "a".into(),
        1.0.into(),
        "b".into(),
        2.0.into(),
        "none".into(),
    ];
    let switch = |expression: Operand| {
        let mut arguments = vec![expression];
        arguments.extend(cases.clone());
        written_out(call("SWITCH", &no_cells(), &arguments))
    };
    assert_eq!(switch("B".into()), 2.0.into());
    assert_eq!(switch(CellError::Num.into()), CellError::Num.into());
    let expected = array(&[[1.0.into(), "none".into()]]);
    assert_eq!(switch(array(&[["a".into(), 7.0.into()]])), expected);
    let bits = [(0.1 + 0.2).into(), 0.3.into(), "same".into()];
    check("SWITCH", &no_cells(), &bits, "same");
}

#[test]
fn iferror_and_ifna_replace_what_they_catch_and_nothing_else() {
    let list = array(&[
        [1.0.into()],
        [CellError::Na.into()],
        [CellError::Num.into()],
    ]);
    let all = array(&[[1.0], [0.0], [0.0]].map(|row| row.map(Value::Number)));
    check("IFERROR", &no_cells(), &[list.clone(), 0.0.into()], all);
    let missing = array(&[[1.0.into()], [0.0.into()], [CellError::Num.into()]]);
    check("IFNA", &no_cells(), &[list, 0.0.into()], missing);
    check(
        "IFNA",
        &no_cells(),
        &[CellError::Num.into(), 0.0.into()],
        CellError::Num,
    );
    check(
        "IFERROR",
        &no_cells(),
        &["fine".into(), CellError::Num.into()],
        "fine",
    );
}

#[test]
fn texts_and_blanks_count_only_where_they_are_written_as_arguments() {
    let cells = FakeCells::column(&["FALSE".into(), Value::Blank, true.into()]);
    let range = Operand::from(area(0, 0, 9, 0));
    check("AND", &cells, std::slice::from_ref(&range), true);
    check("AND", &cells, &[range.clone(), "false".into()], false);
    check("AND", &cells, &[range, Value::Blank.into()], false);
    check("AND", &cells, &[area(0, 0, 1, 0).into()], CellError::Value);
    check("OR", &cells, &["z".into(), true.into()], CellError::Value);
}

#[test]
fn xor_counts_across_all_arguments() {
    check(
        "XOR",
        &no_cells(),
        &[numbers(&[1.0, 1.0]), true.into(), 0.0.into()],
        true,
    );
    check(
        "XOR",
        &no_cells(),
        &[numbers(&[1.0, 1.0]), 0.0.into()],
        false,
    );
}

#[test]
fn an_error_in_a_range_is_the_result_even_if_the_rest_decides() {
    let cells = FakeCells::column(&[false.into(), CellError::Div0.into()]);
    check("AND", &cells, &[area(0, 0, 1, 0).into()], CellError::Div0);
}
