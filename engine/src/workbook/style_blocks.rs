//! Styles of blocks of cells that are copied, moved and sorted.

use super::styles::Styles;
use crate::recalc::Grids;
use crate::reference::{Cell, Rect, SheetId};
use crate::storage::tree::Natural;
use crate::storage::{Block, FormatId, FormatPlane, SheetGrid};

impl Styles {
    /// The styles of a rectangle, to be put elsewhere.
    pub(super) fn block(&self, grids: &Grids, sheet: SheetId, rect: &Rect) -> StyleBlock {
        let (Some(plane), Some(grid)) = (self.planes.get(&Natural, &sheet), grids.sheet(sheet))
        else {
            return StyleBlock::default();
        };
        let (rows, columns) = defaults_within(plane, grid, rect);
        StyleBlock {
            own: plane.block(grids.open(), grid, rect),
            rows,
            columns,
        }
    }

    /// Gives cells the styles of a block, which is put at the upper left of `whole` and meant to be repeated over it.
    /// Where rows or columns have styles, on either side, the cells get theirs as their own.
    pub(super) fn put_block(
        &mut self,
        grids: &mut Grids,
        sheet: SheetId,
        block: &StyleBlock,
        (first, whole): (&Rect, &Rect),
    ) {
        let Some(grid) = grids.sheet(sheet) else {
            return;
        };
        if block.is_plain() && self.planes.get(&Natural, &sheet).is_none() {
            return;
        }
        let (rows, columns) = match self.planes.get(&Natural, &sheet) {
            Some(plane) => defaults_within(plane, grid, whole),
            None => (Vec::new(), Vec::new()),
        };
        let row = |at: u32| {
            let row = first.top + at % first.rows();
            Rect {
                top: row,
                bottom: row,
                ..*first
            }
        };
        let column = |at: u32| {
            let column = first.left + at % first.columns();
            Rect {
                left: column,
                right: column,
                ..*first
            }
        };
        let plain = FormatId(0);
        // The styles of rows and columns at the destination are covered, those of the source laid over them.
        let mut bands: Vec<(Rect, FormatId)> = Vec::new();
        bands.extend(rows.iter().map(|(at, _)| (row(*at), plain)));
        bands.extend(columns.iter().map(|(at, _)| (column(*at), plain)));
        bands.extend(
            block
                .columns
                .iter()
                .map(|(at, style)| (column(*at), *style)),
        );
        bands.extend(block.rows.iter().map(|(at, style)| (row(*at), *style)));
        let (Some(plane), Some((open, grid))) = (self.plane(sheet), grids.writer(sheet)) else {
            return;
        };
        plane.fill(open, grid, whole, None);
        for (band, style) in bands {
            plane.fill(open, grid, &band, Some(style));
        }
        plane.copy_block(open, grid, &block.own, first.top_left());
    }

    /// Repeats the styles of cells elsewhere on their sheet.
    pub(super) fn copy_own(&mut self, grids: &mut Grids, sheet: SheetId, rect: &Rect, at: Cell) {
        let (Some(plane), Some((open, grid))) =
            (self.planes.get_mut(&Natural, &sheet), grids.writer(sheet))
        else {
            return;
        };
        let block = plane.block(open, grid, rect);
        plane.copy_block(open, grid, &block, at);
    }

    /// Takes the styles of their own from cells.
    pub(super) fn clear(&mut self, grids: &mut Grids, sheet: SheetId, rect: &Rect) {
        let plane = self.planes.get_mut(&Natural, &sheet);
        if let (Some(plane), Some((open, grid))) = (plane, grids.writer(sheet)) {
            plane.fill(open, grid, rect, None);
        }
    }

    /// Puts the styles of a rectangle's rows in another order: row `n` gets those of row `order[n]`.
    pub(super) fn reorder(
        &mut self,
        grids: &mut Grids,
        sheet: SheetId,
        rect: &Rect,
        order: &[u32],
    ) {
        let plane = self.planes.get_mut(&Natural, &sheet);
        if let (Some(plane), Some((open, grid))) = (plane, grids.writer(sheet)) {
            plane.reorder(open, grid, rect, order);
        }
    }
}

/// The styles of a rectangle: those of its cells, and those of its rows and columns counted from its first ones.
#[derive(Default)]
pub(super) struct StyleBlock {
    own: Block,
    rows: Vec<(u32, FormatId)>,
    columns: Vec<(u32, FormatId)>,
}

impl StyleBlock {
    fn is_plain(&self) -> bool {
        self.own.is_blank() && self.rows.is_empty() && self.columns.is_empty()
    }
}

/// Styles of rows or columns, counted from the first of a rectangle.
type Defaults = Vec<(u32, FormatId)>;

/// The styles of the rows and columns that a rectangle lies in.
fn defaults_within(plane: &FormatPlane, grid: &SheetGrid, rect: &Rect) -> (Defaults, Defaults) {
    let within = |found: Defaults, first: u32, last: u32| {
        let within = found
            .into_iter()
            .filter(|(at, _)| (first..=last).contains(at));
        within.map(|(at, style)| (at - first, style)).collect()
    };
    (
        within(plane.rows(grid), rect.top, rect.bottom),
        within(plane.columns(grid), rect.left, rect.right),
    )
}
