//! Walking a tree in the order of its keys, with an explicit stack of one place a level.

use std::sync::Arc;

use smallvec::SmallVec;

use super::node::Node;

/// An inner node and the number of its next child.
type Place<'a, K, V, S> = (&'a Node<K, V, S>, usize);

/// The entries of a [`Tree`](super::Tree), or those from some key on, in order.
pub struct Iter<'a, K, V, S> {
    /// The inner nodes above the leaf, each with its next child.
    above: SmallVec<[Place<'a, K, V, S>; 6]>,
    leaf: &'a [(K, V)],
}

impl<'a, K, V, S> Iter<'a, K, V, S> {
    /// All entries of a tree with this root.
    pub(super) fn whole(root: Option<&'a Node<K, V, S>>) -> Self {
        Iter::after(root, |_| false)
    }

    /// The entries behind those, all at the front, whose keys are `before`.
    pub(super) fn after(root: Option<&'a Node<K, V, S>>, before: impl Fn(&K) -> bool) -> Self {
        let mut iter = Iter {
            above: SmallVec::new(),
            leaf: &[],
        };
        let Some(mut node) = root else { return iter };
        loop {
            match node {
                Node::Inner(children) => {
                    let behind = children.partition_point(|child| before(&child.first));
                    let at = behind.saturating_sub(1);
                    iter.above.push((node, at + 1));
                    node = &children[at].node;
                }
                Node::Leaf(entries) => {
                    let at = entries.partition_point(|(key, _)| before(key));
                    iter.leaf = &entries[at..];
                    return iter;
                }
            }
        }
    }

    /// Goes to the next leaf, if there is one.
    fn next_leaf(&mut self) -> Option<()> {
        let mut node = loop {
            let (node, next) = self.above.last_mut()?;
            if let Node::Inner(children) = node
                && let Some(child) = children.get(*next)
            {
                *next += 1;
                break Arc::as_ref(&child.node);
            }
            self.above.pop();
        };
        loop {
            match node {
                Node::Inner(children) => {
                    self.above.push((node, 1));
                    node = &children[0].node;
                }
                Node::Leaf(entries) => {
                    self.leaf = entries;
                    return Some(());
                }
            }
        }
    }
}

impl<'a, K, V, S> Iterator for Iter<'a, K, V, S> {
    type Item = (&'a K, &'a V);

    fn next(&mut self) -> Option<Self::Item> {
        while self.leaf.is_empty() {
            self.next_leaf()?;
        }
        let ((key, value), rest) = self.leaf.split_first()?;
        self.leaf = rest;
        Some((key, value))
    }
}

impl<K, V, S> Clone for Iter<'_, K, V, S> {
    fn clone(&self) -> Self {
        Iter {
            above: self.above.clone(),
            leaf: self.leaf,
        }
    }
}
