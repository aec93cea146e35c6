use super::*;
use crate::error::ErrorKind;

fn grid() -> GridLimits {
    GridLimits::default()
}

#[test]
fn letters_and_numbers_of_columns_are_inverse() {
    for column in (0..20_000).chain([300_000_000]) {
        assert_eq!(
            a1::column_number(&a1::column_letters(column)),
            Some(column),
            "column {column}"
        );
    }
}
