//! A set of cells given as rectangles, asked for one cell at a time.

use hashbrown::HashMap;

use crate::reference::{Area, Cell, SheetId};

/// Cells, as runs of rows in each column.
#[derive(Default)]
pub(super) struct CellSet {
    /// Runs by their first row, none touching another.
    columns: HashMap<(SheetId, u32), Vec<(u32, u32)>>,
}

impl CellSet {
    /// The cells of these areas.
    pub(super) fn new(areas: &[Area]) -> CellSet {
        let mut columns: HashMap<(SheetId, u32), Vec<(u32, u32)>> = HashMap::new();
        for area in areas {
            for column in area.rect.left..=area.rect.right {
                let runs = columns.entry((area.sheet, column)).or_default();
                runs.push((area.rect.top, area.rect.bottom));
            }
        }
        columns.values_mut().for_each(merge);
        CellSet { columns }
    }

    /// Whether a cell is in the set.
    pub(super) fn contains(&self, sheet: SheetId, cell: Cell) -> bool {
        let Some(runs) = self.columns.get(&(sheet, cell.column)) else {
            return false;
        };
        let after = runs.partition_point(|(top, _)| *top <= cell.row);
        after > 0 && runs[after - 1].1 >= cell.row
    }
}

/// Sorts the runs and joins those that overlap or touch.
fn merge(runs: &mut Vec<(u32, u32)>) {
    runs.sort_unstable();
    runs.dedup_by(|next, before| {
        let joined = next.0 <= before.1.saturating_add(1);
        if joined {
            before.1 = before.1.max(next.1);
        }
        joined
    });
}
