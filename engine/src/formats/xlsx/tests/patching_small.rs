//! Saving back small sheets: what exactly is written.

use super::fixture::{book, book_bytes, sheet, workbook};
use super::patching::{Changes, saved};
use super::recording::Recording;
use crate::formats::xlsx::*;
use crate::reference::{Cell, Rect};
use crate::value::{CellError, Value};

fn part(package: &Package, name: &str) -> String {
    String::from_utf8(package.part(name).unwrap()).unwrap()
}

/// Patches a sheet with changes and compares the part that comes out, without its frame.
#[track_caller]
fn patches(content: &str, changes: &Changes, expected: &str) -> Package {
    let package = Package::from_bytes(book_bytes(&workbook(""), &sheet(content))).unwrap();
    let after = saved(&package, changes);
    let text = part(&after, "xl/worksheets/sheet1.xml");
    assert_eq!(text, sheet(expected));
    Recording::read(&after).unwrap();
    after
}

fn change(cells: &[(u32, u32, Value, Option<FormulaChange>)]) -> Changes {
    let mut changes = Changes::default();
    for (row, column, value, formula) in cells {
        changes.set(0, Cell::new(*row, *column), value.clone(), formula.clone());
    }
    changes
}

#[test]
fn only_the_changed_cell_is_written_anew() {
    let changes = change(&[(0, 1, Value::Number(2.5), None)]);
    patches(
        "<!-- odd --><sheetData >\n<row r='1' spans=\"1:3\" x14ac:dyDescent='0.25' xmlns:x14ac='a'>\r\n<c r='A1'><v>1</v></c><c s='7' r='B1' t='s' vm=\"3\"><v>0</v></c> <c r=\"C1\"/></row></sheetData><pageMargins left='1'/>",
        &changes,
        "<!-- odd --><sheetData >\n<row r='1' spans=\"1:3\" x14ac:dyDescent='0.25' xmlns:x14ac='a'>\r\n<c r='A1'><v>1</v></c><c s=\"7\" r=\"B1\"><v>2.5</v></c> <c r=\"C1\"/></row></sheetData><pageMargins left='1'/>",
    );
}

#[test]
fn every_kind_of_value_and_formula_is_written() {
    let formula = |text: &str| Some(FormulaChange::Normal(text.into()));
    let range = Rect::new(Cell::new(1, 0), Cell::new(2, 0));
    let changes = change(&[
        (0, 0, Value::text(" x"), None),
        (0, 1, Value::text("x"), formula("\"x\"&A1")),
        (0, 2, Value::Boolean(false), None),
        (0, 3, Value::Error(CellError::Div0), formula("1/0")),
        (0, 4, Value::Blank, Some(FormulaChange::Removed)),
        (0, 5, Value::Number(-1e-7), formula("IFNA(A1<2,1)")),
        (
            1,
            0,
            Value::Number(1.0),
            Some(FormulaChange::Array {
                text: "A1:A2".into(),
                range,
            }),
        ),
        (2, 0, Value::Number(2.0), None),
    ]);
    patches(
        "<sheetData/>",
        &changes,
        "<sheetData><row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t xml:space=\"preserve\"> x</t></is></c><c r=\"B1\" t=\"str\"><f>\"x\"&amp;A1</f><v>x</v></c><c r=\"C1\" t=\"b\"><v>0</v></c><c r=\"D1\" t=\"e\"><f>1/0</f><v>#DIV/0!</v></c><c r=\"F1\"><f>_xlfn.IFNA(A1&lt;2,1)</f><v>-1E-7</v></c></row><row r=\"2\"><c r=\"A2\"><f t=\"array\" ref=\"A2:A3\">A1:A2</f><v>1</v></c></row><row r=\"3\"><c r=\"A3\"><v>2</v></c></row></sheetData>",
    );
}

#[test]
fn new_cells_and_rows_come_where_they_belong() {
    let one = |row, column| (row, column, Value::Number(1.0), None);
    let changes = change(&[
        one(0, 0),
        one(2, 0),
        one(2, 2),
        one(2, 4),
        one(3, 1),
        one(4, 0),
        one(9, 0),
    ]);
    patches(
        "<dimension ref=\"B3:D5\"/><sheetData><row r=\"3\" spans=\"2:4\"><c r=\"B3\"/><c r=\"D3\"/></row><row r=\"5\" spans=\"1:1\"/></sheetData>",
        &changes,
        "<dimension ref=\"A1:E10\"/><sheetData><row r=\"1\"><c r=\"A1\"><v>1</v></c></row><row r=\"3\"><c r=\"A3\"><v>1</v></c><c r=\"B3\"/><c r=\"C3\"><v>1</v></c><c r=\"D3\"/><c r=\"E3\"><v>1</v></c></row><row r=\"4\"><c r=\"B4\"><v>1</v></c></row><row r=\"5\" spans=\"1:1\"><c r=\"A5\"><v>1</v></c></row><row r=\"10\"><c r=\"A10\"><v>1</v></c></row></sheetData>",
    );
}

#[test]
fn a_new_value_keeps_formula_and_style_and_a_cleared_cell_its_style() {
    let changes = change(&[
        (0, 0, Value::text("t"), None),
        (0, 1, Value::Blank, Some(FormulaChange::Removed)),
    ]);
    patches(
        "<sheetData><row r=\"1\"><c r=\"A1\" s=\"3\"><f  ca='1'>NOW( )</f><v>1</v></c><c r=\"B1\" s=\"4\" cm=\"1\"><f>1</f><v>1</v></c></row></sheetData>",
        &changes,
        "<sheetData><row r=\"1\"><c r=\"A1\" s=\"3\" t=\"str\"><f  ca='1'>NOW( )</f><v>t</v></c><c r=\"B1\" s=\"4\"/></row></sheetData>",
    );
}

#[test]
fn a_master_that_goes_leaves_its_group_with_formulas_of_their_own() {
    let rows = "<sheetData><row r=\"1\"><c r=\"B1\"><f t=\"shared\" si=\"0\"/><v>0</v></c><c r=\"C1\"><f t=\"shared\" ref=\"B1:C3\" si=\"0\">A1&lt;$A$1</f><v>1</v></c></row><row r=\"2\"><c r=\"C2\"><f t=\"shared\" si=\"0\"/><v>2</v></c></row><row r=\"3\"><c r=\"C3\" s=\"1\"><f t=\"shared\" si=\"0\"/><v>3</v></c></row></sheetData>";
    let changes = change(&[
        (0, 2, Value::Number(9.0), Some(FormulaChange::Removed)),
        (2, 2, Value::Number(8.0), None),
    ]);
    patches(
        rows,
        &changes,
        "<sheetData><row r=\"1\"><c r=\"B1\"><f>XFD1&lt;$A$1</f><v>0</v></c><c r=\"C1\"><v>9</v></c></row><row r=\"2\"><c r=\"C2\"><f>A2&lt;$A$1</f><v>2</v></c></row><row r=\"3\"><c r=\"C3\" s=\"1\"><f>A3&lt;$A$1</f><v>8</v></c></row></sheetData>",
    );
    let changes = change(&[(1, 2, Value::Number(7.0), Some(FormulaChange::Removed))]);
    let expected = rows.replace(
        "<c r=\"C2\"><f t=\"shared\" si=\"0\"/><v>2</v></c>",
        "<c r=\"C2\"><v>7</v></c>",
    );
    patches(rows, &changes, &expected);
}

#[test]
fn prefixes_of_the_sheet_are_used() {
    let text = "<x:worksheet xmlns:x='a'><x:sheetData><x:row r='1'><x:c r='A1'><x:v>1</x:v></x:c></x:row></x:sheetData></x:worksheet>";
    let package = Package::from_bytes(book_bytes(&workbook(""), text)).unwrap();
    let changes = change(&[
        (0, 0, Value::text("a"), None),
        (
            1,
            0,
            Value::Number(1.0),
            Some(FormulaChange::Normal("1".into())),
        ),
    ]);
    let after = saved(&package, &changes);
    assert_eq!(
        part(&after, "xl/worksheets/sheet1.xml"),
        "<x:worksheet xmlns:x='a'><x:sheetData><x:row r='1'><x:c r=\"A1\" t=\"inlineStr\"><x:is><x:t>a</x:t></x:is></x:c></x:row><x:row r=\"2\"><x:c r=\"A2\"><x:f>1</x:f><x:v>1</x:v></x:c></x:row></x:sheetData></x:worksheet>"
    );
}

#[test]
fn the_calculation_chain_goes_and_settings_change_in_place() {
    let text = workbook("<calcPr calcId='191029' fullCalcOnLoad='1' calcMode='manual'/><extLst/>");
    let package = Package::from_bytes(book_bytes(&text, &sheet("<sheetData/>"))).unwrap();
    let after = saved(&package, &Changes::default());
    assert!(!after.has_part("xl/calcChain.xml"));
    assert!(!part(&after, "[Content_Types].xml").contains("calcChain"));
    assert!(!part(&after, "xl/_rels/workbook.xml.rels").contains("calcChain"));
    let expected = workbook("<calcPr calcId=\"191029\" calcMode=\"manual\"/><extLst/>");
    assert_eq!(part(&after, "xl/workbook.xml"), expected);

    let settings = Some(BookSettings {
        iterate: true,
        iterate_count: 5,
        ..BookSettings::default()
    });
    let changes = Changes {
        settings,
        ..Changes::default()
    };
    let after = saved(&book(""), &changes);
    let expected = workbook("<calcPr iterate=\"1\" iterateCount=\"5\"/>");
    assert_eq!(part(&after, "xl/workbook.xml"), expected);
    assert_eq!(Recording::read(&after).unwrap().settings, changes.settings);
}

#[test]
fn a_formula_that_spills_brings_its_metadata() {
    let range = Rect::new(Cell::new(0, 0), Cell::new(2, 0));
    let dynamic = FormulaChange::Dynamic {
        text: "SEQUENCE(3)".into(),
        range,
    };
    let changes = change(&[(0, 0, Value::Number(1.0), Some(dynamic))]);
    let package = book("<row r=\"1\"><c r=\"A1\"><v>5</v></c></row>");
    let mut after = saved(&package, &changes);
    for _ in 0..2 {
        let book = Recording::read(&after).unwrap();
        let cell = book.cell(0, "A1").unwrap();
        assert_eq!(cell.formula.as_deref(), Some("_xlfn.SEQUENCE(3)"));
        assert_eq!(
            cell.kind,
            Some(FormulaKind::Array {
                range,
                dynamic: true
            })
        );
        // The second time the metadata are there already.
        after = saved(&after, &changes);
    }
}

#[test]
fn rows_in_disorder_are_refused_and_a_second_entry_of_a_cell_is_dropped() {
    let package = book("<row r=\"2\"/><row r=\"1\"/>");
    let changes = change(&[(0, 0, Value::Number(1.0), None)]);
    let mut out = std::io::Cursor::new(Vec::new());
    let error = patch_book(&package, &changes, &mut out).unwrap_err();
    assert!(
        error.to_string().contains("row 1 is not in order"),
        "{error}"
    );

    let package = book("<row r=\"1\"><c r=\"A1\"><v>1</v></c><c r=\"A1\"><v>2</v></c></row>");
    let after = saved(&package, &changes);
    assert_eq!(
        Recording::read(&after).unwrap().value(0, "A1"),
        Value::Number(1.0)
    );
}

#[test]
fn a_save_replaces_the_file_or_leaves_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("book.xlsx");
    let package = book("<row r=\"1\"><c r=\"A1\"><v>1</v></c></row>");
    std::fs::write(&path, package.bytes()).unwrap();
    let changes = change(&[(0, 0, Value::Number(42.0), None)]);
    save_patched(&package, &changes, &path).unwrap();
    let after = Recording::read(&Package::open(&path).unwrap()).unwrap();
    assert_eq!(after.value(0, "A1"), Value::Number(42.0));

    let broken = book("<row r=\"2\"/><row r=\"1\"/>");
    let before = std::fs::read(&path).unwrap();
    save_patched(&broken, &changes, &path).unwrap_err();
    assert_eq!(std::fs::read(&path).unwrap(), before, "the old file stays");
    let names: Vec<_> = std::fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(names, ["book.xlsx"], "nothing is left beside it");
    save_patched(&package, &changes, folder.path().join("none/book.xlsx")).unwrap_err();
}

#[test]
fn attributes_of_rows_and_columns_and_merged_ranges_change_in_place() {
    let hidden = RowAttributes {
        hidden: true,
        ..RowAttributes::default()
    };
    let wide = ColumnAttributes {
        width: Some(30.0),
        ..ColumnAttributes::default()
    };
    let merge = Rect::new(Cell::new(0, 0), Cell::new(0, 1));
    let mut changes = Changes {
        rows: [
            (0, hidden),
            (1, RowAttributes::default()),
            (4, hidden),
            (6, RowAttributes::default()),
        ]
        .into(),
        columns: Some(vec![(1, 2, wide)]),
        merges: Some(vec![merge]),
        ..Changes::default()
    };
    changes.set(0, Cell::new(4, 0), Value::Number(1.0), None);
    let rows = "<row r=\"1\" ht=\"30\" a=\"b\"/><row r=\"2\" hidden=\"1\" ht=\"9\" customHeight=\"1\"><c r=\"A2\"/></row>";
    let patched = "<row r=\"1\" ht=\"30\" a=\"b\" hidden=\"1\"></row><row r=\"2\"><c r=\"A2\"/></row><row r=\"5\" hidden=\"1\"><c r=\"A5\"><v>1</v></c></row>";
    let columns = "<cols><col min=\"2\" max=\"3\" width=\"30\" customWidth=\"1\"/></cols>";
    let merges = "<mergeCells count=\"1\"><mergeCell ref=\"A1:B1\"/></mergeCells>";
    patches(
        &format!(
            "<sheetViews/><sheetData>{rows}</sheetData><autoFilter ref=\"A1\"/><pageMargins/>"
        ),
        &changes,
        &format!(
            "<sheetViews/>{columns}<sheetData>{patched}</sheetData><autoFilter ref=\"A1\"/>{merges}<pageMargins/>"
        ),
    );
    patches(
        &format!(
            "<cols><col min=\"9\" max=\"9\"/></cols><sheetData>{rows}</sheetData><mergeCells><mergeCell ref=\"X1:Y2\"/></mergeCells>"
        ),
        &changes,
        &format!("{columns}<sheetData>{patched}</sheetData>{merges}"),
    );
    patches(
        &format!("<sheetData>{rows}</sheetData>"),
        &changes,
        &format!("{columns}<sheetData>{patched}</sheetData>{merges}"),
    );
}

#[test]
fn names_are_redefined_added_and_removed() {
    let name = |name: &str, sheet, refers_to: Option<&str>| NameChange {
        name: name.into(),
        sheet,
        refers_to: refers_to.map(Into::into),
    };
    let changes = Changes {
        names: vec![
            name("RATE", None, Some("One!$A$2<1")),
            name("gone", None, None),
            name("kept", Some(0), Some("7")),
            name("never", None, None),
        ],
        ..Changes::default()
    };
    let names = "<definedNames><definedName name=\"rate\" hidden=\"1\">One!$A$1</definedName><definedName name=\"gone\">1</definedName><definedName name='kept'>2</definedName></definedNames>";
    let patched = "<definedNames><definedName name=\"rate\" hidden=\"1\">One!$A$2&lt;1</definedName><definedName name='kept'>2</definedName><definedName name=\"kept\" localSheetId=\"0\">7</definedName></definedNames>";
    for after in ["<calcPr calcId=\"1\"/><extLst/>", "<pivotCaches/>", ""] {
        let text = workbook(&format!("{names}{after}"));
        let package = Package::from_bytes(book_bytes(&text, &sheet("<sheetData/>"))).unwrap();
        let expected = workbook(&format!("{patched}{after}"));
        assert_eq!(
            part(&saved(&package, &changes), "xl/workbook.xml"),
            expected
        );

        let text = workbook(after);
        let package = Package::from_bytes(book_bytes(&text, &sheet("<sheetData/>"))).unwrap();
        let added = "<definedNames><definedName name=\"RATE\">One!$A$2&lt;1</definedName><definedName name=\"kept\" localSheetId=\"0\">7</definedName></definedNames>";
        let expected = workbook(&format!("{added}{after}"));
        assert_eq!(
            part(&saved(&package, &changes), "xl/workbook.xml"),
            expected
        );
    }
}

#[test]
fn new_styles_are_copies_with_another_number_format() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../fixtures/excel/poi/WithConditionalFormatting.xlsx");
    let real = Package::open(path).unwrap();
    let before = Recording::read(&real).unwrap();
    let count = before.styles.formats.len() as u32;
    let mut changes = Changes {
        styles: vec![
            NewStyle {
                base: count - 1,
                format: "0.0\"<x>\"".into(),
            },
            NewStyle {
                base: 0,
                format: "0.00%".into(),
            },
            NewStyle {
                base: 9_999,
                format: "0.0\"<x>\"".into(),
            },
        ],
        ..Changes::default()
    };
    changes.set(0, Cell::new(0, 0), Value::Number(1.0), None);
    changes.set(0, Cell::new(99, 0), Value::Number(2.0), None);
    for (place, change) in changes.sheets.get_mut(&0).unwrap().values_mut().enumerate() {
        change.style = Some(count + place as u32);
    }
    let after = saved(&real, &changes);
    let book = Recording::read(&after).unwrap();
    let formats: Vec<&str> = book.styles.formats.iter().map(|code| &**code).collect();
    let old: Vec<&str> = before.styles.formats.iter().map(|code| &**code).collect();
    assert_eq!(formats[..old.len()], old);
    assert_eq!(formats[old.len()..], ["0.0\"<x>\"", "0.00%", "0.0\"<x>\""]);
    assert_eq!(book.cell(0, "A1").unwrap().style, count);
    assert_eq!(book.cell(0, "A100").unwrap().style, count + 1);
    let styles = part(&after, "xl/styles.xml");
    assert!(
        styles.contains(&format!("count=\"{}\"", count + 3)),
        "{styles}"
    );

    let bare = book_bytes(&workbook(""), &sheet("<sheetData/>"));
    let after = saved(&Package::from_bytes(bare).unwrap(), &changes);
    assert_eq!(
        Recording::read(&after)
            .unwrap()
            .cell(0, "A1")
            .unwrap()
            .style,
        0,
        "no part of styles, no styles"
    );
}
