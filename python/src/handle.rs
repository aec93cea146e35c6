//! A workbook as all Python objects of it share it: who is inside a transaction, whose turn it is to write, and the
//! keyboard, which may interrupt any work.
//!
//! A thread inside `with wb.transaction():` reads its own edits. Others read what is published, and wait with their
//! edits until it is done. No lock is held while Python code runs.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, ThreadId};
use std::time::Duration;

use pyo3::prelude::*;
use tabulith::storage::forks;
use tabulith::workbook::{OpenTransaction, Report, Savepoint};
use tabulith::{Error, ErrorKind, Result, Snapshot, Transaction};

use crate::errors::OrRaise;
use crate::interrupt::{self, Progress, Watch};

/// How long a waiting thread sleeps before it looks whether it is interrupted.
const LOOK: Duration = Duration::from_millis(50);

/// A workbook and whose turn it is to write.
pub(crate) struct Handle {
    pub(crate) workbook: tabulith::Workbook,
    turns: Mutex<Turns>,
    changed: Condvar,
    /// The open transaction; only the thread that is inside locks it for longer than a moment.
    open: Mutex<Option<OpenTransaction>>,
}

#[derive(Default)]
struct Turns {
    /// Forks that lie before the process: what others did before the last one has no end here.
    forks: u32,
    /// The thread inside a transaction, and how deep it is nested.
    inside: Option<(ThreadId, usize)>,
    /// The threads that are editing right now without one.
    editing: Vec<ThreadId>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn reentrant(what: &str) -> Error {
    Error::new(ErrorKind::Reentrant, what)
}

impl Handle {
    pub(crate) fn new(workbook: tabulith::Workbook) -> Arc<Handle> {
        Arc::new(Handle {
            workbook,
            turns: Mutex::default(),
            changed: Condvar::new(),
            open: Mutex::new(None),
        })
    }

    fn turns(&self) -> MutexGuard<'_, Turns> {
        let mut turns = lock(&self.turns);
        let forks = forks();
        if turns.forks != forks {
            // Of the threads of the parent only this one lives on.
            let me = thread::current().id();
            turns.forks = forks;
            turns.inside = turns.inside.filter(|(thread, _)| *thread == me);
            turns.editing.retain(|thread| *thread == me);
        }
        turns
    }

    /// Whether this thread is inside a transaction.
    pub(crate) fn is_inside(&self) -> bool {
        let inside = self.turns().inside;
        inside.is_some_and(|(thread, _)| thread == thread::current().id())
    }

    /// The workbook as this thread sees it, nothing in it stale.
    pub(crate) fn snapshot(&self, py: Python<'_>) -> PyResult<Snapshot> {
        if self.is_inside() {
            return self.within(py, OpenTransaction::snapshot);
        }
        let snapshot = self.workbook.snapshot();
        if !snapshot.is_stale() {
            return Ok(snapshot);
        }
        py.detach(|| self.workbook.fresh_snapshot()).or_raise(py)
    }

    /// The workbook as this thread sees it, for what stands where; values may be stale.
    pub(crate) fn layout(&self, py: Python<'_>) -> PyResult<Snapshot> {
        if self.is_inside() {
            return self.within(py, |open| Ok(open.as_it_is()));
        }
        Ok(self.workbook.snapshot())
    }

    /// Carries out an edit, in the transaction that this thread is inside or as one of its own.
    pub(crate) fn edit<R: Send>(
        &self,
        py: Python<'_>,
        edit: impl FnOnce(&mut Transaction<'_>) -> Result<R> + Send,
    ) -> PyResult<R> {
        if self.is_inside() {
            return self.within(py, |open| open.edit(edit));
        }
        let _turn = self.take_turn(py)?;
        interrupt::guarded(
            py,
            None,
            |_| None,
            |effort| self.workbook.edit_within(effort, edit),
        )
    }

    /// Does something with the workbook that no transaction can hold, such as `undo`.
    pub(crate) fn alone<R: Send>(
        &self,
        py: Python<'_>,
        work: impl FnOnce(&tabulith::Workbook) -> Result<R> + Send,
    ) -> PyResult<R> {
        let _turn = self.take_turn(py)?;
        py.detach(|| work(&self.workbook)).or_raise(py)
    }

    /// Computes every formula anew.
    pub(crate) fn recalculate(
        &self,
        py: Python<'_>,
        progress: Option<Progress>,
    ) -> PyResult<Report> {
        let _turn = self.take_turn(py)?;
        let amount = |report: &Report| Some(report.recomputed);
        interrupt::guarded(py, progress, amount, |effort| {
            self.workbook.recalculate_with(None, effort)
        })
    }

    /// Writes the workbook somewhere: `work` is given it, and whom to tell how many bytes are written.
    pub(crate) fn write<R: Send>(
        &self,
        py: Python<'_>,
        progress: Option<Progress>,
        work: impl FnOnce(&tabulith::Workbook, &mut dyn FnMut(u64) -> Result<()>) -> Result<R> + Send,
    ) -> PyResult<R> {
        let _turn = self.take_turn(py)?;
        let (result, watch, size) = py.detach(|| {
            let mut watch = Watch::of_file(progress);
            let mut size = None;
            let result = work(&self.workbook, &mut |written| {
                size = Some(written);
                watch.go_on(written, None)
            });
            (result, watch, size)
        });
        watch.end(py, result, size)
    }

    /// Uses the open transaction of this thread.
    fn within<R: Send>(
        &self,
        py: Python<'_>,
        work: impl FnOnce(&mut OpenTransaction) -> Result<R> + Send,
    ) -> PyResult<R> {
        let done = py.detach(|| {
            // Locked already means: by this thread, from inside such a work.
            let Ok(mut open) = self.open.try_lock() else {
                return Err(reentrant(
                    "the transaction is at work for this thread already",
                ));
            };
            match open.as_mut() {
                Some(open) => work(open),
                None => Err(reentrant("the transaction has come to its end")),
            }
        });
        done.or_raise(py)
    }

    /// Waits until no other thread is inside a transaction.
    fn take_turn(&self, py: Python<'_>) -> PyResult<Turn<'_>> {
        let me = thread::current().id();
        self.wait(py, |turns| match turns.inside {
            Some((thread, _)) if thread == me => {
                Some(Err(reentrant("this cannot be done inside a transaction")))
            }
            Some(_) => None,
            None => {
                turns.editing.push(me);
                Some(Ok(Turn { handle: self, me }))
            }
        })
    }

    /// Opens a transaction, or a part of the one that this thread is inside.
    pub(crate) fn enter(
        &self,
        py: Python<'_>,
        origin: Option<&str>,
    ) -> PyResult<Option<Savepoint>> {
        let me = thread::current().id();
        let nested = self.wait(py, |turns| match &mut turns.inside {
            Some((thread, depth)) if *thread == me => {
                *depth += 1;
                Some(Ok(true))
            }
            Some(_) => None,
            None if turns.editing.contains(&me) => {
                Some(Err(reentrant("a transaction cannot begin inside an edit")))
            }
            None if !turns.editing.is_empty() => None,
            None => {
                turns.inside = Some((me, 1));
                Some(Ok(false))
            }
        })?;
        let entered = if nested {
            self.within(py, |open| Ok(Some(open.savepoint())))
        } else {
            py.detach(|| {
                let mut open = self.workbook.begin()?;
                if let Some(origin) = origin {
                    open.set_origin(origin);
                }
                *lock(&self.open) = Some(open);
                Ok(None)
            })
            .or_raise(py)
        };
        if entered.is_err() {
            self.leave();
        }
        entered
    }

    /// Publishes the transaction of this thread, if this was the outermost part of it.
    pub(crate) fn commit(&self, py: Python<'_>) -> PyResult<Option<Report>> {
        let open = if self.leave_is_last() {
            lock(&self.open).take()
        } else {
            None
        };
        let published = match open {
            Some(open) => {
                interrupt::guarded(py, None, |_| None, |effort| open.commit(effort)).map(Some)
            }
            None => Ok(None),
        };
        self.leave();
        published
    }

    /// Takes back the transaction of this thread, or the part of it since `savepoint`.
    pub(crate) fn roll_back(&self, py: Python<'_>, savepoint: Option<&Savepoint>) -> PyResult<()> {
        let done = match savepoint {
            Some(savepoint) => self.within(py, |open| {
                open.roll_back_to(savepoint);
                Ok(())
            }),
            None => {
                let open = lock(&self.open).take();
                py.detach(|| drop(open));
                Ok(())
            }
        };
        self.leave();
        done
    }

    /// Gives up a transaction that nobody can end any more.
    pub(crate) fn abandon(&self) {
        lock(&self.open).take();
        self.turns().inside = None;
        self.changed.notify_all();
    }

    fn leave_is_last(&self) -> bool {
        self.turns().inside.is_some_and(|(_, depth)| depth == 1)
    }

    fn leave(&self) {
        let mut turns = self.turns();
        turns.inside = match turns.inside {
            Some((thread, depth)) if depth > 1 => Some((thread, depth - 1)),
            _ => None,
        };
        self.changed.notify_all();
    }

    /// Asks `ready` until it answers, and sleeps between.
    fn wait<R>(
        &self,
        py: Python<'_>,
        mut ready: impl FnMut(&mut Turns) -> Option<Result<R>> + Send,
    ) -> PyResult<R>
    where
        R: Send,
    {
        loop {
            if let Some(answer) = ready(&mut self.turns()) {
                return answer.or_raise(py);
            }
            py.detach(|| {
                let turns = self.turns();
                let _ = self.changed.wait_timeout(turns, LOOK);
            });
            py.check_signals()?;
        }
    }
}

/// The right of a thread to edit without a transaction, until it is dropped.
struct Turn<'a> {
    handle: &'a Handle,
    me: ThreadId,
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut turns = lock(&self.handle.turns);
        if let Some(place) = turns.editing.iter().position(|thread| *thread == self.me) {
            turns.editing.swap_remove(place);
        }
        self.handle.changed.notify_all();
    }
}
