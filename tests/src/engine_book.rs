//! The engine as a [`Book`]: each command is one call of its public library, each answer is asked of a snapshot.

use tabulith::environment::Environment;
use tabulith::formats::messagepack;
use tabulith::reference::{Area, Cell, a1};
use tabulith::value::Value;
use tabulith::workbook::{Calculation, ChangedRange, Diff, Effort, Evaluated, Report, SortKey};
use tabulith::{Error, ErrorKind, Result, Snapshot, Transaction, Workbook};

use crate::block_edit::BlockEdit;
use crate::book::{Answer, Book};
use crate::case_file::{Command, Layout, Question, Structure};
use crate::engine_layout;

/// A workbook under test: one sheet, `Sheet1`, a clock that stands still at noon of 2026-01-02, and a fixed seed.
pub struct EngineBook {
    book: Workbook,
    /// What the last command recalculated.
    report: Report,
    /// What was there before the last command.
    before: Snapshot,
    /// On how many threads it computes; 0 for as it likes.
    threads: usize,
    /// Whether it keeps the way of each edit from the first time on.
    keeps_cones: bool,
}

impl Default for EngineBook {
    fn default() -> Self {
        let book = Workbook::with_environment(environment());
        book.add_sheet("Sheet1")
            .expect("a new workbook takes a sheet");
        EngineBook {
            before: book.snapshot(),
            book,
            report: Report::default(),
            threads: 0,
            keeps_cones: false,
        }
    }
}

/// A clock that stands still, and a fixed seed.
fn environment() -> Environment {
    Environment::fixed(46_024.5, 1)
}

impl EngineBook {
    /// The address with its sheet: without one it is on the first.
    fn qualified(&self, address: &str) -> String {
        if address.contains('!') {
            return address.to_owned();
        }
        let snapshot = self.book.snapshot();
        let first = snapshot
            .sheets()
            .next()
            .map_or_else(String::new, |sheet| sheet.name.to_string());
        format!("{}!{address}", a1::quote_sheet_name(&first))
    }

    fn edit(&mut self, edit: impl FnOnce(&mut Transaction<'_>) -> Result<()>) -> Result<()> {
        self.report = self.book.edit_with(self.effort(), edit)?.1;
        Ok(())
    }

    fn effort(&self) -> Effort<'static> {
        Effort {
            threads: self.threads,
            eager: self.threads > 0,
            keep_cones: self.keeps_cones,
            ..Effort::default()
        }
    }

    fn step(&mut self, done: Result<bool>, verb: &str) -> Result<()> {
        self.report = Report::default();
        if done? {
            Ok(())
        } else {
            Err(Error::new(
                ErrorKind::Argument,
                format!("there is nothing to {verb}"),
            ))
        }
    }

    fn block(&mut self, edit: &BlockEdit) -> Result<()> {
        match edit {
            BlockEdit::Copy(from, to) => {
                let (from, to) = (self.qualified(from), self.qualified(to));
                self.edit(|tx| tx.copy_range(&from, &to))
            }
            BlockEdit::Move(from, to) => {
                let (from, to) = (self.qualified(from), self.qualified(to));
                self.edit(|tx| tx.move_range(&from, &to))
            }
            BlockEdit::FillDown(range) => {
                let range = self.qualified(range);
                self.edit(|tx| tx.fill_down(&range))
            }
            BlockEdit::FillRight(range) => {
                let range = self.qualified(range);
                self.edit(|tx| tx.fill_right(&range))
            }
            BlockEdit::Sort(range, keys) => self.sort(range, keys),
        }
    }

    fn sort(&mut self, range: &str, keys: &[(String, bool)]) -> Result<()> {
        let snapshot = self.book.snapshot();
        let mut sorted_by = Vec::new();
        for (column, descending) in keys {
            let column = snapshot.resolve(&self.qualified(&format!("{column}1")))?;
            sorted_by.push(SortKey {
                column: column.rect.left,
                descending: *descending,
            });
        }
        let range = self.qualified(range);
        self.edit(|tx| tx.sort(&range, &sorted_by))
    }

    fn structure(&mut self, structure: &Structure) -> Result<()> {
        let snapshot = self.book.snapshot();
        let sheet = match &structure.sheet {
            Some(name) => snapshot.sheet(name)?,
            None => snapshot.resolve(&self.qualified("A1"))?.sheet,
        };
        let Structure { at, count, .. } = *structure;
        match (structure.insert, structure.rows) {
            (true, true) => self.edit(|tx| tx.insert_rows(sheet, at, count)),
            (true, false) => self.edit(|tx| tx.insert_columns(sheet, at, count)),
            (false, true) => self.edit(|tx| tx.delete_rows(sheet, at, count)),
            (false, false) => self.edit(|tx| tx.delete_columns(sheet, at, count)),
        }
    }

    fn layout(&mut self, layout: &Layout) -> Result<()> {
        let snapshot = self.book.snapshot();
        let first = self.qualified("A1");
        let first = first.trim_end_matches("A1");
        let address = |address: &str| match address.contains('!') {
            true => address.to_owned(),
            false => format!("{first}{address}"),
        };
        self.edit(|tx| engine_layout::edit(tx, &snapshot, layout, address))
    }
}

impl Book for EngineBook {
    fn run(&mut self, command: &Command) -> Result<()> {
        if *command != Command::Recalculate {
            self.before = self.book.snapshot();
        }
        match command {
            Command::Set(cell, value) => {
                let (cell, value) = (self.qualified(cell), value.clone());
                self.edit(|tx| tx.set(&cell, value))
            }
            Command::Formula(cell, formula) => {
                let cell = self.qualified(cell);
                self.edit(|tx| tx.set_formula(&cell, formula))
            }
            Command::Entry(cell, entry) => {
                let cell = self.qualified(cell);
                self.edit(|tx| tx.set_entry(&cell, entry))
            }
            Command::Fill(range, formula) => {
                let range = self.qualified(range);
                self.edit(|tx| tx.fill(&range, formula))
            }
            Command::Column(cell, values) => {
                let cell = self.qualified(cell);
                let rows: Vec<Vec<Value>> =
                    values.iter().map(|value| vec![value.clone()]).collect();
                self.edit(|tx| tx.set_rows(&cell, &rows))
            }
            Command::Clear(range) => {
                let range = self.qualified(range);
                self.edit(|tx| tx.clear(&range))
            }
            Command::Block(edit) => self.block(edit),
            Command::Structure(structure) => self.structure(structure),
            Command::AddSheet(name) => self.edit(|tx| tx.add_sheet(name).map(|_| ())),
            Command::RenameSheet(name, new_name) => self.edit(|tx| tx.rename_sheet(name, new_name)),
            Command::DefineName(name, formula) => {
                let (scope, name) = scoped(name);
                self.edit(|tx| tx.define_name(name, scope, formula))
            }
            Command::RemoveName(name) => {
                let (scope, name) = scoped(name);
                self.edit(|tx| tx.remove_name(name, scope))
            }
            Command::Manual(manual) => {
                let calculation = if *manual {
                    Calculation::Manual
                } else {
                    Calculation::Automatic
                };
                self.edit(|tx| tx.set_calculation(calculation))
            }
            Command::Undo => {
                let done = self.book.undo();
                self.step(done, "undo")
            }
            Command::Redo => {
                let done = self.book.redo();
                self.step(done, "redo")
            }
            Command::Recalculate => {
                self.report = self.book.recalculate_with(None, self.effort())?;
                Ok(())
            }
            Command::RemoveSheet(name) => self.edit(|tx| tx.remove_sheet(name)),
            Command::Layout(layout) => self.layout(layout),
        }
    }

    fn divide(&mut self, threads: usize) {
        self.threads = threads;
    }

    fn keep_cones(&mut self) {
        self.keeps_cones = true;
    }

    fn write_and_read(&mut self) -> Result<()> {
        let bytes = self.book.to_bytes()?;
        let size = bytes.len() as u64;
        self.book = messagepack::read(&bytes[..], size, environment(), &mut |_, _| Ok(()))?;
        Ok(())
    }

    fn answer(&mut self, question: &Question) -> Result<Answer> {
        let snapshot = self.book.snapshot();
        Ok(match question {
            Question::Value(range) => {
                let range = self.qualified(range);
                // Asking for a value computes what is stale.
                self.book.evaluate("=0")?;
                Answer::Values(self.book.snapshot().range(&range)?.rows())
            }
            Question::Formula(cell) => {
                Answer::Text(snapshot.formula(&self.qualified(cell))?.unwrap_or_default())
            }
            Question::Text(cell) => Answer::Text(snapshot.text(&self.qualified(cell))?),
            Question::Precedents(cell) => {
                places(&snapshot, &snapshot.precedents(&self.qualified(cell))?)
            }
            Question::Dependents(cell) => {
                cells(&snapshot, &snapshot.dependents(&self.qualified(cell))?)
            }
            Question::Evaluate(formula) => Answer::Values(match self.book.evaluate(formula)? {
                Evaluated::Value(value) => vec![vec![value]],
                Evaluated::Array(array) => (0..array.rows())
                    .map(|row| {
                        (0..array.columns())
                            .map(|column| array.get(row, column).clone())
                            .collect()
                    })
                    .collect(),
            }),
            Question::Recalculated => cells(&snapshot, &self.report.evaluated),
            Question::Changed => changed(&snapshot.diff(&self.before)),
            Question::Circular => named(
                &snapshot,
                snapshot.circular().iter().map(ToString::to_string),
            ),
            Question::Unsupported => {
                let unsupported = snapshot.unsupported();
                named(
                    &snapshot,
                    unsupported
                        .iter()
                        .map(|unsupported| unsupported.place.to_string()),
                )
            }
            Question::Sheets => {
                let names: Vec<&str> = snapshot.sheets().map(|sheet| &*sheet.name).collect();
                Answer::Text(names.join(" "))
            }
            Question::Layout(asked) => Answer::Text(engine_layout::answer(&snapshot, asked)?),
            Question::Regions => Answer::Count(snapshot.statistics().regions as usize),
            Question::Error => Answer::Text(String::new()),
        })
    }
}

/// The sheet of a name that belongs to one, and the name.
fn scoped(name: &str) -> (Option<&str>, &str) {
    match name.split_once('!') {
        Some((sheet, name)) => (Some(sheet), name),
        None => (None, name),
    }
}

/// Addresses; those on the first sheet go without its name.
fn named(snapshot: &Snapshot, addresses: impl Iterator<Item = String>) -> Answer {
    let first = snapshot.sheets().next().map_or_else(String::new, |sheet| {
        a1::quote_sheet_name(&sheet.name).to_string()
    });
    let prefix = format!("{first}!");
    let short = |address: String| {
        let (sign, place) = match address.strip_prefix('-') {
            Some(place) => ("-", place),
            None => ("", &*address),
        };
        format!("{sign}{}", place.strip_prefix(&prefix).unwrap_or(place))
    };
    Answer::Places(addresses.map(short).collect())
}

/// Areas as they are.
fn places(snapshot: &Snapshot, areas: &[Area]) -> Answer {
    named(snapshot, areas.iter().map(|area| snapshot.address(area)))
}

/// Changed ranges where they are now, those that have gone where they were.
fn changed(diff: &Diff) -> Answer {
    let address = |range: &ChangedRange| match (range.after, range.before) {
        (Some(area), _) => Some(diff.later().address(&area)),
        (None, before) => before.map(|area| format!("-{}", diff.earlier().address(&area))),
    };
    named(diff.later(), diff.ranges().iter().filter_map(address))
}

/// Areas cell by cell.
fn cells(snapshot: &Snapshot, areas: &[Area]) -> Answer {
    let each = areas.iter().flat_map(|area| {
        let rect = area.rect;
        let columns = move |row| (rect.left..=rect.right).map(move |column| Cell::new(row, column));
        (rect.top..=rect.bottom)
            .flat_map(columns)
            .map(|cell| Area::new(area.sheet, tabulith::reference::Rect::cell(cell)))
    });
    named(snapshot, each.map(|area| snapshot.address(&area)))
}
