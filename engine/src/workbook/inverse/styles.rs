//! Styles of cells, rows and columns.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use super::Way;
use crate::reference::{Rect, SheetId};
use crate::storage::tree::Natural;
use crate::storage::{FormatPlane, SheetGrid};
use crate::workbook::comparison::{line_styles, styles_differ};
use crate::workbook::operation::{CellStyle, Operation};
use crate::workbook::revision::Revision;
use crate::workbook::runs::{Run, rectangles};

impl Way<'_> {
    pub(super) fn put_styles(&mut self) {
        let mut runs = Vec::new();
        for (sheet, rect) in self.style_places().spans() {
            self.compare_styles(sheet, &rect, &mut runs);
        }
        let found = rectangles(runs, |a, b| a == b).into_iter();
        let mut wanted: Vec<Operation> = found
            .map(|(sheet, rect, mut parts)| Operation::SetStyle {
                sheet,
                rect,
                style: parts.pop().flatten(),
            })
            .collect();
        for sheet in self.then.sheets.order().iter().copied() {
            self.compare_lines(sheet, &mut wanted);
        }
        self.go(wanted);
    }

    fn compare_styles(&self, sheet: SheetId, rect: &Rect, runs: &mut Vec<Run<Option<CellStyle>>>) {
        let mut rows: BTreeMap<u32, Option<CellStyle>> = BTreeMap::new();
        let wanted = own_styles(self.then, sheet, rect);
        rows.extend(wanted.into_iter().map(|(row, style)| (row, Some(style))));
        for (row, style) in own_styles(&self.now, sheet, rect) {
            let wanted = rows.entry(row).or_insert(None);
            if wanted.as_ref() == Some(&style) {
                rows.remove(&row);
            }
        }
        let mut open: Option<Run<Option<CellStyle>>> = None;
        for (row, style) in rows {
            match &mut open {
                Some(run) if run.rect.bottom + 1 == row && run.what == style => {
                    run.rect.bottom = row;
                }
                _ => runs.extend(open.replace(Run::new(sheet, rect.left, (row, row), style))),
            }
        }
        runs.extend(open);
    }

    fn compare_lines(&self, sheet: SheetId, wanted: &mut Vec<Operation>) {
        let rows = |plane: &FormatPlane, grid: &SheetGrid| plane.rows(grid);
        let columns = |plane: &FormatPlane, grid: &SheetGrid| plane.columns(grid);
        let then = line_styles(self.then, sheet, rows);
        let differing = styles_differ(then, line_styles(&self.now, sheet, rows)).into_iter();
        wanted.extend(differing.map(|(row, style)| Operation::SetRowStyle { sheet, row, style }));
        let then = line_styles(self.then, sheet, columns);
        let differing = styles_differ(then, line_styles(&self.now, sheet, columns)).into_iter();
        wanted.extend(differing.map(|(column, style)| Operation::SetColumnStyle {
            sheet,
            column,
            style,
        }));
    }
}

/// The cells of a column that have styles of their own.
fn own_styles(of: &Revision, sheet: SheetId, rect: &Rect) -> Vec<(u32, CellStyle)> {
    let mut found = Vec::new();
    if let (Some(plane), Some(grid)) = (of.styles.plane_of(sheet), of.grids.get(&Natural, &sheet)) {
        let _ = plane.visit(&of.index, grid, rect, &mut |cell, style| {
            found.push((cell.row, of.styles.told(style)));
            ControlFlow::Continue(())
        });
    }
    found
}
