//! A transaction that stays open between edits, for callers who cannot put all of them into one closure.
//!
//! Each edit makes a revision that nobody else sees, from the one before and without a recalculation; the last of them
//! is published as if all had been one edit. Nobody waits for an open transaction: if others have published something
//! in the meantime, it fails as a whole.

use std::sync::Arc;

use super::draft::Draft;
use super::operation::Operation;
use super::report::Report;
use super::revision::Revision;
use super::{Snapshot, Transaction, Workbook};
use crate::error::{Error, ErrorKind, Result};
use crate::recalc::{Effort, Outcome, Seeds};

/// A transaction under way that is held as a value; dropping it gives it up. See [`Workbook::begin`].
///
/// # Examples
///
/// ```
/// use tabulith::Workbook;
/// use tabulith::value::Value;
/// use tabulith::workbook::Effort;
///
/// let book = Workbook::new();
/// book.add_sheet("S")?;
/// let mut open = book.begin()?;
/// open.edit(|tx| tx.set("S!A1", 2.0))?;
/// open.edit(|tx| tx.set_formula("S!A2", "=A1*10"))?;
/// assert_eq!(open.snapshot()?.value("S!A2")?, Value::Number(20.0));
/// assert_eq!(book.value("S!A2")?, Value::Blank);
/// open.commit(Effort::default())?;
/// assert_eq!(book.value("S!A2")?, Value::Number(20.0));
/// # Ok::<(), tabulith::Error>(())
/// ```
pub struct OpenTransaction {
    book: Workbook,
    base: Arc<Revision>,
    head: Arc<Revision>,
    log: Log,
    origin: Option<Arc<str>>,
}

/// What the edits so far were, and what came of them.
#[derive(Clone, Default)]
struct Log {
    operations: Vec<Operation>,
    left_behind: Vec<String>,
    outcome: Outcome,
}

/// A moment of an open transaction to which it can go back.
#[derive(Clone)]
pub struct Savepoint {
    head: Arc<Revision>,
    log: Log,
}

impl Workbook {
    /// Begins a transaction that stays open until it is committed or dropped.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Reentrant`] from inside an edit of the same workbook.
    pub fn begin(&self) -> Result<OpenTransaction> {
        let mut lease = self.lease()?;
        let writer = &mut *lease.writer;
        writer.epoch += 1;
        let tick = self.shared.environment.tick(writer.epoch);
        let base = self.shared.published.load_full();
        let head = Revision {
            tick,
            ..(*base).clone()
        };
        Ok(OpenTransaction {
            book: self.clone(),
            base,
            head: Arc::new(head),
            log: Log::default(),
            origin: None,
        })
    }

    /// As [`Workbook::edit`], with a say in how the recalculation is carried out.
    ///
    /// # Errors
    ///
    /// As [`Workbook::edit`]; [`ErrorKind::Cancelled`] if it was broken off, and then nothing has changed.
    pub fn edit_within<R>(
        &self,
        effort: Effort<'_>,
        edit: impl FnOnce(&mut Transaction<'_>) -> Result<R>,
    ) -> Result<R> {
        Ok(self.commit(effort, edit)?.0)
    }
}

impl OpenTransaction {
    /// Says who or what makes the edits: subscribers are told it with the event of this transaction.
    pub fn set_origin(&mut self, origin: &str) {
        self.origin = Some(origin.into());
    }

    /// Carries out a step: all of what `edit` does, or nothing of it if it gives an error; the transaction goes on in
    /// either case.
    ///
    /// # Errors
    ///
    /// The error that `edit` gives.
    pub fn edit<R>(&mut self, edit: impl FnOnce(&mut Transaction<'_>) -> Result<R>) -> Result<R> {
        let seeds = self.take_seeds();
        // For a step that gives an error or panics with them in its hands.
        self.put_seeds_back();
        let lineage = self.book.shared.lineage.clone();
        let mut draft = Draft::new(self.head.clone(), &lineage, self.head.tick);
        draft.seeds = seeds;
        let mut transaction = Transaction::new(draft);
        let result = edit(&mut transaction);
        let mut draft = transaction.into_draft();
        match result {
            Ok(result) => {
                self.log.operations.append(&mut draft.operations);
                self.log.left_behind.append(&mut draft.left_behind);
                let made = draft.into_revision(self.base.number);
                self.advance(made);
                Ok(result)
            }
            Err(error) => Err(error),
        }
    }

    /// The workbook as the transaction has made it so far; what is dirty is computed first.
    ///
    /// # Errors
    ///
    /// None that a caller can bring about.
    pub fn snapshot(&mut self) -> Result<Snapshot> {
        if !self.head.stale.is_empty() {
            let lineage = self.book.shared.lineage.clone();
            let mut draft = Draft::new(self.head.clone(), &lineage, self.head.tick);
            let mut effort = Effort {
                threads: self.book.threads(),
                ..Effort::default()
            };
            draft.recalculate(&mut effort)?;
            let made = draft.into_revision(self.base.number);
            self.advance(made);
        }
        Ok(self.as_it_is())
    }

    /// The workbook as the transaction has made it so far; values may be stale.
    pub fn as_it_is(&self) -> Snapshot {
        let shared = &self.book.shared;
        Snapshot::new(
            self.head.clone(),
            shared.lineage.clone(),
            shared.environment.clone(),
        )
    }

    /// This moment, to go back to.
    pub fn savepoint(&self) -> Savepoint {
        Savepoint {
            head: self.head.clone(),
            log: self.log.clone(),
        }
    }

    /// Takes back all that was done since a savepoint of this transaction.
    pub fn roll_back_to(&mut self, savepoint: &Savepoint) {
        self.head = savepoint.head.clone();
        self.log = savepoint.log.clone();
    }

    /// Publishes all edits as one revision and one step of undo; a transaction without edits publishes nothing.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Conflict`] if something else was published since the transaction began,
    /// [`ErrorKind::Cancelled`] if the recalculation was broken off, [`ErrorKind::Reentrant`] from inside an edit of
    /// the same workbook. Nothing has changed then.
    pub fn commit(self, effort: Effort<'_>) -> Result<Report> {
        if self.log.operations.is_empty() {
            return Ok(Report::default());
        }
        let book = self.book.clone();
        let committed = book.edit_with(effort, |tx| tx.draft().take_up(self));
        Ok(committed?.1)
    }

    /// Makes what a draft has come to the newest revision of the transaction.
    fn advance(&mut self, (head, outcome): (Revision, Outcome)) {
        self.log.outcome.recomputed += outcome.recomputed;
        self.log.outcome.evaluated.append(outcome.evaluated);
        self.log.outcome.changed.append(outcome.changed);
        self.log.outcome.edited.append(outcome.edited);
        self.log.outcome.displaced.0 += outcome.displaced.0;
        self.log.outcome.displaced.1 += outcome.displaced.1;
        self.log.outcome.circular = outcome.circular;
        self.head = Arc::new(head);
    }

    /// What is stale, by value: a copy at each step would make a long transaction slow.
    fn take_seeds(&mut self) -> Seeds {
        match Arc::get_mut(&mut self.head) {
            Some(head) => {
                let stale = std::mem::take(&mut head.stale);
                Arc::try_unwrap(stale).unwrap_or_else(|stale| (*stale).clone())
            }
            None => (*self.head.stale).clone(),
        }
    }

    /// Lets everything be computed again after a step that fails with what was stale in its hands.
    fn put_seeds_back(&mut self) {
        if let Some(head) = Arc::get_mut(&mut self.head) {
            head.stale = Arc::new(Seeds {
                all: true,
                ..Seeds::default()
            });
        }
    }
}

impl Draft<'_> {
    /// Becomes what an open transaction on the same revision has come to.
    fn take_up(&mut self, open: OpenTransaction) -> Result<()> {
        if !Arc::ptr_eq(&self.base, &open.base) {
            let message = format!(
                "the workbook was edited meanwhile: the transaction began at revision {}, now it is at {}",
                open.base.number, self.base.number
            );
            return Err(Error::new(ErrorKind::Conflict, message));
        }
        let head = Arc::unwrap_or_clone(open.head);
        self.rebind();
        self.grids = head.open();
        self.plans = head.plans;
        self.sheets = head.sheets;
        self.graph = head.graph;
        self.names = head.names;
        self.tables = head.tables;
        self.styles = head.styles;
        self.external = head.external;
        self.failures = head.failures;
        self.settings = head.settings;
        self.seeds = Arc::unwrap_or_clone(head.stale);
        self.tick = head.tick;
        self.kept = head.kept;
        self.operations = open.log.operations;
        self.outcome = open.log.outcome;
        self.outcome.circular = (*head.circular).clone();
        self.left_behind = open.log.left_behind;
        self.origin = open.origin;
        Ok(())
    }
}
