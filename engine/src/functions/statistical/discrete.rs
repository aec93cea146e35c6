//! Distributions of counts: BINOM.DIST, BINOM.INV, POISSON.DIST, NEGBINOM.DIST, HYPGEOM.DIST and their older names.

use libm::{exp, lgamma, log, log1p};

use super::incomplete::{beta_share, gamma_shares};
use crate::functions::declare::functions;
use crate::value::CellError;

functions! {
    /// The probability of exactly, or at most, so many successes in independent trials.
    ///
    ///     =ROUND(BINOM.DIST(6, 10, 0.5, FALSE), 7) -> 0.2050781
    ///     =BINOM.DIST(1, 2, 0.5, TRUE)             -> 0.75
    ///     =BINOM.DIST(3, 2, 0.5, TRUE)             -> #NUM!
    "BINOM.DIST"(successes: Number, trials: Number, probability: Number, cumulative: Boolean) => map(binom_dist);

    /// The binomial distribution, under its older name.
    ///
    ///     =BINOMDIST(0, 2, 0.5, FALSE) -> 0.25
    "BINOMDIST"(successes: Number, trials: Number, probability: Number, cumulative: Boolean) => map(binom_dist);

    /// The probability that the successes in independent trials are `least`, or from `least` to `most`.
    ///
    ///     =ROUND(BINOM.DIST.RANGE(60, 0.75, 48), 6)     -> 0.083975
    ///     =ROUND(BINOM.DIST.RANGE(60, 0.75, 45, 50), 6) -> 0.52363
    "BINOM.DIST.RANGE"(trials: Number, probability: Number, least: Number, most: Number or omitted) => map(binom_range);

    /// The least number of successes whose cumulative probability is at least `alpha`.
    ///
    ///     =BINOM.INV(6, 0.5, 0.75) -> 4
    "BINOM.INV"(trials: Number, probability: Number, alpha: Number) => map(binom_inv);

    /// The inverse of the binomial distribution, under its older name.
    ///
    ///     =CRITBINOM(6, 0.5, 0.75) -> 4
    "CRITBINOM"(trials: Number, probability: Number, alpha: Number) => map(binom_inv);

    /// Poisson's distribution: the probability of exactly, or at most, `x` events.
    ///
    ///     =ROUND(POISSON.DIST(2, 5, TRUE), 6)  -> 0.124652
    ///     =ROUND(POISSON.DIST(2, 5, FALSE), 6) -> 0.084224
    "POISSON.DIST"(x: Number, mean: Number, cumulative: Boolean) => map(poisson);

    /// Poisson's distribution, under its older name.
    ///
    ///     =POISSON(0, 0, TRUE) -> 1
    "POISSON"(x: Number, mean: Number, cumulative: Boolean) => map(poisson);

    /// The probability of exactly, or at most, so many failures before the given number of successes.
    ///
    ///     =ROUND(NEGBINOM.DIST(10, 5, 0.25, TRUE), 7)  -> 0.3135141
    ///     =ROUND(NEGBINOM.DIST(10, 5, 0.25, FALSE), 7) -> 0.0550487
    "NEGBINOM.DIST"(failures: Number, successes: Number, probability: Number, cumulative: Boolean) => map(negbinom);

    /// The probability of so many failures before the given number of successes.
    ///
    ///     =ROUND(NEGBINOMDIST(10, 5, 0.25), 7) -> 0.0550487
    "NEGBINOMDIST"(failures: Number, successes: Number, probability: Number) => map(negbinomdist);

    /// The probability of exactly, or at most, so many successes in a sample drawn without putting back.
    ///
    ///     =ROUND(HYPGEOM.DIST(1, 4, 8, 20, TRUE), 4)  -> 0.4654
    ///     =ROUND(HYPGEOM.DIST(1, 4, 8, 20, FALSE), 4) -> 0.3633
    "HYPGEOM.DIST"(
        successes: Number, sample: Number, population_successes: Number, population: Number, cumulative: Boolean
    ) => map(hypgeom);

    /// The probability of so many successes in a sample drawn without putting back.
    ///
    ///     =ROUND(HYPGEOMDIST(1, 4, 8, 20), 4) -> 0.3633
    "HYPGEOMDIST"(
        successes: Number, sample: Number, population_successes: Number, population: Number
    ) => map(hypgeomdist);
}

/// The logarithm of a binomial coefficient.
fn ln_binomial(number: f64, chosen: f64) -> f64 {
    lgamma(number + 1.0) - lgamma(chosen + 1.0) - lgamma(number - chosen + 1.0)
}

fn is_share(x: f64) -> bool {
    (0.0..=1.0).contains(&x)
}

/// The probability of exactly so many successes.
fn binomial(successes: f64, trials: f64, probability: f64) -> f64 {
    let failures = trials - successes;
    match probability {
        0.0 => f64::from(u8::from(successes == 0.0)),
        1.0 => f64::from(u8::from(failures == 0.0)),
        p => exp(ln_binomial(trials, successes) + successes * log(p) + failures * log1p(-p)),
    }
}

/// The probability of at most so many successes.
fn binomial_up_to(successes: f64, trials: f64, probability: f64) -> f64 {
    if successes >= trials {
        return 1.0;
    }
    if successes < 0.0 {
        return 0.0;
    }
    beta_share(trials - successes, successes + 1.0, 1.0 - probability)
}

fn binom_dist(
    successes: f64,
    trials: f64,
    probability: f64,
    cumulative: bool,
) -> Result<f64, CellError> {
    if successes < 0.0 || !is_share(probability) {
        return Err(CellError::Num);
    }
    let (successes, trials) = (successes.trunc(), trials.trunc());
    if successes > trials {
        return Err(CellError::Num);
    }
    Ok(if cumulative {
        binomial_up_to(successes, trials, probability)
    } else {
        binomial(successes, trials, probability)
    })
}

fn binom_range(
    trials: f64,
    probability: f64,
    least: f64,
    most: Option<f64>,
) -> Result<f64, CellError> {
    let (trials, least) = (trials.trunc(), least.trunc());
    let most = most.map_or(least, f64::trunc);
    if least < 0.0 || most < least || most > trials || !is_share(probability) {
        return Err(CellError::Num);
    }
    if least == most {
        return Ok(binomial(least, trials, probability));
    }
    Ok(
        binomial_up_to(most, trials, probability)
            - binomial_up_to(least - 1.0, trials, probability),
    )
}

fn binom_inv(trials: f64, probability: f64, alpha: f64) -> Result<f64, CellError> {
    let trials = trials.trunc();
    if trials < 0.0 || !is_share(probability) || !is_share(alpha) {
        return Err(CellError::Num);
    }
    if alpha == 1.0 && probability > 0.0 {
        return Ok(trials);
    }
    let (mut below, mut enough) = (-1.0, trials);
    while enough - below > 1.0 {
        let middle = ((below + enough) / 2.0).floor();
        if middle <= below || middle >= enough {
            break;
        }
        // The sum of many small terms may miss a bound that it should meet by its last bits.
        if binomial_up_to(middle, trials, probability) >= alpha * (1.0 - 1e-14) {
            enough = middle;
        } else {
            below = middle;
        }
    }
    Ok(enough)
}

fn poisson(x: f64, mean: f64, cumulative: bool) -> Result<f64, CellError> {
    if x < 0.0 || mean < 0.0 {
        return Err(CellError::Num);
    }
    let x = x.trunc();
    Ok(match (cumulative, mean) {
        (true, mean) => gamma_shares(x + 1.0, mean).1,
        (false, 0.0) => f64::from(u8::from(x == 0.0)),
        (false, mean) => exp(x * log(mean) - mean - lgamma(x + 1.0)),
    })
}

fn negbinom(
    failures: f64,
    successes: f64,
    probability: f64,
    cumulative: bool,
) -> Result<f64, CellError> {
    let (failures, successes) = (failures.trunc(), successes.trunc());
    if failures < 0.0 || successes < 1.0 || !is_share(probability) {
        return Err(CellError::Num);
    }
    if cumulative {
        return Ok(beta_share(successes, failures + 1.0, probability));
    }
    // The last trial is a success; the others come in any order.
    let trials = failures + successes - 1.0;
    Ok(binomial(successes - 1.0, trials, probability) * probability)
}

fn negbinomdist(failures: f64, successes: f64, probability: f64) -> Result<f64, CellError> {
    negbinom(failures, successes, probability, false)
}

fn hypgeom(
    successes: f64,
    sample: f64,
    population_successes: f64,
    population: f64,
    cumulative: bool,
) -> Result<f64, CellError> {
    /// Terms that are added at most; more would only keep the reader waiting.
    const TERMS: f64 = 1e7;
    let (k, n) = (successes.trunc(), sample.trunc());
    let (marked, all) = (population_successes.trunc(), population.trunc());
    let least = (n + marked - all).max(0.0);
    if k < least || k > n.min(marked) || n <= 0.0 || marked <= 0.0 || n > all || marked > all {
        return Err(CellError::Num);
    }
    let exactly = |k: f64| {
        let ways = ln_binomial(marked, k) + ln_binomial(all - marked, n - k);
        exp(ways - ln_binomial(all, n))
    };
    if !cumulative {
        return Ok(exactly(k));
    }
    if k - least > TERMS {
        return Err(CellError::Num);
    }
    let mut sum = 0.0;
    let mut term = exactly(least);
    let mut place = least;
    loop {
        sum += term;
        if place >= k {
            return Ok(sum.min(1.0));
        }
        term *= (marked - place) * (n - place) / ((place + 1.0) * (all - marked - n + place + 1.0));
        place += 1.0;
    }
}

fn hypgeomdist(
    successes: f64,
    sample: f64,
    population_successes: f64,
    population: f64,
) -> Result<f64, CellError> {
    hypgeom(successes, sample, population_successes, population, false)
}
