//! Cells whose values changed, as rectangles.

use smallvec::SmallVec;

use crate::reference::{Area, Cell, Rect, SheetId};

/// Cells that changed, gathered into rectangles of one column.
#[derive(Debug, Clone, Default)]
pub struct Changes {
    /// After most edits they are one or two.
    areas: SmallVec<[Area; 2]>,
}

impl Changes {
    /// Adds a cell; consecutive rows of a column that come one after the other become one rectangle.
    pub fn add(&mut self, sheet: SheetId, cell: Cell) {
        let joined = self.areas.iter_mut().rev().take(8).find(|area| {
            area.sheet == sheet
                && area.rect.left == cell.column
                && area.rect.right == cell.column
                && area.rect.bottom + 1 == cell.row
        });
        match joined {
            Some(area) => area.rect.bottom = cell.row,
            None => self.areas.push(Area::new(sheet, Rect::cell(cell))),
        }
    }

    /// Adds a rectangle; one that goes on below the last one joins it.
    pub fn add_area(&mut self, area: Area) {
        match self.areas.last_mut() {
            Some(last)
                if last.sheet == area.sheet
                    && (last.rect.left, last.rect.right) == (area.rect.left, area.rect.right)
                    && last.rect.bottom + 1 == area.rect.top =>
            {
                last.rect.bottom = area.rect.bottom;
            }
            _ => self.areas.push(area),
        }
    }

    /// Adds all of `other` behind what is there: an area that is there already stays as it is.
    pub fn append(&mut self, other: Changes) {
        self.areas.extend(other.areas);
    }

    /// Leaves out the cells of a sheet.
    pub fn forget_sheet(&mut self, sheet: SheetId) {
        self.areas.retain(|area| area.sheet != sheet);
    }

    /// The rectangles; they may overlap.
    pub fn areas(&self) -> &[Area] {
        &self.areas
    }

    /// Whether the cell is one of them.
    pub fn contains(&self, sheet: SheetId, cell: Cell) -> bool {
        self.areas
            .iter()
            .any(|area| area.sheet == sheet && area.rect.contains(cell))
    }

    /// Number of cells, those in several rectangles counted for each.
    pub fn size(&self) -> u64 {
        self.areas.iter().map(|area| area.rect.size()).sum()
    }

    /// Whether nothing changed.
    pub fn is_empty(&self) -> bool {
        self.areas.is_empty()
    }

    /// The rectangles sorted and joined where one column's rows continue: each cell once.
    pub fn merged(&self) -> Vec<Area> {
        let mut columns: Vec<Area> = Vec::new();
        for area in &self.areas {
            let one = |column| {
                Area::new(
                    area.sheet,
                    Rect {
                        left: column,
                        right: column,
                        ..area.rect
                    },
                )
            };
            columns.extend((area.rect.left..=area.rect.right).map(one));
        }
        columns.sort_unstable_by_key(|area| {
            (area.sheet, area.rect.left, area.rect.top, area.rect.bottom)
        });
        let mut merged: Vec<Area> = Vec::new();
        for area in columns {
            match merged.last_mut() {
                Some(last)
                    if last.sheet == area.sheet
                        && last.rect.left == area.rect.left
                        && area.rect.top <= last.rect.bottom + 1 =>
                {
                    last.rect.bottom = last.rect.bottom.max(area.rect.bottom);
                }
                _ => merged.push(area),
            }
        }
        merged
    }
}
