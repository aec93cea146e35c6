//! The text form of cases: what is done to an empty workbook with one sheet, `Sheet1`, and what must hold then.
//!
//! ```text
//! # A comment before the first case tells what the file is about.
//! --- inserting a row shifts relative references
//! set A1 10
//! set A2 =A1*2
//! insert-rows 1 2
//! ----
//! A4 = 20
//! A4 formula =A3*2
//! # fixme: why the next line, though asserted, is wrong
//! recalculated (none)
//! ```
//!
//! Rows count from 1, as in A1 text. A command that is refused ends the commands; the case must then expect its message
//! (`error …`), and its other expectations hold for the book as it was left.

mod layout;
mod words;

use tabulith::value::Value;

pub use self::layout::{Layout, LayoutQuestion};
use self::words::{unquote, word, words};
use crate::block_edit::BlockEdit;
use crate::literal;

/// A case file: its lines as they are, and the cases in them.
#[derive(Debug, Clone, PartialEq)]
pub struct CaseFile {
    /// The lines, for rewriting.
    pub lines: Vec<String>,
    /// The cases.
    pub cases: Vec<Case>,
}

/// A named case.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    /// A sentence.
    pub name: String,
    /// Where it begins, counted from 0.
    pub line: usize,
    /// What is done, in order, each with its line.
    pub commands: Vec<(usize, Command)>,
    /// What must hold then.
    pub expectations: Vec<Expectation>,
}

/// A question and the answer that must come.
#[derive(Debug, Clone, PartialEq)]
pub struct Expectation {
    /// Its line, counted from 0.
    pub line: usize,
    /// What is asked.
    pub question: Question,
    /// The answer in its canonical spelling.
    pub answer: String,
    /// Whether a number may differ by 1e-9 of its size (`~` instead of `=`).
    pub roughly: bool,
}

/// What is done to the book.
#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    /// `set A1 10`, `set A1 "text"`, `set A1 blank`: a value as it is.
    Set(String, Value),
    /// `set A1 =A2*2`: a formula.
    Formula(String, String),
    /// `entry A1 5%`: as typed by a user.
    Entry(String, String),
    /// `fill B1:B9 =A1*2`: a formula for the first cell, its relative references moving along.
    Fill(String, String),
    /// `column A1 1 2 "x"`: values downwards.
    Column(String, Vec<Value>),
    /// `clear A1:B2`.
    Clear(String),
    /// `copy A1:B2 D1` and its kin.
    Block(BlockEdit),
    /// `insert-rows 3 2`, `delete-columns Data!2 1`: an edit of a sheet's rows or columns.
    Structure(Structure),
    /// An edit of whole sheets, or of what lies on them beside cells.
    Layout(Layout),
    /// `add-sheet Data`.
    AddSheet(String),
    /// `remove-sheet Data`.
    RemoveSheet(String),
    /// `rename-sheet Data Numbers`.
    RenameSheet(String, String),
    /// `define-name rate =Sheet1!$A$1`; `define-name Sheet1!rate …` for a name of one sheet.
    DefineName(String, String),
    /// `remove-name rate`.
    RemoveName(String),
    /// `undo`.
    Undo,
    /// `redo`.
    Redo,
    /// `recalculate`: everything.
    Recalculate,
    /// `calculation manual` or `calculation automatic`.
    Manual(bool),
}

/// Rows or columns that are inserted or deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Structure {
    /// Insert, or else delete.
    pub insert: bool,
    /// Rows, or else columns.
    pub rows: bool,
    /// The sheet; nothing means the first one.
    pub sheet: Option<String>,
    /// The first row or column, counted from 0.
    pub at: u32,
    /// How many.
    pub count: u32,
}

/// What is asked of the book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Question {
    /// `A1 = 20`: the value of a cell, or an array of a range's values.
    Value(String),
    /// `A1 formula =A2*2`; `(none)` if the cell has none.
    Formula(String),
    /// `A1 text 20%`: what the cell shows.
    Text(String),
    /// `A1 precedents B1 B2:B9`.
    Precedents(String),
    /// `A1 dependents C1`.
    Dependents(String),
    /// `evaluate =A1*2 -> 40`: a formula that is not stored.
    Evaluate(String),
    /// `recalculated A4 B2`: which cells the last command made the engine evaluate.
    Recalculated,
    /// `changed A1 B1:B9 -C3`: the ranges whose values or formulas the last command has changed, `recalculate` apart;
    /// with a minus what has gone with its rows or columns.
    Changed,
    /// `circular A1`: the cells in live cycles.
    Circular,
    /// `unsupported A1`: the cells that keep their stored value.
    Unsupported,
    /// `sheets Sheet1 Data`: in tab order.
    Sheets,
    /// A question about whole sheets.
    Layout(LayoutQuestion),
    /// `regions 1`: how many formula regions the book has.
    Regions,
    /// `error the message`: what the refused command said.
    Error,
}

impl CaseFile {
    /// Reads a case file.
    ///
    /// # Errors
    ///
    /// `line: what is wrong`, the line counted from 1.
    pub fn parse(text: &str) -> Result<CaseFile, String> {
        let lines: Vec<String> = text.lines().map(str::to_owned).collect();
        let mut cases: Vec<Case> = Vec::new();
        let mut expecting = false;
        for (number, line) in lines.iter().enumerate() {
            let line = line.trim();
            let wrong = |why: String| format!("{}: {why}", number + 1);
            if line == "----" {
                if expecting || cases.is_empty() {
                    return Err(wrong(
                        "`----` stands once in a case, behind its commands".into(),
                    ));
                }
                expecting = true;
            } else if let Some(name) = line.strip_prefix("--- ") {
                if cases.iter().any(|case| case.name == name.trim()) {
                    return Err(wrong(format!("two cases are named `{}`", name.trim())));
                }
                finish(cases.last(), expecting)?;
                cases.push(Case::new(name.trim(), number));
                expecting = false;
            } else if !line.is_empty() && !line.starts_with('#') {
                let Some(case) = cases.last_mut() else {
                    return Err(wrong(
                        "the first case must begin with `--- its name`".into(),
                    ));
                };
                if expecting {
                    let expectation = Expectation::parse(line, number).map_err(wrong)?;
                    case.expectations.push(expectation);
                } else {
                    let command = Command::parse(line).map_err(wrong)?;
                    case.commands.push((number, command));
                }
            }
        }
        finish(cases.last(), expecting)?;
        Ok(CaseFile { lines, cases })
    }
}

/// Refuses a case that asks nothing.
fn finish(case: Option<&Case>, expecting: bool) -> Result<(), String> {
    match case {
        Some(case) if !expecting || case.expectations.is_empty() => Err(format!(
            "{}: the case `{}` expects nothing",
            case.line + 1,
            case.name
        )),
        _ => Ok(()),
    }
}

impl Case {
    fn new(name: &str, line: usize) -> Case {
        Case {
            name: name.to_owned(),
            line,
            commands: Vec::new(),
            expectations: Vec::new(),
        }
    }
}

impl Command {
    /// Reads a command.
    ///
    /// # Errors
    ///
    /// What is wrong with it.
    pub fn parse(line: &str) -> Result<Command, String> {
        let (verb, rest) = word(line);
        let (first, last) = word(rest);
        let text = || first.to_owned();
        let with_last = |command: fn(String, String) -> Command| match last {
            "" => Err(format!("`{verb} {first}` needs something more")),
            last => Ok(command(first.to_owned(), last.to_owned())),
        };
        let alone = |command: Command| match last {
            "" if !first.is_empty() => Ok(command),
            _ => Err(format!("`{verb}` needs one word")),
        };
        match verb {
            "set" if last.starts_with('=') => with_last(Command::Formula),
            "set" => Ok(Command::Set(text(), literal::parse_value(last)?)),
            "entry" => with_last(Command::Entry),
            "fill" => with_last(Command::Fill),
            "column" => {
                let words = words(last);
                let values: Result<_, _> = words.iter().map(|w| literal::parse_value(w)).collect();
                Ok(Command::Column(text(), values?))
            }
            "clear" => alone(Command::Clear(text())),
            "copy" | "move" | "fill-down" | "fill-right" | "sort" => {
                BlockEdit::parse(verb, first, &words(last)).map(Command::Block)
            }
            "insert-rows" | "insert-columns" | "delete-rows" | "delete-columns" => {
                Structure::parse(verb, first, last).map(Command::Structure)
            }
            "add-sheet" => alone(Command::AddSheet(unquote(first))),
            "remove-sheet" => alone(Command::RemoveSheet(unquote(first))),
            "rename-sheet" => Ok(Command::RenameSheet(unquote(first), unquote(last))),
            "define-name" => with_last(Command::DefineName),
            "remove-name" => alone(Command::RemoveName(text())),
            "undo" | "redo" | "recalculate" if !rest.is_empty() => {
                Err(format!("`{verb}` stands alone"))
            }
            "undo" => Ok(Command::Undo),
            "redo" => Ok(Command::Redo),
            "recalculate" => Ok(Command::Recalculate),
            "calculation" if ["manual", "automatic"].contains(&rest) => {
                Ok(Command::Manual(rest == "manual"))
            }
            _ => match Layout::parse(verb, rest)? {
                Some(layout) => Ok(Command::Layout(layout)),
                None => Err(format!("`{line}` is no command")),
            },
        }
    }
}

impl Structure {
    fn parse(verb: &str, place: &str, count: &str) -> Result<Structure, String> {
        let (sheet, at) = match place.rsplit_once('!') {
            Some((sheet, at)) => (Some(unquote(sheet)), at),
            None => (None, place),
        };
        let number = |text: &str| text.parse::<u32>().ok().filter(|n| *n > 0);
        let (Some(at), Some(count)) = (number(at), number(count)) else {
            return Err(format!("`{verb}` needs a place and a count, both from 1"));
        };
        Ok(Structure {
            insert: verb.starts_with("insert"),
            rows: verb.ends_with("rows"),
            sheet,
            at: at - 1,
            count,
        })
    }
}

impl Expectation {
    /// Reads an expectation.
    ///
    /// # Errors
    ///
    /// What is wrong with it.
    pub fn parse(line: &str, number: usize) -> Result<Expectation, String> {
        let (first, rest) = word(line);
        let (second, last) = word(rest);
        let cell = first.to_owned();
        let (question, answer) = match (first, second) {
            ("hidden" | "widths" | "merged" | "filter-of" | "tables" | "names", _) => {
                let (asked, answer) = LayoutQuestion::parse(first, rest);
                (Question::Layout(asked), answer)
            }
            ("recalculated", _) => (Question::Recalculated, rest),
            ("changed", _) => (Question::Changed, rest),
            ("circular", _) => (Question::Circular, rest),
            ("unsupported", _) => (Question::Unsupported, rest),
            ("sheets", _) => (Question::Sheets, rest),
            ("regions", _) => (Question::Regions, rest),
            ("error", _) => (Question::Error, rest),
            ("evaluate", _) => {
                let (formula, answer) = rest
                    .rsplit_once("->")
                    .ok_or("`evaluate` needs `=formula -> value`")?;
                (Question::Evaluate(formula.trim().to_owned()), answer)
            }
            (_, "=" | "~") => (Question::Value(cell), last),
            (_, "formula") => (Question::Formula(cell), last),
            (_, "text") => (Question::Text(cell), last),
            (_, "precedents") => (Question::Precedents(cell), last),
            (_, "dependents") => (Question::Dependents(cell), last),
            _ => return Err(format!("`{line}` is no expectation")),
        };
        Ok(Expectation {
            line: number,
            answer: question.canonical(answer.trim())?,
            roughly: second == "~",
            question,
        })
    }
}

impl Question {
    /// The canonical spelling of an answer; an empty one stays empty, to be filled by blessing.
    fn canonical(&self, answer: &str) -> Result<String, String> {
        match self {
            _ if answer.is_empty() => Ok(String::new()),
            Question::Value(_) | Question::Evaluate(_) => {
                Ok(literal::print_values(&literal::parse_values(answer)?))
            }
            Question::Recalculated
            | Question::Changed
            | Question::Circular
            | Question::Unsupported
            | Question::Precedents(_)
            | Question::Dependents(_) => Ok(literal::print_places(&match answer {
                "(none)" => Vec::new(),
                places => words(places),
            })),
            _ => Ok(answer.to_owned()),
        }
    }

    /// The line that asks this and expects `answer`.
    pub fn print(&self, answer: &str, roughly: bool) -> String {
        let equals = if roughly { "~" } else { "=" };
        match self {
            Question::Value(cell) => format!("{cell} {equals} {answer}"),
            Question::Formula(cell) => format!("{cell} formula {answer}"),
            Question::Text(cell) => format!("{cell} text {answer}"),
            Question::Precedents(cell) => format!("{cell} precedents {answer}"),
            Question::Dependents(cell) => format!("{cell} dependents {answer}"),
            Question::Evaluate(formula) => format!("evaluate {formula} -> {answer}"),
            Question::Recalculated => format!("recalculated {answer}"),
            Question::Changed => format!("changed {answer}"),
            Question::Circular => format!("circular {answer}"),
            Question::Unsupported => format!("unsupported {answer}"),
            Question::Sheets => format!("sheets {answer}"),
            Question::Layout(asked) => asked.print(answer),
            Question::Regions => format!("regions {answer}"),
            Question::Error => format!("error {answer}"),
        }
    }
}

#[cfg(test)]
mod tests;
