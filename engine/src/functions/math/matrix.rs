//! Matrices: MMULT, MDETERM, MINVERSE, MUNIT. Every value must be a number, otherwise `#VALUE!`.

use std::ops::ControlFlow;

use crate::functions::declare::functions;
use crate::functions::{Context, Operand};
use crate::limits;
use crate::value::{Array, CellError, Value, ValueRef};

functions! {
    /// The product of two matrices; the first must have as many columns as the second has rows.
    ///
    ///     =MMULT({1,2;3,4}, {5;6})    -> {17;39}
    ///     =MMULT({1,2}, {1,2})        -> #VALUE!
    "MMULT"(array1: Array, array2: Array) [spills] => array(mmult);

    /// The determinant of a square matrix.
    ///
    ///     =MDETERM({3,8;4,6})  -> -14
    ///     =MDETERM({1,2})      -> #VALUE!
    "MDETERM"(array: Array) => array(mdeterm);

    /// The inverse of a square matrix; if it has none, `#NUM!`.
    ///
    ///     =MINVERSE({2,0;0,4}) -> {0.5,0;0,0.25}
    ///     =MINVERSE({1,2;2,4}) -> #NUM!
    "MINVERSE"(array: Array) [spills] => array(minverse);

    /// The unit matrix with so many rows.
    ///
    ///     =MUNIT(2) -> {1,0;0,1}
    "MUNIT"(dimension: Number) [spills] => map(munit);
}

/// A matrix of numbers in row-major order.
#[derive(Debug, Clone, PartialEq)]
struct Matrix {
    rows: usize,
    columns: usize,
    numbers: Vec<f64>,
}

impl Matrix {
    /// The operand as a matrix.
    fn of(context: &Context<'_>, operand: &Operand) -> Result<Matrix, CellError> {
        match operand {
            Operand::Value(value) => Ok(Matrix {
                rows: 1,
                columns: 1,
                numbers: vec![number(value.as_ref())?],
            }),
            Operand::Array(array) => Matrix::of_array(array),
            Operand::Reference(reference) => {
                let area = reference.single()?;
                let mut result = Ok(());
                let mut numbers = Vec::new();
                context
                    .cells
                    .visit(&area, &mut |_, value| match number(value) {
                        Ok(x) => {
                            numbers.push(x);
                            ControlFlow::Continue(())
                        }
                        Err(error) => {
                            result = Err(error);
                            ControlFlow::Break(())
                        }
                    });
                result?;
                // A blank cell is no number, and no cell that is blank was shown.
                if numbers.len() as u64 != area.rect.size() {
                    return Err(CellError::Value);
                }
                Ok(Matrix {
                    rows: area.rect.rows() as usize,
                    columns: area.rect.columns() as usize,
                    numbers,
                })
            }
            Operand::Omitted => Err(CellError::Value),
        }
    }

    fn of_array(array: &Array) -> Result<Matrix, CellError> {
        let numbers_of = |values: &[Value]| {
            values
                .iter()
                .map(|value| number(value.as_ref()))
                .collect::<Result<Vec<_>, _>>()
        };
        let mut numbers = numbers_of(array.cells())?;
        let tail = numbers_of(array.tail())?;
        Array::check_size(array.rows(), array.columns())?;
        for _ in array.stored_rows()..array.rows() {
            numbers.extend_from_slice(&tail);
        }
        Ok(Matrix {
            rows: array.rows() as usize,
            columns: array.columns() as usize,
            numbers,
        })
    }

    /// The operand as a square matrix.
    fn square(context: &Context<'_>, operand: &Operand) -> Result<Matrix, CellError> {
        let matrix = Matrix::of(context, operand)?;
        if matrix.rows != matrix.columns || matrix.rows > limits::MATRIX_ORDER {
            return Err(CellError::Value);
        }
        Ok(matrix)
    }

    /// The unit matrix.
    fn unit(order: usize) -> Matrix {
        let mut numbers = vec![0.0; order * order];
        numbers.iter_mut().step_by(order + 1).for_each(|x| *x = 1.0);
        Matrix {
            rows: order,
            columns: order,
            numbers,
        }
    }

    fn row(&self, row: usize) -> &[f64] {
        &self.numbers[row * self.columns..(row + 1) * self.columns]
    }

    /// Exchanges two rows.
    fn swap(&mut self, a: usize, b: usize) {
        for column in 0..self.columns {
            self.numbers
                .swap(a * self.columns + column, b * self.columns + column);
        }
    }

    /// Subtracts `factor` times one row from another, from a column on.
    fn subtract(&mut self, from: usize, row: usize, factor: f64, first: usize) {
        if factor == 0.0 {
            return;
        }
        for column in first..self.columns {
            self.numbers[from * self.columns + column] -=
                factor * self.numbers[row * self.columns + column];
        }
    }

    /// The row at or below `column` whose number in that column is the greatest; nothing if all are 0.
    fn pivot(&self, column: usize) -> Option<usize> {
        let magnitude = |row: usize| self.row(row)[column].abs();
        let mut best = column;
        for row in column + 1..self.rows {
            if magnitude(row) > magnitude(best) {
                best = row;
            }
        }
        (magnitude(best) != 0.0).then_some(best)
    }

    fn into_array(self) -> Result<Array, CellError> {
        let cells = self.numbers.into_iter().map(Value::number).collect();
        Array::new(self.rows as u32, self.columns as u32, cells)
    }
}

fn number(value: ValueRef<'_>) -> Result<f64, CellError> {
    match value {
        ValueRef::Number(x) => Ok(x),
        ValueRef::Error(error) => Err(error),
        _ => Err(CellError::Value),
    }
}

fn mmult(context: &Context<'_>, array1: &Operand, array2: &Operand) -> Result<Operand, CellError> {
    let a = Matrix::of(context, array1)?;
    let b = Matrix::of(context, array2)?;
    if a.columns != b.rows {
        return Err(CellError::Value);
    }
    Array::check_size(a.rows as u32, b.columns as u32)?;
    let mut numbers = vec![0.0; a.rows * b.columns];
    for (row, line) in numbers.chunks_exact_mut(b.columns).enumerate() {
        // Row by row of the second matrix: each sum still grows from its first product to its last.
        for (factor, other) in a.row(row).iter().zip(b.numbers.chunks_exact(b.columns)) {
            for (sum, x) in line.iter_mut().zip(other) {
                *sum += factor * x;
            }
        }
    }
    let product = Matrix {
        rows: a.rows,
        columns: b.columns,
        numbers,
    };
    product.into_array().map(Operand::from)
}

/// By elimination with the greatest pivot of each column.
fn mdeterm(context: &Context<'_>, array: &Operand) -> Result<f64, CellError> {
    let mut matrix = Matrix::square(context, array)?;
    let mut determinant = 1.0;
    for column in 0..matrix.columns {
        let Some(pivot) = matrix.pivot(column) else {
            return Ok(0.0);
        };
        if pivot != column {
            matrix.swap(pivot, column);
            determinant = -determinant;
        }
        let leading = matrix.row(column)[column];
        determinant *= leading;
        for row in column + 1..matrix.rows {
            let factor = matrix.row(row)[column] / leading;
            matrix.subtract(row, column, factor, column);
        }
    }
    Ok(determinant)
}

/// By elimination in the matrix and the unit matrix at once.
fn minverse(context: &Context<'_>, array: &Operand) -> Result<Operand, CellError> {
    let mut matrix = Matrix::square(context, array)?;
    let mut inverse = Matrix::unit(matrix.rows);
    for column in 0..matrix.columns {
        let pivot = matrix.pivot(column).ok_or(CellError::Num)?;
        matrix.swap(pivot, column);
        inverse.swap(pivot, column);
        let leading = matrix.row(column)[column];
        for other in 0..matrix.columns {
            matrix.numbers[column * matrix.columns + other] /= leading;
            inverse.numbers[column * matrix.columns + other] /= leading;
        }
        for row in (0..matrix.rows).filter(|row| *row != column) {
            let factor = matrix.row(row)[column];
            matrix.subtract(row, column, factor, column);
            inverse.subtract(row, column, factor, 0);
        }
    }
    inverse.into_array().map(Operand::from)
}

fn munit(dimension: f64) -> Result<Operand, CellError> {
    let order = dimension.trunc();
    if order < 1.0 {
        return Err(CellError::Value);
    }
    let order = order.min(f64::from(u32::MAX)) as u32;
    Array::check_size(order, order)?;
    Matrix::unit(order as usize).into_array().map(Operand::from)
}

#[cfg(test)]
mod tests {
    use crate::functions::Operand;
    use crate::functions::test_sheet::{TestSheet, array, column, matrix, range};
    use crate::value::{CellError, Value};

    #[test]
    fn products_of_matrices() {
        let sheet = TestSheet::new(&[[1.0.into(), 2.0.into()], [3.0.into(), 4.0.into()]]);
        let product = sheet.call(
            "MMULT",
            &[range(0, 0, 1, 1), matrix(&[[5.0, 0.0], [6.0, 1.0]])],
        );
        assert_eq!(product, matrix(&[[17.0, 2.0], [39.0, 4.0]]));
        assert_eq!(
            sheet.value("MMULT", &[matrix(&[[1.0, 2.0]]), matrix(&[[1.0, 2.0]])]),
            CellError::Value.into()
        );
        assert_eq!(
            sheet.value("MMULT", &[range(0, 0, 2, 1), matrix(&[[1.0], [1.0]])]),
            CellError::Value.into()
        );
        assert_eq!(
            sheet.value("MMULT", &[column(0), matrix(&[[1.0]])]),
            CellError::Value.into()
        );
        let failing = array(&[[CellError::Na.into()]]);
        assert_eq!(
            sheet.value("MMULT", &[failing, "x".into()]),
            CellError::Na.into()
        );
        assert_eq!(
            sheet.call("MMULT", &[2.0.into(), 3.0.into()]),
            matrix(&[[6.0]])
        );
        let overflow = sheet.call("MMULT", &[matrix(&[[1e200]]), matrix(&[[1e200]])]);
        assert_eq!(overflow, array(&[[CellError::Num.into()]]));
    }

    #[test]
    fn determinants() {
        let sheet = TestSheet::default();
        let of = |operand: Operand| sheet.value("MDETERM", &[operand]);
        assert_eq!(of(matrix(&[[0.0, 2.0], [3.0, 4.0]])), Value::from(-6.0));
        assert_eq!(of(matrix(&[[1.0, 2.0], [2.0, 4.0]])), 0.0.into());
        assert_eq!(
            of(matrix(&[[2.0, 0.0, 0.0], [0.0, 3.0, 0.0], [0.0, 0.0, 4.0]])),
            24.0.into()
        );
        assert_eq!(of(matrix(&[[1.0, 2.0]])), CellError::Value.into());
        assert_eq!(of(array(&[[true.into()]])), CellError::Value.into());
    }

    #[test]
    fn inverses() {
        let sheet = TestSheet::default();
        let of = |operand: Operand| sheet.call("MINVERSE", &[operand]);
        assert_eq!(
            of(matrix(&[[0.0, 2.0], [4.0, 0.0]])),
            matrix(&[[0.0, 0.25], [0.5, 0.0]])
        );
        let singular = sheet.value("MINVERSE", &[matrix(&[[1.0, 2.0], [2.0, 4.0]])]);
        assert_eq!(singular, CellError::Num.into());
        let back = sheet.call(
            "MMULT",
            &[
                matrix(&[[2.0, 1.0], [1.0, 1.0]]),
                of(matrix(&[[2.0, 1.0], [1.0, 1.0]])),
            ],
        );
        assert_eq!(back, sheet.call("MUNIT", &[2.0.into()]));
        assert_eq!(sheet.value("MUNIT", &[0.5.into()]), CellError::Value.into());
        assert_eq!(sheet.value("MUNIT", &[1e9.into()]), CellError::Num.into());
    }
}
