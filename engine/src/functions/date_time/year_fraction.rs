//! YEARFRAC: the length of a span in years, by the day counts of bonds.

use super::difference::days_of_30;
use super::{date_of, day_of, plain_number};
use crate::functions::Context;
use crate::functions::declare::functions;
use crate::value::date_serial::{DateParts, days_in_month, is_leap_year, serial_from_date};
use crate::value::{CellError, ValueRef};

functions! {
    /// The number of years between two dates.
    ///
    /// Basis 0 counts 30 days a month (US), 1 real days in years of their real length, 2 real days in years of 360, 3
    /// in years of 365, 4 counts 30 days a month (Europe). The order of the dates does not matter.
    ///
    ///     =YEARFRAC("2012-01-01", "2012-07-30")     -> 0.580555555555556
    ///     =YEARFRAC("2012-01-01", "2012-07-30", 1)  -> 0.576502732240437
    ///     =YEARFRAC("2012-01-01", "2012-07-30", 3)  -> 0.578082191780822
    ///     =YEARFRAC(1, 2, 5)                        -> #NUM!
    "YEARFRAC"(start: Any, end: Any, basis: Any = 0) [refuses_ranges] => map_in(yearfrac);
}

fn yearfrac(
    context: &Context<'_>,
    start: ValueRef<'_>,
    end: ValueRef<'_>,
    basis: ValueRef<'_>,
) -> Result<f64, CellError> {
    let (start, end) = (plain_number(context, start)?, plain_number(context, end)?);
    let basis = plain_number(context, basis)?;
    let (start, end) = (day_of(context, start)?, day_of(context, end)?);
    let (start, end) = (start.min(end), start.max(end));
    let (from, to) = (date_of(context, start)?, date_of(context, end)?);
    let days = end - start;
    if !(0.0..5.0).contains(&basis) {
        return Err(CellError::Num);
    }
    Ok(match basis as i32 {
        0 => us_days(from, to) / 360.0,
        1 => days / year_length(context, (start, from), (end, to)),
        2 => days / 360.0,
        3 => days / 365.0,
        _ => {
            let (first, last) = (from.day.min(30), to.day.min(30));
            days_of_30((from, i64::from(first)), (to, i64::from(last))) / 360.0
        }
    })
}

/// Days by the American 30/360 rule for bonds, where the end of February counts as the 30th.
fn us_days(from: DateParts, to: DateParts) -> f64 {
    let ends_february =
        |date: DateParts| date.month == 2 && date.day >= days_in_month(date.year, 2);
    let (mut first, mut last) = (i64::from(from.day), i64::from(to.day));
    if ends_february(from) {
        if ends_february(to) {
            last = 30;
        }
        first = 30;
    }
    if last == 31 && first >= 30 {
        last = 30;
    }
    days_of_30((from, first.min(30)), (to, last))
}

/// The mean length of the years of a span: of a span up to a year 366 if it holds a 29 February, of a longer one the
/// mean of the calendar years that it touches.
fn year_length(
    context: &Context<'_>,
    (start, from): (f64, DateParts),
    (end, to): (f64, DateParts),
) -> f64 {
    let anniversary = (from.year + 1, from.month, from.day);
    if (to.year, to.month, to.day) <= anniversary {
        if from.year == to.year {
            return if is_leap_year(from.year) {
                366.0
            } else {
                365.0
            };
        }
        let leap_day_inside = [from.year, to.year].iter().any(|year| {
            is_leap_year(*year)
                && serial_from_date(*year, 2, 29, context.conventions.date1904)
                    .is_some_and(|day| start <= day && day <= end)
        });
        return if leap_day_inside { 366.0 } else { 365.0 };
    }
    let years = f64::from(to.year - from.year + 1);
    let leap_years = (from.year..=to.year)
        .filter(|year| is_leap_year(*year))
        .count();
    365.0 + leap_years as f64 / years
}
