//! From text to tree, without recursion: operators and brackets wait on one stack, operands on another.
//!
//! The parser knows the whole grammar of Excel and no function. Chains of operators of any length cost a constant
//! amount of stack; signs and brackets are counted against `ParseOptions::nesting`.

use std::ops::Range;
use std::sync::Arc;

use super::ast::{A1Reference, Ast, BinaryOperator, Node, NodeId, UnaryOperator};
use super::lexer::Lexer;
use super::parse_options::ParseOptions;
use super::precedence::CLOSED;
use super::token::{OperandToken, OperatorToken};
use crate::error::{Error, ErrorKind, Result};
use crate::limits;

/// Reads a formula, with or without its leading `=`.
///
/// # Errors
///
/// [`ErrorKind::Parse`] with the place of the fault, [`ErrorKind::Limit`] if the text is too long or nested too deep.
///
/// # Examples
///
/// ```
/// use tabulith::formula::{ParseOptions, parse, print};
///
/// let ast = parse("= sum( B3:A1 , 2.50 ) * -2 ^ 2", &ParseOptions::default()).unwrap();
/// assert_eq!(print(&ast), "SUM(A1:B3,2.5)*-2^2");
///
/// let error = parse("=SUM(A1", &ParseOptions::default()).unwrap_err();
/// assert_eq!(error.message(), "a bracket is not closed");
/// assert_eq!(error.span(), Some(4..5));
/// ```
pub fn parse(text: &str, options: &ParseOptions) -> Result<Ast<A1Reference>> {
    parser(text, options)?.run()
}

/// Reads a formula, and where its references stand.
pub(super) fn parse_marked(text: &str, options: &ParseOptions) -> Result<Marked> {
    let mut parser = parser(text, options)?;
    parser.lexer.references = Some(Vec::new());
    parser.read()?;
    Ok(Marked {
        references: parser.lexer.references.unwrap_or_default(),
        chained: parser.chained,
        ast: Ast::new(parser.nodes),
    })
}

/// A formula and where its references stand in its text.
pub(super) struct Marked {
    pub(super) ast: Ast<A1Reference>,
    /// The bytes of each address, sheets not included.
    pub(super) references: Vec<Range<usize>>,
    /// Whether a reference is the hull of more than two addresses: `A1:B2:C3`.
    pub(super) chained: bool,
}

fn parser<'a>(text: &'a str, options: &'a ParseOptions) -> Result<Parser<'a>> {
    let too_long = text.len() > options.max_characters
        && (text.len() > 4 * options.max_characters
            || text.chars().count() > options.max_characters);
    if too_long {
        let message = format!(
            "a formula has more than {} characters",
            options.max_characters
        );
        return Err(Error::new(ErrorKind::Limit, message));
    }
    let mut lexer = Lexer {
        text,
        at: 0,
        options,
        references: None,
    };
    lexer.skip_space();
    if lexer.bytes().get(lexer.at) == Some(&b'=') {
        lexer.at += 1;
    }
    Ok(Parser {
        lexer,
        nodes: Vec::with_capacity(16),
        operands: Vec::with_capacity(8),
        waiting: Vec::with_capacity(8),
        depth: 0,
        last: Last::Closed,
        chained: false,
    })
}

/// An operand whose operator has not come yet.
#[derive(Debug, Clone, Copy)]
pub(super) struct Operand {
    pub(super) node: NodeId,
    /// The loosest operator that its right end leaves open.
    pub(super) open_right: u8,
}

/// What waits for operands or for its closing bracket.
pub(super) enum Waiting {
    Prefix(UnaryOperator),
    Binary(BinaryOperator, Range<usize>),
    Frame(Frame, usize),
}

/// An open bracket.
pub(super) enum Frame {
    Group,
    Call {
        function: Arc<str>,
        prefixed: bool,
        first: usize,
    },
    Apply {
        first: usize,
    },
}

/// What the last operand was, as far as the next token depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Last {
    /// A value, which neither intersects nor is called.
    Closed,
    /// A reference.
    Reference,
    /// A closing bracket or qualified name: it may be called.
    Callable,
}

pub(super) struct Parser<'a> {
    pub(super) lexer: Lexer<'a>,
    pub(super) nodes: Vec<Node<A1Reference>>,
    pub(super) operands: Vec<Operand>,
    pub(super) waiting: Vec<Waiting>,
    pub(super) depth: usize,
    pub(super) last: Last,
    pub(super) chained: bool,
}

impl Parser<'_> {
    fn run(mut self) -> Result<Ast<A1Reference>> {
        self.read()?;
        Ok(Ast::new(self.nodes))
    }

    fn read(&mut self) -> Result<()> {
        loop {
            if !self.operand()? {
                continue;
            }
            if self.operators()? {
                return Ok(());
            }
        }
    }

    /// Reads a token where an operand is expected; tells whether the operand is complete.
    fn operand(&mut self) -> Result<bool> {
        let (token, span) = self.lexer.operand()?;
        self.last = Last::Closed;
        match token {
            OperandToken::Number(x) => self.leaf(Node::Number(x)),
            OperandToken::Text(x) => self.leaf(Node::Text(x)),
            OperandToken::Boolean(x) => self.leaf(Node::Boolean(x)),
            OperandToken::Error(x) => self.leaf(Node::Error(x)),
            OperandToken::Reference(x) => {
                self.leaf(Node::Reference(x));
                self.last = Last::Reference;
            }
            OperandToken::Name(x) => {
                let qualified = x.scope != super::ast::Sheets::Here;
                self.leaf(Node::Name(x));
                self.last = if qualified {
                    Last::Callable
                } else {
                    Last::Reference
                };
            }
            OperandToken::Structured(x) => {
                self.leaf(Node::Structured(x));
                self.last = Last::Reference;
            }
            OperandToken::OpenArray => {
                let array = self.lexer.array_constant(span.start)?;
                self.leaf(array);
            }
            OperandToken::Plus => return self.prefix(UnaryOperator::Plus, span),
            OperandToken::Minus => return self.prefix(UnaryOperator::Minus, span),
            OperandToken::At => return self.prefix(UnaryOperator::Intersect, span),
            OperandToken::Open => return self.open(Frame::Group, span.start),
            OperandToken::Function { name, prefixed } => {
                let first = self.operands.len();
                let frame = Frame::Call {
                    function: name,
                    prefixed,
                    first,
                };
                return self.open(frame, span.end - 1);
            }
            OperandToken::Comma | OperandToken::Close | OperandToken::End => {
                self.omitted(&token, span)?;
            }
        }
        Ok(true)
    }

    pub(super) fn leaf(&mut self, node: Node<A1Reference>) {
        let node = self.push(node);
        self.operands.push(Operand {
            node,
            open_right: CLOSED,
        });
    }

    pub(super) fn push(&mut self, node: Node<A1Reference>) -> NodeId {
        self.nodes.push(node);
        NodeId(self.nodes.len() as u32 - 1)
    }

    fn prefix(&mut self, operator: UnaryOperator, span: Range<usize>) -> Result<bool> {
        self.deeper(span.start)?;
        self.waiting.push(Waiting::Prefix(operator));
        Ok(false)
    }

    pub(super) fn open(&mut self, frame: Frame, at: usize) -> Result<bool> {
        self.deeper(at)?;
        self.waiting.push(Waiting::Frame(frame, at));
        Ok(false)
    }

    fn deeper(&mut self, at: usize) -> Result<()> {
        self.depth += 1;
        if self.depth > self.lexer.options.nesting {
            let message = format!(
                "a formula is nested deeper than {} levels at character {}",
                self.lexer.options.nesting,
                self.lexer.text[..at].chars().count() + 1
            );
            return Err(Error::new(ErrorKind::Limit, message));
        }
        Ok(())
    }

    /// A comma, closing bracket or the end where an operand is expected: an argument that is left out, or a fault.
    fn omitted(&mut self, token: &OperandToken, span: Range<usize>) -> Result<()> {
        let in_call = matches!(
            self.waiting.last(),
            Some(Waiting::Frame(Frame::Call { .. } | Frame::Apply { .. }, _))
        );
        if in_call && *token != OperandToken::End {
            let first = self.first_argument();
            if *token == OperandToken::Comma || self.operands.len() > first {
                self.leaf(Node::Missing);
            }
            // The token is read again, as what follows an operand.
            self.lexer.at = span.start;
            return Ok(());
        }
        let (message, at) = match (self.waiting.last(), token) {
            (Some(Waiting::Binary(operator, at)), _) => (
                format!("an operand is missing behind `{}`", operator.symbol()),
                at.clone(),
            ),
            (Some(Waiting::Prefix(_)), _) => ("an operand is missing behind a sign".into(), span),
            (Some(Waiting::Frame(Frame::Group, open)), OperandToken::Close) => {
                ("a pair of brackets is empty".into(), *open..span.end)
            }
            (Some(Waiting::Frame(_, open)), OperandToken::End) => {
                ("a bracket is not closed".into(), *open..*open + 1)
            }
            (None, OperandToken::End) => ("a formula is empty".into(), span),
            (None, OperandToken::Close) => ("a bracket is closed but never opened".into(), span),
            _ => ("an operand is missing before `,`".into(), span),
        };
        Err(self.lexer.error(message, at, None))
    }

    pub(super) fn first_argument(&self) -> usize {
        match self.waiting.last() {
            Some(Waiting::Frame(Frame::Call { first, .. } | Frame::Apply { first }, _)) => *first,
            _ => self.operands.len(),
        }
    }

    /// Reads what follows an operand until another operand is expected; tells whether the formula is complete.
    fn operators(&mut self) -> Result<bool> {
        loop {
            let callable = self.last == Last::Callable;
            let reference = self.last != Last::Closed;
            let (token, span) = self.lexer.operator(callable, reference)?;
            match token {
                OperatorToken::Binary(operator) => {
                    self.binary(operator, span)?;
                    return Ok(false);
                }
                OperatorToken::Percent => {
                    self.reduce(UnaryOperator::Percent.precedence())?;
                    self.wrap(UnaryOperator::Percent);
                    self.last = Last::Closed;
                }
                OperatorToken::Spill => {
                    self.close_left(UnaryOperator::Spill.precedence());
                    self.wrap(UnaryOperator::Spill);
                    self.last = Last::Reference;
                }
                OperatorToken::Apply => {
                    self.close_left(CLOSED);
                    let first = self.operands.len();
                    self.open(Frame::Apply { first }, span.start)?;
                    return Ok(false);
                }
                OperatorToken::Comma => {
                    if self.comma(span)? {
                        return Ok(false);
                    }
                }
                OperatorToken::Close => self.close(span)?,
                OperatorToken::End => {
                    self.reduce(0)?;
                    if let Some(Waiting::Frame(_, open)) = self.waiting.last() {
                        let open = *open;
                        return Err(self.lexer.error(
                            "a bracket is not closed",
                            open..open + 1,
                            None,
                        ));
                    }
                    return Ok(true);
                }
            }
        }
    }

    fn binary(&mut self, operator: BinaryOperator, span: Range<usize>) -> Result<()> {
        self.reduce(operator.precedence())?;
        self.close_left(operator.precedence());
        self.waiting.push(Waiting::Binary(operator, span));
        Ok(())
    }

    /// A comma: the next argument, or a union. Tells whether an operand is expected.
    fn comma(&mut self, span: Range<usize>) -> Result<bool> {
        let frame = self.waiting.iter().rev().find_map(|waiting| match waiting {
            Waiting::Frame(frame, _) => Some(frame),
            _ => None,
        });
        if matches!(frame, None | Some(Frame::Group)) {
            self.binary(BinaryOperator::Union, span)?;
            return Ok(true);
        }
        self.reduce(0)?;
        if self.operands.len() - self.first_argument() >= limits::ARGUMENTS {
            return Err(self.lexer.error(
                format!("a call has more than {} arguments", limits::ARGUMENTS),
                span,
                None,
            ));
        }
        Ok(true)
    }
}
