//! Tests of packed cells: every value comes back as it went in.

use super::*;

#[test]
fn every_value_comes_back_from_its_bits() {
    let texts = ["", "a", "€ur", "abcde", "äöx", "\u{0}"];
    let mut values: Vec<Value> = texts.iter().map(|text| Value::from(*text)).collect();
    values.extend(CellError::all().map(Value::Error));
    values.extend([true, false].map(Value::Boolean));
    values.extend([0.0, 1.0, -1.5, f64::MAX, f64::MIN_POSITIVE, -2e-308].map(Value::from));
    values.push(Value::Blank);
    let mut seen = Vec::new();
    for value in values {
        let cell = PackedCell::of(value.as_ref()).unwrap();
        assert!(
            !seen.contains(&cell) || value == Value::Number(0.0),
            "{value:?}"
        );
        seen.push(cell);
        let cell = PackedCell::from_lane(cell.to_lane());
        let unpacked = match cell.unpack() {
            Unpacked::Blank => CellRef::Blank,
            Unpacked::Number(x) => CellRef::Number(x),
            Unpacked::Boolean(x) => CellRef::Boolean(x),
            Unpacked::Error(x) => CellRef::Error(x),
            Unpacked::Short(x) => CellRef::Short(x),
            Unpacked::Text(at) => panic!("{at:?}"),
        };
        assert_eq!(unpacked.to_value(), value);
        assert_eq!(cell.is_number(), matches!(value, Value::Number(_)));
        assert_eq!(all_numbers(&[1.0, cell.to_lane()]), cell.is_number());
        assert_eq!(cell.is_text(), matches!(value, Value::Text(_)));
        assert_eq!(cell.to_error(), value.as_error());
    }
}

#[test]
fn longer_texts_are_an_index() {
    assert_eq!(PackedCell::short("abcdef"), None);
    assert_eq!(PackedCell::short("€€"), None);
    let at = TextIndex {
        block: 3,
        index: u32::MAX,
    };
    let cell = PackedCell::text(at);
    assert_eq!(cell.to_text_index(), Some(at));
    assert_eq!(cell.unpack(), Unpacked::Text(at));
    assert!(cell.is_text() && !cell.is_number() && !all_numbers(&[cell.to_lane()]));
}

#[test]
fn what_excel_has_no_number_for_is_none() {
    assert_eq!(PackedCell::number(-0.0).bits(), 0);
    assert_eq!(PackedCell::number(5e-324).bits(), 0);
    for x in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        assert_eq!(PackedCell::number(x).to_error(), Some(CellError::Num));
        assert!(
            !all_numbers(&[0.0, x, 1.0]),
            "a result that is not finite is seen"
        );
    }
    assert!(all_numbers(&[]) && all_numbers(&[f64::MAX, f64::MIN]));
}
