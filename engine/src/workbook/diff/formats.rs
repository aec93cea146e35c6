//! Where cells have other formats: their own, or those of their rows and columns.

use std::collections::BTreeMap;

use super::{Finding, Pair};
use crate::graph::Axes;
use crate::reference::{Anchor, Area, Axis, Cell, Dimension, Rect, SheetId};
use crate::storage::{FormatId, FormatPlane, SheetGrid};
use crate::workbook::comparison::{AnchorRun, line_styles, live, styles_differ};
use crate::workbook::operation::CellStyle;
use crate::workbook::revision::Revision;
use crate::workbook::runs::{Run, rectangles};

impl Finding<'_> {
    pub(super) fn formats(&self, formats: &mut Vec<Area>) {
        let mut runs: Vec<Run<()>> = Vec::new();
        if self.related {
            let exact = self.of.has_same_styles();
            for run in self.of.style_runs() {
                if !self.is_by_position(run.sheet) {
                    self.style_run(&run, exact, &mut runs);
                }
            }
        }
        for pair in &self.pairs {
            self.styles_by_position(*pair, &mut runs);
        }
        let found = rectangles(runs, |_, _| true).into_iter();
        formats.extend(found.map(|(sheet, rect, _)| Area::new(sheet, rect)));
        let planes = (&self.of.then.styles.planes, &self.of.now.styles.planes);
        if !planes.0.is_same(planes.1) {
            let sheets = self.of.now.sheets.order().iter();
            sheets.for_each(|sheet| self.line_formats(*sheet, formats));
        }
    }

    /// Adds the rows of a run that have another style and are on the grid now.
    fn style_run(&self, run: &AnchorRun, exact: bool, runs: &mut Vec<Run<()>>) {
        let Some((_, columns)) = self.of.now.axes(run.sheet) else {
            return;
        };
        let Some(column) = columns.position(run.column) else {
            return;
        };
        let anchors = (run.first, run.length);
        let mut add = |top: u32, count: u32| {
            let rows = (top, top + (count - 1));
            match runs.last_mut() {
                Some(last)
                    if (last.sheet, last.rect.left) == (run.sheet, column)
                        && last.rect.bottom + 1 == top =>
                {
                    last.rect.bottom = rows.1;
                }
                _ => runs.push(Run::new(run.sheet, column, rows, ())),
            }
        };
        for (row, anchor, count) in live(self.of.now, run.sheet, Dimension::Rows, anchors) {
            if exact {
                add(row, count);
                continue;
            }
            for offset in 0..count {
                let now = Cell::new(row + offset, column);
                let then = cell_of(
                    self.of.then,
                    run.sheet,
                    (Anchor(anchor.0 + offset), run.column),
                );
                let was = then.and_then(|cell| own_style(self.of.then, run.sheet, cell));
                if was != own_style(self.of.now, run.sheet, now) {
                    add(row + offset, 1);
                }
            }
        }
    }

    fn styles_by_position(&self, pair: Pair, runs: &mut Vec<Run<()>>) {
        let styles = |revision: &Revision, sheet: SheetId| -> BTreeMap<(u32, u32), CellStyle> {
            let cells = revision.styled_cells(sheet).into_iter();
            let styled = cells.filter_map(|cell| {
                let style = own_style(revision, sheet, cell)?;
                Some(((cell.column, cell.row), style))
            });
            styled.collect()
        };
        let mut then = styles(self.of.then, pair.then);
        let mut places = Vec::new();
        for (place, style) in styles(self.of.now, pair.now) {
            if then.remove(&place) != Some(style) {
                places.push(place);
            }
        }
        places.extend(then.into_keys());
        places.sort_unstable();
        for (column, row) in places {
            match runs.last_mut() {
                Some(last)
                    if (last.sheet, last.rect.left) == (pair.now, column)
                        && last.rect.bottom + 1 == row =>
                {
                    last.rect.bottom = row;
                }
                _ => runs.push(Run::new(pair.now, column, (row, row), ())),
            }
        }
    }

    /// Adds the rows and columns that give their cells another style.
    fn line_formats(&self, sheet: SheetId, formats: &mut Vec<Area>) {
        let Some(former) = self.former(sheet) else {
            return;
        };
        let Some((rows, columns)) = self.of.now.axes(sheet) else {
            return;
        };
        let (last_row, last_column) = (rows.len() - 1, columns.len() - 1);
        for row in self.lines(former, sheet, Dimension::Rows) {
            let rect = Rect::new(Cell::new(row, 0), Cell::new(row, last_column));
            formats.push(Area::new(sheet, rect));
        }
        for column in self.lines(former, sheet, Dimension::Columns) {
            let rect = Rect::new(Cell::new(0, column), Cell::new(last_row, column));
            formats.push(Area::new(sheet, rect));
        }
    }

    fn lines(&self, former: SheetId, sheet: SheetId, along: Dimension) -> Vec<u32> {
        let of = |plane: &FormatPlane, grid: &SheetGrid| -> Vec<(u32, FormatId)> {
            match along {
                Dimension::Rows => plane.rows(grid),
                Dimension::Columns => plane.columns(grid),
            }
        };
        let then = line_styles(self.of.then, former, of).into_iter();
        let then = then.filter_map(|(at, style)| {
            if self.is_by_position(sheet) || self.is_same_axis(sheet, along) {
                return Some((at, style));
            }
            let (then, now) = (self.of.then.axes(former)?, self.of.now.axes(sheet)?);
            let at = match along {
                Dimension::Rows => now.0.position(then.0.anchor(at)),
                Dimension::Columns => now.1.position(then.1.anchor(at)),
            };
            Some((at?, style))
        });
        let differing = styles_differ(then.collect(), line_styles(self.of.now, sheet, of));
        differing.into_keys().collect()
    }
}

fn cell_of(of: &Revision, sheet: SheetId, (row, column): (Anchor, Anchor)) -> Option<Cell> {
    let (rows, columns) = of.axes(sheet)?;
    Some(Cell::new(rows.position(row)?, columns.position(column)?))
}

fn own_style(of: &Revision, sheet: SheetId, cell: Cell) -> Option<CellStyle> {
    let number = of.own_style_number(sheet, cell)?;
    Some(of.styles.told(FormatId(number)))
}
