//! The shape of a set of numbers, and places in it: SKEW, KURT, TRIMMEAN, PERCENTRANK, MODE.MULT, PROB.

use hashbrown::HashMap;
use libm::pow;

use crate::functions::declare::functions;
use crate::functions::lookup::table::Table;
use crate::functions::number_fold::{Listed, OfList, OfNumbers};
use crate::functions::numbers::numbers;
use crate::functions::{Context, Operand};
use crate::value::decimal::{Rounding, round_digits};
use crate::value::{Array, CellError, Value};

functions! {
    /// How far a sample leans to one side.
    ///
    ///     =ROUND(SKEW(3,4,5,2,3,4,5,6,4,7), 6) -> 0.359543
    ///     =SKEW(1, 2)                          -> #DIV/0!
    "SKEW"(; repeat number: Numbers) => fold(OfNumbers<Listed<Skew<true>>>);

    /// How far a whole population leans to one side.
    ///
    ///     =ROUND(SKEW.P(3,4,5,2,3,4,5,6,4,7), 6) -> 0.303193
    "SKEW.P"(; repeat number: Numbers) => fold(OfNumbers<Listed<Skew<false>>>);

    /// How pointed a sample is, compared with the normal distribution.
    ///
    ///     =ROUND(KURT(3,4,5,2,3,4,5,6,4,7), 6) -> -0.1518
    ///     =KURT(1, 2, 3)                       -> #DIV/0!
    "KURT"(; repeat number: Numbers) => fold(OfNumbers<Listed<Kurtosis>>);

    /// The mean of the numbers without the share `share` of them, half of it at either end.
    ///
    ///     =ROUND(TRIMMEAN({4,5,6,7,2,3,4,5,1,2,3}, 0.2), 6) -> 3.777778
    ///     =TRIMMEAN({1,2,3}, 1)                             -> #NUM!
    "TRIMMEAN"(array: Table, share: Number) => map_in(trimmed_mean);

    /// The share of the numbers that lie below `x`, with so many digits.
    ///
    ///     =PERCENTRANK.INC({13,12,11,8,4,3,2,1,1,1}, 2) -> 0.333
    ///     =PERCENTRANK.INC({13,12,11,8,4,3,2,1,1,1}, 5) -> 0.583
    ///     =PERCENTRANK.INC({1,2}, 3)                    -> #N/A
    "PERCENTRANK.INC"(array: Table, x: Number, digits: Number = 3) => map_in(rank_inclusive);

    /// PERCENTRANK.INC under its older name.
    ///
    ///     =PERCENTRANK({13,12,11,8,4,3,2,1,1,1}, 8) -> 0.666
    "PERCENTRANK"(array: Table, x: Number, digits: Number = 3) => map_in(rank_inclusive);

    /// The share of a population that lies below `x`, of which the numbers are a sample, with so many digits.
    ///
    ///     =PERCENTRANK.EXC({1,2,3,6,6,6,7,8,9}, 7)       -> 0.7
    ///     =PERCENTRANK.EXC({1,2,3,6,6,6,7,8,9}, 5.43)    -> 0.381
    ///     =PERCENTRANK.EXC({1,2,3,6,6,6,7,8,9}, 5.43, 1) -> 0.3
    "PERCENTRANK.EXC"(array: Table, x: Number, digits: Number = 3) => map_in(rank_exclusive);

    /// All numbers that occur most often, in the order in which they come.
    ///
    ///     =SUM(MODE.MULT({1,2,3,4,3,2,1,2,3,5,6,1})) -> 6
    ///     =MODE.MULT({1,2,3})                        -> #N/A
    "MODE.MULT"(; repeat number: Table) [spills] => array_rest(modes);

    /// The probability that a value is `lower`, or lies from `lower` to `upper`.
    ///
    ///     =PROB({0,1,2,3}, {0.2,0.3,0.1,0.4}, 2)              -> 0.1
    ///     =ROUND(PROB({0,1,2,3}, {0.2,0.3,0.1,0.4}, 1, 3), 9) -> 0.8
    ///     =PROB({0,1}, {0.2,0.3}, 1)                          -> #NUM!
    "PROB"(values: Array, probabilities: Array, lower: Number, upper: Number or omitted) => array(prob);
}

/// The sum of the powers of the differences from the mean, and the sum of their squares.
fn powers(numbers: &[f64], exponent: f64) -> (f64, f64) {
    let mean = numbers.iter().sum::<f64>() / numbers.len() as f64;
    let differences = || numbers.iter().map(|x| x - mean);
    (
        differences().map(|x| pow(x, exponent)).sum(),
        differences().map(|x| x * x).sum(),
    )
}

#[derive(Clone)]
struct Skew<const SAMPLE: bool>;

impl<const SAMPLE: bool> OfList for Skew<SAMPLE> {
    const OF_NONE: Result<f64, CellError> = Err(CellError::Div0);

    fn of(numbers: &mut [f64]) -> Result<f64, CellError> {
        let count = numbers.len() as f64;
        let (cubes, squares) = powers(numbers, 3.0);
        if count < 3.0 || squares == 0.0 {
            return Err(CellError::Div0);
        }
        Ok(if SAMPLE {
            let deviation = (squares / (count - 1.0)).sqrt();
            count / ((count - 1.0) * (count - 2.0)) * cubes / pow(deviation, 3.0)
        } else {
            cubes / count / pow((squares / count).sqrt(), 3.0)
        })
    }
}

#[derive(Clone)]
struct Kurtosis;

impl OfList for Kurtosis {
    const OF_NONE: Result<f64, CellError> = Err(CellError::Div0);

    fn of(numbers: &mut [f64]) -> Result<f64, CellError> {
        let n = numbers.len() as f64;
        let (fourths, squares) = powers(numbers, 4.0);
        if n < 4.0 || squares == 0.0 {
            return Err(CellError::Div0);
        }
        let variance = squares / (n - 1.0);
        let scale = n * (n + 1.0) / ((n - 1.0) * (n - 2.0) * (n - 3.0));
        let normal = 3.0 * (n - 1.0) * (n - 1.0) / ((n - 2.0) * (n - 3.0));
        Ok(scale * fourths / (variance * variance) - normal)
    }
}

fn trimmed_mean(context: &Context<'_>, array: &Operand, share: f64) -> Result<f64, CellError> {
    let mut numbers = numbers(context, array)?;
    if numbers.is_empty() || !(0.0..1.0).contains(&share) {
        return Err(CellError::Num);
    }
    numbers.sort_unstable_by(f64::total_cmp);
    let cut = (share * numbers.len() as f64 / 2.0) as usize;
    let kept = &numbers[cut..numbers.len() - cut];
    Ok(kept.iter().sum::<f64>() / kept.len() as f64)
}

/// The rank of `x` among the numbers: how many are less, or a place between two of them.
fn rank(numbers: &mut [f64], x: f64) -> Result<f64, CellError> {
    numbers.sort_unstable_by(f64::total_cmp);
    let less = |x: f64| numbers.partition_point(|number| *number < x);
    let above = less(x);
    match numbers.get(above) {
        Some(found) if *found == x => Ok(above as f64),
        Some(upper) if above > 0 => {
            let lower = numbers[above - 1];
            let from = less(lower) as f64;
            Ok(from + (x - lower) / (upper - lower) * (above as f64 - from))
        }
        _ => Err(CellError::Na),
    }
}

/// A share with so many digits behind the point, the others cut off.
fn cut(share: f64, digits: f64) -> Result<f64, CellError> {
    if digits < 1.0 {
        return Err(CellError::Num);
    }
    Ok(round_digits(share, digits.min(15.0) as i32, Rounding::Down))
}

fn rank_inclusive(
    context: &Context<'_>,
    array: &Operand,
    x: f64,
    digits: f64,
) -> Result<f64, CellError> {
    let mut numbers = numbers(context, array)?;
    let last = numbers.len() as f64 - 1.0;
    match last {
        last if last < 0.0 => Err(CellError::Num),
        0.0 => rank(&mut numbers, x).and_then(|_| cut(1.0, digits)),
        last => cut(rank(&mut numbers, x)? / last, digits),
    }
}

fn rank_exclusive(
    context: &Context<'_>,
    array: &Operand,
    x: f64,
    digits: f64,
) -> Result<f64, CellError> {
    let mut numbers = numbers(context, array)?;
    if numbers.is_empty() {
        return Err(CellError::Num);
    }
    let share = (rank(&mut numbers, x)? + 1.0) / (numbers.len() as f64 + 1.0);
    cut(share, digits)
}

fn modes(context: &Context<'_>, operands: &[Operand]) -> Result<Operand, CellError> {
    let mut all = Vec::new();
    for operand in operands {
        all.extend(numbers(context, operand)?);
    }
    let mut counts: HashMap<u64, u32> = HashMap::new();
    for x in &all {
        *counts.entry(x.to_bits()).or_insert(0) += 1;
    }
    let most = counts.values().copied().max().unwrap_or(0);
    if most < 2 {
        return Err(CellError::Na);
    }
    let mut modes = Vec::new();
    for x in all {
        // What is taken is struck out, so that each comes once.
        if counts.get(&x.to_bits()) == Some(&most) {
            counts.remove(&x.to_bits());
            modes.push(Value::Number(x));
        }
    }
    Array::new(modes.len() as u32, 1, modes).map(Operand::from)
}

fn prob(
    context: &Context<'_>,
    values: &Operand,
    probabilities: &Operand,
    lower: f64,
    upper: Option<f64>,
) -> Result<f64, CellError> {
    let values = Table::of(values)?.to_array(context)?;
    let probabilities = Table::of(probabilities)?.to_array(context)?;
    if (values.rows(), values.columns()) != (probabilities.rows(), probabilities.columns()) {
        return Err(CellError::Na);
    }
    let upper = upper.unwrap_or(lower);
    let (mut sum, mut inside) = (0.0, 0.0);
    for (value, probability) in values.cells().iter().zip(probabilities.cells()) {
        match (value, probability) {
            (Value::Error(error), _) | (_, Value::Error(error)) => return Err(*error),
            (_, Value::Number(p)) if !(0.0..=1.0).contains(p) => return Err(CellError::Num),
            (Value::Number(x), Value::Number(p)) => {
                sum += p;
                if (lower..=upper).contains(x) {
                    inside += p;
                }
            }
            _ => {}
        }
    }
    if (sum - 1.0_f64).abs() > 1e-7 {
        return Err(CellError::Num);
    }
    Ok(inside)
}
