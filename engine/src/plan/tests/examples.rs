//! The examples of every function's documentation, run.
//!
//! An example that calls a function which is not implemented is passed over; any other must give what it says.

use super::fake_book::FakeBook;
use super::{D5, HERE, run, show, template_at};
use crate::formula::Mode;
use crate::functions;
use crate::plan::{Outcome, bind};
use crate::value::Value;

/// Numbers of examples are written with as many digits as read well.
const TOLERANCE: f64 = 1e-9;

/// Whether the result is what the example says.
fn agrees(got: &Outcome, expected: &str, book: &FakeBook) -> bool {
    let text = if expected.starts_with(['=', '#']) {
        expected.to_owned()
    } else {
        format!("={expected}")
    };
    if show(got) == expected || expected.trim_matches('"') == show(got).trim_matches('"') {
        return true;
    }
    let template = template_at(&text, Mode::Dynamic, D5, book);
    let wanted = run(&bind(&template, HERE, book), D5, book);
    match (got, &wanted) {
        (Outcome::Value(got), Outcome::Value(wanted)) => same(got, wanted),
        (Outcome::Array(got), Outcome::Array(wanted)) => {
            got.rows() == wanted.rows()
                && got.columns() == wanted.columns()
                && (0..got.rows()).all(|row| {
                    (0..got.columns())
                        .all(|column| same(got.get(row, column), wanted.get(row, column)))
                })
        }
        _ => false,
    }
}

fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => {
            (a - b).abs() <= TOLERANCE * a.abs().max(b.abs()).max(1.0)
        }
        _ => a == b,
    }
}

#[test]
fn every_example_of_a_function_gives_what_it_says() {
    let book = FakeBook::default();
    let mut faults = Vec::new();
    for function in functions::all() {
        let mut examples = 0;
        for (formula, expected) in function.examples() {
            examples += 1;
            let template = template_at(formula, Mode::Dynamic, D5, &book);
            let bound = bind(&template, HERE, &book);
            if let Some(refused) = &bound.refused {
                faults.push(format!("{formula}: {}", refused.message));
                continue;
            }
            if bound.unsupported.is_some() {
                continue;
            }
            let got = run(&bound, D5, &book);
            if !agrees(&got, expected, &book) {
                faults.push(format!("{formula} -> {} instead of {expected}", show(&got)));
            }
        }
        if examples == 0 && !function.flags.volatile {
            faults.push(format!("{} has no example", function.name));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
