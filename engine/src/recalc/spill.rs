//! Array results: an array entered over a fixed range fills it, one of today spills as far as it needs.

use std::sync::Arc;

use super::Changes;
use super::schedule::Run;
use crate::graph::Extent;
use crate::reference::{Area, Axis, Cell, Rect, SheetId};
use crate::value::{Array, CellError, Value};

/// Stores a single value that the formula in `cell` gave; tells whether the cell itself changed.
pub(super) fn store_value(run: &mut Run<'_, '_>, sheet: SheetId, cell: Cell, value: Value) -> bool {
    if !run.graph.has_arrays() {
        return run.grids.set(sheet, cell, &value);
    }
    if let Some(Extent { rect, fixed: true }) = run.graph.extent(sheet, cell, run.around.book) {
        let everywhere =
            Array::new(1, 1, vec![value]).expect("invariant: one value fills an array of one cell");
        return fill(run, sheet, cell, rect, &everywhere);
    }
    retract(run, sheet, cell);
    run.grids.set(sheet, cell, &value)
}

/// Stores an array that the formula in `cell` gave; tells whether the cell itself changed.
pub(super) fn store(run: &mut Run<'_, '_>, sheet: SheetId, cell: Cell, array: &Arc<Array>) -> bool {
    let extent = run.graph.extent(sheet, cell, run.around.book);
    if let Some(Extent { rect, fixed: true }) = extent {
        return fill(run, sheet, cell, rect, array);
    }
    let Some(wanted) = wanted(run, sheet, cell, array) else {
        retract(run, sheet, cell);
        return run.grids.set(sheet, cell, &Value::Error(CellError::Spill));
    };
    if extent.is_none_or(|extent| extent.rect != wanted) {
        retract(run, sheet, cell);
        if is_blocked(run, sheet, cell, &wanted) {
            run.graph.set_blocked(sheet, cell, run.around.book);
            return run.grids.set(sheet, cell, &Value::Error(CellError::Spill));
        }
        run.graph.set_extent(
            sheet,
            cell,
            Extent {
                rect: wanted,
                fixed: false,
            },
            run.around.book,
        );
        if let Some(id) = run.graph.region_at(sheet, cell, run.around.book) {
            run.graph.rank_one(id, &wanted, run.around.book);
        }
    }
    fill(run, sheet, cell, wanted, array)
}

/// Takes back the cells that the formula in `cell` has spilled into, if it has.
pub(super) fn retract(run: &mut Run<'_, '_>, sheet: SheetId, cell: Cell) {
    run.graph.unset_blocked(sheet, cell, run.around.book);
    let Some(Extent { rect, fixed: false }) = run.graph.extent(sheet, cell, run.around.book) else {
        return;
    };
    run.graph.remove_extent(sheet, cell, run.around.book);
    let mut changes = Changes::default();
    for place in cells_of(rect).filter(|place| *place != cell) {
        if run.grids.set(sheet, place, &Value::Blank) {
            changes.add(sheet, place);
        }
    }
    publish(run, sheet, cell, changes);
}

/// Makes dirty what reads these cells of the array in `anchor`, by their addresses or as the whole of its spill.
fn publish(run: &mut Run<'_, '_>, sheet: SheetId, anchor: Cell, changes: Changes) {
    if changes.is_empty() {
        return;
    }
    run.publish(changes, None);
    for (id, rect) in run
        .graph
        .dependents(&Area::new(sheet, Rect::cell(anchor)), run.around.book)
    {
        if run
            .graph
            .region(id)
            .is_some_and(|region| region.facts.dynamic)
        {
            run.push(id, rect);
        }
    }
}

/// The rectangle that the array needs; nothing if it reaches past the grid, or holds more cells than an array may when it
/// is written out: Excel's `#SPILL!` has these causes, too ("extends beyond the worksheet's edge", "out of memory").
fn wanted(run: &Run<'_, '_>, sheet: SheetId, cell: Cell, array: &Array) -> Option<Rect> {
    let grid = run.grids.sheet(sheet)?;
    let bottom = cell.row.checked_add(array.rows() - 1)?;
    let right = cell.column.checked_add(array.columns() - 1)?;
    let fits = bottom < grid.rows().len()
        && right < grid.columns().len()
        && Array::check_size(array.rows(), array.columns()).is_ok();
    fits.then_some(Rect {
        top: cell.row,
        left: cell.column,
        bottom,
        right,
    })
}

/// Whether any cell but the anchor holds something, or no array may spill there.
fn is_blocked(run: &Run<'_, '_>, sheet: SheetId, anchor: Cell, wanted: &Rect) -> bool {
    if wanted.size() > 1 && run.around.book.refuses_spill(sheet, wanted) {
        return true;
    }
    let mut blocked = false;
    run.graph
        .visit_owners(sheet, wanted, run.around.book, |piece, _| {
            blocked |= piece.size() > 1 || piece.top_left() != anchor;
        });
    run.grids.visit(&Area::new(sheet, *wanted), &mut |cell, _| {
        blocked |= cell != anchor;
        if blocked {
            std::ops::ControlFlow::Break(())
        } else {
            std::ops::ControlFlow::Continue(())
        }
    });
    blocked
}

/// Writes the array over `rect`: one row or column repeats, what is missing is `#N/A`, a blank shows 0.
fn fill(run: &mut Run<'_, '_>, sheet: SheetId, anchor: Cell, rect: Rect, array: &Array) -> bool {
    let mut changes = Changes::default();
    let mut anchor_changed = false;
    for place in cells_of(rect) {
        let value = match array.broadcast(place.row - rect.top, place.column - rect.left) {
            Some(Value::Blank) => Value::Number(0.0),
            Some(value) => value.clone(),
            None => Value::Error(CellError::Na),
        };
        if run.grids.set(sheet, place, &value) {
            if place == anchor {
                anchor_changed = true;
            } else {
                changes.add(sheet, place);
            }
        }
    }
    publish(run, sheet, anchor, changes);
    anchor_changed
}

fn cells_of(rect: Rect) -> impl Iterator<Item = Cell> {
    (rect.top..=rect.bottom)
        .flat_map(move |row| (rect.left..=rect.right).map(move |column| Cell::new(row, column)))
}
