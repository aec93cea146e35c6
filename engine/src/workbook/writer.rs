//! The lease on the writer, and the way from a draft to a published revision.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::ThreadId;

use super::draft::Draft;
use super::report::{self, Report};
use super::{Transaction, Workbook, Writer};
use crate::error::{Error, ErrorKind, Result};
use crate::recalc::{Effort, Outcome};
use crate::storage::forks;
use crate::storage::tree::nodes_copied;

impl Workbook {
    /// As [`Workbook::edit`], and tells what the recalculation did. `progress` is called now and then with the number
    /// of cells computed so far.
    ///
    /// # Errors
    ///
    /// As [`Workbook::edit`].
    pub fn edit_reporting<R>(
        &self,
        progress: &mut dyn FnMut(u64),
        edit: impl FnOnce(&mut Transaction<'_>) -> Result<R>,
    ) -> Result<(R, Report)> {
        let effort = Effort {
            progress: Some(progress),
            ..Effort::default()
        };
        self.edit_with(effort, edit)
    }

    /// As [`Workbook::edit`], with a say in how the recalculation is carried out; tells what it did.
    ///
    /// # Errors
    ///
    /// As [`Workbook::edit`]; [`ErrorKind::Cancelled`] if it was broken off. Then nothing has changed.
    pub fn edit_with<R>(
        &self,
        effort: Effort<'_>,
        edit: impl FnOnce(&mut Transaction<'_>) -> Result<R>,
    ) -> Result<(R, Report)> {
        let mut left_behind = Vec::new();
        let (result, outcome) = self.commit(effort, |tx| {
            let result = edit(tx)?;
            left_behind = std::mem::take(&mut tx.draft().left_behind);
            Ok(result)
        })?;
        let report = report::report(&self.shared.published.load(), &outcome);
        Ok((
            result,
            Report {
                left_behind,
                ..report
            },
        ))
    }

    pub(super) fn commit<R>(
        &self,
        mut effort: Effort<'_>,
        edit: impl FnOnce(&mut Transaction<'_>) -> Result<R>,
    ) -> Result<(R, Outcome)> {
        if effort.threads == 0 {
            effort.threads = self.threads();
        }
        if effort.is_cancelled() {
            return Err(Effort::cancelled());
        }
        let mut lease = self.lease()?;
        let base = self.shared.published.load_full();
        let writer = &mut *lease.writer;
        let nodes = nodes_copied();
        writer.epoch += 1;
        let tick = self.shared.environment.tick(writer.epoch);
        let draft = Draft::new(base.clone(), &self.shared.lineage, tick);
        let mut transaction = Transaction::new(draft);
        let result = edit(&mut transaction);
        let mut draft = transaction.into_draft();
        let result = result?;
        let origin = draft.origin.take();
        let is_edit = !draft.operations.is_empty();
        if !is_edit && draft.is_untouched() {
            return Ok((result, Outcome::default()));
        }
        let (revision, outcome) = draft.finish(&mut effort)?;
        let revision = Arc::new(revision);
        if is_edit {
            let nodes = nodes_copied() - nodes;
            self.keep_step(writer, (base, &revision), (outcome.displaced, nodes));
        }
        self.shared.history().note(revision.number, &revision);
        self.shared.published.store(revision.clone());
        self.announce_commit(&revision, origin, &outcome, is_edit);
        Ok((result, outcome))
    }

    pub(super) fn lease(&self) -> Result<Lease<'_>> {
        let (me, forks) = (std::thread::current().id(), forks());
        let holder = *self
            .shared
            .holder
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        match holder {
            Some((holder, _)) if holder == me => {
                let message =
                    "this workbook is being edited or recalculated by the same thread already";
                return Err(Error::new(ErrorKind::Reentrant, message));
            }
            // Its edit will never come to an end here.
            Some((_, born)) if born != forks => {
                let message = "another thread was editing this workbook when the process was forked; a fork of a \
                               snapshot of it can be edited";
                return Err(Error::new(ErrorKind::Conflict, message));
            }
            _ => {}
        }
        let writer = self.shared.writer.lock().unwrap_or_else(|poisoned| {
            // An edit has panicked; what it had made so far was its draft's alone.
            self.shared.writer.clear_poison();
            poisoned.into_inner()
        });
        *self
            .shared
            .holder
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = Some((me, forks));
        Ok(Lease {
            writer,
            holder: &self.shared.holder,
        })
    }
}

/// The right to write, until it is dropped.
pub(super) struct Lease<'a> {
    pub(super) writer: MutexGuard<'a, Writer>,
    pub(super) holder: &'a Mutex<Option<(ThreadId, u32)>>,
}

impl Drop for Lease<'_> {
    fn drop(&mut self) {
        *self.holder.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}
