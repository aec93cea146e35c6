//! What is written to a text file.

use crate::formats::csv::{Decimal, Encoding, LineEnding, Values, WriteOptions, save, write};
use crate::value::{CellError, Value};
use crate::{ErrorKind, Workbook};

fn filled() -> Workbook {
    let book = Workbook::new();
    book.add_sheet("Data").unwrap();
    book.edit(|tx| {
        tx.set("Data!B2", 1.0 / 3.0)?;
        tx.set("Data!C2", "a \"b\", c")?;
        tx.set("Data!D2", CellError::Div0)?;
        tx.set("Data!B4", true)?;
        tx.fill("Data!C4", "=B2*3")?;
        tx.set("Data!D4", 45_351.0)?;
        tx.set_number_format("Data!D4", "yyyy-mm-dd")?;
        tx.set("Data!D5", 0.25)?;
        tx.set_number_format("Data!D5", "0%")
    })
    .unwrap();
    book
}

fn text(book: &Workbook, options: &WriteOptions) -> String {
    let mut bytes = Vec::new();
    write(&book.snapshot(), &mut bytes, options).unwrap();
    String::from_utf8(bytes).unwrap()
}

#[test]
fn values_are_written_as_they_are() {
    let expected = ",,,\r\n,0.3333333333333333,\"a \"\"b\"\", c\",#DIV/0!\r\n,,,\r\n,TRUE,1,2024-02-29\r\n,,,0.25\r\n";
    assert_eq!(text(&filled(), &WriteOptions::default()), expected);
}

#[test]
fn values_are_written_as_they_are_shown() {
    let options = WriteOptions {
        values: Values::Displayed,
        delimiter: b';',
        line_ending: LineEnding::Lf,
        ..WriteOptions::default()
    };
    let expected =
        ";;;\n;0.333333333;\"a \"\"b\"\", c\";#DIV/0!\n;;;\n;TRUE;1;2024-02-29\n;;;25%\n";
    assert_eq!(text(&filled(), &options), expected);
}

#[test]
fn numbers_are_written_shortest() {
    let book = Workbook::new();
    book.add_sheet("Data").unwrap();
    let numbers = [
        0.0,
        -7.0,
        1e14,
        1e15,
        1e300,
        -2.5e-7,
        0.1 + 0.2,
        123_456_789_012_345.0,
        1_234_567_890_123_456.5,
        1.5,
    ];
    book.edit(|tx| tx.set_column("Data!A1", &numbers)).unwrap();
    let options = WriteOptions {
        line_ending: LineEnding::Lf,
        ..WriteOptions::default()
    };
    let expected = "0\n-7\n100000000000000\n1E15\n1E300\n-2.5E-7\n0.30000000000000004\n123456789012345\n1.2345678901234565E15\n1.5\n";
    assert_eq!(text(&book, &options), expected);
    let comma = WriteOptions {
        decimal: Decimal::Comma,
        ..options
    };
    let with_comma = text(&book, &comma);
    assert!(
        with_comma.ends_with("\"1,2345678901234565E15\"\n\"1,5\"\n"),
        "{with_comma}"
    );
}

#[test]
fn formulas_are_written_where_asked_for() {
    let book = filled();
    book.edit(|tx| tx.fill("Data!A4", "=SEQUENCE(2)")).unwrap();
    let options = WriteOptions {
        formulas: true,
        ..WriteOptions::default()
    };
    let text = text(&book, &options);
    let rows: Vec<&str> = text.lines().collect();
    assert_eq!(rows[3], "=SEQUENCE(2),TRUE,=B2*3,2024-02-29");
    assert_eq!(
        rows[4], ",,,0.25",
        "what the array fills follows from its formula"
    );
}

#[test]
fn encodings_are_written_with_their_marks() {
    let book = Workbook::new();
    book.add_sheet("Data").unwrap();
    book.edit(|tx| tx.set("Data!A1", "é€")).unwrap();
    let bytes = |encoding, byte_order_mark| {
        let options = WriteOptions {
            encoding,
            byte_order_mark,
            ..WriteOptions::default()
        };
        let mut bytes = Vec::new();
        write(&book.snapshot(), &mut bytes, &options).map(|()| bytes)
    };
    assert_eq!(
        bytes(Encoding::Utf8, true).unwrap(),
        "\u{FEFF}é€\r\n".as_bytes()
    );
    assert_eq!(
        bytes(Encoding::Windows1252, false).unwrap(),
        b"\xE9\x80\r\n"
    );
    let units = "\u{FEFF}é€\r\n".encode_utf16();
    let big: Vec<u8> = units.flat_map(u16::to_be_bytes).collect();
    assert_eq!(bytes(Encoding::Utf16Be, false).unwrap(), big);
    book.edit(|tx| tx.set("Data!A2", "日")).unwrap();
    let error = bytes(Encoding::Windows1252, false).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Argument);
    assert!(error.message().starts_with("row 2 holds `日`"), "{error}");
}

#[test]
fn one_sheet_is_written_and_several_need_a_name() {
    let book = filled();
    book.add_sheet("Empty").unwrap();
    assert!(text(&book, &WriteOptions::default()).contains("TRUE"));
    book.edit(|tx| tx.set("Empty!A1", 1.0)).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out.csv");
    std::fs::write(&path, "as it was").unwrap();
    let error = save(&book.snapshot(), &path, &WriteOptions::default()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Argument);
    assert!(error.message().contains("`Data`, `Empty`"), "{error}");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "as it was");
    let options = WriteOptions {
        sheet: Some("empty".into()),
        ..WriteOptions::default()
    };
    save(&book.snapshot(), &path, &options).unwrap();
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "1\r\n");
}

#[test]
fn a_cell_in_the_last_corner_is_no_file() {
    let book = Workbook::new();
    book.add_sheet("Data").unwrap();
    book.edit(|tx| tx.set("Data!XFD1048576", Value::from(1.0)))
        .unwrap();
    let error = write(&book.snapshot(), std::io::sink(), &WriteOptions::default()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Limit);
}
