//! Functions over long ranges, beside plain programs and numpy.

use tabulith_benches::Outcome;
use tabulith_benches::measure::{Bar, Contest, Unit};
use tabulith_benches::numpy::Against;
use tabulith_benches::workloads::{self, Workload};

use crate::recalc::{ours, plain};
use crate::{Benchmark, Setting};

pub(crate) const BENCHMARKS: &[Benchmark] = &[
    Benchmark::new("functions/sum", Bar::None, sum),
    Benchmark::new("functions/sumifs", Bar::None, sumifs),
    Benchmark::new("functions/vlookup", Bar::None, vlookup),
];

/// The workload beside a plain program and numpy, which do the same with its inputs under these names.
fn beside(
    setting: &Setting,
    (workload, unit): (Workload, Unit),
    names: &[&'static str],
    work: &'static str,
    program: fn(&[Vec<f64>]) -> Vec<f64>,
) -> Contest {
    let inputs: Vec<Vec<f64>> = (0..names.len()).map(|at| workload.input(at)).collect();
    let arrays = names.iter().copied().zip(inputs.iter().cloned()).collect();
    let made = workload.formulas[0].numbers.clone();
    let expected = workload.sums();
    let contest = Contest {
        unit,
        contestants: vec![
            ours(workload),
            plain("plain Rust", made, move || program(&inputs)),
        ],
        absent: Vec::new(),
        once: false,
    };
    contest.against_numpy(
        &setting.numpy,
        Against {
            name: "numpy",
            work,
            arrays,
            expected,
        },
    )
}

/// One sum of the whole column.
fn sum(setting: &Setting) -> Outcome<Contest> {
    let workload = workloads::sum(setting.rows)?;
    let unit = Unit::nanoseconds_per_cell(setting.rows as usize);
    let program = |inputs: &[Vec<f64>]| vec![inputs[0].iter().sum()];
    Ok(beside(setting, (workload, unit), &["a"], "sum", program))
}

/// Ten thousand sums by one criterion, over all rows.
fn sumifs(setting: &Setting) -> Outcome<Contest> {
    let (rows, criteria) = (setting.rows, (setting.rows / 100).clamp(1, 10_000));
    let workload = workloads::sumifs(rows, criteria)?;
    let names = ["keys", "amounts", "criteria"];
    let program =
        |inputs: &[Vec<f64>]| workloads::sums_by_criterion(&inputs[0], &inputs[1], &inputs[2]);
    Ok(beside(
        setting,
        (workload, Unit::MILLISECONDS),
        &names,
        "sums_by_criterion",
        program,
    ))
}

/// Keys of the table that the lookups search.
const KEYS: u32 = 100_000;

/// Exact lookups among unsorted keys.
fn vlookup(setting: &Setting) -> Outcome<Contest> {
    let lookups = setting.rows / 4;
    let workload = workloads::vlookup(KEYS.min(lookups), lookups)?;
    let names = ["keys", "amounts", "wanted"];
    let unit = Unit {
        name: "ns/lookup",
        size: 1e-9 * f64::from(lookups),
    };
    let program =
        |inputs: &[Vec<f64>]| workloads::exact_lookups(&inputs[0], &inputs[1], &inputs[2]);
    Ok(beside(
        setting,
        (workload, unit),
        &names,
        "exact_lookups",
        program,
    ))
}
