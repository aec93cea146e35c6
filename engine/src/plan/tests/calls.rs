//! Calls: arguments by their coercion, defaults, errors from left to right.

use super::fake_book::{FakeBook, cell};
use super::{HERE, check_dynamic, check_legacy, plan, run};
use crate::formula::Mode;
use crate::value::CellError;

fn book() -> FakeBook {
    let mut book = FakeBook::new(&[
        ("A1", "5".into()),
        ("A2", true.into()),
        ("A3", 3.0.into()),
        ("B1", CellError::Na.into()),
        ("C1", 7.0.into()),
    ]);
    for sheet in 0..3 {
        book.set(crate::reference::SheetId(sheet), "F1", f64::from(sheet + 1));
    }
    book
}

#[test]
fn a_fold_sees_cells_and_arguments_apart() {
    check_dynamic(
        &book(),
        &[
            ("=SUM(\"1\",\"1.1\",TRUE)", "3.1"),
            ("=SUM(A1:A3)", "3"),
            ("=SUM(A1)", "0"),
            ("=SUM(A1&\"\")", "5"),
            ("=SUM(A1:A3,\"x\")", "#VALUE!"),
            ("=SUM({1,\"5\",TRUE})", "1"),
            ("=COUNTA(2,\"A\",\"\",#REF!,)", "5"),
            ("=COUNTA(A1:C1)", "3"),
            ("=SUM(1,)", "1"),
            ("=SUM(B1,1/0)", "#N/A"),
            ("=SUM(IF(TRUE,A1))", "0"),
            ("=SUM(Sheet1:Sheet3!F1)", "6"),
            ("=SUM(Sheet2:Sheet3!F1:F9)", "5"),
        ],
    );
}

#[test]
fn arguments_are_coerced_as_their_parameter_says() {
    check_dynamic(
        &book(),
        &[
            ("=ABS(\"-3\")", "3"),
            ("=ABS(TRUE)", "1"),
            ("=ABS(\"x\")", "#VALUE!"),
            ("=LEFT(123,2)", "\"12\""),
            ("=LEFT(TRUE)", "\"T\""),
            ("=NOT(\"tRue\")", "FALSE"),
            ("=NOT(\"0\")", "#VALUE!"),
            ("=NOT(0)", "TRUE"),
            ("=ABS(A1)", "5"),
            ("=T(B1)", "#N/A"),
            ("=ISERROR(B1)", "TRUE"),
        ],
    );
}

#[test]
fn an_empty_argument_is_blank_and_an_absent_one_its_default() {
    check_dynamic(
        &book(),
        &[
            ("=LEFT(\"ab\")", "\"a\""),
            ("=LEFT(\"ab\",)", "\"\""),
            ("=LOG(2)", "\"no base\""),
            ("=LOG(2,)", "\"no base\""),
            ("=LOG(2,3)", "3"),
            ("=IF(1>2,3)", "FALSE"),
            ("=IF(1>2,3,)", "0"),
        ],
    );
}

#[test]
fn the_first_failing_argument_wins() {
    check_dynamic(
        &book(),
        &[
            ("=DATE(4/0,B1,1)", "#DIV/0!"),
            ("=DATE(\"x\",B1,1)", "#VALUE!"),
            ("=DATE(1,B1,\"x\")", "#N/A"),
            ("=SUMPRODUCT(B1)", "#N/A"),
            ("=SUMPRODUCT(1/0)", "#DIV/0!"),
        ],
    );
}

#[test]
fn a_range_parameter_takes_references_only() {
    check_dynamic(
        &book(),
        &[
            ("=AREAS(A1:A3)", "1"),
            ("=AREAS(1)", "#VALUE!"),
            ("=AREAS({1,2})", "#VALUE!"),
            ("=AREAS(1/0)", "#DIV/0!"),
            ("=AREAS(IF(TRUE,A1))", "1"),
            ("=ROW(C7)", "7"),
            ("=ROW()", "5"),
        ],
    );
}

#[test]
fn toolpak_functions_refuse_ranges_but_take_arrays() {
    let cases = [
        ("=EDATE(A1:A3,1)", "#VALUE!"),
        ("=EDATE(A3,1)", "33"),
        ("=EDATE(A3:A3,1)", "33"),
    ];
    check_dynamic(&book(), &cases);
    check_legacy(&book(), &cases);
    check_dynamic(
        &book(),
        &[
            ("=EDATE(+A1:A3,1)", "{35;31;33}"),
            ("=EDATE({1,2},1)", "{31,32}"),
        ],
    );
}

#[test]
fn unions_and_sheets_together_are_no_single_value() {
    check_dynamic(
        &book(),
        &[
            ("=ABS((C1,C2))", "#VALUE!"),
            ("=Sheet1:Sheet3!F1+1", "#VALUE!"),
        ],
    );
}

#[test]
fn a_branch_not_taken_is_not_evaluated() {
    let book = book();
    check_dynamic(
        &book,
        &[
            ("=IF(TRUE,1,FOO())", "1"),
            ("=IF(FALSE,1,FOO())", "#NAME?"),
            ("=IF(1/0,1,2)", "#DIV/0!"),
            ("=IF({TRUE,FALSE},1,2)", "{1,2}"),
            ("=SUM(IF(TRUE,A3:C3))", "3"),
        ],
    );
    let bound = plan("=IF(A2,C1,C2)", Mode::Dynamic, &book);
    book.read.borrow_mut().clear();
    run(&bound, super::D5, &book);
    assert_eq!(
        *book.read.borrow(),
        [(HERE, cell("A2")), (HERE, cell("C1"))]
    );
}

#[test]
fn evaluation_stops_at_a_cell_that_is_not_there_yet() {
    let mut book = book();
    book.pending = vec![cell("A2")];
    let bound = plan("=A1&A2&A3&SUM(C1)", Mode::Dynamic, &book);
    run(&bound, super::D5, &book);
    assert_eq!(
        *book.read.borrow(),
        [(HERE, cell("A1")), (HERE, cell("A2"))]
    );
}

#[test]
fn let_computes_each_value_once() {
    check_dynamic(
        &book(),
        &[
            ("=LET(x,2,y,x*3,x+y)", "8"),
            ("=LET(x,RAND(),x-x)", "0"),
            ("=LET(x,1/0,5)", "5"),
            ("=LET(x,1,LET(x,x+1,x*10)+x)", "21"),
            ("=LET(X,A1:C3,ROWS(x))", "3"),
            ("=LET(x,IF(TRUE,4,5),IF(x>4,0,x))", "4"),
            ("=IF(TRUE,LET(a,1,b,2,a+b),0)+LET(a,5,a)", "8"),
            ("=LET(x,1,x)+x", "#NAME?"),
        ],
    );
    for text in ["=LET(x,1)", "=LET(1,2,3)"] {
        assert!(
            plan(text, Mode::Dynamic, &book()).refused.is_some(),
            "{text}"
        );
    }
}
