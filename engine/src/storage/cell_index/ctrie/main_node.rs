//! C-nodes and T-nodes, what an I-node's `main` points at: their layout, and the making of new ones from old ones.

use std::alloc::{Layout, alloc, handle_alloc_error};
use std::ptr::null_mut;

use super::super::sync::{self, AtomicPtr, AtomicUsize, Ordering, broken, counted};
use super::Rule;
use super::hash::{BITS, way};
use super::node::{Branch, INode, Leaf, free, is_tagged, release, retain};

type Bitmap = u16;

/// A C-node, or a T-node (`tomb`, with one branch, a leaf). `length` branches follow the header.
#[repr(C)]
pub(super) struct Main<V> {
    count: AtomicUsize,
    /// Null: committed. Untagged: pending, and the owner of what it displaces. Tagged: failed.
    pub(super) prev: AtomicPtr<Main<V>>,
    bitmap: Bitmap,
    length: u8,
    tomb: bool,
    branches: [Branch<V>; 0],
}

/// # Safety
///
/// As [`release_inode`].
pub(super) unsafe fn release_main<V>(main: *mut Main<V>) {
    // SAFETY: the caller's promise; a freed main is committed or failed, so `prev` owns nothing.
    unsafe {
        if !release(&(*main).count) {
            return;
        }
        let prev = (*main).prev.load(Ordering::Relaxed);
        debug_assert!(
            prev.is_null() || is_tagged(prev),
            "a pending main was dropped"
        );
        for branch in Main::branches(main) {
            branch.release();
        }
        Main::free(main);
    }
}

impl<V> Main<V> {
    fn layout(length: usize) -> Layout {
        let branches = Layout::array::<Branch<V>>(length);
        branches
            .and_then(|branches| Layout::new::<Main<V>>().extend(branches))
            .map(|(layout, _)| layout.pad_to_align())
            .expect("invariant: a node of at most 16 branches has a size")
    }

    /// A main that owns the counts of these branches, of which there are as many as bits in `bitmap`, or one in a tomb.
    pub(super) fn with(
        bitmap: Bitmap,
        tomb: bool,
        branches: impl Iterator<Item = Branch<V>>,
    ) -> *mut Main<V> {
        let length = if tomb {
            1
        } else {
            bitmap.count_ones() as usize
        };
        let layout = Main::<V>::layout(length);
        // SAFETY: the layout has the size of the header at least; each of the `length` branches behind it is written
        // before anybody sees the node, which the assertion makes sure of.
        unsafe {
            let main = alloc(layout).cast::<Main<V>>();
            if main.is_null() {
                handle_alloc_error(layout);
            }
            main.write(Main {
                count: AtomicUsize::new(1),
                prev: AtomicPtr::new(null_mut()),
                bitmap,
                length: length as u8,
                tomb,
                branches: [],
            });
            let first = (&raw mut (*main).branches).cast::<Branch<V>>();
            let mut written = 0;
            for branch in branches.take(length) {
                first.add(written).write(branch);
                written += 1;
            }
            assert_eq!(written, length, "invariant: a branch for each bit");
            counted(1);
            main
        }
    }

    /// # Safety
    ///
    /// The node has a count of at least one for as long as the result is used.
    #[inline]
    pub(super) unsafe fn branches<'a>(
        main: *mut Main<V>,
    ) -> impl Iterator<Item = Branch<V>> + use<'a, V> {
        // SAFETY: the caller's promise; a node has `length` branches behind its header.
        unsafe {
            let first = (&raw const (*main).branches).cast::<Branch<V>>();
            let length = usize::from((*main).length);
            (0..length).map(move |at| *first.add(at))
        }
    }

    /// The one at a place.
    ///
    /// # Safety
    ///
    /// As [`Main::branches`]; `at` is less than the number of branches.
    #[inline]
    pub(super) unsafe fn branch(main: *mut Main<V>, at: usize) -> Branch<V> {
        // SAFETY: the caller's promise.
        unsafe { *(&raw const (*main).branches).cast::<Branch<V>>().add(at) }
    }

    /// The leaf of a tomb.
    ///
    /// # Safety
    ///
    /// As [`Main::branches`].
    #[inline]
    pub(super) unsafe fn tomb(main: *mut Main<V>) -> Option<Branch<V>> {
        // SAFETY: the caller's promise; a tomb has one branch.
        unsafe { (*main).tomb.then(|| Main::branch(main, 0)) }
    }

    /// Where the branch for a hash is, or would be, and whether it is there.
    ///
    /// # Safety
    ///
    /// As [`Main::branches`].
    #[inline]
    pub(super) unsafe fn place(main: *mut Main<V>, hash: u64, level: u32) -> Place {
        // SAFETY: the caller's promise.
        let bitmap = unsafe { (*main).bitmap };
        let flag = 1 << way(hash, level);
        Place {
            flag,
            at: (bitmap & (flag - 1)).count_ones() as usize,
            taken: bitmap & flag != 0,
        }
    }

    /// Is told that this main is used: it must have a count.
    ///
    /// # Safety
    ///
    /// As [`Main::branches`].
    #[inline]
    pub(super) unsafe fn used(main: *mut Main<V>) {
        // SAFETY: the caller's promise.
        sync::used(unsafe { &(*main).count });
    }

    /// A count more of this main.
    ///
    /// # Safety
    ///
    /// As [`Main::branches`].
    pub(super) unsafe fn retained(main: *mut Main<V>) -> *mut Main<V> {
        // SAFETY: the caller's promise.
        retain(unsafe { &(*main).count });
        main
    }

    /// Whether there is one count: that of the I-node by way of which the caller found it.
    ///
    /// # Safety
    ///
    /// As [`Main::branches`].
    pub(super) unsafe fn is_sole(main: *mut Main<V>) -> bool {
        // SAFETY: the caller's promise. Acquire: what former owners read happens before what the caller writes.
        unsafe { (*main).count.load(Ordering::Acquire) == 1 }
    }

    /// A copy.
    ///
    /// # Safety
    ///
    /// As [`Main::with_branch`].
    pub(super) unsafe fn copied(main: *mut Main<V>) -> *mut Main<V> {
        // SAFETY: as in `with_branch`.
        unsafe {
            let branches = Main::branches(main).map(|branch| branch.retained());
            Main::with((*main).bitmap, false, branches)
        }
    }

    /// Puts another branch in a place, whose count it takes; that of the former is the caller's now.
    ///
    /// # Safety
    ///
    /// The caller alone can reach the node, a C-node; `at` is less than the number of branches.
    pub(super) unsafe fn set_branch(main: *mut Main<V>, at: usize, branch: Branch<V>) {
        // SAFETY: the caller's promise.
        unsafe {
            let first = (&raw mut (*main).branches).cast::<Branch<V>>();
            first.add(at).write(branch);
        }
    }

    /// The node with one branch more, whose count it takes; the former node is gone.
    ///
    /// # Safety
    ///
    /// As [`Main::set_branch`]; the place is not taken.
    pub(super) unsafe fn moved_with_more(
        main: *mut Main<V>,
        place: &Place,
        branch: Branch<V>,
    ) -> *mut Main<V> {
        // SAFETY: the counts of the branches move into the new node, and the old one is freed without them.
        unsafe {
            let before = Main::branches(main).take(place.at);
            let after = Main::branches(main).skip(place.at);
            let branches = before.chain(std::iter::once(branch)).chain(after);
            let more = Main::with((*main).bitmap | place.flag, false, branches);
            Main::free(main);
            more
        }
    }

    /// Frees the memory of a node, whose branches have been released or moved.
    ///
    /// # Safety
    ///
    /// The caller alone can reach the node.
    unsafe fn free(main: *mut Main<V>) {
        // SAFETY: the caller's promise; made by `with` with this layout.
        unsafe {
            let layout = Main::<V>::layout((*main).length.into());
            free(main, layout);
        }
    }

    /// A copy with another branch at a place, whose count it takes.
    ///
    /// # Safety
    ///
    /// As [`Main::branches`]; `main` is a C-node.
    pub(super) unsafe fn with_branch(
        main: *mut Main<V>,
        at: usize,
        branch: Branch<V>,
    ) -> *mut Main<V> {
        // SAFETY: the branches of a live node have counts.
        unsafe {
            let branches = Main::branches(main).enumerate();
            let branches =
                branches.map(|(place, old)| if place == at { branch } else { old.retained() });
            Main::with((*main).bitmap, false, branches)
        }
    }

    /// A copy with one branch more, whose count it takes.
    ///
    /// # Safety
    ///
    /// As [`Main::with_branch`]; the place is not taken.
    pub(super) unsafe fn with_more(
        main: *mut Main<V>,
        place: &Place,
        branch: Branch<V>,
    ) -> *mut Main<V> {
        // SAFETY: as in `with_branch`.
        unsafe {
            let before = Main::branches(main).take(place.at);
            let after = Main::branches(main).skip(place.at);
            let branches = before.map(|old| old.retained());
            let branches = branches.chain(std::iter::once(branch));
            let branches = branches.chain(after.map(|old| old.retained()));
            Main::with((*main).bitmap | place.flag, false, branches)
        }
    }

    /// A copy with one branch less; a tomb, if one leaf is left and this is not the root's.
    ///
    /// # Safety
    ///
    /// As [`Main::with_branch`]; the place is taken.
    pub(super) unsafe fn without(main: *mut Main<V>, place: &Place, level: u32) -> *mut Main<V> {
        // SAFETY: as in `with_branch`.
        unsafe {
            let kept = Main::branches(main).enumerate();
            let kept = kept.filter(|(at, _)| *at != place.at);
            let kept = kept.map(|(_, branch)| branch.retained());
            contracted(Main::with((*main).bitmap & !place.flag, false, kept), level)
        }
    }

    /// A copy in which `replace` has a say about each branch: it gives the branch with a count of its own.
    ///
    /// # Safety
    ///
    /// As [`Main::with_branch`].
    pub(super) unsafe fn mapped(
        main: *mut Main<V>,
        level: u32,
        replace: impl FnMut(Branch<V>) -> Branch<V>,
    ) -> *mut Main<V> {
        // SAFETY: as in `with_branch`.
        unsafe {
            let branches = Main::branches(main).map(replace);
            contracted(Main::with((*main).bitmap, false, branches), level)
        }
    }

    /// The smallest subtree that holds two leaves with different hashes, whose counts it takes.
    pub(super) fn pair(
        one: (*mut Leaf<V>, u64),
        other: (*mut Leaf<V>, u64),
        level: u32,
        generation: u64,
    ) -> *mut Main<V> {
        // Hashes of different keys differ in some level's bits.
        let shared = (level..u64::BITS).step_by(BITS as usize);
        let fork = shared
            .clone()
            .find(|level| way(one.1, *level) != way(other.1, *level))
            .expect("invariant: different keys have different hashes");
        let (low, high) = if way(one.1, fork) < way(other.1, fork) {
            (one, other)
        } else {
            (other, one)
        };
        let bitmap = 1 << way(low.1, fork) | 1 << way(high.1, fork);
        let leaves = [Branch::leaf(low.0), Branch::leaf(high.0)];
        let mut main = Main::with(bitmap, false, leaves.into_iter());
        for above in shared
            .take_while(|above| *above < fork)
            .collect::<Vec<_>>()
            .into_iter()
            .rev()
        {
            let inode = Branch::inode(INode::new(generation, main));
            main = Main::with(1 << way(one.1, above), false, std::iter::once(inode));
        }
        main
    }
}

/// A new C-node, or the tomb of its leaf if that is all it has and it is not the root's.
///
/// # Safety
///
/// The caller owns `main`, which nobody else has seen.
pub(super) unsafe fn contracted<V>(main: *mut Main<V>, level: u32) -> *mut Main<V> {
    // SAFETY: the caller's promise.
    unsafe {
        let root = level == 0 && !broken(Rule::RootNeverTomb);
        if root || (*main).length != 1 || !Main::branch(main, 0).is_leaf() {
            return main;
        }
        let leaf = Main::branch(main, 0).retained();
        release_main(main);
        Main::with(0, true, std::iter::once(leaf))
    }
}

/// Where a C-node has, or would have, the branch of a hash.
pub(super) struct Place {
    flag: Bitmap,
    pub(super) at: usize,
    pub(super) taken: bool,
}
