//! Why functions of the user failed, by cell.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::limits;
use crate::reference::{Area, Cell, SheetId};

/// The error texts that functions of the user gave, the first one of each cell; of the first
/// [`limits::FAILURES`] cells only.
#[derive(Debug, Default)]
pub struct Failures {
    /// Only the driver writes, but workers hold it too.
    by_cell: Mutex<BTreeMap<Place, Arc<str>>>,
}

/// Sheet, column and row.
type Place = (SheetId, u32, u32);

impl Failures {
    /// Notes a text for a cell.
    pub fn note(&self, (sheet, cell): (SheetId, Cell), text: &str) {
        let mut by_cell = self.by_cell.lock().unwrap_or_else(PoisonError::into_inner);
        let place = (sheet, cell.column, cell.row);
        if by_cell.len() < limits::FAILURES && !by_cell.contains_key(&place) {
            let most = text.len().min(limits::FAILURE_BYTES);
            let end = (0..=most).rfind(|end| text.is_char_boundary(*end));
            by_cell.insert(place, text[..end.unwrap_or(0)].into());
        }
    }

    /// Forgets cells: they are evaluated anew.
    pub(super) fn forget(&self, area: &Area) {
        let mut by_cell = self.by_cell.lock().unwrap_or_else(PoisonError::into_inner);
        for column in area.rect.left..=area.rect.right {
            if by_cell.is_empty() {
                return;
            }
            let rows = (area.sheet, column, area.rect.top)..=(area.sheet, column, area.rect.bottom);
            let places: Vec<Place> = by_cell.range(rows).map(|(place, _)| *place).collect();
            places.iter().for_each(|place| {
                by_cell.remove(place);
            });
        }
    }

    /// The texts, sheet by sheet and column by column.
    pub fn into_texts(self) -> Vec<((SheetId, Cell), Arc<str>)> {
        let by_cell = self
            .by_cell
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        let texts = by_cell.into_iter();
        texts
            .map(|((sheet, column, row), text)| ((sheet, Cell::new(row, column)), text))
            .collect()
    }
}
