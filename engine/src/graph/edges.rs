//! The edges between regions for ranking all of them, with segment trees over the runs of busy columns.

use hashbrown::HashMap;

use super::{Axes, Graph, Owner, RegionId};
use crate::reference::{Anchor, Axis, Rect, SheetId};

/// Runs of a column from which on a segment tree stands between readers and runs.
const BUSY: usize = 16;

/// Collects the edges between regions, with segment trees over the runs of busy columns.
pub(super) struct EdgeBuilder<'a> {
    graph: &'a Graph,
    axes: &'a dyn Axes,
    numbers: &'a HashMap<RegionId, u32>,
    columns: HashMap<(SheetId, u32), Vec<Piece>>,
    pub(super) next: u32,
    pub(super) edges: Vec<(u32, u32)>,
}

/// A node over consecutive rows of one column: a run, or a segment of several.
#[derive(Clone, Copy)]
struct Piece {
    top: u32,
    bottom: u32,
    node: u32,
}

impl<'a> EdgeBuilder<'a> {
    /// No edges yet, between regions of these numbers.
    pub(super) fn new(
        graph: &'a Graph,
        axes: &'a dyn Axes,
        numbers: &'a HashMap<RegionId, u32>,
    ) -> EdgeBuilder<'a> {
        let next = numbers.len() as u32;
        EdgeBuilder {
            graph,
            axes,
            numbers,
            columns: HashMap::new(),
            next,
            edges: Vec::new(),
        }
    }

    /// Adds what the region reads as edges to node `number`.
    pub(super) fn add_reads_of(&mut self, number: u32, id: RegionId) {
        let Some((region, rect)) = self.graph.region_and_rect(id, self.axes) else {
            return;
        };
        for read in &region.facts.reads {
            let Some((rows, columns)) = self.axes.axes(read.sheet) else {
                continue;
            };
            if let Some(area) = read.precedents(&rect, rows, columns) {
                self.add_area(number, read.sheet, &area);
            }
        }
    }

    fn add_area(&mut self, reader: u32, sheet: SheetId, area: &Rect) {
        let Some((_, columns)) = self.axes.axes(sheet) else {
            return;
        };
        let Some(part) = self.graph.sheet(sheet) else {
            return;
        };
        let wanted: Vec<u32> = if area.columns() as usize <= part.runs.len() {
            (area.left..=area.right)
                .filter(|column| part.column(columns.anchor(*column)).is_some())
                .collect()
        } else {
            let used = part
                .runs
                .iter()
                .filter_map(|(anchor, _)| columns.position(Anchor(*anchor)));
            used.filter(|column| (area.left..=area.right).contains(column))
                .collect()
        };
        for column in wanted {
            self.add_column(reader, sheet, column, (area.top, area.bottom));
        }
    }

    fn add_column(&mut self, reader: u32, sheet: SheetId, column: u32, rows: (u32, u32)) {
        if !self.columns.contains_key(&(sheet, column)) {
            let pieces = self.pieces(sheet, column);
            self.columns.insert((sheet, column), pieces);
        }
        let pieces = &self.columns[&(sheet, column)];
        // A busy column is a heap-ordered segment tree of 2n - 1 pieces with the runs last; another a plain list.
        let leaves = leaves_of(pieces.len());
        let mut stack = if leaves == pieces.len() {
            (0..leaves).collect()
        } else {
            vec![0]
        };
        while let Some(index) = stack.pop() {
            let piece = pieces[index];
            if piece.top > rows.1 || piece.bottom < rows.0 {
                continue;
            }
            let is_leaf = leaves == pieces.len() || 2 * index + 2 >= pieces.len();
            if is_leaf || (rows.0 <= piece.top && piece.bottom <= rows.1) {
                if piece.node != reader || is_leaf {
                    self.edges.push((piece.node, reader));
                }
            } else {
                stack.extend([2 * index + 1, 2 * index + 2]);
            }
        }
    }

    /// The runs of a column by position, below a segment tree if there are many.
    fn pieces(&mut self, sheet: SheetId, column: u32) -> Vec<Piece> {
        let Some((rows, _)) = self.axes.axes(sheet) else {
            return Vec::new();
        };
        let whole = Rect {
            top: 0,
            bottom: rows.len() - 1,
            left: column,
            right: column,
        };
        let mut runs = Vec::new();
        self.graph
            .visit_owners(sheet, &whole, self.axes, |piece, owner: Owner| {
                let node = self
                    .graph
                    .region_of(sheet, owner)
                    .and_then(|id| self.numbers.get(&id));
                runs.extend(node.map(|node| Piece {
                    top: piece.top,
                    bottom: piece.bottom,
                    node: *node,
                }));
            });
        if runs.len() < BUSY {
            return runs;
        }
        self.segment_tree(runs)
    }

    fn segment_tree(&mut self, runs: Vec<Piece>) -> Vec<Piece> {
        // Leaves are padded to a power of two by repeating the last run, so that the tree is complete.
        let leaves = runs.len().next_power_of_two();
        let last = runs[runs.len() - 1];
        let mut tree = vec![last; leaves - 1];
        tree.extend(
            runs.iter()
                .copied()
                .chain(std::iter::repeat(last))
                .take(leaves),
        );
        for index in (0..leaves - 1).rev() {
            let (left, right) = (tree[2 * index + 1], tree[2 * index + 2]);
            if left.node == right.node {
                tree[index] = Piece {
                    top: left.top,
                    bottom: right.bottom,
                    node: left.node,
                };
                continue;
            }
            let node = self.next;
            self.next += 1;
            self.edges.extend([(left.node, node), (right.node, node)]);
            tree[index] = Piece {
                top: left.top,
                bottom: right.bottom,
                node,
            };
        }
        tree
    }
}

/// The number of runs among the pieces of a column: all of them, or the last half of a segment tree.
fn leaves_of(pieces: usize) -> usize {
    if pieces < BUSY {
        pieces
    } else {
        pieces.div_ceil(2)
    }
}
