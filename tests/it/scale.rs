//! A million rows: one record for a filled column, nothing rewritten by an inserted row, no stack for a long chain.
//!
//! The promises are about numbers of records, not about time. By default the tests run at a tenth of the size, with
//! `RUN_SLOW_TESTS=1` at full size.

use std::io::{Cursor, Write};

use tabulith::Workbook;
use tabulith::environment::Environment;
use tabulith::formats::xlsx::{Package, open_package};
use tabulith::graph::runs_written;
use tabulith::reference::Cell;
use tabulith::storage::{chunks_written, tree};
use tabulith::value::{Value, ValueRef};
use tabulith::workbook::{Loader, Visibility};

fn rows() -> u32 {
    let slow = std::env::var("RUN_SLOW_TESTS").is_ok_and(|value| value == "1");
    if slow { 1_000_000 } else { 100_000 }
}

/// A workbook with numbers in A and B and the formula `=A1*B1+1` filled down C.
fn filled(rows: u32) -> Workbook {
    let book = Workbook::with_environment(Environment::fixed(45_000.0, 1));
    let numbers: Vec<f64> = (0..rows).map(|row| f64::from(row % 1_000)).collect();
    book.add_sheet("S").unwrap();
    book.edit(|tx| {
        tx.set_column("S!A1", &numbers)?;
        tx.set_column("S!B1", &numbers)?;
        tx.fill(&format!("S!C1:C{rows}"), "=A1*B1+1")
    })
    .unwrap();
    book
}

#[test]
fn a_filled_column_is_one_region() {
    let rows = rows();
    let book = filled(rows);
    let statistics = book.snapshot().statistics();
    assert_eq!(
        (statistics.regions, statistics.formulas),
        (1, u64::from(rows))
    );
    assert_eq!(
        book.value(&format!("S!C{rows}")).unwrap(),
        Value::Number(998_002.0)
    );
}

#[test]
fn a_row_inserted_in_the_middle_rewrites_no_chunk_and_no_run() {
    let rows = rows();
    let book = filled(rows);
    let sheet = book.snapshot().sheet("S").unwrap();
    book.edit(|tx| tx.set_formula("S!E1", &format!("=SUM(A1:A{rows})")))
        .unwrap();
    let before = book.snapshot();
    let sum = before.value("S!E1").unwrap();
    let bits: Vec<u64> = numbers(&book, rows).iter().map(|x| x.to_bits()).collect();

    let written = (chunks_written(), runs_written());
    book.edit(|tx| tx.insert_rows(sheet, rows / 2, 1)).unwrap();
    assert_eq!((chunks_written(), runs_written()), written);

    let middle = rows / 2 + 1;
    assert_eq!(book.formula(&format!("S!C{middle}")).unwrap(), None);
    for row in [1, middle - 1, middle + 1, rows + 1] {
        let formula = book.formula(&format!("S!C{row}")).unwrap();
        assert_eq!(formula, Some(format!("=A{row}*B{row}+1")));
    }
    assert_eq!(
        book.formula("S!E1").unwrap(),
        Some(format!("=SUM(A1:A{})", rows + 1))
    );
    assert_eq!(book.value("S!E1").unwrap(), sum);

    book.edit(|tx| tx.set(&format!("S!A{middle}"), 0.5))
        .unwrap();
    let Value::Number(former) = sum else {
        panic!("a sum is a number")
    };
    assert_eq!(book.value("S!E1").unwrap(), Value::Number(former + 0.5));

    assert!(book.undo().unwrap() && book.undo().unwrap());
    assert_eq!(
        numbers(&book, rows)
            .iter()
            .map(|x| x.to_bits())
            .collect::<Vec<_>>(),
        bits
    );
    assert_eq!(
        book.formula("S!E1").unwrap(),
        Some(format!("=SUM(A1:A{rows})"))
    );
}

/// The numbers of column C.
fn numbers(book: &Workbook, rows: u32) -> Vec<f64> {
    let range = book.snapshot().range(&format!("S!C1:C{rows}")).unwrap();
    let number = |row: &Vec<Value>| match row[0] {
        Value::Number(x) => x,
        ref other => panic!("a number is expected, not {other:?}"),
    };
    range.rows().iter().map(number).collect()
}

#[test]
fn a_column_of_filled_formulas_in_a_file_is_one_template() {
    let rows = rows();
    let book = open_package(
        Package::from_bytes(file(rows)).unwrap(),
        Environment::fixed(45_000.0, 1),
        &mut |_, _| Ok(()),
    );
    let book = book.unwrap();
    let snapshot = book.snapshot();
    assert_eq!(snapshot.statistics().regions, 1);
    assert_eq!(snapshot.statistics().formulas, u64::from(rows));
    book.recalculate().unwrap();
    let last = f64::from(rows);
    assert_eq!(
        book.value(&format!("S!C{rows}")).unwrap(),
        Value::Number(last * last + 1.0)
    );
}

/// An .xlsx file with a formula of its own in each row, as programs write them that share no formulas.
fn file(rows: u32) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default().compression_level(Some(1));
    let mut part = |name: &str, text: &str| {
        zip.start_file(name, options).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    };
    let types = "http://schemas.openxmlformats.org/package/2006/content-types";
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let package = "http://schemas.openxmlformats.org/package/2006/relationships";
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let kind = "application/vnd.openxmlformats-officedocument.spreadsheetml";
    part(
        "[Content_Types].xml",
        &format!(
            r#"<Types xmlns="{types}"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="{kind}.worksheet+xml"/></Types>"#
        ),
    );
    let relation = |target: &str, what: &str| {
        format!(
            r#"<Relationships xmlns="{package}"><Relationship Id="rId1" Type="{office}/{what}" Target="{target}"/></Relationships>"#
        )
    };
    part(
        "_rels/.rels",
        &relation("xl/workbook.xml", "officeDocument"),
    );
    part(
        "xl/workbook.xml",
        &format!(
            r#"<workbook xmlns="{main}" xmlns:r="{office}"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>"#
        ),
    );
    part(
        "xl/_rels/workbook.xml.rels",
        &relation("worksheets/sheet1.xml", "worksheet"),
    );
    let mut sheet = format!(r#"<worksheet xmlns="{main}"><sheetData>"#);
    for row in 1..=rows {
        sheet.push_str(&format!(
            r#"<row r="{row}"><c r="A{row}"><v>{row}</v></c><c r="B{row}"><v>{row}</v></c><c r="C{row}"><f>A{row}*B{row}+1</f><v/></c></row>"#
        ));
    }
    sheet.push_str("</sheetData></worksheet>");
    part("xl/worksheets/sheet1.xml", &sheet);
    zip.finish().unwrap().into_inner()
}

/// A workbook of `rows` formulas that all differ, each reading the one above.
fn chain(rows: u32) -> Workbook {
    let mut loader = Loader::new();
    let sheet = loader.add_sheet("S", Visibility::Visible).unwrap();
    loader
        .value(sheet, Cell::new(0, 0), ValueRef::Number(1.0))
        .unwrap();
    for row in 1..rows {
        let text = format!("A{row}+{row}");
        loader
            .formula(sheet, Cell::new(row, 0), &text, ValueRef::Blank)
            .unwrap();
    }
    loader.finish(Environment::fixed(45_000.0, 1)).unwrap()
}

#[test]
fn a_chain_of_different_formulas_loads_and_recalculates_on_half_a_megabyte_of_stack() {
    let rows = rows();
    let work = move || {
        let book = chain(rows);
        assert_eq!(book.snapshot().statistics().regions, u64::from(rows) - 1);
        book.recalculate().unwrap();
        let (n, last) = (f64::from(rows), format!("S!A{rows}"));
        assert_eq!(
            book.value(&last).unwrap(),
            Value::Number(1.0 + n * (n - 1.0) / 2.0)
        );
        assert!(book.snapshot().circular().is_empty());
    };
    std::thread::Builder::new()
        .stack_size(512 * 1024)
        .spawn(work)
        .unwrap()
        .join()
        .unwrap();
}

#[test]
fn one_formula_edited_among_different_ones_copies_few_nodes() {
    let rows = rows();
    let book = chain(rows);
    let held = book.snapshot();
    // Near the end of the chain, so that the edit is what is measured, not what it recalculates.
    let cell = format!("S!A{}", rows - 2);
    let before = tree::nodes_copied();
    book.edit(|tx| tx.set_formula(&cell, &format!("=A{}*2", rows - 3)))
        .unwrap();
    let copied = tree::nodes_copied() - before;
    assert!(copied <= 40, "{copied} nodes were copied");
    assert_ne!(held.formula(&cell).unwrap(), book.formula(&cell).unwrap());
}
