//! The modes in which a case runs, and the running.
//!
//! | mode | what it shows | |
//! |---|---|---|
//! | [`Mode::Incremental`] | an edit recalculates what depends on it | runs |
//! | [`Mode::Cones`] | an edit whose way is kept recalculates the same as one whose way is searched | runs |
//! | [`Mode::Full`] | recalculating everything after each command changes nothing | runs |
//! | [`Mode::Threads`] | tiles and several threads change nothing, however little there is to do | runs |
//! | [`Mode::MessagePack`] | a book that was written and read again after each command goes on as before | runs |

use crate::book::Book;
use crate::case_file::{Case, Command, Expectation, Question};
use crate::literal;

/// Threads of [`Mode::Threads`].
const THREADS: usize = 2;

/// How a case runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// As a user works: each command recalculates what it must.
    Incremental,
    /// As a user works, and the way of each edit through the graph is kept and gone at once.
    Cones,
    /// Everything is recalculated after each command.
    Full,
    /// Even a few cells are computed in tiles and on several threads, everything after each command.
    Threads,
    /// The book is written and read again after each command; what was taken back cannot be done again then, so that a
    /// case with such a command is written and read once, before it is asked.
    MessagePack,
}

impl Mode {
    /// Every mode.
    pub const ALL: [Mode; 5] = [
        Mode::Incremental,
        Mode::Cones,
        Mode::Full,
        Mode::Threads,
        Mode::MessagePack,
    ];

    /// Whether a case makes sense in this mode: manual calculation and a full one after each command do not.
    fn suits(self, case: &Case) -> bool {
        let manual = |(_, command): &(usize, Command)| matches!(command, Command::Manual(_));
        !self.recalculates() || !case.commands.iter().any(manual)
    }

    /// Whether everything is recalculated after each command.
    fn recalculates(self) -> bool {
        matches!(self, Mode::Full | Mode::Threads)
    }

    /// Whether the answer to a question is the same in this mode.
    fn asks(self, question: &Question) -> bool {
        match question {
            Question::Recalculated => matches!(self, Mode::Incremental | Mode::Cones),
            // What is read is gathered into regions anew, and its rows are not those of the book that was written.
            Question::Regions | Question::Changed => self != Mode::MessagePack,
            _ => true,
        }
    }
}

/// An expectation that does not hold, or a command that was refused unexpectedly.
#[derive(Debug, Clone, PartialEq)]
pub struct Fault {
    /// The line, counted from 0.
    pub line: usize,
    /// The mode in which it showed.
    pub mode: Mode,
    /// What came instead.
    pub message: String,
}

/// What a case answered: for each expectation the answer that came; nothing where the mode does not ask.
pub type Answers = Vec<Option<String>>;

/// Runs a case in one mode on a new book; nothing if the case does not suit the mode.
///
/// # Errors
///
/// The command that was refused though the case does not expect it.
pub fn run(case: &Case, book: &mut dyn Book, mode: Mode) -> Result<Option<Answers>, Fault> {
    if !mode.suits(case) {
        return Ok(None);
    }
    let expects_error = case
        .expectations
        .iter()
        .any(|e| e.question == Question::Error);
    if mode == Mode::Threads {
        book.divide(THREADS);
    }
    if mode == Mode::Cones {
        book.keep_cones();
    }
    let mut refused = None;
    let steps_back =
        |(_, command): &(usize, Command)| matches!(command, Command::Undo | Command::Redo);
    let last_only = case.commands.iter().any(steps_back);
    for (number, (line, command)) in case.commands.iter().enumerate() {
        let mut done = book.run(command);
        if done.is_ok() && mode.recalculates() {
            done = book.run(&Command::Recalculate);
        }
        let is_last = number + 1 == case.commands.len();
        if done.is_ok() && mode == Mode::MessagePack && (is_last || !last_only) {
            done = book.write_and_read();
        }
        if let Err(error) = done {
            if !expects_error {
                let message = format!("refused: {}", error.message());
                return Err(Fault {
                    line: *line,
                    mode,
                    message,
                });
            }
            refused = Some(error.message().to_owned());
            break;
        }
    }
    let answer = |expectation: &Expectation| match &expectation.question {
        question if !mode.asks(question) => None,
        Question::Error => Some(refused.clone().unwrap_or_else(|| "(none)".into())),
        question => Some(match book.answer(question) {
            Ok(answer) => answer.print(),
            Err(error) => format!("refused: {}", error.message()),
        }),
    };
    Ok(Some(case.expectations.iter().map(answer).collect()))
}

/// The expectations of a case that do not hold in one mode.
pub fn check(case: &Case, book: &mut dyn Book, mode: Mode) -> Vec<Fault> {
    let answers = match run(case, book, mode) {
        Ok(Some(answers)) => answers,
        Ok(None) => return Vec::new(),
        Err(fault) => return vec![fault],
    };
    let pairs = case.expectations.iter().zip(answers);
    pairs
        .filter_map(|(expectation, answer)| Some((expectation, answer?)))
        .filter(|(expectation, answer)| !holds(expectation, answer))
        .map(|(expectation, answer)| Fault {
            line: expectation.line,
            mode,
            message: format!(
                "expected {}, got {answer}",
                expectation
                    .question
                    .print(&expectation.answer, expectation.roughly)
            ),
        })
        .collect()
}

/// Whether an answer is the expected one.
pub fn holds(expectation: &Expectation, answer: &str) -> bool {
    if !expectation.roughly {
        return expectation.answer == answer;
    }
    let number = |text: &str| match literal::parse_value(text) {
        Ok(tabulith::value::Value::Number(x)) => Some(x),
        _ => None,
    };
    match (number(&expectation.answer), number(answer)) {
        (Some(a), Some(b)) => (a - b).abs() <= 1e-9 * a.abs().max(b.abs()),
        _ => expectation.answer == answer,
    }
}

#[cfg(test)]
mod tests;
