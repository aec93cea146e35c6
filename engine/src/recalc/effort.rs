//! How a recalculation is carried out: on how many threads, who is told how far it is, who may break it off.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::error::{Error, ErrorKind};

/// Breaks off the work that was given a clone of it.
///
/// # Examples
///
/// ```
/// use tabulith::{CancelToken, ErrorKind, Workbook};
/// use tabulith::workbook::Effort;
///
/// let book = Workbook::new();
/// let cancel = CancelToken::new();
/// cancel.cancel();
/// let effort = Effort { cancel: Some(cancel), ..Effort::default() };
/// let error = book.edit_with(effort, |tx| tx.add_sheet("S")).unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::Cancelled);
/// assert_eq!(book.snapshot().sheets().count(), 0);
/// ```
#[derive(Debug, Clone, Default)]
pub struct CancelToken(Arc<AtomicBool>);

impl CancelToken {
    /// A token that nobody has cancelled.
    pub fn new() -> CancelToken {
        CancelToken::default()
    }

    /// Breaks the work off as soon as it looks: within a thousand cells or so. It then fails with
    /// [`ErrorKind::Cancelled`] and has changed nothing.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether it was cancelled.
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// How a recalculation is carried out. Its values never depend on it.
#[derive(Default)]
pub struct Effort<'a> {
    /// Threads; 0 for what the workbook says.
    pub threads: usize,
    /// Computes even a few cells in tiles, and divides even the smallest work among the threads: what the many do is
    /// then seen in the small. Slower; for tests.
    pub eager: bool,
    /// Keeps the way that an edit goes from the first time on, instead of the second; for tests.
    pub keep_cones: bool,
    /// Breaks the work off.
    pub cancel: Option<CancelToken>,
    /// Is called now and then with the number of cells computed so far.
    pub progress: Option<&'a mut dyn FnMut(u64)>,
}

impl Effort<'_> {
    /// Whether the work is to be broken off.
    pub fn is_cancelled(&self) -> bool {
        self.cancel.as_ref().is_some_and(CancelToken::is_cancelled)
    }

    /// What work that was broken off gives.
    pub fn cancelled() -> Error {
        Error::new(ErrorKind::Cancelled, "the recalculation was cancelled")
    }

    pub(super) fn tell(&mut self, computed: u64) {
        if let Some(progress) = &mut self.progress {
            progress(computed);
        }
    }
}
