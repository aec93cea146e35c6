//! Loans and savings with equal payments: PMT, IPMT, PPMT, PV, FV, NPER, RATE.
//!
//! All of them solve one equation, in which money that is paid out is negative and `due` is 1 for payments at the
//! beginning of a period and 0 for its end:
//!
//! `pv (1+rate)^n + payment (1 + rate due) ((1+rate)^n - 1) / rate + fv = 0`

use libm::{expm1, log, log1p, pow};

use super::newton::{Below, Search};
use crate::functions::declare::functions;
use crate::value::CellError;

functions! {
    /// The payment of a loan with a fixed rate and equal payments.
    ///
    ///     =ROUND(PMT(8%/12, 10, 10000), 2)       -> -1037.03
    ///     =ROUND(PMT(8%/12, 10, 10000, 0, 1), 2) -> -1030.16
    ///     =PMT(0, 10, 1000)                      -> -100
    "PMT"(rate: Number, periods: Number, present: Number, future: Number = 0, due: Number = 0) => map(pmt);

    /// The interest in the payment of one period of a loan.
    ///
    ///     =ROUND(IPMT(10%/12, 1, 36, 8000), 2) -> -66.67
    ///     =IPMT(10%, 4, 3, 8000)               -> #NUM!
    "IPMT"(
        rate: Number, period: Number, periods: Number, present: Number, future: Number = 0, due: Number = 0
    ) => map(ipmt);

    /// The repayment in the payment of one period of a loan.
    ///
    ///     =ROUND(PPMT(10%/12, 1, 24, 2000), 2) -> -75.62
    "PPMT"(
        rate: Number, period: Number, periods: Number, present: Number, future: Number = 0, due: Number = 0
    ) => map(ppmt);

    /// What future payments are worth today.
    ///
    ///     =ROUND(PV(8%/12, 240, 500), 2) -> -59777.15
    "PV"(rate: Number, periods: Number, payment: Number, future: Number = 0, due: Number = 0) => map(pv);

    /// What payments and a present sum grow to.
    ///
    ///     =ROUND(FV(6%/12, 10, -200, -500, 1), 2) -> 2581.4
    "FV"(rate: Number, periods: Number, payment: Number, present: Number = 0, due: Number = 0) => map(fv);

    /// The number of periods that a loan takes.
    ///
    ///     =ROUND(NPER(12%/12, -100, -1000, 10000), 4) -> 60.0821
    "NPER"(rate: Number, payment: Number, present: Number, future: Number = 0, due: Number = 0) => map(nper);

    /// The rate of a period at which payments pay off a loan.
    ///
    /// It is searched from `guess` on; `#NUM!` means that the search failed, another guess may succeed.
    ///
    ///     =ROUND(RATE(48, -200, 8000), 6)                 -> 0.007701
    ///     =RATE(12, 2800, -10000)                         -> #NUM!
    ///     =ROUND(RATE(12, 2800, -10000, 0, 0, 25%), 4)    -> 0.263
    "RATE"(
        periods: Number,
        payment: Number,
        present: Number,
        future: Number = 0,
        due: Number = 0,
        guess: Number = 0.1,
    ) => map(rate);
}

/// The factors of the equation: what 1 grows to, and what payments of 1 grow to.
struct Growth {
    of_sum: f64,
    of_payments: f64,
    /// What payments of 1 at the ends of periods grow to.
    of_late_payments: f64,
}

impl Growth {
    fn new(rate: f64, periods: f64, due: f64) -> Growth {
        let of_sum = pow(1.0 + rate, periods);
        let of_late_payments = if rate == 0.0 {
            periods
        } else if rate.abs() < 1e-6 {
            // The subtraction below would leave nothing but rounding.
            expm1(periods * log1p(rate)) / rate
        } else {
            (of_sum - 1.0) / rate
        };
        Growth {
            of_sum,
            of_payments: (1.0 + rate * at_start(due)) * of_late_payments,
            of_late_payments,
        }
    }
}

/// Any number but 0 means payments at the beginning of a period.
fn at_start(due: f64) -> f64 {
    if due == 0.0 { 0.0 } else { 1.0 }
}

fn pmt(rate: f64, periods: f64, present: f64, future: f64, due: f64) -> Result<f64, CellError> {
    if periods == 0.0 {
        return Err(CellError::Num);
    }
    let growth = Growth::new(rate, periods, due);
    Ok(-(present * growth.of_sum + future) / growth.of_payments)
}

fn pv(rate: f64, periods: f64, payment: f64, future: f64, due: f64) -> Result<f64, CellError> {
    let growth = Growth::new(rate, periods, due);
    if growth.of_sum == 0.0 {
        return Err(CellError::Div0);
    }
    Ok(-(future + payment * growth.of_payments) / growth.of_sum)
}

fn fv(rate: f64, periods: f64, payment: f64, present: f64, due: f64) -> f64 {
    let growth = Growth::new(rate, periods, due);
    -(present * growth.of_sum + payment * growth.of_payments)
}

pub(super) fn ipmt(
    rate: f64,
    period: f64,
    periods: f64,
    present: f64,
    future: f64,
    due: f64,
) -> Result<f64, CellError> {
    if period < 1.0 || period >= periods + 1.0 {
        return Err(CellError::Num);
    }
    let payment = pmt(rate, periods, present, future, due)?;
    let due = at_start(due);
    // A payment at the beginning of the first period contains no interest.
    if due == 1.0 && period == 1.0 {
        return Ok(0.0);
    }
    let balance = fv(rate, period - 1.0 - due, payment, present, due);
    Ok((balance - payment * due) * rate)
}

pub(super) fn ppmt(
    rate: f64,
    period: f64,
    periods: f64,
    present: f64,
    future: f64,
    due: f64,
) -> Result<f64, CellError> {
    let interest = ipmt(rate, period, periods, present, future, due)?;
    Ok(pmt(rate, periods, present, future, due)? - interest)
}

fn nper(rate: f64, payment: f64, present: f64, future: f64, due: f64) -> Result<f64, CellError> {
    if rate == 0.0 {
        return if payment == 0.0 {
            Err(CellError::Div0)
        } else {
            Ok(-(present + future) / payment)
        };
    }
    if rate <= -1.0 {
        return Err(CellError::Num);
    }
    let payment = payment * (1.0 + rate * at_start(due));
    let ratio = (payment - future * rate) / (payment + present * rate);
    if ratio > 0.0 {
        Ok(log(ratio) / log(1.0 + rate))
    } else {
        Err(CellError::Num)
    }
}

fn rate(
    periods: f64,
    payment: f64,
    present: f64,
    future: f64,
    due: f64,
    guess: f64,
) -> Result<f64, CellError> {
    if periods <= 0.0 {
        return Err(CellError::Num);
    }
    let due = at_start(due);
    // Twenty steps, the number that is told of Excel, would not find the rate of a mortgage of 30 years with monthly
    // payments, which Excel finds; fifty do, and searches that Excel gives up leave the valid rates long before.
    let search = Search {
        guess,
        tries: 50,
        precision: 1e-7,
        below: Below::Follow,
    };
    search.rate(|rate| {
        let growth = Growth::new(rate, periods, due);
        let value = present * growth.of_sum + payment * growth.of_payments + future;
        let sum_slope = periods * pow(1.0 + rate, periods - 1.0);
        let payments_slope = if rate == 0.0 {
            periods * (periods - 1.0) / 2.0 + due * periods
        } else {
            let late = growth.of_late_payments;
            (1.0 + rate * due) * (sum_slope - late) / rate + due * late
        };
        (value, present * sum_slope + payment * payments_slope)
    })
}
