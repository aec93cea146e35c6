//! Making dates and times: DATE, TIME, TODAY, NOW, DATEVALUE, TIMEVALUE, EDATE, EOMONTH.

use super::{date_of, day_of, plain_number};
use crate::functions::Context;
use crate::functions::declare::functions;
use crate::value::date_serial::{OFFSET_1904, SECONDS_PER_DAY, days_in_month, serial_rolling};
use crate::value::{CellError, ValueRef, parse_date_time};

functions! {
    /// The date of a year, a month and a day. Months and days beyond their range roll over.
    ///
    /// Years below 1900 count from 1900.
    ///
    ///     =DATE(2024, 2, 29)         -> 45351
    ///     =DATE(2024, 14, 0)         -> 45688
    ///     =DATE(108, 1, 2)           -> 39449
    ///     =DATE(-1, 1, 1)            -> #NUM!
    "DATE"(year: Number, month: Number, day: Number) => map_in(date);

    /// The time of hours, minutes and seconds, as a fraction of a day. Whole days are dropped.
    ///
    ///     =TIME(12, 0, 0)            -> 0.5
    ///     =TIME(27, 0, 0)            -> 0.125
    ///     =TIME(0, -1, 0)            -> #NUM!
    "TIME"(hour: Number, minute: Number, second: Number) => map(time);

    /// Today's date.
    ///
    ///     =TODAY()<=NOW()            -> TRUE
    "TODAY"() [volatile] => map_in(today);

    /// Date and time of now.
    ///
    ///     =NOW()-TODAY()<1           -> TRUE
    "NOW"() [volatile] => map_in(now);

    /// The date that a text spells, as if it were typed into a cell; a time is dropped.
    ///
    ///     =DATEVALUE("2/29/2024")    -> 45351
    ///     =DATEVALUE("22-May-2011 6:30")  -> 40685
    ///     =DATEVALUE("2/30/2024")    -> #VALUE!
    "DATEVALUE"(text: Text) => map_in(datevalue);

    /// The time that a text spells, as a fraction of a day; a date is dropped.
    ///
    ///     =TIMEVALUE("6:00 PM")      -> 0.75
    ///     =TIMEVALUE("2/29/2024 12:00")  -> 0.5
    ///     =TIMEVALUE("noon")         -> #VALUE!
    "TIMEVALUE"(text: Text) => map_in(timevalue);

    /// The date some months later, or earlier if `months` is negative; the last day of a month that is too short.
    ///
    ///     =EDATE("2024-01-31", 1)    -> 45351
    ///     =EDATE("2024-03-15", -2)   -> 45306
    "EDATE"(start: Any, months: Any) [refuses_ranges] => map_in(edate);

    /// The last day of the month some months later.
    ///
    ///     =EOMONTH("2024-01-15", 1)  -> 45351
    ///     =EOMONTH("2024-01-15", 0)  -> 45322
    "EOMONTH"(start: Any, months: Any) [refuses_ranges] => map_in(eomonth);
}

fn date(context: &Context<'_>, year: f64, month: f64, day: f64) -> Result<f64, CellError> {
    // The casts cut toward zero, and saturate far outside the calendar.
    serial_rolling(
        year.trunc() as i64,
        month as i64,
        day as i64,
        context.conventions.date1904,
    )
    .ok_or(CellError::Num)
}

fn time(hour: f64, minute: f64, second: f64) -> Result<f64, CellError> {
    const PART_MAX: f64 = 32_767.0;
    let parts = [hour, minute, second].map(f64::trunc);
    if parts.iter().any(|part| *part > PART_MAX) {
        return Err(CellError::Num);
    }
    let seconds = parts[0] * 3600.0 + parts[1] * 60.0 + parts[2];
    if seconds < 0.0 {
        return Err(CellError::Num);
    }
    let day = SECONDS_PER_DAY as f64;
    Ok(seconds % day / day)
}

fn now(context: &Context<'_>) -> f64 {
    // The tick counts in the 1900 system, whatever the workbook does.
    let offset = if context.conventions.date1904 {
        OFFSET_1904
    } else {
        0
    };
    context.tick.now - offset as f64
}

fn today(context: &Context<'_>) -> f64 {
    now(context).floor()
}

fn datevalue(context: &Context<'_>, text: &str) -> Result<f64, CellError> {
    let (date, time) = parse_date_time(text, context.conventions).ok_or(CellError::Value)?;
    Ok(date.map_or(0.0, |date| (date + time.unwrap_or(0.0)).floor()))
}

fn timevalue(context: &Context<'_>, text: &str) -> Result<f64, CellError> {
    let (_, time) = parse_date_time(text, context.conventions).ok_or(CellError::Value)?;
    Ok(time.map_or(0.0, f64::fract))
}

/// The day `day` of the month `months` behind that of `start`.
fn shifted(
    context: &Context<'_>,
    start: f64,
    months: f64,
    day: impl FnOnce(i32, u32) -> i64,
) -> Result<f64, CellError> {
    /// More months than the calendar has.
    const MONTHS_MAX: f64 = 200_000.0;
    if months.abs() > MONTHS_MAX {
        return Err(CellError::Num);
    }
    let from = date_of(context, start)?;
    let month = i64::from(from.year) * 12 + i64::from(from.month) - 1 + months as i64;
    let (year, month) = (month.div_euclid(12), month.rem_euclid(12) + 1);
    if !(1900..=9999).contains(&year) {
        return Err(CellError::Num);
    }
    let day = day(year as i32, month as u32);
    serial_rolling(year, month, day, context.conventions.date1904).ok_or(CellError::Num)
}

fn edate(
    context: &Context<'_>,
    start: ValueRef<'_>,
    months: ValueRef<'_>,
) -> Result<f64, CellError> {
    let (start, months) = (
        plain_number(context, start)?,
        plain_number(context, months)?,
    );
    let from = date_of(context, day_of(context, start)?)?;
    shifted(context, start, months, |year, month| {
        i64::from(from.day.min(days_in_month(year, month)))
    })
}

fn eomonth(
    context: &Context<'_>,
    start: ValueRef<'_>,
    months: ValueRef<'_>,
) -> Result<f64, CellError> {
    let (start, months) = (
        plain_number(context, start)?,
        plain_number(context, months)?,
    );
    shifted(context, start, months, |year, month| {
        // The 1900 system's February of 1900 has the day that never was.
        let leap = !context.conventions.date1904 && (year, month) == (1900, 2);
        i64::from(days_in_month(year, month)) + i64::from(leap)
    })
}
