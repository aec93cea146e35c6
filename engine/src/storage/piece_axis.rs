//! The piece table behind the row axis and the column axis.
//!
//! Pieces `{first anchor, length}` stand in the order of positions. The last piece is open: it goes on to the end of
//! the original anchors, so every position of the grid always has an anchor, and the grid's limit only clips what is
//! seen. A second array holds the pieces in the order of their anchors for the way back. Every edit makes new arrays;
//! there are a few thousand pieces at most before the sheet is renumbered.

use std::cmp::Ordering;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use crate::limits;
use crate::reference::Anchor;
use crate::{Error, ErrorKind, Result};

/// The source of anchors for inserted rows or columns, shared by all revisions and forks of a lineage.
///
/// A number that was given out is never given out again, in whatever branch, so an anchor never means two rows.
///
/// # Examples
///
/// ```
/// use tabulith::reference::Axis;
/// use tabulith::storage::{AnchorCounter, RowAxis};
///
/// let counter = AnchorCounter::rows();
/// let before = RowAxis::new(100);
/// let after = before.insert(10, 2, &counter)?;
/// assert_eq!(after.position(before.anchor(10)), Some(12));
/// # Ok::<(), tabulith::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct AnchorCounter {
    next: Arc<AtomicU32>,
    /// The first number that was given out: the axis's first anchor that is no original one.
    first: u32,
    /// The first number that must not be given out; 0 stands for 2^32.
    end: u32,
}

impl AnchorCounter {
    pub(super) fn between(first: u32, end: u32) -> AnchorCounter {
        AnchorCounter {
            next: Arc::new(AtomicU32::new(first)),
            first,
            end,
        }
    }

    /// A source of its own that goes on from the same number, for edits that are only tried out.
    pub fn branch(&self) -> AnchorCounter {
        AnchorCounter {
            next: Arc::new(AtomicU32::new(self.next.load(Relaxed))),
            ..*self
        }
    }

    /// Takes `count` consecutive anchors.
    fn take(&self, count: u32) -> Result<Anchor> {
        let last = self.end.wrapping_sub(1);
        self.next
            .fetch_update(Relaxed, Relaxed, |next| {
                // The last anchor stays unused, so that the counter itself never wraps.
                next.checked_add(count).filter(|behind| *behind <= last)
            })
            .map(Anchor)
            .map_err(|_| {
                let message = format!("no room to insert {count} more rows or columns");
                Error::new(ErrorKind::Limit, message)
            })
    }
}

/// A piece as an edit sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Piece {
    first: u32,
    length: u32,
}

/// A piece in the order of anchors.
#[derive(Debug, Clone, Copy)]
struct ByAnchor {
    first: u32,
    length: u32,
    /// Position of its first anchor, perhaps beyond the limit.
    start: u32,
}

#[derive(Debug)]
struct Pieces {
    limit: u32,
    /// The first anchor that is no original one.
    originals: u32,
    /// Position of each piece's first anchor; the first is 0.
    starts: Box<[u32]>,
    firsts: Box<[u32]>,
    by_anchor: Box<[ByAnchor]>,
}

/// An axis of pieces; `Clone` is O(1).
#[derive(Debug, Clone)]
pub(super) struct PieceAxis(Arc<Pieces>);

impl PieceAxis {
    /// An axis of `limit` positions that nothing was inserted into; anchors from `originals` on are inserted ones.
    pub(super) fn new(limit: u32, originals: u32) -> PieceAxis {
        assert!(
            limit < originals,
            "an axis has fewer positions than anchors"
        );
        let whole = Piece {
            first: 0,
            length: originals,
        };
        PieceAxis::of(vec![whole], limit, originals)
    }

    fn of(pieces: Vec<Piece>, limit: u32, originals: u32) -> PieceAxis {
        let mut start = 0_u32;
        let mut starts = Vec::with_capacity(pieces.len());
        let mut by_anchor = Vec::with_capacity(pieces.len());
        for (at, Piece { first, length }) in pieces.iter().copied().enumerate() {
            starts.push(start);
            by_anchor.push(ByAnchor {
                first,
                length,
                start,
            });
            if at + 1 < pieces.len() {
                start += length;
            } else {
                assert!(
                    first + length == originals && limit.saturating_sub(start) <= length,
                    "the last piece is open and reaches the limit"
                );
            }
        }
        by_anchor.sort_unstable_by_key(|piece| piece.first);
        PieceAxis(Arc::new(Pieces {
            limit,
            originals,
            starts: starts.into(),
            firsts: pieces.iter().map(|piece| piece.first).collect(),
            by_anchor: by_anchor.into(),
        }))
    }

    pub(super) fn len(&self) -> u32 {
        self.0.limit
    }

    pub(super) fn piece_count(&self) -> usize {
        self.0.firsts.len()
    }

    /// Share of the original anchors, 0 to 1, that stand before the open end.
    pub(super) fn spent(&self) -> f64 {
        let open = self.0.firsts.last().copied().unwrap_or(0);
        f64::from(open) / f64::from(self.0.originals)
    }

    pub(super) fn is_same(&self, other: &PieceAxis) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// The piece at a position, which may lie beyond the limit.
    fn piece_at(&self, position: u32) -> usize {
        self.0.starts.partition_point(|start| *start <= position) - 1
    }

    pub(super) fn anchor(&self, position: u32) -> Anchor {
        assert!(
            position < self.0.limit,
            "position {position} is beyond the {} of this axis",
            self.0.limit
        );
        let at = self.piece_at(position);
        Anchor(self.0.firsts[at] + (position - self.0.starts[at]))
    }

    /// The position of a live anchor, which may lie beyond the limit.
    fn place(&self, anchor: Anchor) -> Option<u32> {
        let pieces = &self.0.by_anchor;
        let at = pieces
            .partition_point(|piece| piece.first <= anchor.0)
            .checked_sub(1)?;
        let piece = pieces[at];
        let offset = anchor.0 - piece.first;
        // Only anchors that no cell of the grid ever had lie so far beyond the limit.
        (offset < piece.length).then(|| piece.start.checked_add(offset))?
    }

    pub(super) fn position(&self, anchor: Anchor) -> Option<u32> {
        self.place(anchor)
            .filter(|position| *position < self.0.limit)
    }

    pub(super) fn compare(&self, a: Anchor, b: Anchor) -> Ordering {
        if a == b {
            return Ordering::Equal;
        }
        let place = |anchor| self.place(anchor).map_or(u64::MAX, u64::from);
        place(a).cmp(&place(b))
    }

    /// The axis with `count` new rows before `at`, no more than fit before the limit.
    pub(super) fn insert(&self, at: u32, count: u32, counter: &AnchorCounter) -> Result<PieceAxis> {
        assert_eq!(
            counter.first, self.0.originals,
            "rows take their anchors from a counter of rows, columns from one of columns"
        );
        let count = count.min(self.0.limit.saturating_sub(at));
        if count == 0 {
            return Ok(self.clone());
        }
        self.check_pieces(2)?;
        let new = Piece {
            first: counter.take(count)?.0,
            length: count,
        };
        let mut pieces = Joining::default();
        let (before, after) = self.cut(at);
        before.for_each(|piece| pieces.push(piece));
        pieces.push(new);
        after.for_each(|piece| pieces.push(piece));
        Ok(PieceAxis::of(pieces.0, self.0.limit, self.0.originals))
    }

    /// The axis without `count` rows from `at` on, and the anchors that died.
    pub(super) fn delete(&self, at: u32, count: u32) -> Result<(PieceAxis, Vec<(Anchor, u32)>)> {
        let at = at.min(self.0.limit);
        let count = count.min(self.0.limit - at);
        if count == 0 {
            return Ok((self.clone(), Vec::new()));
        }
        self.check_pieces(1)?;
        let mut pieces = Joining::default();
        self.cut(at).0.for_each(|piece| pieces.push(piece));
        let mut rest = Vec::new();
        self.cut(at + count).1.for_each(|piece| rest.push(piece));
        let start_of_open = self.0.starts.last().copied().unwrap_or(0);
        let open = rest.last().map_or(0, |piece| piece.length);
        let open_start = start_of_open.max(at + count) - count;
        if open <= self.0.limit.saturating_sub(open_start) {
            let message = format!("no room to delete {count} more rows or columns");
            return Err(Error::new(ErrorKind::Limit, message));
        }
        rest.into_iter().for_each(|piece| pieces.push(piece));
        let dead = self
            .spans(at..at + count)
            .map(|(_, first, length)| (first, length))
            .collect();
        let axis = PieceAxis::of(pieces.0, self.0.limit, self.0.originals);
        Ok((axis, dead))
    }

    /// That an edit may add so many pieces.
    fn check_pieces(&self, added: usize) -> Result<()> {
        if self.piece_count() + added <= limits::AXIS_PIECES {
            return Ok(());
        }
        let message = format!(
            "rows and columns were inserted or deleted at more than {} different places; save the workbook and open it \
             again",
            limits::AXIS_PIECES / 2
        );
        Err(Error::new(ErrorKind::Limit, message))
    }

    /// The pieces before a position and those from it on; a piece that it cuts is in both, in part.
    fn cut(
        &self,
        position: u32,
    ) -> (
        impl Iterator<Item = Piece> + '_,
        impl Iterator<Item = Piece> + '_,
    ) {
        let at = self.piece_at(position);
        let offset = position - self.0.starts[at];
        let cut = self.piece(at);
        let left = Piece {
            first: cut.first,
            length: offset,
        };
        let right = Piece {
            first: cut.first + offset,
            length: cut.length.saturating_sub(offset),
        };
        let before = (0..at).map(|at| self.piece(at)).chain([left]);
        let after = (at + 1..self.piece_count()).map(|at| self.piece(at));
        (before, [right].into_iter().chain(after))
    }

    fn piece(&self, at: usize) -> Piece {
        let first = self.0.firsts[at];
        let length = match self.0.starts.get(at + 1) {
            Some(next) => next - self.0.starts[at],
            None => self.0.originals - first,
        };
        Piece { first, length }
    }

    /// The pieces over a range of positions, cut to it: position, first anchor, length.
    pub(super) fn spans(&self, positions: Range<u32>) -> Spans<'_> {
        let end = positions.end.min(self.0.limit);
        let position = positions.start.min(end);
        Spans {
            pieces: &self.0,
            piece: self.piece_at(position),
            position,
            end,
        }
    }

    /// The live runs among `length` anchors from `first` on, in the order of anchors; those beyond the limit are
    /// passed over.
    pub(super) fn live(
        &self,
        first: Anchor,
        length: u32,
    ) -> impl Iterator<Item = (u32, Anchor, u32)> + '_ {
        let end = first.0.saturating_add(length);
        let pieces = &self.0.by_anchor;
        let limit = self.0.limit;
        let at = pieces
            .partition_point(|piece| piece.first <= first.0)
            .saturating_sub(1);
        pieces[at..]
            .iter()
            .take_while(move |piece| piece.first < end)
            .filter_map(move |piece| {
                let from = piece.first.max(first.0);
                let to = end.min(piece.first.saturating_add(piece.length));
                let position = piece.start.checked_add(from.checked_sub(piece.first)?)?;
                let length = to.checked_sub(from)?.min(limit.saturating_sub(position));
                (length > 0).then_some((position, Anchor(from), length))
            })
    }
}

/// Pieces in the making: what continues the piece before is joined with it, what is empty is left out.
#[derive(Default)]
struct Joining(Vec<Piece>);

impl Joining {
    fn push(&mut self, piece: Piece) {
        match self.0.last_mut() {
            _ if piece.length == 0 => {}
            Some(last) if last.first + last.length == piece.first => last.length += piece.length,
            _ => self.0.push(piece),
        }
    }
}

/// Pieces over a range of positions, cut to it: position, first anchor, length.
#[derive(Debug, Clone)]
pub struct Spans<'a> {
    pieces: &'a Pieces,
    piece: usize,
    position: u32,
    end: u32,
}

impl Iterator for Spans<'_> {
    type Item = (u32, Anchor, u32);

    fn next(&mut self) -> Option<Self::Item> {
        if self.position >= self.end {
            return None;
        }
        let position = self.position;
        let first = self.pieces.firsts[self.piece] + (position - self.pieces.starts[self.piece]);
        self.piece += 1;
        let behind = self.pieces.starts.get(self.piece).copied();
        self.position = behind.unwrap_or(self.end).min(self.end);
        Some((position, Anchor(first), self.position - position))
    }
}
