//! Whether a part of a formula gives the same in every row of a column.

use crate::formula::ast::{Shape, UnaryOperator};
use crate::formula::{Mode, TemplateAxis};
use crate::functions::{Coercion, Kernel};
use crate::plan::bound::{BoundCall, Operation, Plan};

/// Whether the nodes from the first to the last depend on no row that moves along with the formula. In doubt they do.
pub(super) fn is_uniform(plan: &Plan, (first, last): (u32, u32)) -> bool {
    let Some(nodes) = plan.nodes.get(first as usize..=last as usize) else {
        return false;
    };
    let calls = || {
        nodes.iter().filter_map(|node| match &node.operation {
            Operation::Call(call) | Operation::Lazy(call) => Some(&**call),
            _ => None,
        })
    };
    // A range as an argument of these is a range in formulas of all kinds; elsewhere an old formula takes the cell of
    // its own row.
    let stands_whole = |at: u32| calls().any(|call| takes_range(call, at));
    (first..=last)
        .zip(nodes)
        .all(|(at, node)| match &node.operation {
            Operation::Constant(_) | Operation::Skip(_) | Operation::Binary { .. } => true,
            Operation::Unary(operator) => {
                !matches!(operator, UnaryOperator::Spill | UnaryOperator::Intersect)
            }
            Operation::Reference(reference) => {
                !reference.wraps
                    && has_fixed_rows(&reference.shape)
                    && (matches!(reference.shape, Shape::Cell { .. })
                        || plan.mode != Mode::Legacy
                        || stands_whole(at))
            }
            Operation::Call(call) | Operation::Lazy(call) => is_the_same_everywhere(call),
            Operation::External(_)
            | Operation::CallUser(_)
            | Operation::ThisRow(_)
            | Operation::Store(_)
            | Operation::Local(_) => false,
        })
}

fn takes_range(call: &BoundCall, at: u32) -> bool {
    call.arguments.iter().any(|argument| {
        let coercion = argument.parameter.coercion;
        argument.nodes == Some((at, at))
            && matches!(
                coercion,
                Coercion::Table | Coercion::Range | Coercion::Numbers | Coercion::Array
            )
    })
}

/// Whether the rows of a reference do not move along with the formula.
pub(super) fn has_fixed_rows(shape: &Shape<TemplateAxis>) -> bool {
    let fixed = |axis: &TemplateAxis| !matches!(axis, TemplateAxis::Relative(_));
    match shape {
        Shape::Cell { row, .. } => fixed(row),
        Shape::Range { rows, .. } => fixed(&rows.0) && fixed(&rows.1),
        Shape::Rows(first, last) => fixed(first) && fixed(last),
        Shape::Columns(..) => true,
        Shape::Invalid => false,
    }
}

/// Whether a function looks at nothing but its arguments.
fn is_the_same_everywhere(call: &BoundCall) -> bool {
    let flags = &call.function.flags;
    // ROW() and its kin are about the formula's own cell.
    let about_itself = matches!(call.function.kernel, Kernel::Reference(_))
        && !call
            .arguments
            .iter()
            .any(|argument| argument.nodes.is_some());
    !flags.volatile && !flags.dynamic && !flags.spills && !about_itself
}
