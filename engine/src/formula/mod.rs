//! Formulas as text, tree and template. Which functions exist is not known here.
//!
//! Text is read by [`parse`] into an [`Ast`] and written by [`print`](fn@print); the two are inverse up to white space. A
//! [`Template`] is the same tree with references relative to the formula's cell.

mod address;
mod array_constant;
pub mod ast;
mod brackets;
mod fill_reader;
mod joining;
mod lexer;
mod number_literal;
mod parse_options;
mod parser;
mod precedence;
mod precedents;
mod prefix;
mod printer;
mod qualifier;
mod reference_text;
mod relocate;
mod rewrite;
mod sheet_rewrite;
mod structured;
mod subtree;
mod template;
mod template_form;
mod template_table;
#[cfg(test)]
mod tests;
mod token;

pub use ast::{Ast, Node, NodeId};
pub use fill_reader::{Direction, FillReader, Marks};
pub use parse_options::{Notation, ParseOptions};
pub use parser::parse;
pub use printer::{PrintOptions, print, print_with};
pub use relocate::{SheetFate, filled, relocate};
pub use rewrite::{Shift, delete_sheet, lose_columns, rename_scopes, rename_sheet};
pub use structured::StructuredForm;
pub use template::{Mode, Template, TemplateAxis, TemplateReference, TemplateSheets};
pub use template_form::Book;
pub use template_table::TemplateTable;
