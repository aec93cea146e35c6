//! The operations that lead from a later revision back to an earlier one.
//!
//! Nothing that was recorded is trusted: the two revisions are compared. Sheets are told by their numbers, rows and
//! columns by their anchors, so what was inserted is deleted and what was deleted is inserted; all else is compared by
//! position, in the places that the persistent trees do not share. Each step is tried out on a private draft that
//! computes nothing, and what the draft then still holds otherwise is said by the next step. When nothing differs any
//! more, the operations are right; if something cannot be said, there is an error and no list.

mod formulas;
mod layout;
mod lines;
mod places;
mod sheets;
mod styles;
mod values;

use std::sync::Arc;

use super::comparison::Comparison;
use super::draft::Draft;
use super::operation::Operation;
use super::revision::{Lineage, Revision};
use super::settings::Calculation;
use super::view::BookView;
use super::{BookSettings, Snapshot};
use crate::error::{Error, ErrorKind, Result};
use crate::recalc::{Effort, Plans};

/// So often the differences are told anew; after the first time what is left is what an edit did beside.
const ROUNDS: usize = 6;

impl Snapshot {
    /// The operations that lead from this snapshot back to what `earlier` held, for [`Transaction::apply`] in this
    /// order: values, formulas, formats, names, tables, merged cells, hidden rows and columns, widths of columns,
    /// filters, what is attached to cells, sheets, settings. A removed sheet comes back under its number.
    ///
    /// Both are snapshots of one workbook or of forks of it; any number of edits may lie between them. What formulas
    /// give is not told: they are computed when the operations are applied, volatile ones for that moment.
    ///
    /// # Errors
    ///
    /// If something cannot be said as an operation, such as that there is no sheet at all: the error that the
    /// operation gives, or [`ErrorKind::Argument`] naming what would stay different.
    ///
    /// # Complexity
    ///
    /// Grows with the differences, a formula that is filled over cells counted as one, and with the number of names,
    /// tables and arrays.
    ///
    /// # Examples
    ///
    /// ```
    /// # let book = tabulith::Workbook::new();
    /// # book.add_sheet("Ledger")?;
    /// book.edit(|tx| tx.fill("Ledger!B1:B1000", "=A1*2"))?;
    /// let before = book.snapshot();
    /// let sheet = before.sheet("Ledger")?;
    /// book.edit(|tx| tx.delete_columns(sheet, 0, 1))?;
    /// assert_eq!(book.formula("Ledger!A1")?.as_deref(), Some("=#REF!*2"));
    ///
    /// let inverse = book.snapshot().inverse(&before)?;
    /// assert_eq!(inverse.len(), 2);
    /// book.edit(|tx| inverse.into_iter().try_for_each(|operation| tx.apply(operation)))?;
    /// assert_eq!(book.formula("Ledger!B1000")?.as_deref(), Some("=A1000*2"));
    /// # Ok::<(), tabulith::Error>(())
    /// ```
    ///
    /// [`Transaction::apply`]: super::Transaction::apply
    pub fn inverse(&self, earlier: &Snapshot) -> Result<Vec<Operation>> {
        let (own, former) = (self.settings(), earlier.settings());
        let unspoken = |settings: &BookSettings| (settings.text_units, settings.iteration);
        if unspoken(&own) != unspoken(&former) {
            return Err(unsaid("how texts are counted or iteration is set"));
        }
        let (external, before) = (&self.revision.external, &earlier.revision.external);
        if !Arc::ptr_eq(external, before) {
            return Err(unsaid("the values stored of other workbooks"));
        }
        let mut way = Way::new(self, earlier);
        way.walk()?;
        let mut operations = way.operations;
        if own.calculation != former.calculation {
            operations.push(Operation::SetCalculation(former.calculation));
        }
        Ok(operations)
    }
}

/// Why there is no list of operations.
fn unsaid(what: &str) -> Error {
    let message = format!("no operation puts back {what}");
    Error::new(ErrorKind::Argument, message)
}

/// A way back under way: where it leads, how far it has come.
struct Way<'a> {
    then: &'a Revision,
    then_view: &'a BookView,
    now: Arc<Revision>,
    lineage: Lineage,
    operations: Vec<Operation>,
    /// How many operations this round found wanting.
    wanted: usize,
    /// What the first of them that was refused was refused for.
    refused: Option<Error>,
}

impl<'a> Way<'a> {
    fn new(later: &Snapshot, earlier: &'a Snapshot) -> Way<'a> {
        let mut now = (*later.revision).clone();
        // Nothing is computed on the way.
        now.settings.calculation = Calculation::Manual;
        // The formulas of the way are no one else's.
        now.plans = Plans::default();
        Way {
            then: &earlier.revision,
            then_view: earlier.view(),
            now: Arc::new(now),
            lineage: later.lineage.branch(),
            operations: Vec::new(),
            wanted: 0,
            refused: None,
        }
    }

    /// What is still to be told.
    fn comparison(&self) -> Comparison<'_> {
        Comparison {
            then: self.then,
            now: &self.now,
        }
    }

    fn walk(&mut self) -> Result<()> {
        self.put_sheets();
        self.put_lines();
        for _ in 0..ROUNDS {
            self.wanted = 0;
            self.refused = None;
            let before = self.operations.len();
            self.put_sheets();
            self.clear_ways();
            self.put_names_and_tables();
            self.put_merges();
            self.put_values();
            self.put_kept();
            self.put_styles();
            self.put_formulas();
            self.put_lines_told();
            self.put_attached();
            self.put_settings();
            if self.wanted == 0 {
                return Ok(());
            }
            if self.operations.len() == before {
                break;
            }
        }
        let refused = self.refused.take();
        Err(refused.unwrap_or_else(|| unsaid("all that the edits between have changed")))
    }

    /// Goes a step: the operations that are possible are taken down. Tells whether all were.
    fn go(&mut self, wanted: Vec<Operation>) -> bool {
        if wanted.is_empty() {
            return true;
        }
        self.wanted += wanted.len();
        let Err(error) = self.attempt(&wanted) else {
            self.operations.extend(wanted);
            return true;
        };
        if wanted.len() == 1 {
            self.refused.get_or_insert(error);
            return false;
        }
        for operation in wanted {
            match self.attempt(std::slice::from_ref(&operation)) {
                Ok(()) => self.operations.push(operation),
                Err(error) => {
                    self.refused.get_or_insert(error);
                }
            }
        }
        false
    }

    /// Applies operations to the private draft: all or none.
    fn attempt(&mut self, operations: &[Operation]) -> Result<()> {
        let mut draft = Draft::new(self.now.clone(), &self.lineage, self.now.tick);
        for operation in operations {
            draft.apply(operation.clone())?;
        }
        let (revision, _) = draft.finish(&mut Effort::default())?;
        self.now = Arc::new(revision);
        Ok(())
    }
}
