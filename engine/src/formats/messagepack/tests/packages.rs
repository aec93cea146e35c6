use super::environment;
use super::held::{difference, held};
use crate::formats::messagepack::envelope::{Reader, Writer};
use crate::formats::messagepack::{contents, read};
use crate::formats::xlsx::{self, Origin, Package};
use crate::workbook::{WidthSpan, Workbook};

fn fixture(name: &str) -> std::path::PathBuf {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../fixtures/excel/poi");
    std::path::Path::new(folder).join(name)
}

fn through_bytes(book: &Workbook) -> Workbook {
    let bytes = book.to_bytes().unwrap();
    let again = read(
        &bytes[..],
        bytes.len() as u64,
        environment(),
        &mut |_, _| Ok(()),
    )
    .unwrap();
    let (left, right) = (held(&book.snapshot()), held(&again.snapshot()));
    assert!(left == right, "{}", difference(&left, &right));
    again
}

/// The parts of the package that a workbook is saved as, each with its text.
fn saved(book: &Workbook) -> Vec<(String, Vec<u8>)> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("book.xlsx");
    xlsx::save(book, &path).unwrap();
    let package = Package::open(&path).unwrap();
    let parts = package
        .part_names()
        .map(|name| (name.to_owned(), package.part(name).unwrap()));
    parts.collect()
}

#[track_caller]
fn assert_same_package(book: &Workbook) {
    let again = through_bytes(book);
    let (direct, by_way) = (saved(book), saved(&again));
    for (left, right) in direct.iter().zip(&by_way) {
        assert_eq!(left.0, right.0);
        assert!(
            left.1 == right.1,
            "{}:\n{}\n---\n{}",
            left.0,
            String::from_utf8_lossy(&left.1),
            String::from_utf8_lossy(&right.1)
        );
    }
    assert_eq!(direct.len(), by_way.len());
}

#[test]
fn a_workbook_of_excel_keeps_its_package() {
    let book = xlsx::open(fixture("StructuredRefs-lots-with-lookups.xlsx")).unwrap();
    let again = through_bytes(&book);
    let (before, after) = (
        book.origin::<Origin>().unwrap(),
        again.origin::<Origin>().unwrap(),
    );
    assert!(before.package.bytes() == after.package.bytes());
    assert_same_package(&book);
}

#[test]
fn what_was_edited_since_is_edited_in_the_package() {
    let book = xlsx::open(fixture("51710.xlsx")).unwrap();
    let first = book.snapshot().sheets().next().unwrap().id;
    book.edit(|tx| {
        tx.set("Sheet1!A2", "edited")?;
        tx.set_formula("Sheet1!H9", "=SUM(A1:C3)")?;
        tx.set_number_format("Sheet1!B2", "0.0000")?;
        tx.insert_rows(first, 1, 2)?;
        tx.insert_columns(first, 3, 1)?;
        tx.delete_rows(first, 6, 1)?;
        tx.add_sheet("New")?;
        tx.set("New!A1", 1.0)?;
        tx.rename_sheet("Sheet1", "First")
    })
    .unwrap();
    assert_same_package(&book);
    // And once more, from the copy.
    let again = through_bytes(&book);
    again.edit(|tx| tx.delete_rows(first, 0, 1)).unwrap();
    assert_same_package(&again);
}

#[test]
fn what_cannot_be_saved_in_the_package_is_refused_as_before() {
    let book = xlsx::open(fixture("51710.xlsx")).unwrap();
    let copied = book.snapshot().sheets().next().unwrap().id;
    book.edit(|tx| {
        tx.apply(crate::workbook::Operation::CopySheet {
            sheet: copied,
            name: "Copy".into(),
            position: None,
        })
    })
    .unwrap();
    let again = through_bytes(&book);
    let folder = tempfile::tempdir().unwrap();
    let refused = |book: &Workbook| {
        let saved = xlsx::save(book, folder.path().join("book.xlsx"));
        saved.map(|()| "it was saved").unwrap_err().to_string()
    };
    assert_eq!(refused(&book), refused(&again));
}

fn widths(book: &Workbook) -> Vec<Vec<WidthSpan>> {
    let snapshot = book.snapshot();
    let sheets = snapshot.sheets();
    sheets
        .map(|sheet| snapshot.column_widths(sheet.id))
        .collect()
}

#[test]
fn widths_that_were_set_or_taken_away_are_so_in_the_package() {
    let book = xlsx::open(fixture("xlookup.xlsx")).unwrap();
    let first = book.snapshot().sheets().next().unwrap().id;
    assert!(!widths(&book)[0].is_empty());
    book.edit(|tx| {
        tx.insert_columns(first, 1, 1)?;
        tx.set_column_width(first, 2, 1, Some(33.0))
    })
    .unwrap();
    assert_same_package(&book);
    book.edit(|tx| tx.set_column_width(first, 0, 16_384, None))
        .unwrap();
    assert_same_package(&book);
    let again = through_bytes(&book);
    assert!(widths(&again)[0].is_empty());
}

/// The bytes of a file as they were before files spoke of widths.
fn without_widths(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut writer = Writer::new(&mut out).unwrap();
    let mut reader = Reader::new(bytes).unwrap();
    while let Some(record) = reader.next().unwrap() {
        macro_rules! copy {
            ($kind:ty) => {
                writer.record(&record.kind, &record.content::<$kind>().unwrap())
            };
        }
        match record.kind.as_str() {
            "settings" => copy!(contents::Settings),
            "styles" => copy!(contents::Styles),
            "package" => copy!(contents::PackagePart<'_>),
            "sheet" => copy!(contents::Sheet<'_>),
            "table" => copy!(contents::Table),
            "name" => copy!(contents::Name<'_>),
            "attached" => copy!(contents::AttachedTo),
            "cells" | "formats" => copy!(contents::Cells<'_>),
            "formulas" => copy!(contents::Formulas),
            "arrays" => copy!(contents::Arrays),
            "state" => copy!(contents::State),
            "layout" => {
                let mut layout: contents::Layout = record.content().unwrap();
                layout.column_widths = None;
                writer.record("layout", &layout)
            }
            other => panic!("{other}"),
        }
        .unwrap();
    }
    writer.finish().unwrap();
    out
}

#[test]
fn a_file_that_does_not_speak_of_widths_has_those_of_its_package() {
    let book = xlsx::open(fixture("xlookup.xlsx")).unwrap();
    let first = book.snapshot().sheets().next().unwrap().id;
    book.edit(|tx| {
        tx.delete_columns(first, 0, 1)?;
        tx.insert_columns(first, 1, 1)
    })
    .unwrap();
    let bytes = book.to_bytes().unwrap();
    let old = without_widths(&bytes);
    assert!(old.len() < bytes.len());
    let again = Workbook::from_bytes(&old).unwrap();
    assert!(!widths(&book)[0].is_empty());
    assert_eq!(widths(&again), widths(&book));
    assert_eq!(saved(&again), saved(&book));
}
