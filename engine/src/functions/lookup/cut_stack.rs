//! Arrays cut out of others and put together: TAKE, DROP, CHOOSEROWS, CHOOSECOLS, EXPAND, VSTACK, HSTACK, TOROW, TOCOL,
//! WRAPROWS, WRAPCOLS.

use std::ops::ControlFlow;

use super::table::Table;
use crate::functions::declare::functions;
use crate::functions::{Context, Operand};
use crate::reference::Rect;
use crate::value::{Array, CellError, Value, ValueRef, to_number};

functions! {
    /// The first rows and columns of a table, or the last ones if the count is negative.
    ///
    ///     =SUM(TAKE({1,2;3,4;5,6}, 2))      -> 10
    ///     =SUM(TAKE({1,2;3,4;5,6}, , -1))   -> 12
    ///     =TAKE({1,2}, 0)                   -> #CALC!
    "TAKE"(array: Array, rows: Number or omitted, columns: Number or omitted) [spills] => array(take);

    /// A table without its first rows and columns, or without its last ones if the count is negative.
    ///
    ///     =SUM(DROP({1,2;3,4;5,6}, 1))      -> 18
    ///     =SUM(DROP({1,2;3,4;5,6}, , -1))   -> 9
    ///     =DROP({1,2}, 1)                   -> #CALC!
    "DROP"(array: Array, rows: Number or omitted, columns: Number or omitted) [spills] => array(drop_lines);

    /// Rows of a table by their numbers; negative ones count from the end.
    ///
    ///     =INDEX(CHOOSEROWS({1;2;3}, 3, -2), 2) -> 2
    ///     =CHOOSEROWS({1;2;3}, 4)               -> #VALUE!
    "CHOOSEROWS"(array: Array; repeat row: Array) [spills] => array_rest(choose_rows);

    /// Columns of a table by their numbers; negative ones count from the end.
    ///
    ///     =SUM(CHOOSECOLS({1,2,3;4,5,6}, 1, -1)) -> 14
    "CHOOSECOLS"(array: Array; repeat column: Array) [spills] => array_rest(choose_columns);

    /// A table made larger; what is new is `pad`, or `#N/A`.
    ///
    ///     =SUM(EXPAND({1,2}, 2, 3, 10)) -> 43
    ///     =EXPAND({1;2}, 1)             -> #VALUE!
    "EXPAND"(array: Array, rows: Number or omitted, columns: Number or omitted, pad: Raw or omitted)
        [spills] => array(expand);

    /// Tables below each other. Where one is narrower than another stands `#N/A`.
    ///
    ///     =ROWS(VSTACK({1,2}, {3,4;5,6})) -> 3
    ///     =INDEX(VSTACK({1,2}, 3), 2, 2)  -> #N/A
    "VSTACK"(; repeat array: Array) [spills] => array_rest(stack_down);

    /// Tables beside each other. Where one is shorter than another stands `#N/A`.
    ///
    ///     =COLUMNS(HSTACK({1,2}, {3;4})) -> 3
    ///     =INDEX(HSTACK(1, {3;4}), 2, 1) -> #N/A
    "HSTACK"(; repeat array: Array) [spills] => array_rest(stack_right);

    /// The values of a table in one row, row by row, or column by column.
    ///
    /// `ignore` leaves out: 1 blank cells, 2 errors, 3 both.
    ///
    ///     =INDEX(TOROW({1,2;3,4}), 3)          -> 3
    ///     =INDEX(TOROW({1,2;3,4}, 0, TRUE), 3) -> 2
    ///     =SUM(TOROW({1,#N/A}, 2))             -> 1
    "TOROW"(array: Array, ignore: Number = 0, by_column: Boolean = false) [spills] => array(to_row);

    /// The values of a table in one column, row by row, or column by column.
    ///
    /// `ignore` leaves out: 1 blank cells, 2 errors, 3 both.
    ///
    ///     =ROWS(TOCOL({1,2;3,4})) -> 4
    ///     =TOCOL({1,2}, 4)        -> #VALUE!
    "TOCOL"(array: Array, ignore: Number = 0, by_column: Boolean = false) [spills] => array(to_column);

    /// A row or column of values as rows of `count` values each; what is missing in the last is `pad`, or `#N/A`.
    ///
    ///     =INDEX(WRAPROWS({1,2,3}, 2), 2, 1) -> 3
    ///     =INDEX(WRAPROWS({1,2,3}, 2), 2, 2) -> #N/A
    ///     =WRAPROWS({1,2;3,4}, 2)            -> #VALUE!
    "WRAPROWS"(vector: Array, count: Number, pad: Raw or omitted) [spills] => array(wrap_rows);

    /// A row or column of values as columns of `count` values each; what is missing in the last is `pad`, or `#N/A`.
    ///
    ///     =INDEX(WRAPCOLS({1,2,3}, 2), 1, 2) -> 3
    ///     =WRAPCOLS({1,2,3}, 0)              -> #NUM!
    "WRAPCOLS"(vector: Array, count: Number, pad: Raw or omitted) [spills] => array(wrap_columns);
}

const MISSING: Value = Value::Error(CellError::Na);

/// The first and last of `count` lines that are taken.
fn taken(count: u32, wanted: Option<f64>) -> Result<(u32, u32), CellError> {
    let Some(wanted) = wanted.map(f64::trunc) else {
        return Ok((0, count - 1));
    };
    let lines = wanted.abs().min(f64::from(count)) as u32;
    match lines {
        0 => Err(CellError::Calc),
        lines if wanted > 0.0 => Ok((0, lines - 1)),
        lines => Ok((count - lines, count - 1)),
    }
}

/// The first and last of `count` lines that are left.
fn left(count: u32, dropped: Option<f64>) -> Result<(u32, u32), CellError> {
    let dropped = dropped.unwrap_or(0.0).trunc();
    let lines = f64::from(count) - dropped.abs();
    match dropped {
        0.0 => Ok((0, count - 1)),
        _ if lines < 1.0 => Err(CellError::Calc),
        dropped if dropped > 0.0 => taken(count, Some(-lines)),
        _ => taken(count, Some(lines)),
    }
}

fn take(
    _: &Context<'_>,
    array: &Operand,
    rows: Option<f64>,
    columns: Option<f64>,
) -> Result<Operand, CellError> {
    kept(array, rows, columns, taken)
}

fn drop_lines(
    _: &Context<'_>,
    array: &Operand,
    rows: Option<f64>,
    columns: Option<f64>,
) -> Result<Operand, CellError> {
    kept(array, rows, columns, left)
}

/// The part of an array whose first and last row and column `lines` tells, of their number and what was asked for.
fn kept(
    array: &Operand,
    rows: Option<f64>,
    columns: Option<f64>,
    lines: impl Fn(u32, Option<f64>) -> Result<(u32, u32), CellError>,
) -> Result<Operand, CellError> {
    let table = Table::of(array)?;
    let (rows, columns) = (lines(table.rows(), rows)?, lines(table.columns(), columns)?);
    table.part(Rect {
        top: rows.0,
        left: columns.0,
        bottom: rows.1,
        right: columns.1,
    })
}

/// The lines that arguments name, each within `count`, counted from 0.
fn chosen(context: &Context<'_>, operands: &[Operand], count: u32) -> Result<Vec<u32>, CellError> {
    let mut chosen = Vec::new();
    for operand in operands {
        let numbers = Table::of(operand)?.to_array(context)?;
        Array::check_size(numbers.rows(), numbers.columns())?;
        for row in 0..numbers.rows() {
            for column in 0..numbers.columns() {
                let number = to_number(numbers.get(row, column), context.conventions)?.trunc();
                if number == 0.0 || number.abs() > f64::from(count) {
                    return Err(CellError::Value);
                }
                let line = if number < 0.0 {
                    number + f64::from(count)
                } else {
                    number - 1.0
                };
                chosen.push(line as u32);
            }
        }
    }
    Ok(chosen)
}

/// An array of `rows` × `columns` values, each asked for.
fn array_of(
    rows: u32,
    columns: u32,
    value: impl Fn(u32, u32) -> Value,
) -> Result<Operand, CellError> {
    Array::check_size(rows, columns)?;
    let value = &value;
    let values = (0..rows).flat_map(|row| (0..columns).map(move |column| value(row, column)));
    Array::new(rows, columns, values.collect()).map(Operand::from)
}

fn choose_rows(context: &Context<'_>, operands: &[Operand]) -> Result<Operand, CellError> {
    let [array, rows @ ..] = operands else {
        return Err(CellError::Value);
    };
    let array = Table::of(array)?.to_array(context)?;
    let rows = chosen(context, rows, array.rows())?;
    array_of(rows.len() as u32, array.columns(), |row, column| {
        array.get(rows[row as usize], column).clone()
    })
}

fn choose_columns(context: &Context<'_>, operands: &[Operand]) -> Result<Operand, CellError> {
    let [array, columns @ ..] = operands else {
        return Err(CellError::Value);
    };
    let array = Table::of(array)?.to_array(context)?;
    let columns = chosen(context, columns, array.columns())?;
    array_of(array.rows(), columns.len() as u32, |row, column| {
        array.get(row, columns[column as usize]).clone()
    })
}

fn expand(
    context: &Context<'_>,
    array: &Operand,
    rows: Option<f64>,
    columns: Option<f64>,
    pad: Option<&Value>,
) -> Result<Operand, CellError> {
    let array = Table::of(array)?.to_array(context)?;
    let grown = |count: u32, wanted: Option<f64>| match wanted.map(f64::trunc) {
        None => Ok(count),
        Some(wanted) if wanted < f64::from(count) => Err(CellError::Value),
        // The size is checked below; the cast saturates.
        Some(wanted) => Ok(wanted as u32),
    };
    let (rows, columns) = (grown(array.rows(), rows)?, grown(array.columns(), columns)?);
    array_of(rows, columns, |row, column| {
        if row < array.rows() && column < array.columns() {
            array.get(row, column).clone()
        } else {
            pad.unwrap_or(&MISSING).clone()
        }
    })
}

/// The arguments as arrays; each rectangle of a reference is one.
fn arrays(context: &Context<'_>, operands: &[Operand]) -> Result<Vec<Array>, CellError> {
    let mut arrays = Vec::new();
    for operand in operands {
        match operand {
            Operand::Omitted => {}
            Operand::Reference(reference) => {
                for area in &reference.areas {
                    arrays.push(Table::Area(*area).to_array(context)?);
                }
            }
            operand => arrays.push(Table::of(operand)?.to_array(context)?),
        }
    }
    Ok(arrays)
}

/// The values of one array from `row` and `column` on, or what stands for them where it ends.
fn reach(array: &Array, row: u32, column: u32) -> Value {
    if row < array.rows() && column < array.columns() {
        array.get(row, column).clone()
    } else {
        MISSING
    }
}

fn stack_down(context: &Context<'_>, operands: &[Operand]) -> Result<Operand, CellError> {
    let arrays = arrays(context, operands)?;
    let columns = arrays.iter().map(Array::columns).max().unwrap_or(0);
    let rows: u64 = arrays.iter().map(|array| u64::from(array.rows())).sum();
    let rows = u32::try_from(rows).map_err(|_| CellError::Num)?;
    Array::check_size(rows, columns)?;
    let mut values = Vec::with_capacity(rows as usize * columns as usize);
    for array in &arrays {
        for row in 0..array.rows() {
            values.extend((0..columns).map(|column| reach(array, row, column)));
        }
    }
    Array::new(rows, columns, values).map(Operand::from)
}

fn stack_right(context: &Context<'_>, operands: &[Operand]) -> Result<Operand, CellError> {
    let arrays = arrays(context, operands)?;
    let rows = arrays.iter().map(Array::rows).max().unwrap_or(0);
    let columns: u64 = arrays.iter().map(|array| u64::from(array.columns())).sum();
    let columns = u32::try_from(columns).map_err(|_| CellError::Num)?;
    Array::check_size(rows, columns)?;
    let mut values = Vec::with_capacity(rows as usize * columns as usize);
    for row in 0..rows {
        for array in &arrays {
            values.extend((0..array.columns()).map(|column| reach(array, row, column)));
        }
    }
    Array::new(rows, columns, values).map(Operand::from)
}

/// The values of a table in order, without those that are to be ignored.
fn values_of(
    context: &Context<'_>,
    array: &Operand,
    ignore: f64,
    by_column: bool,
) -> Result<Vec<Value>, CellError> {
    let ignore = ignore.trunc();
    if !(0.0..=3.0).contains(&ignore) {
        return Err(CellError::Value);
    }
    let (without_blanks, without_errors) = (ignore % 2.0 == 1.0, ignore >= 2.0);
    let counts = |value: ValueRef<'_>| !(without_errors && matches!(value, ValueRef::Error(_)));
    let table = Table::of(array)?;
    if without_blanks && !by_column {
        // Of whole columns only what is there is looked at.
        let mut values = Vec::new();
        table.visit(context.cells, table.rect(), &mut |_, value| {
            if counts(value) {
                values.push(value.to_value());
            }
            ControlFlow::Continue(())
        })?;
        return Ok(values);
    }
    let mut array = table.to_array(context)?;
    if by_column {
        array = array.transpose()?;
    }
    Array::check_size(array.rows(), array.columns())?;
    let places =
        (0..array.rows()).flat_map(|row| (0..array.columns()).map(move |column| (row, column)));
    let values = places.map(|(row, column)| array.get(row, column));
    let kept =
        values.filter(|value| counts(value.as_ref()) && !(without_blanks && value.is_blank()));
    Ok(kept.cloned().collect())
}

fn to_row(
    context: &Context<'_>,
    array: &Operand,
    ignore: f64,
    by_column: bool,
) -> Result<Operand, CellError> {
    let values = values_of(context, array, ignore, by_column)?;
    Array::new(1, values.len() as u32, values).map(Operand::from)
}

fn to_column(
    context: &Context<'_>,
    array: &Operand,
    ignore: f64,
    by_column: bool,
) -> Result<Operand, CellError> {
    let values = values_of(context, array, ignore, by_column)?;
    Array::new(values.len() as u32, 1, values).map(Operand::from)
}

/// The values of a row or column in lines of `count`, one below the other, or beside it if they run `down`.
fn wrap(
    context: &Context<'_>,
    vector: &Operand,
    (count, down): (f64, bool),
    pad: Option<&Value>,
) -> Result<Operand, CellError> {
    let table = Table::of(vector)?;
    if table.rows() > 1 && table.columns() > 1 {
        return Err(CellError::Value);
    }
    if count < 1.0 {
        return Err(CellError::Num);
    }
    let values = values_of(context, vector, 0.0, false)?;
    let length = count.min(values.len() as f64) as u32;
    let lines = (values.len() as u32).div_ceil(length);
    let at = |line: u32, place: u32| {
        let value = values.get((line * length + place) as usize);
        value.or(pad).unwrap_or(&MISSING).clone()
    };
    if down {
        array_of(length, lines, |row, column| at(column, row))
    } else {
        array_of(lines, length, at)
    }
}

fn wrap_rows(
    context: &Context<'_>,
    vector: &Operand,
    count: f64,
    pad: Option<&Value>,
) -> Result<Operand, CellError> {
    wrap(context, vector, (count, false), pad)
}

fn wrap_columns(
    context: &Context<'_>,
    vector: &Operand,
    count: f64,
    pad: Option<&Value>,
) -> Result<Operand, CellError> {
    wrap(context, vector, (count, true), pad)
}
