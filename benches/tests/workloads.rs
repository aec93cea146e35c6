//! The workloads show what they must, at a size that tests can afford, and the check of them finds what is wrong.

use tabulith::reference::Cell;
use tabulith_benches::model;
use tabulith_benches::texts::{self, Joined};
use tabulith_benches::workloads::{self, SHEET, Workload};

const ROWS: u32 = 2_000;

#[track_caller]
fn check(workload: tabulith::Result<Workload>, formula_cells: usize) -> Workload {
    let workload = workload.expect("the workload is built");
    workload.check().expect("it shows what plain Rust computes");
    assert_eq!(workload.formula_cells(), formula_cells);
    let statistics = workload.book.snapshot().statistics();
    assert_eq!(statistics.formulas, formula_cells as u64);
    assert!(
        !workload.book.undo().expect("nobody edits it"),
        "there are steps to undo"
    );
    workload
}

#[test]
fn filled_columns_show_products_branches_and_rounded_numbers() {
    let filled = check(workloads::fill_down(ROWS), 3 * ROWS as usize);
    assert_eq!(filled.book.snapshot().statistics().regions, 3);
    let both_ways = |x: &f64| *x > 0.5;
    let taken = filled.formulas[0].numbers.iter().filter(|x| both_ways(x));
    let share = taken.count() as f64 / f64::from(ROWS);
    assert!(
        (0.3..0.9).contains(&share),
        "the branch is taken in {share}"
    );
}

#[test]
fn each_column_alone_shows_what_it_shows_among_the_others() {
    let filled = workloads::fill_down(ROWS).unwrap();
    let alone = [
        workloads::product_alone(ROWS),
        workloads::branch_alone(ROWS),
        workloads::round_alone(ROWS),
    ];
    for (workload, column) in alone.into_iter().zip(&filled.formulas) {
        let workload = check(workload, ROWS as usize);
        assert_eq!(workload.formulas[0].numbers, column.numbers);
    }
}

#[test]
fn balances_sums_and_lookups_show_what_plain_programs_compute() {
    check(workloads::balance(ROWS), ROWS as usize - 1);
    check(workloads::sum(ROWS), 1);
    check(workloads::sumifs(ROWS, 50), 50);
    check(workloads::vlookup(500, ROWS), ROWS as usize);
}

#[test]
fn a_model_shows_what_a_plain_program_computes_and_an_input_reaches_a_quarter_of_it() {
    let model = model::model().unwrap();
    let statistics = model.book.snapshot().statistics();
    assert_eq!((statistics.formulas, statistics.regions), (2_000, 2_000));
    let edit = |tx: &mut tabulith::Transaction<'_>| tx.set_at(SHEET, model.input, 2.5);
    let ((), report) = model.book.edit_reporting(&mut |_| {}, edit).unwrap();
    assert_eq!(report.recomputed, 500);
    let shown = model.book.snapshot().value_at(SHEET, model.output);
    assert_eq!(shown, model::Model::expected(2.5).into());
}

#[test]
fn records_are_the_numbers_of_their_text() {
    let records = check(texts::records(ROWS), 0);
    let snapshot = records.book.snapshot();
    let text = texts::text_of(&records.inputs);
    let read = texts::columns_of(&text);
    assert_eq!(read.len(), records.inputs.len());
    for (column, read) in records.inputs.iter().zip(read) {
        column.check(&snapshot, 0).unwrap();
        assert_eq!(column.numbers, read);
    }
    assert!(text.starts_with(b"0,"));
}

#[test]
fn texts_are_joined_as_a_plain_program_joins_them() {
    let joined = Joined::build(ROWS).unwrap();
    joined.check().unwrap();
    let short = joined.expected.iter().filter(|text| text.len() < 8);
    assert!((1..ROWS as usize).contains(&short.count()));
    joined.book.edit(|tx| tx.set("S!B7", "other")).unwrap();
    let error = joined.check().unwrap_err().to_string();
    assert!(error.starts_with("row 6 is Text("), "{error}");
}

#[test]
fn a_wrong_cell_and_an_empty_one_are_found() {
    let filled = workloads::fill_down(ROWS).unwrap();
    let cell = Cell::new(1_234, 3);
    filled.book.edit(|tx| tx.set_at(SHEET, cell, 0.25)).unwrap();
    let error = filled.check().unwrap_err().to_string();
    assert!(
        error.starts_with("S!D1235 is Number(0.25) instead of "),
        "{error}"
    );
    filled.book.edit(|tx| tx.clear("D1235")).unwrap();
    let error = filled.check().unwrap_err().to_string();
    assert_eq!(error, "1 of 2000 cells of a column are empty");
}
