//! Inserting and removing.

use super::super::sync::{self, Guard, broken, pin};
use super::hash::{self, BITS};
use super::main_node::{self, Main, Place};
use super::node::{Branch, INode, Leaf, Target, release_leaf};
use super::{Ctrie, Rule, gcas};

/// One walk from the root towards a key, in the generation that the root had.
struct Descent<'a, V: Clone + Send + Sync + 'static> {
    trie: &'a Ctrie<V>,
    guard: &'a Guard,
    hash: u64,
    generation: u64,
    parent: Option<*mut INode<V>>,
    inode: *mut INode<V>,
    level: u32,
}

/// Where a walk ends: the C-node in which the key's branch is, or would be.
struct Ground<V> {
    main: *mut Main<V>,
    place: Place,
    leaf: Option<*mut Leaf<V>>,
}

/// The world has changed under a walk: it begins again.
struct Stale;

/// Puts a value under a key if `expected` agrees with what is there; gives the former value, or nothing at all if it does
/// not agree.
pub(super) fn insert<V: Clone + Send + Sync + 'static>(
    trie: &Ctrie<V>,
    key: u64,
    value: V,
    mut expected: impl FnMut(Option<&V>) -> bool,
) -> Option<Option<V>> {
    let guard = pin();
    let leaf = Leaf::new(key, value);
    // SAFETY: this function owns one count of the leaf until its end; each walk is under the guard.
    unsafe {
        let result = loop {
            let mut descent = Descent::new(trie, key, &guard);
            let Ok(ground) = descent.ground() else {
                continue;
            };
            let found = ground.leaf.filter(|found| (**found).key == key);
            if !expected(found.map(|found| &(*found).value)) {
                break None;
            }
            if descent.put(&ground, leaf) {
                break Some(found.map(|found| (*found).value.clone()));
            }
        };
        release_leaf(leaf);
        result
    }
}

/// Takes out what lies under a key.
pub(super) fn remove<V: Clone + Send + Sync + 'static>(trie: &Ctrie<V>, key: u64) -> Option<V> {
    let guard = pin();
    loop {
        let mut descent = Descent::new(trie, key, &guard);
        // SAFETY: the walk is under the guard.
        unsafe {
            let Ok(ground) = descent.ground() else {
                continue;
            };
            let leaf = ground.leaf.filter(|leaf| (**leaf).key == key)?;
            let smaller = Main::without(ground.main, &ground.place, descent.level);
            if gcas::replace(descent.inode, (ground.main, smaller), trie, &guard) {
                descent.clean_up();
                return Some((*leaf).value.clone());
            }
            if broken(Rule::RemoveRetries) {
                return None;
            }
        }
    }
}

impl<'a, V: Clone + Send + Sync + 'static> Descent<'a, V> {
    fn new(trie: &'a Ctrie<V>, key: u64, guard: &'a Guard) -> Descent<'a, V> {
        let root = trie.read_root(None, guard);
        Descent {
            trie,
            guard,
            hash: hash::hash(key),
            // SAFETY: read under the guard.
            generation: unsafe { (*root).generation },
            parent: None,
            inode: root,
            level: 0,
        }
    }

    /// Walks down to where the key is or would be, and takes the I-nodes on the way into the walk's generation.
    ///
    /// # Safety
    ///
    /// All pointers of the walk were read under its guard, which makes them good until it goes.
    unsafe fn ground(&mut self) -> Result<Ground<V>, Stale> {
        // SAFETY: the caller's promise, and what is read here is read under the same guard.
        unsafe {
            loop {
                let main = gcas::read(self.inode, Some(self.trie), self.guard);
                if Main::tomb(main).is_some() {
                    self.clean_parent();
                    return Err(Stale);
                }
                let place = Main::place(main, self.hash, self.level);
                let target = place.taken.then(|| Main::branch(main, place.at).target());
                let below = match target {
                    None => None,
                    Some(Target::Leaf(leaf)) => Some(leaf),
                    Some(Target::INode(below)) => {
                        self.go_down(main, &place, below)?;
                        continue;
                    }
                };
                return Ok(Ground {
                    main,
                    place,
                    leaf: below,
                });
            }
        }
    }

    /// Steps to a child, or brings it into the walk's generation first.
    ///
    /// # Safety
    ///
    /// As [`Descent::ground`].
    unsafe fn go_down(
        &mut self,
        main: *mut Main<V>,
        place: &Place,
        below: *mut INode<V>,
    ) -> Result<(), Stale> {
        // SAFETY: as in `ground`.
        unsafe {
            if (*below).generation == self.generation || broken(Rule::WritersRenew) {
                self.parent = Some(self.inode);
                self.inode = below;
                self.level += BITS;
                return Ok(());
            }
            let below = gcas::renewed(below, self.generation, Some(self.trie), self.guard);
            let copy = Main::with_branch(main, place.at, Branch::inode(below));
            if gcas::replace(self.inode, (main, copy), self.trie, self.guard) {
                Ok(())
            } else {
                Err(Stale)
            }
        }
    }

    /// Puts a leaf where the walk has ended; tells whether it did.
    ///
    /// # Safety
    ///
    /// As [`Descent::ground`]; the caller owns a count of the leaf.
    unsafe fn put(&self, ground: &Ground<V>, leaf: *mut Leaf<V>) -> bool {
        // SAFETY: as in `ground`; each branch that goes into the new node takes a count of its own along.
        unsafe {
            let branch = Branch::leaf(leaf).retained();
            let (main, place) = (ground.main, &ground.place);
            let copy = match ground.leaf {
                None => Main::with_more(main, place, branch),
                Some(found) if (*found).key == (*leaf).key => {
                    Main::with_branch(main, place.at, branch)
                }
                Some(found) => {
                    Branch::leaf(found).retained();
                    let found = (found, hash::hash((*found).key));
                    let both =
                        Main::pair(found, (leaf, self.hash), self.level + BITS, self.generation);
                    let below = Branch::inode(INode::new(self.generation, both));
                    Main::with_branch(main, place.at, below)
                }
            };
            gcas::replace(self.inode, (main, copy), self.trie, self.guard)
        }
    }

    /// Replaces tombs among the parent's children by their leaves.
    ///
    /// # Safety
    ///
    /// As [`Descent::ground`].
    unsafe fn clean_parent(&self) {
        let Some(parent) = self.parent else {
            return;
        };
        // SAFETY: as in `ground`. What a child has is resolved before it is believed: a pending tomb may still fail, and
        // its leaf's neighbour would be lost with it.
        unsafe {
            let main = gcas::read(parent, Some(self.trie), self.guard);
            if Main::tomb(main).is_some() && !broken(Rule::TombStays) {
                return;
            }
            let copy = Main::mapped(main, self.level - BITS, |branch| {
                let Target::INode(child) = branch.target() else {
                    return branch.retained();
                };
                let below = if broken(Rule::CleanResolves) {
                    sync::load(&(*child).main)
                } else {
                    gcas::read(child, Some(self.trie), self.guard)
                };
                Main::tomb(below).unwrap_or(branch).retained()
            });
            gcas::replace(parent, (main, copy), self.trie, self.guard);
        }
    }

    /// After a removal: if it has left a tomb, its leaf moves up into the parent.
    ///
    /// # Safety
    ///
    /// As [`Descent::ground`].
    unsafe fn clean_up(&self) {
        let Some(parent) = self.parent else {
            return;
        };
        // SAFETY: as in `ground`.
        unsafe {
            loop {
                let below = gcas::read(self.inode, Some(self.trie), self.guard);
                let Some(leaf) = Main::tomb(below) else {
                    return;
                };
                let main = gcas::read(parent, Some(self.trie), self.guard);
                let level = self.level - BITS;
                if Main::tomb(main).is_some() {
                    return;
                }
                let place = Main::place(main, self.hash, level);
                let mine = Branch::inode(self.inode);
                let hangs_there =
                    || Main::branch(main, place.at) == mine || broken(Rule::CleansOwnChild);
                if !place.taken || !hangs_there() {
                    return;
                }
                let copy = Main::with_branch(main, place.at, leaf.retained());
                let copy = main_node::contracted(copy, level);
                let done = gcas::replace(parent, (main, copy), self.trie, self.guard);
                let root = self.trie.read_root(None, self.guard);
                if done || (*root).generation != self.generation {
                    return;
                }
            }
        }
    }
}
