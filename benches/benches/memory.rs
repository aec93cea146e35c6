//! What a workbook keeps in memory.

use tabulith::storage;
use tabulith_benches::Outcome;
use tabulith_benches::measure::{Bar, Contest, Sample, Unit};
use tabulith_benches::workloads::{self, Workload};

use crate::{ALLOCATOR, Benchmark, Setting};

/// Columns of the workbook, with formulas or without.
const COLUMNS: usize = 5;

pub(crate) const BENCHMARKS: &[Benchmark] = &[
    // 46 MB for five million cells.
    Benchmark::new("recalc/memory", Bar::Below(9.2), memory),
    // An eighth of that.
    Benchmark::new("recalc/memory_pool", Bar::Below(1.15), pool),
];

struct Built {
    rows: u32,
    workload: Option<Workload>,
    /// The bytes of the workbook and of the chunks that the pool keeps.
    live: usize,
}

impl Built {
    /// Builds the workbook anew, and counts.
    fn build(&mut self) -> Outcome<()> {
        self.workload = None;
        // What the pool keeps from before is as good as taken by this workbook: it is used first.
        let before = ALLOCATOR.allocated() - storage::pooled_bytes();
        let mut workload = workloads::fill_down(self.rows)?;
        rewrite(&mut workload)?;
        // The expected values are none of the workbook's.
        let expected = std::mem::take(&mut workload.inputs);
        let formulas = std::mem::take(&mut workload.formulas);
        let own = |columns: &[workloads::Column]| -> usize {
            columns
                .iter()
                .map(|column| column.numbers.capacity() * 8)
                .sum()
        };
        let held = own(&expected) + own(&formulas);
        self.live = ALLOCATOR.allocated() - before - held;
        workload.inputs = expected;
        workload.formulas = formulas;
        self.workload = Some(workload);
        Ok(())
    }

    fn check(&mut self) -> Outcome<()> {
        self.workload
            .as_ref()
            .ok_or("no workbook was built")?
            .check()
    }
}

/// Writes other numbers into column A and then the former ones, and drops each former revision with its chunks.
fn rewrite(workload: &mut Workload) -> Outcome<()> {
    let numbers = &workload.inputs[0].numbers;
    let others: Vec<f64> = numbers.iter().map(|number| number * 1.5).collect();
    for numbers in [&others, numbers] {
        workload.book.edit(|tx| tx.set_column("A1", numbers))?;
        // A fork has no steps to undo; recalculated, it lets go of the revision that keeps the edit itself.
        workload.book = workload.book.snapshot().fork();
        workload.book.recalculate()?;
    }
    Ok(())
}

fn contest(setting: &Setting, run: fn(&mut Built) -> Outcome<Sample>) -> Contest {
    let built = Built {
        rows: setting.rows,
        workload: None,
        live: 0,
    };
    let unit = Unit {
        name: "B/cell",
        size: (setting.rows as usize * COLUMNS) as f64,
    };
    Contest {
        once: true,
        ..Contest::alone(unit, built, run, Built::check)
    }
}

fn of_bytes(bytes: usize) -> Sample {
    Sample {
        measured: vec![bytes as f64],
        cpu_seconds: 0.0,
    }
}

fn memory(setting: &Setting) -> Outcome<Contest> {
    Ok(contest(setting, |built| {
        built.build()?;
        Ok(of_bytes(built.live))
    }))
}

fn pool(setting: &Setting) -> Outcome<Contest> {
    Ok(contest(setting, |built| {
        built.build()?;
        Ok(of_bytes(storage::pooled_bytes()))
    }))
}
