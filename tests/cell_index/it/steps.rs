//! Steps with any number of tries and snapshots, and what ordinary maps say to each.

use std::collections::BTreeMap;

use proptest::prelude::*;
use tabulith_cell_index::ctrie::{Ctrie, Snapshot};
use tabulith_cell_index::keys::{order, with_hash};
use tabulith_cell_index::value::Value;

type Map = BTreeMap<u64, u64>;

/// Few keys, of which many share the beginnings of their hashes: some to the last level but one.
const HASHES: [u64; 14] = [
    0x0000_0000_0000_0000,
    0xF000_0000_0000_0000,
    0x0000_0000_0000_0001,
    0x0000_0000_0000_0011,
    0x0000_0000_0000_0021,
    0x0000_0000_0000_0111,
    0x0000_0000_0000_0211,
    0x0000_0000_0000_0002,
    0x0000_0000_0000_0012,
    0x0000_0000_0000_0003,
    0x1111_1111_1111_1114,
    0x2111_1111_1111_1114,
    0x2111_1111_1111_1014,
    0xFFFF_FFFF_FFFF_FFFF,
];

/// One step; the first number chooses a trie or a snapshot among those that are there.
#[derive(Debug, Clone)]
pub(crate) enum Step {
    Insert(usize, usize),
    InsertMut(usize, usize),
    CompareInsert(usize, usize, bool),
    Remove(usize, usize),
    Get(usize, usize),
    Take(usize),
    Fork(usize),
    Close(usize),
    Clone(usize),
    Iterate(usize),
    Diff(usize, usize),
    DropTrie(usize),
    DropSnapshot(usize),
}

/// Some hundred steps, most of them writes.
pub(crate) fn steps() -> impl Strategy<Value = Vec<Step>> {
    let any = || 0..60usize;
    let key = || 0..HASHES.len();
    let step = prop_oneof![
        6 => (any(), key()).prop_map(|(trie, key)| Step::Insert(trie, key)),
        6 => (any(), key()).prop_map(|(trie, key)| Step::InsertMut(trie, key)),
        2 => (any(), key(), prop::bool::ANY).prop_map(|(t, key, right)| Step::CompareInsert(t, key, right)),
        8 => (any(), key()).prop_map(|(trie, key)| Step::Remove(trie, key)),
        3 => (any(), key()).prop_map(|(trie, key)| Step::Get(trie, key)),
        3 => any().prop_map(Step::Take),
        1 => any().prop_map(Step::Fork),
        1 => any().prop_map(Step::Close),
        1 => any().prop_map(Step::Clone),
        2 => any().prop_map(Step::Iterate),
        2 => (any(), any()).prop_map(|(one, other)| Step::Diff(one, other)),
        1 => any().prop_map(Step::DropTrie),
        2 => any().prop_map(Step::DropSnapshot),
    ];
    proptest::collection::vec(step, 1..300)
}

/// Tries and snapshots, each with the map that it must be equal to.
#[derive(Default)]
struct World {
    tries: Vec<(Ctrie<Value>, Map)>,
    snapshots: Vec<(Snapshot<Value>, Map)>,
    /// Each value has a number of its own, so that equal ones are the same one.
    numbers: u64,
}

/// Carries the steps out; panics where tries and maps differ.
pub(crate) fn carry_out(steps: &[Step]) {
    let mut world = World::default();
    for step in steps {
        world.step(step);
    }
    let everything = world.snapshots.len();
    for at in 0..everything {
        world.step(&Step::Iterate(at));
        world.step(&Step::Diff(0, at));
    }
    for (trie, map) in &world.tries {
        for key in HASHES.map(with_hash) {
            assert_eq!(
                trie.get(key).map(|value| value.number()),
                map.get(&key).copied()
            );
        }
    }
}

impl World {
    fn step(&mut self, step: &Step) {
        if self.tries.is_empty() {
            self.tries.push((Ctrie::new(), Map::new()));
        }
        match *step {
            Step::Insert(trie, key) => self.insert(trie, with_hash(HASHES[key])),
            Step::InsertMut(trie, key) => self.insert_mut(trie, with_hash(HASHES[key])),
            Step::CompareInsert(trie, key, right) => {
                self.compare_insert(trie, with_hash(HASHES[key]), right);
            }
            Step::Remove(trie, key) => {
                let (trie, map) = self.trie(trie);
                let key = with_hash(HASHES[key]);
                assert_eq!(
                    trie.remove(key).map(|value| value.number()),
                    map.remove(&key)
                );
            }
            Step::Get(trie, key) => {
                let (trie, map) = self.trie(trie);
                let key = with_hash(HASHES[key]);
                assert_eq!(
                    trie.get(key).map(|value| value.number()),
                    map.get(&key).copied()
                );
            }
            Step::Take(trie) => {
                let (trie, map) = self.trie(trie);
                let taken = (trie.snapshot(), map.clone());
                self.snapshots.push(taken);
            }
            Step::Close(trie) => {
                let (trie, map) = self.tries.swap_remove(trie % self.tries.len());
                self.snapshots.push((trie.into_snapshot(), map));
            }
            Step::DropTrie(trie) => {
                self.tries.swap_remove(trie % self.tries.len());
            }
            _ if self.snapshots.is_empty() => {}
            Step::Fork(at) => {
                let (snapshot, map) = self.snapshot(at);
                let fork = (snapshot.fork(), map.clone());
                self.tries.push(fork);
            }
            Step::Clone(at) => {
                let (snapshot, map) = self.snapshot(at);
                let same = (snapshot.clone(), map.clone());
                self.snapshots.push(same);
            }
            Step::Iterate(at) => self.iterate(at),
            Step::Diff(one, other) => self.diff(one, other),
            Step::DropSnapshot(at) => {
                self.snapshots.swap_remove(at % self.snapshots.len());
            }
        }
    }

    fn trie(&mut self, at: usize) -> (&mut Ctrie<Value>, &mut Map) {
        let at = at % self.tries.len();
        let (trie, map) = &mut self.tries[at];
        (trie, map)
    }

    fn snapshot(&self, at: usize) -> &(Snapshot<Value>, Map) {
        &self.snapshots[at % self.snapshots.len()]
    }

    fn insert(&mut self, trie: usize, key: u64) {
        self.numbers += 1;
        let number = self.numbers;
        let (trie, map) = self.trie(trie);
        let former = trie.insert(key, Value::new(number));
        assert_eq!(former.map(|value| value.number()), map.insert(key, number));
    }

    fn insert_mut(&mut self, trie: usize, key: u64) {
        self.numbers += 1;
        let number = self.numbers;
        let (trie, map) = self.trie(trie);
        let known = map.get(&key).copied();
        trie.with(key, |found| assert_eq!(found.map(Value::number), known));
        let former = trie.insert_mut(key, Value::new(number));
        assert_eq!(former.map(|value| value.number()), map.insert(key, number));
    }

    fn compare_insert(&mut self, trie: usize, key: u64, right: bool) {
        self.numbers += 1;
        let number = self.numbers;
        let (trie, map) = self.trie(trie);
        let known = map.get(&key).copied();
        let agrees = |found: Option<&Value>| {
            assert_eq!(found.map(Value::number), known);
            right
        };
        assert_eq!(trie.compare_insert(key, agrees, Value::new(number)), right);
        if right {
            map.insert(key, number);
        }
    }

    fn iterate(&self, at: usize) {
        let (snapshot, map) = self.snapshot(at);
        let found: Vec<(u64, u64)> = snapshot
            .iter()
            .map(|(key, value)| (key, value.number()))
            .collect();
        let mut expected: Vec<(u64, u64)> =
            map.iter().map(|(key, number)| (*key, *number)).collect();
        expected.sort_by_key(|(key, _)| order(*key));
        assert_eq!(found, expected);
        assert_eq!(snapshot.is_empty(), map.is_empty());
        for key in HASHES.map(with_hash) {
            assert_eq!(snapshot.get(key).map(Value::number), map.get(&key).copied());
        }
    }

    fn diff(&self, one: usize, other: usize) {
        let ((one, before), (other, after)) = (self.snapshot(one), self.snapshot(other));
        let mut found = Vec::new();
        one.diff(other, |key, old, new| {
            found.push((key, old.map(Value::number), new.map(Value::number)));
        });
        let keys = HASHES.map(with_hash).into_iter();
        let mut expected: Vec<_> = keys
            .map(|key| (key, before.get(&key).copied(), after.get(&key).copied()))
            .filter(|(_, old, new)| old != new)
            .collect();
        expected.sort_by_key(|(key, _, _)| order(*key));
        assert_eq!(found, expected);
    }
}
