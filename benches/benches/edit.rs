//! Single edits of a large workbook: how long until the values are right again, and what was evaluated for it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::Instant;

use cpu_time::ProcessTime;
use tabulith::Workbook;
use tabulith::reference::{Area, Cell, Rect};
use tabulith::value::Value;
use tabulith_benches::Outcome;
use tabulith_benches::measure::{Bar, Contest, Contestant, Sample, Unit};
use tabulith_benches::workloads::{self, SHEET, Workload};

use crate::{Benchmark, Setting};

pub(crate) const BENCHMARKS: &[Benchmark] = &[
    Benchmark::new("edit/one_reader", Bar::Below(20.0), one_reader),
    Benchmark::new(
        "commit/one_dependent",
        Bar::Within(6.0, 20.0),
        one_dependent,
    ),
    Benchmark::new("structure/insert_row", Bar::Below(2.0), insert_row),
];

/// Edits in one run, each measured by itself.
const EDITS: u32 = 100;

/// Insertions in one run, each measured by itself. Those of all runs fit below a million rows.
const INSERTIONS: u32 = 8;

/// Runs `count` edits, each under the clock by itself.
pub(crate) fn each_timed(
    count: u32,
    mut edit: impl FnMut(u32) -> tabulith::Result<()>,
) -> Outcome<Sample> {
    // The clock of the processor is asked once: to ask for each would disturb what is measured.
    let cpu = ProcessTime::now();
    let mut measured = Vec::with_capacity(count as usize);
    for number in 0..count {
        let wall = Instant::now();
        let edited = edit(number);
        measured.push(wall.elapsed().as_secs_f64());
        edited?;
    }
    Ok(Sample {
        measured,
        cpu_seconds: cpu.elapsed().as_secs_f64(),
    })
}

/// Edits cells of column A, one at a time; one formula reads each, and two more depend on that one.
struct Editing {
    workload: Workload,
    edits: u32,
}

impl Editing {
    fn run(&mut self) -> Outcome<Sample> {
        let rows = self.workload.inputs[0].numbers.len() as u32;
        let (book, former) = (&self.workload.book, self.edits);
        self.edits += EDITS;
        each_timed(EDITS, |number| {
            // A prime step: the cells are far from each other and hardly ever the same.
            let edit = former + number;
            let row = (u64::from(edit) * 7_919 % u64::from(rows)) as u32;
            let value = f64::from(edit % 1_000) / 250.0 - 2.0;
            book.edit(|tx| tx.set_at(SHEET, Cell::new(row, 0), value))
        })
    }

    /// One more edit: exactly the row's three formulas are evaluated, and they show what they must.
    fn check(&mut self) -> Outcome<()> {
        let factors = &self.workload.inputs[1].numbers;
        let middle = factors.len() / 2;
        let far_from_zero = |row: &usize| factors[*row].abs() > 0.5;
        let row = (middle..factors.len())
            .find(far_from_zero)
            .ok_or("all factors are about zero")?;
        let (value, factor) = (1.75, factors[row]);
        let cell = |column| Cell::new(row as u32, column);
        let book = &self.workload.book;
        let edit = book.edit_reporting(&mut |_| {}, |tx| tx.set_at(SHEET, cell(0), value));
        let ((), report) = edit?;
        let dependents: Vec<Area> = (2..5)
            .map(|column| Area::new(SHEET, Rect::cell(cell(column))))
            .collect();
        if report.recomputed != 3 || !same_cells(&report.evaluated, &dependents) {
            return Err(format!(
                "{} evaluations, in {:?}, instead of one in each of {dependents:?}",
                report.recomputed, report.evaluated
            )
            .into());
        }
        let c = value * factor + 1.0;
        let d = if c > 0.5 { c * 2.0 } else { c - 1.0 };
        let e = (d * 100.0).round() / 100.0;
        let snapshot = book.snapshot();
        for (column, expected) in [(2, c), (3, d), (4, e)] {
            let shown = snapshot.value_at(SHEET, cell(column));
            if shown != Value::Number(expected) {
                return Err(
                    format!("{:?} is {shown:?} instead of {expected}", cell(column)).into(),
                );
            }
        }
        Ok(())
    }
}

/// Whether the areas hold the expected cells, and nothing else.
fn same_cells(areas: &[Area], expected: &[Area]) -> bool {
    let size = |areas: &[Area]| areas.iter().map(|area| area.rect.size()).sum::<u64>();
    let encloses = |cell: &Area| {
        let around = |area: &&Area| area.sheet == cell.sheet && area.rect.encloses(&cell.rect);
        areas.iter().any(|area| around(&area))
    };
    size(areas) == size(expected) && expected.iter().all(encloses)
}

fn one_reader(setting: &Setting) -> Outcome<Contest> {
    let editing = Editing {
        workload: workloads::fill_down(setting.rows)?,
        edits: 0,
    };
    Ok(Contest::alone(
        Unit::MICROSECONDS,
        editing,
        Editing::run,
        Editing::check,
    ))
}

/// Inserts rows above all others.
struct Inserting {
    workload: Workload,
    inserted: u32,
}

impl Inserting {
    fn run(&mut self) -> Outcome<Sample> {
        self.inserted += INSERTIONS;
        let book = &self.workload.book;
        each_timed(INSERTIONS, |_| book.edit(|tx| tx.insert_rows(SHEET, 0, 1)))
    }

    /// One more insertion: no value changes, so nothing is evaluated; values and formulas are found below.
    fn check(&mut self) -> Outcome<()> {
        self.inserted += 1;
        let book = &self.workload.book;
        let edit = book.edit_reporting(&mut |_| {}, |tx| tx.insert_rows(SHEET, 0, 1));
        let ((), report) = edit?;
        if (report.recomputed, report.changed) != (0, 0) || !report.evaluated.is_empty() {
            return Err(format!(
                "{} evaluations and {} changes, where no value changes",
                report.recomputed, report.changed
            )
            .into());
        }
        let snapshot = book.snapshot();
        let columns = self.workload.inputs.iter().chain(&self.workload.formulas);
        for column in columns {
            column.check(&snapshot, self.inserted)?;
        }
        let row = self.inserted + 1;
        let formula = snapshot.formula_at(SHEET, Cell::new(self.inserted, 2));
        let expected = format!("=A{row}*B{row}+1");
        match formula == Some(expected.clone()) {
            true => Ok(()),
            false => Err(format!("the formula is {formula:?} instead of {expected}").into()),
        }
    }
}

fn insert_row(setting: &Setting) -> Outcome<Contest> {
    let inserting = Inserting {
        workload: workloads::fill_down(setting.rows)?,
        inserted: 0,
    };
    Ok(Contest::alone(
        Unit::MILLISECONDS,
        inserting,
        Inserting::run,
        Inserting::check,
    ))
}

/// Commits that change one cell and its one dependent, while a reader takes a snapshot of every revision.
struct Committing {
    book: Workbook,
    rows: u32,
    commits: u32,
}

/// A thread that takes a snapshot of every revision as soon as it is there, and holds it until the next one.
struct SnapshotReader {
    made: Arc<AtomicU64>,
    taken: Arc<AtomicU64>,
    thread: JoinHandle<bool>,
}

/// Tells the reader that there will be no more revisions.
const ENDED: u64 = u64::MAX;

impl SnapshotReader {
    fn begin(book: &Workbook) -> SnapshotReader {
        let (made, taken) = (Arc::<AtomicU64>::default(), Arc::<AtomicU64>::default());
        let thread = std::thread::spawn({
            let (book, made, taken) = (book.clone(), Arc::clone(&made), Arc::clone(&taken));
            move || {
                let mut held = None;
                let mut last = 0;
                loop {
                    let wanted = made.load(Ordering::Acquire);
                    if wanted == ENDED {
                        return held.is_some();
                    }
                    if wanted > last {
                        let held = held.insert(book.snapshot());
                        last = wanted;
                        if held.revision() != wanted {
                            return false;
                        }
                        taken.store(wanted, Ordering::Release);
                    }
                    std::hint::spin_loop();
                }
            }
        });
        SnapshotReader {
            made,
            taken,
            thread,
        }
    }

    /// Lets the reader take a snapshot of the newest revision, and waits until it has.
    fn show(&self, revision: u64) {
        self.made.store(revision, Ordering::Release);
        while self.taken.load(Ordering::Acquire) < revision && !self.thread.is_finished() {
            std::hint::spin_loop();
        }
    }

    fn end(self) -> Outcome<()> {
        self.made.store(ENDED, Ordering::Release);
        match self.thread.join() {
            Ok(true) => Ok(()),
            _ => Err("a revision was not seen".into()),
        }
    }
}

impl Committing {
    fn new(rows: u32) -> Outcome<Committing> {
        let book = Workbook::new();
        book.add_sheet("Sheet1")?;
        let numbers: Vec<f64> = (0..rows).map(f64::from).collect();
        book.edit(|tx| {
            tx.set_column("Sheet1!A1", &numbers)?;
            tx.fill(&format!("Sheet1!B1:B{rows}"), "=A1*2")
        })?;
        Ok(Committing {
            book,
            rows,
            commits: 0,
        })
    }

    fn run(&mut self) -> Outcome<Sample> {
        let former = self.commits;
        self.commits += EDITS;
        let reader = SnapshotReader::begin(&self.book);
        // The reader begins with a snapshot of the newest revision.
        self.book
            .edit(|tx| tx.set_at(SHEET, Cell::new(0, 0), f64::from(former) - 0.5))?;
        reader.show(self.book.snapshot().revision());
        let cpu = ProcessTime::now();
        let mut measured = Vec::with_capacity(EDITS as usize);
        for commit in former..self.commits {
            let row = (u64::from(commit) * 7_919 % u64::from(self.rows)) as u32;
            let value = f64::from(commit) + 0.5;
            let wall = Instant::now();
            let edited = self
                .book
                .edit(|tx| tx.set_at(SHEET, Cell::new(row, 0), value));
            measured.push(wall.elapsed().as_secs_f64());
            edited?;
            reader.show(self.book.snapshot().revision());
        }
        reader.end()?;
        Ok(Sample {
            measured,
            cpu_seconds: cpu.elapsed().as_secs_f64(),
        })
    }

    fn check(&mut self) -> Outcome<()> {
        let edit = |tx: &mut tabulith::Transaction<'_>| tx.set_at(SHEET, Cell::new(5, 0), 0.25);
        let ((), report) = self.book.edit_reporting(&mut |_| {}, edit)?;
        let shown = self.book.snapshot().value_at(SHEET, Cell::new(5, 1));
        if report.recomputed != 1 || shown != Value::Number(0.5) {
            return Err(format!("{} evaluations, {shown:?}", report.recomputed).into());
        }
        Ok(())
    }
}

/// Rows of the workbook in which a commit must be quick. In one of a million rows all that a commit touches is cold.
const COMMIT_ROWS: u32 = 10_000;

fn one_dependent(setting: &Setting) -> Outcome<Contest> {
    let contestant = |name, rows| -> Outcome<Contestant> {
        let committing = Committing::new(rows)?;
        Ok(Contestant::new(
            name,
            committing,
            Committing::run,
            Committing::check,
        ))
    };
    Ok(Contest {
        unit: Unit::MICROSECONDS,
        contestants: vec![
            contestant("tabulith", COMMIT_ROWS.min(setting.rows))?,
            contestant("all rows", setting.rows)?,
        ],
        absent: Vec::new(),
        once: false,
    })
}
