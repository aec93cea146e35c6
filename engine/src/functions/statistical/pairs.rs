//! Two series of values, pair by pair: CORREL, SLOPE, INTERCEPT, STEYX, covariances, FORECAST, SUMXMY2 and its kin.
//!
//! A pair counts where both values are numbers. Series of different lengths are `#N/A`; how they are laid out, in rows
//! or in columns, does not matter.

use std::ops::ControlFlow;

use crate::functions::declare::functions;
use crate::functions::lookup::table::Table;
use crate::functions::{Context, Operand};
use crate::value::{CellError, ValueRef};

functions! {
    /// The correlation of two series.
    ///
    ///     =CORREL({3,2,4,5,6}, {9,7,12,15,17}) > 0.997 -> TRUE
    ///     =CORREL({1,2}, {1,2,3})                      -> #N/A
    ///     =CORREL({1,1}, {1,2})                        -> #DIV/0!
    "CORREL"(first: Array, second: Array) => array(correlation);

    /// The correlation of two series, under another name.
    ///
    ///     =PEARSON({1,2,3}, {3,2,1}) -> -1
    "PEARSON"(first: Array, second: Array) => array(correlation);

    /// The square of the correlation of two series.
    ///
    ///     =RSQ({1,2,3}, {3,2,1}) -> 1
    "RSQ"(known_y: Array, known_x: Array) => array(squared_correlation);

    /// The slope of the line that fits the points best.
    ///
    ///     =SLOPE({3,5,7}, {1,2,3}) -> 2
    "SLOPE"(known_y: Array, known_x: Array) => array(slope);

    /// Where the line that fits the points best meets the y axis.
    ///
    ///     =INTERCEPT({3,5,7}, {1,2,3}) -> 1
    "INTERCEPT"(known_y: Array, known_x: Array) => array(intercept);

    /// The standard error of the y values around the line that fits the points best.
    ///
    ///     =STEYX({3,5,7}, {1,2,3}) -> 0
    ///     =STEYX({1,2}, {1,2})     -> #DIV/0!
    "STEYX"(known_y: Array, known_x: Array) => array(standard_error);

    /// The y value at `x` on the line that fits the points best.
    ///
    ///     =FORECAST.LINEAR(10, {3,5,7}, {1,2,3}) -> 21
    "FORECAST.LINEAR"(x: Number, known_y: Array, known_x: Array) => array(forecast);

    /// The y value at `x` on the line that fits the points best, under its older name.
    ///
    ///     =FORECAST(0, {3,5,7}, {1,2,3}) -> 1
    "FORECAST"(x: Number, known_y: Array, known_x: Array) => array(forecast);

    /// The covariance of two whole populations.
    ///
    ///     =COVARIANCE.P({1,2,3}, {2,4,6}) * 3 -> 4
    "COVARIANCE.P"(first: Array, second: Array) => array(covariance_of_population);

    /// The covariance of two whole populations, under its older name.
    ///
    ///     =COVAR({1,3}, {2,6}) -> 2
    "COVAR"(first: Array, second: Array) => array(covariance_of_population);

    /// The covariance of two samples.
    ///
    ///     =COVARIANCE.S({1,2,3}, {2,4,6}) -> 2
    ///     =COVARIANCE.S({1}, {2})         -> #DIV/0!
    "COVARIANCE.S"(first: Array, second: Array) => array(covariance_of_sample);

    /// The sum of the differences of the squares.
    ///
    ///     =SUMX2MY2({2,3,9}, {6,5,11}) -> -88
    "SUMX2MY2"(first: Array, second: Array) => array(sum_of_square_differences);

    /// The sum of the sums of the squares.
    ///
    ///     =SUMX2PY2({2,3}, {6,5}) -> 74
    "SUMX2PY2"(first: Array, second: Array) => array(sum_of_square_sums);

    /// The sum of the squares of the differences.
    ///
    ///     =SUMXMY2({2,3}, {6,5}) -> 20
    "SUMXMY2"(first: Array, second: Array) => array(sum_of_squared_differences);
}

/// The numbers of a series with their places, and the number of its places.
fn series(context: &Context<'_>, operand: &Operand) -> Result<(Vec<(u64, f64)>, u64), CellError> {
    let table = Table::of(operand)?;
    let columns = u64::from(table.columns());
    let mut numbers = Vec::new();
    let mut failed = None;
    table.visit(context.cells, table.rect(), &mut |cell, value| {
        match value {
            ValueRef::Number(x) => {
                numbers.push((u64::from(cell.row) * columns + u64::from(cell.column), x));
            }
            ValueRef::Error(error) => {
                failed = Some(error);
                return ControlFlow::Break(());
            }
            _ => {}
        }
        ControlFlow::Continue(())
    })?;
    match failed {
        Some(error) => Err(error),
        None => Ok((numbers, u64::from(table.rows()) * columns)),
    }
}

/// The pairs of two series; at least one.
pub(super) fn pairs(
    context: &Context<'_>,
    first: &Operand,
    second: &Operand,
) -> Result<Vec<(f64, f64)>, CellError> {
    let (first, length) = series(context, first)?;
    let (second, other_length) = series(context, second)?;
    if length != other_length {
        return Err(CellError::Na);
    }
    let mut others = second.into_iter().peekable();
    let mut pairs = Vec::with_capacity(first.len());
    for (place, x) in first {
        while others.next_if(|(other, _)| *other < place).is_some() {}
        if let Some((_, y)) = others.next_if(|(other, _)| *other == place) {
            pairs.push((x, y));
        }
    }
    if pairs.is_empty() {
        Err(CellError::Div0)
    } else {
        Ok(pairs)
    }
}

/// Means, and sums of products of the differences from them.
struct Moments {
    count: f64,
    means: (f64, f64),
    /// Of the first series with itself, of the second with itself, of both.
    squares: (f64, f64, f64),
}

impl Moments {
    fn of(context: &Context<'_>, first: &Operand, second: &Operand) -> Result<Moments, CellError> {
        let pairs = pairs(context, first, second)?;
        let count = pairs.len() as f64;
        let sum = |of: fn(&(f64, f64)) -> f64| pairs.iter().map(of).sum::<f64>();
        let means = (sum(|pair| pair.0) / count, sum(|pair| pair.1) / count);
        let mut squares = (0.0, 0.0, 0.0);
        for (x, y) in &pairs {
            let (x, y) = (x - means.0, y - means.1);
            squares.0 += x * x;
            squares.1 += y * y;
            squares.2 += x * y;
        }
        Ok(Moments {
            count,
            means,
            squares,
        })
    }

    /// The slope of the line through points whose x is the second series.
    fn slope(&self) -> Result<f64, CellError> {
        quotient(self.squares.2, self.squares.1)
    }

    fn correlation(&self) -> Result<f64, CellError> {
        quotient(
            self.squares.2,
            self.squares.0.sqrt() * self.squares.1.sqrt(),
        )
    }
}

fn quotient(x: f64, y: f64) -> Result<f64, CellError> {
    if y == 0.0 {
        Err(CellError::Div0)
    } else {
        Ok(x / y)
    }
}

fn correlation(context: &Context<'_>, a: &Operand, b: &Operand) -> Result<f64, CellError> {
    Moments::of(context, a, b)?.correlation()
}

fn squared_correlation(context: &Context<'_>, y: &Operand, x: &Operand) -> Result<f64, CellError> {
    let correlation = Moments::of(context, y, x)?.correlation()?;
    Ok(correlation * correlation)
}

fn slope(context: &Context<'_>, y: &Operand, x: &Operand) -> Result<f64, CellError> {
    Moments::of(context, y, x)?.slope()
}

fn intercept(context: &Context<'_>, y: &Operand, x: &Operand) -> Result<f64, CellError> {
    let moments = Moments::of(context, y, x)?;
    Ok(moments.means.0 - moments.slope()? * moments.means.1)
}

fn standard_error(context: &Context<'_>, y: &Operand, x: &Operand) -> Result<f64, CellError> {
    let moments = Moments::of(context, y, x)?;
    if moments.count < 3.0 {
        return Err(CellError::Div0);
    }
    let explained = moments.slope()? * moments.squares.2;
    let rest = (moments.squares.0 - explained).max(0.0);
    Ok((rest / (moments.count - 2.0)).sqrt())
}

fn forecast(context: &Context<'_>, at: f64, y: &Operand, x: &Operand) -> Result<f64, CellError> {
    let moments = Moments::of(context, y, x)?;
    Ok(moments.means.0 + moments.slope()? * (at - moments.means.1))
}

fn covariance_of_population(
    context: &Context<'_>,
    a: &Operand,
    b: &Operand,
) -> Result<f64, CellError> {
    let moments = Moments::of(context, a, b)?;
    Ok(moments.squares.2 / moments.count)
}

fn covariance_of_sample(context: &Context<'_>, a: &Operand, b: &Operand) -> Result<f64, CellError> {
    let moments = Moments::of(context, a, b)?;
    quotient(moments.squares.2, moments.count - 1.0)
}

/// The sum of what `term` makes of each pair.
fn sum_of(
    context: &Context<'_>,
    (a, b): (&Operand, &Operand),
    term: fn(f64, f64) -> f64,
) -> Result<f64, CellError> {
    let pairs = pairs(context, a, b)?;
    Ok(pairs.into_iter().map(|(x, y)| term(x, y)).sum())
}

fn sum_of_square_differences(
    context: &Context<'_>,
    a: &Operand,
    b: &Operand,
) -> Result<f64, CellError> {
    sum_of(context, (a, b), |x, y| x * x - y * y)
}

fn sum_of_square_sums(context: &Context<'_>, a: &Operand, b: &Operand) -> Result<f64, CellError> {
    sum_of(context, (a, b), |x, y| x * x + y * y)
}

fn sum_of_squared_differences(
    context: &Context<'_>,
    a: &Operand,
    b: &Operand,
) -> Result<f64, CellError> {
    sum_of(context, (a, b), |x, y| (x - y) * (x - y))
}
