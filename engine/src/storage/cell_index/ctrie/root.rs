//! The root, and RDCSS: giving it a new generation, on condition that its `main` has not changed since it was copied.

use super::super::sync::{self, AtomicU8, Guard, Ordering, broken, counted, pin};
use super::main_node::Main;
use super::node::{
    INode, Root, defer_inode, is_tagged, next_generation, release_inode, tagged, untagged,
};
use super::{Ctrie, Rule, Snapshot, gcas};

const UNDECIDED: u8 = 0;
const COMMITTED: u8 = 1;
const ABORTED: u8 = 2;

/// A snapshot that is being taken. While the root's word points at it, it owns the counts of both I-nodes.
struct Descriptor<V> {
    old: *mut INode<V>,
    /// What `old` must have as its `main`; only compared.
    expected: *mut Main<V>,
    fresh: *mut INode<V>,
    /// Decided once, before the root moves.
    status: AtomicU8,
}

impl<V: Clone + Send + Sync + 'static> Ctrie<V> {
    /// The root, once no snapshot is half taken. `writing` is the I-node whose GCAS is being completed: a snapshot of that
    /// very node yields to it.
    ///
    /// The result has a count while the guard lasts.
    #[inline]
    pub(super) fn read_root(&self, writing: Option<*mut INode<V>>, guard: &Guard) -> *mut INode<V> {
        loop {
            let root = sync::load(&self.root);
            if !is_tagged(root) {
                return root.cast();
            }
            let descriptor = untagged(root).cast::<Descriptor<V>>();
            // SAFETY: loaded under the guard from the root's word, from where descriptors are released by deferral.
            unsafe {
                let abort = writing.is_some_and(|inode| std::ptr::eq(inode, (*descriptor).old))
                    && !broken(Rule::WriterAborts);
                self.complete(descriptor, abort, guard);
            }
        }
    }

    /// Ends a snapshot that is half taken.
    ///
    /// # Safety
    ///
    /// The descriptor was loaded from the root's word, or put there, under the guard.
    #[cold]
    unsafe fn complete(&self, descriptor: *mut Descriptor<V>, abort: bool, guard: &Guard) {
        // SAFETY: a pinned thread may use the descriptor and both its I-nodes. Whoever moves the root's word on gets the
        // descriptor's counts, of which one becomes the word's, and releases the other and the descriptor.
        unsafe {
            let status = &(*descriptor).status;
            if status.load(Ordering::SeqCst) == UNDECIDED {
                let unchanged = || {
                    let main = gcas::read((*descriptor).old, Some(self), guard);
                    std::ptr::eq(main, (*descriptor).expected) || broken(Rule::RdcssChecksMain)
                };
                let decided = if !abort && unchanged() {
                    COMMITTED
                } else {
                    ABORTED
                };
                let _ =
                    status.compare_exchange(UNDECIDED, decided, Ordering::SeqCst, Ordering::SeqCst);
            }
            let (old, fresh) = ((*descriptor).old, (*descriptor).fresh);
            let (next, gone) = match status.load(Ordering::SeqCst) {
                COMMITTED => (fresh, old),
                _ => (old, fresh),
            };
            let word = tagged(descriptor).cast::<Root>();
            let moved = sync::swap(&self.root, word, next.cast()).is_ok();
            if moved || broken(Rule::MoverReleases) {
                if !broken(Rule::LoserReleased) {
                    defer_inode(gone, guard);
                }
                if !broken(Rule::DescriptorReleased) {
                    let descriptor = Released(descriptor);
                    guard.defer_unchecked(move || free({ descriptor }.0));
                }
            }
        }
    }

    /// Closes the present generation and gives its root as a snapshot; the trie goes on with a new one.
    pub(super) fn close_root(&self) -> Snapshot<V> {
        let guard = pin();
        loop {
            let old = self.read_root(None, &guard);
            // SAFETY: the root was read under the guard. A descriptor that was never put in place is seen by nobody; one that
            // was may be used until the guard goes, and so may the old root, whose count the trie's word had.
            unsafe {
                let main = gcas::read(old, Some(self), &guard);
                let fresh = INode::new(next_generation(), Main::retained(main));
                counted(1);
                let descriptor = Box::into_raw(Box::new(Descriptor {
                    old,
                    expected: main,
                    fresh,
                    status: AtomicU8::new(UNDECIDED),
                }));
                let word = tagged(descriptor).cast::<Root>();
                if sync::swap(&self.root, old.cast(), word).is_err() {
                    free(descriptor);
                    release_inode(fresh);
                    continue;
                }
                self.complete(descriptor, false, &guard);
                let committed = (*descriptor).status.load(Ordering::SeqCst) == COMMITTED;
                if committed || broken(Rule::StatusDecides) {
                    INode::retain(old);
                    return Snapshot::of(old);
                }
            }
        }
    }

    /// The root of a trie that nobody else can reach.
    pub(super) fn owned_root(&self) -> *mut INode<V> {
        let root = sync::load(&self.root);
        assert!(!is_tagged(root), "invariant: who takes a snapshot ends it");
        root.cast()
    }
}

/// # Safety
///
/// Nobody else reaches the descriptor.
unsafe fn free<V>(descriptor: *mut Descriptor<V>) {
    counted(-1);
    // SAFETY: the caller's promise; it was made by a `Box`.
    drop(unsafe { Box::from_raw(descriptor) });
}

/// A pointer on its way to the thread that frees what it points at.
struct Released<V>(*mut Descriptor<V>);
