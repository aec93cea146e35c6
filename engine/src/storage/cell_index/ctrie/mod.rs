//! A Ctrie: a concurrent hash trie with snapshots in constant time, after Prokopec, Bronson, Bagwell and Odersky,
//! *Concurrent Tries with Efficient Non-Blocking Snapshots* (PPoPP 2012).
//!
//! # Shape
//!
//! As in the paper, *I-nodes* are the only places that change: each holds one word, `main`, that points to an immutable
//! *C-node* (a bitmap and the branches of 16 ways, each an I-node or a leaf, the *S-node*) or to a *T-node* (the tomb of
//! a leaf that is about to move up). A key is mixed by a bijection of 64-bit numbers, so two keys never have the same
//! hash, and the paper's *L-nodes*, lists of colliding leaves, cannot come about and are not here.
//!
//! A write replaces one `main` by *GCAS*: it succeeds only if the root still has the *generation* of the I-node. A
//! snapshot gives the root a new generation by *RDCSS*; from then on the old root is closed, and writers copy the
//! I-nodes on their way into the new one.
//!
//! Generations are numbers that one counter of the process gives out, each once. An address would not do: memory is used
//! again, and objects without size may all have the same one (so the first Ctrie in Go, whose generations were empty
//! structs, let writes through into snapshots). A counter of 64 bits does not come round.
//!
//! # Memory
//!
//! Reference counts own, epochs only delay decrements:
//!
//! - Every edge (a branch, a `main`, a pending `prev`, a root, a snapshot) owns one count of the node it leads to.
//! - An edge in an immutable place, a branch, is dropped with its node, at once. An edge in an atomic word (`root`, `main`,
//!   `prev`) is released through a guard's deferral only. So whatever a pinned thread loads from such a word has a count of
//!   at least one until the thread unpins, and so has, by induction, everything below it; adding a count to it is sound.
//! - GCAS moves counts and never copies them: displacing `old` by `new` gives `old`'s count to `new.prev`; committing
//!   gives it to the thread that set `prev` to null, which defers its release; failing moves it back to `main`.
//!
//! A snapshot therefore holds counts and no guard: kept for a day it delays the release of nothing but its own nodes.
//! In a closed generation each `main`, once resolved, is final (a late writer may displace it for an instant and must put
//! it back), so [`Snapshot::get`] can lend a value for as long as the snapshot lives.
//!
//! # Departures from the paper
//!
//! - The descriptor of RDCSS has a status that is decided once, before the root moves; a helper's success is never taken
//!   for a failure. (The paper's flag is set after the swap: with manual release of memory that frees a root twice.)
//! - A writer aborts a pending snapshot only if its GCAS is on the very root; otherwise it helps it along and fails
//!   itself. (In the paper any GCAS aborts any snapshot, which starves snapshots under load.)
//! - Look-ups neither renew nor clean. A closed generation cannot change, so a read is as of the moment it was closed, at
//!   the earliest the beginning of the read. Reads never write, but for ending a write that they meet half done.
//! - A writer renews the one child on its way, not all of a C-node's: edits of single cells after each commit are the rule.
//! - That a write failed is one bit in `prev` rather than a node of its own.
//!
//! The order of the accesses to `main`, `prev` and `root` matters: GCAS writes `main` and then reads `root`, a snapshot
//! writes `root` and then reads `main`. Acquire and release would lose writes; they are sequentially consistent.

// The nodes of a trie are counted by hand and reached through raw pointers; the rules are above, and each block says
// which one it stands on.
#![allow(unsafe_code)]

mod exclusive;
mod gcas;
mod hash;
mod main_node;
mod node;
mod root;
mod snapshot;
mod update;
mod walk;

pub use snapshot::{Iter, Snapshot};

use std::marker::PhantomData;

use super::sync::{AtomicPtr, pin};
use node::{INode, Root};

/// Hands what this thread has displaced, in any trie, to its release as soon as no reader needs it, rather than with some
/// later operation.
pub fn release_garbage() {
    pin().flush();
}

/// Rules of the algorithm that its tests switch off one by one, to see that each absence is noticed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
#[allow(missing_docs)]
pub(super) enum Rule {
    /// A GCAS commits only if the root has the I-node's generation.
    GcasChecksGeneration = 1,
    /// A snapshot commits only if the root's `main` is still the one it copied.
    RdcssChecksMain,
    /// What cleaning reads of a child is resolved first: a pending tomb may still fail.
    CleanResolves,
    /// A reader of a closed generation ends a half-done write by failing it.
    ClosedFails,
    /// The release of what was displaced waits for readers.
    DisplacedWaits,
    /// A generation is given out once.
    GenerationsDiffer,
    /// Removal whose GCAS failed begins again.
    RemoveRetries,
    /// Whether a snapshot was taken is read from its descriptor's status, not from the descriptor having been in place.
    StatusDecides,
    /// A tomb's leaf is compared with the key that is looked for.
    TombComparesKey,
    /// What a failed write has put in place is released.
    FailedReleased,
    /// The descriptor's loser is released.
    LoserReleased,
    /// A tomb is final: cleaning does not treat it as a C-node.
    TombStays,
    /// Who has made a tomb moves its leaf up only where that very tomb still hangs.
    CleansOwnChild,
    /// The root is never a tomb.
    RootNeverTomb,
    /// A writer goes down into its own generation only, and copies what is older.
    WritersRenew,
    /// The release of a former root waits for readers.
    RootWaits,
    /// What is copied into another generation is resolved first.
    RenewalResolves,
    /// What a look-up sees is resolved first.
    LookupResolves,
    /// A write that was failed says so to its writer.
    FailureIsTold,
    /// Who commits a write releases what it displaced, and nobody else.
    CommitterReleases,
    /// A writer on the root itself aborts the snapshot that waits for that root.
    WriterAborts,
    /// Who moves the root's word on releases what it held, and nobody else.
    MoverReleases,
    /// The descriptor itself is released.
    DescriptorReleased,
    /// What is written in place has one count.
    SoleIsWritten,
    /// Writing in place goes down into its own generation only.
    ExclusiveRenews,
    /// Writing in place does not take a tomb for a C-node.
    ExclusiveLeavesTombs,
}

/// A concurrent map of 64-bit keys whose snapshots are taken in constant time.
///
/// All methods take `&self` and may be called by any number of threads; none waits for another. Values are given out as
/// clones, so they should be cheap ones, such as an `Arc`. `Clone`, `Send`, `Sync` and `'static`: the last clone may be
/// dropped later and on any thread that uses a trie.
///
/// # Examples
///
/// ```
/// use tabulith::storage::ctrie::Ctrie;
///
/// let trie = Ctrie::new();
/// trie.insert(7, "seven");
/// let before = trie.snapshot();
/// trie.insert(7, "sept");
/// trie.insert(8, "huit");
/// assert_eq!((before.get(7), before.get(8)), (Some(&"seven"), None));
/// assert_eq!(trie.get(7), Some("sept"));
///
/// let fork = before.fork();
/// assert_eq!(fork.insert(7, "sieben"), Some("seven"));
/// assert_eq!(trie.get(7), Some("sept"));
/// ```
pub struct Ctrie<V: Clone + Send + Sync + 'static> {
    /// An I-node, or a tagged descriptor of a snapshot that is being taken.
    root: AtomicPtr<Root>,
    values: PhantomData<V>,
}

// SAFETY: the trie hands out clones of `V` and drops values on any thread, which `Send` allows, and lends `&V` to several
// threads at once within `get`, which `Sync` allows. All else in it is atomic words and counts.
unsafe impl<V: Clone + Send + Sync + 'static> Send for Ctrie<V> {}
// SAFETY: as above.
unsafe impl<V: Clone + Send + Sync + 'static> Sync for Ctrie<V> {}

impl<V: Clone + Send + Sync + 'static> Ctrie<V> {
    /// A trie without keys.
    pub fn new() -> Ctrie<V> {
        Ctrie::of(INode::<V>::empty())
    }

    /// A trie that owns one count of this root.
    fn of(root: *mut INode<V>) -> Ctrie<V> {
        Ctrie {
            root: AtomicPtr::new(root.cast()),
            values: PhantomData,
        }
    }

    /// The value under a key.
    pub fn get(&self, key: u64) -> Option<V> {
        let guard = pin();
        let root = self.read_root(None, &guard);
        // SAFETY: the root was read under the guard, and the leaf is used before it goes.
        unsafe { walk::find(root, key, Some(self), &guard).map(|leaf| (*leaf).value.clone()) }
    }

    /// Shows `read` the value under a key, where it lies.
    ///
    /// What other threads displace meanwhile is not released before `read` returns: it should be short.
    pub fn with<R>(&self, key: u64, read: impl FnOnce(Option<&V>) -> R) -> R {
        let guard = pin();
        let root = self.read_root(None, &guard);
        // SAFETY: as in `get`.
        unsafe { read(walk::find(root, key, Some(self), &guard).map(|leaf| &(*leaf).value)) }
    }

    /// Puts a value under a key and gives back the former one.
    pub fn insert(&self, key: u64, value: V) -> Option<V> {
        update::insert(self, key, value, |_| true).unwrap_or_default()
    }

    /// Puts a value under a key if `expected` says so of what lies there (`None` for nothing); tells whether it did.
    ///
    /// `expected` may be asked more than once, if other threads write at the same time; the answer that counts is the
    /// one about the value that was replaced.
    ///
    /// # Examples
    ///
    /// ```
    /// let trie = tabulith::storage::ctrie::Ctrie::new();
    /// assert!(trie.compare_insert(1, |found| found.is_none(), 10));
    /// assert!(!trie.compare_insert(1, |found| found == Some(&11), 12));
    /// assert_eq!(trie.get(1), Some(10));
    /// ```
    pub fn compare_insert(
        &self,
        key: u64,
        expected: impl FnMut(Option<&V>) -> bool,
        value: V,
    ) -> bool {
        update::insert(self, key, value, expected).is_some()
    }

    /// Takes out what lies under a key.
    pub fn remove(&self, key: u64) -> Option<V> {
        update::remove(self, key)
    }

    /// The trie as it is now, for ever; constant time.
    pub fn snapshot(&self) -> Snapshot<V> {
        self.close_root()
    }

    /// The trie as it is, for ever, where nobody writes it any more: cheaper than [`Ctrie::snapshot`].
    pub fn into_snapshot(self) -> Snapshot<V> {
        let root = self.owned_root();
        std::mem::forget(self);
        Snapshot::of(root)
    }
}

impl<V: Clone + Send + Sync + 'static> Default for Ctrie<V> {
    fn default() -> Ctrie<V> {
        Ctrie::new()
    }
}

impl<V: Clone + Send + Sync + 'static> Drop for Ctrie<V> {
    fn drop(&mut self) {
        // SAFETY: the trie owned one count of its root, and nobody else can reach its word.
        unsafe { node::release_inode(self.owned_root()) }
    }
}

impl<V: Clone + Send + Sync + 'static> std::fmt::Debug for Ctrie<V> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ctrie").finish_non_exhaustive()
    }
}
