//! Reads that do not stay with their anchors when rows or columns come and go: those at fixed positions, up to the
//! grid's end, relative ones that cross sheets or go through names, and all whose ends were deleted. The index has
//! columns by position, so a column edit registers anew what it moves.

use hashbrown::HashSet;

use super::range_index::{RangeIndex, RowEnd};
use super::registration::reader_of;
use super::{Axes, Graph, Read, Region, RegionId, SheetGraph};
use crate::formula::ast::Shape;
use crate::reference::{Anchor, Axis, Rect, SheetId};
use crate::storage::tree::Natural;

/// From so many regions on the indexes are made anew as a whole.
const MADE_ANEW: usize = 4_096;

impl Graph {
    /// Registers anew the reads that stand elsewhere after an axis of `sheet` has changed, and tells which regions read
    /// other cells than before. Regions in `detached` are passed over.
    ///
    /// # Complexity
    ///
    /// O(reads of all regions), and O(log n) for each read that is registered anew.
    pub fn follow(
        &mut self,
        sheet: SheetId,
        (before, after): (&dyn Axes, &dyn Axes),
        detached: &HashSet<RegionId>,
    ) -> Vec<RegionId> {
        let (mut moved, mut changed) = (Vec::new(), Vec::new());
        for (id, region) in self.regions() {
            if detached.contains(&id) {
                continue;
            }
            let fate = self.fate(sheet, (id, region), (before, after));
            if fate.moved {
                moved.push(id);
            }
            if fate.changed {
                changed.push(id);
            }
        }
        if moved.len() > MADE_ANEW {
            self.index_anew(&moved, detached, after);
        } else {
            // Ends that were deleted have no place in the new order: all go before the first comes back.
            moved.iter().for_each(|id| self.unregister(*id, before));
            moved.iter().for_each(|id| self.register(*id, after));
        }
        changed
    }

    fn fate(
        &self,
        sheet: SheetId,
        (id, region): (RegionId, &Region),
        (before, after): (&dyn Axes, &dyn Axes),
    ) -> Fate {
        let mut fate = Fate::default();
        let concerned = |read: &Read| region.sheet == sheet || read.sheet == sheet;
        if !region.facts.reads.iter().any(concerned) {
            return fate;
        }
        let (Some(then), Some(now)) = (self.rect(region, before), self.rect(region, after)) else {
            return fate;
        };
        for (number, read) in region.facts.reads.iter().enumerate() {
            if !concerned(read) {
                continue;
            }
            let entry = |rect: &Rect, axes| reader_of(id, number, rect, read, axes);
            fate.moved |= entry(&then, before) != entry(&now, after);
            fate.changed |= identity(read, &then, before) != identity(read, &now, after);
        }
        fate
    }

    /// Makes the indexes of the sheets that these regions read anew, without those in `detached`.
    fn index_anew(&mut self, moved: &[RegionId], detached: &HashSet<RegionId>, axes: &dyn Axes) {
        let mut sheets: Vec<SheetId> = Vec::new();
        for region in moved.iter().filter_map(|id| self.region(*id)) {
            sheets.extend(region.facts.reads.iter().map(|read| read.sheet));
            sheets.sort_unstable();
            sheets.dedup();
        }
        for sheet in sheets {
            let Some((rows, _)) = axes.axes(sheet) else {
                continue;
            };
            let mut readers = Vec::new();
            for (id, region) in self.regions() {
                if detached.contains(&id) {
                    continue;
                }
                let Some(rect) = self.rect(region, axes) else {
                    continue;
                };
                for (number, read) in region.facts.reads.iter().enumerate() {
                    if read.sheet == sheet
                        && let Some((reader, (left, right))) =
                            reader_of(id, number, &rect, read, axes)
                    {
                        readers.push((reader, left, right));
                    }
                }
            }
            let index = RangeIndex::build(readers, rows);
            if self.sheets.get(&Natural, &sheet).is_none() {
                self.sheets.insert(&Natural, sheet, SheetGraph::default());
            }
            if let Some(graph) = self.sheets.get_mut(&Natural, &sheet) {
                graph.readers = index;
            }
        }
    }
}

/// What an edit does to the reads of a region.
#[derive(Default)]
struct Fate {
    /// They are registered elsewhere.
    moved: bool,
    /// They mean other cells.
    changed: bool,
}

/// The cells of a read by their anchors; rows and columns that are read in full have none.
type Identity = (RowEnd, RowEnd, Option<(Anchor, Anchor)>);

fn identity(read: &Read, rect: &Rect, axes: &dyn Axes) -> Option<Identity> {
    let (rows, columns) = axes.axes(read.sheet)?;
    let area = read.precedents(rect, rows, columns)?;
    let whole_rows = matches!(read.shape, Shape::Rows(..));
    let sides = (!whole_rows).then(|| (columns.anchor(area.left), columns.anchor(area.right)));
    let (first, last) = if read.is_whole_columns() {
        (RowEnd::Top, RowEnd::Bottom)
    } else {
        (
            RowEnd::At(rows.anchor(area.top)),
            RowEnd::At(rows.anchor(area.bottom)),
        )
    };
    Some((first, last, sides))
}
