//! The benchmark program: which benchmarks there are, and the order of a run.

mod ctrie;
mod edit;
mod files;
mod functions;
mod memory;
mod messagepack;
mod recalc;
mod revisions;
mod snapshot;

use std::alloc::System;
use std::io::Write;
use std::process::ExitCode;

use cap::Cap;
use clap::Parser;

use tabulith_benches::Outcome;
use tabulith_benches::measure::{Bar, Contest, Finding};
use tabulith_benches::numpy::{MaybeNumpy, Numpy};
use tabulith_benches::options::Options;
use tabulith_benches::table;

/// Counts the live bytes; there is no limit.
#[global_allocator]
static ALLOCATOR: Cap<System> = Cap::new(System, usize::MAX);

/// What every benchmark is given.
struct Setting {
    rows: u32,
    numpy: MaybeNumpy,
}

#[derive(Clone, Copy)]
struct Benchmark {
    name: &'static str,
    bar: Bar,
    build: fn(&Setting) -> Outcome<Contest>,
}

impl Benchmark {
    const fn new(
        name: &'static str,
        bar: Bar,
        build: fn(&Setting) -> Outcome<Contest>,
    ) -> Benchmark {
        Benchmark { name, bar, build }
    }

    /// Runs it once for its result; which comparators were absent.
    fn check(&self, setting: &Setting) -> Outcome<Vec<&'static str>> {
        let mut contest = (self.build)(setting)?;
        contest.check()?;
        Ok(contest.absent.iter().map(|(name, _)| *name).collect())
    }

    fn measure(&self, setting: &Setting) -> Outcome<Finding> {
        let mut contest = (self.build)(setting)?;
        Ok(Finding {
            name: self.name,
            unit: contest.unit.name,
            figures: contest.measure()?,
            absent: contest.absent,
            bar: self.bar,
        })
    }
}

fn benchmarks() -> Vec<Benchmark> {
    let families = [
        recalc::BENCHMARKS,
        memory::BENCHMARKS,
        edit::BENCHMARKS,
        files::BENCHMARKS,
        messagepack::BENCHMARKS,
        functions::BENCHMARKS,
        revisions::BENCHMARKS,
        ctrie::BENCHMARKS,
        snapshot::BENCHMARKS,
    ];
    families.concat()
}

fn main() -> ExitCode {
    let options = Options::parse();
    let word = options.word.as_deref().unwrap_or("");
    let chosen: Vec<Benchmark> = benchmarks()
        .into_iter()
        .filter(|benchmark| benchmark.name.contains(word))
        .collect();
    if chosen.is_empty() {
        eprintln!("error: no benchmark has `{word}` in its name");
        return ExitCode::from(2);
    }
    match run(&options, &chosen) {
        Ok(0) => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}

/// Runs the benchmarks and prints what they found; how many failed. Only a failed print is an error.
fn run(options: &Options, chosen: &[Benchmark]) -> Outcome<usize> {
    let mut out = std::io::stdout().lock();
    if options.list {
        for benchmark in chosen {
            writeln!(out, "{}", benchmark.name)?;
        }
        return Ok(0);
    }
    let setting = Setting {
        rows: options.rows,
        numpy: Numpy::start(options.python.as_deref()),
    };
    if !options.json {
        writeln!(out, "{}", opening(&setting))?;
    }
    if !options.json && !options.check {
        writeln!(out, "{}", table::head())?;
    }
    let mut failed = 0;
    for benchmark in chosen {
        let shown = if options.check {
            let absent = benchmark.check(&setting);
            absent.map(|absent| match absent.is_empty() {
                true => format!("fine: {}", benchmark.name),
                false => format!("fine: {}, without {}", benchmark.name, absent.join(", ")),
            })
        } else {
            let found = benchmark.measure(&setting);
            found.map(|finding| match options.json {
                true => table::json(&finding).to_string(),
                false => table::rows(&finding),
            })
        };
        match shown {
            Ok(text) => writeln!(out, "{text}")?,
            Err(error) => {
                failed += 1;
                eprintln!("FAILED: {}: {error}", benchmark.name);
            }
        }
        out.flush()?;
    }
    if options.check {
        writeln!(out, "{} passed, {failed} failed", chosen.len() - failed)?;
    }
    Ok(failed)
}

/// What is measured, and beside what.
fn opening(setting: &Setting) -> String {
    let numpy = match &setting.numpy {
        Ok(numpy) => format!("numpy {}", numpy.borrow().version()),
        Err(why) => format!("no numpy: {why}"),
    };
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    format!("{} rows, {numpy}, {cores} cores", setting.rows)
}
