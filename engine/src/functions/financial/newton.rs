//! Newton's method with Excel's way of giving up.
//!
//! Where Excel answers `#NUM!` although a root exists, so do we: a start value, a number of tries and a precision are
//! part of a function's definition, a better method would be another function.

use crate::value::CellError;

/// How long to look for a root, and how exactly.
pub(super) struct Search {
    /// Where to start.
    pub(super) guess: f64,
    /// How many steps at most.
    pub(super) tries: u32,
    /// The step that is small enough to stop.
    pub(super) precision: f64,
    /// What to do when a step leads to a rate of -1 or below, where no money is left.
    pub(super) below: Below,
}

/// What to do with a rate of -1 or below.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Below {
    /// Go on from there; a root that is found there counts as none.
    Follow,
    /// Go half the way to -1 instead.
    Halve,
}

impl Search {
    /// A rate above -1 at which a function is 0; `function` gives its value and its slope.
    ///
    /// # Errors
    ///
    /// `#NUM!` if the steps lead to -1 or below, to where the function has no value, or on without end.
    pub(super) fn rate(&self, function: impl Fn(f64) -> (f64, f64)) -> Result<f64, CellError> {
        let mut rate = self.guess;
        for _ in 0..self.tries {
            let (value, slope) = function(rate);
            if value == 0.0 {
                return Ok(rate);
            }
            let next = rate - value / slope;
            if !next.is_finite() {
                return Err(CellError::Num);
            }
            let next = match self.below {
                Below::Halve if next <= -1.0 => (rate - 1.0) / 2.0,
                _ => next,
            };
            if (next - rate).abs() < self.precision {
                return if next > -1.0 {
                    Ok(next)
                } else {
                    Err(CellError::Num)
                };
            }
            rate = next;
        }
        Err(CellError::Num)
    }
}
