//! Columns of a snapshot in blocks that keep alive what they show: packed values where they lie, for whoever hands them
//! on without a copy.
//!
//! A block is consecutive rows of one column that lie together in memory, 4,096 of them at most, or any number of blank
//! rows.

use std::ops::{ControlFlow, Range};

use super::Snapshot;
use crate::reference::SheetId;
use crate::storage::tree::Natural;
use crate::storage::{Chunk, ColumnPart, Counts, SLOTS, stream_store};
use crate::value::ValueRef;

/// Consecutive rows of a column of a snapshot.
///
/// # Examples
///
/// ```
/// use tabulith::Workbook;
///
/// let book = Workbook::new();
/// let sheet = book.add_sheet("S")?;
/// book.edit(|tx| tx.set_column("S!A2", &[1.0, 2.0]))?;
/// let blocks = book.snapshot().held_blocks(sheet, 0, 1..3);
/// assert_eq!(blocks[0].numbers(), Some(&[1.0, 2.0][..]));
/// # Ok::<(), tabulith::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct HeldBlock {
    first: u32,
    rows: u32,
    /// The slots of a chunk in which they lie; nothing if all are blank.
    cells: Option<(Chunk, u16)>,
}

impl Snapshot {
    /// The rows `rows` of a column, 0-based, in blocks from top to bottom without a gap; rows beyond the grid are left
    /// out.
    ///
    /// # Complexity
    ///
    /// O(blocks); no cell is looked at.
    pub fn held_blocks(&self, sheet: SheetId, column: u32, rows: Range<u32>) -> Vec<HeldBlock> {
        let mut blocks = Vec::new();
        let Some(grid) = self.revision.grids.get(&Natural, &sheet) else {
            return blocks;
        };
        let mut take = |first, part: ColumnPart<'_>| {
            let (rows, cells) = match part {
                ColumnPart::Blank(rows) => (rows, None),
                ColumnPart::Slots(chunk, from, to) => {
                    (u32::from(to - from), Some((chunk.clone(), from)))
                }
            };
            blocks.push(HeldBlock { first, rows, cells });
            ControlFlow::Continue(())
        };
        let _ = grid.column_parts(&self.revision.index, column, rows, &mut take);
        blocks
    }

    /// Copies the numbers of a column to `out`, from the 0-based row `first` on, a place each row; what is no number, or
    /// lies beyond the grid or on a sheet that is not there, is `other`.
    ///
    /// # Complexity
    ///
    /// O(rows); where numbers stand beside numbers they are copied as they lie.
    ///
    /// # Examples
    ///
    /// ```
    /// use tabulith::Workbook;
    ///
    /// let book = Workbook::new();
    /// let sheet = book.add_sheet("S")?;
    /// book.edit(|tx| tx.set_column("S!A2", &[1.0, 2.0]))?;
    /// let mut numbers = [0.0; 4];
    /// book.snapshot().read_numbers(sheet, 0, 0, (&mut numbers, -1.0));
    /// assert_eq!(numbers, [-1.0, 1.0, 2.0, -1.0]);
    /// # Ok::<(), tabulith::Error>(())
    /// ```
    pub fn read_numbers(
        &self,
        sheet: SheetId,
        column: u32,
        first: u32,
        (out, other): (&mut [f64], f64),
    ) {
        let rows = first..first.saturating_add(u32::try_from(out.len()).unwrap_or(u32::MAX));
        let copy = match size_of_val(out) {
            ..stream_store::STREAMED => <[f64]>::copy_from_slice,
            _ => |out: &mut [f64], numbers: &[f64]| stream_store::copy(numbers, out),
        };
        let mut rest = &mut *out;
        if let Some(grid) = self.revision.grids.get(&Natural, &sheet) {
            let mut take = |_, part: ColumnPart<'_>| {
                let rows = match part {
                    ColumnPart::Blank(rows) => rows as usize,
                    ColumnPart::Slots(_, from, to) => usize::from(to - from),
                };
                let Some((lanes, below)) = std::mem::take(&mut rest).split_at_mut_checked(rows)
                else {
                    return ControlFlow::Break(());
                };
                match part {
                    ColumnPart::Blank(_) => lanes.fill(other),
                    ColumnPart::Slots(chunk, from, to) => match chunk.number_slice(from..to) {
                        Some(numbers) => copy(lanes, numbers),
                        None => read_numbers(chunk, from..to, lanes, other),
                    },
                }
                rest = below;
                ControlFlow::Continue(())
            };
            let _ = grid.column_parts(&self.revision.index, column, rows, &mut take);
        }
        rest.fill(other);
    }
}

/// The numbers among values of several kinds.
fn read_numbers(chunk: &Chunk, slots: Range<u16>, out: &mut [f64], other: f64) {
    chunk.read_into(slots, out);
    for lane in out {
        // Everything but a number lies in the bits that are no number of a cell.
        if lane.is_nan() {
            *lane = other;
        }
    }
}

impl HeldBlock {
    /// The rows, 0-based.
    pub fn rows(&self) -> Range<u32> {
        self.first..self.first + self.rows
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.rows as usize
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// The numbers where they lie, for as long as the block lives, also after it was moved; nothing unless every row
    /// is a number and none was written after the others.
    pub fn numbers(&self) -> Option<&[f64]> {
        let (chunk, slots) = self.slots()?;
        chunk.number_slice(slots)
    }

    /// How many rows hold what; the others are blank. Of a whole block it is at hand.
    pub fn counts(&self) -> Counts {
        match self.slots() {
            None => Counts::default(),
            Some((chunk, slots)) if slots == (0..SLOTS) => chunk.counts(),
            Some((chunk, slots)) => {
                let mut counts = Counts::default();
                chunk.visit_filled(slots, |_, value| match value {
                    ValueRef::Blank => {}
                    ValueRef::Number(_) => counts.numbers += 1,
                    ValueRef::Text(_) => counts.texts += 1,
                    ValueRef::Boolean(_) => counts.booleans += 1,
                    ValueRef::Error(_) => counts.errors += 1,
                });
                counts
            }
        }
    }

    /// Shows the rows that are not blank, in order, each with its 0-based row.
    pub fn visit(&self, mut visit: impl FnMut(u32, ValueRef<'_>)) {
        let Some((chunk, slots)) = self.slots() else {
            return;
        };
        let start = slots.start;
        chunk.visit_filled(slots, |slot, value| {
            visit(self.first + u32::from(slot - start), value);
        });
    }

    fn slots(&self) -> Option<(&Chunk, Range<u16>)> {
        let (chunk, from) = self.cells.as_ref()?;
        // A block of a chunk has no more rows than that has slots.
        Some((chunk, *from..*from + self.rows as u16))
    }
}
