//! Rewriting templates after edits of sheets and tables: a sheet removed or copied, a table renamed or gone.

use std::sync::Arc;

use super::ast::{Name, Node, Shape, Sheets, StructuredReference, TableRows};
use super::rewrite::{same_name, span_without};
use super::{Book, Template, TemplateAxis, TemplateReference, TemplateSheets};
use crate::reference::{Axis, SheetId};

impl Template {
    /// The formula after a sheet was removed; nothing if it does not name that sheet. `tabs` are the sheets in tab
    /// order, the removed one still among them, and `book` still has it.
    ///
    /// References to the sheet and its names become `#REF!` for good, the end of a 3D reference moves inward.
    pub fn without_sheet(
        &self,
        gone: SheetId,
        tabs: &[SheetId],
        book: &dyn Book,
    ) -> Option<Template> {
        let name = book.sheet_name(gone)?;
        let place = |sheet: SheetId| tabs.iter().position(|tab| *tab == sheet);
        let ast = self.ast.replace_leaves(|node| match node {
            Node::Reference(reference) => match reference.sheets {
                TemplateSheets::Sheet(sheet) => (sheet == gone).then(invalid),
                TemplateSheets::Span(first, last) => {
                    let span = span_without(place(first)?, place(last)?, place(gone)?)?;
                    let Some((first, last)) = span else {
                        return Some(invalid());
                    };
                    let (first, last) = (*tabs.get(first)?, *tabs.get(last)?);
                    Some(Node::Reference(if first == last {
                        on_one_sheet(reference, first, book)
                    } else {
                        let sheets = TemplateSheets::Span(first, last);
                        let shape = reference.shape;
                        TemplateReference { sheets, shape }
                    }))
                }
                _ => None,
            },
            Node::Name(used) => match &used.scope {
                Sheets::Sheet(scope) => same_name(scope, &name).then(invalid),
                _ => None,
            },
            _ => None,
        })?;
        Some(Template::new(ast, self.mode))
    }

    /// The formula with references to one sheet, where they name it, turned to another that has the same axes; nothing
    /// if there are none.
    pub fn on_other_sheet(&self, from: SheetId, to: SheetId) -> Option<Template> {
        let ast = self.ast.replace_leaves(|node| match node {
            Node::Reference(reference) if reference.sheets == TemplateSheets::Sheet(from) => {
                Some(Node::Reference(TemplateReference {
                    sheets: TemplateSheets::Sheet(to),
                    shape: reference.shape,
                }))
            }
            _ => None,
        })?;
        Some(Template::new(ast, self.mode))
    }

    /// The formula with its references to tables replaced for which `f` gives something; nothing if it gives nothing
    /// for all of them. `f` is told whether the table's name stands alone, which means its data.
    pub fn replace_tables(
        &self,
        mut f: impl FnMut(&StructuredReference, bool) -> Option<Node<TemplateReference>>,
    ) -> Option<Template> {
        // Where a formula has names of its own, a name alone may be one of those.
        let has_locals = self.ast.functions().any(|name| {
            let name = name.to_ascii_uppercase();
            name == "LET" || name == "LAMBDA"
        });
        let ast = self.ast.replace_leaves(|node| match node {
            Node::Structured(structured) => f(structured, false),
            Node::Name(Name {
                scope: Sheets::Here,
                name,
            }) if !has_locals => {
                let data = StructuredReference {
                    table: Some(name.clone()),
                    rows: TableRows::Data,
                    columns: None,
                };
                f(&data, true)
            }
            _ => None,
        })?;
        Some(Template::new(ast, self.mode))
    }

    /// The formula with another name for a table; nothing if it does not speak of the table. `shadowed` tells that a
    /// name alone means something else.
    pub fn with_table_renamed(
        &self,
        old: &str,
        new: &Arc<str>,
        shadowed: bool,
    ) -> Option<Template> {
        self.replace_tables(|structured, alone| {
            let table = structured.table.as_ref()?;
            if !same_name(table, old) || (alone && shadowed) {
                return None;
            }
            Some(if alone {
                let (scope, name) = (Sheets::Here, new.clone());
                Node::Name(Name { scope, name })
            } else {
                Node::Structured(StructuredReference {
                    table: Some(new.clone()),
                    ..structured.clone()
                })
            })
        })
    }
}

fn invalid() -> Node<TemplateReference> {
    Node::Reference(TemplateReference::invalid())
}

impl TemplateReference {
    /// `#REF!`.
    pub fn invalid() -> TemplateReference {
        TemplateReference {
            sheets: TemplateSheets::Here,
            shape: Shape::Invalid,
        }
    }
}

/// A 3D reference of which one sheet is left: its fixed positions are rows and columns of that sheet from now on.
fn on_one_sheet(
    reference: &TemplateReference,
    sheet: SheetId,
    book: &dyn Book,
) -> TemplateReference {
    let anchored = |axis: &TemplateAxis, of: &dyn Axis| match axis {
        TemplateAxis::Fixed(position) if *position < of.len() => {
            TemplateAxis::Absolute(of.anchor(*position))
        }
        other => *other,
    };
    TemplateReference {
        sheets: TemplateSheets::Sheet(sheet),
        shape: reference.shape.map(
            |row| anchored(row, book.rows(sheet)),
            |column| anchored(column, book.columns(sheet)),
        ),
    }
}
