//! Full recalculation of filled columns.

use tabulith_benches::Outcome;
use tabulith_benches::measure::{Bar, Contest, Contestant, Sample, Unit, timed};
use tabulith_benches::numpy::Against;
use tabulith_benches::texts::{self, Joined};
use tabulith_benches::workloads::{self, Workload};

use crate::{Benchmark, Setting};

pub(crate) const BENCHMARKS: &[Benchmark] = &[
    Benchmark::new("recalc/fill_down", Bar::Times(3.0, "numpy"), fill_down),
    Benchmark::new("recalc/product", Bar::None, product),
    Benchmark::new("recalc/branch", Bar::None, branch),
    Benchmark::new("recalc/round", Bar::None, round),
    Benchmark::new("recalc/balance", Bar::Times(5.0, "loop"), balance),
    Benchmark::new("recalc/text", Bar::None, text),
];

/// This engine, recalculating the whole workbook.
pub(crate) fn ours(workload: Workload) -> Contestant {
    fn run(workload: &mut Workload) -> Outcome<Sample> {
        let (report, sample) = timed(|| workload.book.recalculate());
        let (recomputed, cells) = (report?.recomputed, workload.formula_cells());
        if recomputed != cells as u64 {
            return Err(format!("{recomputed} evaluations of {cells} cells").into());
        }
        Ok(sample)
    }
    Contestant::new("tabulith", workload, run, |workload| workload.check())
}

/// The workload's contest, numpy doing `works` over the inputs `a` and `b`; each work with its name in the table.
fn beside_numpy(
    setting: &Setting,
    workload: Workload,
    works: &[(&'static str, &'static str)],
) -> Contest {
    let inputs = ["a", "b"].into_iter().zip(&workload.inputs);
    let arrays: Vec<_> = inputs
        .map(|(name, column)| (name, column.numbers.clone()))
        .collect();
    let expected = workload.sums();
    let mut contest = Contest {
        unit: Unit::nanoseconds_per_cell(workload.formula_cells()),
        contestants: vec![ours(workload)],
        absent: Vec::new(),
        once: false,
    };
    for (name, work) in works {
        contest = contest.against_numpy(
            &setting.numpy,
            Against {
                name,
                work,
                arrays: arrays.clone(),
                expected: expected.clone(),
            },
        );
    }
    contest
}

/// Halves away from zero, on the decimal view, take numpy several steps.
const HALF_AWAY: &str = "numpy half away";

fn fill_down(setting: &Setting) -> Outcome<Contest> {
    let workload = workloads::fill_down(setting.rows)?;
    let works = [("numpy", "fill_down"), (HALF_AWAY, "fill_down_half_away")];
    Ok(beside_numpy(setting, workload, &works))
}

fn product(setting: &Setting) -> Outcome<Contest> {
    let workload = workloads::product_alone(setting.rows)?;
    Ok(beside_numpy(setting, workload, &[("numpy", "product")]))
}

fn branch(setting: &Setting) -> Outcome<Contest> {
    let workload = workloads::branch_alone(setting.rows)?;
    Ok(beside_numpy(setting, workload, &[("numpy", "branch")]))
}

fn round(setting: &Setting) -> Outcome<Contest> {
    let workload = workloads::round_alone(setting.rows)?;
    let works = [("numpy", "round"), (HALF_AWAY, "round_half_away")];
    Ok(beside_numpy(setting, workload, &works))
}

fn balance(setting: &Setting) -> Outcome<Contest> {
    let workload = workloads::balance(setting.rows)?;
    let (credits, debits) = (workload.input(0), workload.input(1));
    let expected = workload.formulas[0].numbers.clone();
    let unit = Unit::nanoseconds_per_cell(workload.formula_cells());
    Ok(Contest {
        unit,
        contestants: vec![
            ours(workload),
            plain("loop", expected, move || {
                workloads::balance_loop(&credits, &debits)
            }),
        ],
        absent: Vec::new(),
        once: false,
    })
}

fn text(setting: &Setting) -> Outcome<Contest> {
    fn run(joined: &mut Joined) -> Outcome<Sample> {
        let (report, sample) = timed(|| joined.book.recalculate());
        let (recomputed, cells) = (report?.recomputed, joined.expected.len());
        match recomputed == cells as u64 {
            true => Ok(sample),
            false => Err(format!("{recomputed} evaluations of {cells} cells").into()),
        }
    }
    let joined = Joined::build(setting.rows)?;
    let [first, second] = joined.inputs.clone();
    let expected = joined.expected.clone();
    Ok(Contest {
        unit: Unit::nanoseconds_per_cell(expected.len()),
        contestants: vec![
            Contestant::new("tabulith", joined, run, |joined| joined.check()),
            plain("loop", expected, move || texts::joined(&first, &second)),
        ],
        absent: Vec::new(),
        once: false,
    })
}

struct Plain<T> {
    work: Box<dyn Fn() -> Vec<T>>,
    expected: Vec<T>,
    made: Vec<T>,
}

/// A plain Rust program for the same work, and what it must make.
pub(crate) fn plain<T: PartialEq + 'static>(
    name: &'static str,
    expected: Vec<T>,
    work: impl Fn() -> Vec<T> + 'static,
) -> Contestant {
    fn run<T>(plain: &mut Plain<T>) -> Outcome<Sample> {
        let (made, sample) = timed(|| std::hint::black_box((plain.work)()));
        plain.made = made;
        Ok(sample)
    }
    fn check<T: PartialEq>(plain: &mut Plain<T>) -> Outcome<()> {
        match plain.made == plain.expected {
            true => Ok(()),
            false => Err("other values than expected".into()),
        }
    }
    let plain = Plain {
        work: Box::new(work),
        expected,
        made: Vec::new(),
    };
    Contestant::new(name, plain, run, check)
}
