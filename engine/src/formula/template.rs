//! Templates: a formula in R1C1 form, the same for every cell that it is filled over.
//!
//! A reference of a template is relative to the cell (`Relative`) or tied to a row or column (`Absolute`, by anchor, so
//! that no insertion elsewhere changes a template). The axis of a reference is that of the sheet referred to.

use std::sync::Arc;

use super::ast::{Ast, Shape};
use crate::reference::{Anchor, SheetId};

/// A formula relative to its cell, with the way in which it was entered.
#[derive(Debug, Clone, PartialEq)]
pub struct Template {
    /// The formula.
    pub ast: Ast<TemplateReference>,
    /// How ranges in the place of single values are read.
    pub mode: Mode,
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
