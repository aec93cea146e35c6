//! The works that the benchmarks of the Python package are compared with, in Rust, asked for through pipes by
//! `benches/python/peers.py`.
//!
//! A line of JSON is a request, `{"run": NAME, "count": N}`; its answer tells the seconds, by the clock and of the
//! processor, and what the work came to. What a work needs before is made when it is first asked for.

use std::io::{BufRead, Write};

use serde_json::{Value as Json, json};
use tabulith::reference::{Cell, Rect};
use tabulith::value::Value;
use tabulith::{Result, Snapshot, Workbook};
use tabulith_benches::Outcome;
use tabulith_benches::measure::{Sample, timed};
use tabulith_benches::model::{self, Model};
use tabulith_benches::workloads::SHEET;

/// The column of formulas that is read back.
const LAST: u32 = 3;

/// Number `place` of a column: eighths, so that all that is computed of them is exact.
fn eighths(place: u32) -> f64 {
    (u64::from(place) * 7_919 % 10_007) as f64 / 8.0
}

fn column(rows: u32) -> Vec<f64> {
    (0..rows).map(eighths).collect()
}

/// What works keep from one run to the next.
#[derive(Default)]
struct Works {
    round: Option<Workbook>,
    model: Option<Model>,
    bytes: Option<Workbook>,
    turns: u32,
}

fn main() -> Outcome<()> {
    let mut works = Works::default();
    let mut out = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        let request: Json = serde_json::from_str(&line?)?;
        let count = request["count"]
            .as_u64()
            .and_then(|n| u32::try_from(n).ok());
        let count = count.ok_or("a count is missing")?;
        let (result, sample) = match request["run"].as_str() {
            Some("columns") => columns(count)?,
            Some("round") => works.round(count)?,
            Some("what_if") => works.what_if(count)?,
            Some("bytes") => works.bytes(count)?,
            other => return Err(format!("there is no work {other:?}").into()),
        };
        let seconds = sample.measured.first();
        let answer = json!({"result": result, "seconds": seconds, "cpu": sample.cpu_seconds});
        writeln!(out, "{answer}")?;
        out.flush()?;
    }
    Ok(())
}

fn down(column: u32, rows: u32) -> Rect {
    Rect::new(Cell::new(0, column), Cell::new(rows - 1, column))
}

/// Sets a column, fills three with formulas and reads the last one; its sum and its last number.
fn columns(rows: u32) -> Outcome<(Json, Sample)> {
    let numbers = column(rows);
    let (read, sample) = timed(|| -> Result<_> {
        let book = filled(&numbers)?;
        let read = numbers_of(&book.snapshot(), LAST, rows);
        Ok((book, read))
    });
    let (_, read) = read?;
    Ok((json!([read.iter().sum::<f64>(), read.last()]), sample))
}

/// A workbook with numbers in A and three columns of formulas beside them, each an edit of its own.
fn filled(numbers: &[f64]) -> Result<Workbook> {
    let rows = numbers.len() as u32;
    let book = Workbook::new();
    book.add_sheet("S")?;
    book.edit(|tx| tx.set_column("A1", numbers))?;
    let formulas = ["=A1*1.5+1", "=IF(B1>500,B1*2,B1-1)", "=B1+C1"];
    for (place, formula) in (1..).zip(formulas) {
        book.edit(|tx| tx.fill_at(SHEET, down(place, rows), formula))?;
    }
    Ok(book)
}

fn numbers_of(snapshot: &Snapshot, column: u32, rows: u32) -> Vec<f64> {
    let mut numbers = vec![0.0; rows as usize];
    snapshot.read_numbers(SHEET, column, 0, (&mut numbers, f64::NAN));
    numbers
}

fn number_at(book: &Workbook, row: u32, column: u32) -> f64 {
    match book.snapshot().value_at(SHEET, Cell::new(row, column)) {
        Value::Number(number) => number,
        _ => f64::NAN,
    }
}

impl Works {
    /// Sets a cell of A and reads the one of B beside it, in each turn another row of 10,000; the sum of what was read.
    fn round(&mut self, turns: u32) -> Outcome<(Json, Sample)> {
        const ROWS: u32 = 10_000;
        let book = match self.round.take() {
            Some(book) => book,
            None => {
                let book = Workbook::new();
                book.add_sheet("S")?;
                book.edit(|tx| tx.set_column("A1", &column(ROWS)))?;
                book.edit(|tx| tx.fill_at(SHEET, down(1, ROWS), "=A1*1.5+1"))?;
                book
            }
        };
        let book = self.round.insert(book);
        let (sum, sample) = timed(|| -> Result<_> {
            let mut sum = 0.0;
            for turn in 0..turns {
                let row = turn % ROWS;
                book.edit(|tx| tx.set_at(SHEET, Cell::new(row, 0), f64::from(turn)))?;
                sum += number_at(book, row, 1);
            }
            Ok(sum)
        });
        Ok((json!(sum?), sample))
    }

    /// Forks the model, changes an input of the fork and reads an output; what was read last.
    fn what_if(&mut self, turns: u32) -> Outcome<(Json, Sample)> {
        let model = match self.model.take() {
            Some(model) => model,
            None => model::model()?,
        };
        let model = self.model.insert(model);
        let first = self.turns;
        self.turns += turns;
        let (last, sample) = timed(|| -> Result<_> {
            let mut last = f64::NAN;
            for turn in 0..turns {
                let input = f64::from(first + turn) / 8.0;
                let fork = model.book.snapshot().fork();
                fork.edit(|tx| tx.set_at(SHEET, model.input, input))?;
                last = number_at(&fork, model.output.row, model.output.column);
            }
            Ok(last)
        });
        let last_input = f64::from(self.turns - 1) / 8.0;
        Ok((json!([last_input, last?]), sample))
    }

    /// A workbook of five columns to bytes and back; the sum of the last column.
    fn bytes(&mut self, rows: u32) -> Outcome<(Json, Sample)> {
        let book = match self.bytes.take() {
            Some(book) => book,
            None => {
                let book = filled(&column(rows))?;
                book.edit(|tx| tx.fill_at(SHEET, down(4, rows), "=D1-A1"))?;
                book
            }
        };
        let book = self.bytes.insert(book);
        let (again, sample) = timed(|| -> Result<_> { Workbook::from_bytes(&book.to_bytes()?) });
        let sum: f64 = numbers_of(&again?.snapshot(), LAST + 1, rows).iter().sum();
        Ok((json!(sum), sample))
    }
}
