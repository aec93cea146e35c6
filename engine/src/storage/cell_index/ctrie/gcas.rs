//! GCAS: replacing the `main` of an I-node, on condition that its generation is still the root's.

use super::super::sync::{self, Guard, Ordering, broken};
use super::main_node::{Main, release_main};
use super::node::{INode, defer_main, is_tagged, tagged, untagged};
use super::{Ctrie, Rule};

/// On whose behalf an I-node is read: that of a trie that goes on, or (`None`) of a closed generation, in which no write may
/// be committed any more.
pub(super) type Reader<'a, V> = Option<&'a Ctrie<V>>;

/// The `main` of an I-node, once it is known to be committed.
///
/// # Safety
///
/// The I-node has a count while the guard lasts; so has the result, then.
#[inline]
pub(super) unsafe fn read<V: Clone + Send + Sync + 'static>(
    inode: *mut INode<V>,
    reader: Reader<'_, V>,
    guard: &Guard,
) -> *mut Main<V> {
    // SAFETY: the caller's promise; what a pinned thread loads from `main` has a count until it unpins.
    unsafe {
        let main = sync::load(&(*inode).main);
        let prev = sync::load(&(*main).prev);
        Main::used(main);
        if prev.is_null() {
            main
        } else {
            complete(inode, main, reader, guard)
        }
    }
}

/// Ends a write that is half done: commits it if its generation is the root's, puts back what it displaced if not.
///
/// # Safety
///
/// As [`read`]; `main` was loaded from the I-node under the guard.
#[cold]
unsafe fn complete<V: Clone + Send + Sync + 'static>(
    inode: *mut INode<V>,
    mut main: *mut Main<V>,
    reader: Reader<'_, V>,
    guard: &Guard,
) -> *mut Main<V> {
    // SAFETY: as in `read`. A pending `prev` owns a count of what it displaced; who sets it to null gets that count and
    // defers its release, and who moves a failed `prev` back into `main` gets the count of what failed.
    unsafe {
        loop {
            let prev = sync::load(&(*main).prev);
            if prev.is_null() {
                return main;
            }
            if is_tagged(prev) {
                let former = untagged(prev);
                match sync::swap(&(*inode).main, main, former) {
                    Ok(()) => {
                        if !broken(Rule::FailedReleased) {
                            defer_main(main, guard);
                        }
                        return former;
                    }
                    Err(other) => main = other,
                }
            } else if may_commit(inode, reader, guard) {
                let won = sync::swap(&(*main).prev, prev, std::ptr::null_mut()).is_ok();
                if won || broken(Rule::CommitterReleases) {
                    defer_main(prev, guard);
                    return main;
                }
            } else {
                // Who loses this race finds it decided in the next round.
                let _ = sync::swap(&(*main).prev, prev, tagged(prev));
            }
        }
    }
}

/// # Safety
///
/// As [`read`].
unsafe fn may_commit<V: Clone + Send + Sync + 'static>(
    inode: *mut INode<V>,
    reader: Reader<'_, V>,
    guard: &Guard,
) -> bool {
    let Some(trie) = reader else {
        return broken(Rule::ClosedFails);
    };
    let root = trie.read_root(Some(inode), guard);
    // SAFETY: the root was read under the guard, the I-node is the caller's promise.
    broken(Rule::GcasChecksGeneration) || unsafe { (*root).generation == (*inode).generation }
}

/// Replaces `old` by `new`; tells whether that was committed. Takes the count of `new` either way.
///
/// # Safety
///
/// As [`read`]; `old` was read from the I-node under the same guard by [`read`], and nobody has seen `new`.
pub(super) unsafe fn replace<V: Clone + Send + Sync + 'static>(
    inode: *mut INode<V>,
    (old, new): (*mut Main<V>, *mut Main<V>),
    trie: &Ctrie<V>,
    guard: &Guard,
) -> bool {
    // SAFETY: a swap that succeeds moves `old`'s count from `main` to `new.prev`, and gives `main` that of `new`. If it
    // does not, nobody has seen `new`, and its `prev` never owned anything.
    unsafe {
        (*new).prev.store(old, Ordering::Relaxed);
        if sync::swap(&(*inode).main, old, new).is_ok() {
            complete(inode, new, Some(trie), guard);
            sync::load(&(*new).prev).is_null() || broken(Rule::FailureIsTold)
        } else {
            (*new).prev.store(std::ptr::null_mut(), Ordering::Relaxed);
            release_main(new);
            false
        }
    }
}

/// An I-node of another generation with the same `main`.
///
/// # Safety
///
/// As [`read`].
pub(super) unsafe fn renewed<V: Clone + Send + Sync + 'static>(
    inode: *mut INode<V>,
    generation: u64,
    reader: Reader<'_, V>,
    guard: &Guard,
) -> *mut INode<V> {
    // SAFETY: what is read has a count while the guard lasts.
    unsafe {
        let main = if broken(Rule::RenewalResolves) {
            sync::load(&(*inode).main)
        } else {
            read(inode, reader, guard)
        };
        INode::new(generation, Main::retained(main))
    }
}
