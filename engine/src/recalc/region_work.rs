//! The evaluation of the dirty cells of one region, in row-major order.

use super::reader::Record;
use super::row_spans::RowSpans;
use super::schedule::Run;
use super::{Bound, Changes, spill};
use crate::graph::RegionId;
use crate::plan;
use crate::reference::{Area, Cell, Rect, SheetId};
use crate::value::Value;

impl Run<'_> {
    /// Computes the dirty cells of one region in row-major order, and what they make dirty in the region itself.
    pub(super) fn compute_region(&mut self, id: RegionId, work: &[(RegionId, Rect)]) {
        let Some(region) = self.graph.region(id) else {
            return;
        };
        if region.facts.unsupported.is_some() {
            return;
        }
        let (sheet, facts, template) =
            (region.sheet, region.facts.clone(), region.template.clone());
        let bound = self.plans.bind(&template, sheet, self.around.book);
        let Some(bounds) = self.graph.rect(region, self.around.book) else {
            return;
        };
        let Some((rows, columns)) = self.around.book.axes(sheet) else {
            return;
        };
        let own: Vec<_> = facts
            .reads
            .iter()
            .filter(|read| read.sheet == sheet)
            .collect();
        let reads_itself = own.iter().any(|read| {
            read.precedents(&bounds, rows, columns)
                .is_some_and(|area| area.intersection(&bounds).is_some())
        });
        let mut changes = Changes::default();
        let mut todo = RowSpans::default();
        if reads_itself {
            // What a cell dirties in its own region lies in later rows or further right in its own row: rows in order
            // are enough.
            let mut across: Option<Rect> = None;
            for (_, rect) in work {
                todo.add((rect.top, rect.bottom));
                across = Some(across.map_or(*rect, |hull| hull.hull(rect)));
            }
            let Some(mut across) = across else { return };
            while let Some(row) = todo.pop_first() {
                let mut column = across.left;
                while column <= across.right {
                    let cell = Cell::new(row, column);
                    if self.graph.region_at(sheet, cell, self.around.book) == Some(id)
                        && self.compute_cell(id, &bound, (sheet, cell))
                    {
                        changes.add(sheet, cell);
                        for read in &own {
                            if let Some(rect) =
                                read.dependents(&Rect::cell(cell), &bounds, rows, columns)
                            {
                                across = across.hull(&rect);
                                todo.add((rect.top.max(row + 1), rect.bottom));
                            }
                        }
                    }
                    column += 1;
                }
            }
        } else {
            for span in self.spans_of(id, work) {
                for row in span.top..=span.bottom {
                    let cell = Cell::new(row, span.left);
                    if self.compute_cell(id, &bound, (sheet, cell)) {
                        changes.add(sheet, cell);
                    }
                }
            }
        }
        self.publish(changes, Some(id));
    }

    /// The cells of the region in these rectangles, as rows of single columns, each once.
    pub(super) fn spans_of(&self, id: RegionId, work: &[(RegionId, Rect)]) -> Vec<Rect> {
        let mut spans = Changes::default();
        let Some(region) = self.graph.region(id) else {
            return Vec::new();
        };
        for (_, rect) in work {
            self.graph.visit_cells(id, rect, self.around.book, |piece| {
                spans.add_area(Area::new(region.sheet, piece))
            });
        }
        spans.merged().into_iter().map(|area| area.rect).collect()
    }

    /// Evaluates a cell of a region and stores the result; tells whether the cell itself changed.
    pub(super) fn compute_cell(
        &mut self,
        id: RegionId,
        bound: &Bound,
        (sheet, cell): (SheetId, Cell),
    ) -> bool {
        if self.is_settled(sheet, cell) {
            return false;
        }
        let record = Record::of(sheet, cell);
        let reader = self.around.reader(self.grids, self.graph);
        let reader = if bound.facts.dynamic {
            reader.recording(&record)
        } else {
            reader
        };
        let mut result = self.around.evaluate(bound, &reader, (sheet, cell));
        self.count(sheet, cell);
        if bound.facts.dynamic {
            if record.itself.get() {
                self.circular.insert((sheet, cell));
                result = plan::Outcome::Value(Value::Number(0.0));
            }
            self.note_dynamic(id, cell, record);
        }
        self.store(sheet, cell, result)
    }

    /// Stores what a formula gave; an array goes into the cells of its extent.
    pub(super) fn store(&mut self, sheet: SheetId, cell: Cell, result: plan::Outcome) -> bool {
        match result {
            plan::Outcome::Value(value) => spill::store_value(self, sheet, cell, value),
            plan::Outcome::Array(array) => spill::store(self, sheet, cell, &array),
        }
    }
}
