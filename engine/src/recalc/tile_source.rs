//! Where the cells of tiles lie during a recalculation.

use super::evaluate::Surroundings;
use super::{Grids, Reader};
use crate::formula::{Mode, TemplateAxis};
use crate::functions::Context;
use crate::graph::{Axes, Graph};
use crate::plan::tiles::{Load, TileRows, TileSource};
use crate::reference::{Cell, SheetId};
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
            reader: Reader::new(grids, graph, around.book, around.settings),
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
        let first = Load::position(first, rows.row, axis)?;
        let last = Load::position(last, rows.row, axis)?;
        Some(first <= rows.row && rows.row + (rows.count - 1) <= last)
    }

    fn load_cells(&self, load: &Load, rows: &TileRows, tile: &mut Tile) -> Option<()> {
        if let Some(within) = load.within
            && !self.stands_within(load.sheet, within, rows)?
        {
            return None;
        }
        let grid = self.grids.sheet(load.sheet)?;
        let column = Load::position(load.column, rows.column, grid.columns())?;
        let TemplateAxis::Relative(offset) = load.row else {
            let row = Load::position(load.row, rows.row, grid.rows())?;
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
        if end > crate::reference::Axis::len(grid.rows()) {
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

    fn context(&self, rows: &TileRows, lane: usize) -> Context<'_> {
        let cell = Cell::new(rows.row + lane as u32, rows.column);
        self.around
            .settings
            .context(&self.reader, (rows.sheet, cell), self.mode)
    }
}
