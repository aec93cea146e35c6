//! Tests of what is told of values and cells.

use crate::functions::Operand;
use crate::functions::lookup::fake_cells::{FakeCells, area, array, call, written_out};
use crate::reference::Cell;
use crate::value::{CellError, Value};

#[track_caller]
fn check(name: &str, cells: &FakeCells, arguments: &[Operand], expected: impl Into<Operand>) {
    assert_eq!(written_out(call(name, cells, arguments)), expected.into());
}

#[test]
fn a_blank_cell_is_a_number_to_none_of_the_predicates() {
    let cells = FakeCells::default();
    let blank = [Operand::from(area(0, 0, 0, 0))];
    for name in [
        "ISNUMBER",
        "ISTEXT",
        "ISLOGICAL",
        "ISERROR",
        "ISERR",
        "ISNA",
    ] {
        check(name, &cells, &blank, false);
    }
    for name in ["ISBLANK", "ISNONTEXT", "ISREF"] {
        check(name, &cells, &blank, true);
    }
    check("TYPE", &cells, &blank, 1.0);
}

#[test]
fn parity_cuts_decimals_off_toward_zero() {
    let cells = FakeCells::default();
    check("ISODD", &cells, &[(-1.9).into()], true);
    check("ISEVEN", &cells, &[(-0.9).into()], true);
    check("ISODD", &cells, &[1e300.into()], false);
}

#[test]
fn formulas_are_asked_for_without_reading_values() {
    let mut cells = FakeCells::column(&[1.0.into(), 2.0.into()]);
    cells.formulas.insert(Cell::new(1, 0), "=1+1".into());
    let expected = array(&[[false.into()], [true.into()], [false.into()]]);
    check("ISFORMULA", &cells, &[area(0, 0, 2, 0).into()], expected);
    check("FORMULATEXT", &cells, &[area(1, 0, 1, 0).into()], "=1+1");
    check(
        "FORMULATEXT",
        &cells,
        &[area(0, 0, 0, 0).into()],
        CellError::Na,
    );
    assert_eq!(cells.reads.get(), 0);
}

#[test]
fn n_takes_the_first_value_of_a_range() {
    let cells = FakeCells::column(&[true.into(), 5.0.into()]);
    check("N", &cells, &[area(0, 0, 1, 0).into()], 1.0);
    check("N", &cells, &["7".into()], 0.0);
}

#[test]
fn type_calls_several_values_an_array() {
    let cells = FakeCells::column(&["text".into(), 5.0.into()]);
    check("TYPE", &cells, &[area(0, 0, 0, 0).into()], 2.0);
    check("TYPE", &cells, &[area(0, 0, 1, 0).into()], 64.0);
    check("TYPE", &cells, &[CellError::Na.into()], 16.0);
}

#[test]
fn cell_tells_about_the_upper_left_cell() {
    let cells = FakeCells::column(&["text".into(), 5.0.into()]);
    let tell = |info: &str| call("CELL", &cells, &[info.into(), area(0, 0, 4, 4).into()]);
    assert_eq!(tell("ADDRESS"), "$A$1".into());
    assert_eq!(tell("contents"), "text".into());
    assert_eq!(tell("type"), "l".into());
    assert_eq!(tell("width"), CellError::Value.into());
    check("CELL", &cells, &["row".into()], 3.0);
    check(
        "CELL",
        &cells,
        &["contents".into(), area(7, 7, 7, 7).into()],
        0.0,
    );
}

#[test]
fn number_formats_have_the_codes_of_excel() {
    let code = |format: &str| {
        let cells = FakeCells {
            format: Some(format.into()),
            ..FakeCells::default()
        };
        match call("CELL", &cells, &["format".into(), area(0, 0, 0, 0).into()]) {
            Operand::Value(Value::Text(code)) => code.to_string(),
            other => panic!("{other:?}"),
        }
    };
    let pairs = [
        ("General", "G"),
        ("0", "F0"),
        ("#,##0", ",0"),
        ("0.00", "F2"),
        ("#,##0.00", ",2"),
        ("$#,##0_);($#,##0)", "C0"),
        ("$#,##0_);[Red]($#,##0)", "C0-"),
        ("$#,##0.00_);($#,##0.00)", "C2"),
        ("0%", "P0"),
        ("0.00%", "P2"),
        ("0.00E+00", "S2"),
        ("# ?/?", "G"),
        ("m/d/yy h:mm", "D4"),
        ("d-mmm-yy", "D1"),
        ("d-mmm", "D2"),
        ("mmm-yy", "D3"),
        ("m/d/yyyy", "D4"),
        ("mm/dd", "D5"),
        ("h:mm:ss AM/PM", "D6"),
        ("h:mm AM/PM", "D7"),
        ("h:mm:ss", "D8"),
        ("h:mm", "D9"),
        ("(0.00)", "F2()"),
    ];
    for (format, expected) in pairs {
        assert_eq!(code(format), expected, "{format}");
    }
}
