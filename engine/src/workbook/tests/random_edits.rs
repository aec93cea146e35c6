//! Whatever the edits, the values are those of a workbook calculated from nothing.

use proptest::prelude::*;
use proptest::test_runner::TestCaseResult;

use super::random_book::{
    Cells, Content, Edit, Style, cells, difference, edits, entered_anew, make, new_book,
};
use super::random_sheets::by_tab;
use crate::plan::Outcome;
use crate::reference::{Cell, SheetId};
use crate::value::{CellError, Value};
use crate::workbook::Workbook;

/// Circular cells by position.
type Circular = Vec<(SheetId, Cell)>;

fn listed(book: &Workbook) -> Circular {
    super::random_book::revision(book).circular.to_vec()
}

fn same(left: &(Cells, Circular), right: &(Cells, Circular), what: &str) -> TestCaseResult {
    prop_assert!(
        left.0 == right.0,
        "{what}:\n{}",
        difference(&left.0, &right.0)
    );
    prop_assert_eq!(&left.1, &right.1, "circular cells, {}", what);
    Ok(())
}

fn state(book: &Workbook) -> (Cells, Circular) {
    (cells(book), listed(book))
}

/// Every formula gives the value that its cell shows, read from the values that the other cells show.
fn check_each_formula(book: &Workbook) -> TestCaseResult {
    let snapshot = book.snapshot();
    let circular = listed(book);
    for ((sheet, cell), (value, content)) in cells(book) {
        let Content::Formula(text) = content else {
            continue;
        };
        if circular.contains(&(sheet, cell)) {
            continue;
        }
        let Ok(outcome) = snapshot.evaluate_at(&text, sheet, cell) else {
            continue;
        };
        if value == Value::Error(CellError::Spill) {
            continue;
        }
        let expected = match outcome {
            Outcome::Value(value) => value,
            Outcome::Array(array) => array.get(0, 0).clone(),
        };
        prop_assert_eq!(
            &value,
            &expected,
            "{} in sheet {} {}",
            text,
            sheet.0,
            crate::reference::a1::print_cell(cell)
        );
    }
    Ok(())
}

/// Makes the edits one by one and checks all that must hold after each.
fn run(edits: &[Edit]) -> TestCaseResult {
    let book = new_book();
    let mut undo: Vec<(Cells, Circular)> = Vec::new();
    let mut redo: Vec<(Cells, Circular)> = Vec::new();
    for edit in edits {
        let (before, revision) = (state(&book), book.revision());
        let made = make(&book, edit);
        let now = state(&book);
        match edit {
            Edit::Undo => {
                prop_assert_eq!(made, !undo.is_empty());
                if let Some(former) = undo.pop() {
                    same(&now, &former, "after undo")?;
                    redo.push(before);
                }
            }
            Edit::Redo => {
                prop_assert_eq!(made, !redo.is_empty());
                if let Some(later) = redo.pop() {
                    same(&now, &later, "after redo")?;
                    undo.push(before);
                }
            }
            _ if book.revision() != revision => {
                undo.push(before);
                redo.clear();
            }
            _ => {
                prop_assert!(
                    !made || matches!(edit, Edit::Together(_)),
                    "nothing happened"
                );
                same(&now, &before, "after a failed transaction")?;
            }
        }
        check_each_formula(&book)?;
        let recalculated = book.snapshot().fork();
        recalculated.recalculate().unwrap();
        same(&now, &state(&recalculated), "against a full recalculation")?;
        let anew = entered_anew(&book);
        same(&by_tab(&book, now), &state(&anew), "against a new workbook")?;
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 70, max_shrink_iters: 4_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn edits_of_workbooks_without_circles_give_what_a_new_workbook_gives(edits in edits(Style::Leftwards, 12)) {
        run(&edits)?;
    }

    #[test]
    fn edits_of_workbooks_with_spills_give_what_a_new_workbook_gives(edits in edits(Style::Spilling, 12)) {
        run(&edits)?;
    }

    #[test]
    fn whatever_is_entered_is_computed_in_the_end_and_can_be_taken_back(edits in edits(Style::Wild, 12)) {
        let book = new_book();
        let mut undo = Vec::new();
        for edit in edits.iter().filter(|edit| !matches!(edit, Edit::Undo | Edit::Redo)) {
            let (before, revision) = (state(&book), book.revision());
            make(&book, edit);
            if book.revision() != revision {
                undo.push(before);
            }
        }
        book.snapshot().fork().recalculate().unwrap();
        for former in undo.iter().rev() {
            prop_assert!(book.undo().unwrap());
            same(&state(&book), former, "after undo")?;
        }
    }

    #[test]
    fn edits_of_workbooks_with_circles_give_what_a_new_workbook_gives(edits in edits(Style::Anywhere, 10)) {
        run(&edits)?;
    }
}
