//! The evaluation of one cell.

use super::{Book, Bound, Grids, Reader, Settings};
use crate::graph::Graph;
use crate::plan::{self, Outcome};
use crate::reference::{Cell, SheetId};

/// What the evaluation of a cell is given beside its formula.
#[derive(Clone, Copy)]
pub(super) struct Surroundings<'a> {
    pub(super) book: &'a dyn Book,
    pub(super) settings: &'a Settings,
}

impl Surroundings<'_> {
    /// What the formula gives in this cell. If the reader was interrupted on the way, the result means nothing.
    pub(super) fn evaluate(
        &self,
        bound: &Bound,
        reader: &Reader<'_>,
        place: (SheetId, Cell),
    ) -> Outcome {
        let context = self.settings.context(reader, place, bound.plan.mode);
        plan::outcome(plan::evaluate(&bound.plan, &context), &context)
    }

    /// A reader of the cells as they are now.
    pub(super) fn reader<'b>(&'b self, grids: &'b Grids, graph: &'b Graph) -> Reader<'b> {
        Reader::new(grids, graph, self.book, self.settings)
    }
}
