//! New books: what is written reads back the same.

use std::io::Cursor;

use super::corpora::handy_workbooks;
use super::patching::assert_same;
use super::recording::{RecordedCell, RecordedSheet, Recording};
use crate::ErrorKind;
use crate::formats::xlsx::*;
use crate::reference::{Cell, Rect};
use crate::value::{CellError, Value};

fn written(book: &Recording) -> Package {
    let mut out = Cursor::new(Vec::new());
    write_book(book, &mut out).unwrap();
    Package::from_bytes(out.into_inner()).unwrap()
}

fn empty_book() -> Recording {
    let entry = SheetEntry {
        name: "A & \"B\" <_x0041_>".into(),
        id: 1,
        visibility: Visibility::Visible,
        kind: SheetKind::Worksheet,
    };
    Recording {
        settings: Some(BookSettings::default()),
        sheets: vec![RecordedSheet {
            name: entry.name.clone(),
            entry: Some(entry),
            ended: true,
            ..RecordedSheet::default()
        }],
        ..Recording::default()
    }
}

fn put(book: &mut Recording, cell: Cell, value: Value, formula: Option<(&str, FormulaKind)>) {
    let recorded = RecordedCell {
        value,
        formula: formula.map(|(text, _)| text.to_owned()),
        kind: formula.map(|(_, kind)| kind),
        style: 0,
    };
    book.sheets[0].cells.insert(cell, recorded);
}

#[test]
fn values_of_every_kind_read_back_to_the_same_bits() {
    let mut book = empty_book();
    let numbers = [
        0.1,
        1e17,
        1.5e300,
        5e-300,
        123_456_789_012_345_680.0,
        -1e-5,
        0.1 + 0.2,
        f64::MAX,
        f64::MIN_POSITIVE,
    ];
    for (row, number) in numbers.into_iter().enumerate() {
        put(
            &mut book,
            Cell::new(row as u32, 0),
            Value::Number(number),
            None,
        );
    }
    let texts = [
        "",
        " a ",
        "a\r\nb\tc",
        "_x0041_ _x005F_",
        "<&>\"'",
        "\u{0}\u{1F}\u{FFFF}",
        "😀é",
        "=1+1",
        "1",
    ];
    for (row, text) in texts.into_iter().enumerate() {
        put(&mut book, Cell::new(row as u32, 1), Value::text(text), None);
        put(
            &mut book,
            Cell::new(row as u32, 2),
            Value::text(text),
            Some(("A1", FormulaKind::Normal)),
        );
    }
    for (row, error) in CellError::all().enumerate() {
        put(
            &mut book,
            Cell::new(row as u32, 3),
            Value::Error(error),
            None,
        );
    }
    put(&mut book, Cell::new(0, 4), Value::Boolean(true), None);
    put(
        &mut book,
        Cell::new(1_048_575, 16_383),
        Value::Boolean(false),
        None,
    );
    let again = Recording::read(&written(&book)).unwrap();
    assert_eq!(again.sheets[0].cells, book.sheets[0].cells);
    assert_eq!(again.sheets[0].name, book.sheets[0].name);
}

#[test]
fn a_shared_formula_is_written_out_for_each_cell() {
    let mut book = empty_book();
    let kind = FormulaKind::Shared {
        group: 0,
        master: Cell::new(0, 1),
    };
    for row in 0..3 {
        put(
            &mut book,
            Cell::new(row, 1),
            Value::Number(1.0),
            Some(("IFNA(A1,$A$1)", kind)),
        );
    }
    // A recording moves shared formulas itself, so the source is asked directly.
    struct Filled(Recording);
    impl BookSource for Filled {
        fn settings(&self) -> BookSettings {
            self.0.settings()
        }
        fn sheets(&self) -> Vec<SheetEntry> {
            BookSource::sheets(&self.0)
        }
        fn cells(&self, sheet: usize, out: &mut dyn CellOutput) -> crate::Result<()> {
            for (cell, recorded) in &self.0.sheets[sheet].cells {
                let event = FormulaEvent {
                    text: recorded.formula.as_deref().unwrap(),
                    kind: recorded.kind.unwrap(),
                    stored: recorded.value.as_ref(),
                    style: 0,
                };
                out.formula(*cell, &event)?;
            }
            Ok(())
        }
    }
    let mut out = Cursor::new(Vec::new());
    write_book(&Filled(book), &mut out).unwrap();
    let again = Recording::read(&Package::from_bytes(out.into_inner()).unwrap()).unwrap();
    assert_eq!(again.formula(0, "B1"), Some("_xlfn.IFNA(A1,$A$1)"));
    assert_eq!(again.formula(0, "B3"), Some("_xlfn.IFNA(A3,$A$1)"));
}

const FORMATS: [&str; 4] = ["General", "0.00%", "\"a\"<0>\n", "0.00%"];

/// A table, a name and a linked book.
fn add_tables_names_and_links(book: &mut Recording, range: Rect) {
    book.tables.push(Table {
        sheet: 0,
        name: "Sales".into(),
        range,
        header_rows: 1,
        totals_rows: 1,
        columns: vec![
            TableColumn {
                name: "a\nb".into(),
                formula: None,
            },
            TableColumn {
                name: "c".into(),
                formula: Some("Sales[[#This Row],[a]]<1".into()),
            },
        ],
        filter: Some(AutoFilter {
            range: Rect { bottom: 2, ..range },
            active: false,
        }),
    });
    book.names.push(DefinedName {
        name: "f".into(),
        sheet: Some(0),
        refers_to: "_xlfn.LAMBDA(_xlpm.x,_xlpm.x&\"<\")".into(),
        hidden: true,
        macro_name: false,
        comment: Some("say \"so\"".into()),
    });
    book.external.push(ExternalBook {
        number: 1,
        target: Some("file:///C:\\a b.xlsx".into()),
        sheets: vec![ExternalSheet {
            name: "S'1".into(),
            cells: vec![
                (Cell::new(0, 0), Value::Number(1.5)),
                (Cell::new(4, 1), Value::text("x")),
            ],
            missing: false,
        }],
        names: vec![ExternalName {
            name: "n".into(),
            sheet: Some(0),
            refers_to: Some("S!$A$1".into()),
        }],
    });
}

#[test]
fn attributes_names_tables_and_links_read_back() {
    let mut book = empty_book();
    let range = Rect::new(Cell::new(0, 0), Cell::new(3, 1));
    add_tables_names_and_links(&mut book, range);
    book.styles.formats = FORMATS.map(Into::into).to_vec();
    let sheet = &mut book.sheets[0];
    let row = RowAttributes {
        hidden: true,
        height: Some(33.5),
        outline: 2,
        collapsed: true,
        style: Some(1),
    };
    sheet.rows.insert(0, row);
    sheet.rows.insert(7, row);
    sheet.rows.insert(9, row);
    let column = ColumnAttributes {
        hidden: true,
        width: Some(12.25),
        outline: 1,
        collapsed: true,
        style: Some(2),
    };
    sheet.columns.push((0, 2, column));
    sheet.merges.push(range);
    sheet.filter = Some(AutoFilter {
        range,
        active: false,
    });
    sheet.defaults = SheetDefaults {
        row_height: Some(20.0),
        column_width: Some(11.0),
        rows_hidden: false,
    };
    put(&mut book, Cell::new(0, 0), Value::text("a\nb"), None);
    put(&mut book, Cell::new(8, 0), Value::Number(1.0), None);
    let spill = Rect::new(Cell::new(9, 0), Cell::new(12, 1));
    let kind = FormulaKind::Array {
        range: spill,
        dynamic: true,
    };
    put(
        &mut book,
        Cell::new(9, 0),
        Value::Number(1.0),
        Some(("A1:B4", kind)),
    );
    book.settings = Some(BookSettings {
        date1904: true,
        iterate: true,
        mode: CalculationMode::Manual,
        ..BookSettings::default()
    });
    let again = Recording::read(&written(&book)).unwrap();
    assert_same("new book", &again, &book);
    assert_eq!(again.settings, book.settings);
}

#[test]
fn what_files_cannot_hold_is_refused() {
    let refuses = |book: &Recording, kind: ErrorKind| {
        let error = write_book(book, Cursor::new(Vec::new())).unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
    };
    refuses(&Recording::default(), ErrorKind::Argument);
    let mut book = empty_book();
    put(&mut book, Cell::new(1 << 20, 0), Value::Number(1.0), None);
    refuses(&book, ErrorKind::Limit);
    let mut book = empty_book();
    let long = format!("1{}", "+1".repeat(5_000));
    put(
        &mut book,
        Cell::new(0, 0),
        Value::Number(1.0),
        Some((&long, FormulaKind::Normal)),
    );
    refuses(&book, ErrorKind::Limit);
}

#[test]
fn a_part_too_large_for_the_plain_form_is_begun_again_in_the_larger() {
    use crate::formats::xlsx::patch_sheet::write_error;
    use crate::formats::xlsx::write_file::{file_options, write_large_part, writing_error};
    use std::io::{Read, Write};
    for (bytes, expected) in [(10, [false].as_slice()), (101, &[false, true])] {
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        let attempts = std::cell::RefCell::new(Vec::new());
        write_large_part(
            &mut zip,
            100,
            |zip, is_large| {
                attempts.borrow_mut().push(is_large);
                zip.start_file("a", file_options().large_file(is_large))
                    .map_err(writing_error)
            },
            |part| {
                for _ in 0..bytes {
                    part.write_all(b"x").map_err(write_error)?;
                }
                Ok(())
            },
        )
        .unwrap();
        assert_eq!(*attempts.borrow(), expected);
        let out = zip.finish().unwrap();
        let mut archive = zip::ZipArchive::new(out).unwrap();
        let mut content = String::new();
        archive
            .by_index(0)
            .unwrap()
            .read_to_string(&mut content)
            .unwrap();
        assert_eq!((archive.len(), content.len()), (1, bytes));
        // Some programs refuse the larger form where it is not needed.
        let larger = archive.by_index(0).unwrap().extra_data();
        assert_eq!(larger.is_some_and(|data| !data.is_empty()), bytes > 100);
    }
}

#[test]
fn real_workbooks_written_anew_read_back_the_same() {
    for path in handy_workbooks() {
        let name = path.display().to_string();
        let Ok(mut book) = Recording::read(&Package::open(&path).unwrap()) else {
            continue;
        };
        if book
            .external
            .iter()
            .enumerate()
            .any(|(place, link)| link.number != place + 1)
        {
            continue;
        }
        let mut again = Recording::read(&written(&book)).unwrap();
        for sheet in book.sheets.iter_mut().chain(&mut again.sheets) {
            // Charts become empty sheets, numbers of sheets are given anew, conditions of filters are not kept.
            let entry = sheet.entry.as_mut().unwrap();
            (entry.kind, entry.id) = (SheetKind::Worksheet, 0);
            sheet.filter = sheet.filter.map(|filter| AutoFilter {
                active: false,
                ..filter
            });
            sheet.defaults.row_height = sheet.defaults.row_height.or(Some(15.0));
            for cell in sheet.cells.values_mut() {
                if matches!(cell.kind, Some(FormulaKind::DataTable { .. })) {
                    (cell.formula, cell.kind) = (None, None);
                }
            }
            for (.., column) in &mut sheet.columns {
                column.width = None;
            }
            sheet.cells.retain(|_, cell| {
                !cell.value.is_blank() || cell.formula.is_some() || cell.style > 0
            });
        }
        for book in [&mut book, &mut again] {
            if book.styles.formats.is_empty() {
                book.styles.formats.push("General".into());
            }
            book.tables.sort_by(|a, b| a.name.cmp(&b.name));
            for table in &mut book.tables {
                table.filter = table.filter.map(|_| AutoFilter {
                    range: table.range,
                    active: false,
                });
            }
            for name in &mut book.names {
                name.macro_name = false;
            }
            for link in &mut book.external {
                link.target.get_or_insert_default();
                for sheet in &mut link.sheets {
                    sheet.cells.sort_by_key(|(cell, _)| *cell);
                }
            }
        }
        assert_same(&name, &again, &book);
    }
}
