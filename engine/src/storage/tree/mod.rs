//! A persistent ordered map: a B-tree whose nodes are shared between versions until one of them is written.
//!
//! A clone costs one reference count. A write goes down from the root and copies each node on its way that another
//! version holds as well (`Arc::make_mut`, a level at a time), so a transaction that starts from a clone copies a
//! node at most once and a version that is read never changes.
//!
//! The order, and what a subtree says about its entries, come from a [`Policy`] that every call is given: the keys
//! of the graph are anchors, whose order only the sheet's axis knows. Entries lie in the leaves; an inner node keeps
//! of each child its *exact* first key (never a key that was removed: a dead anchor has no place in the order) and
//! its summary.

mod diff;
mod iterate;
mod node;
#[cfg(test)]
mod tests;

use std::cmp::Ordering;
use std::fmt;
use std::sync::{Arc, Weak};

pub use iterate::Iter;
pub use node::nodes_copied;

use node::{Inserted, Node};

/// Entries of a leaf and children of an inner node, at most.
pub(super) const WIDTH: usize = 32;

/// The order of a tree's keys, and the summary of a subtree.
///
/// All calls on one tree must be given policies that order the keys present in it alike. A policy over anchors owns a
/// clone of the axis, which is cheap, so that the tree's type names no lifetime; a key whose anchor is about to die
/// must be removed while the axis still knows its place.
pub trait Policy<K, V> {
    /// What a subtree tells of all its entries; `()` if nothing.
    type Summary: Clone;

    /// The order of two keys.
    fn compare(&self, a: &K, b: &K) -> Ordering;

    /// The summary of one entry.
    fn summary(&self, key: &K, value: &V) -> Self::Summary;

    /// The summary of the entries of `a` followed by those of `b`.
    fn merge(&self, a: &Self::Summary, b: &Self::Summary) -> Self::Summary;
}

/// The order of `Ord`, without a summary.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Natural;

impl<K: Ord, V> Policy<K, V> for Natural {
    type Summary = ();

    fn compare(&self, a: &K, b: &K) -> Ordering {
        a.cmp(b)
    }

    fn summary(&self, _: &K, _: &V) {}

    fn merge(&self, (): &(), (): &()) {}
}

/// A persistent ordered map; `Clone` is O(1).
///
/// # Examples
///
/// ```
/// use tabulith::storage::tree::{Natural, Tree};
///
/// let mut tree: Tree<u32, &str> = Tree::new();
/// tree.insert(&Natural, 10, "ten");
/// let before = tree.clone();
/// tree.insert(&Natural, 20, "twenty");
/// assert_eq!(tree.floor(&Natural, &19), Some((&10, &"ten")));
/// assert_eq!(before.get(&Natural, &20), None);
/// ```
pub struct Tree<K, V, P: Policy<K, V> = Natural> {
    root: Option<Arc<Node<K, V, P::Summary>>>,
    len: usize,
}

/// A version of a tree, by address: it keeps no entry, but no other version gets the address while it is there.
pub struct Version<K, V, S>(Option<Weak<Node<K, V, S>>>);

impl<K, V, P: Policy<K, V>> Tree<K, V, P> {
    /// An empty tree; it allocates nothing.
    pub const fn new() -> Self {
        Tree { root: None, len: 0 }
    }

    /// Number of entries.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is no entry.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Whether both are one version, by address; unequal addresses may hold equal entries.
    pub fn is_same(&self, other: &Self) -> bool {
        match (&self.root, &other.root) {
            (Some(a), Some(b)) => Arc::ptr_eq(a, b),
            (None, None) => true,
            _ => false,
        }
    }

    /// Which version it is, for whoever does not want to keep it.
    pub fn version(&self) -> Version<K, V, P::Summary> {
        Version(self.root.as_ref().map(Arc::downgrade))
    }

    /// Whether it is this version.
    pub fn is_version(&self, version: &Version<K, V, P::Summary>) -> bool {
        match (&self.root, &version.0) {
            (Some(root), Some(other)) => Arc::as_ptr(root) == other.as_ptr(),
            (None, None) => true,
            _ => false,
        }
    }

    /// The value of a key.
    pub fn get(&self, policy: &P, key: &K) -> Option<&V> {
        let (found, value) = self.floor(policy, key)?;
        policy.compare(found, key).is_eq().then_some(value)
    }

    /// Whether the key is present.
    pub fn contains(&self, policy: &P, key: &K) -> bool {
        self.get(policy, key).is_some()
    }

    /// The greatest entry whose key is at most `key`.
    pub fn floor(&self, policy: &P, key: &K) -> Option<(&K, &V)> {
        self.last_where(|k| policy.compare(k, key).is_le())
    }

    /// The greatest entry whose key is less than `key`.
    pub fn lower(&self, policy: &P, key: &K) -> Option<(&K, &V)> {
        self.last_where(|k| policy.compare(k, key).is_lt())
    }

    /// The smallest entry whose key is at least `key`.
    pub fn ceiling(&self, policy: &P, key: &K) -> Option<(&K, &V)> {
        self.from(policy, key).next()
    }

    /// The smallest entry whose key is greater than `key`.
    pub fn higher(&self, policy: &P, key: &K) -> Option<(&K, &V)> {
        self.iter_where_not(|k| policy.compare(k, key).is_le())
            .next()
    }

    /// The entry with the smallest key.
    pub fn first(&self) -> Option<(&K, &V)> {
        self.iter().next()
    }

    /// The entry with the greatest key.
    pub fn last(&self) -> Option<(&K, &V)> {
        self.last_where(|_| true)
    }

    /// All entries in the order of their keys.
    pub fn iter(&self) -> Iter<'_, K, V, P::Summary> {
        Iter::whole(self.root.as_deref())
    }

    /// The entries from the first whose key is at least `key`, in order.
    pub fn from(&self, policy: &P, key: &K) -> Iter<'_, K, V, P::Summary> {
        self.iter_where_not(|k| policy.compare(k, key).is_lt())
    }

    /// The entries behind those, all at the front, whose keys are `before`.
    fn iter_where_not(&self, before: impl Fn(&K) -> bool) -> Iter<'_, K, V, P::Summary> {
        Iter::after(self.root.as_deref(), before)
    }

    /// The last of the entries, all at the front, whose keys are `within`.
    fn last_where(&self, within: impl Fn(&K) -> bool) -> Option<(&K, &V)> {
        let mut node = self.root.as_deref()?;
        loop {
            match node {
                Node::Inner(children) => {
                    let behind = children.partition_point(|child| within(&child.first));
                    node = &children[behind.checked_sub(1)?].node;
                }
                Node::Leaf(entries) => {
                    let behind = entries.partition_point(|(key, _)| within(key));
                    let (key, value) = &entries[behind.checked_sub(1)?];
                    return Some((key, value));
                }
            }
        }
    }

    /// The summary of all entries; nothing if there are none.
    pub fn summary(&self, policy: &P) -> Option<P::Summary> {
        Some(self.root.as_deref()?.summary(policy))
    }

    /// Visits in order the entries whose own summary is kept, passing over subtrees whose summary is not; ends before
    /// the first key that is `beyond`.
    ///
    /// `keep` must hold for a merged summary if it holds for a part, `beyond` for all keys behind one for which it
    /// holds. With the greatest end as summary this finds the intervals that meet `[a, b]`: keep what ends at `a` or
    /// later, beyond is what starts after `b`.
    ///
    /// # Complexity
    ///
    /// O(log n + 32 × height × entries visited), whatever lies between.
    pub fn visit_where(
        &self,
        policy: &P,
        mut keep: impl FnMut(&P::Summary) -> bool,
        mut beyond: impl FnMut(&K) -> bool,
        mut visit: impl FnMut(&K, &V),
    ) {
        if let Some(root) = &self.root {
            let _ = root.visit_where(policy, &mut keep, &mut beyond, &mut visit);
        }
    }
}

impl<K: Clone, V: Clone, P: Policy<K, V>> Tree<K, V, P> {
    /// The tree of these entries, whose keys ascend strictly; made bottom-up.
    ///
    /// # Complexity
    ///
    /// O(n), one comparison an entry in debug builds, none otherwise.
    pub fn from_sorted(policy: &P, entries: impl IntoIterator<Item = (K, V)>) -> Self {
        let (root, len) = node::build(policy, entries.into_iter());
        Tree { root, len }
    }

    /// Puts a value at a key and gives back the former one.
    pub fn insert(&mut self, policy: &P, key: K, value: V) -> Option<V> {
        let Some(root) = &mut self.root else {
            self.root = Some(Arc::new(Node::Leaf(vec![(key, value)])));
            self.len = 1;
            return None;
        };
        match node::insert(root, policy, key, value, true) {
            Inserted::Replaced(former) => return Some(former),
            Inserted::Added => {}
            Inserted::Split(right) => {
                let left = Arc::clone(root);
                *root = Node::parent(policy, left, right);
            }
        }
        self.len += 1;
        None
    }

    /// Takes a key and its value out; an absent key copies nothing.
    pub fn remove(&mut self, policy: &P, key: &K) -> Option<V> {
        if !self.contains(policy, key) {
            return None;
        }
        let root = self.root.as_mut()?;
        let value = node::remove(root, policy, key);
        self.len -= 1;
        while let Node::Inner(children) = &**root
            && let [only] = children.as_slice()
        {
            *root = Arc::clone(&only.node);
        }
        if self.len == 0 {
            self.root = None;
        }
        Some(value)
    }

    /// Changes the value of a key in place, summaries included; an absent key copies nothing.
    pub fn update<R>(
        &mut self,
        policy: &P,
        key: &K,
        change: impl FnOnce(&mut V) -> R,
    ) -> Option<R> {
        if !self.contains(policy, key) {
            return None;
        }
        Some(node::update(self.root.as_mut()?, policy, key, change))
    }
}

impl<K: Clone, V: Clone, P: Policy<K, V, Summary = ()>> Tree<K, V, P> {
    /// The value of a key, for writing; an absent key copies nothing.
    ///
    /// Trees with summaries have [`Tree::update`], which keeps them right.
    pub fn get_mut(&mut self, policy: &P, key: &K) -> Option<&mut V> {
        if !self.contains(policy, key) {
            return None;
        }
        Some(node::value_mut(self.root.as_mut()?, policy, key))
    }
}

impl<K, V, P: Policy<K, V>> Clone for Tree<K, V, P> {
    fn clone(&self) -> Self {
        Tree {
            root: self.root.clone(),
            len: self.len,
        }
    }
}

impl<K, V, P: Policy<K, V>> Default for Tree<K, V, P> {
    fn default() -> Self {
        Tree::new()
    }
}

impl<K: fmt::Debug, V: fmt::Debug, P: Policy<K, V>> fmt::Debug for Tree<K, V, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

impl<'a, K, V, P: Policy<K, V>> IntoIterator for &'a Tree<K, V, P> {
    type Item = (&'a K, &'a V);
    type IntoIter = Iter<'a, K, V, P::Summary>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
