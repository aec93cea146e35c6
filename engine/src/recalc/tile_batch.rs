//! Dirty regions that are computed many rows at a time: which way each goes, the pieces of their work on the engine's
//! threads, the storing of what they gave.
//!
//! Regions of one rank do not read each other, so their pieces are computed together. Workers read and the driver
//! writes, between two ranks; the values do not depend on who computed what.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::schedule::Run;
use super::tile_work::{Above, Computed, Field, Piece, compute, compute_chain, pieces};
use super::{Bound, Changes, pool};
use crate::formula::TemplateAxis;
use crate::formula::ast::Shape;
use crate::graph::{Read, RegionId};
use crate::plan::tiles::{Chain, SharedValues};
use crate::reference::{Area, Cell, Rect, SheetId};

/// Cells below which a region is computed cell by cell: a tile costs more than it saves.
const FEW: u64 = 8;

/// Nanoseconds of work below which the caller does it alone: handing it to other threads costs several microseconds.
const INLINE: u64 = 50_000;

/// Nanoseconds of work between two looks at who wants to know how far it is.
const ROUND: u64 = 50_000_000;

/// How the dirty cells of a region are computed.
pub(super) enum Way {
    /// One by one, in row-major order.
    ByCell,
    /// Many at a time, in any order.
    Tiles,
    /// Many at a time, the columns from left to right, as each reads those before it.
    ColumnByColumn,
    /// Down the column, each row from the one above.
    Chain(Chain),
}

/// A region with dirty cells, ready to be computed.
pub(super) struct Member {
    pub(super) id: RegionId,
    pub(super) sheet: SheetId,
    pub(super) bounds: Rect,
    pub(super) bound: Bound,
    pub(super) own: Vec<Read>,
    pub(super) work: Vec<(RegionId, Rect)>,
}

impl Run<'_, '_> {
    /// A region as it is to be computed; nothing if it is gone or cannot be computed.
    pub(super) fn member(&mut self, id: RegionId, work: Vec<(RegionId, Rect)>) -> Option<Member> {
        let region = self.graph.region(id)?;
        if region.facts.unsupported.is_some() {
            return None;
        }
        let (sheet, facts, template) =
            (region.sheet, region.facts.clone(), region.template.clone());
        let bounds = self.graph.rect(region, self.around.book)?;
        let bound = self.plans.bind(&template, sheet, self.around.book);
        let (rows, columns) = self.around.book.axes(sheet)?;
        let reads_itself = |read: &&Read| {
            read.sheet == sheet
                && read
                    .precedents(&bounds, rows, columns)
                    .is_some_and(|area| area.intersection(&bounds).is_some())
        };
        let own = facts.reads.iter().filter(reads_itself).copied().collect();
        Some(Member {
            id,
            sheet,
            bounds,
            bound,
            own,
            work,
        })
    }

    /// The way that a region goes.
    pub(super) fn way(&self, member: &Member) -> Way {
        let facts = &member.bound.facts;
        if facts.dynamic || !self.settled.is_empty() || self.has_array_in(member) {
            return Way::ByCell;
        }
        if !member.own.is_empty() {
            let own: Vec<&Read> = member.own.iter().collect();
            let (plan, tiles) = (&member.bound.plan, member.bound.tiles());
            return match Chain::of(plan, tiles, member.sheet, &own) {
                Some(chain) => Way::Chain(chain),
                None if own.iter().all(|read| lies_left(read)) => Way::ColumnByColumn,
                None => Way::ByCell,
            };
        }
        let cells: u64 = member.work.iter().map(|(_, rect)| rect.size()).sum();
        if cells < FEW { Way::ByCell } else { Way::Tiles }
    }

    /// Whether a formula of the region fills cells beside its own, or would if it could.
    fn has_array_in(&self, member: &Member) -> bool {
        if !self.graph.has_arrays() {
            return false;
        }
        let (sheet, bounds) = (member.sheet, &member.bounds);
        let book = self.around.book;
        let anchors = self.graph.array_anchors(sheet, bounds, book).into_iter();
        let blocked = self.graph.blocked(book).into_iter();
        let blocked = blocked.filter(|(on, _)| *on == sheet).map(|(_, cell)| cell);
        anchors
            .chain(blocked)
            .any(|cell| self.graph.region_at(sheet, cell, book) == Some(member.id))
    }

    /// Computes regions of one rank that all go by tiles.
    pub(super) fn compute_tiles(&mut self, members: &[Member]) {
        let mut all = Vec::new();
        for (number, member) in members.iter().enumerate() {
            for span in self.spans_of(member.id, &member.work) {
                all.extend(pieces(number, member.sheet, &span, self.around.book));
            }
        }
        let mut changes: Vec<Changes> = members.iter().map(|_| Changes::default()).collect();
        self.compute_pieces(members, &all, &mut changes);
        for (member, changes) in members.iter().zip(changes) {
            self.publish(changes, Some(member.id));
        }
    }

    /// Computes pieces in rounds and stores what they give.
    fn compute_pieces(&mut self, members: &[Member], all: &[Piece], changes: &mut [Changes]) {
        let cost = |piece: &Piece| {
            u64::from(piece.rows.count) * u64::from(members[piece.number].bound.tiles().cost())
        };
        let mut rest = all;
        // While pieces of a rank are computed none of the cells that they read changes.
        let shared: Vec<SharedValues> = members.iter().map(|_| SharedValues::default()).collect();
        while !rest.is_empty() && !self.is_cancelled() {
            let mut taken = 0;
            let mut round = 0;
            while taken < rest.len() && round < ROUND {
                round += cost(&rest[taken]);
                taken += 1;
            }
            let (now, later) = rest.split_at(taken);
            rest = later;
            let computed = self.computed((members, &shared), now, round);
            for (piece, computed) in now.iter().zip(computed) {
                self.store_computed(&members[piece.number], computed, &mut changes[piece.number]);
            }
        }
    }

    /// What pieces give, computed on several threads if that is worth it.
    fn computed(
        &self,
        (members, shared): (&[Member], &[SharedValues]),
        all: &[Piece],
        cost: u64,
    ) -> Vec<Computed> {
        let field = self.field();
        let one = |spare: &mut Vec<_>, piece: &Piece| {
            let number = piece.number;
            let what = (&members[number].bound, &shared[number]);
            compute(&field, what, piece, spare)
        };
        let pool = if cost > INLINE && all.len() > 1 {
            pool::pool(self.effort.threads)
        } else {
            None
        };
        match pool {
            Some(pool) => pool.install(|| {
                let pieces = all.par_iter();
                pieces.map_init(Vec::new, one).collect()
            }),
            None => {
                let mut spare = Vec::new();
                all.iter().map(|piece| one(&mut spare, piece)).collect()
            }
        }
    }

    fn field(&self) -> Field<'_> {
        Field {
            grids: self.grids,
            graph: self.graph,
            around: self.around,
            cancel: self.effort.cancel.as_ref(),
        }
    }

    /// Stores what a piece gave and notes what changed.
    fn store_computed(&mut self, member: &Member, computed: Computed, changes: &mut Changes) {
        let rows = computed.rows;
        if rows.count == 0 || self.is_cancelled() {
            return;
        }
        let column = |(top, bottom): (u32, u32)| {
            let rect = Rect {
                top,
                bottom,
                left: rows.column,
                right: rows.column,
            };
            Area::new(member.sheet, rect)
        };
        let whole = column((rows.row, rows.row + rows.count - 1));
        self.count_area(&whole);
        if let Some(chunk) = &computed.chunk {
            let slots = rows.slot..rows.slot + rows.count as u16;
            self.grids.put_slots(&whole, rows.block, slots, chunk);
        }
        for run in computed.changed {
            changes.add_area(column(run));
        }
        for row in computed.arrays {
            let cell = Cell::new(row, rows.column);
            self.outcome.recomputed -= 1;
            if self.compute_cell(member.id, &member.bound, (member.sheet, cell)) {
                changes.add(member.sheet, cell);
            }
        }
    }

    /// Computes a region whose columns read those before them.
    pub(super) fn compute_columns(&mut self, member: &Member) {
        let mut waiting: BTreeMap<u32, Vec<(RegionId, Rect)>> = BTreeMap::new();
        let wait = |waiting: &mut BTreeMap<u32, Vec<_>>, rect: &Rect| {
            for column in rect.left..=rect.right {
                let part = Rect {
                    left: column,
                    right: column,
                    ..*rect
                };
                waiting.entry(column).or_default().push((member.id, part));
            }
        };
        member
            .work
            .iter()
            .for_each(|(_, rect)| wait(&mut waiting, rect));
        let mut changes = Changes::default();
        while let Some((_, work)) = waiting.pop_first() {
            if self.is_cancelled() {
                return;
            }
            let mut all = Vec::new();
            for span in self.spans_of(member.id, &work) {
                all.extend(pieces(0, member.sheet, &span, self.around.book));
            }
            let mut changed = [Changes::default()];
            self.compute_pieces(std::slice::from_ref(member), &all, &mut changed);
            let [changed] = changed;
            for area in changed.areas() {
                for rect in self.reached_within(member, &area.rect) {
                    wait(&mut waiting, &rect);
                }
            }
            changes.append(changed);
        }
        self.publish(changes, Some(member.id));
    }

    /// The cells of a region that read these cells of its own.
    fn reached_within(&self, member: &Member, changed: &Rect) -> Vec<Rect> {
        let Some((rows, columns)) = self.around.book.axes(member.sheet) else {
            return Vec::new();
        };
        let reads = member.own.iter();
        let reached =
            reads.filter_map(|read| read.dependents(changed, &member.bounds, rows, columns));
        reached.collect()
    }

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

/// Whether all that a read names lies in columns left of the reading cell.
fn lies_left(read: &Read) -> bool {
    let left = |axis| matches!(axis, TemplateAxis::Relative(offset) if offset < 0);
    match read.shape {
        Shape::Cell { column, .. } => left(column),
        Shape::Range { columns, .. } => left(columns.0) && left(columns.1),
        Shape::Rows(..) | Shape::Columns(..) | Shape::Invalid => false,
    }
}
