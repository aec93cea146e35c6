//! Reads that do not stay with their anchors when rows are inserted: those at fixed positions, up to the grid's end, and
//! relative ones that cross sheets or go through names.

use hashbrown::HashSet;

use super::registration::reader_of;
use super::{Axes, Graph, RegionId};
use crate::reference::SheetId;

impl Graph {
    /// Registers anew the reads of `sheet` that mean other rows after its axis has changed, and tells whose they are.
    /// Regions in `detached` are passed over.
    pub fn follow(
        &mut self,
        sheet: SheetId,
        (before, after): (&dyn Axes, &dyn Axes),
        detached: &HashSet<RegionId>,
    ) -> Vec<RegionId> {
        let mut moved = Vec::new();
        for (id, region) in self.regions() {
            let reads = region.facts.reads.iter().enumerate();
            let mut here = reads.filter(|(_, read)| read.sheet == sheet).peekable();
            if here.peek().is_none() || detached.contains(&id) {
                continue;
            }
            let (Some(then), Some(now)) = (self.rect(region, before), self.rect(region, after))
            else {
                continue;
            };
            if here.any(|(number, read)| {
                reader_of(id, number, &then, read, before)
                    != reader_of(id, number, &now, read, after)
            }) {
                moved.push(id);
            }
        }
        for id in &moved {
            self.unregister(*id, before);
            self.register(*id, after);
        }
        moved
    }
}
