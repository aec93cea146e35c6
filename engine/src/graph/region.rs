//! Regions, runs and who owns a cell.
//!
//! A region is one template over a rectangle. Which cells of the rectangle are really its own is told by the run lists
//! of the columns and by nothing else: a cell that no run gives to the region is a hole.

use std::sync::Arc;

use super::Read;
use crate::formula::Template;
use crate::reference::{Anchor, SheetId};

/// The number of a region within a revision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RegionId(pub u32);

/// One template over a rectangle of cells.
#[derive(Debug, Clone)]
pub struct Region {
    /// The formula.
    pub template: Arc<Template>,
    /// What the graph must know of the formula.
    pub facts: Arc<Facts>,
    /// The sheet.
    pub sheet: SheetId,
    /// First and last row.
    pub rows: (Anchor, Anchor),
    /// First and last column.
    pub columns: (Anchor, Anchor),
    /// Number of cells that runs give to the region.
    pub owned: u64,
}

/// What the graph must know of a formula, told by whoever bound it to functions and names.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Facts {
    /// What each cell reads.
    pub reads: Box<[Read]>,
    /// Evaluated at every recalculation.
    pub volatile: bool,
    /// Reads cells that are only known when it runs.
    pub dynamic: bool,
    /// Cannot be computed: its cells keep the values they have. The text says what is missing.
    pub unsupported: Option<Arc<str>>,
    /// Contains SUBTOTAL or AGGREGATE.
    pub holds_subtotal: bool,
    /// Looks at the formulas of the cells that it reads, not only at their values: FORMULATEXT, SUBTOTAL.
    pub reads_formulas: bool,
    /// Depends on where cells stand, not only on what they hold (ROW, COLUMNS), so that a structural edit reaches it.
    pub positional: bool,
    /// Depends on names, tables or the order of sheets, so that a change of those reaches it.
    pub bound_by_name: bool,
}

/// Cells of one column with one owner: `length` slots from `first` on, in the order of anchors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Run {
    /// The first row.
    pub first: Anchor,
    /// Number of rows, deleted ones included.
    pub length: u32,
    /// Whose they are.
    pub owner: Owner,
}

impl Run {
    /// Whether the row is one of the run's.
    pub fn holds(&self, row: Anchor) -> bool {
        row.0 >= self.first.0 && row.0 - self.first.0 < self.length
    }

    /// The anchor behind the last one.
    pub fn end(&self) -> u32 {
        self.first.0 + self.length
    }
}

/// To whom a computed cell belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Owner {
    /// A formula of this region.
    Formula(RegionId),
    /// The array result of the formula in this cell, spilled.
    Spill(Anchor, Anchor),
    /// The array formula in this cell, entered over a fixed range.
    ArrayFormula(Anchor, Anchor),
}
