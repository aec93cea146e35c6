//! Where the cells of tiles lie during a recalculation.

use std::ops::Range;

use super::evaluate::Surroundings;
use super::{Grids, Reader};
use crate::formula::{Mode, TemplateAxis};
use crate::functions::Context;
use crate::graph::{Axes, Graph};
use crate::plan::tiles::{Load, TileRows, TileSource};
use crate::reference::{Axis, Cell, SheetId};
use crate::storage::Tile;

/// Reads the tiles that the formulas of one region need.
pub(super) struct GridSource<'a> {
    grids: &'a Grids,
    around: Surroundings<'a>,
    reader: Reader<'a>,
    mode: Mode,
}

impl<'a> GridSource<'a> {
    /// A source of the cells as they are, for formulas that treat ranges in this way.
    pub(super) fn new(
        grids: &'a Grids,
        graph: &'a Graph,
        around: Surroundings<'a>,
        mode: Mode,
    ) -> GridSource<'a> {
        GridSource {
            grids,
            around,
            reader: Reader::new(grids, graph, around.book, around.settings).noting(around.failures),
            mode,
        }
    }

    /// The rows between which the formula must stand, in positions.
    fn stands_within(
        &self,
        sheet: SheetId,
        (first, last): (TemplateAxis, TemplateAxis),
        rows: &TileRows,
    ) -> Option<bool> {
        let (axis, _) = self.grids.axes(sheet)?;
        let first = first.position(rows.row, axis)?;
        let last = last.position(rows.row, axis)?;
        Some(first <= rows.row && rows.row + (rows.count - 1) <= last)
    }

    fn load_cells(&self, load: &Load, rows: &TileRows, tile: &mut Tile) -> Option<()> {
        if let Some(within) = load.within
            && !self.stands_within(load.sheet, within, rows)?
        {
            return None;
        }
        let grid = self.grids.sheet(load.sheet)?;
        let column = load.column.position(rows.column, grid.columns())?;
        let TemplateAxis::Relative(offset) = load.row else {
            let row = load.row.position(rows.row, grid.rows())?;
            tile.begin(1);
            self.grids
                .with_value(load.sheet, Cell::new(row, column), |value| {
                    tile.set(0, value);
                });
            return Some(());
        };
        let open = self.grids.open();
        if offset == 0 && load.sheet == rows.sheet {
            // The cells beside lie in the same slots, whatever was inserted and deleted.
            let slots = rows.slot..rows.slot + rows.count as u16;
            let block = (column, rows.block);
            grid.load_slots(open, block, slots, tile);
            return Some(());
        }
        let first = rows.row.checked_add_signed(offset)?;
        let end = first.checked_add(rows.count)?;
        if end > grid.rows().len() {
            return None;
        }
        grid.load_rows(open, column, first..end, tile);
        Some(())
    }
}

impl TileSource for GridSource<'_> {
    fn load(&self, load: &Load, rows: &TileRows, tile: &mut Tile) -> bool {
        self.load_cells(load, rows, tile).is_some()
    }

    fn load_rows(
        &self,
        (sheet, column): (SheetId, u32),
        rows: Range<u32>,
        tile: &mut Tile,
    ) -> bool {
        let Some(grid) = self.grids.sheet(sheet) else {
            return false;
        };
        if rows.end > grid.rows().len() || column >= grid.columns().len() {
            return false;
        }
        grid.load_rows(self.grids.open(), column, rows, tile);
        true
    }

    fn context(&self, rows: &TileRows, lane: usize) -> Context<'_> {
        let cell = Cell::new(rows.row + lane as u32, rows.column);
        self.around
            .settings
            .context(&self.reader, (rows.sheet, cell), self.mode)
    }
}
