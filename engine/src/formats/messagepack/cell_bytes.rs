//! Blocks of cells as bytes: the layout that takes the least, and the way back, where nothing is taken on trust.

use serde_bytes::Bytes;

use super::contents::Cells;
use crate::reference::Cell;
use crate::storage::{PackedCell, SLOTS, TextIndex, all_cell_numbers};
use crate::workbook::ColumnBlock;

/// Buffers for a block, used again for the next one.
#[derive(Default)]
pub(super) struct CellBytes {
    cells: Vec<u8>,
    rows: Vec<u8>,
    ends: Vec<u8>,
    lanes: Vec<f64>,
    text_ends: Vec<u32>,
}

/// How the cells of a block are laid out.
const EACH: &str = "each";
const SAME: &str = "same";
const SOME: &str = "some";

impl CellBytes {
    /// The content of a record for a block.
    pub(super) fn pack<'a>(&'a mut self, sheet: u32, block: &'a ColumnBlock<'_>) -> Cells<'a> {
        self.cells.clear();
        self.rows.clear();
        self.ends.clear();
        let lanes = block.lanes;
        let layout = layout_of(lanes);
        match layout {
            SAME => push(&mut self.cells, &lanes[..1]),
            SOME => {
                for (row, lane) in lanes.iter().enumerate() {
                    if !PackedCell::from_lane(*lane).is_blank() {
                        self.rows.extend_from_slice(&(row as u16).to_le_bytes());
                        push(&mut self.cells, &[*lane]);
                    }
                }
            }
            _ => push(&mut self.cells, lanes),
        }
        let ends = block.ends.iter().flat_map(|end| end.to_le_bytes());
        self.ends.extend(ends);
        let has_texts = !block.ends.is_empty();
        Cells {
            sheet,
            column: block.first.column,
            row: block.first.row,
            count: lanes.len() as u32,
            layout,
            rows: (layout == SOME).then(|| Bytes::new(&self.rows)),
            cells: Bytes::new(&self.cells),
            ends: has_texts.then(|| Bytes::new(&self.ends)),
            texts: has_texts.then_some(block.texts),
        }
    }

    /// The block that a content tells of.
    ///
    /// # Errors
    ///
    /// What is wrong with it.
    pub(super) fn unpack<'a>(
        &'a mut self,
        cells: &Cells<'a>,
    ) -> Result<ColumnBlock<'a>, &'static str> {
        let count = cells.count as usize;
        if count > usize::from(SLOTS) || !cells.cells.len().is_multiple_of(8) {
            return Err("there are more cells than a block has");
        }
        self.read_ends(cells)?;
        let mut given = cells.cells.chunks_exact(8).map(|bytes| {
            let bytes = bytes.try_into().unwrap_or_default();
            f64::from_bits(u64::from_le_bytes(bytes))
        });
        self.lanes.clear();
        match cells.layout {
            EACH if given.len() == count => self.lanes.extend(given),
            SAME if given.len() == 1 => {
                let lane = given.next().unwrap_or_default();
                self.lanes.resize(count, lane);
            }
            SOME => {
                self.lanes.resize(count, PackedCell::BLANK.to_lane());
                let rows = cells.rows.map_or(&[][..], |rows| &**rows).chunks_exact(2);
                if rows.len() != given.len() {
                    return Err("its rows are not as many as its cells");
                }
                for (row, lane) in rows.zip(given) {
                    let row = usize::from(u16::from_le_bytes([row[0], row[1]]));
                    *self
                        .lanes
                        .get_mut(row)
                        .ok_or("a row lies beyond the block")? = lane;
                }
            }
            EACH | SAME => return Err("its cells are not as many as its rows"),
            _ => return Err("its cells are laid out in an unknown way"),
        }
        if !all_cell_numbers(&self.lanes) {
            check(&mut self.lanes, self.text_ends.len())?;
        }
        Ok(ColumnBlock {
            first: Cell::new(cells.row, cells.column),
            lanes: &self.lanes,
            ends: &self.text_ends,
            texts: cells.texts.unwrap_or_default(),
        })
    }

    /// Reads the ends of the longer texts, which ascend and lie between characters.
    fn read_ends(&mut self, cells: &Cells<'_>) -> Result<(), &'static str> {
        self.text_ends.clear();
        let texts = cells.texts.unwrap_or_default();
        let mut start = 0;
        for bytes in cells.ends.map_or(&[][..], |ends| &**ends).chunks_exact(4) {
            let end = u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
            if end < start || !texts.is_char_boundary(end as usize) {
                return Err("a text does not end where its bytes say");
            }
            self.text_ends.push(end);
            start = end;
        }
        Ok(())
    }
}

fn push(bytes: &mut Vec<u8>, lanes: &[f64]) {
    let start = bytes.len();
    bytes.resize(start + 8 * lanes.len(), 0);
    for (bytes, lane) in bytes[start..].chunks_exact_mut(8).zip(lanes) {
        bytes.copy_from_slice(&lane.to_bits().to_le_bytes());
    }
}

fn layout_of(lanes: &[f64]) -> &'static str {
    let same = |lane: &f64| lane.to_bits() == lanes[0].to_bits();
    if lanes.len() > 1 && lanes.iter().all(same) {
        return SAME;
    }
    if all_cell_numbers(lanes) {
        return EACH;
    }
    let filled = lanes
        .iter()
        .filter(|lane| !PackedCell::from_lane(**lane).is_blank());
    // A row of `some` takes 10 bytes, one of `each` 8.
    match filled.count() * 10 < lanes.len() * 8 {
        true => SOME,
        false => EACH,
    }
}

/// Sees to it that all lanes are cells; one that is a longer text must be one of `texts`.
fn check(lanes: &mut [f64], texts: usize) -> Result<(), &'static str> {
    for lane in lanes {
        let cell = PackedCell::from_bits(lane.to_bits()).ok_or("there is no such cell")?;
        let is_text = |place: TextIndex| place.block == 0 && (place.index as usize) < texts;
        if cell.to_text_index().is_some_and(|place| !is_text(place)) {
            return Err("a cell has a text that is not there");
        }
        *lane = cell.to_lane();
    }
    Ok(())
}
