//! Long work: it is told to a progress callback, and Ctrl-C breaks it off.

use std::time::{Duration, Instant};

use pyo3::prelude::*;
use pyo3::types::PyBool;
use tabulith::workbook::{CancelToken, Effort};
use tabulith::{Error, ErrorKind, Result};

use crate::errors::exception;

/// How often the keyboard and the callback are asked, at most.
const OFTEN: Duration = Duration::from_millis(50);

/// Who is told how far a work is: `progress(done, total)`, the total None if it is not known.
pub(crate) struct Progress {
    callback: Py<PyAny>,
    /// Whether it is a bar of ours, which is closed at the end.
    bar: bool,
}

impl Progress {
    /// What was given as `progress=`: a callable, True for a bar, None or False for nothing.
    pub(crate) fn of(given: Option<&Bound<'_, PyAny>>, unit: &str) -> PyResult<Option<Progress>> {
        let Some(given) = given.filter(|given| !given.is_none()) else {
            return Ok(None);
        };
        if let Ok(wanted) = given.cast::<PyBool>() {
            if !wanted.is_true() {
                return Ok(None);
            }
            let module = given.py().import("tabulith._progress")?;
            let callback = module.getattr("bar")?.call1((unit,))?.unbind();
            return Ok(Some(Progress {
                callback,
                bar: true,
            }));
        }
        Ok(Some(Progress {
            callback: given.clone().unbind(),
            bar: false,
        }))
    }

    fn tell(&self, py: Python<'_>, done: u64, total: Option<u64>) -> PyResult<()> {
        self.callback.call1(py, (done, total)).map(drop)
    }

    fn close(&self, py: Python<'_>) -> PyResult<()> {
        if self.bar {
            self.callback.call_method0(py, "close")?;
        }
        Ok(())
    }
}

/// What looks at the keyboard now and then, and remembers what was raised.
pub(crate) struct Watch {
    progress: Option<Progress>,
    /// When it looked last.
    looked: Option<Instant>,
    raised: Option<PyErr>,
}

impl Watch {
    pub(crate) fn new(progress: Option<Progress>) -> Watch {
        Watch {
            progress,
            looked: Some(Instant::now()),
            raised: None,
        }
    }

    /// One that looks at once, for work that is never done in no time.
    pub(crate) fn of_file(progress: Option<Progress>) -> Watch {
        Watch {
            progress,
            looked: None,
            raised: None,
        }
    }

    /// Tells how far the work is, if it is time again; true if it is to be broken off.
    pub(crate) fn look(&mut self, done: u64, total: Option<u64>) -> bool {
        if self.raised.is_some() {
            return true;
        }
        let now = Instant::now();
        let looked = self.looked.map(|looked| now.duration_since(looked));
        if looked.is_some_and(|since| since < OFTEN) {
            return false;
        }
        self.looked = Some(now);
        let looked = Python::attach(|py| {
            py.check_signals()?;
            match &self.progress {
                Some(progress) => progress.tell(py, done, total),
                None => Ok(()),
            }
        });
        self.raised = looked.err();
        self.raised.is_some()
    }

    /// As [`Watch::look`], for what is broken off with an error.
    pub(crate) fn go_on(&mut self, done: u64, total: Option<u64>) -> Result<()> {
        match self.look(done, total) {
            true => Err(Error::new(ErrorKind::Cancelled, "the work was cancelled")),
            false => Ok(()),
        }
    }

    /// What was raised while the work went on, or else what came of it.
    pub(crate) fn end<R>(
        self,
        py: Python<'_>,
        result: Result<R>,
        done: Option<u64>,
    ) -> PyResult<R> {
        let mut raised = self.raised;
        if let Some(progress) = &self.progress {
            if let (None, Ok(_), Some(done)) = (&raised, &result, done) {
                raised = progress.tell(py, done, Some(done)).err();
            }
            let closed = progress.close(py);
            raised = raised.or(closed.err());
        }
        match (result, raised) {
            (Err(error), Some(raised)) if error.kind() == ErrorKind::Cancelled => Err(raised),
            (Err(error), _) => Err(exception(py, &error)),
            (Ok(_), Some(raised)) => Err(raised),
            (Ok(result), None) => Ok(result),
        }
    }
}

/// Lets go of the interpreter and does the work, which Ctrl-C or an exception of the callback breaks off; `amount` says
/// how much was done in all.
pub(crate) fn guarded<R: Send>(
    py: Python<'_>,
    progress: Option<Progress>,
    amount: fn(&R) -> Option<u64>,
    work: impl FnOnce(Effort<'_>) -> Result<R> + Send,
) -> PyResult<R> {
    let cancel = CancelToken::new();
    let (result, watch) = py.detach(|| {
        let mut watch = Watch::new(progress);
        let mut tell = |done| {
            if watch.look(done, None) {
                cancel.cancel();
            }
        };
        let effort = Effort {
            cancel: Some(cancel.clone()),
            progress: Some(&mut tell),
            ..Effort::default()
        };
        let result = work(effort);
        (result, watch)
    });
    let done = result.as_ref().ok().and_then(amount);
    watch.end(py, result, done)
}
