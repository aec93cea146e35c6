//! Number formats of cells: the codes in use, and where they lie in the grid's format plane.

use std::ops::ControlFlow;
use std::sync::Arc;

use crate::recalc::Grids;
use crate::reference::{Cell, Rect, SheetId};
use crate::storage::tree::{Natural, Tree};
use crate::storage::{FormatId, FormatPlane, ReadIndex, SheetGrid};

/// The number formats in use. Number 0 is always `General`.
#[derive(Debug, Clone)]
pub(super) struct Styles {
    codes: Arc<Vec<Arc<str>>>,
    planes: Tree<SheetId, FormatPlane>,
}

impl Default for Styles {
    fn default() -> Self {
        Styles {
            codes: Arc::new(vec![GENERAL.into()]),
            planes: Tree::new(),
        }
    }
}

const GENERAL: &str = "General";

impl Styles {
    /// The number of a format's code; a new one is added.
    pub(super) fn number(&mut self, code: &str) -> FormatId {
        if let Some(known) = self.codes.iter().position(|known| &**known == code) {
            return FormatId(known as u32);
        }
        let codes = Arc::make_mut(&mut self.codes);
        codes.push(code.into());
        FormatId(codes.len() as u32 - 1)
    }

    /// The codes in use, by number.
    pub(super) fn codes(&self) -> &[Arc<str>] {
        &self.codes
    }

    /// The cells of a sheet that have a format of their own, in row-major order.
    pub(super) fn cells(
        &self,
        index: &impl ReadIndex,
        grid: &SheetGrid,
        sheet: SheetId,
    ) -> Vec<Cell> {
        let mut cells = Vec::new();
        if let Some(plane) = self.planes.get(&Natural, &sheet) {
            let _ = plane.visit(index, grid, &grid.bounds(), &mut |cell, _| {
                cells.push(cell);
                ControlFlow::Continue(())
            });
        }
        cells
    }

    /// The number of a cell's number format.
    pub(super) fn number_at(
        &self,
        index: &impl ReadIndex,
        grid: Option<&SheetGrid>,
        place: (SheetId, Cell),
    ) -> FormatId {
        match (self.planes.get(&Natural, &place.0), grid) {
            (Some(plane), Some(grid)) => plane.format(index, grid, place.1),
            _ => FormatId(0),
        }
    }

    /// Whether both are one version.
    pub(super) fn is_same(&self, other: &Styles) -> bool {
        self.planes.is_same(&other.planes)
    }

    /// The code of a format.
    fn code(&self, format: FormatId) -> Arc<str> {
        self.codes
            .get(format.0 as usize)
            .cloned()
            .unwrap_or_else(|| GENERAL.into())
    }

    /// The code of a cell's number format.
    pub(super) fn code_at(
        &self,
        index: &impl ReadIndex,
        grid: Option<&SheetGrid>,
        place: (SheetId, Cell),
    ) -> Arc<str> {
        self.code(self.number_at(index, grid, place))
    }

    /// Gives cells a number format of their own.
    pub(super) fn set(&mut self, grids: &mut Grids, sheet: SheetId, rect: &Rect, format: FormatId) {
        if !self.planes.contains(&Natural, &sheet) {
            self.planes.insert(&Natural, sheet, FormatPlane::default());
        }
        if let (Some(plane), Some((open, grid))) =
            (self.planes.get_mut(&Natural, &sheet), grids.writer(sheet))
        {
            plane.fill(open, grid, rect, Some(format));
        }
    }
}
