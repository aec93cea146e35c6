//! What changed in a workbook since its package was read: cells, attributes of rows and columns, names, settings.

use std::sync::Arc;

use super::book_moves::BookMoves;
use super::book_sink::{BookSettings, ColumnAttributes, DefinedName, RowAttributes};
use super::book_source::BookSource;
use crate::reference::{Cell, Rect};
use crate::value::Value;
use crate::workbook::WidthSpan;

/// The changes that [`save_patched`](super::save_patched) writes into a package.
///
/// Everything but [`cells`](BookChanges::cells) may be left out: then the file's own stays.
pub trait BookChanges {
    /// The changed cells of a sheet, each once, in row-major order. It is asked for more than once.
    fn cells<'a>(&'a self, sheet: usize) -> Box<dyn Iterator<Item = CellChange> + 'a>;

    /// The rows of a sheet whose attributes changed, ascending, with all that they are now.
    fn rows<'a>(&'a self, sheet: usize) -> Box<dyn Iterator<Item = (u32, RowAttributes)> + 'a> {
        let _ = sheet;
        Box::new(std::iter::empty())
    }

    /// All columns of a sheet that differ (first, last, how; ascending), if any of them changed.
    fn columns(&self, sheet: usize) -> Option<Vec<(u32, u32, ColumnAttributes)>> {
        let _ = sheet;
        None
    }

    /// All columns of a sheet that have a width of their own, ascending, if any may be another than in the file. What
    /// else the file says of columns stays, unless [`columns`](BookChanges::columns) are there.
    fn widths(&self, sheet: usize) -> Option<Vec<WidthSpan>> {
        let _ = sheet;
        None
    }

    /// All merged ranges of a sheet, if any of them changed.
    fn merges(&self, sheet: usize) -> Option<Vec<Rect>> {
        let _ = sheet;
        None
    }

    /// Styles that the file does not have. Their numbers go on where those of the file
    /// ([`Styles::formats`](super::Styles::formats)) end.
    fn styles(&self) -> Vec<NewStyle> {
        Vec::new()
    }

    /// Names that were defined, redefined or removed.
    fn names(&self) -> Vec<NameChange> {
        Vec::new()
    }

    /// Where cells and sheets have gone, if any have. All positions that the other methods speak of are those of now.
    fn moves(&self) -> Option<&BookMoves> {
        None
    }

    /// The sheets that the file does not have, if there are any; the tabs among [`moves`](BookChanges::moves) name them.
    fn new_sheets(&self) -> Option<NewSheets<'_>> {
        None
    }

    /// The settings of calculation, if they changed. The date system stays in any case.
    fn settings(&self) -> Option<&BookSettings> {
        None
    }
}

/// Sheets that a file does not have yet.
pub struct NewSheets<'a> {
    /// What is on them, one after another.
    pub source: &'a dyn BookSource,
    /// How many there are.
    pub count: usize,
    /// Whether a formula on them spills.
    pub dynamic: bool,
}

/// A changed cell.
#[derive(Debug, Clone, PartialEq)]
pub struct CellChange {
    /// Where it is.
    pub cell: Cell,
    /// Its value now; blank without a formula clears the cell.
    pub value: Value,
    /// Its formula now; nothing if that did not change.
    pub formula: Option<FormulaChange>,
    /// Its style number now; nothing if that did not change.
    pub style: Option<u32>,
}

/// A changed formula. Texts are without `=`, in A1 form, with function names as users see them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FormulaChange {
    /// There is none any more.
    Removed,
    /// A formula of one cell.
    Normal(String),
    /// An array formula over a fixed range, of which the cell is the upper left.
    Array {
        /// The formula.
        text: String,
        /// The range.
        range: Rect,
    },
    /// A formula that spills, at this moment over this range.
    Dynamic {
        /// The formula.
        text: String,
        /// The range; the cell alone if the formula does not spill.
        range: Rect,
    },
}

/// A style that is one of the file's but for its number format: fonts, fills and borders stay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewStyle {
    /// The number of the file's style.
    pub base: u32,
    /// The number format code.
    pub format: Arc<str>,
}

/// A changed defined name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameChange {
    /// The name; case makes no difference.
    pub name: String,
    /// The sheet it is local to.
    pub sheet: Option<usize>,
    /// What it refers to now, without `=`; nothing if it is removed.
    pub refers_to: Option<String>,
}

impl NameChange {
    /// The name as one that is new.
    pub(super) fn definition(&self) -> Option<DefinedName> {
        Some(DefinedName {
            name: self.name.clone(),
            sheet: self.sheet,
            refers_to: self.refers_to.clone()?,
            hidden: false,
            macro_name: false,
            comment: None,
        })
    }
}
