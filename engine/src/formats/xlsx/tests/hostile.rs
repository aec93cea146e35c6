//! Damaged and hostile files: a clear error or a sane reading, never a panic, never unbounded memory.

use std::io::{Cursor, Write};

use proptest::prelude::*;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::fixture::{archive, book_bytes, sheet, workbook};
use super::patching::Changes;
use super::recording::Recording;
use crate::formats::xlsx::*;
use crate::reference::Cell;
use crate::value::Value;
use crate::{Error, ErrorKind};

/// Reads bytes as a book and, if that works, saves it with a change; neither may panic.
fn read(bytes: Vec<u8>) -> Result<Recording, Error> {
    let package = Package::from_bytes(bytes)?;
    let book = Recording::read(&package)?;
    let mut changes = Changes::default();
    for (sheet, recorded) in book.sheets.iter().enumerate() {
        if recorded.ended {
            changes.set(sheet, Cell::new(1, 1), Value::Number(1.0), None);
        }
    }
    // Whether it can be saved is another question.
    let _ = patch_book(&package, &changes, Cursor::new(Vec::new()));
    Ok(book)
}

fn read_sheet(text: &str) -> Result<Recording, Error> {
    read(book_bytes(&workbook(""), text))
}

#[track_caller]
fn refuses(result: Result<Recording, Error>, kind: ErrorKind, words: &str) {
    let error = result.map(|_| "it was read").unwrap_err();
    assert_eq!(error.kind(), kind, "{error}");
    assert!(error.to_string().contains(words), "{error}");
}

fn good_book() -> Vec<u8> {
    let rows = r#"<row r="1" hidden="1"><c r="A1" t="s"><v>0</v></c><c r="B1" s="1"><f t="shared" ref="B1:B2" si="0">A1&amp;"x"</f><v>1.5</v></c></row><row r="2"><c r="B2"><f t="shared" si="0"/><v>2</v></c><c r="C2" t="inlineStr"><is><t>x</t></is></c></row>"#;
    book_bytes(
        &workbook(
            "<definedNames><definedName name=\"n\">One!$A$1</definedName></definedNames><calcPr fullCalcOnLoad=\"1\"/>",
        ),
        &sheet(&format!(
            "<cols><col min=\"1\" max=\"2\"/></cols><sheetData>{rows}</sheetData><mergeCells><mergeCell ref=\"A1:B2\"/></mergeCells>"
        )),
    )
}

#[test]
fn a_file_cut_off_anywhere_is_an_error() {
    let good = good_book();
    read(good.clone()).unwrap();
    for length in 0..good.len() {
        let error = read(good[..length].to_vec()).map(|_| length).unwrap_err();
        assert!(
            matches!(error.kind(), ErrorKind::FileFormat | ErrorKind::Limit),
            "{length}: {error}"
        );
    }
}

#[test]
fn a_sheet_cut_off_anywhere_is_an_error() {
    let text = sheet(
        "<sheetData><row r=\"1\"><c r=\"A1\" t=\"str\"><f>\"é\"&amp;1</f><v>a&lt;</v></c></row></sheetData>",
    );
    for length in (0..text.len() - 1).filter(|length| text.is_char_boundary(*length)) {
        let result = read_sheet(&text[..length]);
        if text[..length].contains("<worksheet") {
            refuses(result, ErrorKind::FileFormat, "sheet1.xml");
        }
    }
}

#[test]
fn references_off_the_grid_are_refused_by_name() {
    for address in [
        "A0",
        "ZZZZ1",
        "XFE1",
        "A1048577",
        "1",
        "A",
        "A-1",
        "",
        "A99999999999",
        "é1",
        "$",
        "A1B",
    ] {
        let result = read_sheet(&sheet(&format!(
            "<sheetData><row><c r=\"{address}\"><v>1</v></c></row></sheetData>"
        )));
        refuses(result, ErrorKind::FileFormat, &format!("`{address}`"));
    }
    for row in ["0", "1048577", "-1", "99999999999", "x"] {
        let result = read_sheet(&sheet(&format!(
            "<sheetData><row r=\"{row}\"/></sheetData>"
        )));
        refuses(result, ErrorKind::FileFormat, "not on the grid");
    }
    let cells = "<c/>".repeat(16_385);
    let result = read_sheet(&sheet(&format!(
        "<sheetData><row>{cells}</row></sheetData>"
    )));
    refuses(result, ErrorKind::FileFormat, "too many cells");
}

#[test]
fn indices_that_lead_nowhere_are_refused_or_harmless() {
    for index in ["3", "-1", "x", "99999999999999999999", "1.5"] {
        let rows = format!("<sheetData><row><c t=\"s\"><v>{index}</v></c></row></sheetData>");
        refuses(
            read_sheet(&sheet(&rows)),
            ErrorKind::FileFormat,
            "no shared text",
        );
    }
    let rows = "<sheetData><row s=\"9\" customFormat=\"1\" outlineLevel=\"-3\"><c s=\"4294967295\"><v>1</v></c><c s=\"-1\" cm=\"-5\" vm=\"x\"><f t=\"shared\" si=\"-1\">1</f></c><c><f t=\"array\" ref=\"nonsense\">2</f></c></row></sheetData>";
    let book = read_sheet(&sheet(rows)).unwrap();
    assert_eq!(book.cell(0, "A1").unwrap().style, 0);
    assert_eq!(book.formula(0, "B1"), Some("1"));
    assert!(matches!(
        book.cell(0, "C1").unwrap().kind,
        Some(FormulaKind::Array { .. })
    ));
}

#[test]
fn values_that_are_none_of_their_type_are_refused() {
    for (kind, text) in [
        ("n", "abc"),
        ("n", "1,5"),
        ("n", "0x10"),
        ("d", "yesterday"),
        ("d", "2020-13-01"),
    ] {
        let rows =
            format!("<sheetData><row><c r=\"A1\" t=\"{kind}\"><v>{text}</v></c></row></sheetData>");
        refuses(read_sheet(&sheet(&rows)), ErrorKind::FileFormat, text);
    }
    let rows = "<sheetData><row><c t=\"n\"><v>1e999</v></c><c t=\"e\"><v>#ODD!</v></c><c t=\"b\"><v>7</v></c></row></sheetData>";
    let book = read_sheet(&sheet(rows)).unwrap();
    assert_eq!(
        book.value(0, "A1"),
        Value::Error(crate::value::CellError::Num)
    );
    assert_eq!(
        book.value(0, "B1"),
        Value::Error(crate::value::CellError::Value)
    );
    assert_eq!(book.value(0, "C1"), Value::Boolean(false));
}

#[test]
fn of_two_entries_for_one_cell_the_later_stands() {
    let rows = "<sheetData><row r=\"1\"><c r=\"A1\"><v>1</v></c><c r=\"A1\"><v>2</v></c></row><row r=\"1\"><c r=\"A1\"><v>3</v></c></row></sheetData>";
    assert_eq!(
        read_sheet(&sheet(rows)).unwrap().value(0, "A1"),
        Value::Number(3.0)
    );
}

#[test]
fn entities_and_document_types_are_not_expanded() {
    let bomb = "<?xml version=\"1.0\"?><!DOCTYPE lolz [<!ENTITY lol \"lol\"><!ENTITY lol2 \"&lol;&lol;&lol;\">]><worksheet><sheetData><row><c t=\"str\"><v>&lol2;</v></c></row></sheetData></worksheet>";
    refuses(read_sheet(bomb), ErrorKind::FileFormat, "document type");
    let entity = sheet("<sheetData><row><c t=\"str\"><v>&lol2;</v></c></row></sheetData>");
    refuses(read_sheet(&entity), ErrorKind::FileFormat, "`lol2`");
    let control = sheet("<sheetData><row><c t=\"str\"><v>&#xFFFFFFFF;</v></c></row></sheetData>");
    refuses(read_sheet(&control), ErrorKind::FileFormat, "malformed");
}

#[test]
fn deep_nesting_and_long_tags_are_bounded() {
    let deep = format!("{}{}", "<a>".repeat(100_000), "</a>".repeat(100_000));
    refuses(
        read_sheet(&sheet(&deep)),
        ErrorKind::Limit,
        "inside each other",
    );
    let many: String = (0..1_000_000).map(|i| format!(" a{i}=\"\"")).collect();
    let tag = sheet(&format!(
        "<sheetData><row><c r=\"A1\"{many}/></row></sheetData>"
    ));
    refuses(read_sheet(&tag), ErrorKind::Limit, "more than");
    // Below the bound of a tag, many attributes must not take quadratic time.
    let many: String = (0..200_000).map(|i| format!(" a{i}=\"\"")).collect();
    let tag = sheet(&format!(
        "<sheetData><row><c r=\"A1\"{many}><v>1</v></c></row></sheetData>"
    ));
    assert_eq!(read_sheet(&tag).unwrap().value(0, "A1"), Value::Number(1.0));
    let long = "x".repeat(10_000_000);
    let text = sheet(&format!(
        "<sheetData><row><c t=\"str\"><v>{long}</v></c></row></sheetData>"
    ));
    refuses(read_sheet(&text), ErrorKind::Limit, "more than");
}

#[test]
fn a_zip_bomb_is_refused_before_it_is_unpacked() {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("xl/workbook.xml", SimpleFileOptions::default())
        .unwrap();
    let zeros = vec![b' '; 1 << 20];
    for _ in 0..100 {
        zip.write_all(&zeros).unwrap();
    }
    let bytes = zip.finish().unwrap().into_inner();
    assert!(bytes.len() < 1 << 20);
    refuses(read(bytes), ErrorKind::Limit, "would grow");
}

#[test]
fn a_part_that_is_larger_than_the_archive_says_is_refused() {
    let mut bytes = good_book();
    // The size in the central directory of the sheet: 24 bytes behind its signature.
    let directory = bytes
        .windows(4)
        .rposition(|bytes| bytes == b"PK\x05\x06")
        .unwrap();
    let name = b"xl/worksheets/sheet1.xml";
    let at = (0..directory)
        .rev()
        .find(|at| bytes[*at..].starts_with(name))
        .unwrap();
    let size = at - 46 + 24;
    bytes[size..size + 4].copy_from_slice(&10u32.to_le_bytes());
    let error = read(bytes).map(|_| ()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::FileFormat, "{error}");
}

#[test]
fn parts_that_lead_in_circles_or_away_are_harmless() {
    let relations = |target: &str| {
        format!(
            "<Relationships><Relationship Id=\"rId1\" Type=\"x/worksheet\" Target=\"{target}\"/></Relationships>"
        )
    };
    for target in [
        "workbook.xml",
        "../../../../etc/passwd",
        "",
        "_rels/workbook.xml.rels",
        "http://x/y",
        "%",
        "%zz",
        "..\\..\\x",
    ] {
        let bytes = archive(&[
            ("xl/workbook.xml", &workbook("")),
            ("xl/_rels/workbook.xml.rels", &relations(target)),
        ]);
        let book = read(bytes).unwrap();
        assert!(book.sheets[0].cells.is_empty(), "{target}");
    }
    let table = sheet("<sheetData/>");
    let bytes = archive(&[
        ("xl/workbook.xml", &workbook("")),
        (
            "xl/_rels/workbook.xml.rels",
            &relations("worksheets/sheet1.xml"),
        ),
        ("xl/worksheets/sheet1.xml", &table),
        (
            "xl/worksheets/_rels/sheet1.xml.rels",
            "<Relationships><Relationship Id=\"a\" Type=\"x/table\" Target=\"sheet1.xml\"/></Relationships>",
        ),
    ]);
    assert!(read(bytes).unwrap().tables.is_empty());
}

#[test]
fn wrong_content_types_do_not_matter() {
    let bytes = archive(&[
        (
            "[Content_Types].xml",
            "<Types><Default Extension=\"xml\" ContentType=\"image/png\"/><Override/><Override PartName=\"/xl/workbook.xml\" ContentType=\"text/plain\"/></Types>",
        ),
        ("xl/workbook.xml", &workbook("")),
    ]);
    assert_eq!(read(bytes).unwrap().sheets.len(), 1);
    let bytes = archive(&[
        ("[Content_Types].xml", "no xml <<"),
        ("xl/workbook.xml", &workbook("")),
    ]);
    refuses(read(bytes), ErrorKind::FileFormat, "[Content_Types].xml");
}

#[test]
fn texts_that_are_no_utf_8_are_refused() {
    let good = sheet("<sheetData><row><c t=\"str\"><v>ab</v></c></row></sheetData>");
    let mut parts = book_bytes(&workbook(""), &good.replace("ab", "@@"));
    parts = {
        let package = Package::from_bytes(parts).unwrap();
        let mut content = package.part("xl/worksheets/sheet1.xml").unwrap();
        let at = content.windows(2).position(|bytes| bytes == b"@@").unwrap();
        content[at..at + 2].copy_from_slice(&[0xC3, 0x28]);
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for name in package.part_names() {
            zip.start_file(name, SimpleFileOptions::default()).unwrap();
            if name.ends_with("sheet1.xml") {
                zip.write_all(&content).unwrap();
            } else {
                zip.write_all(&package.part(name).unwrap()).unwrap();
            }
        }
        zip.finish().unwrap().into_inner()
    };
    refuses(read(parts), ErrorKind::FileFormat, "sheet1.xml");
}

#[test]
fn a_sink_that_stops_stops_the_reading() {
    let package = Package::from_bytes(good_book()).unwrap();
    let mut sink = Recording {
        stops: true,
        ..Recording::default()
    };
    let error = read_book(&package, &mut sink).unwrap_err();
    assert_eq!(
        (error.kind(), error.to_string().as_str()),
        (ErrorKind::Cancelled, "enough")
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn flipped_bits_never_panic(flips in prop::collection::vec((any::<prop::sample::Index>(), 0u8..8), 1..6)) {
        let mut bytes = good_book();
        for (index, bit) in flips {
            let at = index.index(bytes.len());
            bytes[at] ^= 1 << bit;
        }
        let _ = read(bytes);
    }

    #[test]
    fn any_text_as_a_sheet_never_panics(text in "(<(/?(worksheet|sheetData|row|c|f|v|is|t|cols|col|mergeCells)( (r|s|t|si|ref|min)=\"[A-C0-3:s]{0,3}\")?/?)>|[a-z0-9&;#\\]\"'-]{0,4}){0,40}") {
        let _ = read_sheet(&text);
        let _ = read_sheet(&sheet(&format!("<sheetData>{text}</sheetData>")));
        let _ = read(book_bytes(&text, &text));
    }

    #[test]
    fn any_formula_can_be_moved_and_spelled(text in "[A-C1$:!#@'\"\\[\\](){},. éxLET_MAP+-]{0,30}") {
        let there = shift_formula(&text, Cell::new(3, 3), Cell::new(9, 5)).into_owned();
        let back = shift_formula(&there, Cell::new(9, 5), Cell::new(3, 3)).into_owned();
        prop_assert_eq!(back.to_lowercase().replace('$', ""), text.to_lowercase().replace('$', ""));
        let _ = file_form(&text);
    }
}
