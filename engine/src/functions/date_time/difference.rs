//! Differences of dates: DAYS, DAYS360, DATEDIF.

use super::{date_of, day_of};
use crate::functions::Context;
use crate::functions::declare::functions;
use crate::value::CellError;
use crate::value::date_serial::{DateParts, days_in_month, serial_rolling};

functions! {
    /// The number of days between two dates.
    ///
    ///     =DAYS("2024-03-01", "2024-02-01")        -> 29
    "DAYS"(end: Number, start: Number) => map_in(days);

    /// The number of days between two dates in a year of twelve months of 30 days.
    ///
    /// By the American method the end of a month behind a start before the 30th is the first of the next month; with
    /// `european` every 31st is the 30th.
    ///
    ///     =DAYS360("2024-01-30", "2024-03-31")     -> 60
    ///     =DAYS360("2024-01-29", "2024-03-31")     -> 62
    ///     =DAYS360("2024-01-29", "2024-03-31", TRUE)  -> 61
    "DAYS360"(start: Number, end: Number, european: Boolean = false) => map_in(days360);

    /// The difference of two dates in whole years ("Y"), months ("M") or days ("D"), or what remains of it: months
    /// without years ("YM"), days without years ("YD"), days without months ("MD").
    ///
    ///     =DATEDIF("2020-02-29", "2024-02-28", "Y")   -> 3
    ///     =DATEDIF("2020-01-31", "2020-03-01", "M")   -> 1
    ///     =DATEDIF("2020-01-15", "2024-03-10", "YM")  -> 1
    ///     =DATEDIF("2018-01-01", "2020-03-01", "YD")  -> 59
    ///     =DATEDIF(2, 1, "D")                         -> #NUM!
    "DATEDIF"(start: Number, end: Number, unit: Text) => map_in(datedif);
}

fn days(context: &Context<'_>, end: f64, start: f64) -> Result<f64, CellError> {
    Ok(day_of(context, end)? - day_of(context, start)?)
}

/// Days between two dates where every month has 30 and the ends of months are already settled.
pub(super) fn days_of_30(from: (DateParts, i64), to: (DateParts, i64)) -> f64 {
    let months =
        i64::from(to.0.year - from.0.year) * 12 + i64::from(to.0.month) - i64::from(from.0.month);
    (months * 30 + to.1 - from.1) as f64
}

fn days360(context: &Context<'_>, start: f64, end: f64, european: bool) -> Result<f64, CellError> {
    let (from, to) = (date_of(context, start)?, date_of(context, end)?);
    let (mut first, mut last) = (i64::from(from.day), i64::from(to.day));
    if european {
        first = first.min(30);
        last = last.min(30);
    } else {
        if from.day >= days_in_month(from.year, from.month) {
            first = 30;
        }
        if last == 31 {
            last = if first < 30 { 31 } else { 30 };
        }
    }
    Ok(days_of_30((from, first), (to, last)))
}

fn datedif(context: &Context<'_>, start: f64, end: f64, unit: &str) -> Result<f64, CellError> {
    let (start, end) = (day_of(context, start)?, day_of(context, end)?);
    if start > end {
        return Err(CellError::Num);
    }
    let (from, to) = (date_of(context, start)?, date_of(context, end)?);
    let months = i64::from(to.year - from.year) * 12 + i64::from(to.month)
        - i64::from(from.month)
        - i64::from(to.day < from.day);
    let serial = |year, month, day| {
        serial_rolling(year, month, day, context.conventions.date1904).ok_or(CellError::Num)
    };
    match unit.to_ascii_uppercase().as_str() {
        "D" => Ok(end - start),
        "M" => Ok(months as f64),
        "Y" => Ok((months / 12) as f64),
        "YM" => Ok((months % 12) as f64),
        "YD" => {
            // The end is moved into the year of the start, or the next one if it would lie before it.
            let earlier = (to.month, to.day) < (from.month, from.day);
            let year = i64::from(from.year) + i64::from(earlier);
            serial(year, i64::from(to.month), i64::from(to.day)).map(|moved| moved - start)
        }
        "MD" => {
            // A day that the month lacks rolls into the next one, which can make this negative, as in Excel.
            let month = i64::from(to.month) - i64::from(to.day < from.day);
            serial(i64::from(to.year), month, i64::from(from.day)).map(|moved| end - moved)
        }
        _ => Err(CellError::Num),
    }
}
