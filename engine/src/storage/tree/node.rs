//! Nodes of the tree: path copies, splits, merges and the bottom-up build.
//!
//! All leaves have the same depth, no node but the root is ever empty, and every recursion goes down one level a call.

use std::cell::Cell;
use std::ops::ControlFlow;
use std::sync::Arc;

use super::{Policy, WIDTH};

/// A node with fewer entries than this is joined with a neighbour, or takes some of its entries.
const SPARSE: usize = WIDTH / 4;

/// Two neighbours that are joined have at most this many entries, so that the next insertion does not split them again.
const JOINED: usize = WIDTH * 3 / 4;

/// Entries of a node that is built in bulk: a little room, so that the first insertions split nothing.
const BUILT: usize = WIDTH * 7 / 8;

thread_local! {
    static NODES_COPIED: Cell<u64> = const { Cell::new(0) };
}

/// Nodes of trees that this thread has copied or split off so far: what writes to shared trees cost, for tests.
pub fn nodes_copied() -> u64 {
    NODES_COPIED.get()
}

fn count_copy() {
    NODES_COPIED.set(NODES_COPIED.get() + 1);
}

/// A leaf with entries, or an inner node with children one level below.
pub(super) enum Node<K, V, S> {
    Leaf(Vec<(K, V)>),
    Inner(Vec<Child<K, V, S>>),
}

/// A child with what its parent knows of it.
pub(super) struct Child<K, V, S> {
    /// The first key in the subtree, exactly.
    pub(super) first: K,
    summary: S,
    pub(super) node: Arc<Node<K, V, S>>,
}

/// What an insertion did to the node it was given.
pub(super) enum Inserted<K, V, S> {
    /// The key was there; this was its value.
    Replaced(V),
    /// There is one entry more.
    Added,
    /// There is one entry more, and the entries from here on moved to this new right neighbour.
    Split(Arc<Node<K, V, S>>),
}

impl<K: Clone, V: Clone, S: Clone> Clone for Node<K, V, S> {
    fn clone(&self) -> Self {
        count_copy();
        match self {
            Node::Leaf(entries) => Node::Leaf(with_room(entries)),
            Node::Inner(children) => Node::Inner(with_room(children)),
        }
    }
}

/// A copy with room for a few entries more: a node is copied because it is about to be written.
fn with_room<T: Clone>(entries: &[T]) -> Vec<T> {
    let mut copy = Vec::with_capacity((entries.len() + 4).min(WIDTH + 1));
    copy.extend_from_slice(entries);
    copy
}

impl<K: Clone, V, S: Clone> Clone for Child<K, V, S> {
    fn clone(&self) -> Self {
        Child {
            first: self.first.clone(),
            summary: self.summary.clone(),
            node: Arc::clone(&self.node),
        }
    }
}

impl<K, V, S: Clone> Node<K, V, S> {
    fn len(&self) -> usize {
        match self {
            Node::Leaf(entries) => entries.len(),
            Node::Inner(children) => children.len(),
        }
    }

    /// The first key below; the node is not empty.
    pub(super) fn first_key(&self) -> &K {
        let first = match self {
            Node::Leaf(entries) => entries.first().map(|(key, _)| key),
            Node::Inner(children) => children.first().map(|child| &child.first),
        };
        first.expect("invariant: no node below the root is empty")
    }

    /// The summary of all entries below; the node is not empty.
    pub(super) fn summary<P: Policy<K, V, Summary = S>>(&self, policy: &P) -> S {
        let merged = match self {
            Node::Leaf(entries) => entries
                .iter()
                .map(|(key, value)| policy.summary(key, value))
                .reduce(|a, b| policy.merge(&a, &b)),
            Node::Inner(children) => {
                let (first, rest) = children.split_first().expect("invariant: not empty");
                let start = first.summary.clone();
                Some(
                    rest.iter()
                        .fold(start, |a, child| policy.merge(&a, &child.summary)),
                )
            }
        };
        merged.expect("invariant: no node below the root is empty")
    }

    /// Visits what is kept; breaks at the first key beyond.
    pub(super) fn visit_where<P: Policy<K, V, Summary = S>>(
        &self,
        policy: &P,
        keep: &mut impl FnMut(&S) -> bool,
        beyond: &mut impl FnMut(&K) -> bool,
        visit: &mut impl FnMut(&K, &V),
    ) -> ControlFlow<()> {
        match self {
            Node::Leaf(entries) => {
                for (key, value) in entries {
                    if beyond(key) {
                        return ControlFlow::Break(());
                    }
                    if keep(&policy.summary(key, value)) {
                        visit(key, value);
                    }
                }
            }
            Node::Inner(children) => {
                for child in children {
                    if beyond(&child.first) {
                        return ControlFlow::Break(());
                    }
                    if keep(&child.summary) {
                        child.node.visit_where(policy, keep, beyond, visit)?;
                    }
                }
            }
        }
        ControlFlow::Continue(())
    }
}

impl<K: Clone, V: Clone, S: Clone> Node<K, V, S> {
    /// The node above two nodes of equal depth.
    pub(super) fn parent<P: Policy<K, V, Summary = S>>(
        policy: &P,
        left: Arc<Self>,
        right: Arc<Self>,
    ) -> Arc<Self> {
        count_copy();
        Arc::new(Node::Inner(vec![
            Child::of(policy, left),
            Child::of(policy, right),
        ]))
    }

    /// Moves the entries from `at` on to a new right neighbour.
    fn split(&mut self, at: usize) -> Arc<Self> {
        count_copy();
        Arc::new(match self {
            Node::Leaf(entries) => Node::Leaf(entries.split_off(at)),
            Node::Inner(children) => Node::Inner(children.split_off(at)),
        })
    }

    /// Splits a node that has grown too wide. Where keys are appended at the tree's end the left part stays full.
    fn split_if_wide(&mut self, appended: bool) -> Inserted<K, V, S> {
        let len = self.len();
        if len <= WIDTH {
            return Inserted::Added;
        }
        Inserted::Split(self.split(if appended { WIDTH } else { len / 2 }))
    }
}

impl<K: Clone, V: Clone, S: Clone> Child<K, V, S> {
    fn of<P: Policy<K, V, Summary = S>>(policy: &P, node: Arc<Node<K, V, S>>) -> Self {
        Child {
            first: node.first_key().clone(),
            summary: node.summary(policy),
            node,
        }
    }

    /// Brings first key and summary up to date after a write below.
    fn refresh<P: Policy<K, V, Summary = S>>(&mut self, policy: &P) {
        self.first = self.node.first_key().clone();
        self.summary = self.node.summary(policy);
    }
}

/// The child whose subtree holds the key, or would.
fn child_of<K, V, P: Policy<K, V>>(
    children: &[Child<K, V, P::Summary>],
    policy: &P,
    key: &K,
) -> usize {
    children
        .partition_point(|child| policy.compare(&child.first, key).is_le())
        .saturating_sub(1)
}

/// Where in a leaf the key is, or where it would be.
fn entry_of<K, V, P: Policy<K, V>>(
    entries: &[(K, V)],
    policy: &P,
    key: &K,
) -> Result<usize, usize> {
    entries.binary_search_by(|(k, _)| policy.compare(k, key))
}

/// Inserts below `node`; `at_end` says that the node is the last of its level.
pub(super) fn insert<K: Clone, V: Clone, P: Policy<K, V>>(
    node: &mut Arc<Node<K, V, P::Summary>>,
    policy: &P,
    key: K,
    value: V,
    at_end: bool,
) -> Inserted<K, V, P::Summary> {
    let node = Arc::make_mut(node);
    let appended = match node {
        Node::Leaf(entries) => match entry_of(entries, policy, &key) {
            Ok(at) => return Inserted::Replaced(std::mem::replace(&mut entries[at].1, value)),
            Err(at) => {
                entries.insert(at, (key, value));
                at_end && at + 1 == entries.len()
            }
        },
        Node::Inner(children) => {
            let at = child_of(children, policy, &key);
            let at_end = at_end && at + 1 == children.len();
            let below = insert(&mut children[at].node, policy, key, value, at_end);
            children[at].refresh(policy);
            match below {
                Inserted::Split(right) => children.insert(at + 1, Child::of(policy, right)),
                done => return done,
            }
            at_end
        }
    };
    node.split_if_wide(appended)
}

/// Removes a key that is present below `node`; may leave the node sparse or empty.
pub(super) fn remove<K: Clone, V: Clone, P: Policy<K, V>>(
    node: &mut Arc<Node<K, V, P::Summary>>,
    policy: &P,
    key: &K,
) -> V {
    match Arc::make_mut(node) {
        Node::Leaf(entries) => {
            let at = entry_of(entries, policy, key).expect("invariant: the key is present");
            entries.remove(at).1
        }
        Node::Inner(children) => {
            let at = child_of(children, policy, key);
            let value = remove(&mut children[at].node, policy, key);
            match children[at].node.len() {
                0 => {
                    children.remove(at);
                }
                len => {
                    children[at].refresh(policy);
                    if len < SPARSE && children.len() > 1 {
                        join(children, policy, at.min(children.len() - 2));
                    }
                }
            }
            value
        }
    }
}

/// Joins the children `at` and `at + 1` if they fit into one node, else shares their entries evenly.
fn join<K: Clone, V: Clone, P: Policy<K, V>>(
    children: &mut Vec<Child<K, V, P::Summary>>,
    policy: &P,
    at: usize,
) {
    let mut right = children.remove(at + 1);
    let left = Arc::make_mut(&mut children[at].node);
    match (&mut *left, Arc::make_mut(&mut right.node)) {
        (Node::Leaf(a), Node::Leaf(b)) => a.append(b),
        (Node::Inner(a), Node::Inner(b)) => a.append(b),
        _ => unreachable!("invariant: all leaves have the same depth"),
    }
    let len = left.len();
    if len > JOINED {
        let right = left.split(len / 2);
        children.insert(at + 1, Child::of(policy, right));
    }
    children[at].refresh(policy);
}

/// Changes the value of a key that is present below `node`.
pub(super) fn update<K: Clone, V: Clone, P: Policy<K, V>, R>(
    node: &mut Arc<Node<K, V, P::Summary>>,
    policy: &P,
    key: &K,
    change: impl FnOnce(&mut V) -> R,
) -> R {
    match Arc::make_mut(node) {
        Node::Leaf(entries) => {
            let at = entry_of(entries, policy, key).expect("invariant: the key is present");
            change(&mut entries[at].1)
        }
        Node::Inner(children) => {
            let at = child_of(children, policy, key);
            let result = update(&mut children[at].node, policy, key, change);
            children[at].refresh(policy);
            result
        }
    }
}

/// The value of a key that is present below `node`.
pub(super) fn value_mut<'a, K: Clone, V: Clone, P: Policy<K, V>>(
    mut node: &'a mut Arc<Node<K, V, P::Summary>>,
    policy: &P,
    key: &K,
) -> &'a mut V {
    loop {
        match Arc::make_mut(node) {
            Node::Leaf(entries) => {
                let at = entry_of(entries, policy, key).expect("invariant: the key is present");
                return &mut entries[at].1;
            }
            Node::Inner(children) => {
                let at = child_of(children, policy, key);
                node = &mut children[at].node;
            }
        }
    }
}

/// The root over strictly ascending entries, and their number.
#[expect(
    clippy::type_complexity,
    reason = "a root is named once, in the tree itself"
)]
pub(super) fn build<K: Clone, V: Clone, P: Policy<K, V>>(
    policy: &P,
    entries: impl Iterator<Item = (K, V)>,
) -> (Option<Arc<Node<K, V, P::Summary>>>, usize) {
    let mut level = Vec::new();
    let mut leaf: Vec<(K, V)> = Vec::new();
    let mut len = 0;
    for entry in entries {
        debug_assert!(
            leaf.last()
                .is_none_or(|last| policy.compare(&last.0, &entry.0).is_lt()),
            "entries of a bulk build ascend"
        );
        len += 1;
        leaf.push(entry);
        if leaf.len() == BUILT {
            level.push(Arc::new(Node::Leaf(std::mem::take(&mut leaf))));
            leaf.reserve_exact(BUILT);
        }
    }
    if !leaf.is_empty() {
        level.push(Arc::new(Node::Leaf(leaf)));
    }
    while level.len() > 1 {
        let mut above = Vec::with_capacity(level.len().div_ceil(BUILT));
        let mut nodes = level.into_iter().peekable();
        while nodes.peek().is_some() {
            let children: Vec<_> = nodes
                .by_ref()
                .take(BUILT)
                .map(|node| Child::of(policy, node))
                .collect();
            above.push(Arc::new(Node::Inner(children)));
        }
        level = above;
    }
    (level.pop(), len)
}
