//! From a text file to a workbook of one sheet: records in, packed columns out, a block of rows at a time.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

use super::decode::Decoder;
use super::detect::{self, SAMPLE_BYTES};
use super::field::{Field, Typing};
use super::options::check_delimiter;
use super::records::Records;
use super::{Encoding, ReadOptions};
use crate::environment::Environment;
use crate::error::{Error, ErrorKind, Result};
use crate::formats::recalculate_opened::recalculate_opened;
use crate::limits;
use crate::reference::{Cell, SheetId, a1};
use crate::workbook::{ColumnBuffer, Loader, Visibility, Workbook};

/// Rows that are gathered before they are written: those of a chunk.
const BLOCK_ROWS: usize = 1 << 12;

/// Cells that are gathered at most, for files with very many columns.
const BLOCK_CELLS: usize = 1 << 20;

/// The name of a sheet that nothing gives a name to.
const SHEET: &str = "Sheet1";

/// Opens a text file as a workbook of one sheet, named after the file.
///
/// # Errors
///
/// [`ErrorKind::Io`]; as [`read`].
///
/// # Examples
///
/// ```no_run
/// use tabulith::formats::csv::{self, ReadOptions};
///
/// let book = csv::open("prices.csv", &ReadOptions::default())?;
/// println!("{}", book.value("prices!A1")?);
/// # Ok::<(), tabulith::Error>(())
/// ```
pub fn open(path: impl AsRef<Path>, options: &ReadOptions) -> Result<Workbook> {
    let path = path.as_ref();
    let file = File::open(path).map_err(|error| {
        let message = format!("`{}` cannot be read", path.display());
        Error::new(ErrorKind::Io, message).with_source(error)
    })?;
    let mut options = options.clone();
    options.sheet.get_or_insert_with(|| sheet_name(path));
    read(file, &options, Environment::default(), &mut |_, _| Ok(()))
}

/// The name of a sheet for a file: the file's without its ending, as far as a sheet can have it.
pub(in crate::formats) fn sheet_name(path: &Path) -> String {
    let stem = path.file_stem().map(|stem| stem.to_string_lossy());
    let mut name = String::new();
    let mut units = 0;
    for c in stem.as_deref().unwrap_or_default().chars() {
        let c = match c {
            '\\' | '/' | '?' | '*' | '[' | ']' | ':' => '_',
            c if c.is_control() => '_',
            c => c,
        };
        units += c.len_utf16();
        if units > limits::SHEET_NAME_UNITS {
            break;
        }
        name.push(c);
    }
    let name = name.trim_matches('\'');
    if a1::check_sheet_name(name).is_ok() {
        name.to_owned()
    } else {
        SHEET.to_owned()
    }
}

/// Reads a text file as a workbook of one sheet; `progress` is told how many bytes of how many are read,
/// and breaks it off with an error.
///
/// The source is read twice where nothing tells its encoding, and never held as a whole.
///
/// # Errors
///
/// [`ErrorKind::FileFormat`] for what is no text, or not in the encoding given; [`ErrorKind::Limit`] for more rows or
/// columns than a sheet has, or a text longer than a cell's, naming the row; [`ErrorKind::Io`].
///
/// # Examples
///
/// ```
/// use std::io::Cursor;
/// use tabulith::formats::csv::{ReadOptions, read};
/// use tabulith::value::Value;
///
/// let text = "name;price\r\npear;1.25\r\n0042;50%\r\n";
/// let book = read(Cursor::new(text), &ReadOptions::default(), Default::default(), &mut |_, _| Ok(()))?;
/// assert_eq!(book.value("Sheet1!B2")?, Value::Number(1.25));
/// assert_eq!(book.value("Sheet1!A3")?, Value::from("0042"));
/// assert_eq!(book.value("Sheet1!B3")?, Value::Number(0.5));
/// # Ok::<(), tabulith::Error>(())
/// ```
pub fn read(
    mut source: impl Read + Seek,
    options: &ReadOptions,
    environment: Environment,
    progress: &mut dyn FnMut(u64, u64) -> Result<()>,
) -> Result<Workbook> {
    if let Some(delimiter) = options.delimiter {
        check_delimiter(delimiter, options.quote)?;
    }
    let (encoding, mark, size) = encoding(&mut source, options.encoding)?;
    source
        .seek(SeekFrom::Start(mark as u64))
        .map_err(unreadable)?;
    let mut input = Decoder::new(source, encoding);
    let mut sample = sample(&mut input)?;
    if sample.contains(&0) {
        return Err(no_text());
    }
    let told = detect::told_delimiter(&sample).filter(|_| options.delimiter.is_none());
    if let Some((_, length)) = told {
        sample.drain(..length);
    }
    let delimiter = match (options.delimiter, told) {
        (Some(delimiter), _) | (None, Some((delimiter, _))) => delimiter,
        (None, None) => detect::delimiter(&sample, options.quote),
    };
    let records = Records::new(input, sample, delimiter, options.quote);
    Filling::new(options)?.run(records, environment, &mut |taken| progress(taken, size))
}

/// The encoding of a source, the length of its byte order mark, and its size.
fn encoding(
    source: &mut (impl Read + Seek),
    given: Option<Encoding>,
) -> Result<(Encoding, usize, u64)> {
    let size = source.seek(SeekFrom::End(0)).map_err(unreadable)?;
    source.seek(SeekFrom::Start(0)).map_err(unreadable)?;
    let beginning = sample(source)?;
    if !detect::is_text(&beginning) && !matches!(given, Some(Encoding::Utf16Le | Encoding::Utf16Be))
    {
        return Err(no_text());
    }
    let (marked, length) = detect::byte_order_mark(&beginning);
    Ok(match (given, marked) {
        (Some(given), marked) if marked == Some(given) => (given, length, size),
        (Some(given), _) => (given, 0, size),
        (None, Some(marked)) => (marked, length, size),
        (None, None) => {
            let found = detect::encoding_without_mark(source).map_err(unreadable)?;
            (found, 0, size)
        }
    })
}

/// The beginning of an input.
fn sample(input: &mut impl Read) -> Result<Vec<u8>> {
    let mut sample = Vec::with_capacity(SAMPLE_BYTES);
    let limited = input.take(SAMPLE_BYTES as u64).read_to_end(&mut sample);
    limited.map_err(unreadable)?;
    Ok(sample)
}

fn unreadable(error: std::io::Error) -> Error {
    Error::new(ErrorKind::Io, format!("cannot read: {error}")).with_source(error)
}

fn no_text() -> Error {
    let message = "this is no text file: it holds bytes that no text has";
    Error::new(ErrorKind::FileFormat, message)
}

/// A sheet that is filled row by row.
struct Filling {
    loader: Loader,
    sheet: SheetId,
    typing: Typing,
    header: Option<Typing>,
    columns: Vec<ColumnBuffer>,
    /// The first row of the block that is being gathered, and how many rows it has.
    first: u64,
    rows: usize,
    cells: usize,
    has_formulas: bool,
}

impl Filling {
    fn new(options: &ReadOptions) -> Result<Filling> {
        let mut loader = Loader::new();
        let name = options.sheet.as_deref().unwrap_or(SHEET);
        let sheet = loader.add_sheet(name, Visibility::Visible)?;
        let typing = Typing::new(options);
        Ok(Filling {
            loader,
            sheet,
            header: options.header.then(|| typing.of_names()),
            typing,
            columns: Vec::new(),
            first: 0,
            rows: 0,
            cells: 0,
            has_formulas: false,
        })
    }

    fn run(
        mut self,
        mut records: Records<impl Read>,
        environment: Environment,
        progress: &mut dyn FnMut(u64) -> Result<()>,
    ) -> Result<Workbook> {
        while records.next()? {
            for (column, field) in records.fields().enumerate() {
                if !field.is_empty() {
                    self.field(column, field)?;
                }
            }
            self.rows += 1;
            if self.rows == BLOCK_ROWS || self.cells >= BLOCK_CELLS {
                self.write_block()?;
                progress(records.taken())?;
            }
        }
        self.write_block()?;
        let book = self.loader.finish(environment)?;
        if self.has_formulas {
            let done = records.taken();
            let mut asked = || progress(done);
            recalculate_opened(&mut asked, |effort| book.recalculate_with(None, effort))?;
        }
        Ok(book)
    }

    #[inline]
    fn field(&mut self, column: usize, bytes: &[u8]) -> Result<()> {
        let row = self.first + self.rows as u64;
        if row >= u64::from(limits::ROWS) {
            return Err(too_many_rows());
        }
        if column >= self.columns.len() {
            self.columns.resize_with(column + 1, ColumnBuffer::default);
        }
        let buffer = &mut self.columns[column];
        buffer.pad(self.rows);
        self.cells += 1;
        let names = self.header.as_ref().filter(|_| row == 0);
        let place = Cell::new(row as u32, column as u32);
        match names.unwrap_or(&self.typing).read(bytes) {
            Some(Field::Number(x, format)) => {
                buffer.push_number(x);
                if let Some(format) = format {
                    self.loader.number_format(self.sheet, place, format);
                }
            }
            Some(Field::Text(text)) => {
                check_length(text, place)?;
                buffer.push_text(text);
            }
            Some(Field::Blank) => {}
            Some(Field::Boolean(x)) => buffer.push_boolean(x),
            Some(Field::Error(error)) => buffer.push_error(error),
            Some(Field::Formula(text)) => {
                check_length(text, place)?;
                if self.loader.entered_formula(self.sheet, place, text)? {
                    self.has_formulas = true;
                } else {
                    buffer.push_text(text);
                }
            }
            None => return Err(at(place, ErrorKind::FileFormat, "the field is not UTF-8")),
        }
        Ok(())
    }

    fn write_block(&mut self) -> Result<()> {
        for (column, buffer) in self.columns.iter_mut().enumerate() {
            if !buffer.is_empty() {
                let first = Cell::new(self.first as u32, column as u32);
                self.loader.column(self.sheet, first, buffer)?;
                buffer.clear();
            }
        }
        self.first += self.rows as u64;
        self.rows = 0;
        self.cells = 0;
        Ok(())
    }
}

fn check_length(text: &str, place: Cell) -> Result<()> {
    if text.len() > limits::TEXT_UNITS && text.encode_utf16().count() > limits::TEXT_UNITS {
        let message = format!(
            "the text has more than the {} characters that a cell holds",
            limits::TEXT_UNITS
        );
        return Err(at(place, ErrorKind::Limit, &message));
    }
    Ok(())
}

fn at(place: Cell, kind: ErrorKind, message: &str) -> Error {
    let (row, column) = (place.row + 1, place.column + 1);
    Error::new(kind, message).at(format_args!("row {row}, field {column}"))
}

fn too_many_rows() -> Error {
    let row = u64::from(limits::ROWS) + 1;
    let message = format!(
        "row {row} is not blank, and a sheet has {} rows",
        limits::ROWS
    );
    Error::new(ErrorKind::Limit, message)
}
