//! Writes to a trie that nobody else can reach: in place, without GCAS, and nothing is displaced that would have to wait
//! for readers.
//!
//! An I-node of the trie's own generation is reached through this trie alone (a snapshot takes the generation along), and
//! `&mut` says that no other thread is inside it. Its `main` may be shared with I-nodes of older generations; if its count
//! is one, it is not, and nobody can come to share it but through this I-node.

use super::super::sync::{self, Guard, Ordering, broken, pin};
use super::hash::{BITS, hash};
use super::main_node::{Main, release_main};
use super::node::{self, Branch, INode, Leaf, Target, release_leaf};
use super::{Ctrie, Rule, gcas};

impl<V: Clone + Send + Sync + 'static> Ctrie<V> {
    /// As [`Ctrie::insert`], where no other thread uses the trie; several times as fast after a fork.
    ///
    /// # Examples
    ///
    /// ```
    /// use tabulith::storage::ctrie::Ctrie;
    ///
    /// let mut trie = Ctrie::new();
    /// trie.insert_mut(1, "one");
    /// let one = trie.snapshot();
    /// assert_eq!(trie.insert_mut(1, "un"), Some("one"));
    /// assert_eq!(one.get(1), Some(&"one"));
    /// ```
    pub fn insert_mut(&mut self, key: u64, value: V) -> Option<V> {
        let guard = pin();
        let leaf = Leaf::new(key, value);
        let hashed = hash(key);
        let mut inode = self.owned_root();
        let mut level = 0;
        // SAFETY: the root is this trie's own, and each I-node below is of its generation before it is entered; mains are
        // written only once they are exclusive. The leaf's count moves into the trie.
        unsafe {
            let generation = (*inode).generation;
            loop {
                let main = exclusive(inode);
                let place = Main::place(main, hashed, level);
                if !place.taken {
                    let more = Main::moved_with_more(main, &place, Branch::leaf(leaf));
                    (*inode).main.store(more, Ordering::Relaxed);
                    return None;
                }
                let found = match Main::branch(main, place.at).target() {
                    Target::INode(below) => {
                        if let Some(own) = self.own_child((main, place.at), below, &guard) {
                            inode = own;
                            level += BITS;
                        }
                        continue;
                    }
                    Target::Leaf(found) => found,
                };
                if (*found).key == key {
                    Main::set_branch(main, place.at, Branch::leaf(leaf));
                    let former = (*found).value.clone();
                    release_leaf(found);
                    return Some(former);
                }
                let found = (found, hash((*found).key));
                let both = Main::pair(found, (leaf, hashed), level + BITS, generation);
                let below = Branch::inode(INode::new(generation, both));
                Main::set_branch(main, place.at, below);
                return None;
            }
        }
    }

    /// A child of an exclusive main, in this generation. A child that is a tomb is replaced by its leaf, and there is none.
    ///
    /// # Safety
    ///
    /// The main is exclusive, and `below` its child at that place.
    unsafe fn own_child(
        &mut self,
        (main, at): (*mut Main<V>, usize),
        below: *mut INode<V>,
        guard: &Guard,
    ) -> Option<*mut INode<V>> {
        // SAFETY: the caller's promise. The former child loses the count of a branch that no other thread can have read.
        unsafe {
            let generation = (*self.owned_root()).generation;
            // In a child of an older generation a late writer may be inside: it is read as any reader would.
            let tomb = Main::tomb(gcas::read(below, Some(self), guard));
            if let Some(leaf) = tomb.filter(|_| !broken(Rule::ExclusiveLeavesTombs)) {
                Main::set_branch(main, at, leaf.retained());
                node::release_inode(below);
                return None;
            }
            if (*below).generation == generation || broken(Rule::ExclusiveRenews) {
                return Some(below);
            }
            let own = gcas::renewed(below, generation, Some(self), guard);
            Main::set_branch(main, at, Branch::inode(own));
            node::release_inode(below);
            Some(own)
        }
    }
}

/// The main, a C-node, of an I-node that is reached through an exclusive trie alone, made its own.
///
/// # Safety
///
/// The I-node is of the generation of a trie that the caller has to itself.
unsafe fn exclusive<V>(inode: *mut INode<V>) -> *mut Main<V> {
    // SAFETY: nobody else reads or writes this I-node's word, so what it held may be released at once; no write of another
    // thread is under way in it, and those of the past are committed.
    unsafe {
        let main = sync::load(&(*inode).main);
        if Main::is_sole(main) || broken(Rule::SoleIsWritten) {
            return main;
        }
        let own = Main::copied(main);
        (*inode).main.store(own, Ordering::Relaxed);
        release_main(main);
        own
    }
}
