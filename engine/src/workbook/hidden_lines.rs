//! Which rows or columns of a sheet are not shown, as runs of anchors: they stay hidden wherever insertions push them.

use crate::functions::Hidden;
use crate::reference::Anchor;
use crate::storage::tree::{Natural, Tree};

/// The rows or the columns of a sheet that are not shown. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub(super) struct HiddenLines {
    runs: Tree<u32, Run>,
}

/// So many anchors, hidden for one reason.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Run {
    length: u32,
    why: Hidden,
}

/// Consecutive positions in one state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) first: u32,
    pub(super) last: u32,
    pub(super) why: Hidden,
}

/// Runs of consecutive anchors on an axis: position, first anchor, length.
type Piece = (u32, Anchor, u32);

impl HiddenLines {
    /// Whether both hide the same.
    pub(super) fn is_same(&self, other: &HiddenLines) -> bool {
        self.runs.is_same(&other.runs) || self.runs.iter().eq(other.runs.iter())
    }

    /// Why this one is not shown, if it is not.
    pub(super) fn get(&self, anchor: Anchor) -> Hidden {
        let run = self.runs.floor(&Natural, &anchor.0);
        let run = run.filter(|(first, run)| anchor.0 - **first < run.length);
        run.map_or(Hidden::Not, |(_, run)| run.why)
    }

    /// Hides `length` anchors from `first` on, or shows them.
    pub(super) fn set(&mut self, first: Anchor, length: u32, why: Hidden) {
        if length == 0 {
            return;
        }
        let (mut first, mut end) = (first.0, first.0.saturating_add(length));
        self.cut(first, end);
        if why == Hidden::Not {
            return;
        }
        let before = self
            .runs
            .lower(&Natural, &first)
            .map(|(at, run)| (*at, *run));
        if let Some((at, _)) = before.filter(|(at, run)| at + run.length == first && run.why == why)
        {
            first = at;
            self.runs.remove(&Natural, &at);
        }
        let after = self.runs.get(&Natural, &end).copied();
        if let Some(run) = after.filter(|run| run.why == why) {
            self.runs.remove(&Natural, &end);
            end += run.length;
        }
        let length = end - first;
        self.runs.insert(&Natural, first, Run { length, why });
    }

    /// Shows the anchors from `first` up to but not including `end`.
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
    fn within(&self, first: u32, end: u32) -> Vec<(u32, Run)> {
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

    /// What is hidden of these pieces of an axis, in the order of positions; neighbours in one state are one span.
    pub(super) fn spans(&self, pieces: impl Iterator<Item = Piece>) -> Vec<Span> {
        let mut spans: Vec<Span> = Vec::new();
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
                    Some(span) if span.last + 1 == first && span.why == run.why => span.last = last,
                    _ => spans.push(Span {
                        first,
                        last,
                        why: run.why,
                    }),
                }
            }
        }
        spans
    }
}

/// The positions whose state differs, given what is hidden before and after, each in order.
pub(super) fn differences(before: &[Span], after: &[Span]) -> Vec<(u32, u32)> {
    let ends = |span: &Span| [u64::from(span.first), u64::from(span.last) + 1];
    let mut cuts: Vec<u64> = before.iter().chain(after).flat_map(ends).collect();
    cuts.sort_unstable();
    cuts.dedup();
    let state = |spans: &[Span], at: u32| {
        let place = spans.partition_point(|span| span.last < at);
        let span = spans.get(place).filter(|span| span.first <= at);
        span.map_or(Hidden::Not, |span| span.why)
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

    fn whole(hidden: &HiddenLines) -> Vec<Span> {
        hidden.spans(std::iter::once((0, Anchor(0), 100)))
    }

    fn span(first: u32, last: u32, why: Hidden) -> Span {
        Span { first, last, why }
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
