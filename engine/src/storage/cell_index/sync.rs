//! What the Ctrie stands on: atomic words, and the collector whose epochs delay what was unlinked.
//!
//! The tests of the Ctrie build it over another module of this name, with the atomics of model checkers and with single
//! rules of the algorithm switched off.

use std::cell::RefCell;
use std::sync::{Arc, OnceLock};

use arc_swap::ArcSwap;
pub(super) use std::sync::atomic::{AtomicPtr, AtomicU8, AtomicUsize, Ordering};

pub(super) use crossbeam_epoch::Guard;
use crossbeam_epoch::{Collector, LocalHandle};

use super::ctrie::Rule;
use crate::storage::process_fork::forks;

/// Whether a rule of the algorithm is switched off; here none ever is.
#[inline(always)]
pub(super) const fn broken(_: Rule) -> bool {
    false
}

/// Is told of each node that is made (1) and freed (-1); here nobody counts them.
#[inline(always)]
pub(super) const fn counted(_: isize) {}

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

/// The collector of one process: all tries share it, as forks of a trie share nodes.
struct Epochs {
    collector: Collector,
    forks: u32,
}

impl Epochs {
    fn new() -> Arc<Epochs> {
        Arc::new(Epochs {
            collector: Collector::new(),
            forks: forks(),
        })
    }
}

static EPOCHS: OnceLock<ArcSwap<Epochs>> = OnceLock::new();

/// The collector of this process. In the child of a `fork` it is a new one: the former waits for threads that are not
/// there, for ever; what they had still to release stays where it is.
fn epochs() -> Arc<Epochs> {
    let epochs = EPOCHS.get_or_init(|| ArcSwap::new(Epochs::new()));
    let found = epochs.load_full();
    if found.forks == forks() {
        return found;
    }
    let fresh = Epochs::new();
    epochs.rcu(|known| {
        if known.forks == fresh.forks {
            Arc::clone(known)
        } else {
            Arc::clone(&fresh)
        }
    });
    epochs.load_full()
}

struct Handle {
    local: LocalHandle,
    forks: u32,
}

impl Handle {
    fn new() -> Handle {
        let epochs = epochs();
        Handle {
            local: epochs.collector.register(),
            forks: epochs.forks,
        }
    }
}

thread_local! {
    static HANDLE: RefCell<Option<Handle>> = const { RefCell::new(None) };
}

/// Enters the present epoch: what this thread now loads from the words of a trie is not released before the guard goes.
#[inline]
pub(super) fn pin() -> Guard {
    HANDLE
        .try_with(|handle| {
            let mut handle = handle.borrow_mut();
            match &*handle {
                Some(handle) if handle.forks == forks() => handle.local.pin(),
                _ => renew(&mut handle),
            }
        })
        // The thread is at its end and its handle gone: one for this guard alone, which lives on in the guard.
        .unwrap_or_else(|_| Handle::new().local.pin())
}

#[cold]
fn renew(handle: &mut Option<Handle>) -> Guard {
    let former = handle.replace(Handle::new());
    // A handle from before a fork belongs to a collector that counts threads which are no more: left alone.
    std::mem::forget(former);
    handle
        .as_ref()
        .map_or_else(|| Handle::new().local.pin(), |handle| handle.local.pin())
}
