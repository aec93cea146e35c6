//! The only door to the outside: clock, random seed, locale.
//!
//! A recalculation reads none of them itself; it is given a [`Tick`], which the revision keeps, so that the same
//! revision recalculated anywhere gives the same values.

use std::sync::Arc;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// What one recalculation knows of the outside world.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tick {
    /// Local date and time, as a serial number of the 1900 system (days since 1899-12-30).
    pub now: f64,
    /// Key of the random generator.
    pub seed: u64,
    /// Counts recalculations, so that each draws new random numbers.
    pub epoch: u64,
}

/// Where a workbook takes clock and seed from.
///
/// # Examples
///
/// ```
/// use tabulith::environment::Environment;
///
/// let environment = Environment::fixed(45_000.5, 7); // noon of 2023-03-15, seed 7
/// assert_eq!(environment.tick(0).now, 45_000.5);
/// ```
#[derive(Clone)]
pub struct Environment {
    clock: Arc<dyn Fn() -> f64 + Send + Sync>,
    seed: u64,
}

impl Environment {
    /// The system's clock, in universal time shifted by `offset_seconds`, and a seed taken from it.
    #[allow(
        clippy::disallowed_methods,
        reason = "this is the one place that reads the clock"
    )]
    pub fn system(offset_seconds: i32) -> Self {
        let seconds = || {
            SystemTime::now()
                .duration_since(UNIX_EPOCH)
                .map_or(0.0, |d| d.as_secs_f64())
        };
        let seed = seconds().to_bits();
        Environment {
            clock: Arc::new(move || serial_of_unix(seconds() + f64::from(offset_seconds))),
            seed,
        }
    }

    /// A clock that stands still at `now` (a serial number of the 1900 system) and a given seed.
    pub fn fixed(now: f64, seed: u64) -> Self {
        Environment {
            clock: Arc::new(move || now),
            seed,
        }
    }

    /// The moment for recalculation number `epoch`.
    pub fn tick(&self, epoch: u64) -> Tick {
        Tick {
            now: (self.clock)(),
            seed: self.seed,
            epoch,
        }
    }
}

impl Default for Environment {
    fn default() -> Self {
        Environment::system(0)
    }
}

impl std::fmt::Debug for Environment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Environment")
            .field("seed", &self.seed)
            .finish_non_exhaustive()
    }
}

/// Measures how long something takes, for reports; no result ever depends on it.
///
/// # Examples
///
/// ```
/// let watch = tabulith::environment::Stopwatch::start();
/// assert!(watch.seconds() >= 0.0);
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Stopwatch(Instant);

impl Stopwatch {
    /// Begins to measure.
    #[allow(
        clippy::disallowed_methods,
        reason = "this is the one place that reads the clock"
    )]
    pub fn start() -> Stopwatch {
        Stopwatch(Instant::now())
    }

    /// Seconds since the start.
    pub fn seconds(&self) -> f64 {
        self.0.elapsed().as_secs_f64()
    }
}

/// The serial number of the 1900 system for seconds since 1970-01-01T00:00:00.
pub fn serial_of_unix(seconds: f64) -> f64 {
    seconds / 86_400.0 + 25_569.0
}
