//! What is read from a text file.

use std::io::Cursor;

use crate::formats::csv::{Decimal, Encoding, ReadOptions, read};
use crate::value::{CellError, Value};
use crate::{ErrorKind, Workbook};

fn book(bytes: &[u8], options: &ReadOptions) -> crate::Result<Workbook> {
    read(
        Cursor::new(bytes),
        options,
        Default::default(),
        &mut |_, _| Ok(()),
    )
}

/// The values of the cells from A1 on, as the file has them row by row.
fn rows(bytes: &[u8], options: &ReadOptions) -> Vec<Vec<Value>> {
    let snapshot = book(bytes, options).unwrap().snapshot();
    let id = snapshot.sheets().next().unwrap().id;
    let Some(used) = snapshot.used(id) else {
        return Vec::new();
    };
    let cell = |row, column| snapshot.value_at(id, crate::reference::Cell::new(row, column));
    (0..=used.bottom)
        .map(|row| (0..=used.right).map(|column| cell(row, column)).collect())
        .collect()
}

/// The value of a field in the first cell, and its number format.
#[track_caller]
fn check_with(options: &ReadOptions, field: &str, expected: impl Into<Value>, format: &str) {
    let quoted = format!("\"{}\"\r\nx,y\r\n", field.replace('"', "\"\""));
    let options = ReadOptions {
        delimiter: Some(b','),
        ..options.clone()
    };
    let snapshot = book(quoted.as_bytes(), &options).unwrap().snapshot();
    assert_eq!(
        snapshot.value("Sheet1!A1").unwrap(),
        expected.into(),
        "{field}"
    );
    assert_eq!(
        &*snapshot.number_format("Sheet1!A1").unwrap(),
        format,
        "{field}"
    );
}

#[track_caller]
fn check(field: &str, expected: impl Into<Value>, format: &str) {
    check_with(&ReadOptions::default(), field, expected, format);
}

#[track_caller]
fn stays(field: &str) {
    check(field, field, "General");
}

#[test]
fn numbers_dates_and_amounts_are_read_as_excel_reads_them() {
    check("12", 12.0, "General");
    check(" -1.5 ", -1.5, "General");
    check("1e3", 1000.0, "General");
    check("12.5%", 0.125, "0.00%");
    check("$1,234.50", 1234.5, "$#,##0.00");
    check("1,234", 1234.0, "#,##0");
    check("2024-02-29", 45_351.0, "m/d/yyyy");
    check("2/29/2024", 45_351.0, "m/d/yyyy");
    check("29 Feb 2024", 45_351.0, "d-mmm-yy");
    check("2024-02-29 12:00", 45_351.5, "m/d/yyyy h:mm");
    check(
        "2024-02-29 12:34:56.789",
        45_351.524_268_391_2,
        "m/d/yyyy h:mm",
    );
    check("12:00", 0.5, "h:mm");
    check("true", true, "General");
    check("#N/A", CellError::Na, "General");
    check("inf", CellError::Num, "General");
    check("-Infinity", CellError::Num, "General");
    check("NaN", Value::Blank, "General");
    check("0.1234567890123456", 0.1234567890123456, "General");
}

#[test]
fn what_a_number_would_lose_stays_a_text() {
    for field in [
        "00123",
        "-007",
        "1234567890123456",
        "4111 1111 1111 1111",
        "1,234,567,890,123,456",
        "1e999",
        "12 apples",
        "=A1*2",
        "'x",
        "#N/A!",
        "2/30/2020",
        " text ",
        "1-2",
        "Mar 1",
        "MAR1",
        "+",
        "-",
        "100%%",
        "١٢",
    ] {
        stays(field);
    }
}

#[test]
fn with_a_decimal_comma_points_stand_between_thousands() {
    let options = ReadOptions {
        decimal: Decimal::Comma,
        ..ReadOptions::default()
    };
    check_with(&options, "1,5", 1.5, "General");
    check_with(&options, "-1.234,5", -1234.5, "#,##0.00");
    check_with(&options, "12,5%", 0.125, "0.00%");
    check_with(&options, "2024-02-29", 45_351.0, "m/d/yyyy");
    // The fourth of March or the third of April: nobody can tell.
    check_with(&options, "3/4/2020", "3/4/2020", "General");
    check_with(&options, "31.12.2020", "31.12.2020", "General");
    check_with(&options, "1.5", "1.5", "General");
}

#[test]
fn texts_stay_texts_where_typing_is_off() {
    let options = ReadOptions {
        typed: false,
        ..ReadOptions::default()
    };
    check_with(&options, "12", "12", "General");
    check_with(&options, "TRUE", "TRUE", "General");
    let header = ReadOptions {
        header: true,
        ..ReadOptions::default()
    };
    let rows = rows(b"2020,2021\n1,2\n", &header);
    assert_eq!(
        rows,
        [
            ["2020".into(), "2021".into()],
            [Value::from(1.0), 2.0.into()]
        ]
    );
}

#[test]
fn the_delimiter_is_found_out() {
    let first = |text: &str| rows(text.as_bytes(), &ReadOptions::default())[0].len();
    assert_eq!(first("a,b,c\n1,2,3\n"), 3);
    assert_eq!(first("a;b\n1,5;2,5\n3,5;4,5\n"), 2);
    assert_eq!(first("a\tb\n1,5\t2;5\n"), 2);
    assert_eq!(first("a|b|c\nx, y|2|3\n"), 3);
    assert_eq!(first("\"a;b\",c\n\"d;e;f\",g\n"), 2);
    assert_eq!(first("sep=_\na_b,c_d\n"), 3);
    assert_eq!(first("a, b\n"), 2);
    assert_eq!(first("one column\nof texts; nothing else\n"), 1);
}

#[test]
fn quotes_line_breaks_and_blank_lines_keep_their_places() {
    let read = |text: &str| rows(text.as_bytes(), &ReadOptions::default());
    let text = "a,\"b \"\"c\"\"\nd\"\r\n\r\n,2\r\n";
    assert_eq!(
        read(text),
        [
            [Value::from("a"), Value::from("b \"c\"\nd")],
            [Value::Blank, Value::Blank],
            [Value::Blank, Value::from(2.0)],
        ]
    );
    for ends in ["\n", "\r\n", "\r"] {
        let text = ["1", "", "", "2", "3"].join(ends);
        let values: Vec<Value> = read(&text).into_iter().flatten().collect();
        let blank = Value::Blank;
        assert_eq!(
            values,
            [1.0.into(), blank.clone(), blank, 2.0.into(), 3.0.into()],
            "{ends:?}"
        );
    }
    assert_eq!(
        read("\n\nx"),
        [[Value::Blank], [Value::Blank], ["x".into()]]
    );
    assert!(read("").is_empty() && read("\n\n").is_empty() && read(",,\n").is_empty());
}

#[test]
fn encodings_are_given_or_found_out() {
    let text = "é,€,😀\n";
    let units: Vec<u16> = "\u{FEFF}é,€,😀\n".encode_utf16().collect();
    let little: Vec<u8> = units.iter().flat_map(|unit| unit.to_le_bytes()).collect();
    let big: Vec<u8> = units.iter().flat_map(|unit| unit.to_be_bytes()).collect();
    let expected = [["é".into(), "€".into(), Value::from("😀")]];
    for bytes in [
        text.as_bytes(),
        "\u{FEFF}é,€,😀\n".as_bytes(),
        &little,
        &big,
    ] {
        assert_eq!(rows(bytes, &ReadOptions::default()), expected);
    }
    let options = |encoding| ReadOptions {
        encoding: Some(encoding),
        ..ReadOptions::default()
    };
    assert_eq!(rows(&little[2..], &options(Encoding::Utf16Le)), expected);
    assert_eq!(rows(&big[2..], &options(Encoding::Utf16Be)), expected);
    let western = b"caf\xE9,\x80\n";
    let expected = [["café".into(), Value::from("€")]];
    assert_eq!(rows(western, &ReadOptions::default()), expected);
    let error = book(western, &options(Encoding::Utf8)).err().unwrap();
    assert_eq!(error.kind(), ErrorKind::FileFormat);
    assert_eq!(error.message(), "row 1, field 1: the field is not UTF-8");
}

#[test]
fn a_binary_file_is_no_table() {
    assert!(crate::formats::csv::is_text(b"PK,BZh,%\n"));
    let zeros = [b"a,b\n".repeat(40_000), vec![0]].concat();
    for bytes in [
        &b"PK\x03\x04rest"[..],
        b"\xD0\xCF\x11\xE0\xA1\xB1",
        b"%PDF-1.7\n",
        b"\x89PNG\r\n",
        b"a\0b",
        &zeros,
        b"\x01\x02\x03\x04",
    ] {
        let error = book(bytes, &ReadOptions::default()).err().unwrap();
        assert_eq!(error.kind(), ErrorKind::FileFormat);
    }
}

#[test]
fn more_than_a_sheet_holds_is_refused_by_its_row() {
    let refused = |bytes: &[u8], part: &str| {
        let error = book(bytes, &ReadOptions::default()).err().unwrap();
        assert_eq!(error.kind(), ErrorKind::Limit);
        assert!(error.message().contains(part), "{error}");
    };
    refused(&b"1\n".repeat(1_048_577), "row 1048577 is not blank");
    refused(
        &[b"1\n".to_vec(), b",".repeat(16_384)].concat(),
        "row 2 has more than the 16384 fields",
    );
    refused(
        &[b"1\n2,".to_vec(), b"x".repeat(40_000)].concat(),
        "row 2, field 2: the text has more than",
    );
    let blank_lines = [b"1\n".repeat(1_048_576), b"\n\n".to_vec()].concat();
    assert!(book(&blank_lines, &ReadOptions::default()).is_ok());
}

#[test]
fn formulas_are_formulas_only_where_asked_for() {
    let text = b"1,=A1*2,=SUM(A1:A2)\n2,=A2*2,=no)formula\n3,\"=SEQUENCE(2,1,A3)\",\n";
    let options = ReadOptions {
        formulas: true,
        ..ReadOptions::default()
    };
    let read = book(text, &options).unwrap();
    assert_eq!(read.value("Sheet1!B2").unwrap(), Value::Number(4.0));
    assert_eq!(read.value("Sheet1!C1").unwrap(), Value::Number(3.0));
    assert_eq!(read.value("Sheet1!C2").unwrap(), Value::from("=no)formula"));
    assert_eq!(read.value("Sheet1!B4").unwrap(), Value::Number(4.0));
    assert_eq!(read.snapshot().statistics().regions, 3);
    let plain = book(text, &ReadOptions::default()).unwrap();
    assert_eq!(plain.value("Sheet1!B2").unwrap(), Value::from("=A2*2"));
    assert_eq!(plain.formula("Sheet1!B2").unwrap(), None);
}
