//! What revisions are for: differences, events, steps back, and forks to try something out.

use tabulith::reference::{Area, Cell, Rect};
use tabulith::value::Value;
use tabulith::workbook::{Notice, Subscription};
use tabulith::{Snapshot, Workbook};
use tabulith_benches::measure::{Bar, Contest, Contestant, Sample, Unit, timed};
use tabulith_benches::model::{self, Model};
use tabulith_benches::workloads::{self, SHEET, Workload};
use tabulith_benches::{Outcome, numbers};

use crate::edit::each_timed;
use crate::{Benchmark, Setting};

pub(crate) const BENCHMARKS: &[Benchmark] = &[
    Benchmark::new("diff/ten_cells", Bar::Below(100.0), ten_cells),
    Benchmark::new("events/publish", Bar::Times(2.0, "no subscriber"), publish),
    Benchmark::new("edit/undo_million", Bar::Below(1.0), undo_million),
    Benchmark::new("fork/what_if", Bar::Below(200.0), what_if),
];

/// Runs of one measurement that are cheap, each measured by itself.
const TIMES: u32 = 100;

/// Columns of the workbook whose revisions are compared.
const COLUMNS: u32 = 10;

/// Two revisions of a workbook, and the cells in which they differ with what they held and hold.
struct Diffing {
    before: Snapshot,
    after: Snapshot,
    cells: Vec<(Cell, f64, f64)>,
}

impl Diffing {
    fn run(&mut self) -> Outcome<Sample> {
        each_timed(TIMES, |_| {
            let diff = self.after.diff(&self.before);
            match diff.ranges().len() == self.cells.len() {
                true => Ok(()),
                false => Err(tabulith::Error::new(
                    tabulith::ErrorKind::Argument,
                    format!("{} ranges", diff.ranges().len()),
                )),
            }
        })
    }

    fn check(&mut self) -> Outcome<()> {
        let diff = self.after.diff(&self.before);
        let mut found = Vec::new();
        for cell in diff.cells() {
            let (Value::Number(old), Value::Number(new)) = (cell.old_value(), cell.new_value())
            else {
                return Err("a value is no number".into());
            };
            let (_, place) = cell.after().ok_or("a cell is gone")?;
            found.push((place, old, new));
        }
        found.sort_by_key(|(cell, ..)| (cell.column, cell.row));
        match found == self.cells {
            true => Ok(()),
            false => Err(format!("{found:?} instead of {:?}", self.cells).into()),
        }
    }
}

/// Two vectors with the same numbers as the two revisions.
struct Vectors {
    before: Vec<f64>,
    after: Vec<f64>,
    found: Vec<usize>,
    expected: usize,
}

impl Vectors {
    fn run(&mut self) -> Outcome<Sample> {
        let (found, sample) = timed(|| {
            let pairs = self.before.iter().zip(&self.after).enumerate();
            let differing = pairs.filter(|(_, (a, b))| a.to_bits() != b.to_bits());
            differing.map(|(place, _)| place).collect()
        });
        self.found = found;
        Ok(sample)
    }

    fn check(&mut self) -> Outcome<()> {
        match self.found.len() == self.expected {
            true => Ok(()),
            false => {
                Err(format!("{} places instead of {}", self.found.len(), self.expected).into())
            }
        }
    }
}

/// Ten columns of numbers, and a revision with another number in one cell of each.
fn ten_cells(setting: &Setting) -> Outcome<Contest> {
    let rows = setting.rows;
    let book = Workbook::new();
    book.add_sheet("S")?;
    let mut vectors = Vectors {
        before: Vec::with_capacity((rows * COLUMNS) as usize),
        after: Vec::new(),
        found: Vec::new(),
        expected: COLUMNS as usize,
    };
    for column in 0..COLUMNS {
        let numbers = numbers::uniform(u64::from(column), rows as usize, (1.0, 2.0));
        let letter = char::from(b'A' + column as u8);
        book.edit(|tx| tx.set_column(&format!("{letter}1"), &numbers))?;
        vectors.before.extend(&numbers);
    }
    vectors.after = vectors.before.clone();
    let before = book.snapshot();
    let mut cells = Vec::new();
    for column in 0..COLUMNS {
        let row = (column * 7_919 + 13) % rows;
        let (cell, place) = (Cell::new(row, column), (column * rows + row) as usize);
        book.edit(|tx| tx.set_at(SHEET, cell, -1.0))?;
        cells.push((cell, vectors.before[place], -1.0));
        vectors.after[place] = -1.0;
    }
    let diffing = Diffing {
        before,
        after: book.snapshot(),
        cells,
    };
    Ok(Contest {
        unit: Unit::MICROSECONDS,
        contestants: vec![
            Contestant::new("tabulith", diffing, Diffing::run, Diffing::check),
            Contestant::new("two vectors", vectors, Vectors::run, Vectors::check),
        ],
        absent: Vec::new(),
        once: false,
    })
}

/// Rows and columns of a range that is subscribed to.
const WATCHED: (u32, u32) = (10, 2);

/// A workbook with subscriptions to ranges beside each other, a hundred in a row.
struct Publishing {
    workload: Workload,
    subscriptions: Vec<Subscription>,
    edits: u32,
    told: u32,
}

impl Publishing {
    fn contestant(name: &'static str, count: u32) -> Outcome<Contestant> {
        let workload = workloads::fill_down(5_000)?;
        let range = |number: u32| {
            let first = Cell::new(number / 100 * WATCHED.0, number % 100 * WATCHED.1);
            let last = Cell::new(first.row + WATCHED.0 - 1, first.column + WATCHED.1 - 1);
            Area::new(SHEET, Rect::new(first, last))
        };
        let subscriptions = (0..count).map(|number| workload.book.subscribe_to_area(range(number)));
        let publishing = Publishing {
            subscriptions: subscriptions.collect(),
            workload,
            edits: 0,
            told: 0,
        };
        Ok(Contestant::new(
            name,
            publishing,
            Publishing::run,
            Publishing::check,
        ))
    }

    /// Edits cells of column A in turn, all of which are watched if enough subscribe.
    fn run(&mut self) -> Outcome<Sample> {
        let (book, former) = (&self.workload.book, self.edits);
        self.edits += TIMES;
        let sample = each_timed(TIMES, |number| {
            let edit = former + number;
            let cell = Cell::new(edit * 37 % (100 * WATCHED.0), 0);
            book.edit(|tx| tx.set_at(SHEET, cell, f64::from(edit)))
        })?;
        for subscription in &self.subscriptions {
            while let Some(notice) = subscription.try_recv() {
                match notice {
                    Notice::Changed(_) => self.told += 1,
                    Notice::Lagged(missed) => self.told += missed as u32,
                }
            }
        }
        Ok(sample)
    }

    /// With 10,000 ranges each edit touches that of its cell and those of the row's formulas in C to E.
    fn check(&mut self) -> Outcome<()> {
        let expected = match self.subscriptions.len() {
            0 => 0,
            10_000 => 3 * self.edits,
            _ => return Ok(()),
        };
        match self.told == expected {
            true => Ok(()),
            false => Err(format!("{} events instead of {expected}", self.told).into()),
        }
    }
}

fn publish(_: &Setting) -> Outcome<Contest> {
    Ok(Contest {
        unit: Unit::MICROSECONDS,
        contestants: vec![
            Publishing::contestant("tabulith 10,000", 10_000)?,
            Publishing::contestant("100 ranges", 100)?,
            Publishing::contestant("1 range", 1)?,
            Publishing::contestant("no subscriber", 0)?,
        ],
        absent: Vec::new(),
        once: false,
    })
}

/// Writes a whole column, on which another one depends, and takes that back.
struct Undoing {
    workload: Workload,
    other: Vec<f64>,
}

impl Undoing {
    fn run(&mut self) -> Outcome<Sample> {
        let book = &self.workload.book;
        book.edit(|tx| tx.set_column("A1", &self.other))?;
        let (undone, sample) = timed(|| book.undo());
        match undone? {
            true => Ok(sample),
            false => Err("there was nothing to undo".into()),
        }
    }

    fn check(&mut self) -> Outcome<()> {
        self.workload.check()?;
        let book = &self.workload.book;
        if !book.redo()? || self.workload.check().is_ok() {
            return Err("the edit cannot be done again".into());
        }
        book.undo()?;
        self.workload.check()
    }
}

fn undo_million(setting: &Setting) -> Outcome<Contest> {
    let workload = workloads::product_alone(setting.rows)?;
    let other = numbers::uniform(99, setting.rows as usize, (3.0, 4.0));
    Ok(Contest::alone(
        Unit::MILLISECONDS,
        Undoing { workload, other },
        Undoing::run,
        Undoing::check,
    ))
}

/// Forks a model, changes an input in the fork and reads an output.
struct Trying {
    model: Model,
    tries: u32,
    last: (f64, Value),
}

impl Trying {
    fn run(&mut self) -> Outcome<Sample> {
        let former = self.tries;
        self.tries += TIMES;
        let snapshot = self.model.book.snapshot();
        let (input, output) = (self.model.input, self.model.output);
        let last = &mut self.last;
        each_timed(TIMES, |number| {
            let value = f64::from(former + number) / 8.0;
            let fork = snapshot.fork();
            fork.set_threads(1);
            fork.edit(|tx| tx.set_at(SHEET, input, value))?;
            *last = (value, fork.snapshot().value_at(SHEET, output));
            Ok(())
        })
    }

    fn check(&mut self) -> Outcome<()> {
        let (input, shown) = (self.last.0, &self.last.1);
        let expected = Value::Number(Model::expected(input));
        if *shown != expected {
            return Err(format!("{shown:?} instead of {expected:?}").into());
        }
        let fork = self.model.book.snapshot().fork();
        let edit = fork.edit_reporting(&mut |_| {}, |tx| tx.set_at(SHEET, self.model.input, 0.5));
        let (_, report) = edit?;
        match report.recomputed {
            500 => Ok(()),
            other => Err(format!("{other} evaluations instead of 500").into()),
        }
    }
}

fn what_if(_: &Setting) -> Outcome<Contest> {
    let trying = Trying {
        model: model::model()?,
        tries: 0,
        last: (0.0, Value::Blank),
    };
    Ok(Contest::alone(
        Unit::MICROSECONDS,
        trying,
        Trying::run,
        Trying::check,
    ))
}
