//! Explanations: the value of a cell as the tree of its formula's parts, each with its own value.

use std::sync::Arc;

use hashbrown::HashSet;

use super::Snapshot;
use crate::error::Result;
use crate::graph::{Axes, Owner};
use crate::reference::{Area, Axis, Cell, Rect, SheetId};
use crate::value::{Array, CellError, Value};

/// Cells that the search for the origin of an error goes through.
const ORIGIN_STEPS: usize = 10_000;

/// How much of a formula is explained.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExplainBounds {
    /// How deep within the formula.
    pub depth: u32,
    /// How many parts at most.
    pub parts: usize,
}

impl Default for ExplainBounds {
    /// 32 levels, as many as anyone reads; 1,000 parts.
    fn default() -> Self {
        ExplainBounds {
            depth: 32,
            parts: 1_000,
        }
    }
}

/// What stands behind the value of a cell. [`Display`](std::fmt::Display) shows it as an indented tree.
#[derive(Debug, Clone, PartialEq)]
pub struct Explanation {
    /// The cell: `Sheet1!C9`.
    pub address: String,
    /// Its value.
    pub value: Value,
    /// Its formula with its `=`, if it has one.
    pub formula: Option<String>,
    /// The cell whose formula fills it, if it lies in the array result of another cell.
    pub filled_by: Option<String>,
    /// Why the formula is not computed, so that the cell keeps the value that it had.
    pub unsupported: Option<Arc<str>>,
    /// The error text that a function of the user gave in the formula, with its name.
    pub failure: Option<Arc<str>>,
    /// Whether it lies on a circle of live reads and so shows 0.
    pub circular: bool,
    /// The formula and the expressions within it, each before its own.
    pub parts: Vec<ExplainedPart>,
    /// Whether parts were left out because there are too many or they lie too deep.
    pub cut: bool,
    /// Where the error comes from, if the value is one.
    pub origin: Option<ErrorOrigin>,
}

/// A part of an explained formula.
#[derive(Debug, Clone, PartialEq)]
pub struct ExplainedPart {
    /// How deep it lies; the whole formula is 0.
    pub depth: u32,
    /// The part that it stands in, by its place in [`Explanation::parts`].
    pub parent: Option<usize>,
    /// Its text without `=`, as it reads in the cell.
    pub text: String,
    /// Whether it is a constant, which explains itself.
    pub is_constant: bool,
    /// What it gives.
    pub result: PartResult,
}

/// What a part of a formula gives.
#[derive(Debug, Clone, PartialEq)]
pub enum PartResult {
    /// It was not needed: the branch of an IF that was not taken.
    NotEvaluated,
    /// A value.
    Value(Value),
    /// An array.
    Array(Arc<Array>),
    /// A reference: the addresses of the cells, and the values of the first of them.
    Cells {
        /// Rectangles with their sheets.
        areas: Vec<Area>,
        /// Their addresses.
        addresses: Vec<String>,
        /// Number of cells.
        count: u64,
        /// The values of the first few cells, row by row.
        values: Vec<Value>,
    },
    /// No value, as that of an argument left out.
    Nothing,
}

/// Where an error comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErrorOrigin {
    /// The error.
    pub error: CellError,
    /// The cell in which it arises.
    pub address: String,
    /// The expression of that cell's formula that gives it first; nothing if it stands there as a value.
    pub expression: Option<String>,
    /// The cells through which it came, from the explained one to that in which it arises.
    pub path: Vec<String>,
}

impl Snapshot {
    /// What stands behind the value of a cell: each part of its formula with its value, the branches that were not
    /// taken, and where an error comes from.
    ///
    /// # Errors
    ///
    /// As [`Snapshot::value`].
    ///
    /// # Examples
    ///
    /// ```
    /// use tabulith::Workbook;
    ///
    /// let book = Workbook::new();
    /// book.add_sheet("S")?;
    /// book.edit(|tx| {
    ///     tx.set("S!A1", 10.0)?;
    ///     tx.fill("S!B1", "=IF(A1>5,A1/C1,0)")
    /// })?;
    /// let explanation = book.snapshot().explain("S!B1")?;
    /// assert_eq!(explanation.origin.as_ref().unwrap().expression.as_deref(), Some("A1/C1"));
    /// assert_eq!(
    ///     explanation.to_string(),
    ///     "S!B1 = #DIV/0!\n\
    ///      IF(A1>5,A1/C1,0) = #DIV/0!\n\
    ///      \x20 A1>5 = TRUE\n\
    ///      \x20   A1 = 10\n\
    ///      \x20 A1/C1 = #DIV/0!\n\
    ///      \x20   A1 = 10\n\
    ///      \x20   C1 is blank\n\
    ///      \x20 0: not evaluated\n\
    ///      #DIV/0! arises in A1/C1\n"
    /// );
    /// # Ok::<(), tabulith::Error>(())
    /// ```
    pub fn explain(&self, address: &str) -> Result<Explanation> {
        self.explain_within(address, ExplainBounds::default())
    }

    /// As [`Snapshot::explain`], within bounds of one's own.
    ///
    /// # Errors
    ///
    /// As [`Snapshot::value`].
    pub fn explain_within(&self, address: &str, bounds: ExplainBounds) -> Result<Explanation> {
        let (sheet, cell) = self.cell(address)?;
        let value = self.value_at(sheet, cell);
        let traced = self.traced(sheet, cell);
        let parts = traced.as_ref().map(|traced| traced.explained(bounds));
        let (parts, cut) = parts.unwrap_or_default();
        Ok(Explanation {
            address: self.address_of(sheet, cell),
            formula: self.formula_at(sheet, cell),
            filled_by: self
                .array_formula_over(sheet, cell)
                .map(|anchor| self.address_of(sheet, anchor)),
            unsupported: self.why_unsupported(sheet, cell),
            failure: self.failure(sheet, cell),
            circular: self.revision.circular.contains(&(sheet, cell)),
            parts,
            cut,
            origin: value
                .as_error()
                .map(|error| self.origin(sheet, cell, error)),
            value,
        })
    }

    pub(super) fn address_of(&self, sheet: SheetId, cell: Cell) -> String {
        self.address(&Area::new(sheet, Rect::cell(cell)))
    }

    /// The cell whose formula fills this one with its array result.
    pub(super) fn array_formula_over(&self, sheet: SheetId, cell: Cell) -> Option<Cell> {
        let (rows, columns) = self.revision.axes(sheet)?;
        let mut found = None;
        let graph = &self.revision.graph;
        graph.visit_owners(sheet, &Rect::cell(cell), &*self.revision, |_, owner| {
            if let Owner::Spill(row, column) | Owner::ArrayFormula(row, column) = owner {
                let place = rows.position(row).zip(columns.position(column));
                found = place.map(|(row, column)| Cell::new(row, column));
            }
        });
        found.filter(|anchor| *anchor != cell)
    }

    fn why_unsupported(&self, sheet: SheetId, cell: Cell) -> Option<Arc<str>> {
        let graph = &self.revision.graph;
        let region = graph.region_at(sheet, cell, &*self.revision);
        if let Some(region) = region.and_then(|id| graph.region(id)) {
            return region.facts.unsupported.clone();
        }
        let mut kept = self.revision.kept.iter();
        let kept = kept.find(|kept| kept.sheet == sheet && kept.cell == cell)?;
        Some(kept.why.clone())
    }

    /// Follows an error from cell to cell to where it arises.
    fn origin(&self, sheet: SheetId, cell: Cell, error: CellError) -> ErrorOrigin {
        let (mut sheet, mut cell) = (sheet, cell);
        let mut path = Vec::new();
        let mut seen = HashSet::new();
        loop {
            let address = self.address_of(sheet, cell);
            path.push(address.clone());
            seen.insert((sheet, cell));
            let (next, expression) = match self.traced(sheet, cell) {
                Some(traced) => traced.blame(error),
                None => (
                    self.array_formula_over(sheet, cell)
                        .map(|anchor| (sheet, anchor)),
                    None,
                ),
            };
            match next {
                Some(next) if path.len() < ORIGIN_STEPS && !seen.contains(&next) => {
                    (sheet, cell) = next;
                }
                _ => {
                    return ErrorOrigin {
                        error,
                        address,
                        expression,
                        path,
                    };
                }
            }
        }
    }
}
