//! What the Ctrie stands on: atomic words, and the memory of nodes.
//!
//! The tests of the Ctrie build it over another module of this name, with the atomics of model checkers and with single
//! rules of the algorithm switched off.

use std::alloc::{Layout, dealloc};
pub(super) use std::sync::atomic::{AtomicPtr, AtomicU8, AtomicUsize, Ordering};

pub(super) use crossbeam_epoch::Guard;

pub(super) use super::collector::pin;
use super::ctrie::Rule;

/// Whether a rule of the algorithm is switched off; here none ever is.
#[inline(always)]
pub(super) const fn broken(_: Rule) -> bool {
    false
}

/// Is told of each node that is made (1) and freed (-1); here nobody counts them.
#[inline(always)]
pub(super) const fn counted(_: isize) {}

/// Is told of each use of a node by its count, which must not be nought; here nobody looks.
#[inline(always)]
pub(super) const fn used(_: &AtomicUsize) {}

/// Gives the memory of a node back to the allocator.
///
/// # Safety
///
/// It was allocated with this layout, and nobody uses it any more.
#[inline]
#[allow(unsafe_code)]
pub(super) unsafe fn give_back(memory: *mut u8, layout: Layout) {
    // SAFETY: the caller's promise.
    unsafe { dealloc(memory, layout) }
}

/// A load that takes part in the one order of all sequentially consistent accesses.
#[inline]
pub(super) fn load<T>(word: &AtomicPtr<T>) -> *mut T {
    word.load(Ordering::SeqCst)
}

/// A compare-and-swap in that order; tells whether it swapped.
#[inline]
pub(super) fn swap<T>(word: &AtomicPtr<T>, from: *mut T, to: *mut T) -> Result<(), *mut T> {
    word.compare_exchange(from, to, Ordering::SeqCst, Ordering::SeqCst)
        .map(drop)
}
