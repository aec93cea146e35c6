//! What is noted of rows or columns of a sheet, as runs of anchors: which are not shown, how wide they are. It stays
//! with them wherever insertions push them.

use crate::functions::Hidden;
use crate::reference::Anchor;
use crate::storage::tree::{Natural, Tree};

/// The states of the rows or of the columns of a sheet; the default one is that of most and takes no room. Cheap to
/// clone.
#[derive(Debug, Clone)]
pub(super) struct LineStates<S> {
    runs: Tree<u32, Run<S>>,
}

/// The rows or the columns of a sheet that are not shown.
pub(super) type HiddenLines = LineStates<Hidden>;

/// The columns of a sheet that have a width of their own, in characters.
pub(super) type ColumnWidths = LineStates<Option<f64>>;

/// So many anchors in one state.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Run<S> {
    length: u32,
    state: S,
}

/// Consecutive positions in one state.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Span<S> {
    pub(super) first: u32,
    pub(super) last: u32,
    pub(super) state: S,
}

/// Runs of consecutive anchors on an axis: position, first anchor, length.
type Piece = (u32, Anchor, u32);

impl<S> Default for LineStates<S> {
    fn default() -> Self {
        LineStates { runs: Tree::new() }
    }
}

impl<S: Copy + PartialEq + Default> LineStates<S> {
    /// Whether both note the same.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        self.runs.is_same(&other.runs) || self.runs.iter().eq(other.runs.iter())
    }

    /// The state of this one.
    pub(super) fn get(&self, anchor: Anchor) -> S {
        let run = self.runs.floor(&Natural, &anchor.0);
        let run = run.filter(|(first, run)| anchor.0 - **first < run.length);
        run.map_or(S::default(), |(_, run)| run.state)
    }

    /// Gives `length` anchors from `first` on a state.
    pub(super) fn set(&mut self, first: Anchor, length: u32, state: S) {
        if length == 0 {
            return;
        }
        let (mut first, mut end) = (first.0, first.0.saturating_add(length));
        self.cut(first, end);
        if state == S::default() {
            return;
        }
        let before = self
            .runs
            .lower(&Natural, &first)
            .map(|(at, run)| (*at, *run));
        if let Some((at, _)) =
            before.filter(|(at, run)| at + run.length == first && run.state == state)
        {
            first = at;
            self.runs.remove(&Natural, &at);
        }
        let after = self.runs.get(&Natural, &end).copied();
        if let Some(run) = after.filter(|run| run.state == state) {
            self.runs.remove(&Natural, &end);
            end += run.length;
        }
        let length = end - first;
        self.runs.insert(&Natural, first, Run { length, state });
    }

    /// Gives all that is in a state the default one.
    pub(super) fn clear(&mut self, state: S) {
        let runs = self.runs.iter();
        let found = runs
            .filter(|(_, run)| run.state == state)
            .map(|(at, _)| *at);
        for at in found.collect::<Vec<_>>() {
            self.runs.remove(&Natural, &at);
        }
    }

    /// Gives the default state to the anchors from `first` up to but not including `end`.
    fn cut(&mut self, first: u32, end: u32) {
        for (at, run) in self.within(first, end) {
            self.runs.remove(&Natural, &at);
            let run_end = at + run.length;
            if at < first {
                let length = first - at;
                self.runs.insert(&Natural, at, Run { length, ..run });
            }
            if run_end > end {
                let length = run_end - end;
                self.runs.insert(&Natural, end, Run { length, ..run });
            }
        }
    }

    /// The runs that hold any of these anchors, whole.
    fn within(&self, first: u32, end: u32) -> Vec<(u32, Run<S>)> {
        let floor = self
            .runs
            .floor(&Natural, &first)
            .map_or(first, |(at, _)| *at);
        let runs = self
            .runs
            .from(&Natural, &floor)
            .map(|(at, run)| (*at, *run));
        runs.take_while(|(at, _)| *at < end)
            .filter(|(at, run)| at + run.length > first)
            .collect()
    }

    /// What is noted of these pieces of an axis, in the order of positions; neighbours in one state are one span.
    pub(super) fn spans(&self, pieces: impl Iterator<Item = Piece>) -> Vec<Span<S>> {
        let mut spans: Vec<Span<S>> = Vec::new();
        if self.runs.is_empty() {
            return spans;
        }
        for (position, anchor, length) in pieces {
            let end = anchor.0 + length;
            for (at, run) in self.within(anchor.0, end) {
                let from = at.max(anchor.0);
                let to = (at + run.length).min(end);
                let first = position + (from - anchor.0);
                let last = position + (to - 1 - anchor.0);
                match spans.last_mut() {
                    Some(span) if span.last + 1 == first && span.state == run.state => {
                        span.last = last
                    }
                    _ => spans.push(Span {
                        first,
                        last,
                        state: run.state,
                    }),
                }
            }
        }
        spans
    }
}

/// The positions whose state differs, given what is noted before and after, each in order.
pub(super) fn differences<S: Copy + PartialEq + Default>(
    before: &[Span<S>],
    after: &[Span<S>],
) -> Vec<(u32, u32)> {
    let ends = |span: &Span<S>| [u64::from(span.first), u64::from(span.last) + 1];
    let mut cuts: Vec<u64> = before.iter().chain(after).flat_map(ends).collect();
    cuts.sort_unstable();
    cuts.dedup();
    let state = |spans: &[Span<S>], at: u32| {
        let place = spans.partition_point(|span| span.last < at);
        let span = spans.get(place).filter(|span| span.first <= at);
        span.map_or(S::default(), |span| span.state)
    };
    let mut found: Vec<(u32, u32)> = Vec::new();
    for pair in cuts.windows(2) {
        let (first, last) = (pair[0] as u32, (pair[1] - 1) as u32);
        if state(before, first) == state(after, first) {
            continue;
        }
        match found.last_mut() {
            Some(span) if span.1 + 1 == first => span.1 = last,
            _ => found.push((first, last)),
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(hidden: &HiddenLines) -> Vec<Span<Hidden>> {
        hidden.spans(std::iter::once((0, Anchor(0), 100)))
    }

    fn span(first: u32, last: u32, state: Hidden) -> Span<Hidden> {
        Span { first, last, state }
    }

    #[test]
    fn runs_join_and_are_cut() {
        let mut hidden = HiddenLines::default();
        for row in [3, 4, 6, 5] {
            hidden.set(Anchor(row), 1, Hidden::ByHand);
        }
        assert_eq!(whole(&hidden), [span(3, 6, Hidden::ByHand)]);
        assert_eq!(hidden.runs.len(), 1);
        hidden.set(Anchor(4), 2, Hidden::ByFilter);
        assert_eq!(hidden.get(Anchor(3)), Hidden::ByHand);
        assert_eq!(hidden.get(Anchor(5)), Hidden::ByFilter);
        assert_eq!(hidden.get(Anchor(7)), Hidden::Not);
        hidden.set(Anchor(0), 50, Hidden::Not);
        assert!(hidden.runs.is_empty());
    }

    #[test]
    fn what_differs_is_told_by_position() {
        let before = [span(1, 3, Hidden::ByHand), span(8, 9, Hidden::ByFilter)];
        let after = [span(3, 4, Hidden::ByHand), span(8, 9, Hidden::ByHand)];
        assert_eq!(differences(&before, &after), [(1, 2), (4, 4), (8, 9)]);
        assert_eq!(differences(&before, &before), []);
    }
}
