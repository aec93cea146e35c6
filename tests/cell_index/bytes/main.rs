//! No byte is left: the steps of the model, with an allocator that counts.
//!
//! A program of its own with one thread, as a test harness allocates at any time.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicIsize, Ordering};

#[cfg(not(any(feature = "shuttle", crossbeam_loom)))]
#[path = "../it/steps.rs"]
mod steps;

struct Counting;

static BYTES: AtomicIsize = AtomicIsize::new(0);

#[global_allocator]
static ALLOCATOR: Counting = Counting;

#[allow(unsafe_code, reason = "an allocator is unsafe by its nature")]
// SAFETY: the system's allocator does the work, with the very arguments.
unsafe impl GlobalAlloc for Counting {
    // SAFETY: as above.
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        BYTES.fetch_add(layout.size() as isize, Ordering::Relaxed);
        // SAFETY: the caller's promise.
        unsafe { System.alloc(layout) }
    }

    // SAFETY: as above.
    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        BYTES.fetch_sub(layout.size() as isize, Ordering::Relaxed);
        // SAFETY: the caller's promise.
        unsafe { System.dealloc(memory, layout) }
    }
}

#[cfg(any(feature = "shuttle", crossbeam_loom))]
fn main() {}

#[cfg(not(any(feature = "shuttle", crossbeam_loom)))]
#[allow(clippy::print_stdout, reason = "a test says how it went")]
fn main() {
    use proptest::test_runner::{Config, TestRunner};
    use tabulith_cell_index::bodies::nothing_left;
    use tabulith_cell_index::ctrie::release_garbage;

    let cases = if cfg!(miri) { 3 } else { 300 };
    let config = Config {
        cases,
        failure_persistence: None,
        ..Config::default()
    };
    // The collector has bags of its own, one more or less as it happens: the least that is there says what is left.
    let least = || {
        nothing_left();
        let left = (0..64).map(|_| {
            release_garbage();
            BYTES.load(Ordering::Relaxed)
        });
        left.min().unwrap_or_default()
    };
    let result = TestRunner::new(config).run(&steps::steps(), |steps| {
        steps::carry_out(&steps);
        let before = least();
        steps::carry_out(&steps);
        let after = least();
        assert_eq!(before, after, "bytes are left");
        Ok(())
    });
    if let Err(error) = result {
        panic!("{error}");
    }
    println!("test result: ok. 1 passed; 0 failed; {cases} cases left no byte");
}
