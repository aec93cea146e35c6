//! The cell index by itself, at the sizes that it has: five thousand chunks are a workbook of twenty million cells.

use std::sync::Arc;

use tabulith::storage::ctrie::{Ctrie, Snapshot};
use tabulith::storage::{Chunk, OpenChunk, SLOTS};
use tabulith_benches::Outcome;
use tabulith_benches::maps::{Dashmap, Held, Imbl, Locked, Map, Papaya};
use tabulith_benches::measure::{Bar, Contest, Contestant, Sample, Unit, timed};
use tabulith_benches::workloads::{self, Workload};

use crate::{ALLOCATOR, Benchmark, Setting};

/// Entries of the index of a large workbook.
const FEW: u64 = 5_000;

/// Entries of the index of a huge one.
const MANY: u64 = 100_000;

pub(crate) const BENCHMARKS: &[Benchmark] = &[
    Benchmark::new("ctrie/get_5k", Bar::Times(4.0, "imbl"), |_| {
        all(FEW, get_all, "ns")
    }),
    Benchmark::new("ctrie/get_100k", Bar::None, |_| all(MANY, get_all, "ns")),
    Benchmark::new("ctrie/insert_5k", Bar::Times(10.0, "imbl"), |_| {
        all(FEW, put_all, "ns")
    }),
    Benchmark::new("ctrie/insert_100k", Bar::None, |_| all(MANY, put_all, "ns")),
    Benchmark::new("ctrie/mixed_5k_1", Bar::None, |_| {
        all(FEW, mixed::<1>, "ns")
    }),
    Benchmark::new("ctrie/mixed_5k_2", Bar::None, |_| {
        all(FEW, mixed::<2>, "ns")
    }),
    Benchmark::new("ctrie/mixed_100k_2", Bar::None, |_| {
        all(MANY, mixed::<2>, "ns")
    }),
    Benchmark::new("ctrie/iterate_100k", Bar::None, |_| {
        all(MANY, iterate, "ns/key")
    }),
    Benchmark::new("ctrie/memory_100k", Bar::None, |_| {
        all(MANY, memory, "B/key")
    }),
    // What the index adds to the recalculation of a block of cells.
    Benchmark::new(
        "ctrie/store_chunk",
        Bar::Times(0.12, "recalculation"),
        store_chunk,
    ),
    Benchmark::new("ctrie/scan", Bar::Times(1.1, "flat"), scan),
];

/// What is done with a map, and how many times.
type Work = fn(&dyn Erased, u64) -> (Sample, u64);

/// A [`Map`] whose kind is not known.
trait Erased: Send + Sync {
    fn get(&self, key: u64) -> Option<Held>;
    fn put(&self, key: u64, value: Held);
    fn each(&self, visit: &mut dyn FnMut(u64));
    fn empty(&self) -> Box<dyn Erased>;
}

struct Kind<M>(M);

impl<M: Map> Erased for Kind<M> {
    fn get(&self, key: u64) -> Option<Held> {
        self.0.get(key)
    }

    fn put(&self, key: u64, value: Held) {
        self.0.put(key, value);
    }

    fn each(&self, visit: &mut dyn FnMut(u64)) {
        self.0.each(visit);
    }

    fn empty(&self) -> Box<dyn Erased> {
        Box::new(Kind(M::empty()))
    }
}

struct Trial {
    map: Box<dyn Erased>,
    entries: u64,
    work: Work,
    done: u64,
}

impl Trial {
    fn of<M: Map>(entries: u64, work: Work) -> Contestant {
        let map = Kind(M::empty());
        let chunk = Arc::new(Chunk::default());
        (0..entries).for_each(|number| map.put(key(number), chunk.clone()));
        let trial = Trial {
            map: Box::new(map),
            entries,
            work,
            done: 0,
        };
        Contestant::new(M::NAME, trial, Trial::run, Trial::check)
    }

    fn run(&mut self) -> Outcome<Sample> {
        let (mut sample, operations) = (self.work)(&*self.map, self.entries);
        self.done = operations;
        for measured in &mut sample.measured {
            *measured /= operations as f64;
        }
        sample.cpu_seconds /= operations as f64;
        Ok(sample)
    }

    /// Every key is there, and no other.
    fn check(&mut self) -> Outcome<()> {
        let mut count = 0;
        self.map.each(&mut |_| count += 1);
        let all = (0..self.entries).all(|number| self.map.get(key(number)).is_some());
        if count != self.entries || !all || self.done == 0 {
            return Err(
                format!("{count} keys of {}, {} operations", self.entries, self.done).into(),
            );
        }
        Ok(())
    }
}

/// Keys as the cell index has them: of columns of 245 blocks.
fn key(number: u64) -> u64 {
    ((number / 245) << 24) | (number % 245)
}

/// The numbers below `entries`, scattered: each once.
fn scattered(entries: u64) -> impl Iterator<Item = u64> {
    // 7,919 is a prime that divides neither size.
    (0..entries).map(move |number| number * 7_919 % entries)
}

fn all(entries: u64, work: Work, unit: &'static str) -> Outcome<Contest> {
    let size = if unit == "B/key" { 1.0 } else { 1e-9 };
    let contestants = vec![
        Trial::of::<Ctrie<Held>>(entries, work),
        Trial::of::<Imbl>(entries, work),
        Trial::of::<Papaya>(entries, work),
        Trial::of::<Dashmap>(entries, work),
        Trial::of::<Locked>(entries, work),
    ];
    Ok(Contest {
        once: unit == "B/key",
        ..contest(contestants, size, unit)
    })
}

/// Rounds over all keys in one run, so that a run lasts long enough to be timed.
fn rounds(entries: u64) -> u64 {
    (200_000 / entries).max(1)
}

fn get_all(map: &dyn Erased, entries: u64) -> (Sample, u64) {
    let rounds = rounds(entries);
    let (found, sample) = timed(|| {
        let keys = (0..rounds).flat_map(|_| scattered(entries));
        keys.filter(|number| map.get(key(*number)).is_some())
            .count()
    });
    (sample, found as u64)
}

/// Fills an empty map.
fn put_all(map: &dyn Erased, entries: u64) -> (Sample, u64) {
    let rounds = rounds(entries);
    let chunk = Arc::new(Chunk::default());
    let maps: Vec<_> = (0..rounds).map(|_| map.empty()).collect();
    let ((), sample) = timed(|| {
        for map in &maps {
            scattered(entries).for_each(|number| map.put(key(number), chunk.clone()));
        }
    });
    (sample, rounds * entries)
}

/// Nine reads to a write, on `THREADS` threads, each with its own order.
fn mixed<const THREADS: u64>(map: &dyn Erased, entries: u64) -> (Sample, u64) {
    let operations = 200_000;
    let ((), sample) = timed(|| {
        std::thread::scope(|scope| {
            for thread in 0..THREADS {
                scope.spawn(move || {
                    let chunk = Arc::new(Chunk::default());
                    for number in 0..operations {
                        let key = key((number * 7_919 + thread * 31) % entries);
                        if number % 10 == 0 {
                            map.put(key, chunk.clone());
                        } else {
                            std::hint::black_box(map.get(key));
                        }
                    }
                });
            }
        });
    });
    (sample, operations * THREADS)
}

fn iterate(map: &dyn Erased, _: u64) -> (Sample, u64) {
    let (count, sample) = timed(|| {
        let mut count = 0;
        map.each(&mut |key| count += u64::from(std::hint::black_box(key) != u64::MAX));
        count
    });
    (sample, count)
}

/// The bytes of a map beside the chunks.
fn memory(map: &dyn Erased, entries: u64) -> (Sample, u64) {
    let chunk = Arc::new(Chunk::default());
    let before = ALLOCATOR.allocated();
    let map = map.empty();
    scattered(entries).for_each(|number| map.put(key(number), chunk.clone()));
    // What was displaced and not released yet is not the map's: twice through, as the collector lags two epochs.
    for _ in 0..1_000 {
        tabulith::storage::ctrie::release_garbage();
    }
    let bytes = ALLOCATOR.allocated().saturating_sub(before);
    let sample = Sample {
        measured: vec![bytes as f64],
        cpu_seconds: 0.0,
    };
    (sample, entries)
}

/// Storing a chunk in an index of five thousand, beside computing it.
fn store_chunk(setting: &Setting) -> Outcome<Contest> {
    fn store(trie: &mut Ctrie<Held>) -> Outcome<Sample> {
        let chunk = Arc::new(Chunk::default());
        let ((), mut sample) = timed(|| {
            for number in scattered(FEW) {
                trie.insert(key(number), chunk.clone());
            }
        });
        sample.measured[0] /= FEW as f64;
        sample.cpu_seconds /= FEW as f64;
        Ok(sample)
    }
    fn recalculate(workload: &mut Workload) -> Outcome<Sample> {
        let (report, mut sample) = timed(|| workload.book.recalculate());
        let chunks = report?.recomputed as f64 / f64::from(SLOTS);
        sample.measured[0] /= chunks;
        sample.cpu_seconds /= chunks;
        Ok(sample)
    }
    fn check(trie: &mut Ctrie<Held>) -> Outcome<()> {
        let count = trie.snapshot().iter().count();
        (count as u64 == FEW)
            .then_some(())
            .ok_or_else(|| format!("{count} chunks").into())
    }
    let trie = Ctrie::new();
    let chunk = Arc::new(Chunk::default());
    (0..FEW).for_each(|number| {
        trie.insert(key(number), chunk.clone());
    });
    let workload = workloads::product_alone(setting.rows)?;
    let contestants = vec![
        Contestant::new("tabulith", trie, store, check),
        Contestant::new("recalculation", workload, recalculate, |workload| {
            workload.check()
        }),
    ];
    Ok(contest(contestants, 1e-9, "ns/chunk"))
}

/// A column in chunks, read through a snapshot, and what its numbers add up to.
struct Column {
    chunks: Snapshot<Held>,
    flat: Vec<f64>,
    sum: f64,
}

impl Column {
    fn of(rows: u32) -> Column {
        let flat: Vec<f64> = (0..rows).map(|row| f64::from(row % 4_093)).collect();
        let trie = Ctrie::new();
        for (block, numbers) in flat.chunks(usize::from(SLOTS)).enumerate() {
            let mut open = OpenChunk::default();
            open.write_numbers(0, numbers);
            trie.insert(key(block as u64), open.into_shared());
        }
        Column {
            chunks: trie.into_snapshot(),
            flat,
            sum: 0.0,
        }
    }

    /// Adds up numbers on eight lanes, as fast as memory gives them.
    fn add(lanes: &mut [f64; 8], numbers: &[f64]) {
        for eight in numbers.chunks(8) {
            for (lane, number) in lanes.iter_mut().zip(eight) {
                *lane += number;
            }
        }
    }

    fn chunked(&mut self) -> Outcome<Sample> {
        let (sum, sample) = timed(|| {
            let mut lanes = [0.0; 8];
            let mut rest = self.flat.len();
            for block in 0..self.flat.len().div_ceil(usize::from(SLOTS)) as u64 {
                let slots = rest.min(usize::from(SLOTS));
                rest -= slots;
                let chunk = self.chunks.get(key(block));
                if let Some(numbers) = chunk.and_then(|chunk| chunk.number_slice(0..slots as u16)) {
                    Column::add(&mut lanes, numbers);
                }
            }
            lanes.iter().sum()
        });
        self.sum = sum;
        Ok(sample)
    }

    fn in_one(&mut self) -> Outcome<Sample> {
        let (sum, sample) = timed(|| {
            let mut lanes = [0.0; 8];
            Column::add(&mut lanes, &self.flat);
            lanes.iter().sum()
        });
        self.sum = sum;
        Ok(sample)
    }

    fn check(&mut self) -> Outcome<()> {
        let expected: f64 = self.flat.iter().sum();
        let same = self.sum == expected;
        same.then_some(())
            .ok_or_else(|| format!("{} instead of {expected}", self.sum).into())
    }
}

fn scan(setting: &Setting) -> Outcome<Contest> {
    let contestants = vec![
        Contestant::new(
            "tabulith",
            Column::of(setting.rows),
            Column::chunked,
            Column::check,
        ),
        Contestant::new(
            "flat",
            Column::of(setting.rows),
            Column::in_one,
            Column::check,
        ),
    ];
    Ok(contest(
        contestants,
        1e-9 * f64::from(setting.rows),
        "ns/cell",
    ))
}

fn contest(contestants: Vec<Contestant>, size: f64, name: &'static str) -> Contest {
    Contest {
        unit: Unit { name, size },
        contestants,
        absent: Vec::new(),
        once: false,
    }
}
