//! Operations of every kind on random workbooks, against a naive evaluator and in every mode: recalculated in part and in
//! full, on one thread and on several, taken back and made again, led back by inverse operations.

use std::ops::ControlFlow;

use proptest::prelude::*;
use proptest::test_runner::TestCaseResult;

use super::inverse::{apply_all, check_inverse};
use super::naive;
use super::random_book::{Edit, Style, cells, difference, edit, make, new_book, revision};
use super::random_layout::{self, LayoutEdit, layout_edit, tall_edit};
use crate::reference::a1::quote_sheet_name;
use crate::reference::{Area, Cell, SheetId};
use crate::value::Value;
use crate::workbook::{Snapshot, Workbook};

/// A step in the life of a workbook.
#[derive(Debug, Clone)]
enum Step {
    Edit(Edit),
    Layout(LayoutEdit),
    /// Everything is computed anew.
    Recalculate,
    /// Inverse operations lead back to what was so many steps ago.
    Back(usize),
}

fn step(style: Style) -> impl Strategy<Value = Step> {
    prop_oneof![
        12 => edit(style).prop_map(Step::Edit),
        4 => layout_edit().prop_map(Step::Layout),
        1 => Just(Step::Recalculate),
        2 => (1..4_usize).prop_map(Step::Back),
    ]
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let styles = [Style::Leftwards, Style::Spilling, Style::Anywhere];
    prop::sample::select(styles.to_vec())
        .prop_flat_map(|style| prop::collection::vec(step(style), MOST / 2..=MOST))
}

/// A workbook that went through steps of every kind, for tests of other modules.
#[derive(Debug, Clone)]
pub(crate) struct RandomBook(Vec<Step>);

impl RandomBook {
    pub(crate) fn any() -> impl Strategy<Value = RandomBook> {
        prop_oneof![4 => steps(), 1 => tall_steps()].prop_map(RandomBook)
    }

    /// The workbook, as it is after each step.
    pub(crate) fn walk(&self, mut look: impl FnMut(&Workbook) -> TestCaseResult) -> TestCaseResult {
        let mut walk = Walk::new(1);
        for step in &self.0 {
            walk.go(step)?;
            look(&walk.book)?;
        }
        Ok(())
    }
}

/// Columns filled far down, then other steps and such columns in turn.
fn tall_steps() -> impl Strategy<Value = Vec<Step>> {
    let tall = || tall_edit().prop_map(Step::Layout);
    let later = prop_oneof![2 => tall(), 3 => step(Style::Leftwards)];
    (
        prop::collection::vec(tall(), 3..5),
        prop::collection::vec(later, 2..5),
    )
        .prop_map(|(mut first, later)| {
            first.extend(later);
            first
        })
}

/// The most steps that one workbook goes through.
const MOST: usize = 16;

const THREADS: [usize; 3] = [1, 2, 7];

/// A workbook on its way, and what it was after each step.
struct Walk {
    book: Workbook,
    past: Vec<Snapshot>,
}

impl Walk {
    fn new(threads: usize) -> Walk {
        let book = new_book();
        book.set_threads(threads);
        Walk {
            past: vec![book.snapshot()],
            book,
        }
    }

    fn go(&mut self, step: &Step) -> TestCaseResult {
        let book = &self.book;
        match step {
            Step::Edit(edit) => drop(make(book, edit)),
            Step::Layout(edit) => drop(book.edit(|tx| random_layout::apply(tx, edit))),
            Step::Recalculate => drop(book.recalculate().unwrap()),
            Step::Back(steps) => {
                let then = self.past.len().saturating_sub(steps + 1);
                let inverse = book.snapshot().inverse(&self.past[then]);
                let inverse = inverse.map_err(|error| TestCaseError::fail(error.to_string()))?;
                apply_all(book, inverse).map_err(|error| TestCaseError::fail(error.to_string()))?;
            }
        }
        self.past.push(book.snapshot());
        Ok(())
    }

    /// The workbook with nothing stale.
    fn settled(&self) -> Workbook {
        settled(&self.book.snapshot(), self.book.threads())
    }
}

pub(super) fn settled(snapshot: &Snapshot, threads: usize) -> Workbook {
    let book = snapshot.fork();
    book.set_threads(threads);
    let first = snapshot.sheets().next().unwrap().name.clone();
    let address = format!("{}!A1", quote_sheet_name(&first));
    book.value(&address).unwrap();
    book
}

fn run(steps: &[Step]) -> TestCaseResult {
    let mut walks = THREADS.map(Walk::new);
    for (number, step) in steps.iter().enumerate() {
        for walk in &mut walks {
            walk.go(step)?;
        }
        let [one, others @ ..] = &walks;
        let book = one.settled();
        let shown = values(&book);
        for other in others {
            prop_assert_eq!(&values(&other.settled()), &shown, "on other threads");
        }
        let full = book.snapshot().fork();
        full.set_threads(THREADS[number % THREADS.len()]);
        full.recalculate().unwrap();
        let anew = values(&full);
        prop_assert!(
            shown == anew,
            "computed anew:\n{}",
            difference(&cells(&book), &cells(&full))
        );
        // One by one, many cells take their time.
        let is_last = number + 1 == steps.len();
        if shown.0.len() > MANY && !is_last {
            continue;
        }
        let faults = naive::faults(&book);
        prop_assert!(
            faults.is_empty(),
            "after step {number}:\n{}",
            faults.join("\n")
        );
        let before = &one.past[one.past.len() - 2];
        check_inverse(&one.book, before)?;
    }
    Ok(())
}

/// Beyond so many cells a workbook is looked at cell by cell only at the end.
const MANY: usize = 1_000;

type Values = (Vec<(SheetId, Cell, Value)>, Vec<(SheetId, Cell)>);

/// The values of all cells, and which are circular.
fn values(book: &Workbook) -> Values {
    let snapshot = book.snapshot();
    let mut values = Vec::new();
    for sheet in snapshot.sheets() {
        if let Some(used) = snapshot.used(sheet.id) {
            snapshot.visit(&Area::new(sheet.id, used), |cell, value| {
                values.push((sheet.id, cell, value.to_value()));
                ControlFlow::Continue(())
            });
        }
    }
    (values, revision(book).circular.to_vec())
}

/// How many workbooks: some 500 operations, or 10,000 with `RUN_SLOW_TESTS=1`.
fn books(few: u32, many: u32) -> ProptestConfig {
    let slow = std::env::var("RUN_SLOW_TESTS").is_ok_and(|value| value == "1");
    ProptestConfig {
        cases: if slow { many } else { few },
        max_shrink_iters: 3_000,
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(books(40, 800))]

    #[test]
    fn values_after_operations_of_every_kind_are_those_of_a_naive_evaluator(steps in steps()) {
        run(&steps)?;
    }
}

proptest! {
    #![proptest_config(books(2, 60))]

    #[test]
    fn values_of_tall_columns_are_those_of_a_naive_evaluator(steps in tall_steps()) {
        run(&steps)?;
    }
}
