//! How tightly operators bind; the parser and the printer share this table.
//!
//! From the tightest: `#`, then `:`, intersection, `,`, then `@`, the signs, `%`, `^`, `*` `/`, `+` `-`, `&`,
//! comparisons. `-2^2` is 4, and all binary operators are left-associative. `#` belongs to the one operand before it:
//! `(A1#,B1#)` joins two spill ranges.

use super::ast::{BinaryOperator, Node, UnaryOperator};

/// Binds tighter than anything: what has no open end.
pub(super) const CLOSED: u8 = u8::MAX;

impl BinaryOperator {
    /// How tightly the operator binds; greater is tighter.
    pub(super) fn precedence(self) -> u8 {
        use BinaryOperator as B;
        match self {
            B::Range => 12,
            B::Intersection => 11,
            B::Union => 10,
            B::Power => 6,
            B::Multiply | B::Divide => 5,
            B::Add | B::Subtract => 4,
            B::Concatenate => 3,
            B::Equal | B::NotEqual | B::Less | B::LessOrEqual | B::Greater | B::GreaterOrEqual => 2,
        }
    }

    /// Whether the operands and the result are references.
    pub fn joins_references(self) -> bool {
        self.precedence() >= BinaryOperator::Union.precedence()
    }

    /// The operator as it is written; an intersection is a space.
    pub fn symbol(self) -> &'static str {
        use BinaryOperator as B;
        match self {
            B::Range => ":",
            B::Intersection => " ",
            B::Union => ",",
            B::Power => "^",
            B::Multiply => "*",
            B::Divide => "/",
            B::Add => "+",
            B::Subtract => "-",
            B::Concatenate => "&",
            B::Equal => "=",
            B::NotEqual => "<>",
            B::Less => "<",
            B::LessOrEqual => "<=",
            B::Greater => ">",
            B::GreaterOrEqual => ">=",
        }
    }
}

impl UnaryOperator {
    /// How tightly the operator binds; greater is tighter.
    pub(super) fn precedence(self) -> u8 {
        match self {
            UnaryOperator::Parentheses => CLOSED,
            UnaryOperator::Spill => 13,
            UnaryOperator::Intersect => 9,
            UnaryOperator::Plus | UnaryOperator::Minus => 8,
            UnaryOperator::Percent => 7,
        }
    }
}

/// Whether an operator that joins references can have this operand.
pub(super) fn may_be_reference<R>(node: &Node<R>) -> bool {
    match node {
        Node::Number(_) | Node::Text(_) | Node::Boolean(_) | Node::Array { .. } | Node::Missing => {
            false
        }
        Node::Unary(operator, _) => !matches!(
            operator,
            UnaryOperator::Plus | UnaryOperator::Minus | UnaryOperator::Percent
        ),
        Node::Binary(operator, ..) => operator.joins_references(),
        _ => true,
    }
}
