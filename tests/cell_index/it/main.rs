//! The Ctrie with threads of the system.

#![cfg(not(any(feature = "shuttle", crossbeam_loom)))]
#![allow(clippy::unwrap_used, reason = "all of this is tests")]

mod model;
mod mutants;
mod process_fork;
mod reentry;
mod steps;
mod threads;

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Nodes and values are counted for the whole process, so there is one test at a time.
fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}
