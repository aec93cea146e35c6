//! Rewriting what a case file expects to what the book answered. The difference is then reviewed like code.

use crate::book::Book;
use crate::case_file::CaseFile;
use crate::modes::{self, Fault, Mode, holds};

/// The file's text with the answers of new books in place of those that do not hold; all else stays as it is.
///
/// # Errors
///
/// The commands that were refused unexpectedly.
pub fn rewrite<B: Book>(file: &CaseFile, new_book: impl Fn() -> B) -> Result<String, Vec<Fault>> {
    let mut lines = file.lines.clone();
    let mut faults = Vec::new();
    for case in &file.cases {
        match modes::run(case, &mut new_book(), Mode::Incremental) {
            Ok(answers) => {
                let answers = answers.unwrap_or_default();
                for (expectation, answer) in case.expectations.iter().zip(answers) {
                    if let Some(answer) = answer
                        && !holds(expectation, &answer)
                    {
                        lines[expectation.line] =
                            expectation.question.print(&answer, expectation.roughly);
                    }
                }
            }
            Err(fault) => faults.push(fault),
        }
    }
    if faults.is_empty() {
        Ok(lines.join("\n") + "\n")
    } else {
        Err(faults)
    }
}
