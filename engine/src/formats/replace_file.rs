//! Files that take their place only when they are complete, and writing that tells how far it is.

use std::fs;
use std::io::{BufWriter, Seek, SeekFrom, Write};
use std::path::Path;

use crate::error::{Error, ErrorKind, Result};

/// Writes a file beside `target` and puts it in its place when `write` succeeds. `progress` is told how many bytes are
/// written, and breaks it off with an error.
pub(super) fn replace_file(
    target: &Path,
    progress: &mut dyn FnMut(u64) -> Result<()>,
    write: impl FnOnce(&mut Out<'_, fs::File>) -> Result<()>,
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
    watched(file.as_file_mut(), progress, fault, write)?;
    if let Some(old) = old {
        file.as_file()
            .set_permissions(old.permissions())
            .map_err(fault)?;
    }
    file.as_file().sync_all().map_err(fault)?;
    file.persist(&target).map_err(|error| fault(error.error))?;
    Ok(())
}

/// What is written through a buffer, told of as it comes out of it.
pub(super) type Out<'a, W> = BufWriter<Watched<'a, W>>;

/// Writes to `inner`; `progress` is told how many bytes are written, and breaks it off with an error. What fails at the
/// end is told by `fault`.
pub(super) fn watched<W: Write>(
    inner: &mut W,
    progress: &mut dyn FnMut(u64) -> Result<()>,
    fault: impl Fn(std::io::Error) -> Error,
    write: impl FnOnce(&mut Out<'_, W>) -> Result<()>,
) -> Result<()> {
    let watched = Watched {
        inner,
        written: 0,
        progress,
        refusal: None,
        is_over: false,
    };
    let mut buffered = BufWriter::with_capacity(1 << 16, watched);
    let written = write(&mut buffered).and_then(|()| buffered.flush().map_err(&fault));
    let (watched, _) = buffered.into_parts();
    match (watched.refusal, written) {
        (Some(refusal), _) => Err(refusal),
        (None, Ok(())) if watched.is_over => Err(fault(std::io::Error::other("a write failed"))),
        (None, written) => written,
    }
}

/// A writer whose every write is told of.
pub(super) struct Watched<'a, W> {
    inner: &'a mut W,
    written: u64,
    progress: &'a mut dyn FnMut(u64) -> Result<()>,
    /// Why nothing more is to be written.
    refusal: Option<Error>,
    /// Whether writing has failed, and what comes is thrown away.
    is_over: bool,
}

impl<W: Write> Write for Watched<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        // Who failed once and writes on, as a package does at its end, need not be told again.
        if self.is_over {
            return Ok(bytes.len());
        }
        self.refusal = (self.progress)(self.written).err();
        let written = match self.refusal {
            Some(_) => Err(std::io::Error::other("the writing was broken off")),
            None => self.inner.write(bytes),
        };
        match written {
            Ok(count) => self.written += count as u64,
            // This one is tried again.
            Err(ref error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(_) => self.is_over = true,
        }
        written
    }

    fn flush(&mut self) -> std::io::Result<()> {
        match self.is_over {
            true => Ok(()),
            false => self.inner.flush(),
        }
    }
}

impl<W: Seek> Seek for Watched<'_, W> {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        self.inner.seek(to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A disk with room for so many bytes.
    struct Full(usize);

    impl Write for Full {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            match bytes.len() <= self.0 {
                true => {
                    self.0 -= bytes.len();
                    Ok(bytes.len())
                }
                false => Err(std::io::Error::other("the disk is full")),
            }
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    fn written(room: usize, write: impl FnOnce(&mut Out<'_, Full>) -> Result<()>) -> Result<()> {
        let fault = |error: std::io::Error| Error::new(ErrorKind::Io, error.to_string());
        watched(&mut Full(room), &mut |_| Ok(()), fault, write)
    }

    #[test]
    fn a_write_that_failed_is_an_error_whatever_its_writer_makes_of_it() {
        let careless = |out: &mut Out<'_, Full>| {
            for _ in 0..4 {
                let _ = out.write_all(&[7; 100_000]);
            }
            Ok(())
        };
        assert!(written(400_000, careless).is_ok());
        let error = written(250_000, careless).unwrap_err();
        assert_eq!(error.message(), "a write failed");
        let error = written(5, |out| {
            let _ = out.write_all(b"in the buffer");
            Ok(())
        });
        assert_eq!(error.unwrap_err().message(), "the disk is full");
    }
}
