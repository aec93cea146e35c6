//! What a change reaches, and what a formula reads: rectangles in, rectangles out.

use hashbrown::HashMap;
use smallvec::SmallVec;

use super::{Axes, Graph, Owner, RegionId};
use crate::reference::{Anchor, Area, Axis, Rect, SheetId};

impl Graph {
    /// The cells whose formulas read any cell of `changed`, as rectangles within their regions; holes included.
    ///
    /// # Complexity
    ///
    /// O(log n) for each column of `changed`, and the number of reads found.
    pub fn dependents(&self, changed: &Area, axes: &dyn Axes) -> SmallVec<[(RegionId, Rect); 4]> {
        let (Some((rows, columns)), Some(sheet)) =
            (axes.axes(changed.sheet), self.sheet(changed.sheet))
        else {
            return SmallVec::new();
        };
        let mut found = SmallVec::new();
        for (id, number) in sheet.readers.stab(&changed.rect, rows) {
            let Some(region) = self.region(id) else {
                continue;
            };
            let Some(read) = region.facts.reads.get(usize::from(number)) else {
                continue;
            };
            let Some(bounds) = self.rect(region, axes) else {
                continue;
            };
            if let Some(rect) = read.dependents(&changed.rect, &bounds, rows, columns) {
                found.push((id, rect));
            }
        }
        found
    }

    /// The cells of these rectangles of regions, and all that depends on them directly or through others; holes of
    /// regions may be among them.
    pub fn cone(&self, start: Vec<(RegionId, Rect)>, axes: &dyn Axes) -> Vec<Area> {
        let mut reached: Vec<(RegionId, Rect)> = Vec::new();
        let mut by_region: HashMap<RegionId, Vec<Rect>> = HashMap::new();
        let mut queue = start;
        while let Some((id, rect)) = queue.pop() {
            let rects = by_region.entry(id).or_default();
            if rects.iter().any(|known| known.encloses(&rect)) {
                continue;
            }
            // A few rectangles of a region are kept apart; many become their hull, so that the search ends soon.
            let rect = if rects.len() < 64 {
                rect
            } else {
                rects.iter().fold(rect, |hull, known| hull.hull(known))
            };
            rects.push(rect);
            reached.push((id, rect));
            if let Some(region) = self.region(id) {
                queue.extend(self.dependents(&Area::new(region.sheet, rect), axes));
                // The cells of array results are read in the place of the formula's own.
                for anchor in self.array_anchors(region.sheet, &rect, axes) {
                    if let Some(extent) = self.extent(region.sheet, anchor, axes) {
                        queue.extend(self.dependents(&Area::new(region.sheet, extent.rect), axes));
                    }
                }
            }
        }
        let areas = reached
            .into_iter()
            .filter_map(|(id, rect)| Some(Area::new(self.region(id)?.sheet, rect)));
        areas.collect()
    }

    /// The areas that the formulas in a rectangle of one region read, in the order of the formula; clipped to the grid.
    pub fn precedents(&self, sheet: SheetId, rect: &Rect, axes: &dyn Axes) -> Vec<Area> {
        let Some(region) = self
            .region_at(sheet, rect.top_left(), axes)
            .and_then(|id| self.region(id))
        else {
            return Vec::new();
        };
        let reads = region.facts.reads.iter();
        let areas = reads.filter_map(|read| {
            let (rows, columns) = axes.axes(read.sheet)?;
            Some(Area::new(read.sheet, read.precedents(rect, rows, columns)?))
        });
        areas.collect()
    }

    /// The regions that have cells in `area`, those of array results by the region of their formula; each once.
    pub fn regions_within(&self, area: &Area, axes: &dyn Axes) -> Vec<RegionId> {
        let mut found = Vec::new();
        self.visit_owners(area.sheet, &area.rect, axes, |_, owner| {
            found.extend(self.region_of(area.sheet, owner))
        });
        found.sort_unstable();
        found.dedup();
        found
    }

    /// The region whose formula gives the cells of this owner.
    pub fn region_of(&self, sheet: SheetId, owner: Owner) -> Option<RegionId> {
        match owner {
            Owner::Formula(region) => Some(region),
            Owner::Spill(row, column) | Owner::ArrayFormula(row, column) => {
                self.region_of_anchor(sheet, row, column)
            }
        }
    }

    fn region_of_anchor(&self, sheet: SheetId, row: Anchor, column: Anchor) -> Option<RegionId> {
        match self.sheet(sheet)?.column(column)?.run(row)?.owner {
            Owner::Formula(region) => Some(region),
            _ => None,
        }
    }

    /// Calls `f` with each cell of `rect` that belongs to the region, column by column.
    pub fn visit_cells(&self, id: RegionId, rect: &Rect, axes: &dyn Axes, mut f: impl FnMut(Rect)) {
        let Some(region) = self.region(id) else {
            return;
        };
        if axes
            .axes(region.sheet)
            .is_none_or(|(rows, columns)| rect.bottom >= rows.len() || rect.right >= columns.len())
        {
            return;
        }
        self.visit_owners(region.sheet, rect, axes, |piece, owner| {
            if owner == Owner::Formula(id) {
                f(piece);
            }
        });
    }
}
