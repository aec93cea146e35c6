//! Snapshots: reading, iterating, comparing and forking closed generations.

use std::marker::PhantomData;

use super::super::sync::pin;
use super::hash::{self, BITS};
use super::main_node::Main;
use super::node::{self, Branch, INode, Leaf, Target, next_generation};
use super::{Ctrie, gcas, walk};

/// A trie at one moment: never changes, may be read by any number of threads, and costs nobody anything while it is held.
///
/// It owns what it shows by reference counts and holds no epoch guard. `Clone` and [`Snapshot::fork`] take constant time.
///
/// # Examples
///
/// ```
/// use tabulith::storage::ctrie::Ctrie;
///
/// let trie = Ctrie::new();
/// for key in 0..1000 {
///     trie.insert(key, key * key);
/// }
/// let squares = trie.snapshot();
/// trie.remove(30);
/// assert_eq!(squares.get(30), Some(&900));
/// assert_eq!(squares.iter().count(), 1000);
/// let mut changes = Vec::new();
/// squares.diff(&trie.snapshot(), |key, old, new| changes.push((key, old.copied(), new.copied())));
/// assert_eq!(changes, [(30, Some(900), None)]);
/// ```
pub struct Snapshot<V: Clone + Send + Sync + 'static> {
    root: *mut INode<V>,
    values: PhantomData<V>,
}

// SAFETY: as for the trie: it lends `&V` to several threads (`Sync`), and the last count may go on any (`Send`).
unsafe impl<V: Clone + Send + Sync + 'static> Send for Snapshot<V> {}
// SAFETY: as above.
unsafe impl<V: Clone + Send + Sync + 'static> Sync for Snapshot<V> {}

impl<V: Clone + Send + Sync + 'static> Snapshot<V> {
    /// A snapshot that owns one count of a closed root.
    pub(super) fn of(root: *mut INode<V>) -> Snapshot<V> {
        Snapshot {
            root,
            values: PhantomData,
        }
    }

    /// The value under a key.
    pub fn get(&self, key: u64) -> Option<&V> {
        let guard = pin();
        // SAFETY: the snapshot owns its root. In a closed generation every `main`, once resolved, stays and is owned by its
        // I-node, so the leaf lives as long as the snapshot.
        unsafe { walk::find(self.root, key, None, &guard).map(|leaf| &(*leaf).value) }
    }

    /// A trie of its own that begins as this snapshot; constant time.
    pub fn fork(&self) -> Ctrie<V> {
        let guard = pin();
        // SAFETY: the snapshot owns its root.
        Ctrie::of(unsafe { gcas::renewed(self.root, next_generation(), None, &guard) })
    }

    /// All keys with their values, in the order of the keys' hashes.
    pub fn iter(&self) -> Iter<'_, V> {
        Iter {
            stack: vec![Branch::inode(self.root)],
            snapshot: self,
        }
    }

    /// Shows each key whose values here and in `later` are not the same one, with both, in the order of the keys' hashes.
    ///
    /// A value that was put anew counts as another one even if it is equal. Subtrees that both snapshots share are skipped,
    /// so between versions of one trie this takes time in proportion to what was written between them.
    pub fn diff<'s>(
        &'s self,
        later: &'s Snapshot<V>,
        mut visit: impl FnMut(u64, Option<&'s V>, Option<&'s V>),
    ) {
        let root = |snapshot: &Snapshot<V>| Some(Branch::inode(snapshot.root));
        let mut stack = vec![(root(self), root(later), 0)];
        while let Some((here, there, level)) = stack.pop() {
            if here == there {
                continue;
            }
            // SAFETY: both snapshots live for `'s` and own their roots; all below is as in `get`.
            unsafe {
                match (Side::of(here), Side::of(there)) {
                    (Side::Main(here), Side::Main(there)) if std::ptr::eq(here, there) => {}
                    (Side::Leaf(here), Side::Leaf(there)) => report(here, there, &mut visit),
                    (here, there) => {
                        // From the last way to the first, as the stack gives them back the other way round.
                        for way in (0..1 << BITS).rev() {
                            let pair = (here.branch(way, level), there.branch(way, level));
                            if pair != (None, None) {
                                stack.push((pair.0, pair.1, level + BITS));
                            }
                        }
                    }
                }
            }
        }
    }

    /// Whether there are no keys.
    pub fn is_empty(&self) -> bool {
        self.iter().next().is_none()
    }
}

/// Leaves that stand in the same place of two tries.
///
/// # Safety
///
/// Both live for `'s`.
unsafe fn report<'s, V: 'static>(
    here: Option<*mut Leaf<V>>,
    there: Option<*mut Leaf<V>>,
    visit: &mut impl FnMut(u64, Option<&'s V>, Option<&'s V>),
) {
    // SAFETY: the caller's promise.
    let (here, there) = unsafe { (here.map(|leaf| &*leaf), there.map(|leaf| &*leaf)) };
    match (here, there) {
        (Some(old), Some(new)) if std::ptr::eq(old, new) => {}
        (Some(old), Some(new)) if old.key == new.key => {
            visit(old.key, Some(&old.value), Some(&new.value));
        }
        (Some(old), Some(new)) if hash::comes_first(hash::hash(new.key), hash::hash(old.key)) => {
            visit(new.key, None, Some(&new.value));
            visit(old.key, Some(&old.value), None);
        }
        (old, new) => {
            if let Some(old) = old {
                visit(old.key, Some(&old.value), None);
            }
            if let Some(new) = new {
                visit(new.key, None, Some(&new.value));
            }
        }
    }
}

/// One of the two subtrees that are compared.
#[derive(Clone, Copy)]
enum Side<V> {
    Leaf(Option<*mut Leaf<V>>),
    Main(*mut Main<V>),
}

impl<V: Clone + Send + Sync + 'static> Side<V> {
    /// # Safety
    ///
    /// The branch belongs to a snapshot that lives on.
    unsafe fn of(branch: Option<Branch<V>>) -> Side<V> {
        let target = branch.map(Branch::target);
        let inode = match target {
            None => return Side::Leaf(None),
            Some(Target::Leaf(leaf)) => return Side::Leaf(Some(leaf)),
            Some(Target::INode(inode)) => inode,
        };
        // SAFETY: the caller's promise. The pin is for reading the word alone: what it gives is final.
        unsafe {
            let main = gcas::read(inode, None, &pin());
            match Main::tomb(main).map(Branch::target) {
                Some(Target::Leaf(leaf)) => Side::Leaf(Some(leaf)),
                _ => Side::Main(main),
            }
        }
    }

    /// What this side has on a way; a leaf stands on the way of its hash.
    ///
    /// # Safety
    ///
    /// As [`Side::of`].
    unsafe fn branch(&self, way: u64, level: u32) -> Option<Branch<V>> {
        // SAFETY: the caller's promise.
        unsafe {
            match *self {
                Side::Leaf(leaf) => {
                    let leaf = leaf?;
                    let stands = u64::from(hash::way(hash::hash((*leaf).key), level)) == way;
                    stands.then(|| Branch::leaf(leaf))
                }
                Side::Main(main) => {
                    let place = Main::place(main, way << level, level);
                    place.taken.then(|| Main::branch(main, place.at))
                }
            }
        }
    }
}

impl<V: Clone + Send + Sync + 'static> Clone for Snapshot<V> {
    fn clone(&self) -> Snapshot<V> {
        // SAFETY: the snapshot owns its root. Handles that are leaked again and again could make the count come round;
        // as for an `Arc`, that ends the process.
        unsafe {
            INode::retain(self.root);
            if INode::count(self.root) > usize::MAX / 2 {
                std::process::abort();
            }
        }
        Snapshot::of(self.root)
    }
}

impl<V: Clone + Send + Sync + 'static> Drop for Snapshot<V> {
    fn drop(&mut self) {
        // SAFETY: the snapshot owned one count of its root. Who still reads it by way of a trie was pinned when the trie's
        // own count, whose release is deferred, was there.
        unsafe { node::release_inode(self.root) }
    }
}

impl<V: Clone + Send + Sync + 'static> Default for Snapshot<V> {
    /// A snapshot without keys.
    fn default() -> Snapshot<V> {
        Snapshot::of(INode::empty())
    }
}

impl<V: Clone + Send + Sync + 'static> std::fmt::Debug for Snapshot<V> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Snapshot").finish_non_exhaustive()
    }
}

impl<'s, V: Clone + Send + Sync + 'static> IntoIterator for &'s Snapshot<V> {
    type Item = (u64, &'s V);
    type IntoIter = Iter<'s, V>;

    fn into_iter(self) -> Iter<'s, V> {
        self.iter()
    }
}

/// The keys and values of a [`Snapshot`].
pub struct Iter<'s, V: Clone + Send + Sync + 'static> {
    stack: Vec<Branch<V>>,
    snapshot: &'s Snapshot<V>,
}

// SAFETY: an iterator is a reference to a snapshot and places in it.
unsafe impl<V: Clone + Send + Sync + 'static> Send for Iter<'_, V> {}
// SAFETY: as above; it changes only by `&mut self`.
unsafe impl<V: Clone + Send + Sync + 'static> Sync for Iter<'_, V> {}

impl<V: Clone + Send + Sync + 'static> std::fmt::Debug for Iter<'_, V> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Iter")
            .field("of", self.snapshot)
            .finish_non_exhaustive()
    }
}

impl<'s, V: Clone + Send + Sync + 'static> Iterator for Iter<'s, V> {
    type Item = (u64, &'s V);

    fn next(&mut self) -> Option<(u64, &'s V)> {
        loop {
            match self.stack.pop()?.target() {
                // SAFETY: the snapshot lives for `'s`; the rest is as in `Snapshot::get`.
                Target::Leaf(leaf) => return unsafe { Some(((*leaf).key, &(*leaf).value)) },
                // SAFETY: as above. The pin is for reading the word alone: what it gives is final.
                Target::INode(inode) => unsafe {
                    let main = gcas::read(inode, None, &pin());
                    let from = self.stack.len();
                    self.stack.extend(Main::branches(main));
                    self.stack[from..].reverse();
                },
            }
        }
    }
}
