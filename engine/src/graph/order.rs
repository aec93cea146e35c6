//! Ranks of regions: computed for all at load, mended after an edit.

use hashbrown::HashMap;

use super::ranks::Precedence;
use super::{Axes, Graph, Owner, Read, Region, RegionId};
use crate::reference::{Anchor, Area, Axis, Rect, SheetId};
use crate::storage::tree::{Natural, Tree};

/// When a region is computed, and in which order its cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rank {
    /// Regions are computed in ascending order of this number.
    pub height: u32,
    /// The order of the region's own cells.
    pub order: Order,
}

/// The order in which the cells of a region are computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Order {
    /// Row by row from the top left: every read of the region itself lies before the cell, or there is none.
    Forward,
    /// As the cells ask for each other, together with the other regions of this group.
    OnDemand(RegionId),
}

/// Up to so many regions are moved one by one after an edit; beyond it all ranks are computed anew.
const MENDED: usize = 10_000;

/// Runs of a column from which on a segment tree stands between readers and runs.
const BUSY: usize = 16;

impl Graph {
    /// The rank of a region.
    pub fn rank(&self, id: RegionId) -> Rank {
        self.ranks.get(&Natural, &id).copied().unwrap_or(Rank {
            height: 0,
            order: Order::Forward,
        })
    }

    /// Computes the ranks of all regions.
    ///
    /// # Complexity
    ///
    /// O(n log n) in the number of regions and reads, on the heap: no chain is too long.
    pub fn rank_all(&mut self, axes: &dyn Axes) {
        let numbered: Vec<RegionId> = self.regions().map(|(id, _)| id).collect();
        let numbers: HashMap<RegionId, u32> = numbered
            .iter()
            .zip(0..)
            .map(|(id, number)| (*id, number))
            .collect();
        let mut builder = EdgeBuilder {
            graph: self,
            axes,
            numbers: &numbers,
            columns: HashMap::new(),
            next: numbered.len() as u32,
            edges: Vec::new(),
        };
        for (number, id) in numbered.iter().enumerate() {
            builder.add_reads_of(number as u32, *id);
        }
        let EdgeBuilder { next, edges, .. } = builder;
        let precedence = Precedence::new(next, &edges);
        let regions = numbered.len() as u32;
        let mut heights = vec![0_u32; next as usize];
        let mut ranks = Vec::with_capacity(numbered.len());
        for component in precedence.components() {
            let height = component
                .iter()
                .map(|node| heights[*node as usize])
                .max()
                .unwrap_or(0);
            let mut members = component
                .iter()
                .copied()
                .filter(|node| *node < regions)
                .map(|node| numbered[node as usize]);
            let first = members.next();
            let alone = component.len() == 1;
            for node in &component {
                heights[*node as usize] = height;
                for dependent in precedence.dependents(*node) {
                    let risen = &mut heights[*dependent as usize];
                    *risen = (*risen).max(height + 1);
                }
                if let (true, Some(group)) = (*node < regions, first) {
                    let id = numbered[*node as usize];
                    let order = if alone {
                        self.order_alone(id, axes)
                    } else {
                        Order::OnDemand(group)
                    };
                    ranks.push((id, Rank { height, order }));
                }
            }
        }
        ranks.sort_unstable_by_key(|(id, _)| *id);
        self.ranks = Tree::from_sorted(&Natural, ranks);
    }

    /// Gives a new or changed region its rank, and raises the regions that depend on it as far as needed. `added` are
    /// the cells that it gives and did not give before, those of array results included.
    pub fn rank_one(&mut self, id: RegionId, added: &Rect, axes: &dyn Axes) {
        let height = self.height_above_precedents(id, axes);
        let order = self.order_alone(id, axes);
        let former = self.ranks.get(&Natural, &id).copied();
        let height = former.map_or(height, |former| former.height.max(height));
        let rank = Rank { height, order };
        let Some(sheet) = self.region(id).map(|region| region.sheet) else {
            return;
        };
        // What read the other cells before stands above them already, if the rank is the same.
        let given = if former == Some(rank) {
            vec![Area::new(sheet, *added)]
        } else {
            self.given_by(id, axes)
        };
        self.ranks.insert(&Natural, id, rank);
        if !self.raise_dependents((id, given), axes) {
            self.rank_all(axes);
        }
    }

    /// The rectangles of cells that a region gives: its own, and those of its array results.
    fn given_by(&self, id: RegionId, axes: &dyn Axes) -> Vec<Area> {
        let Some((region, rect)) = self.region_and_rect(id, axes) else {
            return Vec::new();
        };
        let sheet = region.sheet;
        let arrays = self.array_anchors(sheet, &rect, axes).into_iter();
        let arrays = arrays.filter(|cell| self.region_at(sheet, *cell, axes) == Some(id));
        let extents = arrays.filter_map(|cell| self.extent(sheet, cell, axes));
        let given = std::iter::once(rect).chain(extents.map(|extent| extent.rect));
        given.map(|rect| Area::new(sheet, rect)).collect()
    }

    fn height_above_precedents(&self, id: RegionId, axes: &dyn Axes) -> u32 {
        let Some((region, rect)) = self.region_and_rect(id, axes) else {
            return 0;
        };
        let mut height = 0;
        for read in &region.facts.reads {
            let Some((rows, columns)) = axes.axes(read.sheet) else {
                continue;
            };
            let Some(area) = read.precedents(&rect, rows, columns) else {
                continue;
            };
            for precedent in self.regions_within(&Area::new(read.sheet, area), axes) {
                if precedent != id {
                    height = height.max(self.rank(precedent).height + 1);
                }
            }
        }
        height
    }

    /// Raises what depends on these cells of `start`; `false` if a circle was met or it would be too much.
    fn raise_dependents(&mut self, (start, given): (RegionId, Vec<Area>), axes: &dyn Axes) -> bool {
        let mut queue = vec![(start, given)];
        let mut moved = 0;
        while let Some((id, given)) = queue.pop() {
            let height = self.rank(id).height;
            let dependents: Vec<_> = given
                .iter()
                .flat_map(|area| self.dependents(area, axes))
                .collect();
            for (dependent, _) in dependents {
                let rank = self.rank(dependent);
                if dependent == id || rank.height > height {
                    continue;
                }
                moved += 1;
                if dependent == start || moved > MENDED || matches!(rank.order, Order::OnDemand(_))
                {
                    return false;
                }
                self.ranks.insert(
                    &Natural,
                    dependent,
                    Rank {
                        height: height + 1,
                        ..rank
                    },
                );
                queue.push((dependent, self.given_by(dependent, axes)));
            }
        }
        true
    }

    fn region_and_rect(&self, id: RegionId, axes: &dyn Axes) -> Option<(&Region, Rect)> {
        let region = self.region(id)?;
        Some((region, self.rect(region, axes)?))
    }

    /// The order of the cells of a region that is in no circle with others.
    fn order_alone(&self, id: RegionId, axes: &dyn Axes) -> Order {
        let Some((region, rect)) = self.region_and_rect(id, axes) else {
            return Order::Forward;
        };
        let own = region
            .facts
            .reads
            .iter()
            .filter(|read| read.sheet == region.sheet);
        // What the region reads of its own array results has no order.
        let given = self.given_by(id, axes);
        let arrays = &given[1.min(given.len())..];
        for read in own {
            let Some((rows, columns)) = axes.axes(read.sheet) else {
                continue;
            };
            let Some(area) = read.precedents(&rect, rows, columns) else {
                continue;
            };
            let meets = area.intersection(&rect).is_some();
            if meets && !lies_before(read, &rect, rows, columns) {
                return Order::OnDemand(id);
            }
            let spilled = arrays
                .iter()
                .any(|array| array.rect.intersection(&area).is_some());
            if spilled {
                return Order::OnDemand(id);
            }
        }
        Order::Forward
    }
}

/// Whether all that a read names of its own region lies before the reading cell in row-major order.
fn lies_before(read: &Read, rect: &Rect, rows: &dyn Axis, columns: &dyn Axis) -> bool {
    // The offset from the reading cell to the last cell that it reads is greatest at one of the corners.
    let corners = [
        (rect.top, rect.left),
        (rect.top, rect.right),
        (rect.bottom, rect.left),
        (rect.bottom, rect.right),
    ];
    corners.into_iter().all(|(row, column)| {
        let here = Rect {
            top: row,
            bottom: row,
            left: column,
            right: column,
        };
        let Some(area) = read.precedents(&here, rows, columns) else {
            return true;
        };
        // A corner may read past the rectangle's edge where its neighbours read within.
        let (top, bottom) = (area.top, area.bottom);
        bottom < row || (top == row && bottom == row && area.right < column)
    })
}

/// Collects the edges between regions, with segment trees over the runs of busy columns.
struct EdgeBuilder<'a> {
    graph: &'a Graph,
    axes: &'a dyn Axes,
    numbers: &'a HashMap<RegionId, u32>,
    columns: HashMap<(SheetId, u32), Vec<Piece>>,
    next: u32,
    edges: Vec<(u32, u32)>,
}

/// A node over consecutive rows of one column: a run, or a segment of several.
#[derive(Clone, Copy)]
struct Piece {
    top: u32,
    bottom: u32,
    node: u32,
}

impl EdgeBuilder<'_> {
    fn add_reads_of(&mut self, number: u32, id: RegionId) {
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
