//! Divisors and multiples: GCD, LCM.

use crate::functions::declare::functions;
use crate::functions::{Context, Fold};
use crate::value::{CellError, Conventions, Value, ValueRef, to_number};

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

/// A value that is not blank as such an integer. Numeric texts count, in cells too; TRUE and FALSE do not.
fn of_value(value: ValueRef<'_>, conventions: &Conventions) -> Result<u64, CellError> {
    match value {
        ValueRef::Boolean(_) => Err(CellError::Value),
        value => natural(to_number(value, conventions)?),
    }
}

fn gcd(mut a: u64, mut b: u64) -> u64 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

/// The greatest common divisor of all numbers, 0 for none.
#[derive(Clone)]
struct GreatestDivisor {
    divisor: u64,
    conventions: Conventions,
}

impl Fold for GreatestDivisor {
    fn start(context: &Context<'_>) -> Self {
        GreatestDivisor {
            divisor: 0,
            conventions: context.conventions.clone(),
        }
    }

    fn argument(&mut self, value: &Value, _: &Context<'_>) -> Result<(), CellError> {
        self.cell(value.as_ref())
    }

    fn cell(&mut self, value: ValueRef<'_>) -> Result<(), CellError> {
        self.divisor = gcd(self.divisor, of_value(value, &self.conventions)?);
        Ok(())
    }

    fn merge(&mut self, later: Self) {
        self.divisor = gcd(self.divisor, later.divisor);
    }

    fn finish(self) -> Result<f64, CellError> {
        Ok(self.divisor as f64)
    }
}

/// The least common multiple of all numbers, 1 for none; nothing if it is too large.
#[derive(Clone)]
struct LeastMultiple {
    multiple: Option<u64>,
    conventions: Conventions,
}

impl LeastMultiple {
    fn include(&mut self, number: u64) {
        // A zero makes the multiple 0, however large it has become.
        self.multiple = match (self.multiple, number) {
            (_, 0) | (Some(0), _) => Some(0),
            (None, _) => None,
            (Some(multiple), number) => (multiple / gcd(multiple, number))
                .checked_mul(number)
                .filter(|multiple| (*multiple as f64) < LIMIT),
        };
    }
}

impl Fold for LeastMultiple {
    fn start(context: &Context<'_>) -> Self {
        LeastMultiple {
            multiple: Some(1),
            conventions: context.conventions.clone(),
        }
    }

    fn argument(&mut self, value: &Value, _: &Context<'_>) -> Result<(), CellError> {
        match value {
            Value::Blank => Ok(()), // An empty argument is passed over.
            value => self.cell(value.as_ref()),
        }
    }

    fn cell(&mut self, value: ValueRef<'_>) -> Result<(), CellError> {
        self.include(of_value(value, &self.conventions)?);
        Ok(())
    }

    fn merge(&mut self, later: Self) {
        match later.multiple {
            Some(multiple) => self.include(multiple),
            None if self.multiple != Some(0) => self.multiple = None,
            None => {}
        }
    }

    fn finish(self) -> Result<f64, CellError> {
        self.multiple
            .map(|multiple| multiple as f64)
            .ok_or(CellError::Num)
    }
}

#[cfg(test)]
mod tests {
    use crate::functions::test_sheet::{TestSheet, array, check, matrix, range, value_of};
    use crate::value::{CellError, Value};

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
    fn only_numbers_and_numeric_texts_are_taken() {
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
        let texts = array(&[[3.0.into(), "7".into()]]);
        let multiple = sheet.number("LCM", &[5.0.into(), 2.0.into(), texts]);
        assert_eq!(multiple, 210.0);
        let with_empty = [50.0.into(), 56.0.into(), Value::Blank];
        assert_eq!(value_of("LCM", with_empty), 1400.0.into());
    }
}
