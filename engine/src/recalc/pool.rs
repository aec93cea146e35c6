//! The engine's own threads: one pool for each number of threads that anybody asks for, begun when first needed.
//!
//! Work from several workbooks shares a pool. With one thread nothing is begun and all is done by the caller. The child
//! of a process that was forked has none of its parent's threads; it begins pools of its own.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use arc_swap::ArcSwapOption;
use hashbrown::HashMap;
use rayon::ThreadPool;

use crate::storage::forks;

/// The pools of one process, by their numbers of threads.
struct Pools {
    forks: u32,
    by_threads: HashMap<usize, Arc<ThreadPool>>,
}

// Not behind a lock: another thread might hold it when the process forks, and the child would wait for ever.
static POOLS: ArcSwapOption<Pools> = ArcSwapOption::const_empty();

/// Threads of a pool, at most.
const MOST: usize = 256;

static DEFAULT: AtomicUsize = AtomicUsize::new(0);

/// Sets on how many threads workbooks recalculate that do not say it themselves; 0 for as many as the machine runs at
/// once, as at the beginning.
pub fn set_default_threads(threads: usize) {
    DEFAULT.store(threads, Ordering::Relaxed);
}

fn default_threads() -> usize {
    match DEFAULT.load(Ordering::Relaxed) {
        0 => std::thread::available_parallelism().map_or(1, usize::from),
        threads => threads.min(MOST),
    }
}

/// Drops something large on one of the engine's threads, so that nobody waits for it; at once if there is none.
pub fn drop_aside(large: impl Send + 'static) {
    if let Some(pool) = pool(0) {
        pool.spawn(move || drop(large));
    }
}

/// The pool with so many threads, 0 for the default; nothing if that is one, or if the system gives no threads.
pub(super) fn pool(threads: usize) -> Option<Arc<ThreadPool>> {
    let threads = match threads {
        0 => default_threads(),
        threads => threads.min(MOST),
    };
    if threads < 2 {
        return None;
    }
    let forks = forks();
    let known = |pools: &Option<Arc<Pools>>| {
        let pools = pools.as_ref().filter(|pools| pools.forks == forks)?;
        pools.by_threads.get(&threads).cloned()
    };
    if let Some(pool) = known(&POOLS.load()) {
        return Some(pool);
    }
    let built = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .thread_name(|number| format!("tabulith {number}"))
        .build();
    let built = Arc::new(built.ok()?);
    loop {
        let present = POOLS.load();
        // Another thread may have begun one meanwhile; the one of this thread ends then.
        if let Some(pool) = known(&present) {
            return Some(pool);
        }
        let own = present.as_ref().filter(|pools| pools.forks == forks);
        let mut by_threads = own.map_or_else(HashMap::new, |pools| pools.by_threads.clone());
        by_threads.insert(threads, Arc::clone(&built));
        let former = POOLS.compare_and_swap(&present, Some(Arc::new(Pools { forks, by_threads })));
        let swapped = former.as_ref().map(Arc::as_ptr) == present.as_ref().map(Arc::as_ptr);
        let from_the_parent = former.as_ref().is_some_and(|pools| pools.forks != forks);
        if swapped && from_the_parent {
            // Ending the parent's pools would wait for threads that are not there.
            std::mem::forget(arc_swap::Guard::into_inner(former));
        }
        if swapped {
            return Some(built);
        }
    }
}
