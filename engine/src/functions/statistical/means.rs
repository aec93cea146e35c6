//! Means of other kinds, deviations from the mean, and single values against a distribution: GEOMEAN, HARMEAN, AVEDEV,
//! DEVSQ, STANDARDIZE, FISHER, FISHERINV.

use libm::{atanh, exp, log, pow, tanh};

use crate::functions::declare::functions;
use crate::functions::number_fold::{Listed, OfList, OfNumbers};
use crate::value::CellError;

functions! {
    /// The geometric mean; a number that is not positive makes it `#NUM!`.
    ///
    ///     =GEOMEAN(2, 8)  -> 4
    ///     =GEOMEAN(0, 8)  -> #NUM!
    "GEOMEAN"(; repeat number: Numbers) => fold(OfNumbers<Listed<Geometric>>);

    /// The harmonic mean; a number that is not positive makes it `#NUM!`.
    ///
    ///     =HARMEAN(2, 6)  -> 3
    ///     =HARMEAN(-2, 6) -> #NUM!
    "HARMEAN"(; repeat number: Numbers) => fold(OfNumbers<Listed<Harmonic>>);

    /// The mean distance from the mean.
    ///
    ///     =AVEDEV(1, 2, 6) -> 2
    ///     =AVEDEV({"x"})   -> #NUM!
    "AVEDEV"(; repeat number: Numbers) => fold(OfNumbers<Listed<MeanDistance>>);

    /// The sum of the squared distances from the mean.
    ///
    ///     =DEVSQ(1, 2, 6) -> 14
    "DEVSQ"(; repeat number: Numbers) => fold(OfNumbers<Listed<SquaredDistances>>);

    /// How many standard deviations a number lies above the mean.
    ///
    ///     =STANDARDIZE(42, 40, 4) -> 0.5
    ///     =STANDARDIZE(1, 0, 0)   -> #NUM!
    "STANDARDIZE"(x: Number, mean: Number, deviation: Number) => map(standardize);

    /// Fisher's transformation of a correlation.
    ///
    ///     =FISHER(0)  -> 0
    ///     =FISHER(1)  -> #NUM!
    "FISHER"(x: Number) => map(fisher);

    /// The correlation behind Fisher's transformation.
    ///
    ///     =FISHERINV(0) -> 0
    "FISHERINV"(y: Number) => map(fisher_inverse);
}

#[derive(Clone)]
struct Geometric;

impl OfList for Geometric {
    fn of(numbers: &mut [f64]) -> Result<f64, CellError> {
        if numbers.iter().any(|x| *x <= 0.0) {
            return Err(CellError::Num);
        }
        let count = numbers.len() as f64;
        let product: f64 = numbers.iter().product();
        if product.is_normal() {
            return Ok(pow(product, 1.0 / count));
        }
        // The product of many numbers leaves the range of doubles; its logarithm does not.
        Ok(exp(numbers.iter().map(|x| log(*x)).sum::<f64>() / count))
    }
}

#[derive(Clone)]
struct Harmonic;

impl OfList for Harmonic {
    fn of(numbers: &mut [f64]) -> Result<f64, CellError> {
        if numbers.iter().any(|x| *x <= 0.0) {
            return Err(CellError::Num);
        }
        Ok(numbers.len() as f64 / numbers.iter().map(|x| 1.0 / x).sum::<f64>())
    }
}

fn mean(numbers: &[f64]) -> f64 {
    numbers.iter().sum::<f64>() / numbers.len() as f64
}

#[derive(Clone)]
struct MeanDistance;

impl OfList for MeanDistance {
    fn of(numbers: &mut [f64]) -> Result<f64, CellError> {
        let mean = mean(numbers);
        let sum: f64 = numbers.iter().map(|x| (x - mean).abs()).sum();
        Ok(sum / numbers.len() as f64)
    }
}

#[derive(Clone)]
struct SquaredDistances;

impl OfList for SquaredDistances {
    fn of(numbers: &mut [f64]) -> Result<f64, CellError> {
        let mean = mean(numbers);
        Ok(numbers.iter().map(|x| (x - mean) * (x - mean)).sum())
    }
}

fn standardize(x: f64, mean: f64, deviation: f64) -> Result<f64, CellError> {
    if deviation <= 0.0 {
        return Err(CellError::Num);
    }
    Ok((x - mean) / deviation)
}

fn fisher(x: f64) -> Result<f64, CellError> {
    if x.abs() >= 1.0 {
        return Err(CellError::Num);
    }
    Ok(atanh(x))
}

fn fisher_inverse(y: f64) -> f64 {
    tanh(y)
}
