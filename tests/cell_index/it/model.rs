//! Any operations on any number of tries and snapshots, against ordinary maps.

use proptest::prelude::*;
use tabulith_cell_index::sync::settle;
use tabulith_cell_index::value::Value;

use crate::alone;
use crate::steps::{carry_out, steps};

proptest! {
    #![proptest_config(ProptestConfig {
        cases: if cfg!(miri) { 1 } else { 600 },
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn any_number_of_snapshots_and_forks_are_as_maps(steps in steps()) {
        let _alone = alone();
        // What a failure leaves must not make the next, smaller case fail.
        let left = || (settle(), Value::alive());
        let before = left();
        carry_out(&steps);
        assert_eq!(left(), before, "nodes or values are left");
    }
}
