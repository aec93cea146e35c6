//! Workloads of texts: columns of texts with formulas over them, and tables written as comma-separated text.

use std::io::Write;
use std::ops::ControlFlow;

use tabulith::environment::Environment;
use tabulith::reference::{Area, Cell, Rect};
use tabulith::value::{Value, ValueRef};
use tabulith::{Result, Workbook};

use crate::workloads::{Column, SHEET, Workload, without_history};
use crate::{Outcome, numbers};

/// A workbook with texts in A and B, a formula over them filled down C, and what that must show.
pub struct Joined {
    /// The workbook, without steps to undo.
    pub book: Workbook,
    /// The texts of A and B.
    pub inputs: [Vec<String>; 2],
    /// The texts of C.
    pub expected: Vec<String>,
}

/// Rows that are written in one call.
const ROWS: usize = 10_000;

/// Words of 4 to 11 letters, a few of them beyond ASCII.
fn words(seed: u64, count: usize) -> Vec<String> {
    let letters = numbers::whole(seed, count * 12, (0.0, 27.0));
    let word = |letters: &[f64]| {
        let length = 4 + letters[0] as usize * 8 / 27;
        let letter = |letter: &f64| match *letter as u8 {
            26 => 'é',
            letter => char::from(b'a' + letter),
        };
        letters[1..=length].iter().map(letter).collect()
    };
    letters.chunks_exact(12).map(word).collect()
}

/// The first three letters of each text and the capitals of the one beside it, as a plain program joins them.
pub fn joined(first: &[String], second: &[String]) -> Vec<String> {
    let join = |(first, second): (&String, &String)| {
        let end = first
            .char_indices()
            .nth(3)
            .map_or(first.len(), |(end, _)| end);
        let mut joined = first[..end].to_owned();
        joined.extend(second.chars().flat_map(char::to_uppercase));
        joined
    };
    first.iter().zip(second).map(join).collect()
}

impl Joined {
    /// `=LEFT(A1,3)&UPPER(B1)` filled down C.
    ///
    /// # Errors
    ///
    /// None that are expected.
    pub fn build(rows: u32) -> Result<Joined> {
        let inputs = [16, 17].map(|seed| words(seed, rows as usize));
        let book = Workbook::with_environment(Environment::fixed(45_000.0, 1));
        book.add_sheet("S")?;
        let pairs: Vec<Vec<Value>> = inputs[0]
            .iter()
            .zip(&inputs[1])
            .map(|(a, b)| vec![Value::text(a.as_str()), Value::text(b.as_str())])
            .collect();
        book.edit(|tx| {
            for (part, rows) in pairs.chunks(ROWS).enumerate() {
                tx.set_rows(&format!("S!A{}", part * ROWS + 1), rows)?;
            }
            let rect = Rect::new(Cell::new(0, 2), Cell::new(rows - 1, 2));
            tx.fill_at(SHEET, rect, "=LEFT(A1,3)&UPPER(B1)")
        })?;
        Ok(Joined {
            book: without_history(&book)?,
            expected: joined(&inputs[0], &inputs[1]),
            inputs,
        })
    }

    /// Compares every formula's cell.
    ///
    /// # Errors
    ///
    /// The first cell that shows something else.
    pub fn check(&self) -> Outcome<()> {
        let last = Cell::new(self.expected.len() as u32 - 1, 2);
        let area = Area::new(SHEET, Rect::new(Cell::new(0, 2), last));
        let (mut seen, mut fault) = (0, None);
        self.book.snapshot().visit(&area, |cell, value| {
            let expected = self.expected[cell.row as usize].as_str();
            if value != ValueRef::Text(expected) {
                fault = Some(format!(
                    "row {} is {value:?} instead of {expected}",
                    cell.row
                ));
                return ControlFlow::Break(());
            }
            seen += 1;
            ControlFlow::Continue(())
        });
        match fault {
            Some(fault) => Err(fault.into()),
            None if seen != self.expected.len() => Err(format!("{seen} cells are filled").into()),
            None => Ok(()),
        }
    }
}

/// Five columns of numbers, as an export holds them: numbers of records, keys, amounts of two decimals, measurements of
/// a few digits and of all digits.
///
/// # Errors
///
/// None that are expected.
pub fn records(rows: u32) -> Result<Workload> {
    let count = rows as usize;
    let hundredths = numbers::whole(13, count, (0.0, 1e6));
    let columns = [
        (0..count).map(|row| row as f64).collect(),
        numbers::whole(12, count, (0.0, 1000.0)),
        hundredths.into_iter().map(|x| x / 100.0).collect(),
        numbers::exact(14, count, (-100.0, 100.0)),
        numbers::uniform(15, count, (-2.0, 2.0)),
    ];
    let columns = (0..).zip(columns);
    let columns = columns.map(|(place, numbers)| Column::at(place, 0, numbers));
    Workload::build(columns.collect(), vec![], &[])
}

/// Columns as comma-separated text, as a plain program writes it.
pub fn text_of(columns: &[Column]) -> Vec<u8> {
    let mut text = Vec::new();
    let rows = columns.first().map_or(0, |column| column.numbers.len());
    for row in 0..rows {
        for (place, column) in columns.iter().enumerate() {
            let before = if place == 0 { "" } else { "," };
            write!(text, "{before}{}", column.numbers[row]).expect("a vector takes all");
        }
        text.extend_from_slice(b"\r\n");
    }
    text
}

/// The columns of comma-separated numbers, as a plain program reads them; what is no number is not a number.
pub fn columns_of(text: &[u8]) -> Vec<Vec<f64>> {
    let mut columns: Vec<Vec<f64>> = Vec::new();
    for line in text.split(|byte| *byte == b'\n') {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.is_empty() {
            continue;
        }
        for (place, field) in line.split(|byte| *byte == b',').enumerate() {
            if place == columns.len() {
                columns.push(Vec::new());
            }
            let field = std::str::from_utf8(field).unwrap_or_default();
            columns[place].push(field.parse().unwrap_or(f64::NAN));
        }
    }
    columns
}
