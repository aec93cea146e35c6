//! Which ranges of cells hold other values or formulas, found by anchors.

use super::Finding;
use super::formulas::runs_of;
use super::pieces::{Marked, Piece, Span, marked, push, put_together};
use crate::graph::Axes;
use crate::reference::{Anchor, Area, Axis, Cell, Dimension, SheetId};
use crate::workbook::comparison::{AnchorRun, formula_pieces, live};
use crate::workbook::revision::Revision;

/// A rectangle of cells that differ alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChangedRange {
    /// Where the cells stood in the earlier snapshot; nothing if their rows or columns have come since.
    pub before: Option<Area>,
    /// Where they stand in the later one; nothing if their rows or columns have gone.
    pub after: Option<Area>,
    /// Whether the values differ, of all the cells.
    pub values: bool,
    /// Whether the formulas differ, of all the cells; one of two may be missing.
    pub formulas: bool,
}

impl ChangedRange {
    /// Number of cells.
    pub fn size(&self) -> u64 {
        let area = self.after.or(self.before);
        area.map_or(0, |area| area.rect.size())
    }
}

/// A column with what differs in it, by the anchors of its rows.
struct ColumnMarks {
    sheet: SheetId,
    column: Anchor,
    marks: Vec<Marked>,
}

/// Positions of a row then and now, and how many rows go on from there.
type Rows = (Option<u32>, Option<u32>, Anchor, u32);

impl Finding<'_> {
    pub(super) fn ranges(&self, ranges: &mut Vec<ChangedRange>) {
        let mut pieces = Vec::new();
        if self.related {
            for column in self.columns() {
                self.place(&column, &mut pieces);
            }
        }
        for pair in &self.pairs {
            self.pieces_by_position(*pair, &mut pieces);
        }
        put_together(pieces, ranges);
    }

    /// What differs by anchors, column by column.
    fn columns(&self) -> Vec<ColumnMarks> {
        let by_anchor = |run: &AnchorRun| !self.is_by_position(run.sheet);
        let mut values = self.of.value_runs();
        values.retain(by_anchor);
        let mut formulas = self.formula_runs();
        formulas.retain(by_anchor);
        let (mut values, mut formulas) = (&values[..], &formulas[..]);
        let mut columns = Vec::new();
        let place = |runs: &[AnchorRun]| runs.first().map(|run| (run.sheet, run.column));
        while let Some((sheet, column)) =
            [place(values), place(formulas)].into_iter().flatten().min()
        {
            let of_column = |runs: &mut &[AnchorRun]| -> Vec<Span> {
                let is_of = |run: &AnchorRun| (run.sheet, run.column) == (sheet, column);
                let (own, rest) = runs.split_at(runs.partition_point(is_of));
                *runs = rest;
                own.iter().map(|run| (run.first.0, run.length)).collect()
            };
            let (values, formulas) = (of_column(&mut values), of_column(&mut formulas));
            columns.push(ColumnMarks {
                sheet,
                column,
                marks: marked(&values, &formulas),
            });
        }
        columns
    }

    /// Adds the rows of a column that differ, where they stood and stand.
    fn place(&self, of: &ColumnMarks, pieces: &mut Vec<Piece>) {
        let sheet = of.sheet;
        let position = |revision: &Revision| revision.axes(sheet)?.1.position(of.column);
        let (then, now) = (position(self.of.then), position(self.of.now));
        let reshaped = self.reshaped.contains(&sheet);
        let mut found = Vec::new();
        for mark in &of.marks {
            for (row_then, row_now, anchor, length) in self.rows(sheet, mark, (then, now)) {
                let cell =
                    |column: Option<u32>, row: Option<u32>| Some((sheet, Cell::new(row?, column?)));
                let piece = Piece {
                    then: cell(then, row_then),
                    now: cell(now, row_now),
                    length,
                    values: mark.values,
                    formulas: mark.formulas,
                };
                if reshaped && piece.then.is_some() != piece.now.is_some() {
                    self.push_one_sided(of, &piece, anchor, &mut found);
                } else {
                    push(&mut found, piece);
                }
            }
        }
        pieces.extend(found);
    }

    /// The positions of marked rows, in the order of anchors; without those that are on no grid.
    fn rows(
        &self,
        sheet: SheetId,
        mark: &Marked,
        (then, now): (Option<u32>, Option<u32>),
    ) -> Vec<Rows> {
        let anchors = (Anchor(mark.first), mark.length);
        let live = |revision: &Revision, column: Option<u32>| match column {
            Some(_) => live(revision, sheet, Dimension::Rows, anchors),
            None => Vec::new(),
        };
        let (then, now) = (live(self.of.then, then), live(self.of.now, now));
        let mut found = Vec::new();
        let (mut was, mut is) = (then.iter().peekable(), now.iter().peekable());
        let mut next = mark.first;
        loop {
            let end = |piece: &&(u32, Anchor, u32)| piece.1.0 + piece.2;
            while was.next_if(|piece| end(piece) <= next).is_some() {}
            while is.next_if(|piece| end(piece) <= next).is_some() {}
            let ahead = [was.peek(), is.peek()];
            let starts = ahead.iter().flatten().map(|piece| piece.1.0);
            let Some(start) = starts.min().map(|start| start.max(next)) else {
                return found;
            };
            let cuts = ahead.iter().flatten();
            let cuts = cuts.flat_map(|piece| [piece.1.0, end(piece)]);
            let behind = cuts.filter(|cut| *cut > start).min().unwrap_or(start);
            let row = |piece: Option<&&(u32, Anchor, u32)>| {
                let (position, first, _) = **piece?;
                (first.0 <= start).then(|| position + (start - first.0))
            };
            let length = behind - start;
            found.push((
                row(ahead[0].copied().as_ref()),
                row(ahead[1].copied().as_ref()),
                Anchor(start),
                length,
            ));
            next = behind;
        }
    }

    /// Adds rows that came or went: those with a formula differ in it too, though no run says so, as dead rows stay in
    /// their runs.
    fn push_one_sided(
        &self,
        of: &ColumnMarks,
        piece: &Piece,
        anchor: Anchor,
        pieces: &mut Vec<Piece>,
    ) {
        let revision = match piece.now {
            Some(_) => self.of.now,
            None => self.of.then,
        };
        let runs = runs_of(revision, of.sheet, of.column);
        let all = [(0, piece.length)];
        let mut formulas: Vec<Span> = Vec::new();
        formula_pieces((runs, None), (anchor, anchor), piece.length, |pair| {
            formulas.push((pair.offset, pair.length));
        });
        let values: &[Span] = if piece.values { &all } else { &[] };
        for mark in marked(values, &formulas) {
            let below = |place: Option<(SheetId, Cell)>| {
                place.map(|(sheet, cell)| (sheet, Cell::new(cell.row + mark.first, cell.column)))
            };
            push(
                pieces,
                Piece {
                    then: below(piece.then),
                    now: below(piece.now),
                    length: mark.length,
                    values: mark.values,
                    formulas: mark.formulas,
                },
            );
        }
    }
}
