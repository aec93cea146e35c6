//! Buffers of chunks, kept for the next chunk when one is dropped.
//!
//! Taking 32 KiB from the system and giving them back costs more than filling them. The pool is bounded, and nobody
//! ever waits for it: if another thread is at it, the buffer comes from the allocator, or goes there.

#[cfg(test)]
mod tests;

use std::ops::{Deref, DerefMut};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::packed_cell::PackedCell;

/// Slots by which buffers grow.
const STEP: usize = 256;

/// Size classes: 256, 512, 1,024, 2,048 and 4,096 slots.
const CLASSES: usize = 5;

/// The part of the bytes in use that the pool keeps, at most, and what it keeps in any case.
const KEPT_PART: usize = 8;
const KEPT_BYTES: usize = 1 << 20;

/// Bytes of buffers that are in use, and that are kept.
static IN_USE: AtomicUsize = AtomicUsize::new(0);
static KEPT: AtomicUsize = AtomicUsize::new(0);

static POOL: [Mutex<Vec<Vec<f64>>>; CLASSES] = [const { Mutex::new(Vec::new()) }; CLASSES];

/// Bytes that are kept for chunks to come: what the process holds beyond its workbooks, for measurements.
pub fn pooled_bytes() -> usize {
    KEPT.load(Ordering::Relaxed)
}

/// The class of the smallest buffers with room for so many slots.
fn class_for(slots: usize) -> usize {
    (slots
        .div_ceil(STEP)
        .max(1)
        .next_power_of_two()
        .trailing_zeros() as usize)
        .min(CLASSES - 1)
}

const fn class_slots(class: usize) -> usize {
    STEP << class
}

const fn class_bytes(class: usize) -> usize {
    class_slots(class) * size_of::<f64>()
}

/// Lanes of packed cells whose memory goes back to the pool.
#[derive(Debug, Default)]
pub(super) struct Buffer(Vec<f64>);

impl Buffer {
    /// An empty buffer with room for so many slots, 4,096 at most.
    pub(super) fn with_room(slots: usize) -> Buffer {
        let class = class_for(slots);
        let kept = POOL[class].try_lock().ok().and_then(|mut pool| pool.pop());
        IN_USE.fetch_add(class_bytes(class), Ordering::Relaxed);
        if kept.is_some() {
            KEPT.fetch_sub(class_bytes(class), Ordering::Relaxed);
        }
        Buffer(kept.unwrap_or_else(|| Vec::with_capacity(class_slots(class))))
    }

    /// A buffer with a copy of these lanes.
    pub(super) fn copy_of(lanes: &[f64]) -> Buffer {
        let mut buffer = Buffer::with_room(lanes.len());
        buffer.0.extend_from_slice(lanes);
        buffer
    }

    /// Makes it so many slots long; new ones are blank.
    pub(super) fn resize(&mut self, slots: usize) {
        if slots > self.0.capacity() {
            let mut larger = Buffer::with_room(slots);
            larger.0.extend_from_slice(&self.0);
            *self = larger;
        }
        self.0.resize(slots, PackedCell::BLANK.to_lane());
    }

    /// Adds lanes behind the last, 4,096 in all at most.
    pub(super) fn extend(&mut self, lanes: &[f64]) {
        let slots = self.0.len() + lanes.len();
        if slots > self.0.capacity() {
            let mut larger = Buffer::with_room(slots);
            larger.0.extend_from_slice(&self.0);
            *self = larger;
        }
        self.0.extend_from_slice(lanes);
    }

    /// The same lanes, in a smaller buffer if they fit one of half the size.
    pub(super) fn fitted(self) -> Buffer {
        if class_slots(class_for(self.0.len())) < self.0.capacity() {
            Buffer::copy_of(&self.0)
        } else {
            self
        }
    }
}

impl Deref for Buffer {
    type Target = [f64];

    fn deref(&self) -> &[f64] {
        &self.0
    }
}

impl DerefMut for Buffer {
    fn deref_mut(&mut self) -> &mut [f64] {
        &mut self.0
    }
}

impl Clone for Buffer {
    fn clone(&self) -> Buffer {
        Buffer::copy_of(&self.0)
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        let mut lanes = std::mem::take(&mut self.0);
        let class = class_for(lanes.capacity());
        if lanes.capacity() != class_slots(class) {
            return;
        }
        let bytes = class_bytes(class);
        let in_use = IN_USE.fetch_sub(bytes, Ordering::Relaxed) - bytes;
        let most = (in_use / KEPT_PART).max(KEPT_BYTES);
        let Ok(mut pool) = POOL[class].try_lock() else {
            return;
        };
        let kept = KEPT.load(Ordering::Relaxed);
        if kept + bytes <= most {
            lanes.clear();
            pool.push(lanes);
            KEPT.fetch_add(bytes, Ordering::Relaxed);
        } else if kept > most && pool.pop().is_some() {
            // Fewer are in use than when it was kept.
            KEPT.fetch_sub(bytes, Ordering::Relaxed);
        }
    }
}
