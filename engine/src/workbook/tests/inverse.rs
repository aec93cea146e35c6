//! Whatever was edited, the inverse leads back: values, formulas, names, tables, styles, layout, sheets.

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::test_runner::TestCaseResult;

use super::random_book::{self, Cells, Edit, Style, cells, difference, edits, make, new_book};
use super::random_operations::settled;
use super::{book_of, enter};
use crate::error::Result;
use crate::plan::TableShape;
use crate::reference::{Cell, Rect, SheetId};
use crate::storage::tree::Natural;
use crate::value::{SumMode, Value};
use crate::workbook::{
    Attached, AttachedKind, Calculation, CellStyle, FilterCondition, Operation, Snapshot, SortKey,
    Transaction, Visibility, Workbook,
};

/// All that an inverse must put back.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Told {
    cells: Cells,
    circular: Vec<(SheetId, Cell)>,
    styles: BTreeMap<(SheetId, Cell), CellStyle>,
    tables: Vec<TableShape>,
    /// Sheets, names and settings, a line each.
    lines: Vec<String>,
}

pub(super) fn told(book: &Workbook) -> Told {
    let (revision, snapshot) = (random_book::revision(book), book.snapshot());
    let mut lines = Vec::new();
    let mut styles = BTreeMap::new();
    for sheet in snapshot.sheets() {
        let mut merges = sheet.merges.to_vec();
        merges.sort_by_key(|rect| (rect.top, rect.left));
        let rows = snapshot.hidden_rows(sheet.id).into_iter();
        let rows: Vec<_> = rows
            .map(|row| (row, snapshot.row_hidden(sheet.id, row)))
            .collect();
        lines.push(format!(
            "{} of {} {} {:?} merged {merges:?} hidden {rows:?} {:?} {:?} filter {} {:?} with {:?}",
            sheet.id.0,
            sheet.stem.0,
            sheet.name,
            sheet.visibility,
            snapshot.hidden_columns(sheet.id),
            snapshot.column_widths(sheet.id),
            sheet.filtered,
            sheet.filter,
            snapshot.attached(sheet.id),
        ));
        if let (Some(plane), Some(grid)) = (
            revision.styles.plane_of(sheet.id),
            revision.grids.get(&Natural, &sheet.id),
        ) {
            for (row, style) in plane.rows(grid) {
                lines.push(format!("row {row} {:?}", revision.styles.told(style)));
            }
            for (column, style) in plane.columns(grid) {
                lines.push(format!("column {column} {:?}", revision.styles.told(style)));
            }
        }
        for cell in snapshot.styled_cells(sheet.id) {
            let number = snapshot.own_style_number(sheet.id, cell).unwrap();
            let style = revision.styles.told(crate::storage::FormatId(number));
            styles.insert((sheet.id, cell), style);
        }
    }
    for named in snapshot.names() {
        let text = snapshot.name_text(named);
        lines.push(format!(
            "{} {:?} {text} {}",
            named.name, named.scope, named.hidden
        ));
    }
    lines.push(format!("{:?}", snapshot.settings()));
    let tables = snapshot.tables();
    let tables = tables.map(|table| snapshot.view().shape(table).unwrap());
    Told {
        cells: cells(book),
        circular: revision.circular.to_vec(),
        styles,
        tables: tables.collect(),
        lines,
    }
}

pub(super) fn apply_all(book: &Workbook, operations: Vec<Operation>) -> Result<()> {
    book.edit(|tx| {
        let mut operations = operations.into_iter();
        operations.try_for_each(|operation| tx.apply(operation))
    })
}

/// That the inverse from what the workbook holds now leads back to `before`.
pub(super) fn check_inverse(book: &Workbook, before: &Snapshot) -> TestCaseResult {
    let operations = match book.snapshot().inverse(before) {
        Ok(operations) => operations,
        Err(error) => return Err(TestCaseError::fail(format!("no inverse: {error}"))),
    };
    let back = book.snapshot().fork();
    let shown = format!("{operations:?}");
    if let Err(error) = apply_all(&back, operations) {
        return Err(TestCaseError::fail(format!("{error}: {shown}")));
    }
    let now = told(&settled(&back.snapshot(), 1));
    let then = told(&settled(before, 1));
    prop_assert!(
        now.cells == then.cells,
        "{}\nafter {shown}",
        difference(&now.cells, &then.cells)
    );
    prop_assert_eq!(now, then, "after {}", shown);
    Ok(())
}

/// Makes an edit and takes it back by its inverse, and the inverse by the inverse's. Gives the number of operations.
#[track_caller]
fn there_and_back(book: &Workbook, edit: impl FnOnce(&mut Transaction<'_>) -> Result<()>) -> usize {
    let before = book.snapshot();
    book.edit(edit).unwrap();
    if let Err(error) = check_inverse(book, &before) {
        panic!("{error}");
    }
    let later = book.snapshot();
    let operations = later.inverse(&before).unwrap();
    let count = operations.len();
    apply_all(book, operations).unwrap();
    if let Err(error) = check_inverse(book, &later) {
        panic!("the other way: {error}");
    }
    count
}

/// Two sheets with all that edits may touch.
fn full_book() -> Workbook {
    let book = book_of(&["S", "T", "U"]);
    enter(
        &book,
        &[
            ("S!A1", "3"),
            ("S!A2", "1"),
            ("S!A3", "2"),
            ("S!A4", "x"),
            ("S!D1", "5%"),
            ("S!F1", "Item"),
            ("S!G1", "Amount"),
            ("S!F2", "pen"),
            ("S!G2", "7"),
            ("S!G3", "8"),
            ("S!I1", "=SUM(Sales[Amount])+rate"),
            ("S!I2", "=SUBTOTAL(109,A1:A4)"),
            ("S!I3", "=INDIRECT(\"A1\")"),
            ("T!A1", "=S!A1+S!$A$2"),
            ("T!B1", "=SUM(S!A:A)"),
            ("T!C1", "=SEQUENCE(S!A1)"),
            ("T!F1", "=local*2"),
            ("U!A1", "=SUM(S:T!A1)"),
        ],
    );
    let sheet = book.snapshot().sheet("S").unwrap();
    book.edit(|tx| {
        tx.fill("S!B1:B1200", "=A1*2")?;
        tx.set_array_formula("S!C1:C3", "=A1:A3+1")?;
        tx.apply(Operation::AddTable {
            name: "Sales".into(),
            sheet,
            rect: Rect::new(Cell::new(0, 5), Cell::new(3, 6)),
        })?;
        tx.define_name("rate", None, "=S!$A$3")?;
        tx.define_name("local", Some("T"), "=S!$B$2")?;
        for (number, formula) in [(1, "T!A1:A9"), (2, "S!$B$3")] {
            tx.apply(Operation::PutAttached {
                sheet,
                attached: Attached {
                    kind: AttachedKind::DataValidation,
                    number,
                    copy_of: None,
                    ranges: vec![Rect::new(Cell::new(2, 0), Cell::new(5, 3))],
                    formulas: vec![formula.into()],
                }
                .into(),
            })?;
        }
        tx.merge("S!K1:L2")?;
        tx.hide_rows(sheet, 20, 3)?;
        tx.set_column_width(sheet, 3, 4, Some(9.5))?;
        tx.set_number_format("S!A1:A3", "0.00")
    })
    .unwrap();
    book
}

#[expect(clippy::too_many_lines, reason = "one entry for each kind of edit")]
fn each_kind(sheet: SheetId, other: SheetId) -> Vec<Operation> {
    let rect = |a: (u32, u32), b: (u32, u32)| Rect::new(Cell::new(a.0, a.1), Cell::new(b.0, b.1));
    let column = rect((0, 0), (3, 0));
    let key = |column| SortKey {
        column,
        descending: false,
    };
    let filter = crate::workbook::Filter {
        rect: column,
        conditions: vec![FilterCondition {
            column: 0,
            any_of: vec![Value::text(">1")],
        }],
    };
    let link = Attached {
        kind: AttachedKind::Hyperlink,
        number: 3,
        copy_of: None,
        ranges: vec![column],
        formulas: vec!["T!A1".into()],
    };
    let style = CellStyle {
        base: 0,
        code: "0.000".into(),
    };
    vec![
        Operation::SetValues {
            sheet,
            at: Cell::new(1, 0),
            columns: 2,
            values: [9.0.into(), 8.0.into(), "t".into(), Value::Blank].into(),
        },
        Operation::SetNumbers {
            sheet,
            at: Cell::new(0, 1),
            values: [1.0, f64::NAN, 2.0].into(),
        },
        Operation::SetFormula {
            sheet,
            rect: rect((0, 0), (9, 0)),
            formula: "=ROW()".into(),
            mode: crate::formula::Mode::Dynamic,
        },
        Operation::Clear {
            sheet,
            rect: rect((0, 0), (9, 3)),
        },
        Operation::SetNumberFormat {
            sheet,
            rect: rect((1, 0), (9, 3)),
            code: "0%".into(),
        },
        Operation::InsertRows {
            sheet,
            at: 3,
            count: 2,
        },
        Operation::InsertColumns {
            sheet,
            at: 6,
            count: 2,
        },
        Operation::DeleteRows {
            sheet,
            at: 3,
            count: 1,
        },
        Operation::DeleteColumns {
            sheet,
            at: 0,
            count: 2,
        },
        Operation::DeleteColumns {
            sheet,
            at: 5,
            count: 2,
        },
        Operation::CopyCells {
            sheet,
            rect: column,
            to_sheet: other,
            to: rect((0, 0), (7, 1)),
        },
        Operation::MoveCells {
            sheet,
            rect: column,
            to_sheet: other,
            to: Cell::new(2, 1),
        },
        Operation::FillDown {
            sheet,
            rect: column,
        },
        Operation::FillRight {
            sheet,
            rect: rect((0, 0), (3, 1)),
        },
        Operation::SortRows {
            sheet,
            rect: rect((0, 0), (3, 1)),
            keys: [key(0)].into(),
        },
        Operation::HideRows {
            sheet,
            at: 1,
            count: 21,
            hidden: true,
        },
        Operation::HideRows {
            sheet,
            at: 21,
            count: 1,
            hidden: false,
        },
        Operation::HideColumns {
            sheet,
            at: 2,
            count: 3,
            hidden: true,
        },
        Operation::SetColumnWidth {
            sheet,
            at: 2,
            count: 3,
            width: Some(12.5),
        },
        Operation::SetColumnWidth {
            sheet,
            at: 3,
            count: 1,
            width: None,
        },
        Operation::SetFilter {
            sheet,
            filter: Some(filter.into()),
        },
        Operation::MergeCells {
            sheet,
            rect: rect((0, 0), (1, 1)),
        },
        Operation::UnmergeCells {
            sheet,
            rect: rect((0, 0), (20, 20)),
        },
        Operation::AddTable {
            name: "New".into(),
            sheet: other,
            rect: rect((9, 0), (12, 2)),
        },
        Operation::RemoveTable {
            name: "Sales".into(),
        },
        Operation::RenameTable {
            name: "Sales".into(),
            new_name: "Costs".into(),
        },
        Operation::ResizeTable {
            name: "Sales".into(),
            rect: rect((0, 6), (5, 7)),
        },
        Operation::CopySheet {
            sheet,
            name: "Copy".into(),
            position: Some(0),
        },
        Operation::MoveSheet { sheet, position: 1 },
        Operation::SetVisibility {
            sheet,
            visibility: Visibility::VeryHidden,
        },
        Operation::RemoveSheet { sheet },
        Operation::RemoveSheet { sheet: other },
        Operation::AddSheet {
            name: "More".into(),
            position: Some(1),
        },
        Operation::RenameSheet {
            sheet: other,
            name: "Other one".into(),
        },
        Operation::DefineName {
            name: "RATE".into(),
            scope: None,
            formula: "=S!$A$1".into(),
        },
        Operation::DefineName {
            name: "rate".into(),
            scope: Some(sheet),
            formula: "=7".into(),
        },
        Operation::RemoveName {
            name: "local".into(),
            scope: Some(other),
        },
        Operation::SetDate1904(true),
        Operation::SetCalculation(Calculation::Manual),
        Operation::SetSumMode(SumMode::ExcelOrder),
        Operation::RestoreSheet {
            sheet: SheetId(9),
            stem: sheet,
            name: "Nine".into(),
            position: None,
        },
        Operation::PutTable(
            TableShape {
                name: "Sales".into(),
                sheet,
                area: rect((0, 6), (3, 7)),
                header_rows: 1,
                totals_rows: 1,
                columns: vec!["a".into(), "b".into()],
            }
            .into(),
        ),
        Operation::HideName {
            name: "rate".into(),
            scope: None,
            hidden: true,
        },
        Operation::SetStyle {
            sheet,
            rect: column,
            style: Some(style.clone()),
        },
        Operation::SetStyle {
            sheet,
            rect: column,
            style: None,
        },
        Operation::SetRowStyle {
            sheet,
            row: 2,
            style: Some(style.clone()),
        },
        Operation::SetColumnStyle {
            sheet,
            column: 2,
            style: Some(style),
        },
        Operation::NoteHiddenRows {
            sheet,
            at: 2,
            count: 30,
            why: crate::functions::Hidden::ByFilter,
        },
        Operation::NoteFilter {
            sheet,
            filter: None,
            active: true,
        },
        Operation::PutAttached {
            sheet,
            attached: link.into(),
        },
        Operation::KeepFormula(
            crate::workbook::Kept {
                sheet,
                cell: Cell::new(1, 1),
                formula: "=?".into(),
                why: "it is none".into(),
            }
            .into(),
        ),
    ]
}

#[test]
fn each_kind_of_operation_has_an_inverse() {
    let names = full_book().snapshot();
    let (sheet, other) = (names.sheet("S").unwrap(), names.sheet("T").unwrap());
    for operation in each_kind(sheet, other) {
        let shown = format!("{operation:?}");
        let book = full_book();
        let before = book.snapshot();
        book.edit(|tx| tx.apply(operation))
            .unwrap_or_else(|error| panic!("{shown}: {error}"));
        let changes = told(&book) != told(&before.fork());
        assert!(changes, "{shown} changes nothing");
        if let Err(error) = check_inverse(&book, &before) {
            panic!("{shown}: {error}");
        }
    }
}

#[test]
fn all_edits_at_once_have_an_inverse() {
    let book = full_book();
    let before = book.snapshot();
    let (sheet, other) = (before.sheet("S").unwrap(), before.sheet("T").unwrap());
    let mut made = 0;
    for operation in each_kind(sheet, other) {
        made += usize::from(book.edit(|tx| tx.apply(operation)).is_ok());
        if let Err(error) = check_inverse(&book, &before) {
            panic!("after {made} operations: {error}");
        }
    }
    assert!(made > 20);
}

#[test]
fn a_filled_column_comes_back_as_one_operation() {
    let book = book_of(&["S"]);
    book.edit(|tx| {
        tx.set_column("S!A1", &[1.5; 5_000])?;
        tx.fill("S!B1:C5000", "=A1+$A$2")
    })
    .unwrap();
    let sheet = book.snapshot().sheet("S").unwrap();
    assert_eq!(there_and_back(&book, |tx| tx.clear("S!B1:C5000")), 1);
    assert_eq!(there_and_back(&book, |tx| tx.clear("S!A1:C5000")), 2);
    assert_eq!(there_and_back(&book, |tx| tx.set("S!B17", 4.0)), 1);
    assert_eq!(there_and_back(&book, |tx| tx.set("S!A17", 4.0)), 1);
    assert_eq!(there_and_back(&book, |tx| tx.fill("S!D1:D5000", "=1")), 1);
    assert_eq!(there_and_back(&book, |tx| tx.insert_rows(sheet, 7, 3)), 1);
    // The rows, what was in them in A, and the formulas that referred to one of them.
    assert_eq!(
        there_and_back(&book, |tx| tx.delete_rows(sheet, 3_000, 3)),
        3
    );
}

#[test]
fn the_last_sheet_has_no_inverse_and_the_error_names_it() {
    let book = book_of(&[]);
    let before = book.snapshot();
    book.add_sheet("First").unwrap();
    let error = book.snapshot().inverse(&before).unwrap_err();
    assert_eq!(
        error.to_string(),
        "sheet `First` cannot be removed: it is the last visible one"
    );
}

#[test]
fn names_of_sheets_may_change_places() {
    let book = book_of(&["S", "T"]);
    enter(&book, &[("S!A1", "=T!A1"), ("T!A1", "5")]);
    there_and_back(&book, |tx| {
        tx.rename_sheet("S", "x")?;
        tx.rename_sheet("T", "S")?;
        tx.rename_sheet("x", "T")
    });
}

fn run(edits: &[Edit]) -> TestCaseResult {
    let book = new_book();
    let first = book.snapshot();
    for edit in edits {
        let before = book.snapshot();
        make(&book, edit);
        check_inverse(&book, &before)?;
    }
    check_inverse(&book, &first)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, max_shrink_iters: 4_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_edits_without_circles_have_inverses(edits in edits(Style::Leftwards, 12)) {
        run(&edits)?;
    }

    #[test]
    fn random_edits_with_spills_have_inverses(edits in edits(Style::Spilling, 12)) {
        run(&edits)?;
    }

    #[test]
    fn random_edits_with_circles_have_inverses(edits in edits(Style::Anywhere, 10)) {
        run(&edits)?;
    }
}
