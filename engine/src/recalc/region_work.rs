//! The evaluation of the dirty cells of one region, in row-major order.

use smallvec::SmallVec;

use super::cone::place_of;
use super::reader::Record;
use super::row_spans::RowSpans;
use super::schedule::Run;
use super::tile_batch::Member;
use super::{Bound, Changes, spill};
use crate::graph::RegionId;
use crate::plan;
use crate::reference::{Area, Cell, Rect, SheetId};
use crate::value::Value;

/// Rows of single columns; after most edits one cell.
pub(super) type Spans = SmallVec<[Rect; 1]>;

impl Run<'_, '_> {
    /// Computes the dirty cells of one region in row-major order, and what they make dirty in the region itself.
    pub(super) fn compute_region(&mut self, member: &Member) {
        let (id, sheet) = (member.id, member.sheet);
        let mut changes = Changes::default();
        if member.own.is_empty() {
            for span in self.spans_of(id, &member.work) {
                for row in span.top..=span.bottom {
                    let cell = Cell::new(row, span.left);
                    if self.is_cancelled() {
                        return;
                    }
                    if self.compute_cell(id, &member.bound, (sheet, cell)) {
                        changes.add(sheet, cell);
                    }
                }
            }
        } else {
            self.compute_row_by_row(member, &mut changes);
        }
        self.publish(changes, Some(id));
    }

    /// What a cell dirties in its own region lies in later rows or further right in its own row: rows in order are
    /// enough.
    fn compute_row_by_row(&mut self, member: &Member, changes: &mut Changes) {
        let (id, sheet) = (member.id, member.sheet);
        let Some((rows, columns)) = self.around.book.axes(sheet) else {
            return;
        };
        let mut todo = RowSpans::default();
        let mut across: Option<Rect> = None;
        for (_, rect) in &member.work {
            todo.add((rect.top, rect.bottom));
            across = Some(across.map_or(*rect, |hull| hull.hull(rect)));
        }
        let Some(mut across) = across else { return };
        while let Some(row) = todo.pop_first() {
            let mut column = across.left;
            while column <= across.right {
                let cell = Cell::new(row, column);
                if self.is_cancelled() {
                    return;
                }
                if self.graph.region_at(sheet, cell, self.around.book) == Some(id)
                    && self.compute_cell(id, &member.bound, (sheet, cell))
                {
                    changes.add(sheet, cell);
                    for read in &member.own {
                        let reached =
                            read.dependents(&Rect::cell(cell), &member.bounds, rows, columns);
                        if let Some(rect) = reached {
                            across = across.hull(&rect);
                            todo.add((rect.top.max(row + 1), rect.bottom));
                        }
                    }
                }
                column += 1;
            }
        }
    }

    /// The cells of the region in these rectangles, as rows of single columns, each once.
    pub(super) fn spans_of(&self, id: RegionId, work: &[(RegionId, Rect)]) -> Spans {
        if let [(_, rect)] = work
            && rect.size() == 1
        {
            // After most edits it is a single cell.
            let sheet = self.graph.region(id).map(|region| region.sheet);
            let owns = |sheet| {
                self.graph
                    .region_at(sheet, rect.top_left(), self.around.book)
            };
            let own = sheet.and_then(owns) == Some(id);
            return own.then_some(*rect).into_iter().collect();
        }
        let mut spans = Changes::default();
        let Some(region) = self.graph.region(id) else {
            return Spans::new();
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
        if let Some(number) = self.number(bound, cell) {
            self.count(sheet, cell);
            return spill::store_value(self, sheet, cell, Value::Number(number));
        }
        let record = Record::of(sheet, cell);
        let reader = self
            .around
            .reader(self.grids, self.graph)
            .cancelled_by(self.effort.cancel.as_ref());
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

    /// What a formula of plain arithmetic gives if all that it reads are numbers.
    fn number(&self, bound: &Bound, cell: Cell) -> Option<f64> {
        let program = bound.numbers()?;
        let number = |load| {
            let place = place_of(load, cell, self.grids)?;
            self.grids.open().number_at(place)
        };
        program.run(program.loads().iter().map_while(number))
    }

    /// Stores what a formula gave; an array goes into the cells of its extent.
    pub(super) fn store(&mut self, sheet: SheetId, cell: Cell, result: plan::Outcome) -> bool {
        match result {
            plan::Outcome::Value(value) => spill::store_value(self, sheet, cell, value),
            plan::Outcome::Array(array) => spill::store(self, sheet, cell, &array),
        }
    }
}
