//! Defined names and the names that LET binds.

use super::fake_book::FakeBook;
use super::{D5, HERE, check_dynamic, check_legacy, plan, plan_at, run, show};
use crate::error::ErrorKind;
use crate::formula::Mode;
use crate::formula::TemplateAxis;
use crate::formula::ast::Shape;
use crate::reference::{Cell, SheetId};

fn book() -> FakeBook {
    let mut book = FakeBook::new(&[
        ("A4", 40.0.into()),
        ("A5", 50.0.into()),
        ("A6", 60.0.into()),
        ("C5", 7.0.into()),
        ("D4", 9.0.into()),
    ]);
    book.define(None, "rate", "=0.25");
    book.define(None, "column", "=$A$4:$A$6");
    book.define(None, "doubled", "=SUM($A$4:$A$6*2)");
    // Written for A1: the cell to the left, and the cell above, go round the edges.
    book.define(None, "left_cell", "=XFD1");
    book.define(None, "above", "=A1048576");
    book.define(None, "scoped", "=1");
    book.define(Some(HERE), "scoped", "=2");
    book.define(Some(SheetId(1)), "scoped", "=3");
    book.define(None, "outer", "=rate*4");
    book.define(None, "loop_a", "=loop_b+1");
    book.define(None, "loop_b", "=loop_a+1");
    book
}

#[test]
fn names_are_bound_in_any_case_and_sheet_names_first() {
    check_dynamic(
        &book(),
        &[
            ("=RATE*4", "1"),
            ("=SUM(column)", "150"),
            ("=scoped", "2"),
            ("=Sheet2!scoped", "3"),
            ("=Sheet3!scoped", "1"),
            ("=outer", "1"),
            ("=ROWS(column)", "3"),
        ],
    );
}

#[test]
fn a_name_is_an_array_formula_in_any_formula() {
    check_legacy(
        &book(),
        &[("=doubled", "300"), ("=column", "50"), ("=column*2", "100")],
    );
    check_dynamic(&book(), &[("=column*2", "{80;100;120}")]);
}

#[test]
fn relative_names_count_from_the_cell_and_go_round_the_edges() {
    check_dynamic(&book(), &[("=left_cell", "7"), ("=above", "9")]);
    let mut book = book();
    book.set(HERE, "XFD1", 5.0);
    let bound = plan_at("=left_cell", Mode::Dynamic, Cell::new(0, 0), &book);
    assert_eq!(show(&run(&bound, Cell::new(0, 0), &book)), "5");
    assert_eq!(show(&run(&bound, D5, &book)), "7");
    let columns: Vec<Shape<TemplateAxis>> = bound.reads.iter().map(|read| read.shape).collect();
    let row = TemplateAxis::Relative(0);
    let cell = |offset| Shape::Cell {
        row,
        column: TemplateAxis::Relative(offset),
    };
    assert_eq!(columns, [cell(16_383), cell(-1)]);
}

#[test]
fn unknown_names_are_an_error_when_evaluated_and_remembered() {
    let book = book();
    check_dynamic(
        &book,
        &[("=nothing", "#NAME?"), ("=IF(TRUE,1,nothing)", "1")],
    );
    let bound = plan("=Nothing+rate+outer", Mode::Dynamic, &book);
    let names: Vec<&str> = bound.uses.names.iter().map(|name| &**name).collect();
    assert_eq!(names, ["nothing", "outer", "rate"]);
}

#[test]
fn names_that_refer_to_each_other_are_an_error() {
    check_dynamic(&book(), &[("=loop_a", "#NAME?")]);
}

#[test]
fn names_that_grow_without_bound_are_refused() {
    let mut book = FakeBook::default();
    book.define(None, "n0", "=1+1");
    for depth in 1..60 {
        let before = depth - 1;
        book.define(
            None,
            &format!("name{depth}x"),
            &format!("=name{before}x+name{before}x"),
        );
    }
    book.define(None, "name0x", "=1+1");
    let refused = plan("=name59x", Mode::Dynamic, &book).refused.unwrap();
    assert_eq!(refused.kind, ErrorKind::Limit);
    check_dynamic(&book, &[("=name10x", "2048")]);
    let mut chain = FakeBook::default();
    chain.define(None, "name0x", "=1");
    for depth in 1..80 {
        chain.define(
            None,
            &format!("name{depth}x"),
            &format!("=name{}x", depth - 1),
        );
    }
    assert_eq!(
        plan("=name79x", Mode::Dynamic, &chain)
            .refused
            .unwrap()
            .kind,
        ErrorKind::Limit
    );
    check_dynamic(&chain, &[("=name50x", "1")]);
}

#[test]
fn names_of_let_are_not_seen_by_defined_names() {
    let mut book = book();
    book.define(None, "uses_x", "=x+1");
    check_dynamic(
        &book,
        &[
            ("=LET(x,5,uses_x)", "#NAME?"),
            ("=LET(rate,5,rate+outer)", "6"),
        ],
    );
}
