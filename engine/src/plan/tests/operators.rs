//! Operators: coercion, comparison, errors, the near-zero rule.

use super::fake_book::FakeBook;
use super::{check_dynamic, check_legacy};
use crate::value::{CellError, Value};

fn book() -> FakeBook {
    FakeBook::new(&[
        ("A1", 1.0.into()),
        ("A2", 2.0.into()),
        ("A3", "text".into()),
        ("A4", CellError::Na.into()),
        ("A5", 1.0.into()),
        ("A6", (1.0 + f64::EPSILON).into()),
        ("B2", true.into()),
    ])
}

#[test]
fn texts_booleans_and_blanks_count_as_numbers_in_arithmetic() {
    check_dynamic(
        &book(),
        &[
            ("=\"1/1/03\"-\"6/01/2002\"", "214"),
            ("=\"250\"%", "2.5"),
            ("=\"\"*\"1\"", "#VALUE!"),
            ("=B2+1", "2"),
            ("=Z9+1", "1"),
            ("=--\"3\"", "3"),
            ("=-2^2", "4"),
            ("=2^3^2", "64"),
            ("=1000%%", "0.1"),
            ("=7/0", "#DIV/0!"),
            ("=0^0", "#NUM!"),
            ("=1E308*10", "#NUM!"),
        ],
    );
}

#[test]
fn unary_plus_changes_nothing() {
    check_dynamic(
        &book(),
        &[
            ("=+\"hello\"", "\"hello\""),
            ("=+B2", "TRUE"),
            ("=+A3", "\"text\""),
        ],
    );
}

#[test]
fn of_two_errors_the_left_one_wins() {
    check_dynamic(
        &book(),
        &[
            ("=1/0+A4", "#DIV/0!"),
            ("=A4+1/0", "#N/A"),
            ("=A4&1/0", "#N/A"),
            ("=(1/0)=A4", "#DIV/0!"),
            ("=\"x\"*A4", "#VALUE!"),
        ],
    );
}

#[test]
fn comparison_goes_by_type_and_by_15_digits() {
    check_dynamic(
        &book(),
        &[
            ("=(0.06-0.01)=0.05", "TRUE"),
            ("=1=\"1\"", "FALSE"),
            ("=\"a\"=\"A\"", "TRUE"),
            ("=\"z\"<FALSE", "TRUE"),
            ("=Z9=0", "TRUE"),
            ("=Z9=\"\"", "TRUE"),
            ("=Z9=FALSE", "TRUE"),
            ("=2>=3", "FALSE"),
            ("=2<>3", "TRUE"),
            ("=2<=2", "TRUE"),
        ],
    );
}

#[test]
fn joining_writes_numbers_with_15_digits() {
    check_dynamic(
        &book(),
        &[
            ("=8.5/24&\"\"", "\"0.354166666666667\""),
            ("=B2&Z9&1", "\"TRUE1\""),
        ],
    );
    let long = "x".repeat(20_000);
    let book = FakeBook::new(&[("A1", Value::text(long))]);
    check_dynamic(&book, &[("=A1&A1", "#VALUE!")]);
}

#[test]
fn only_the_outermost_sum_snaps_to_zero() {
    check_dynamic(
        &book(),
        &[
            ("=0.5-0.4-0.1", "0"),
            ("=65.57-7.54-58.03", "0"),
            ("=A5-A6", "0"),
            ("=(A5-A6)<0", "TRUE"),
            ("=A5-A6>=0", "FALSE"),
            ("=IF(TRUE,A5-A6)<0", "TRUE"),
            ("=(0.5-0.4-0.1)=0", "FALSE"),
            ("=(0.5-0.4-0.1)*1=0", "FALSE"),
            ("=ABS(0.5-0.4-0.1)=0", "FALSE"),
        ],
    );
    // Parentheses, a sign or another operation around it keep the residue.
    for text in [
        "=(0.5-0.4-0.1)",
        "=(0.5-0.4-0.1)*1",
        "=IF(TRUE,0.5-0.4-0.1)",
    ] {
        let shown = super::show(&super::evaluate_at(
            text,
            crate::formula::Mode::Dynamic,
            super::D5,
            &book(),
        ));
        assert_ne!(shown, "0", "{text}");
    }
}

#[test]
fn references_join_meet_and_unite() {
    check_dynamic(
        &book(),
        &[
            ("=SUM((A1:A2,A2:A2))", "5"),
            ("=AREAS((A1:A2,B1,C3))", "3"),
            ("=(A1:A3 A2:C2)", "2"),
            ("=A1:A3 B1:B3", "#NULL!"),
            ("=SUM(A1:INDEX(A1:A9,2))", "3"),
            ("=SUM(A2:(A1:B1))", "3"),
            ("=(A1,A2)", "#VALUE!"),
            ("=SUM((A1,Sheet2!A1))", "#VALUE!"),
            ("=ROWS(A1:A9 A3:B4)", "2"),
            ("=SUM(A1:B2:A3)", "3"),
            ("=SUM(INDEX(A1:A2,1):Sheet2!B3)", "#VALUE!"),
        ],
    );
}

#[test]
fn a_blank_result_is_stored_as_zero() {
    check_dynamic(
        &book(),
        &[("=Z9", "0"), ("=IF(TRUE,Z9)", "0"), ("=T(Z9)", "0")],
    );
    check_legacy(&book(), &[("=Z9", "0"), ("=-0", "0")]);
}

#[test]
fn errors_are_operands() {
    check_dynamic(
        &book(),
        &[
            ("=IF(TRUE,1,#REF!)", "1"),
            ("=#N/A", "#N/A"),
            ("=ISERROR(#REF!)", "TRUE"),
            ("=Nowhere!A1", "#REF!"),
        ],
    );
}
