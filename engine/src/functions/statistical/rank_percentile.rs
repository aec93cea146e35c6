//! Order statistics: LARGE, SMALL, MEDIAN, MODE, RANK, PERCENTILE, QUARTILE.
//!
//! They compare exact bits, and their results do not depend on the order of the numbers, but for MODE, where the first
//! of several wins.

use std::ops::ControlFlow;

use hashbrown::HashMap;

use crate::functions::declare::functions;
use crate::functions::number_fold::{Listed, OfList, OfNumbers};
use crate::functions::numbers::numbers;
use crate::functions::{Context, Operand, Reference};
use crate::value::{CellError, Value, ValueRef};

#[cfg(test)]
mod tests;

functions! {
    /// The k-th greatest number; a fraction of `k` counts as one more.
    ///
    ///     =LARGE({3,5,1,4}, 2) -> 4
    ///     =LARGE({3,5}, 3)     -> #NUM!
    "LARGE"(array: Table, k: Number) => map_in(large);

    /// The k-th least number; a fraction of `k` is cut off.
    ///
    ///     =SMALL({3,5,1,4}, 2) -> 3
    ///     =SMALL({3,5}, 0)     -> #NUM!
    "SMALL"(array: Table, k: Number) => map_in(small);

    /// The number in the middle, or the mean of the two in the middle.
    ///
    ///     =MEDIAN(7, 1, 3)       -> 3
    ///     =MEDIAN({1;2;3;10})    -> 2.5
    "MEDIAN"(; repeat number: Numbers) => fold(OfNumbers<Listed<Median>>);

    /// The number that occurs most often, the first of several.
    ///
    /// If none occurs twice it is `#N/A`. A single value or cell that is no number is `#VALUE!`; in larger ranges and
    /// arrays everything but numbers is passed over.
    ///
    ///     =MODE.SNGL({5,4,4,3,5}) -> 5
    ///     =MODE.SNGL({1,2,3})     -> #N/A
    "MODE.SNGL"(; repeat number: Table) => array_rest(mode);

    /// The number that occurs most often, under its older name.
    ///
    ///     =MODE({1,2,2}) -> 2
    "MODE"(; repeat number: Table) => array_rest(mode);

    /// The place of a number among the numbers of a range, from the greatest down, or from the least up if `order` is
    /// not 0.
    ///
    /// Equal numbers share the first of their places; a number that is not there is `#N/A`.
    ///
    ///     =RANK.EQ(1, K1:K3) -> #N/A
    "RANK.EQ"(number: Number, range: Range, order: Number = 0) => map_in(rank_first);

    /// The place of a number among the numbers of a range, under its older name.
    ///
    ///     =RANK(1, K1:K3) -> #N/A
    "RANK"(number: Number, range: Range, order: Number = 0) => map_in(rank_first);

    /// The place of a number among the numbers of a range as with RANK.EQ, where equal numbers share the mean of their
    /// places.
    ///
    ///     =RANK.AVG(1, K1:K3) -> #N/A
    "RANK.AVG"(number: Number, range: Range, order: Number = 0) => map_in(rank_mean);

    /// The number below which the share `k` of the numbers lies, between two of them by their distance; `k` from 0 to 1.
    ///
    ///     =PERCENTILE.INC({1,2,3,4}, 0.3)  -> 1.9
    ///     =PERCENTILE.INC({1,2,3,4}, 1.01) -> #NUM!
    "PERCENTILE.INC"(array: Table, k: Number) => map_in(percentile);

    /// PERCENTILE.INC under its older name.
    ///
    ///     =PERCENTILE({1,2,3,4}, 0.5) -> 2.5
    "PERCENTILE"(array: Table, k: Number) => map_in(percentile);

    /// The number below which the share `k` of a population lies, of which the numbers are a sample; `k` between
    /// 1/(n+1) and n/(n+1).
    ///
    ///     =PERCENTILE.EXC({1,2,3,4}, 0.5) -> 2.5
    ///     =PERCENTILE.EXC({1,2,3,4}, 0.1) -> #NUM!
    "PERCENTILE.EXC"(array: Table, k: Number) => map_in(percentile_of_sample);

    /// The least number (0), a quartile (1 to 3) or the greatest number (4), as PERCENTILE.INC has them.
    ///
    ///     =QUARTILE.INC({1,2,4,7,8,9,10,12}, 1) -> 3.5
    "QUARTILE.INC"(array: Table, quart: Number) => map_in(quartile);

    /// QUARTILE.INC under its older name.
    ///
    ///     =QUARTILE({1,2,4,7,8,9,10,12}, 2) -> 7.5
    "QUARTILE"(array: Table, quart: Number) => map_in(quartile);

    /// A quartile (1 to 3) as PERCENTILE.EXC has it.
    ///
    ///     =QUARTILE.EXC({6,7,15,36,39,40,41,42,43,47,49}, 1) -> 15
    "QUARTILE.EXC"(array: Table, quart: Number) => map_in(quartile_of_sample);
}

fn large(context: &Context<'_>, array: &Operand, k: f64) -> Result<f64, CellError> {
    largest(&mut numbers(context, array)?, k)
}

fn small(context: &Context<'_>, array: &Operand, k: f64) -> Result<f64, CellError> {
    smallest(&mut numbers(context, array)?, k)
}

fn percentile(context: &Context<'_>, array: &Operand, k: f64) -> Result<f64, CellError> {
    percentile_inclusive(&mut numbers(context, array)?, k)
}

fn percentile_of_sample(context: &Context<'_>, array: &Operand, k: f64) -> Result<f64, CellError> {
    percentile_exclusive(&mut numbers(context, array)?, k)
}

fn quartile(context: &Context<'_>, array: &Operand, quart: f64) -> Result<f64, CellError> {
    percentile_inclusive(&mut numbers(context, array)?, quart.trunc() / 4.0)
}

fn quartile_of_sample(
    context: &Context<'_>,
    array: &Operand,
    quart: f64,
) -> Result<f64, CellError> {
    percentile_exclusive(&mut numbers(context, array)?, quart.trunc() / 4.0)
}

/// The k-th greatest of the numbers, which are put in another order.
pub(in crate::functions) fn largest(numbers: &mut [f64], k: f64) -> Result<f64, CellError> {
    if k < 1.0 || k.ceil() > numbers.len() as f64 {
        return Err(CellError::Num);
    }
    Ok(nth_least(numbers, numbers.len() - k.ceil() as usize))
}

/// The k-th least of the numbers, which are put in another order.
pub(in crate::functions) fn smallest(numbers: &mut [f64], k: f64) -> Result<f64, CellError> {
    let k = k.floor();
    if k < 1.0 || k > numbers.len() as f64 {
        return Err(CellError::Num);
    }
    Ok(nth_least(numbers, k as usize - 1))
}

/// The percentile of a share from 0 to 1 of the numbers, which are put in another order.
pub(in crate::functions) fn percentile_inclusive(
    numbers: &mut [f64],
    share: f64,
) -> Result<f64, CellError> {
    if numbers.is_empty() || !(0.0..=1.0).contains(&share) {
        return Err(CellError::Num);
    }
    let place = share * (numbers.len() - 1) as f64;
    Ok(between(numbers, place))
}

/// The percentile of a share between 0 and 1, both excluded, of the numbers, which are put in another order.
pub(in crate::functions) fn percentile_exclusive(
    numbers: &mut [f64],
    share: f64,
) -> Result<f64, CellError> {
    let count = numbers.len() as f64;
    let place = share * (count + 1.0);
    if !(1.0..=count).contains(&place) || share <= 0.0 || share >= 1.0 {
        return Err(CellError::Num);
    }
    Ok(between(numbers, place - 1.0))
}

/// The number at a 0-based place in ascending order, which may lie between two numbers.
fn between(numbers: &mut [f64], place: f64) -> f64 {
    let below = place.floor();
    let fraction = place - below;
    let lower = nth_least(numbers, below as usize);
    if fraction == 0.0 {
        return lower;
    }
    // The selection has left only greater numbers behind it.
    let upper = numbers[below as usize + 1..]
        .iter()
        .copied()
        .fold(f64::INFINITY, f64::min);
    lower + fraction * (upper - lower)
}

/// The number at a 0-based place in ascending order.
fn nth_least(numbers: &mut [f64], place: usize) -> f64 {
    *numbers.select_nth_unstable_by(place, f64::total_cmp).1
}

/// The number in the middle.
#[derive(Clone)]
struct Median;

impl OfList for Median {
    fn of(numbers: &mut [f64]) -> Result<f64, CellError> {
        let count = numbers.len();
        let upper = nth_least(numbers, count / 2);
        if count % 2 == 1 {
            return Ok(upper);
        }
        // The selection has left only smaller numbers before it.
        let lower = numbers[..count / 2]
            .iter()
            .copied()
            .fold(f64::NEG_INFINITY, f64::max);
        Ok(lower / 2.0 + upper / 2.0)
    }
}

fn mode(context: &Context<'_>, operands: &[Operand]) -> Result<f64, CellError> {
    let mut all = Vec::new();
    for operand in operands {
        match single(context, operand) {
            None => all.extend(numbers(context, operand)?),
            Some(Value::Number(x)) => all.push(x),
            Some(Value::Error(error)) => return Err(error),
            Some(_) => return Err(CellError::Value),
        }
    }
    most_frequent(&all)
}

/// The value of an argument that is a single value or a single cell.
fn single(context: &Context<'_>, operand: &Operand) -> Option<Value> {
    match operand {
        Operand::Value(value) => Some(value.clone()),
        Operand::Reference(reference) => {
            let area = reference.single().ok()?;
            (area.rect.size() == 1).then(|| context.cells.value(area.sheet, area.rect.top_left()))
        }
        _ => None,
    }
}

/// The number that occurs most often, the first of several.
pub(in crate::functions) fn most_frequent(numbers: &[f64]) -> Result<f64, CellError> {
    let mut counts: HashMap<u64, u32> = HashMap::new();
    for x in numbers {
        *counts.entry(x.to_bits()).or_insert(0) += 1;
    }
    let mut best = (1, Err(CellError::Na));
    for x in numbers {
        let count = counts.get(&x.to_bits()).copied().unwrap_or(0);
        if count > best.0 {
            best = (count, Ok(*x));
        }
    }
    best.1
}

/// How the numbers of a range stand to one number.
struct Standing {
    /// How many come before it.
    before: u64,
    /// How many equal it.
    equal: u64,
}

impl Standing {
    fn of(
        context: &Context<'_>,
        number: f64,
        range: &Reference,
        order: f64,
    ) -> Result<Standing, CellError> {
        let mut standing = Standing {
            before: 0,
            equal: 0,
        };
        let mut failed = None;
        for area in &range.areas {
            context.cells.visit(area, &mut |_, value| {
                match value {
                    ValueRef::Number(x) if x == number => standing.equal += 1,
                    ValueRef::Number(x) => {
                        standing.before += u64::from((x < number) == (order != 0.0));
                    }
                    ValueRef::Error(error) => {
                        failed = Some(error);
                        return ControlFlow::Break(());
                    }
                    _ => {}
                }
                ControlFlow::Continue(())
            });
        }
        match failed {
            Some(error) => Err(error),
            None if standing.equal == 0 => Err(CellError::Na),
            None => Ok(standing),
        }
    }
}

fn rank_first(
    context: &Context<'_>,
    number: f64,
    range: &Reference,
    order: f64,
) -> Result<f64, CellError> {
    let standing = Standing::of(context, number, range, order)?;
    Ok((standing.before + 1) as f64)
}

fn rank_mean(
    context: &Context<'_>,
    number: f64,
    range: &Reference,
    order: f64,
) -> Result<f64, CellError> {
    let standing = Standing::of(context, number, range, order)?;
    Ok(standing.before as f64 + (standing.equal + 1) as f64 / 2.0)
}
