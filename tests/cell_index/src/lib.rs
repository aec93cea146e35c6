//! The Ctrie of the engine's cell index by itself, the very files, over a `sync` module that its tests can turn: the
//! atomics of the standard library, of shuttle or of loom, single rules of the algorithm switched off, nodes counted.
//!
//! What the tests share lives here; they are in `it` (threads of the system), `shuttle`, `loom` and `bytes`.

#[cfg(not(any(feature = "shuttle", crossbeam_loom)))]
#[path = "../../../engine/src/storage/cell_index/collector.rs"]
mod collector;
#[path = "../../../engine/src/storage/cell_index/ctrie/mod.rs"]
pub mod ctrie;
#[cfg(not(any(feature = "shuttle", crossbeam_loom)))]
#[path = "../../../engine/src/storage/process_fork.rs"]
pub mod process_fork;

pub mod bodies;
pub mod child;
#[cfg(unix)]
#[path = "../../src/forked_child.rs"]
pub mod forked_child;
pub mod history;
pub mod keys;
pub mod mutants;
pub mod recorded;
pub mod sync;
pub mod value;
