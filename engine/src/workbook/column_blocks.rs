//! Cells and styles of a sheet in blocks of columns, on their way into files and out of them.

use std::ops::ControlFlow;

use super::load::Loader;
use super::snapshot::Snapshot;
use crate::error::{Error, ErrorKind, Result};
use crate::graph::{Axes, Graph, Owner};
use crate::reference::{Axis, Cell, Rect, SheetId};
use crate::storage::tree::Natural;
use crate::storage::{ColumnBlock, PackedCell};

impl Snapshot {
    /// Shows the values of a sheet in blocks of columns, from left to right and from top to bottom. Without `results`
    /// the cells that a recalculation fills are blank.
    ///
    /// # Errors
    ///
    /// That of `visitor`, which ends the visit.
    pub fn visit_blocks(
        &self,
        sheet: SheetId,
        results: bool,
        mut visitor: impl FnMut(ColumnBlock<'_>) -> Result<()>,
    ) -> Result<()> {
        let Some(grid) = self.revision.grids.get(&Natural, &sheet) else {
            return Ok(());
        };
        let mut bare = Vec::new();
        let mut done = Ok(());
        let _ = grid.column_blocks(&self.revision.index, &mut |block| {
            done = if results {
                visitor(block)
            } else {
                bare.clear();
                bare.extend_from_slice(block.lanes);
                self.blank_results(sheet, block.first, &mut bare);
                visitor(ColumnBlock {
                    lanes: &bare,
                    ..block
                })
            };
            flow(&done)
        });
        done
    }

    /// Shows the numbers of the styles that cells of a sheet have of their own, as [`Snapshot::visit_blocks`] shows
    /// values.
    ///
    /// # Errors
    ///
    /// That of `visitor`, which ends the visit.
    pub fn visit_style_blocks(
        &self,
        sheet: SheetId,
        mut visitor: impl FnMut(ColumnBlock<'_>) -> Result<()>,
    ) -> Result<()> {
        let grid = self.revision.grids.get(&Natural, &sheet);
        let (Some(grid), Some(plane)) = (grid, self.revision.styles.plane_of(sheet)) else {
            return Ok(());
        };
        let mut done = Ok(());
        let _ = plane.column_blocks(&self.revision.index, grid, &mut |block| {
            done = visitor(block);
            flow(&done)
        });
        done
    }

    /// Blanks what formulas compute; those that are not computed keep what is stored.
    fn blank_results(&self, sheet: SheetId, first: Cell, lanes: &mut [f64]) {
        let graph = &self.revision.graph;
        let rect = Rect {
            top: first.row,
            bottom: first.row + (lanes.len() as u32).saturating_sub(1),
            left: first.column,
            right: first.column,
        };
        graph.visit_owners(sheet, &rect, &*self.revision, |piece, owner| {
            if is_computed(graph, owner) {
                let (top, bottom) = (piece.top - first.row, piece.bottom - first.row);
                lanes[top as usize..=bottom as usize].fill(PackedCell::BLANK.to_lane());
            }
        });
    }

    /// The rows of a sheet that have a style for those of their cells that have none: row and style, in order.
    pub fn row_styles(&self, sheet: SheetId) -> Vec<(u32, u32)> {
        let grid = self.revision.grids.get(&Natural, &sheet);
        let Some((grid, plane)) = grid.zip(self.revision.styles.plane_of(sheet)) else {
            return Vec::new();
        };
        plane
            .rows(grid)
            .iter()
            .map(|(row, style)| (*row, style.0))
            .collect()
    }

    /// The columns of a sheet that have a style for those of their cells that have none: column and style, in order.
    pub fn column_styles(&self, sheet: SheetId) -> Vec<(u32, u32)> {
        let grid = self.revision.grids.get(&Natural, &sheet);
        let Some((grid, plane)) = grid.zip(self.revision.styles.plane_of(sheet)) else {
            return Vec::new();
        };
        let columns = plane.columns(grid);
        columns
            .iter()
            .map(|(column, style)| (*column, style.0))
            .collect()
    }
}

/// Whether what a cell shows is computed when its owner is.
fn is_computed(graph: &Graph, owner: Owner) -> bool {
    let Owner::Formula(id) = owner else {
        return true;
    };
    let region = graph.region(id);
    region.is_some_and(|region| region.facts.unsupported.is_none())
}

fn flow(done: &Result<()>) -> ControlFlow<()> {
    match done {
        Ok(()) => ControlFlow::Continue(()),
        Err(_) => ControlFlow::Break(()),
    }
}

impl Loader {
    /// Writes a block of values where nothing was written yet; a whole block is one chunk.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::SheetNotFound`]; [`ErrorKind::Limit`] if it goes beyond the grid.
    pub fn block(&mut self, sheet: SheetId, block: &ColumnBlock<'_>) -> Result<()> {
        self.check_block(sheet, block)?;
        if let Some((open, grid)) = self.grids.writer(sheet) {
            open.put_column(grid, block);
        }
        Ok(())
    }

    /// Gives cells the styles whose numbers stand in a block; blank cells get none.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::SheetNotFound`]; [`ErrorKind::Limit`] if it goes beyond the grid; [`ErrorKind::Argument`] if there
    /// is no such style.
    pub fn style_block(&mut self, sheet: SheetId, block: &ColumnBlock<'_>) -> Result<()> {
        self.check_block(sheet, block)?;
        for lane in block.lanes {
            let cell = PackedCell::from_lane(*lane);
            let style = cell.to_number().filter(|x| *x >= 0.0 && x.fract() == 0.0);
            let is_known = style.is_some_and(|style| self.revision.styles.knows(style as u32));
            if !is_known && !cell.is_blank() {
                let message = format!("there is no style number {cell:?}");
                return Err(Error::new(ErrorKind::Argument, message));
            }
        }
        self.runs.finish(&mut self.revision.styles, &mut self.grids);
        if let (Some(plane), Some((open, grid))) =
            (self.revision.styles.plane(sheet), self.grids.writer(sheet))
        {
            plane.put_column(open, grid, block);
        }
        Ok(())
    }

    /// That a block lies on the grid of a sheet.
    fn check_block(&self, sheet: SheetId, block: &ColumnBlock<'_>) -> Result<()> {
        let Some((rows, columns)) = self.grids.axes(sheet) else {
            let message = format!("there is no sheet number {}", sheet.0);
            return Err(Error::new(ErrorKind::SheetNotFound, message));
        };
        let end = u64::from(block.first.row) + block.lanes.len() as u64;
        let column = block.first.column;
        if end > u64::from(rows.len()) || column >= columns.len() {
            let message = format!(
                "row {end} and column {} lie outside the grid",
                u64::from(column) + 1
            );
            return Err(Error::new(ErrorKind::Limit, message));
        }
        Ok(())
    }
}
