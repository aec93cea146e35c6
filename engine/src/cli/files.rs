//! Workbooks from paths and standard input, and back.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use super::Streams;
use crate::environment::{Environment, serial_of_unix};
use crate::formats::{self, Input, OpenOptions};
use crate::{Error, ErrorKind, Result, Workbook};

/// The name that stands for standard input and output.
pub(super) const STANDARD: &str = "-";

/// A file to be opened.
#[derive(Debug, Clone)]
pub(super) struct Source {
    /// What it is called in messages.
    pub(super) name: String,
    input: Input,
    size: u64,
    /// When it was last changed, in seconds since 1970.
    modified: Option<f64>,
}

impl Source {
    /// Finds a file, or reads standard input for `-`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Io`].
    pub(super) fn read(path: &Path, streams: &mut Streams<'_>) -> Result<Source> {
        if path == Path::new(STANDARD) {
            let mut bytes = Vec::new();
            let read = streams.input.read_to_end(&mut bytes);
            read.map_err(|error| {
                Error::new(ErrorKind::Io, "standard input cannot be read").with_source(error)
            })?;
            return Ok(Source {
                name: "standard input".into(),
                size: bytes.len() as u64,
                input: Input::Bytes(bytes),
                modified: None,
            });
        }
        let name = path.display().to_string();
        let refused = |error| {
            Error::new(ErrorKind::Io, format!("`{name}` cannot be read")).with_source(error)
        };
        let file = fs::File::open(path).map_err(refused)?;
        let metadata = file.metadata().map_err(refused)?;
        let modified = metadata.modified().ok();
        let modified = modified.and_then(|moment| moment.duration_since(UNIX_EPOCH).ok());
        Ok(Source {
            input: Input::Path(path.to_owned()),
            size: metadata.len(),
            modified: modified.map(|since| since.as_secs_f64()),
            name,
        })
    }

    /// Size in bytes.
    pub(super) fn size(&self) -> u64 {
        self.size
    }

    /// A clock that stands still at the file's last modification: what NOW was when the file was saved, or nearly.
    pub(super) fn clock(&self) -> Environment {
        match self.modified {
            Some(seconds) => Environment::fixed(serial_of_unix(seconds), 0),
            None => Environment::default(),
        }
    }

    /// The workbook in the file; `progress` is told how many bytes of how many are read.
    ///
    /// # Errors
    ///
    /// As [`formats::open`].
    pub(super) fn open(
        self,
        options: &OpenOptions,
        environment: Environment,
        progress: &mut dyn FnMut(u64, u64) -> Result<()>,
    ) -> Result<Workbook> {
        formats::open(self.input, options, environment, progress)
    }
}

/// The copy of a file that stays beside it when it is written over.
pub(super) fn backup_path(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".bak");
    PathBuf::from(name)
}

/// Keeps a copy of a file beside it.
///
/// # Errors
///
/// [`ErrorKind::Io`].
pub(super) fn back_up(path: &Path) -> Result<PathBuf> {
    let backup = backup_path(path);
    fs::copy(path, &backup).map_err(|error| {
        Error::new(
            ErrorKind::Io,
            format!("no backup `{}` can be written", backup.display()),
        )
        .with_source(error)
    })?;
    Ok(backup)
}
