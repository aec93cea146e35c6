//! What the threads of a test do, and what must hold then; run with threads of the system and under shuttle.
//!
//! Each body ends with no node and no value alive.

use std::sync::Arc;

use crate::ctrie::{Ctrie, Snapshot};
use crate::keys::with_hash;
use crate::sync::{settle, spawn, wait_turn};
use crate::value::Value;

pub(crate) type Trie = Ctrie<Value>;

/// Two pairs of keys; each pair shares a child of the root. The first pair's are `A` and `B`.
const A: u64 = 0x13;
const B: u64 = 0x23;
const C: u64 = 0x19;
const D: u64 = 0x29;

pub(crate) fn get(trie: &Trie, hash: u64) -> Option<u64> {
    trie.get(with_hash(hash)).map(|value| value.number())
}

pub(crate) fn put(trie: &Trie, hash: u64, number: u64) -> Option<u64> {
    let former = trie.insert(with_hash(hash), Value::new(number));
    former.map(|value| value.number())
}

pub(crate) fn take(trie: &Trie, hash: u64) -> Option<u64> {
    trie.remove(with_hash(hash)).map(|value| value.number())
}

pub(crate) fn read(snapshot: &Snapshot<Value>, hash: u64) -> Option<u64> {
    snapshot.get(with_hash(hash)).map(Value::number)
}

/// Runs the tasks, each in a thread of its own, and waits for them.
fn together(tasks: Vec<Box<dyn FnOnce() + Send>>) {
    let threads: Vec<_> = tasks.into_iter().map(spawn).collect();
    for thread in threads {
        thread.join().expect("a task of the test failed");
    }
}

/// A task over a trie that others share.
fn task(trie: &Arc<Trie>, run: impl FnOnce(&Trie) + Send + 'static) -> Box<dyn FnOnce() + Send> {
    let trie = Arc::clone(trie);
    Box::new(move || run(&trie))
}

fn of(entries: &[u64]) -> Arc<Trie> {
    let trie = Arc::new(Trie::new());
    for hash in entries {
        assert_eq!(put(&trie, *hash, *hash), None);
    }
    trie
}

/// Sees that with the trie nothing is left, once nobody reads any more.
#[track_caller]
pub fn nothing_left() {
    assert_eq!(settle(), 0, "nodes are left");
    assert_eq!(Value::alive(), 0, "values are left");
}

#[track_caller]
pub(crate) fn end(trie: Arc<Trie>) {
    assert_eq!(Arc::strong_count(&trie), 1, "a task still has the trie");
    drop(trie);
    nothing_left();
}

/// Writers count up in keys of their own, one after the other, and insert and remove others; each snapshot must show, for
/// each writer, what it had written at one moment, and go on showing it, whatever is written to the trie and to its forks.
pub fn cuts(writers: u64, width: u64, rounds: u64) {
    let key = |writer: u64, at: u64| writer | at << 4;
    let trie = Arc::new(Trie::new());
    for writer in 0..writers {
        for at in 0..width {
            put(&trie, key(writer, at), 0);
        }
    }
    let write = move |trie: &Trie, writer: u64| {
        for round in 1..=rounds {
            for at in 0..width {
                assert_eq!(put(trie, key(writer, at), round), Some(round - 1));
            }
            let own = key(writer, width + 1);
            assert_eq!(put(trie, own, round), None);
            assert_eq!(take(trie, own), Some(round), "a remove missed its key");
            assert_eq!(take(trie, own), None);
        }
    };
    let look = move |trie: &Trie| {
        for _ in 0..rounds + 1 {
            let snapshot = trie.snapshot();
            let all = || -> Vec<u64> {
                let keys =
                    (0..writers).flat_map(|writer| (0..width).map(move |at| key(writer, at)));
                keys.map(|key| read(&snapshot, key).expect("a key is missing"))
                    .collect()
            };
            let seen = all();
            for run in seen.chunks(width as usize) {
                let falls = run.is_sorted_by(|a, b| a >= b) && run[0] - run[run.len() - 1] <= 1;
                assert!(falls, "no moment of the writer: {seen:?}");
            }
            wait_turn();
            assert_eq!(seen, all(), "a snapshot has moved");
            let fork = snapshot.fork();
            assert_eq!(put(&fork, key(0, 0), 1000), Some(seen[0]));
            assert_eq!(seen, all(), "a write to a fork shows in its snapshot");
        }
    };
    let mut tasks = vec![task(&trie, look)];
    for writer in 0..writers {
        tasks.push(task(&trie, move |trie| write(trie, writer)));
    }
    together(tasks);
    for writer in 0..writers {
        for at in 0..width {
            assert_eq!(get(&trie, key(writer, at)), Some(rounds), "a write is lost");
        }
    }
    end(trie);
}

/// A remove beside a tomb and a snapshot. Two children of the root become tombs, while a third thread meets one of them and
/// cleans the root, and a fourth takes a snapshot. Who believes a tomb that is not committed yet loses its neighbour's key,
/// whose remove then begins again and finds nothing.
pub fn tombs() {
    let trie = of(&[A, B, C, D]);
    together(vec![
        task(&trie, |trie| {
            assert_eq!(
                take(trie, B),
                Some(B),
                "remove of a present key said absent"
            )
        }),
        task(&trie, |trie| {
            assert_eq!(
                take(trie, D),
                Some(D),
                "remove of a present key said absent"
            )
        }),
        task(&trie, |trie| assert_eq!(put(trie, C, 1), Some(C))),
        task(&trie, |trie| drop(trie.snapshot())),
    ]);
    assert_eq!(
        [A, B, C, D].map(|hash| get(&trie, hash)),
        [Some(A), None, Some(1), None]
    );
    end(trie);
}

/// A tomb in the midst of being looked at: a removed key is not found in its neighbour's leaf.
pub fn tomb_read() {
    let trie = of(&[A, B]);
    together(vec![
        task(&trie, |trie| assert_eq!(take(trie, B), Some(B))),
        task(&trie, |trie| {
            let seen = [get(trie, B), get(trie, B), get(trie, A)];
            let possible = [(Some(B), Some(B)), (Some(B), None), (None, None)];
            assert!(
                possible.contains(&(seen[0], seen[1])) && seen[2] == Some(A),
                "{seen:?}"
            );
        }),
    ]);
    end(trie);
}

/// A tomb below a tomb: the child of a child of the root becomes one, then its parent, while another thread is on its way
/// through both to a key that is not there.
pub fn deep_tombs() {
    let (one, two, absent) = (0x155, 0x255, 0x355);
    let trie = of(&[one, two]);
    together(vec![
        task(&trie, move |trie| assert_eq!(take(trie, two), Some(two))),
        task(&trie, move |trie| assert_eq!(take(trie, absent), None)),
    ]);
    assert_eq!(
        (get(&trie, one), get(&trie, two)),
        (Some(one), None),
        "cleaning lost a key"
    );
    end(trie);
}

/// A key comes back while the thread that removed it still cleans up behind itself.
pub fn return_of_the_removed() {
    let trie = of(&[A, B]);
    let writes = task(&trie, |trie| {
        let former = put(trie, B, 2);
        wait_turn();
        let expected = if former.is_some() { None } else { Some(2) };
        // With a former value it came before the remove, which may not have been yet.
        assert!(
            get(trie, B) == expected || former.is_some(),
            "a key that came back is lost"
        );
    });
    let removes = task(&trie, |trie| {
        let removed = take(trie, B);
        assert!(
            matches!(removed, Some(B | 2)),
            "remove of a present key said absent"
        );
    });
    together(vec![removes, writes]);
    assert_eq!(get(&trie, A), Some(A));
    end(trie);
}

/// Writes to the root itself against snapshots, which change the root: nothing is lost, and snapshots do not move.
pub fn roots() {
    let trie = of(&[1]);
    let snapshots = |trie: &Trie| {
        let snapshot = trie.snapshot();
        let all = || [1, 2, 3, 4].map(|hash| read(&snapshot, hash));
        let seen = all();
        assert!(
            seen[0].is_some() && (seen[1].is_some() || seen[2].is_none()),
            "no moment: {seen:?}"
        );
        wait_turn();
        assert_eq!(seen, all(), "a snapshot has moved");
    };
    let two = |trie: &Trie| {
        assert_eq!((put(trie, 2, 2), put(trie, 3, 3)), (None, None));
        assert_eq!(
            (get(trie, 2), get(trie, 3)),
            (Some(2), Some(3)),
            "a write is lost"
        );
    };
    together(vec![
        task(&trie, two),
        task(&trie, |trie| {
            assert_eq!((put(trie, 4, 4), put(trie, 1, 9)), (None, Some(1)))
        }),
        task(&trie, snapshots),
    ]);
    assert_eq!(
        [1, 2, 3, 4].map(|hash| get(&trie, hash)),
        [9, 2, 3, 4].map(Some),
        "a write is lost"
    );
    end(trie);
}

/// Two snapshots at once, beside a writer below the root.
pub fn two_snapshots() {
    let trie = of(&[A, B]);
    let look = |trie: &Trie| {
        let first = trie.snapshot();
        let second = trie.snapshot();
        let values = |snapshot: &Snapshot<Value>| (read(snapshot, A), read(snapshot, B));
        let seen = (values(&first), values(&second));
        assert!(
            seen.0.0 <= seen.1.0 && seen.0.1 <= seen.1.1,
            "time went backwards: {seen:?}"
        );
        for (a, b) in [seen.0, seen.1] {
            assert!(
                a == Some(100) || b == Some(B),
                "the second write without the first: {seen:?}"
            );
        }
        wait_turn();
        assert_eq!(
            seen,
            (values(&first), values(&second)),
            "a snapshot has moved"
        );
    };
    together(vec![
        task(&trie, look),
        task(&trie, look),
        task(&trie, |trie| {
            assert_eq!((put(trie, A, 100), put(trie, B, 101)), (Some(A), Some(B)));
        }),
    ]);
    assert_eq!(
        (get(&trie, A), get(&trie, B)),
        (Some(100), Some(101)),
        "a write is lost"
    );
    end(trie);
}

/// Two writers below one child of the root, of which one is late: while it writes into the closed generation, the other
/// copies that child into the new one.
pub fn renewals() {
    let trie = of(&[A, B]);
    let look = |trie: &Trie| {
        let snapshot = trie.snapshot();
        let both = || (read(&snapshot, A), read(&snapshot, B));
        let seen = both();
        wait_turn();
        assert_eq!(seen, both(), "a snapshot has moved");
    };
    together(vec![
        task(&trie, |trie| assert_eq!(put(trie, A, 100), Some(A))),
        task(&trie, |trie| {
            assert_eq!(put(trie, B, 101), Some(B));
            assert_eq!(get(trie, B), Some(101), "a write is lost");
        }),
        task(&trie, look),
    ]);
    assert_eq!(
        (get(&trie, A), get(&trie, B)),
        (Some(100), Some(101)),
        "a write is lost"
    );
    end(trie);
}

/// Snapshots, forks and the trie go while others still read what they shared.
pub fn drops_beside_readers() {
    let trie = of(&[A, B, C]);
    let snapshot = trie.snapshot();
    let other = snapshot.clone();
    let fork = snapshot.fork();
    let read_all = |snapshot: Snapshot<Value>| {
        move || {
            let mut keys: Vec<u64> = snapshot.iter().map(|(_, value)| value.number()).collect();
            keys.sort_unstable();
            assert_eq!(keys, [A, C, B]);
            assert_eq!(read(&snapshot, D), None);
        }
    };
    together(vec![
        Box::new(read_all(snapshot)),
        Box::new(read_all(other)),
        Box::new(move || {
            assert_eq!((take(&fork, A), put(&fork, D, D)), (Some(A), None));
            let seen = fork.into_snapshot();
            assert_eq!(
                (read(&seen, A), read(&seen, B), read(&seen, D)),
                (None, Some(B), Some(D))
            );
        }),
        task(&trie, |trie| {
            assert_eq!((take(trie, B), put(trie, A, 1)), (Some(B), Some(A)));
        }),
    ]);
    end(trie);
}

/// A fork is written in place, while the snapshot it came from is read and goes, and while the trie it came from is
/// written: what is shared is not touched, and what becomes unshared meanwhile may be.
pub fn in_place_beside_readers() {
    let trie = of(&[A, B, C]);
    take(&trie, B);
    let snapshot = trie.snapshot();
    let mut fork = snapshot.fork();
    together(vec![
        Box::new(move || {
            let seen = || [A, B, C, D].map(|hash| read(&snapshot, hash));
            assert_eq!(seen(), [Some(A), None, Some(C), None]);
            wait_turn();
            assert_eq!(
                seen(),
                [Some(A), None, Some(C), None],
                "a snapshot has moved"
            );
        }),
        Box::new(move || {
            let mut put = |hash: u64, number: u64| {
                let former = fork.insert_mut(with_hash(hash), Value::new(number));
                former.map(|value| value.number())
            };
            assert_eq!((put(A, 1), put(D, 2), put(A, 3)), (Some(A), None, Some(1)));
            assert_eq!(put(C, 4), Some(C));
            let seen = fork.into_snapshot();
            let found = [A, B, C, D].map(|hash| read(&seen, hash));
            assert_eq!(found, [Some(3), None, Some(4), Some(2)]);
        }),
        task(&trie, |trie| {
            assert_eq!((put(trie, A, 5), put(trie, B, 6)), (Some(A), None));
            drop(trie.snapshot());
            assert_eq!((take(trie, C), put(trie, D, 7)), (Some(C), None));
        }),
    ]);
    let found = [A, B, C, D].map(|hash| get(&trie, hash));
    assert_eq!(found, [Some(5), Some(6), None, Some(7)]);
    end(trie);
}
