//! The program over text files, and what it tells of a value: convert, explain, precedents, dependents.

use std::fs;
use std::path::Path;

use tabulith::cli::Outcome;

use crate::command_line::{Run, Scratch, fixture, program};

/// A workbook of multiplications.
const TABLE: &str = "fixtures/excel/poi/51710.xlsx";

#[track_caller]
fn fine(run: Run) -> Run {
    assert_eq!(run.outcome, Outcome::Fine, "{}{}", run.text(), run.errors);
    run
}

#[test]
fn a_text_file_becomes_a_workbook_and_text_again() {
    let scratch = Scratch::new("convert");
    let (source, book, target) = (
        scratch.path("in.csv"),
        scratch.path("book.xlsx"),
        scratch.path("out.csv"),
    );
    let text = "name,price,since\r\n\"pears, ripe\",1.25,2/29/2024\r\n00042,0.1,\r\n,TRUE,#N/A\r\n";
    fs::write(&source, text).unwrap();
    let run = fine(program(&["convert", &source, &book], b""));
    assert!(run.text().contains("1 sheet, 10 cells"), "{}", run.text());
    let run = fine(program(&["convert", &book, &target], b""));
    assert!(
        run.text().contains("not written: number formats"),
        "{}",
        run.text()
    );
    assert_eq!(fs::read_to_string(&target).unwrap(), text);
    let shown = fine(program(&["show", &book, "in!A2:C3", "--csv"], b""));
    assert_eq!(
        shown.text(),
        "\"pears, ripe\",1.25,2/29/2024\r\n00042,0.1,\r\n"
    );
}

#[test]
fn text_is_read_from_standard_input_and_written_to_standard_output() {
    let run = fine(program(
        &["convert", "-", "-", "--decimal-comma"],
        b"a;1,5\n=A1;2\n",
    ));
    assert_eq!(run.text(), "a,1.5\r\n=A1,2\r\n");
    assert!(run.errors.contains("standard input -> -"), "{}", run.errors);
    let options = [
        "convert",
        "-",
        "-",
        "--formulas",
        "--to-decimal-comma",
        "--to-encoding",
        "utf-16le",
    ];
    let run = fine(program(&options, b"1.5,=A1*2\n"));
    let units: Vec<u8> = "\u{FEFF}1,5;=A1*2\r\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    assert_eq!(run.output, units);
    let run = fine(program(
        &["eval", "--file", "-", "=SUM(A1:B1)", "--delimiter", "|"],
        b"1|2\n",
    ));
    assert_eq!(run.text(), "3\n");
    let run = fine(program(&["show", "-", "--json", "--texts"], b"1,x\n"));
    assert_eq!(run.text(), "[[\"1\",\"x\"]]\n");
    let run = fine(program(&["recalc", "-"], b"1,x\n"));
    assert!(run.text().contains("2 cells, 0 formulas"), "{}", run.text());
}

#[test]
fn a_workbook_of_excel_becomes_a_tabulith_file_and_the_same_again() {
    let scratch = Scratch::new("own");
    let own = scratch.path("book.tabulith");
    let (again, straight) = (scratch.path("again.xlsx"), scratch.path("straight.xlsx"));
    let lookups = "fixtures/excel/poi/StructuredRefs-lots-with-lookups.xlsx";
    for source in [fixture(TABLE), fixture(lookups)] {
        let run = fine(program(&["convert", &source, &own], b""));
        assert!(!run.text().contains("not written"), "{}", run.text());
        let direct = fine(program(&["verify", &source, "--json"], b""))
            .text()
            .to_owned();
        fine(program(&["convert", &own, &again], b""));
        fine(program(&["convert", &source, &straight], b""));
        let by_way = fine(program(&["verify", &again, "--json"], b""))
            .text()
            .to_owned();
        assert_eq!(direct.replace(&source, ""), by_way.replace(&again, ""));
        let (before, after) = (parts(&straight), parts(&again));
        assert!(before == after, "parts of {source}");
    }
    let run = fine(program(&["recalc", &own, "--in-place"], b""));
    assert!(run.text().contains("formulas"), "{}", run.text());
    let bytes = fs::read(&own).unwrap();
    let shown = fine(program(&["show", "-", "--json"], &bytes));
    assert!(shown.text().starts_with("[["), "{}", shown.text());
    let cut = program(&["show", "-"], &bytes[..bytes.len() / 2]);
    assert_eq!(cut.outcome, Outcome::Failed);
    assert!(cut.errors.contains("damaged at byte"), "{}", cut.errors);
}

/// The parts of a package, each with its content.
fn parts(path: &str) -> Vec<(String, Vec<u8>)> {
    let package = tabulith::formats::xlsx::Package::open(path).unwrap();
    let names = package.part_names();
    names
        .map(|name| (name.to_owned(), package.part(name).unwrap()))
        .collect()
}

#[test]
fn what_a_text_file_cannot_hold_is_told_or_refused() {
    let scratch = Scratch::new("lossy");
    let target = scratch.path("out.csv");
    let run = fine(program(
        &["convert", &fixture(TABLE), &target, "--json"],
        b"",
    ));
    assert!(
        run.text().contains("13,176") || run.text().contains("13176 formulas"),
        "{}",
        run.text()
    );
    let lookups = fixture("fixtures/excel/poi/StructuredRefs-lots-with-lookups.xlsx");
    let many = scratch.path("many.csv");
    let refused = program(&["convert", &lookups, &many], b"");
    assert_eq!(refused.outcome, Outcome::Failed);
    assert!(
        refused.errors.contains("name the one to write"),
        "{}",
        refused.errors
    );
    assert!(!Path::new(&many).exists());
    let ending = program(&["convert", &lookups, &scratch.path("out.nosuch")], b"");
    assert_eq!(ending.outcome, Outcome::Unsupported);
    let binary = program(&["show", "-"], b"\x7FELF\0\0\0");
    assert_eq!(binary.outcome, Outcome::Failed);
    let source = scratch.path("in.csv");
    fs::write(&source, "1;2").unwrap();
    let refused = program(&["recalc", &source, "--in-place"], b"");
    assert_eq!(refused.outcome, Outcome::Failed);
    assert_eq!(fs::read_to_string(&source).unwrap(), "1;2");
}

#[test]
fn a_value_is_explained() {
    let run = fine(program(&["explain", &fixture(TABLE), "B3"], b""));
    assert_eq!(
        run.text(),
        "Sheet1!B3 = 10\n$A3*B$2 = 10\n  $A3 = 1\n  B$2 = 10\n"
    );
    let run = fine(program(
        &["explain", &fixture(TABLE), "Sheet1!B3", "--json"],
        b"",
    ));
    assert!(
        run.text()
            .starts_with(r#"{"cell":"Sheet1!B3","value":10.0,"formula":"=$A3*B$2""#),
        "{}",
        run.text()
    );
}

#[test]
fn precedents_and_dependents_are_listed() {
    let text = b"1,=A1*2,=A1+B1\n";
    let scratch = Scratch::new("related");
    let (source, book) = (scratch.path("in.csv"), scratch.path("in.xlsx"));
    fs::write(&source, text).unwrap();
    fine(program(&["convert", &source, &book, "--formulas"], b""));
    let run = fine(program(&["precedents", &book, "C1"], b""));
    assert_eq!(
        run.text(),
        "cells  count  first value  first formula\nin!A1      1            1\nin!B1      1            2  =A1*2\n"
    );
    let run = fine(program(
        &["dependents", &book, "in!A1", "--all", "--json"],
        b"",
    ));
    assert_eq!(
        run.text(),
        "[{\"cells\":\"in!B1\",\"count\":1,\"first_value\":2.0,\"first_formula\":\"=A1*2\"},{\"cells\":\"in!C1\",\"count\":1,\"first_value\":3.0,\"first_formula\":\"=A1+B1\"}]\n"
    );
}
