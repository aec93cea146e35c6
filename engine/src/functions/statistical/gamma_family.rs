//! The gamma function and the distributions made of it: GAMMA, GAMMALN, GAMMA.DIST, CHISQ.DIST, their inverses and older
//! names.

use libm::{exp, floor, lgamma, log, tgamma};

use super::incomplete::{gamma_shares, inverse};
use crate::functions::declare::functions;
use crate::value::CellError;

functions! {
    /// The gamma function, which is the factorial of `x` less 1.
    ///
    ///     =GAMMA(5)  -> 24
    ///     =GAMMA(0)  -> #NUM!
    ///     =GAMMA(-1) -> #NUM!
    "GAMMA"(x: Number) => map(gamma);

    /// The logarithm of the gamma function.
    ///
    ///     =ROUND(GAMMALN(4), 7) -> 1.7917595
    ///     =GAMMALN(0)           -> #NUM!
    "GAMMALN"(x: Number) => map(gamma_ln);

    /// The logarithm of the gamma function.
    ///
    ///     =ROUND(GAMMALN.PRECISE(4.5), 7) -> 2.4537366
    "GAMMALN.PRECISE"(x: Number) => map(gamma_ln);

    /// The gamma distribution: its density, or the probability of at most `x`.
    ///
    ///     =ROUND(GAMMA.DIST(10.00001131, 9, 2, TRUE), 6)  -> 0.068094
    ///     =ROUND(GAMMA.DIST(10.00001131, 9, 2, FALSE), 6) -> 0.032639
    "GAMMA.DIST"(x: Number, alpha: Number, beta: Number, cumulative: Boolean) => map(gamma_dist);

    /// The gamma distribution, under its older name.
    ///
    ///     =GAMMADIST(0, 9, 2, TRUE) -> 0
    "GAMMADIST"(x: Number, alpha: Number, beta: Number, cumulative: Boolean) => map(gamma_dist);

    /// The inverse of the gamma distribution.
    ///
    ///     =ROUND(GAMMA.INV(0.068094, 9, 2), 4) -> 10
    ///     =GAMMA.INV(1, 9, 2)                  -> #NUM!
    "GAMMA.INV"(probability: Number, alpha: Number, beta: Number) => map(gamma_inv);

    /// The inverse of the gamma distribution, under its older name.
    ///
    ///     =GAMMAINV(0, 9, 2) -> 0
    "GAMMAINV"(probability: Number, alpha: Number, beta: Number) => map(gamma_inv);

    /// The chi-squared distribution: its density, or the probability of at most `x`.
    ///
    ///     =ROUND(CHISQ.DIST(0.5, 1, TRUE), 8) -> 0.52049988
    ///     =ROUND(CHISQ.DIST(2, 3, FALSE), 8)  -> 0.20755375
    "CHISQ.DIST"(x: Number, freedom: Number, cumulative: Boolean) => map(chi_dist);

    /// The probability of more than `x` in the chi-squared distribution.
    ///
    ///     =ROUND(CHISQ.DIST.RT(18.307, 10), 6) -> 0.050001
    "CHISQ.DIST.RT"(x: Number, freedom: Number) => map(chi_above);

    /// The probability of more than `x` in the chi-squared distribution, under its older name.
    ///
    ///     =CHIDIST(-1, 10) -> #NUM!
    "CHIDIST"(x: Number, freedom: Number) => map(chi_above);

    /// The number below which the share `probability` of the chi-squared distribution lies.
    ///
    ///     =ROUND(CHISQ.INV(0.93, 1), 7) -> 3.2830203
    "CHISQ.INV"(probability: Number, freedom: Number) => map(chi_inv);

    /// The number above which the share `probability` of the chi-squared distribution lies.
    ///
    ///     =ROUND(CHISQ.INV.RT(0.050001, 10), 4) -> 18.307
    "CHISQ.INV.RT"(probability: Number, freedom: Number) => map(chi_inv_above);

    /// The number above which the share `probability` of the chi-squared distribution lies, under its older name.
    ///
    ///     =CHIINV(1, 3) -> 0
    "CHIINV"(probability: Number, freedom: Number) => map(chi_inv_above);
}

fn gamma(x: f64) -> Result<f64, CellError> {
    let result = tgamma(x);
    if (x <= 0.0 && floor(x) == x) || !result.is_finite() {
        return Err(CellError::Num);
    }
    Ok(result)
}

fn gamma_ln(x: f64) -> Result<f64, CellError> {
    if x <= 0.0 {
        return Err(CellError::Num);
    }
    Ok(lgamma(x))
}

fn gamma_dist(x: f64, alpha: f64, beta: f64, cumulative: bool) -> Result<f64, CellError> {
    if x < 0.0 || alpha <= 0.0 || beta <= 0.0 {
        return Err(CellError::Num);
    }
    if cumulative {
        return Ok(gamma_shares(alpha, x / beta).0);
    }
    let density = if x > 0.0 {
        exp((alpha - 1.0) * log(x / beta) - x / beta - lgamma(alpha)) / beta
    } else if alpha > 1.0 {
        0.0
    } else if alpha == 1.0 {
        1.0 / beta
    } else {
        return Err(CellError::Num);
    };
    Ok(density)
}

fn gamma_inv(probability: f64, alpha: f64, beta: f64) -> Result<f64, CellError> {
    if !(0.0..1.0).contains(&probability) || alpha <= 0.0 || beta <= 0.0 {
        return Err(CellError::Num);
    }
    if probability == 0.0 {
        return Ok(0.0);
    }
    let x = inverse(probability, (0.0, f64::INFINITY), |x| {
        gamma_shares(alpha, x).0
    })?;
    Ok(x * beta)
}

/// Degrees of freedom: an integer from 1 to ten thousand million.
pub(super) fn degrees(freedom: f64) -> Result<f64, CellError> {
    let freedom = freedom.trunc();
    if (1.0..=1e10).contains(&freedom) {
        Ok(freedom)
    } else {
        Err(CellError::Num)
    }
}

fn chi_dist(x: f64, freedom: f64, cumulative: bool) -> Result<f64, CellError> {
    gamma_dist(x, degrees(freedom)? / 2.0, 2.0, cumulative)
}

/// The probability of more than `x` in the chi-squared distribution.
pub(super) fn chi_above(x: f64, freedom: f64) -> Result<f64, CellError> {
    let freedom = degrees(freedom)?;
    if x < 0.0 {
        return Err(CellError::Num);
    }
    Ok(gamma_shares(freedom / 2.0, x / 2.0).1)
}

fn chi_inv(probability: f64, freedom: f64) -> Result<f64, CellError> {
    gamma_inv(probability, degrees(freedom)? / 2.0, 2.0)
}

fn chi_inv_above(probability: f64, freedom: f64) -> Result<f64, CellError> {
    let freedom = degrees(freedom)?;
    if probability <= 0.0 || probability > 1.0 {
        return Err(CellError::Num);
    }
    if probability == 1.0 {
        return Ok(0.0);
    }
    let x = inverse(probability, (0.0, f64::INFINITY), |x| {
        gamma_shares(freedom / 2.0, x).1
    })?;
    Ok(x * 2.0)
}
