//! Change events: a callback for each commit, called by a thread of its own, or a queue to be read.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak};
use std::thread;
use std::time::{Duration, Instant};

use pyo3::prelude::*;
use tabulith::reference::{Area, a1};
use tabulith::workbook::{self, Cause, Notice};
use tabulith::{Error, ErrorKind};

use crate::errors::OrRaise;
use crate::handle::Handle;

/// How long a reader sleeps before it looks whether it is still wanted.
const LOOK: Duration = Duration::from_millis(50);

/// What happened to a workbook.
#[pyclass(frozen, get_all, module = "tabulith")]
pub(crate) struct Event {
    /// The revision that it made; None for events that were missed.
    revision: Option<u64>,
    /// `edit`, `recalculation`, `undo`, `redo`, or `missed`.
    cause: &'static str,
    /// What the transaction said of itself.
    origin: Option<String>,
    /// The addresses of cells that may hold something else now.
    ranges: Vec<String>,
    /// How many events were missed here, because they came faster than they were read.
    missed: u64,
}

impl Event {
    fn new(notice: Notice, handle: &Weak<Handle>) -> Event {
        let snapshot = handle.upgrade().map(|handle| handle.workbook.snapshot());
        let address = |area: &Area| match &snapshot {
            Some(snapshot) => snapshot.address(area),
            None => a1::print_rect(area.rect),
        };
        match notice {
            Notice::Lagged(missed) => Event {
                revision: None,
                cause: "missed",
                origin: None,
                ranges: Vec::new(),
                missed,
            },
            Notice::Changed(event) => Event {
                revision: Some(event.revision),
                cause: match event.cause {
                    Cause::Edit => "edit",
                    Cause::Recalculation => "recalculation",
                    Cause::Undo => "undo",
                    Cause::Redo => "redo",
                },
                origin: event.origin.as_deref().map(str::to_owned),
                ranges: event.areas.iter().map(address).collect(),
                missed: 0,
            },
        }
    }
}

#[pymethods]
impl Event {
    fn __repr__(&self) -> String {
        match self.revision {
            Some(revision) => format!(
                "<tabulith.Event: {}, revision {revision}, {}>",
                self.cause,
                self.ranges.join(", ")
            ),
            None => format!("<tabulith.Event: {} missed>", self.missed),
        }
    }
}

/// The events of a workbook from the moment on at which somebody subscribed.
#[pyclass(frozen, module = "tabulith")]
pub(crate) struct Subscription {
    /// The queue, unless a callback is called with what comes.
    events: Option<workbook::Subscription>,
    handle: Weak<Handle>,
    closed: Arc<AtomicBool>,
}

impl Subscription {
    /// Calls `callback` with each event, or keeps a queue without one.
    pub(crate) fn new(
        handle: &Arc<Handle>,
        events: workbook::Subscription,
        callback: Option<Py<PyAny>>,
    ) -> Subscription {
        let handle = Arc::downgrade(handle);
        let closed = Arc::new(AtomicBool::new(false));
        let events = match callback {
            None => Some(events),
            Some(callback) => {
                let (handle, closed) = (handle.clone(), closed.clone());
                // It ends when the subscription is closed, or the workbook is gone.
                thread::spawn(move || call(&events, &callback, &handle, &closed));
                None
            }
        };
        Subscription {
            events,
            handle,
            closed,
        }
    }

    fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Relaxed)
    }
}

#[pymethods]
impl Subscription {
    /// The next event; None if there is none in so many seconds, or the subscription is closed.
    #[pyo3(signature = (timeout = None))]
    fn get(&self, py: Python<'_>, timeout: Option<f64>) -> PyResult<Option<Event>> {
        let Some(events) = &self.events else {
            let message = "the events of this subscription go to its callback";
            return Err(Error::new(ErrorKind::Argument, message)).or_raise(py);
        };
        let end = match timeout {
            Some(seconds) if (0.0..1e9).contains(&seconds) => {
                Some(Instant::now() + Duration::from_secs_f64(seconds))
            }
            Some(seconds) if seconds.is_nan() || seconds < 0.0 => {
                let message = format!("`{seconds}` seconds are no time to wait");
                return Err(Error::new(ErrorKind::Argument, message)).or_raise(py);
            }
            _ => None,
        };
        loop {
            let left = end.map_or(LOOK, |end| end.saturating_duration_since(Instant::now()));
            if self.is_closed() {
                return Ok(None);
            }
            if let Some(notice) = py.detach(|| events.recv_timeout(left.min(LOOK))) {
                return Ok(Some(Event::new(notice, &self.handle)));
            }
            py.check_signals()?;
            if left.is_zero() || events.is_closed() {
                return Ok(None);
            }
        }
    }

    /// Ends it: no event comes any more.
    fn close(&self) {
        self.closed.store(true, Ordering::Relaxed);
    }

    #[getter]
    fn closed(&self) -> bool {
        self.is_closed()
    }

    fn __iter__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __next__(&self, py: Python<'_>) -> PyResult<Option<Event>> {
        self.get(py, None)
    }

    fn __enter__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __exit__(
        &self,
        _kind: &Bound<'_, PyAny>,
        _value: &Bound<'_, PyAny>,
        _traceback: &Bound<'_, PyAny>,
    ) {
        self.close();
    }
}

/// Calls a callback with each event until nobody wants it any more. What it raises is told as Python tells what nobody
/// can catch, and the next event comes all the same.
fn call(
    events: &workbook::Subscription,
    callback: &Py<PyAny>,
    handle: &Weak<Handle>,
    closed: &AtomicBool,
) {
    while !closed.load(Ordering::Relaxed) {
        let Some(notice) = events.recv_timeout(LOOK) else {
            if events.is_closed() {
                return;
            }
            continue;
        };
        let called = Python::try_attach(|py| {
            let event = Event::new(notice, handle);
            if let Err(error) = callback.call1(py, (event,)) {
                error.write_unraisable(py, Some(callback.bind(py)));
            }
        });
        if called.is_none() {
            // The interpreter is going.
            return;
        }
    }
}
