//! Looking a key up.

use super::super::sync::{self, Guard, broken};
use super::Rule;
use super::gcas::{self, Reader};
use super::hash::{self, BITS};
use super::main_node::Main;
use super::node::{INode, Leaf, Target};

/// The leaf of a key.
///
/// # Safety
///
/// The root has a count while the guard lasts; so has the result, then.
#[inline]
pub(super) unsafe fn find<V: Clone + Send + Sync + 'static>(
    root: *mut INode<V>,
    key: u64,
    reader: Reader<'_, V>,
    guard: &Guard,
) -> Option<*mut Leaf<V>> {
    let hash = hash::hash(key);
    let (mut inode, mut level) = (root, 0);
    loop {
        // SAFETY: a root's or a live branch's I-node has a count, and so has its `main`, while the guard lasts.
        unsafe {
            let main = if broken(Rule::LookupResolves) {
                sync::load(&(*inode).main)
            } else {
                gcas::read(inode, reader, guard)
            };
            let tomb = Main::tomb(main);
            let branch = match tomb {
                Some(leaf) => leaf,
                None => {
                    let place = Main::place(main, hash, level);
                    if !place.taken {
                        return None;
                    }
                    Main::branch(main, place.at)
                }
            };
            match branch.target() {
                Target::INode(below) => inode = below,
                Target::Leaf(leaf) => {
                    let believed = tomb.is_some() && broken(Rule::TombComparesKey);
                    return (believed || (*leaf).key == key).then_some(leaf);
                }
            }
        }
        level += BITS;
    }
}
