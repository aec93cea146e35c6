//! Structured references.

use super::fake_book::FakeBook;
use super::{D5, HERE, check_dynamic, check_legacy, evaluate_at, plan, show};
use crate::formula::ast::Shape;
use crate::formula::{Mode, TemplateAxis};
use crate::reference::{Anchor, Cell, Rect};

/// A table in A3:B7 with a header, data in rows 4 to 6 and totals in row 7.
fn book() -> FakeBook {
    let mut book = FakeBook::new(&[
        ("A3", "Item".into()),
        ("B3", "Two words".into()),
        ("A4", 1.0.into()),
        ("A5", 2.0.into()),
        ("A6", 3.0.into()),
        ("B4", 10.0.into()),
        ("B5", 20.0.into()),
        ("B6", 30.0.into()),
        ("A7", 6.0.into()),
    ]);
    let area = Rect::new(Cell::new(2, 0), Cell::new(6, 1));
    book.add_table("Sales", area, 1, &["Item", "Two words"]);
    let bare = Rect::new(Cell::new(19, 0), Cell::new(22, 0));
    book.add_table("Bare", bare, 0, &["Item"]);
    book
}

#[test]
fn structured_references_are_the_cells_of_the_table() {
    check_dynamic(
        &book(),
        &[
            ("=SUM(Sales[Item])", "6"),
            ("=SUM(sales[two words])", "60"),
            ("=SUM(Sales[])", "66"),
            ("=SUM(Sales)", "66"),
            ("=SUM(Sales[#All])", "72"),
            ("=Sales[[#Headers],[Item]]", "\"Item\""),
            ("=Sales[[#Totals],[Item]]", "6"),
            ("=SUM(Sales[[Item]:[Two words]])", "66"),
            ("=ROWS(Sales[#Data])", "3"),
            ("=ROWS(Sales[[#Headers],[#Data]])", "4"),
            ("=ROWS(Sales[[#Data],[#Totals]])", "4"),
            ("=SUM(Bare[#Totals])", "#REF!"),
            ("=SUM(Sales[Price])", "#REF!"),
            ("=SUM(Nowhere[Item])", "#NAME?"),
        ],
    );
}

#[test]
fn this_row_is_the_formulas_own() {
    let book = book();
    check_dynamic(
        &book,
        &[("=Sales[@Item]*10", "20"), ("=SUM(Sales[@])", "22")],
    );
    check_legacy(&book, &[("=Sales[[#This Row],[Two words]]", "20")]);
    let outside = evaluate_at("=Sales[@Item]", Mode::Dynamic, Cell::new(8, 3), &book);
    assert_eq!(show(&outside), "#VALUE!");
    let header = evaluate_at("=Sales[@Item]", Mode::Dynamic, Cell::new(2, 3), &book);
    assert_eq!(show(&header), "#VALUE!");
    let inside = evaluate_at(
        "=[@[Two words]]+[@Item]",
        Mode::Dynamic,
        Cell::new(5, 1),
        &book,
    );
    assert_eq!(show(&inside), "33");
    let bound = plan("=Sales[@Item]", Mode::Dynamic, &book);
    let read = Shape::Cell {
        row: TemplateAxis::Relative(0),
        column: TemplateAxis::Absolute(Anchor(0)),
    };
    assert_eq!(bound.reads.len(), 1);
    assert_eq!((bound.reads[0].sheet, bound.reads[0].shape), (HERE, read));
    assert_eq!(bound.uses.tables, ["sales".into()]);
}

#[test]
fn a_column_in_an_old_formula_is_intersected() {
    let book = book();
    check_legacy(&book, &[("=Sales[Item]*2", "4"), ("=Sales[Item]", "2")]);
    check_dynamic(&book, &[("=Sales[Item]*2", "{2;4;6}")]);
    assert_eq!(D5.row, 4);
}

#[test]
fn a_table_moves_with_its_rows() {
    let mut book = book();
    let bound = plan("=SUM(Sales[Item])", Mode::Dynamic, &book);
    book.inserted = true;
    // Its data now stand one row lower: 2, 3 and the total 6.
    assert_eq!(show(&super::run(&bound, D5, &book)), "11");
}
