//! Opening files of any kind.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use super::FileKind;
use crate::environment::Environment;
use crate::error::{Error, ErrorKind, Result};
use crate::workbook::Workbook;

/// Bytes of a file that tell its kind.
const BEGINNING: u64 = 1 << 12;

/// Where a file comes from.
#[derive(Debug, Clone)]
pub enum Input {
    /// A file by its path.
    Path(PathBuf),
    /// The content of a file that has no name.
    Bytes(Vec<u8>),
}

/// How files are opened, where they do not say it themselves.
#[derive(Debug, Clone, Default)]
pub struct OpenOptions {
    /// The kind of the file; nothing: by its content and its name.
    pub kind: Option<FileKind>,
    /// How text files are read.
    #[cfg(feature = "csv")]
    pub csv: super::csv::ReadOptions,
}

/// Opens a file; `progress` is told how many bytes of how many are read, and breaks it off with an error.
///
/// # Errors
///
/// What `progress` gives; [`ErrorKind::Io`]; [`ErrorKind::FileFormat`] for a file that is damaged or of no known kind;
/// [`ErrorKind::Encrypted`]; [`ErrorKind::Unsupported`] for a kind that this build does not have;
/// [`ErrorKind::Limit`] for one that is too large.
pub fn open(
    input: Input,
    options: &OpenOptions,
    environment: Environment,
    progress: &mut dyn FnMut(u64, u64) -> Result<()>,
) -> Result<Workbook> {
    let name = match &input {
        Input::Path(path) => Some(path.clone()),
        Input::Bytes(_) => None,
    };
    let kind = match options.kind {
        Some(kind) => Some(kind),
        None => FileKind::of_content(&beginning(&input)?, name.as_deref()),
    };
    let opened = match kind {
        Some(FileKind::Excel) => open_excel(input, environment, progress),
        Some(FileKind::Own) => open_own(input, environment, progress),
        Some(FileKind::Text) => open_text(input, options, environment, progress),
        None => Err(unknown(name.as_deref())),
    };
    opened.map_err(|error| match (error.kind(), &name) {
        (ErrorKind::FileFormat | ErrorKind::Limit, Some(path)) if kind == Some(FileKind::Text) => {
            error.at(path.display())
        }
        _ => error,
    })
}

fn unknown(name: Option<&Path>) -> Error {
    let name = name.map_or("this".into(), |name| format!("`{}`", name.display()));
    let message = format!(
        "{name} is no file that can be read: neither a workbook nor a text file named {}",
        FileKind::endings()
    );
    Error::new(ErrorKind::FileFormat, message)
}

fn beginning(input: &Input) -> Result<Vec<u8>> {
    let mut beginning = Vec::new();
    match input {
        Input::Path(path) => {
            let read = file(path)?.take(BEGINNING).read_to_end(&mut beginning);
            read.map_err(|error| unreadable(path, error))?;
        }
        Input::Bytes(bytes) => {
            beginning.extend_from_slice(&bytes[..bytes.len().min(BEGINNING as usize)]);
        }
    }
    Ok(beginning)
}

fn file(path: &Path) -> Result<File> {
    File::open(path).map_err(|error| unreadable(path, error))
}

fn unreadable(path: &Path, error: std::io::Error) -> Error {
    let message = format!("`{}` cannot be read", path.display());
    Error::new(ErrorKind::Io, message).with_source(error)
}

#[cfg(feature = "xlsx")]
fn open_excel(
    input: Input,
    environment: Environment,
    progress: &mut dyn FnMut(u64, u64) -> Result<()>,
) -> Result<Workbook> {
    use super::xlsx::{Package, open_package};
    let package = match input {
        Input::Path(path) => Package::open(path)?,
        Input::Bytes(bytes) => Package::from_bytes(bytes)?,
    };
    open_package(package, environment, progress)
}

#[cfg(not(feature = "xlsx"))]
fn open_excel(
    _input: Input,
    _environment: Environment,
    _progress: &mut dyn FnMut(u64, u64) -> Result<()>,
) -> Result<Workbook> {
    let message = "this build does not read workbooks of Excel: its feature `xlsx` is off";
    Err(Error::new(ErrorKind::Unsupported, message))
}

#[cfg(feature = "messagepack")]
fn open_own(
    input: Input,
    environment: Environment,
    progress: &mut dyn FnMut(u64, u64) -> Result<()>,
) -> Result<Workbook> {
    use super::messagepack;
    match input {
        Input::Path(path) => {
            let opened = messagepack::open(&path, environment, progress);
            opened.map_err(|error| match error.kind() {
                ErrorKind::Io | ErrorKind::Cancelled => error,
                _ => error.at(path.display()),
            })
        }
        Input::Bytes(bytes) => {
            messagepack::read(&bytes[..], bytes.len() as u64, environment, progress)
        }
    }
}

#[cfg(not(feature = "messagepack"))]
fn open_own(
    _input: Input,
    _environment: Environment,
    _progress: &mut dyn FnMut(u64, u64) -> Result<()>,
) -> Result<Workbook> {
    let message = "this build does not read .tabulith files: its feature `messagepack` is off";
    Err(Error::new(ErrorKind::Unsupported, message))
}

#[cfg(feature = "csv")]
fn open_text(
    input: Input,
    options: &OpenOptions,
    environment: Environment,
    progress: &mut dyn FnMut(u64, u64) -> Result<()>,
) -> Result<Workbook> {
    use super::csv;
    let mut options = options.csv.clone();
    match input {
        Input::Path(path) => {
            options.sheet.get_or_insert_with(|| csv::sheet_name(&path));
            csv::read(file(&path)?, &options, environment, progress)
        }
        Input::Bytes(bytes) => {
            csv::read(std::io::Cursor::new(bytes), &options, environment, progress)
        }
    }
}

#[cfg(not(feature = "csv"))]
fn open_text(
    _input: Input,
    _options: &OpenOptions,
    _environment: Environment,
    _progress: &mut dyn FnMut(u64, u64) -> Result<()>,
) -> Result<Workbook> {
    let message = "this build does not read text files: its feature `csv` is off";
    Err(Error::new(ErrorKind::Unsupported, message))
}
