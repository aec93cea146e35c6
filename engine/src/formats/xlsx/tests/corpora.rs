//! Real workbooks of other suites: what is read from them equals what another reader found.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use serde_json::Value as Json;

use super::recording::{RecordedSheet, Recording};
use crate::formats::xlsx::cell_reference::{cell_text, parse_cell, parse_range, range_text};
use crate::formats::xlsx::xml_escape::unescape;
use crate::formats::xlsx::{FormulaKind, Package};
use crate::value::{CellError, Value};

/// The folder of the corpora, if it is there.
fn corpora() -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/corpora");
    if !path.is_dir() {
        eprintln!("passed over: there is no {}", path.display());
        return None;
    }
    Some(path)
}

/// The workbooks of this repository, and those of the corpora up to 150 kB; all of them with RUN_SLOW_TESTS=1.
pub(super) fn handy_workbooks() -> Vec<PathBuf> {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/excel");
    let mut found = workbooks_below(&fixtures);
    assert!(found.len() >= 13, "{} workbooks", found.len());
    if let Some(corpora) = corpora() {
        let mut more = workbooks_below(&corpora.join("originals"));
        if std::env::var_os("RUN_SLOW_TESTS").is_none() {
            more.retain(|path| fs::metadata(path).unwrap().len() < 150_000);
        }
        assert!(more.len() > 380, "{} workbooks", more.len());
        found.append(&mut more);
    }
    found
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

/// The neutral form of a workbook, if the corpora have it.
fn neutral(path: &Path) -> Option<Json> {
    let mut text = String::new();
    let file = fs::File::open(path).ok()?;
    flate2::read::GzDecoder::new(file)
        .read_to_string(&mut text)
        .unwrap();
    Some(serde_json::from_str(&text).unwrap())
}

/// Differences of a book from its neutral form.
fn differences(book: &Recording, neutral: &Json) -> Vec<String> {
    let mut found = Vec::new();
    let sheets: Vec<&Json> = neutral["sheets"].as_array().unwrap().iter().collect();
    for json in &sheets {
        let name = json["name"].as_str().unwrap();
        match book.sheets.iter().find(|sheet| sheet.name == name) {
            Some(sheet) => sheet_differences(sheet, json, &mut found),
            None => found.push(format!("sheet {name} is missing")),
        }
    }
    if book.settings.as_ref().unwrap().date1904 != neutral["date1904"].as_bool().unwrap() {
        found.push("date1904".into());
    }
    for table in neutral["tables"].as_array().unwrap() {
        let name = table["name"].as_str().unwrap();
        let Some(ours) = book.tables.iter().find(|ours| ours.name == name) else {
            found.push(format!("table {name} is missing"));
            continue;
        };
        let columns: Vec<&str> = ours.columns.iter().map(|c| c.name.as_str()).collect();
        let theirs: Vec<&str> = table["columns"]
            .as_array()
            .unwrap()
            .iter()
            .map(|c| c.as_str().unwrap())
            .collect();
        // The other reader leaves the escapes of line breaks in names as they are.
        let theirs: Vec<_> = theirs.iter().map(|name| unescape(name)).collect();
        if columns != theirs
            || range_text(ours.range) != table["ref"].as_str().unwrap()
            || book.sheets[ours.sheet].name != table["sheet"].as_str().unwrap()
            || u64::from(ours.totals_rows) != table["totals"].as_u64().unwrap()
        {
            found.push(format!("table {name}: {ours:?} is not {table}"));
        }
    }
    for name in neutral["names"].as_array().unwrap() {
        if !book.names.iter().any(|ours| same_name(book, ours, name)) {
            found.push(format!("name {name} is missing"));
        }
    }
    found
}

fn same_name(book: &Recording, ours: &crate::formats::xlsx::DefinedName, name: &Json) -> bool {
    let sheet = ours.sheet.map(|sheet| sheet as u64);
    assert!(ours.sheet.is_none_or(|sheet| sheet < book.sheets.len()));
    name["name"].as_str() == Some(&ours.name)
        && name["ref"].as_str().unwrap_or_default() == ours.refers_to
        && name["sheet_index"].as_u64() == sheet
        // The other reader takes hidden="false" for hidden.
        && (name["hidden"].as_bool().unwrap_or(false) || !ours.hidden)
}

fn sheet_differences(sheet: &RecordedSheet, json: &Json, found: &mut Vec<String>) {
    let cells = json["cells"].as_object().unwrap();
    for (cell, ours) in &sheet.cells {
        let address = cell_text(*cell);
        if (!ours.value.is_blank() || ours.formula.is_some()) && !cells.contains_key(&address) {
            found.push(format!("{}!{address}: only we have {ours:?}", sheet.name));
        }
    }
    for (address, theirs) in cells {
        let cell = parse_cell(address.as_bytes()).unwrap();
        let Some(ours) = sheet.cells.get(&cell) else {
            if !theirs["v"].is_null() || !theirs["f"].is_null() {
                found.push(format!("{}!{address}: only they have {theirs}", sheet.name));
            }
            continue;
        };
        let text = ours.formula.as_deref().filter(|text| !text.is_empty());
        let formula = match ours.kind {
            Some(FormulaKind::Shared { .. }) => same_words(text, theirs["f"].as_str()),
            _ => text == theirs["f"].as_str(),
        };
        let (array, dynamic) = match ours.kind {
            Some(FormulaKind::Array { range, dynamic }) => (Some(range), dynamic),
            _ => (None, false),
        };
        let is_table = matches!(ours.kind, Some(FormulaKind::DataTable { .. }));
        let their_array = theirs["array"].as_str();
        if !formula
            || array != their_array.and_then(|text| parse_range(text.as_bytes()))
            || dynamic != theirs["dynamic"].as_bool().unwrap_or(false)
            || is_table == theirs["dataTable"].is_null()
            || !same_value(&ours.value, theirs)
        {
            found.push(format!(
                "{}!{address}: {ours:?} is not {theirs}",
                sheet.name
            ));
        }
    }
}

/// Whether two formulas are equal but for spaces, which the other reader moves when it fills a shared formula.
fn same_words(ours: Option<&str>, theirs: Option<&str>) -> bool {
    let words = |text: Option<&str>| text.map(|text| text.split_whitespace().collect::<String>());
    words(ours) == words(theirs)
}

fn same_value(ours: &Value, theirs: &Json) -> bool {
    let v = &theirs["v"];
    match ours {
        // The other reader leaves dates as texts.
        Value::Number(x) if theirs["t"] == "d" => *x > 0.0,
        Value::Blank => v.is_null(),
        Value::Number(x) => v
            .as_f64()
            .is_some_and(|y| (x - y).abs() <= 1e-15 * x.abs().max(y.abs())),
        Value::Text(x) => v.as_str() == Some(x) && theirs["t"] != "e",
        Value::Boolean(x) => v.as_bool() == Some(*x),
        // The other reader does not look behind `#VALUE!`, where newer errors are.
        Value::Error(CellError::Spill | CellError::Field | CellError::Calc) => v == "#VALUE!",
        Value::Error(x) => v.as_str() == Some(x.as_str()) && theirs["t"] == "e",
    }
}

#[test]
fn the_workbooks_here_hold_what_they_are_here_for() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/excel");
    let open = |name: &str| Package::open(folder.join(name)).unwrap();
    let read = |name: &str| Recording::read(&open(name)).unwrap();

    let lookups = read("poi/StructuredRefs-lots-with-lookups.xlsx");
    let list = lookups
        .tables
        .iter()
        .find(|table| table.name.contains("Query"));
    assert!(
        list.is_some_and(|table| table.range.rows() > 3_000),
        "{:?}",
        lookups.tables
    );
    let formulas = |book: &Recording| -> usize {
        let cells = book.sheets.iter().flat_map(|sheet| sheet.cells.values());
        cells.filter(|cell| cell.formula.is_some()).count()
    };
    assert!(formulas(&lookups) > 1_000, "{}", formulas(&lookups));
    assert_eq!(formulas(&read("poi/51710.xlsx")), 13176);

    let dynamic = read("sheetjs/metadata_2019.xlsx");
    let spills = dynamic.sheets.iter().flat_map(|sheet| sheet.cells.values());
    let spills =
        spills.filter(|cell| matches!(cell.kind, Some(FormulaKind::Array { dynamic: true, .. })));
    assert!(spills.count() > 1);

    let reversed = read("calamine/shared_formula_reversed.xlsx");
    let shared = reversed.sheets[0].cells.values();
    assert!(
        shared
            .filter(|cell| matches!(cell.kind, Some(FormulaKind::Shared { .. })))
            .count()
            > 2
    );

    assert!(open("poi/testNames.xlsm").has_macros());
    for (name, part) in [
        ("poi/WithThreeCharts.xlsx", "xl/charts/chart1.xml"),
        ("poi/DataTableCities.xlsx", "xl/pivotTables/pivotTable1.xml"),
        (
            "sheetjs/threaded_comments_none.xlsx",
            "xl/threadedComments/threadedComment1.xml",
        ),
    ] {
        assert!(
            open(name).has_part(part),
            "{name}: {:?}",
            open(name).part_names().collect::<Vec<_>>()
        );
    }
}

#[test]
fn real_workbooks_read_as_another_reader_reads_them() {
    let Some(corpora) = corpora() else { return };
    let (mut files, mut cells, mut wrong) = (0, 0, Vec::new());
    for path in workbooks_below(&corpora.join("originals")) {
        let relative = path.strip_prefix(corpora.join("originals")).unwrap();
        let name = relative.display().to_string();
        let result = Package::open(&path).and_then(|package| Recording::read(&package));
        let json = neutral(&corpora.join("books").join(format!("{name}.json.gz")));
        let book = match result {
            // Written by a beta of Excel 2007: the other reader does not know its shared texts.
            Ok(_) if name.ends_with("sample-beta.xlsx") => continue,
            Ok(book) => book,
            Err(error) => {
                wrong.push(format!("{name}: {:?} {error}", error.kind()));
                continue;
            }
        };
        files += 1;
        cells += book.sheets.iter().map(|s| s.cells.len()).sum::<usize>();
        if let Some(json) = json {
            let found = differences(&book, &json);
            let count = found.len();
            for difference in found.into_iter().take(4) {
                wrong.push(format!("{name} ({count}): {difference}"));
            }
        } else {
            wrong.push(format!("{name}: no neutral form"));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} differences:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert!(
        files > 400 && cells > 600_000,
        "{files} files, {cells} cells"
    );
}
