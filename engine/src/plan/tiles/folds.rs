//! SUM, MAX, COUNT and their kin over tiles: of cells in the formula's row, of a window of rows that moves along, of all
//! rows from a fixed one to the formula's.
//!
//! A window is loaded once for the whole tile and each row folds its part of it; what a row has in common with the one
//! above is folded again, as no subtraction undoes it exactly. A running total is begun with all rows above the tile and
//! goes on row by row, so that its cost does not grow with the square of the rows.

use super::machine::{NoLane, TileMachine, TileValue};
use super::program::{Band, FoldArgument};
use crate::formula::TemplateAxis;
use crate::functions::{Context, FoldState, Kernel};
use crate::plan::bound::BoundCall;
use crate::reference::{Area, Axis, Cell, Rect};
use crate::storage::{TILE, Tile};
use crate::value::{CellError, Value, ValueRef};

/// Rows of a window, at most; a higher one is folded by the scalar evaluator.
const WINDOW_ROWS: u32 = 512;

/// Columns of a window, at most.
const WINDOW_COLUMNS: u32 = 32;

/// An argument ready to be folded.
enum Ready {
    /// A value of its own.
    Value(TileValue),
    /// A cell of the formula's row, which counts as a range does.
    Cell(TileValue),
    /// Rows of columns, each as its own tile; the first `height` of them are those of the first lane.
    Window { columns: Vec<Tile>, height: usize },
}

/// Folds the arguments in each lane.
pub(super) fn fold(
    machine: &mut TileMachine<'_>,
    call: &BoundCall,
    arguments: &[FoldArgument],
) -> Result<TileValue, NoLane> {
    let Kernel::Fold(start) = call.function.kernel else {
        return Err(NoLane);
    };
    let on_stack = arguments
        .iter()
        .filter(|argument| !matches!(argument, FoldArgument::Band(_) | FoldArgument::Empty))
        .count();
    let mut taken = machine
        .stack
        .split_off(machine.stack.len() - on_stack)
        .into_iter();
    let context = machine.source.context(&machine.rows, 0);
    let mut state = start(&context);
    if let [FoldArgument::Band(band)] = arguments
        && band.is_running()
    {
        return run_on(machine, band, (state, &context));
    }
    let count = machine.count();
    let mut results = machine.tile();
    results.begin(count);
    results.blank(0..count);
    let mut ready = Vec::with_capacity(arguments.len());
    for argument in arguments {
        ready.push(match argument {
            FoldArgument::Empty => Ready::Value(TileValue::Uniform(Value::Number(0.0))),
            FoldArgument::Value => Ready::Value(taken.next().ok_or(NoLane)?),
            FoldArgument::Cell => Ready::Cell(taken.next().ok_or(NoLane)?),
            FoldArgument::Band(_) => Ready::Window {
                columns: Vec::new(),
                height: 0,
            },
        });
    }
    // A window and the rows of its lanes must fit a tile.
    let mut from = 0;
    while from < count {
        let mut end = count;
        for (argument, ready) in arguments.iter().zip(&mut ready) {
            if let FoldArgument::Band(band) = argument {
                let height = band.height().ok_or(NoLane)?;
                end = end.min(from + TILE + 1 - height);
                *ready = window(machine, band, (from, end))?;
            }
        }
        for lane in from..end {
            if machine.active.contains(lane) {
                state.restart(&context);
                let value = fold_lane(&mut *state, &ready, (lane, lane - from), &context);
                results.set(lane, value.as_ref());
            }
        }
        from = end;
    }
    for one in ready {
        if let Ready::Value(value) | Ready::Cell(value) = one {
            machine.release(value);
        }
    }
    Ok(TileValue::Lanes(results))
}

fn fold_lane(
    state: &mut dyn FoldState,
    ready: &[Ready],
    (lane, row): (usize, usize),
    context: &Context<'_>,
) -> Value {
    for one in ready {
        let taken = match one {
            Ready::Value(value) => {
                value.with_lane(lane, |value| state.argument(&value.to_value(), context))
            }
            Ready::Cell(value) => value.with_lane(lane, |value| take_cell(state, value)),
            Ready::Window { columns, height } => fold_window(state, columns, row..row + height),
        };
        if let Err(error) = taken {
            return Value::Error(error);
        }
    }
    state.so_far()
}

fn take_cell(state: &mut dyn FoldState, value: ValueRef<'_>) -> Result<(), CellError> {
    match value {
        ValueRef::Blank => Ok(()),
        value => state.cell(value),
    }
}

fn fold_window(
    state: &mut dyn FoldState,
    columns: &[Tile],
    rows: std::ops::Range<usize>,
) -> Result<(), CellError> {
    if let [column] = columns
        && column.is_numbers()
    {
        return state.numbers(&column.lanes()[rows]);
    }
    for row in rows {
        for column in columns {
            take_cell(state, column.cell(row).value())?;
        }
    }
    Ok(())
}

/// The cells of a window for the lanes of a part of the tile.
fn window(
    machine: &TileMachine<'_>,
    band: &Band,
    (from, end): (usize, usize),
) -> Result<Ready, NoLane> {
    let (TemplateAxis::Relative(first), Some(height)) = (band.rows.0, band.height()) else {
        return Err(NoLane);
    };
    let top = (machine.rows.row + from as u32)
        .checked_add_signed(first)
        .ok_or(NoLane)?;
    let count = (end - from) + height - 1;
    let (left, right) = columns_of(machine, band)?;
    let mut columns = Vec::with_capacity((right - left + 1) as usize);
    for column in left..=right {
        let mut tile = Tile::default();
        if !machine
            .source
            .load_rows((band.sheet, column), top..top + count as u32, &mut tile)
        {
            return Err(NoLane);
        }
        columns.push(tile);
    }
    Ok(Ready::Window { columns, height })
}

/// First and last column of a band, as positions.
fn columns_of(machine: &TileMachine<'_>, band: &Band) -> Result<(u32, u32), NoLane> {
    let context = machine.source.context(&machine.rows, 0);
    let columns = context.cells.columns(band.sheet).ok_or(NoLane)?;
    let place = |axis: TemplateAxis| axis.position(machine.rows.column, columns).ok_or(NoLane);
    let (a, b) = (place(band.columns.0)?, place(band.columns.1)?);
    let (left, right) = (a.min(b), a.max(b));
    if right - left >= WINDOW_COLUMNS {
        return Err(NoLane);
    }
    Ok((left, right))
}

/// A running total: begun with the rows above, then a row more in each lane.
fn run_on(
    machine: &mut TileMachine<'_>,
    band: &Band,
    (mut state, context): (Box<dyn FoldState>, &Context<'_>),
) -> Result<TileValue, NoLane> {
    let (first, TemplateAxis::Relative(offset)) = band.rows else {
        return Err(NoLane);
    };
    let rows = context.cells.rows(band.sheet).ok_or(NoLane)?;
    let top = first.position(machine.rows.row, rows).ok_or(NoLane)?;
    let next = machine.rows.row.checked_add_signed(offset).ok_or(NoLane)?;
    let count = machine.count();
    // Above the fixed row the range is turned round.
    if next < top || next + machine.rows.count > Axis::len(rows) {
        return Err(NoLane);
    }
    let (left, right) = columns_of(machine, band)?;
    let mut failed = None;
    if next > top {
        let above = Rect::new(Cell::new(top, left), Cell::new(next - 1, right));
        let area = Area::new(band.sheet, above);
        failed = crate::plan::fold::feed_area(&mut *state, &area, context).err();
    }
    let mut columns = Vec::with_capacity((right - left + 1) as usize);
    for column in left..=right {
        let mut tile = Tile::default();
        let rows = next..next + count as u32;
        if !machine
            .source
            .load_rows((band.sheet, column), rows, &mut tile)
        {
            return Err(NoLane);
        }
        columns.push(tile);
    }
    let mut results = machine.tile();
    results.begin(count);
    results.blank(0..count);
    for lane in 0..count {
        for column in &columns {
            if failed.is_none() {
                failed = take_cell(&mut *state, column.cell(lane).value()).err();
            }
        }
        let value = failed.map_or_else(|| state.so_far(), Value::Error);
        results.set(lane, value.as_ref());
    }
    Ok(TileValue::Lanes(results))
}

impl Band {
    /// Whether it goes from a fixed row to one that moves along.
    pub(super) fn is_running(&self) -> bool {
        !matches!(self.rows.0, TemplateAxis::Relative(_))
            && matches!(self.rows.1, TemplateAxis::Relative(_))
    }

    /// Number of rows, if it is the same in every row and not too many.
    pub(super) fn height(&self) -> Option<usize> {
        let (TemplateAxis::Relative(first), TemplateAxis::Relative(last)) = self.rows else {
            return None;
        };
        let height = i64::from(last) - i64::from(first) + 1;
        (1..=i64::from(WINDOW_ROWS))
            .contains(&height)
            .then_some(height as usize)
    }
}
