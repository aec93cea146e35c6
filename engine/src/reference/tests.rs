//! Tests of addresses as texts and of shifting.

use proptest::prelude::*;

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
    assert_eq!(a1::column_letters(16_383), "XFD");
}

#[test]
fn cells_and_ranges_are_read_and_written() {
    let check = |text: &str, expected: &str| {
        let rect = a1::parse_rect(text, grid()).unwrap();
        assert_eq!(a1::print_rect_in(rect, grid(), false), expected, "{text}");
    };
    check("b$7", "B7");
    check("C3:$A$1", "A1:C3");
    check("A:C", "A:C");
    check("$5:3", "3:5");
    check("XFD1048576", "XFD1048576");
    let absolute = a1::print_rect_in(Rect::cell(Cell::new(0, 0)), grid(), true);
    assert_eq!(absolute, "$A$1");
    for text in [
        "",
        "A",
        "7",
        "A0",
        "XFE1",
        "A1048577",
        "A1:",
        ":A1",
        "A:1",
        "A1:B",
        "A1 ",
        "A-1",
        "A99999999999",
        "$",
        "A1:B2:C3",
        "é1",
    ] {
        let error = a1::parse_rect(text, grid()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Address, "{text}");
    }
}

#[test]
fn addresses_name_their_sheet() {
    let check = |text: &str, sheet: Option<&str>, rect: &str| {
        let (found, area) = a1::parse_address(text, grid()).unwrap();
        assert_eq!(found.as_deref(), sheet, "{text}");
        assert_eq!(a1::print_rect(area), rect, "{text}");
    };
    check("A1", None, "A1");
    check("Sheet1!A1:B2", Some("Sheet1"), "A1:B2");
    check("'It''s!'!$B$2", Some("It's!"), "B2");
    check("My sheet!B2", Some("My sheet"), "B2");
    for text in [
        "'open!A1", "'a'A1", "!A1", "''!A1", "a!b!A1!", "[x]!A1", "Sheet1!",
    ] {
        let error = a1::parse_address(text, grid()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Address, "{text}");
    }
}

#[test]
fn sheet_names_get_quotes_as_in_excel() {
    for plain in [
        "Sheet1", "Données", "a.b", "_x", "XFE1", "A1B", "RC_1", "x2.5",
    ] {
        assert_eq!(a1::quote_sheet_name(plain), plain);
    }
    for quoted in [
        "A1",
        "xfd1048576",
        "r1c1",
        "R",
        "c",
        "RC",
        "1st",
        "a b",
        "TRUE",
        "a-b",
        ".a",
        "",
    ] {
        assert_eq!(a1::quote_sheet_name(quoted), format!("'{quoted}'"));
    }
}

#[test]
fn names_that_excel_refuses_are_refused_with_the_reason() {
    let sheet = |name: &str| a1::check_sheet_name(name).map_err(|error| error.message().to_owned());
    assert_eq!(sheet("Q3 (final)"), Ok(()));
    assert_eq!(sheet(&"x".repeat(31)), Ok(()));
    for bad in [
        "",
        "a:b",
        "'a",
        "a'",
        "a\nb",
        &"x".repeat(32),
        &"😀".repeat(16),
    ] {
        assert!(sheet(bad).is_err(), "{bad}");
    }
    let name =
        |name: &str| a1::check_defined_name(name).map_err(|error| error.message().to_owned());
    for good in ["tax", "_1", "\\x", "a.b?", "été", "Q1x", "名前"] {
        assert_eq!(name(good), Ok(()), "{good}");
    }
    for bad in [
        "",
        "1a",
        "a b",
        "A1",
        "R",
        "c",
        "R1C1",
        "true",
        "a-b",
        "a!b",
        "?a",
        &"x".repeat(256),
    ] {
        assert!(name(bad).is_err(), "{bad}");
    }
}

/// Shifts by doing it to a list of rows.
fn shifted_by_hand(edit: AxisEdit, len: u32) -> Vec<Option<u32>> {
    let mut rows: Vec<Option<u32>> = (0..len).map(Some).collect();
    match edit {
        AxisEdit::Insert { at, count } => {
            rows.splice(at as usize..at as usize, (0..count).map(|_| None));
        }
        AxisEdit::Delete { at, count } => {
            rows.drain(at as usize..(at + count).min(len) as usize);
        }
    }
    rows.truncate(len as usize);
    (0..len)
        .map(|row| rows.iter().position(|kept| *kept == Some(row)))
        .map(|place| place.map(|place| place as u32))
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn shifting_is_what_happens_to_a_list_of_rows(
        at in 0..12_u32, count in 1..12_u32, insert in any::<bool>(), a in 0..12_u32, b in 0..12_u32,
    ) {
        const LEN: u32 = 12;
        let edit = if insert { AxisEdit::Insert { at, count } } else { AxisEdit::Delete { at, count } };
        let places = shifted_by_hand(edit, LEN);
        prop_assert_eq!(shift_position(a, edit, LEN), places[a as usize]);
        let (start, end) = (a.min(b), a.max(b));
        let left: Vec<u32> = (start..=end).filter_map(|row| places[row as usize]).collect();
        let whole = start == 0 && end == LEN - 1;
        let expected = match (left.first(), left.last()) {
            _ if whole => Some((start, end)),
            (Some(first), Some(_)) if end == LEN - 1 => Some((*first, end)),
            // What is pushed off the end leaves the range's end there.
            (Some(first), Some(_)) if places[end as usize].is_none() && insert => Some((*first, LEN - 1)),
            (Some(first), Some(last)) => Some((*first, *last)),
            _ => None,
        };
        prop_assert_eq!(shift_span(start, end, edit, LEN), expected);
    }

    #[test]
    fn cells_print_and_parse_back(row in 0..1_048_576_u32, column in 0..16_384_u32) {
        let cell = Cell::new(row, column);
        prop_assert_eq!(a1::parse_cell(&a1::print_cell(cell), grid()).ok(), Some(cell));
        prop_assert_eq!(a1::parse_cell(&a1::print_cell_absolute(cell), grid()).ok(), Some(cell));
        let (found, length) = r1c1::scan(r1c1::print_cell(cell).as_bytes(), Cell::new(3, 3), grid()).unwrap();
        prop_assert_eq!(length, r1c1::print_cell(cell).len());
        prop_assert_eq!(found.row.map(|row| row.position), Some(row));
        prop_assert_eq!(found.column.map(|column| column.position), Some(column));
    }

    #[test]
    fn no_text_makes_an_address_panic(text in "[A1$:!'é\\[\\]RC-]{0,12}") {
        let _ = a1::parse_address(&text, grid());
        let _ = r1c1::scan(text.as_bytes(), Cell::new(0, 0), grid());
        let _ = a1::quote_sheet_name(&text);
        let _ = a1::check_defined_name(&text);
    }
}
