//! Rows and columns that come and go: every reference follows, as rewriting the formulas' texts would have it.

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::test_runner::TestCaseResult;

use super::{book_of, enter, one_sheet};
use crate::formula::ast::{A1Axis, A1Reference, Shape, Sheets};
use crate::formula::{Ast, ParseOptions, Shift, parse, print};
use crate::reference::{Cell, Dimension, Edit, GridLimits, SheetId};
use crate::workbook::Workbook;

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

fn make(book: &Workbook, sheet: SheetId, edit: Edit) -> crate::Result<()> {
    book.edit(|tx| match edit {
        Edit::InsertRows { at, count } => tx.insert_rows(sheet, at, count),
        Edit::DeleteRows { at, count } => tx.delete_rows(sheet, at, count),
        Edit::InsertColumns { at, count } => tx.insert_columns(sheet, at, count),
        Edit::DeleteColumns { at, count } => tx.delete_columns(sheet, at, count),
    })
}

/// Edits rows or columns and compares each formula with its former text, rewritten.
fn edit_and_compare(
    book: &Workbook,
    name: &str,
    edit: Edit,
    rewritten: impl Fn(&Ast<A1Reference>, bool) -> Ast<A1Reference>,
) -> TestCaseResult {
    let sheet = book.snapshot().sheet(name).unwrap();
    let before = texts(book);
    make(book, sheet, edit).unwrap();
    let mut after = texts(book);
    for ((on, cell), text) in before {
        let here = on == sheet;
        let place = match here {
            true => edit.cell(cell, GridLimits::default()),
            false => Some(cell),
        };
        let Some(place) = place else { continue };
        let ast = parse(&text, &ParseOptions::default()).unwrap();
        let expected = format!("={}", print(&rewritten(&ast, here)));
        let now = after.remove(&(on, place));
        prop_assert_eq!(
            now,
            Some(expected),
            "{} in sheet {} {:?}, {:?}",
            text,
            on.0,
            cell,
            edit
        );
    }
    prop_assert!(after.is_empty(), "formulas from nowhere: {:?}", after);
    Ok(())
}

/// The same by the rewriting of formulas that are kept as texts.
fn compare_with_texts(book: &Workbook, name: &str, edit: Edit) -> TestCaseResult {
    let shift = Shift {
        edit,
        sheet: name,
        grid: GridLimits::default(),
    };
    edit_and_compare(book, name, edit, |ast, here| {
        shift.apply(ast, here).unwrap_or_else(|| ast.clone())
    })
}

/// The same by looking at each row or column that a reference names: those that are left are what it names then.
fn compare_with_places(book: &Workbook, name: &str, edit: Edit) -> TestCaseResult {
    edit_and_compare(book, name, edit, |ast, here| {
        ast.map(|reference| {
            let there = match &reference.sheets {
                Sheets::Here => here,
                Sheets::Sheet(sheet) => **sheet == *name,
                _ => false,
            };
            let shape = if there {
                left_of(reference.shape, edit)
            } else {
                reference.shape
            };
            A1Reference {
                sheets: reference.sheets.clone(),
                shape,
            }
        })
    })
}

/// What is left of a small reference, place by place.
fn left_of(shape: Shape<A1Axis>, edit: Edit) -> Shape<A1Axis> {
    let (at, count) = edit.along().parts();
    let place = |position: u32| match edit.inserts() {
        _ if position < at => Some(position),
        true => Some(position + count),
        false if position < at + count => None,
        false => Some(position - count),
    };
    let one = |axis: A1Axis| {
        let position = place(axis.position)?;
        Some(A1Axis { position, ..axis })
    };
    let span = |(first, last): (A1Axis, A1Axis)| {
        let left: Vec<u32> = (first.position..=last.position).filter_map(place).collect();
        let ends = (left.iter().min()?, left.iter().max()?);
        let end = |position: &u32, axis| A1Axis {
            position: *position,
            ..axis
        };
        Some((end(ends.0, first), end(ends.1, last)))
    };
    let left = match (shape, edit.dimension()) {
        (Shape::Cell { row, column }, Dimension::Rows) => {
            one(row).map(|row| Shape::Cell { row, column })
        }
        (Shape::Cell { row, column }, Dimension::Columns) => {
            one(column).map(|column| Shape::Cell { row, column })
        }
        (Shape::Range { rows, columns }, Dimension::Rows) => {
            span(rows).map(|rows| Shape::Range { rows, columns })
        }
        (Shape::Range { rows, columns }, Dimension::Columns) => {
            span(columns).map(|columns| Shape::Range { rows, columns })
        }
        (Shape::Rows(first, last), Dimension::Rows) => {
            span((first, last)).map(|(first, last)| Shape::Rows(first, last))
        }
        (Shape::Columns(first, last), Dimension::Columns) => {
            span((first, last)).map(|(first, last)| Shape::Columns(first, last))
        }
        (other, _) => Some(other),
    };
    left.unwrap_or(Shape::Invalid)
}

/// Each reference alone in a formula that is filled over some cells of either sheet.
#[track_caller]
fn check_reference(reference: &str) {
    for filled in ["S!C4:C8", "T!C4:C8", "S!E4:H5"] {
        for at in [0, 2, 4, 6, 9] {
            let after = at + 1;
            let rows = (
                Edit::InsertRows { at, count: 3 },
                Edit::DeleteRows {
                    at: after,
                    count: 2,
                },
            );
            let columns = (
                Edit::InsertColumns { at, count: 1 },
                Edit::DeleteColumns {
                    at: after,
                    count: 2,
                },
            );
            for edits in [
                [rows.0, rows.1, columns.0, columns.1],
                [columns.1, rows.1, columns.0, rows.0],
            ] {
                let book = book_of(&["S", "T", "U"]);
                book.edit(|tx| tx.fill(filled, &format!("=SUM({reference})")))
                    .unwrap();
                for edit in edits {
                    compare_with_texts(&book, "S", edit)
                        .unwrap_or_else(|error| panic!("{reference} in {filled}: {error}"));
                }
            }
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

/// The regions own the cells that they count.
fn check_regions(book: &Workbook) -> TestCaseResult {
    let revision = super::random_book::revision(book);
    for (id, region) in revision.graph.regions() {
        let rect = revision.graph.rect(region, &*revision).unwrap();
        let mut owned = 0;
        revision
            .graph
            .visit_cells(id, &rect, &*revision, |piece| owned += piece.size());
        prop_assert_eq!(owned, region.owned, "cells of a region over {:?}", rect);
    }
    Ok(())
}

fn reference() -> impl Strategy<Value = String> {
    let dollar = |fixed: bool| if fixed { "$" } else { "" };
    let row = move || {
        (0..25_u32, any::<bool>())
            .prop_map(move |(row, fixed)| format!("{}{}", dollar(fixed), row + 1))
    };
    let column = move || {
        (0..9_u8, any::<bool>()).prop_map(move |(column, fixed)| {
            format!("{}{}", dollar(fixed), char::from(b'A' + column))
        })
    };
    let sheet = prop::sample::select(vec!["", "", "S!", "T!"]);
    let shape = prop_oneof![
        2 => (column(), row()).prop_map(|(column, row)| format!("{column}{row}")),
        3 => (column(), row(), column(), row()).prop_map(|(a, b, c, d)| format!("{a}{b}:{c}{d}")),
        1 => (row(), row()).prop_map(|(first, last)| format!("{first}:{last}")),
        1 => (column(), column()).prop_map(|(first, last)| format!("{first}:{last}")),
    ];
    (sheet, shape).prop_map(|(sheet, shape)| format!("{sheet}{shape}"))
}

fn structural_edit() -> impl Strategy<Value = Edit> {
    prop_oneof![
        (0..30_u32, 1..4_u32).prop_map(|(at, count)| Edit::InsertRows { at, count }),
        (0..30_u32, 1..6_u32).prop_map(|(at, count)| Edit::DeleteRows { at, count }),
        (0..12_u32, 1..3_u32).prop_map(|(at, count)| Edit::InsertColumns { at, count }),
        (0..12_u32, 1..3_u32).prop_map(|(at, count)| Edit::DeleteColumns { at, count }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 80, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn formulas_after_structural_edits_are_their_texts_rewritten(
        filled in prop::collection::vec((0..2_usize, 0..20_u32, 0..8_u32, 3..8_u32, 0..3_u32, reference(), reference()), 1..6),
        edits in prop::collection::vec((0..2_usize, structural_edit(), any::<bool>()), 1..6),
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
        for (sheet, edit, by_places) in edits {
            let name = ["S", "T"][sheet];
            if by_places {
                compare_with_places(&book, name, edit)?;
            } else {
                compare_with_texts(&book, name, edit)?;
            }
            check_regions(&book)?;
        }
    }
}
