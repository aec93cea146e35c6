//! The two comparers, with pins taken from Excel.

use std::cmp::Ordering::{self, Equal, Greater, Less};

use super::*;
use crate::value::{CellError, Value};

#[track_caller]
fn operator(a: impl Into<Value>, b: impl Into<Value>) -> Ordering {
    let (a, b) = (a.into(), b.into());
    let order = operator_compare(a.as_ref(), b.as_ref());
    assert_eq!(operator_compare(b.as_ref(), a.as_ref()), order.reverse());
    assert_eq!(operator_equal(a.as_ref(), b.as_ref()), order.is_eq());
    order
}

#[test]
fn operators_compare_numbers_at_15_digits() {
    assert_eq!(operator(0.06 - 0.01, 0.05), Equal);
    assert_eq!(operator(10.1 - 10.0, 0.1), Less);
    assert_eq!(operator(1e16, 9_999_999_999_999_990.0), Greater);
    assert_eq!(operator(0.1 + 0.2, 0.3), Equal);
    assert_eq!(operator(-0.0, 0.0), Equal);
    assert_eq!(operator(1e-300, -1e-300), Greater);
}

/// Near 4 the borders of the buckets lie between the bits ..05|06, ..10|11 and ..1C|1D.
#[test]
fn numbers_are_equal_within_a_bucket_only() {
    let four = |bits: u64| f64::from_bits(0x4010_0000_0000_0000 + bits);
    assert_eq!(operator(four(0x05), four(0x06)), Less);
    assert_eq!(operator(four(0x06), four(0x10)), Equal);
    assert_eq!(operator(four(0x10), four(0x11)), Less);
    assert_eq!(operator(four(0x11), four(0x1C)), Equal);
    assert_eq!(operator(four(0x1C), four(0x1D)), Less);
}

#[test]
fn types_have_an_order() {
    let ascending: [Value; 5] = [
        1e300.into(),
        "".into(),
        "z".into(),
        false.into(),
        true.into(),
    ];
    for (i, a) in ascending.iter().enumerate() {
        for (j, b) in ascending.iter().enumerate() {
            assert_eq!(operator(a.clone(), b.clone()), i.cmp(&j));
        }
    }
    assert_eq!(operator(1.0, "1"), Less);
}

#[test]
fn a_blank_is_what_the_other_side_is() {
    assert_eq!(operator(Value::Blank, 0.0), Equal);
    assert_eq!(operator(Value::Blank, ""), Equal);
    assert_eq!(operator(Value::Blank, false), Equal);
    assert_eq!(operator(Value::Blank, Value::Blank), Equal);
    assert_eq!(operator(Value::Blank, -1.0), Greater);
    assert_eq!(operator(Value::Blank, true), Less);
}

#[test]
fn texts_are_compared_by_collation() {
    assert_eq!(operator("a", "A"), Equal);
    assert_eq!(operator("_", "a"), Less);
    assert_eq!(operator("can't", "cant"), Greater);
}

#[test]
fn lookups_see_exact_bits_and_types() {
    let equal = |a: Value, b: Value| lookup_equal(a.as_ref(), b.as_ref());
    assert!(!equal((0.1 + 0.2).into(), 0.3.into()));
    assert!(!equal(1.0.into(), "1".into()));
    assert!(!equal(0.0.into(), Value::Blank));
    assert!(equal("Ä".into(), "ä".into()));
    let compare = |a: Value, b: Value| lookup_compare(a.as_ref(), b.as_ref());
    assert_eq!(compare(0.3.into(), (0.1 + 0.2).into()), Some(Less));
    assert_eq!(compare(1.0.into(), "1".into()), None);
    assert_eq!(compare(Value::Blank, 0.0.into()), None);
    assert_eq!(compare(CellError::Na.into(), CellError::Na.into()), None);
}

#[test]
fn sorting_puts_errors_and_blanks_last() {
    let mut values: Vec<Value> = vec![
        Value::Blank,
        CellError::Na.into(),
        true.into(),
        "a".into(),
        2.0.into(),
        1.0.into(),
    ];
    values.sort_by(|a, b| sort_compare(a.as_ref(), b.as_ref()));
    let expected: Vec<Value> = vec![
        1.0.into(),
        2.0.into(),
        "a".into(),
        true.into(),
        CellError::Na.into(),
        Value::Blank,
    ];
    assert_eq!(values, expected);
}
