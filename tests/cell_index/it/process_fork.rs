//! A process is forked while snapshots live: its child goes on with them.

#![cfg(all(unix, not(miri)))]

use std::sync::mpsc::channel;

use tabulith_cell_index::bodies::nothing_left;
use tabulith_cell_index::ctrie::{Ctrie, Snapshot};
use tabulith_cell_index::forked_child::in_a_child;
use tabulith_cell_index::sync::{alive, settle};
use tabulith_cell_index::value::Value;

use crate::alone;

fn goes_on(trie: &Ctrie<Value>, snapshot: Snapshot<Value>) {
    assert_eq!(snapshot.iter().count(), 100);
    let before = alive();
    for round in 0..200 {
        let key = 1000 + round;
        assert!(trie.insert(key, Value::new(key)).is_none());
        let seen = trie.snapshot();
        let fork = seen.fork();
        assert_eq!(fork.remove(key).map(|value| value.number()), Some(key));
        assert_eq!(seen.get(key).map(Value::number), Some(key));
        assert_eq!(trie.remove(key).map(|value| value.number()), Some(key));
    }
    assert_eq!(snapshot.iter().count(), 100);
    drop(snapshot);
    // What the child makes is released in the child; each snapshot may have left copies of nodes on the way.
    assert!(
        settle() < before + 300,
        "{} nodes, {before} before",
        alive()
    );
}

fn hundred() -> Ctrie<Value> {
    let trie = Ctrie::new();
    for key in 0..100 {
        trie.insert(key, Value::new(key));
    }
    trie
}

#[test]
fn a_child_reads_writes_and_frees() {
    let _alone = alone();
    let trie = hundred();
    let snapshot = trie.snapshot();
    assert_eq!(in_a_child(|| goes_on(&trie, snapshot.clone())), 0);
    assert_eq!(snapshot.iter().count(), 100);
    drop((trie, snapshot));
    nothing_left();
}

#[test]
fn a_child_of_a_child_goes_on_too() {
    let _alone = alone();
    let trie = hundred();
    let code = in_a_child(|| {
        goes_on(&trie, trie.snapshot());
        assert_eq!(in_a_child(|| goes_on(&trie, trie.snapshot())), 0);
    });
    assert_eq!(code, 0);
    drop(trie);
    nothing_left();
}

#[test]
fn another_thread_is_in_the_midst_of_an_operation_when_the_process_is_forked() {
    let _alone = alone();
    let trie = hundred();
    let (is_inside, inside) = channel();
    let (go_on, may_go_on) = channel::<()>();
    std::thread::scope(|scope| {
        let trie = &trie;
        let thread = scope.spawn(move || {
            let look = |found: Option<&Value>| {
                is_inside.send(()).unwrap();
                may_go_on.recv().unwrap();
                found.is_some()
            };
            assert!(trie.compare_insert(1, look, Value::new(7)));
        });
        inside.recv().unwrap();
        let code = in_a_child(|| goes_on(trie, trie.snapshot()));
        go_on.send(()).unwrap();
        thread.join().unwrap();
        assert_eq!(code, 0);
    });
    assert_eq!(trie.get(1).map(|value| value.number()), Some(7));
    drop(trie);
    nothing_left();
}
