//! Tokens: what the lexer cuts a formula's text into.

use std::ops::Range;
use std::sync::Arc;

use super::ast::{A1Reference, BinaryOperator, Name, StructuredReference};
use crate::value::CellError;

/// A token that begins or is an operand.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum OperandToken {
    /// A number literal.
    Number(f64),
    /// A text literal, without its quotes.
    Text(Arc<str>),
    /// TRUE or FALSE.
    Boolean(bool),
    /// An error literal.
    Error(CellError),
    /// A cell, whole rows or columns, or `#REF!`.
    Reference(A1Reference),
    /// A name.
    Name(Name),
    /// A structured reference.
    Structured(StructuredReference),
    /// A function's name with its opening bracket.
    Function {
        /// The name in capitals, without prefixes.
        name: Arc<str>,
        /// Whether a file's prefix such as `_xlfn.` stood before it.
        prefixed: bool,
    },
    /// `+`
    Plus,
    /// `-`
    Minus,
    /// `@`
    At,
    /// `(`
    Open,
    /// `{`
    OpenArray,
    /// `,` where an operand is expected: an argument is left out.
    Comma,
    /// `)` where an operand is expected.
    Close,
    /// The end of the text.
    End,
}

/// A token behind an operand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OperatorToken {
    /// An operator between two operands; the comma is not one of them.
    Binary(BinaryOperator),
    /// `,`
    Comma,
    /// `%`
    Percent,
    /// `#`
    Spill,
    /// `(` directly behind something that can be called.
    Apply,
    /// `)`
    Close,
    /// The end of the text.
    End,
}

/// A token and where it stands, in bytes.
pub(super) type Spanned<T> = (T, Range<usize>);
