//! Counts how often this process has been born of another one: a child of `fork` has none of its parent's threads, so
//! whatever counts on them must be made anew.

use std::sync::Once;
use std::sync::atomic::{AtomicU32, Ordering};

static FORKS: AtomicU32 = AtomicU32::new(0);
static WATCH: Once = Once::new();

/// How many forks lie between this process and the one in which the library was first used.
///
/// # Examples
///
/// ```
/// use tabulith::storage::forks;
///
/// let before = forks();
/// assert_eq!(before, forks());
/// ```
pub fn forks() -> u32 {
    if !WATCH.is_completed() {
        WATCH.call_once(watch);
    }
    // One thread lives in a new child, the one that counts.
    FORKS.load(Ordering::Relaxed)
}

#[cfg(unix)]
#[allow(unsafe_code)]
fn watch() {
    extern "C" fn born() {
        FORKS.fetch_add(1, Ordering::Relaxed);
    }
    // SAFETY: `born` does no more than add to an atomic number, which is allowed between `fork` and whatever follows
    // it, and lives as long as the program.
    let code = unsafe { libc::pthread_atfork(None, None, Some(born)) };
    assert_eq!(
        code, 0,
        "invariant: the system has memory for one more handler"
    );
}

#[cfg(not(unix))]
fn watch() {}
