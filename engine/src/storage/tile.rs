//! A tile: up to 1,024 packed cells in a row, what a kernel reads and writes at a time.
//!
//! The lanes are bits as they lie in chunks, so that a tile of numbers is a slice of `f64`. A tile that was loaded from
//! one chunk of numbers only points to it; one that is written has lanes, and longer texts, of its own. No lane costs
//! an allocation: a tile is used again for the next thousand rows.

#[cfg(test)]
mod tests;

use std::ops::Range;
use std::sync::Arc;

use super::chunk::Chunk;
use super::packed_cell::{CellRef, PackedCell, TextIndex, Unpacked, all_numbers};
use crate::value::{CellError, ValueRef};

/// Lanes of a tile, at most: a quarter of a chunk.
pub const TILE: usize = 1_024;

/// Up to 1,024 packed cells.
///
/// # Examples
///
/// ```
/// use tabulith::storage::Tile;
/// use tabulith::value::ValueRef;
///
/// let mut tile = Tile::default();
/// tile.begin(2).copy_from_slice(&[1.0, 2.0]);
/// tile.set(1, ValueRef::Text("a longer text"));
/// assert_eq!(tile.cell(0).value(), ValueRef::Number(1.0));
/// assert_eq!(tile.cell(1).value(), ValueRef::Text("a longer text"));
/// ```
#[derive(Debug, Default)]
pub struct Tile {
    len: usize,
    /// The lanes, unless they lie in a chunk.
    own: Vec<f64>,
    /// The chunk of numbers that the lanes lie in, from this slot on.
    chunk: Option<(Arc<Chunk>, u16)>,
    texts: TileTexts,
    /// Whether all lanes are known to be numbers.
    numbers: bool,
}

/// The longer texts of a tile, end to end, and where each ends.
#[derive(Debug, Default)]
pub struct TileTexts {
    text: String,
    ends: Vec<u32>,
}

impl TileTexts {
    /// Keeps a text that `write` adds to the end: the packed cell that stands for it. If it gives an error, that is the
    /// cell and the text is none.
    pub fn write(
        &mut self,
        write: impl FnOnce(&mut String) -> Result<(), CellError>,
    ) -> PackedCell {
        let start = self.text.len();
        let packed = match write(&mut self.text) {
            Err(error) => PackedCell::error(error),
            Ok(()) => match PackedCell::short(&self.text[start..]) {
                Some(short) => short,
                None => return self.end(),
            },
        };
        self.text.truncate(start);
        packed
    }

    /// Keeps a longer text.
    fn keep(&mut self, text: &str) -> PackedCell {
        self.text.push_str(text);
        self.end()
    }

    /// Ends a longer text: the packed cell that stands for it.
    fn end(&mut self) -> PackedCell {
        self.ends.push(self.text.len() as u32);
        PackedCell::text(TextIndex {
            block: 0,
            index: (self.ends.len() - 1) as u32,
        })
    }

    fn get(&self, index: u32) -> &str {
        let at = index as usize;
        let start = at.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.text[start as usize..self.ends[at] as usize]
    }

    fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
    }
}

impl Tile {
    /// Number of lanes.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is no lane.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The lanes: packed cells as they lie in chunks. A longer text's index means something to this tile alone.
    pub fn lanes(&self) -> &[f64] {
        match &self.chunk {
            Some((chunk, slot)) => chunk
                .number_slice(*slot..*slot + self.len as u16)
                .expect("invariant: a tile points to numbers alone"),
            None => &self.own[..self.len],
        }
    }

    /// Makes it `len` lanes to be written from nothing; they hold anything until then, and no longer texts.
    ///
    /// # Panics
    ///
    /// If that is more than [`TILE`].
    pub fn begin(&mut self, len: usize) -> &mut [f64] {
        self.begin_parts(len).0
    }

    /// As [`Tile::begin`]: the lanes, and the texts that packed cells in them may stand for.
    ///
    /// # Panics
    ///
    /// As [`Tile::begin`].
    pub fn begin_parts(&mut self, len: usize) -> (&mut [f64], &mut TileTexts) {
        assert!(len <= TILE, "a tile has at most {TILE} lanes");
        self.len = len;
        self.chunk = None;
        self.numbers = false;
        self.texts.clear();
        if self.own.len() < len {
            self.own.resize(TILE, 0.0);
        }
        (&mut self.own[..len], &mut self.texts)
    }

    /// Says that every lane is a number; whoever wrote them has seen it.
    pub fn mark_numbers(&mut self) {
        debug_assert!(all_numbers(self.lanes()), "all lanes are numbers");
        self.numbers = true;
    }

    /// Whether every lane is a number.
    pub fn is_numbers(&self) -> bool {
        self.numbers || all_numbers(self.lanes())
    }

    /// Whether a lane may hold a longer text.
    pub fn has_texts(&self) -> bool {
        !self.texts.ends.is_empty()
    }

    /// The packed cell of a lane.
    #[inline]
    pub fn packed(&self, lane: usize) -> PackedCell {
        PackedCell::from_lane(self.lanes()[lane])
    }

    /// The value of a lane.
    pub fn cell(&self, lane: usize) -> CellRef<'_> {
        match self.packed(lane).unpack() {
            Unpacked::Blank => CellRef::Blank,
            Unpacked::Number(x) => CellRef::Number(x),
            Unpacked::Boolean(x) => CellRef::Boolean(x),
            Unpacked::Error(x) => CellRef::Error(x),
            Unpacked::Short(x) => CellRef::Short(x),
            Unpacked::Text(at) => CellRef::Text(self.texts.get(at.index)),
        }
    }

    /// Writes a lane. A number that no cell holds becomes what it would in a cell.
    pub fn set(&mut self, lane: usize, value: ValueRef<'_>) {
        self.detach();
        let packed = match (PackedCell::of(value), value) {
            (Some(packed), _) => packed,
            (None, ValueRef::Text(text)) => self.texts.keep(text),
            (None, _) => PackedCell::error(CellError::Value),
        };
        self.numbers &= packed.is_number();
        self.own[lane] = packed.to_lane();
    }

    /// Writes one value to all lanes.
    pub fn fill(&mut self, len: usize, value: ValueRef<'_>) {
        self.begin(len);
        if len == 0 {
            return;
        }
        self.set(0, value);
        let lane = self.own[0];
        self.own[..len].fill(lane);
        self.numbers = PackedCell::from_lane(lane).is_number();
    }

    /// Writes a text to a lane: `write` adds it to the end of the tile's texts; if it gives an error, that is the
    /// lane's value and the text is none.
    pub fn set_text_with(
        &mut self,
        lane: usize,
        write: impl FnOnce(&mut String) -> Result<(), CellError>,
    ) {
        self.detach();
        self.numbers = false;
        self.own[lane] = self.texts.write(write).to_lane();
    }

    /// Gives it lanes of its own, if they lie in a chunk.
    fn detach(&mut self) {
        if let Some((chunk, slot)) = self.chunk.take() {
            if self.own.len() < self.len {
                self.own.resize(TILE, 0.0);
            }
            chunk.read_into(slot..slot + self.len as u16, &mut self.own);
        }
    }

    /// Takes the lanes from slots of a chunk: numbers where they lie, others as a copy.
    pub fn load(&mut self, chunk: &Arc<Chunk>, slots: Range<u16>) {
        self.begin(slots.len());
        if chunk.number_slice(slots.clone()).is_some() {
            self.chunk = Some((Arc::clone(chunk), slots.start));
            self.numbers = true;
        } else {
            self.load_part(0, chunk, slots);
        }
    }

    /// Copies slots of a chunk to the lanes from `lane` on.
    pub fn load_part(&mut self, lane: usize, chunk: &Chunk, slots: Range<u16>) {
        self.detach();
        self.numbers = false;
        let end = lane + slots.len();
        chunk.read_into(slots.clone(), &mut self.own[lane..end]);
        if all_numbers(&self.own[lane..end]) {
            return;
        }
        for (at, slot) in (lane..end).zip(slots) {
            if PackedCell::from_lane(self.own[at])
                .to_text_index()
                .is_some()
            {
                let packed = match chunk.cell(slot) {
                    CellRef::Text(text) => self.texts.keep(text),
                    _ => PackedCell::BLANK,
                };
                self.own[at] = packed.to_lane();
            }
        }
    }

    /// Makes it the same as another tile.
    pub fn copy_of(&mut self, other: &Tile) {
        self.begin(other.len);
        if let Some((chunk, slot)) = &other.chunk {
            self.chunk = Some((Arc::clone(chunk), *slot));
        } else {
            self.own[..other.len].copy_from_slice(&other.own[..other.len]);
            self.texts.text.push_str(&other.texts.text);
            self.texts.ends.extend_from_slice(&other.texts.ends);
        }
        self.numbers = other.numbers;
    }

    /// Blanks a range of lanes.
    pub fn blank(&mut self, lanes: Range<usize>) {
        self.detach();
        self.numbers &= lanes.is_empty();
        self.own[lanes].fill(PackedCell::BLANK.to_lane());
    }

    /// Copies a lane of another tile.
    pub fn copy_lane(&mut self, lane: usize, from: &Tile, from_lane: usize) {
        let packed = from.packed(from_lane);
        if packed.to_text_index().is_some() {
            self.set(lane, from.cell(from_lane).value());
        } else {
            self.detach();
            self.numbers &= packed.is_number();
            self.own[lane] = packed.to_lane();
        }
    }

    /// The lanes, to be overwritten one by one with packed cells that are no longer texts.
    pub fn lanes_mut(&mut self) -> &mut [f64] {
        self.detach();
        self.numbers = false;
        &mut self.own[..self.len]
    }
}
