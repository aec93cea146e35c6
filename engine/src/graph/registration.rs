//! The reads of regions in the range index.

use std::sync::Arc;

use super::range_index::{Reader, RowEnd};
use super::{Axes, Facts, Graph, RegionId, SheetGraph};
use crate::formula::Template;
use crate::reference::{Axis, Rect, SheetId};
use crate::storage::tree::Natural;

impl Graph {
    /// Gives a region other facts, because what its formula is bound to has changed; tells whether they differ.
    pub fn set_facts(&mut self, id: RegionId, facts: &Arc<Facts>, axes: &dyn Axes) -> bool {
        if self
            .region(id)
            .is_none_or(|region| *region.facts == **facts)
        {
            return false;
        }
        self.unregister(id, axes);
        if let Some(region) = self.regions.get_mut(&Natural, &id) {
            region.facts = facts.clone();
        }
        if facts.volatile {
            self.volatile.insert(&Natural, id, ());
        } else {
            self.volatile.remove(&Natural, &id);
        }
        self.register(id, axes);
        true
    }

    /// Takes a region's reads out of the index, because the axes or its template are about to change; to be followed by
    /// [`Graph::attach`].
    pub fn detach(&mut self, id: RegionId, axes: &dyn Axes) {
        self.unregister(id, axes);
    }

    /// Gives a detached region this template in all its cells, and registers its reads.
    pub fn attach(
        &mut self,
        id: RegionId,
        template: &Arc<Template>,
        facts: &Arc<Facts>,
        axes: &dyn Axes,
    ) {
        if let Some(region) = self.regions.get_mut(&Natural, &id) {
            region.template = template.clone();
            region.facts = facts.clone();
        }
        self.register(id, axes);
    }

    /// Gives a region another template that reads the same cells.
    pub fn set_template(&mut self, id: RegionId, template: &Arc<Template>) {
        if let Some(region) = self.regions.get_mut(&Natural, &id) {
            region.template = template.clone();
        }
    }

    /// Registers the reads of a region.
    pub(super) fn register(&mut self, id: RegionId, axes: &dyn Axes) {
        self.for_each_reader(id, axes, |graph, sheet, reader, columns| {
            let Some((rows, _)) = axes.axes(sheet) else {
                return;
            };
            if graph.sheets.get(&Natural, &sheet).is_none() {
                graph.sheets.insert(&Natural, sheet, SheetGraph::default());
            }
            if let Some(sheet) = graph.sheets.get_mut(&Natural, &sheet) {
                sheet.readers.insert(reader, columns, rows);
            }
        });
    }

    /// Removes the reads of a region from the index; the axes must be those of the registration.
    pub(super) fn unregister(&mut self, id: RegionId, axes: &dyn Axes) {
        self.for_each_reader(id, axes, |graph, sheet, reader, columns| {
            let Some((rows, _)) = axes.axes(sheet) else {
                return;
            };
            if let Some(sheet) = graph.sheets.get_mut(&Natural, &sheet) {
                sheet.readers.remove(&reader, columns, rows);
            }
        });
    }

    pub(super) fn for_each_reader(
        &mut self,
        id: RegionId,
        axes: &dyn Axes,
        mut f: impl FnMut(&mut Graph, SheetId, Reader, (u32, u32)),
    ) {
        let Some(region) = self.region(id) else {
            return;
        };
        let Some(rect) = self.rect(region, axes) else {
            return;
        };
        let facts = region.facts.clone();
        for (number, read) in facts.reads.iter().enumerate() {
            if let Some((reader, columns)) = reader_of(id, number, &rect, read, axes) {
                f(self, read.sheet, reader, columns);
            }
        }
    }
}

/// How read `number` of a region over `rect` is registered: nothing if it reads no cell at all.
pub(super) fn reader_of(
    id: RegionId,
    number: usize,
    rect: &Rect,
    read: &super::Read,
    axes: &dyn Axes,
) -> Option<(Reader, (u32, u32))> {
    let (rows, columns) = axes.axes(read.sheet)?;
    let area = read.precedents(rect, rows, columns)?;
    let (first, last) = if read.is_whole_columns() {
        (RowEnd::Top, RowEnd::Bottom)
    } else {
        (
            RowEnd::At(rows.anchor(area.top)),
            RowEnd::At(rows.anchor(area.bottom)),
        )
    };
    let read = u16::try_from(number).ok()?;
    Some((
        Reader {
            first,
            last,
            region: id,
            read,
        },
        (area.left, area.right),
    ))
}
