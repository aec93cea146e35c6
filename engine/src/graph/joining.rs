//! Regions that have become neighbours with one formula, joined into one.

use std::sync::Arc;

use super::{Axes, Graph, Order, Owner, Region, RegionId};
use crate::reference::{Axis, Cell, Rect, SheetId};
use crate::storage::tree::Natural;

impl Graph {
    /// Joins a region with those beside it that have the same formula, if no cell is missing in either; gives the
    /// region that its cells belong to now.
    ///
    /// # Complexity
    ///
    /// O(log n) for each run of the smaller one.
    pub fn join(&mut self, mut id: RegionId, axes: &dyn Axes) -> RegionId {
        while let Some((other, rect)) = self.mate(id, axes) {
            let Some((region, own)) = self.region_and_rect(id, axes) else {
                break;
            };
            let sheet = region.sheet;
            let (kept, given, cells) = if own.size() < rect.size() {
                (other, id, own)
            } else {
                (id, other, rect)
            };
            self.merge(sheet, (kept, given), &cells, axes);
            id = kept;
            self.rank_one(id, &own.hull(&rect), axes);
        }
        id
    }

    /// A full region beside a full one that has the same formula, and its cells.
    fn mate(&self, id: RegionId, axes: &dyn Axes) -> Option<(RegionId, Rect)> {
        let (region, rect) = self.region_and_rect(id, axes)?;
        let (rows, columns) = axes.axes(region.sheet)?;
        let is_full =
            |region: &Region, rect: &Rect| region.owned == rect.size() && !region.facts.volatile;
        if !is_full(region, &rect) || self.rank(id).order != Order::Forward {
            return None;
        }
        let above = rect.top.checked_sub(1).map(|row| Cell::new(row, rect.left));
        let below = (rect.bottom + 1 < rows.len()).then(|| Cell::new(rect.bottom + 1, rect.left));
        let before = rect.left.checked_sub(1);
        let before = before.map(|column| Cell::new(rect.top, column));
        let behind = (rect.right + 1 < columns.len()).then(|| Cell::new(rect.top, rect.right + 1));
        [above, below, before, behind]
            .into_iter()
            .flatten()
            .find_map(|cell| {
                let other = self.region_at(region.sheet, cell, axes)?;
                let (beside, bounds) = self.region_and_rect(other, axes)?;
                let in_line = (bounds.left, bounds.right) == (rect.left, rect.right)
                    || (bounds.top, bounds.bottom) == (rect.top, rect.bottom);
                let fits = other != id
                    && Arc::ptr_eq(&beside.template, &region.template)
                    && beside.facts == region.facts
                    && in_line
                    && is_full(beside, &bounds)
                    && self.rank(other).order == Order::Forward;
                fits.then_some((other, bounds))
            })
    }

    /// Gives the cells of one region to another.
    fn merge(
        &mut self,
        sheet: SheetId,
        (kept, given): (RegionId, RegionId),
        cells: &Rect,
        axes: &dyn Axes,
    ) {
        let Some((rows, columns)) = axes.axes(sheet) else {
            return;
        };
        let Some(hull) = self
            .region_and_rect(kept, axes)
            .map(|(_, rect)| rect.hull(cells))
        else {
            return;
        };
        self.unregister(given, axes);
        self.unregister(kept, axes);
        self.regions.remove(&Natural, &given);
        self.ranks.remove(&Natural, &given);
        if let Some(region) = self.regions.get_mut(&Natural, &kept) {
            region.rows = (rows.anchor(hull.top), rows.anchor(hull.bottom));
            region.columns = (columns.anchor(hull.left), columns.anchor(hull.right));
            region.owned += cells.size();
        }
        self.register(kept, axes);
        self.assign(sheet, cells, Owner::Formula(kept), axes);
    }
}
