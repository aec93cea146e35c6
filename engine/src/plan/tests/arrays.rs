//! Arrays: lifting, broadcasting, what is missing, whole columns.

use super::check_dynamic;
use super::fake_book::FakeBook;
use crate::value::{CellError, Value};

fn book() -> FakeBook {
    FakeBook::new(&[
        ("A1", (-1.0).into()),
        ("A3", 3.0.into()),
        ("B1", "x".into()),
        ("B2", 5.0.into()),
        ("C1", CellError::Div0.into()),
    ])
}

#[test]
fn a_dimension_of_one_stretches_and_what_is_missing_is_not_available() {
    check_dynamic(
        &book(),
        &[
            ("={1,2;3,4}+1", "{2,3;4,5}"),
            ("={1;2}*{1,10}", "{1,10;2,20}"),
            (
                "={1,2;3,4;5,6}+{1,2,3;4,5,6}",
                "{2,4,#N/A;7,9,#N/A;#N/A,#N/A,#N/A}",
            ),
            (
                "=DATE(2024,{1;2},{5,6,7})",
                "{20240105,20240106,20240107;20240205,20240206,20240207}",
            ),
            ("=-{1,2}", "{-1,-2}"),
            ("={1,2}%", "{0.01,0.02}"),
            ("={1,2}&\"x\"", "{\"1x\",\"2x\"}"),
        ],
    );
}

#[test]
fn each_lane_has_its_own_error() {
    check_dynamic(
        &book(),
        &[
            ("=A1:B2*2", "{-2,#VALUE!;0,10}"),
            ("=ABS(A1:C1)", "{1,#VALUE!,#DIV/0!}"),
            ("=ISERROR(A1:C1)", "{FALSE,FALSE,TRUE}"),
            ("=ISERROR({1,2}+{1,2,3})", "{FALSE,FALSE,TRUE}"),
            // In each lane the first failing argument wins.
            ("=DATE(C1,{1,\"x\"},1)", "{#DIV/0!,#DIV/0!}"),
            ("=DATE({1,\"x\"},1,C1)", "{#DIV/0!,#VALUE!}"),
        ],
    );
}

#[test]
fn blanks_stay_blank_inside_and_spill_as_zero() {
    check_dynamic(
        &book(),
        &[
            ("=A1:A3=\"\"", "{FALSE;TRUE;FALSE}"),
            ("=A1:A3", "{-1;0;3}"),
            ("=COUNTA(IF({1;1;1},A1:A3))", "2"),
        ],
    );
}

#[test]
fn a_whole_column_keeps_its_tail() {
    check_dynamic(
        &book(),
        &[
            ("=A:A=\"\"", "1048576x1 ... TRUE"),
            ("=A:A*2", "1048576x1 ... 0"),
            ("=SUM(--(A:A=\"\"))", "1048574"),
            ("=A:A+{1;2}", "1048576x1 ... #N/A"),
            ("=ABS(A:A-1)", "1048576x1 ... 1"),
            ("=ROWS(A:A=1)", "1048576"),
            ("=Z:Z", "1048576x1 ... 0"),
        ],
    );
}

#[test]
fn arrays_of_one_value_are_that_value() {
    check_dynamic(
        &book(),
        &[
            ("={5}", "5"),
            ("=ABS({-5})", "5"),
            ("=SEQUENCE(1)", "1"),
            ("={5}+1", "6"),
        ],
    );
}

#[test]
fn functions_that_give_arrays_lift_with_their_first_value() {
    check_dynamic(
        &book(),
        &[
            ("=SEQUENCE(3)", "{1;2;3}"),
            ("=SEQUENCE({2,3})", "{1,1}"),
            ("=INDEX(A1:A3,{1,3})", "{-1,3}"),
            ("=SUM(INDEX(A1:A3,{1;3}))", "2"),
            ("=OFFSET(A1,{0,2},0)", "{#VALUE!,#VALUE!}"),
        ],
    );
}

#[test]
fn too_large_an_array_is_an_error_and_not_a_crash() {
    // The tail of 16,384 columns would be shown a million times.
    let book = FakeBook::new(&[("A1", 1.0.into())]);
    check_dynamic(&book, &[("=SUM(IF(A:XFD=\"\",1,0))", "#NUM!")]);
    // Used down to row 1,000,000 and 16,384 columns wide.
    let book = FakeBook::new(&[("A1000000", Value::Number(1.0))]);
    check_dynamic(&book, &[("=SUM(1*(A:XFD))", "#NUM!")]);
}

#[test]
fn a_lifted_volatile_function_is_called_for_every_row() {
    let book = FakeBook::new(&[]);
    check_dynamic(&book, &[("=RAND()-RAND()<>0", "TRUE")]);
}
