//! The program over real workbooks: what it writes, what it says, what it gives back as exit code.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use tabulith::cli::{Outcome, Streams, run_with};
use tabulith::formats::xlsx::Package;

use crate::source::root;

/// A workbook of multiplications, 13,176 formulas in one region.
const TABLE: &str = "fixtures/excel/poi/51710.xlsx";

/// A workbook with tables, lookups, a chart and query tables.
const LOOKUPS: &str = "fixtures/excel/poi/StructuredRefs-lots-with-lookups.xlsx";

pub(crate) struct Run {
    pub(crate) output: Vec<u8>,
    pub(crate) errors: String,
    pub(crate) outcome: Outcome,
}

impl Run {
    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.output).expect("the output is text")
    }
}

pub(crate) fn program<S: AsRef<str>>(args: &[S], input: &[u8]) -> Run {
    let (mut output, mut errors) = (Vec::new(), Vec::new());
    let mut input = input;
    let mut streams = Streams {
        input: &mut input,
        output: &mut output,
        errors: &mut errors,
        watched: false,
    };
    let args = std::iter::once("tabulith").chain(args.iter().map(AsRef::as_ref));
    let outcome = run_with(args.map(Into::into), &mut streams);
    Run {
        output,
        errors: String::from_utf8(errors).expect("messages are text"),
        outcome,
    }
}

pub(crate) fn fixture(path: &str) -> String {
    root().join(path).to_string_lossy().into_owned()
}

/// A folder that is removed at the end of a test.
pub(crate) struct Scratch(PathBuf);

impl Scratch {
    pub(crate) fn new(name: &str) -> Scratch {
        let folder = std::env::temp_dir().join(format!("tabulith-{name}-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("a temporary folder can be made");
        Scratch(folder)
    }

    pub(crate) fn path(&self, name: &str) -> String {
        self.0.join(name).to_string_lossy().into_owned()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What is left in a temporary folder does no harm.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The parts of a package and their contents.
fn parts(path: impl AsRef<Path>) -> BTreeMap<String, Vec<u8>> {
    let package = Package::open(path).expect("a package");
    let names: Vec<String> = package.part_names().map(str::to_owned).collect();
    names
        .into_iter()
        .map(|name| (name.clone(), package.part(&name).expect("a part")))
        .collect()
}

#[test]
fn recalculating_a_workbook_keeps_every_part_that_did_not_change() {
    let scratch = Scratch::new("keep");
    let out = scratch.path("out.xlsx");
    let run = program(&["recalc", &fixture(LOOKUPS), "-o", &out], b"");
    assert_eq!(run.outcome, Outcome::Fine, "{}{}", run.text(), run.errors);
    let text = run.text();
    assert!(
        text.contains("5 sheets") && text.contains("7,274 formulas"),
        "{text}"
    );
    assert!(
        text.contains("0 differ\n") && text.contains("0 unsupported"),
        "{text}"
    );

    let (before, after) = (parts(fixture(LOOKUPS)), parts(&out));
    let rewritten = |name: &str| {
        name.starts_with("xl/worksheets/sheet")
            || [
                "xl/workbook.xml",
                "[Content_Types].xml",
                "xl/_rels/workbook.xml.rels",
            ]
            .contains(&name)
    };
    let mut kept = 0;
    for (name, content) in &before {
        if name == "xl/calcChain.xml" || rewritten(name) {
            continue;
        }
        assert_eq!(after.get(name), Some(content), "{name}");
        kept += 1;
    }
    assert!(kept > 20, "only {kept} parts were compared");
    assert!(
        !after.contains_key("xl/calcChain.xml"),
        "the order of calculation is dropped"
    );
}

#[test]
fn what_was_written_verifies() {
    let scratch = Scratch::new("verify");
    let out = scratch.path("out.xlsx");
    assert_eq!(
        program(&["recalc", &fixture(TABLE), "-o", &out], b"").outcome,
        Outcome::Fine
    );
    let run = program(&["verify", "--json", &fixture(TABLE), &out], b"");
    assert_eq!(run.outcome, Outcome::Fine);
    let lines: Vec<&str> = run.text().lines().collect();
    assert_eq!(lines.len(), 2);
    for line in lines {
        assert!(
            line.contains(r#""formulas":13176,"equal":13176,"differing":0,"unsupported":0"#),
            "{line}"
        );
        assert!(
            line.contains(r#""skipped":{"volatile":0,"external":0,"no_value":0},"refused":null"#),
            "{line}"
        );
    }
}

#[test]
fn a_difference_is_shown_and_gives_exit_code_1() {
    let scratch = Scratch::new("differ");
    let out = scratch.path("wrong.xlsx");
    falsify(&fixture(TABLE), &out);
    let run = program(&["verify", &out], b"");
    assert_eq!(run.outcome, Outcome::Differs);
    assert!(
        run.text().contains("13,175 equal, 1 differing"),
        "{}",
        run.text()
    );
    assert!(
        run.text().contains("Sheet1!B3") && run.text().contains("=$A3*B$2"),
        "{}",
        run.text()
    );
}

/// Writes a copy of a workbook in which the value stored for B3 is wrong.
fn falsify(path: &str, target: &str) {
    use tabulith::reference::Cell;
    use tabulith::workbook::{Loader, Visibility};
    let book = tabulith::formats::xlsx::open(path).expect("a workbook");
    let snapshot = book.snapshot();
    let mut loader = Loader::new();
    let sheet = loader
        .add_sheet("Sheet1", Visibility::Visible)
        .expect("a sheet");
    let old = snapshot.sheet("Sheet1").expect("a sheet");
    let area = tabulith::reference::Area::new(old, snapshot.used(old).expect("cells"));
    let wrong = tabulith::value::ValueRef::Number(12_345.0);
    snapshot.visit(&area, |cell, value| {
        let value = if cell == Cell::new(2, 1) {
            wrong
        } else {
            value
        };
        let done = match snapshot.formula_at(old, cell) {
            Some(formula) => loader.formula(sheet, cell, formula.trim_start_matches('='), value),
            None => loader.value(sheet, cell, value),
        };
        done.expect("a cell can be written");
        std::ops::ControlFlow::Continue(())
    });
    let book = loader.finish(Default::default()).expect("a workbook");
    tabulith::formats::xlsx::save(&book, target).expect("it can be saved");
}

#[test]
fn a_workbook_goes_through_pipes() {
    let bytes = fs::read(root().join(TABLE)).expect("the fixture");
    let run = program(&["recalc", "-", "-o", "-"], &bytes);
    assert_eq!(run.outcome, Outcome::Fine, "{}", run.errors);
    assert!(
        run.errors.contains("13,176 formulas"),
        "the summary goes to standard error: {}",
        run.errors
    );
    let shown = program(&["show", "-", "B2:C4", "--json"], &run.output);
    assert_eq!(shown.text(), "[[10.0,10.0],[10.0,10.0],[20.0,20.0]]\n");
}

#[test]
fn a_workbook_written_in_place_stays_as_it_was_beside_it() {
    let scratch = Scratch::new("place");
    let path = scratch.path("book.xlsx");
    fs::copy(root().join(TABLE), &path).expect("a copy");
    let run = program(&["recalc", "--in-place", "--json", &path], b"");
    assert_eq!(run.outcome, Outcome::Fine, "{}", run.errors);
    assert!(
        run.text().contains(r#""recomputed":13176"#),
        "{}",
        run.text()
    );
    assert_eq!(
        fs::read(format!("{path}.bak")).unwrap(),
        fs::read(root().join(TABLE)).unwrap()
    );
    assert_eq!(program(&["verify", &path], b"").outcome, Outcome::Fine);
}

#[test]
fn a_range_is_shown_in_four_forms() {
    let table = program(&["show", &fixture(TABLE), "Sheet1!A2:C4"], b"");
    assert_eq!(
        table.text(),
        "   A  B   C\n2     10  10\n3  1  10  10\n4  2  20  20\n"
    );
    let formulas = program(
        &["show", &fixture(TABLE), "B3:C3", "--formulas", "--csv"],
        b"",
    );
    assert_eq!(formulas.text(), "=$A3*B$2,=$A3*C$2\r\n");
    let whole = program(&["show", &fixture(TABLE)], b"");
    assert!(
        whole
            .text()
            .contains("more rows; --csv and --json show all"),
        "{}",
        whole.text()
    );
    let missing = program(&["show", &fixture(TABLE), "Nowhere!A1"], b"");
    assert_eq!(missing.outcome, Outcome::Failed);
    assert!(missing.errors.contains("Nowhere"), "{}", missing.errors);
}

#[test]
fn a_formula_sees_the_cells_of_a_workbook() {
    let run = program(&["eval", "--file", &fixture(TABLE), "=Sheet1!B4*2"], b"");
    assert_eq!(run.text(), "40\n");
}

#[test]
fn what_is_no_workbook_is_refused_with_its_reason() {
    let refused = program(&["verify", "--json", "-"], b"not a workbook");
    assert_eq!(refused.outcome, Outcome::Failed);
    assert!(
        refused.text().contains(r#""formulas":0"#) && !refused.text().contains(r#""refused":null"#)
    );
    let missing = program(&["recalc", "nosuch.xlsx"], b"");
    assert_eq!(missing.outcome, Outcome::Failed);
    assert!(
        missing.errors.contains("`nosuch.xlsx` cannot be read"),
        "{}",
        missing.errors
    );
    let scratch = Scratch::new("ending");
    let ending = program(
        &["recalc", &fixture(TABLE), "-o", &scratch.path("out.ods")],
        b"",
    );
    assert_eq!(ending.outcome, Outcome::Unsupported);
    assert!(!Path::new(&scratch.path("out.ods")).exists());
}

#[test]
fn work_that_takes_too_long_is_given_up() {
    let run = program(&["--timeout", "0.000001", "recalc", &fixture(LOOKUPS)], b"");
    assert_eq!(run.outcome, Outcome::Failed);
    assert!(
        run.errors.contains("no answer within 0.000001 seconds"),
        "{}",
        run.errors
    );
}
