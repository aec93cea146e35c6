//! Who owns which cell: formulas put over rectangles, cells taken away, regions that shrink and grow.

use std::sync::Arc;

use super::{Axes, Facts, Graph, Owner, Region, RegionId, RunList, SheetGraph};
use crate::formula::Template;
use crate::reference::{Axis, Cell, Rect, SheetId};
use crate::storage::tree::Natural;

impl Graph {
    /// Puts one formula over a rectangle: its cells are taken from their owners, and the region is joined to the one
    /// right above or below that has the same template.
    pub fn set(
        &mut self,
        template: &Arc<Template>,
        facts: &Arc<Facts>,
        place: (SheetId, Rect),
        axes: &dyn Axes,
    ) -> RegionId {
        let (sheet, rect) = place;
        self.clear(sheet, &rect, axes);
        let neighbour = self.neighbour(template, facts, sheet, &rect, axes);
        let (id, region) = match neighbour {
            Some(id) => (id, self.extended(id, &rect, axes)),
            None => {
                self.next += 1;
                (
                    RegionId(self.next - 1),
                    new_region(template, facts, sheet, &rect, axes),
                )
            }
        };
        let Some(region) = region else { return id };
        if facts.volatile {
            self.volatile.insert(&Natural, id, ());
        }
        self.regions.insert(&Natural, id, region);
        self.register(id, axes);
        self.assign(sheet, &rect, Owner::Formula(id), axes);
        id
    }

    /// Gives the cells of a rectangle to an array result; its formula's own cell must not be among them.
    pub fn give(&mut self, sheet: SheetId, rect: &Rect, owner: Owner, axes: &dyn Axes) {
        self.clear(sheet, rect, axes);
        self.assign(sheet, rect, owner, axes);
    }

    /// Takes the cells of a rectangle from their owners; regions that own nothing any more are gone.
    pub fn clear(&mut self, sheet: SheetId, rect: &Rect, axes: &dyn Axes) {
        let Some((rows, columns)) = axes.axes(sheet) else {
            return;
        };
        let mut lost: Vec<(Owner, u32)> = Vec::new();
        let mut touched = Vec::new();
        self.visit_owners(sheet, rect, axes, |piece, owner| {
            touched.push(piece);
            lost.push((owner, piece.rows()));
        });
        if touched.is_empty() {
            return;
        }
        let Some(graph) = self.sheets.get_mut(&Natural, &sheet) else {
            return;
        };
        for piece in touched {
            let column = columns.anchor(piece.left).0;
            let Some(runs) = graph.runs.get_mut(&Natural, &column) else {
                continue;
            };
            for (_, first, length) in rows.spans(piece.top..piece.bottom + 1) {
                runs.cut(first, length);
            }
            if runs.is_empty() {
                graph.runs.remove(&Natural, &column);
            }
        }
        lost.sort_unstable_by_key(|(owner, _)| match owner {
            Owner::Formula(region) => region.0,
            _ => u32::MAX,
        });
        for group in lost.chunk_by(|a, b| a.0 == b.0) {
            if let Owner::Formula(id) = group[0].0 {
                self.lose(
                    id,
                    group.iter().map(|(_, count)| u64::from(*count)).sum(),
                    rect,
                    axes,
                );
            }
        }
    }

    /// A region has lost `count` cells, all of them within `rect`.
    pub(super) fn lose(&mut self, id: RegionId, count: u64, rect: &Rect, axes: &dyn Axes) {
        let Some(region) = self.regions.get(&Natural, &id) else {
            return;
        };
        let owned = region.owned - count;
        if owned == 0 {
            self.unregister(id, axes);
            self.regions.remove(&Natural, &id);
            self.ranks.remove(&Natural, &id);
            self.volatile.remove(&Natural, &id);
            return;
        }
        let bounds = self.rect(region, axes);
        let trimmed = bounds.and_then(|bounds| trim(bounds, rect));
        if let (Some(trimmed), Some((rows, columns))) = (trimmed, axes.axes(region.sheet)) {
            let rows = (rows.anchor(trimmed.top), rows.anchor(trimmed.bottom));
            let columns = (columns.anchor(trimmed.left), columns.anchor(trimmed.right));
            self.unregister(id, axes);
            if let Some(region) = self.regions.get_mut(&Natural, &id) {
                region.owned = owned;
                region.rows = rows;
                region.columns = columns;
            }
            self.register(id, axes);
        } else if let Some(region) = self.regions.get_mut(&Natural, &id) {
            region.owned = owned;
        }
    }

    /// The region with this template that ends right above `rect` or begins right below it, in the same columns.
    pub(super) fn neighbour(
        &self,
        template: &Arc<Template>,
        facts: &Arc<Facts>,
        sheet: SheetId,
        rect: &Rect,
        axes: &dyn Axes,
    ) -> Option<RegionId> {
        let (rows, _) = axes.axes(sheet)?;
        let above = rect.top.checked_sub(1);
        let below = (rect.bottom + 1 < rows.len()).then_some(rect.bottom + 1);
        above.into_iter().chain(below).find_map(|row| {
            let id = self.region_at(sheet, Cell::new(row, rect.left), axes)?;
            let region = self.region(id)?;
            let bounds = self.rect(region, axes)?;
            let fits = Arc::ptr_eq(&region.template, template)
                && (Arc::ptr_eq(&region.facts, facts) || region.facts == *facts)
                && (bounds.left, bounds.right) == (rect.left, rect.right)
                && (bounds.bottom + 1 == rect.top || rect.bottom + 1 == bounds.top);
            fits.then_some(id)
        })
    }

    /// The region made longer by `rect`, with its reads taken out of the index.
    pub(super) fn extended(
        &mut self,
        id: RegionId,
        rect: &Rect,
        axes: &dyn Axes,
    ) -> Option<Region> {
        self.unregister(id, axes);
        let mut region = self.region(id)?.clone();
        let bounds = self.rect(&region, axes)?.hull(rect);
        let (rows, _) = axes.axes(region.sheet)?;
        region.rows = (rows.anchor(bounds.top), rows.anchor(bounds.bottom));
        region.owned += rect.size();
        Some(region)
    }

    pub(super) fn assign(&mut self, sheet: SheetId, rect: &Rect, owner: Owner, axes: &dyn Axes) {
        let Some((rows, columns)) = axes.axes(sheet) else {
            return;
        };
        if self.sheets.get(&Natural, &sheet).is_none() {
            self.sheets.insert(&Natural, sheet, SheetGraph::default());
        }
        let Some(graph) = self.sheets.get_mut(&Natural, &sheet) else {
            return;
        };
        for column in rect.left..=rect.right {
            let column = columns.anchor(column).0;
            if graph.runs.get(&Natural, &column).is_none() {
                graph.runs.insert(&Natural, column, RunList::default());
            }
            let Some(runs) = graph.runs.get_mut(&Natural, &column) else {
                continue;
            };
            for (_, first, length) in rows.spans(rect.top..rect.bottom + 1) {
                runs.assign(first, length, owner);
            }
        }
    }
}

pub(super) fn new_region(
    template: &Arc<Template>,
    facts: &Arc<Facts>,
    sheet: SheetId,
    rect: &Rect,
    axes: &dyn Axes,
) -> Option<Region> {
    let (rows, columns) = axes.axes(sheet)?;
    Some(Region {
        template: template.clone(),
        facts: facts.clone(),
        sheet,
        rows: (rows.anchor(rect.top), rows.anchor(rect.bottom)),
        columns: (columns.anchor(rect.left), columns.anchor(rect.right)),
        owned: rect.size(),
    })
}

/// What is left of `bounds` when `lost` takes whole rows off its top or bottom, or whole columns off its sides; nothing
/// if it does not.
pub(super) fn trim(bounds: Rect, lost: &Rect) -> Option<Rect> {
    if lost.left <= bounds.left && lost.right >= bounds.right {
        let (top, bottom) = trim_span((bounds.top, bounds.bottom), (lost.top, lost.bottom))?;
        return Some(Rect {
            top,
            bottom,
            ..bounds
        });
    }
    if lost.top <= bounds.top && lost.bottom >= bounds.bottom {
        let (left, right) = trim_span((bounds.left, bounds.right), (lost.left, lost.right))?;
        return Some(Rect {
            left,
            right,
            ..bounds
        });
    }
    None
}

/// What is left of a span when another takes something off one of its ends; nothing if it does not.
fn trim_span((first, last): (u32, u32), lost: (u32, u32)) -> Option<(u32, u32)> {
    if lost.0 <= first && lost.1 >= first && lost.1 < last {
        return Some((lost.1 + 1, last));
    }
    (lost.1 >= last && lost.0 <= last && lost.0 > first).then(|| (first, lost.0 - 1))
}
