//! What a case needs of the thing that it tests.

use tabulith::Result;
use tabulith::value::Value;

use crate::case_file::{Command, Question};
use crate::literal;

/// A workbook under test: it runs commands and answers questions.
pub trait Book {
    /// Runs one command; a refused command must leave the book as it was.
    ///
    /// # Errors
    ///
    /// What the book says to a caller who asked for something impossible.
    fn run(&mut self, command: &Command) -> Result<()>;

    /// Lets it compute on so many threads from now on, even what one would do sooner.
    fn divide(&mut self, threads: usize);

    /// Lets it keep the way of every edit through the graph, and go it at once.
    fn keep_cones(&mut self);

    /// Writes it as bytes and goes on with what is read of them.
    ///
    /// # Errors
    ///
    /// If it cannot be written, or what was written cannot be read.
    fn write_and_read(&mut self) -> Result<()>;

    /// Answers one question about the book as it is now.
    ///
    /// # Errors
    ///
    /// If the question names something that is not there.
    fn answer(&mut self, question: &Question) -> Result<Answer>;
}

/// The answer to a question, as plain data.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// The values of a rectangle, row by row.
    Values(Vec<Vec<Value>>),
    /// A text: a formula, a displayed text.
    Text(String),
    /// Cells or names, in any order.
    Places(Vec<String>),
    /// A number of things.
    Count(usize),
}

impl Answer {
    /// The answer as it stands in a case file.
    pub fn print(&self) -> String {
        match self {
            Answer::Values(rows) => literal::print_values(rows),
            Answer::Text(text) if text.is_empty() => "(none)".into(),
            Answer::Text(text) => text.clone(),
            Answer::Places(places) => literal::print_places(places),
            Answer::Count(count) => count.to_string(),
        }
    }
}
