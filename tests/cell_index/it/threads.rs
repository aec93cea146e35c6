//! Threads of the system that write, take snapshots and drop them at the same time.

use tabulith_cell_index::sync::be_restless;
use tabulith_cell_index::{bodies, recorded};

use crate::alone;

/// Times that a small test is run; with an interpreter, few.
const TIMES: u64 = if cfg!(miri) { 2 } else { 300 };

fn again_and_again(body: impl Fn()) {
    let _alone = alone();
    be_restless();
    for _ in 0..TIMES {
        body();
    }
}

#[test]
fn snapshots_are_cuts_and_do_not_move() {
    let _alone = alone();
    be_restless();
    match cfg!(miri) {
        true => bodies::cuts(2, 3, 3),
        false => bodies::cuts(3, 100, 200),
    }
}

#[test]
fn small_cuts() {
    again_and_again(|| bodies::cuts(2, 2, 3));
}

#[test]
fn tombs() {
    again_and_again(bodies::tombs);
}

#[test]
fn tomb_read() {
    again_and_again(bodies::tomb_read);
}

#[test]
fn deep_tombs() {
    again_and_again(bodies::deep_tombs);
}

#[test]
fn return_of_the_removed() {
    again_and_again(bodies::return_of_the_removed);
}

#[test]
fn roots() {
    again_and_again(bodies::roots);
}

#[test]
fn two_snapshots() {
    again_and_again(bodies::two_snapshots);
}

#[test]
fn drops_beside_readers() {
    again_and_again(bodies::drops_beside_readers);
}

#[test]
fn renewals() {
    again_and_again(bodies::renewals);
}

#[test]
fn in_place_beside_readers() {
    again_and_again(bodies::in_place_beside_readers);
}

#[test]
fn histories_are_linearizable() {
    let _alone = alone();
    be_restless();
    for seed in 0..TIMES * 20 {
        recorded::history(seed);
    }
}
