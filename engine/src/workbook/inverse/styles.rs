//! Styles of cells, rows and columns.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use super::Way;
use super::runs::{Run, rectangles};
use crate::reference::{Rect, SheetId};
use crate::storage::tree::Natural;
use crate::storage::{FormatPlane, SheetGrid};
use crate::workbook::operation::{CellStyle, Operation};
use crate::workbook::revision::Revision;

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
        let differing = differing(then, line_styles(&self.now, sheet, rows)).into_iter();
        wanted.extend(differing.map(|(row, style)| Operation::SetRowStyle { sheet, row, style }));
        let then = line_styles(self.then, sheet, columns);
        let differing = self::differing(then, line_styles(&self.now, sheet, columns)).into_iter();
        wanted.extend(differing.map(|(column, style)| Operation::SetColumnStyle {
            sheet,
            column,
            style,
        }));
    }
}

type LineStyles = BTreeMap<u32, CellStyle>;

fn differing(then: LineStyles, mut now: LineStyles) -> BTreeMap<u32, Option<CellStyle>> {
    let mut wanted = BTreeMap::new();
    for (at, style) in then {
        if now.remove(&at).as_ref() != Some(&style) {
            wanted.insert(at, Some(style));
        }
    }
    wanted.extend(now.into_keys().map(|at| (at, None)));
    wanted
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

/// The styles of rows or of columns.
fn line_styles(
    of: &Revision,
    sheet: SheetId,
    lines: impl Fn(&FormatPlane, &SheetGrid) -> Vec<(u32, crate::storage::FormatId)>,
) -> LineStyles {
    match (of.styles.plane_of(sheet), of.grids.get(&Natural, &sheet)) {
        (Some(plane), Some(grid)) if plane.has_defaults() => {
            let lines = lines(plane, grid).into_iter();
            lines
                .map(|(at, style)| (at, of.styles.told(style)))
                .collect()
        }
        _ => LineStyles::new(),
    }
}
