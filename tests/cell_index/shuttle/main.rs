//! The Ctrie under shuttle: schedules at random, and such as PCT makes, which switch few times at places by chance.
//!
//! Seeds are fixed, so a failure comes again. All threads share one thread of the system and each access is in one order:
//! what weaker orders would do, loom tells.

#![cfg(not(crossbeam_loom))]

mod mutants;

use std::sync::atomic::{AtomicU64, Ordering};

use shuttle::scheduler::{PctScheduler, RandomScheduler};
use shuttle::{Config, FailurePersistence, MaxSteps, Runner};
use tabulith_cell_index::{bodies, recorded};

fn config() -> Config {
    let mut config = Config::default();
    // What goes round in circles is a failure, too.
    config.max_steps = MaxSteps::FailAfter(20_000);
    config.stack_size = 1 << 18;
    config.failure_persistence = FailurePersistence::None;
    config.silence_warnings = true;
    config
}

fn at_random(schedules: usize, body: impl Fn() + Send + Sync + 'static) {
    let scheduler = RandomScheduler::new_from_seed(7, schedules);
    Runner::new(scheduler, config()).run(body);
}

fn by_pct(schedules: usize, depth: usize, body: impl Fn() + Send + Sync + 'static) {
    let scheduler = PctScheduler::new_from_seed(7, depth, schedules);
    Runner::new(scheduler, config()).run(body);
}

#[test]
fn cuts_at_random() {
    at_random(1500, || bodies::cuts(2, 2, 2));
}

#[test]
fn cuts_by_pct() {
    by_pct(1500, 3, || bodies::cuts(2, 2, 2));
}

#[test]
fn tombs_at_random() {
    at_random(10000, bodies::tombs);
}

#[test]
fn tombs_by_pct() {
    by_pct(10000, 5, bodies::tombs);
}

#[test]
fn a_tomb_read_at_random() {
    at_random(2000, bodies::tomb_read);
}

#[test]
fn a_tomb_read_by_pct() {
    by_pct(2000, 3, bodies::tomb_read);
}

#[test]
fn deep_tombs_at_random() {
    at_random(2000, bodies::deep_tombs);
}

#[test]
fn deep_tombs_by_pct() {
    by_pct(2000, 3, bodies::deep_tombs);
}

#[test]
fn a_removed_key_returns_at_random() {
    at_random(2000, bodies::return_of_the_removed);
}

#[test]
fn a_removed_key_returns_by_pct() {
    by_pct(2000, 3, bodies::return_of_the_removed);
}

#[test]
fn roots_at_random() {
    at_random(3000, bodies::roots);
}

#[test]
fn roots_by_pct() {
    by_pct(3000, 3, bodies::roots);
}

#[test]
fn two_snapshots_at_random() {
    at_random(2000, bodies::two_snapshots);
}

#[test]
fn two_snapshots_by_pct() {
    by_pct(2000, 3, bodies::two_snapshots);
}

#[test]
fn drops_beside_readers_at_random() {
    at_random(1000, bodies::drops_beside_readers);
}

#[test]
fn drops_beside_readers_by_pct() {
    by_pct(1000, 3, bodies::drops_beside_readers);
}

#[test]
fn renewals_at_random() {
    at_random(3000, bodies::renewals);
}

#[test]
fn renewals_by_pct() {
    by_pct(3000, 3, bodies::renewals);
}

#[test]
fn in_place_beside_readers_at_random() {
    at_random(2000, bodies::in_place_beside_readers);
}

#[test]
fn in_place_beside_readers_by_pct() {
    by_pct(2000, 3, bodies::in_place_beside_readers);
}

/// Each schedule is another history: seeds count up.
fn any_history() -> impl Fn() + Send + Sync + 'static {
    let seeds = AtomicU64::new(0);
    move || recorded::history(seeds.fetch_add(1, Ordering::Relaxed))
}

#[test]
fn histories_at_random() {
    at_random(4000, any_history());
}

#[test]
fn histories_by_pct() {
    by_pct(4000, 3, any_history());
}
