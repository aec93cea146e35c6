//! SUMPRODUCT: the sum of the products of corresponding values.

use crate::functions::declare::functions;
use crate::functions::number_fold::Total;
use crate::functions::{Context, Operand};
use crate::reference::Cell;
use crate::value::{Array, CellError, Value, ValueRef};

functions! {
    /// The sum of the products of corresponding values of several ranges or arrays.
    ///
    /// All must have the same size, otherwise `#VALUE!`. What is not a number counts as 0; an argument that is nothing
    /// but one text is `#VALUE!`. The exact sum is rounded once.
    ///
    ///     =SUMPRODUCT({1,2,3}, {4,5,6})      -> 32
    ///     =SUMPRODUCT({1,"2",3}, {1,1,1})    -> 4
    ///     =SUMPRODUCT({1,2}, {1;2})          -> #VALUE!
    "SUMPRODUCT"(; repeat factors: Array) => array_rest(sum_product);
}

/// The values of an argument that are numbers, in row-major order. Whatever is not listed is 0.
struct Factor {
    rows: u32,
    columns: u32,
    numbers: Vec<(Cell, f64)>,
    /// Rows that are listed; those behind equal the tail.
    stored: u32,
    /// One number a column, or none at all if the tail is 0.
    tail: Vec<f64>,
}

fn sum_product(context: &Context<'_>, operands: &[Operand]) -> Result<f64, CellError> {
    let mut factors = operands
        .iter()
        .map(|operand| Factor::of(context, operand))
        .collect::<Result<Vec<_>, _>>()?;
    let Some(first) = factors.first() else {
        return Err(CellError::Value);
    };
    let (rows, columns) = (first.rows, first.columns);
    if factors
        .iter()
        .any(|factor| (factor.rows, factor.columns) != (rows, columns))
    {
        return Err(CellError::Value);
    }
    let stored = factors
        .iter()
        .map(|factor| factor.stored)
        .max()
        .unwrap_or(0);
    if factors.iter().any(|factor| !factor.tail.is_empty()) {
        Array::check_size(stored.max(1), columns)?;
    }
    factors
        .iter_mut()
        .for_each(|factor| factor.write_out(stored));

    let mut total = Total::new(context.sum_mode);
    add_listed(&mut total, &factors)?;
    if stored < rows && factors.iter().all(|factor| !factor.tail.is_empty()) {
        for column in 0..columns as usize {
            let line: Vec<f64> = factors.iter().map(|factor| factor.tail[column]).collect();
            let (a, b) = as_two(&line)?;
            // The product is added once for each row: doubled, doubled again, as the count's bits say.
            let count = rows - stored;
            for bit in (0..u32::BITS).filter(|bit| count >> bit & 1 == 1) {
                total.add_product(a * f64::from(1_u32 << bit), b);
            }
        }
    }
    Ok(total.finish())
}

/// Adds the products of the places that every factor lists.
fn add_listed(total: &mut Total, factors: &[Factor]) -> Result<(), CellError> {
    let Some((first, others)) = factors.split_first() else {
        return Ok(());
    };
    if others.is_empty() {
        first.numbers.iter().for_each(|(_, x)| total.add(*x));
        return Ok(());
    }
    let mut next = vec![0; others.len()];
    let mut line = Vec::with_capacity(factors.len());
    for (place, x) in &first.numbers {
        line.clear();
        line.push(*x);
        for (factor, next) in others.iter().zip(&mut next) {
            while factor
                .numbers
                .get(*next)
                .is_some_and(|(other, _)| other < place)
            {
                *next += 1;
            }
            match factor.numbers.get(*next) {
                Some((other, x)) if other == place => line.push(*x),
                Some(_) => break,
                None => return Ok(()),
            }
        }
        if line.len() == factors.len() {
            let (a, b) = as_two(&line)?;
            total.add_product(a, b);
        }
    }
    Ok(())
}

/// Two numbers with the same product: all but the last multiplied, and the last.
fn as_two(line: &[f64]) -> Result<(f64, f64), CellError> {
    match line.split_last() {
        None => Ok((0.0, 0.0)),
        Some((only, [])) => Ok((*only, 1.0)),
        Some((last, others)) => {
            let product: f64 = others.iter().product();
            if product.is_finite() {
                Ok((product, *last))
            } else {
                Err(CellError::Num)
            }
        }
    }
}

impl Factor {
    fn of(context: &Context<'_>, operand: &Operand) -> Result<Factor, CellError> {
        match operand {
            Operand::Array(array) => Factor::of_array(array),
            Operand::Reference(reference) => {
                let area = reference.single()?;
                if area.rect.size() == 1 {
                    return Factor::single(&context.cells.value(area.sheet, area.rect.top_left()));
                }
                let mut factor = Factor::zero(area.rect.rows(), area.rect.columns());
                let mut failed = None;
                let origin = area.rect.top_left();
                context.cells.visit(&area, &mut |cell, value| {
                    let place = Cell::new(cell.row - origin.row, cell.column - origin.column);
                    match factor.list(place, value) {
                        Ok(()) => std::ops::ControlFlow::Continue(()),
                        Err(error) => {
                            failed = Some(error);
                            std::ops::ControlFlow::Break(())
                        }
                    }
                });
                failed.map_or(Ok(factor), Err)
            }
            Operand::Value(value) => Factor::single(value),
            Operand::Omitted => Ok(Factor::zero(1, 1)),
        }
    }

    /// A factor of nothing but blanks.
    fn zero(rows: u32, columns: u32) -> Factor {
        Factor {
            rows,
            columns,
            numbers: Vec::new(),
            stored: 0,
            tail: Vec::new(),
        }
    }

    /// A factor of one value.
    fn single(value: &Value) -> Result<Factor, CellError> {
        if matches!(value, Value::Text(_)) {
            return Err(CellError::Value);
        }
        let mut factor = Factor::zero(1, 1);
        factor.list(Cell::new(0, 0), value.as_ref())?;
        Ok(factor)
    }

    fn of_array(array: &Array) -> Result<Factor, CellError> {
        let mut factor = Factor::zero(array.rows(), array.columns());
        let mut values = array.cells().iter();
        for row in 0..array.stored_rows() {
            for (column, value) in (0..array.columns()).zip(&mut values) {
                factor.list(Cell::new(row, column), value.as_ref())?;
            }
        }
        factor.stored = array.stored_rows();
        if let Some(error) = array.tail().iter().find_map(Value::as_error) {
            return Err(error);
        }
        let number = |value: &Value| match value {
            Value::Number(x) => *x,
            _ => 0.0,
        };
        let tail: Vec<f64> = array.tail().iter().map(number).collect();
        if tail.iter().any(|x| *x != 0.0) {
            factor.tail = tail;
        }
        Ok(factor)
    }

    /// Lists a value if it is a number.
    fn list(&mut self, place: Cell, value: ValueRef<'_>) -> Result<(), CellError> {
        match value {
            ValueRef::Number(x) => {
                self.numbers.push((place, x));
                self.stored = place.row + 1;
            }
            ValueRef::Error(error) => return Err(error),
            _ => {}
        }
        Ok(())
    }

    /// Lists the tail down to `stored` rows.
    fn write_out(&mut self, stored: u32) {
        if self.tail.is_empty() {
            return;
        }
        for row in self.stored..stored {
            let line = (0..).zip(&self.tail);
            self.numbers
                .extend(line.map(|(column, x)| (Cell::new(row, column), *x)));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::functions::Operand;
    use crate::functions::test_sheet::{TestSheet, array, column, matrix, range};
    use crate::limits;
    use crate::value::{Array, CellError, Value};

    #[test]
    fn what_is_not_a_number_is_zero() {
        let sheet = TestSheet::new(&[
            [1.0.into(), 4.0.into()],
            ["2".into(), 5.0.into()],
            [3.0.into(), Value::Blank],
            [true.into(), 7.0.into()],
            [0.5.into(), 8.0.into()],
        ]);
        assert_eq!(
            sheet.number("SUMPRODUCT", &[range(0, 0, 4, 0), range(0, 1, 4, 1)]),
            8.0
        );
        assert_eq!(sheet.number("SUMPRODUCT", &[column(0), column(1)]), 8.0);
        assert_eq!(sheet.number("SUMPRODUCT", &[range(0, 0, 4, 1)]), 28.5);
        let mismatch = sheet.value("SUMPRODUCT", &[range(0, 0, 4, 0), range(0, 1, 3, 1)]);
        assert_eq!(mismatch, CellError::Value.into());
        let one_text = sheet.value("SUMPRODUCT", &[range(1, 0, 1, 0), range(1, 1, 1, 1)]);
        assert_eq!(one_text, CellError::Value.into());
    }

    #[test]
    fn three_factors_and_errors() {
        let sheet = TestSheet::default();
        let threes = [
            matrix(&[[1.0, 2.0]]),
            matrix(&[[3.0, 4.0]]),
            matrix(&[[5.0, 6.0]]),
        ];
        assert_eq!(sheet.number("SUMPRODUCT", &threes), 63.0);
        let failing = array(&[[CellError::Na.into(), CellError::Div0.into()]]);
        assert_eq!(
            sheet.value("SUMPRODUCT", &[matrix(&[[1.0, 2.0]]), failing]),
            CellError::Na.into()
        );
    }

    #[test]
    fn products_are_summed_exactly() {
        let sheet = TestSheet::default();
        let a = matrix(&[[1e200, 3.0, 1e200]]);
        let b = matrix(&[[1e200, 0.1, -1e200]]);
        // The double nearest to three times the double 0.1, which 3 * 0.1 rounds to as well.
        assert_eq!(sheet.number("SUMPRODUCT", &[a, b]), 3.0 * 0.1);
    }

    #[test]
    fn the_tail_of_a_whole_column_counts_without_being_written_out() {
        let mut sheet = TestSheet::default();
        sheet.set(0, 0, 2.0.into());
        sheet.set(5, 0, 3.0.into());
        let blank_is_one =
            Array::with_tail(limits::ROWS, vec![1.0.into()], vec![0.0.into()]).unwrap();
        let ones = Operand::from(blank_is_one);
        let below_the_first = f64::from(limits::ROWS - 1);
        assert_eq!(
            sheet.number("SUMPRODUCT", std::slice::from_ref(&ones)),
            below_the_first
        );
        assert_eq!(
            sheet.number("SUMPRODUCT", &[ones.clone(), ones.clone()]),
            below_the_first
        );
        assert_eq!(sheet.number("SUMPRODUCT", &[ones, column(0)]), 3.0);
    }
}
