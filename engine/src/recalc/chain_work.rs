//! Chains: regions whose rows read the row above are computed downwards, for as long as anything changes.

use super::Changes;
use super::schedule::Run;
use super::tile_batch::Member;
use super::tile_work::{Above, Piece, compute_chain, pieces};
use crate::plan::tiles::Chain;
use crate::reference::{Cell, Rect};

impl Run<'_, '_> {
    /// Computes a chain: from the first dirty row of each column downwards, as long as anything changes.
    pub(super) fn compute_chain(&mut self, member: &Member, chain: &Chain) {
        let mut changes = Changes::default();
        for column in self.spans_by_column(member) {
            let Some(whole) = column.first().copied() else {
                continue;
            };
            self.compute_chain_down(member, chain, (whole.left, &column), &mut changes);
        }
        self.publish(changes, Some(member.id));
    }

    /// The dirty cells of a region, column by column, each as spans of rows in order.
    fn spans_by_column(&self, member: &Member) -> Vec<Vec<Rect>> {
        let spans = self.spans_of(member.id, &member.work);
        let columns = spans.chunk_by(|a, b| a.left == b.left);
        columns.map(<[Rect]>::to_vec).collect()
    }

    fn compute_chain_down(
        &mut self,
        member: &Member,
        chain: &Chain,
        (column, dirty): (u32, &[Rect]),
        changes: &mut Changes,
    ) {
        let below = Rect {
            top: dirty[0].top,
            bottom: member.bounds.bottom,
            left: column,
            right: column,
        };
        let owned = self.spans_of(member.id, &[(member.id, below)]);
        let mut above = Above::default();
        let mut next_dirty = dirty.iter().peekable();
        // Rows up to this one are to be computed, because what they read has changed.
        let mut reached: Option<u32> = None;
        for span in owned {
            for piece in pieces(0, member.sheet, &span, self.around.book) {
                let mut row = piece.rows.row;
                let end = piece.rows.row + piece.rows.count;
                while row < end && !self.is_cancelled() {
                    while next_dirty.peek().is_some_and(|span| span.bottom < row) {
                        next_dirty.next();
                    }
                    let from = match (reached, next_dirty.peek()) {
                        (Some(reached), _) if reached >= row => row,
                        (_, Some(span)) => span.top.max(row),
                        (_, None) => return,
                    };
                    if from >= end {
                        break;
                    }
                    let part = part_of(&piece, from);
                    let dirty_to = next_dirty
                        .peek()
                        .map_or(0, |span| if span.top <= from { span.bottom } else { 0 });
                    row = self.compute_chain_part(
                        (member, chain),
                        &part,
                        (&mut above, &mut reached, dirty_to),
                        changes,
                    );
                }
            }
        }
    }

    /// Computes rows of a chain, some of them by the chain's own way or one by the scalar evaluator; gives the row that
    /// comes next.
    fn compute_chain_part(
        &mut self,
        (member, chain): (&Member, &Chain),
        part: &Piece,
        (above, reached, dirty_to): (&mut Above, &mut Option<u32>, u32),
        changes: &mut Changes,
    ) -> u32 {
        let lag = chain.lag();
        let computed = compute_chain(
            &self.field(),
            (&member.bound, chain),
            part,
            above,
            |last, changed| changed || last < dirty_to,
        );
        let count = computed.rows.count;
        let last_changed = computed.changed.last().map(|(_, last)| *last);
        self.store_computed(member, computed, changes);
        if let Some(row) = last_changed {
            *reached = (*reached).max(Some(row + lag));
        }
        if count > 0 {
            return part.rows.row + count;
        }
        let cell = Cell::new(part.rows.row, part.rows.column);
        above.numbers.clear();
        if self.compute_cell(member.id, &member.bound, (member.sheet, cell)) {
            changes.add(member.sheet, cell);
            *reached = (*reached).max(Some(cell.row + lag));
        }
        cell.row + 1
    }
}

/// The rows of a piece from `row` on.
fn part_of(piece: &Piece, row: u32) -> Piece {
    let skipped = row - piece.rows.row;
    let mut part = *piece;
    part.rows.row = row;
    part.rows.slot += skipped as u16;
    part.rows.count -= skipped;
    part
}
