//! Who is to be told: a list that is replaced as a whole, so that publishing takes no lock.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use arc_swap::ArcSwap;
use crossbeam_channel::{Sender, bounded};
use hashbrown::HashSet;

use super::Event;
use super::subscription::{Queued, Subscription};
use super::watched::Watched;
use crate::limits;
use crate::reference::Area;
use crate::storage::tree::{Natural, Tree};

/// All subscriptions of a workbook.
#[derive(Default)]
pub(in crate::workbook) struct Subscribers {
    list: ArcSwap<List>,
    next: AtomicU64,
}

#[derive(Clone, Default)]
struct List {
    /// Those that are told of every commit, by number.
    everywhere: Tree<u64, Arc<Subscriber>>,
    watched: Watched,
}

/// The writer's end of a subscription.
pub(super) struct Subscriber {
    queue: Sender<Queued>,
    /// Events that found the queue full and that the reader was not told of.
    missed: Arc<AtomicU64>,
}

impl Subscriber {
    /// Puts an event in the queue, or counts it as missed. Only one thread at a time does it: the one that writes.
    fn tell(&self, event: &Arc<Event>) {
        let missed = self.missed.swap(0, Ordering::SeqCst);
        let queued = Queued {
            missed,
            event: Some(event.clone()),
        };
        if self.queue.try_send(queued).is_ok() {
            return;
        }
        self.missed.fetch_add(missed + 1, Ordering::SeqCst);
        // The reader may have emptied the queue and gone to sleep in between, and looks at the count no more.
        if self.queue.is_empty() {
            let missed = self.missed.swap(0, Ordering::SeqCst);
            let nudge = Queued {
                missed,
                event: None,
            };
            if self.queue.try_send(nudge).is_err() {
                self.missed.fetch_add(missed, Ordering::SeqCst);
            }
        }
    }
}

impl Subscribers {
    /// A new subscription to an area, or to everything.
    pub(super) fn subscribe(self: &Arc<Self>, area: Option<Area>) -> Subscription {
        let (queue, events) = bounded(limits::EVENTS_QUEUED);
        let missed = Arc::new(AtomicU64::new(0));
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let subscriber = Arc::new(Subscriber {
            queue,
            missed: missed.clone(),
        });
        self.list.rcu(|list| {
            let mut list = List::clone(list);
            match area {
                Some(area) => list.watched.insert(number, area, subscriber.clone()),
                None => {
                    list.everywhere.insert(&Natural, number, subscriber.clone());
                }
            }
            list
        });
        Subscription::new((number, area), events, missed, Arc::downgrade(self))
    }

    /// Forgets a subscription.
    pub(super) fn forget(&self, number: u64, area: Option<&Area>) {
        self.list.rcu(|list| {
            let mut list = List::clone(list);
            match area {
                Some(area) => list.watched.remove(number, area),
                None => {
                    list.everywhere.remove(&Natural, &number);
                }
            }
            list
        });
    }

    /// Whether nobody is to be told.
    pub(in crate::workbook) fn is_empty(&self) -> bool {
        let list = self.list.load();
        list.everywhere.is_empty() && list.watched.is_empty()
    }

    /// Tells of an event, which is only made if there is anybody to be told.
    pub(super) fn publish(&self, make: impl FnOnce() -> Event) {
        if self.is_empty() {
            return;
        }
        let list = self.list.load();
        let event = Arc::new(make());
        list.everywhere
            .iter()
            .for_each(|(_, subscriber)| subscriber.tell(&event));
        if list.watched.is_empty() {
            return;
        }
        let mut told: HashSet<u64> = HashSet::new();
        for area in &event.areas {
            list.watched.visit(area, |number, subscriber| {
                if told.insert(number) {
                    subscriber.tell(&event);
                }
            });
        }
    }
}
