//! The archives in files: how their parts are compressed, and how large a part may get.

use std::io::{Seek, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::error::{Error, ErrorKind, Result};

/// Deflate's fastest level: a third of the time of the usual one, for files a quarter larger.
pub(super) const COMPRESSION_LEVEL: i64 = 1;

/// Options of a part that is written anew.
pub(super) fn file_options() -> SimpleFileOptions {
    SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(COMPRESSION_LEVEL))
}

/// Bytes that a part may have in the plain form of zip archives. Beyond, it needs the larger form, which some programs
/// read only where it is needed.
pub(super) const PLAIN_PART_BYTES: u64 = u32::MAX as u64 - 1;

/// Writes one part by `write`, which is called again if the part turns out larger than `plain_bytes`.
pub(super) fn write_large_part<W: Write + Seek>(
    zip: &mut ZipWriter<W>,
    plain_bytes: u64,
    start: impl Fn(&mut ZipWriter<W>, bool) -> Result<()>,
    mut write: impl FnMut(&mut PartWriter<'_, W>) -> Result<()>,
) -> Result<()> {
    for is_large in [false, true] {
        start(zip, is_large)?;
        let mut part = PartWriter {
            zip: &mut *zip,
            left: if is_large { u64::MAX } else { plain_bytes },
            too_large: false,
        };
        let result = write(&mut part);
        if !part.too_large {
            return result;
        }
        zip.abort_file().map_err(writing_error)?;
    }
    Ok(())
}

/// Counts the bytes of a part and stops before there are too many.
pub(super) struct PartWriter<'a, W: Write + Seek> {
    zip: &'a mut ZipWriter<W>,
    left: u64,
    too_large: bool,
}

impl<W: Write + Seek> Write for PartWriter<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        match self.left.checked_sub(bytes.len() as u64) {
            Some(left) => self.left = left,
            None => {
                self.too_large = true;
                return Err(std::io::ErrorKind::FileTooLarge.into());
            }
        }
        self.zip.write_all(bytes)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// A failure of the archive that is written.
pub(super) fn writing_error(error: zip::result::ZipError) -> Error {
    Error::new(ErrorKind::Io, format!("cannot write: {error}")).with_source(error)
}
