//! Dates, times and durations: what Python, numpy and Arrow call them, and the serial numbers that cells hold.
//!
//! Days count from 1900 or from 1904. Excel's first two months have a day too many (1900 was no leap year), so days
//! before March 1900 count from another start, and serial number 60 is no day of the calendar.

use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{
    PyDate, PyDateAccess, PyDateTime, PyDelta, PyDeltaAccess, PyTime, PyTimeAccess, PyTzInfoAccess,
};
use tabulith::value::date_serial;
use tabulith::value::number_format::NumberFormat;

/// Microseconds of a day.
const DAY: i64 = 86_400_000_000;

/// The serial numbers of 1 January 1970 in either system.
const EPOCH_1900: i64 = 25_569;
const EPOCH_1904: i64 = 24_107;

/// What a number stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Moment {
    /// A day.
    Date,
    /// A day with a time.
    DateTime,
    /// A time of the day.
    Time,
    /// So many hours, minutes and seconds, more than a day's too.
    Duration,
}

impl Moment {
    /// The number format that cells get which have none yet.
    pub(crate) fn format(self) -> &'static str {
        match self {
            Moment::Date => "yyyy-mm-dd",
            Moment::DateTime => "yyyy-mm-dd hh:mm:ss",
            Moment::Time => "hh:mm:ss",
            Moment::Duration => "[h]:mm:ss",
        }
    }

    /// What a number format shows; nothing if it shows numbers as such.
    pub(crate) fn shown_by(code: &str) -> Option<Moment> {
        if !NumberFormat::parse(code).is_date() {
            return None;
        }
        let (mut days, mut hours, mut elapsed) = (false, false, false);
        let mut letters = code.chars();
        while let Some(letter) = letters.next() {
            match letter.to_ascii_lowercase() {
                '"' => drop(letters.by_ref().find(|c| *c == '"')),
                '\\' | '_' | '*' => drop(letters.next()),
                '[' => {
                    let within: String = letters.by_ref().take_while(|c| *c != ']').collect();
                    let within = within.to_ascii_lowercase();
                    elapsed |= ["h", "m", "s"].iter().any(|unit| {
                        within.len() <= 2
                            && !within.is_empty()
                            && within.replace(unit, "").is_empty()
                    });
                }
                ';' => break,
                'y' | 'd' => days = true,
                'h' | 's' => hours = true,
                _ => {}
            }
        }
        Some(match (days, hours, elapsed) {
            (_, _, true) => Moment::Duration,
            (false, true, _) => Moment::Time,
            (true, true, _) => Moment::DateTime,
            (_, false, _) => Moment::Date,
        })
    }
}

/// The serial number of a moment, in microseconds since 1970; nothing before the first day of the system or after the
/// year 9999.
pub(crate) fn serial_of_micros(micros: i64, date1904: bool) -> Option<f64> {
    let epoch = if date1904 { EPOCH_1904 } else { EPOCH_1900 };
    let mut days = micros.div_euclid(DAY) + epoch;
    if !date1904 && days <= 60 {
        days -= 1;
    }
    let serial = days as f64 + duration_of_micros(micros.rem_euclid(DAY));
    date_serial::is_valid_serial(serial, date1904).then_some(serial)
}

/// A duration in days.
pub(crate) fn duration_of_micros(micros: i64) -> f64 {
    micros as f64 / DAY as f64
}

/// The microseconds since 1970 of a serial number; nothing if it is no moment of the calendar.
pub(crate) fn micros_of_serial(serial: f64, date1904: bool) -> Option<i64> {
    if !date_serial::is_valid_serial(serial, date1904)
        || (!date1904 && (60.0..61.0).contains(&serial))
    {
        return None;
    }
    let epoch = if date1904 { EPOCH_1904 } else { EPOCH_1900 };
    let early = i64::from(!date1904 && serial < 60.0);
    let days = serial.floor();
    let micros = whole_micros(serial - days, serial);
    Some((days as i64 - epoch + early) * DAY + micros)
}

/// The microseconds of a part of a day that was cut off a number: whole milliseconds, if the number is not exact enough
/// to tell them from it.
fn whole_micros(part: f64, of: f64) -> i64 {
    let micros = part * DAY as f64;
    let millis = (micros / 1e3).round() * 1e3;
    let doubt = of.abs() * f64::EPSILON * DAY as f64;
    if (micros - millis).abs() <= doubt {
        return millis as i64;
    }
    micros.round() as i64
}

/// The microseconds of a duration in days; nothing beyond what Python's `timedelta` takes.
pub(crate) fn micros_of_duration(days: f64) -> Option<i64> {
    (days.abs() < 1e6).then(|| whole_micros(days, days))
}

/// The microseconds of the time of a day.
pub(crate) fn micros_of_time(serial: f64) -> i64 {
    whole_micros(serial - serial.floor(), serial) % DAY
}

/// A date, a time or a duration as a serial number; nothing if the object is none of them. A moment that is not one,
/// such as pandas' `NaT`, is NaN.
pub(crate) fn serial(object: &Bound<'_, PyAny>, date1904: bool) -> PyResult<Option<(f64, Moment)>> {
    if let Ok(delta) = object.cast::<PyDelta>() {
        let micros = (i64::from(delta.get_days()) * 86_400 + i64::from(delta.get_seconds()))
            * 1_000_000
            + i64::from(delta.get_microseconds());
        return Ok(Some((duration_of_micros(micros), Moment::Duration)));
    }
    if let Ok(time) = object.cast::<PyTime>() {
        return Ok(Some((
            duration_of_micros(micros_of_day(time)),
            Moment::Time,
        )));
    }
    let Ok(date) = object.cast::<PyDate>() else {
        return Ok(None);
    };
    if object.ne(object)? {
        return Ok(Some((f64::NAN, Moment::DateTime)));
    }
    let (year, month, day) = (date.get_year(), date.get_month(), date.get_day());
    let serial = date_serial::serial_from_date(year, month.into(), day.into(), date1904);
    let serial = serial.ok_or_else(|| before_the_first_day(date))?;
    match object.cast::<PyDateTime>() {
        Ok(moment) if moment.get_tzinfo().is_some() => Err(PyTypeError::new_err(
            "a cell has no time zone: give a datetime without one",
        )),
        Ok(moment) => {
            let time = duration_of_micros(micros_of_day(moment));
            Ok(Some((serial + time, Moment::DateTime)))
        }
        Err(_) => Ok(Some((serial, Moment::Date))),
    }
}

/// What is raised for a date that no cell can hold.
pub(crate) fn before_the_first_day(date: impl std::fmt::Display) -> PyErr {
    PyValueError::new_err(format!(
        "the date {date} is before the first day of a workbook"
    ))
}

fn micros_of_day(time: &impl PyTimeAccess) -> i64 {
    let seconds = i64::from(time.get_hour()) * 3600
        + i64::from(time.get_minute()) * 60
        + i64::from(time.get_second());
    seconds * 1_000_000 + i64::from(time.get_microsecond())
}

/// The date and time of a serial number.
pub(crate) fn datetime(py: Python<'_>, serial: f64, date1904: bool) -> PyResult<Bound<'_, PyAny>> {
    if !date1904 && (60.0..61.0).contains(&serial) {
        return Err(PyValueError::new_err(
            "29 February 1900, serial number 60, was no day",
        ));
    }
    let micros = micros_of_serial(serial, date1904)
        .ok_or_else(|| PyValueError::new_err(format!("{serial} is no date")))?;
    let module = py.import("datetime")?;
    let start = module.getattr("datetime")?.call1((1970, 1, 1))?;
    start.add(delta(py, micros)?)
}

/// The time of day of a serial number.
pub(crate) fn time(py: Python<'_>, serial: f64) -> PyResult<Bound<'_, PyAny>> {
    let module = py.import("datetime")?;
    let start = module.getattr("datetime")?.call1((1970, 1, 1))?;
    start
        .add(delta(py, micros_of_time(serial))?)?
        .call_method0("time")
}

/// The duration of so many days.
pub(crate) fn timedelta(py: Python<'_>, days: f64) -> PyResult<Bound<'_, PyAny>> {
    let micros = micros_of_duration(days)
        .ok_or_else(|| PyValueError::new_err(format!("{days} days are too long a duration")))?;
    delta(py, micros)
}

fn delta(py: Python<'_>, micros: i64) -> PyResult<Bound<'_, PyAny>> {
    let (days, rest) = (micros.div_euclid(DAY), micros.rem_euclid(DAY));
    py.import("datetime")?
        .getattr("timedelta")?
        .call1((days, rest / 1_000_000, rest % 1_000_000))
}
