//! Dates and times. All of them are serial numbers; `value::date_serial` knows the calendar.

pub(super) mod construct;
pub(super) mod difference;
pub(super) mod parts;
pub(super) mod working_days;
pub(super) mod year_fraction;

use super::Context;
use crate::value::date_serial::{DateParts, is_valid_serial, parts_of_serial};
use crate::value::{CellError, ValueRef, to_number};

/// The whole day of a serial number.
///
/// # Errors
///
/// `#NUM!` if it is outside the calendar.
fn day_of(context: &Context<'_>, serial: f64) -> Result<f64, CellError> {
    if is_valid_serial(serial, context.conventions.date1904) {
        Ok(serial.floor())
    } else {
        Err(CellError::Num)
    }
}

/// The day, month and year of a serial number.
///
/// # Errors
///
/// As [`day_of`].
fn date_of(context: &Context<'_>, serial: f64) -> Result<DateParts, CellError> {
    parts_of_serial(serial, context.conventions.date1904).ok_or(CellError::Num)
}

/// An argument of the functions that were part of the Analysis ToolPak, which take no booleans.
///
/// # Errors
///
/// `#VALUE!` for TRUE, FALSE and texts that are no numbers.
fn plain_number(context: &Context<'_>, value: ValueRef<'_>) -> Result<f64, CellError> {
    match value {
        ValueRef::Boolean(_) => Err(CellError::Value),
        other => to_number(other, context.conventions),
    }
}
