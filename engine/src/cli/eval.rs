//! `eval`: a formula's value, alone, against a workbook, or for many small workbooks read as lines of JSON.

use std::io::BufRead;

use serde_json::{Value as Json, json};

use super::commands::{Eval, Limits};
use super::deadline::within;
use super::files::Source;
use super::json::{self, Case, Input};
use super::render::{self, Field};
use super::{Outcome, Streams};
use crate::environment::Environment;
use crate::formula::ast::{A1Axis, A1Reference, Shape};
use crate::formula::{self, ParseOptions};
use crate::reference::a1::{self, GridLimits};
use crate::reference::{Cell, SheetId};
use crate::value::Value;
use crate::workbook::Evaluated;
use crate::{Error, ErrorKind, Result, Workbook};

/// Bytes of one line of JSON; more is no case but a mistake.
const LINE_BYTES: u64 = 64 << 20;

/// The sheet of a new workbook.
const SHEET: &str = "Sheet1";

/// Prints the value, or answers each line.
pub(super) fn run(options: &Eval, limits: &Limits, streams: &mut Streams<'_>) -> Result<Outcome> {
    match &options.formula {
        Some(formula) => one(formula, options, limits, streams),
        None => lines(limits, streams),
    }
}

fn one(
    formula: &str,
    options: &Eval,
    limits: &Limits,
    streams: &mut Streams<'_>,
) -> Result<Outcome> {
    let formula = format!("={}", formula.trim_start().trim_start_matches('='));
    let source = options
        .file
        .as_deref()
        .map(|path| Source::read(path, streams))
        .transpose()?;
    let reading = options.text.to_options()?;
    let work = move || -> Result<Evaluated> {
        let book = match source {
            Some(source) => source.open(&reading, Environment::default(), &mut |_, _| Ok(()))?,
            None => new_book()?,
        };
        if !book.snapshot().circular().is_empty() || book.snapshot().statistics().formulas > 0 {
            book.recalculate()?;
        }
        book.evaluate(&formula)
    };
    let rows = rows(within(limits.timeout, work)??)?;
    let text = if options.json {
        format!("{}\n", json::of_values(&rows))
    } else {
        let field = |value: &Value| Field::of_value(value, value.to_string());
        match rows.as_slice() {
            [row] if row.len() == 1 => format!("{}\n", row[0]),
            rows => render::table(
                &rows
                    .iter()
                    .map(|row| row.iter().map(field).collect())
                    .collect::<Vec<_>>(),
            ),
        }
    };
    streams.print(&text)?;
    Ok(Outcome::Fine)
}

fn new_book() -> Result<Workbook> {
    let book = Workbook::new();
    book.add_sheet(SHEET)?;
    Ok(book)
}

/// The values of a result, row by row.
fn rows(evaluated: Evaluated) -> Result<Vec<Vec<Value>>> {
    match evaluated {
        Evaluated::Value(value) => Ok(vec![vec![value]]),
        Evaluated::Array(array) => array.to_rows(),
    }
}

/// Answers each line; a bad one is told and the rest goes on.
fn lines(limits: &Limits, streams: &mut Streams<'_>) -> Result<Outcome> {
    loop {
        let mut line = Vec::new();
        let mut input = std::io::Read::take(&mut *streams.input, LINE_BYTES);
        let read = input.read_until(b'\n', &mut line);
        let read = read.map_err(|error| {
            Error::new(ErrorKind::Io, "standard input cannot be read").with_source(error)
        })?;
        if read == 0 {
            return Ok(Outcome::Fine);
        }
        let answer = match String::from_utf8(line) {
            Ok(line) if line.trim().is_empty() => continue,
            Ok(line) => answer(&line, limits.timeout),
            Err(_) => json::invalid(&Json::Null, "the line is not UTF-8"),
        };
        streams.print(&format!("{answer}\n"))?;
    }
}

fn answer(line: &str, timeout: Option<f64>) -> Json {
    let case = match Case::parse(line) {
        Ok(case) => case,
        Err((id, why)) => return json::invalid(&id, &why),
    };
    let id = case.id.clone();
    let evaluated = within(timeout, move || evaluate(&case)).and_then(|value| value);
    match evaluated.and_then(rows) {
        Ok(rows) => json::answer(&id, json::of_values(&rows)),
        Err(error) => {
            let mut answer = json::invalid(&id, &error.to_string());
            if error.kind() == ErrorKind::Unsupported {
                answer["unsupported"] = json!(true);
            }
            answer
        }
    }
}

fn evaluate(case: &Case) -> Result<Evaluated> {
    let book = new_book()?;
    let mut places = Vec::with_capacity(case.cells.len());
    for (address, _) in &case.cells {
        places.push(place(&book, address)?);
    }
    book.edit(|tx| {
        for (name, formula) in &case.names {
            tx.define_name(name, None, &anchored(formula)?)?;
        }
        for ((sheet, cell), (address, input)) in places.iter().zip(&case.cells) {
            let done = match input {
                Input::Value(value) => tx.set_at(*sheet, *cell, value.clone()),
                Input::Entry(entry) => tx.set_entry_at(*sheet, *cell, entry),
                Input::Formula(formula) => {
                    tx.fill_at(*sheet, crate::reference::Rect::cell(*cell), formula)
                }
            };
            done.map_err(|error| error.at(address))?;
        }
        Ok(())
    })?;
    let (sheet, cell) = match &case.at {
        Some(address) => place(&book, address)?,
        None => outside(&book, &places)?,
    };
    book.snapshot().evaluate_at(&case.formula, sheet, cell)
}

/// The formula of a name with every reference made absolute: in a case a name means the cells that it names, wherever
/// it is used, while a name of Excel with a relative reference moves along with the cell that uses it.
fn anchored(formula: &str) -> Result<String> {
    let axis = |axis: A1Axis| A1Axis {
        absolute: true,
        ..axis
    };
    let fixed = |reference: &A1Reference| {
        let shape = match reference.shape {
            Shape::Cell { row, column } => Shape::Cell {
                row: axis(row),
                column: axis(column),
            },
            Shape::Range { rows, columns } => Shape::Range {
                rows: (axis(rows.0), axis(rows.1)),
                columns: (axis(columns.0), axis(columns.1)),
            },
            Shape::Rows(first, last) => Shape::Rows(axis(first), axis(last)),
            Shape::Columns(first, last) => Shape::Columns(axis(first), axis(last)),
            Shape::Invalid => Shape::Invalid,
        };
        Ok::<_, Error>(A1Reference {
            sheets: reference.sheets.clone(),
            shape,
        })
    };
    let ast = formula::parse(formula, &ParseOptions::default())?.try_map(fixed)?;
    Ok(format!("={}", formula::print(&ast)))
}

/// The cell that an address means; its sheet is added if it is not there.
fn place(book: &Workbook, address: &str) -> Result<(SheetId, Cell)> {
    let (name, rect) = a1::parse_address(address, GridLimits::default())?;
    if rect.size() != 1 {
        return Err(Error::new(
            ErrorKind::Address,
            format!("`{address}` is more than one cell"),
        ));
    }
    let name = name.as_deref().unwrap_or(SHEET);
    let sheet = match book.snapshot().sheet(name) {
        Ok(sheet) => sheet,
        Err(_) => book.add_sheet(name)?,
    };
    Ok((sheet, rect.top_left()))
}

/// A cell of the first sheet to the right of and below all others.
fn outside(book: &Workbook, places: &[(SheetId, Cell)]) -> Result<(SheetId, Cell)> {
    let sheet = book.snapshot().sheet(SHEET)?;
    let row = places
        .iter()
        .map(|(_, cell)| cell.row + 1)
        .max()
        .unwrap_or(0);
    let column = places
        .iter()
        .map(|(_, cell)| cell.column + 1)
        .max()
        .unwrap_or(0);
    let grid = GridLimits::default().rect();
    Ok((
        sheet,
        Cell::new(row.min(grid.bottom), column.min(grid.right)),
    ))
}
