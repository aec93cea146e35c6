//! The .xlsx file that a workbook was read from, as it goes into the workbook's own file and comes out of it.

use std::sync::Arc;

use crate::environment::Environment;
use crate::error::Result;
use crate::reference::SheetId;
use crate::workbook::{Snapshot, Workbook};

#[cfg(feature = "xlsx")]
pub use crate::formats::xlsx::Origin;

/// The file of Excel's that a workbook was read from; this build reads none.
#[cfg(not(feature = "xlsx"))]
#[derive(Debug)]
pub enum Origin {}

/// What a workbook was read from, if that was a file of Excel's.
pub(super) fn origin(book: &Workbook) -> Option<Arc<Origin>> {
    book.origin::<Origin>()
}

/// The bytes of the file, the workbook as the file had it, and the sheets by their numbers in the file.
#[cfg(feature = "xlsx")]
pub(super) fn parts(origin: &Origin) -> (&[u8], &Snapshot, &[SheetId]) {
    (origin.package.bytes(), &origin.baseline, &origin.sheets)
}

#[cfg(not(feature = "xlsx"))]
pub(super) fn parts(origin: &Origin) -> (&[u8], &Snapshot, &[SheetId]) {
    match *origin {}
}

/// What the bytes of a file of Excel's say; `asked` breaks it off with an error.
///
/// # Errors
///
/// Those of reading such a file.
#[cfg(feature = "xlsx")]
pub(super) fn read(
    bytes: Vec<u8>,
    environment: Environment,
    asked: &mut dyn FnMut() -> Result<()>,
) -> Result<Option<Arc<Origin>>> {
    use crate::formats::xlsx::{Package, open_package};
    let package = Package::from_bytes(bytes)?;
    let book = open_package(package, environment, &mut |_, _| asked())?;
    Ok(origin(&book))
}

#[cfg(not(feature = "xlsx"))]
pub(super) fn read(
    _bytes: Vec<u8>,
    _environment: Environment,
    _asked: &mut dyn FnMut() -> Result<()>,
) -> Result<Option<Arc<Origin>>> {
    use crate::error::{Error, ErrorKind};
    let message = "the file holds a workbook of Excel's that it goes on from, and this build reads none: its feature \
                   `xlsx` is off";
    Err(Error::new(ErrorKind::Unsupported, message))
}
