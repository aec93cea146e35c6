//! The engine's own threads: one pool for each number of threads that anybody asks for, begun when first needed.
//!
//! Work from several workbooks shares a pool. With one thread nothing is begun and all is done by the caller.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use hashbrown::HashMap;
use rayon::ThreadPool;

static POOLS: Mutex<Option<HashMap<usize, Arc<ThreadPool>>>> = Mutex::new(None);

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
    let mut pools = POOLS.lock().unwrap_or_else(PoisonError::into_inner);
    let pools = pools.get_or_insert_with(HashMap::new);
    if let Some(pool) = pools.get(&threads) {
        return Some(Arc::clone(pool));
    }
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .thread_name(|number| format!("tabulith {number}"))
        .build();
    let pool = Arc::new(pool.ok()?);
    pools.insert(threads, Arc::clone(&pool));
    Some(pool)
}
