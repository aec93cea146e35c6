//! What a formula refers to, as its text says it: cells, names and tables.

use super::ast::{Ast, Name, Node, StructuredReference};

impl<R> Ast<R> {
    /// The references to cells, in the order of the text.
    ///
    /// # Examples
    ///
    /// ```
    /// use tabulith::formula::{ParseOptions, parse};
    ///
    /// let ast = parse("SUM(A1:A3,Sheet2!B1)+rate", &ParseOptions::default()).unwrap();
    /// assert_eq!(ast.references().count(), 2);
    /// assert_eq!(ast.names().count(), 1);
    /// ```
    pub fn references(&self) -> impl Iterator<Item = &R> {
        self.nodes().iter().filter_map(|node| match node {
            Node::Reference(reference) => Some(reference),
            _ => None,
        })
    }

    /// The names, those bound by LET and LAMBDA included.
    pub fn names(&self) -> impl Iterator<Item = &Name> {
        self.nodes().iter().filter_map(|node| match node {
            Node::Name(name) => Some(name),
            _ => None,
        })
    }

    /// The structured references.
    pub fn structured_references(&self) -> impl Iterator<Item = &StructuredReference> {
        self.nodes().iter().filter_map(|node| match node {
            Node::Structured(reference) => Some(reference),
            _ => None,
        })
    }

    /// The functions that are called by name.
    pub fn functions(&self) -> impl Iterator<Item = &str> {
        self.nodes().iter().filter_map(|node| match node {
            Node::Call { function, .. } => Some(function.as_ref()),
            _ => None,
        })
    }
}
