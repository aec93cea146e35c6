//! What is asked of a text file, where it is not to be found out.

use crate::error::{Error, ErrorKind, Result};

/// How the characters of a text file are encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8, with or without a byte order mark.
    Utf8,
    /// UTF-16, lower byte first.
    Utf16Le,
    /// UTF-16, upper byte first.
    Utf16Be,
    /// Windows-1252, the encoding of western Windows programs.
    Windows1252,
}

impl Encoding {
    /// The encoding of this name: `utf-8`, `utf-16` (lower byte first), `utf-16le`, `utf-16be`, `windows-1252`, `cp1252`
    /// or `latin1`, in any case.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Argument`] for another name.
    pub fn named(name: &str) -> Result<Encoding> {
        match name.to_ascii_lowercase().replace('_', "-").as_str() {
            "utf-8" | "utf8" | "utf-8-sig" | "ascii" => Ok(Encoding::Utf8),
            "utf-16" | "utf-16le" | "utf-16-le" => Ok(Encoding::Utf16Le),
            "utf-16be" | "utf-16-be" => Ok(Encoding::Utf16Be),
            "windows-1252" | "cp1252" | "latin1" | "latin-1" | "iso-8859-1" => {
                Ok(Encoding::Windows1252)
            }
            _ => Err(Error::new(
                ErrorKind::Argument,
                format!(
                    "the encoding `{name}` is not known; there are utf-8, utf-16le, utf-16be and windows-1252"
                ),
            )),
        }
    }
}

/// What stands between the whole part of a number and its fraction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Decimal {
    /// `1,234.5`
    #[default]
    Point,
    /// `1.234,5`
    Comma,
}

impl Decimal {
    pub(super) fn byte(self) -> u8 {
        match self {
            Decimal::Point => b'.',
            Decimal::Comma => b',',
        }
    }
}

/// How a text file is read.
#[derive(Debug, Clone, PartialEq)]
pub struct ReadOptions {
    /// What stands between fields, an ASCII character; nothing: found out among tab, semicolon, bar and comma.
    pub delimiter: Option<u8>,
    /// The encoding; nothing: that of the byte order mark, else UTF-8 if the whole file is, else Windows-1252.
    pub encoding: Option<Encoding>,
    /// What stands around a field with delimiters or line breaks; nothing: no field is quoted.
    pub quote: Option<u8>,
    /// How numbers are written; the other sign stands between thousands.
    pub decimal: Decimal,
    /// Whether the first row holds names, which stay texts.
    pub header: bool,
    /// Whether fields become numbers, dates, booleans and errors; else all are texts.
    pub typed: bool,
    /// Whether a field that begins with `=` is a formula.
    pub formulas: bool,
    /// The name of the sheet; nothing: that of the file, as in Excel.
    pub sheet: Option<String>,
}

impl Default for ReadOptions {
    fn default() -> Self {
        ReadOptions {
            delimiter: None,
            encoding: None,
            quote: Some(b'"'),
            decimal: Decimal::Point,
            header: false,
            typed: true,
            formulas: false,
            sheet: None,
        }
    }
}

/// What ends a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LineEnding {
    /// Carriage return and line feed, as RFC 4180 has it.
    #[default]
    CrLf,
    /// Line feed alone.
    Lf,
}

/// How values are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Values {
    /// As they are: a number with the fewest digits that give the same bits again; a date as its cell shows it if
    /// that reads as the same moment, else as its serial number.
    #[default]
    Raw,
    /// As their cells show them, as Excel writes them; what a number format does not show is lost.
    Displayed,
}

/// How a text file is written.
#[derive(Debug, Clone, PartialEq)]
pub struct WriteOptions {
    /// The sheet; nothing: the only one that holds anything.
    pub sheet: Option<String>,
    /// What stands between fields, an ASCII character.
    pub delimiter: u8,
    /// The encoding.
    pub encoding: Encoding,
    /// Whether a byte order mark comes first; UTF-16 always has one.
    pub byte_order_mark: bool,
    /// What ends a record.
    pub line_ending: LineEnding,
    /// How values are written.
    pub values: Values,
    /// How numbers are written, if values are written as they are.
    pub decimal: Decimal,
    /// Whether formulas are written in the place of their values.
    pub formulas: bool,
}

impl Default for WriteOptions {
    fn default() -> Self {
        WriteOptions {
            sheet: None,
            delimiter: b',',
            encoding: Encoding::Utf8,
            byte_order_mark: false,
            line_ending: LineEnding::CrLf,
            values: Values::Raw,
            decimal: Decimal::Point,
            formulas: false,
        }
    }
}

/// That a byte may stand between fields.
///
/// # Errors
///
/// [`ErrorKind::Argument`] if it is not ASCII, a quote, a line break, or part of a number.
pub(super) fn check_delimiter(delimiter: u8, quote: Option<u8>) -> Result<()> {
    let bad = !delimiter.is_ascii()
        || delimiter.is_ascii_alphanumeric()
        || matches!(delimiter, b'\r' | b'\n' | 0 | b'"' | b'.' | b'-' | b'+')
        || Some(delimiter) == quote;
    if bad {
        let shown = char::from(delimiter).escape_default();
        let message = format!("`{shown}` cannot stand between fields");
        return Err(Error::new(ErrorKind::Argument, message));
    }
    Ok(())
}
