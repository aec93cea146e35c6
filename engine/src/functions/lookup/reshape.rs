//! Arrays of another shape: TRANSPOSE, SEQUENCE, FREQUENCY.

use super::table::Table;
use crate::functions::declare::functions;
use crate::functions::{Context, Operand};
use crate::value::{Array, CellError, Value};

functions! {
    /// The table with rows and columns exchanged.
    ///
    ///     =INDEX(TRANSPOSE({1,2;3,4}), 1, 2) -> 3
    ///     =ROWS(TRANSPOSE({1,2,3}))          -> 3
    "TRANSPOSE"(array: Array) [spills] => array(transpose);

    /// Numbers that rise by `step`, row by row.
    ///
    ///     =SUM(SEQUENCE(4))                -> 10
    ///     =INDEX(SEQUENCE(2, 3, 0, 5), 2, 1) -> 15
    ///     =SEQUENCE(0)                     -> #CALC!
    "SEQUENCE"(
        rows: Number or omitted,
        columns: Number or omitted,
        start: Number or omitted,
        step: Number or omitted,
    ) [spills] => array(sequence);

    /// How many numbers fall into each interval; one more number than there are bins.
    ///
    /// A bin counts the numbers up to and with its own that no smaller bin counts, the last number those beyond all
    /// bins. Of equal bins the first counts.
    ///
    ///     =INDEX(FREQUENCY({79,85,78,85,50,81}, {70,79,89}), 2) -> 2
    ///     =ROWS(FREQUENCY({1,2,3}, {1,2}))                      -> 3
    "FREQUENCY"(data: Array, bins: Array) [spills] => array(frequency);
}

fn transpose(context: &Context<'_>, array: &Operand) -> Result<Operand, CellError> {
    let array = Table::of(array)?.to_array(context)?;
    array.transpose().map(Operand::from)
}

fn sequence(
    _: &Context<'_>,
    rows: Option<f64>,
    columns: Option<f64>,
    start: Option<f64>,
    step: Option<f64>,
) -> Result<Operand, CellError> {
    let count = |number: Option<f64>| match number.unwrap_or(1.0).trunc() {
        negative if negative < 0.0 => Err(CellError::Value),
        // The size is checked below; what is larger than that is only kept from wrapping round.
        count => Ok(count.min(f64::from(u32::MAX)) as u32),
    };
    let (rows, columns) = (count(rows)?, count(columns)?);
    Array::check_size(rows, columns)?;
    let (start, step) = (start.unwrap_or(1.0), step.unwrap_or(1.0));
    let numbers = 0..rows * columns;
    let values = numbers.map(|index| Value::number(start + step * f64::from(index)));
    Array::new(rows, columns, values.collect()).map(Operand::from)
}

fn frequency(context: &Context<'_>, data: &Operand, bins: &Operand) -> Result<Operand, CellError> {
    let bins = numbers(context, bins)?;
    // Bins in rising order, of equal ones the first first; each is known by its place.
    let mut order: Vec<usize> = (0..bins.len()).collect();
    order.sort_by(|a, b| bins[*a].total_cmp(&bins[*b]));
    let sorted: Vec<f64> = order.iter().map(|place| bins[*place]).collect();
    let mut counts = vec![0u32; bins.len() + 1];
    for number in numbers(context, data)? {
        let bin = sorted.partition_point(|bin| *bin < number);
        let place = order.get(bin).copied().unwrap_or(bins.len());
        counts[place] += 1;
    }
    let values = counts.iter().map(|count| Value::Number(f64::from(*count)));
    Array::new(counts.len() as u32, 1, values.collect()).map(Operand::from)
}

/// The numbers of an argument; an error ends it.
fn numbers(context: &Context<'_>, operand: &Operand) -> Result<Vec<f64>, CellError> {
    let mut numbers = Vec::new();
    if let Operand::Reference(reference) = operand {
        for area in &reference.areas {
            Table::Area(*area).push_numbers(context, &mut numbers)?;
        }
    } else {
        Table::of(operand)?.push_numbers(context, &mut numbers)?;
    }
    Ok(numbers)
}
