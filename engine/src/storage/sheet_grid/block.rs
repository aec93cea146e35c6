//! Blocks of cells taken out of a sheet and put elsewhere, and rows put in another order: chunk by chunk, never cell by
//! cell where a chunk will do.

use std::ops::{ControlFlow, Range};
use std::sync::Arc;

use super::walk::{PlaneView, cut};
use super::{OpenGrid, PlaneWrite, SheetGrid, segments_of};
use crate::reference::{Axis, Cell, Rect};
use crate::storage::cell_index::ReadIndex;
use crate::storage::chunk::Chunk;
use crate::storage::packed_cell::{CellRef, PackedCell};
use crate::storage::row_axis::{ColumnAxis, RowAxis};

/// The cells of a rectangle as they were when it was taken; it shares their chunks and never changes.
///
/// # Examples
///
/// ```
/// use tabulith::reference::{Cell, Rect};
/// use tabulith::storage::{IndexSnapshot, OpenGrid, SheetGrid};
///
/// let mut sheet = SheetGrid::new(0, 1_048_576, 16_384);
/// let mut open = OpenGrid::new(&IndexSnapshot::default());
/// open.set_numbers(&mut sheet, Cell::new(0, 0), &[1.0, 2.0, 3.0]);
/// let block = sheet.block(&open, &Rect::new(Cell::new(1, 0), Cell::new(2, 0)));
/// open.put_block(&mut sheet, &block, Cell::new(7, 3));
/// assert_eq!(open.get(&sheet, Cell::new(8, 3)), 3.0.into());
/// ```
#[derive(Debug, Clone, Default)]
pub struct Block {
    rows: u32,
    columns: u32,
    /// By column, then by row; what lies in no part is blank.
    parts: Vec<Part>,
}

/// Consecutive rows of a column of a block: slots of a chunk.
#[derive(Debug, Clone)]
struct Part {
    row: u32,
    column: u32,
    chunk: Arc<Chunk>,
    slots: Range<u16>,
}

impl Part {
    fn end(&self) -> u32 {
        self.row + self.slots.len() as u32
    }

    fn slot(&self, row: u32) -> u16 {
        self.slots.start + (row - self.row) as u16
    }

    fn cell(&self, row: u32) -> CellRef<'_> {
        self.chunk.cell(self.slot(row))
    }
}

impl Block {
    /// Number of rows.
    pub fn rows(&self) -> u32 {
        self.rows
    }

    /// Number of columns.
    pub fn columns(&self) -> u32 {
        self.columns
    }

    /// Whether it holds nothing.
    pub fn is_blank(&self) -> bool {
        self.parts.is_empty()
    }

    fn parts_of(&self, column: u32) -> &[Part] {
        let from = self.parts.partition_point(|part| part.column < column);
        let to = self.parts.partition_point(|part| part.column <= column);
        &self.parts[from..to]
    }

    /// The columns of either block that hold anything, in order.
    fn used_columns(&self, other: &Block) -> Vec<u32> {
        let parts = self.parts.iter().chain(&other.parts);
        let mut columns: Vec<u32> = parts.map(|part| part.column).collect();
        columns.sort_unstable();
        columns.dedup();
        columns
    }

    /// Adds the values of a column in these rows to `out`, blank ones included.
    pub fn read_column<'b>(
        &'b self,
        column: u32,
        rows: impl Iterator<Item = u32>,
        out: &mut Vec<CellRef<'b>>,
    ) {
        let parts = self.parts_of(column);
        out.extend(rows.map(|row| cell_in(parts, row)));
    }

    /// Calls `visit` with the rows of each column, first and last, in which two blocks of one size differ.
    pub fn differences(&self, other: &Block, mut visit: impl FnMut(u32, u32, u32)) {
        for column in self.used_columns(other) {
            let (ours, theirs) = (self.parts_of(column), other.parts_of(column));
            let ends = ours.iter().chain(theirs);
            let mut cuts: Vec<u32> = ends.flat_map(|part| [part.row, part.end()]).collect();
            cuts.sort_unstable();
            cuts.dedup();
            let mut run: Option<(u32, u32)> = None;
            for pair in cuts.windows(2) {
                let (our, their) = (part_at(ours, pair[0]), part_at(theirs, pair[0]));
                if is_same(our, their, pair[0]) {
                    continue;
                }
                let value = |part: Option<&'_ Part>, row| {
                    part.map_or(PackedCell::BLANK, |part| part.chunk.packed(part.slot(row)))
                };
                for row in pair[0]..pair[1] {
                    let (a, b) = (value(our, row), value(their, row));
                    let texts = a.to_text_index().is_some() && b.to_text_index().is_some();
                    let equal = match (our, their) {
                        (Some(our), Some(their)) if texts => {
                            our.cell(row).value() == their.cell(row).value()
                        }
                        _ => a == b,
                    };
                    run = match run {
                        _ if equal => run,
                        Some((first, last)) if last + 1 == row => Some((first, row)),
                        former => {
                            if let Some((first, last)) = former {
                                visit(column, first, last);
                            }
                            Some((row, row))
                        }
                    };
                }
            }
            if let Some((first, last)) = run {
                visit(column, first, last);
            }
        }
    }
}

fn part_at(parts: &[Part], row: u32) -> Option<&Part> {
    let before = parts.partition_point(|part| part.row <= row);
    let part = parts.get(before.checked_sub(1)?)?;
    (row < part.end()).then_some(part)
}

fn cell_in(parts: &[Part], row: u32) -> CellRef<'_> {
    part_at(parts, row).map_or(CellRef::Blank, |part| part.cell(row))
}

/// Whether two parts are the same slots of the same chunk from a row on, or both nothing.
fn is_same(a: Option<&Part>, b: Option<&Part>, row: u32) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => Arc::ptr_eq(&a.chunk, &b.chunk) && a.slot(row) == b.slot(row),
        (None, None) => true,
        _ => false,
    }
}

impl PlaneView<'_> {
    /// The cells of a rectangle of the grid.
    pub(in crate::storage) fn block(&self, index: &impl ReadIndex, rect: &Rect) -> Block {
        let mut parts = Vec::new();
        let _ = self.segments(rect, |segment| {
            for (column, anchor) in segment.columns {
                let Some(chunk) = index.chunk(self.key(*anchor, segment.block)) else {
                    continue;
                };
                if chunk.next_filled(segment.slots.clone()).is_some() {
                    parts.push(Part {
                        row: segment.row - rect.top,
                        column: column - rect.left,
                        chunk,
                        slots: segment.slots.clone(),
                    });
                }
            }
            ControlFlow::Continue(())
        });
        parts.sort_unstable_by_key(|part| (part.column, part.row));
        Block {
            rows: rect.rows(),
            columns: rect.columns(),
            parts,
        }
    }
}

impl SheetGrid {
    /// The values of a rectangle, to be put elsewhere.
    ///
    /// # Complexity
    ///
    /// O(pieces of the axis + chunks in the rectangle).
    pub fn block(&self, index: &impl ReadIndex, rect: &Rect) -> Block {
        self.view().block(index, rect)
    }
}

impl OpenGrid {
    /// Puts a block over the cells from `at` on, whose former values go.
    ///
    /// # Panics
    ///
    /// If it goes beyond the grid.
    pub fn put_block(&mut self, sheet: &mut SheetGrid, block: &Block, at: Cell) {
        let axes = (sheet.rows().clone(), sheet.columns().clone());
        let found = segments_of(&sheet.view(), &place_of(block, at));
        let mut plane = sheet.plane_write();
        self.clear_segments(&mut plane, found);
        self.copy_parts(&mut plane, (&axes.0, &axes.1), block, at);
    }

    /// Puts the filled cells of a block over those from `at` on; the others stay.
    pub(in crate::storage) fn copy_parts(
        &mut self,
        plane: &mut PlaneWrite<'_>,
        (rows, columns): (&RowAxis, &ColumnAxis),
        block: &Block,
        at: Cell,
    ) {
        for part in &block.parts {
            let column = columns.anchor(at.column + part.column);
            let (first, end) = (at.row + part.row, at.row + part.end());
            for (row, anchor, length) in rows.spans(first..end) {
                for (offset, to, slots) in cut(anchor, length) {
                    let from = part.slots.start + (row + offset - first) as u16;
                    let source = from..from + slots.len() as u16;
                    self.write(plane, column, to, |open| {
                        open.copy_from(slots.start, &part.chunk, source);
                    });
                }
            }
        }
    }

    /// Puts the rows of a rectangle in another order: row `n` gets what row `order[n]` held, both counted from its
    /// first.
    ///
    /// # Panics
    ///
    /// If the rectangle lies beyond the grid, or an entry of `order` beyond the rectangle.
    pub fn reorder(&mut self, sheet: &mut SheetGrid, rect: &Rect, order: &[u32]) {
        let block = sheet.block(self, rect);
        let axes = (sheet.rows().clone(), sheet.columns().clone());
        let at = rect.top_left();
        self.gather(
            &mut sheet.plane_write(),
            (&axes.0, &axes.1),
            (&block, at),
            order,
        );
    }

    pub(in crate::storage) fn gather(
        &mut self,
        plane: &mut PlaneWrite<'_>,
        axes: (&RowAxis, &ColumnAxis),
        (block, at): (&Block, Cell),
        order: &[u32],
    ) {
        let mut lanes = vec![0.0; block.rows as usize];
        let mut sorted: Vec<f64> = Vec::with_capacity(order.len());
        for column in block.used_columns(&Block::default()) {
            let parts = block.parts_of(column);
            let first = Cell::new(at.row, at.column + column);
            lanes.fill(PackedCell::BLANK.to_lane());
            for part in parts {
                let to = part.row as usize..part.end() as usize;
                part.chunk.read_into(part.slots.clone(), &mut lanes[to]);
            }
            let is_longer = |lane: &f64| PackedCell::from_lane(*lane).to_text_index().is_some();
            if lanes.iter().any(is_longer) {
                self.write_down(plane, axes, (first, order.len()), |open, slots, part| {
                    for (slot, row) in slots.zip(&order[part]) {
                        open.set(slot, cell_in(parts, *row).value());
                    }
                });
            } else {
                sorted.clear();
                sorted.extend(order.iter().map(|row| lanes[*row as usize]));
                self.write_down(plane, axes, (first, order.len()), |open, slots, part| {
                    open.write_lanes(slots.start, &sorted[part]);
                });
            }
        }
    }
}

/// The rectangle that a block covers when it is put at `at`.
fn place_of(block: &Block, at: Cell) -> Rect {
    let corner = Cell::new(
        at.row + block.rows.max(1) - 1,
        at.column + block.columns.max(1) - 1,
    );
    Rect::new(at, corner)
}

#[cfg(test)]
mod tests;
