//! What the Ctrie stands on in its tests: the atomics of one of three worlds, rules that can be switched off, and hooks
//! that see each node made, used and freed.

use std::alloc::{Layout, dealloc};
use std::sync::OnceLock;
use std::sync::atomic::AtomicUsize as Plain;

pub(crate) use crossbeam_epoch::Guard;
pub(crate) use std::sync::atomic::Ordering;

use crate::ctrie::Rule;
use crate::mutants::number;

#[cfg(crossbeam_loom)]
mod loom_atomics;
#[cfg(all(feature = "shuttle", not(crossbeam_loom)))]
mod shuttle_atomics;
#[cfg(not(any(feature = "shuttle", crossbeam_loom)))]
mod system_atomics;

#[cfg(crossbeam_loom)]
use loom_atomics as atomics;
#[cfg(all(feature = "shuttle", not(crossbeam_loom)))]
use shuttle_atomics as atomics;
#[cfg(not(any(feature = "shuttle", crossbeam_loom)))]
use system_atomics as atomics;

pub use atomics::*;
pub(crate) use atomics::{AtomicPtr, AtomicU8, AtomicUsize, load, pin, swap};

/// The variable that names the rule that is switched off, as in [`crate::mutants`].
pub const BROKEN: &str = "TABULITH_BROKEN";

/// What is counted: for the whole process, but under shuttle for each test.
#[derive(Clone, Copy)]
pub(crate) enum Tallied {
    /// Nodes and descriptors.
    Nodes,
    /// Values of the tests.
    Values,
}

/// The name, beside those of the rules, of the order of all accesses to words; only loom heeds it.
pub const WITHOUT_FENCES: &str = "SequentiallyConsistent";

// A model checker has all threads of a test on one of the system's, and other tests on others.
#[cfg(any(feature = "shuttle", crossbeam_loom))]
pub(crate) fn tally(what: Tallied, change: isize) -> isize {
    use std::cell::Cell;

    thread_local! {
        static TALLIES: [Cell<isize>; 2] = const { [Cell::new(0), Cell::new(0)] };
    }
    TALLIES.with(|tallies| {
        let tally = &tallies[what as usize];
        tally.set(tally.get() + change);
        tally.get()
    })
}

#[cfg(not(any(feature = "shuttle", crossbeam_loom)))]
pub(crate) fn tally(what: Tallied, change: isize) -> isize {
    use std::sync::atomic::AtomicIsize;

    static TALLIES: [AtomicIsize; 2] = [const { AtomicIsize::new(0) }; 2];
    TALLIES[what as usize].fetch_add(change, Ordering::SeqCst) + change
}

static SWITCHED_OFF: OnceLock<Option<u8>> = OnceLock::new();

fn switched_off() -> Option<u8> {
    *SWITCHED_OFF.get_or_init(|| {
        let name = std::env::var(BROKEN).ok()?;
        if name == WITHOUT_FENCES {
            return None;
        }
        Some(number(&name).unwrap_or_else(|| panic!("{BROKEN}: no rule `{name}`")))
    })
}

/// Whether a rule of the algorithm is switched off.
pub(crate) fn broken(rule: Rule) -> bool {
    switched_off() == Some(rule as u8)
}

/// Counts nodes that are made (1) and freed (-1).
pub(crate) fn counted(change: isize) {
    tally(Tallied::Nodes, change);
}

/// Nodes that are alive.
pub fn alive() -> isize {
    tally(Tallied::Nodes, 0)
}

/// Sees that a node which is used has a count.
pub(crate) fn used(count: &AtomicUsize) {
    let count = peek(count);
    assert!(
        count != 0 && count < usize::MAX / 2,
        "a node is used after its last count"
    );
}

/// Gives the memory of a node back to the allocator; not so while a rule is switched off, so that a node which is used too
/// late is still there to be seen.
///
/// # Safety
///
/// It was allocated with this layout, and nobody uses it any more.
#[allow(unsafe_code)]
pub(crate) unsafe fn give_back(memory: *mut u8, layout: Layout) {
    if switched_off().is_none() {
        // SAFETY: the caller's promise.
        unsafe { dealloc(memory, layout) }
    }
}

/// Brings out all garbage, with no thread but this one at work, and gives the nodes that are alive then.
pub fn settle() -> isize {
    for _ in 0..64 {
        pin().flush();
    }
    // Bags are taken eight at a time.
    let mut before = alive();
    loop {
        for _ in 0..8 {
            pin().flush();
        }
        match alive() {
            same if same == before => return same,
            fewer => before = fewer,
        }
    }
}

/// A clock that orders what threads do; not an access that a model checker would look at.
pub fn now() -> usize {
    static NOW: Plain = Plain::new(0);
    NOW.fetch_add(1, Ordering::SeqCst)
}
