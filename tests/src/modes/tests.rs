//! The running of cases, on a book that is small enough to be wrong on purpose.

use std::collections::BTreeMap;

use super::{Fault, Mode, check};
use crate::bless::rewrite;
use crate::{Answer, Book, CaseFile, Command, Question};
use tabulith::value::Value;
use tabulith::{Error, ErrorKind, Result};

/// Cells without formulas; `recalculated` counts what was set since the last full recalculation.
#[derive(Default)]
struct Slate {
    cells: BTreeMap<String, Value>,
    touched: Vec<String>,
}

impl Book for Slate {
    fn divide(&mut self, _: usize) {}

    fn keep_cones(&mut self) {}

    fn run(&mut self, command: &Command) -> Result<()> {
        self.touched.clear();
        match command {
            Command::Set(cell, value) => {
                self.cells.insert(cell.clone(), value.clone());
                self.touched.push(cell.clone());
            }
            Command::Recalculate => self.touched = self.cells.keys().cloned().collect(),
            Command::Manual(_) => {}
            other => {
                return Err(Error::new(
                    ErrorKind::Unsupported,
                    format!("no {other:?} here"),
                ));
            }
        }
        Ok(())
    }

    /// Its file has no place for booleans.
    fn write_and_read(&mut self) -> Result<()> {
        self.cells
            .retain(|_, value| !matches!(value, Value::Boolean(_)));
        Ok(())
    }

    fn answer(&mut self, question: &Question) -> Result<Answer> {
        match question {
            Question::Value(cell) => {
                let value = self.cells.get(cell).cloned().unwrap_or_default();
                Ok(Answer::Values(vec![vec![value]]))
            }
            Question::Recalculated => Ok(Answer::Places(self.touched.clone())),
            _ => Err(Error::new(ErrorKind::Unsupported, "not on a slate")),
        }
    }
}

#[track_caller]
fn faults(text: &str, mode: Mode) -> Vec<String> {
    let file = CaseFile::parse(text).unwrap();
    let faults = file
        .cases
        .iter()
        .flat_map(|case| check(case, &mut Slate::default(), mode));
    faults
        .map(|Fault { line, message, .. }| format!("{}: {message}", line + 1))
        .collect()
}

#[test]
fn what_holds_is_silent_and_what_does_not_is_told_with_its_line() {
    let text = "--- one\nset A1 1\nset A2 \"x\"\n----\nA1 = 1.0\nA2 = \"y\"\nA3 = blank\nrecalculated A2\n";
    assert_eq!(
        faults(text, Mode::Incremental),
        ["6: expected A2 = \"y\", got \"x\""]
    );
}

#[test]
fn full_recalculation_does_not_ask_what_was_recalculated() {
    let text = "--- one\nset A1 1\nset A2 2\n----\nrecalculated A1\n";
    assert_eq!(
        faults(text, Mode::Incremental),
        ["5: expected recalculated A1, got A2"]
    );
    assert_eq!(faults(text, Mode::Full), Vec::<String>::new());
}

#[test]
fn manual_calculation_is_no_case_for_full_recalculation() {
    let text = "--- one\ncalculation manual\n----\nA1 = 5\n";
    assert_eq!(faults(text, Mode::Incremental).len(), 1);
    assert_eq!(faults(text, Mode::Full).len(), 0);
}

#[test]
fn a_refused_command_is_a_fault_unless_it_is_expected() {
    let refused = "--- one\nset A1 1\nundo\nset A1 2\n----\nA1 = 1\n";
    assert_eq!(
        faults(refused, Mode::Incremental),
        ["3: refused: no Undo here"]
    );
    let expected = format!("{refused}error no Undo here\n");
    assert_eq!(faults(&expected, Mode::Incremental), Vec::<String>::new());
    let wrong = "--- one\nset A1 1\n----\nerror no Undo here\n";
    assert_eq!(
        faults(wrong, Mode::Incremental),
        ["4: expected error no Undo here, got (none)"]
    );
}

#[test]
fn a_rough_number_may_differ_in_its_last_digits() {
    let text = "--- one\nset A1 0.3333333333333333\n----\nA1 ~ 0.33333333334\nA1 ~ 0.3333\n";
    assert_eq!(
        faults(text, Mode::Incremental),
        ["5: expected A1 ~ 0.3333, got 0.3333333333333333"]
    );
}

#[test]
fn blessing_writes_the_answers_and_leaves_the_rest() {
    let text = "# About.\n--- one\nset A1 1\n----\n# fixme: why\nA1 = 2\nA2 =\n\n--- two\nset A1 1\n----\nA1 = 1.0\n";
    let file = CaseFile::parse(text).unwrap();
    let blessed = rewrite(&file, Slate::default).unwrap();
    assert_eq!(
        blessed,
        text.replace("A1 = 2", "A1 = 1")
            .replace("A2 =", "A2 = blank")
    );
    let refused = CaseFile::parse("--- one\nundo\n----\nA1 = 1\n").unwrap();
    assert_eq!(rewrite(&refused, Slate::default).unwrap_err().len(), 1);
}

#[test]
fn what_a_file_has_no_place_for_is_missed() {
    let text = "--- losses\nset A1 TRUE\nset A2 1\n----\nA1 = TRUE\nA2 = 1\n";
    assert_eq!(faults(text, Mode::Incremental), [""; 0]);
    assert_eq!(faults(text, Mode::MessagePack).len(), 1);
}
