//! Saving workbooks as files of any kind.

use std::io::{Cursor, Seek, Write};
use std::path::Path;

use super::FileKind;
use crate::error::{Error, ErrorKind, Result};
use crate::formats::replace_file::{replace_file, watched};
use crate::workbook::{Snapshot, Workbook};

/// How files are saved.
#[derive(Debug, Clone, Default)]
pub struct SaveOptions {
    /// Whether a workbook is written as a new file, without what the file of Excel's held that it was opened from and
    /// the engine does not understand.
    pub new: bool,
    /// How text files are written.
    #[cfg(feature = "csv")]
    pub csv: super::csv::WriteOptions,
}

impl SaveOptions {
    /// The options for a file of this name: one that ends in .tsv or .tab has tabs if nothing else is asked for.
    #[cfg(feature = "csv")]
    pub fn for_name(&self, name: impl AsRef<Path>) -> SaveOptions {
        let mut options = self.clone();
        let ending = name.as_ref().extension();
        let ending = ending.map(|ending| ending.to_ascii_lowercase());
        let has_tabs = ending.is_some_and(|ending| ending == "tsv" || ending == "tab");
        if has_tabs && options.csv.delimiter == b',' {
            options.csv.delimiter = b'\t';
        }
        options
    }

    /// The options for a file of this name.
    #[cfg(not(feature = "csv"))]
    pub fn for_name(&self, _name: impl AsRef<Path>) -> SaveOptions {
        self.clone()
    }
}

/// What a file holds less than the workbook.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Saved {
    /// A phrase each, such as "3 formulas: their values were written".
    pub lost: Vec<String>,
}

/// Saves a workbook as a file of the kind that the ending of its name tells, in place of one that is there.
///
/// # Errors
///
/// [`ErrorKind::Unsupported`] for another ending and for what the kind of file cannot take, naming it;
/// [`ErrorKind::Io`], [`ErrorKind::Limit`], [`ErrorKind::Argument`]. The file at `path` then stays as it was.
pub fn save(book: &Workbook, path: impl AsRef<Path>, options: &SaveOptions) -> Result<Saved> {
    save_with(book, path, options, &mut |_| Ok(()))
}

/// As [`save`]; `progress` is told how many bytes are written, and breaks it off with an error.
///
/// # Errors
///
/// What `progress` gives, and as [`save`].
pub fn save_with(
    book: &Workbook,
    path: impl AsRef<Path>,
    options: &SaveOptions,
    progress: &mut dyn FnMut(u64) -> Result<()>,
) -> Result<Saved> {
    let path = path.as_ref();
    let Some(kind) = FileKind::of_name(path) else {
        let message = format!(
            "`{}` cannot be written: its name must end in {}",
            path.display(),
            FileKind::endings()
        );
        return Err(Error::new(ErrorKind::Unsupported, message));
    };
    let mut saved = Saved::default();
    replace_file(path, progress, |file| {
        saved = match kind {
            FileKind::Excel => write_excel(book, file, options)?,
            FileKind::Own => write_own(book, file, options)?,
            FileKind::Text => write_text(&book.snapshot(), file, &options.for_name(path))?,
        };
        Ok(())
    })?;
    Ok(saved)
}

/// The workbook as the bytes of a file.
///
/// # Errors
///
/// As [`save`].
pub fn to_bytes(book: &Workbook, kind: FileKind, options: &SaveOptions) -> Result<Vec<u8>> {
    to_bytes_with(book, kind, options, &mut |_| Ok(()))
}

/// As [`to_bytes`]; `progress` is told how many bytes are written, and breaks it off with an error.
///
/// # Errors
///
/// What `progress` gives, and as [`save`].
pub fn to_bytes_with(
    book: &Workbook,
    kind: FileKind,
    options: &SaveOptions,
    progress: &mut dyn FnMut(u64) -> Result<()>,
) -> Result<Vec<u8>> {
    let mut bytes = Cursor::new(Vec::new());
    let fault = |error| Error::new(ErrorKind::Io, "no bytes can be written").with_source(error);
    watched(&mut bytes, progress, fault, |out| {
        match kind {
            FileKind::Excel => write_excel(book, out, options),
            FileKind::Own => write_own(book, out, options),
            FileKind::Text => write_text(&book.snapshot(), out, options),
        }
        .map(drop)
    })?;
    Ok(bytes.into_inner())
}

#[cfg(feature = "xlsx")]
fn write_excel(
    book: &Workbook,
    out: &mut (impl Write + Seek),
    options: &SaveOptions,
) -> Result<Saved> {
    match options.new {
        true => super::xlsx::write_new(&book.snapshot(), out)?,
        false => super::xlsx::write(book, out)?,
    }
    Ok(Saved::default())
}

#[cfg(not(feature = "xlsx"))]
fn write_excel(
    _book: &Workbook,
    _out: &mut (impl Write + Seek),
    _options: &SaveOptions,
) -> Result<Saved> {
    let message = "this build does not write workbooks of Excel: its feature `xlsx` is off";
    Err(Error::new(ErrorKind::Unsupported, message))
}

#[cfg(feature = "messagepack")]
fn write_own(book: &Workbook, out: &mut impl Write, options: &SaveOptions) -> Result<Saved> {
    let options = super::messagepack::WriteOptions {
        package: !options.new,
        ..Default::default()
    };
    super::messagepack::write_book(book, options, out)?;
    Ok(Saved::default())
}

#[cfg(not(feature = "messagepack"))]
fn write_own(_book: &Workbook, _out: &mut impl Write, _options: &SaveOptions) -> Result<Saved> {
    let message = "this build does not write .tabulith files: its feature `messagepack` is off";
    Err(Error::new(ErrorKind::Unsupported, message))
}

#[cfg(feature = "csv")]
fn write_text(snapshot: &Snapshot, out: &mut impl Write, options: &SaveOptions) -> Result<Saved> {
    super::csv::write(snapshot, out, &options.csv)?;
    Ok(Saved {
        lost: lost_in_text(snapshot, &options.csv),
    })
}

#[cfg(not(feature = "csv"))]
fn write_text(
    _snapshot: &Snapshot,
    _out: &mut impl Write,
    _options: &SaveOptions,
) -> Result<Saved> {
    let message = "this build does not write text files: its feature `csv` is off";
    Err(Error::new(ErrorKind::Unsupported, message))
}

/// What a text file has no place for.
#[cfg(feature = "csv")]
fn lost_in_text(snapshot: &Snapshot, options: &super::csv::WriteOptions) -> Vec<String> {
    let filled = snapshot
        .sheets()
        .filter(|sheet| snapshot.used(sheet.id).is_some());
    let others = filled.count().saturating_sub(1);
    let formulas = snapshot.statistics().formulas;
    let counts = [
        (others as u64, "other sheet", ""),
        (
            if options.formulas { 0 } else { formulas },
            "formula",
            ", of which the values were written",
        ),
        (snapshot.names().count() as u64, "defined name", ""),
        (snapshot.tables().count() as u64, "table", ""),
    ];
    let counted = counts.into_iter().filter(|(count, ..)| *count > 0);
    let mut lost: Vec<String> = counted
        .map(|(count, noun, more)| {
            let plural = if count == 1 { "" } else { "s" };
            format!("{count} {noun}{plural}{more}")
        })
        .collect();
    if snapshot.number_formats().len() > 1 {
        lost.push("number formats".into());
    }
    lost
}
