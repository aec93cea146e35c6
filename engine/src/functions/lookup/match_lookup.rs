//! The older lookups: VLOOKUP, HLOOKUP, LOOKUP, MATCH.
//!
//! Types must agree, numbers to the last bit; texts are compared but for case, and in an exact search `*` and `?`
//! stand for other characters. Blank cells and errors are never found.

use super::line::Line;
use super::search::{Needle, ascending, classic, descending};
use super::table::Table;
use crate::functions::declare::functions;
use crate::functions::{Context, Operand};
use crate::reference::Cell;
use crate::value::{CellError, Value, ValueRef};

functions! {
    /// Finds a value in the first column of a table and gives the value in the same row of another column.
    ///
    /// With `approximate` TRUE the first column must ascend, and the largest value that is not larger is found;
    /// with FALSE the value itself, and in a text `*` and `?` are wildcards.
    ///
    ///     =VLOOKUP(2, {1,"a";2,"b";3,"c"}, 2, FALSE)     -> "b"
    ///     =VLOOKUP(2.5, {1,"a";2,"b";3,"c"}, 2)          -> "b"
    ///     =VLOOKUP("p*", {"apple",1;"pear",2}, 2, FALSE) -> 2
    ///     =VLOOKUP(4, {1,"a";2,"b"}, 2, FALSE)           -> #N/A
    ///     =VLOOKUP(1, {1,"a"}, 3, FALSE)                 -> #REF!
    "VLOOKUP"(value: Any, table: Table, column: Number, approximate: Boolean = true) => map_in(vlookup);

    /// Finds a value in the first row of a table and gives the value in the same column of another row.
    ///
    /// It searches as VLOOKUP does.
    ///
    ///     =HLOOKUP("b", {"a","b";1,2}, 2, FALSE) -> 2
    "HLOOKUP"(value: Any, table: Table, row: Number, approximate: Boolean = true) => map_in(hlookup);

    /// Finds the largest value that is not larger in a row or column that ascends, and gives the value at the same
    /// place of `result`.
    ///
    /// Without `result`, a table is searched in its first column, or in its first row if it is wider than tall, and
    /// the value comes from the last one.
    ///
    ///     =LOOKUP(2.5, {1,2,3}, {"a","b","c"}) -> "b"
    ///     =LOOKUP(2, {1,"a";2,"b"})            -> "b"
    ///     =LOOKUP(0, {1,2,3})                  -> #N/A
    "LOOKUP"(value: Any, vector: Array, result: Array or omitted) => map_in(lookup);

    /// The place of a value in a row or column, counted from 1.
    ///
    /// `kind` 1 finds the largest value that is not larger, in values that ascend; -1 the smallest that is not
    /// smaller, in values that descend; 0 the value itself, with wildcards in texts.
    ///
    ///     =MATCH(39, {25;38;40;41}, 1)      -> 2
    ///     =MATCH(41, {25;38;40;41}, 0)      -> 4
    ///     =MATCH("b?", {"a1","b1","b2"}, 0) -> 2
    ///     =MATCH(5, {9;7;3}, -1)            -> 2
    ///     =MATCH(40, {25;38}, 0)            -> #N/A
    "MATCH"(value: Any, vector: Array, kind: Number = 1) => map_in(match_place);
}

/// The place of a value in a line, as VLOOKUP finds it.
fn find(
    context: &Context<'_>,
    line: &Line<'_>,
    value: ValueRef<'_>,
    approximate: bool,
) -> Result<u32, CellError> {
    let needle = classic(value)?;
    let found = if approximate {
        ascending(context.cells, line, needle)
    } else {
        Needle::with_wildcards(needle).first(context.cells, line)
    };
    found.ok_or(CellError::Na)
}

/// A range or an array; a single value is no table.
fn table_of(operand: &Operand) -> Result<Table<'_>, CellError> {
    match Table::of(operand)? {
        Table::Value(Value::Text(_)) => Err(CellError::Value),
        Table::Value(_) => Err(CellError::Na),
        table => Ok(table),
    }
}

/// A 1-based number of a row or column of a table with so many.
fn within(number: f64, count: u32) -> Result<u32, CellError> {
    let number = number.trunc();
    if number < 1.0 {
        Err(CellError::Value)
    } else if number > f64::from(count) {
        Err(CellError::Ref)
    } else {
        Ok(number as u32 - 1)
    }
}

fn vlookup(
    context: &Context<'_>,
    value: ValueRef<'_>,
    table: &Operand,
    column: f64,
    approximate: bool,
) -> Result<Value, CellError> {
    let table = table_of(table)?;
    // What is not found is `#N/A`, whatever the column.
    let row = find(context, &Line::column(table, 0), value, approximate)?;
    let column = within(column, table.columns())?;
    Ok(table.value(context.cells, Cell::new(row, column)))
}

fn hlookup(
    context: &Context<'_>,
    value: ValueRef<'_>,
    table: &Operand,
    row: f64,
    approximate: bool,
) -> Result<Value, CellError> {
    let table = table_of(table)?;
    let column = find(context, &Line::row(table, 0), value, approximate)?;
    let row = within(row, table.rows())?;
    Ok(table.value(context.cells, Cell::new(row, column)))
}

fn lookup(
    context: &Context<'_>,
    value: ValueRef<'_>,
    vector: &Operand,
    result: Option<&Operand>,
) -> Result<Value, CellError> {
    let table = Table::of(vector)?;
    let wide = table.columns() > table.rows();
    let searched = if wide {
        Line::row(table, 0)
    } else {
        Line::column(table, 0)
    };
    let answers = match result {
        Some(result) => Line::of(Table::of(result)?).ok_or(CellError::Na)?,
        None if wide => Line::row(table, table.rows() - 1),
        None => Line::column(table, table.columns() - 1),
    };
    let place = find(context, &searched, value, true)?;
    if place >= answers.len() {
        return Err(CellError::Na);
    }
    Ok(answers.value(context.cells, place))
}

fn match_place(
    context: &Context<'_>,
    value: ValueRef<'_>,
    vector: &Operand,
    kind: f64,
) -> Result<f64, CellError> {
    let line = Line::of(Table::of(vector)?).ok_or(CellError::Na)?;
    let place = if kind <= -1.0 {
        descending(context.cells, &line, classic(value)?).ok_or(CellError::Na)?
    } else {
        find(context, &line, value, kind >= 1.0)?
    };
    Ok(f64::from(place) + 1.0)
}
