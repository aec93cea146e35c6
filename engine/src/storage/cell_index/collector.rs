//! The collector whose epochs delay the release of what was unlinked from a Ctrie: one for the process, anew after a fork.

use std::cell::RefCell;
use std::sync::Arc;

use arc_swap::ArcSwapOption;
use crossbeam_epoch::{Collector, Guard, LocalHandle};

use super::process_fork::forks;

/// The collector of one process: all tries share it, as forks of a trie share nodes.
struct Epochs {
    collector: Collector,
    forks: u32,
}

// Not behind a lock of any kind: another thread might hold it when the process forks, and the child would wait for ever.
static EPOCHS: ArcSwapOption<Epochs> = ArcSwapOption::const_empty();

/// The collector of this process. In the child of a `fork` it is a new one: the former waits for threads that are not
/// there, for ever; what they had still to release stays where it is.
fn epochs() -> Arc<Epochs> {
    let forks = forks();
    loop {
        let known = EPOCHS.load();
        if let Some(known) = known.as_ref().filter(|known| known.forks == forks) {
            return Arc::clone(known);
        }
        let fresh = Arc::new(Epochs {
            collector: Collector::new(),
            forks,
        });
        // Whether this one or another thread's is there now, the next round finds it.
        EPOCHS.compare_and_swap(&known, Some(fresh));
    }
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
///
/// Now and then a thread that enters releases what nobody needs any more; values that are dropped then may use tries.
#[inline]
pub(super) fn pin() -> Guard {
    HANDLE
        .try_with(|handle| {
            // Shared, and renewed before anything is pinned: a value that is dropped meanwhile may come here again.
            if let Some(handle) = handle.borrow().as_ref()
                && handle.forks == forks()
            {
                return handle.local.pin();
            }
            renew(handle);
            handle
                .borrow()
                .as_ref()
                .map_or_else(|| Handle::new().local.pin(), |handle| handle.local.pin())
        })
        // The thread is at its end and its handle gone: one for this guard alone, which lives on in the guard.
        .unwrap_or_else(|_| Handle::new().local.pin())
}

#[cold]
fn renew(handle: &RefCell<Option<Handle>>) {
    let former = handle.replace(Some(Handle::new()));
    // A handle from before a fork belongs to a collector that counts threads which are no more: left alone.
    std::mem::forget(former);
}
