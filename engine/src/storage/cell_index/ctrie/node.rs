//! The nodes and their counts. C-nodes and T-nodes have a file of their own, [`main_node`](super::main_node).

use std::alloc::Layout;
use std::ptr;

use super::super::sync::{self, AtomicPtr, AtomicUsize, Guard, Ordering, broken, counted};
use super::Rule;
use super::main_node::{Main, release_main};

/// What the word of a root points at: an [`INode`], or a tagged descriptor.
pub(super) enum Root {}

/// A key and its value: the paper's S-node.
pub(super) struct Leaf<V> {
    count: AtomicUsize,
    pub(super) key: u64,
    pub(super) value: V,
}

/// The place of a subtree.
pub(super) struct INode<V> {
    count: AtomicUsize,
    pub(super) generation: u64,
    pub(super) main: AtomicPtr<Main<V>>,
}

/// An edge to an I-node, or (tagged) to a leaf; owns one count, which is added and released by hand.
pub(super) struct Branch<V>(*mut INode<V>);

impl<V> Clone for Branch<V> {
    fn clone(&self) -> Branch<V> {
        *self
    }
}

impl<V> Copy for Branch<V> {}

impl<V> PartialEq for Branch<V> {
    fn eq(&self, other: &Branch<V>) -> bool {
        ptr::eq(self.0, other.0)
    }
}

/// What a branch leads to.
pub(super) enum Target<V> {
    INode(*mut INode<V>),
    Leaf(*mut Leaf<V>),
}

pub(super) fn tagged<T>(pointer: *mut T) -> *mut T {
    pointer.map_addr(|address| address | 1)
}

pub(super) fn untagged<T>(pointer: *mut T) -> *mut T {
    pointer.map_addr(|address| address & !1)
}

pub(super) fn is_tagged<T>(pointer: *mut T) -> bool {
    pointer.addr() & 1 == 1
}

impl<V> Branch<V> {
    pub(super) fn leaf(leaf: *mut Leaf<V>) -> Branch<V> {
        Branch(tagged(leaf).cast())
    }

    pub(super) fn inode(inode: *mut INode<V>) -> Branch<V> {
        Branch(inode)
    }

    #[inline]
    pub(super) fn target(self) -> Target<V> {
        if is_tagged(self.0) {
            Target::Leaf(untagged(self.0).cast())
        } else {
            Target::INode(self.0)
        }
    }

    pub(super) fn is_leaf(self) -> bool {
        is_tagged(self.0)
    }

    /// # Safety
    ///
    /// The target has a count of at least one for as long as this runs.
    pub(super) unsafe fn retained(self) -> Branch<V> {
        // SAFETY: the caller's promise.
        unsafe {
            match self.target() {
                Target::INode(inode) => retain(&(*inode).count),
                Target::Leaf(leaf) => retain(&(*leaf).count),
            }
        }
        self
    }

    /// # Safety
    ///
    /// The caller owns one count of the target and gives it up.
    pub(super) unsafe fn release(self) {
        // SAFETY: the caller's promise.
        unsafe {
            match self.target() {
                Target::INode(inode) => release_inode(inode),
                Target::Leaf(leaf) => release_leaf(leaf),
            }
        }
    }
}

/// Adds a count to what has one already: whoever calls owns one or is pinned, so it cannot go from nought to one.
#[inline]
pub(super) fn retain(count: &AtomicUsize) {
    sync::used(count);
    count.fetch_add(1, Ordering::Relaxed);
}

/// Takes a count away; tells whether it was the last.
#[inline]
pub(super) fn release(count: &AtomicUsize) -> bool {
    sync::used(count);
    let last = count.fetch_sub(1, Ordering::Release) == 1;
    if last {
        // Whatever other owners did with the node happens before it is freed. (A load and no fence, which
        // ThreadSanitizer does not understand; the same instruction.)
        count.load(Ordering::Acquire);
    }
    last
}

/// A node in memory of its own.
fn made<N>(node: N) -> *mut N {
    counted(1);
    Box::into_raw(Box::new(node))
}

/// Drops a node and gives its memory back.
///
/// # Safety
///
/// Nobody else reaches the node, and its memory was allocated with this layout.
pub(super) unsafe fn free<N>(node: *mut N, layout: Layout) {
    counted(-1);
    // SAFETY: the caller's promise.
    unsafe {
        ptr::drop_in_place(node);
        sync::give_back(node.cast(), layout);
    }
}

static GENERATIONS: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(1);

/// A generation that nothing has had before.
pub(super) fn next_generation() -> u64 {
    if broken(Rule::GenerationsDiffer) {
        return 0;
    }
    GENERATIONS.fetch_add(1, Ordering::Relaxed)
}

impl<V> Leaf<V> {
    pub(super) fn new(key: u64, value: V) -> *mut Leaf<V> {
        made(Leaf {
            count: AtomicUsize::new(1),
            key,
            value,
        })
    }
}

impl<V> INode<V> {
    /// An I-node that owns the count of `main`.
    pub(super) fn new(generation: u64, main: *mut Main<V>) -> *mut INode<V> {
        made(INode {
            count: AtomicUsize::new(1),
            generation,
            main: AtomicPtr::new(main),
        })
    }

    /// The root of an empty trie.
    pub(super) fn empty() -> *mut INode<V> {
        INode::new(next_generation(), Main::with(0, false, std::iter::empty()))
    }

    /// # Safety
    ///
    /// The I-node has a count of at least one for as long as this runs.
    pub(super) unsafe fn retain(inode: *mut INode<V>) {
        // SAFETY: the caller's promise.
        retain(unsafe { &(*inode).count });
    }

    /// Counts of this I-node, to see that a leaked handle cannot make them come round.
    ///
    /// # Safety
    ///
    /// As [`INode::retain`].
    pub(super) unsafe fn count(inode: *mut INode<V>) -> usize {
        // SAFETY: the caller's promise.
        unsafe { (*inode).count.load(Ordering::Relaxed) }
    }
}

/// # Safety
///
/// The caller owns one count and gives it up. It is no edge in an atomic word that a pinned thread may have read: those
/// are released by [`defer_inode`].
pub(super) unsafe fn release_inode<V>(inode: *mut INode<V>) {
    // SAFETY: the caller's promise; after the last count nobody else reaches the node. The recursion through mains and
    // branches is as deep as the trie, at most 16 levels.
    unsafe {
        if release(&(*inode).count) {
            release_main((*inode).main.load(Ordering::Relaxed));
            free(inode, Layout::new::<INode<V>>());
        }
    }
}

/// # Safety
///
/// As [`release_inode`].
pub(super) unsafe fn release_leaf<V>(leaf: *mut Leaf<V>) {
    // SAFETY: the caller's promise; after the last count nobody else reaches the leaf.
    unsafe {
        if release(&(*leaf).count) {
            free(leaf, Layout::new::<Leaf<V>>());
        }
    }
}

/// Releases a count that an atomic word has held, once no pinned thread can have read that word.
///
/// # Safety
///
/// The caller owns the count and gives it up, and the word holds it no more.
pub(super) unsafe fn defer_main<V: 'static>(main: *mut Main<V>, guard: &Guard) {
    // SAFETY: the closure runs once, possibly on another thread; releasing there is sound as `V: Send`, which every trie
    // demands, and `'static`, which this function demands.
    unsafe {
        if broken(Rule::DisplacedWaits) {
            return release_main(main);
        }
        guard.defer_unchecked(move || release_main(main));
    }
}

/// As [`defer_main`], for the word of a root.
///
/// # Safety
///
/// As [`defer_main`].
pub(super) unsafe fn defer_inode<V: 'static>(inode: *mut INode<V>, guard: &Guard) {
    // SAFETY: as in `defer_main`.
    unsafe {
        if broken(Rule::RootWaits) {
            return release_inode(inode);
        }
        guard.defer_unchecked(move || release_inode(inode));
    }
}
