//! Every workbook of the corpora: it opens, recalculates, and gives again what its program stored.
//!
//! Cells that depend on volatile functions, or on what is not computed here, are not compared.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use tabulith::formats::xlsx;
use tabulith::reference::{Area, Cell, SheetId, a1};
use tabulith::value::{SumMode, Value};
use tabulith::{Result, Snapshot};

use super::{folder, wants};

/// Files that give other values than they store: how many at most, and why.
const KNOWN: [(&str, u64, &str); 0] = [];

/// Of 1,000 compared cells, so many must be equal.
const EQUAL: u64 = 970;

/// What opening and recalculating one file may take, in a build without optimisation on a busy machine.
const TIME: Duration = Duration::from_secs(60);

/// What was found in the cells of a file.
#[derive(Default)]
struct Tally {
    equal: u64,
    differing: u64,
    not_compared: u64,
    lines: Vec<String>,
}

#[test]
fn the_workbooks_give_again_what_they_store() {
    let Some(folder) = folder() else { return };
    let folder = folder.join("originals");
    let mut faults = Vec::new();
    let mut all = Tally::default();
    for path in workbooks_below(&folder) {
        let name = path
            .strip_prefix(&folder)
            .unwrap()
            .to_string_lossy()
            .into_owned();
        let start = Instant::now();
        let tally = match check(&path) {
            Ok(tally) => tally,
            Err(error) => {
                faults.push(format!("{name}: {error}"));
                continue;
            }
        };
        if start.elapsed() > TIME {
            faults.push(format!("{name}: took {:?}", start.elapsed()));
        }
        let known = KNOWN.iter().find(|(known, ..)| name.ends_with(known));
        let allowed = known.map_or(0, |(_, count, _)| *count);
        if tally.differing > allowed || wants(&name) {
            let Tally {
                equal,
                differing,
                not_compared,
                ..
            } = tally;
            println!("{name}: {equal} equal, {differing} differing, {not_compared} not compared");
            tally.lines.iter().for_each(|line| println!("    {line}"));
        }
        if tally.differing > allowed {
            faults.push(format!(
                "{name}: {} cells differ, {allowed} are known",
                tally.differing
            ));
        }
        all.equal += tally.equal;
        all.differing += tally.differing;
        all.not_compared += tally.not_compared;
    }
    let Tally {
        equal,
        differing,
        not_compared,
        ..
    } = all;
    eprintln!("workbooks: {equal} equal, {differing} differing, {not_compared} not compared");
    assert!(
        equal * 1000 >= EQUAL * (equal + differing),
        "only {equal} equal, {differing} differing"
    );
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Every .xlsx and .xlsm below a folder, sorted.
fn workbooks_below(folder: &Path) -> Vec<PathBuf> {
    let mut folders = vec![folder.to_owned()];
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let ending = path.extension().and_then(|ending| ending.to_str());
            if path.is_dir() {
                folders.push(path);
            } else if matches!(ending, Some("xlsx" | "xlsm")) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

fn check(path: &Path) -> Result<Tally> {
    let book = xlsx::open(path)?;
    let stored = book.snapshot();
    book.recalculate_with(Some(SumMode::ExcelOrder), &mut |_| {})?;
    let computed = book.snapshot();
    if wants(&path.to_string_lossy()) {
        for kept in stored.unsupported() {
            println!(
                "unsupported\t{}\t{}\t{}",
                kept.why, kept.place, kept.formula
            );
        }
    }
    Ok(compare(&stored, &computed))
}

fn compare(stored: &Snapshot, computed: &Snapshot) -> Tally {
    let mut apart = stored.volatile_cone();
    apart.extend(stored.unsupported_cone());
    let mut tally = Tally::default();
    for sheet in computed.sheets() {
        let mut cells = Vec::new();
        computed.visit_templates(sheet.id, |cell, _| cells.push(cell));
        cells.sort_unstable();
        for cell in cells {
            let (before, after) = (
                stored.value_at(sheet.id, cell),
                computed.value_at(sheet.id, cell),
            );
            if before.is_blank() || covers(&apart, sheet.id, cell) {
                tally.not_compared += 1;
            } else if same(&before, &after) {
                tally.equal += 1;
            } else {
                tally.differing += 1;
                let formula = computed.formula_at(sheet.id, cell).unwrap_or_default();
                let (place, formula) = (
                    a1::print_cell(cell),
                    formula.chars().take(150).collect::<String>(),
                );
                tally.lines.push(format!(
                    "{}!{place} {formula} stored {before:?} computed {after:?}",
                    sheet.name
                ));
            }
        }
    }
    tally
}

fn covers(areas: &[Area], sheet: SheetId, cell: Cell) -> bool {
    areas
        .iter()
        .any(|area| area.sheet == sheet && area.rect.contains(cell))
}

/// Equal but for the last digits; an empty text and a blank are the same in a file.
fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => (a - b).abs() <= 1e-12 * a.abs().max(b.abs()),
        (Value::Blank, Value::Text(text)) | (Value::Text(text), Value::Blank) => text.is_empty(),
        _ => a == b,
    }
}
