//! Divisors and multiples: GCD, LCM.

use crate::functions::declare::functions;
use crate::functions::{Context, Fold};
use crate::value::{CellError, Value, ValueRef, to_number};

functions! {
    /// The greatest common divisor; fractions are cut off.
    ///
    ///     =GCD(24, 36) -> 12
    ///     =GCD(5, 0)   -> 5
    ///     =GCD(-1, 2)  -> #NUM!
    "GCD"(; repeat number: Numbers) => fold(GreatestDivisor);

    /// The least common multiple; fractions are cut off.
    ///
    ///     =LCM(4, 6)  -> 12
    ///     =LCM(5, 0)  -> 0
    "LCM"(; repeat number: Numbers) => fold(LeastMultiple);
}

/// From here on not every integer is a double.
const LIMIT: f64 = (1_u64 << 53) as f64;

/// The number as an integer that both functions take.
fn natural(number: f64) -> Result<u64, CellError> {
    let number = number.trunc();
    if (0.0..LIMIT).contains(&number) {
        Ok(number as u64)
    } else {
        Err(CellError::Num)
    }
}

/// The number in a cell; texts, TRUE and FALSE are none.
fn of_cell(value: ValueRef<'_>) -> Result<u64, CellError> {
    match value {
        ValueRef::Number(x) => natural(x),
        ValueRef::Error(error) => Err(error),
        _ => Err(CellError::Value),
    }
}

/// The number written as an argument; TRUE and FALSE are none.
fn of_argument(value: &Value, context: &Context<'_>) -> Result<u64, CellError> {
    match value {
        Value::Boolean(_) => Err(CellError::Value),
        value => natural(to_number(value, context.conventions)?),
    }
}

fn gcd(mut a: u64, mut b: u64) -> u64 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

/// The greatest common divisor of all numbers, 0 for none.
struct GreatestDivisor(u64);

impl Fold for GreatestDivisor {
    fn start(_: &Context<'_>) -> Self {
        GreatestDivisor(0)
    }

    fn argument(&mut self, value: &Value, context: &Context<'_>) -> Result<(), CellError> {
        self.0 = gcd(self.0, of_argument(value, context)?);
        Ok(())
    }

    fn cell(&mut self, value: ValueRef<'_>) -> Result<(), CellError> {
        self.0 = gcd(self.0, of_cell(value)?);
        Ok(())
    }

    fn merge(&mut self, later: Self) {
        self.0 = gcd(self.0, later.0);
    }

    fn finish(self) -> Result<f64, CellError> {
        Ok(self.0 as f64)
    }
}

/// The least common multiple of all numbers, 1 for none; nothing if it is too large.
struct LeastMultiple(Option<u64>);

impl LeastMultiple {
    fn include(&mut self, number: u64) {
        // A zero makes the multiple 0, however large it has become.
        self.0 = match (self.0, number) {
            (_, 0) | (Some(0), _) => Some(0),
            (None, _) => None,
            (Some(multiple), number) => (multiple / gcd(multiple, number))
                .checked_mul(number)
                .filter(|multiple| (*multiple as f64) < LIMIT),
        };
    }
}

impl Fold for LeastMultiple {
    fn start(_: &Context<'_>) -> Self {
        LeastMultiple(Some(1))
    }

    fn argument(&mut self, value: &Value, context: &Context<'_>) -> Result<(), CellError> {
        self.include(of_argument(value, context)?);
        Ok(())
    }

    fn cell(&mut self, value: ValueRef<'_>) -> Result<(), CellError> {
        self.include(of_cell(value)?);
        Ok(())
    }

    fn merge(&mut self, later: Self) {
        match later.0 {
            Some(multiple) => self.include(multiple),
            None if self.0 != Some(0) => self.0 = None,
            None => {}
        }
    }

    fn finish(self) -> Result<f64, CellError> {
        self.0.map(|multiple| multiple as f64).ok_or(CellError::Num)
    }
}

#[cfg(test)]
mod tests {
    use crate::functions::test_sheet::{TestSheet, check, matrix, range, value_of};
    use crate::value::CellError;

    #[test]
    fn divisors_and_multiples() {
        check("GCD", [24.9, 36.2], 12.0);
        check("GCD", [0.0, 0.0], 0.0);
        check("GCD", [9_007_199_254_740_992.0], CellError::Num);
        check("LCM", [4.0, 6.0, 10.0], 60.0);
        check("LCM", [9_007_199_254_740_991.0, 2.0], CellError::Num);
        check("LCM", [9_007_199_254_740_991.0, 2.0, 0.0], 0.0);
        check("LCM", [-1.0], CellError::Num);
    }

    #[test]
    fn only_numbers_are_taken() {
        assert_eq!(value_of("GCD", ["6".into(), 4.0.into()]), 2.0.into());
        assert_eq!(value_of("GCD", [true.into()]), CellError::Value.into());
        let sheet = TestSheet::new(&[[6.0.into(), "x".into()]]);
        assert_eq!(
            sheet.value("GCD", &[range(0, 0, 0, 1)]),
            CellError::Value.into()
        );
        assert_eq!(
            sheet.number("GCD", &[range(0, 0, 5, 0), matrix(&[[9.0]])]),
            3.0
        );
    }
}
