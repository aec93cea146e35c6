//! What criteria find, after tables that Excel filled.

use super::Criterion;
use crate::value::{CellError, Conventions, Value};

fn criterion(value: impl Into<Value>) -> Criterion {
    Criterion::parse(value.into().as_ref(), &Conventions::default())
}

#[track_caller]
fn check(wanted: impl Into<Value>, hits: &[Value], misses: &[Value]) {
    let wanted = wanted.into();
    let criterion = criterion(wanted.clone());
    for value in hits {
        assert!(
            criterion.matches(value.as_ref()),
            "{wanted:?} finds {value:?}"
        );
    }
    for value in misses {
        assert!(
            !criterion.matches(value.as_ref()),
            "{wanted:?} does not find {value:?}"
        );
    }
}

fn values<const N: usize>(texts: [&str; N]) -> [Value; N] {
    texts.map(Value::from)
}

const NA: Value = Value::Error(CellError::Na);

#[test]
fn a_number_finds_texts_that_read_as_it() {
    check(
        1.0,
        &[1.0.into(), "1".into(), "1.0".into(), "100%".into()],
        &[true.into(), "one".into(), Value::Blank],
    );
    check(
        "=22",
        &[22.0.into(), "22".into(), " 22 ".into()],
        &["22x".into()],
    );
    check("22", &[22.0.into(), "$22".into()], &[22.5.into()]);
    check(
        "1234567890123456",
        &["1234567890123459".into()],
        &["1234567890123559".into()],
    );
}

#[test]
fn an_order_looks_at_its_own_type_only() {
    check(
        ">5",
        &[5.5.into(), 6.0.into()],
        &[5.0.into(), "6".into(), true.into(), Value::Blank, NA],
    );
    check(
        "<=5",
        &[5.0.into(), (-1.0).into()],
        &["4".into(), Value::Blank],
    );
    check(
        ">4t3",
        &["500".into(), "4t4".into()],
        &[500.0.into(), "4t3".into(), "4T2".into()],
    );
    check(
        "<TRUE",
        &[false.into()],
        &[true.into(), "A".into(), 0.0.into()],
    );
    check(">=1/1/2020", &[43_831.0.into()], &[43_830.0.into()]);
    check(">", &[], &[1.0.into(), "".into(), "a".into(), Value::Blank]);
    check(
        "<>5",
        &[Value::Blank, 4.0.into(), "x".into(), NA],
        &[5.0.into(), "5".into()],
    );
}

#[test]
fn patterns_find_texts_only() {
    check("1*2", &["12322".into()], &[12_342.0.into()]);
    check(
        "*",
        &["".into(), "a".into()],
        &[1.0.into(), Value::Blank, true.into()],
    );
    check("=a?c", &["abc".into(), "AxC".into()], &["ac".into()]);
    check("a~*", &["A*".into()], &["ab".into()]);
    check(
        "<>*b*",
        &["ac".into(), 1.0.into(), Value::Blank],
        &["abc".into()],
    );
}

#[test]
fn empty_criteria_tell_blanks_from_empty_texts() {
    check(
        "",
        &[Value::Blank, "".into()],
        &[0.0.into(), " ".into(), false.into()],
    );
    check("=", &[Value::Blank], &["".into(), 0.0.into()]);
    check("<>", &["".into(), 0.0.into(), NA], &[Value::Blank]);
    check(
        Value::Blank,
        &[0.0.into(), "0".into()],
        &[Value::Blank, "".into(), false.into()],
    );
    assert!(criterion("").matches_blank());
    assert!(!criterion("=0").matches_blank());
}

#[test]
fn booleans_and_errors_are_found_as_such() {
    check(
        "TRUE",
        &[true.into()],
        &["TRUE".into(), 1.0.into(), false.into()],
    );
    check(
        false,
        &[false.into()],
        &[Value::Blank, 0.0.into(), "FALSE".into()],
    );
    check(
        CellError::Div0,
        &[CellError::Div0.into()],
        &[NA, "#DIV/0!".into()],
    );
    check("#n/a", &[NA], &["#N/A".into(), CellError::Div0.into()]);
    check("<>#N/A", &[CellError::Div0.into(), Value::Blank], &[NA]);
}

#[test]
fn texts_are_found_whole_and_in_any_case() {
    check(
        "abc",
        &values(["ABC", "abc"]),
        &values(["abcd", " abc", "äbc"]),
    );
    check("=straße", &values(["STRAßE"]), &values(["strasse"]));
}

#[test]
fn database_functions_look_for_beginnings() {
    let criterion = |text: &str| {
        Criterion::parse_in_database(Value::from(text).as_ref(), &Conventions::default())
    };
    assert!(criterion("abc").matches(Value::from("ABCdef").as_ref()));
    assert!(!criterion("=abc").matches(Value::from("abcdef").as_ref()));
    assert!(criterion("=abc").matches(Value::from("Abc").as_ref()));
    assert!(criterion("5").matches(Value::from(5.0).as_ref()));
    assert!(!criterion("5").matches(Value::from(55.0).as_ref()));
}

#[test]
fn a_long_criterion_is_refused() {
    let of = |length: usize| {
        Criterion::new(
            Value::from("x".repeat(length)).as_ref(),
            &Conventions::default(),
        )
    };
    assert!(of(255).is_ok());
    assert_eq!(of(256), Err(CellError::Value));
    let umlauts = Criterion::new(
        Value::from("ä".repeat(255)).as_ref(),
        &Conventions::default(),
    );
    assert!(umlauts.is_ok());
}
