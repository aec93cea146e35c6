//! Atomics and threads of the system, and the engine's own collector.

use std::cell::Cell;
use std::sync::atomic::AtomicBool;

pub(crate) use std::sync::atomic::{AtomicPtr, AtomicU8, AtomicUsize, Ordering};
pub use std::thread::spawn;

pub(crate) use crate::collector::pin;

static RESTLESS: AtomicBool = AtomicBool::new(false);

thread_local! {
    static CHANCE: Cell<u32> = const { Cell::new(0x9E37_79B9) };
}

/// Lets another thread run now and then, in the midst of an operation: on few cores threads hardly meet otherwise.
fn give_way() {
    if RESTLESS.load(Ordering::Relaxed) {
        let mut chance = CHANCE.get();
        chance ^= chance << 13;
        chance ^= chance >> 17;
        chance ^= chance << 5;
        CHANCE.set(chance);
        if chance.is_multiple_of(32) {
            std::thread::yield_now();
        }
    }
}

/// From now on threads give way in the midst of operations.
pub fn be_restless() {
    RESTLESS.store(true, Ordering::Relaxed);
}

/// Lets other threads run.
pub fn wait_turn() {
    std::thread::yield_now();
}

pub(crate) fn load<T>(word: &AtomicPtr<T>) -> *mut T {
    give_way();
    word.load(Ordering::SeqCst)
}

pub(crate) fn swap<T>(word: &AtomicPtr<T>, from: *mut T, to: *mut T) -> Result<(), *mut T> {
    give_way();
    word.compare_exchange(from, to, Ordering::SeqCst, Ordering::SeqCst)
        .map(drop)
}

pub(crate) fn peek(count: &AtomicUsize) -> usize {
    count.load(Ordering::Relaxed)
}
