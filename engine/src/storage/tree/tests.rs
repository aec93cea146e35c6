//! Tests of the persistent tree: against a plain map, and how many nodes a write copies.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::reference::{Anchor, Axis};
use crate::storage::{AnchorCounter, RowAxis};

#[derive(Debug, Clone)]
enum Edit {
    Insert(u16, u32),
    Remove(u16),
    Change(u16, u32),
    RemoveRange(u16, u16),
    Snapshot,
}

fn edits(length: usize) -> impl Strategy<Value = Vec<Edit>> {
    let key = || 0..2_000_u16;
    let edit = prop_oneof![
        8 => (key(), any::<u32>()).prop_map(|(key, value)| Edit::Insert(key, value)),
        4 => key().prop_map(Edit::Remove),
        2 => (key(), any::<u32>()).prop_map(|(key, value)| Edit::Change(key, value)),
        1 => (key(), 0..200_u16).prop_map(|(key, count)| Edit::RemoveRange(key, count)),
        1 => Just(Edit::Snapshot),
    ];
    proptest::collection::vec(edit, 0..length)
}

/// The greatest value and the number of entries of each subtree.
struct Greatest;

impl Policy<u16, u32> for Greatest {
    type Summary = (u32, usize);

    fn compare(&self, a: &u16, b: &u16) -> Ordering {
        a.cmp(b)
    }

    fn summary(&self, _: &u16, value: &u32) -> (u32, usize) {
        (*value, 1)
    }

    fn merge(&self, a: &(u32, usize), b: &(u32, usize)) -> (u32, usize) {
        (a.0.max(b.0), a.1 + b.1)
    }
}

type Model = BTreeMap<u16, u32>;

fn apply(edit: &Edit, tree: &mut Tree<u16, u32, Greatest>, model: &mut Model) {
    match *edit {
        Edit::Insert(key, value) => {
            assert_eq!(tree.insert(&Greatest, key, value), model.insert(key, value));
        }
        Edit::Remove(key) => assert_eq!(tree.remove(&Greatest, &key), model.remove(&key)),
        Edit::Change(key, value) => {
            let found = tree.update(&Greatest, &key, |v| *v = value);
            assert_eq!(found, model.get_mut(&key).map(|v| *v = value));
        }
        Edit::RemoveRange(first, count) => {
            for key in first..first + count {
                assert_eq!(tree.remove(&Greatest, &key), model.remove(&key));
            }
        }
        Edit::Snapshot => {}
    }
}

fn check(tree: &Tree<u16, u32, Greatest>, model: &Model) {
    assert_eq!(tree.len(), model.len());
    assert!(tree.iter().eq(model.iter()));
    assert_eq!(tree.first(), model.first_key_value());
    assert_eq!(tree.last(), model.last_key_value());
    let summary = model.values().max().map(|max| (*max, model.len()));
    assert_eq!(tree.summary(&Greatest), summary);
    for key in (0..2_100).step_by(37) {
        assert_eq!(tree.get(&Greatest, &key), model.get(&key));
        assert_eq!(tree.floor(&Greatest, &key), model.range(..=key).next_back());
        assert_eq!(tree.lower(&Greatest, &key), model.range(..key).next_back());
        assert_eq!(tree.ceiling(&Greatest, &key), model.range(key..).next());
        assert_eq!(tree.higher(&Greatest, &key), model.range(key + 1..).next());
        assert!(tree.from(&Greatest, &key).eq(model.range(key..)));
    }
    if let Some(root) = &tree.root {
        check_node(root, true);
    }
}

/// The depth of a node whose shape and summaries are right.
fn check_node(node: &Node<u16, u32, (u32, usize)>, root: bool) -> usize {
    match node {
        Node::Leaf(entries) => {
            assert!((1..=WIDTH).contains(&entries.len()));
            1
        }
        Node::Inner(children) => {
            assert!((if root { 2 } else { 1 }..=WIDTH).contains(&children.len()));
            let mut depths = children.iter().map(|child| check_node(&child.node, false));
            let depth = depths.next().unwrap();
            assert!(depths.all(|d| d == depth), "leaves of unequal depth");
            depth + 1
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]
    #[test]
    fn a_tree_is_an_ordered_map_and_its_clones_stay(
        start in 0..2_000_u16,
        edits in edits(400),
    ) {
        let mut model: Model = (0..start).map(|key| (key, u32::from(key))).collect();
        let entries = model.iter().map(|(key, value)| (*key, *value));
        let mut tree = Tree::from_sorted(&Greatest, entries);
        check(&tree, &model);
        let mut kept = vec![(tree.clone(), model.clone())];
        for edit in &edits {
            if matches!(edit, Edit::Snapshot) {
                kept.push((tree.clone(), model.clone()));
            }
            apply(edit, &mut tree, &mut model);
        }
        kept.push((tree, model));
        kept.iter().for_each(|(tree, model)| check(tree, model));
    }

    #[test]
    fn what_differs_is_found_in_order(
        start in 0..2_000_u16,
        before in edits(100),
        between in edits(100),
    ) {
        let mut model: Model = (0..start).map(|key| (key, u32::from(key))).collect();
        let mut tree = Tree::from_sorted(&Greatest, model.clone());
        before.iter().for_each(|edit| apply(edit, &mut tree, &mut model));
        let (old_tree, old) = (tree.clone(), model.clone());
        between.iter().for_each(|edit| apply(edit, &mut tree, &mut model));
        let keys: std::collections::BTreeSet<u16> = old.keys().chain(model.keys()).copied().collect();
        let mut expected: Vec<_> = keys
            .into_iter()
            .map(|key| (key, old.get(&key).copied(), model.get(&key).copied()))
            .collect();
        expected.retain(|(_, old, new)| old != new);
        let mut found = Vec::new();
        old_tree.diff(&Greatest, &tree, |a, b| a == b, |key, old, new| {
            found.push((*key, old.copied(), new.copied()));
        });
        prop_assert_eq!(found, expected);
    }

    #[test]
    fn a_visit_passes_over_what_is_not_kept(
        values in proptest::collection::btree_map(0..2_000_u16, 0..1_000_u32, 0..1_500),
        least in 0..1_000_u32,
        last in 0..2_000_u16,
    ) {
        let tree = Tree::from_sorted(&Greatest, values.clone());
        let mut met = Vec::new();
        tree.visit_where(
            &Greatest,
            |summary| summary.0 >= least,
            |key| *key > last,
            |key, value| met.push((*key, *value)),
        );
        let expected: Vec<_> = values
            .into_iter()
            .filter(|(key, value)| *key <= last && *value >= least)
            .collect();
        prop_assert_eq!(met, expected);
    }
}

#[test]
fn an_edit_of_a_million_entries_copies_a_path() {
    let entries = (0..1_000_000_u32).map(|key| (key * 2, key));
    let mut tree: Tree<u32, u32> = Tree::from_sorted(&Natural, entries);
    let before = tree.clone();
    let mut cost = |edit: &mut dyn FnMut(&mut Tree<u32, u32>)| {
        let start = nodes_copied();
        edit(&mut tree);
        nodes_copied() - start
    };
    let insert = cost(&mut |tree| assert_eq!(tree.insert(&Natural, 777_777, 1), None));
    assert!((1..=5).contains(&insert), "{insert} nodes copied");
    let again = cost(&mut |tree| *tree.get_mut(&Natural, &777_778).unwrap() = 5);
    assert_eq!(again, 0, "a node is copied once a version");
    let absent = cost(&mut |tree| assert_eq!(tree.remove(&Natural, &999_999), None));
    assert_eq!(absent, 0, "an absent key copies nothing");
    assert_eq!(before.get(&Natural, &777_777), None);
    assert_eq!(before.get(&Natural, &777_778), Some(&388_889));
    assert_eq!(tree.get(&Natural, &777_778), Some(&5));
}

#[test]
fn a_difference_looks_at_few_of_a_million_entries() {
    let entries = (0..1_000_000_u32).map(|key| (key * 2, key));
    let before: Tree<u32, u32> = Tree::from_sorted(&Natural, entries);
    let mut after = before.clone();
    after.insert(&Natural, 1_001, 7);
    for key in 0..100 {
        after.insert(&Natural, 1_500_001 + key * 2, 0);
    }
    *after.get_mut(&Natural, &6).unwrap() = 0;
    let compared = std::cell::Cell::new(0);
    let mut found = 0;
    let same = |a: &u32, b: &u32| {
        compared.set(compared.get() + 1);
        a == b
    };
    before.diff(&Natural, &after, same, |_, _, _| found += 1);
    assert_eq!(found, 102);
    assert!(compared.get() < 500, "{} entries compared", compared.get());
}

/// Keys that fill a root's leaves.
const FULL: u32 = (WIDTH * WIDTH) as u32;

#[test]
fn appended_keys_fill_their_nodes_and_emptying_leaves_nothing() {
    let mut tree: Tree<u32, ()> = Tree::new();
    let start = nodes_copied();
    for key in 0..FULL {
        tree.insert(&Natural, key, ());
    }
    assert_eq!(
        nodes_copied() - start,
        WIDTH as u64,
        "all leaves beside the first, one root"
    );
    for key in 0..FULL {
        assert_eq!(tree.remove(&Natural, &key), Some(()));
    }
    assert!(tree.is_empty() && tree.first().is_none() && tree.is_same(&Tree::new()));
}

#[test]
fn a_huge_tree_is_dropped_on_a_small_stack() {
    let dropped = std::thread::Builder::new()
        .stack_size(64 * 1024)
        .spawn(|| {
            drop(Tree::<u32, u32>::from_sorted(
                &Natural,
                (0..2_000_000).map(|key| (key, key)),
            ))
        })
        .unwrap()
        .join();
    assert!(dropped.is_ok());
}

/// A range of rows with the formula that reads it; ordered by its first row.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Interval {
    start: Anchor,
    end: Anchor,
    id: u32,
}

/// Intervals by the position of their start; of a subtree, the end that lies furthest down.
struct ByPosition(RowAxis);

impl Policy<Interval, ()> for ByPosition {
    type Summary = Anchor;

    fn compare(&self, a: &Interval, b: &Interval) -> Ordering {
        self.0
            .compare(a.start, b.start)
            .then_with(|| self.0.compare(a.end, b.end))
            .then_with(|| a.id.cmp(&b.id))
    }

    fn summary(&self, key: &Interval, (): &()) -> Anchor {
        key.end
    }

    fn merge(&self, a: &Anchor, b: &Anchor) -> Anchor {
        if self.0.compare(*a, *b).is_lt() {
            *b
        } else {
            *a
        }
    }
}

/// The intervals that meet the rows from `first` to `last`.
fn stab(tree: &Tree<Interval, (), ByPosition>, axis: &RowAxis, first: u32, last: u32) -> Vec<u32> {
    let (first, last) = (axis.anchor(first), axis.anchor(last));
    let mut ids = Vec::new();
    tree.visit_where(
        &ByPosition(axis.clone()),
        |end| axis.compare(*end, first).is_ge(),
        |key| axis.compare(key.start, last).is_gt(),
        |key, ()| ids.push(key.id),
    );
    ids.sort_unstable();
    ids
}

proptest! {
    #[test]
    fn an_interval_tree_survives_inserted_rows_untouched(
        ranges in proptest::collection::vec((0..500_u32, 0..60_u32), 1..300),
        inserts in proptest::collection::vec((0..500_u32, 1..20_u32), 0..10),
        queries in proptest::collection::vec((0..700_u32, 0..50_u32), 1..10),
    ) {
        let counter = AnchorCounter::rows();
        let mut axis = RowAxis::new(1_000);
        let mut tree = Tree::new();
        let mut all = Vec::new();
        for (id, (start, length)) in ranges.into_iter().enumerate() {
            let interval = Interval {
                start: axis.anchor(start),
                end: axis.anchor(start + length),
                id: id as u32,
            };
            tree.insert(&ByPosition(axis.clone()), interval.clone(), ());
            all.push(interval);
        }
        for (at, count) in inserts {
            axis = axis.insert(at, count, &counter).unwrap();
        }
        for (first, length) in queries {
            let last = first + length;
            let expected: Vec<u32> = all
                .iter()
                .filter(|interval| {
                    let start = axis.position(interval.start).unwrap();
                    let end = axis.position(interval.end).unwrap();
                    start <= last && end >= first
                })
                .map(|interval| interval.id)
                .collect();
            prop_assert_eq!(stab(&tree, &axis, first, last), expected);
        }
        for interval in all {
            prop_assert!(tree.remove(&ByPosition(axis.clone()), &interval).is_some());
        }
        prop_assert!(tree.is_empty());
    }
}

#[test]
fn a_version_is_known_by_its_address_and_keeps_nothing() {
    let mut tree: Tree<u32, Arc<str>> = Tree::new();
    let empty = tree.version();
    assert!(tree.is_version(&empty));
    let value: Arc<str> = "one".into();
    tree.insert(&Natural, 1, value.clone());
    let (first, clone) = (tree.version(), tree.clone());
    assert!(!tree.is_version(&empty) && tree.is_version(&first) && clone.is_version(&first));
    drop(clone);
    // Nobody else has it, and still it is another version when it is written.
    *tree.get_mut(&Natural, &1).unwrap() = "two".into();
    assert!(!tree.is_version(&first));
    assert_eq!(Arc::strong_count(&value), 1);
}
