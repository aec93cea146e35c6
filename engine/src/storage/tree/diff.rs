//! What differs between two versions of a tree, in time that grows with the differences alone.
//!
//! Both trees are walked at once, each as a row of *units*: an entry, or a whole subtree not yet looked into. When the
//! next unit of both is the same subtree, by address, it is passed over unseen; else the one that stands higher, or
//! begins earlier, is opened.

use std::cmp::Ordering;
use std::sync::Arc;

use super::node::{Child, Node};
use super::{Policy, Tree};

/// The next thing of a walk.
enum Unit<'a, K, V, S> {
    Subtree(&'a Arc<Node<K, V, S>>, usize),
    Entry(&'a K, &'a V),
}

/// A walk over a tree whose subtrees can be passed over.
struct Walk<'a, K, V, S> {
    /// What is left of the opened inner nodes, from the root down: the first child of each is the next one.
    inner: Vec<&'a [Child<K, V, S>]>,
    leaf: &'a [(K, V)],
    /// The root, until it is opened or passed over.
    root: Option<&'a Arc<Node<K, V, S>>>,
    /// Levels of the tree.
    height: usize,
}

impl<'a, K, V, S: Clone> Walk<'a, K, V, S> {
    fn new(root: Option<&'a Arc<Node<K, V, S>>>) -> Self {
        let mut height = 0;
        let mut node = root;
        while let Some(at) = node {
            height += 1;
            node = match &**at {
                Node::Inner(children) => children.first().map(|child| &child.node),
                Node::Leaf(_) => None,
            };
        }
        Walk {
            inner: Vec::with_capacity(height),
            leaf: &[],
            root,
            height,
        }
    }

    /// The next unit; subtrees with their number of levels.
    fn next(&mut self) -> Option<Unit<'a, K, V, S>> {
        if let Some(root) = self.root {
            return Some(Unit::Subtree(root, self.height));
        }
        if let Some((key, value)) = self.leaf.first() {
            return Some(Unit::Entry(key, value));
        }
        while self
            .inner
            .last()
            .is_some_and(|children| children.is_empty())
        {
            self.inner.pop();
        }
        let child = self.inner.last()?.first()?;
        Some(Unit::Subtree(&child.node, self.height - self.inner.len()))
    }

    /// Goes behind the next unit.
    fn pass(&mut self) {
        if self.root.take().is_some() {
        } else if let Some((_, rest)) = self.leaf.split_first() {
            self.leaf = rest;
        } else if let Some(children) = self.inner.last_mut()
            && let Some((_, rest)) = children.split_first()
        {
            *children = rest;
        }
    }

    /// Looks into the next unit, which is a subtree.
    fn open(&mut self, node: &'a Node<K, V, S>) {
        self.pass();
        match node {
            Node::Inner(children) => self.inner.push(children),
            Node::Leaf(entries) => self.leaf = entries,
        }
    }
}

impl<K, V, P: Policy<K, V>> Tree<K, V, P> {
    /// Calls `visit` for every key whose entries in this tree and a later one are not the same, in order: the key, the
    /// value here and the value there, where there is one.
    ///
    /// # Complexity
    ///
    /// O(nodes that the two do not share), so O(changes × log n) between versions of one tree.
    pub fn diff(
        &self,
        policy: &P,
        later: &Self,
        same: impl Fn(&V, &V) -> bool,
        mut visit: impl FnMut(&K, Option<&V>, Option<&V>),
    ) {
        let mut here = Walk::new(self.root.as_ref());
        let mut there = Walk::new(later.root.as_ref());
        loop {
            match (here.next(), there.next()) {
                (None, None) => return,
                (Some(Unit::Subtree(a, _)), Some(Unit::Subtree(b, _))) if Arc::ptr_eq(a, b) => {
                    here.pass();
                    there.pass();
                }
                (Some(Unit::Subtree(a, high)), Some(Unit::Subtree(b, low))) => {
                    let order = policy.compare(a.first_key(), b.first_key());
                    if high > low || (high == low && order.is_le()) {
                        here.open(a);
                    }
                    if high < low || (high == low && order.is_ge()) {
                        there.open(b);
                    }
                }
                (Some(Unit::Entry(key, value)), Some(Unit::Subtree(b, _))) => {
                    if policy.compare(key, b.first_key()).is_lt() {
                        here.pass();
                        visit(key, Some(value), None);
                    } else {
                        there.open(b);
                    }
                }
                (Some(Unit::Subtree(a, _)), Some(Unit::Entry(key, value))) => {
                    if policy.compare(key, a.first_key()).is_lt() {
                        there.pass();
                        visit(key, None, Some(value));
                    } else {
                        here.open(a);
                    }
                }
                (Some(Unit::Entry(a, old)), Some(Unit::Entry(b, new))) => {
                    let order = policy.compare(a, b);
                    if order.is_le() {
                        here.pass();
                    }
                    if order.is_ge() {
                        there.pass();
                    }
                    match order {
                        Ordering::Less => visit(a, Some(old), None),
                        Ordering::Greater => visit(b, None, Some(new)),
                        Ordering::Equal if same(old, new) => {}
                        Ordering::Equal => visit(a, Some(old), Some(new)),
                    }
                }
                (Some(Unit::Subtree(a, _)), None) => here.open(a),
                (None, Some(Unit::Subtree(b, _))) => there.open(b),
                (Some(Unit::Entry(key, value)), None) => {
                    here.pass();
                    visit(key, Some(value), None);
                }
                (None, Some(Unit::Entry(key, value))) => {
                    there.pass();
                    visit(key, None, Some(value));
                }
            }
        }
    }
}
