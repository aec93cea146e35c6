//! Templates: a formula in R1C1 form, the same for every cell that it is filled over.
//!
//! A reference of a template is relative to the cell (`Relative`) or tied to a row or column (`Absolute`, by anchor, so
//! that no insertion elsewhere changes a template). The axis of a reference is that of the sheet referred to.

use std::hash::{BuildHasher, Hash, Hasher};
use std::mem::discriminant;
use std::sync::Arc;

use foldhash::quality::FixedState;

use super::ast::{Ast, Node, Shape};
use crate::reference::{Anchor, SheetId};
use crate::value::Value;

/// A formula relative to its cell, with the way in which it was entered.
#[derive(Debug, Clone)]
pub struct Template {
    /// The formula.
    pub ast: Ast<TemplateReference>,
    /// How ranges in the place of single values are read.
    pub mode: Mode,
    /// A hash of both, the same for equal templates wherever they lie in memory.
    hash: u64,
}

impl Template {
    /// A template of this formula.
    pub fn new(ast: Ast<TemplateReference>, mode: Mode) -> Template {
        let mut hasher = FixedState::default().build_hasher();
        mode.hash(&mut hasher);
        hash_ast(&ast, &mut hasher);
        Template {
            hash: hasher.finish(),
            ast,
            mode,
        }
    }

    /// A hash that is equal for equal templates, in every process.
    pub fn fingerprint(&self) -> u64 {
        self.hash
    }
}

impl PartialEq for Template {
    fn eq(&self, other: &Template) -> bool {
        self.hash == other.hash && self.mode == other.mode && self.ast == other.ast
    }
}

impl Eq for Template {}

impl Hash for Template {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.hash);
    }
}

/// Hashes a formula by what it says; numbers count by their bits.
fn hash_ast<R: Hash>(ast: &Ast<R>, state: &mut impl Hasher) {
    for node in ast.nodes() {
        discriminant(node).hash(state);
        match node {
            Node::Number(x) => x.to_bits().hash(state),
            Node::Text(x) => x.hash(state),
            Node::Boolean(x) => x.hash(state),
            Node::Error(x) => x.hash(state),
            Node::Missing => {}
            Node::Array { columns, items } => {
                columns.hash(state);
                items.iter().for_each(|item| hash_value(item, state));
            }
            Node::Reference(x) => x.hash(state),
            Node::Name(x) => x.hash(state),
            Node::Structured(x) => x.hash(state),
            Node::Unary(operator, operand) => (operator, operand).hash(state),
            Node::Binary(operator, left, right) => (operator, left, right).hash(state),
            Node::Call {
                function,
                arguments,
            } => (function, arguments).hash(state),
            Node::Apply { callee, arguments } => (callee, arguments).hash(state),
        }
    }
}

fn hash_value(value: &Value, state: &mut impl Hasher) {
    discriminant(value).hash(state);
    match value {
        Value::Blank => {}
        Value::Number(x) => x.to_bits().hash(state),
        Value::Text(x) => x.hash(state),
        Value::Boolean(x) => x.hash(state),
        Value::Error(x) => x.hash(state),
    }
}

/// How a formula treats a range or array where a single value is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mode {
    /// A formula as files before dynamic arrays have it: ranges are intersected with the formula's row or column.
    Legacy,
    /// A formula of today: it lifts, and spills its result.
    Dynamic,
    /// An array formula entered with Ctrl+Shift+Enter: it lifts and fills its fixed range.
    Array,
}

/// A reference of a template.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TemplateReference {
    /// On which sheets.
    pub sheets: TemplateSheets,
    /// Which cells.
    pub shape: Shape<TemplateAxis>,
}

/// The sheets of a template's reference.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum TemplateSheets {
    /// The sheet of the formula.
    Here,
    /// Another sheet, or the formula's own by name.
    Sheet(SheetId),
    /// The sheets between two in tab order, ends included.
    Span(SheetId, SheetId),
    /// A sheet of another workbook, as written.
    External {
        /// The workbook.
        book: Arc<str>,
        /// The sheets.
        sheets: Option<(Arc<str>, Option<Arc<str>>)>,
    },
    /// A sheet that does not exist; it evaluates to `#REF!` and is kept as written.
    Unknown(Arc<str>),
    /// Two sheets of which at least one does not exist.
    UnknownSpan(Arc<str>, Arc<str>),
}

/// A coordinate of a template's reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TemplateAxis {
    /// So many positions after the formula's own.
    Relative(i32),
    /// This row or column, wherever it stands.
    Absolute(Anchor),
    /// This position, whatever stands there: 3D and external references.
    Fixed(u32),
    /// The last row or column of the grid, `$1048576`: it stays the last.
    Last,
}
