//! The inline cases: a formula, the cells around it, and what other engines' tests expect.
//!
//! A case counts where LibreOffice, as a second witness, agrees with it, and nothing marks it as the other engine's own
//! behaviour. Cases whose formulas need a function that is not there yet are counted apart.

use std::fs;

use serde_json::Value as Json;
use tabulith::environment::Environment;
use tabulith::reference::a1::{self, GridLimits};
use tabulith::reference::{Cell, Rect, SheetId};
use tabulith::value::{CellError, TextUnits, Value};
use tabulith::workbook::{BookSettings, Evaluated, Loader, Visibility};
use tabulith::{ErrorKind, Result, Workbook};

use super::reasons::{Difference, Explained};
use super::{folder, wants};

/// Each suite and how many of 1,000 counted cases must hold.
const SUITES: [(&str, u64); 11] = [
    ("closedxml", 992),
    ("excelize", 981),
    ("fast-formula-parser", 953),
    ("forge-gnumeric", 993),
    ("formulajs", 957),
    ("hot-formula-parser", 965),
    ("hyperformula", 952),
    ("libreoffice-fods", 919),
    ("phpspreadsheet", 953),
    ("ssf-numfmt", 1000),
    ("univer", 963),
];

/// How many cases may differ for which there is no reason yet.
const UNEXPLAINED: u64 = 0;

/// How a suite went.
#[derive(Default)]
struct Tally {
    held: u64,
    failed: u64,
    unsupported: u64,
    refused: u64,
    unexplained: u64,
}

/// How a case went.
enum Verdict {
    Held,
    Failed(String),
    Unsupported(String),
    /// Excel refuses to take the formula, and so do we; others give an error as its value.
    Refused,
}

#[test]
fn the_inline_cases_hold_as_far_as_stated() {
    let Some(folder) = folder() else { return };
    let mut faults = Vec::new();
    let mut explained = Explained::none();
    let mut total = Tally::default();
    eprintln!("suite\tcases\tpassed\tdiffering\tunsupported");
    for (suite, least) in SUITES {
        let path = folder.join(format!("{suite}.jsonl"));
        let Ok(text) = fs::read_to_string(&path) else {
            eprintln!("passed over: there is no {suite}.jsonl");
            continue;
        };
        let tally = run(suite, &text, &mut explained);
        tally.print(suite);
        let part = (tally.held * 1000).checked_div(tally.held + tally.failed);
        if part.is_some_and(|part| part < least) {
            faults.push(format!("{suite}: less than {least} of 1000 hold"));
        }
        total.add(&tally);
    }
    total.print("total");
    faults.extend(explained.print());
    if total.unexplained > UNEXPLAINED {
        faults.push(format!(
            "{} cases differ without a reason",
            total.unexplained
        ));
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

impl Tally {
    fn add(&mut self, other: &Tally) {
        self.held += other.held;
        self.failed += other.failed;
        self.unsupported += other.unsupported;
        self.refused += other.refused;
        self.unexplained += other.unexplained;
    }

    /// A line of the table; a formula that is refused as Excel refuses it has passed.
    fn print(&self, name: &str) {
        let passed = self.held + self.refused;
        let cases = passed + self.failed + self.unsupported;
        let (differing, unsupported) = (self.failed, self.unsupported);
        eprintln!("{name}\t{cases}\t{passed}\t{differing}\t{unsupported}");
    }
}

fn run(suite: &str, text: &str, explained: &mut Explained) -> Tally {
    let mut tally = Tally::default();
    for line in text.lines() {
        let case: Json = serde_json::from_str(line).unwrap();
        if !counts(&case) {
            continue;
        }
        match verdict(&case) {
            Verdict::Held => tally.held += 1,
            Verdict::Refused => tally.refused += 1,
            Verdict::Unsupported(why) => {
                tally.unsupported += 1;
                if wants(suite) {
                    eprintln!(
                        "unsupported\t{}\t{}\t{why}",
                        word(&case, "id"),
                        word(&case, "formula")
                    );
                }
            }
            Verdict::Failed(got) => {
                tally.failed += 1;
                let known = explained.take(&Difference {
                    formula: word(&case, "formula"),
                    wanted: &case["expected"].to_string(),
                    got: &got,
                });
                tally.unexplained += u64::from(!known);
                if wants(suite) || !known {
                    let context = case["context"].to_string();
                    let context: String = context.chars().take(300).collect();
                    let (id, formula) = (word(&case, "id"), word(&case, "formula"));
                    eprintln!(
                        "failed\t{id}\t{formula}\twanted {}\tgot {got}\t{context}",
                        case["expected"]
                    );
                }
            }
        }
    }
    tally
}

/// Whether a case is evidence for Excel's behaviour.
fn counts(case: &Json) -> bool {
    let marked = [
        "peer_specific",
        "lo_only",
        "iterative",
        "after_edit",
        "config",
        "workbook",
        "external",
        "kind",
    ];
    let locale = case["locale"].as_str();
    case["lo"] == "agrees"
        && marked.iter().all(|mark| {
            case.get(*mark)
                .is_none_or(|value| value == &Json::Bool(false))
        })
        && locale.is_none_or(|locale| locale.starts_with("en-US"))
}

fn word<'a>(case: &'a Json, key: &str) -> &'a str {
    case[key].as_str().unwrap_or_default()
}

fn verdict(case: &Json) -> Verdict {
    match evaluate(case) {
        Ok(evaluated) => judge(case, &evaluated),
        Err(error) if error.kind() == ErrorKind::Unsupported => {
            Verdict::Unsupported(error.to_string())
        }
        Err(_) if case["type"] == "error" => Verdict::Refused,
        Err(error) => Verdict::Failed(error.to_string()),
    }
}

/// What the case's formula gives among the case's cells.
fn evaluate(case: &Json) -> Result<Evaluated> {
    let own = case["sheet"].as_str().unwrap_or("Sheet1");
    let mut loader = Loader::new();
    if word(case, "suite").starts_with("libreoffice") {
        // LibreOffice counts code points, as Excel does in workbooks of compatibility version 2.
        loader.settings(BookSettings {
            text_units: TextUnits::CodePoints,
            ..BookSettings::default()
        });
    }
    let here = loader.add_sheet(own, Visibility::Visible)?;
    let mut sheets = vec![(own.to_lowercase(), here)];
    let mut entries = Vec::new();
    let mut stale = false;
    for (address, content) in case["context"].as_object().into_iter().flatten() {
        if address == "names" {
            for (name, formula) in content.as_object().into_iter().flatten() {
                let formula = formula.as_str().unwrap_or_default();
                loader.define_name(name, None, formula.trim_start_matches('='), false);
            }
            continue;
        }
        let (sheet, rect) = a1::parse_address(address, GridLimits::default())?;
        let sheet = match sheet {
            Some(name) => sheet_of(&mut loader, &mut sheets, &name)?,
            None => here,
        };
        let cell = rect.top_left();
        if let Some(entry) = content["entry"].as_str() {
            entries.push((sheet, cell, entry));
        } else if let Some(formula) = content["f"].as_str() {
            stale |= content.get("v").is_none();
            let stored = value_of(&content["v"]);
            load_formula(
                &mut loader,
                (sheet, cell),
                (formula, &content["array"]),
                &stored,
            )?;
        } else {
            loader.value(sheet, cell, value_of(content).as_ref())?;
        }
    }
    let book = loader.finish(Environment::fixed(46_024.5, 1))?;
    enter(&book, &entries)?;
    if stale {
        book.recalculate()?;
    }
    let (cell, element) = place(case)?;
    let evaluated = book
        .snapshot()
        .evaluate_at(word(case, "formula"), here, cell)?;
    Ok(match (evaluated, element) {
        (Evaluated::Array(array), Some((row, column))) => {
            let value = array.broadcast(row, column).cloned();
            Evaluated::Value(value.unwrap_or(Value::Error(CellError::Na)))
        }
        (evaluated, _) => evaluated,
    })
}

fn sheet_of(
    loader: &mut Loader,
    sheets: &mut Vec<(String, SheetId)>,
    name: &str,
) -> Result<SheetId> {
    let folded = name.to_lowercase();
    if let Some((_, sheet)) = sheets.iter().find(|(known, _)| *known == folded) {
        return Ok(*sheet);
    }
    let sheet = loader.add_sheet(name, Visibility::Visible)?;
    sheets.push((folded, sheet));
    Ok(sheet)
}

fn load_formula(
    loader: &mut Loader,
    (sheet, cell): (SheetId, Cell),
    (formula, array): (&str, &Json),
    stored: &Value,
) -> Result<()> {
    let text = formula.trim_start_matches('=');
    match array
        .as_str()
        .and_then(|range| a1::parse_rect(range, GridLimits::default()).ok())
    {
        Some(rect) if rect.top_left() == cell => {
            let extent = tabulith::graph::Extent { rect, fixed: true };
            loader.array_formula(sheet, extent, text, stored.as_ref())
        }
        _ => loader.formula(sheet, cell, text, stored.as_ref()),
    }
}

fn enter(book: &Workbook, entries: &[(SheetId, Cell, &str)]) -> Result<()> {
    if entries.is_empty() {
        return Ok(());
    }
    book.edit(|tx| {
        entries
            .iter()
            .try_for_each(|(sheet, cell, entry)| tx.set_entry_at(*sheet, *cell, entry))
    })
}

/// The cell that the formula is written for, and which element of its result the case means.
fn place(case: &Json) -> Result<(Cell, Option<(u32, u32)>)> {
    let cell = a1::parse_cell(word(case, "cell").trim(), GridLimits::default())?;
    if let Some([row, column]) = case["element"].as_array().map(Vec::as_slice) {
        let number = |json: &Json| json.as_u64().map_or(0, |number| number as u32);
        return Ok((cell, Some((number(row), number(column)))));
    }
    let array: Option<Rect> = case["array"]
        .as_str()
        .and_then(|range| a1::parse_rect(range, GridLimits::default()).ok());
    Ok(match array {
        Some(rect) => (
            rect.top_left(),
            Some((cell.row - rect.top, cell.column - rect.left)),
        ),
        None => (cell, None),
    })
}

fn value_of(json: &Json) -> Value {
    match json {
        Json::Null => Value::Blank,
        Json::Bool(x) => Value::Boolean(*x),
        Json::Number(x) => Value::number(x.as_f64().unwrap_or_default()),
        Json::String(text) => match CellError::parse(text) {
            Some(error) => Value::Error(error),
            None => Value::text(text.as_str()),
        },
        _ => Value::text(json.to_string()),
    }
}

fn judge(case: &Json, evaluated: &Evaluated) -> Verdict {
    let expected = &case["expected"];
    let held = match (evaluated, expected) {
        (Evaluated::Array(array), Json::Array(rows)) => {
            rows.len() == array.rows() as usize
                && rows.iter().enumerate().all(|(row, line)| {
                    line.as_array()
                        .into_iter()
                        .flatten()
                        .enumerate()
                        .all(|(column, wanted)| {
                            fits(case, wanted, array.get(row as u32, column as u32))
                        })
                })
        }
        (Evaluated::Value(value), Json::Array(rows)) => {
            matches!(&rows[..], [Json::Array(line)] if matches!(&line[..], [wanted] if fits(case, wanted, value)))
        }
        (Evaluated::Array(array), wanted) => fits(case, wanted, array.get(0, 0)),
        (Evaluated::Value(value), wanted) => fits(case, wanted, value),
    };
    if held {
        Verdict::Held
    } else {
        Verdict::Failed(format!("{evaluated:?}"))
    }
}

/// Whether a value is what the case wants.
fn fits(case: &Json, wanted: &Json, value: &Value) -> bool {
    let loose =
        case.get("bool_may_be_number").is_some() || word(case, "suite") == "libreoffice-fods";
    match (wanted, value) {
        (Json::Null, Value::Blank) => true,
        (Json::Null, Value::Text(text)) => text.is_empty(),
        (Json::Null, Value::Number(x)) => *x == 0.0,
        (Json::Bool(wanted), Value::Boolean(x)) => wanted == x,
        (Json::Bool(wanted), Value::Number(x)) => loose && f64::from(u8::from(*wanted)) == *x,
        (Json::Number(wanted), Value::Number(x)) => {
            near(case, wanted.as_f64().unwrap_or_default(), *x)
        }
        (Json::Number(wanted), Value::Boolean(x)) => {
            loose && wanted.as_f64() == Some(f64::from(u8::from(*x)))
        }
        (Json::Number(wanted), Value::Blank) => wanted.as_f64() == Some(0.0),
        (Json::Number(wanted), Value::Text(text)) => {
            shown(case) && text.parse() == Ok(wanted.as_f64().unwrap_or_default())
        }
        (Json::String(wanted), Value::Error(error)) => {
            wanted == "#ANY!" || CellError::parse(wanted) == Some(*error)
        }
        (Json::String(wanted), Value::Text(text)) => **text == **wanted,
        (Json::String(wanted), Value::Blank) => wanted.is_empty(),
        (Json::String(wanted), Value::Number(x)) => shown(case) && wanted.parse() == Ok(*x),
        _ => false,
    }
}

/// Whether the case tells what the other engine displayed.
fn shown(case: &Json) -> bool {
    case["display"] == true
}

fn near(case: &Json, wanted: f64, x: f64) -> bool {
    let tolerance = case["tol"].as_f64().unwrap_or(0.0);
    let distance = (wanted - x).abs();
    distance <= tolerance.max(1e-9 * wanted.abs()).max(1e-12)
}
