//! A model of many different formulas, as people make them, to try numbers out in.

use tabulith::environment::Environment;
use tabulith::reference::{Cell, Rect};
use tabulith::{Result, Workbook};

use crate::workloads::SHEET;

/// A model of two thousand different formulas, in four columns of 500; each column depends on an input of its own.
pub struct Model {
    /// The workbook.
    pub book: Workbook,
    /// An input.
    pub input: Cell,
    /// A cell that depends on it.
    pub output: Cell,
}

/// Formulas of a column of [`model`].
const MODEL_ROWS: u32 = 500;

/// Formulas of a column of [`model`] of which each reads the one before.
const MODEL_STEPS: u32 = 5;

impl Model {
    /// What the output shows with a number in the input, as a plain program computes it.
    pub fn expected(input: f64) -> f64 {
        let first = MODEL_ROWS - MODEL_STEPS + 1;
        let steps = first + 1..=MODEL_ROWS;
        steps.fold(input * f64::from(first), |sum, row| sum + f64::from(row))
    }
}

/// The model: inputs in A1:A4, formulas in B to E; of each five the first reads the input, the others the one above.
///
/// # Errors
///
/// None that are expected.
pub fn model() -> Result<Model> {
    let book = Workbook::with_environment(Environment::fixed(45_000.0, 1));
    book.add_sheet("S")?;
    book.edit(|tx| {
        for column in 1..=4_u32 {
            tx.set_at(SHEET, Cell::new(column - 1, 0), f64::from(column))?;
            for row in 1..=MODEL_ROWS {
                let letter = char::from(b'A' + column as u8);
                let formula = match row % MODEL_STEPS {
                    1 => format!("=$A${column}*{row}"),
                    _ => format!("={letter}{}+{row}", row - 1),
                };
                tx.fill_at(SHEET, Rect::cell(Cell::new(row - 1, column)), &formula)?;
            }
        }
        Ok(())
    })?;
    Ok(Model {
        book: book.snapshot().fork(),
        input: Cell::new(0, 0),
        output: Cell::new(MODEL_ROWS - 1, 1),
    })
}
