//! The Ctrie under loom: every order of the accesses of two threads that differs in up to four preemptions, with what
//! acquire and release allow beside.
//!
//! `RUSTFLAGS="--cfg crossbeam_loom" cargo test -p tabulith-cell-index --features loom --test loom`, with a target folder
//! of its own. Each execution has a collector of its own, which is dropped with it.

#![cfg(crossbeam_loom)]

mod orders;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use crossbeam_epoch::Collector;
use tabulith_cell_index::ctrie::{Ctrie, Snapshot};
use tabulith_cell_index::keys::with_hash;
use tabulith_cell_index::sync::{alive, enter, leave, spawn};

type Trie = Ctrie<u64>;

/// Two keys that share a child of the root.
const A: u64 = 0x13;
const B: u64 = 0x23;

/// Tries all orders of `one` and `other` on a trie that holds some keys, and then `after`.
fn model<R: Send + 'static>(
    held: &'static [u64],
    one: fn(&Trie) -> R,
    other: fn(&Trie) -> R,
    after: fn(&Trie, R, R),
) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(4);
    builder.max_branches = 100_000;
    builder.max_duration = Some(Duration::from_secs(50));
    builder.log = false;
    let executions = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&executions);
    builder.check(move || {
        counted.fetch_add(1, Ordering::Relaxed);
        assert_eq!(alive(), 0, "nodes are left");
        let collector = Collector::new();
        enter(&collector);
        let trie = Arc::new(Trie::new());
        for hash in held {
            trie.insert(with_hash(*hash), *hash);
        }
        let thread = {
            let (trie, collector) = (Arc::clone(&trie), collector.clone());
            spawn(move || {
                enter(&collector);
                let result = one(&trie);
                leave();
                drop(trie);
                result
            })
        };
        let result = other(&trie);
        let first = thread.join().expect("the other thread failed");
        after(&trie, first, result);
        drop(trie);
        leave();
    });
    assert_eq!(alive(), 0, "nodes are left");
    let executions = executions.load(Ordering::Relaxed);
    assert!(executions > 10, "loom has tried {executions} orders only");
    println!("{executions} orders");
}

fn put(trie: &Trie, hash: u64, value: u64) {
    trie.insert(with_hash(hash), value);
}

fn get(trie: &Trie, hash: u64) -> Option<u64> {
    trie.get(with_hash(hash))
}

fn read(snapshot: &Snapshot<u64>, hash: u64) -> Option<u64> {
    snapshot.get(with_hash(hash)).copied()
}

/// What a snapshot shows at once, and the snapshot itself, to be read again.
type Seen = Option<(Snapshot<u64>, [Option<u64>; 2])>;

fn look(trie: &Trie) -> Seen {
    let snapshot = trie.snapshot();
    let seen = [A, B].map(|hash| read(&snapshot, hash));
    Some((snapshot, seen))
}

#[track_caller]
fn stands_still(seen: Seen) -> [Option<u64>; 2] {
    let (snapshot, seen) = seen.expect("a snapshot was taken");
    assert_eq!(
        [A, B].map(|hash| read(&snapshot, hash)),
        seen,
        "a snapshot has moved"
    );
    seen
}

#[test]
fn two_inserts_into_the_root() {
    model(
        &[],
        |trie| put(trie, 1, 10),
        |trie| put(trie, 2, 20),
        |trie, (), ()| {
            assert_eq!(
                (get(trie, 1), get(trie, 2)),
                (Some(10), Some(20)),
                "a write is lost"
            );
        },
    );
}

#[test]
fn an_insert_into_the_root_and_a_snapshot() {
    model(
        &[],
        |trie| {
            put(trie, A, 10);
            None
        },
        look,
        |trie, _, seen| {
            assert!(matches!(stands_still(seen), [None | Some(10), None]));
            assert_eq!(get(trie, A), Some(10), "a write is lost");
        },
    );
}

#[test]
fn an_insert_below_the_root_and_a_snapshot() {
    model(
        &[A, B],
        |trie| {
            put(trie, A, 100);
            None
        },
        look,
        |trie, _, seen| {
            assert!(matches!(stands_still(seen), [Some(A | 100), Some(B)]));
            assert_eq!(
                (get(trie, A), get(trie, B)),
                (Some(100), Some(B)),
                "a write is lost"
            );
        },
    );
}

#[test]
fn a_remove_and_a_snapshot() {
    model(
        &[A, B],
        |trie| {
            assert_eq!(
                trie.remove(with_hash(A)),
                Some(A),
                "remove of a present key said absent"
            );
            None
        },
        look,
        |trie, _, seen| {
            assert!(matches!(stands_still(seen), [None | Some(A), Some(B)]));
            assert_eq!((get(trie, A), get(trie, B)), (None, Some(B)));
        },
    );
}

#[test]
fn two_snapshots() {
    model(&[A], look, look, |trie, one, other| {
        put(trie, A, 100);
        assert_eq!(stands_still(one), [Some(A), None]);
        assert_eq!(stands_still(other), [Some(A), None]);
        assert_eq!(get(trie, A), Some(100));
    });
}
