//! Pieces of columns that differ: where they stood, where they stand, and in what they differ.

use super::ChangedRange;
use crate::reference::{Area, Cell, Rect, SheetId};
use crate::workbook::runs::{Run, rectangles};

/// Consecutive rows of a column: a place among what is compared, and how many there are.
pub(super) type Span = (u32, u32);

/// Rows that differ in values, in formulas, or in both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Marked {
    pub(super) first: u32,
    pub(super) length: u32,
    pub(super) values: bool,
    pub(super) formulas: bool,
}

/// Puts two lists of spans, each in order and without overlaps, together.
pub(super) fn marked(values: &[Span], formulas: &[Span]) -> Vec<Marked> {
    let mut found = Vec::with_capacity(values.len().max(formulas.len()));
    let (mut a, mut b) = (values.iter().peekable(), formulas.iter().peekable());
    let mut next = 0;
    loop {
        // What ends before the place that was reached is done with.
        while a.next_if(|span| end(span) <= next).is_some() {}
        while b.next_if(|span| end(span) <= next).is_some() {}
        let ahead = [a.peek(), b.peek()];
        let starts = ahead.iter().flatten().map(|span| u64::from(span.0));
        let Some(start) = starts.min().map(|start| start.max(next)) else {
            return found;
        };
        let holds = |span: Option<&&&Span>| span.is_some_and(|span| u64::from(span.0) <= start);
        let cuts = ahead.iter().flatten();
        let cuts = cuts.flat_map(|span| [u64::from(span.0), end(span)]);
        let behind = cuts.filter(|cut| *cut > start).min().unwrap_or(start);
        found.push(Marked {
            first: start as u32,
            length: (behind - start) as u32,
            values: holds(ahead[0].as_ref()),
            formulas: holds(ahead[1].as_ref()),
        });
        next = behind;
    }
}

/// Spans in order, those that overlap or touch put together.
pub(super) fn joined(spans: &[Span]) -> Vec<Span> {
    let mut found: Vec<Span> = Vec::with_capacity(spans.len());
    for span in spans {
        match found.last_mut() {
            Some(last) if u64::from(span.0) <= end(last) => {
                last.1 = (end(last).max(end(span)) - u64::from(last.0)) as u32;
            }
            _ => found.push(*span),
        }
    }
    found
}

fn end(span: &Span) -> u64 {
    u64::from(span.0) + u64::from(span.1)
}

/// Rows of a column that differ alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Piece {
    /// The first cell as it stood then; nothing if it has come since.
    pub(super) then: Option<(SheetId, Cell)>,
    /// The first cell as it stands now; nothing if it has gone.
    pub(super) now: Option<(SheetId, Cell)>,
    pub(super) length: u32,
    pub(super) values: bool,
    pub(super) formulas: bool,
}

impl Piece {
    /// Whether `next` is the continuation downwards.
    fn goes_on(&self, next: &Piece) -> bool {
        let below = |place: Option<(SheetId, Cell)>| {
            place.map(|(sheet, cell)| (sheet, Cell::new(cell.row + self.length, cell.column)))
        };
        (self.values, self.formulas) == (next.values, next.formulas)
            && below(self.then) == next.then
            && below(self.now) == next.now
    }

    fn area(&self, place: Option<(SheetId, Cell)>) -> Option<Area> {
        let (sheet, cell) = place?;
        let corner = Cell::new(cell.row + (self.length - 1), cell.column);
        Some(Area::new(sheet, Rect::new(cell, corner)))
    }

    fn range(&self) -> ChangedRange {
        ChangedRange {
            before: self.area(self.then),
            after: self.area(self.now),
            values: self.values,
            formulas: self.formulas,
        }
    }
}

/// Adds a piece behind those of its column.
pub(super) fn push(pieces: &mut Vec<Piece>, piece: Piece) {
    match pieces.last_mut() {
        Some(last) if last.goes_on(&piece) => last.length += piece.length,
        _ => pieces.push(piece),
    }
}

/// The ranges that pieces make with those of the columns beside them; first those that there still are.
pub(super) fn put_together(pieces: Vec<Piece>, ranges: &mut Vec<ChangedRange>) {
    let (there, gone): (Vec<Piece>, Vec<Piece>) =
        pieces.into_iter().partition(|piece| piece.now.is_some());
    let mut found = rows_of(there, |range| range.after);
    found.extend(rows_of(gone, |range| range.before));
    let place = |range: &ChangedRange| {
        let area = range.after.or(range.before)?;
        Some((area.sheet, area.rect.top, area.rect.left))
    };
    found.sort_by_key(|range| (place(range), range.after.is_none()));
    ranges.extend(found);
}

/// Joins ranges of neighbouring columns, by the place that `shown` gives.
fn rows_of(pieces: Vec<Piece>, shown: impl Fn(&ChangedRange) -> Option<Area>) -> Vec<ChangedRange> {
    let runs = pieces.iter().filter_map(|piece| {
        let what = piece.range();
        let Area { sheet, rect } = shown(&what)?;
        Some(Run { sheet, rect, what })
    });
    let beside = |a: &ChangedRange, b: &ChangedRange| {
        let next = |a: Option<Area>, b: Option<Area>| match (a, b) {
            (Some(a), Some(b)) => {
                let rows = |area: &Area| (area.sheet, area.rect.top, area.rect.bottom);
                rows(&a) == rows(&b) && a.rect.right + 1 == b.rect.left
            }
            (a, b) => a == b,
        };
        (a.values, a.formulas) == (b.values, b.formulas)
            && next(a.before, b.before)
            && next(a.after, b.after)
    };
    let found = rectangles(runs.collect(), beside).into_iter();
    found
        .filter_map(|(_, _, columns)| {
            let (first, last) = (*columns.first()?, columns.last()?);
            let hull = |a: Option<Area>, b: Option<Area>| {
                let (a, b) = (a?, b?);
                Some(Area::new(a.sheet, a.rect.hull(&b.rect)))
            };
            Some(ChangedRange {
                before: hull(first.before, last.before),
                after: hull(first.after, last.after),
                ..first
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(values: &[Span], formulas: &[Span], expected: &[(u32, u32, bool, bool)]) {
        let found = marked(values, formulas).into_iter();
        let found: Vec<_> = found
            .map(|mark| (mark.first, mark.length, mark.values, mark.formulas))
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn spans_are_cut_where_either_kind_begins_or_ends() {
        check(&[], &[], &[]);
        check(&[(3, 2)], &[], &[(3, 2, true, false)]);
        check(
            &[(0, 4), (10, 1)],
            &[(2, 4), (8, 5)],
            &[
                (0, 2, true, false),
                (2, 2, true, true),
                (4, 2, false, true),
                (8, 2, false, true),
                (10, 1, true, true),
                (11, 2, false, true),
            ],
        );
        check(&[(5, u32::MAX - 5)], &[], &[(5, u32::MAX - 5, true, false)]);
    }
}
