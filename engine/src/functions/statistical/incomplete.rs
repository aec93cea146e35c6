//! The incomplete gamma and beta functions, of which the distributions are made, and the search for an inverse.

use libm::{exp, lgamma, log, log1p};

use crate::value::CellError;

/// Terms after which a series or continued fraction is taken for what it is; large parameters need some thousand.
const TERMS: u32 = 100_000;

/// What a term must exceed, relative to the sum, to matter.
const EPSILON: f64 = 1e-16;

/// Stands for a denominator of 0 in a continued fraction.
const TINY: f64 = 1e-300;

/// The share of the gamma function of `a` that lies below `x`, and the share that lies above.
pub(super) fn gamma_shares(a: f64, x: f64) -> (f64, f64) {
    if x <= 0.0 {
        return (0.0, 1.0);
    }
    let scale = exp(a * log(x) - x - lgamma(a));
    if x < a + 1.0 {
        let mut term = 1.0 / a;
        let mut sum = term;
        for step in 1..TERMS {
            term *= x / (a + f64::from(step));
            sum += term;
            if term < sum * EPSILON {
                break;
            }
        }
        let below = (sum * scale).min(1.0);
        (below, 1.0 - below)
    } else {
        let fraction = continued(x + 1.0 - a, |step| {
            let step = f64::from(step);
            (-step * (step - a), x + 2.0 * step + 1.0 - a)
        });
        let above = (scale / fraction).clamp(0.0, 1.0);
        (1.0 - above, above)
    }
}

/// The share of the beta function of `a` and `b` that lies below `x`, for `x` from 0 to 1.
pub(super) fn beta_share(a: f64, b: f64, x: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    if x >= 1.0 {
        return 1.0;
    }
    let scale = exp(a * log(x) + b * log1p(-x) - ln_beta(a, b));
    if x < (a + 1.0) / (a + b + 2.0) {
        (scale / a / beta_fraction(a, b, x)).clamp(0.0, 1.0)
    } else {
        1.0 - (scale / b / beta_fraction(b, a, 1.0 - x)).clamp(0.0, 1.0)
    }
}

/// The logarithm of the beta function.
pub(super) fn ln_beta(a: f64, b: f64) -> f64 {
    lgamma(a) + lgamma(b) - lgamma(a + b)
}

fn beta_fraction(a: f64, b: f64, x: f64) -> f64 {
    continued(1.0, |step| {
        let half = f64::from(step / 2);
        let numerator = if step % 2 == 0 {
            half * (b - half) * x / ((a + 2.0 * half - 1.0) * (a + 2.0 * half))
        } else {
            -(a + half) * (a + b + half) * x / ((a + 2.0 * half) * (a + 2.0 * half + 1.0))
        };
        (numerator, 1.0)
    })
}

/// `first + n1 / (d1 + n2 / (d2 + …))` by Lentz's method; `part` gives the numerator and denominator of a step from 1 on.
fn continued(first: f64, part: impl Fn(u32) -> (f64, f64)) -> f64 {
    let away_from_zero = |x: f64| if x.abs() < TINY { TINY } else { x };
    let mut result = away_from_zero(first);
    let (mut up, mut down) = (result, 0.0);
    for step in 1..TERMS {
        let (numerator, denominator) = part(step);
        down = 1.0 / away_from_zero(denominator + numerator * down);
        up = away_from_zero(denominator + numerator / up);
        let factor = up * down;
        result *= factor;
        if (factor - 1.0).abs() < EPSILON {
            break;
        }
    }
    result
}

/// Where a function that rises, or one that falls, comes to `wanted` between `low` and `high`.
///
/// `high` may be infinite; then the search goes outwards first.
///
/// # Errors
///
/// `#NUM!` if the function does not get there.
pub(super) fn inverse(
    wanted: f64,
    (mut low, mut high): (f64, f64),
    function: impl Fn(f64) -> f64,
) -> Result<f64, CellError> {
    let rises = function(low) < wanted;
    let before = |x: f64| {
        if rises {
            function(x) < wanted
        } else {
            function(x) > wanted
        }
    };
    if high.is_infinite() {
        let mut width = 1.0;
        while before(low + width) {
            width *= 2.0;
            if width > 1e300 {
                return Err(CellError::Num);
            }
        }
        high = low + width;
    }
    // Each step halves the distance in value or, far below 1, in magnitude.
    for _ in 0..2200 {
        let middle = if low > 0.0 && high / low > 4.0 {
            (low * high).sqrt()
        } else {
            low + (high - low) / 2.0
        };
        if middle <= low || middle >= high {
            break;
        }
        if before(middle) {
            low = middle;
        } else {
            high = middle;
        }
    }
    Ok(high)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(a: f64, b: f64) {
        assert!((a - b).abs() <= 1e-12 * b.abs().max(1e-3), "{a} {b}");
    }

    #[test]
    fn shares_where_they_are_known() {
        // Of the exponential and of the uniform distribution.
        near(gamma_shares(1.0, 0.5).0, 1.0 - exp(-0.5));
        near(gamma_shares(1.0, 5.0).1, exp(-5.0));
        near(gamma_shares(0.5, 2.0).0, libm::erf(2f64.sqrt()));
        near(beta_share(1.0, 1.0, 0.3), 0.3);
        near(beta_share(2.0, 1.0, 0.3), 0.09);
        near(beta_share(2.0, 3.0, 0.5), 0.6875);
        near(beta_share(3.0, 2.0, 0.5), 0.3125);
        assert_eq!(gamma_shares(2.0, 0.0), (0.0, 1.0));
    }

    #[test]
    fn an_inverse_is_found_on_rising_and_falling_functions() {
        near(inverse(0.09, (0.0, 1.0), |x| x * x).unwrap(), 0.3);
        near(inverse(9.0, (0.0, f64::INFINITY), |x| x * x).unwrap(), 3.0);
        near(
            inverse(0.25, (0.0, f64::INFINITY), |x| exp(-x)).unwrap(),
            log(4.0),
        );
    }
}
