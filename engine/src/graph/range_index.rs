//! The range index: which regions read a cell.
//!
//! A read of several columns is registered at the nodes of a binary tree over the columns (at most 28 of them), a read
//! of one column at its leaf; each node has one persistent interval tree over the rows. The rows' ends are anchors,
//! compared by position, so that inserting and deleting rows moves nothing here. Columns are positions: inserting or
//! deleting columns, which is rare, registers the sheet's reads anew.

use std::cmp::Ordering;

use smallvec::SmallVec;

use super::RegionId;
use crate::limits;
use crate::reference::{Anchor, Axis, Rect};
use crate::storage::RowAxis;
use crate::storage::tree::{Natural, Policy, Tree};

/// A node of the binary tree over columns: 1 is the root, `2n` and `2n + 1` are the halves of `n`.
type ColumnNode = u32;

/// The first leaf: column 0.
const LEAVES: u32 = limits::COLUMNS;

/// One end of a read's rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RowEnd {
    /// The grid's first row, whichever it is.
    Top,
    /// This row.
    At(Anchor),
    /// The grid's last row, whichever it is.
    Bottom,
}

impl RowEnd {
    fn position(self, rows: &RowAxis) -> u32 {
        match self {
            RowEnd::Top => 0,
            RowEnd::At(anchor) => rows.position(anchor).unwrap_or(u32::MAX - 1),
            RowEnd::Bottom => u32::MAX,
        }
    }
}

/// A read as it is registered: its rows, and which read of which region it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Reader {
    /// The first row.
    pub first: RowEnd,
    /// The last row.
    pub last: RowEnd,
    /// Who reads.
    pub region: RegionId,
    /// Which of the region's reads it is.
    pub read: u16,
}

/// The order of readers, by the positions of their rows.
#[derive(Clone)]
struct ByRows {
    rows: RowAxis,
}

impl ByRows {
    fn new(rows: &RowAxis) -> ByRows {
        ByRows { rows: rows.clone() }
    }

    /// The order of two ends. Rows that were pushed off the grid keep theirs behind it.
    fn order(&self, a: RowEnd, b: RowEnd) -> Ordering {
        let place = |end| match end {
            RowEnd::Top => 0,
            RowEnd::At(_) => 1,
            RowEnd::Bottom => 2,
        };
        match (a, b) {
            (RowEnd::At(a), RowEnd::At(b)) => self.rows.compare(a, b),
            _ => place(a).cmp(&place(b)),
        }
    }
}

impl Policy<Reader, ()> for ByRows {
    /// The greatest last row of a subtree.
    type Summary = RowEnd;

    fn compare(&self, a: &Reader, b: &Reader) -> Ordering {
        self.order(a.first, b.first)
            .then_with(|| self.order(a.last, b.last))
            .then(a.region.cmp(&b.region))
            .then(a.read.cmp(&b.read))
    }

    fn summary(&self, key: &Reader, _: &()) -> RowEnd {
        key.last
    }

    fn merge(&self, a: &RowEnd, b: &RowEnd) -> RowEnd {
        if self.order(*a, *b).is_ge() { *a } else { *b }
    }
}

type Readers = Tree<Reader, (), ByRows>;

/// Who reads what on one sheet. Cheap to clone.
#[derive(Clone, Default)]
pub(super) struct RangeIndex {
    nodes: Tree<ColumnNode, Readers>,
}

impl RangeIndex {
    /// Registers a read of the rows of `reader` in the columns `left..=right`.
    pub(super) fn insert(&mut self, reader: Reader, columns: (u32, u32), rows: &RowAxis) {
        for node in cover(columns.0, columns.1) {
            if self.nodes.get(&Natural, &node).is_none() {
                self.nodes.insert(&Natural, node, Readers::default());
            }
            if let Some(readers) = self.nodes.get_mut(&Natural, &node) {
                readers.insert(&ByRows::new(rows), reader, ());
            }
        }
    }

    /// Removes what [`RangeIndex::insert`] with the same arguments registered.
    pub(super) fn remove(&mut self, reader: &Reader, columns: (u32, u32), rows: &RowAxis) {
        for node in cover(columns.0, columns.1) {
            let Some(readers) = self.nodes.get_mut(&Natural, &node) else {
                continue;
            };
            readers.remove(&ByRows::new(rows), reader);
            if readers.is_empty() {
                self.nodes.remove(&Natural, &node);
            }
        }
    }

    /// An index of these reads, made at once: reader, first and last column.
    pub(super) fn build(
        readers: impl IntoIterator<Item = (Reader, u32, u32)>,
        rows: &RowAxis,
    ) -> RangeIndex {
        // The same order as `ByRows`, with each end's position looked up once.
        let place = |end: RowEnd| match end {
            RowEnd::Top => (0, 0),
            RowEnd::At(_) => (1, end.position(rows)),
            RowEnd::Bottom => (2, 0),
        };
        let mut entries = Vec::new();
        for (reader, left, right) in readers {
            let span = (place(reader.first), place(reader.last));
            entries.extend(
                cover(left, right)
                    .into_iter()
                    .map(|node: ColumnNode| (node, span, reader)),
            );
        }
        entries.sort_unstable_by_key(|(node, span, reader)| {
            (*node, *span, reader.region, reader.read)
        });
        let groups = entries.chunk_by(|a, b| a.0 == b.0).map(|group| {
            let readers = group.iter().map(|(.., reader)| (*reader, ()));
            (group[0].0, Tree::from_sorted(&ByRows::new(rows), readers))
        });
        RangeIndex {
            nodes: Tree::from_sorted(&Natural, groups),
        }
    }

    /// Every registered read that may read a cell of `rect`: all that do, each once.
    pub(super) fn stab(&self, rect: &Rect, rows: &RowAxis) -> SmallVec<[(RegionId, u16); 8]> {
        let mut found = SmallVec::new();
        for node in self.nodes_over(rect.left, rect.right) {
            let Some(readers) = self.nodes.get(&Natural, &node) else {
                continue;
            };
            readers.visit_where(
                &ByRows::new(rows),
                |greatest_end| greatest_end.position(rows) >= rect.top,
                |reader| reader.first.position(rows) > rect.bottom,
                |reader, ()| {
                    if reader.last.position(rows) >= rect.top {
                        found.push((reader.region, reader.read));
                    }
                },
            );
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    /// The nodes whose columns meet `left..=right`, each once, in any order.
    fn nodes_over(&self, left: u32, right: u32) -> SmallVec<[ColumnNode; 16]> {
        // One column has a node at each height above it; often there are fewer nodes in all.
        if left == right && self.nodes.len() > LEAVES.ilog2() as usize {
            let up = std::iter::successors(Some(LEAVES + left), |node| Some(node / 2));
            return up.take_while(|node| *node > 0).collect();
        }
        let nodes = self.nodes.iter().map(|(node, _)| *node);
        let meets = |node: &ColumnNode| {
            let (first, last) = columns_of(*node);
            first <= right && last >= left
        };
        if right - left < 16 && self.nodes.len() > 256 {
            let mut above: SmallVec<[ColumnNode; 16]> = SmallVec::new();
            for column in left..=right {
                let up = std::iter::successors(Some(LEAVES + column), |node| Some(node / 2));
                above.extend(up.take_while(|node| *node > 0));
            }
            above.sort_unstable();
            above.dedup();
            return above;
        }
        nodes.filter(meets).collect()
    }
}

/// The columns under a node.
fn columns_of(node: ColumnNode) -> (u32, u32) {
    let height = LEAVES.ilog2() - node.ilog2();
    let first = (node << height) - LEAVES;
    (first, first + (1 << height) - 1)
}

/// The fewest nodes that cover the columns `left..=right` exactly.
fn cover(left: u32, right: u32) -> SmallVec<[ColumnNode; 4]> {
    let mut nodes = SmallVec::new();
    let (mut low, mut high) = (left + LEAVES, right + LEAVES + 1);
    while low < high {
        if low % 2 == 1 {
            nodes.push(low);
            low += 1;
        }
        if high % 2 == 1 {
            high -= 1;
            nodes.push(high);
        }
        low /= 2;
        high /= 2;
    }
    nodes
}
