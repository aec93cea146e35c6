//! Calls of vectorised functions of the user, over tiles.

use super::machine::{TileMachine, TileValue};
use crate::functions::UserColumn;
use crate::plan::bound::UserCall;
use crate::plan::user_call::note_failure;
use crate::storage::Tile;
use crate::value::Value;

/// Calls the function with the operands on the stack, for the lanes that matter.
pub(super) fn map(machine: &mut TileMachine<'_>, call: &UserCall) -> TileValue {
    let from = machine.stack.len() - call.arguments as usize;
    let operands: Vec<TileValue> = machine.stack.drain(from..).collect();
    let count = machine.count();
    let uniform = |operand: &TileValue| matches!(operand, TileValue::Uniform(_));
    // What is the same in every row is asked once.
    let once = operands.iter().all(uniform);
    let rows = if once { 1 } else { count };
    let columns: Vec<UserColumn> = operands.iter().map(|one| column(one, rows)).collect();
    let active = machine.active.lanes(count);
    let any = [active.contains(&true)];
    let wanted = if once { &any[..] } else { active };
    let mut failed = |row: usize, text: &str| {
        let lanes = if once { 0..count } else { row..row + 1 };
        for lane in lanes {
            if active[lane] {
                let context = machine.source.context(&machine.rows, lane);
                note_failure(&call.function, text, &context);
            }
        }
    };
    let mut values = call.function.call_rows(&columns, wanted, &mut failed);
    operands.into_iter().for_each(|one| machine.release(one));
    if once {
        return TileValue::Uniform(values.swap_remove(0));
    }
    let mut results = machine.tile();
    results.begin(count);
    results.blank(0..count);
    for (lane, value) in values.iter().enumerate() {
        results.set(lane, value.as_ref());
    }
    TileValue::Lanes(results)
}

/// The first rows of an operand as a column.
fn column(operand: &TileValue, rows: usize) -> UserColumn {
    match operand {
        TileValue::Uniform(Value::Number(x)) => UserColumn::Numbers(vec![*x; rows]),
        TileValue::Uniform(value) => UserColumn::Values(vec![value.clone(); rows]),
        TileValue::Lanes(tile) if tile.is_numbers() => numbers(tile),
        TileValue::Lanes(tile) => {
            let mut column = UserColumn::default();
            (0..rows).for_each(|lane| column.push(tile.cell(lane).value()));
            column
        }
    }
}

fn numbers(tile: &Tile) -> UserColumn {
    UserColumn::Numbers(tile.lanes().to_vec())
}
