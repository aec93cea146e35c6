//! `with wb.transaction():`, all or nothing.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, ThreadId};

use pyo3::prelude::*;
use tabulith::workbook::Savepoint;
use tabulith::{Error, ErrorKind};

use crate::errors::OrRaise;
use crate::handle::Handle;
use crate::report::Report;

/// A transaction, to be used with `with`.
#[pyclass(frozen, module = "tabulith")]
pub(crate) struct Transaction {
    handle: Arc<Handle>,
    /// What it says of itself to those who are told of it.
    origin: Option<String>,
    state: Mutex<State>,
}

/// How far a transaction is.
enum State {
    Waiting,
    /// Entered by this thread; with the moment to go back to, if it is part of another one.
    Entered(ThreadId, Option<Box<Savepoint>>),
    Ended(Option<Py<Report>>),
}

impl Transaction {
    pub(crate) fn new(handle: Arc<Handle>, origin: Option<String>) -> Transaction {
        Transaction {
            handle,
            origin,
            state: Mutex::new(State::Waiting),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[pymethods]
impl Transaction {
    fn __enter__<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, Self>> {
        let py = slf.py();
        let this = slf.get();
        if !matches!(*this.state(), State::Waiting) {
            let message = "a transaction is entered once; ask the workbook for another";
            return Err(Error::new(ErrorKind::Reentrant, message)).or_raise(py);
        }
        let savepoint = this.handle.enter(py, this.origin.as_deref())?;
        *this.state() = State::Entered(thread::current().id(), savepoint.map(Box::new));
        Ok(slf.clone())
    }

    fn __exit__(
        &self,
        py: Python<'_>,
        kind: &Bound<'_, PyAny>,
        _value: &Bound<'_, PyAny>,
        _traceback: &Bound<'_, PyAny>,
    ) -> PyResult<bool> {
        let me = thread::current().id();
        let savepoint = match &*self.state() {
            State::Entered(thread, savepoint) if *thread == me => savepoint.clone(),
            _ => {
                let message = "a transaction is left by the thread that entered it, once";
                return Err(Error::new(ErrorKind::Reentrant, message)).or_raise(py);
            }
        };
        *self.state() = State::Ended(None);
        if kind.is_none() {
            if let Some(report) = self.handle.commit(py)? {
                let report = Py::new(py, Report::new(&report))?;
                *self.state() = State::Ended(Some(report));
            }
        } else {
            self.handle.roll_back(py, savepoint.as_deref())?;
        }
        Ok(false)
    }

    /// What the recalculation at the end did; None before, after a rollback, and for an inner one.
    #[getter]
    fn report(&self, py: Python<'_>) -> Option<Py<Report>> {
        match &*self.state() {
            State::Ended(Some(report)) => Some(report.clone_ref(py)),
            _ => None,
        }
    }
}

impl Drop for Transaction {
    fn drop(&mut self) {
        // Entered and never left: nobody else could end it.
        if let State::Entered(_, None) = &*self.state() {
            self.handle.abandon();
        }
    }
}
