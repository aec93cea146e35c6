//! Random operations of several threads, recorded, and whether they are linearizable.

use std::sync::Arc;

use crate::bodies::{Trie, end, get, put, read, take};
use crate::ctrie::Snapshot;
use crate::history::{Answer, Call, Contents, Event, KEYS, linearizable};
use crate::keys::with_hash;
use crate::sync::{now, spawn};
use crate::value::Value;

/// Random operations of three threads, four each, from a seed: what they gave must be linearizable.
pub fn history(seed: u64) {
    // Two that differ at the third level, one beside them at the second, one at the root.
    const HASHES: [u64; KEYS] = [0x111, 0x211, 0x31, 0x7];
    let mut chance = Chance::new(seed);
    let trie = Arc::new(Trie::new());
    let mut start = Contents::default();
    for (at, hash) in HASHES.iter().enumerate() {
        if chance.below(2) == 0 {
            start[at] = Some(at as u8);
            put(&trie, *hash, at as u64);
        }
    }
    let threads: Vec<_> = (0..3)
        .map(|thread| {
            let calls: Vec<Call> = (0..4)
                .map(|at| chance.call(10 * (thread + 1) + at))
                .collect();
            let trie = Arc::clone(&trie);
            spawn(move || {
                calls
                    .into_iter()
                    .map(|call| carried_out(&trie, &HASHES, call))
                    .collect()
            })
        })
        .collect();
    let mut events: Vec<Event> = Vec::new();
    let mut snapshots = Vec::new();
    for thread in threads {
        let recorded: Vec<(Event, Option<Snapshot<Value>>)> =
            thread.join().expect("a thread of the history failed");
        for (event, snapshot) in recorded {
            events.push(event);
            snapshots.extend(snapshot.map(|snapshot| (event.answer, snapshot)));
        }
    }
    let at_the_end = carried_out(&trie, &HASHES, Call::ReadAll);
    events.push(at_the_end.0);
    for (answer, snapshot) in &snapshots {
        assert_eq!(
            *answer,
            Answer::All(contents(snapshot, &HASHES)),
            "a snapshot has moved"
        );
    }
    assert!(
        linearizable(&events, start),
        "seed {seed}, from {start:?}: {events:#?}"
    );
    drop((snapshots, at_the_end));
    end(trie);
}

fn contents(snapshot: &Snapshot<Value>, hashes: &[u64; KEYS]) -> Contents {
    hashes.map(|hash| read(snapshot, hash).map(|number| number as u8))
}

/// Carries a call out and records it; a snapshot is kept, to be read again later.
fn carried_out(trie: &Trie, hashes: &[u64; KEYS], call: Call) -> (Event, Option<Snapshot<Value>>) {
    let short = |number: Option<u64>| Answer::Former(number.map(|number| number as u8));
    let from = now();
    let (answer, to, snapshot) = match call {
        Call::Insert(key, value) => (short(put(trie, hashes[key], value.into())), now(), None),
        Call::Remove(key) => (short(take(trie, hashes[key])), now(), None),
        Call::Get(key) => (short(get(trie, hashes[key])), now(), None),
        Call::CompareInsert(key, expected, value) => {
            let agrees =
                |found: Option<&Value>| found.map(|value| value.number() as u8) == expected;
            let value = Value::new(value.into());
            let done = trie.compare_insert(with_hash(hashes[key]), agrees, value);
            (Answer::Done(done), now(), None)
        }
        Call::ReadAll => {
            let snapshot = trie.snapshot();
            let to = now();
            (Answer::All(contents(&snapshot, hashes)), to, Some(snapshot))
        }
    };
    (
        Event {
            call,
            answer,
            from,
            to,
        },
        snapshot,
    )
}

/// Numbers by chance, from a seed.
struct Chance(u64);

impl Chance {
    fn new(seed: u64) -> Chance {
        Chance(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 16) % bound
    }

    fn call(&mut self, value: u8) -> Call {
        let key = self.below(KEYS as u64) as usize;
        match self.below(10) {
            0..=2 => Call::Insert(key, value),
            3..=5 => Call::Remove(key),
            6 => Call::Get(key),
            7 => {
                let expected = (self.below(2) == 0).then_some(key as u8);
                Call::CompareInsert(key, expected, value)
            }
            _ => Call::ReadAll,
        }
    }
}
