//! Regions that lie side by side with one formula become one.

use std::sync::Arc;

use super::{Axes, Graph, Owner, Region, RegionId};
use crate::reference::{Axis, Cell, Rect};
use crate::storage::tree::Natural;

impl Graph {
    /// Joins a region with those beside or around it that have the same formula and make a rectangle with it, and tells
    /// which region is left. Its rank is to be set anew.
    ///
    /// # Complexity
    ///
    /// O(runs of the smaller region) for each that is joined.
    pub fn join(&mut self, id: RegionId, axes: &dyn Axes) -> RegionId {
        let mut left = id;
        while let Some((twin, bounds)) = self.twin(left, axes) {
            left = self.absorb(left, twin, &bounds, axes);
        }
        left
    }

    /// A region that a region may be joined with, and the rectangle of both.
    fn twin(&self, id: RegionId, axes: &dyn Axes) -> Option<(RegionId, Rect)> {
        let region = self.region(id)?;
        let rect = self.rect(region, axes)?;
        let (rows, columns) = axes.axes(region.sheet)?;
        let beside = [
            rect.top.checked_sub(1).map(|row| Cell::new(row, rect.left)),
            (rect.bottom + 1 < rows.len()).then(|| Cell::new(rect.bottom + 1, rect.left)),
            rect.left
                .checked_sub(1)
                .map(|column| Cell::new(rect.top, column)),
            (rect.right + 1 < columns.len()).then(|| Cell::new(rect.top, rect.right + 1)),
        ];
        beside.into_iter().flatten().find_map(|cell| {
            let twin = self.region_at(region.sheet, cell, axes)?;
            let other = self.region(twin)?;
            let bounds = self.rect(other, axes)?;
            let above = (bounds.left, bounds.right) == (rect.left, rect.right)
                && (bounds.bottom + 1 == rect.top || rect.bottom + 1 == bounds.top);
            let beside = (bounds.top, bounds.bottom) == (rect.top, rect.bottom)
                && (bounds.right + 1 == rect.left || rect.right + 1 == bounds.left);
            // One may fill a hole of the other.
            let within = bounds.encloses(&rect) || rect.encloses(&bounds);
            let fits = twin != id && (above || beside || within) && is_same_formula(region, other);
            fits.then(|| (twin, rect.hull(&bounds)))
        })
    }

    /// Makes one region of two, over the rectangle of both.
    fn absorb(&mut self, a: RegionId, b: RegionId, bounds: &Rect, axes: &dyn Axes) -> RegionId {
        let owned = |id| self.region(id).map_or(0, |region| region.owned);
        let (kept, gone) = if owned(a) >= owned(b) { (a, b) } else { (b, a) };
        let all = owned(kept) + owned(gone);
        let mut pieces = Vec::new();
        if let Some((_, rect)) = self.region_and_rect(gone, axes) {
            self.visit_cells(gone, &rect, axes, |piece| pieces.push(piece));
        }
        self.unregister(gone, axes);
        self.unregister(kept, axes);
        self.regions.remove(&Natural, &gone);
        self.ranks.remove(&Natural, &gone);
        self.volatile.remove(&Natural, &gone);
        let Some(region) = self.regions.get_mut(&Natural, &kept) else {
            return kept;
        };
        let sheet = region.sheet;
        region.owned = all;
        if let Some((rows, columns)) = axes.axes(sheet) {
            region.rows = (rows.anchor(bounds.top), rows.anchor(bounds.bottom));
            region.columns = (columns.anchor(bounds.left), columns.anchor(bounds.right));
        }
        self.register(kept, axes);
        for piece in pieces {
            self.assign(sheet, &piece, Owner::Formula(kept), axes);
        }
        kept
    }
}

/// Whether two regions have one formula that is bound to the same things.
pub(super) fn is_same_formula(a: &Region, b: &Region) -> bool {
    Arc::ptr_eq(&a.template, &b.template)
        && (Arc::ptr_eq(&a.facts, &b.facts) || *a.facts == *b.facts)
}
