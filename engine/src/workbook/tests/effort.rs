//! How a recalculation is carried out: breaking it off, its progress, and how little it does for a small edit.

use super::book_of;
use crate::error::ErrorKind;
use crate::reference::{Area, Cell, Rect, SheetId};
use crate::workbook::{CancelToken, Effort, Workbook};

const ROWS: u32 = 40_000;

fn filled(formula: &str) -> Workbook {
    let book = book_of(&["S"]);
    let numbers: Vec<f64> = (0..ROWS).map(f64::from).collect();
    book.edit(|tx| {
        tx.set_column("S!A1", &numbers)?;
        tx.set_column("S!B1", &numbers)?;
        tx.fill_at(SheetId(0), rows(2, 1, ROWS - 1), formula)
    })
    .unwrap();
    book
}

fn rows(column: u32, first: u32, last: u32) -> Rect {
    Rect::new(Cell::new(first, column), Cell::new(last, column))
}

#[test]
fn work_that_is_cancelled_changes_nothing() {
    // In tiles, as a chain, cell by cell, and on demand.
    for formula in [
        "=A2*B2",
        "=C1+A2-B2",
        "=IF(ROW()>1,C1,0)+A2",
        "=VLOOKUP(A2,A$1:B$9,2)",
        "=IF(A2>9,C3,1)",
    ] {
        let book = filled(formula);
        let before = book.value("S!C40000").unwrap();
        let revision = book.revision();
        let cancel = CancelToken::new();
        let other = cancel.clone();
        let effort = Effort {
            cancel: Some(cancel.clone()),
            ..Effort::default()
        };
        let edited = book.edit_with(effort, |tx| {
            tx.set("S!A1", -1.0)?;
            tx.set("S!A2", -1.0)?;
            tx.set_column("S!B1", &vec![7.0; ROWS as usize])?;
            other.cancel();
            Ok(())
        });
        assert_eq!(
            edited.unwrap_err().kind(),
            ErrorKind::Cancelled,
            "{formula}"
        );
        assert_eq!(book.revision(), revision);
        assert_eq!(book.value("S!A1").unwrap(), 0.0.into());
        assert_eq!(book.value("S!C40000").unwrap(), before);
        // The next edit goes on as if nothing had been.
        book.edit(|tx| tx.set("S!A40000", 1.0)).unwrap();
        assert_eq!(book.revision(), revision + 1);
    }
}

#[test]
fn work_is_broken_off_on_the_way() {
    let book = filled("=VLOOKUP(A2,A$1:B$9,2)+SUMPRODUCT(A$1:A$20)");
    let cancel = CancelToken::new();
    let other = cancel.clone();
    let mut told = Vec::new();
    let mut progress = |cells: u64| {
        told.push(cells);
        other.cancel();
    };
    let effort = Effort {
        threads: 2,
        cancel: Some(cancel),
        progress: Some(&mut progress),
        ..Effort::default()
    };
    let failed = book.recalculate_with(None, effort).unwrap_err();
    assert_eq!(failed.kind(), ErrorKind::Cancelled);
    assert_eq!(told.len(), 1, "{told:?}");
}

#[test]
fn progress_grows_to_the_end() {
    let book = filled("=A2*2");
    let mut told = Vec::new();
    let mut progress = |cells: u64| told.push(cells);
    let effort = Effort {
        progress: Some(&mut progress),
        ..Effort::default()
    };
    let report = book.recalculate_with(None, effort).unwrap();
    assert_eq!(report.recomputed, u64::from(ROWS) - 1);
    assert!(told.is_sorted() && !told.is_empty(), "{told:?}");
    assert!(told.iter().all(|cells| *cells <= report.recomputed));
}

#[test]
fn an_edit_computes_what_depends_on_it_and_stops_where_nothing_changes() {
    let book = filled("=A2*B2");
    book.edit(|tx| tx.fill("S!D2:D40000", "=IF(C2>100,\"much\",\"little\")"))
        .unwrap();
    let edit = book.edit_reporting(&mut |_| {}, |tx| tx.set("S!A301", 299.5));
    let report = edit.unwrap().1;
    let cell = |column| Area::new(SheetId(0), Rect::cell(Cell::new(300, column)));
    assert_eq!(report.evaluated, [cell(2), cell(3)]);
    assert_eq!(report.changed, 1);
}

#[test]
fn a_chain_is_computed_from_the_edit_downwards_until_nothing_changes() {
    let book = filled("=C1+A2-B2");
    let edit = book.edit_reporting(&mut |_| {}, |tx| tx.set("S!A30001", 1.0));
    let report = edit.unwrap().1;
    assert_eq!(
        report.evaluated,
        [Area::new(SheetId(0), rows(2, 30_000, ROWS - 1))]
    );
    let book = filled("=C1*0+A2");
    let edit = book.edit_reporting(&mut |_| {}, |tx| tx.set("S!A30001", 1.0));
    let report = edit.unwrap().1;
    assert_eq!(report.changed, 1);
    assert!(report.recomputed < 40, "{} for one row", report.recomputed);
}
