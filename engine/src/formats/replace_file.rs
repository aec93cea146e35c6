//! Files that take their place only when they are complete.

use std::fs;
use std::io::{BufWriter, Seek, SeekFrom, Write};
use std::path::Path;

use crate::error::{Error, ErrorKind, Result};

/// Writes a file beside `target` and puts it in its place when `write` succeeds. `progress` is told how many bytes are
/// written, and breaks it off with an error.
pub(super) fn replace_file(
    target: &Path,
    progress: &mut dyn FnMut(u64) -> Result<()>,
    write: impl FnOnce(&mut BufWriter<Watched<'_>>) -> Result<()>,
) -> Result<()> {
    let fault = |error: std::io::Error| {
        let message = format!("`{}` cannot be written", target.display());
        Error::new(ErrorKind::Io, message).with_source(error)
    };
    // A link stays a link; what it leads to is replaced.
    let target = fs::canonicalize(target).unwrap_or_else(|_| target.to_owned());
    let folder = match target.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let old = fs::metadata(&target).ok();
    let mut builder = tempfile::Builder::new();
    builder.prefix(".tabulith-").suffix(".tmp");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    let mut file = builder.tempfile_in(folder).map_err(fault)?;
    let watched = Watched {
        file: file.as_file_mut(),
        written: 0,
        progress,
        refusal: None,
    };
    let mut buffered = BufWriter::with_capacity(1 << 16, watched);
    let written = write(&mut buffered).and_then(|()| buffered.flush().map_err(fault));
    let (watched, _) = buffered.into_parts();
    if let Some(refusal) = watched.refusal {
        return Err(refusal);
    }
    written?;
    if let Some(old) = old {
        file.as_file()
            .set_permissions(old.permissions())
            .map_err(fault)?;
    }
    file.as_file().sync_all().map_err(fault)?;
    file.persist(&target).map_err(|error| fault(error.error))?;
    Ok(())
}

/// A file on its way, whose every write is told of.
pub(super) struct Watched<'a> {
    file: &'a mut fs::File,
    written: u64,
    progress: &'a mut dyn FnMut(u64) -> Result<()>,
    /// Why nothing more is to be written.
    refusal: Option<Error>,
}

impl Write for Watched<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        if self.refusal.is_none() {
            self.refusal = (self.progress)(self.written).err();
        }
        if self.refusal.is_some() {
            return Err(std::io::Error::other("the writing was broken off"));
        }
        let count = self.file.write(bytes)?;
        self.written += count as u64;
        Ok(count)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.file.flush()
    }
}

impl Seek for Watched<'_> {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        self.file.seek(to)
    }
}
