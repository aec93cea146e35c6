//! The normal distribution, its relatives by the exponential function, and the error function: NORM.DIST, NORM.INV,
//! LOGNORM.DIST, EXPON.DIST, WEIBULL.DIST, CONFIDENCE.NORM, PHI, GAUSS, ERF.

use libm::{erf, erfc, exp, expm1, log, pow, sqrt};

use crate::functions::declare::functions;
use crate::value::CellError;

functions! {
    /// The normal distribution: its density, or the probability of at most `x`.
    ///
    ///     =ROUND(NORM.DIST(42, 40, 1.5, TRUE), 7)  -> 0.9087888
    ///     =ROUND(NORM.DIST(42, 40, 1.5, FALSE), 7) -> 0.10934
    ///     =NORM.DIST(42, 40, 0, TRUE)              -> #NUM!
    "NORM.DIST"(x: Number, mean: Number, deviation: Number, cumulative: Boolean) => map(norm_dist);

    /// The normal distribution, under its older name.
    ///
    ///     =NORMDIST(40, 40, 1.5, TRUE) -> 0.5
    "NORMDIST"(x: Number, mean: Number, deviation: Number, cumulative: Boolean) => map(norm_dist);

    /// The standard normal distribution: its density, or the probability of at most `z`.
    ///
    ///     =ROUND(NORM.S.DIST(1.333333, TRUE), 9) -> 0.908788726
    "NORM.S.DIST"(z: Number, cumulative: Boolean) => map(norm_s_dist);

    /// The probability of at most `z` in the standard normal distribution.
    ///
    ///     =NORMSDIST(0) -> 0.5
    "NORMSDIST"(z: Number) => map(below);

    /// The number that a normal distribution exceeds with the probability that is left.
    ///
    ///     =ROUND(NORM.INV(0.908789, 40, 1.5), 4) -> 42
    ///     =NORM.INV(1, 40, 1.5)                  -> #NUM!
    "NORM.INV"(probability: Number, mean: Number, deviation: Number) => map(norm_inv);

    /// The inverse of the normal distribution, under its older name.
    ///
    ///     =NORMINV(0.5, 40, 1.5) -> 40
    "NORMINV"(probability: Number, mean: Number, deviation: Number) => map(norm_inv);

    /// The inverse of the standard normal distribution.
    ///
    ///     =ROUND(NORM.S.INV(0.908789), 4) -> 1.3333
    ///     =NORM.S.INV(0)                  -> #NUM!
    "NORM.S.INV"(probability: Number) => map(norm_s_inv);

    /// The inverse of the standard normal distribution, under its older name.
    ///
    ///     =NORMSINV(0.5) -> 0
    "NORMSINV"(probability: Number) => map(norm_s_inv);

    /// The distribution of a number whose logarithm is normally distributed.
    ///
    ///     =ROUND(LOGNORM.DIST(4, 3.5, 1.2, TRUE), 7)  -> 0.0390836
    ///     =ROUND(LOGNORM.DIST(4, 3.5, 1.2, FALSE), 7) -> 0.0176176
    "LOGNORM.DIST"(x: Number, mean: Number, deviation: Number, cumulative: Boolean) => map(lognorm_dist);

    /// The probability of at most `x` for a number whose logarithm is normally distributed.
    ///
    ///     =LOGNORMDIST(1, 0, 1) -> 0.5
    "LOGNORMDIST"(x: Number, mean: Number, deviation: Number) => map(lognormdist);

    /// The inverse of the distribution of a number whose logarithm is normally distributed.
    ///
    ///     =ROUND(LOGNORM.INV(0.039084, 3.5, 1.2), 4) -> 4
    "LOGNORM.INV"(probability: Number, mean: Number, deviation: Number) => map(lognorm_inv);

    /// The inverse of LOGNORMDIST, under its older name.
    ///
    ///     =LOGINV(0.5, 0, 1) -> 1
    "LOGINV"(probability: Number, mean: Number, deviation: Number) => map(lognorm_inv);

    /// The exponential distribution: its density, or the probability of at most `x`.
    ///
    ///     =ROUND(EXPON.DIST(0.2, 10, TRUE), 8)  -> 0.86466472
    ///     =ROUND(EXPON.DIST(0.2, 10, FALSE), 8) -> 1.35335283
    "EXPON.DIST"(x: Number, lambda: Number, cumulative: Boolean) => map(expon_dist);

    /// The exponential distribution, under its older name.
    ///
    ///     =EXPONDIST(0, 10, TRUE) -> 0
    "EXPONDIST"(x: Number, lambda: Number, cumulative: Boolean) => map(expon_dist);

    /// Weibull's distribution: its density, or the probability of at most `x`.
    ///
    ///     =ROUND(WEIBULL.DIST(105, 20, 100, TRUE), 6)  -> 0.929581
    ///     =ROUND(WEIBULL.DIST(105, 20, 100, FALSE), 6) -> 0.035589
    "WEIBULL.DIST"(x: Number, alpha: Number, beta: Number, cumulative: Boolean) => map(weibull_dist);

    /// Weibull's distribution, under its older name.
    ///
    ///     =WEIBULL(0, 2, 1, TRUE) -> 0
    "WEIBULL"(x: Number, alpha: Number, beta: Number, cumulative: Boolean) => map(weibull_dist);

    /// Half the width of the confidence interval of a mean.
    ///
    ///     =ROUND(CONFIDENCE.NORM(0.05, 2.5, 50), 6) -> 0.692952
    "CONFIDENCE.NORM"(alpha: Number, deviation: Number, size: Number) => map(confidence);

    /// Half the width of the confidence interval of a mean, under its older name.
    ///
    ///     =ROUND(CONFIDENCE(0.05, 1, 1), 6) -> 1.959964
    "CONFIDENCE"(alpha: Number, deviation: Number, size: Number) => map(confidence);

    /// The density of the standard normal distribution.
    ///
    ///     =ROUND(PHI(0.75), 9) -> 0.301137432
    "PHI"(x: Number) => map(density);

    /// The probability that a standard normal number lies between 0 and `z`.
    ///
    ///     =ROUND(GAUSS(2), 5) -> 0.47725
    "GAUSS"(z: Number) => map(gauss);

    /// The error function, from `lower` to `upper`, or from 0 to `lower`.
    ///
    ///     =ROUND(ERF(0.745), 8) -> 0.70792892
    ///     =ERF(1, 1)            -> 0
    "ERF"(lower: Number, upper: Number or omitted) [refuses_ranges] => map(erf_between);

    /// The error function from 0 to `x`.
    ///
    ///     =ROUND(ERF.PRECISE(1), 8) -> 0.84270079
    "ERF.PRECISE"(x: Number) => map(erf);

    /// 1 less the error function.
    ///
    ///     =ROUND(ERFC(1), 8) -> 0.15729921
    "ERFC"(x: Number) [refuses_ranges] => map(erfc);

    /// 1 less the error function.
    ///
    ///     =ERFC.PRECISE(0) -> 1
    "ERFC.PRECISE"(x: Number) => map(erfc);
}

const SQRT_2: f64 = std::f64::consts::SQRT_2;

fn density(x: f64) -> f64 {
    exp(-x * x / 2.0) / sqrt(2.0 * std::f64::consts::PI)
}

/// The probability of at most `z`.
fn below(z: f64) -> f64 {
    erfc(-z / SQRT_2) / 2.0
}

fn gauss(z: f64) -> f64 {
    erf(z / SQRT_2) / 2.0
}

/// The number below which a standard normal number lies with this probability, which is above 0 and below 1.
fn quantile(probability: f64) -> f64 {
    if probability > 0.5 {
        return -quantile(1.0 - probability);
    }
    if probability == 0.5 {
        return 0.0;
    }
    // A rough value for the tail, good to three digits; each step triples the digits.
    let t = sqrt(-2.0 * log(probability));
    let numerator = 2.515517 + t * (0.802853 + t * 0.010328);
    let denominator = 1.0 + t * (1.432788 + t * (0.189269 + t * 0.001308));
    let mut z = numerator / denominator - t;
    for _ in 0..4 {
        let slope = density(z);
        if slope == 0.0 {
            break;
        }
        let step = (below(z) - probability) / slope;
        z -= step / (1.0 + z * step / 2.0);
    }
    z
}

fn positive(x: f64) -> Result<f64, CellError> {
    if x > 0.0 { Ok(x) } else { Err(CellError::Num) }
}

/// A probability strictly between 0 and 1.
fn inner(probability: f64) -> Result<f64, CellError> {
    if probability > 0.0 && probability < 1.0 {
        Ok(probability)
    } else {
        Err(CellError::Num)
    }
}

fn norm_dist(x: f64, mean: f64, deviation: f64, cumulative: bool) -> Result<f64, CellError> {
    let deviation = positive(deviation)?;
    let z = (x - mean) / deviation;
    Ok(if cumulative {
        below(z)
    } else {
        density(z) / deviation
    })
}

fn norm_s_dist(z: f64, cumulative: bool) -> f64 {
    if cumulative { below(z) } else { density(z) }
}

fn norm_inv(probability: f64, mean: f64, deviation: f64) -> Result<f64, CellError> {
    Ok(mean + positive(deviation)? * quantile(inner(probability)?))
}

fn norm_s_inv(probability: f64) -> Result<f64, CellError> {
    Ok(quantile(inner(probability)?))
}

fn lognorm_dist(x: f64, mean: f64, deviation: f64, cumulative: bool) -> Result<f64, CellError> {
    let (x, deviation) = (positive(x)?, positive(deviation)?);
    let z = (log(x) - mean) / deviation;
    Ok(if cumulative {
        below(z)
    } else {
        density(z) / (deviation * x)
    })
}

fn lognormdist(x: f64, mean: f64, deviation: f64) -> Result<f64, CellError> {
    lognorm_dist(x, mean, deviation, true)
}

fn lognorm_inv(probability: f64, mean: f64, deviation: f64) -> Result<f64, CellError> {
    Ok(exp(norm_inv(probability, mean, deviation)?))
}

fn expon_dist(x: f64, lambda: f64, cumulative: bool) -> Result<f64, CellError> {
    let lambda = positive(lambda)?;
    if x < 0.0 {
        return Err(CellError::Num);
    }
    Ok(if cumulative {
        -expm1(-lambda * x)
    } else {
        lambda * exp(-lambda * x)
    })
}

fn weibull_dist(x: f64, alpha: f64, beta: f64, cumulative: bool) -> Result<f64, CellError> {
    let (alpha, beta) = (positive(alpha)?, positive(beta)?);
    if x < 0.0 {
        return Err(CellError::Num);
    }
    let power = pow(x / beta, alpha);
    Ok(if cumulative {
        -expm1(-power)
    } else {
        alpha / pow(beta, alpha) * pow(x, alpha - 1.0) * exp(-power)
    })
}

fn confidence(alpha: f64, deviation: f64, size: f64) -> Result<f64, CellError> {
    let (alpha, deviation, size) = (inner(alpha)?, positive(deviation)?, size.trunc());
    if size < 1.0 {
        return Err(CellError::Num);
    }
    Ok(-quantile(alpha / 2.0) * deviation / sqrt(size))
}

fn erf_between(lower: f64, upper: Option<f64>) -> f64 {
    match upper {
        Some(upper) => erf(upper) - erf(lower),
        None => erf(lower),
    }
}
