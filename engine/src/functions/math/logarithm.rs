//! Exponentials and logarithms: EXP, LN, LOG, LOG10.

use crate::functions::declare::functions;
use crate::value::CellError;

functions! {
    /// e raised to a power.
    ///
    ///     =EXP(0)   -> 1
    ///     =EXP(710) -> #NUM!
    "EXP"(number: Number) => map(exp);

    /// The natural logarithm; of 0 and below `#NUM!`.
    ///
    ///     =LN(1) -> 0
    ///     =LN(0) -> #NUM!
    "LN"(number: Number) => map(ln);

    /// The logarithm to any base.
    ///
    ///     =LOG(100)   -> 2
    ///     =LOG(8, 2)  -> 3
    ///     =LOG(5, 1)  -> #DIV/0!
    "LOG"(number: Number, base: Number = 10) => map(log);

    /// The logarithm to the base 10.
    ///
    ///     =LOG10(1000) -> 3
    "LOG10"(number: Number) => map(log10);
}

fn exp(number: f64) -> f64 {
    libm::exp(number)
}

fn ln(number: f64) -> Result<f64, CellError> {
    positive(number).map(libm::log)
}

fn log10(number: f64) -> Result<f64, CellError> {
    positive(number).map(libm::log10)
}

fn log(number: f64, base: f64) -> Result<f64, CellError> {
    let number = positive(number)?;
    let base = positive(base)?;
    if base == 1.0 {
        return Err(CellError::Div0);
    }
    // The common bases have functions of their own, which are exact for their powers.
    Ok(match base {
        10.0 => libm::log10(number),
        2.0 => libm::log2(number),
        _ => libm::log(number) / libm::log(base),
    })
}

fn positive(number: f64) -> Result<f64, CellError> {
    if number > 0.0 {
        Ok(number)
    } else {
        Err(CellError::Num)
    }
}

#[cfg(test)]
mod tests {
    use crate::functions::test_sheet::check;
    use crate::value::CellError;

    #[test]
    fn powers_of_common_bases_are_exact() {
        for exponent in 0..=22_i32 {
            check(
                "LOG10",
                [libm::pow(10.0, exponent.into())],
                f64::from(exponent),
            );
            check(
                "LOG",
                [libm::pow(2.0, exponent.into()), 2.0],
                f64::from(exponent),
            );
        }
    }

    #[test]
    fn domains() {
        check("LN", [-1.0], CellError::Num);
        check("LOG", [0.0, 10.0], CellError::Num);
        check("LOG", [10.0, 0.0], CellError::Num);
        check("LOG", [10.0, 1.0], CellError::Div0);
        check("EXP", [-1000.0], 0.0);
        check("EXP", [710.0], CellError::Num);
    }
}
