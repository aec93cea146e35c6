//! Widths of columns in files: what is read, and what saving changes of a sheet's part.

use proptest::prelude::*;

use super::fixture::{book_bytes, sheet, workbook};
use super::recording::Recording;
use crate::formats::xlsx::*;
use crate::reference::SheetId;
use crate::{ErrorKind, Result, Snapshot, Workbook};

const DATA: &str = r#"<sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData>"#;

fn opened(columns: &str) -> (Workbook, SheetId) {
    let text = sheet(&format!("{columns}{DATA}"));
    let package = Package::from_bytes(book_bytes(&workbook(""), &text)).unwrap();
    let book = open_package(package, Default::default(), &mut |_, _| Ok(())).unwrap();
    let sheet = book.snapshot().sheet("One").unwrap();
    (book, sheet)
}

fn saved(book: &Workbook) -> Result<Package> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    write(book, &mut bytes)?;
    Package::from_bytes(bytes.into_inner())
}

/// What the sheet's part has before its cells.
fn before_cells(package: &Package) -> String {
    let text = String::from_utf8(package.part("xl/worksheets/sheet1.xml").unwrap()).unwrap();
    let (_, text) = text.split_once("main\">").unwrap();
    let (text, rest) = text.split_once("<sheetData>").unwrap();
    assert!(rest.starts_with("<row r=\"1\">") && rest.ends_with("</worksheet>"));
    text.to_owned()
}

fn widths(snapshot: &Snapshot, sheet: SheetId) -> String {
    let widths = snapshot.column_widths(sheet).into_iter();
    let told = widths.map(|span| format!("{}-{} {}", span.first, span.last, span.width));
    told.collect::<Vec<_>>().join(", ")
}

/// That widths which are set give the sheet these columns, and that they are read again as they were set.
fn check(columns: &str, set: &[(u32, u32, Option<f64>)], expected: &str) {
    let (book, sheet) = opened(columns);
    book.edit(|tx| {
        set.iter()
            .try_for_each(|(at, count, width)| tx.set_column_width(sheet, *at, *count, *width))
    })
    .unwrap();
    let package = saved(&book).unwrap();
    assert_eq!(before_cells(&package), expected);
    let again = open_package(package, Default::default(), &mut |_, _| Ok(())).unwrap();
    assert_eq!(
        widths(&again.snapshot(), sheet),
        widths(&book.snapshot(), sheet)
    );
}

#[test]
fn only_widths_that_were_set_by_hand_are_read() {
    let (book, sheet) = opened(
        r#"<cols><col min="1" max="2" width="12.7109375" customWidth="1"/><col min="3" max="3" width="20"/><col min="4" max="4" width="0" hidden="1" customWidth="1"/><col min="5" max="5" width="9.5" hidden="1" customWidth="true"/><col min="6" max="6" width="1e300" customWidth="1"/><col min="7" max="7" width="NaN" customWidth="1"/><col min="16384" max="99999" width="255.7109375" customWidth="1"/></cols>"#,
    );
    let snapshot = book.snapshot();
    assert_eq!(
        widths(&snapshot, sheet),
        "0-1 12.7109375, 4-4 9.5, 16383-16383 255.7109375"
    );
    assert_eq!(snapshot.hidden_columns(sheet), [3, 4]);
}

#[test]
fn a_sheet_whose_widths_are_those_of_the_file_keeps_its_bytes() {
    let columns = "<cols > <col min='2' max='3' width='20.0' customWidth='1' /> <!-- c --></cols>";
    for set in [
        &[][..],
        &[(1, 1, Some(20.0))],
        &[
            (1, 2, Some(7.0)),
            (4, 1, Some(9.0)),
            (1, 2, Some(20.0)),
            (4, 1, None),
        ],
    ] {
        check(columns, set, columns);
    }
}

#[test]
fn a_sheet_without_columns_gets_them_before_its_cells() {
    let set = [(1, 2, Some(12.5)), (5, 1, Some(30.0))];
    let expected = r#"<cols><col min="2" max="3" width="12.5" customWidth="1"/><col min="6" max="6" width="30" customWidth="1"/></cols>"#;
    let defaults = r#"<sheetViews/><sheetFormatPr defaultRowHeight="15"/>"#;
    check(defaults, &set, &format!("{defaults}{expected}"));
    check("<cols/>", &set, expected);
    check("<cols></cols>", &set, expected);
}

#[test]
fn columns_in_one_entry_get_different_widths_and_keep_all_else() {
    check(
        r#"<sheetFormatPr defaultColWidth="11" defaultRowHeight="15"/><cols><col min="2" max="6" width="20" style="0" hidden="0" customWidth="1" bestFit="1" outlineLevel="2" x="&amp;'"/></cols>"#,
        &[(2, 1, Some(7.5)), (4, 1, None), (6, 1, Some(8.0))],
        r#"<sheetFormatPr defaultColWidth="11" defaultRowHeight="15"/><cols><col min="2" max="2" width="20" style="0" hidden="0" customWidth="1" bestFit="1" outlineLevel="2" x="&amp;'"/><col min="3" max="3" width="7.5" style="0" hidden="0" customWidth="1" outlineLevel="2" x="&amp;'"/><col min="4" max="4" width="20" style="0" hidden="0" customWidth="1" bestFit="1" outlineLevel="2" x="&amp;'"/><col min="5" max="5" width="11" style="0" hidden="0" outlineLevel="2" x="&amp;'"/><col min="6" max="6" width="20" style="0" hidden="0" customWidth="1" bestFit="1" outlineLevel="2" x="&amp;'"/><col min="7" max="7" width="8" customWidth="1"/></cols>"#,
    );
}

#[test]
fn entries_come_before_between_and_behind_others_or_go() {
    let columns = r#"<cols><col min="3" max="3" width="9" hidden="1"/><!-- c --><col min="5" max="5" width="20" customWidth="1"/></cols>"#;
    check(
        columns,
        &[(0, 7, Some(4.0))],
        r#"<cols><col min="1" max="2" width="4" customWidth="1"/><col min="3" max="3" width="4" hidden="1" customWidth="1"/><!-- c --><col min="4" max="4" width="4" customWidth="1"/><col min="5" max="5" width="4" customWidth="1"/><col min="6" max="7" width="4" customWidth="1"/></cols>"#,
    );
    check(
        columns,
        &[(0, 16_384, None), (3, 1, Some(6.0))],
        r#"<cols><col min="3" max="3" width="9" hidden="1"/><!-- c --><col min="4" max="4" width="6" customWidth="1"/></cols>"#,
    );
    let alone = r#"<cols><col min="5" max="5" width="20" customWidth="1"/></cols>"#;
    check(alone, &[(4, 1, None)], "");
}

#[test]
fn the_prefix_of_a_sheet_is_that_of_new_columns() {
    let text = r#"<x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><x:cols><x:col min="1" max="1" width="9"/></x:cols><x:sheetData/></x:worksheet>"#;
    let package = Package::from_bytes(book_bytes(&workbook(""), text)).unwrap();
    let book = open_package(package, Default::default(), &mut |_, _| Ok(())).unwrap();
    let sheet = book.snapshot().sheet("One").unwrap();
    book.edit(|tx| tx.set_column_width(sheet, 0, 2, Some(5.0)))
        .unwrap();
    let part = saved(&book).unwrap().part("xl/worksheets/sheet1.xml");
    let part = String::from_utf8(part.unwrap()).unwrap();
    assert!(
        part.contains(r#"<x:cols><x:col min="1" max="1" width="5" customWidth="1"/><x:col min="2" max="2" width="5" customWidth="1"/></x:cols>"#),
        "{part}"
    );
}

#[test]
fn columns_without_an_order_are_left_alone_or_refused() {
    for columns in [
        r#"<cols><col min="4" max="4" width="9" customWidth="1"/><col min="2" max="2" width="8" customWidth="1"/></cols>"#,
        r#"<cols><col min="2" max="4" width="9" customWidth="1"/><col min="3" max="3" width="8" customWidth="1"/></cols>"#,
        r#"<cols><col min="2" max="4" width="9" customWidth="1"/></cols><cols><col min="6" max="6" width="8" customWidth="1"/></cols>"#,
    ] {
        check(columns, &[], columns);
        let (book, sheet) = opened(columns);
        book.edit(|tx| tx.set_column_width(sheet, 8, 1, Some(7.0)))
            .unwrap();
        let error = saved(&book).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::FileFormat);
        assert!(
            error.to_string().contains("so widths have no sure place"),
            "{error}"
        );
    }
}

#[test]
fn a_column_that_is_inserted_among_wide_ones_is_not_wide() {
    let (book, sheet) =
        opened(r#"<cols><col min="2" max="3" width="20" hidden="1" customWidth="1"/></cols>"#);
    book.edit(|tx| tx.insert_columns(sheet, 2, 1)).unwrap();
    book.edit(|tx| tx.set_column_width(sheet, 0, 1, Some(3.0)))
        .unwrap();
    let package = saved(&book).unwrap();
    let again = open_package(package, Default::default(), &mut |_, _| Ok(())).unwrap();
    assert_eq!(widths(&again.snapshot(), sheet), "0-0 3, 1-1 20, 3-3 20");
}

#[test]
fn a_new_file_has_the_widths_of_shown_and_of_hidden_columns() {
    let book = Workbook::new();
    let sheet = book.add_sheet("One").unwrap();
    book.edit(|tx| {
        tx.set("One!A1", 1.0)?;
        tx.set_column_width(sheet, 1, 3, Some(20.25))?;
        tx.hide_columns(sheet, 3, 2)?;
        tx.copy_sheet("One", "Two").map(|_| ())
    })
    .unwrap();
    let package = saved(&book).unwrap();
    for number in [1, 2] {
        let part = package.part(&format!("xl/worksheets/sheet{number}.xml"));
        let part = String::from_utf8(part.unwrap()).unwrap();
        let columns = r#"/><cols><col min="2" max="3" width="20.25" customWidth="1"/><col min="4" max="4" width="20.25" hidden="1" customWidth="1"/><col min="5" max="5" width="9.140625" hidden="1"/></cols><sheetData>"#;
        assert!(part.contains(columns), "{part}");
    }
    let again = open_package(package, Default::default(), &mut |_, _| Ok(())).unwrap();
    let again = again.snapshot();
    for name in ["One", "Two"] {
        let sheet = again.sheet(name).unwrap();
        assert_eq!(widths(&again, sheet), "1-3 20.25");
        assert_eq!(again.hidden_columns(sheet), [3, 4]);
    }
}

/// A part before its list of columns, the list, and what is behind it.
fn around_columns(part: &str) -> (&str, &str, &str) {
    let data = part.find("<sheetData").unwrap();
    let first = part.find("<cols").unwrap_or(data);
    let behind = part
        .find("</cols>")
        .map_or(data, |end| end + "</cols>".len());
    (&part[..first], &part[first..behind], &part[behind..])
}

#[test]
fn real_workbooks_get_widths_and_keep_all_else() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../fixtures/excel/poi");
    let mut changed = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|ending| ending != "xlsx") {
            continue;
        }
        let book = open(&path).unwrap();
        let unchanged = saved(&book).unwrap();
        let sheets: Vec<SheetId> = book.snapshot().sheets().map(|sheet| sheet.id).collect();
        book.edit(|tx| {
            sheets.iter().try_for_each(|sheet| {
                tx.set_column_width(*sheet, 1, 5, Some(33.25))?;
                tx.set_column_width(*sheet, 3, 2, None)
            })
        })
        .unwrap();
        let package = saved(&book).unwrap();
        assert!(package.part_names().eq(unchanged.part_names()), "{path:?}");
        for name in package.part_names() {
            let texts = [&unchanged, &package].map(|package| package.part(name).unwrap());
            if texts[0] == texts[1] {
                continue;
            }
            let [before, after] = texts.map(|text| String::from_utf8(text).unwrap());
            let (before, after) = (around_columns(&before), around_columns(&after));
            assert_eq!((before.0, before.2), (after.0, after.2), "{path:?} {name}");
            assert!(after.1.contains("width=\"33.25\""), "{}", after.1);
            changed += 1;
        }
        let again = open_package(package, Default::default(), &mut |_, _| Ok(())).unwrap();
        for sheet in sheets {
            let (now, read) = (book.snapshot(), again.snapshot());
            assert_eq!(widths(&now, sheet), widths(&read, sheet), "{path:?}");
            assert_eq!(now.column_styles(sheet), read.column_styles(sheet));
            assert_eq!(now.hidden_columns(sheet), read.hidden_columns(sheet));
        }
    }
    assert!(changed > 15, "{changed}");
}

/// A `col`: columns to the last one from the one before, columns, style, whether it has a width, whether it is hidden.
type RandomCol = (u32, u32, Option<u32>, bool, u32);

fn cols_text(list: &[RandomCol]) -> String {
    let mut text = String::new();
    let mut next = 1;
    for (gap, count, width, hidden, outline) in list {
        let (first, last) = (next + gap, next + gap + count - 1);
        next = last + 1;
        text.push_str(&format!("<col min=\"{first}\" max=\"{last}\""));
        if let Some(width) = width {
            text.push_str(&format!(" width=\"{width}\" customWidth=\"1\""));
        }
        if *hidden {
            text.push_str(" hidden=\"1\"");
        }
        if *outline > 0 {
            text.push_str(&format!(" outlineLevel=\"{outline}\""));
        }
        text.push_str("/>");
    }
    match list.is_empty() {
        true => String::new(),
        false => format!("<cols>{text}</cols>"),
    }
}

/// Outline and whether it is hidden, of each of the first columns.
fn beside_widths(package: &Package) -> Vec<(bool, u8)> {
    let mut found = vec![(false, 0); 60];
    let book = Recording::read(package).unwrap();
    for (first, last, columns) in &book.sheets[0].columns {
        for column in *first..=*last {
            found[column as usize] = (columns.hidden, columns.outline);
        }
    }
    found
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn what_is_saved_has_the_widths_of_the_workbook(
        list in prop::collection::vec((0..3_u32, 1..5_u32, prop::option::of(1..4_u32), any::<bool>(), 0..3_u32), 0..6),
        edits in prop::collection::vec((0..4_usize, 0..24_u32, 1..6_u32, 0..4_u32), 0..8),
    ) {
        let (book, sheet) = opened(&cols_text(&list));
        let mut moved = false;
        for (kind, at, count, width) in edits {
            moved |= kind < 2;
            book.edit(|tx| match kind {
                0 => tx.insert_columns(sheet, at + 1, count),
                1 => tx.delete_columns(sheet, at + 1, count),
                _ => tx.set_column_width(sheet, at, count, (width > 0).then_some(f64::from(width))),
            }).unwrap();
        }
        let package = saved(&book).unwrap();
        if !moved {
            let before = opened(&cols_text(&list)).0;
            prop_assert_eq!(beside_widths(&package), beside_widths(&saved(&before).unwrap()));
        }
        let again = open_package(package, Default::default(), &mut |_, _| Ok(())).unwrap();
        prop_assert_eq!(widths(&again.snapshot(), sheet), widths(&book.snapshot(), sheet));
    }
}
