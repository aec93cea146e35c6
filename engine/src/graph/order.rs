//! Ranks of regions: computed for all at load, mended after an edit.

use hashbrown::HashMap;

use super::edges::EdgeBuilder;
use super::ranks::Precedence;
use super::{Axes, Graph, Read, Region, RegionId};
use crate::reference::{Area, Axis, Rect};
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
        let mut builder = EdgeBuilder::new(self, axes, &numbers);
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

    pub(super) fn region_and_rect(&self, id: RegionId, axes: &dyn Axes) -> Option<(&Region, Rect)> {
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
