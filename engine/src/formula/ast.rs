//! The syntax tree of a formula: one flat list of nodes, children before parents.
//!
//! The tree is generic in its references: a formula as text has [`A1Reference`]s (positions and dollar signs), a
//! template has references relative to its cell (`formula::TemplateReference`). A list in evaluation order, instead of
//! boxes, lets every walk be a loop; a chain of 30,000 additions needs no deep stack.

use std::sync::Arc;

use crate::value::{CellError, Value};

/// The place of a node in [`Ast::nodes`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(pub u32);

/// A formula as a tree: `nodes` has every child before its parent, the root last.
#[derive(Debug, Clone, PartialEq)]
pub struct Ast<R> {
    nodes: Vec<Node<R>>,
}

/// One node of a formula.
#[derive(Debug, Clone, PartialEq)]
pub enum Node<R> {
    /// A number literal, never negative (a sign is a [`Node::Unary`]).
    Number(f64),
    /// A text literal.
    Text(Arc<str>),
    /// TRUE or FALSE.
    Boolean(bool),
    /// An error literal such as `#N/A`.
    Error(CellError),
    /// An argument left out: `F(1,,2)`.
    Missing,
    /// An array constant, row-major.
    Array {
        /// Number of columns of each row.
        columns: u32,
        /// The values, row after row.
        items: Arc<[Value]>,
    },
    /// A reference to cells.
    Reference(R),
    /// A defined name, or a name bound by LET or LAMBDA.
    Name(Name),
    /// A structured reference to a table: `Sales[[#Totals],[Amount]]`.
    Structured(StructuredReference),
    /// An operator with one operand.
    Unary(UnaryOperator, NodeId),
    /// An operator with two operands.
    Binary(BinaryOperator, NodeId, NodeId),
    /// A call of a function by name; prefixes such as `_xlfn.` are taken off and the name is in capitals.
    Call {
        /// The function's name.
        function: Arc<str>,
        /// The arguments in order.
        arguments: Box<[NodeId]>,
    },
    /// A call of what an expression gives: `LAMBDA(x,x+1)(2)`.
    Apply {
        /// What gives the function.
        callee: NodeId,
        /// The arguments in order.
        arguments: Box<[NodeId]>,
    },
}

/// Operators with one operand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum UnaryOperator {
    /// `+x`: the identity.
    Plus,
    /// `-x`.
    Minus,
    /// `x%`.
    Percent,
    /// `@x`: implicit intersection.
    Intersect,
    /// `x#`: the spill range of an anchor cell.
    Spill,
    /// `(x)`: kept, because it is printed again and because Excel's near-zero rule sees it.
    Parentheses,
}

/// Operators with two operands, all left-associative.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BinaryOperator {
    /// `a:b` between reference expressions (two addresses are one [`Node::Reference`]).
    Range,
    /// `a b`: intersection.
    Intersection,
    /// `a,b`: union.
    Union,
    /// `a^b`.
    Power,
    /// `a*b`.
    Multiply,
    /// `a/b`.
    Divide,
    /// `a+b`.
    Add,
    /// `a-b`.
    Subtract,
    /// `a&b`.
    Concatenate,
    /// `a=b`.
    Equal,
    /// `a<>b`.
    NotEqual,
    /// `a<b`.
    Less,
    /// `a<=b`.
    LessOrEqual,
    /// `a>b`.
    Greater,
    /// `a>=b`.
    GreaterOrEqual,
}

/// A name in a formula, with what qualifies it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Name {
    /// `Sheet1!rate`, `[Book.xlsx]!rate`; [`Sheets::Here`] if unqualified.
    pub scope: Sheets,
    /// The name as written.
    pub name: Arc<str>,
}

/// The sheets that a reference or name is qualified with.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Sheets {
    /// No qualification: the sheet of the formula.
    Here,
    /// One sheet by name.
    Sheet(Arc<str>),
    /// `First:Last!`, a 3D reference.
    Span(Arc<str>, Arc<str>),
    /// `[Book]Sheet!`, `[Book]First:Last!` or `[Book]!`.
    External {
        /// What stands between the brackets: a file name, or in files a number.
        book: Arc<str>,
        /// The sheets, if any are named.
        sheets: Option<(Arc<str>, Option<Arc<str>>)>,
    },
}

/// A reference in a formula's text.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct A1Reference {
    /// On which sheets.
    pub sheets: Sheets,
    /// Which cells.
    pub shape: Shape<A1Axis>,
}

/// The cells of a reference, over coordinates of type `X`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Shape<X> {
    /// One cell.
    Cell {
        /// Its row.
        row: X,
        /// Its column.
        column: X,
    },
    /// A rectangle between two corners; the first is the upper left one.
    Range {
        /// First and last row.
        rows: (X, X),
        /// First and last column.
        columns: (X, X),
    },
    /// Whole rows, `3:5`.
    Rows(X, X),
    /// Whole columns, `A:C`.
    Columns(X, X),
    /// `#REF!`: what was referred to is gone.
    Invalid,
}

/// A coordinate in A1 text: a 0-based position and whether it has a dollar sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct A1Axis {
    /// 0-based row or column.
    pub position: u32,
    /// Whether it is written with `$`.
    pub absolute: bool,
}

/// A structured reference, as written; what it refers to is decided by the table.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct StructuredReference {
    /// The table's name; nothing inside the table itself (`[@Amount]`).
    pub table: Option<Arc<str>>,
    /// Which rows.
    pub rows: TableRows,
    /// First and last column by name, equal for a single one; nothing for all columns.
    pub columns: Option<(Arc<str>, Arc<str>)>,
}

/// The rows of a structured reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TableRows {
    /// The data rows (also `#Data`).
    Data,
    /// `#All`.
    All,
    /// `#Headers`.
    Headers,
    /// `#Totals`.
    Totals,
    /// `#Headers` and `#Data`.
    HeadersAndData,
    /// `#Data` and `#Totals`.
    DataAndTotals,
    /// `@` or `#This Row`.
    ThisRow,
}

impl<R> Ast<R> {
    /// A tree of these nodes.
    ///
    /// # Panics
    ///
    /// If there is no node, or a child does not stand before its parent.
    pub fn new(nodes: Vec<Node<R>>) -> Ast<R> {
        assert!(!nodes.is_empty(), "a formula has at least one node");
        for (place, node) in nodes.iter().enumerate() {
            node.for_each_child(|child| {
                assert!(
                    (child.0 as usize) < place,
                    "children stand before their parents"
                )
            });
        }
        Ast { nodes }
    }

    /// The root.
    pub fn root(&self) -> NodeId {
        NodeId(self.nodes.len() as u32 - 1)
    }

    /// The node at a place.
    pub fn node(&self, id: NodeId) -> &Node<R> {
        &self.nodes[id.0 as usize]
    }

    /// All nodes, children before parents.
    pub fn nodes(&self) -> &[Node<R>] {
        &self.nodes
    }

    /// The same tree with each reference turned into another kind of reference.
    ///
    /// # Errors
    ///
    /// The first error that `f` gives.
    pub fn try_map<S, E>(&self, mut f: impl FnMut(&R) -> Result<S, E>) -> Result<Ast<S>, E> {
        let nodes = self
            .nodes
            .iter()
            .map(|node| node.try_map(&mut f))
            .collect::<Result<_, E>>()?;
        Ok(Ast { nodes })
    }
}

impl<R> Node<R> {
    /// Calls `f` with each child in order.
    pub fn for_each_child(&self, mut f: impl FnMut(NodeId)) {
        match self {
            Node::Unary(_, operand) => f(*operand),
            Node::Binary(_, left, right) => {
                f(*left);
                f(*right);
            }
            Node::Call { arguments, .. } => arguments.iter().copied().for_each(f),
            Node::Apply { callee, arguments } => {
                f(*callee);
                arguments.iter().copied().for_each(f);
            }
            _ => {}
        }
    }

    fn try_map<S, E>(&self, f: &mut impl FnMut(&R) -> Result<S, E>) -> Result<Node<S>, E> {
        Ok(match self {
            Node::Reference(reference) => Node::Reference(f(reference)?),
            Node::Number(x) => Node::Number(*x),
            Node::Text(x) => Node::Text(x.clone()),
            Node::Boolean(x) => Node::Boolean(*x),
            Node::Error(x) => Node::Error(*x),
            Node::Missing => Node::Missing,
            Node::Array { columns, items } => Node::Array {
                columns: *columns,
                items: items.clone(),
            },
            Node::Name(x) => Node::Name(x.clone()),
            Node::Structured(x) => Node::Structured(x.clone()),
            Node::Unary(operator, x) => Node::Unary(*operator, *x),
            Node::Binary(operator, left, right) => Node::Binary(*operator, *left, *right),
            Node::Call {
                function,
                arguments,
            } => Node::Call {
                function: function.clone(),
                arguments: arguments.clone(),
            },
            Node::Apply { callee, arguments } => Node::Apply {
                callee: *callee,
                arguments: arguments.clone(),
            },
        })
    }
}
