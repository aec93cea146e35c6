//! Styles of cells, as far as the engine knows them: the number format of each, and where they lie in the grid's format
//! plane.
//!
//! A style that a file brought has the number that it has there, and stands for more than its number format: fonts,
//! fills, borders. So a cell that gets another number format gets a new style which remembers the file's.

use std::ops::ControlFlow;
use std::sync::Arc;

use super::operation::CellStyle;
use crate::recalc::Grids;
use crate::reference::{Cell, Dimension, Rect, SheetId};
use crate::storage::tree::{Natural, Tree};
use crate::storage::{Dead, FormatId, FormatPlane, ReadIndex, SheetGrid};

/// The styles in use. Number 0 is that of cells that have none.
#[derive(Debug, Clone)]
pub(super) struct Styles {
    codes: Arc<Vec<Arc<str>>>,
    /// How many of them the file has.
    own: u32,
    /// For those behind them the style of the file that each is but for its number format.
    bases: Arc<Vec<u32>>,
    pub(super) planes: Tree<SheetId, FormatPlane>,
}

impl Default for Styles {
    fn default() -> Self {
        Styles::of_file(&[])
    }
}

const GENERAL: &str = "General";

impl Styles {
    /// The styles of a file, given the codes of their number formats.
    pub(super) fn of_file(codes: &[Arc<str>]) -> Styles {
        let codes = if codes.is_empty() {
            vec![GENERAL.into()]
        } else {
            codes.to_vec()
        };
        Styles {
            own: codes.len() as u32,
            codes: Arc::new(codes),
            bases: Arc::default(),
            planes: Tree::new(),
        }
    }

    /// The style of the file that a style is but for its number format.
    fn base(&self, style: FormatId) -> u32 {
        match style.0.checked_sub(self.own) {
            None => style.0,
            Some(new) => self.bases.get(new as usize).copied().unwrap_or(0),
        }
    }

    /// The style that is one of the file's with this number format; a new one is added.
    pub(super) fn number(&mut self, base: u32, code: &str) -> FormatId {
        if self
            .codes
            .get(base as usize)
            .is_some_and(|own| &**own == code)
        {
            return FormatId(base);
        }
        let mut new = self.bases.iter().zip(&self.codes[self.own as usize..]);
        if let Some(known) = new.position(|(other, known)| *other == base && &**known == code) {
            return FormatId(self.own + known as u32);
        }
        let codes = Arc::make_mut(&mut self.codes);
        codes.push(code.into());
        Arc::make_mut(&mut self.bases).push(base);
        FormatId(codes.len() as u32 - 1)
    }

    /// Whether every number that both know means the same style.
    pub(super) fn agrees(&self, other: &Styles) -> bool {
        fn begin_alike<T: PartialEq>(a: &Arc<Vec<T>>, b: &Arc<Vec<T>>) -> bool {
            Arc::ptr_eq(a, b) || a.iter().zip(b.iter()).all(|(a, b)| a == b)
        }
        self.own == other.own
            && begin_alike(&self.codes, &other.codes)
            && begin_alike(&self.bases, &other.bases)
    }

    /// The codes of the styles' number formats, by number.
    pub(super) fn codes(&self) -> &[Arc<str>] {
        &self.codes
    }

    /// A style as an operation tells it.
    pub(super) fn told(&self, style: FormatId) -> CellStyle {
        CellStyle {
            base: self.base(style),
            code: self.code(style),
        }
    }

    /// The style that an operation tells; nothing if the file has none of its number.
    pub(super) fn of_told(&mut self, told: &CellStyle) -> Option<FormatId> {
        (told.base < self.own).then(|| self.number(told.base, &told.code))
    }

    /// Where the styles of a sheet's cells lie.
    pub(super) fn plane_of(&self, sheet: SheetId) -> Option<&FormatPlane> {
        self.planes.get(&Natural, &sheet)
    }

    /// Gives a row or a column a style for those of its cells that have none, or takes it away.
    pub(super) fn set_line(
        &mut self,
        grids: &Grids,
        sheet: SheetId,
        (dimension, at): (Dimension, u32),
        style: Option<FormatId>,
    ) {
        if let (Some(plane), Some(grid)) = (self.plane(sheet), grids.sheet(sheet)) {
            match dimension {
                Dimension::Rows => plane.set_row(grid, at, style),
                Dimension::Columns => plane.set_column(grid, at, style),
            }
        }
    }

    /// Whether there is a style of this number.
    pub(super) fn knows(&self, style: u32) -> bool {
        (style as usize) < self.codes.len()
    }

    /// The styles behind those of the file: which of the file's each is, and its number format.
    pub(super) fn new_styles(&self) -> impl Iterator<Item = (u32, &Arc<str>)> {
        let codes = self.codes.iter().skip(self.own as usize);
        self.bases.iter().copied().zip(codes)
    }

    /// The cells of a sheet that have a style of their own, in row-major order.
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

    /// The number of a cell's style.
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

    /// Gives cells a number format; what else their styles say stays.
    pub(super) fn set_code(&mut self, grids: &mut Grids, sheet: SheetId, rect: &Rect, code: &str) {
        let bands = self.bands(grids, sheet, rect);
        for (band, base) in std::iter::once((*rect, 0)).chain(bands) {
            let style = self.number(base, code);
            self.set(grids, sheet, &band, style);
        }
    }

    /// The parts of a rectangle whose styles are not the default one, each with the file's style that they are but for
    /// the number format. Later ones win over earlier ones.
    fn bands(&self, grids: &Grids, sheet: SheetId, rect: &Rect) -> Vec<(Rect, u32)> {
        let (Some(plane), Some(grid)) = (self.planes.get(&Natural, &sheet), grids.sheet(sheet))
        else {
            return Vec::new();
        };
        let mut bands: Vec<(Rect, u32)> = Vec::new();
        for (column, style) in plane.columns(grid) {
            if (rect.left..=rect.right).contains(&column) {
                let (left, right) = (column, column);
                bands.push((
                    Rect {
                        left,
                        right,
                        ..*rect
                    },
                    self.base(style),
                ));
            }
        }
        for (row, style) in plane.rows(grid) {
            if (rect.top..=rect.bottom).contains(&row) {
                let (top, bottom) = (row, row);
                bands.push((
                    Rect {
                        top,
                        bottom,
                        ..*rect
                    },
                    self.base(style),
                ));
            }
        }
        let defaults = bands.len();
        let _ = plane.visit(grids.open(), grid, rect, &mut |cell, style| {
            let base = self.base(style);
            match bands[defaults..].last_mut() {
                // Neighbours in a row are mostly alike.
                Some((band, of)) if *of == base && follows(band, cell) => band.right = cell.column,
                // The default style lies below all bands already.
                _ if base != 0 || defaults > 0 => bands.push((Rect::cell(cell), base)),
                _ => {}
            }
            ControlFlow::Continue(())
        });
        bands
    }

    /// The style of the cell itself.
    pub(super) fn own_at(
        &self,
        index: &impl ReadIndex,
        grid: &SheetGrid,
        (sheet, cell): (SheetId, Cell),
    ) -> Option<FormatId> {
        self.planes.get(&Natural, &sheet)?.cell(index, grid, cell)
    }

    /// Whether rows or columns of a sheet have styles.
    pub(super) fn has_defaults(&self, sheet: SheetId) -> bool {
        let plane = self.planes.get(&Natural, &sheet);
        plane.is_some_and(FormatPlane::has_defaults)
    }

    /// Gives a row the style of those of its cells that have none.
    pub(super) fn set_row(&mut self, grids: &Grids, sheet: SheetId, row: u32, style: FormatId) {
        if let (Some(plane), Some(grid)) = (self.plane(sheet), grids.sheet(sheet)) {
            plane.set_row(grid, row, Some(style));
        }
    }

    /// Gives a column the style of those of its cells that have none.
    pub(super) fn set_column(
        &mut self,
        grids: &Grids,
        sheet: SheetId,
        column: u32,
        style: FormatId,
    ) {
        if let (Some(plane), Some(grid)) = (self.plane(sheet), grids.sheet(sheet)) {
            plane.set_column(grid, column, Some(style));
        }
    }

    /// Gives a copy of a sheet the sheet's styles.
    pub(super) fn copy_sheet(&mut self, grids: &mut Grids, sheet: SheetId, copy: SheetId) {
        if let (Some(plane), Some((open, grid))) =
            (self.planes.get(&Natural, &sheet), grids.writer(sheet))
        {
            let plane = plane.copied(open, grid, copy.0);
            self.planes.insert(&Natural, copy, plane);
        }
    }

    /// Forgets the styles of a sheet that is about to be removed.
    pub(super) fn remove_sheet(&mut self, grids: &mut Grids, sheet: SheetId) {
        if let (Some(mut plane), Some((open, grid))) =
            (self.planes.remove(&Natural, &sheet), grids.writer(sheet))
        {
            let whole = grid.bounds();
            plane.fill(open, grid, &whole, None);
        }
    }

    /// Forgets the styles of rows or columns that were deleted.
    pub(super) fn forget(
        &mut self,
        grids: &mut Grids,
        sheet: SheetId,
        dimension: Dimension,
        dead: &Dead,
    ) {
        let (Some(plane), Some((open, grid))) =
            (self.planes.get_mut(&Natural, &sheet), grids.writer(sheet))
        else {
            return;
        };
        match dimension {
            Dimension::Rows => plane.delete_rows(open, grid, dead),
            Dimension::Columns => plane.delete_columns(open, grid, dead),
        }
    }

    /// Gives cells a style of their own.
    pub(super) fn set(&mut self, grids: &mut Grids, sheet: SheetId, rect: &Rect, style: FormatId) {
        if let (Some(plane), Some((open, grid))) = (self.plane(sheet), grids.writer(sheet)) {
            plane.fill(open, grid, rect, Some(style));
        }
    }

    pub(super) fn plane(&mut self, sheet: SheetId) -> Option<&mut FormatPlane> {
        if !self.planes.contains(&Natural, &sheet) {
            self.planes.insert(&Natural, sheet, FormatPlane::default());
        }
        self.planes.get_mut(&Natural, &sheet)
    }
}

/// Whether a cell is the next one of a band of one row.
fn follows(band: &Rect, cell: Cell) -> bool {
    band.top == cell.row && band.right + 1 == cell.column
}
