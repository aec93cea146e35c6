//! Sums and products of all numbers: SUM, SUMSQ, PRODUCT.

use crate::functions::declare::functions;
use crate::functions::number_fold::{Accumulate, Listed, OfList, OfNumbers, Total};
use crate::value::{CellError, SumMode};

functions! {
    /// The sum of all numbers.
    ///
    /// Texts, TRUE, FALSE and blank cells in ranges and arrays do not count; written as an argument, TRUE and numeric
    /// texts do. The exact sum is rounded once, so the order of the numbers does not matter.
    ///
    ///     =SUM(1, 2, 3)           -> 6
    ///     =SUM({1,"2",TRUE}, "3") -> 4
    ///     =SUM(1E308, 1E308, -1E308) -> 1E308
    "SUM"(; repeat number: Numbers) => fold(OfNumbers<Sum>);

    /// The sum of the squares of all numbers; what counts is as for SUM.
    ///
    ///     =SUMSQ(3, 4)   -> 25
    ///     =SUMSQ({1;"x"}) -> 1
    "SUMSQ"(; repeat number: Numbers) => fold(OfNumbers<SumOfSquares>);

    /// The product of all numbers; what counts is as for SUM.
    ///
    /// Without any number it is 0.
    ///
    ///     =PRODUCT(2, 3, 4)   -> 24
    ///     =PRODUCT({2,"x",5}) -> 10
    ///     =PRODUCT({"x"})     -> 0
    "PRODUCT"(; repeat number: Numbers) => fold(OfNumbers<Listed<Product>>);
}

/// The sum of the numbers.
#[derive(Clone)]
pub(in crate::functions) struct Sum(Total);

impl Accumulate for Sum {
    fn start(mode: SumMode) -> Self {
        Sum(Total::new(mode))
    }

    fn number(&mut self, x: f64) {
        self.0.add(x);
    }

    fn numbers(&mut self, numbers: &[f64]) {
        self.0.add_slice(numbers);
    }

    fn merge(&mut self, later: Self) {
        self.0.merge(&later.0);
    }

    fn finish(self) -> Result<f64, CellError> {
        Ok(self.0.finish())
    }
}

/// The sum of the squares of the numbers.
#[derive(Clone)]
struct SumOfSquares(Total);

impl Accumulate for SumOfSquares {
    fn start(mode: SumMode) -> Self {
        SumOfSquares(Total::new(mode))
    }

    fn number(&mut self, x: f64) {
        self.0.add_product(x, x);
    }

    fn merge(&mut self, later: Self) {
        self.0.merge(&later.0);
    }

    fn finish(self) -> Result<f64, CellError> {
        Ok(self.0.finish())
    }
}

/// The product of the numbers.
///
/// The factors are kept and multiplied from first to last at the end: products of parts would depend on how the range
/// was divided.
#[derive(Clone)]
struct Product;

impl OfList for Product {
    const OF_NONE: Result<f64, CellError> = Ok(0.0);

    fn of(numbers: &mut [f64]) -> Result<f64, CellError> {
        Ok(numbers.iter().product())
    }
}

#[cfg(test)]
mod tests {
    use crate::functions::test_sheet::{TestSheet, array, check, range, value_of};
    use crate::value::{CellError, SumMode, Value};

    #[test]
    fn numbers_count_in_ranges_and_more_does_as_arguments() {
        let sheet = TestSheet::new(&[[1.0.into(), "5".into()], [true.into(), 2.5.into()]]);
        assert_eq!(sheet.number("SUM", &[range(0, 0, 9, 9)]), 3.5);
        assert_eq!(
            value_of("SUM", ["1".into(), "1.1".into(), true.into()]),
            3.1.into()
        );
        assert_eq!(value_of("SUM", ["x".into()]), CellError::Value.into());
        assert_eq!(value_of("SUM", [1.0.into(), Value::Blank]), 1.0.into());
        let failing = array(&[
            [1.0.into(), CellError::Na.into()],
            [CellError::Div0.into(), 2.0.into()],
        ]);
        assert_eq!(sheet.value("SUM", &[failing]), CellError::Na.into());
        assert_eq!(sheet.number("SUM", &[range(5, 5, 6, 6)]), 0.0);
    }

    #[test]
    fn sums_are_exact_or_in_excels_order() {
        const TINY: f64 = 1.0 / (1_u64 << 60) as f64;
        let residue = [80.0, 0.1, -80.1, TINY].map(Value::from);
        let exact = value_of("SUM", residue.clone());
        let mut sheet = TestSheet::new(&[residue]);
        assert_eq!(sheet.value("SUM", &[range(0, 0, 0, 3)]), exact);
        sheet.sum_mode = SumMode::ExcelOrder;
        let naive = 80.0 + 0.1 - 80.1 + TINY;
        assert_eq!(sheet.number("SUM", &[range(0, 0, 0, 3)]), naive);
        assert_ne!(exact, naive.into());
        check("SUM", [1e308, 1e308, -1e308], 1e308);
        check("SUM", [1e308, 1e308], CellError::Num);
        sheet.sum_mode = SumMode::ExcelOrder;
        let huge = array(&[[1e308, 1e308, -1e308].map(Value::from)]);
        assert_eq!(sheet.value("SUM", &[huge]), CellError::Num.into());
    }

    #[test]
    fn products_and_squares() {
        check("PRODUCT", [2.0, 3.0, -4.0], -24.0);
        check("PRODUCT", [1e200, 1e200], CellError::Num);
        check("SUMSQ", [3.0, 4.0], 25.0);
        assert_eq!(
            TestSheet::default().number("PRODUCT", &[range(0, 0, 3, 3)]),
            0.0
        );
    }
}
