//! Undo and redo: former revisions, published again.
//!
//! A step holds the revision that it leads to, which shares all that the step did not touch. What it holds alone is
//! estimated when it is taken down, and the oldest steps go when all of them hold too much.

use std::collections::VecDeque;
use std::sync::atomic::Ordering;
use std::sync::{Arc, MutexGuard, PoisonError, Weak};

use smallvec::SmallVec;

use super::draft::Draft;
use super::events::Cause;
use super::operation::Operation;
use super::revision::Revision;
use super::{Handle, Snapshot, Workbook, Writer};
use crate::error::Result;
use crate::limits;
use crate::recalc::{self, Effort};
use crate::value::Value;

/// Steps that hold more than so many bytes are dropped by another thread: it takes some 0.1 ms.
const DROPPED_ASIDE: u64 = 1 << 20;

/// Bytes of a step beside chunks and operations, at least.
const STEP_BYTES: u64 = 2 << 10;

/// Bytes of a tree's node, about.
const NODE_BYTES: u64 = 1 << 10;

/// A revision to which undo or redo may lead.
pub(super) struct Step {
    revision: Arc<Revision>,
    /// What it holds that the revision from which the step leads back does not, and the other way round.
    bytes: (u64, u64),
}

/// The steps that can be taken back and done again, the last one in the back.
#[derive(Default)]
pub(super) struct Steps {
    undo: VecDeque<Step>,
    redo: Vec<Step>,
    bytes: u64,
}

impl Steps {
    /// Drops what can be done again, and the oldest steps of those beyond the limits; the last one always stays.
    fn push(&mut self, step: Step, most_bytes: u64) {
        // Most steps find nothing to do again and send one away, which needs no list of its own.
        let mut gone: SmallVec<[Step; 1]> = self.redo.drain(..).collect();
        self.bytes += step.bytes.0;
        self.undo.push_back(step);
        let mut freed: u64 = gone.iter().map(|step| step.bytes.0).sum();
        while self.undo.len() > 1
            && (self.undo.len() > limits::UNDO_STEPS || self.bytes - freed > most_bytes)
            && let Some(oldest) = self.undo.pop_front()
        {
            freed += oldest.bytes.0;
            gone.push(oldest);
        }
        self.bytes -= freed;
        if freed > DROPPED_ASIDE {
            recalc::drop_aside(gone);
        }
    }
}

/// The revisions that may still be held, by number.
#[derive(Default)]
pub(super) struct History {
    revisions: VecDeque<(u64, Weak<Revision>)>,
}

impl History {
    /// Notes a revision, also in the place of a former one of its number.
    pub(super) fn note(&mut self, number: u64, revision: &Arc<Revision>) {
        let revision = Arc::downgrade(revision);
        match self.place(number) {
            Ok(at) => self.revisions[at].1 = revision,
            Err(at) => self.revisions.insert(at, (number, revision)),
        }
        if self.revisions.len() > 2 * limits::UNDO_STEPS {
            self.revisions
                .retain(|(_, revision)| revision.strong_count() > 0);
            // Those that snapshots hold do not count against the bound for ever.
            let most = limits::UNDO_STEPS + limits::UNDO_STEPS / 2;
            let beyond = self.revisions.len().saturating_sub(most);
            self.revisions.drain(..beyond);
        }
    }

    /// Lets a revision that holds the same stand for a former one, under all its numbers.
    fn renew(&mut self, former: &Arc<Revision>, revision: &Arc<Revision>) {
        for (_, held) in &mut self.revisions {
            if held.as_ptr() == Arc::as_ptr(former) {
                *held = Arc::downgrade(revision);
            }
        }
    }

    /// The revision of a number, if anybody holds it.
    pub(super) fn get(&self, number: u64) -> Option<Arc<Revision>> {
        let at = self.place(number).ok()?;
        self.revisions[at].1.upgrade()
    }

    fn place(&self, number: u64) -> std::result::Result<usize, usize> {
        // Most are behind all others.
        if self.revisions.back().is_none_or(|(last, _)| *last < number) {
            return Err(self.revisions.len());
        }
        self.revisions
            .binary_search_by_key(&number, |(number, _)| *number)
    }
}

impl Handle {
    pub(super) fn history(&self) -> MutexGuard<'_, History> {
        self.history.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Workbook {
    /// Takes the last edit back; `false` if there is none.
    ///
    /// The whole former revision comes back: values, formulas, and the moment that volatile formulas saw. Functions of the
    /// user stay as they are now; formulas for which that makes a difference are computed again.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Reentrant`](crate::ErrorKind::Reentrant) from inside an edit of the same workbook.
    pub fn undo(&self) -> Result<bool> {
        let mut lease = self.lease()?;
        let writer = &mut *lease.writer;
        let Some(former) = writer.steps.undo.back() else {
            return Ok(false);
        };
        // A function of the user may panic: the step is still there then.
        let restored = self.restored(&former.revision)?;
        let Some(former) = writer.steps.undo.pop_back() else {
            return Ok(false);
        };
        let now = self.publish_step(writer, former, restored, Cause::Undo);
        writer.steps.redo.push(now);
        Ok(true)
    }

    /// Does the edit again that was last taken back; `false` if there is none.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Reentrant`](crate::ErrorKind::Reentrant) from inside an edit of the same workbook.
    pub fn redo(&self) -> Result<bool> {
        let mut lease = self.lease()?;
        let writer = &mut *lease.writer;
        let Some(later) = writer.steps.redo.last() else {
            return Ok(false);
        };
        let restored = self.restored(&later.revision)?;
        let Some(later) = writer.steps.redo.pop() else {
            return Ok(false);
        };
        let now = self.publish_step(writer, later, restored, Cause::Redo);
        writer.steps.undo.push_back(now);
        Ok(true)
    }

    /// Lets steps to undo and to redo hold about so many bytes that nothing else holds. The oldest ones go first, with
    /// the next edit; the last one always stays. At the beginning it is [`limits::UNDO_BYTES`].
    pub fn set_undo_bytes(&self, most: u64) {
        self.shared.undo_bytes.store(most, Ordering::Relaxed);
    }

    /// The revision of a step as it is to be published: with the functions of the user that there are now.
    fn restored(&self, wanted: &Arc<Revision>) -> Result<Revision> {
        let now = self.shared.published.load();
        let restored = if wanted.functions.is_same(&now.functions) {
            (**wanted).clone()
        } else {
            let mut draft = Draft::new(wanted.clone(), &self.shared.lineage, wanted.tick);
            draft.put_functions(now.functions.clone());
            let mut effort = Effort {
                threads: self.threads(),
                ..Effort::default()
            };
            draft.finish(&mut effort)?.0
        };
        Ok(Revision {
            number: now.number + 1,
            operations: wanted.operations.clone(),
            ..restored
        })
    }

    /// Publishes what a step was restored to, and gives the step that leads back.
    fn publish_step(
        &self,
        writer: &mut Writer,
        step: Step,
        restored: Revision,
        cause: Cause,
    ) -> Step {
        let now = self.shared.published.load_full();
        let restored = Arc::new(restored);
        {
            let mut history = self.shared.history();
            history.note(restored.number, &restored);
            if restored.functions.is_same(&step.revision.functions) {
                history.renew(&step.revision, &restored);
            }
        }
        if !now.plans.is_same(&restored.plans) {
            now.plans.forget();
        }
        self.shared.published.store(restored.clone());
        self.announce_restored(now.clone(), &restored, cause);
        let (own, other) = step.bytes;
        writer.steps.bytes = writer.steps.bytes - own + other;
        Step {
            revision: now,
            bytes: (other, own),
        }
    }

    /// Takes down the step back from the revision that was made last: which bytes of chunks took the place of others,
    /// and how many nodes of trees were copied.
    pub(super) fn keep_step(
        &self,
        writer: &mut Writer,
        (base, now): (Arc<Revision>, &Revision),
        (displaced, nodes): ((u64, u64), u64),
    ) {
        let beside = STEP_BYTES + nodes * NODE_BYTES;
        let bytes = (
            beside + displaced.0 + operation_bytes(&base.operations),
            beside + displaced.1 + operation_bytes(&now.operations),
        );
        if !base.plans.is_same(&now.plans) {
            // A step holds no plans; formulas are bound again if it is taken back.
            base.plans.forget();
        }
        let revision = base;
        let most = self.shared.undo_bytes.load(Ordering::Relaxed);
        writer.steps.push(Step { revision, bytes }, most);
    }

    /// A snapshot of a revision of this workbook.
    pub(super) fn snapshot_of(&self, revision: Arc<Revision>) -> Snapshot {
        Snapshot::new(
            revision,
            self.shared.lineage.clone(),
            self.shared.environment.clone(),
        )
    }
}

/// Bytes of the values that operations hold.
fn operation_bytes(operations: &[Operation]) -> u64 {
    let bytes = |operation: &Operation| match operation {
        Operation::SetNumbers { values, .. } => size_of_val(&**values),
        Operation::SetValues { values, .. } => {
            let texts = values.iter().map(|value| match value {
                Value::Text(text) => text.len(),
                _ => 0,
            });
            size_of_val(&**values) + texts.sum::<usize>()
        }
        _ => 0,
    };
    let held: usize = operations.iter().map(bytes).sum();
    (held + size_of_val(operations)) as u64
}
