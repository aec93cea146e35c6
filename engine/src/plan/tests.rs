//! Formulas evaluated against a small workbook of plain maps, with a few functions of every shape.

mod arrays;
mod binding;
mod calls;
mod depth;
mod fake_book;
mod fake_functions;
mod intersection;
mod names;
mod numbers;
mod operators;
mod properties;
mod tables;

use fake_book::FakeBook;

use super::bind::Binder;
use super::{Outcome, Plan, outcome};
use crate::environment::Tick;
use crate::formula::{Mode, ParseOptions, Template, parse};
use crate::functions::{Cells, Context};
use crate::reference::{Cell, SheetId};
use crate::value::{Conventions, SumMode, Value};

/// The sheet and cell that formulas stand in: D5 of the first sheet.
const HERE: SheetId = SheetId(0);
const D5: Cell = Cell::new(4, 3);

fn template_at(text: &str, mode: Mode, cell: Cell, book: &FakeBook) -> Template {
    let options = ParseOptions {
        nesting: 10_000,
        max_characters: 1 << 20,
        ..ParseOptions::default()
    };
    let ast = parse(text, &options).unwrap_or_else(|error| panic!("{text}: {error}"));
    book.template(&ast, mode, cell)
}

fn plan_at(text: &str, mode: Mode, cell: Cell, book: &FakeBook) -> Plan {
    let template = template_at(text, mode, cell, book);
    Binder::new(HERE, Some(cell), book, fake_functions::find).bind(&template)
}

fn plan(text: &str, mode: Mode, book: &FakeBook) -> Plan {
    plan_at(text, mode, D5, book)
}

fn with_context<R>(
    book: &dyn Cells,
    mode: Mode,
    cell: Cell,
    run: impl FnOnce(&Context<'_>) -> R,
) -> R {
    run(&Context {
        cells: book,
        sheet: HERE,
        cell,
        tick: Tick {
            now: 45_000.5,
            seed: 1,
            epoch: 0,
        },
        conventions: &Conventions::default(),
        sum_mode: SumMode::Exact,
        mode,
        draws: std::cell::Cell::new(0),
    })
}

fn run(plan: &Plan, cell: Cell, book: &FakeBook) -> Outcome {
    with_context(book, plan.mode, cell, |context| {
        outcome(super::evaluate(plan, context), context)
    })
}

fn evaluate_at(text: &str, mode: Mode, cell: Cell, book: &FakeBook) -> Outcome {
    run(&plan_at(text, mode, cell, book), cell, book)
}

/// The result as text: `1.5`, `"text"`, `TRUE`, `#N/A`, `{1,2;3,4}`; of a long array its size and the last row.
fn show(outcome: &Outcome) -> String {
    let one = |value: &Value| match value {
        Value::Text(text) => format!("\"{text}\""),
        Value::Blank => "blank".to_owned(),
        other => other.to_string(),
    };
    match outcome {
        Outcome::Value(value) => one(value),
        Outcome::Array(array) => {
            let row = |row| {
                let values: Vec<String> = (0..array.columns())
                    .map(|column| one(array.get(row, column)))
                    .collect();
                values.join(",")
            };
            if array.rows() > 100 {
                return format!(
                    "{}x{} ... {}",
                    array.rows(),
                    array.columns(),
                    row(array.rows() - 1)
                );
            }
            let rows: Vec<String> = (0..array.rows()).map(row).collect();
            format!("{{{}}}", rows.join(";"))
        }
    }
}

#[track_caller]
fn check(book: &FakeBook, mode: Mode, cases: &[(&str, &str)]) {
    for (text, expected) in cases {
        let shown = show(&evaluate_at(text, mode, D5, book));
        assert_eq!(&shown, expected, "{text}");
    }
}

#[track_caller]
fn check_dynamic(book: &FakeBook, cases: &[(&str, &str)]) {
    check(book, Mode::Dynamic, cases);
}

#[track_caller]
fn check_legacy(book: &FakeBook, cases: &[(&str, &str)]) {
    check(book, Mode::Legacy, cases);
}
