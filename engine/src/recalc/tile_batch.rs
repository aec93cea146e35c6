//! Dirty regions that are computed many rows at a time: which way each goes, the pieces of their work on the engine's
//! threads, the storing of what they gave.
//!
//! Regions of one rank do not read each other, so their pieces are computed together. Workers read and the driver
//! writes, between two ranks; the values do not depend on who computed what.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::schedule::{Run, Work};
use super::tile_work::{Computed, Field, Piece, compute, pieces};
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
    pub(super) work: Work,
}

impl Run<'_, '_> {
    /// A region as it is to be computed; nothing if it is gone or cannot be computed.
    pub(super) fn member(&mut self, id: RegionId, work: Work) -> Option<Member> {
        let region = self.graph.region(id)?;
        if region.facts.unsupported.is_some() {
            return None;
        }
        let sheet = region.sheet;
        let bounds = self.graph.rect(region, self.around.book)?;
        let bound = self.plans.bind(&region.template, sheet, self.around.book);
        let (rows, columns) = self.around.book.axes(sheet)?;
        let reads_itself = |read: &&Read| {
            read.sheet == sheet
                && !read.leads_out_of(&bounds)
                && read
                    .precedents(&bounds, rows, columns)
                    .is_some_and(|area| area.intersection(&bounds).is_some())
        };
        let own = region.facts.reads.iter();
        let own = own.filter(reads_itself).copied().collect();
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
        if cells < FEW && !self.effort.eager {
            Way::ByCell
        } else {
            Way::Tiles
        }
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
        // Functions of the user run on this thread, whatever the other threads do.
        let (mut here, mut anywhere) = (Vec::new(), Vec::new());
        for (number, member) in members.iter().enumerate() {
            let calls_user = member.bound.plan.flags.calls_user;
            let all = if calls_user { &mut here } else { &mut anywhere };
            for span in self.spans_of(member.id, &member.work) {
                all.extend(pieces(number, member.sheet, &span, self.around.book));
            }
        }
        let mut changes: Vec<Changes> = members.iter().map(|_| Changes::default()).collect();
        for all in [anywhere, here] {
            self.compute_pieces(members, &all, &mut changes);
        }
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
        let calls_user = |piece: &Piece| members[piece.number].bound.plan.flags.calls_user;
        let divides = cost > INLINE && all.len() > 1 || self.effort.eager;
        let pool = if divides && !all.iter().any(calls_user) {
            pool::pool(self.effort.threads)
        } else {
            None
        };
        let field = Field {
            shared: pool.is_some(),
            ..self.field()
        };
        let one = |spare: &mut Vec<_>, piece: &Piece| {
            let number = piece.number;
            let what = (&members[number].bound, &shared[number]);
            compute(&field, what, piece, spare)
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

    pub(super) fn field(&self) -> Field<'_> {
        Field {
            grids: self.grids,
            graph: self.graph,
            around: self.around,
            cancel: self.effort.cancel.as_ref(),
            shared: false,
        }
    }

    /// Stores what a piece gave and notes what changed.
    pub(super) fn store_computed(
        &mut self,
        member: &Member,
        computed: Computed,
        changes: &mut Changes,
    ) {
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
            if computed.stored {
                self.grids.note_stored(&whole, rows.block);
            } else {
                let slots = rows.slot..rows.slot + rows.count as u16;
                self.grids.put_slots(&whole, rows.block, slots, chunk);
            }
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
