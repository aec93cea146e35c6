//! Atomics and threads of loom. It takes sequentially consistent accesses for acquire and release, and heeds fences only:
//! hence a fence beside each.

use std::cell::RefCell;
use std::sync::OnceLock;

use super::{BROKEN, WITHOUT_FENCES};
use crossbeam_epoch::{Collector, Guard, LocalHandle};
use loom::sync::atomic::fence;
pub(crate) use loom::sync::atomic::{AtomicPtr, AtomicU8, AtomicUsize, Ordering};
pub use loom::thread::spawn;

loom::thread_local! {
    static HANDLE: RefCell<Option<LocalHandle>> = RefCell::new(None);
}

/// Gives this thread its place in a collector, in which it stays until [`leave`].
pub fn enter(collector: &Collector) {
    HANDLE.with(|handle| *handle.borrow_mut() = Some(collector.register()));
}

/// Takes this thread's place away.
pub fn leave() {
    HANDLE.with(|handle| handle.borrow_mut().take());
}

pub(crate) fn pin() -> Guard {
    HANDLE.with(|handle| {
        let handle = handle.borrow();
        handle.as_ref().expect("a thread enters first").pin()
    })
}

fn ordered() {
    static WITHOUT: OnceLock<bool> = OnceLock::new();
    let without = || std::env::var(BROKEN).is_ok_and(|name| name == WITHOUT_FENCES);
    if !WITHOUT.get_or_init(without) {
        fence(Ordering::SeqCst);
    }
}

/// Lets other threads run.
pub fn wait_turn() {
    loom::thread::yield_now();
}

pub(crate) fn load<T>(word: &AtomicPtr<T>) -> *mut T {
    ordered();
    word.load(Ordering::SeqCst)
}

pub(crate) fn swap<T>(word: &AtomicPtr<T>, from: *mut T, to: *mut T) -> Result<(), *mut T> {
    let swapped = word.compare_exchange(from, to, Ordering::SeqCst, Ordering::SeqCst);
    ordered();
    swapped.map(drop)
}

/// Not a load, which would be one more access to try in all orders.
pub(crate) fn peek(_: &AtomicUsize) -> usize {
    1
}
