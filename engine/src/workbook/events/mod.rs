//! Change events: whoever subscribes is told of each commit, and the writer never waits for anyone.
//!
//! Each subscription has a queue of its own with a bound. Who does not read in time misses events, is told how many,
//! and finds out what has changed by comparing snapshots. Nothing is computed while nobody subscribes.

mod areas;
mod subscribers;
mod subscription;
mod watched;

use std::sync::Arc;

use super::Workbook;
use super::diff::Diff;
use super::operation::Operation;
use super::revision::Revision;
use crate::error::Result;
use crate::recalc::Outcome;
use crate::reference::{Area, SheetId};

pub(super) use subscribers::Subscribers;
pub use subscription::{Notice, Subscription};

/// A commit, as subscribers are told of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// The number of the revision that it made.
    pub revision: u64,
    /// What made it.
    pub cause: Cause,
    /// Who or what made it, if the transaction said so.
    pub origin: Option<Arc<str>>,
    /// The cells that may hold something else now: those that the edit wrote, inserted rows and columns and all behind
    /// them, and those whose computed values are others. They may overlap.
    pub areas: Vec<Area>,
    /// The edits, in order; none for what was taken back or only recalculated.
    pub operations: Arc<[Operation]>,
}

/// What made a commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Cause {
    /// A transaction.
    Edit,
    /// Formulas were computed anew; the revision may be the one of the event before.
    Recalculation,
    /// An edit was taken back.
    Undo,
    /// An edit that was taken back was done again.
    Redo,
}

impl Event {
    /// Whether any cell of an area may hold something else now.
    pub fn touches(&self, area: &Area) -> bool {
        let mut areas = self.areas.iter();
        areas.any(|own| own.sheet == area.sheet && own.rect.intersection(&area.rect).is_some())
    }
}

impl Workbook {
    /// Tells of each commit from now on.
    ///
    /// # Examples
    ///
    /// ```
    /// use tabulith::Workbook;
    /// use tabulith::workbook::Notice;
    ///
    /// let book = Workbook::new();
    /// book.add_sheet("Ledger")?;
    /// let events = book.subscribe();
    /// book.edit(|tx| {
    ///     tx.set_origin("import");
    ///     tx.set("Ledger!A1", 1.0)
    /// })?;
    /// let Some(Notice::Changed(event)) = events.try_recv() else { panic!() };
    /// assert_eq!((event.revision, event.origin.as_deref()), (book.revision(), Some("import")));
    /// assert!(events.try_recv().is_none());
    /// # Ok::<(), tabulith::Error>(())
    /// ```
    pub fn subscribe(&self) -> Subscription {
        self.shared.subscribers.subscribe(None)
    }

    /// Tells of each commit that may change a cell of the range at an address such as `Ledger!A1:B9`. The range stays
    /// where it is when rows or columns are inserted before it.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Address`](crate::ErrorKind::Address), [`ErrorKind::SheetNotFound`](crate::ErrorKind::SheetNotFound).
    pub fn subscribe_to(&self, address: &str) -> Result<Subscription> {
        let area = self.snapshot().resolve(address)?;
        Ok(self.subscribe_to_area(area))
    }

    /// As [`Workbook::subscribe_to`], given the rectangle.
    pub fn subscribe_to_area(&self, area: Area) -> Subscription {
        self.shared.subscribers.subscribe(Some(area))
    }

    /// As [`Workbook::subscribe_to`], for all cells of a sheet, also if it is removed and comes back.
    pub fn subscribe_to_sheet(&self, sheet: SheetId) -> Subscription {
        self.subscribe_to_area(areas::whole(sheet))
    }

    /// What has changed since a former revision; nothing if that one is not held any more, as a step to undo or by a
    /// snapshot.
    pub fn changes_since(&self, revision: u64) -> Option<Diff> {
        let former = self.shared.history().get(revision)?;
        let now = self.snapshot();
        Some(now.diff(&self.snapshot_of(former)))
    }

    /// Tells subscribers of a commit that has just been published, with the cells that the edits and the recalculation
    /// changed.
    pub(super) fn announce_commit(
        &self,
        revision: &Revision,
        origin: Option<Arc<str>>,
        outcome: &Outcome,
        is_edit: bool,
    ) {
        self.shared.subscribers.publish(|| Event {
            revision: revision.number,
            cause: match is_edit {
                true => Cause::Edit,
                false => Cause::Recalculation,
            },
            origin,
            areas: areas::of_commit(&revision.operations, outcome, is_edit),
            operations: match is_edit {
                true => revision.operations.clone(),
                false => Arc::new([]),
            },
        });
    }

    /// Tells subscribers that a former revision is published again.
    pub(super) fn announce_restored(
        &self,
        before: Arc<Revision>,
        now: &Arc<Revision>,
        cause: Cause,
    ) {
        self.shared.subscribers.publish(|| {
            let diff = self
                .snapshot_of(now.clone())
                .diff(&self.snapshot_of(before));
            Event {
                revision: now.number,
                cause,
                origin: None,
                areas: diff.areas(),
                operations: Arc::new([]),
            }
        });
    }
}

impl Diff {
    /// The cells of the later snapshot that may show something else: the changed ranges and formats, all behind rows and
    /// columns that came or went, and all of sheets that came, went or are named otherwise. They may overlap.
    pub fn areas(&self) -> Vec<Area> {
        areas::of_diff(self)
    }
}
