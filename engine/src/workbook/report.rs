//! What a recalculation did, for people.

use std::fmt;
use std::sync::Arc;

use super::revision::Revision;
use crate::recalc::Outcome;
use crate::reference::{Area, Cell, SheetId, a1};

/// What a recalculation did.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Report {
    /// Number of evaluations.
    pub recomputed: u64,
    /// The cells that were evaluated, rows of a column together.
    pub evaluated: Vec<Area>,
    /// Number of cells whose values are others than before.
    pub changed: u64,
    /// Number of cells whose formulas cannot be computed and keep the values they had.
    pub unsupported: u64,
    /// Number of cells that are computed at every recalculation.
    pub volatile: u64,
    /// The cells on circles of live reads, which show 0.
    pub circular: Vec<Place>,
    /// What is attached to cells and was not taken along by an edit, or could not be adjusted: a sentence for each kind
    /// of thing, with its place.
    pub left_behind: Vec<String>,
}

/// A cell with the name of its sheet.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The sheet's name.
    pub sheet: Arc<str>,
    /// The cell.
    pub cell: Cell,
}

impl fmt::Display for Place {
    /// The address: `Ledger!B7`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}!{}",
            a1::quote_sheet_name(&self.sheet),
            a1::print_cell(self.cell)
        )
    }
}

/// A formula that is not computed.
#[derive(Debug, Clone, PartialEq)]
pub struct Unsupported {
    /// The cell.
    pub place: Place,
    /// The formula with its `=`.
    pub formula: String,
    /// What is missing.
    pub why: Arc<str>,
}

/// How large a workbook is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Statistics {
    /// Number of sheets.
    pub sheets: u64,
    /// Number of cells that are not blank.
    pub cells: u64,
    /// Number of cells with formulas, those of array results not counted.
    pub formulas: u64,
    /// Number of formula regions.
    pub regions: u64,
}

pub(super) fn report(revision: &Revision, outcome: &Outcome) -> Report {
    let unsupported = revision
        .graph
        .regions()
        .filter(|(_, region)| region.facts.unsupported.is_some());
    let volatile = revision
        .graph
        .regions()
        .filter(|(_, region)| region.facts.volatile);
    Report {
        recomputed: outcome.recomputed,
        evaluated: outcome.evaluated.merged(),
        changed: outcome
            .changed
            .merged()
            .iter()
            .map(|area| area.rect.size())
            .sum(),
        unsupported: unsupported.map(|(_, region)| region.owned).sum::<u64>()
            + revision.kept.len() as u64,
        volatile: volatile.map(|(_, region)| region.owned).sum(),
        circular: outcome
            .circular
            .iter()
            .filter_map(|(sheet, cell)| place(revision, *sheet, *cell))
            .collect(),
        left_behind: Vec::new(),
    }
}

pub(super) fn place(revision: &Revision, sheet: SheetId, cell: Cell) -> Option<Place> {
    Some(Place {
        sheet: revision.sheets.get(sheet)?.name.clone(),
        cell,
    })
}
