//! Single cells by the place where they lie, for whoever reads and writes the same ones again and again.

use hashbrown::hash_map::Entry;

use super::{OpenGrid, SheetGrid};
use crate::reference::Cell;
use crate::storage::cell_index::CellKey;
use crate::storage::chunk::OpenChunk;
use crate::value::ValueRef;

/// Where the value of a cell lies. It holds as long as no row or column of the sheet is inserted, deleted or moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    key: CellKey,
    slot: u16,
}

impl SheetGrid {
    /// Where a cell lies; nothing beyond the grid.
    pub fn place(&self, cell: Cell) -> Option<Place> {
        let (key, slot) = self.view().place(cell)?;
        Some(Place { key, slot })
    }
}

impl OpenGrid {
    /// The number at a place as written so far; nothing if there is another value, or none.
    pub fn number_at(&self, place: Place) -> Option<f64> {
        match self.open.get(&place.key) {
            Some(open) => open.packed(place.slot).to_number(),
            None => self
                .index
                .with(place.key, |chunk| chunk?.packed(place.slot).to_number()),
        }
    }

    /// Writes a cell whose block has a chunk and keeps it, and tells whether the value is another one; does nothing and
    /// gives nothing otherwise.
    pub fn replace_at(&mut self, place: Place, value: ValueRef<'_>) -> Option<bool> {
        if value == ValueRef::Blank {
            return None;
        }
        let Place { key, slot } = place;
        let open = match self.open.entry(key) {
            Entry::Occupied(open) => open.into_mut(),
            Entry::Vacant(place) => {
                let chunk = self.index.get(key)?;
                if chunk.cell(slot).value() == value {
                    return Some(false);
                }
                place.insert(OpenChunk::new(&chunk))
            }
        };
        if open.filled() == 0 {
            return None;
        }
        let changes = open.cell(slot).value() != value;
        if changes {
            open.set(slot, value);
        }
        Some(changes)
    }
}
