//! The formulas of cells, a filled rectangle at a time.

use std::sync::Arc;

use super::Way;
use crate::formula::{self, Mode, ParseOptions, Template};
use crate::graph::{Axes, Owner, RegionId};
use crate::reference::{Cell, Rect, SheetId};
use crate::workbook::draft::name_tables;
use crate::workbook::operation::Operation;
use crate::workbook::runs::{Run, rectangles};
use crate::workbook::view::BookView;

impl Way<'_> {
    /// Clears what would be in the way: array formulas over fixed ranges and merged cells that are others now.
    pub(super) fn clear_ways(&mut self) {
        let mut wanted = Vec::new();
        let view = self.now.view();
        for sheet in self.now.sheets.iter() {
            let former = self.then.sheets.get(sheet.id);
            let merges = sheet.merges.iter().filter(|merge| {
                let former = former.map(|former| former.merges.contains(merge));
                former == Some(false)
            });
            wanted.extend(merges.map(|merge| Operation::UnmergeCells {
                sheet: sheet.id,
                rect: *merge,
            }));
            if former.is_none() || !self.now.graph.has_arrays() {
                continue;
            }
            let Some(bounds) = whole(&view, sheet.id) else {
                continue;
            };
            let anchors = self.now.graph.array_anchors(sheet.id, &bounds, &view);
            for cell in anchors {
                let extent = self.now.graph.extent(sheet.id, cell, &view);
                let Some(extent) = extent.filter(|extent| extent.fixed) else {
                    continue;
                };
                if !self.is_same_array(sheet.id, cell, &view) {
                    wanted.push(Operation::Clear {
                        sheet: sheet.id,
                        rect: extent.rect,
                    });
                }
            }
        }
        self.go(wanted);
    }

    /// Whether the array formula of a cell is the same in both, over the same cells.
    fn is_same_array(&self, sheet: SheetId, cell: Cell, view: &BookView) -> bool {
        let then = self.then.graph.region_at(sheet, cell, self.then);
        let now = self.now.graph.region_at(sheet, cell, view);
        then.zip(now)
            .is_some_and(|(then, now)| self.is_same(sheet, Rect::cell(cell), (then, now), view))
    }

    pub(super) fn put_formulas(&mut self) {
        let view = self.now.view();
        let mut runs = Vec::new();
        for (sheet, rect) in self.formula_places().spans() {
            let graph = &self.then.graph;
            graph.visit_owners(sheet, &rect, self.then, |piece, owner| {
                if let Owner::Formula(id) = owner {
                    self.compare_formulas((sheet, piece), id, &view, &mut runs);
                }
            });
        }
        let mut wanted = Vec::new();
        for (sheet, rect, parts) in rectangles(runs, |a, b| a == b) {
            let region = parts.first().and_then(|id| self.then.graph.region(*id));
            let Some(template) = region.map(|region| region.template.clone()) else {
                continue;
            };
            if template.mode == Mode::Array {
                self.enter_arrays(sheet, &rect, &template, &mut wanted);
            } else {
                self.fill(sheet, rect, &template, (&view, &mut wanted));
            }
        }
        self.go(wanted);
    }

    /// Takes down the cells of a piece of a column in which the formula of a region does not stand now.
    fn compare_formulas(
        &self,
        (sheet, piece): (SheetId, Rect),
        id: RegionId,
        view: &BookView,
        runs: &mut Vec<Run<RegionId>>,
    ) {
        let mut next = piece.top;
        let mut missing = |top: u32, bottom: u32| {
            if top <= bottom {
                runs.push(Run::new(sheet, piece.left, (top, bottom), id));
            }
        };
        self.now
            .graph
            .visit_owners(sheet, &piece, view, |part, owner| {
                let Owner::Formula(now) = owner else { return };
                if self.is_same(sheet, part, (id, now), view) {
                    if next < part.top {
                        missing(next, part.top - 1);
                    }
                    next = part.bottom + 1;
                }
            });
        missing(next, piece.bottom);
    }

    /// Whether a region of then and one of now have the same formula in some cells.
    fn is_same(
        &self,
        sheet: SheetId,
        part: Rect,
        (then, now): (RegionId, RegionId),
        view: &BookView,
    ) -> bool {
        let (Some(then), Some(now)) = (self.then.graph.region(then), self.now.graph.region(now))
        else {
            return false;
        };
        if then.template.mode != now.template.mode {
            return false;
        }
        if then.template.mode == Mode::Array {
            let mut cells = (part.top..=part.bottom).map(|row| Cell::new(row, part.left));
            let same = cells.all(|cell| {
                let extent = self.then.graph.extent(sheet, cell, self.then);
                extent == self.now.graph.extent(sheet, cell, view)
            });
            if !same {
                return false;
            }
        }
        let ends = [part.top_left(), Cell::new(part.bottom, part.right)];
        ends.into_iter().all(|cell| {
            self.then_view.text_of(&then.template, sheet, cell)
                == view.text_of(&now.template, sheet, cell)
        })
    }

    fn enter_arrays(
        &self,
        sheet: SheetId,
        rect: &Rect,
        template: &Arc<Template>,
        wanted: &mut Vec<Operation>,
    ) {
        for row in rect.top..=rect.bottom {
            for column in rect.left..=rect.right {
                let cell = Cell::new(row, column);
                let extent = self.then.graph.extent(sheet, cell, self.then);
                wanted.push(Operation::SetFormula {
                    sheet,
                    rect: extent.map_or(Rect::cell(cell), |extent| extent.rect),
                    formula: self.then_view.text_of(template, sheet, cell).into(),
                    mode: Mode::Array,
                });
            }
        }
    }

    /// Fills a rectangle; in parts, if a formula written for its first cell is another one at its last, because a
    /// reference leaves the grid.
    fn fill(
        &self,
        sheet: SheetId,
        rect: Rect,
        template: &Arc<Template>,
        (view, wanted): (&BookView, &mut Vec<Operation>),
    ) {
        let mut open = vec![rect];
        while let Some(rect) = open.pop() {
            let first = rect.top_left();
            let text = self.then_view.text_of(template, sheet, first);
            let last = Cell::new(rect.bottom, rect.right);
            let entered = formula::parse(&text, &ParseOptions::default()).ok();
            let is_whole = entered.is_none_or(|ast| {
                let ast = name_tables(&ast, view, (sheet, first)).unwrap_or(ast);
                let entered = Template::from_ast(&ast, first, sheet, template.mode, view);
                let wanted = self.then_view.text_of(template, sheet, last);
                view.text_of(&entered, sheet, last) == wanted
            });
            if is_whole || rect.size() == 1 {
                wanted.push(Operation::SetFormula {
                    sheet,
                    rect,
                    formula: text.into(),
                    mode: template.mode,
                });
                continue;
            }
            open.extend(halves(rect));
        }
    }
}

fn halves(rect: Rect) -> [Rect; 2] {
    if rect.rows() > 1 {
        let bottom = rect.top + (rect.bottom - rect.top) / 2;
        let top = bottom + 1;
        return [Rect { bottom, ..rect }, Rect { top, ..rect }];
    }
    let right = rect.left + (rect.right - rect.left) / 2;
    let left = right + 1;
    [Rect { right, ..rect }, Rect { left, ..rect }]
}

/// All cells of a sheet.
fn whole(axes: &BookView, sheet: SheetId) -> Option<Rect> {
    use crate::reference::Axis;
    let (rows, columns) = axes.axes(sheet)?;
    Some(Rect {
        top: 0,
        left: 0,
        bottom: rows.len() - 1,
        right: columns.len() - 1,
    })
}
