//! Binding: what a plan reads, what it uses, what it refuses.

use super::fake_book::FakeBook;
use super::{HERE, plan, plan_at, show};
use crate::error::ErrorKind;
use crate::formula::ast::Shape;
use crate::formula::{Mode, TemplateAxis};
use crate::graph::Read;
use crate::reference::{Anchor, Cell, SheetId};

const fn relative(offset: i32) -> TemplateAxis {
    TemplateAxis::Relative(offset)
}

const fn absolute(position: u32) -> TemplateAxis {
    TemplateAxis::Absolute(Anchor(position))
}

fn reads(text: &str) -> Vec<Read> {
    // In A1 the relative offsets are the positions.
    plan_at(text, Mode::Dynamic, Cell::new(0, 0), &FakeBook::default()).reads
}

fn cell(row: i32, column: i32) -> Read {
    Read {
        sheet: HERE,
        shape: Shape::Cell {
            row: relative(row),
            column: relative(column),
        },
    }
}

fn range(rows: (i32, i32), columns: (i32, i32)) -> Read {
    Read {
        sheet: HERE,
        shape: Shape::Range {
            rows: (relative(rows.0), relative(rows.1)),
            columns: (relative(columns.0), relative(columns.1)),
        },
    }
}

#[test]
fn every_reference_is_read_once() {
    assert_eq!(reads("=B2+B2*C3"), [cell(1, 1), cell(2, 2)]);
    assert_eq!(reads("=SUM(B2:C9)"), [range((1, 8), (1, 2))]);
    assert_eq!(reads("=1+2"), []);
    assert_eq!(reads("=Sheet2!B2")[0].sheet, SheetId(1));
}

#[test]
fn a_reference_over_sheets_is_a_read_on_each() {
    let bound = plan(
        "=SUM(Sheet1:Sheet3!B2)",
        Mode::Dynamic,
        &FakeBook::default(),
    );
    let sheets: Vec<SheetId> = bound.reads.iter().map(|read| read.sheet).collect();
    assert_eq!(sheets, [SheetId(0), SheetId(1), SheetId(2)]);
    assert!(bound.uses.sheet_order);
}

#[test]
fn a_function_that_asks_for_the_place_reads_no_value() {
    assert_eq!(reads("=ROW(B2)"), []);
    assert_eq!(reads("=AREAS((B2,C3))"), []);
    assert_eq!(reads("=ROW(B2:C3)+D4"), [cell(3, 3)]);
    assert_eq!(reads("=OFFSET(B2,C3,0)"), [cell(2, 2)]);
    assert_eq!(
        reads("=ROW(INDEX(B2:B5,D4))"),
        [range((1, 4), (1, 1)), cell(3, 3)]
    );
}

#[test]
fn between_two_references_everything_is_read() {
    assert_eq!(reads("=SUM(B2:(D4))")[0], range((1, 3), (1, 3)));
    assert!(reads("=SUM(B2:INDEX(D4:D9,1))").contains(&range((1, 8), (1, 3))));
    let mixed = reads("=SUM($B$2:(D4))");
    let hull = Read {
        sheet: HERE,
        shape: Shape::Range {
            rows: (relative(3), absolute(1)),
            columns: (relative(3), absolute(1)),
        },
    };
    assert!(mixed.contains(&hull), "{mixed:?}");
}

#[test]
fn names_and_tables_between_references_count_too() {
    assert!(reads("=LET(r,B2,SUM(r:D4))").contains(&range((1, 3), (1, 3))));
    assert!(reads("=LET(r,B2,LET(r,(r),SUM(r:D4)))").contains(&range((1, 3), (1, 3))));
    let doubling: String = (1..60)
        .map(|i| format!("n_{i},n_{0}:n_{0},", i - 1))
        .collect();
    let doubled = reads(&format!("=LET(n_0,B2,{doubling}SUM(n_59:D4))"));
    assert!(doubled.contains(&range((1, 3), (1, 3))));
    let mut book = FakeBook::default();
    book.define(None, "corner", "=other_corner");
    book.define(None, "other_corner", "=$D$9");
    let area = crate::reference::Rect::new(Cell::new(2, 1), Cell::new(8, 1));
    book.add_table("Sales", area, 0, &["Item"]);
    let whole = |text, rows, columns| {
        let bound = plan_at(text, Mode::Dynamic, Cell::new(0, 0), &book);
        let shape = Shape::Range { rows, columns };
        let hull = Read { sheet: HERE, shape };
        assert!(bound.reads.contains(&hull), "{text}: {:?}", bound.reads);
    };
    let (rows, columns) = ((absolute(1), absolute(8)), (absolute(1), absolute(3)));
    whole("=SUM($B$2:corner)", rows, columns);
    let (rows, columns) = ((absolute(3), absolute(9)), (absolute(1), absolute(2)));
    whole("=SUM(Sales[Item]:($C$10))", rows, columns);
    let (rows, columns) = ((relative(0), absolute(3)), (absolute(1), absolute(1)));
    whole("=SUM(INDEX($B$4:$B$4,1):Sales[@Item])", rows, columns);
}

#[test]
fn a_computed_sum_range_makes_the_plan_dynamic() {
    let book = FakeBook::default();
    let dynamic = |text| plan(text, Mode::Dynamic, &book).flags.dynamic;
    assert!(dynamic("=SUMIF(A1:A9,1,INDEX(B1:B9,2))"));
    assert!(!dynamic("=SUMIF(A1:A9,1,(B1))"));
    assert!(!dynamic("=SUMIF(A1:A9,1)"));
}

#[test]
fn sumif_reads_as_many_cells_as_it_tests() {
    assert!(reads("=SUMIF(B1:B9,1,C1)").contains(&range((0, 8), (2, 2))));
    assert!(reads("=SUMIF(B1:C2,1,E5:E7)").contains(&range((4, 5), (4, 5))));
    assert_eq!(reads("=SUMIF(B1:B9,1,C1:C9)").len(), 2);
    let book = FakeBook::default();
    let bound = plan("=SUMIF($B$1:$B$9,1,$C$3)", Mode::Dynamic, &book);
    let enlarged = Read {
        sheet: HERE,
        shape: Shape::Range {
            rows: (absolute(2), absolute(10)),
            columns: (absolute(2), absolute(2)),
        },
    };
    assert!(bound.reads.contains(&enlarged), "{:?}", bound.reads);
    assert!(bound.flags.sized_by_axes);
}

#[test]
fn flags_hold_even_if_the_branch_is_not_taken() {
    let book = FakeBook::default();
    let flags = |text| plan(text, Mode::Dynamic, &book).flags;
    assert!(flags("=IF(1<2,99,RAND())").volatile);
    assert!(!flags("=IF(1<2,99,A1)").volatile);
    assert!(flags("=OFFSET(A1,1,1)").dynamic);
    assert!(flags("=1+SUBTOTAL(A1:A3)").holds_subtotal);
    assert!(!flags("=SUM(A1:A3)").holds_subtotal);
}

#[test]
fn functions_that_excel_has_and_we_lack_are_unsupported() {
    let book = FakeBook::default();
    let why = |text| plan(text, Mode::Dynamic, &book).unsupported;
    assert_eq!(why("=1+CUBEVALUE(A1)").as_deref(), Some("CUBEVALUE"));
    assert_eq!(
        why("=IF(TRUE,1,CUBEVALUE(A1))").as_deref(),
        Some("CUBEVALUE")
    );
    assert_eq!(why("=MYMACRO(1)").as_deref(), Some("MYMACRO"));
    assert_eq!(why("=LAMBDA(x,x+1)(2)").as_deref(), Some("LAMBDA"));
    assert_eq!(why("=FOO(1)"), None);
    assert_eq!(why("=SUM(1)"), None);
}

#[test]
fn wrong_numbers_of_arguments_are_refused() {
    let book = FakeBook::default();
    let why = |text| plan(text, Mode::Dynamic, &book).refused;
    let refused = why("=ABS(1,2)").unwrap();
    assert_eq!(refused.kind, ErrorKind::Parse);
    assert_eq!(&*refused.message, "ABS takes 1 argument, not 2");
    assert!(why("=LEFT()").is_some());
    assert!(why("=LEFT(1,2,3)").is_some());
    assert!(why("=SUM()").is_some());
    assert!(why("=SUMIFS(A1,A1)").is_some());
    assert!(why("=SUMIFS(A1,A1,1,A1)").is_some());
    assert!(why("=SUMIFS(A1,A1,1,A1,1)").is_none());
    assert!(why("=RAND()").is_none());
    assert!(why("=RAND(1)").is_some());
}

#[test]
fn absolute_references_follow_their_rows() {
    let mut book = FakeBook::new(&[("A1", 1.0.into()), ("A2", 2.0.into()), ("A3", 3.0.into())]);
    let bound = plan("=SUM($A$1:$A$2)", Mode::Dynamic, &book);
    assert_eq!(show(&super::run(&bound, super::D5, &book)), "3");
    // A row is inserted before the first: the same plan now means A2:A3.
    book.inserted = true;
    assert_eq!(show(&super::run(&bound, super::D5, &book)), "5");
}

#[test]
fn references_that_reach_off_the_grid_are_gone() {
    let book = FakeBook::new(&[("A1048576", 4.0.into())]);
    let bound = |text| plan_at(text, Mode::Dynamic, Cell::new(4, 3), &book);
    let at = |text, cell| show(&super::run(&bound(text), cell, &book));
    assert_eq!(at("=A4", Cell::new(0, 3)), "#REF!");
    assert_eq!(at("=A4", Cell::new(4, 2)), "#REF!");
    assert_eq!(at("=SUM(A5:A7)", Cell::new(1_048_575, 3)), "#REF!");
    assert_eq!(at("=SUM(A5:A$1048576)", Cell::new(1_048_575, 3)), "4");
    assert_eq!(at("=SUM(A4:A7)", Cell::new(0, 3)), "#REF!");
}
