//! What a reference is, whatever its cells hold: ROW, COLUMN, ROWS, COLUMNS, AREAS, SHEET, SHEETS, FORMULATEXT,
//! ADDRESS, HYPERLINK.

use std::borrow::Cow;
use std::fmt::Write;

use super::table::Table;
use crate::functions::declare::functions;
use crate::functions::{Context, Operand, Reference};
use crate::limits;
use crate::reference::a1::{column_letters, quote_sheet_name};
use crate::reference::{Cell, Rect, SheetId};
use crate::value::{Array, CellError, Value, ValueRef, fold_equal};

functions! {
    /// The row number of a reference, counted from 1; without one, that of the formula's cell.
    ///
    /// A range gives the numbers of all its rows.
    ///
    ///     =ROW(C7)              -> 7
    ///     =ROWS(ROW(A1:A4))     -> 4
    ///     =SUMPRODUCT(ROW(2:4)) -> 9
    "ROW"(reference: Range or omitted) [reads_no_values] => reference(row);

    /// The column number of a reference, counted from 1; without one, that of the formula's cell.
    ///
    /// A range gives the numbers of all its columns.
    ///
    ///     =COLUMN(C7) -> 3
    "COLUMN"(reference: Range or omitted) [reads_no_values] => reference(column);

    /// The number of rows of a range or an array; a single value has one.
    ///
    ///     =ROWS(1+1)          -> 1
    ///     =ROWS(A1:C4)        -> 4
    ///     =ROWS({1,2,3;4,5,6}) -> 2
    "ROWS"(array: Table) [reads_no_values] => reference(rows);

    /// The number of columns of a range or an array; a single value has one.
    ///
    ///     =COLUMNS(PI())  -> 1
    ///     =COLUMNS(A1:C4) -> 3
    "COLUMNS"(array: Table) [reads_no_values] => reference(columns);

    /// The number of rectangles in a reference.
    ///
    ///     =AREAS((A1:B2,D4)) -> 2
    "AREAS"(reference: Range) [reads_no_values] => reference(areas);

    /// The number of a sheet in the order of the tabs, counted from 1; without an argument, the formula's sheet.
    ///
    /// A text is the sheet's name; an unknown one is `#N/A`.
    ///
    ///     =SHEET()          -> 1
    ///     =SHEET("no such") -> #N/A
    "SHEET"(value: Table or omitted) [reads_no_values] => reference(sheet);

    /// The number of sheets that a reference lies on; without one, of the workbook.
    ///
    ///     =SHEETS(A1) -> 1
    "SHEETS"(reference: Range or omitted) [reads_no_values] => reference(sheets);

    /// The formula of a cell as text; `#N/A` if it has none.
    ///
    ///     =FORMULATEXT(A1) -> #N/A
    "FORMULATEXT"(reference: Range) [reads_no_values] => reference(formula_text);

    /// The address of a cell as text.
    ///
    /// `kind` 1 ties row and column with `$`, 2 only the row, 3 only the column, 4 none of them. With `a1` FALSE the
    /// address is in R1C1 form, where brackets stand for what is not tied.
    ///
    ///     =ADDRESS(2, 3)                     -> "$C$2"
    ///     =ADDRESS(2, 3, 2)                  -> "C$2"
    ///     =ADDRESS(2, 3, 2, FALSE)           -> "R2C[3]"
    ///     =ADDRESS(2, 3, 1, TRUE, "My data") -> "'My data'!$C$2"
    "ADDRESS"(row: Number, column: Number, kind: Number or omitted, a1: Boolean or omitted, sheet: Text or omitted)
        => map_in(address);

    /// Shows `name`, or the link itself, and opens the link when it is clicked.
    ///
    ///     =HYPERLINK("https://example.org")          -> "https://example.org"
    ///     =HYPERLINK("https://example.org", "there") -> "there"
    "HYPERLINK"(link: Text, name: Any or omitted) => map(hyperlink);
}

fn row(context: &Context<'_>, reference: Option<&Reference>) -> Result<Operand, CellError> {
    let Some(reference) = reference else {
        return Ok(Operand::from(f64::from(context.cell.row) + 1.0));
    };
    let rect = reference.single()?.rect;
    numbers(rect.top, rect.bottom, true)
}

fn column(context: &Context<'_>, reference: Option<&Reference>) -> Result<Operand, CellError> {
    let Some(reference) = reference else {
        return Ok(Operand::from(f64::from(context.cell.column) + 1.0));
    };
    let rect = reference.single()?.rect;
    numbers(rect.left, rect.right, false)
}

/// The 1-based numbers of positions `first` to `last`.
fn numbers(first: u32, last: u32, down: bool) -> Result<Operand, CellError> {
    if first == last {
        return Ok(Operand::from(f64::from(first) + 1.0));
    }
    let values = (first..=last).map(|position| Value::Number(f64::from(position) + 1.0));
    let (values, count) = (values.collect(), last - first + 1);
    let (rows, columns) = if down { (count, 1) } else { (1, count) };
    Array::new(rows, columns, values).map(Operand::from)
}

fn rows(_: &Context<'_>, array: &Operand) -> Result<f64, CellError> {
    Ok(f64::from(Table::of(array)?.rows()))
}

fn columns(_: &Context<'_>, array: &Operand) -> Result<f64, CellError> {
    Ok(f64::from(Table::of(array)?.columns()))
}

fn areas(_: &Context<'_>, reference: &Reference) -> f64 {
    reference.areas.len() as f64
}

fn sheet(context: &Context<'_>, value: Option<&Operand>) -> Result<f64, CellError> {
    let wanted = match value {
        None => context.sheet,
        Some(Operand::Reference(reference)) => reference.areas.first().ok_or(CellError::Ref)?.sheet,
        Some(Operand::Value(Value::Error(error))) => return Err(*error),
        Some(Operand::Value(Value::Text(name))) => named(context, name).ok_or(CellError::Na)?,
        Some(_) => return Err(CellError::Na),
    };
    let place = context.cells.sheets().iter().position(|id| *id == wanted);
    place.map(|place| place as f64 + 1.0).ok_or(CellError::Na)
}

fn named(context: &Context<'_>, name: &str) -> Option<SheetId> {
    context.cells.sheets().into_iter().find(|id| {
        let other = context.cells.sheet_name(*id);
        other.is_some_and(|other| fold_equal(&other, name))
    })
}

fn sheets(context: &Context<'_>, reference: Option<&Reference>) -> f64 {
    let Some(reference) = reference else {
        return context.cells.sheets().len() as f64;
    };
    let mut sheets: Vec<SheetId> = reference.areas.iter().map(|area| area.sheet).collect();
    sheets.sort_unstable();
    sheets.dedup();
    sheets.len() as f64
}

fn formula_text(context: &Context<'_>, reference: &Reference) -> Result<Operand, CellError> {
    let area = reference.single()?;
    let text = |cell| match context.cells.formula(area.sheet, cell) {
        Some(text) => Value::Text(text),
        None => Value::Error(CellError::Na),
    };
    if area.rect.size() == 1 {
        return Ok(Operand::Value(text(area.rect.top_left())));
    }
    each_used(context, reference, Value::Error(CellError::Na), text).map(Operand::from)
}

/// `f` of every used cell of a range; the rows behind them are `tail`.
pub(in crate::functions) fn each_used(
    context: &Context<'_>,
    reference: &Reference,
    tail: Value,
    mut f: impl FnMut(Cell) -> Value,
) -> Result<Array, CellError> {
    let area = reference.single()?;
    let Rect {
        top, left, right, ..
    } = area.rect;
    let end = context
        .cells
        .used(&area)
        .map_or(top, |used| used.bottom + 1);
    Array::check_size((end - top).max(1), area.rect.columns())?;
    let cells = (top..end).flat_map(|row| (left..=right).map(move |column| Cell::new(row, column)));
    let values = cells.map(&mut f).collect();
    Array::with_tail(
        area.rect.rows(),
        vec![tail; area.rect.columns() as usize],
        values,
    )
}

fn address(
    _: &Context<'_>,
    row: f64,
    column: f64,
    kind: Option<f64>,
    a1: Option<bool>,
    sheet: Option<&str>,
) -> Result<String, CellError> {
    let kind = kind.unwrap_or(1.0).trunc();
    if !(1.0..=4.0).contains(&kind) {
        return Err(CellError::Value);
    }
    let row_tied = kind <= 2.0;
    let column_tied = kind == 1.0 || kind == 3.0;
    let (row, column) = (row.trunc(), column.trunc());
    let mut text = String::new();
    match sheet {
        None => {}
        // Excel leaves the mark alone.
        Some("") => text.push('!'),
        Some(sheet) => push_sheet(&mut text, sheet),
    }
    if a1.unwrap_or(true) {
        let row = within(row, limits::ROWS)?;
        let column = within(column, limits::COLUMNS)?;
        let mark = |tied| if tied { "$" } else { "" };
        let letters = column_letters(column - 1);
        let _ = write!(
            text,
            "{}{letters}{}{row}",
            mark(column_tied),
            mark(row_tied)
        );
    } else {
        push_r1c1(&mut text, 'R', row, row_tied, limits::ROWS)?;
        push_r1c1(&mut text, 'C', column, column_tied, limits::COLUMNS)?;
    }
    Ok(text)
}

/// Writes a sheet and `!`; the brackets of `[Book]Sheet` alone are no reason for quotes.
fn push_sheet(text: &mut String, sheet: &str) {
    let bare = sheet.replacen('[', "", 1).replacen(']', "", 1);
    let plain = matches!(quote_sheet_name(&bare), Cow::Borrowed(_));
    let quoted = quote_sheet_name(sheet);
    let written = if plain { sheet } else { &quoted };
    let _ = write!(text, "{written}!");
}

/// A 1-based number of a row or column, if the grid has it.
fn within(number: f64, limit: u32) -> Result<u32, CellError> {
    if (1.0..=f64::from(limit)).contains(&number) {
        Ok(number as u32)
    } else {
        Err(CellError::Value)
    }
}

/// `R2`, or relative `R[2]`, where 0 is written as nothing and may be negative.
fn push_r1c1(
    text: &mut String,
    letter: char,
    number: f64,
    tied: bool,
    limit: u32,
) -> Result<(), CellError> {
    text.push(letter);
    if tied {
        let _ = write!(text, "{}", within(number, limit)?);
    } else if number.abs() >= f64::from(limit) + 1.0 {
        return Err(CellError::Value);
    } else if number != 0.0 {
        let _ = write!(text, "[{}]", number as i64);
    }
    Ok(())
}

fn hyperlink<'a>(link: &'a str, name: Option<ValueRef<'a>>) -> ValueRef<'a> {
    // An empty cell as the name shows 0, as any formula does that gives one.
    name.unwrap_or(ValueRef::Text(link))
}
