//! Measuring: each contestant of a benchmark runs once and has its result checked, then all run in turn, several times.
//!
//! Running in turn lets whatever else the machine does fall on all of them alike.

use std::time::Instant;

use cpu_time::ProcessTime;

use crate::Outcome;

/// Rounds that a benchmark has at least.
const ROUNDS_MIN: usize = 3;

/// Rounds that a benchmark has at most.
const ROUNDS_MAX: usize = 25;

/// Seconds after which no further round begins.
const SECONDS: f64 = 5.0;

/// One run of a contestant.
#[derive(Debug, Clone, Default)]
pub struct Sample {
    /// What was measured: seconds or bytes. A run may measure many single edits.
    pub measured: Vec<f64>,
    /// Processor time of all threads in the whole run, in seconds.
    pub cpu_seconds: f64,
}

/// Runs `work` under the clock; its result is dropped by the caller, not under the clock.
pub fn timed<R>(work: impl FnOnce() -> R) -> (R, Sample) {
    // Asking for processor time takes some time itself.
    let cpu = ProcessTime::now();
    let wall = Instant::now();
    let result = work();
    let sample = Sample {
        measured: vec![wall.elapsed().as_secs_f64()],
        cpu_seconds: cpu.elapsed().as_secs_f64(),
    };
    (result, sample)
}

trait Run {
    fn run(&mut self) -> Outcome<Sample>;
    fn check(&mut self) -> Outcome<()>;
}

struct Runner<S> {
    state: S,
    run: fn(&mut S) -> Outcome<Sample>,
    check: fn(&mut S) -> Outcome<()>,
}

impl<S> Run for Runner<S> {
    fn run(&mut self) -> Outcome<Sample> {
        (self.run)(&mut self.state)
    }

    fn check(&mut self) -> Outcome<()> {
        (self.check)(&mut self.state)
    }
}

/// One that runs in a benchmark: this engine, or what it is compared with.
pub struct Contestant {
    name: &'static str,
    runner: Box<dyn Run>,
}

impl Contestant {
    /// A contestant with what it keeps between runs, what it does in a run, and how the result of its last run is
    /// checked.
    pub fn new<S: 'static>(
        name: &'static str,
        state: S,
        run: fn(&mut S) -> Outcome<Sample>,
        check: fn(&mut S) -> Outcome<()>,
    ) -> Contestant {
        Contestant {
            name,
            runner: Box::new(Runner { state, run, check }),
        }
    }

    fn run_and_check(&mut self) -> Outcome<Sample> {
        let sample = self.runner.run()?;
        match self.runner.check() {
            Ok(()) => Ok(sample),
            Err(fault) => Err(format!("{}: {fault}", self.name).into()),
        }
    }
}

/// What a figure counts.
#[derive(Debug, Clone, Copy)]
pub struct Unit {
    /// As it is printed: `ns/cell`.
    pub name: &'static str,
    /// How many seconds or bytes one of it is.
    pub size: f64,
}

impl Unit {
    /// Nanoseconds for each of `cells` cells.
    pub fn nanoseconds_per_cell(cells: usize) -> Unit {
        Unit {
            name: "ns/cell",
            size: 1e-9 * cells as f64,
        }
    }

    /// Microseconds.
    pub const MICROSECONDS: Unit = Unit {
        name: "us",
        size: 1e-6,
    };

    /// Milliseconds.
    pub const MILLISECONDS: Unit = Unit {
        name: "ms",
        size: 1e-3,
    };
}

/// What the median is held against.
#[derive(Debug, Clone, Copy)]
pub enum Bar {
    /// Nothing: the figure is for comparison.
    None,
    /// It is below so many of the unit.
    Below(f64),
    /// It is below so many of the unit, and the 99th percentile below so many.
    Within(f64, f64),
    /// It is at most so many times that of a comparator.
    Times(f64, &'static str),
}

/// A benchmark that is ready to run.
pub struct Contest {
    /// What its figures count.
    pub unit: Unit,
    /// This engine first, then the comparators.
    pub contestants: Vec<Contestant>,
    /// Comparators that are not there, each with the reason.
    pub absent: Vec<(&'static str, String)>,
    /// Whether every run measures the same, as a count of bytes does, so that the checked one is enough.
    pub once: bool,
}

impl Contest {
    /// A benchmark of this engine alone; the rest is as in [`Contestant::new`].
    pub fn alone<S: 'static>(
        unit: Unit,
        state: S,
        run: fn(&mut S) -> Outcome<Sample>,
        check: fn(&mut S) -> Outcome<()>,
    ) -> Contest {
        Contest {
            unit,
            contestants: vec![Contestant::new("tabulith", state, run, check)],
            absent: Vec::new(),
            once: false,
        }
    }

    /// Runs every contestant once and checks what it made.
    ///
    /// # Errors
    ///
    /// The first run that fails or gives a wrong result.
    pub fn check(&mut self) -> Outcome<Vec<Sample>> {
        self.contestants
            .iter_mut()
            .map(Contestant::run_and_check)
            .collect()
    }

    /// Checks the contestants, then runs them in turn, several times. The runs that are checked are not counted, as
    /// they find everything cold.
    ///
    /// # Errors
    ///
    /// The first run that fails or gives a wrong result.
    pub fn measure(&mut self) -> Outcome<Vec<Figures>> {
        let checked = self.check()?;
        let samples = match self.once {
            true => checked.into_iter().map(|sample| vec![sample]).collect(),
            false => self.rounds()?,
        };
        let named = self.contestants.iter().zip(&samples);
        Ok(named
            .map(|(contestant, samples)| Figures::of(contestant.name, samples, self.unit))
            .collect())
    }

    /// The samples of each contestant, from all rounds.
    fn rounds(&mut self) -> Outcome<Vec<Vec<Sample>>> {
        let mut samples = vec![Vec::new(); self.contestants.len()];
        let began = Instant::now();
        for round in 0..ROUNDS_MAX {
            if round >= ROUNDS_MIN && began.elapsed().as_secs_f64() > SECONDS {
                break;
            }
            for (contestant, samples) in self.contestants.iter_mut().zip(&mut samples) {
                samples.push(contestant.runner.run()?);
            }
        }
        Ok(samples)
    }
}

/// What was measured of one contestant, in the benchmark's unit.
#[derive(Debug, Clone)]
pub struct Figures {
    /// The contestant's name.
    pub name: &'static str,
    /// The median.
    pub median: f64,
    /// The least.
    pub min: f64,
    /// The 99th percentile, where there are enough samples to tell.
    pub p99: Option<f64>,
    /// The median of the processor time; nothing where no time is measured.
    pub cpu: Option<f64>,
}

impl Figures {
    fn of(name: &'static str, samples: &[Sample], unit: Unit) -> Figures {
        let measured = samples.iter().flat_map(|sample| &sample.measured);
        let mut measured: Vec<f64> = measured.map(|value| value / unit.size).collect();
        measured.sort_unstable_by(f64::total_cmp);
        let per_item = |sample: &Sample| sample.cpu_seconds / sample.measured.len().max(1) as f64;
        let mut cpu: Vec<f64> = samples
            .iter()
            .map(|sample| per_item(sample) / unit.size)
            .collect();
        cpu.sort_unstable_by(f64::total_cmp);
        Figures {
            name,
            median: quantile(&measured, 0.5),
            min: quantile(&measured, 0.0),
            p99: (measured.len() >= 100).then(|| quantile(&measured, 0.99)),
            cpu: Some(quantile(&cpu, 0.5)).filter(|cpu| *cpu > 0.0),
        }
    }
}

/// The value below which this share of the sorted values lies; not a number if there are none.
fn quantile(sorted: &[f64], share: f64) -> f64 {
    let at = (share * sorted.len().saturating_sub(1) as f64).round() as usize;
    sorted.get(at).copied().unwrap_or(f64::NAN)
}

/// What a benchmark found.
#[derive(Debug, Clone)]
pub struct Finding {
    /// The benchmark's name.
    pub name: &'static str,
    /// What its figures count.
    pub unit: &'static str,
    /// This engine first, then the comparators.
    pub figures: Vec<Figures>,
    /// Comparators that were not there, each with the reason.
    pub absent: Vec<(&'static str, String)>,
    /// What it is held against.
    pub bar: Bar,
}

impl Finding {
    /// This engine's median through a comparator's.
    pub fn ratio(&self, comparator: &Figures) -> f64 {
        self.figures
            .first()
            .map_or(f64::NAN, |ours| ours.median / comparator.median)
    }

    /// The same of processor times, which a busy machine spoils less; nothing where no time is measured.
    pub fn cpu_ratio(&self, comparator: &Figures) -> Option<f64> {
        Some(self.figures.first()?.cpu? / comparator.cpu?)
    }

    /// Whether the bar holds; nothing if there is none, or if the comparator is absent.
    pub fn holds(&self) -> Option<bool> {
        match self.bar {
            Bar::None => None,
            Bar::Below(most) => Some(self.figures.first()?.median < most),
            Bar::Within(most, late) => {
                let figures = self.figures.first()?;
                Some(figures.median < most && figures.p99? < late)
            }
            Bar::Times(factor, name) => {
                let comparator = self.figures.iter().find(|figures| figures.name == name)?;
                Some(self.ratio(comparator) <= factor)
            }
        }
    }

    /// The bar as text: `<= 3 x numpy`.
    pub fn bar_text(&self) -> Option<String> {
        match self.bar {
            Bar::None => None,
            Bar::Below(most) => Some(format!("< {most} {}", self.unit)),
            Bar::Within(most, late) => Some(format!("< {most} {}, p99 < {late}", self.unit)),
            Bar::Times(factor, name) => Some(format!("<= {factor} x {name}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figures(name: &'static str, measured: &[f64]) -> Figures {
        let sample = |value: &f64| Sample {
            measured: vec![*value],
            cpu_seconds: 0.5,
        };
        let samples: Vec<Sample> = measured.iter().map(sample).collect();
        Figures::of(name, &samples, Unit::MILLISECONDS)
    }

    fn finding(bar: Bar) -> Finding {
        Finding {
            name: "a/b",
            unit: "ms",
            figures: vec![
                figures("tabulith", &[0.009, 0.006, 0.005]),
                figures("loop", &[0.002]),
            ],
            absent: Vec::new(),
            bar,
        }
    }

    #[track_caller]
    fn check_bar(bar: Bar, holds: Option<bool>, text: Option<&str>) {
        let finding = finding(bar);
        assert_eq!(finding.holds(), holds);
        assert_eq!(finding.bar_text().as_deref(), text);
    }

    #[test]
    fn figures_are_in_the_unit() {
        let figures = figures("x", &[0.009, 0.006, 0.005]);
        assert!((figures.median - 6.0).abs() < 1e-9 && (figures.min - 5.0).abs() < 1e-9);
        assert_eq!((figures.cpu, figures.p99), (Some(500.0), None));
        let edits: Vec<f64> = (1..=101).map(f64::from).collect();
        assert_eq!(quantile(&edits, 0.99), 100.0);
    }

    #[test]
    fn a_bar_holds_or_does_not_or_cannot_be_told() {
        check_bar(Bar::None, None, None);
        check_bar(Bar::Below(7.0), Some(true), Some("< 7 ms"));
        check_bar(Bar::Below(6.0), Some(false), Some("< 6 ms"));
        check_bar(Bar::Times(3.5, "loop"), Some(true), Some("<= 3.5 x loop"));
        check_bar(Bar::Times(2.0, "loop"), Some(false), Some("<= 2 x loop"));
        check_bar(Bar::Times(2.0, "numpy"), None, Some("<= 2 x numpy"));
    }

    #[test]
    fn a_wrong_result_is_an_error_and_a_right_one_is_measured() {
        let run = |runs: &mut u32| {
            *runs += 1;
            Ok(timed(|| ()).1)
        };
        let right = |runs: &mut u32| match runs {
            1 => Ok(()),
            _ => Err("checked late".into()),
        };
        let mut contest = Contest::alone(Unit::MICROSECONDS, 0_u32, run, right);
        assert_eq!(contest.measure().unwrap().len(), 1);
        let wrong = |_: &mut u32| Err("1 instead of 2".into());
        let mut contest = Contest::alone(Unit::MICROSECONDS, 0_u32, run, wrong);
        let error = contest.measure().unwrap_err();
        assert_eq!(error.to_string(), "tabulith: 1 instead of 2");
    }
}
