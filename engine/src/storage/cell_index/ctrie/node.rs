//! The nodes, their counts, and the making of new C-nodes from old ones.

use std::alloc::{Layout, alloc, dealloc, handle_alloc_error};
use std::ptr::{self, null_mut};

use super::super::sync::{AtomicPtr, AtomicUsize, Guard, Ordering, broken, counted};
use super::Rule;

/// Bits of the hash that each level takes. Four: a write copies some three nodes of 16 branches, of which each has a count
/// to add to; with six bits, two nodes of 64.
pub(super) const BITS: u32 = 4;
type Bitmap = u16;

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
    unsafe fn release(self) {
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
fn retain(count: &AtomicUsize) {
    count.fetch_add(1, Ordering::Relaxed);
}

/// Takes a count away; tells whether it was the last.
#[inline]
fn release(count: &AtomicUsize) -> bool {
    let last = count.fetch_sub(1, Ordering::Release) == 1;
    if last {
        // Whatever other owners did with the node happens before it is freed. (A load and no fence, which
        // ThreadSanitizer does not understand; the same instruction.)
        count.load(Ordering::Acquire);
    }
    last
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
        counted(1);
        Box::into_raw(Box::new(Leaf {
            count: AtomicUsize::new(1),
            key,
            value,
        }))
    }
}

impl<V> INode<V> {
    /// An I-node that owns the count of `main`.
    pub(super) fn new(generation: u64, main: *mut Main<V>) -> *mut INode<V> {
        counted(1);
        Box::into_raw(Box::new(INode {
            count: AtomicUsize::new(1),
            generation,
            main: AtomicPtr::new(main),
        }))
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
            counted(-1);
            release_main((*inode).main.load(Ordering::Relaxed));
            drop(Box::from_raw(inode));
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
            counted(-1);
            drop(Box::from_raw(leaf));
        }
    }
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
        counted(-1);
        let layout = Main::<V>::layout((*main).length.into());
        ptr::drop_in_place(main);
        dealloc(main.cast(), layout);
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
    unsafe { guard.defer_unchecked(move || release_inode(inode)) }
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
    fn with(bitmap: Bitmap, tomb: bool, branches: impl Iterator<Item = Branch<V>>) -> *mut Main<V> {
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
        if level == 0 || (*main).length != 1 || !Main::branch(main, 0).is_leaf() {
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

/// The way that a hash takes at a level (its bits from `level` on).
#[inline]
pub(super) fn way(hash: u64, level: u32) -> u32 {
    (hash >> level) as u32 & ((1 << BITS) - 1)
}

/// The hash of a key: a bijection (shifts that are folded back in, and products with odd numbers, can be undone), so
/// different keys have different hashes.
#[inline]
pub(super) fn hash(key: u64) -> u64 {
    let key = (key ^ (key >> 32)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let key = (key ^ (key >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    key ^ (key >> 32)
}
