//! A set of rows as disjoint spans.

use std::collections::BTreeMap;

/// Rows still to be computed, as disjoint spans.
#[derive(Default)]
pub(super) struct RowSpans(BTreeMap<u32, u32>);

impl RowSpans {
    pub(super) fn add(&mut self, (mut first, mut last): (u32, u32)) {
        if first > last {
            return;
        }
        if let Some((start, end)) = self
            .0
            .range(..=first)
            .next_back()
            .map(|(start, end)| (*start, *end))
            && end.saturating_add(1) >= first
        {
            if end >= last {
                return;
            }
            self.0.remove(&start);
            first = start;
        }
        while let Some((start, end)) = self
            .0
            .range(first..)
            .next()
            .map(|(start, end)| (*start, *end))
        {
            if start > last.saturating_add(1) {
                break;
            }
            self.0.remove(&start);
            last = last.max(end);
        }
        self.0.insert(first, last);
    }

    pub(super) fn pop_first(&mut self) -> Option<u32> {
        let (first, last) = self.0.pop_first()?;
        if first < last {
            self.0.insert(first + 1, last);
        }
        Some(first)
    }
}
