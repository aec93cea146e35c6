//! Atomics and threads of shuttle: it may switch to another thread before each access. Counts are plain numbers, so that
//! the schedules are spent on the accesses that the algorithm is about; each thread has its place in the collector.

use std::cell::RefCell;
use std::mem::ManuallyDrop;

use crossbeam_epoch::{Collector, Guard, LocalHandle};
pub(crate) use shuttle::sync::atomic::{AtomicPtr, AtomicU8};
pub use shuttle::thread::spawn;
pub(crate) use std::sync::atomic::{AtomicUsize, Ordering};

// Of the system's thread, that is, of one test: tests that run beside each other do not meet.
thread_local! {
    // Never dropped: what a failing test leaves in it cannot be released outside of shuttle.
    static COLLECTOR: ManuallyDrop<Collector> = ManuallyDrop::new(Collector::new());
}

shuttle::thread_local! {
    static HANDLE: RefCell<LocalHandle> = RefCell::new(COLLECTOR.with(|collector| collector.register()));
}

pub(crate) fn pin() -> Guard {
    HANDLE.with(|handle| handle.borrow().pin())
}

/// Lets other threads run.
pub fn wait_turn() {
    shuttle::thread::yield_now();
}

pub(crate) fn load<T>(word: &AtomicPtr<T>) -> *mut T {
    word.load(Ordering::SeqCst)
}

pub(crate) fn swap<T>(word: &AtomicPtr<T>, from: *mut T, to: *mut T) -> Result<(), *mut T> {
    word.compare_exchange(from, to, Ordering::SeqCst, Ordering::SeqCst)
        .map(drop)
}

pub(crate) fn peek(count: &AtomicUsize) -> usize {
    count.load(Ordering::Relaxed)
}
