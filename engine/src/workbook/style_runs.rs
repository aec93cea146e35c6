//! Styles of cells while a file is read: runs down the columns, so that a column of one style is one write.
//!
//! Files give cells row by row; the cells below each other mostly have the same style. A run that fills a block of rows
//! takes no room but for its one style.

use super::styles::Styles;
use crate::recalc::Grids;
use crate::reference::{Cell, Rect, SheetId};
use crate::storage::FormatId;

/// The runs that may still grow, one a column, of the sheet that is being read.
#[derive(Default)]
pub(super) struct StyleRuns {
    sheet: Option<SheetId>,
    columns: Vec<Option<Run>>,
}

#[derive(Clone, Copy)]
struct Run {
    style: FormatId,
    top: u32,
    bottom: u32,
}

impl StyleRuns {
    /// Takes the style of a cell on the grid.
    pub(super) fn push(
        &mut self,
        styles: &mut Styles,
        grids: &mut Grids,
        (sheet, cell): (SheetId, Cell),
        style: FormatId,
    ) {
        if self.sheet != Some(sheet) {
            self.finish(styles, grids);
            self.sheet = Some(sheet);
        }
        let column = cell.column as usize;
        if column >= self.columns.len() {
            self.columns.resize(column + 1, None);
        }
        let run = &mut self.columns[column];
        match run {
            Some(run) if run.style == style && run.bottom + 1 == cell.row => run.bottom = cell.row,
            _ => {
                let (top, bottom) = (cell.row, cell.row);
                if let Some(former) = run.replace(Run { style, top, bottom }) {
                    former.write(styles, grids, (sheet, cell.column));
                }
            }
        }
    }

    /// Writes what is still waiting.
    pub(super) fn finish(&mut self, styles: &mut Styles, grids: &mut Grids) {
        let Some(sheet) = self.sheet.take() else {
            return;
        };
        for (column, run) in self.columns.drain(..).enumerate() {
            if let Some(run) = run {
                run.write(styles, grids, (sheet, column as u32));
            }
        }
    }
}

impl Run {
    fn write(self, styles: &mut Styles, grids: &mut Grids, (sheet, column): (SheetId, u32)) {
        let rect = Rect {
            top: self.top,
            bottom: self.bottom,
            left: column,
            right: column,
        };
        styles.set(grids, sheet, &rect, self.style);
    }
}
