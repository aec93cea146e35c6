//! The workbook's own file, .tabulith: MessagePack, with columns as packed bytes.
//!
//! A file is a sequence of MessagePack values, so that any reader of MessagePack can look into it:
//!
//! 1. `["tabulith", version]`.
//! 2. Records, each an array of four: its kind, the length of its content in bytes, a CRC-32 of kind and content, and
//!    the content, a map. First come those that tell what the workbook is made of: `settings`, `styles`, `package`,
//!    `sheet`, `table`, `name`, `outside`, `macros`; then what is on its sheets: `layout`, `attached`, `kept`, `cells`,
//!    `formats`, `formulas`, `arrays`, `state`. Sheets go by their place in the tab order.
//! 3. A record `end` with the number of records and a CRC-32 of all their CRCs.
//!
//! `cells` are up to 4,096 rows of one column, 8 bytes each and little-endian: a number as it is, all else as
//! [`PackedCell`](crate::storage::PackedCell) has it; longer texts are a list of ends and one UTF-8 heap. A formula is a
//! text in A1 form, the cell that it is written for, and the rectangles that it is filled over, so that a million filled
//! cells are one record. Everything is by position; no anchor is in the file.
//!
//! The values of formulas are in the file unless [`WriteOptions::values`] leaves them out. With them, opening computes
//! what is volatile and nothing else, and not even that if most of them are missing.
//!
//! [`write()`] and [`read`] stream: they hold one record at a time. What is cut, flipped or made up is refused with the
//! place in the file.

mod book_reader;
mod book_writer;
mod cell_bytes;
mod contents;
mod envelope;
mod package;
mod packed;
mod sheet_reader;
mod sheet_writer;
mod words;

#[cfg(test)]
mod tests;

use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;

pub use package::Origin;

use crate::environment::Environment;
use crate::error::{Error, ErrorKind, Result};
use crate::formats::replace_file::replace_file;
use crate::workbook::{Snapshot, Workbook};

/// The version of the files that are written. Those of earlier versions are read.
pub const VERSION: u64 = 1;

/// Bytes that are read from a file at once.
const BUFFER: usize = 1 << 18;

/// How a file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WriteOptions {
    /// Whether the values of formulas are in the file; without them it is smaller, and opening it recalculates it.
    pub values: bool,
    /// Whether the .xlsx file that the workbook was read from is in the file, so that it can be saved as such again.
    pub package: bool,
}

impl Default for WriteOptions {
    fn default() -> Self {
        WriteOptions {
            values: true,
            package: true,
        }
    }
}

/// Whether a file that begins so is a workbook's own.
pub fn is_own(beginning: &[u8]) -> bool {
    beginning.starts_with(envelope::MAGIC)
}

/// Writes a workbook, with the file of Excel's that it was read from if it is an [`Origin`]'s.
///
/// # Errors
///
/// [`ErrorKind::Io`]; [`ErrorKind::Limit`] for a formula that is too long to be read again.
pub fn write(
    snapshot: &Snapshot,
    origin: Option<&Origin>,
    options: WriteOptions,
    out: &mut impl Write,
) -> Result<()> {
    book_writer::write(snapshot, origin, options, out)
}

/// Writes a workbook as it is now, with the file of Excel's that it was read from.
///
/// # Errors
///
/// As [`write()`].
pub fn write_book(book: &Workbook, options: WriteOptions, out: &mut impl Write) -> Result<()> {
    let origin = package::origin(book);
    write(&book.snapshot(), origin.as_deref(), options, out)
}

/// Reads a workbook; `progress` is told how many bytes of `size` are read, and breaks it off with an error.
///
/// # Errors
///
/// What `progress` gives; [`ErrorKind::Io`]; [`ErrorKind::FileFormat`] with the place in the file; [`ErrorKind::Unsupported`] for a file of a
/// later version.
pub fn read(
    input: impl BufRead,
    size: u64,
    environment: Environment,
    progress: &mut dyn FnMut(u64, u64) -> Result<()>,
) -> Result<Workbook> {
    book_reader::read(input, size, environment, progress)
}

/// Opens a file.
///
/// # Errors
///
/// As [`read`].
pub fn open(
    path: impl AsRef<Path>,
    environment: Environment,
    progress: &mut dyn FnMut(u64, u64) -> Result<()>,
) -> Result<Workbook> {
    let path = path.as_ref();
    let refused = |error: std::io::Error| {
        let message = format!("`{}` cannot be read", path.display());
        Error::new(ErrorKind::Io, message).with_source(error)
    };
    let file = File::open(path).map_err(refused)?;
    let size = file.metadata().map_err(refused)?.len();
    read(
        BufReader::with_capacity(BUFFER, file),
        size,
        environment,
        progress,
    )
}

/// Saves a workbook in place of the file that is there, if there is one.
///
/// # Errors
///
/// As [`write()`]. The file at `path` then stays as it was.
pub fn save(book: &Workbook, path: impl AsRef<Path>, options: WriteOptions) -> Result<()> {
    replace_file(path.as_ref(), &mut |_| Ok(()), |out| {
        write_book(book, options, out)
    })
}

impl Snapshot {
    /// The bytes of a file with all that the snapshot holds. A file of Excel's that the workbook was read from is not
    /// among it: [`Workbook::to_bytes`] has that too.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Limit`] for a formula that is too long to be read again.
    ///
    /// # Examples
    ///
    /// ```
    /// use tabulith::Workbook;
    ///
    /// let book = Workbook::new();
    /// book.add_sheet("S")?;
    /// book.edit(|tx| tx.fill("S!A1:A3", "=ROW()*2"))?;
    /// let copy = Workbook::from_bytes(&book.snapshot().to_bytes()?)?;
    /// assert_eq!(copy.value("S!A3")?, 6.0.into());
    /// assert_eq!(copy.formula("S!A3")?.as_deref(), Some("=ROW()*2"));
    /// # Ok::<(), tabulith::Error>(())
    /// ```
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        write(self, None, WriteOptions::default(), &mut bytes)?;
        Ok(bytes)
    }
}

impl Workbook {
    /// The bytes of a file with all that the workbook holds, that which it was read from included.
    ///
    /// # Errors
    ///
    /// As [`Snapshot::to_bytes`].
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.write_to(&mut bytes)?;
        Ok(bytes)
    }

    /// Writes what [`Workbook::to_bytes`] gives, bit by bit: a block of cells is written as one slice.
    ///
    /// # Errors
    ///
    /// As [`write()`].
    pub fn write_to(&self, out: &mut impl Write) -> Result<()> {
        write_book(self, WriteOptions::default(), out)
    }

    /// The workbook that [`Workbook::to_bytes`] made bytes of.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::FileFormat`] with the place in the bytes; [`ErrorKind::Unsupported`] if they are of a later version.
    pub fn from_bytes(bytes: &[u8]) -> Result<Workbook> {
        read(
            bytes,
            bytes.len() as u64,
            Environment::default(),
            &mut |_, _| Ok(()),
        )
    }
}
