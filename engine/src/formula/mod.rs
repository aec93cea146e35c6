//! Formulas as text, tree and template. Which functions exist is not known here.

pub mod ast;
mod template;

pub use ast::{Ast, Node, NodeId};
pub use template::{Mode, Template, TemplateAxis, TemplateReference, TemplateSheets};
