//! Arithmetic means: AVERAGE, AVERAGEA.

use crate::functions::declare::functions;
use crate::functions::number_fold::{Accumulate, OfAll, OfNumbers, Total};
use crate::value::{CellError, SumMode};

functions! {
    /// The arithmetic mean of all numbers.
    ///
    /// Texts, TRUE, FALSE and blank cells in ranges and arrays do not count; written as an argument, TRUE and numeric
    /// texts do.
    ///
    ///     =AVERAGE(1, 2, 6)     -> 3
    ///     =AVERAGE({1,"x",3})   -> 2
    ///     =AVERAGE({"x"})       -> #DIV/0!
    "AVERAGE"(; repeat number: Numbers) => fold(OfNumbers<Average>);

    /// The arithmetic mean of all values, where a text counts as 0 and TRUE as 1.
    ///
    ///     =AVERAGEA({1,"x",TRUE,2}) -> 1
    ///     =AVERAGEA("x")            -> #VALUE!
    "AVERAGEA"(; repeat value: Numbers) => fold(OfAll<Average>);
}

/// The mean of the numbers.
#[derive(Clone)]
pub(in crate::functions) struct Average {
    total: Total,
    count: u64,
}

impl Accumulate for Average {
    fn start(mode: SumMode) -> Self {
        Average {
            total: Total::new(mode),
            count: 0,
        }
    }

    fn number(&mut self, x: f64) {
        self.total.add(x);
        self.count += 1;
    }

    fn numbers(&mut self, numbers: &[f64]) {
        self.total.add_slice(numbers);
        self.count += numbers.len() as u64;
    }

    fn merge(&mut self, later: Self) {
        self.total.merge(&later.total);
        self.count += later.count;
    }

    fn finish(self) -> Result<f64, CellError> {
        match self.count {
            0 => Err(CellError::Div0),
            count => Ok(self.total.finish() / count as f64),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::functions::test_sheet::{TestSheet, range, value_of};
    use crate::value::{CellError, Value};

    #[test]
    fn means_of_numbers_and_of_everything() {
        let sheet =
            TestSheet::new(&[[4.0.into(), "x".into(), true.into(), Value::Blank, "".into()]]);
        assert_eq!(sheet.number("AVERAGE", &[range(0, 0, 0, 4)]), 4.0);
        assert_eq!(sheet.number("AVERAGEA", &[range(0, 0, 0, 4)]), 1.25);
        assert_eq!(
            sheet.value("AVERAGE", &[range(1, 0, 1, 4)]),
            CellError::Div0.into()
        );
        assert_eq!(value_of("AVERAGE", [1.0.into(), Value::Blank]), 0.5.into());
        assert_eq!(
            value_of("AVERAGEA", ["TRUE".into(), 1.0.into()]),
            CellError::Value.into()
        );
    }
}
