//! Tests of INDEX, OFFSET, ROW, COLUMN and ADDRESS.

use super::{check, no_cells, whole_column};
use crate::functions::Operand;
use crate::functions::lookup::fake_cells::{area, call, numbers};
use crate::limits;
use crate::value::{CellError, Value};

#[test]
fn index_gives_references_of_references() {
    let range = Operand::from(area(0, 0, 4, 2));
    let index = |row: f64, column: f64| {
        call(
            "INDEX",
            &no_cells(),
            &[range.clone(), row.into(), column.into()],
        )
    };
    assert_eq!(index(2.0, 3.0), area(1, 2, 1, 2).into());
    assert_eq!(index(0.0, 2.0), area(0, 1, 4, 1).into());
    assert_eq!(index(0.0, 0.0), range);
    assert_eq!(index(6.0, 1.0), CellError::Ref.into());
    assert_eq!(index(-1.0, 1.0), CellError::Value.into());
    check(
        "INDEX",
        &no_cells(),
        &[range.clone(), 2.0.into()],
        CellError::Ref,
    );
    let row = Operand::from(area(3, 0, 3, 9));
    check("INDEX", &no_cells(), &[row, 4.0.into()], area(3, 3, 3, 3));
}

#[test]
fn offset_clips_nothing_and_reaches_backwards() {
    let base = Operand::from(area(4, 4, 5, 5));
    let offset = |numbers: &[f64]| {
        let mut arguments = vec![base.clone()];
        arguments.extend(numbers.iter().map(|number| Operand::from(*number)));
        call("OFFSET", &no_cells(), &arguments)
    };
    assert_eq!(offset(&[1.9, -1.0]), area(5, 3, 6, 4).into());
    assert_eq!(offset(&[0.0, 0.0, -3.0, 1.0]), area(2, 4, 4, 4).into());
    assert_eq!(offset(&[0.0, 0.0, 0.0]), CellError::Ref.into());
    assert_eq!(offset(&[-5.0, 0.0]), CellError::Ref.into());
    assert_eq!(
        offset(&[0.0, f64::from(limits::COLUMNS)]),
        CellError::Ref.into()
    );
    assert_eq!(offset(&[1e300, 0.0]), CellError::Ref.into());
}

#[test]
fn row_of_a_range_is_an_array_and_of_nothing_the_row_of_the_formula() {
    check("ROW", &no_cells(), &[], 3.0);
    check(
        "ROW",
        &no_cells(),
        &[area(1, 1, 3, 3).into()],
        numbers(&[2.0, 3.0, 4.0]),
    );
    check("COLUMN", &no_cells(), &[area(1, 1, 3, 1).into()], 2.0);
    check(
        "ROWS",
        &no_cells(),
        &[whole_column()],
        f64::from(limits::ROWS),
    );
}

#[test]
fn addresses_have_quotes_where_a_formula_needs_them() {
    let address = |sheet: &str| {
        let arguments = [
            1.0.into(),
            28.0.into(),
            Operand::Omitted,
            Operand::Omitted,
            sheet.into(),
        ];
        match call("ADDRESS", &no_cells(), &arguments) {
            Operand::Value(Value::Text(text)) => text.to_string(),
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(address("Data"), "Data!$AB$1");
    assert_eq!(address("It's"), "'It''s'!$AB$1");
    assert_eq!(address("2024"), "'2024'!$AB$1");
    assert_eq!(address("A1"), "'A1'!$AB$1");
    assert_eq!(address(""), "!$AB$1");
    let relative = [0.0.into(), (-3.0).into(), 4.0.into(), false.into()];
    check("ADDRESS", &no_cells(), &relative, "RC[-3]");
    check(
        "ADDRESS",
        &no_cells(),
        &[0.0.into(), 1.0.into()],
        CellError::Value,
    );
}
