//! The evaluation of one cell.

use super::{Book, Bound, Failures, Grids, Reader, Settings};
use crate::graph::Graph;
use crate::plan::{self, Outcome};
use crate::reference::{Area, Cell, Rect, SheetId};

/// What the evaluation of a cell is given beside its formula.
#[derive(Clone, Copy)]
pub(super) struct Surroundings<'a> {
    pub(super) book: &'a dyn Book,
    pub(super) settings: &'a Settings,
    /// Why functions of the user failed.
    pub(super) failures: &'a Failures,
}

impl Surroundings<'_> {
    /// What the formula gives in this cell. If the reader was interrupted on the way, the result means nothing.
    pub(super) fn evaluate(
        &self,
        bound: &Bound,
        reader: &Reader<'_>,
        place: (SheetId, Cell),
    ) -> Outcome {
        if bound.plan.flags.calls_user {
            let area = Area::new(place.0, Rect::cell(place.1));
            self.failures.forget(&area);
        }
        let context = self.settings.context(reader, place, bound.plan.mode);
        plan::outcome(plan::evaluate(&bound.plan, &context), &context)
    }

    /// A reader of the cells as they are now.
    pub(super) fn reader<'b>(&'b self, grids: &'b Grids, graph: &'b Graph) -> Reader<'b> {
        Reader::new(grids, graph, self.book, self.settings).noting(self.failures)
    }
}
