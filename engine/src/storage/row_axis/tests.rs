//! Tests of axes: inserting and deleting against a plain list of anchors.

use proptest::prelude::*;

use super::*;
use crate::limits;

/// The grid of the model, small so that the limit is met often.
const LEN: u32 = 40;

#[derive(Debug, Clone)]
enum Edit {
    Insert(u32, u32),
    Delete(u32, u32),
}

fn edits() -> impl Strategy<Value = Vec<Edit>> {
    let edit = prop_oneof![
        (0..LEN + 5, 0..6_u32).prop_map(|(at, count)| Edit::Insert(at, count)),
        (0..LEN + 5, 0..6_u32).prop_map(|(at, count)| Edit::Delete(at, count)),
        (0..LEN, 0..LEN * 2).prop_map(|(at, count)| Edit::Insert(at, count)),
        (0..LEN, 0..LEN * 2).prop_map(|(at, count)| Edit::Delete(at, count)),
    ];
    proptest::collection::vec(edit, 0..40)
}

/// Every row by itself, those beyond the limit included.
struct Model {
    rows: Vec<Anchor>,
    dead: Vec<Anchor>,
}

impl Model {
    fn new() -> Model {
        Model {
            rows: (0..LEN * 100).map(Anchor).collect(),
            dead: Vec::new(),
        }
    }

    fn insert(&mut self, at: u32, first: u32, count: u32) {
        let at = at as usize;
        self.rows.splice(at..at, (first..first + count).map(Anchor));
    }

    fn delete(&mut self, at: u32, count: u32) -> Vec<Anchor> {
        let end = (at + count).min(LEN) as usize;
        let at = (at as usize).min(end);
        let dead: Vec<Anchor> = self.rows.splice(at..end, []).collect();
        self.dead.extend(&dead);
        dead
    }

    /// That an axis knows this about the first `rows` rows, of which more than the grid's lie beyond the limit.
    fn check(&self, axis: &RowAxis, rows: usize) {
        let rows = &self.rows[..rows];
        let grid = &rows[..LEN as usize];
        for (position, anchor) in grid.iter().enumerate() {
            assert_eq!(axis.anchor(position as u32), *anchor);
            assert_eq!(axis.position(*anchor), Some(position as u32));
        }
        for anchor in self.dead.iter().chain(&rows[LEN as usize..]) {
            assert_eq!(axis.position(*anchor), None);
        }
        for pair in rows.windows(2) {
            assert_eq!(axis.compare(pair[0], pair[1]), Ordering::Less);
            assert_eq!(axis.compare(pair[1], pair[0]), Ordering::Greater);
        }
        for dead in &self.dead {
            assert_eq!(axis.compare(rows[0], *dead), Ordering::Less);
        }
    }
}

fn flat(spans: impl Iterator<Item = (u32, Anchor, u32)>) -> Vec<(u32, Anchor)> {
    spans
        .flat_map(|(position, first, length)| {
            assert!(length > 0);
            (0..length).map(move |i| (position + i, Anchor(first.0 + i)))
        })
        .collect()
}

proptest! {
    #[test]
    fn an_axis_is_a_list_of_anchors(edits in edits(), cuts in (0..LEN + 3, 0..LEN + 3)) {
        let counter = AnchorCounter::rows();
        let mut model = Model::new();
        let mut axis = RowAxis::new(LEN);
        for edit in edits {
            match edit {
                Edit::Insert(at, count) => {
                    let first = axis.insert(at, count, &counter).unwrap();
                    let count = count.min(LEN.saturating_sub(at));
                    if count > 0 {
                        model.insert(at, first.anchor(at).0, count);
                    }
                    axis = first;
                }
                Edit::Delete(at, count) => {
                    let (after, dead) = axis.delete(at, count).unwrap();
                    let dead: Vec<Anchor> = dead
                        .into_iter()
                        .flat_map(|(first, length)| (first.0..first.0 + length).map(Anchor))
                        .collect();
                    prop_assert_eq!(dead, model.delete(at, count));
                    axis = after;
                }
            }
            model.check(&axis, 3 * LEN as usize);
        }
        model.check(&axis, model.rows.len());
        let (from, to) = cuts;
        let expected: Vec<(u32, Anchor)> = (from..to.min(LEN))
            .map(|position| (position, axis.anchor(position)))
            .collect();
        prop_assert_eq!(flat(axis.spans(from..to)), expected);
        for first in [0, 7, Anchor::INSERTED, Anchor::INSERTED + 3] {
            let expected: Vec<(u32, Anchor)> = (first..first + 20)
                .filter_map(|a| Some((axis.position(Anchor(a))?, Anchor(a))))
                .collect();
            prop_assert_eq!(flat(axis.live(Anchor(first), 20)), expected);
        }
    }
}

#[test]
fn rows_inserted_one_below_the_other_are_one_piece() {
    let counter = AnchorCounter::rows();
    let mut axis = RowAxis::new(limits::ROWS);
    for row in 0..1_000 {
        axis = axis.insert(500 + row, 1, &counter).unwrap();
    }
    assert_eq!(axis.piece_count(), 3);
    let (axis, _) = axis.delete(500, 1_000).unwrap();
    assert_eq!(axis.piece_count(), 1);
}

#[test]
fn an_insertion_at_the_limit_takes_no_anchor() {
    let counter = AnchorCounter::rows();
    let axis = RowAxis::new(10).insert(10, 5, &counter).unwrap();
    assert_eq!(axis.piece_count(), 1);
    let axis = axis.insert(9, u32::MAX, &counter).unwrap();
    assert_eq!(axis.anchor(9), Anchor(Anchor::INSERTED));
    assert_eq!(
        axis.insert(0, 1, &counter).unwrap().anchor(0).0,
        Anchor::INSERTED + 1
    );
}

#[test]
fn anchors_of_a_lineage_run_out_with_an_error() {
    let counter = AnchorCounter::columns();
    let mut axis = ColumnAxis::new(limits::COLUMNS);
    let mut inserted = 0;
    let error = loop {
        match axis.insert(0, limits::COLUMNS, &counter) {
            Ok(after) => axis = after,
            Err(error) => break error,
        }
        inserted += limits::COLUMNS;
    };
    assert_eq!(error.kind(), crate::ErrorKind::Limit);
    assert_eq!(inserted, COLUMN_ANCHORS / 2 - limits::COLUMNS);
    assert!((0..limits::COLUMNS).all(|at| axis.anchor(at).0 < COLUMN_ANCHORS));
}

#[test]
fn deleting_everything_again_and_again_wears_the_axis_out_with_an_error() {
    let mut axis = ColumnAxis::new(limits::COLUMNS);
    let mut deletions = 0;
    while !axis.is_worn(0) {
        axis = axis.delete(0, limits::COLUMNS).unwrap().0;
        deletions += 1;
    }
    let error = loop {
        match axis.delete(0, limits::COLUMNS) {
            Ok((after, _)) => axis = after,
            Err(error) => break error,
        }
        deletions += 1;
    };
    assert_eq!(error.kind(), crate::ErrorKind::Limit);
    assert_eq!(deletions, COLUMN_ANCHORS / 2 / limits::COLUMNS - 2);
    assert_eq!(
        axis.anchor(limits::COLUMNS - 1).0 + 1 + limits::COLUMNS,
        COLUMN_ANCHORS / 2
    );
}

#[test]
fn a_thousand_random_insertions_leave_two_thousand_pieces() {
    let counter = AnchorCounter::rows();
    let mut axis = RowAxis::new(limits::ROWS);
    let mut state = 1_u32;
    for _ in 0..1_000 {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        axis = axis.insert(state >> 12, 1, &counter).unwrap();
    }
    assert!((1_900..=2_001).contains(&axis.piece_count()));
    assert!(axis.is_worn(100_000) && !axis.is_worn(limits::ROWS));
}
