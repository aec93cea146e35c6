//! Every workbook of the corpora: it opens, recalculates, and gives again what its program stored, to nine digits.
//!
//! Cells that depend on volatile functions, or on what is not computed here, are not compared.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use tabulith::formats::xlsx;
use tabulith::reference::{Area, Cell, SheetId, a1};
use tabulith::value::{SumMode, Value};
use tabulith::{Result, Snapshot, Workbook};

use super::{folder, neutral, wants};

/// Files that give other values than they store: how many at most, and why. Only the first that fits a name counts.
const KNOWN: [(&str, u64, &str); 45] = [
    (
        "xlsx/bug-fixes.xlsx",
        1,
        "LibreOffice's value of AVERAGEIF with one argument",
    ),
    (
        "xlsx/database.xlsx",
        3,
        "LibreOffice counts records where the field is 0, and knows database ranges by name",
    ),
    (
        "xlsx/functions-excel-2010.xlsx",
        2,
        "the last digit of an inverse, where LibreOffice compares it rounded",
    ),
    (
        "xlsx/named-ranges-global.xlsx",
        6,
        "LibreOffice wrote an array formula as plain ones, and 2 names it had lost",
    ),
    (
        "tdf138741_externalLinkSkipUnusedsCrash.xlsx",
        11,
        "LibreOffice wrote array formulas as plain ones",
    ),
    (
        "tdf147955.xlsx",
        10,
        "written by Apache POI without calculating",
    ),
    (
        "tdf162093.xlsx",
        1,
        "`table[#Data]` is printed as `table[]`",
    ),
    (
        "tdf163554.xlsx",
        5,
        "3D references stored as #NAME? that are well written",
    ),
    (
        "tdf85617.xlsx",
        1,
        "LibreOffice's #N/A beside the values of the linked book",
    ),
    (
        "tdf98481.xlsx",
        10,
        "numbers stored as texts by an unknown program",
    ),
    (
        "issue.2301.xlsx",
        2,
        "a number was changed without calculating",
    ),
    (
        "issue.3811b.xlsx",
        4,
        "texts such as `48,34%` are numbers in its writer's locale",
    ),
    (
        "poi-xlsx/47813.xlsx",
        7,
        "sines of a processor's own instructions, as Excel had them before 2010",
    ),
    ("57535.xlsx", 2, "circular formulas that Excel iterated"),
    ("61495-test.xlsm", 2, "decimal commas in the format of TEXT"),
    (
        "FormulaEvalTestData_Copy.xlsx",
        1,
        "which of two errors among the arguments of MODE comes first",
    ),
    (
        "bug67784.xlsx",
        2,
        "LibreOffice's values for a wrong number of arguments and for a circle",
    ),
    (
        "clone_sheet.xlsx",
        16,
        "LibreOffice took `(-4,3)` for a number with a decimal comma",
    ),
    (
        "LONumbers.xlsx",
        8,
        "LibreOffice stored empty texts for its own format",
    ),
    (
        "formula_stress_test.xlsx",
        8,
        "CHAR and CODE in the Macintosh\'s character set; where XIRR stops; 1E-15 for 0, of reals and of complex numbers",
    ),
    ("INFORMATION.xlsx", 8, "LibreOffice stored TRUE as 1"),
    (
        "xlcalculator-xlsx/SQRT.xlsx",
        1,
        "LibreOffice stored #NUM! as #VALUE!",
    ),
    (
        "xlcalculator-xlsx/logical.xlsx",
        4,
        "LibreOffice stored TRUE as 1",
    ),
    (
        "30978-deleted.xls.json.gz",
        1,
        "a deleted sheet's reference, lost in conversion",
    ),
    (
        "31749.xls.json.gz",
        2,
        "which of two errors among the arguments of SUM comes first",
    ),
    ("44861.xls.json.gz", 56, "not calculated"),
    (
        "44891.xls.json.gz",
        8,
        "references lost in conversion; a Spanish format",
    ),
    (
        "57003-FixedFunctionTestCaseData.xls.json.gz",
        8,
        "decimal commas",
    ),
    (
        "61116.xls.json.gz",
        4,
        "an array formula, lost in conversion",
    ),
    (
        "63819.xls.json.gz",
        3,
        "dates of the year in which it was calculated",
    ),
    (
        "DGet.xls.json.gz",
        5,
        "formulas as criteria, which are not followed; `~` escapes only `*` and `?` there",
    ),
    (
        "Trend.xls.json.gz",
        1,
        "which of nine variables counts at one point",
    ),
    (
        "DateTimeToNumberTestCases.xls.json.gz",
        1,
        "a text that is a date in one locale only",
    ),
    (
        "ErrPtg.xls.json.gz",
        5,
        "errors as arguments, lost in conversion",
    ),
    (
        "FormulaEvalTestData.xls.json.gz",
        19,
        "pounds sterling; arguments lost in conversion; MODE and AND before 2013",
    ),
    (
        "IfFunctionTestCaseData.xls.json.gz",
        2,
        "arguments lost in conversion",
    ),
    (
        "IrrNpvTestCaseData.xls.json.gz",
        8,
        "what is left at the rate where IRR stops",
    ),
    (
        "LookupFunctionsTestCaseData.xls.json.gz",
        15,
        "texts and errors as the column of VLOOKUP, as of 2008",
    ),
    (
        "MatchFunctionTestCaseData.xls.json.gz",
        24,
        "recalculated by LibreOffice",
    ),
    (
        "TwoOperandNumericFunctionTestCaseData.xls.json.gz",
        2,
        "an array formula whose cells one of its own inputs reads",
    ),
    (
        "countifExamples.xls.json.gz",
        7,
        "empty texts, lost in conversion",
    ),
    (
        "excelant.xls.json.gz",
        1,
        "a macro's function, lost in conversion",
    ),
    (
        "formula_stress_test.xls.json.gz",
        8,
        "as formula_stress_test.xlsx; an error as an argument, lost in conversion",
    ),
    (
        "metadata_2019.xls.json.gz",
        1,
        "a dynamic array, lost in conversion",
    ),
    (
        "testRVA.xls.json.gz",
        4,
        "an own cell's value; IF over the array of a function, where Excel took the first value",
    ),
];

/// Of 1,000 compared cells, so many must be equal.
const EQUAL: u64 = 995;

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
    check_all(&folder.join("originals"), &["xlsx", "xlsm"], |path| {
        xlsx::open(path)
    });
}

#[test]
fn the_contents_of_old_workbooks_give_again_what_they_store() {
    let Some(folder) = folder() else { return };
    for suite in ["poi-xls", "sheetjs-xls"] {
        check_all(&folder.join("books").join(suite), &["gz"], neutral::load);
    }
}

fn check_all(folder: &Path, endings: &[&str], open: impl Fn(&Path) -> Result<Workbook>) {
    let mut faults = Vec::new();
    let mut all = Tally::default();
    for path in files_with(folder, endings) {
        let name = path
            .strip_prefix(folder)
            .unwrap()
            .to_string_lossy()
            .into_owned();
        let start = Instant::now();
        let tally = match open(&path).and_then(|book| check(&book, &name)) {
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
            eprintln!("{name}: {equal} equal, {differing} differing, {not_compared} not compared");
            tally.lines.iter().for_each(|line| eprintln!("    {line}"));
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
    eprintln!(
        "{}: {equal} equal, {differing} differing, {not_compared} not compared",
        folder.display()
    );
    assert!(
        equal * 1000 >= EQUAL * (equal + differing),
        "only {equal} equal, {differing} differing"
    );
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Every file below a folder whose name ends so, sorted.
fn files_with(folder: &Path, endings: &[&str]) -> Vec<PathBuf> {
    let mut folders = vec![folder.to_owned()];
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let ending = path.extension().and_then(|ending| ending.to_str());
            if path.is_dir() {
                folders.push(path);
            } else if ending.is_some_and(|ending| endings.contains(&ending)) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

fn check(book: &Workbook, name: &str) -> Result<Tally> {
    let stored = book.snapshot();
    book.recalculate_with(Some(SumMode::ExcelOrder), Default::default())?;
    let computed = book.snapshot();
    if wants(name) {
        for kept in stored.unsupported() {
            eprintln!(
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
        (Value::Number(a), Value::Number(b)) => (a - b).abs() <= 1e-9 * a.abs().max(b.abs()),
        (Value::Blank, Value::Text(text)) | (Value::Text(text), Value::Blank) => text.is_empty(),
        _ => a == b,
    }
}
