//! Order statistics.

use crate::functions::Operand;
use crate::functions::test_sheet::{TestSheet, array, check, column, matrix, range};
use crate::value::{CellError, Value};

#[track_caller]
fn at(name: &str, numbers: &[f64], place: f64, expected: impl Into<Value>) {
    let rows: Vec<[f64; 1]> = numbers.iter().map(|x| [*x]).collect();
    let value = TestSheet::default().value(name, &[matrix(&rows), place.into()]);
    assert_eq!(value, expected.into(), "{name}({numbers:?}, {place})");
}

#[test]
fn places_from_both_ends() {
    let numbers = [3.0, 5.0, 3.0, 5.0, 4.0];
    at("LARGE", &numbers, 1.0, 5.0);
    at("LARGE", &numbers, 2.5, 4.0);
    at("LARGE", &numbers, 6.0, CellError::Num);
    at("LARGE", &numbers, 0.9, CellError::Num);
    at("SMALL", &numbers, 2.0, 3.0);
    at("SMALL", &numbers, 2.9, 3.0);
    at("SMALL", &numbers, 0.5, CellError::Num);
    let texts = array(&[["x".into(), true.into()]]);
    assert_eq!(
        TestSheet::default().value("LARGE", &[texts, 1.0.into()]),
        CellError::Num.into()
    );
    assert_eq!(
        TestSheet::default().value("LARGE", &["7".into(), 1.0.into()]),
        7.0.into()
    );
    assert_eq!(
        TestSheet::default().value("LARGE", &["x".into(), 1.0.into()]),
        CellError::Value.into()
    );
}

#[test]
fn medians_and_modes() {
    check("MEDIAN", [9.0, 1.0, 3.0], 3.0);
    check("MEDIAN", [9.0, 1.0, 3.0, 4.0], 3.5);
    check("MEDIAN", [1e308, 1.5e308], 1.25e308);
    check("MODE", [5.0, 4.0, 4.0, 3.0, 5.0], 5.0);
    check("MODE.SNGL", [1.0, 2.0], CellError::Na);
    let sheet = TestSheet::new(&[[2.0.into(), 2.0.into(), "2".into()]]);
    let mode = |arguments: &[Operand]| sheet.value("MODE", arguments);
    assert_eq!(mode(&[range(0, 0, 5, 2)]), 2.0.into());
    assert_eq!(mode(&[range(0, 0, 0, 0), 2.0.into()]), 2.0.into());
    let blank = range(3, 3, 3, 3);
    assert_eq!(
        mode(&[range(0, 0, 0, 0), 2.0.into(), blank]),
        CellError::Value.into()
    );
    assert_eq!(
        mode(&["1".into(), 1.0.into(), CellError::Div0.into()]),
        CellError::Value.into()
    );
    assert_eq!(
        TestSheet::default().value("MEDIAN", &[range(0, 0, 1, 1)]),
        CellError::Num.into()
    );
}

#[test]
fn percentiles_and_quartiles() {
    at("PERCENTILE.INC", &[1.0, 2.0, 3.0, 4.0], 0.3, 1.9);
    at("PERCENTILE", &[4.0], 1.0, 4.0);
    at("PERCENTILE", &[4.0, 5.0], -0.1, CellError::Num);
    let numbers = [
        6.0, 7.0, 15.0, 36.0, 39.0, 40.0, 41.0, 42.0, 43.0, 47.0, 49.0,
    ];
    at("QUARTILE.INC", &numbers, 1.0, 25.5);
    at("QUARTILE.INC", &numbers, 3.9, 42.5);
    at("QUARTILE.EXC", &numbers, 3.0, 43.0);
    at("QUARTILE.EXC", &numbers, 4.0, CellError::Num);
    at("QUARTILE", &numbers, 5.0, CellError::Num);
    at("PERCENTILE.EXC", &[1.0, 2.0, 3.0], 0.25, 1.0);
    at("PERCENTILE.EXC", &[1.0, 2.0, 3.0], 0.2, CellError::Num);
}

#[test]
fn ranks() {
    let sheet = TestSheet::new(&[
        [7.0.into()],
        [3.5.into()],
        [3.5.into()],
        ["3".into()],
        [1.0.into()],
        [2.0.into()],
    ]);
    let rank = |name: &str, number: f64, order: f64| {
        sheet.value(name, &[number.into(), column(0), order.into()])
    };
    assert_eq!(rank("RANK", 3.5, 0.0), 2.0.into());
    assert_eq!(rank("RANK.EQ", 3.5, 1.0), 3.0.into());
    assert_eq!(rank("RANK.AVG", 3.5, 0.0), 2.5.into());
    assert_eq!(rank("RANK", 3.0, 0.0), CellError::Na.into());
    let of_array = sheet.value("RANK", &[Operand::from(1.0), matrix(&[[1.0]]), 0.0.into()]);
    assert_eq!(of_array, CellError::Value.into());
}
