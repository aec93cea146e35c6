//! Interest rates and growth, shares of payments, prices in fractions: EFFECT, NOMINAL, RRI, PDURATION, FVSCHEDULE,
//! ISPMT, CUMIPMT, CUMPRINC, DOLLARDE, DOLLARFR.

use std::ops::ControlFlow;

use libm::{ceil, log, log10, pow};

use super::annuity::{ipmt, ppmt};
use crate::functions::declare::functions;
use crate::functions::lookup::table::Table;
use crate::functions::{Context, Operand};
use crate::value::{CellError, ValueRef};

functions! {
    /// The yearly rate that a nominal rate amounts to when interest is paid several times a year.
    ///
    ///     =ROUND(EFFECT(5.25%, 4), 7) -> 0.0535427
    ///     =EFFECT(0, 4)               -> #NUM!
    "EFFECT"(nominal: Number, periods: Number) [refuses_ranges] => map(effect);

    /// The nominal rate behind a yearly one when interest is paid several times a year.
    ///
    ///     =ROUND(NOMINAL(5.3543%, 4), 8) -> 0.05250032
    "NOMINAL"(effective: Number, periods: Number) [refuses_ranges] => map(nominal);

    /// The rate at which an investment grows from one value to another.
    ///
    ///     =ROUND(RRI(96, 10000, 11000), 10) -> 0.0009933074
    ///     =RRI(0, 1, 2)                     -> #NUM!
    "RRI"(periods: Number, present: Number, future: Number) => map(rri);

    /// The number of periods in which an investment grows from one value to another.
    ///
    ///     =ROUND(PDURATION(2.5%, 2000, 2200), 4) -> 3.8599
    "PDURATION"(rate: Number, present: Number, future: Number) => map(pduration);

    /// What a sum grows to at a series of rates; blank cells count as 0, texts are `#VALUE!`.
    ///
    ///     =ROUND(FVSCHEDULE(1, {0.09,0.11,0.1}), 5) -> 1.33089
    "FVSCHEDULE"(principal: Number, schedule: Array) => array(fvschedule);

    /// The interest of one period of a loan whose principal is paid back in equal parts.
    ///
    ///     =ISPMT(10%, 1, 4, -400) -> 30
    "ISPMT"(rate: Number, period: Number, periods: Number, present: Number) => map(ispmt);

    /// The interest in the payments of several periods of a loan.
    ///
    ///     =ROUND(CUMIPMT(9%/12, 360, 125000, 13, 24, 0), 2) -> -11135.23
    ///     =CUMIPMT(9%/12, 360, 125000, 13, 24, 2)           -> #NUM!
    "CUMIPMT"(
        rate: Number, periods: Number, present: Number, first: Number, last: Number, due: Number
    ) [refuses_ranges] => map(cumipmt);

    /// The repayments in the payments of several periods of a loan.
    ///
    ///     =ROUND(CUMPRINC(9%/12, 360, 125000, 13, 24, 0), 2) -> -934.11
    "CUMPRINC"(
        rate: Number, periods: Number, present: Number, first: Number, last: Number, due: Number
    ) [refuses_ranges] => map(cumprinc);

    /// A price in fractions, such as 1.02 for 1 and 2/16, as a decimal number.
    ///
    ///     =DOLLARDE(1.02, 16) -> 1.125
    ///     =DOLLARDE(1.1, 32)  -> 1.3125
    ///     =DOLLARDE(1.1, 0.5) -> #DIV/0!
    "DOLLARDE"(fractional: Number, fraction: Number) [refuses_ranges] => map(dollarde);

    /// A price as a decimal number in fractions: 1.125 is 1.02, which means 1 and 2/16.
    ///
    ///     =DOLLARFR(1.125, 16) -> 1.02
    "DOLLARFR"(decimal: Number, fraction: Number) [refuses_ranges] => map(dollarfr);
}

fn effect(nominal: f64, periods: f64) -> Result<f64, CellError> {
    let periods = periods.trunc();
    if nominal <= 0.0 || periods < 1.0 {
        return Err(CellError::Num);
    }
    Ok(pow(1.0 + nominal / periods, periods) - 1.0)
}

fn nominal(effective: f64, periods: f64) -> Result<f64, CellError> {
    let periods = periods.trunc();
    if effective <= 0.0 || periods < 1.0 {
        return Err(CellError::Num);
    }
    Ok((pow(1.0 + effective, 1.0 / periods) - 1.0) * periods)
}

fn rri(periods: f64, present: f64, future: f64) -> Result<f64, CellError> {
    if periods <= 0.0 || present == 0.0 {
        return Err(CellError::Num);
    }
    let growth = pow(future / present, 1.0 / periods) - 1.0;
    if growth.is_finite() {
        Ok(growth)
    } else {
        Err(CellError::Num)
    }
}

fn pduration(rate: f64, present: f64, future: f64) -> Result<f64, CellError> {
    if rate <= 0.0 || present <= 0.0 || future <= 0.0 {
        return Err(CellError::Num);
    }
    Ok((log(future) - log(present)) / log(1.0 + rate))
}

fn fvschedule(context: &Context<'_>, principal: f64, schedule: &Operand) -> Result<f64, CellError> {
    let table = Table::of(schedule)?;
    let (mut sum, mut failed) = (principal, None);
    table.visit(context.cells, table.rect(), &mut |_, rate| {
        failed = match rate {
            ValueRef::Number(rate) => {
                sum *= 1.0 + rate;
                return ControlFlow::Continue(());
            }
            ValueRef::Error(error) => Some(error),
            _ => Some(CellError::Value),
        };
        ControlFlow::Break(())
    })?;
    failed.map_or(Ok(sum), Err)
}

fn ispmt(rate: f64, period: f64, periods: f64, present: f64) -> Result<f64, CellError> {
    if periods == 0.0 {
        return Err(CellError::Div0);
    }
    Ok(present * rate * (period / periods - 1.0))
}

/// The sum over periods, all of them checked.
fn cumulated(
    loan: (f64, f64, f64),
    (first, last): (f64, f64),
    due: f64,
    of_period: impl Fn(f64) -> Result<f64, CellError>,
) -> Result<f64, CellError> {
    let (rate, periods, present) = loan;
    let (first, last, due) = (ceil(first), last.trunc(), due.trunc());
    let refused = rate <= 0.0 || periods <= 0.0 || present <= 0.0;
    if refused || first < 1.0 || last < first || last > periods || !(due == 0.0 || due == 1.0) {
        return Err(CellError::Num);
    }
    // More periods than the days of all dates there are would only keep the reader waiting.
    if last - first > 1e6 {
        return Err(CellError::Num);
    }
    let mut sum = 0.0;
    let mut period = first;
    while period <= last {
        sum += of_period(period)?;
        period += 1.0;
    }
    Ok(sum)
}

fn cumipmt(
    rate: f64,
    periods: f64,
    present: f64,
    first: f64,
    last: f64,
    due: f64,
) -> Result<f64, CellError> {
    cumulated((rate, periods, present), (first, last), due, |period| {
        ipmt(rate, period, periods, present, 0.0, due.trunc())
    })
}

fn cumprinc(
    rate: f64,
    periods: f64,
    present: f64,
    first: f64,
    last: f64,
    due: f64,
) -> Result<f64, CellError> {
    cumulated((rate, periods, present), (first, last), due, |period| {
        ppmt(rate, period, periods, present, 0.0, due.trunc())
    })
}

/// The denominator, and the power of ten that its digits fill.
fn denominator(fraction: f64) -> Result<(f64, f64), CellError> {
    if fraction < 0.0 {
        return Err(CellError::Num);
    }
    let fraction = fraction.trunc();
    if fraction == 0.0 {
        return Err(CellError::Div0);
    }
    Ok((fraction, pow(10.0, ceil(log10(fraction)))))
}

fn dollarde(price: f64, fraction: f64) -> Result<f64, CellError> {
    let (fraction, power) = denominator(fraction)?;
    let whole = price.trunc();
    Ok(whole + (price - whole) * power / fraction)
}

fn dollarfr(price: f64, fraction: f64) -> Result<f64, CellError> {
    let (fraction, power) = denominator(fraction)?;
    let whole = price.trunc();
    Ok(whole + (price - whole) * fraction / power)
}
