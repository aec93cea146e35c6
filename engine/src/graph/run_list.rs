//! The run list of a column: which anchors belong to which formula, in the order of anchors.
//!
//! Inserting rows touches no list: an inserted row has an anchor that lies in no run.

use std::sync::atomic::{AtomicU64, Ordering};

use smallvec::SmallVec;

use super::{Owner, Run};
use crate::reference::Anchor;
use crate::storage::tree::{Natural, Tree};

static RUNS_WRITTEN: AtomicU64 = AtomicU64::new(0);

/// How many runs were written since the program began; tests take the difference.
pub fn runs_written() -> u64 {
    RUNS_WRITTEN.load(Ordering::Relaxed)
}

/// What a cut took away: the owner and how many slots it lost.
pub(super) type Lost = SmallVec<[(Owner, u32); 2]>;

/// The runs of one column. Cheap to clone.
#[derive(Clone, Default)]
pub struct RunList {
    runs: Tree<u32, Run>,
}

impl RunList {
    /// The run that holds this row.
    pub fn run(&self, row: Anchor) -> Option<Run> {
        let (_, run) = self.runs.floor(&Natural, &row.0)?;
        run.holds(row).then_some(*run)
    }

    /// Whether no cell of the column is computed.
    pub fn is_empty(&self) -> bool {
        self.runs.is_empty()
    }

    /// Whether both are one version, by address.
    pub(super) fn is_same(&self, other: &RunList) -> bool {
        self.runs.is_same(&other.runs)
    }

    /// Calls `visit` with the runs that only one of the two has.
    pub(super) fn differences(&self, later: &RunList, mut visit: impl FnMut(&Run)) {
        let same = |a: &Run, b: &Run| a == b;
        self.runs.diff(&Natural, &later.runs, same, |_, old, new| {
            old.into_iter().chain(new).for_each(&mut visit);
        });
    }

    /// Number of runs.
    pub fn len(&self) -> usize {
        self.runs.len()
    }

    /// All runs in the order of anchors.
    pub fn iter(&self) -> impl Iterator<Item = Run> + '_ {
        self.runs.iter().map(|(_, run)| *run)
    }

    /// The runs that hold any of the `length` anchors from `first` on, cut to them.
    pub fn within(&self, first: Anchor, length: u32) -> impl Iterator<Item = Run> + '_ {
        let end = u64::from(first.0) + u64::from(length);
        let before = self
            .runs
            .floor(&Natural, &first.0)
            .map_or(first.0, |(key, _)| *key);
        let runs = self.runs.from(&Natural, &before).map(|(_, run)| *run);
        runs.take_while(move |run| u64::from(run.first.0) < end)
            .filter_map(move |run| {
                let from = run.first.0.max(first.0);
                let to = u64::from(run.end()).min(end);
                (u64::from(from) < to).then(|| Run {
                    first: Anchor(from),
                    length: (to - u64::from(from)) as u32,
                    owner: run.owner,
                })
            })
    }

    /// Gives `length` anchors from `first` on to `owner`, and tells who lost them.
    pub fn assign(&mut self, first: Anchor, length: u32, owner: Owner) -> Lost {
        let lost = self.cut(first, length);
        let mut run = Run {
            first,
            length,
            owner,
        };
        if let Some((_, before)) = self.runs.floor(&Natural, &first.0) {
            let before = *before;
            if before.end() == first.0 && before.owner == owner {
                self.runs.remove(&Natural, &before.first.0);
                run = Run {
                    first: before.first,
                    length: before.length + run.length,
                    owner,
                };
            }
        }
        if let Some((_, after)) = self.runs.ceiling(&Natural, &run.end()) {
            let after = *after;
            if after.first.0 == run.end() && after.owner == owner {
                self.runs.remove(&Natural, &after.first.0);
                run.length += after.length;
            }
        }
        self.write(run);
        lost
    }

    /// Takes `length` anchors from `first` on away from their owners.
    pub fn cut(&mut self, first: Anchor, length: u32) -> Lost {
        let overlapping: SmallVec<[Run; 2]> = self.within(first, length).collect();
        let mut lost = Lost::new();
        for part in overlapping {
            let Some((_, whole)) = self.runs.floor(&Natural, &part.first.0) else {
                continue;
            };
            let whole = *whole;
            self.runs.remove(&Natural, &whole.first.0);
            if whole.first.0 < part.first.0 {
                self.write(Run {
                    length: part.first.0 - whole.first.0,
                    ..whole
                });
            }
            if part.end() < whole.end() {
                let length = whole.end() - part.end();
                self.write(Run {
                    first: Anchor(part.end()),
                    length,
                    ..whole
                });
            }
            lost.push((part.owner, part.length));
        }
        lost
    }

    /// A list of these runs, which must be in the order of anchors and not overlap.
    pub fn from_sorted(runs: impl IntoIterator<Item = Run>) -> RunList {
        let runs = runs.into_iter().inspect(|_| {
            RUNS_WRITTEN.fetch_add(1, Ordering::Relaxed);
        });
        RunList {
            runs: Tree::from_sorted(&Natural, runs.map(|run| (run.first.0, run))),
        }
    }

    fn write(&mut self, run: Run) {
        RUNS_WRITTEN.fetch_add(1, Ordering::Relaxed);
        self.runs.insert(&Natural, run.first.0, run);
    }
}
