//! The formats of one sheet's cells: which number of a format each cell has.
//!
//! The numbers lie in chunks beside the values, on a plane of their own; rows and columns have defaults. What a format
//! looks like is the workbook's business. As in Excel a cell's own format wins over its row's, and that over its
//! column's.

use std::ops::ControlFlow;

use super::cell_index::{Plane, ReadIndex};
use super::sheet_grid::{
    Block, ColumnBlock, Dead, OpenGrid, PlaneView, PlaneWrite, Present, SheetGrid, dead_columns,
    dead_rows, segments_of,
};
use super::tree::{Natural, Tree};
use crate::reference::{Anchor, Axis, Cell, Rect};
use crate::value::ValueRef;

/// The number of a format in its workbook; 0 is the default one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct FormatId(pub u32);

impl FormatId {
    fn from_value(value: ValueRef<'_>) -> Option<FormatId> {
        match value {
            ValueRef::Number(x) => Some(FormatId(x as u32)),
            _ => None,
        }
    }

    fn to_value(self) -> ValueRef<'static> {
        ValueRef::Number(f64::from(self.0))
    }
}

/// The formats of one sheet; `Clone` is O(1).
///
/// # Examples
///
/// ```
/// use tabulith::reference::Cell;
/// use tabulith::storage::{FormatId, FormatPlane, IndexSnapshot, OpenGrid, SheetGrid};
///
/// let sheet = SheetGrid::new(0, 1_048_576, 16_384);
/// let mut formats = FormatPlane::default();
/// let mut open = OpenGrid::new(&IndexSnapshot::default());
/// formats.set_column(&sheet, 1, Some(FormatId(5)));
/// formats.set(&mut open, &sheet, Cell::new(2, 1), Some(FormatId(7)));
/// let index = open.freeze();
/// assert_eq!(formats.format(&index, &sheet, Cell::new(2, 1)), FormatId(7));
/// assert_eq!(formats.format(&index, &sheet, Cell::new(3, 1)), FormatId(5));
/// ```
#[derive(Debug, Clone, Default)]
pub struct FormatPlane {
    present: Present,
    rows: Tree<Anchor, FormatId>,
    columns: Tree<Anchor, FormatId>,
}

impl FormatPlane {
    fn view<'a>(&'a self, sheet: &'a SheetGrid) -> PlaneView<'a> {
        PlaneView {
            plane: Plane::Formats,
            sheet: sheet.key(),
            rows: sheet.rows(),
            columns: sheet.columns(),
            present: &self.present,
        }
    }

    fn plane_write(&mut self, sheet: &SheetGrid) -> PlaneWrite<'_> {
        PlaneWrite {
            plane: Plane::Formats,
            sheet: sheet.key(),
            present: &mut self.present,
        }
    }

    /// The format that a cell is shown with: its own, its row's, its column's or the default one.
    pub fn format(&self, index: &impl ReadIndex, sheet: &SheetGrid, cell: Cell) -> FormatId {
        self.cell(index, sheet, cell)
            .or_else(|| self.row(sheet, cell.row))
            .or_else(|| self.column(sheet, cell.column))
            .unwrap_or_default()
    }

    /// The format of the cell itself.
    pub fn cell(&self, index: &impl ReadIndex, sheet: &SheetGrid, cell: Cell) -> Option<FormatId> {
        let (key, slot) = self.view(sheet).place(cell)?;
        index.with_cell(key, slot, FormatId::from_value)
    }

    /// The default of a row.
    pub fn row(&self, sheet: &SheetGrid, row: u32) -> Option<FormatId> {
        if self.rows.is_empty() || row >= sheet.rows().len() {
            return None;
        }
        self.rows.get(&Natural, &sheet.rows().anchor(row)).copied()
    }

    /// The default of a column.
    pub fn column(&self, sheet: &SheetGrid, column: u32) -> Option<FormatId> {
        if self.columns.is_empty() || column >= sheet.columns().len() {
            return None;
        }
        let anchor = sheet.columns().anchor(column);
        self.columns.get(&Natural, &anchor).copied()
    }

    /// The columns in which any cell has a format of its own, by their anchors.
    pub fn filled_columns(&self) -> impl Iterator<Item = Anchor> + '_ {
        self.present.columns()
    }

    /// Whether any row or column has a default.
    pub fn has_defaults(&self) -> bool {
        !self.rows.is_empty() || !self.columns.is_empty()
    }

    /// The rows that have a default, in order.
    pub fn rows(&self, sheet: &SheetGrid) -> Vec<(u32, FormatId)> {
        in_order(&self.rows, sheet.rows())
    }

    /// The columns that have a default, in order.
    pub fn columns(&self, sheet: &SheetGrid) -> Vec<(u32, FormatId)> {
        in_order(&self.columns, sheet.columns())
    }

    /// Calls `visitor` with the cells of a rectangle that have a format of their own, row by row, until it breaks.
    pub fn visit(
        &self,
        index: &impl ReadIndex,
        sheet: &SheetGrid,
        rect: &Rect,
        visitor: &mut dyn FnMut(Cell, FormatId) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        self.view(sheet).visit(
            index,
            rect,
            &mut |cell, value| match FormatId::from_value(value) {
                Some(format) => visitor(cell, format),
                None => ControlFlow::Continue(()),
            },
        )
    }

    /// Calls `visit` with the numbers of the formats that cells have of their own, in blocks of columns as
    /// [`SheetGrid::column_blocks`] has them.
    pub fn column_blocks(
        &self,
        index: &impl ReadIndex,
        sheet: &SheetGrid,
        visit: &mut dyn FnMut(ColumnBlock<'_>) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        self.view(sheet).column_blocks(index, visit)
    }

    /// Gives cells formats of their own, as [`FormatPlane::column_blocks`] shows them.
    ///
    /// # Panics
    ///
    /// If the block goes beyond the grid.
    pub fn put_column(&mut self, open: &mut OpenGrid, sheet: &SheetGrid, block: &ColumnBlock<'_>) {
        let axes = (sheet.rows(), sheet.columns());
        open.put_column_of(&mut self.plane_write(sheet), axes, block);
    }

    /// Gives a cell a format of its own, or takes it away.
    ///
    /// # Panics
    ///
    /// If the cell lies beyond the grid.
    pub fn set(
        &mut self,
        open: &mut OpenGrid,
        sheet: &SheetGrid,
        cell: Cell,
        format: Option<FormatId>,
    ) {
        let row = sheet.rows().anchor(cell.row);
        let column = sheet.columns().anchor(cell.column);
        let value = format.map_or(ValueRef::Blank, FormatId::to_value);
        open.set_slot(&mut self.plane_write(sheet), row, column, value);
    }

    /// Gives the cells of a rectangle a format of their own, or takes it away.
    pub fn fill(
        &mut self,
        open: &mut OpenGrid,
        sheet: &SheetGrid,
        rect: &Rect,
        format: Option<FormatId>,
    ) {
        match format {
            Some(format) => {
                let axes = (sheet.rows(), sheet.columns());
                let value = format.to_value();
                open.fill_plane(&mut self.plane_write(sheet), axes, rect, value);
            }
            None => {
                let found = segments_of(&self.view(sheet), rect);
                open.clear_segments(&mut self.plane_write(sheet), found);
            }
        }
    }

    /// The formats that the cells of a rectangle have of their own, to be put elsewhere.
    pub fn block(&self, index: &impl ReadIndex, sheet: &SheetGrid, rect: &Rect) -> Block {
        self.view(sheet).block(index, rect)
    }

    /// Gives the cells from `at` on the formats of a block; where it has none, they keep theirs.
    ///
    /// # Panics
    ///
    /// If it goes beyond the grid.
    pub fn copy_block(&mut self, open: &mut OpenGrid, sheet: &SheetGrid, block: &Block, at: Cell) {
        let axes = (sheet.rows(), sheet.columns());
        open.copy_parts(&mut self.plane_write(sheet), axes, block, at);
    }

    /// Puts the formats of a rectangle's rows in another order, as [`OpenGrid::reorder`] does with values.
    pub fn reorder(&mut self, open: &mut OpenGrid, sheet: &SheetGrid, rect: &Rect, order: &[u32]) {
        let block = self.block(open, sheet, rect);
        let place = (&block, rect.top_left());
        let axes = (sheet.rows(), sheet.columns());
        open.gather(&mut self.plane_write(sheet), axes, place, order);
    }

    /// Gives a row a default, or takes it away.
    ///
    /// # Panics
    ///
    /// If there is no such row.
    pub fn set_row(&mut self, sheet: &SheetGrid, row: u32, format: Option<FormatId>) {
        put(&mut self.rows, sheet.rows().anchor(row), format);
    }

    /// Gives a column a default, or takes it away.
    ///
    /// # Panics
    ///
    /// If there is no such column.
    pub fn set_column(&mut self, sheet: &SheetGrid, column: u32, format: Option<FormatId>) {
        put(&mut self.columns, sheet.columns().anchor(column), format);
    }

    /// A copy for a sheet made by [`SheetGrid::copied`] under the key `key`; all chunks are shared.
    pub fn copied(&self, open: &mut OpenGrid, sheet: &SheetGrid, key: u32) -> FormatPlane {
        FormatPlane {
            present: open.share(self.view(sheet), key),
            ..self.clone()
        }
    }

    /// The same formats for a sheet made by [`SheetGrid::renumbered`] under the key `key`; `sheet` is the former one.
    pub fn renumbered(&self, open: &mut OpenGrid, sheet: &SheetGrid, key: u32) -> FormatPlane {
        let anchored = |found: Vec<(u32, FormatId)>| {
            let entries = found.into_iter().map(|(at, format)| (Anchor(at), format));
            Tree::from_sorted(&Natural, entries)
        };
        FormatPlane {
            present: open.renumber(self.view(sheet), key),
            rows: anchored(self.rows(sheet)),
            columns: anchored(self.columns(sheet)),
        }
    }

    /// Forgets the formats of rows that [`SheetGrid::delete_rows`] told dead.
    pub fn delete_rows(&mut self, open: &mut OpenGrid, sheet: &SheetGrid, dead: &Dead) {
        let died = dead_rows(&self.present, dead);
        open.clear_segments(&mut self.plane_write(sheet), died);
        forget(&mut self.rows, dead);
    }

    /// Forgets the formats of columns that [`SheetGrid::delete_columns`] told dead.
    pub fn delete_columns(&mut self, open: &mut OpenGrid, sheet: &SheetGrid, dead: &Dead) {
        let died = dead_columns(&self.present, dead);
        open.clear_segments(&mut self.plane_write(sheet), died);
        forget(&mut self.columns, dead);
    }
}

fn put(defaults: &mut Tree<Anchor, FormatId>, anchor: Anchor, format: Option<FormatId>) {
    match format {
        Some(format) => defaults.insert(&Natural, anchor, format),
        None => defaults.remove(&Natural, &anchor),
    };
}

fn forget(defaults: &mut Tree<Anchor, FormatId>, dead: &Dead) {
    for (first, length) in dead {
        let end = first.0 + length;
        while let Some((anchor, _)) = defaults.ceiling(&Natural, first)
            && anchor.0 < end
        {
            let anchor = *anchor;
            defaults.remove(&Natural, &anchor);
        }
    }
}

fn in_order(defaults: &Tree<Anchor, FormatId>, axis: &impl Axis) -> Vec<(u32, FormatId)> {
    let mut found: Vec<(u32, FormatId)> = defaults
        .iter()
        .filter_map(|(anchor, format)| Some((axis.position(*anchor)?, *format)))
        .collect();
    found.sort_unstable();
    found
}
