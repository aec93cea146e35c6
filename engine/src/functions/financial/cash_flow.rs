//! Series of payments: NPV, IRR, MIRR, XNPV, XIRR.

use std::ops::ControlFlow;

use libm::pow;

use super::newton::{Below, Search};
use crate::functions::declare::functions;
use crate::functions::lookup::table::Table;
use crate::functions::{Context, Operand};
use crate::value::{CellError, ValueRef, to_number};

functions! {
    /// What a series of payments at the ends of equal periods is worth today.
    ///
    /// Texts, TRUE, FALSE and blank cells in ranges do not count, and the payments behind them close up.
    ///
    ///     =ROUND(NPV(10%, -10000, 3000, 4200, 6800), 2) -> 1188.44
    ///     =NPV(-1, 1)                                   -> #DIV/0!
    "NPV"(rate: Number; repeat payment: Table) => array_rest(npv);

    /// The rate at which a series of payments in equal periods is worth nothing.
    ///
    /// It is searched from `guess` on; without payments in both directions, or if the search fails, it is `#NUM!`.
    ///
    ///     =ROUND(IRR({-70000,12000,15000,18000,21000,26000}), 4) -> 0.0866
    ///     =IRR({1,2,3})                                          -> #NUM!
    "IRR"(payments: Array, guess: Number = 0.1) => array(irr);

    /// The rate of a series of payments, where what is spent costs `finance` and what is received earns `reinvest`.
    ///
    ///     =ROUND(MIRR({-120000,39000,30000,21000,37000,46000}, 10%, 12%), 4) -> 0.1261
    ///     =MIRR({1,2,3}, 10%, 12%)                                           -> #DIV/0!
    "MIRR"(payments: Array, finance: Number, reinvest: Number) => array(mirr);

    /// What payments on given dates are worth on the first of them, at a yearly rate.
    ///
    ///     =ROUND(XNPV(9%, {-10000,2750,4250,3250,2750}, {39448,39508,39751,39859,39904}), 2) -> 2086.65
    "XNPV"(rate: Number, payments: Array, dates: Array) => array(xnpv);

    /// The yearly rate at which payments on given dates are worth nothing.
    ///
    ///     =ROUND(XIRR({-10000,2750,4250,3250,2750}, {39448,39508,39751,39859,39904}), 4) -> 0.3734
    "XIRR"(payments: Array, dates: Array, guess: Number = 0.1) => array(xirr);
}

/// The numbers of an argument, all its rectangles in order.
fn series(context: &Context<'_>, operand: &Operand) -> Result<Vec<f64>, CellError> {
    let mut numbers = Vec::new();
    match operand {
        Operand::Reference(reference) => {
            for area in &reference.areas {
                Table::Area(*area).push_numbers(context, &mut numbers)?;
            }
        }
        other => Table::of(other)?.push_numbers(context, &mut numbers)?,
    }
    Ok(numbers)
}

fn npv(context: &Context<'_>, operands: &[Operand]) -> Result<f64, CellError> {
    let [Operand::Value(rate), payments @ ..] = operands else {
        return Err(CellError::Value);
    };
    let rate = to_number(rate.as_ref(), context.conventions)?;
    let mut series_of_all = Vec::new();
    for payment in payments {
        match payment {
            Operand::Value(value) => {
                series_of_all.push(to_number(value.as_ref(), context.conventions)?)
            }
            other => series_of_all.append(&mut series(context, other)?),
        }
    }
    if rate == -1.0 {
        return Err(CellError::Div0);
    }
    Ok(discounted(rate, series_of_all.iter().copied()))
}

/// The worth of payments at the ends of equal periods.
fn discounted(rate: f64, payments: impl Iterator<Item = f64>) -> f64 {
    let terms = payments.zip(1u32..);
    terms
        .map(|(payment, period)| payment / pow(1.0 + rate, f64::from(period)))
        .sum()
}

fn has_both_signs(payments: &[f64]) -> bool {
    payments.iter().any(|payment| *payment > 0.0) && payments.iter().any(|payment| *payment < 0.0)
}

fn irr(context: &Context<'_>, payments: &Operand, guess: f64) -> Result<f64, CellError> {
    let payments = series(context, payments)?;
    if !has_both_signs(&payments) {
        return Err(CellError::Num);
    }
    let search = Search {
        guess,
        tries: 20,
        precision: 1e-7,
        below: Below::Halve,
    };
    search.rate(|rate| {
        let mut value = 0.0;
        let mut slope = 0.0;
        for (payment, period) in payments.iter().zip(0u32..) {
            let period = f64::from(period);
            let worth = payment / pow(1.0 + rate, period);
            value += worth;
            slope -= period * worth / (1.0 + rate);
        }
        (value, slope)
    })
}

fn mirr(
    context: &Context<'_>,
    payments: &Operand,
    finance: f64,
    reinvest: f64,
) -> Result<f64, CellError> {
    let payments = series(context, payments)?;
    // Without receipts all is lost, a rate of -1; without expenses there is nothing to compare with.
    let spends = payments.iter().any(|payment| *payment < 0.0);
    if !spends || payments.len() < 2 || finance == -1.0 || reinvest == -1.0 {
        return Err(CellError::Div0);
    }
    let count = payments.len() as f64;
    let received = discounted(reinvest, payments.iter().map(|payment| payment.max(0.0)));
    let spent = discounted(finance, payments.iter().map(|payment| payment.min(0.0)));
    let ratio = -received * pow(1.0 + reinvest, count) / (spent * (1.0 + finance));
    Ok(pow(ratio, 1.0 / (count - 1.0)) - 1.0)
}

/// Payments and the years from the first of them.
struct Dated {
    payments: Vec<f64>,
    years: Vec<f64>,
}

impl Dated {
    fn read(
        context: &Context<'_>,
        payments: &Operand,
        dates: &Operand,
    ) -> Result<Dated, CellError> {
        let payments = numbers_only(context, payments)?;
        let dates = numbers_only(context, dates)?;
        if payments.len() != dates.len() {
            return Err(CellError::Num);
        }
        let first = dates.first().ok_or(CellError::Num)?.trunc();
        if dates.iter().any(|date| *date < 0.0) {
            return Err(CellError::Num);
        }
        let years = dates.iter().map(|date| (date.trunc() - first) / 365.0);
        Ok(Dated {
            years: years.collect(),
            payments,
        })
    }

    /// The worth of the payments on the first date, and its slope over the rate.
    fn worth(&self, rate: f64) -> (f64, f64) {
        let mut value = 0.0;
        let mut slope = 0.0;
        for (payment, years) in self.payments.iter().zip(&self.years) {
            let worth = payment / pow(1.0 + rate, *years);
            value += worth;
            slope -= years * worth / (1.0 + rate);
        }
        (value, slope)
    }
}

/// The numbers of an argument that may hold nothing else.
fn numbers_only(context: &Context<'_>, operand: &Operand) -> Result<Vec<f64>, CellError> {
    let table = Table::of(operand)?;
    let mut others = None;
    table.visit(context.cells, table.rect(), &mut |_, value| match value {
        ValueRef::Number(_) => ControlFlow::Continue(()),
        ValueRef::Error(error) => {
            others = Some(error);
            ControlFlow::Break(())
        }
        _ => {
            others = Some(CellError::Value);
            ControlFlow::Break(())
        }
    })?;
    if let Some(error) = others {
        return Err(error);
    }
    series(context, operand)
}

fn xnpv(
    context: &Context<'_>,
    rate: f64,
    payments: &Operand,
    dates: &Operand,
) -> Result<f64, CellError> {
    let flow = Dated::read(context, payments, dates)?;
    // Dates before the first are refused here; XIRR takes them.
    if rate <= -1.0 || flow.years.iter().any(|years| *years < 0.0) {
        return Err(CellError::Num);
    }
    Ok(flow.worth(rate).0)
}

fn xirr(
    context: &Context<'_>,
    payments: &Operand,
    dates: &Operand,
    guess: f64,
) -> Result<f64, CellError> {
    let flow = Dated::read(context, payments, dates)?;
    if !has_both_signs(&flow.payments) || guess <= -1.0 {
        return Err(CellError::Num);
    }
    let search = Search {
        guess,
        tries: 100,
        precision: 1e-8,
        below: Below::Halve,
    };
    search.rate(|rate| flow.worth(rate))
}
