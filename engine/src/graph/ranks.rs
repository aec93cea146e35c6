//! The order of work: a rank for every region, so that a region's rank is above those of all it reads.
//!
//! Ranks come from petgraph's `kosaraju_scc` (iterative: a chain of a million formulas needs no deep stack) over the
//! regions and, between them, the nodes of a segment tree over the runs of each busy column: a read of a whole column
//! of single formulas is then a few edges, not a million. Regions that read each other in a circle share a rank and a
//! group; only a region that reads itself in one direction (a filled chain) is exempt.

use petgraph::Direction;
use petgraph::visit::{
    GraphBase, IntoNeighbors, IntoNeighborsDirected, IntoNodeIdentifiers, NodeCompactIndexable,
    NodeCount, NodeIndexable, VisitMap, Visitable,
};

/// A directed graph over `0..nodes` in compressed form, both directions.
pub(super) struct Precedence {
    nodes: u32,
    forward: Adjacency,
    backward: Adjacency,
}

struct Adjacency {
    starts: Vec<u32>,
    targets: Vec<u32>,
}

impl Adjacency {
    fn new(
        nodes: u32,
        edges: &[(u32, u32)],
        from: impl Fn(&(u32, u32)) -> (u32, u32),
    ) -> Adjacency {
        let mut starts = vec![0_u32; nodes as usize + 1];
        for edge in edges {
            starts[from(edge).0 as usize + 1] += 1;
        }
        for node in 0..nodes as usize {
            starts[node + 1] += starts[node];
        }
        let mut next = starts.clone();
        let mut targets = vec![0; edges.len()];
        for edge in edges {
            let (source, target) = from(edge);
            targets[next[source as usize] as usize] = target;
            next[source as usize] += 1;
        }
        Adjacency { starts, targets }
    }

    fn of(&self, node: u32) -> &[u32] {
        &self.targets[self.starts[node as usize] as usize..self.starts[node as usize + 1] as usize]
    }
}

impl Precedence {
    /// A graph of these edges: the first node of each must be computed before the second.
    pub(super) fn new(nodes: u32, edges: &[(u32, u32)]) -> Precedence {
        Precedence {
            nodes,
            forward: Adjacency::new(nodes, edges, |edge| *edge),
            backward: Adjacency::new(nodes, edges, |(before, after)| (*after, *before)),
        }
    }

    /// The strongly connected components, precedents first, each with its nodes in ascending order.
    pub(super) fn components(&self) -> Vec<Vec<u32>> {
        // petgraph gives them in reverse topological order: those that nothing depends on come first.
        let mut components = petgraph::algo::kosaraju_scc(self);
        components.reverse();
        for component in &mut components {
            component.sort_unstable();
        }
        components
    }

    /// The nodes that need `node` directly.
    pub(super) fn dependents(&self, node: u32) -> &[u32] {
        self.forward.of(node)
    }
}

impl GraphBase for Precedence {
    type EdgeId = u32;
    type NodeId = u32;
}

impl<'a> IntoNeighbors for &'a Precedence {
    type Neighbors = std::iter::Copied<std::slice::Iter<'a, u32>>;

    fn neighbors(self, node: u32) -> Self::Neighbors {
        self.forward.of(node).iter().copied()
    }
}

impl<'a> IntoNeighborsDirected for &'a Precedence {
    type NeighborsDirected = std::iter::Copied<std::slice::Iter<'a, u32>>;

    fn neighbors_directed(self, node: u32, direction: Direction) -> Self::NeighborsDirected {
        match direction {
            Direction::Outgoing => self.forward.of(node).iter().copied(),
            Direction::Incoming => self.backward.of(node).iter().copied(),
        }
    }
}

impl IntoNodeIdentifiers for &Precedence {
    type NodeIdentifiers = std::ops::Range<u32>;

    fn node_identifiers(self) -> Self::NodeIdentifiers {
        0..self.nodes
    }
}

impl NodeIndexable for Precedence {
    fn node_bound(&self) -> usize {
        self.nodes as usize
    }

    fn to_index(&self, node: u32) -> usize {
        node as usize
    }

    fn from_index(&self, index: usize) -> u32 {
        index as u32
    }
}

impl NodeCompactIndexable for Precedence {}

impl NodeCount for Precedence {
    fn node_count(&self) -> usize {
        self.nodes as usize
    }
}

/// Which nodes a walk has seen.
#[derive(Default)]
pub(super) struct Seen(Vec<bool>);

impl VisitMap<u32> for Seen {
    fn visit(&mut self, node: u32) -> bool {
        !std::mem::replace(&mut self.0[node as usize], true)
    }

    fn is_visited(&self, node: &u32) -> bool {
        self.0[*node as usize]
    }

    fn unvisit(&mut self, node: u32) -> bool {
        std::mem::replace(&mut self.0[node as usize], false)
    }
}

impl Visitable for Precedence {
    type Map = Seen;

    fn visit_map(&self) -> Seen {
        Seen(vec![false; self.nodes as usize])
    }

    fn reset_map(&self, map: &mut Seen) {
        map.0.clear();
        map.0.resize(self.nodes as usize, false);
    }
}
