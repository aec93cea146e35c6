//! Files that take their place only when they are complete.

use std::fs;
use std::io::{BufWriter, Write};
use std::path::Path;

use crate::error::{Error, ErrorKind, Result};

/// Writes a file beside `target` and puts it in its place when `write` succeeds.
pub(super) fn replace_file(
    target: &Path,
    write: impl FnOnce(&mut BufWriter<&mut fs::File>) -> Result<()>,
) -> Result<()> {
    let fault = |error: std::io::Error| {
        Error::new(
            ErrorKind::Io,
            format!("cannot write {}: {error}", target.display()),
        )
        .with_source(error)
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
    let mut buffered = BufWriter::with_capacity(1 << 16, file.as_file_mut());
    write(&mut buffered)?;
    buffered.flush().map_err(fault)?;
    drop(buffered);
    if let Some(old) = old {
        file.as_file()
            .set_permissions(old.permissions())
            .map_err(fault)?;
    }
    file.as_file().sync_all().map_err(fault)?;
    file.persist(&target).map_err(|error| fault(error.error))?;
    Ok(())
}
