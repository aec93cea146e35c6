//! Whether a recorded history of concurrent operations is linearizable: whether they can be put in an order in which each
//! lies between its call and its return, and a map that does one after the other gives the same answers (the search of
//! Wing and Gong, with the states that led nowhere remembered).

use std::collections::BTreeSet;

/// Keys that a history speaks of, by number.
pub const KEYS: usize = 4;

/// What lies under each key.
pub type Contents = [Option<u8>; KEYS];

/// An operation on a key, by number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Call {
    /// Puts a value under a key.
    Insert(usize, u8),
    /// Puts a value under a key if another one, or nothing, lies there.
    CompareInsert(usize, Option<u8>, u8),
    /// Takes out what lies under a key.
    Remove(usize),
    /// Reads a key.
    Get(usize),
    /// Takes a snapshot, whose keys are all read at any time.
    ReadAll,
}

/// What an operation gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// What lay under the key before.
    Former(Option<u8>),
    /// Whether it was done.
    Done(bool),
    /// What lay under all keys.
    All(Contents),
}

/// An operation that was called at one moment and gave its answer at a later one.
#[derive(Debug, Clone, Copy)]
pub struct Event {
    /// What was called.
    pub call: Call,
    /// What it gave.
    pub answer: Answer,
    /// The moment before the call.
    pub from: usize,
    /// The moment after the return.
    pub to: usize,
}

impl Call {
    /// What a map that does one operation after the other gives, and holds afterwards.
    fn on(self, mut contents: Contents) -> (Answer, Contents) {
        let answer = match self {
            Call::Insert(key, value) => Answer::Former(contents[key].replace(value)),
            Call::Remove(key) => Answer::Former(contents[key].take()),
            Call::Get(key) => Answer::Former(contents[key]),
            Call::ReadAll => Answer::All(contents),
            Call::CompareInsert(key, expected, value) => {
                let agrees = contents[key] == expected;
                if agrees {
                    contents[key] = Some(value);
                }
                Answer::Done(agrees)
            }
        };
        (answer, contents)
    }
}

/// Whether the events, of which there are less than 64, are linearizable for a map that held `start`.
pub fn linearizable(events: &[Event], start: Contents) -> bool {
    assert!(events.len() < 64, "{} events", events.len());
    let all = (1u64 << events.len()) - 1;
    let mut seen = BTreeSet::new();
    let mut open = vec![(0u64, start)];
    while let Some((done, contents)) = open.pop() {
        if done == all {
            return true;
        }
        if !seen.insert((done, contents)) {
            continue;
        }
        let left = || (0..events.len()).filter(|at| done >> at & 1 == 0);
        // What began after another one had returned cannot come before it.
        let first_return = left().map(|at| events[at].to).min();
        for at in left().filter(|at| Some(events[*at].from) < first_return) {
            let (answer, next) = events[at].call.on(contents);
            if answer == events[at].answer {
                open.push((done | 1 << at, next));
            }
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::{Answer, Call, Contents, Event, linearizable};

    #[track_caller]
    fn check(events: &[(Call, Answer, usize, usize)], expected: bool) {
        let events: Vec<Event> = events
            .iter()
            .map(|&(call, answer, from, to)| Event {
                call,
                answer,
                from,
                to,
            })
            .collect();
        assert_eq!(
            linearizable(&events, Contents::default()),
            expected,
            "{events:?}"
        );
    }

    #[test]
    fn operations_that_overlap_may_take_effect_in_either_order() {
        let insert =
            |value, former, from, to| (Call::Insert(0, value), Answer::Former(former), from, to);
        let get = |found, from, to| (Call::Get(0), Answer::Former(found), from, to);
        check(&[insert(1, None, 0, 3), get(None, 1, 2)], true);
        check(&[insert(1, None, 0, 3), get(Some(1), 1, 2)], true);
        check(&[insert(1, Some(2), 0, 3), insert(2, None, 1, 2)], true);
    }

    #[test]
    fn a_read_of_what_was_replaced_before_it_began_is_found() {
        let put = |value, former, from| {
            (
                Call::Insert(0, value),
                Answer::Former(former),
                from,
                from + 1,
            )
        };
        let get = |found, from, to| (Call::Get(0), Answer::Former(found), from, to);
        check(
            &[put(1, None, 0), put(2, Some(1), 2), get(Some(2), 4, 5)],
            true,
        );
        check(
            &[put(1, None, 0), put(2, Some(1), 2), get(Some(1), 4, 5)],
            false,
        );
        check(
            &[put(1, None, 0), put(2, Some(1), 2), get(Some(1), 1, 5)],
            true,
        );
    }

    #[test]
    fn a_lost_write_and_a_remove_that_misses_are_found() {
        let add = |key, from, to| (Call::Insert(key, 1), Answer::Former(None), from, to);
        let all = |contents, from| (Call::ReadAll, Answer::All(contents), from, from + 1);
        check(
            &[
                add(0, 0, 3),
                add(1, 1, 2),
                all([Some(1), None, None, None], 4),
            ],
            false,
        );
        check(
            &[
                add(0, 0, 3),
                add(1, 1, 2),
                all([Some(1), Some(1), None, None], 4),
            ],
            true,
        );
        check(
            &[add(0, 0, 1), (Call::Remove(0), Answer::Former(None), 2, 3)],
            false,
        );
    }

    #[test]
    fn a_snapshot_that_sees_the_second_write_and_not_the_first_is_found() {
        let add = |key, from| (Call::Insert(key, 1), Answer::Former(None), from, from + 1);
        let all = |contents| (Call::ReadAll, Answer::All(contents), 0, 9);
        check(
            &[add(0, 1), add(1, 3), all([None, Some(1), None, None])],
            false,
        );
        check(
            &[add(0, 1), add(1, 3), all([Some(1), None, None, None])],
            true,
        );
    }

    #[test]
    fn two_that_both_find_nothing_are_found() {
        let compare = |value, done| {
            (
                Call::CompareInsert(0, None, value),
                Answer::Done(done),
                0,
                9,
            )
        };
        check(&[compare(1, true), compare(2, true)], false);
        check(&[compare(1, true), compare(2, false)], true);
    }
}
