//! Tiles of a sheet: read from the chunks of a column, and chunks that replace what they were computed for.

use std::ops::Range;
use std::sync::Arc;

use super::walk::cut;
use super::{OpenGrid, SheetGrid};
use crate::reference::{Anchor, Axis};
use crate::storage::cell_index::ReadIndex;
use crate::storage::chunk::Chunk;
use crate::storage::tile::Tile;

impl SheetGrid {
    /// Fills a tile with slots of one block of a column.
    pub fn load_slots(
        &self,
        index: &impl ReadIndex,
        (column, block): (u32, u32),
        slots: Range<u16>,
        tile: &mut Tile,
    ) {
        match self.chunk_at(index, column, block) {
            Some(chunk) => tile.load(&chunk, slots),
            None => {
                tile.begin(slots.len());
                tile.blank(0..slots.len());
            }
        }
    }

    /// Fills a tile with consecutive rows of a column, wherever they lie.
    ///
    /// # Panics
    ///
    /// If they go beyond the grid, or are more than a tile holds.
    pub fn load_rows(
        &self,
        index: &impl ReadIndex,
        column: u32,
        rows: Range<u32>,
        tile: &mut Tile,
    ) {
        assert!(rows.end <= self.rows().len(), "rows beyond the grid");
        let count = rows.len();
        let mut begun = false;
        for (row, anchor, length) in self.rows().spans(rows.clone()) {
            for (offset, block, slots) in cut(anchor, length) {
                if slots.len() == count {
                    return self.load_slots(index, (column, block), slots, tile);
                }
                if !begun {
                    tile.begin(count);
                    begun = true;
                }
                let lane = (row + offset - rows.start) as usize;
                match self.chunk_at(index, column, block) {
                    Some(chunk) => tile.load_part(lane, &chunk, slots),
                    None => tile.blank(lane..lane + slots.len()),
                }
            }
        }
    }

    /// The chunk of a block of a column.
    pub fn chunk_at(&self, index: &impl ReadIndex, column: u32, block: u32) -> Option<Arc<Chunk>> {
        index.chunk(self.view().key(self.columns().anchor(column), block))
    }
}

impl OpenGrid {
    /// Puts a chunk that was computed for these slots into the index at once, if nothing else is filled in its block and
    /// nobody has the block open; tells whether it did. Several threads may do so at the same time, each for blocks of its
    /// own; [`OpenGrid::note_present`] makes the sheet know of it.
    pub fn put_whole(
        &self,
        sheet: &SheetGrid,
        (column, block): (u32, u32),
        slots: Range<u16>,
        chunk: &Arc<Chunk>,
    ) -> bool {
        let column = sheet.columns().anchor(column);
        self.put_alone(sheet.view().key(column, block), &slots, chunk)
    }

    /// Makes a sheet know of a block that has a chunk now.
    pub fn note_present(sheet: &mut SheetGrid, column: Anchor, block: u32) {
        let present = sheet.plane_write().present;
        if !present.contains(column, block) {
            present.insert(column, block);
        }
    }

    /// Writes the slots of a chunk that was computed for them: it takes the place of what is there if nothing else is,
    /// and is copied otherwise. None of the slots is blank.
    pub fn put_slots(
        &mut self,
        sheet: &mut SheetGrid,
        (column, block): (Anchor, u32),
        slots: Range<u16>,
        chunk: &Arc<Chunk>,
    ) {
        self.write(&mut sheet.plane_write(), column, block, |open| {
            open.put(slots, chunk);
        });
    }
}
