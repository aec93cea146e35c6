//! Number formats set in a workbook that came from a file: the other attributes of its styles stay.

use super::fixture::{archive, sheet, workbook};
use crate::formats::xlsx::*;
use crate::reference::Cell;
use crate::value::Value;
use crate::{Result, Snapshot, Workbook};

const ROOT: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;

const RELATIONS: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>"#;

/// Four styles; each has a font of its own, so that one sees which is which.
const STYLES: &str = r#"<styleSheet><numFmts count="1"><numFmt numFmtId="164" formatCode="0.0&quot; m&quot;"/></numFmts><cellXfs count="4"><xf numFmtId="0" fontId="0"/><xf numFmtId="0" fontId="1"/><xf numFmtId="164" fontId="2"/><xf numFmtId="9" fontId="3"><alignment wrapText="1"/></xf></cellXfs></styleSheet>"#;

/// Column B has style 2, row 4 style 3; A1 has style 1, B1 none.
const SHEET: &str = r#"<cols><col min="2" max="2" style="2"/></cols><sheetData><row r="1"><c r="A1" s="1"><v>1</v></c><c r="B1"><v>2</v></c></row><row r="4" s="3" customFormat="1"><c r="C4" s="3"><v>0.5</v></c></row></sheetData>"#;

fn package(with_styles: bool) -> Package {
    let relations = if with_styles {
        RELATIONS.to_owned()
    } else {
        RELATIONS.replace("/styles\"", "/other\"")
    };
    let bytes = archive(&[
        ("[Content_Types].xml", "<Types/>"),
        ("_rels/.rels", ROOT),
        ("xl/workbook.xml", &workbook("")),
        ("xl/_rels/workbook.xml.rels", &relations),
        ("xl/worksheets/sheet1.xml", &sheet(SHEET)),
        ("xl/styles.xml", STYLES),
    ]);
    Package::from_bytes(bytes).unwrap()
}

fn opened() -> Workbook {
    open_package(package(true), Default::default(), &mut |_, _| Ok(())).unwrap()
}

fn saved(book: &Workbook) -> Result<(Package, Snapshot)> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("saved.xlsx");
    save(book, &path)?;
    let package = Package::from_bytes(std::fs::read(&path).unwrap())?;
    Ok((package, open(&path)?.snapshot()))
}

fn part(package: &Package, name: &str) -> String {
    String::from_utf8(package.part(name).unwrap()).unwrap()
}

#[test]
fn a_cell_is_shown_in_its_own_style_or_its_rows_or_its_columns() {
    let now = opened().snapshot();
    for (address, format) in [
        ("A1", "General"),
        ("B1", "General"),
        ("B2", "0.0\" m\""),
        ("A4", "0%"),
        ("B4", "0%"),
        ("C4", "0%"),
        ("C5", "General"),
    ] {
        assert_eq!(
            &*now.number_format(&format!("One!{address}")).unwrap(),
            format,
            "{address}"
        );
    }
    assert_eq!(now.text("One!B1").unwrap(), "2");
}

#[test]
fn a_cell_that_is_new_takes_the_style_of_its_row_or_column() {
    let book = opened();
    book.edit(|tx| {
        tx.set("One!B1", 20.0)?;
        tx.set("One!B2", 3.5)?;
        tx.set("One!D4", 0.25)?;
        tx.set("One!C5", "plain")
    })
    .unwrap();
    let (package, now) = saved(&book).unwrap();
    assert_eq!(part(&package, "xl/styles.xml"), STYLES);
    let text = part(&package, "xl/worksheets/sheet1.xml");
    for cell in [
        "<c r=\"B1\"><v>20</v></c>",
        "<c r=\"B2\" s=\"2\"><v>3.5</v></c>",
        "<c r=\"D4\" s=\"3\"><v>0.25</v></c>",
        "<c r=\"C5\" t=\"inlineStr\">",
    ] {
        assert!(text.contains(cell), "{cell} in {text}");
    }
    assert_eq!(now.text("One!B2").unwrap(), "3.5 m");
    assert_eq!(now.text("One!D4").unwrap(), "25%");
}

#[test]
fn another_number_format_leaves_what_else_a_style_says() {
    let book = opened();
    book.edit(|tx| tx.set_number_format("One!A1:C4", "0.000"))
        .unwrap();
    let (package, now) = saved(&book).unwrap();
    let styles = part(&package, "xl/styles.xml");
    assert!(styles.contains("formatCode=\"0.000\""), "{styles}");
    let own = now.number_formats().len();
    assert_eq!(own, 8, "each of the four styles has a brother: {styles}");
    let sheet = now.sheet("One").unwrap();
    let fonts: Vec<&str> = styles
        .split("fontId=\"")
        .skip(1)
        .map(|rest| &rest[..1])
        .collect();
    for (cell, font) in [
        (Cell::new(0, 0), "1"),
        (Cell::new(0, 1), "0"),
        (Cell::new(1, 1), "2"),
        (Cell::new(3, 0), "3"),
        (Cell::new(3, 1), "3"),
        (Cell::new(3, 2), "3"),
        (Cell::new(2, 2), "0"),
    ] {
        assert_eq!(
            fonts[now.style_number(sheet, cell) as usize],
            font,
            "{cell:?} in {styles}"
        );
    }
    assert_eq!(
        styles.matches("<alignment wrapText=\"1\"/>").count(),
        2,
        "{styles}"
    );
    assert_eq!(now.value("One!C4").unwrap(), Value::Number(0.5));
    assert_eq!(now.text("One!C4").unwrap(), "0.500");
}

#[test]
fn undoing_a_number_format_leaves_nothing_of_it_in_the_file() {
    let book = opened();
    book.edit(|tx| tx.set_number_format("One!A1", "0.000"))
        .unwrap();
    assert!(book.undo().unwrap());
    let (package, _) = saved(&book).unwrap();
    assert_eq!(part(&package, "xl/styles.xml"), STYLES);
    assert_eq!(part(&package, "xl/worksheets/sheet1.xml"), sheet(SHEET));
}

#[test]
fn a_file_without_styles_refuses_new_number_formats() {
    let book = open_package(package(false), Default::default(), &mut |_, _| Ok(())).unwrap();
    book.edit(|tx| tx.set("One!A1", 5.0)).unwrap();
    saved(&book).unwrap();
    book.edit(|tx| tx.set_number_format("One!A1", "0.000"))
        .unwrap();
    let error = saved(&book).err().expect("it is refused");
    assert!(
        error.message().contains("number formats were set"),
        "{error}"
    );
}
