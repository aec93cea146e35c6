//! The workbook: sheets, cells, names and tables; edits as operations, transactions, revisions.
//!
//! [`Workbook`] is a cheap handle that many threads may hold. An edit takes a lease on the writer, works on a private
//! draft and publishes one new revision, or nothing at all. A [`Snapshot`] holds one revision and never changes. Files
//! and networks are not known here.

mod address;
mod apply;
mod areas;
mod attached;
mod attached_copies;
mod attached_moves;
mod attached_pieces;
mod attached_span;
mod bands;
mod block_edits;
mod blocks;
mod cells;
mod column_blocks;
mod column_widths;
mod comparison;
mod computed_state;
mod contents;
mod copy_cells;
mod diff;
mod draft;
mod events;
mod explain;
mod explain_parts;
mod explain_text;
mod external;
mod failures;
mod filled_formulas;
mod formula_bands;
mod held_columns;
mod hiding;
mod inspect;
mod inverse;
mod layout;
mod levels;
mod line_states;
mod load;
mod load_columns;
mod load_formulas;
mod load_graph;
mod load_layout;
mod load_onto;
mod merging;
mod move_cells;
mod moved;
mod name_edits;
mod names;
mod noted_positions;
mod open_transaction;
mod operation;
mod operation_arguments;
mod range;
mod relocation;
mod report;
mod reshape;
mod reshape_tables;
mod restoring;
mod revision;
mod rewriting;
mod runs;
mod settings;
mod sheet_copy;
mod sheet_edits;
mod sheet_transaction;
mod sheets;
mod snapshot;
mod sort_rows;
mod structure;
mod style_blocks;
mod style_runs;
mod styles;
mod table_edits;
mod table_headers;
mod table_removal;
mod tearing;
#[cfg(test)]
pub(crate) mod tests;
mod tiles;
mod transaction;
mod undo;
mod user_functions;
mod view;
mod writer;

use std::any::Any;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::ThreadId;

use arc_swap::ArcSwap;

use draft::Draft;
use events::Subscribers;
use revision::{Lineage, Revision};
use undo::{History, Steps};

use crate::environment::Environment;
use crate::error::Result;
use crate::limits;
use crate::reference::SheetId;
use crate::value::{SumMode, Value};

pub use attached::{Attached, AttachedKind};
pub use column_widths::{WidthSpan, is_column_width};
pub use computed_state::ComputedState;
pub use contents::EnteredFormula;
pub use diff::{Change, ChangedCell, ChangedRange, Diff};
pub use events::{Cause, Event, Notice, Subscription};
pub use explain::{ErrorOrigin, ExplainBounds, ExplainedPart, Explanation, PartResult};
pub use external::{ExternalBooks, KnownSheet};
pub use filled_formulas::FilledFormula;
pub use held_columns::HeldBlock;
pub use levels::Levels;
pub use load::{Loader, NewTable};
pub use load_columns::ColumnBuffer;
pub use load_formulas::Shared as SharedFormula;
pub use load_layout::HiddenSpan;
pub use names::{NamedFormula, Table};
pub use open_transaction::{OpenTransaction, Savepoint};
pub use operation::{CellStyle, Filter, FilterCondition, Operation, SortKey};
pub use range::Range;
pub use report::{Place, Report, Statistics, Unsupported};
pub use revision::Kept;
pub use settings::{BookSettings, Calculation};
pub use sheets::{Sheet, Visibility};
pub use snapshot::Snapshot;
pub use transaction::Transaction;

pub use crate::plan::{Outcome as Evaluated, TableShape};
pub use crate::recalc::{CancelToken, Effort, set_default_threads};
pub use crate::storage::ColumnBlock;

/// A workbook. Clones are handles to the same one.
///
/// # Examples
///
/// ```
/// use tabulith::Workbook;
/// use tabulith::value::Value;
///
/// let book = Workbook::new();
/// book.add_sheet("Ledger")?;
/// book.edit(|tx| {
///     tx.set("Ledger!A1", 100.0)?;
///     tx.fill("Ledger!B1:B3", "=A1*1.2")
/// })?;
/// assert_eq!(book.value("Ledger!B1")?, Value::Number(120.0));
/// # Ok::<(), tabulith::Error>(())
/// ```
#[derive(Clone)]
pub struct Workbook {
    shared: Arc<Handle>,
}

struct Handle {
    published: ArcSwap<Revision>,
    writer: Mutex<Writer>,
    /// The thread that holds the lease on the writer, and how many forks lie before its process.
    holder: Mutex<Option<(ThreadId, u32)>>,
    lineage: Arc<Lineage>,
    environment: Environment,
    threads: AtomicUsize,
    origin: Mutex<Option<Arc<dyn Any + Send + Sync>>>,
    subscribers: Arc<Subscribers>,
    history: Mutex<History>,
    undo_bytes: AtomicU64,
}

/// What only the holder of the lease may touch.
#[derive(Default)]
struct Writer {
    steps: Steps,
    epoch: u64,
}

impl Default for Workbook {
    fn default() -> Self {
        Workbook::new()
    }
}

impl Workbook {
    /// An empty workbook without sheets, on the system's clock.
    pub fn new() -> Workbook {
        Workbook::with_environment(Environment::default())
    }

    /// An empty workbook with this clock and seed.
    pub fn with_environment(environment: Environment) -> Workbook {
        let revision = Revision::empty(environment.tick(0));
        Workbook::of(revision, Arc::new(Lineage::new()), environment)
    }

    fn of(revision: Revision, lineage: Arc<Lineage>, environment: Environment) -> Workbook {
        let revision = Arc::new(revision);
        let mut history = History::default();
        history.note(revision.number, &revision);
        Workbook {
            shared: Arc::new(Handle {
                published: ArcSwap::new(revision),
                writer: Mutex::default(),
                holder: Mutex::new(None),
                lineage,
                environment,
                threads: AtomicUsize::new(0),
                origin: Mutex::new(None),
                subscribers: Arc::default(),
                history: Mutex::new(history),
                undo_bytes: AtomicU64::new(limits::UNDO_BYTES),
            }),
        }
    }

    /// Edits the workbook: all of what `edit` does, or nothing of it if it gives an error. What depends on the edits is
    /// recalculated once, at the end or when the transaction first reads.
    ///
    /// # Errors
    ///
    /// The error that `edit` gives; [`ErrorKind::Reentrant`](crate::ErrorKind::Reentrant) from inside another edit of the same workbook.
    pub fn edit<R>(&self, edit: impl FnOnce(&mut Transaction<'_>) -> Result<R>) -> Result<R> {
        Ok(self.commit(Effort::default(), edit)?.0)
    }

    /// Computes every formula anew.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Reentrant`](crate::ErrorKind::Reentrant) from inside an edit of the same workbook.
    pub fn recalculate(&self) -> Result<Report> {
        self.recalculate_with(None, Effort::default())
    }

    /// Computes every formula anew, with sums in the given order if one is given.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Reentrant`](crate::ErrorKind::Reentrant) from inside an edit of the same workbook;
    /// [`ErrorKind::Cancelled`](crate::ErrorKind::Cancelled) if it was broken off, and then nothing has changed.
    pub fn recalculate_with(
        &self,
        sum_mode: Option<SumMode>,
        effort: Effort<'_>,
    ) -> Result<Report> {
        let threads = effort.threads;
        let (cancel, eager) = (effort.cancel.clone(), effort.eager);
        let keep_cones = effort.keep_cones;
        let recalculated = self.edit_with(effort, |tx| {
            if let Some(mode) = sum_mode {
                tx.draft().set_sum_mode(mode);
            }
            tx.draft().seeds.all = true;
            if self.settings().calculation == Calculation::Manual {
                let mut effort = Effort {
                    threads,
                    eager,
                    keep_cones,
                    cancel,
                    progress: None,
                };
                tx.draft().recalculate(&mut effort)?;
            }
            Ok(())
        });
        Ok(recalculated?.1)
    }

    /// Adds an empty sheet behind the others.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Name`](crate::ErrorKind::Name) if the name is taken or not allowed, [`ErrorKind::Limit`](crate::ErrorKind::Limit) if there are too many sheets.
    pub fn add_sheet(&self, name: &str) -> Result<SheetId> {
        self.edit(|tx| tx.add_sheet(name))
    }

    /// The workbook as it is now; it never changes, and readers never wait.
    pub fn snapshot(&self) -> Snapshot {
        self.snapshot_of(self.shared.published.load_full())
    }

    /// As [`Workbook::snapshot`], with what manual calculation has left stale computed first.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Reentrant`](crate::ErrorKind::Reentrant) from inside an edit of the same workbook, if anything is stale.
    pub fn fresh_snapshot(&self) -> Result<Snapshot> {
        self.refresh()?;
        Ok(self.snapshot())
    }

    /// The value at an address such as `Ledger!B7`; what is stale is computed first.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Address`](crate::ErrorKind::Address) or [`ErrorKind::SheetNotFound`](crate::ErrorKind::SheetNotFound) if there is no such cell.
    pub fn value(&self, address: &str) -> Result<Value> {
        self.refresh()?;
        self.snapshot().value(address)
    }

    /// The formula at an address with its `=`; nothing if the cell has none.
    ///
    /// # Errors
    ///
    /// As [`Workbook::value`].
    pub fn formula(&self, address: &str) -> Result<Option<String>> {
        self.snapshot().formula(address)
    }

    /// What a formula would give, written for cell A1 of the first sheet; nothing is stored.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Parse`](crate::ErrorKind::Parse) if it is not a formula.
    pub fn evaluate(&self, formula: &str) -> Result<Evaluated> {
        self.refresh()?;
        self.snapshot().evaluate(formula)
    }

    /// Computes what manual calculation has left stale; the revision's number stays.
    fn refresh(&self) -> Result<()> {
        if self.shared.published.load().stale.is_empty() {
            return Ok(());
        }
        let _lease = self.lease()?;
        let base = self.shared.published.load_full();
        let mut draft = Draft::new(base.clone(), &self.shared.lineage, base.tick);
        let mut effort = Effort {
            threads: self.threads(),
            ..Effort::default()
        };
        draft.recalculate(&mut effort)?;
        let (mut revision, outcome) = draft.finish(&mut effort)?;
        revision.number = base.number;
        revision.operations = base.operations.clone();
        let revision = Arc::new(revision);
        self.shared.history().note(revision.number, &revision);
        self.shared.published.store(revision.clone());
        self.announce_commit(&revision, None, &outcome, false);
        Ok(())
    }

    /// The number of the published revision; it grows by one with each commit.
    pub fn revision(&self) -> u64 {
        self.shared.published.load().number
    }

    /// Lets recalculations run on so many threads, 0 for the default. Values do not depend on it.
    pub fn set_threads(&self, threads: usize) {
        self.shared.threads.store(threads, Ordering::Relaxed);
    }

    /// On how many threads recalculations run; 0 for the default, see [`set_default_threads`].
    pub fn threads(&self) -> usize {
        self.shared.threads.load(Ordering::Relaxed)
    }

    /// The workbook's settings.
    pub fn settings(&self) -> BookSettings {
        self.shared.published.load().settings
    }

    /// Keeps what the workbook was read from, for whoever saves it.
    pub fn set_origin(&self, origin: Arc<dyn Any + Send + Sync>) {
        *self
            .shared
            .origin
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = Some(origin);
    }

    /// What the workbook was read from, if it is of this type.
    pub fn origin<T: Any + Send + Sync>(&self) -> Option<Arc<T>> {
        let origin = self
            .shared
            .origin
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()?;
        origin.downcast().ok()
    }
}
