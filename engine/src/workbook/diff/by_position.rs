//! Sheets that have no rows in common, compared by position: the values of all blocks, the texts of all formulas.

use super::formulas::{Ends, runs_of};
use super::pieces::{Piece, Span, joined, marked, push};
use super::{Finding, Pair};
use crate::graph::Axes;
use crate::reference::{Anchor, Axis, Cell, Dimension, SheetId};
use crate::storage::tree::Natural;
use crate::storage::{CellKey, Plane, SLOTS};
use crate::workbook::comparison::{differing_apart, formula_pieces, pieces, used_columns};
use crate::workbook::revision::Revision;

/// Rows at the same positions: the first position, the anchors that begin there then and now, how many.
#[derive(Clone, Copy)]
struct Aligned {
    row: u32,
    then: Anchor,
    now: Anchor,
    length: u32,
}

/// A column of a sheet as it was and as it is.
#[derive(Clone, Copy)]
struct Column {
    position: u32,
    then: Anchor,
    now: Anchor,
}

impl Finding<'_> {
    /// Adds what differs between two sheets.
    pub(super) fn pieces_by_position(&self, pair: Pair, found: &mut Vec<Piece>) {
        let (Some(then), Some(now)) = (self.of.then.axes(pair.then), self.of.now.axes(pair.now))
        else {
            return;
        };
        let rows = self.aligned(pair);
        let kept = self.kept_differing();
        let mut used = used_columns(self.of.then, pair.then);
        used.extend(used_columns(self.of.now, pair.now));
        used.extend(kept.iter().map(|(_, cell)| cell.column));
        for position in used {
            if position >= then.1.len().min(now.1.len()) {
                continue;
            }
            let column = Column {
                position,
                then: then.1.anchor(position),
                now: now.1.anchor(position),
            };
            let values = self.values_in(pair, column, &rows);
            let mut formulas = self.formulas_in(pair, column, &rows);
            let here = kept.iter();
            let here = here.filter(|(sheet, cell)| *sheet == pair.now && cell.column == position);
            formulas.extend(here.map(|(_, cell)| (cell.row, 1)));
            formulas.sort_unstable();
            let formulas = joined(&formulas);
            let mut pieces = Vec::new();
            for mark in marked(&values, &formulas) {
                let first = Cell::new(mark.first, position);
                let piece = Piece {
                    then: Some((pair.then, first)),
                    now: Some((pair.now, first)),
                    length: mark.length,
                    values: mark.values,
                    formulas: mark.formulas,
                };
                push(&mut pieces, piece);
            }
            found.extend(pieces);
        }
    }

    /// The rows of both sheets at the same positions.
    fn aligned(&self, pair: Pair) -> Vec<Aligned> {
        let then = pieces(self.of.then, pair.then, Dimension::Rows);
        let now = pieces(self.of.now, pair.now, Dimension::Rows);
        let mut found = Vec::new();
        let (mut i, mut j) = (0, 0);
        while let (Some(was), Some(is)) = (then.get(i), now.get(j)) {
            let (end, other_end) = (was.0 + was.2, is.0 + is.2);
            let (row, behind) = (was.0.max(is.0), end.min(other_end));
            found.push(Aligned {
                row,
                then: Anchor(was.1.0 + (row - was.0)),
                now: Anchor(is.1.0 + (row - is.0)),
                length: behind - row,
            });
            i += usize::from(end == behind);
            j += usize::from(other_end == behind);
        }
        found
    }

    /// The rows of a column whose values differ.
    fn values_in(&self, pair: Pair, column: Column, rows: &[Aligned]) -> Vec<Span> {
        let key = |revision: &Revision, sheet: SheetId| {
            let grid = revision.grids.get(&Natural, &sheet);
            grid.map(|grid| grid.key())
        };
        let (Some(then), Some(now)) = (key(self.of.then, pair.then), key(self.of.now, pair.now))
        else {
            return Vec::new();
        };
        let mut found: Vec<Span> = Vec::new();
        for part in rows.iter().flat_map(by_block) {
            let key = |sheet, column, row: Anchor| {
                CellKey::new(Plane::Values, sheet, column, row.block())
            };
            let was = self.of.then.index.get(key(then, column.then, part.then));
            let is = self.of.now.index.get(key(now, column.now, part.now));
            let from = part.then.slot();
            let slots = from..from + part.length as u16;
            differing_apart((was, slots), (is, part.now.slot()), |run| {
                let row = part.row + u32::from(run.start - from);
                match found.last_mut() {
                    Some((first, length)) if *first + *length == row => {
                        *length += run.len() as u32;
                    }
                    _ => found.push((row, run.len() as u32)),
                }
            });
        }
        found
    }

    /// The rows of a column whose formulas differ.
    fn formulas_in(&self, pair: Pair, column: Column, rows: &[Aligned]) -> Vec<Span> {
        let then = runs_of(self.of.then, pair.then, column.then);
        let now = runs_of(self.of.now, pair.now, column.now);
        let mut found = Vec::new();
        if then.is_none() && now.is_none() {
            return found;
        }
        for part in rows {
            formula_pieces((then, now), (part.then, part.now), part.length, |piece| {
                let row = part.row + piece.offset;
                let ends = [row, row + (piece.length - 1)];
                let ends = ends.map(|row| Some(Cell::new(row, column.position)));
                let ends = || Ends {
                    sheets: pair,
                    then: ends,
                    now: ends,
                };
                if self.differ(&piece, ends) {
                    found.push((row, piece.length));
                }
            });
        }
        found
    }
}

/// Parts of rows that lie in one block each of both sheets.
fn by_block(rows: &Aligned) -> impl Iterator<Item = Aligned> + use<> {
    let rows = *rows;
    let mut next = 0;
    std::iter::from_fn(move || {
        let left = rows.length.checked_sub(next).filter(|left| *left > 0)?;
        let (then, now) = (Anchor(rows.then.0 + next), Anchor(rows.now.0 + next));
        let room = u32::from(SLOTS - then.slot().max(now.slot()));
        let part = Aligned {
            row: rows.row + next,
            then,
            now,
            length: left.min(room),
        };
        next += part.length;
        Some(part)
    })
}
