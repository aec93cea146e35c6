//! Inserted rows: names, tables and merged cells follow, and what depends on how many rows lie between is computed anew.

use super::{book_of, check, enter, one_sheet};
use crate::environment::Environment;
use crate::reference::{Cell, Rect};
use crate::workbook::{Loader, Visibility};

#[test]
fn references_of_names_follow() {
    let book = one_sheet();
    book.edit(|tx| {
        tx.define_name("one", None, "=S!$A$5")?;
        tx.define_name("many", None, "=SUM(S!$A$3:$A$6)")
    })
    .unwrap();
    enter(
        &book,
        &[("A3", "1"), ("A5", "2"), ("C1", "=one"), ("C2", "=many")],
    );
    let sheet = book.snapshot().sheet("S").unwrap();
    book.edit(|tx| tx.insert_rows(sheet, 3, 2)).unwrap();
    check(&book, "C1 C2", "2 3");
    enter(&book, &[("A7", "20"), ("A4", "100")]);
    check(&book, "C1 C2", "20 121");
    let snapshot = book.snapshot();
    let texts: Vec<String> = snapshot
        .names()
        .map(|named| snapshot.name_text(named))
        .collect();
    assert_eq!(texts, ["=SUM(S!$A$3:$A$8)", "=S!$A$7"]);
}

#[test]
fn structured_references_follow_their_table() {
    use crate::environment::Environment;
    use crate::reference::Rect;
    use crate::value::ValueRef;
    use crate::workbook::{Loader, NewTable, Visibility};

    let mut loader = Loader::new();
    let sheet = loader.add_sheet("S", Visibility::Visible).unwrap();
    loader.add_table(NewTable {
        name: "Sales".into(),
        sheet,
        rect: Rect::new(Cell::new(1, 0), Cell::new(5, 1)),
        header_rows: 1,
        totals_rows: 1,
        columns: vec!["Item".into(), "Price".into()],
    });
    for row in 2..5 {
        loader
            .value(sheet, Cell::new(row, 1), ValueRef::Number(f64::from(row)))
            .unwrap();
        loader
            .formula(
                sheet,
                Cell::new(row, 3),
                "Sales[[#This Row],[Price]]*2",
                ValueRef::Blank,
            )
            .unwrap();
    }
    loader
        .formula(sheet, Cell::new(0, 3), "SUM(Sales[Price])", ValueRef::Blank)
        .unwrap();
    let book = loader.finish(Environment::fixed(46_000.0, 1)).unwrap();
    book.recalculate().unwrap();
    check(&book, "D1 D3 D5", "9 4 8");
    // Right above the totals, and right below the header: the data grow at either end.
    book.edit(|tx| tx.insert_rows(sheet, 5, 1)).unwrap();
    enter(&book, &[("B6", "100")]);
    check(&book, "D1", "109");
    book.edit(|tx| tx.insert_rows(sheet, 2, 1)).unwrap();
    enter(&book, &[("B3", "1000")]);
    check(&book, "D1 D4 D6", "1109 4 8");
    enter(&book, &[("B4", "12")]);
    check(&book, "D1 D4 D6", "1119 24 8");
}

#[test]
fn results_that_depend_on_how_many_rows_lie_between_are_computed_anew() {
    let book = one_sheet();
    let entries = [
        ("A1", "10"),
        ("A4", "40"),
        ("C1", "=ROWS(A1:A4)"),
        ("C2", "=COUNTBLANK(A1:A4)"),
        ("D1", "=INDEX(A:A,4)"),
        ("D2", "=MATCH(40,A1:A9,0)"),
        ("D3", "=ROW(A4)"),
        ("E1", "=D2*10"),
    ];
    enter(&book, &entries);
    check(&book, "C1 C2 D1 D2 D3 E1", "4 2 40 4 4 40");
    let sheet = book.snapshot().sheet("S").unwrap();
    book.edit(|tx| tx.insert_rows(sheet, 3, 1)).unwrap();
    check(&book, "C1 C2 D1 D2 D3 E1", "5 3 0 5 5 50");
}

#[test]
fn a_cell_in_an_inserted_row_is_read_by_what_straddles_it() {
    let book = book_of(&["S", "T"]);
    let entries = [
        ("S!A1", "1"),
        ("S!A4", "4"),
        ("T!A1", "=SUM(S!A1:A4)"),
        ("T!A2", "=SUM(S!A:A)"),
        ("T!A3", "=SUM(S!$A$2:$A$1048576)"),
    ];
    enter(&book, &entries);
    let sheet = book.snapshot().sheet("S").unwrap();
    book.edit(|tx| tx.insert_rows(sheet, 2, 2)).unwrap();
    check(&book, "T!A1 T!A2 T!A3", "5 5 4");
    enter(&book, &[("S!A3", "10"), ("S!A1048576", "100")]);
    check(&book, "T!A1 T!A2 T!A3", "15 115 114");
    book.edit(|tx| tx.insert_rows(sheet, 2, 1)).unwrap_err();
}

#[test]
fn dependents_are_found_in_every_way_of_reading_after_rows_were_inserted() {
    let book = book_of(&["S", "T"]);
    let entries = [
        ("T!A1", "=SUM(S:T!B5)"),
        ("T!A2", "=SUM(S:T!$B$5:$B$7)"),
        ("T!A3", "=S!B5"),
        ("T!A4", "=SUM(S!5:5)"),
        ("T!A6", "=SUM(S!B$5:B5)"),
    ];
    enter(&book, &entries);
    let sheet = book.snapshot().sheet("S").unwrap();
    book.edit(|tx| tx.insert_rows(sheet, 1, 3)).unwrap();
    enter(&book, &[("S!B5", "1"), ("S!B8", "100")]);
    check(&book, "T!A1 T!A2 T!A3 T!A4 T!A6", "1 1 100 100 100");
    enter(&book, &[("S!B5", "2"), ("S!B8", "200")]);
    let shown = super::show(&book, "T!A1 T!A2 T!A3 T!A4 T!A6");
    book.recalculate().unwrap();
    check(&book, "T!A1 T!A2 T!A3 T!A4 T!A6", &shown);
}

#[test]
fn merged_cells_move_and_grow_with_inserted_rows() {
    let mut loader = Loader::new();
    let sheet = loader.add_sheet("S", Visibility::Visible).unwrap();
    let merged = |top, bottom| Rect {
        top,
        bottom,
        left: 0,
        right: 1,
    };
    loader.describe_sheet(sheet, false, vec![merged(0, 1), merged(3, 5), merged(8, 9)]);
    let book = loader.finish(Environment::fixed(45_000.0, 1)).unwrap();
    book.edit(|tx| tx.insert_rows(sheet, 4, 2)).unwrap();
    let snapshot = book.snapshot();
    let found = &snapshot.sheets().next().unwrap().merges;
    assert_eq!(found[..], [merged(0, 1), merged(3, 7), merged(10, 11)]);
}
