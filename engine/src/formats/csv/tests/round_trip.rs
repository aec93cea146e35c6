//! What is written and read again comes back; whatever is read, nothing panics.

use std::io::Cursor;

use proptest::prelude::*;

use crate::formats::csv::{
    Decimal, Encoding, LineEnding, ReadOptions, Values, WriteOptions, read, write,
};
use crate::reference::Cell;
use crate::value::{CellError, Value};
use crate::{Snapshot, Workbook};

fn number() -> impl Strategy<Value = f64> {
    prop_oneof![
        any::<f64>().prop_filter("finite", |x| x.is_normal()),
        any::<i64>().prop_map(|x| x as f64),
        (-1_000_000..1_000_000i32).prop_map(|x| f64::from(x) / 100.0),
    ]
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-c,;\t|\"'\r\n =\u{FEFF}é€]{1,12}",
        any::<String>()
            .prop_map(|text| text.replace('\0', "0"))
            .prop_filter("filled", |text| !text.is_empty()),
        Just("sep=;".to_owned()),
    ]
}

/// Values that are told apart by how they are written.
fn typed() -> impl Strategy<Value = Value> {
    prop_oneof![
        3 => number().prop_map(Value::from),
        1 => any::<bool>().prop_map(Value::from),
        1 => Just(Value::from(CellError::Na)),
        1 => Just(Value::from(CellError::Div0)),
        2 => "[g-z,;\"\r\n]{0,6}[xyz]".prop_map(Value::from),
        1 => Just(Value::Blank),
    ]
}

fn filled(rows: &[Vec<Value>]) -> Workbook {
    let book = Workbook::new();
    book.add_sheet("Sheet1").unwrap();
    book.edit(|tx| tx.set_rows("Sheet1!A1", rows)).unwrap();
    book
}

fn again(book: &Workbook, write_options: &WriteOptions, read_options: &ReadOptions) -> Workbook {
    let mut bytes = Vec::new();
    write(&book.snapshot(), &mut bytes, write_options).unwrap();
    read(
        Cursor::new(bytes),
        read_options,
        Default::default(),
        &mut |_, _| Ok(()),
    )
    .unwrap()
}

fn values(snapshot: &Snapshot) -> Vec<(Cell, Value)> {
    let sheet = snapshot.sheet("Sheet1").unwrap();
    let mut values = Vec::new();
    if let Some(rect) = snapshot.used(sheet) {
        snapshot.visit(&crate::reference::Area::new(sheet, rect), |cell, value| {
            values.push((cell, value.to_value()));
            std::ops::ControlFlow::Continue(())
        });
    }
    values
}

fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a.to_bits() == b.to_bits(),
        (a, b) => a == b,
    }
}

fn check(before: &Workbook, after: &Workbook) {
    let (before, after) = (values(&before.snapshot()), values(&after.snapshot()));
    assert_eq!(before.len(), after.len());
    for (before, after) in before.iter().zip(&after) {
        assert!(
            before.0 == after.0 && same(&before.1, &after.1),
            "{before:?} {after:?}"
        );
    }
}

fn encoding() -> impl Strategy<Value = Encoding> {
    prop_oneof![
        Just(Encoding::Utf8),
        Just(Encoding::Utf16Le),
        Just(Encoding::Utf16Be)
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn values_come_back_with_their_bits(
        rows in prop::collection::vec(prop::collection::vec(typed(), 1..5), 1..8),
        comma in any::<bool>(),
        delimiter in prop::sample::select(&b",;\t|"[..]),
        crlf in any::<bool>(),
        encoding in encoding(),
    ) {
        let decimal = if comma { Decimal::Comma } else { Decimal::Point };
        let line_ending = if crlf { LineEnding::CrLf } else { LineEnding::Lf };
        let write_options = WriteOptions { decimal, delimiter, line_ending, encoding, ..WriteOptions::default() };
        let read_options = ReadOptions { decimal, delimiter: Some(delimiter), ..ReadOptions::default() };
        let book = filled(&rows);
        check(&book, &again(&book, &write_options, &read_options));
    }

    #[test]
    fn texts_come_back_where_all_are_texts(
        rows in prop::collection::vec(prop::collection::vec(text().prop_map(Value::from), 1..5), 1..8),
        mark in any::<bool>(),
        encoding in encoding(),
    ) {
        let write_options = WriteOptions { byte_order_mark: mark, encoding, ..WriteOptions::default() };
        let read_options = ReadOptions { delimiter: Some(b','), typed: false, encoding: Some(encoding), ..ReadOptions::default() };
        let book = filled(&rows);
        check(&book, &again(&book, &write_options, &read_options));
    }

    #[test]
    fn arbitrary_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..400), typed in any::<bool>()) {
        for encoding in [None, Some(Encoding::Utf8), Some(Encoding::Utf16Le), Some(Encoding::Utf16Be), Some(Encoding::Windows1252)] {
            let options = ReadOptions { encoding, typed, formulas: typed, ..ReadOptions::default() };
            let _ = read(Cursor::new(&bytes), &options, Default::default(), &mut |_, _| Ok(()));
        }
    }

    #[test]
    fn text_like_bytes_are_read_and_written(bytes in "[0-9a-c,;.%$/:+E=\"\r\n \t-]{0,200}") {
        let options = ReadOptions { formulas: true, ..ReadOptions::default() };
        let book = read(Cursor::new(&bytes), &options, Default::default(), &mut |_, _| Ok(())).unwrap();
        for values in [Values::Raw, Values::Displayed] {
            let options = WriteOptions { values, ..WriteOptions::default() };
            write(&book.snapshot(), std::io::sink(), &options).unwrap();
        }
    }
}

#[test]
fn dates_are_written_so_that_they_are_read_as_the_same_moment() {
    let book = Workbook::new();
    book.add_sheet("Sheet1").unwrap();
    let moments = [45_351.0, 45_351.5, 45_351.123_456_789, 0.25];
    for (row, moment) in moments.into_iter().enumerate() {
        for (column, code) in ["m/d/yyyy", "yyyy-mm-dd hh:mm", "h:mm", "dd.mm.yy"]
            .into_iter()
            .enumerate()
        {
            let address = format!("Sheet1!{}{}", ["A", "B", "C", "D"][column], row + 1);
            book.edit(|tx| {
                tx.set(&address, moment)?;
                tx.set_number_format(&address, code)
            })
            .unwrap();
        }
    }
    check(
        &book,
        &again(&book, &WriteOptions::default(), &ReadOptions::default()),
    );
}
