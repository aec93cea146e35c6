//! Values that use tries while they are dropped, and threads that do so at their very end.

use std::cell::RefCell;
use std::sync::Arc;

use tabulith_cell_index::bodies::nothing_left;
use tabulith_cell_index::ctrie::Ctrie;
use tabulith_cell_index::sync::settle;
use tabulith_cell_index::value::Value;

use crate::alone;

/// Writes into a trie when it goes.
#[derive(Clone)]
struct LastWords(Arc<Ctrie<Value>>, u64);

impl Drop for LastWords {
    fn drop(&mut self) {
        self.0.insert(self.1, Value::new(self.1));
    }
}

#[test]
fn a_value_may_use_a_trie_when_it_is_dropped() {
    let _alone = alone();
    let words = Arc::new(Ctrie::new());
    let trie = Ctrie::new();
    let times = if cfg!(miri) { 100 } else { 3000 };
    for number in 0..times {
        trie.insert(number % 3, LastWords(Arc::clone(&words), number));
    }
    drop(trie);
    settle();
    assert_eq!(words.snapshot().iter().count(), times as usize);
    drop(words);
    nothing_left();
}

#[test]
fn a_thread_may_use_a_trie_at_its_end() {
    thread_local! {
        static LATE: RefCell<Option<LastWords>> = const { RefCell::new(None) };
    }
    let _alone = alone();
    let words = Arc::new(Ctrie::new());
    for number in 0..10 {
        let words = Arc::clone(&words);
        let thread = std::thread::spawn(move || {
            // Its place in the collector is made after this, and goes before it.
            LATE.set(Some(LastWords(Arc::clone(&words), number)));
            words.get(number).map(|value| value.number())
        });
        assert_eq!(thread.join().unwrap(), None);
    }
    assert_eq!(words.snapshot().iter().count(), 10);
    drop(words);
    nothing_left();
}
