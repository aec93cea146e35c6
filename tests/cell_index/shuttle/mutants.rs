//! Without any one of the rules of the algorithm a test fails.

use std::time::Duration;

use tabulith_cell_index::child::every_rule_is_needed;
use tabulith_cell_index::mutants::World;

#[test]
fn no_rule_can_be_left_out() {
    every_rule_is_needed(World::Shuttle, Duration::from_secs(120));
}
