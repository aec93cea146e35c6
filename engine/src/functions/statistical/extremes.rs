//! The least and the greatest: MIN, MAX, MINA, MAXA.

use crate::functions::declare::functions;
use crate::functions::number_fold::{Accumulate, OfAll, OfNumbers};
use crate::value::{CellError, SumMode};

functions! {
    /// The least of all numbers; without any it is 0.
    ///
    /// Texts, TRUE, FALSE and blank cells in ranges and arrays do not count; written as an argument, TRUE and numeric
    /// texts do.
    ///
    ///     =MIN(3, -1, 2)    -> -1
    ///     =MIN({5,"1",TRUE}) -> 5
    "MIN"(; repeat number: Numbers) => fold(OfNumbers<Least>);

    /// The greatest of all numbers; without any it is 0. What counts is as for MIN.
    ///
    ///     =MAX(3, -1, 2)   -> 3
    ///     =MAX({"x"})      -> 0
    "MAX"(; repeat number: Numbers) => fold(OfNumbers<Greatest>);

    /// The least of all values, where a text counts as 0 and TRUE as 1.
    ///
    ///     =MINA({5,"x"}) -> 0
    "MINA"(; repeat value: Numbers) => fold(OfAll<Least>);

    /// The greatest of all values, where a text counts as 0 and TRUE as 1.
    ///
    ///     =MAXA({-5,"x"}) -> 0
    ///     =MAXA({0.5,TRUE}) -> 1
    "MAXA"(; repeat value: Numbers) => fold(OfAll<Greatest>);
}

/// The least number.
#[derive(Clone)]
pub(in crate::functions) struct Least(f64);

impl Accumulate for Least {
    fn start(_: SumMode) -> Self {
        Least(f64::INFINITY)
    }

    fn number(&mut self, x: f64) {
        self.0 = self.0.min(x);
    }

    fn merge(&mut self, later: Self) {
        self.number(later.0);
    }

    fn finish(self) -> Result<f64, CellError> {
        Ok(if self.0.is_finite() { self.0 } else { 0.0 })
    }
}

/// The greatest number.
#[derive(Clone)]
pub(in crate::functions) struct Greatest(f64);

impl Accumulate for Greatest {
    fn start(_: SumMode) -> Self {
        Greatest(f64::NEG_INFINITY)
    }

    fn number(&mut self, x: f64) {
        self.0 = self.0.max(x);
    }

    fn merge(&mut self, later: Self) {
        self.number(later.0);
    }

    fn finish(self) -> Result<f64, CellError> {
        Ok(if self.0.is_finite() { self.0 } else { 0.0 })
    }
}

#[cfg(test)]
mod tests {
    use crate::functions::test_sheet::{TestSheet, range, value_of};
    use crate::value::{CellError, Value};

    #[test]
    fn extremes_of_numbers_and_of_everything() {
        let sheet = TestSheet::new(&[[
            (-4.0).into(),
            "x".into(),
            true.into(),
            (-2.0).into(),
            Value::Blank,
        ]]);
        let all = [range(0, 0, 0, 4)];
        assert_eq!(sheet.number("MIN", &all), -4.0);
        assert_eq!(sheet.number("MAX", &all), -2.0);
        assert_eq!(sheet.number("MINA", &all), -4.0);
        assert_eq!(sheet.number("MAXA", &all), 1.0);
        assert_eq!(sheet.number("MAX", &[range(3, 0, 4, 4)]), 0.0);
        assert_eq!(value_of("MAX", [(-1.0).into(), Value::Blank]), 0.0.into());
        assert_eq!(value_of("MIN", ["x".into()]), CellError::Value.into());
    }
}
