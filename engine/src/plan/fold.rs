//! Calls of folds: SUM, COUNT and their kin over values, arrays and ranges.
//!
//! What stands in a range or an array is shown to the fold cell by cell in row-major order, without blanks; what was
//! written as an argument of its own counts as such.

use std::ops::ControlFlow;

use super::bound::BoundCall;
use super::call::Operands;
use crate::functions::{ColumnCells, Context, FoldState, Operand, Reference};
use crate::reference::Area;
use crate::value::{CellError, Value};

/// The result of a fold over its operands, one for each argument that is not empty.
pub(super) fn call_fold(
    start: fn(&Context<'_>) -> Box<dyn FoldState>,
    bound: &BoundCall,
    operands: Operands,
    context: &Context<'_>,
) -> Value {
    let mut state = start(context);
    let mut operands = operands.into_iter();
    for argument in &bound.arguments {
        let fed = match argument.nodes {
            // An empty argument counts: AVERAGE(1,) is 0.5.
            None => state.argument(&Value::Number(0.0), context),
            Some(_) => operands
                .next()
                .map_or(Ok(()), |operand| feed(&mut *state, &operand, context)),
        };
        if let Err(error) = fed {
            return Value::Error(error);
        }
        if context.cells.interrupted() {
            return Value::Blank;
        }
    }
    state.finish()
}

fn feed(
    state: &mut dyn FoldState,
    operand: &Operand,
    context: &Context<'_>,
) -> Result<(), CellError> {
    match operand {
        Operand::Value(value) => state.argument(value, context),
        Operand::Array(array) => array.visit_filled(&mut |value| state.cell(value)),
        Operand::Reference(reference) => feed_reference(state, reference, context),
        Operand::Omitted => Ok(()),
    }
}

fn feed_reference(
    state: &mut dyn FoldState,
    reference: &Reference,
    context: &Context<'_>,
) -> Result<(), CellError> {
    for area in &reference.areas {
        feed_area(state, area, context)?;
    }
    Ok(())
}

/// Shows the cells of a rectangle to a fold.
pub(super) fn feed_area(
    state: &mut dyn FoldState,
    area: &Area,
    context: &Context<'_>,
) -> Result<(), CellError> {
    let mut fault = None;
    let mut flow = |taken: Result<(), CellError>| match taken {
        Ok(()) => ControlFlow::Continue(()),
        Err(error) => {
            fault = Some(error);
            ControlFlow::Break(())
        }
    };
    if area.rect.columns() == 1 {
        context.cells.visit_column(area, &mut |_, cells| {
            flow(match cells {
                ColumnCells::Numbers(numbers) => state.numbers(numbers),
                ColumnCells::Cell(value) => state.cell(value),
            })
        });
    } else {
        context
            .cells
            .visit(area, &mut |_, value| flow(state.cell(value)));
    }
    fault.map_or(Ok(()), Err)
}
