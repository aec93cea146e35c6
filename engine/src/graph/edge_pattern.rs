//! What a formula reads, relative to its cell.

use crate::formula::TemplateAxis;
use crate::formula::ast::Shape;
use crate::reference::SheetId;

/// One rectangle that every cell of a region reads, relative to that cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Read {
    /// The sheet that is read.
    pub sheet: SheetId,
    /// The cells, relative to the reading cell.
    pub shape: Shape<TemplateAxis>,
}
