//! What deleted rows, and columns that come and go, do to all that is not a formula: tables, merged cells, hidden rows,
//! styles, kept formulas, array formulas.

use super::{check, enter, one_sheet, show};
use crate::environment::Environment;
use crate::error::ErrorKind;
use crate::functions::Hidden;
use crate::reference::{Area, Cell, Rect, SheetId};
use crate::value::ValueRef;
use crate::workbook::{Loader, NewTable, Snapshot, Visibility, Workbook};

fn rect(text: &str) -> Rect {
    let (book, sheet) = (one_sheet(), "S!");
    book.snapshot()
        .resolve(&format!("{sheet}{text}"))
        .unwrap()
        .rect
}

/// A sheet `S` with the table `Sales` in B2:D6, its header and totals included, and formulas that refer to it.
fn sales() -> (Workbook, SheetId) {
    let mut loader = Loader::new();
    let sheet = loader.add_sheet("S", Visibility::Visible).unwrap();
    let columns = ["Item", "Price", "Pieces"];
    loader.add_table(NewTable {
        name: "Sales".into(),
        sheet,
        rect: rect("B2:D6"),
        header_rows: 1,
        totals_rows: 1,
        columns: columns.map(Into::into).into(),
    });
    for (number, name) in columns.into_iter().enumerate() {
        let cell = Cell::new(1, 1 + number as u32);
        loader.value(sheet, cell, ValueRef::Text(name)).unwrap();
        for row in 2..5 {
            let number = f64::from(row) * [1.0, 10.0, 100.0][number];
            loader
                .value(sheet, Cell { row, ..cell }, ValueRef::Number(number))
                .unwrap();
        }
    }
    for (row, formula) in [
        (8, "SUM(Sales[Price])"),
        (9, "SUM(Sales[[Price]:[Pieces]])"),
        (10, "SUM(Sales)"),
        (11, "ROWS(Sales[#All])"),
    ] {
        loader
            .formula(sheet, Cell::new(row, 5), formula, ValueRef::Blank)
            .unwrap();
    }
    let book = loader.finish(Environment::fixed(46_000.0, 1)).unwrap();
    book.recalculate().unwrap();
    check(&book, "S!F9 S!F10 S!F11 S!F12", "90 990 999 5");
    (book, sheet)
}

/// The place of the table and the names of its columns.
#[track_caller]
fn check_table(snapshot: &Snapshot, place: &str, columns: &str) {
    let table = snapshot.tables().next().expect("the table is there");
    assert_eq!(snapshot.table_rect(table), Some(rect(place)));
    assert_eq!(table.column_names.join(" "), columns);
}

#[test]
fn a_table_shrinks_with_its_rows() {
    let (book, sheet) = sales();
    book.edit(|tx| tx.delete_rows(sheet, 3, 1)).unwrap();
    check_table(&book.snapshot(), "B2:D5", "Item Price Pieces");
    check(&book, "S!F8 S!F9 S!F10 S!F11", "60 660 666 4");
    // The totals alone may go.
    book.edit(|tx| tx.delete_rows(sheet, 4, 1)).unwrap();
    check_table(&book.snapshot(), "B2:D4", "Item Price Pieces");
    check(&book, "S!F7 S!F10", "60 3");
    enter(&book, &[("S!C4", "1000")]);
    check(&book, "S!F7", "1020");
    book.edit(|tx| tx.delete_rows(sheet, 0, 1)).unwrap();
    check_table(&book.snapshot(), "B1:D3", "Item Price Pieces");
}

#[test]
fn a_table_keeps_its_header_and_a_row_of_data() {
    let (book, sheet) = sales();
    for (at, count, part) in [
        (1, 1, "the header"),
        (0, 3, "the header"),
        (2, 3, "all data rows"),
    ] {
        let error = book
            .edit(|tx| tx.delete_rows(sheet, at, count))
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Argument);
        let expected = format!("cannot delete {part} of the table `Sales` without the whole table");
        assert_eq!(error.to_string(), expected);
    }
    check(&book, "S!F9 S!F10", "90 990");
}

#[test]
fn a_table_goes_with_all_its_rows_or_columns() {
    let (book, sheet) = sales();
    book.edit(|tx| tx.delete_rows(sheet, 0, 6)).unwrap();
    assert_eq!(book.snapshot().tables().count(), 0);
    check(&book, "S!F3 S!F5", "#REF! #REF!");
    let text = book.formula("S!F4").unwrap();
    assert_eq!(text.as_deref(), Some("=SUM(#REF!)"));
    book.undo().unwrap();
    check_table(&book.snapshot(), "B2:D6", "Item Price Pieces");
    book.edit(|tx| tx.delete_columns(sheet, 1, 3)).unwrap();
    assert_eq!(book.snapshot().tables().count(), 0);
    check(&book, "S!C9 S!C11", "#REF! #REF!");
}

#[test]
fn a_table_loses_columns() {
    let (book, sheet) = sales();
    book.edit(|tx| tx.delete_columns(sheet, 3, 1)).unwrap();
    check_table(&book.snapshot(), "B2:C6", "Item Price");
    check(&book, "S!E9 S!E10 S!E11", "90 90 99");
    let text = |address| book.formula(address).unwrap().unwrap();
    assert_eq!(text("S!E10"), "=SUM(Sales[Price])");
    book.edit(|tx| tx.delete_columns(sheet, 2, 1)).unwrap();
    check_table(&book.snapshot(), "B2:B6", "Item");
    check(&book, "S!D9 S!D10 S!D11", "#REF! #REF! 9");
    assert_eq!(text("S!D9"), "=SUM(#REF!)");
}

#[test]
fn columns_inserted_into_a_table_get_names() {
    let (book, sheet) = sales();
    book.edit(|tx| tx.insert_columns(sheet, 2, 2)).unwrap();
    check_table(
        &book.snapshot(),
        "B2:F6",
        "Item Column1 Column2 Price Pieces",
    );
    check(&book, "S!C2 S!D2 S!H9 S!H11", "Column1 Column2 90 999");
    enter(&book, &[("S!D3", "5"), ("S!H13", "=SUM(Sales[Column2])")]);
    check(&book, "S!H11 S!H13", "1004 5");
    // Beside the table, or before it, nothing is inserted into it.
    book.edit(|tx| tx.insert_columns(sheet, 6, 1)).unwrap();
    book.edit(|tx| tx.insert_columns(sheet, 1, 1)).unwrap();
    check_table(
        &book.snapshot(),
        "C2:G6",
        "Item Column1 Column2 Price Pieces",
    );
}

#[test]
fn merged_cells_shrink_and_vanish() {
    let mut loader = Loader::new();
    let sheet = loader.add_sheet("S", Visibility::Visible).unwrap();
    let merges = ["A1:B2", "A4:B6", "D5:D6", "A8:B8"].map(rect);
    loader.describe_sheet(sheet, false, merges.to_vec());
    let book = loader.finish(Environment::fixed(45_000.0, 1)).unwrap();
    let merges = |book: &Workbook| book.snapshot().sheets().next().unwrap().merges.to_vec();
    book.edit(|tx| tx.delete_rows(sheet, 4, 1)).unwrap();
    assert_eq!(merges(&book), ["A1:B2", "A4:B5", "A7:B7"].map(rect));
    book.edit(|tx| tx.delete_columns(sheet, 0, 1)).unwrap();
    assert_eq!(merges(&book), ["A1:A2", "A4:A5"].map(rect));
    book.edit(|tx| tx.insert_columns(sheet, 0, 1)).unwrap();
    book.edit(|tx| tx.insert_rows(sheet, 1, 1)).unwrap();
    assert_eq!(merges(&book), ["B1:B3", "B5:B6"].map(rect));
}

#[test]
fn hidden_rows_styles_and_kept_formulas_follow_or_go() {
    let mut loader = Loader::new();
    loader.styles(&["General".into(), "0.0".into(), "0.00".into()]);
    let sheet = loader.add_sheet("S", Visibility::Visible).unwrap();
    loader.column_style(sheet, (3, 4), 1);
    loader.row_style(sheet, 8, 2);
    loader.style(sheet, Cell::new(4, 0), 1);
    loader.style(sheet, Cell::new(5, 0), 2);
    for row in [2, 4, 6] {
        loader.hide_row(sheet, row, Hidden::ByHand);
        loader
            .value(sheet, Cell::new(row, 1), ValueRef::Number(1.0))
            .unwrap();
    }
    loader.keep(sheet, Cell::new(4, 2), "X(1)", "why");
    loader.keep(sheet, Cell::new(6, 2), "X(2)", "why");
    let book = loader.finish(Environment::fixed(45_000.0, 1)).unwrap();
    enter(&book, &[("S!G1", "=SUBTOTAL(109,B1:B9)"), ("S!B2", "5")]);
    book.edit(|tx| tx.delete_rows(sheet, 4, 1)).unwrap();
    let snapshot = book.snapshot();
    assert_eq!(snapshot.hidden_rows(sheet), [2, 5]);
    let style = |row, column| book.snapshot().style_number(sheet, Cell::new(row, column));
    assert_eq!((style(4, 0), style(3, 0), style(7, 0)), (2, 0, 2));
    let unsupported = snapshot.unsupported();
    let kept: Vec<String> = unsupported
        .iter()
        .map(|kept| kept.place.to_string())
        .collect();
    assert_eq!(kept, ["S!C6"]);
    check(&book, "S!G1", "5");
    book.edit(|tx| tx.delete_columns(sheet, 2, 2)).unwrap();
    assert_eq!((style(0, 2), style(0, 3), style(7, 2)), (1, 0, 2));
    assert!(book.snapshot().unsupported().is_empty());
    book.edit(|tx| tx.insert_columns(sheet, 0, 1)).unwrap();
    assert_eq!((style(0, 3), style(4, 1)), (1, 2));
}

#[test]
fn widths_stay_with_their_columns() {
    let book = one_sheet();
    let sheet = book.snapshot().sheet("S").unwrap();
    let before = book.snapshot();
    let widths = |book: &Workbook| {
        let widths = book.snapshot().column_widths(sheet).into_iter();
        let told = widths.map(|span| format!("{}-{} {}", span.first, span.last, span.width));
        told.collect::<Vec<_>>().join(", ")
    };
    book.edit(|tx| tx.set_column_width(sheet, 2, 4, Some(20.0)))
        .unwrap();
    book.edit(|tx| tx.set_column_width(sheet, 4, 1, Some(8.43)))
        .unwrap();
    assert_eq!(widths(&book), "2-3 20, 4-4 8.43, 5-5 20");
    book.edit(|tx| tx.insert_columns(sheet, 3, 2)).unwrap();
    assert_eq!(widths(&book), "2-2 20, 5-5 20, 6-6 8.43, 7-7 20");
    book.edit(|tx| tx.hide_columns(sheet, 6, 1)).unwrap();
    let fork = book.snapshot().fork();
    book.edit(|tx| tx.delete_columns(sheet, 6, 1)).unwrap();
    assert_eq!(widths(&book), "2-2 20, 5-6 20");
    assert_eq!(book.snapshot().column_width(sheet, 6), Some(20.0));
    assert_eq!(book.snapshot().column_width(sheet, 7), None);
    assert_eq!(book.snapshot().column_width(sheet, u32::MAX), None);
    book.undo().unwrap();
    assert_eq!(widths(&book), "2-2 20, 5-5 20, 6-6 8.43, 7-7 20");
    book.edit(|tx| tx.set_column_width(sheet, 0, 16_384, None))
        .unwrap();
    assert_eq!(widths(&book), "");
    assert_eq!(widths(&fork), "2-2 20, 5-5 20, 6-6 8.43, 7-7 20");
    assert!(before.column_widths(sheet).is_empty());
}

#[test]
fn what_is_no_width_is_refused() {
    let book = one_sheet();
    let sheet = book.snapshot().sheet("S").unwrap();
    for (width, why) in [
        (
            0.0,
            "a column of width 0 is a hidden one: hide it, and it keeps its width",
        ),
        (
            -0.0,
            "a column of width 0 is a hidden one: hide it, and it keeps its width",
        ),
        (-1.5, "a column cannot be -1.5 characters wide"),
        (f64::NAN, "a column cannot be NaN characters wide"),
        (256.0, "a column is at most 255 characters wide, not 256"),
        (
            f64::INFINITY,
            "a column is at most 255 characters wide, not inf",
        ),
    ] {
        let refused = book.edit(|tx| tx.set_column_width(sheet, 1, 1, Some(width)));
        let error = refused.unwrap_err();
        assert_eq!((error.kind(), error.message()), (ErrorKind::Argument, why));
    }
    for (at, count) in [(16_384, 1), (16_383, 2), (0, u32::MAX)] {
        let refused = book.edit(|tx| tx.set_column_width(sheet, at, count, Some(9.0)));
        assert_eq!(refused.unwrap_err().kind(), ErrorKind::Limit);
    }
    assert!(book.snapshot().column_widths(sheet).is_empty());
    book.edit(|tx| tx.set_column_width(sheet, 1, 0, Some(9.0)))
        .unwrap();
    assert!(book.snapshot().column_widths(sheet).is_empty());
}

#[test]
fn a_part_of_an_array_formula_is_not_deleted() {
    let book = one_sheet();
    book.edit(|tx| tx.set_array_formula("S!B2:C4", "={1,2;3,4;5,6}"))
        .unwrap();
    let sheet = book.snapshot().sheet("S").unwrap();
    let shown = "1 2 5 6";
    check(&book, "B2 C2 B4 C4", shown);
    for refused in [
        book.edit(|tx| tx.delete_rows(sheet, 2, 1)),
        book.edit(|tx| tx.delete_rows(sheet, 0, 3)),
        book.edit(|tx| tx.delete_columns(sheet, 2, 5)),
        book.edit(|tx| tx.insert_columns(sheet, 2, 1)),
    ] {
        let error = refused.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Argument);
        assert!(
            error.to_string().ends_with("array formula in B2:C4"),
            "{error}"
        );
    }
    check(&book, "B2 C2 B4 C4", shown);
    book.edit(|tx| tx.delete_rows(sheet, 0, 1)).unwrap();
    check(&book, "B1 C3", "1 6");
    book.edit(|tx| tx.delete_columns(sheet, 0, 4)).unwrap();
    assert_eq!(book.snapshot().statistics().cells, 0);
    assert_eq!(book.snapshot().statistics().regions, 0);
}

#[test]
fn edits_of_one_transaction_follow_each_other() {
    let book = one_sheet();
    let sheet = book.snapshot().sheet("S").unwrap();
    let report = book
        .edit_reporting(&mut |_| {}, |tx| {
            tx.set_formula("S!C5", "=A5+1")?;
            tx.set("S!A5", 1.0)?;
            tx.insert_columns(sheet, 0, 1)?;
            tx.delete_rows(sheet, 1, 2)?;
            assert_eq!(tx.value("S!D3")?.to_string(), "2");
            tx.insert_rows(sheet, 0, 1)?;
            tx.delete_columns(sheet, 0, 1)
        })
        .unwrap()
        .1;
    check(&book, "S!C4 S!A4", "2 1");
    assert_eq!(book.formula("S!C4").unwrap().as_deref(), Some("=A4+1"));
    assert_eq!(report.evaluated, [Area::new(sheet, rect("C4"))]);
}

#[test]
fn many_scattered_edits_leave_a_few_regions() {
    let book = one_sheet();
    let sheet = book.snapshot().sheet("S").unwrap();
    book.edit(|tx| {
        tx.fill("S!A1:A10000", "=ROW()")?;
        tx.fill("S!B1:B10000", "=A1*2")
    })
    .unwrap();
    book.edit(|tx| {
        (0..60).try_for_each(|number| match number % 3 {
            0 => tx.insert_rows(sheet, number * 50, 2),
            _ => tx.delete_rows(sheet, number * 60, 3),
        })
    })
    .unwrap();
    assert_eq!(book.snapshot().statistics().regions, 2);
    assert_eq!(book.snapshot().statistics().formulas, 2 * (10_000 - 120));
    let last = 10_000 + 40 - 120;
    check(&book, &format!("S!B{last}"), &(2 * last).to_string());
    assert_eq!(show(&book, "S!B1 S!B2 S!B3"), "  6");
}
