//! The function reference holds: every row has examples, and each gives what it says in a real workbook.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::PathBuf;

use tabulith::environment::Environment;
use tabulith::functions::{self, Function};
use tabulith::value::Value;
use tabulith::workbook::Evaluated;
use tabulith::{ErrorKind, Workbook};

/// Numbers of examples are written with as many digits as read well.
const TOLERANCE: f64 = 1e-9;

fn book() -> Workbook {
    let book = Workbook::with_environment(Environment::fixed(45_000.5, 7));
    book.add_sheet("Sheet1").unwrap();
    book
}

fn evaluate(book: &Workbook, formula: &str) -> Result<Evaluated, String> {
    let snapshot = book.snapshot();
    let sheet = snapshot
        .sheet("Sheet1")
        .map_err(|error| error.to_string())?;
    // Examples speak of an empty sheet; they stand aside of the cells that they name.
    let cell = tabulith::reference::Cell::new(4, 3);
    snapshot
        .evaluate_at(formula, sheet, cell)
        .map_err(|error| error.to_string())
}

fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => {
            (a - b).abs() <= TOLERANCE * a.abs().max(b.abs()).max(1.0)
        }
        _ => a == b,
    }
}

fn agrees(got: &Evaluated, wanted: &Evaluated) -> bool {
    match (got, wanted) {
        (Evaluated::Value(got), Evaluated::Value(wanted)) => same(got, wanted),
        (Evaluated::Array(got), Evaluated::Array(wanted)) => {
            (got.rows(), got.columns()) == (wanted.rows(), wanted.columns())
                && (0..got.rows()).all(|row| {
                    (0..got.columns())
                        .all(|column| same(got.get(row, column), wanted.get(row, column)))
                })
        }
        _ => false,
    }
}

#[test]
fn every_example_gives_what_it_says() {
    let book = book();
    let mut faults = Vec::new();
    for function in functions::all() {
        for (formula, expected) in function.examples() {
            let results = (
                evaluate(&book, formula),
                evaluate(&book, &format!("={expected}")),
            );
            match results {
                (Ok(got), Ok(wanted)) if agrees(&got, &wanted) => {}
                (Ok(got), _) => faults.push(format!("{formula} -> {got:?} instead of {expected}")),
                (Err(error), _) => faults.push(format!("{formula}: {error}")),
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Of seven hundred million values two rows are stored. No function looks at more of them than an array may have: few
/// machines have the memory.
#[test]
fn no_function_writes_out_what_is_too_large() {
    const LARGE: &str = "A:ZZ+1";
    let book = book();
    book.edit(|tx| tx.set("Sheet1!A1", 3.0)).unwrap();
    for function in functions::all() {
        let (least, most) = function.arity();
        for place in 0..most.min(4) {
            for (other, count) in [("1", place + 1), ("A1:A3", most.min(4))] {
                let mut arguments = vec![other; count.max(least).max(place + 1)];
                arguments[place] = LARGE;
                let call = format!("{}({})", function.name, arguments.join(","));
                // What it gives is not the question, and some of these calls are none.
                let _ = evaluate(&book, &format!("=ISERROR(INDEX({call},1,1))"));
            }
        }
    }
    let whole = evaluate(&book, &format!("={LARGE}")).unwrap();
    let Evaluated::Array(whole) = whole else {
        panic!("{whole:?} is no array");
    };
    assert_eq!(whole.to_rows().unwrap_err().kind(), ErrorKind::Limit);
}

#[test]
fn every_row_is_documented_and_its_name_is_known_and_unique() {
    let mut seen = BTreeMap::new();
    let mut faults = Vec::new();
    for function in functions::all() {
        let lines = function.documentation.trim_start().lines();
        let first = lines.take_while(|line| !line.trim().is_empty());
        if first
            .last()
            .is_none_or(|line| !line.trim_end().ends_with('.'))
        {
            faults.push(format!(
                "{}: no sentence begins its documentation",
                function.name
            ));
        }
        if function.examples().next().is_none() && !function.flags.volatile {
            faults.push(format!("{} has no example", function.name));
        }
        if functions::known(function.name).is_none() {
            faults.push(format!("{} is not a function of Excel", function.name));
        }
        let optional = function
            .parameters
            .iter()
            .skip_while(|parameter| parameter.is_required());
        if optional.clone().any(|parameter| parameter.is_required()) {
            faults.push(format!(
                "{}: a required parameter stands behind an optional one",
                function.name
            ));
        }
        if seen.insert(function.name, ()).is_some() {
            faults.push(format!("{} has two rows", function.name));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// The reference as a page: every function with its signature, its documentation and its examples.
fn reference() -> String {
    let rows: BTreeMap<&str, &Function> = functions::all()
        .map(|function| (function.name, function))
        .collect();
    let mut page = format!(
        "# Functions\n\nThe {} worksheet functions that are computed, in alphabetical order. This page is made from the \
         functions' own documentation; `BLESS=1 cargo test -p tabulith-tests functions` makes it anew.\n",
        rows.len()
    );
    for function in rows.values() {
        let _ = write!(
            page,
            "\n## {}\n\n    {}\n\n",
            function.name,
            function.signature()
        );
        for line in function.documentation.lines() {
            page.push_str(line.strip_prefix(' ').unwrap_or(line).trim_end());
            page.push('\n');
        }
    }
    page
}

#[test]
fn the_page_of_functions_is_fresh() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../engine/FUNCTIONS.md");
    let page = reference();
    if std::env::var("BLESS").is_ok_and(|value| value == "1") {
        std::fs::write(&path, &page).unwrap();
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        found == page,
        "engine/FUNCTIONS.md is not what the rows say; BLESS=1 makes it anew"
    );
}
