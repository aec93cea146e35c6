//! The cones of small edits that come again and again, kept beside the plans: what-if forks share them.

use std::collections::VecDeque;
use std::hash::BuildHasher;
use std::sync::Arc;

use foldhash::fast::FixedState;

use super::cone::Cone;
use crate::graph::{Graph, GraphVersion};
use crate::limits;
use crate::reference::{Cell, SheetId};

/// The cones of the edits seen last, and the edits themselves.
#[derive(Default)]
pub(super) struct KeptCones {
    /// The last used ones come first.
    kept: VecDeque<Kept>,
    /// Hashes of the edits that were seen once, in a ring: two with the same hash only have a cone made too soon.
    seen: [u64; limits::CONES],
    next: usize,
}

struct Kept {
    seeds: Vec<(SheetId, Cell)>,
    /// The graph that the cone is of. A graph that nobody has any more is not kept for it.
    graph: GraphVersion,
    /// Nothing if the edit is one that has to be searched each time.
    cone: Option<Arc<Cone>>,
}

/// What is known of an edit.
pub(super) enum Known {
    /// Its cone; nothing if it has none.
    Cone(Option<Arc<Cone>>),
    /// It was seen before, and its cone is worth making.
    Seen,
    /// Nothing.
    New,
}

impl KeptCones {
    /// What is known of an edit of these cells; one that is new is remembered.
    pub(super) fn find(&mut self, seeds: &[(SheetId, Cell)], graph: &Graph) -> Known {
        let is_it = |kept: &Kept| kept.seeds == seeds && graph.is_version(&kept.graph);
        if let Some(at) = self.kept.iter().position(is_it)
            && let Some(kept) = self.kept.remove(at)
        {
            let cone = kept.cone.clone();
            self.kept.push_front(kept);
            return Known::Cone(cone);
        }
        let hash = hash_of(seeds);
        if let Some(seen) = self.seen.iter_mut().find(|seen| **seen == hash) {
            *seen = 0;
            return Known::Seen;
        }
        self.seen[self.next] = hash;
        self.next = (self.next + 1) % limits::CONES;
        Known::New
    }

    /// How many edits there are whose way is kept.
    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.kept.iter().filter(|kept| kept.cone.is_some()).count()
    }

    /// Keeps the cone of an edit, or that it has none.
    pub(super) fn keep(
        &mut self,
        seeds: Vec<(SheetId, Cell)>,
        graph: &Graph,
        cone: Option<Arc<Cone>>,
    ) {
        self.kept.truncate(limits::CONES - 1);
        self.kept.push_front(Kept {
            seeds,
            graph: graph.version(),
            cone,
        });
    }
}

/// The same on every run, and never 0.
fn hash_of(seeds: &[(SheetId, Cell)]) -> u64 {
    FixedState::default().hash_one(seeds) | 1
}
