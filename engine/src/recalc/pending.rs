//! Sets of cells that are still to be computed, as bits by column.

use hashbrown::HashMap;

use crate::reference::{Area, Cell, Rect, SheetId};

/// A set of cells. Costs one bit for each row down to the last one of each column that has any.
#[derive(Default)]
pub(super) struct CellSet {
    columns: HashMap<(SheetId, u32), Column>,
    len: u64,
}

#[derive(Default)]
struct Column {
    words: Vec<u64>,
    count: u32,
}

impl Column {
    fn bit(&self, row: u32) -> bool {
        self.words
            .get(row as usize / 64)
            .is_some_and(|word| word >> (row % 64) & 1 == 1)
    }
}

impl CellSet {
    /// Number of cells.
    pub(super) fn len(&self) -> u64 {
        self.len
    }

    /// Whether the cell is one of them.
    pub(super) fn contains(&self, sheet: SheetId, cell: Cell) -> bool {
        self.columns
            .get(&(sheet, cell.column))
            .is_some_and(|column| column.bit(cell.row))
    }

    /// Adds the rows `rect.top..=rect.bottom` of the column `rect.left`; gives the spans of rows that are new.
    pub(super) fn add_rows(&mut self, sheet: SheetId, rect: &Rect) -> Vec<(u32, u32)> {
        let column = self.columns.entry((sheet, rect.left)).or_default();
        let words = rect.bottom as usize / 64 + 1;
        if column.words.len() < words {
            column.words.resize(words, 0);
        }
        let mut spans: Vec<(u32, u32)> = Vec::new();
        for row in rect.top..=rect.bottom {
            let word = &mut column.words[row as usize / 64];
            let bit = 1 << (row % 64);
            if *word & bit != 0 {
                continue;
            }
            *word |= bit;
            column.count += 1;
            self.len += 1;
            match spans.last_mut() {
                Some((_, last)) if *last + 1 == row => *last = row,
                _ => spans.push((row, row)),
            }
        }
        spans
    }

    /// Takes a cell out; tells whether it was one of them.
    pub(super) fn remove(&mut self, sheet: SheetId, cell: Cell) -> bool {
        let Some(column) = self.columns.get_mut(&(sheet, cell.column)) else {
            return false;
        };
        if !column.bit(cell.row) {
            return false;
        }
        column.words[cell.row as usize / 64] &= !(1 << (cell.row % 64));
        column.count -= 1;
        self.len -= 1;
        true
    }

    /// The smallest rectangle that holds every cell of the set that lies in `area`.
    pub(super) fn hull(&self, area: &Area) -> Option<Rect> {
        let rows = (area.rect.top, area.rect.bottom);
        let hulls = self
            .columns_in(area)
            .into_iter()
            .filter_map(|(number, column)| {
                let bottom = rows.1.min((column.words.len() as u32 * 64).checked_sub(1)?);
                let top = (rows.0..=bottom).find(|row| column.bit(*row))?;
                let bottom = (top..=bottom).rev().find(|row| column.bit(*row))?;
                Some(Rect {
                    top,
                    bottom,
                    left: number,
                    right: number,
                })
            });
        hulls.reduce(|hull, column| hull.hull(&column))
    }

    /// The columns of `area` that have cells of the set, in order.
    fn columns_in(&self, area: &Area) -> Vec<(u32, &Column)> {
        let rect = &area.rect;
        let held = |column: u32| {
            let found = self.columns.get(&(area.sheet, column))?;
            (found.count > 0).then_some((column, found))
        };
        if rect.columns() as usize <= self.columns.len() {
            return (rect.left..=rect.right).filter_map(held).collect();
        }
        let known = self.columns.keys().filter(|(sheet, column)| {
            *sheet == area.sheet && (rect.left..=rect.right).contains(column)
        });
        let mut columns: Vec<_> = known.filter_map(|(_, column)| held(*column)).collect();
        columns.sort_unstable_by_key(|(column, _)| *column);
        columns
    }

    /// The first `most` cells of the set that lie in `area`, in row-major order within each column.
    pub(super) fn within(&self, area: &Area, most: usize) -> Vec<Cell> {
        let mut found = Vec::new();
        let rect = &area.rect;
        for (number, column) in self.columns_in(area) {
            let last = (rect.bottom as usize / 64).min(column.words.len().saturating_sub(1));
            for index in rect.top as usize / 64..=last {
                let Some(mut word) = column.words.get(index).copied() else {
                    break;
                };
                while word != 0 {
                    let row = index as u32 * 64 + word.trailing_zeros();
                    word &= word - 1;
                    if (rect.top..=rect.bottom).contains(&row) {
                        found.push(Cell::new(row, number));
                        if found.len() == most {
                            return found;
                        }
                    }
                }
            }
        }
        found
    }
}
