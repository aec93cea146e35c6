//! Copies of a sheet: one that shares everything, and one whose anchors begin anew.

use std::ops::ControlFlow;

use super::walk::{PlaneView, Present, cut};
use super::{OpenGrid, PlaneWrite, SheetGrid};
use crate::reference::{Anchor, Axis, Cell, Rect};
use crate::storage::cell_index::ReadIndex;

impl SheetGrid {
    /// A copy of this sheet under another key; both axes and all chunks are shared.
    ///
    /// # Complexity
    ///
    /// O(chunks).
    pub fn copied(&self, open: &mut OpenGrid, key: u32) -> SheetGrid {
        let mut copy = SheetGrid {
            key,
            ..self.clone()
        };
        copy.present = open.share(self.view(), key);
        copy
    }

    /// A sheet with the same key and the same rows and columns, and nothing in them.
    pub fn emptied(&self) -> SheetGrid {
        SheetGrid {
            present: Present::default(),
            ..self.clone()
        }
    }

    /// The same cells under another key, with anchors that are positions again: the next *incarnation* of a sheet whose
    /// axes are worn. Rows and columns beyond the grid's limit are left behind.
    ///
    /// # Complexity
    ///
    /// O(filled cells), one pass.
    pub fn renumbered(&self, open: &mut OpenGrid, key: u32) -> SheetGrid {
        let mut next = SheetGrid::new(key, self.rows.len(), self.columns.len());
        next.present = open.renumber(self.view(), key);
        next
    }
}

impl OpenGrid {
    /// Puts the chunks of a plane under another sheet's key as well.
    pub(in crate::storage) fn share(&mut self, from: PlaneView<'_>, sheet: u32) -> Present {
        let mut present = Present::default();
        for (column, block) in from.present.iter() {
            if let Some(chunk) = self.chunk(from.key(column, block)) {
                let mut to = PlaneWrite {
                    plane: from.plane,
                    sheet,
                    present: &mut present,
                };
                self.put(&mut to, column, block, &chunk);
            }
        }
        present
    }

    /// Writes the live cells of a plane under another sheet's key, at anchors that are their positions.
    pub(in crate::storage) fn renumber(&mut self, from: PlaneView<'_>, sheet: u32) -> Present {
        let mut present = Present::default();
        let mut to = PlaneWrite {
            plane: from.plane,
            sheet,
            present: &mut present,
        };
        let last = Cell::new(from.rows.len() - 1, from.columns.len() - 1);
        let all = Rect::new(Cell::new(0, 0), last);
        let _ = from.segments(&all, |segment| {
            for (column, anchor) in segment.columns {
                let Some(chunk) = self.chunk(from.key(*anchor, segment.block)) else {
                    continue;
                };
                let mut slot = segment.slots.start;
                let rows = segment.slots.len() as u32;
                for (_, block, slots) in cut(Anchor(segment.row), rows) {
                    let source = slot..slot + slots.len() as u16;
                    slot = source.end;
                    if chunk.next_filled(source.clone()).is_none() {
                        continue;
                    }
                    self.write(&mut to, Anchor(*column), block, |open| {
                        open.copy_from(slots.start, &chunk, source);
                    });
                }
            }
            ControlFlow::Continue(())
        });
        present
    }
}
