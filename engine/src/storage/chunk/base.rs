//! The base of a chunk: its slots as they were when they were last written together, and what is known of them all.

use std::ops::{ControlFlow, Range};
use std::sync::{Arc, OnceLock};

use crate::storage::chunk_pool::Buffer;
use crate::storage::packed_cell::{CellRef, PackedCell, Unpacked};
use crate::storage::text_block::TextBlock;
use crate::value::ValueRef;

/// Filled slots below which a base lists them instead of storing all.
pub(super) const SPARSE_BELOW: usize = 128;

/// Slots of a chunk, never changed.
#[derive(Debug, Default)]
pub(super) struct Base {
    pub(super) slots: Slots,
    /// The blocks that the longer texts of `slots` lie in.
    pub(super) texts: Vec<Arc<TextBlock>>,
    summary: OnceLock<Summary>,
}

/// How the slots are stored; what is not stored is blank.
#[derive(Debug, Default)]
pub(super) enum Slots {
    /// No slot is filled.
    #[default]
    Empty,
    /// The slots of a range are all the same.
    Const(PackedCell, Range<u16>),
    /// The slots from the first on are numbers, then comes nothing.
    Numbers(Buffer),
    /// The slots as they are, to the last filled one or a little beyond.
    Packed(Buffer),
    /// The filled slots, in order.
    Sparse(Box<[(u16, PackedCell)]>),
}

/// What is known of all slots of a chunk.
///
/// The exact sum is not among it yet.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Summary {
    /// How many slots hold what.
    pub counts: Counts,
    /// The least and the greatest number.
    pub extremes: Option<(f64, f64)>,
    /// The first slot that holds an error.
    pub first_error: Option<u16>,
}

/// How many slots hold what; the others are blank.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Numbers.
    pub numbers: u16,
    /// Texts, empty ones included.
    pub texts: u16,
    /// Booleans.
    pub booleans: u16,
    /// Errors.
    pub errors: u16,
}

impl Counts {
    /// Slots that are not blank.
    pub fn filled(&self) -> u16 {
        self.numbers + self.texts + self.booleans + self.errors
    }

    /// The count of the cells like this one; nothing for a blank one.
    pub(super) fn of(&mut self, cell: PackedCell) -> Option<&mut u16> {
        match cell.unpack() {
            Unpacked::Blank => None,
            Unpacked::Number(_) => Some(&mut self.numbers),
            Unpacked::Boolean(_) => Some(&mut self.booleans),
            Unpacked::Error(_) => Some(&mut self.errors),
            Unpacked::Short(_) | Unpacked::Text(_) => Some(&mut self.texts),
        }
    }
}

impl Summary {
    /// Takes in the cell of the next slots, `count` of them.
    pub(super) fn add(&mut self, slot: u16, cell: PackedCell, count: u16) {
        if let Some(of_kind) = self.counts.of(cell) {
            *of_kind += count;
        }
        if let Some(x) = cell.to_number() {
            self.widen(x);
        } else if cell.to_error().is_some() {
            self.first_error = Some(self.first_error.map_or(slot, |first| first.min(slot)));
        }
    }

    pub(super) fn widen(&mut self, x: f64) {
        let (min, max) = self.extremes.unwrap_or((x, x));
        self.extremes = Some((min.min(x), max.max(x)));
    }
}

impl Base {
    pub(super) fn new(slots: Slots, texts: Vec<Arc<TextBlock>>) -> Base {
        Base {
            slots,
            texts,
            summary: OnceLock::new(),
        }
    }

    #[inline]
    pub(super) fn packed(&self, slot: u16) -> PackedCell {
        match &self.slots {
            Slots::Empty => PackedCell::BLANK,
            Slots::Const(cell, range) => {
                if range.contains(&slot) {
                    *cell
                } else {
                    PackedCell::BLANK
                }
            }
            Slots::Numbers(lanes) | Slots::Packed(lanes) => lanes
                .get(usize::from(slot))
                .map_or(PackedCell::BLANK, |lane| PackedCell::from_lane(*lane)),
            Slots::Sparse(cells) => cells
                .binary_search_by_key(&slot, |(slot, _)| *slot)
                .map_or(PackedCell::BLANK, |at| cells[at].1),
        }
    }

    /// The value of a cell of this base.
    #[inline]
    pub(super) fn cell(&self, packed: PackedCell) -> CellRef<'_> {
        match packed.unpack() {
            Unpacked::Blank => CellRef::Blank,
            Unpacked::Number(x) => CellRef::Number(x),
            Unpacked::Boolean(x) => CellRef::Boolean(x),
            Unpacked::Error(x) => CellRef::Error(x),
            Unpacked::Short(x) => CellRef::Short(x),
            Unpacked::Text(at) => CellRef::Text(self.texts[usize::from(at.block)].text(at.index)),
        }
    }

    /// The first slot that no filled slot lies at or behind.
    pub(super) fn end(&self) -> u16 {
        match &self.slots {
            Slots::Empty => 0,
            Slots::Const(_, range) => range.end,
            Slots::Numbers(lanes) => lanes.len() as u16,
            Slots::Packed(lanes) => {
                let filled = |lane: &f64| !PackedCell::from_lane(*lane).is_blank();
                lanes.iter().rposition(filled).map_or(0, |at| at as u16 + 1)
            }
            Slots::Sparse(cells) => cells.last().map_or(0, |(slot, _)| slot + 1),
        }
    }

    /// Copies the lanes of a range of slots to the beginning of `out`, blank ones included.
    pub(super) fn read_into(&self, slots: Range<u16>, out: &mut [f64]) {
        let blank = PackedCell::BLANK.to_lane();
        let out = &mut out[..slots.len()];
        match &self.slots {
            Slots::Empty => out.fill(blank),
            Slots::Const(cell, range) => {
                out.fill(blank);
                let from = range.start.clamp(slots.start, slots.end) - slots.start;
                let to = range.end.clamp(slots.start, slots.end) - slots.start;
                out[usize::from(from)..usize::from(to)].fill(cell.to_lane());
            }
            Slots::Numbers(lanes) | Slots::Packed(lanes) => {
                let to = lanes.len().min(usize::from(slots.end));
                let from = to.min(usize::from(slots.start));
                let (stored, beyond) = out.split_at_mut(to - from);
                stored.copy_from_slice(&lanes[from..to]);
                beyond.fill(blank);
            }
            Slots::Sparse(cells) => {
                out.fill(blank);
                let from = cells.partition_point(|(slot, _)| *slot < slots.start);
                for (slot, cell) in cells[from..].iter().take_while(|c| c.0 < slots.end) {
                    out[usize::from(slot - slots.start)] = cell.to_lane();
                }
            }
        }
    }

    /// Calls `visit` with the filled slots of a range, in order, until it breaks.
    pub(super) fn visit_filled(
        &self,
        slots: Range<u16>,
        visit: &mut impl FnMut(u16, ValueRef<'_>) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        match &self.slots {
            Slots::Empty => {}
            Slots::Const(cell, range) => {
                let cell = self.cell(*cell);
                for slot in range.start.max(slots.start)..range.end.min(slots.end) {
                    visit(slot, cell.value())?;
                }
            }
            Slots::Numbers(lanes) => {
                for slot in slots.start..slots.end.min(lanes.len() as u16) {
                    visit(slot, ValueRef::Number(lanes[usize::from(slot)]))?;
                }
            }
            Slots::Packed(lanes) => {
                for slot in slots.start..slots.end.min(lanes.len() as u16) {
                    let packed = PackedCell::from_lane(lanes[usize::from(slot)]);
                    if !packed.is_blank() {
                        visit(slot, self.cell(packed).value())?;
                    }
                }
            }
            Slots::Sparse(cells) => {
                let from = cells.partition_point(|(slot, _)| *slot < slots.start);
                for (slot, cell) in cells[from..].iter().take_while(|c| c.0 < slots.end) {
                    visit(*slot, self.cell(*cell).value())?;
                }
            }
        }
        ControlFlow::Continue(())
    }

    /// The first filled slot of a range.
    #[inline]
    pub(super) fn next_filled(&self, slots: Range<u16>) -> Option<u16> {
        match &self.slots {
            Slots::Empty => None,
            Slots::Const(_, range) => {
                let slot = range.start.max(slots.start);
                (slot < range.end.min(slots.end)).then_some(slot)
            }
            Slots::Numbers(lanes) => {
                let end = slots.end.min(lanes.len() as u16);
                (slots.start < end).then_some(slots.start)
            }
            Slots::Packed(lanes) => {
                let end = usize::from(slots.end).min(lanes.len());
                let lanes = lanes.get(usize::from(slots.start)..end)?;
                let at = lanes
                    .iter()
                    .position(|lane| !PackedCell::from_lane(*lane).is_blank())?;
                Some(slots.start + at as u16)
            }
            Slots::Sparse(cells) => {
                let at = cells.partition_point(|(slot, _)| *slot < slots.start);
                let slot = cells.get(at)?.0;
                (slot < slots.end).then_some(slot)
            }
        }
    }

    /// The last filled slot of a range.
    pub(super) fn last_filled(&self, slots: Range<u16>) -> Option<u16> {
        match &self.slots {
            Slots::Empty => None,
            Slots::Const(_, range) => {
                let end = range.end.min(slots.end);
                (slots.start.max(range.start) < end).then(|| end - 1)
            }
            Slots::Numbers(lanes) => {
                let end = slots.end.min(lanes.len() as u16);
                (slots.start < end).then(|| end - 1)
            }
            Slots::Packed(lanes) => {
                let end = usize::from(slots.end).min(lanes.len());
                let lanes = lanes.get(usize::from(slots.start)..end)?;
                let at = lanes
                    .iter()
                    .rposition(|lane| !PackedCell::from_lane(*lane).is_blank())?;
                Some(slots.start + at as u16)
            }
            Slots::Sparse(cells) => {
                let behind = cells.partition_point(|(slot, _)| *slot < slots.end);
                let slot = cells.get(behind.checked_sub(1)?)?.0;
                (slot >= slots.start).then_some(slot)
            }
        }
    }

    /// What is known of all slots; computed once, at the first call.
    pub(super) fn summary(&self) -> &Summary {
        self.summary.get_or_init(|| {
            let mut summary = Summary::default();
            match &self.slots {
                Slots::Empty => {}
                Slots::Const(cell, range) => {
                    summary.add(range.start, *cell, range.len() as u16);
                }
                Slots::Numbers(lanes) => {
                    summary.counts.numbers = lanes.len() as u16;
                    lanes.iter().for_each(|x| summary.widen(*x));
                }
                Slots::Packed(lanes) => {
                    for (slot, lane) in lanes.iter().enumerate() {
                        summary.add(slot as u16, PackedCell::from_lane(*lane), 1);
                    }
                }
                Slots::Sparse(cells) => {
                    for (slot, cell) in cells {
                        summary.add(*slot, *cell, 1);
                    }
                }
            }
            summary
        })
    }
}
