//! Rewriting formulas after structural edits: rows and columns inserted and deleted, sheets renamed and deleted.
//!
//! For formulas kept as text trees: those of names, conditional formats and validations. Formulas of cells are
//! templates, whose `$` references are anchors and need no rewriting.

use std::sync::Arc;

use super::ast::{A1Axis, A1Reference, Ast, Name, Node, Shape, Sheets};
use crate::reference::{AxisEdit, Edit, GridLimits, shift_position, shift_span};

/// An edit of one sheet's rows or columns, as formulas see it.
///
/// # Examples
///
/// ```
/// use tabulith::formula::{ParseOptions, Shift, parse, print};
/// use tabulith::reference::{Edit, GridLimits};
///
/// let shift = Shift {
///     edit: Edit::DeleteRows { at: 0, count: 2 },
///     sheet: "Data",
///     grid: GridLimits::default(),
/// };
/// let ast = parse("SUM(Data!A1:A10)+Data!B2+C5", &ParseOptions::default()).unwrap();
/// let rewritten = shift.apply(&ast, false).unwrap();
/// assert_eq!(print(&rewritten), "SUM(Data!A1:A8)+Data!#REF!+C5");
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Shift<'a> {
    /// What is done.
    pub edit: Edit,
    /// The name of the sheet on which it is done.
    pub sheet: &'a str,
    /// The sheet's grid.
    pub grid: GridLimits,
}

impl Shift<'_> {
    /// The formula after the edit; nothing if it stays as it is. `here` tells whether unqualified references are on
    /// the edited sheet.
    ///
    /// 3D references and those to other workbooks do not move.
    pub fn apply(&self, ast: &Ast<A1Reference>, here: bool) -> Option<Ast<A1Reference>> {
        ast.replace_leaves(|node| {
            let Node::Reference(reference) = node else {
                return None;
            };
            let shape = self.reference(reference, here)?;
            let sheets = reference.sheets.clone();
            Some(Node::Reference(A1Reference { sheets, shape }))
        })
    }

    /// The cells of a reference after the edit; nothing if they stay as they are.
    pub fn reference(&self, reference: &A1Reference, here: bool) -> Option<Shape<A1Axis>> {
        let moved = match &reference.sheets {
            Sheets::Here => here,
            Sheets::Sheet(name) => same_name(name, self.sheet),
            _ => false,
        };
        if !moved {
            return None;
        }
        let shape = self.shape(reference.shape).unwrap_or(Shape::Invalid);
        (shape != reference.shape).then_some(shape)
    }

    /// The cells after the edit; nothing if they are gone.
    fn shape(&self, shape: Shape<A1Axis>) -> Option<Shape<A1Axis>> {
        let of_rows = |span| moved_span(span, self.edit.of_rows(), self.grid.rows);
        let of_columns = |span| moved_span(span, self.edit.of_columns(), self.grid.columns);
        Some(match shape {
            Shape::Cell { row, column } => Shape::Cell {
                row: moved(row, self.edit.of_rows(), self.grid.rows)?,
                column: moved(column, self.edit.of_columns(), self.grid.columns)?,
            },
            Shape::Range { rows, columns } => Shape::Range {
                rows: of_rows(rows)?,
                columns: of_columns(columns)?,
            },
            Shape::Rows(first, last) => {
                let (first, last) = of_rows((first, last))?;
                Shape::Rows(first, last)
            }
            Shape::Columns(first, last) => {
                let (first, last) = of_columns((first, last))?;
                Shape::Columns(first, last)
            }
            Shape::Invalid => Shape::Invalid,
        })
    }
}

fn moved(axis: A1Axis, edit: Option<AxisEdit>, len: u32) -> Option<A1Axis> {
    let position = match edit {
        Some(edit) => shift_position(axis.position, edit, len)?,
        None => axis.position,
    };
    Some(A1Axis { position, ..axis })
}

fn moved_span(
    (first, last): (A1Axis, A1Axis),
    edit: Option<AxisEdit>,
    len: u32,
) -> Option<(A1Axis, A1Axis)> {
    let (start, end) = match edit {
        Some(edit) => shift_span(first.position, last.position, edit, len)?,
        None => (first.position, last.position),
    };
    let at = |position, axis: A1Axis| A1Axis { position, ..axis };
    Some((at(start, first), at(end, last)))
}

/// The formula after a sheet was renamed; nothing if it does not name that sheet.
///
/// # Examples
///
/// ```
/// use tabulith::formula::{ParseOptions, parse, print, rename_sheet};
///
/// let ast = parse("data!A1+Other!A1", &ParseOptions::default()).unwrap();
/// let renamed = rename_sheet(&ast, "Data", "Data 2024").unwrap();
/// assert_eq!(print(&renamed), "'Data 2024'!A1+Other!A1");
/// ```
pub fn rename_sheet(ast: &Ast<A1Reference>, old: &str, new: &str) -> Option<Ast<A1Reference>> {
    let new_name: Arc<str> = new.into();
    let rename = |name: &Arc<str>| {
        if same_name(name, old) {
            new_name.clone()
        } else {
            name.clone()
        }
    };
    replace_sheets(ast, |sheets| {
        let renamed = match sheets {
            Sheets::Sheet(name) => Sheets::Sheet(rename(name)),
            Sheets::Span(first, last) => Sheets::Span(rename(first), rename(last)),
            Sheets::Here | Sheets::External { .. } => return None,
        };
        (renamed != *sheets).then_some(Some(renamed))
    })
}

/// The formula after a sheet was renamed, where references hold the sheet itself and only names, `Sheet1!rate`, are
/// written with its name; nothing if there is no such name.
pub fn rename_scopes<R: Clone>(ast: &Ast<R>, old: &str, new: &str) -> Option<Ast<R>> {
    ast.replace_leaves(|node| match node {
        Node::Name(name) => match &name.scope {
            Sheets::Sheet(sheet) if same_name(sheet, old) => {
                let (scope, name) = (Sheets::Sheet(new.into()), name.name.clone());
                Some(Node::Name(Name { scope, name }))
            }
            _ => None,
        },
        _ => None,
    })
}

/// The formula after a sheet was deleted; nothing if it does not name that sheet. `tabs` are the sheets in tab order,
/// the deleted one still among them.
///
/// References to the sheet become `#REF!`, the end of a 3D reference moves inward; one of which a single sheet is left
/// names that sheet alone.
///
/// # Examples
///
/// ```
/// use tabulith::formula::{ParseOptions, delete_sheet, parse, print};
///
/// let ast = parse("SUM(A:C!X1)+C!X1", &ParseOptions::default()).unwrap();
/// let rewritten = delete_sheet(&ast, "C", &["A", "B", "C"]).unwrap();
/// assert_eq!(print(&rewritten), "SUM(A:B!X1)+#REF!");
/// ```
pub fn delete_sheet(
    ast: &Ast<A1Reference>,
    deleted: &str,
    tabs: &[&str],
) -> Option<Ast<A1Reference>> {
    let place = |name: &str| tabs.iter().position(|tab| same_name(tab, name));
    replace_sheets(ast, |sheets| match sheets {
        Sheets::Sheet(name) if same_name(name, deleted) => Some(None),
        Sheets::Span(first, last) => {
            let span = span_without(place(first)?, place(last)?, place(deleted)?)?;
            let Some((first, last)) = span else {
                return Some(None);
            };
            let tab = |place: usize| tabs.get(place).map(|tab| Arc::from(*tab));
            Some(Some(if first == last {
                Sheets::Sheet(tab(first)?)
            } else {
                Sheets::Span(tab(first)?, tab(last)?)
            }))
        }
        _ => None,
    })
}

/// The ends of a 3D reference, by their places among the tabs, without the sheet at `gone`: an end that goes moves inward,
/// and nothing is left if both are that sheet. No answer if they stay.
pub(super) fn span_without(
    first: usize,
    last: usize,
    gone: usize,
) -> Option<Option<(usize, usize)>> {
    let inward = |from: usize, to: usize| if from < to { from + 1 } else { from - 1 };
    match (first == gone, last == gone) {
        (false, false) => None,
        (true, true) => Some(None),
        (true, false) => Some(Some((inward(first, last), last))),
        (false, true) => Some(Some((first, inward(last, first)))),
    }
}

/// Replaces the sheets of references and names: `Some(None)` makes `#REF!`.
fn replace_sheets(
    ast: &Ast<A1Reference>,
    change: impl Fn(&Sheets) -> Option<Option<Sheets>>,
) -> Option<Ast<A1Reference>> {
    let gone = || Node::Reference(A1Reference::invalid(Sheets::Here));
    ast.replace_leaves(|node| match node {
        Node::Reference(reference) => Some(match change(&reference.sheets)? {
            Some(sheets) => Node::Reference(A1Reference {
                sheets,
                shape: reference.shape,
            }),
            None => gone(),
        }),
        Node::Name(name) => Some(match change(&name.scope)? {
            Some(scope) => Node::Name(Name {
                scope,
                name: name.name.clone(),
            }),
            None => gone(),
        }),
        _ => None,
    })
}

/// Whether two sheets' names are the same: case does not count.
pub(super) fn same_name(a: &str, b: &str) -> bool {
    a.eq_ignore_ascii_case(b)
        || (!(a.is_ascii() && b.is_ascii()) && a.to_lowercase() == b.to_lowercase())
}

impl<R: Clone> Ast<R> {
    /// The tree with the leaves replaced for which `f` gives something; nothing if it gives nothing for all of them.
    pub fn replace_leaves(&self, mut f: impl FnMut(&Node<R>) -> Option<Node<R>>) -> Option<Ast<R>> {
        let mut changed: Option<Vec<Node<R>>> = None;
        for (place, node) in self.nodes().iter().enumerate() {
            if let Some(replacement) = f(node) {
                changed.get_or_insert_with(|| self.nodes().to_vec())[place] = replacement;
            }
        }
        changed.map(Ast::new)
    }
}
