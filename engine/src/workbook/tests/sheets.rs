//! Sheets as a whole: what copying costs, what is shared, what goes with a sheet.

use super::{book_of, check, enter, one_sheet};
use crate::ErrorKind;
use crate::environment::Environment;
use crate::functions::Hidden;
use crate::reference::{Cell, Rect};
use crate::workbook::{FilterCondition, Loader, Operation, Visibility};

#[test]
fn a_copy_of_many_cells_computes_and_writes_none() {
    let book = one_sheet();
    let numbers: Vec<f64> = (0..200_000).map(f64::from).collect();
    book.edit(|tx| {
        tx.set_column("A1", &numbers)?;
        tx.fill("B1:C200000", "=A1+$A$2")
    })
    .unwrap();
    let written = crate::graph::runs_written();
    let report = book
        .edit_reporting(&mut |_| {}, |tx| tx.copy_sheet("S", "Copy").map(|_| ()))
        .unwrap()
        .1;
    assert_eq!(report.recomputed, 0);
    // Other tests write runs at the same time, but not that many.
    assert!(crate::graph::runs_written() - written < 100_000);
    assert_eq!(book.snapshot().statistics().regions, 2);
    check(&book, "Copy!B200000 Copy!C3", "200000 4");
    let report = enter(&book, &[("Copy!A2", "5")]);
    assert_eq!(report.recomputed, 400_000);
    check(&book, "Copy!B1 S!B1 Copy!C200000", "5 1 200009");
}

#[test]
fn edits_after_copying_do_not_reach_across() {
    let book = one_sheet();
    enter(
        &book,
        &[("A1", "1"), ("B1", "=A1*2"), ("C1", "=SEQUENCE(A1+1)")],
    );
    book.edit(|tx| tx.copy_sheet("S", "T").map(|_| ())).unwrap();
    let (s, t) = (
        book.snapshot().sheet("S").unwrap(),
        book.snapshot().sheet("T").unwrap(),
    );
    book.edit(|tx| {
        tx.insert_rows(t, 0, 2)?;
        tx.hide_rows(t, 4, 1)?;
        tx.set("S!A1", 3.0)
    })
    .unwrap();
    check(&book, "S!B1 S!C4 T!B3 T!C4", "6 4 2 2");
    let snapshot = book.snapshot();
    assert_eq!(snapshot.formula("T!B3").unwrap().as_deref(), Some("=A3*2"));
    assert!(snapshot.hidden_rows(s).is_empty());
    assert_eq!(snapshot.row_hidden(t, 4), Hidden::ByHand);
}

#[test]
fn what_was_not_computed_yet_goes_with_its_sheet() {
    let book = book_of(&["S", "T"]);
    book.edit(|tx| {
        tx.set("T!A1", 1.0)?;
        tx.set_formula("T!B1", "=A1+1")?;
        tx.set_formula("S!A1", "=T!B1")?;
        tx.copy_sheet("T", "U")?;
        tx.set("U!A1", 5.0)?;
        tx.remove_sheet("T")
    })
    .unwrap();
    check(&book, "S!A1 U!B1", "#REF! 6");
    assert!(book.undo().unwrap());
    assert_eq!(book.snapshot().sheets().count(), 2);
}

#[test]
fn the_report_speaks_of_sheets_that_are_there() {
    let book = book_of(&["S", "T"]);
    let edit = book.edit_reporting(&mut |_| {}, |tx| {
        tx.set_formula("T!A1", "=1+1")?;
        tx.value("T!A1")?;
        tx.remove_sheet("T")
    });
    let report = edit.unwrap().1;
    let snapshot = book.snapshot();
    assert!(report.evaluated.iter().all(|area| {
        let mut sheets = snapshot.sheets();
        sheets.any(|sheet| sheet.id == area.sheet)
    }));
}

#[test]
fn a_hidden_name_stays_hidden_when_it_is_defined_anew_or_copied() {
    let mut loader = Loader::new();
    let sheet = loader.add_sheet("S", Visibility::Visible).unwrap();
    loader.define_name("secret", Some(sheet), "S!$A$1", true);
    let book = loader.finish(Environment::fixed(46_000.0, 1)).unwrap();
    book.edit(|tx| {
        tx.define_name("secret", Some("S"), "=S!$A$2")?;
        tx.copy_sheet("S", "T").map(|_| ())
    })
    .unwrap();
    let snapshot = book.snapshot();
    let names: Vec<(String, bool)> = snapshot
        .names()
        .map(|named| (snapshot.name_text(named), named.hidden))
        .collect();
    assert_eq!(
        names,
        [("=S!$A$2".to_owned(), true), ("=T!$A$2".to_owned(), true)]
    );
}

#[test]
fn refused_edits_leave_everything_as_it_was() {
    let book = one_sheet();
    let sheet = book.snapshot().sheet("S").unwrap();
    book.edit(|tx| {
        tx.set_array_formula("B2:C3", "=1")?;
        tx.add_table("Sales", "E1:F3")
    })
    .unwrap();
    let refused = |edit: Operation| {
        let error = book.edit(|tx| tx.apply(edit)).unwrap_err();
        (error.kind(), error.message().to_owned())
    };
    let rect = Rect::new(Cell::new(1, 2), Cell::new(1, 3));
    let (kind, message) = refused(Operation::MergeCells { sheet, rect });
    assert_eq!(kind, ErrorKind::Argument);
    assert_eq!(
        message,
        "cannot merge C2:D2: there is an array formula in B2:C3"
    );
    let name = "Other".into();
    let (kind, _) = refused(Operation::AddTable { name, sheet, rect });
    assert_eq!(kind, ErrorKind::Argument);
    let (kind, _) = refused(Operation::HideRows {
        sheet,
        at: u32::MAX,
        count: 2,
        hidden: true,
    });
    assert_eq!(kind, ErrorKind::Limit);
    let long = FilterCondition {
        column: 0,
        any_of: vec!["x".repeat(256).into()],
    };
    let error = book.edit(|tx| tx.filter("A1:A3", [long])).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Limit);
    let error = book.edit(|tx| tx.rename_table("sales", "A1")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Name);
    check(&book, "C3 E1 F1", "1 Column1 Column2");
}
