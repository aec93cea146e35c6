//! Inserted rows: every reference follows, as rewriting the formulas' texts would have it.

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::test_runner::TestCaseResult;

use super::{book_of, check, enter, one_sheet};
use crate::environment::Environment;
use crate::formula::{ParseOptions, Shift, parse, print};
use crate::reference::{Cell, Edit, GridLimits, Rect, SheetId};
use crate::workbook::{Loader, Visibility, Workbook};

/// The texts of all formulas.
fn texts(book: &Workbook) -> BTreeMap<(SheetId, Cell), String> {
    let snapshot = book.snapshot();
    let mut texts = BTreeMap::new();
    for sheet in snapshot.sheets() {
        snapshot.visit_formulas(sheet.id, |cell, text| {
            drop(texts.insert((sheet.id, cell), text))
        });
    }
    texts
}

/// Inserts rows and compares each formula with its former text, rewritten.
fn insert_and_compare(book: &Workbook, name: &str, at: u32, count: u32) -> TestCaseResult {
    let sheet = book.snapshot().sheet(name).unwrap();
    let before = texts(book);
    book.edit(|tx| tx.insert_rows(sheet, at, count)).unwrap();
    let after = texts(book);
    let shift = Shift {
        edit: Edit::InsertRows { at, count },
        sheet: name,
        grid: GridLimits::default(),
    };
    prop_assert_eq!(before.len(), after.len());
    for ((on, cell), text) in before {
        let here = on == sheet;
        let row = if here && cell.row >= at {
            cell.row + count
        } else {
            cell.row
        };
        let ast = parse(&text, &ParseOptions::default()).unwrap();
        let expected = format!("={}", print(&shift.apply(&ast, here).unwrap_or(ast)));
        let now = after.get(&(on, Cell::new(row, cell.column)));
        prop_assert_eq!(
            now,
            Some(&expected),
            "{} in sheet {} {:?}, {} rows before {}",
            text,
            on.0,
            cell,
            count,
            at
        );
    }
    Ok(())
}

/// Each reference alone in a formula that is filled over five rows of either sheet.
#[track_caller]
fn check_reference(reference: &str) {
    for (sheet, first) in [("S", 4), ("T", 4), ("S", 20)] {
        for at in [0, 2, 4, 6, 8, 9, 12, 30] {
            let book = book_of(&["S", "T", "U"]);
            let filled = format!("{sheet}!C{first}:C{}", first + 4);
            book.edit(|tx| tx.fill(&filled, &format!("=SUM({reference})")))
                .unwrap();
            insert_and_compare(&book, "S", at, 3)
                .unwrap_or_else(|error| panic!("{reference} in {filled}: {error}"));
            insert_and_compare(&book, "S", at + 1, 2)
                .unwrap_or_else(|error| panic!("{reference} in {filled}, twice: {error}"));
        }
    }
}

#[test]
fn single_references_follow() {
    for reference in [
        "A1", "A5", "A8", "$A$5", "A$5", "$A5", "A$8", "S!A5", "S!A$5", "T!A5", "T!$A$5",
    ] {
        check_reference(reference);
    }
}

#[test]
fn ranges_follow_and_grow() {
    for reference in [
        "A1:A3",
        "A5:B9",
        "A$1:A5",
        "A$5:A9",
        "A5:A$30",
        "$A$3:$B$7",
        "S!A4:A8",
        "T!A4:A8",
        "A8:A$4",
    ] {
        check_reference(reference);
    }
}

#[test]
fn whole_rows_and_columns_follow() {
    for reference in [
        "A:A", "A:$B", "5:5", "$5:$7", "3:9", "S!4:6", "T!A:B", "S!$6:$6",
    ] {
        check_reference(reference);
    }
}

#[test]
fn references_over_several_sheets_and_to_other_books_stand_still() {
    for reference in [
        "S:U!A5",
        "S:T!$A$5",
        "S:U!A4:A8",
        "[1]Sheet1!A5",
        "[1]Sheet1!$A$5:$A$7",
        "Nowhere!A6",
    ] {
        check_reference(reference);
    }
}

#[test]
fn ends_at_the_last_row_stay_there() {
    for reference in [
        "A5:A$1048576",
        "A$5:A$1048576",
        "A$1048576",
        "A$1048570",
        "A5:A$1048575",
        "A$1048570:A$1048574",
    ] {
        check_reference(reference);
    }
    let book = one_sheet();
    enter(
        &book,
        &[
            ("C3", "=SUM(A1048570:A1048575)"),
            ("C4", "=A1048575"),
            ("C5", "=SUM(A2:A1048576)"),
        ],
    );
    let sheet = book.snapshot().sheet("S").unwrap();
    book.edit(|tx| tx.insert_rows(sheet, 10, 3)).unwrap();
    // A relative end that is pushed off the grid is tied to its last row from then on; one that stood there stays.
    let text = |address| book.formula(address).unwrap().unwrap();
    assert_eq!(text("C3"), "=SUM(A1048573:A$1048576)");
    assert_eq!(text("C4"), "=#REF!");
    assert_eq!(text("C5"), "=SUM(A2:A1048576)");
}

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

fn reference() -> impl Strategy<Value = String> {
    let end = || {
        (0..25_u32, any::<bool>())
            .prop_map(|(row, fixed)| format!("{}{}", if fixed { "$" } else { "" }, row + 1))
    };
    let sheet = prop::sample::select(vec!["", "", "S!", "T!"]);
    let shape = prop_oneof![
        end().prop_map(|row| format!("B{row}")),
        (end(), end()).prop_map(|(first, last)| format!("B{first}:C{last}")),
        (end(), end()).prop_map(|(first, last)| format!("{first}:{last}")),
        Just("B:B".to_owned()),
    ];
    (sheet, shape).prop_map(|(sheet, shape)| format!("{sheet}{shape}"))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 80, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn formulas_after_insertions_are_their_texts_rewritten(
        filled in prop::collection::vec((0..2_usize, 0..20_u32, 0..8_u32, 4..7_u32, 0..2_u32, reference(), reference()), 1..6),
        insertions in prop::collection::vec((0..2_usize, 0..30_u32, 1..4_u32), 1..5),
    ) {
        let book = book_of(&["S", "T"]);
        book.edit(|tx| {
            for (sheet, top, down, left, right, a, b) in &filled {
                let letter = |column: u32| char::from(b'A' + column as u8);
                let address = format!("{}!{}{}:{}{}", ["S", "T"][*sheet], letter(*left), top + 1, letter(left + right), top + down + 1);
                tx.fill(&address, &format!("=SUM({a},{b})"))?;
            }
            Ok(())
        }).unwrap();
        for (sheet, at, count) in insertions {
            insert_and_compare(&book, ["S", "T"][sheet], at, count)?;
        }
    }
}
