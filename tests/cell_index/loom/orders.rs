//! The order of the accesses matters: with acquire and release instead of sequential consistency, a write is lost.

use std::time::Duration;

use tabulith_cell_index::child::{Outcome, outcome};
use tabulith_cell_index::sync::WITHOUT_FENCES;

#[test]
fn acquire_and_release_would_lose_a_write() {
    let test = "an_insert_into_the_root_and_a_snapshot";
    let found = outcome(test, Some(WITHOUT_FENCES), Duration::from_secs(120));
    assert!(
        matches!(&found, Outcome::Failed(words) if words.contains("a write is lost")),
        "{found:?}"
    );
}
