//! What can be said of a sheet's changes before they are written.

use super::book_changes::{BookChanges, FormulaChange};
use crate::error::{Error, ErrorKind, Result};
use crate::limits;
use crate::reference::Rect;
use crate::value::Value;

/// What can be said of a sheet's changes before they are written.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Survey {
    /// Whether there are any.
    pub(super) any: bool,
    /// Whether any formula spills.
    pub(super) dynamic: bool,
    /// The smallest rectangle around those that leave a value.
    pub(super) hull: Option<Rect>,
}

/// Looks through the changes of a sheet.
pub(super) fn survey(changes: &dyn BookChanges, sheet: usize) -> Result<Survey> {
    let mut survey = Survey {
        any: changes.rows(sheet).next().is_some()
            || changes.columns(sheet).is_some()
            || changes.widths(sheet).is_some()
            || changes.merges(sheet).is_some()
            || changes.moves().is_some_and(|moves| {
                let sheet = moves.sheets.get(sheet);
                sheet.is_some_and(|sheet| !sheet.stayed() || sheet.attached_changed())
            }),
        ..Survey::default()
    };
    for change in changes.cells(sheet) {
        survey.any = true;
        survey.dynamic |= matches!(change.formula, Some(FormulaChange::Dynamic { .. }));
        if change.value != Value::Blank {
            let rect = Rect::cell(change.cell);
            survey.hull = Some(survey.hull.map_or(rect, |hull| hull.hull(&rect)));
        }
        if change.cell.row >= limits::ROWS || change.cell.column >= limits::COLUMNS {
            return Err(Error::new(
                ErrorKind::Limit,
                format!(
                    "row {}, column {} is beyond the {} rows and {} columns of an .xlsx file",
                    change.cell.row + 1,
                    change.cell.column + 1,
                    limits::ROWS,
                    limits::COLUMNS
                ),
            ));
        }
    }
    Ok(survey)
}
