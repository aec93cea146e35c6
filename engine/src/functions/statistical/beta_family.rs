//! Distributions made of the beta function: BETA.DIST, T.DIST, F.DIST, their inverses and older names, CONFIDENCE.T.

use libm::{exp, log, log1p, sqrt};

use super::gamma_family::degrees;
use super::incomplete::{beta_share, inverse, ln_beta};
use crate::functions::declare::functions;
use crate::functions::{Context, Operand};
use crate::value::{CellError, Value, to_boolean, to_number};

functions! {
    /// The beta distribution between `lower` and `upper`: its density, or the probability of at most `x`.
    ///
    ///     =ROUND(BETA.DIST(2, 8, 10, TRUE, 1, 3), 7)  -> 0.6854706
    ///     =ROUND(BETA.DIST(2, 8, 10, FALSE, 1, 3), 7) -> 1.4837646
    ///     =BETA.DIST(4, 8, 10, TRUE, 1, 3)            -> #NUM!
    "BETA.DIST"(
        x: Number, alpha: Number, beta: Number, cumulative: Boolean, lower: Number = 0, upper: Number = 1
    ) => map_rest(beta_dist);

    /// The probability of at most `x` in the beta distribution between `lower` and `upper`.
    ///
    ///     =ROUND(BETADIST(2, 8, 10, 1, 3), 7) -> 0.6854706
    "BETADIST"(x: Number, alpha: Number, beta: Number, lower: Number = 0, upper: Number = 1) => map(beta_below);

    /// The inverse of the beta distribution between `lower` and `upper`.
    ///
    ///     =ROUND(BETA.INV(0.685470581, 8, 10, 1, 3), 6) -> 2
    "BETA.INV"(probability: Number, alpha: Number, beta: Number, lower: Number = 0, upper: Number = 1) => map(beta_inv);

    /// The inverse of the beta distribution between `lower` and `upper`, under its older name.
    ///
    ///     =BETAINV(1, 8, 10, 1, 3) -> 3
    "BETAINV"(probability: Number, alpha: Number, beta: Number, lower: Number = 0, upper: Number = 1) => map(beta_inv);

    /// Student's distribution: its density, or the probability of at most `x`.
    ///
    ///     =ROUND(T.DIST(60, 1, TRUE), 8) -> 0.99469533
    ///     =ROUND(T.DIST(8, 3, FALSE), 8) -> 0.00073691
    "T.DIST"(x: Number, freedom: Number, cumulative: Boolean) => map(t_dist);

    /// The probability of more than `x` in Student's distribution.
    ///
    ///     =ROUND(T.DIST.RT(1.959999998, 60), 6) -> 0.027322
    "T.DIST.RT"(x: Number, freedom: Number) => map(t_above);

    /// The probability of more than `x` or less than `-x` in Student's distribution.
    ///
    ///     =ROUND(T.DIST.2T(1.959999998, 60), 6) -> 0.054645
    ///     =T.DIST.2T(-1, 60)                    -> #NUM!
    "T.DIST.2T"(x: Number, freedom: Number) => map(t_outside);

    /// The probability of more than `x`, in one tail or in both, under its older name.
    ///
    ///     =ROUND(TDIST(1.959999998, 60, 1), 6) -> 0.027322
    ///     =TDIST(1, 60, 3)                     -> #NUM!
    "TDIST"(x: Number, freedom: Number, tails: Number) => map(tdist);

    /// The number below which the share `probability` of Student's distribution lies.
    ///
    ///     =ROUND(T.INV(0.75, 2), 7) -> 0.8164966
    ///     =T.INV(0.5, 7)            -> 0
    "T.INV"(probability: Number, freedom: Number) => map(t_inv);

    /// The number outside of which, on both sides, the share `probability` of Student's distribution lies.
    ///
    ///     =ROUND(T.INV.2T(0.546449, 60), 6) -> 0.606533
    "T.INV.2T"(probability: Number, freedom: Number) => map(t_inv_outside);

    /// The number outside of which the share `probability` of Student's distribution lies, under its older name.
    ///
    ///     =ROUND(TINV(0.054645, 60), 4) -> 1.96
    "TINV"(probability: Number, freedom: Number) => map(t_inv_outside);

    /// Fisher's distribution: its density, or the probability of at most `x`.
    ///
    ///     =ROUND(F.DIST(15.20686486, 6, 4, TRUE), 7)  -> 0.99
    ///     =ROUND(F.DIST(15.20686486, 6, 4, FALSE), 7) -> 0.0012238
    "F.DIST"(x: Number, freedom: Number, other_freedom: Number, cumulative: Boolean) => map(f_dist);

    /// The probability of more than `x` in Fisher's distribution.
    ///
    ///     =ROUND(F.DIST.RT(15.20686486, 6, 4), 7) -> 0.01
    "F.DIST.RT"(x: Number, freedom: Number, other_freedom: Number) => map(f_above);

    /// The probability of more than `x` in Fisher's distribution, under its older name.
    ///
    ///     =FDIST(-1, 6, 4) -> #NUM!
    "FDIST"(x: Number, freedom: Number, other_freedom: Number) => map(f_above);

    /// The number below which the share `probability` of Fisher's distribution lies.
    ///
    ///     =ROUND(F.INV(0.01, 6, 4), 8) -> 0.10930991
    "F.INV"(probability: Number, freedom: Number, other_freedom: Number) => map(f_inv);

    /// The number above which the share `probability` of Fisher's distribution lies.
    ///
    ///     =ROUND(F.INV.RT(0.01, 6, 4), 5) -> 15.20686
    "F.INV.RT"(probability: Number, freedom: Number, other_freedom: Number) => map(f_inv_above);

    /// The number above which the share `probability` of Fisher's distribution lies, under its older name.
    ///
    ///     =FINV(1, 6, 4) -> 0
    "FINV"(probability: Number, freedom: Number, other_freedom: Number) => map(f_inv_above);

    /// Half the width of the confidence interval of a mean, by Student's distribution.
    ///
    ///     =ROUND(CONFIDENCE.T(0.05, 1, 50), 9) -> 0.284196855
    ///     =CONFIDENCE.T(0.05, 1, 1)            -> #DIV/0!
    "CONFIDENCE.T"(alpha: Number, deviation: Number, size: Number) => map(confidence);
}

/// The place of `x` between two bounds, as a number from 0 to 1.
fn scaled(x: f64, lower: f64, upper: f64) -> Result<f64, CellError> {
    if lower >= upper || x < lower || x > upper {
        return Err(CellError::Num);
    }
    Ok((x - lower) / (upper - lower))
}

fn beta_dist(context: &Context<'_>, operands: &[Operand]) -> Result<Operand, CellError> {
    let number = |index: usize| match operands.get(index) {
        Some(Operand::Value(value)) => to_number(value, context.conventions),
        _ => Err(CellError::Value),
    };
    let cumulative = match operands.get(3) {
        Some(Operand::Value(value)) => to_boolean(value)?,
        _ => return Err(CellError::Value),
    };
    let (x, alpha, beta) = (number(0)?, number(1)?, number(2)?);
    let (lower, upper) = (number(4)?, number(5)?);
    if cumulative {
        return beta_below(x, alpha, beta, lower, upper).map(Operand::from);
    }
    let place = scaled(x, lower, upper)?;
    if alpha <= 0.0 || beta <= 0.0 {
        return Err(CellError::Num);
    }
    let density = match place {
        0.0 if alpha != 1.0 => power_at_zero(alpha)?,
        1.0 if beta != 1.0 => power_at_zero(beta)?,
        0.0 => beta,
        1.0 => alpha,
        x => exp((alpha - 1.0) * log(x) + (beta - 1.0) * log1p(-x) - ln_beta(alpha, beta)),
    };
    Ok(Operand::from(Value::number(density / (upper - lower))))
}

/// 0 to the power of `exponent - 1`, where that is not 1.
fn power_at_zero(exponent: f64) -> Result<f64, CellError> {
    if exponent > 1.0 {
        Ok(0.0)
    } else {
        Err(CellError::Num)
    }
}

fn beta_below(x: f64, alpha: f64, beta: f64, lower: f64, upper: f64) -> Result<f64, CellError> {
    if alpha <= 0.0 || beta <= 0.0 {
        return Err(CellError::Num);
    }
    Ok(beta_share(alpha, beta, scaled(x, lower, upper)?))
}

fn beta_inv(
    probability: f64,
    alpha: f64,
    beta: f64,
    lower: f64,
    upper: f64,
) -> Result<f64, CellError> {
    let outside = probability <= 0.0 || probability > 1.0;
    if outside || alpha <= 0.0 || beta <= 0.0 || lower >= upper {
        return Err(CellError::Num);
    }
    if probability == 1.0 {
        return Ok(upper);
    }
    let place = inverse(probability, (0.0, 1.0), |x| beta_share(alpha, beta, x))?;
    Ok(lower + place * (upper - lower))
}

/// The share of Student's distribution outside of `-x` and `x`.
pub(super) fn outside(x: f64, freedom: f64) -> f64 {
    beta_share(freedom / 2.0, 0.5, freedom / (freedom + x * x))
}

fn t_dist(x: f64, freedom: f64, cumulative: bool) -> Result<f64, CellError> {
    let freedom = degrees(freedom)?;
    if cumulative {
        return Ok(1.0 - t_above(x, freedom)?);
    }
    let kernel = exp(-(freedom + 1.0) / 2.0 * log1p(x * x / freedom) - ln_beta(0.5, freedom / 2.0));
    Ok(kernel / sqrt(freedom))
}

fn t_above(x: f64, freedom: f64) -> Result<f64, CellError> {
    let half = outside(x, degrees(freedom)?) / 2.0;
    Ok(if x < 0.0 { 1.0 - half } else { half })
}

fn t_outside(x: f64, freedom: f64) -> Result<f64, CellError> {
    if x < 0.0 {
        return Err(CellError::Num);
    }
    Ok(outside(x, degrees(freedom)?))
}

fn tdist(x: f64, freedom: f64, tails: f64) -> Result<f64, CellError> {
    let both = t_outside(x, freedom)?;
    match tails.trunc() {
        1.0 => Ok(both / 2.0),
        2.0 => Ok(both),
        _ => Err(CellError::Num),
    }
}

fn t_inv(probability: f64, freedom: f64) -> Result<f64, CellError> {
    if probability <= 0.0 || probability >= 1.0 {
        return Err(CellError::Num);
    }
    let tail = probability.min(1.0 - probability);
    let x = t_inv_outside(2.0 * tail, freedom)?;
    Ok(if probability < 0.5 { -x } else { x })
}

fn t_inv_outside(probability: f64, freedom: f64) -> Result<f64, CellError> {
    let freedom = degrees(freedom)?;
    if probability <= 0.0 || probability > 1.0 {
        return Err(CellError::Num);
    }
    if probability == 1.0 {
        return Ok(0.0);
    }
    inverse(probability, (0.0, f64::INFINITY), |x| outside(x, freedom))
}

/// The share of Fisher's distribution above `x`.
fn above(x: f64, freedom: f64, other: f64) -> f64 {
    beta_share(other / 2.0, freedom / 2.0, other / (other + freedom * x))
}

fn f_dist(x: f64, freedom: f64, other: f64, cumulative: bool) -> Result<f64, CellError> {
    let (a, b) = (degrees(freedom)?, degrees(other)?);
    if x < 0.0 {
        return Err(CellError::Num);
    }
    if cumulative {
        return Ok(beta_share(a / 2.0, b / 2.0, a * x / (a * x + b)));
    }
    if x == 0.0 {
        return match a {
            1.0 => Err(CellError::Num),
            2.0 => Ok(1.0),
            _ => Ok(0.0),
        };
    }
    let logarithm = a / 2.0 * log(a / b) + (a / 2.0 - 1.0) * log(x)
        - (a + b) / 2.0 * log1p(a * x / b)
        - ln_beta(a / 2.0, b / 2.0);
    Ok(exp(logarithm))
}

pub(super) fn f_above(x: f64, freedom: f64, other: f64) -> Result<f64, CellError> {
    let (freedom, other) = (degrees(freedom)?, degrees(other)?);
    if x < 0.0 {
        return Err(CellError::Num);
    }
    Ok(above(x, freedom, other))
}

fn f_inv(probability: f64, freedom: f64, other: f64) -> Result<f64, CellError> {
    let (a, b) = (degrees(freedom)?, degrees(other)?);
    if !(0.0..1.0).contains(&probability) {
        return Err(CellError::Num);
    }
    if probability == 0.0 {
        return Ok(0.0);
    }
    inverse(probability, (0.0, f64::INFINITY), |x| {
        beta_share(a / 2.0, b / 2.0, a * x / (a * x + b))
    })
}

fn f_inv_above(probability: f64, freedom: f64, other: f64) -> Result<f64, CellError> {
    let (freedom, other) = (degrees(freedom)?, degrees(other)?);
    if probability <= 0.0 || probability > 1.0 {
        return Err(CellError::Num);
    }
    if probability == 1.0 {
        return Ok(0.0);
    }
    inverse(probability, (0.0, f64::INFINITY), |x| {
        above(x, freedom, other)
    })
}

fn confidence(alpha: f64, deviation: f64, size: f64) -> Result<f64, CellError> {
    let size = size.trunc();
    if alpha <= 0.0 || alpha >= 1.0 || deviation <= 0.0 || size < 1.0 {
        return Err(CellError::Num);
    }
    if size == 1.0 {
        return Err(CellError::Div0);
    }
    Ok(t_inv_outside(alpha, size - 1.0)? * deviation / sqrt(size))
}
