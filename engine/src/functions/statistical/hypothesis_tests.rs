//! How likely a difference between samples is by chance: CHISQ.TEST, F.TEST, T.TEST, Z.TEST and their older names.

use libm::erfc;

use super::beta_family::{f_above, outside};
use super::gamma_family::chi_above;
use super::pairs::pairs;
use crate::functions::declare::functions;
use crate::functions::lookup::table::Table;
use crate::functions::numbers::numbers;
use crate::functions::{Context, Operand};
use crate::value::{CellError, Value};

functions! {
    /// The probability that counts differ by chance so much from those that are expected.
    ///
    ///     =ROUND(CHISQ.TEST({58,35;11,25;10,23}, {45.35,47.65;17.56,18.44;16.09,16.91}), 6) -> 0.000308
    ///     =CHISQ.TEST({1,2}, {1,2,3})                                                       -> #N/A
    "CHISQ.TEST"(actual: Array, expected: Array) => array(chi_test);

    /// CHISQ.TEST under its older name.
    ///
    ///     =CHITEST({1,2}, {1,2}) -> 1
    "CHITEST"(actual: Array, expected: Array) => array(chi_test);

    /// The probability that the variances of two samples differ so much by chance.
    ///
    ///     =ROUND(F.TEST({6,7,9,15,21}, {20,28,31,38,40}), 6) -> 0.648318
    "F.TEST"(first: Array, second: Array) => array(f_test);

    /// F.TEST under its older name.
    ///
    ///     =FTEST({1}, {1,2}) -> #DIV/0!
    "FTEST"(first: Array, second: Array) => array(f_test);

    /// The probability that the means of two samples differ so much by chance; in one tail or in both.
    ///
    /// `kind` is 1 for pairs, 2 for equal variances, 3 for others.
    ///
    ///     =ROUND(T.TEST({3,4,5,8,9,1,2,4,5}, {6,19,3,2,14,4,5,17,1}, 2, 1), 6) -> 0.196016
    ///     =T.TEST({1,2}, {1,2,3}, 2, 1)                                        -> #N/A
    ///     =T.TEST({1,2}, {1,2,3}, 2, 4)                                        -> #NUM!
    "T.TEST"(first: Array, second: Array, tails: Number, kind: Number) => array(t_test);

    /// T.TEST under its older name.
    ///
    ///     =TTEST({1,2,3}, {1,2,3}, 2, 2) -> 1
    "TTEST"(first: Array, second: Array, tails: Number, kind: Number) => array(t_test);

    /// The probability that a sample of a population with the mean `x` has a greater mean than this one.
    ///
    ///     =ROUND(Z.TEST({3,6,7,8,6,5,4,2,1,9}, 4), 6) -> 0.090574
    ///     =ROUND(Z.TEST({3,6,7,8,6,5,4,2,1,9}, 6), 6) -> 0.863043
    "Z.TEST"(array: Array, x: Number, deviation: Number or omitted) => array(z_test);

    /// Z.TEST under its older name.
    ///
    ///     =ZTEST({1,3}, 2, 1) -> 0.5
    "ZTEST"(array: Array, x: Number, deviation: Number or omitted) => array(z_test);
}

fn chi_test(context: &Context<'_>, actual: &Operand, expected: &Operand) -> Result<f64, CellError> {
    let actual = Table::of(actual)?.to_array(context)?;
    let expected = Table::of(expected)?.to_array(context)?;
    let (rows, columns) = (actual.rows(), actual.columns());
    if (rows, columns) != (expected.rows(), expected.columns()) || rows * columns == 1 {
        return Err(CellError::Na);
    }
    let (mut sum, mut pairs) = (0.0, 0);
    for (actual, expected) in actual.cells().iter().zip(expected.cells()) {
        match (actual, expected) {
            (Value::Error(error), _) | (_, Value::Error(error)) => return Err(*error),
            (Value::Number(_), Value::Number(0.0)) => return Err(CellError::Div0),
            (Value::Number(_), Value::Number(wanted)) if *wanted < 0.0 => {
                return Err(CellError::Num);
            }
            (Value::Number(x), Value::Number(wanted)) => {
                pairs += 1;
                sum += (x - wanted) * (x - wanted) / wanted;
            }
            _ => {}
        }
    }
    if pairs == 0 {
        return Err(CellError::Div0);
    }
    let freedom = match (rows, columns) {
        (1, count) | (count, 1) => f64::from(count) - 1.0,
        _ => f64::from(rows - 1) * f64::from(columns - 1),
    };
    chi_above(sum, freedom)
}

/// What is asked of a sample: how many numbers it has, their mean and their variance.
struct Sample {
    count: f64,
    mean: f64,
    variance: f64,
}

impl Sample {
    /// The sample of these numbers; with fewer than two its variance is `#DIV/0!`.
    fn of(numbers: &[f64]) -> Result<Sample, CellError> {
        let count = numbers.len() as f64;
        if count < 2.0 {
            return Err(CellError::Div0);
        }
        let mean = numbers.iter().sum::<f64>() / count;
        let squares: f64 = numbers.iter().map(|x| (x - mean) * (x - mean)).sum();
        Ok(Sample {
            count,
            mean,
            variance: squares / (count - 1.0),
        })
    }
}

fn f_test(context: &Context<'_>, first: &Operand, second: &Operand) -> Result<f64, CellError> {
    let first = Sample::of(&numbers(context, first)?)?;
    let second = Sample::of(&numbers(context, second)?)?;
    if first.variance == 0.0 || second.variance == 0.0 {
        return Err(CellError::Div0);
    }
    // The greater variance first: a tail near 1 would cost the digits of the other one.
    let (greater, less) = if first.variance >= second.variance {
        (first, second)
    } else {
        (second, first)
    };
    let ratio = greater.variance / less.variance;
    let tail = f_above(ratio, greater.count - 1.0, less.count - 1.0)?;
    Ok(2.0 * tail.min(1.0 - tail))
}

fn t_test(
    context: &Context<'_>,
    first: &Operand,
    second: &Operand,
    tails: f64,
    kind: f64,
) -> Result<f64, CellError> {
    let (tails, kind) = (tails.trunc(), kind.trunc());
    if !(1.0..=2.0).contains(&tails) || !(1.0..=3.0).contains(&kind) {
        return Err(CellError::Num);
    }
    let (t, freedom) = if kind == 1.0 {
        let pairs = pairs(context, first, second)?;
        let differences: Vec<f64> = pairs.iter().map(|(a, b)| a - b).collect();
        let sample = Sample::of(&differences)?;
        let error = (sample.variance / sample.count).sqrt();
        (quotient(sample.mean, error)?, sample.count - 1.0)
    } else {
        let first = Sample::of(&numbers(context, first)?)?;
        let second = Sample::of(&numbers(context, second)?)?;
        of_two(&first, &second, kind == 2.0)?
    };
    Ok(outside(t, freedom) * tails / 2.0)
}

fn quotient(difference: f64, error: f64) -> Result<f64, CellError> {
    if error == 0.0 {
        return Err(CellError::Div0);
    }
    Ok(difference / error)
}

/// The difference of two means in standard errors, and the degrees of freedom.
fn of_two(first: &Sample, second: &Sample, equal_variances: bool) -> Result<(f64, f64), CellError> {
    let difference = first.mean - second.mean;
    let (n, m) = (first.count, second.count);
    if equal_variances {
        let freedom = n + m - 2.0;
        let shared = (first.variance * (n - 1.0) + second.variance * (m - 1.0)) / freedom;
        let t = quotient(difference, (shared * (1.0 / n + 1.0 / m)).sqrt())?;
        return Ok((t, freedom));
    }
    let (a, b) = (first.variance / n, second.variance / m);
    let t = quotient(difference, (a + b).sqrt())?;
    let freedom = (a + b) * (a + b) / (a * a / (n - 1.0) + b * b / (m - 1.0));
    Ok((t, freedom))
}

fn z_test(
    context: &Context<'_>,
    array: &Operand,
    x: f64,
    deviation: Option<f64>,
) -> Result<f64, CellError> {
    let numbers = numbers(context, array)?;
    if numbers.is_empty() {
        return Err(CellError::Na);
    }
    let count = numbers.len() as f64;
    let mean = numbers.iter().sum::<f64>() / count;
    let deviation = match deviation {
        Some(deviation) if deviation <= 0.0 => return Err(CellError::Num),
        Some(deviation) => deviation,
        None => Sample::of(&numbers)?.variance.sqrt(),
    };
    let z = quotient(mean - x, deviation / count.sqrt())?;
    Ok(erfc(z / std::f64::consts::SQRT_2) / 2.0)
}
