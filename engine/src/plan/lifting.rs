//! Whether a formula means the same with and without lifting.

use crate::formula::ast::{Ast, BinaryOperator, Node, NodeId, Shape, UnaryOperator};
use crate::formula::{TemplateAxis, TemplateReference};
use crate::functions::{self, Coercion, Kernel};

/// Whether a range or an array stands where a single value is wanted, so that the formula of today, which lifts, gives
/// something else than the same text as a legacy formula, which intersects. In doubt it does.
///
/// # Examples
///
/// `SUM(A1:A3)*2` does not, `A1:A3*2` and `SUM(A1:A3*2)` do.
pub fn lifts(ast: &Ast<TemplateReference>) -> bool {
    let mut waiting = vec![(ast.root(), true)];
    while let Some((id, scalar)) = waiting.pop() {
        match ast.node(id) {
            Node::Reference(reference) => {
                if scalar && !is_single(&reference.shape) {
                    return true;
                }
            }
            Node::Array { .. } | Node::Name(_) | Node::Structured(_) => {
                if scalar {
                    return true;
                }
            }
            Node::Unary(UnaryOperator::Intersect, _) => {}
            Node::Unary(UnaryOperator::Spill, _) | Node::Apply { .. } => return true,
            Node::Unary(UnaryOperator::Parentheses | UnaryOperator::Plus, operand) => {
                waiting.push((*operand, scalar))
            }
            Node::Unary(_, operand) => waiting.push((*operand, true)),
            Node::Binary(
                BinaryOperator::Range | BinaryOperator::Union | BinaryOperator::Intersection,
                ..,
            ) => {
                if scalar {
                    return true;
                }
            }
            Node::Binary(_, left, right) => waiting.extend([(*left, true), (*right, true)]),
            Node::Call {
                function,
                arguments,
            } => {
                if call_lifts(function, arguments, scalar, &mut waiting) {
                    return true;
                }
            }
            Node::Number(_) | Node::Text(_) | Node::Boolean(_) | Node::Error(_) | Node::Missing => {
            }
        }
    }
    false
}

fn call_lifts(
    name: &str,
    arguments: &[NodeId],
    scalar: bool,
    waiting: &mut Vec<(NodeId, bool)>,
) -> bool {
    match name {
        // What a name of LET stands for may be an array, and is used as one where the name stands.
        "LET" | "ANCHORARRAY" => return true,
        "SINGLE" => return false,
        _ => {}
    }
    let Some(function) = functions::find(name) else {
        // One of the user may give an array, and may be computed for each value of one.
        waiting.extend(arguments.iter().map(|argument| (*argument, true)));
        return scalar && functions::known(name).is_none();
    };
    // What a lazy function gives is one of its arguments, and those are looked at below.
    let is_lazy = matches!(function.kernel, Kernel::Lazy(_));
    if scalar && (function.flags.spills || (function.flags.returns_reference && !is_lazy)) {
        return true;
    }
    for (index, argument) in arguments.iter().enumerate() {
        match function
            .parameter(index)
            .map(|parameter| parameter.coercion)
        {
            Some(Coercion::Table | Coercion::Range | Coercion::Numbers) => {
                waiting.push((*argument, false))
            }
            // Evaluated as an array in both kinds of formula.
            Some(Coercion::Array) => {}
            _ => waiting.push((*argument, true)),
        }
    }
    false
}

fn is_single(shape: &Shape<TemplateAxis>) -> bool {
    match shape {
        Shape::Cell { .. } | Shape::Invalid => true,
        Shape::Range { rows, columns } => rows.0 == rows.1 && columns.0 == columns.1,
        Shape::Rows(..) | Shape::Columns(..) => false,
    }
}
