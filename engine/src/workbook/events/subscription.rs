//! The reader's end of a subscription.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use crossbeam_channel::Receiver;

use super::{Event, Subscribers};
use crate::reference::Area;

/// Events of a workbook, from [`Workbook::subscribe`](super::Workbook::subscribe) on until it is dropped.
///
/// Events wait in a queue of [`limits::EVENTS_QUEUED`](crate::limits::EVENTS_QUEUED); the writer never waits for a
/// reader.
pub struct Subscription {
    number: u64,
    area: Option<Area>,
    events: Receiver<Queued>,
    missed: Arc<AtomicU64>,
    /// Events whose predecessors were missed, which was told first.
    put_off: Mutex<VecDeque<Arc<Event>>>,
    subscribers: Weak<Subscribers>,
}

/// What a reader is told.
#[derive(Debug, Clone, PartialEq)]
pub enum Notice {
    /// There was a commit.
    Changed(Arc<Event>),
    /// So many events were lost here, because they came faster than they were read. What they told is the difference of
    /// a snapshot of now and one of the last event: see [`Snapshot::diff`](crate::Snapshot::diff).
    Lagged(u64),
}

/// What lies in a queue.
pub(super) struct Queued {
    /// How many events before this one found no room.
    pub(super) missed: u64,
    pub(super) event: Option<Arc<Event>>,
}

impl Subscription {
    pub(super) fn new(
        (number, area): (u64, Option<Area>),
        events: Receiver<Queued>,
        missed: Arc<AtomicU64>,
        subscribers: Weak<Subscribers>,
    ) -> Subscription {
        Subscription {
            number,
            area,
            events,
            missed,
            put_off: Mutex::default(),
            subscribers,
        }
    }

    /// The next notice, if one waits.
    pub fn try_recv(&self) -> Option<Notice> {
        loop {
            if let Some(event) = self.put_off().pop_front() {
                return Some(Notice::Changed(event));
            }
            let Ok(queued) = self.events.try_recv() else {
                let missed = self.missed.swap(0, Ordering::SeqCst);
                return (missed > 0).then_some(Notice::Lagged(missed));
            };
            if let Some(notice) = self.opened(queued) {
                return Some(notice);
            }
        }
    }

    /// The next notice; waits until there is one. Nothing if there is none and the workbook is gone.
    pub fn recv(&self) -> Option<Notice> {
        loop {
            if let Some(notice) = self.try_recv() {
                return Some(notice);
            }
            let queued = self.events.recv().ok()?;
            if let Some(notice) = self.opened(queued) {
                return Some(notice);
            }
        }
    }

    /// The next notice; waits so long at most. Nothing if there is none in this time, or the workbook is gone.
    pub fn recv_timeout(&self, wait: Duration) -> Option<Notice> {
        if let Some(notice) = self.try_recv() {
            return Some(notice);
        }
        let queued = self.events.recv_timeout(wait).ok()?;
        self.opened(queued).or_else(|| self.try_recv())
    }

    /// Whether the workbook is gone, so that nothing will be added to what waits.
    pub fn is_closed(&self) -> bool {
        self.subscribers.strong_count() == 0
    }

    /// All notices, as they come; ends when the workbook is gone.
    pub fn iter(&self) -> impl Iterator<Item = Notice> + '_ {
        std::iter::from_fn(|| self.recv())
    }

    /// What is told of a queued event; the event itself is put off if others before it were missed.
    fn opened(&self, queued: Queued) -> Option<Notice> {
        match (queued.missed, queued.event) {
            (0, event) => event.map(Notice::Changed),
            (missed, event) => {
                self.put_off().extend(event);
                Some(Notice::Lagged(missed))
            }
        }
    }

    fn put_off(&self) -> MutexGuard<'_, VecDeque<Arc<Event>>> {
        self.put_off.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        if let Some(subscribers) = self.subscribers.upgrade() {
            subscribers.forget(self.number, self.area.as_ref());
        }
    }
}
