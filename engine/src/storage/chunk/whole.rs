//! A chunk made of all its slots at once, as files hold them.

use std::sync::Arc;

use super::base::{Base, Slots};
use super::dense::Dense;
use super::{Chunk, SLOTS};
use crate::storage::chunk_pool::Buffer;
use crate::storage::packed_cell::{PackedCell, Unpacked, all_cell_numbers};
use crate::value::ValueRef;

impl Chunk {
    /// A chunk with these packed cells from a slot on; `text` gives the longer texts by their indexes.
    ///
    /// # Panics
    ///
    /// If they go beyond the last slot.
    pub fn of_lanes<'t>(slot: u16, lanes: &[f64], text: impl Fn(u32) -> &'t str) -> Chunk {
        let end = usize::from(slot) + lanes.len();
        assert!(end <= usize::from(SLOTS), "a chunk has {SLOTS} slots");
        let same = |lane: &f64| lane.to_bits() == lanes[0].to_bits();
        if slot == 0 && all_cell_numbers(lanes) && !lanes.iter().all(same) {
            return Chunk {
                base: Arc::new(Base::new(
                    Slots::Numbers(Buffer::copy_of(lanes)),
                    Vec::new(),
                )),
                patches: Vec::new(),
                filled: lanes.len() as u16,
            };
        }
        let mut dense = Dense::with_room(end as u16);
        dense.lanes.resize(usize::from(slot));
        dense.lanes.extend(lanes);
        for (at, lane) in (slot..).zip(lanes) {
            match PackedCell::from_lane(*lane).unpack() {
                Unpacked::Text(place) => dense.set(at, ValueRef::Text(text(place.index))),
                Unpacked::Number(x) => {
                    dense.lanes[usize::from(at)] = PackedCell::number(x).to_lane()
                }
                _ => {}
            }
        }
        dense.freeze()
    }
}
