//! Formulas as text, tree and template. Which functions exist is not known here.
//!
//! Text is read by [`parse`] into an [`Ast`] and written by [`print`]; the two are inverse up to white space. A
//! [`Template`] is the same tree with references relative to the formula's cell.

mod array_constant;
pub mod ast;
mod brackets;
mod lexer;
mod number_literal;
mod parser;
mod precedence;
mod printer;
mod qualifier;
mod reference_text;
mod structured;
mod template;
#[cfg(test)]
mod tests;
mod token;

pub use ast::{Ast, Node, NodeId};
pub use parser::{Notation, ParseOptions, parse};
pub use printer::{PrintOptions, print, print_with};
pub use structured::StructuredForm;
pub use template::{Mode, Template, TemplateAxis, TemplateReference, TemplateSheets};
