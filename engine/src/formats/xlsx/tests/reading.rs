//! What small sheets of every odd kind read as.

use super::fixture::{archive, book, book_bytes, sheet, workbook};
use super::recording::Recording;
use crate::ErrorKind;
use crate::formats::xlsx::*;
use crate::reference::{Cell, Rect};
use crate::value::{CellError, Value};

fn read(rows: &str) -> Recording {
    Recording::read(&book(rows)).unwrap()
}

#[test]
fn every_type_of_cell_has_its_value() {
    let book = read(
        r#"<row r="1"><c r="A1"><v>0.1000000000000000055</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="str"><f>""</f><v></v></c>
        <c r="D1" t="b"><v>1</v></c><c r="E1" t="e"><v>#N/A</v></c><c r="F1" t="inlineStr"><is><r><t>in</t></r><r><t>line</t></r></is></c>
        <c r="G1" t="d"><v>1900-03-01T12:00:00Z</v></c><c r="H1"><f>1+1</f><v/></c><c r="I1" t="s"><v>2</v></c><c r="J1"><v>-0</v></c>
        <c r="K1"><v>NaN</v></c><c r="L1" t="e"><v>#SPILL!</v></c><c r="M1" t="n"/><c r="N1" t="str"><v>a&#10;&lt;b_x000A_</v></c></row>"#,
    );
    let expected = [
        ("A1", Value::Number(0.1)),
        ("B1", Value::text("two ")),
        ("C1", Value::text("")),
        ("D1", Value::Boolean(true)),
        ("E1", Value::Error(CellError::Na)),
        ("F1", Value::text("inline")),
        ("G1", Value::Number(61.5)),
        ("H1", Value::Blank),
        ("I1", Value::text("a\rb_x0041_&A")),
        ("J1", Value::Number(0.0)),
        ("K1", Value::Error(CellError::Num)),
        ("L1", Value::Error(CellError::Spill)),
        ("M1", Value::Blank),
        ("N1", Value::text("a\n<b\n")),
    ];
    for (address, value) in expected {
        assert_eq!(book.value(0, address), value, "{address}");
    }
    assert_eq!(book.formula(0, "H1"), Some("1+1"));
    assert!(
        book.cell(0, "M1").is_none(),
        "an empty cell without a style is nothing"
    );
}

#[test]
fn cells_without_addresses_follow_each_other() {
    let book = read(
        r#"<row><c><v>1</v></c><c><v>2</v></c></row><row r="5"><c r="C5"><v>3</v></c><c><v>4</v></c></row><row><c><v>5</v></c></row>"#,
    );
    for (address, value) in [
        ("A1", 1.0),
        ("B1", 2.0),
        ("C5", 3.0),
        ("D5", 4.0),
        ("A6", 5.0),
    ] {
        assert_eq!(book.value(0, address), Value::Number(value), "{address}");
    }
}

#[test]
fn a_lone_cell_in_the_last_corner_is_one_cell() {
    let text = sheet(
        r#"<dimension ref="A1:XFD1048576"/><sheetData><row r="1048576"><c r="XFD1048576"><v>7</v></c></row></sheetData>"#,
    );
    let package = Package::from_bytes(book_bytes(&workbook(""), &text)).unwrap();
    let book = Recording::read(&package).unwrap();
    assert_eq!(book.sheets[0].cells.len(), 1);
    assert_eq!(book.value(0, "XFD1048576"), Value::Number(7.0));
}

#[test]
fn shared_formulas_move_over_both_axes_and_before_their_master() {
    let book = read(
        r#"<row r="1"><c r="A1"><f t="shared" si="7"/><v>9</v></c><c r="C1"><f t="shared" ref="A1:D2" si="7">$A1+C$1</f><v>1</v></c><c r="D1"><f t="shared" si="7"/><v>2</v></c></row>
           <row r="2"><c r="C2"><f t="shared" si="7"/></c><c r="D2"><f t="shared" ref="D2:D3" si="7">E2</f></c></row>
           <row r="3"><c r="D3"><f t="shared" si="7"/></c><c r="E3"><f t="shared" si="99"/><v>5</v></c></row>"#,
    );
    for (address, formula) in [
        ("A1", "$A1+A$1"),
        ("C1", "$A1+C$1"),
        ("D1", "$A1+D$1"),
        ("C2", "$A2+C$1"),
        ("D2", "E2"),
        ("D3", "E3"),
    ] {
        assert_eq!(book.formula(0, address), Some(formula), "{address}");
    }
    assert_eq!(book.value(0, "A1"), Value::Number(9.0));
    assert_eq!(
        book.cell(0, "E3").unwrap().formula,
        None,
        "a group that is never defined leaves values"
    );
    assert_eq!(book.value(0, "E3"), Value::Number(5.0));
}

#[test]
fn array_formulas_and_data_tables_have_their_ranges() {
    let book = read(
        r#"<row r="1"><c r="A1" cm="1"><f t="array" ref="A1:B2">C1:D2*2</f><v>1</v></c><c r="D1"><f t="dataTable" ref="D1:D9" dt2D="0" dtr="0" r1="A9"/><v>3</v></c></row>"#,
    );
    let range = Rect::new(Cell::new(0, 0), Cell::new(1, 1));
    let kind = book.cell(0, "A1").unwrap().kind;
    assert_eq!(
        kind,
        Some(FormulaKind::Array {
            range,
            dynamic: false
        }),
        "no metadata, so not dynamic"
    );
    let range = Rect::new(Cell::new(0, 3), Cell::new(8, 3));
    assert_eq!(
        book.cell(0, "D1").unwrap().kind,
        Some(FormulaKind::DataTable { range })
    );
    assert_eq!(book.value(0, "D1"), Value::Number(3.0));
}

#[test]
fn rows_columns_merges_and_filters_are_told() {
    let text = sheet(
        r#"<sheetFormatPr defaultRowHeight="15" zeroHeight="1"/><cols><col min="2" max="3" width="9.5" customWidth="1" hidden="1" outlineLevel="2"/><col min="16384" max="99999" width="20"/><col min="0" max="3"/></cols>
        <sheetData><row r="2" hidden="1" ht="20" customHeight="1" outlineLevel="1" s="4" customFormat="1"/><row r="3" ht="20"/></sheetData>
        <autoFilter ref="A1:B9"><filterColumn colId="0"><filters><filter val="x"/></filters></filterColumn></autoFilter><mergeCells><mergeCell ref="B2:C3"/></mergeCells>"#,
    );
    let package = Package::from_bytes(book_bytes(&workbook(""), &text)).unwrap();
    let book = Recording::read(&package).unwrap();
    let sheet = &book.sheets[0];
    assert!(sheet.defaults.rows_hidden && sheet.ended);
    assert_eq!(sheet.columns.len(), 2);
    let (first, last, columns) = sheet.columns[0];
    assert_eq!(
        (first, last, columns.hidden, columns.width, columns.outline),
        (1, 2, true, Some(9.5), 2)
    );
    let (first, last, columns) = sheet.columns[1];
    assert_eq!((first, last, columns.width), (16_383, 16_383, None));
    let row = RowAttributes {
        hidden: true,
        height: Some(20.0),
        outline: 1,
        ..RowAttributes::default()
    };
    assert_eq!(
        sheet.rows.iter().collect::<Vec<_>>(),
        [(&1, &row)],
        "a height that is not set by hand is no attribute"
    );
    assert_eq!(sheet.merges, [Rect::new(Cell::new(1, 1), Cell::new(2, 2))]);
    assert!(sheet.filter.unwrap().active);
}

#[test]
fn settings_and_names_are_those_of_the_file() {
    let workbook = workbook(
        r#"<definedNames><definedName name="rate" localSheetId="0" hidden="1" comment="c">One!$A$1</definedName></definedNames><calcPr calcMode="manual" iterate="1" iterateCount="7" iterateDelta="1E-4" fullPrecision="0" fullCalcOnLoad="1"/>"#,
    );
    let package = Package::from_bytes(book_bytes(&workbook, &sheet("<sheetData/>"))).unwrap();
    let book = Recording::read(&package).unwrap();
    let settings = BookSettings {
        mode: CalculationMode::Manual,
        iterate: true,
        iterate_count: 7,
        iterate_delta: 1e-4,
        full_precision: false,
        full_calculation_on_load: true,
        ..BookSettings::default()
    };
    assert_eq!(book.settings, Some(settings));
    let name = DefinedName {
        name: "rate".into(),
        sheet: Some(0),
        refers_to: "One!$A$1".into(),
        hidden: true,
        macro_name: false,
        comment: Some("c".into()),
    };
    assert_eq!(book.names, [name]);
}

#[test]
fn odd_names_and_targets_of_parts_are_found() {
    let book = archive(&[
        ("[content_types].XML", "<Types/>"),
        (
            "_rels\\.rels",
            r#"<Relationships><Relationship Id="a" Type="http://purl.oclc.org/ooxml/officeDocument/relationships/officeDocument" Target="/XL\Book%201.xml"/></Relationships>"#,
        ),
        (
            "xl/book 1.xml",
            r#"<x:workbook xmlns:x="http://purl.oclc.org/ooxml/spreadsheetml/main" xmlns:q="http://purl.oclc.org/ooxml/officeDocument/relationships"><x:sheets><x:sheet name="S" sheetId="3" q:id="z" state="veryHidden"/></x:sheets></x:workbook>"#,
        ),
        (
            "xl/_rels/Book 1.xml.rels",
            r#"<Relationships><Relationship Id="z" Type="http://purl.oclc.org/ooxml/officeDocument/relationships/worksheet" Target="../xl/./data/../data/S.xml"/></Relationships>"#,
        ),
        (
            "xl/data/s.XML",
            "<x:worksheet xmlns:x='a'><x:sheetData><x:row><x:c><x:v>4</x:v></x:c></x:row></x:sheetData></x:worksheet>",
        ),
    ]);
    let book = Recording::read(&Package::from_bytes(book).unwrap()).unwrap();
    assert_eq!(book.value(0, "A1"), Value::Number(4.0));
    assert_eq!(
        book.sheets[0].entry.as_ref().unwrap().visibility,
        Visibility::VeryHidden
    );
}

#[track_caller]
fn refuses(bytes: Vec<u8>, kind: ErrorKind, words: &str) {
    let result = Package::from_bytes(bytes).and_then(|package| Recording::read(&package));
    let error = result.unwrap_err();
    assert_eq!(error.kind(), kind, "{error}");
    assert!(error.to_string().contains(words), "{error}");
}

#[test]
fn other_files_are_named() {
    let compound = |stream: &str| {
        let mut bytes = vec![0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
        bytes.resize(1024, 0);
        bytes.extend(stream.encode_utf16().flat_map(u16::to_le_bytes));
        bytes.resize(2048, 0);
        bytes
    };
    refuses(
        compound("EncryptedPackage"),
        ErrorKind::Encrypted,
        "password",
    );
    refuses(
        compound("Workbook"),
        ErrorKind::Unsupported,
        ".xls workbook",
    );
    refuses(
        compound("WordDocument"),
        ErrorKind::FileFormat,
        "no workbook",
    );
    refuses(Vec::new(), ErrorKind::FileFormat, "empty");
    refuses(b"hello".to_vec(), ErrorKind::FileFormat, "not a zip");
    refuses(
        archive(&[("a.txt", "")]),
        ErrorKind::FileFormat,
        "no workbook",
    );
    refuses(
        archive(&[("mimetype", "x"), ("content.xml", "")]),
        ErrorKind::Unsupported,
        "OpenDocument",
    );
    let binary = archive(&[
        (
            "_rels/.rels",
            r#"<Relationships><Relationship Id="a" Type="x/officeDocument" Target="xl/workbook.bin"/></Relationships>"#,
        ),
        ("xl/workbook.bin", ""),
    ]);
    refuses(binary, ErrorKind::Unsupported, ".xlsb");
}

#[test]
fn a_file_that_is_not_there_is_an_error_of_the_system() {
    let error = Package::open("no such folder/book.xlsx").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Io);
    assert!(error.to_string().contains("no such folder"), "{error}");
}
