//! Work that must come to an end: on a thread of its own, given up after a time.

use std::panic;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use crate::{Error, ErrorKind, Result};

/// Runs `work` on a thread and waits for it, at most `seconds` if a bound is given.
///
/// Work that is given up goes on until the process ends; nobody sees its result.
///
/// # Errors
///
/// [`ErrorKind::Cancelled`] if the time is over or if the work ended by a panic, which is a bug to be reported.
pub(super) fn within<T: Send + 'static>(
    seconds: Option<f64>,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T> {
    let (sender, receiver) = mpsc::channel();
    let worker = thread::Builder::new()
        .name("tabulith".into())
        .spawn(move || {
            // Nobody listens any more if the time is over.
            let _ = sender.send(work());
        })
        .map_err(|error| {
            Error::new(ErrorKind::Io, "no thread can be started").with_source(error)
        })?;
    let received = match seconds {
        Some(seconds) => receiver.recv_timeout(Duration::from_secs_f64(seconds)),
        None => receiver.recv().map_err(|_| RecvTimeoutError::Disconnected),
    };
    match (received, seconds) {
        (Ok(result), _) => Ok(result),
        (Err(RecvTimeoutError::Timeout), Some(seconds)) => Err(Error::new(
            ErrorKind::Cancelled,
            format!("no answer within {seconds} seconds"),
        )),
        (Err(_), _) => Err(Error::new(ErrorKind::Cancelled, bug(worker))),
    }
}

/// What a worker that ended without a result died of.
fn bug(worker: thread::JoinHandle<()>) -> String {
    let cause = match worker.join() {
        Err(payload) => panic_message(&*payload),
        Ok(()) => "no result".into(),
    };
    format!("a bug in tabulith, please report it: {cause}")
}

fn panic_message(payload: &(dyn std::any::Any + Send)) -> String {
    let text = payload
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned());
    text.or_else(|| payload.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "a panic".into())
}

/// Keeps the message of a panic off standard error where [`within`] reports it; other threads' stay.
pub(super) fn quiet_panics() {
    let shown = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        if thread::current().name() != Some("tabulith") {
            shown(info);
        }
    }));
}
