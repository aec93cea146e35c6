//! Counting arrangements: FACT, FACTDOUBLE, COMBIN, COMBINA, PERMUT, PERMUTATIONA, MULTINOMIAL.

use std::sync::LazyLock;

use crate::functions::declare::functions;
use crate::functions::numbers::visit;
use crate::functions::{Context, Operand};
use crate::value::{CellError, ValueRef, to_number};

functions! {
    /// The factorial of a number, whose fraction is cut off; up to 170.
    ///
    ///     =FACT(5)   -> 120
    ///     =FACT(171) -> #NUM!
    "FACT"(number: Number) => map(fact);

    /// The double factorial: the product of every second integer down to 1 or 2.
    ///
    ///     =FACTDOUBLE(7)  -> 105
    ///     =FACTDOUBLE(6)  -> 48
    "FACTDOUBLE"(number: Number) [refuses_ranges] => map(fact_double);

    /// In how many ways `chosen` of `number` things can be chosen.
    ///
    ///     =COMBIN(8, 2) -> 28
    ///     =COMBIN(2, 8) -> #NUM!
    "COMBIN"(number: Number, chosen: Number) => map(combin);

    /// In how many ways `chosen` of `number` things can be chosen, each more than once.
    ///
    ///     =COMBINA(4, 3) -> 20
    "COMBINA"(number: Number, chosen: Number) => map(combin_repeated);

    /// In how many orders `chosen` of `number` things can be drawn.
    ///
    ///     =PERMUT(100, 3) -> 970200
    "PERMUT"(number: Number, chosen: Number) => map(permut);

    /// In how many orders `chosen` of `number` things can be drawn, each more than once.
    ///
    ///     =PERMUTATIONA(3, 2) -> 9
    "PERMUTATIONA"(number: Number, chosen: Number) => map(permut_repeated);

    /// The factorial of a sum divided by the product of the factorials.
    ///
    ///     =MULTINOMIAL(2, 3, 4) -> 1260
    "MULTINOMIAL"(; repeat number: Table) => array_rest(multinomial);
}

/// The greatest number whose factorial is a double.
const LARGEST: usize = 170;

/// The doubles nearest to the factorials.
static FACTORIALS: LazyLock<[f64; LARGEST + 1]> = LazyLock::new(|| {
    let mut product = Double::from(1.0);
    std::array::from_fn(|number| {
        if number > 1 {
            product = product.times(number as f64);
        }
        product.high
    })
});

/// A number of twice as many digits: the sum of two doubles.
#[derive(Clone, Copy)]
struct Double {
    high: f64,
    low: f64,
}

impl From<f64> for Double {
    fn from(high: f64) -> Self {
        Double { high, low: 0.0 }
    }
}

impl Double {
    /// The sum of a large and a small double.
    fn sum(large: f64, small: f64) -> Double {
        let high = large + small;
        Double {
            high,
            low: small - (high - large),
        }
    }

    fn times(self, factor: f64) -> Double {
        let product = self.high * factor;
        let error = libm::fma(self.high, factor, -product);
        Double::sum(product, error + self.low * factor)
    }

    fn over(self, divisor: f64) -> Double {
        let quotient = self.high / divisor;
        let rest = libm::fma(-quotient, divisor, self.high) + self.low;
        Double::sum(quotient, rest / divisor)
    }
}

fn fact(number: f64) -> Result<f64, CellError> {
    let number = count(number)?;
    FACTORIALS
        .get(number as usize)
        .copied()
        .ok_or(CellError::Num)
}

/// A number of things: not negative, without its fraction.
fn count(number: f64) -> Result<f64, CellError> {
    if number < 0.0 {
        Err(CellError::Num)
    } else {
        Ok(number.trunc())
    }
}

fn fact_double(number: f64) -> Result<f64, CellError> {
    const LARGEST_DOUBLE: f64 = 300.0;
    let number = count(number)?;
    if number > LARGEST_DOUBLE {
        return Err(CellError::Num);
    }
    let factors = (1..=number as u32).rev().step_by(2);
    Ok(factors.map(f64::from).product())
}

fn combin(number: f64, chosen: f64) -> Result<f64, CellError> {
    let (number, chosen) = (count(number)?, count(chosen)?);
    if chosen > number {
        return Err(CellError::Num);
    }
    binomial(number, chosen)
}

/// The binomial coefficient of two integers, `chosen` not above `number`.
fn binomial(number: f64, chosen: f64) -> Result<f64, CellError> {
    const EXACT: f64 = (1_u64 << 53) as f64;
    let fewer = chosen.min(number - chosen);
    if number >= EXACT {
        // The neighbours of such numbers are no doubles; with one or none chosen the result is plain.
        return match fewer {
            0.0 => Ok(1.0),
            1.0 => Ok(number),
            _ => Err(CellError::Num),
        };
    }
    let (number, fewer) = (number as u64, fewer as u64);
    // Each step at least doubles the result, so it ends or overflows after a thousand steps.
    let mut step = 1;
    let mut exact = 1_u128;
    while step <= fewer {
        match exact.checked_mul(u128::from(number - fewer + step)) {
            Some(product) => exact = product / u128::from(step),
            None => break,
        }
        step += 1;
    }
    // What is too large for an integer goes on as a double, scaled down so that no product overflows on the way.
    const SCALE: f64 = (1_u64 << 60) as f64;
    let rounded = exact as f64;
    let rest = exact.wrapping_sub(rounded as u128) as i128;
    let mut result = Double::sum(rounded / SCALE, rest as f64 / SCALE);
    while step <= fewer && result.high.is_finite() {
        result = result
            .times((number - fewer + step) as f64)
            .over(step as f64);
        step += 1;
    }
    let result = result.high * SCALE;
    if result.is_finite() {
        Ok(result)
    } else {
        Err(CellError::Num)
    }
}

fn combin_repeated(number: f64, chosen: f64) -> Result<f64, CellError> {
    let (number, chosen) = (count(number)?, count(chosen)?);
    match (number, chosen) {
        (_, 0.0) => Ok(1.0),
        (0.0, _) => Err(CellError::Num),
        _ => binomial(number + chosen - 1.0, chosen),
    }
}

fn permut(number: f64, chosen: f64) -> Result<f64, CellError> {
    let (number, chosen) = (count(number)?, count(chosen)?);
    if number <= 0.0 || chosen > number {
        return Err(CellError::Num);
    }
    let mut result = 1.0_f64;
    let mut factor = number;
    while factor > number - chosen && result.is_finite() {
        result *= factor;
        // From 171 numbers on the product is too large long before the factors come to 1.
        factor -= 1.0;
    }
    Ok(result)
}

fn permut_repeated(number: f64, chosen: f64) -> Result<f64, CellError> {
    let (number, chosen) = (count(number)?, count(chosen)?);
    Ok(libm::pow(number, chosen))
}

fn multinomial(context: &Context<'_>, operands: &[Operand]) -> Result<f64, CellError> {
    let mut sum = 0.0;
    let mut result = 1.0_f64;
    for operand in operands {
        visit(context, operand, &mut |value| {
            let number = match value {
                ValueRef::Boolean(_) => return Err(CellError::Value),
                value => count(to_number(value, context.conventions)?)?,
            };
            sum += number;
            // A multinomial coefficient is a product of binomial ones.
            result *= binomial(sum, number)?;
            Ok(())
        })?;
    }
    Ok(result)
}

#[cfg(test)]
mod tests {
    use crate::functions::test_sheet::{TestSheet, check, matrix};
    use crate::value::CellError;

    #[test]
    fn factorials_are_correctly_rounded() {
        check("FACT", [0.0], 1.0);
        check("FACT", [22.0], 1_124_000_727_777_607_680_000.0);
        check("FACT", [100.0], 9.332_621_544_394_415e157);
        check("FACT", [170.9], 7.257415615307999e306);
        check("FACT", [171.0], CellError::Num);
        check("FACT", [-0.5], CellError::Num);
        check("FACTDOUBLE", [7.9], 105.0);
        check("FACTDOUBLE", [0.0], 1.0);
        check("FACTDOUBLE", [-1.0], CellError::Num);
        check("FACTDOUBLE", [301.0], CellError::Num);
    }

    #[test]
    fn combinations() {
        check("COMBIN", [0.0, 0.0], 1.0);
        check("COMBIN", [52.0, 5.0], 2_598_960.0);
        check("COMBIN", [60.0, 30.0], 118_264_581_564_861_424.0);
        check("COMBIN", [1029.0, 514.0], 1.429820686498904e308);
        check("COMBIN", [1e9, 5e8], CellError::Num);
        check("COMBIN", [1e300, 1.0], 1e300);
        check("COMBIN", [5.9, 2.9], 10.0);
        check("COMBIN", [-1.0, 0.0], CellError::Num);
        check("COMBINA", [0.0, 0.0], 1.0);
        check("COMBINA", [0.0, 2.0], CellError::Num);
    }

    #[test]
    fn permutations() {
        check("PERMUT", [3.0, 3.0], 6.0);
        check("PERMUT", [3.0, 0.0], 1.0);
        check("PERMUT", [2.0, 3.0], CellError::Num);
        check("PERMUT", [1e300, 1e299], CellError::Num);
        check("PERMUTATIONA", [0.0, 0.0], 1.0);
        check("PERMUTATIONA", [10.0, 400.0], CellError::Num);
        check("MULTINOMIAL", [2.0, 3.0, 4.0], 1260.0);
        assert_eq!(
            TestSheet::default().number("MULTINOMIAL", &[matrix(&[[2.0], [3.0]]), 4.0.into()]),
            1260.0
        );
    }
}
