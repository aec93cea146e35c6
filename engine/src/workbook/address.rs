//! Addresses as texts: `Ledger!A1:B9`, or a defined name that refers to cells.

use super::sheets::Sheets;
use crate::error::{Error, ErrorKind, Result};
use crate::graph::Axes;
use crate::reference::a1::{self, GridLimits};
use crate::reference::{Axis, Rect, SheetId};

/// The rectangle that an address names; without a sheet it is on the only one.
///
/// # Errors
///
/// [`ErrorKind::Address`] for a text that is no address, or one without a sheet where there are several;
/// [`ErrorKind::SheetNotFound`].
pub(super) fn resolve(text: &str, sheets: &Sheets, axes: &dyn Axes) -> Result<(SheetId, Rect)> {
    let (name, rect) = a1::parse_address(text, GridLimits::default())?;
    let sheet = match (&name, sheets.order()) {
        (Some(name), _) => sheets.named(name)?,
        (None, [only]) => *only,
        (None, []) => {
            return Err(Error::new(
                ErrorKind::SheetNotFound,
                "the workbook has no sheet yet",
            ));
        }
        (None, _) => {
            let message =
                format!("`{text}` names no sheet, and there are several; write `Sheet!{text}`");
            return Err(Error::new(ErrorKind::Address, message));
        }
    };
    if let Some((rows, columns)) = axes.axes(sheet)
        && (rect.bottom >= rows.len() || rect.right >= columns.len())
    {
        return Err(Error::new(
            ErrorKind::Address,
            format!("`{text}` lies outside the grid"),
        ));
    }
    Ok((sheet, rect))
}
