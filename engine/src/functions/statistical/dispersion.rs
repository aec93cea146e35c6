//! Variance and standard deviation: VAR.S, VAR.P, STDEV.S, STDEV.P, their older names and their forms with A.

use crate::functions::declare::functions;
use crate::functions::number_fold::{Accumulate, OfAll, OfNumbers};
use crate::value::{CellError, ExactSum, SumMode};

functions! {
    /// The variance of a sample.
    ///
    /// Texts, TRUE, FALSE and blank cells in ranges and arrays do not count. With fewer than two numbers it is
    /// `#DIV/0!`.
    ///
    ///     =VAR.S(1, 2, 3, 4, 5) -> 2.5
    ///     =VAR.S(1)             -> #DIV/0!
    "VAR.S"(; repeat number: Numbers) => fold(OfNumbers<Dispersion<true, false>>);

    /// The variance of a sample, under its older name.
    ///
    ///     =VAR(1, 2, 3, 4, 5) -> 2.5
    "VAR"(; repeat number: Numbers) => fold(OfNumbers<Dispersion<true, false>>);

    /// The variance of a whole population.
    ///
    ///     =VAR.P(1, 2, 3, 4, 5) -> 2
    "VAR.P"(; repeat number: Numbers) => fold(OfNumbers<Dispersion<false, false>>);

    /// The variance of a whole population, under its older name.
    ///
    ///     =VARP(7) -> 0
    "VARP"(; repeat number: Numbers) => fold(OfNumbers<Dispersion<false, false>>);

    /// The standard deviation of a sample.
    ///
    ///     =STDEV.S(3, 5) ^ 2 = 2     -> TRUE
    ///     =STDEV.S(1, 4, 7)          -> 3
    "STDEV.S"(; repeat number: Numbers) => fold(OfNumbers<Dispersion<true, true>>);

    /// The standard deviation of a sample, under its older name.
    ///
    ///     =STDEV(1, 4, 7) -> 3
    "STDEV"(; repeat number: Numbers) => fold(OfNumbers<Dispersion<true, true>>);

    /// The standard deviation of a whole population.
    ///
    ///     =STDEV.P(2, 4, 4, 4, 5, 5, 7, 9) -> 2
    "STDEV.P"(; repeat number: Numbers) => fold(OfNumbers<Dispersion<false, true>>);

    /// The standard deviation of a whole population, under its older name.
    ///
    ///     =STDEVP(2, 4, 4, 4, 5, 5, 7, 9) -> 2
    "STDEVP"(; repeat number: Numbers) => fold(OfNumbers<Dispersion<false, true>>);

    /// The variance of a sample of values, where a text counts as 0 and TRUE as 1.
    ///
    ///     =VARA({0,"x",3}) -> 3
    "VARA"(; repeat value: Numbers) => fold(OfAll<Dispersion<true, false>>);

    /// The variance of a whole population of values, where a text counts as 0 and TRUE as 1.
    ///
    ///     =VARPA({4,"x"}) -> 4
    "VARPA"(; repeat value: Numbers) => fold(OfAll<Dispersion<false, false>>);

    /// The standard deviation of a sample of values, where a text counts as 0 and TRUE as 1.
    ///
    ///     =STDEVA({2,2,"x",4}) * 3 = 24 ^ 0.5 -> TRUE
    "STDEVA"(; repeat value: Numbers) => fold(OfAll<Dispersion<true, true>>);

    /// The standard deviation of a whole population of values, where a text counts as 0 and TRUE as 1.
    ///
    ///     =STDEVPA({4,"x"}) -> 2
    "STDEVPA"(; repeat value: Numbers) => fold(OfAll<Dispersion<false, true>>);
}

/// Variance, of a sample or of a population, or its square root.
#[derive(Clone)]
struct Dispersion<const SAMPLE: bool, const ROOT: bool> {
    sums: Sums,
    count: u64,
}

/// The sum of the numbers and the sum of their squares.
#[derive(Clone)]
enum Sums {
    Exact {
        numbers: ExactSum,
        squares: ExactSum,
    },
    InOrder {
        numbers: f64,
        squares: f64,
    },
}

impl<const SAMPLE: bool, const ROOT: bool> Accumulate for Dispersion<SAMPLE, ROOT> {
    fn start(mode: SumMode) -> Self {
        let sums = match mode {
            SumMode::Exact => Sums::Exact {
                numbers: ExactSum::new(),
                squares: ExactSum::new(),
            },
            SumMode::ExcelOrder => Sums::InOrder {
                numbers: 0.0,
                squares: 0.0,
            },
        };
        Dispersion { sums, count: 0 }
    }

    fn number(&mut self, x: f64) {
        self.count += 1;
        match &mut self.sums {
            Sums::Exact { numbers, squares } => {
                numbers.add(x);
                squares.add_product(x, x);
            }
            Sums::InOrder { numbers, squares } => {
                *numbers += x;
                *squares += x * x;
            }
        }
    }

    fn merge(&mut self, later: Self) {
        self.count += later.count;
        match (&mut self.sums, later.sums) {
            (
                Sums::Exact { numbers, squares },
                Sums::Exact {
                    numbers: n,
                    squares: s,
                },
            ) => {
                numbers.merge(&n);
                squares.merge(&s);
            }
            (
                Sums::InOrder { numbers, squares },
                Sums::InOrder {
                    numbers: n,
                    squares: s,
                },
            ) => {
                *numbers += n;
                *squares += s;
            }
            _ => unreachable!("invariant: the parts of one fold add in the same way"),
        }
    }

    fn finish(self) -> Result<f64, CellError> {
        let count = self.count as f64;
        let divisor = if SAMPLE { count - 1.0 } else { count };
        if divisor <= 0.0 {
            return Err(CellError::Div0);
        }
        let variance = match &self.sums {
            Sums::Exact { numbers, squares } => {
                deviation(numbers, squares, count) / count / divisor
            }
            Sums::InOrder { numbers, squares } => (squares - numbers * numbers / count) / divisor,
        };
        if !variance.is_finite() {
            return Err(CellError::Num);
        }
        let variance = variance.max(0.0);
        Ok(if ROOT { variance.sqrt() } else { variance })
    }
}

/// `count` times the sum of the squares, less the square of the sum: what the variance is made of, without the loss
/// that their difference suffers in doubles.
fn deviation(numbers: &ExactSum, squares: &ExactSum, count: f64) -> f64 {
    let sum = numbers.components();
    let squares = squares.components();
    if !sum[0].is_finite() || !squares[0].is_finite() {
        return f64::INFINITY;
    }
    let mut total = ExactSum::new();
    squares
        .iter()
        .for_each(|part| total.add_product(*part, count));
    for a in sum {
        for b in sum {
            total.add_product(-a, b);
        }
    }
    total.finish()
}

#[cfg(test)]
mod tests {
    use crate::functions::test_sheet::{TestSheet, check, matrix, range, value_of};
    use crate::value::{CellError, SumMode, Value};

    #[test]
    fn samples_and_populations() {
        check("VAR.S", [2.0, 2.0, 4.0], 4.0 / 3.0);
        check("VAR.P", [2.0, 4.0], 1.0);
        check("STDEV.S", [1.0, 4.0, 7.0], 3.0);
        check("STDEVP", [7.0], 0.0);
        check("STDEV", [7.0], CellError::Div0);
        assert_eq!(
            TestSheet::default().value("VARP", &[range(0, 0, 1, 1)]),
            CellError::Div0.into()
        );
        assert_eq!(value_of("VARA", [true.into(), 3.0.into()]), 2.0.into());
    }

    #[test]
    fn a_large_mean_costs_no_digits() {
        check("VAR.S", [1e9 + 1.0, 1e9 + 2.0, 1e9 + 3.0], 1.0);
        check("STDEV.S", [1e15 + 1.0, 1e15 + 2.0, 1e15 + 3.0], 1.0);
        check("VAR.P", [0.1, 0.1, 0.1, 0.1, 0.1, 0.1], 0.0);
    }

    #[test]
    fn excels_order_takes_one_pass() {
        let mut sheet = TestSheet::default();
        sheet.sum_mode = SumMode::ExcelOrder;
        // What Excel saved for 2, 2, 4.
        let numbers = [matrix(&[[2.0, 2.0, 4.0]])];
        assert_eq!(
            sheet.value("VAR.S", &numbers),
            Value::Number(1.333_333_333_333_334)
        );
    }
}
