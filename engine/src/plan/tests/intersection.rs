//! Implicit intersection, in legacy formulas and by `@`.

use super::fake_book::FakeBook;
use super::{HERE, check_dynamic, check_legacy, evaluate_at, plan, show};
use crate::formula::ast::Shape;
use crate::formula::{Mode, TemplateAxis};
use crate::reference::{Anchor, Cell, SheetId};

/// Formulas stand in D5.
fn book() -> FakeBook {
    let mut book = FakeBook::new(&[
        ("A4", 40.0.into()),
        ("A5", 50.0.into()),
        ("A6", 60.0.into()),
        ("C1", 1.0.into()),
        ("D1", 2.0.into()),
        ("E1", 3.0.into()),
    ]);
    book.set(SheetId(1), "A5", 500.0);
    book
}

#[test]
fn old_formulas_take_the_cell_of_their_row_or_column() {
    check_legacy(
        &book(),
        &[
            ("=A4:A6", "50"),
            ("=A:A", "50"),
            ("=C1:E1", "2"),
            ("=1:1*2", "4"),
            ("=A4:A6*2", "100"),
            ("=-A4:A6", "-50"),
            ("=A6:A9", "#VALUE!"),
            ("=-A4:B6", "#VALUE!"),
            ("=ABS(A4:A6)", "50"),
            ("=Sheet2!A:A", "500"),
            ("=Sheet2!A5", "500"),
            ("=SUM(A4:A6*2)", "100"),
            ("=(A4:A6)", "50"),
        ],
    );
}

#[test]
fn old_formulas_still_compute_with_array_constants() {
    check_legacy(
        &book(),
        &[
            ("={1,2}", "1"),
            ("=SUM({1,2}*2)", "6"),
            ("=SUM(ABS({-1,-2}))", "3"),
        ],
    );
}

#[test]
fn arguments_that_are_arrays_lift_everything_below_them() {
    check_legacy(
        &book(),
        &[
            ("=SUMPRODUCT(A4:A6*2)", "300"),
            ("=SUMPRODUCT(ABS(-A4:A6)+0)", "150"),
            ("=SUMPRODUCT(IF(A4:A6>45,A4:A6,0))", "110"),
        ],
    );
}

#[test]
fn array_formulas_and_those_of_today_lift() {
    check_dynamic(
        &book(),
        &[("=A4:A6*2", "{80;100;120}"), ("=SUM(A4:A6*2)", "300")],
    );
    let outcome = evaluate_at("=A4:A6*2", Mode::Array, super::D5, &book());
    assert_eq!(show(&outcome), "{80;100;120}");
}

#[test]
fn the_at_sign_takes_a_cell_or_the_first_value() {
    check_dynamic(
        &book(),
        &[
            ("=@A4:A6", "50"),
            ("=@A:A*2", "100"),
            ("=@C1:E1", "2"),
            ("=@A6:A9", "#VALUE!"),
            ("=@A4:B6", "#VALUE!"),
            ("=@Sheet2!A5", "500"),
            ("=@{7,8;9,10}", "7"),
            ("=@5", "5"),
            ("=SUM(@A4:A6)", "50"),
            ("=@(A4:A6*2)", "80"),
        ],
    );
}

#[test]
fn a_spill_range_is_what_its_formula_filled() {
    let mut book = book();
    book.add_spill(
        "A4",
        crate::reference::Rect::new(Cell::new(3, 0), Cell::new(5, 0)),
    );
    check_dynamic(
        &book,
        &[
            ("=SUM(A4#)", "150"),
            ("=A4#", "{40;50;60}"),
            ("=C1#", "#REF!"),
        ],
    );
    assert!(plan("=A4#", Mode::Dynamic, &book).flags.dynamic);
}

#[test]
fn an_intersected_column_is_read_in_one_row_only() {
    let book = book();
    let own = TemplateAxis::Relative(0);
    let reads = |text| plan(text, Mode::Legacy, &book).reads;
    for text in ["=A:A*2", "=A4:A6*2", "=ABS(A:A)", "=@A:A", "=(A:A)"] {
        let [read] = reads(text)[..] else {
            panic!("{text} reads {:?}", reads(text))
        };
        assert_eq!(read.sheet, HERE);
        let column = TemplateAxis::Relative(-3);
        assert_eq!(read.shape, Shape::Cell { row: own, column }, "{text}");
    }
    let [read] = reads("=$1:$1*2")[..] else {
        panic!("one read")
    };
    let row = TemplateAxis::Absolute(Anchor(0));
    assert_eq!(read.shape, Shape::Cell { row, column: own });
    assert_eq!(reads("=A4:B6*2"), []);
    assert!(matches!(reads("=SUM(A:A)")[0].shape, Shape::Columns(..)));
}

#[test]
fn values_of_closed_workbooks_are_used_where_values_will_do() {
    let mut book = book();
    let why = |text, book: &FakeBook| plan(text, Mode::Legacy, book).unsupported;
    assert_eq!(why("=[1]Prices!$A$1+1", &book).as_deref(), Some("[1]"));
    book.external = true;
    // The other workbook holds in each row its number.
    check_legacy(
        &book,
        &[
            ("=[1]Prices!$A$2+1", "3"),
            ("=[1]Prices!B6", "6"),
            ("=[1]Prices!A:A*2", "10"),
            ("=SUM([1]Prices!$A$1:$A$2)", "3"),
        ],
    );
    // Relative references move with the cell though the plan is bound once.
    let bound = plan("=[1]Prices!B6", Mode::Legacy, &book);
    assert_eq!(show(&super::run(&bound, Cell::new(9, 3), &book)), "11");
    assert!(bound.uses.external);
    for text in [
        "=SUMIF([1]Prices!$A$1:$A$2,5)",
        "=[1]Prices!A1:A9*2",
        "=[1]Other!A1",
        "=[1]!rate",
    ] {
        assert_eq!(why(text, &book).as_deref(), Some("[1]"), "{text}");
    }
}
