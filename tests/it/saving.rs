//! Saving a workbook that was read from a file: what did not change stays byte for byte, what changed comes back.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use tabulith::formats::xlsx::{Package, open, save};
use tabulith::reference::{Area, Cell, Rect, SheetId};
use tabulith::value::Value;
use tabulith::{ErrorKind, Snapshot};

use crate::source::{files_below, relative, root};

fn fixtures() -> Vec<PathBuf> {
    let mut files = files_below(&root().join("fixtures/excel"));
    files.retain(|file| {
        file.extension()
            .is_some_and(|ending| ending == "xlsx" || ending == "xlsm")
    });
    assert!(files.len() > 10, "the fixtures are there");
    files
}

fn fixture(name: &str) -> PathBuf {
    root().join("fixtures/excel/poi").join(name)
}

/// A file in the folder of this build that a test writes; `tests/libreoffice` can be pointed at it.
fn target(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("saved");
    fs::create_dir_all(&folder).expect("a folder for what is saved");
    folder.join(name)
}

/// The parts of a package in their order, and their contents.
fn parts(path: &Path) -> Vec<(String, Vec<u8>)> {
    let package = Package::open(path).expect("a package");
    let names: Vec<String> = package.part_names().map(str::to_owned).collect();
    names
        .into_iter()
        .filter(|name| !name.ends_with('/'))
        .map(|name| {
            let content = package.part(&name).expect("a part");
            (name, content)
        })
        .collect()
}

/// The text without the elements that begin with `<name` and of which `test` is true.
fn without(text: &str, name: &str, test: impl Fn(&str) -> bool) -> String {
    let (mut kept, mut rest) = (String::new(), text);
    let open = format!("<{name}");
    while let Some(start) = rest.find(&open) {
        let tag_end = start + rest[start..].find('>').expect("a tag ends") + 1;
        let end = if rest[start..tag_end].ends_with("/>") {
            tag_end
        } else {
            let close = format!("</{name}>");
            start + rest[start..].find(&close).expect("an element ends") + close.len()
        };
        kept.push_str(&rest[..start]);
        if !test(&rest[start..end]) {
            kept.push_str(&rest[start..end]);
        }
        rest = &rest[end..];
    }
    kept + rest
}

/// What a part is apart from that which saving may change.
fn lasting(name: &str, content: &[u8], may: &BTreeSet<&str>) -> Vec<u8> {
    let text = || String::from_utf8_lossy(content);
    let names_the_chain = |element: &str| element.contains("calcChain");
    let kept = match name {
        "[Content_Types].xml" => without(&text(), "Override", names_the_chain),
        "xl/_rels/workbook.xml.rels" => without(&text(), "Relationship ", names_the_chain),
        "xl/workbook.xml" => without(&text(), "calcPr", |_| true),
        "xl/styles.xml" if may.contains("styles") => return Vec::new(),
        _ if name.starts_with("xl/worksheets/") && name.ends_with(".xml") => {
            let cells = without(&text(), "sheetData", |_| true);
            without(&cells, "dimension", |_| true)
        }
        _ => return content.to_vec(),
    };
    kept.into_bytes()
}

/// Compares two packages; gives the names of the parts that differ in what they may.
fn compare_parts(before: &Path, after: &Path, may: &BTreeSet<&str>) -> BTreeSet<String> {
    let (before_parts, after_parts) = (parts(before), parts(after));
    let names = |parts: &[(String, Vec<u8>)]| -> Vec<String> {
        let names = parts.iter().map(|(name, _)| name.clone());
        names
            .filter(|name| !name.ends_with("calcChain.xml"))
            .collect()
    };
    let file = relative(before);
    let (expected, mut found) = (names(&before_parts), names(&after_parts));
    if may.contains("metadata") && !expected.contains(&"xl/metadata.xml".to_owned()) {
        found.retain(|name| name != "xl/metadata.xml");
    }
    assert_eq!(expected, found, "{file}: its parts");
    let after_parts: BTreeMap<_, _> = after_parts.into_iter().collect();
    let mut changed = BTreeSet::new();
    for (name, content) in &before_parts {
        let Some(now) = after_parts.get(name) else {
            continue;
        };
        if content != now {
            assert!(
                lasting(name, content, may) == lasting(name, now, may),
                "{file}: {name} changed where it may not"
            );
            changed.insert(name.clone());
        }
    }
    changed
}

/// Everything in the cells: value, formula and number format by sheet and cell.
type Cells = BTreeMap<(String, Cell), (Value, Option<String>, String)>;

fn cells(snapshot: &Snapshot) -> Cells {
    let mut cells = Cells::new();
    let mut put = |sheet: &tabulith::workbook::Sheet, cell: Cell| {
        let format = &snapshot.number_formats()[snapshot.style_number(sheet.id, cell) as usize];
        let value = snapshot.value_at(sheet.id, cell);
        let formula = snapshot.formula_at(sheet.id, cell);
        cells.insert(
            (sheet.name.to_string(), cell),
            (value, formula, format.to_string()),
        );
    };
    for sheet in snapshot.sheets() {
        if let Some(rect) = snapshot.used(sheet.id) {
            snapshot.visit(&Area::new(sheet.id, rect), |cell, _| {
                put(sheet, cell);
                ControlFlow::Continue(())
            });
        }
        snapshot.visit_templates(sheet.id, |cell, _| put(sheet, cell));
        for cell in snapshot.styled_cells(sheet.id) {
            put(sheet, cell);
        }
    }
    cells
}

/// Asserts that a file holds what the workbook does.
fn assert_holds(path: &Path, book: &Snapshot) {
    let reopened = open(path).expect("what was saved opens").snapshot();
    let (expected, found) = (cells(book), cells(&reopened));
    let file = relative(path);
    for (place, expected) in &expected {
        assert_eq!(found.get(place), Some(expected), "{file}: {place:?}");
    }
    let more: Vec<_> = found
        .iter()
        .filter(|(place, _)| !expected.contains_key(*place))
        .collect();
    assert!(more.is_empty(), "{file}: not in the workbook: {more:?}");
}

#[test]
fn recalculating_keeps_every_part_of_every_fixture() {
    for path in fixtures() {
        let file = relative(&path);
        let book = open(&path).expect("a workbook");
        book.recalculate().expect("it recalculates");
        let out = target(&format!("recalculated_{}", file.replace('/', "_")));
        save(&book, &out).unwrap_or_else(|error| panic!("{file}: {error}"));
        let changed = compare_parts(&path, &out, &BTreeSet::new());
        let had_chain = parts(&path)
            .iter()
            .any(|(name, _)| name.ends_with("calcChain.xml"));
        assert_eq!(changed.contains("[Content_Types].xml"), had_chain, "{file}");
        assert_holds(&out, &book.snapshot());
    }
}

/// Some cells with numbers that no formula gave.
fn inputs(snapshot: &Snapshot, sheet: SheetId) -> Vec<(Cell, f64)> {
    let mut found = Vec::new();
    if let Some(rect) = snapshot.used(sheet) {
        snapshot.visit(&Area::new(sheet, rect), |cell, value| {
            if let Value::Number(number) = value.to_value()
                && snapshot.formula_at(sheet, cell).is_none()
            {
                found.push((cell, number));
            }
            if found.len() < 6 {
                ControlFlow::Continue(())
            } else {
                ControlFlow::Break(())
            }
        });
    }
    found
}

#[test]
fn edits_of_every_fixture_come_back_and_nothing_else_changes() {
    let mut edited_sheets = 0;
    for path in fixtures() {
        let file = relative(&path);
        let book = open(&path).expect("a workbook");
        book.recalculate().expect("it recalculates");
        let before = book.snapshot();
        for sheet in before.sheets() {
            let inputs = inputs(&before, sheet.id);
            edited_sheets += usize::from(!inputs.is_empty());
            for (place, (cell, number)) in inputs.into_iter().enumerate() {
                let address = before.address(&Area::new(sheet.id, Rect::cell(cell)));
                book.edit(|tx| {
                    tx.set_at(sheet.id, cell, number + 1.5)?;
                    match place {
                        0 => tx.set_number_format(&address, "0.000\" units\""),
                        1 => tx.set_number_format(&address, "0.00%"),
                        _ => Ok(()),
                    }
                })
                .unwrap_or_else(|error| panic!("{file}: {address}: {error}"));
            }
        }
        let out = target(&format!("edited_{}", file.replace('/', "_")));
        save(&book, &out).unwrap_or_else(|error| panic!("{file}: {error}"));
        compare_parts(&path, &out, &BTreeSet::from(["styles"]));
        assert_holds(&out, &book.snapshot());
    }
    assert!(
        edited_sheets > 10,
        "only {edited_sheets} sheets had numbers"
    );
}

/// The `xf` elements of the styles of cells.
fn cell_styles(path: &Path) -> Vec<String> {
    let package = Package::open(path).expect("a package");
    let text = package.part("xl/styles.xml").expect("styles");
    let text = String::from_utf8(text).expect("styles are text");
    let list = &text[text.find("<cellXfs").expect("styles of cells")..];
    let list = &list[..list.find("</cellXfs>").expect("their end")];
    list.split("<xf ").skip(1).map(str::to_owned).collect()
}

fn attribute<'a>(element: &'a str, key: &str) -> Option<&'a str> {
    let (_, rest) = element.split_once(&format!("{key}=\""))?;
    rest.split('"').next()
}

#[test]
fn a_new_number_format_keeps_fonts_fills_and_borders() {
    let path = fixture("StructuredRefs-lots-with-lookups.xlsx");
    let book = open(&path).expect("a workbook");
    let before = book.snapshot();
    let mut touched = Vec::new();
    for sheet in before.sheets() {
        let styled = before.styled_cells(sheet.id);
        touched.extend(styled.into_iter().take(40).map(|cell| (sheet.id, cell)));
    }
    book.edit(|tx| {
        for (sheet, cell) in &touched {
            tx.set_number_format(
                &before.address(&Area::new(*sheet, Rect::cell(*cell))),
                "0.0000",
            )?;
        }
        Ok(())
    })
    .expect("formats can be set");
    let out = target("restyled.xlsx");
    save(&book, &out).expect("it saves");
    let reopened = open(&out).expect("it opens").snapshot();
    let (old, new) = (cell_styles(&path), cell_styles(&out));
    assert_eq!(old, new[..old.len()], "the file's own styles stay");
    assert!(
        new.len() > old.len() + 3,
        "several styles got another format"
    );
    for (sheet, cell) in touched {
        let former = &old[before.style_number(sheet, cell) as usize];
        let now = &new[reopened.style_number(sheet, cell) as usize];
        for key in [
            "fontId",
            "fillId",
            "borderId",
            "xfId",
            "applyFont",
            "applyFill",
        ] {
            assert_eq!(
                attribute(former, key),
                attribute(now, key),
                "{key} of {cell:?}"
            );
        }
        let address = reopened.address(&Area::new(sheet, Rect::cell(cell)));
        assert_eq!(
            &*reopened.number_format(&address).expect("a cell"),
            "0.0000"
        );
        assert_eq!(before.value_at(sheet, cell), reopened.value_at(sheet, cell));
    }
}

#[test]
fn taking_a_number_format_back_leaves_the_cell_its_own_style() {
    let path = fixture("WithConditionalFormatting.xlsx");
    let book = open(&path).expect("a workbook");
    let before = book.snapshot();
    let sheet = before.sheets().next().expect("a sheet").id;
    let cell = Cell::new(0, 0);
    let address = before.address(&Area::new(sheet, Rect::cell(cell)));
    let format = before.number_format(&address).expect("a cell");
    for code in ["0.0", &*format] {
        book.edit(|tx| tx.set_number_format(&address, code))
            .expect("a format can be set");
    }
    let now = book.snapshot();
    assert_eq!(
        before.style_number(sheet, cell),
        now.style_number(sheet, cell)
    );
}

#[test]
fn manual_calculation_is_saved_and_the_rest_of_the_settings_stays() {
    use tabulith::workbook::Calculation;
    let path = fixture("51710.xlsx");
    let book = open(&path).expect("a workbook");
    book.edit(|tx| tx.set_calculation(Calculation::Manual))
        .expect("a setting can be changed");
    let out = target("manual.xlsx");
    save(&book, &out).expect("it saves");
    compare_parts(&path, &out, &BTreeSet::new());
    let reopened = open(&out).expect("it opens");
    assert_eq!(reopened.settings(), book.settings());
    assert_eq!(reopened.settings().calculation, Calculation::Manual);
}

#[test]
fn what_a_file_cannot_take_is_refused_and_the_target_stays() {
    let book = open(fixture("51710.xlsx")).expect("a workbook");
    book.edit(|tx| tx.set_date1904(true))
        .expect("another date system");
    let out = target("refused.xlsx");
    fs::write(&out, "as it was").expect("a file");
    let error = save(&book, &out).expect_err("the file's own dates would mean others");
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    assert!(
        error.message().contains("the date system was changed"),
        "{error}"
    );
    assert_eq!(fs::read(&out).expect("the file"), b"as it was");
}

#[test]
fn a_new_sheet_and_inserted_rows_are_saved_into_the_file() {
    let path = fixture("51710.xlsx");
    let book = open(&path).expect("a workbook");
    let sheet = book.snapshot().sheet("Sheet1").expect("a sheet");
    book.edit(|tx| {
        tx.insert_rows(sheet, 3, 2)?;
        tx.add_sheet("More")?;
        tx.set_formula("More!A1", "=Sheet1!B6+1")
    })
    .expect("an edit");
    let out = target("more.xlsx");
    save(&book, &out).expect("it saves");
    let again = open(&out).expect("it opens");
    for address in ["Sheet1!B3", "Sheet1!B6", "More!A1"] {
        assert_eq!(again.value(address).ok(), book.value(address).ok());
        assert_eq!(again.formula(address).ok(), book.formula(address).ok());
    }
}
