//! The parser's way up: operators take their operands, brackets and calls are closed.

use std::ops::Range;

use super::ast::{BinaryOperator, Node, NodeId, UnaryOperator};
use super::parser::{Frame, Last, Operand, Parser, Waiting};
use super::precedence::may_be_reference;
use crate::error::Result;

impl Parser<'_> {
    /// A closing bracket.
    pub(super) fn close(&mut self, span: Range<usize>) -> Result<()> {
        self.reduce(0)?;
        let Some(Waiting::Frame(frame, _)) = self.waiting.pop() else {
            return Err(self
                .lexer
                .error("a bracket is closed but never opened", span, None));
        };
        self.depth -= 1;
        self.last = Last::Callable;
        match frame {
            Frame::Group => self.wrap(UnaryOperator::Parentheses),
            Frame::Call {
                function,
                prefixed,
                first,
            } => {
                if prefixed && self.operands.len() == first + 1 && self.operator_call(&function) {
                    return Ok(());
                }
                let arguments = self.arguments(first);
                self.leaf(Node::Call {
                    function,
                    arguments,
                });
            }
            Frame::Apply { first } => {
                let arguments = self.arguments(first);
                let callee = self
                    .operands
                    .pop()
                    .expect("invariant: what is called stands before its arguments");
                self.leaf(Node::Apply {
                    callee: callee.node,
                    arguments,
                });
            }
        }
        Ok(())
    }

    fn arguments(&mut self, first: usize) -> Box<[NodeId]> {
        self.operands
            .drain(first..)
            .map(|operand| operand.node)
            .collect()
    }

    /// `_xlfn.SINGLE(x)` is `@x` and `_xlfn.ANCHORARRAY(x)` is `x#`; tells whether it was one of them.
    fn operator_call(&mut self, function: &str) -> bool {
        let operator = match function {
            "SINGLE" => UnaryOperator::Intersect,
            "ANCHORARRAY" => UnaryOperator::Spill,
            _ => return false,
        };
        let Some(argument) = self.operands.last().copied() else {
            return false;
        };
        let plain = match self.nodes.get(argument.node.0 as usize) {
            Some(Node::Missing) => return false,
            Some(Node::Reference(reference)) => {
                operator == UnaryOperator::Intersect || reference.is_single()
            }
            Some(Node::Binary(..)) => false,
            Some(Node::Unary(inner, _)) => {
                matches!(inner, UnaryOperator::Parentheses | UnaryOperator::Spill)
            }
            Some(Node::Number(_) | Node::Text(_) | Node::Boolean(_) | Node::Array { .. })
            | Some(Node::Error(_)) => operator == UnaryOperator::Intersect,
            _ => true,
        };
        if !plain {
            self.wrap(UnaryOperator::Parentheses);
        }
        self.wrap(operator);
        self.last = Last::Reference;
        if let (UnaryOperator::Intersect, Some(operand)) = (operator, self.operands.last_mut()) {
            operand.open_right = operator.precedence();
        }
        true
    }

    /// Applies the waiting operators that bind at least so tightly, up to the innermost open bracket.
    pub(super) fn reduce(&mut self, precedence: u8) -> Result<()> {
        loop {
            let tight = match self.waiting.last() {
                Some(Waiting::Prefix(operator)) => operator.precedence() >= precedence,
                Some(Waiting::Binary(operator, _)) => operator.precedence() >= precedence,
                _ => false,
            };
            if !tight {
                return Ok(());
            }
            match self.waiting.pop() {
                Some(Waiting::Prefix(operator)) => {
                    self.depth -= 1;
                    if let Some(operand) = self.operands.pop() {
                        let node = self.push(Node::Unary(operator, operand.node));
                        let open_right = operand.open_right.min(operator.precedence());
                        self.operands.push(Operand { node, open_right });
                    }
                }
                Some(Waiting::Binary(operator, span)) => self.join(operator, span)?,
                _ => return Ok(()),
            }
        }
    }

    /// Makes one operand of the last two.
    fn join(&mut self, operator: BinaryOperator, span: Range<usize>) -> Result<()> {
        let (Some(right), Some(left)) = (self.operands.pop(), self.operands.pop()) else {
            return Ok(());
        };
        let (a, b) = (
            &self.nodes[left.node.0 as usize],
            &self.nodes[right.node.0 as usize],
        );
        if operator.joins_references() {
            // Excel takes a union of anything in files, and evaluates it to `#VALUE!`.
            let refused =
                operator != BinaryOperator::Union && (!may_be_reference(a) || !may_be_reference(b));
            if refused {
                return Err(self.lexer.error(
                    format!("`{}` joins references only", operator.symbol()),
                    span,
                    None,
                ));
            }
            if operator == BinaryOperator::Range
                && let (Node::Reference(a), Node::Reference(b)) = (a, b)
                && let Some(hull) = a.hull(b)
            {
                self.chained |= !(a.is_single() && b.is_single());
                // Both are leaves, so they are the last two nodes.
                self.nodes.truncate(left.node.0 as usize);
                self.leaf(Node::Reference(hull));
                return Ok(());
            }
        }
        let node = self.push(Node::Binary(operator, left.node, right.node));
        let open_right = right.open_right.min(operator.precedence());
        self.operands.push(Operand { node, open_right });
        Ok(())
    }

    /// Puts brackets round the operand if its right end would take what follows for its own.
    ///
    /// Text never needs that; a call of `_xlfn.SINGLE` that has become `@` does.
    pub(super) fn close_left(&mut self, precedence: u8) {
        if self
            .operands
            .last()
            .is_some_and(|operand| operand.open_right < precedence)
        {
            self.wrap(UnaryOperator::Parentheses);
        }
    }

    /// Makes the last operand the operand of a postfix operator or of brackets.
    pub(super) fn wrap(&mut self, operator: UnaryOperator) {
        if let Some(operand) = self.operands.pop() {
            self.leaf(Node::Unary(operator, operand.node));
        }
    }
}
