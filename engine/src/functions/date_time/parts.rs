//! Parts of dates and times: YEAR, MONTH, DAY, HOUR, MINUTE, SECOND, WEEKDAY, WEEKNUM, ISOWEEKNUM.

use super::{date_of, day_of, plain_number};
use crate::functions::Context;
use crate::functions::declare::functions;
use crate::value::date_serial::{
    TimeParts, parts_of_serial, serial_from_date, time_parts, weekday,
};
use crate::value::{CellError, ValueRef};

functions! {
    /// The year of a date, 1900 to 9999.
    ///
    ///     =YEAR("2024-02-29")        -> 2024
    ///     =YEAR(-1)                  -> #NUM!
    "YEAR"(date: Number) => map_in(year);

    /// The month of a date, 1 to 12.
    ///
    ///     =MONTH("2024-02-29")       -> 2
    ///     =MONTH(0)                  -> 1
    "MONTH"(date: Number) => map_in(month);

    /// The day of the month of a date, 1 to 31.
    ///
    ///     =DAY("2024-02-29")         -> 29
    ///     =DAY(60)                   -> 29
    "DAY"(date: Number) => map_in(day);

    /// The hour of a time, 0 to 23. The time is rounded to whole seconds first.
    ///
    ///     =HOUR(0.75)                -> 18
    ///     =HOUR("7:45 PM")           -> 19
    "HOUR"(time: Number) => map_in(hour);

    /// The minutes of a time, 0 to 59.
    ///
    ///     =MINUTE("12:45")           -> 45
    "MINUTE"(time: Number) => map_in(minute);

    /// The seconds of a time, 0 to 59.
    ///
    ///     =SECOND("4:48:18 PM")      -> 18
    "SECOND"(time: Number) => map_in(second);

    /// The day of the week of a date, as a number.
    ///
    /// Type 1 counts from Sunday as 1, type 2 from Monday as 1, type 3 from Monday as 0; 11 to 17 count from Monday,
    /// Tuesday, … as 1.
    ///
    ///     =WEEKDAY("2023-03-15")     -> 4
    ///     =WEEKDAY("2023-03-15", 2)  -> 3
    ///     =WEEKDAY(1, 4)             -> #NUM!
    "WEEKDAY"(date: Number, first: Number = 1) => map_in(weekday_number);

    /// The week of the year of a date; the first week is that of 1 January.
    ///
    /// Weeks begin on Sunday with type 1 or 17, on Monday with 2 or 11, on Tuesday to Saturday with 12 to 16; type 21
    /// gives the week of ISO 8601.
    ///
    ///     =WEEKNUM("2012-03-09")     -> 10
    ///     =WEEKNUM("2012-03-09", 2)  -> 11
    "WEEKNUM"(date: Any, first: Any = 1) [refuses_ranges] => map_in(weeknum);

    /// The week of the year of ISO 8601: weeks begin on Monday, the first one holds the first Thursday.
    ///
    ///     =ISOWEEKNUM("2012-03-09")  -> 10
    ///     =ISOWEEKNUM("2021-01-03")  -> 53
    "ISOWEEKNUM"(date: Number) => map_in(isoweeknum);
}

fn year(context: &Context<'_>, date: f64) -> Result<f64, CellError> {
    date_of(context, date).map(|parts| f64::from(parts.year))
}

fn month(context: &Context<'_>, date: f64) -> Result<f64, CellError> {
    date_of(context, date).map(|parts| f64::from(parts.month))
}

fn day(context: &Context<'_>, date: f64) -> Result<f64, CellError> {
    date_of(context, date).map(|parts| f64::from(parts.day))
}

fn time_of(context: &Context<'_>, time: f64) -> Result<TimeParts, CellError> {
    day_of(context, time)?;
    Ok(time_parts(time))
}

fn hour(context: &Context<'_>, time: f64) -> Result<f64, CellError> {
    time_of(context, time).map(|parts| f64::from(parts.hour))
}

fn minute(context: &Context<'_>, time: f64) -> Result<f64, CellError> {
    time_of(context, time).map(|parts| f64::from(parts.minute))
}

fn second(context: &Context<'_>, time: f64) -> Result<f64, CellError> {
    time_of(context, time).map(|parts| f64::from(parts.second))
}

/// The day on which weeks of types 11 to 17 begin, 0 for Sunday.
fn first_day(first: i64) -> Option<i64> {
    (11..=17).contains(&first).then_some((first - 10) % 7)
}

fn weekday_number(context: &Context<'_>, date: f64, first: f64) -> Result<f64, CellError> {
    let date = day_of(context, date)?;
    let day = i64::from(weekday(date, context.conventions.date1904));
    let number = match first as i64 {
        1 => day + 1,
        2 => (day + 6) % 7 + 1,
        3 => (day + 6) % 7,
        first => (day - first_day(first).ok_or(CellError::Num)?).rem_euclid(7) + 1,
    };
    Ok(number as f64)
}

fn weeknum(
    context: &Context<'_>,
    date: ValueRef<'_>,
    first: ValueRef<'_>,
) -> Result<f64, CellError> {
    let (date, first) = (plain_number(context, date)?, plain_number(context, first)?);
    let date1904 = context.conventions.date1904;
    let date = day_of(context, date)?;
    let first = match first as i64 {
        1 => 0,
        2 => 1,
        21 => return isoweeknum(context, date),
        first => first_day(first).ok_or(CellError::Num)?,
    };
    let year = date_of(context, date)?.year;
    let new_year = serial_from_date(year, 1, 1, date1904).ok_or(CellError::Num)?;
    let before = (i64::from(weekday(new_year, date1904)) - first).rem_euclid(7);
    let days = (date - new_year) as i64 + before;
    Ok((days.div_euclid(7) + 1) as f64)
}

fn isoweeknum(context: &Context<'_>, date: f64) -> Result<f64, CellError> {
    let date1904 = context.conventions.date1904;
    let date = day_of(context, date)?;
    let since_monday = i64::from((weekday(date, date1904) + 6) % 7);
    let thursday = date as i64 - since_monday + 3;
    // The first days of the calendar, and the last, may belong to weeks of years that are outside it.
    let first_day = i64::from(!date1904);
    let new_year = match parts_of_serial(thursday as f64, date1904) {
        Some(parts) if thursday >= first_day => {
            serial_from_date(parts.year, 1, 1, date1904).ok_or(CellError::Num)? as i64
        }
        _ if thursday < first_day => first_day - 365,
        _ => return Ok(1.0),
    };
    Ok(((thursday - new_year) / 7 + 1) as f64)
}
