//! A child of this process, made by `fork`, in which a part of a test goes on.

#![allow(unsafe_code, reason = "a process is forked by C functions only")]

use std::panic::{AssertUnwindSafe, catch_unwind};

/// Seconds after which a child is taken to hang.
const PATIENCE: u32 = 60;

/// Runs `child` in a child of this process and gives the code with which it ended: 0, or 1 if it panicked, or the number
/// of the signal that ended it, negative. If it hangs, that is the alarm's.
///
/// # Panics
///
/// If the system gives no process.
pub fn in_a_child(child: impl FnOnce()) -> i32 {
    // SAFETY: the child has one thread, uses memory of its own and the allocator, which the C library makes usable after
    // a fork, and ends without going back into the harness of the test.
    unsafe {
        match libc::fork() {
            -1 => panic!("the process cannot be forked"),
            0 => {
                libc::alarm(PATIENCE);
                let done = catch_unwind(AssertUnwindSafe(child));
                libc::_exit(i32::from(done.is_err()))
            }
            process => {
                let mut status = 0;
                assert_eq!(libc::waitpid(process, &raw mut status, 0), process);
                if libc::WIFEXITED(status) {
                    libc::WEXITSTATUS(status)
                } else {
                    -libc::WTERMSIG(status)
                }
            }
        }
    }
}
