//! Which operands need brackets to be read back as they are.
//!
//! A tree that the parser made has its brackets as nodes and needs none; trees made or rewritten by the engine may.
//! For each node it is noted how loose its open ends are and what it begins and ends with: `-a` is open to the right,
//! so `(-a):b` needs brackets, and `x (a)` would be a call, so that intersection is written `(x) (a)`.

use super::ast::{A1Reference, Ast, BinaryOperator, Node, NodeId, Shape, Sheets, UnaryOperator};
use super::precedence::CLOSED;
use super::reference_text::begins_with_word;
use crate::limits;
use crate::reference::GridLimits;
use crate::reference::a1;

/// Which nodes are written in brackets.
pub(super) struct Brackets {
    needed: Vec<bool>,
}

/// What a piece of text begins or ends with, as far as its neighbour depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Edge {
    /// A reference or something that gives one.
    Reference,
    /// A reference behind `Sheet!`, without quotes: `:` could make a 3D reference of it.
    Qualified,
    /// The same behind `First:Last!`, where the first sheet is called like a column.
    QualifiedSpan,
    /// A name, which `(` behind it would turn into a call.
    Name,
    /// A name or whole columns that `:` could join with a neighbour: `a:b`.
    Columns,
    /// The same behind `Sheet!`.
    QualifiedColumns,
    /// A bracket.
    Bracket,
    /// Anything else.
    Value,
}

#[derive(Debug, Clone, Copy)]
struct Ends {
    open_left: u8,
    open_right: u8,
    first: Edge,
    last: Edge,
    /// Whether a comma of a union stands outside of brackets.
    comma: bool,
}

impl Ends {
    fn closed(first: Edge, last: Edge) -> Ends {
        Ends {
            open_left: CLOSED,
            open_right: CLOSED,
            first,
            last,
            comma: false,
        }
    }

    const BRACKETS: Ends = Ends {
        open_left: CLOSED,
        open_right: CLOSED,
        first: Edge::Bracket,
        last: Edge::Bracket,
        comma: false,
    };
}

impl Brackets {
    /// Whether the node is written in brackets.
    pub(super) fn needed(&self, id: NodeId) -> bool {
        self.needed[id.0 as usize]
    }

    /// Goes over the tree; in the form of files `@` and `#` are calls.
    pub(super) fn of(ast: &Ast<A1Reference>, file: bool) -> Brackets {
        let count = ast.nodes().len();
        let mut pass = Pass {
            needed: vec![false; count],
            ends: Vec::with_capacity(count),
        };
        for node in ast.nodes() {
            let ends = pass.node(ast, node, file);
            pass.ends.push(ends);
        }
        Brackets {
            needed: pass.needed,
        }
    }
}

/// What a qualified reference begins with.
fn qualified(sheets: &Sheets) -> Edge {
    match sheets {
        _ if !begins_with_word(sheets) => Edge::Reference,
        Sheets::Span(first, _) if is_column(first) => Edge::QualifiedSpan,
        _ => Edge::Qualified,
    }
}

fn is_column(word: &str) -> bool {
    a1::column_number(word).is_some_and(|column| column < GridLimits::default().columns)
}

struct Pass {
    needed: Vec<bool>,
    ends: Vec<Ends>,
}

impl Pass {
    fn node(&mut self, ast: &Ast<A1Reference>, node: &Node<A1Reference>, file: bool) -> Ends {
        match node {
            Node::Reference(reference) => {
                let edge = match (&reference.sheets, &reference.shape) {
                    (Sheets::Here, Shape::Columns(..)) => Edge::Columns,
                    (Sheets::Here, _) => Edge::Reference,
                    (sheets, _) => qualified(sheets),
                };
                let mut ends = Ends::closed(edge, Edge::Reference);
                if let Shape::Range { .. } = reference.shape {
                    // Its colon is read like any other.
                    ends.open_left = BinaryOperator::Range.precedence();
                    ends.open_right = ends.open_left;
                }
                ends
            }
            Node::Name(name) => match (name.scope == Sheets::Here, is_column(&name.name)) {
                (true, true) => Ends::closed(Edge::Columns, Edge::Columns),
                (true, false) => Ends::closed(Edge::Name, Edge::Name),
                (false, true) => Ends::closed(qualified(&name.scope), Edge::QualifiedColumns),
                (false, false) => Ends::closed(qualified(&name.scope), Edge::Reference),
            },
            Node::Structured(_) => Ends::closed(Edge::Reference, Edge::Reference),
            Node::Call { arguments, .. } => {
                self.arguments(arguments);
                Ends::closed(Edge::Reference, Edge::Bracket)
            }
            Node::Apply { callee, arguments } => {
                self.arguments(arguments);
                let callable = match ast.node(*callee) {
                    Node::Call { .. }
                    | Node::Apply { .. }
                    | Node::Unary(UnaryOperator::Parentheses, _) => true,
                    Node::Name(name) => name.scope != Sheets::Here,
                    _ => false,
                };
                self.bracket(*callee, !callable);
                Ends::closed(self.ends(*callee).first, Edge::Bracket)
            }
            Node::Unary(operator, operand) => self.unary(ast, *operator, *operand, file),
            Node::Binary(operator, left, right) => self.binary(*operator, *left, *right),
            Node::Error(_)
            | Node::Number(_)
            | Node::Text(_)
            | Node::Boolean(_)
            | Node::Missing
            | Node::Array { .. } => Ends::closed(Edge::Value, Edge::Value),
        }
    }

    fn unary(
        &mut self,
        ast: &Ast<A1Reference>,
        operator: UnaryOperator,
        operand: NodeId,
        file: bool,
    ) -> Ends {
        let precedence = operator.precedence();
        let inner = self.ends(operand);
        match operator {
            UnaryOperator::Parentheses => Ends::BRACKETS,
            UnaryOperator::Intersect | UnaryOperator::Spill if file => {
                // The comma of a union would part arguments.
                self.bracket(operand, inner.comma);
                Ends::closed(Edge::Reference, Edge::Bracket)
            }
            UnaryOperator::Spill => {
                let plain = match ast.node(operand) {
                    Node::Reference(reference) => reference.is_single(),
                    Node::Name(_)
                    | Node::Structured(_)
                    | Node::Call { .. }
                    | Node::Apply { .. } => true,
                    Node::Unary(inner, _) => {
                        matches!(inner, UnaryOperator::Parentheses | UnaryOperator::Spill)
                    }
                    _ => false,
                };
                self.bracket(operand, !plain);
                Ends::closed(self.ends(operand).first, Edge::Reference)
            }
            UnaryOperator::Percent => {
                self.bracket(operand, inner.open_right < precedence);
                let inner = self.ends(operand);
                Ends {
                    open_left: inner.open_left.min(precedence),
                    open_right: CLOSED,
                    last: Edge::Value,
                    ..inner
                }
            }
            UnaryOperator::Plus | UnaryOperator::Minus | UnaryOperator::Intersect => {
                self.bracket(operand, inner.open_left < precedence);
                let inner = self.ends(operand);
                Ends {
                    open_left: CLOSED,
                    open_right: inner.open_right.min(precedence),
                    first: Edge::Value,
                    ..inner
                }
            }
        }
    }

    fn binary(&mut self, operator: BinaryOperator, left: NodeId, right: NodeId) -> Ends {
        let precedence = operator.precedence();
        let (a, b) = (self.ends(left), self.ends(right));
        self.bracket(right, b.open_left <= precedence);
        self.bracket(left, a.open_right < precedence);
        match operator {
            BinaryOperator::Intersection => {
                self.bracket(right, b.first == Edge::Value);
                let called = self.ends(right).first == Edge::Bracket
                    && matches!(a.last, Edge::Name | Edge::Columns);
                self.bracket(left, a.last == Edge::Value || called);
            }
            BinaryOperator::Range => {
                let b = self.ends(right);
                let qualified = matches!(b.first, Edge::Qualified | Edge::QualifiedSpan);
                let merged = match a.last {
                    Edge::Columns => qualified || b.first == Edge::Columns,
                    Edge::QualifiedColumns => {
                        matches!(b.first, Edge::Columns | Edge::QualifiedSpan)
                    }
                    Edge::Name => qualified,
                    _ => false,
                };
                self.bracket(left, merged);
            }
            _ => {}
        }
        let (a, b) = (self.ends(left), self.ends(right));
        Ends {
            open_left: a.open_left.min(precedence),
            open_right: b.open_right.min(precedence),
            first: a.first,
            last: b.last,
            comma: operator.is_union() || a.comma || b.comma,
        }
    }

    fn arguments(&mut self, arguments: &[NodeId]) {
        debug_assert!(arguments.len() <= limits::ARGUMENTS);
        for argument in arguments {
            self.bracket(*argument, self.ends(*argument).comma);
        }
    }

    fn ends(&self, id: NodeId) -> Ends {
        if self.needed[id.0 as usize] {
            Ends::BRACKETS
        } else {
            self.ends[id.0 as usize]
        }
    }

    fn bracket(&mut self, id: NodeId, needed: bool) {
        self.needed[id.0 as usize] |= needed;
    }
}
