//! Snapshots: of workbooks, and of the cell index while others write it.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Instant;

use arc_swap::ArcSwap;
use hashbrown::HashMap;
use tabulith::reference::Cell;
use tabulith::storage::ctrie::Ctrie;
use tabulith::{Snapshot, Workbook};
use tabulith_benches::Outcome;
use tabulith_benches::maps::Persistent;
use tabulith_benches::measure::{Bar, Contest, Contestant, Sample, Unit, timed};
use tabulith_benches::workloads::SHEET;

use crate::{Benchmark, Setting};

/// Against copying a million keys, a snapshot is to be a thousand times as fast.
const THOUSANDTH: Bar = Bar::Times(0.001, "map copy");

pub(crate) const BENCHMARKS: &[Benchmark] = &[
    Benchmark::new("snapshot/take", Bar::Below(200.0), take),
    Benchmark::new("snapshot/take_alike", Bar::Times(2.0, "10k cells"), take),
    Benchmark::new("snapshot/readers_1k", Bar::None, |_| readers(1_000)),
    Benchmark::new("snapshot/readers_20k", Bar::None, |_| readers(20_000)),
    Benchmark::new("snapshot/readers_1m", THOUSANDTH, |setting| {
        readers(u64::from(setting.rows))
    }),
    Benchmark::new("snapshot/latency", Bar::Within(2.0, 100.0), latency),
    Benchmark::new("snapshot/write", Bar::None, write),
];

/// Snapshots in one run.
const TAKEN: usize = 10_000;

fn book(cells: u32) -> Outcome<Workbook> {
    let book = Workbook::new();
    book.add_sheet("Sheet1")?;
    let numbers: Vec<f64> = (0..cells.min(1_000_000)).map(f64::from).collect();
    let columns = cells.div_ceil(1_000_000) as u8;
    book.edit(|tx| {
        (0..columns).try_for_each(|column| {
            tx.set_column(&format!("Sheet1!{}1", char::from(b'A' + column)), &numbers)
        })
    })?;
    Ok(book)
}

fn take(setting: &Setting) -> Outcome<Contest> {
    fn run(book: &mut Workbook) -> Outcome<Sample> {
        let (last, mut sample) = timed(|| {
            let mut last = book.snapshot();
            for _ in 1..TAKEN {
                last = std::hint::black_box(book.snapshot());
            }
            last
        });
        drop(last);
        sample.measured[0] /= TAKEN as f64;
        sample.cpu_seconds /= TAKEN as f64;
        Ok(sample)
    }
    fn check(book: &mut Workbook) -> Outcome<()> {
        let before: Snapshot = book.snapshot();
        book.edit(|tx| tx.set_at(SHEET, Cell::new(3, 0), -1.0))?;
        book.undo()?;
        let same = before.value_at(SHEET, Cell::new(3, 0)) == 3.0.into();
        same.then_some(())
            .ok_or_else(|| "a snapshot has changed".into())
    }
    let large = book(setting.rows.saturating_mul(10))?;
    let contestants = vec![
        Contestant::new("tabulith", large, run, check),
        Contestant::new("10k cells", book(10_000)?, run, check),
    ];
    Ok(contest(NANOSECONDS, contestants))
}

/// Threads that take snapshots.
const READERS: usize = 100;

/// A map that threads take snapshots of while others write it.
trait Shown: Send + Sync + 'static {
    const NAME: &'static str;

    fn of(keys: u64) -> Self;

    fn put(&self, key: u64, value: u64);

    /// Takes a snapshot and looks at one key in it.
    fn shown(&self, key: u64) -> Option<u64>;
}

impl Shown for Ctrie<u64> {
    const NAME: &'static str = "tabulith";

    fn of(keys: u64) -> Self {
        let trie = Ctrie::new();
        (0..keys).for_each(|key| {
            trie.insert(key, key);
        });
        trie
    }

    fn put(&self, key: u64, value: u64) {
        self.insert(key, value);
    }

    fn shown(&self, key: u64) -> Option<u64> {
        self.snapshot().get(key).copied()
    }
}

/// Copies the whole map for each snapshot.
type Copied = RwLock<HashMap<u64, u64>>;

impl Shown for Copied {
    const NAME: &'static str = "map copy";

    fn of(keys: u64) -> Self {
        RwLock::new((0..keys).map(|key| (key, key)).collect())
    }

    fn put(&self, key: u64, value: u64) {
        let mut map = self.write().unwrap_or_else(PoisonError::into_inner);
        map.insert(key, value);
    }

    fn shown(&self, key: u64) -> Option<u64> {
        let copy = self.read().unwrap_or_else(PoisonError::into_inner).clone();
        copy.get(&key).copied()
    }
}

/// A persistent map that is published anew after each write.
struct Published {
    writer: Mutex<()>,
    shown: ArcSwap<Persistent<u64>>,
}

impl Shown for Published {
    const NAME: &'static str = "imbl+arc-swap";

    fn of(keys: u64) -> Self {
        let mut map = Persistent::with_hasher(foldhash::fast::FixedState::default());
        (0..keys).for_each(|key| {
            map.insert(key, key);
        });
        Published {
            writer: Mutex::new(()),
            shown: ArcSwap::from_pointee(map),
        }
    }

    fn put(&self, key: u64, value: u64) {
        let _turn = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let mut map = Persistent::clone(&self.shown.load());
        map.insert(key, value);
        self.shown.store(Arc::new(map));
    }

    fn shown(&self, key: u64) -> Option<u64> {
        self.shown.load_full().get(&key).copied()
    }
}

/// Runs `work` while `writers` threads write without pause; gives its result and how many writes there were.
fn while_written<M: Shown, R>(
    map: &M,
    keys: u64,
    writers: u64,
    work: impl FnOnce() -> R,
) -> (R, u64) {
    let ended = &AtomicBool::new(false);
    let written = &AtomicU64::new(0);
    std::thread::scope(|scope| {
        for writer in 0..writers {
            scope.spawn(move || {
                let mut number = writer;
                while !ended.load(Ordering::Relaxed) {
                    map.put(number.wrapping_mul(7_919) % keys, number);
                    number += writers;
                    written.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        let result = work();
        ended.store(true, Ordering::Relaxed);
        (result, written.load(Ordering::Relaxed))
    })
}

struct Watched<M> {
    map: M,
    keys: u64,
    /// Snapshots of each thread in a run.
    each: usize,
}

impl<M: Shown> Watched<M> {
    fn contestant(
        keys: u64,
        each: usize,
        run: fn(&mut Watched<M>) -> Outcome<Sample>,
    ) -> Contestant {
        let watched = Watched {
            map: M::of(keys),
            keys,
            each,
        };
        Contestant::new(M::NAME, watched, run, Watched::check)
    }

    /// Many threads take snapshots while one writes.
    fn many(&mut self) -> Outcome<Sample> {
        let (map, each) = (&self.map, self.each);
        let take = || {
            timed(|| {
                std::thread::scope(|scope| {
                    for reader in 0..READERS as u64 {
                        scope.spawn(move || {
                            for _ in 0..each {
                                std::hint::black_box(map.shown(reader));
                            }
                        });
                    }
                });
            })
        };
        let (((), mut sample), _) = while_written(map, self.keys, 1, take);
        let taken = (READERS * each) as f64;
        sample.measured[0] /= taken;
        sample.cpu_seconds /= taken;
        Ok(sample)
    }

    /// One thread takes snapshots, each under the clock, while two write.
    fn latency(&mut self) -> Outcome<Sample> {
        let (map, each) = (&self.map, self.each);
        let take = || {
            let mut sample = Sample::default();
            for key in 0..each as u64 {
                let began = Instant::now();
                std::hint::black_box(map.shown(key));
                sample.measured.push(began.elapsed().as_secs_f64());
            }
            sample
        };
        Ok(while_written(map, self.keys, 2, take).0)
    }

    /// What a write costs while another thread takes snapshots.
    fn writes(&mut self) -> Outcome<Sample> {
        let (map, keys, each) = (&self.map, self.keys, self.each as u64);
        let ended = &AtomicBool::new(false);
        let mut sample = std::thread::scope(|scope| {
            scope.spawn(move || {
                while !ended.load(Ordering::Relaxed) {
                    std::hint::black_box(map.shown(1));
                }
            });
            let ((), sample) = timed(|| {
                (0..each).for_each(|number| map.put(number.wrapping_mul(7_919) % keys, number));
            });
            ended.store(true, Ordering::Relaxed);
            sample
        });
        sample.measured[0] /= each as f64;
        sample.cpu_seconds = 0.0;
        Ok(sample)
    }

    fn check(&mut self) -> Outcome<()> {
        let missing = (0..self.keys)
            .step_by(101)
            .find(|key| self.map.shown(*key).is_none());
        match missing.filter(|_| self.keys <= 20_000) {
            Some(key) => Err(format!("{key} is missing").into()),
            None => Ok(()),
        }
    }
}

const NANOSECONDS: Unit = Unit {
    name: "ns",
    size: 1e-9,
};

fn contest(unit: Unit, contestants: Vec<Contestant>) -> Contest {
    Contest {
        unit,
        contestants,
        absent: Vec::new(),
        once: false,
    }
}

/// As in the measurement that this engine's design began with: a hundred threads take snapshots while one writes.
fn readers(keys: u64) -> Outcome<Contest> {
    let copies = (20_000 / keys as usize).max(1);
    let contestants = vec![
        Watched::<Ctrie<u64>>::contestant(keys, 200, Watched::many),
        Watched::<Copied>::contestant(keys, copies, Watched::many),
    ];
    Ok(Contest {
        // A hundred copies of a million keys take their time: once is enough for a ratio of thousands.
        once: keys > 100_000,
        ..contest(Unit::MICROSECONDS, contestants)
    })
}

/// Keys of the index of a large workbook.
const CHUNKS: u64 = 5_000;

fn latency(_: &Setting) -> Outcome<Contest> {
    let contestants = vec![
        Watched::<Ctrie<u64>>::contestant(CHUNKS, TAKEN, Watched::latency),
        Watched::<Published>::contestant(CHUNKS, TAKEN, Watched::latency),
    ];
    Ok(contest(Unit::MICROSECONDS, contestants))
}

fn write(_: &Setting) -> Outcome<Contest> {
    let contestants = vec![
        Watched::<Ctrie<u64>>::contestant(CHUNKS, TAKEN, Watched::writes),
        Watched::<Published>::contestant(CHUNKS, TAKEN, Watched::writes),
    ];
    Ok(contest(NANOSECONDS, contestants))
}
