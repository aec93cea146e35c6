//! Saving: the package that a workbook was read from, in line with what it is now; or a new file.

use std::io::{Seek, Write};
use std::path::Path;

use super::save_changes::Changes;
use super::{Origin, patch_book};
use crate::error::{Error, ErrorKind, Result};
use crate::formats::replace_file::replace_file;
use crate::workbook::{Snapshot, Workbook};

/// Saves a workbook as .xlsx or .xlsm.
///
/// One that was read from such a file keeps all that the file held: only what changed is rewritten, and what speaks of
/// cells that stand elsewhere now.
///
/// # Errors
///
/// [`ErrorKind::Io`]; [`ErrorKind::Unsupported`] if the workbook was changed in ways that the file it was read from
/// cannot be brought in line with, naming them. The file at `path` then stays as it was.
pub fn save(book: &Workbook, path: impl AsRef<Path>) -> Result<()> {
    replace_file(path.as_ref(), &mut |_| Ok(()), |file| write(book, file))
}

/// Writes what [`save`] saves to `out`.
///
/// # Errors
///
/// As [`save`]; what was written by then is of no use.
pub fn write(book: &Workbook, out: impl Write + Seek) -> Result<()> {
    let snapshot = book.snapshot();
    match book.origin::<Origin>() {
        Some(origin) => {
            refuse(&changed_beyond(&origin, &snapshot))?;
            patch_book(&origin.package, &Changes::new(&origin, &snapshot), out)
        }
        None => super::write_new(&snapshot, out),
    }
}

/// What the file cannot be brought in line with: a sentence each.
fn changed_beyond(origin: &Origin, now: &Snapshot) -> Vec<String> {
    let mut found = now.structure_changed_since(&origin.baseline);
    if !origin.has_styles && now.new_styles().next().is_some() {
        found.push("number formats were set, for which it has no place".to_owned());
    }
    found
}

/// # Errors
///
/// [`ErrorKind::Unsupported`] if there is any reason not to save.
fn refuse(reasons: &[String]) -> Result<()> {
    if reasons.is_empty() {
        return Ok(());
    }
    let message = format!(
        "cannot save into the file that the workbook was read from, because {}; everything else in that file would be \
         at risk; saved as a new file, the workbook would be without it",
        reasons.join(", ")
    );
    Err(Error::new(ErrorKind::Unsupported, message))
}
