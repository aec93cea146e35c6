//! Sections of dates and times.
//!
//! The number is first rounded to whole seconds, or to the fraction of a second that is shown; then every part is cut
//! out of that one moment, so that no part can show 60.

use super::section::{DatePart, Section, Token};
use crate::value::date_serial::{
    DateParts, OFFSET_1904, SERIAL_END, is_valid_serial, parts_of_serial, weekday,
};
use crate::value::{CellError, Conventions};

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

const WEEKDAYS: [&str; 7] = [
    "Sunday",
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
];

/// Decimals of seconds beyond which a serial number says nothing.
const DECIMALS_MAX: u32 = 9;

/// A moment, cut into parts.
struct Moment {
    date: DateParts,
    weekday: u32,
    days: i64,
    seconds: i64,
    /// Fractions of the second, in units of `10^-decimals`.
    fraction: i64,
    decimals: u32,
    /// Whether hours go to 12.
    half_days: bool,
}

/// Appends a number as date or time.
///
/// # Errors
///
/// `#VALUE!` if it is no date: negative (in the 1900 system) or after the year 9999.
pub(super) fn push_date(
    out: &mut String,
    section: &Section,
    x: f64,
    conventions: &Conventions,
) -> Result<(), CellError> {
    let date1904 = conventions.date1904;
    let mut serial = x;
    if x < 0.0 && date1904 {
        // Only this system has negative dates: the sign and the date as far after 1904 as this is before.
        out.push('-');
        serial = -x;
    }
    if !is_valid_serial(serial, date1904) {
        return Err(CellError::Value);
    }
    let moment = Moment::of(serial, section, date1904)?;
    for token in &section.tokens {
        match *token {
            Token::Literal(c) => out.push(c),
            Token::Date(part) => moment.push(out, part),
            _ => {}
        }
    }
    Ok(())
}

impl Moment {
    fn of(serial: f64, section: &Section, date1904: bool) -> Result<Moment, CellError> {
        let mut decimals = 0;
        let mut half_days = false;
        for token in &section.tokens {
            match token {
                Token::Date(DatePart::Fraction(digits)) => {
                    decimals = decimals.max((*digits as u32).min(DECIMALS_MAX));
                }
                Token::Date(DatePart::AmPm | DatePart::Ap(..)) => half_days = true,
                _ => {}
            }
        }
        let units_per_second = 10i64.pow(decimals);
        let units_per_day = 86_400 * units_per_second;
        let mut days = serial.floor();
        let mut units = ((serial - days) * units_per_day as f64).round() as i64;
        if units >= units_per_day {
            days += 1.0;
            units -= units_per_day;
        }
        let last = SERIAL_END - 1.0 - if date1904 { OFFSET_1904 as f64 } else { 0.0 };
        let date = parts_of_serial(days.min(last), date1904).ok_or(CellError::Value)?;
        Ok(Moment {
            date,
            weekday: weekday(days, date1904),
            days: days as i64,
            seconds: units / units_per_second,
            fraction: units % units_per_second,
            decimals,
            half_days,
        })
    }

    fn push(&self, out: &mut String, part: DatePart) {
        let hour = self.seconds / 3_600;
        let all_seconds = self.days * 86_400 + self.seconds;
        match part {
            DatePart::Year(1 | 2) => push_padded(out, i64::from(self.date.year % 100), 2),
            DatePart::Year(_) => push_padded(out, i64::from(self.date.year), 4),
            DatePart::BuddhistYear(letters) => {
                let year = i64::from(self.date.year) + 543;
                if letters <= 2 {
                    push_padded(out, year % 100, 2);
                } else {
                    push_padded(out, year, 4);
                }
            }
            DatePart::Month(letters) => {
                push_named(out, &MONTHS, self.date.month - 1, self.date.month, letters);
            }
            DatePart::Day(letters) => {
                push_named(out, &WEEKDAYS, self.weekday, self.date.day, letters);
            }
            DatePart::Hour(letters) => {
                let hour = match hour % 12 {
                    _ if !self.half_days => hour,
                    0 => 12,
                    hour => hour,
                };
                push_padded(out, hour, letters.min(2));
            }
            DatePart::Minute(letters) => push_padded(out, self.seconds / 60 % 60, letters.min(2)),
            DatePart::Second(letters) => push_padded(out, self.seconds % 60, letters.min(2)),
            DatePart::Fraction(digits) => self.push_fraction(out, digits),
            DatePart::ElapsedHours(letters) => push_padded(out, all_seconds / 3_600, letters),
            DatePart::ElapsedMinutes(letters) => push_padded(out, all_seconds / 60, letters),
            DatePart::ElapsedSeconds(letters) => push_padded(out, all_seconds, letters),
            DatePart::AmPm => out.push_str(if hour < 12 { "AM" } else { "PM" }),
            DatePart::Ap(morning, afternoon) => {
                out.push(if hour < 12 { morning } else { afternoon });
            }
        }
    }

    fn push_fraction(&self, out: &mut String, digits: usize) {
        let text = format!("{:0width$}", self.fraction, width = self.decimals as usize);
        out.push('.');
        for index in 0..digits {
            out.push_str(text.get(index..=index).unwrap_or("0"));
        }
    }
}

fn push_padded(out: &mut String, number: i64, width: usize) {
    out.push_str(&format!("{number:0width$}"));
}

/// Appends a month or a day: one or two letters are its number, three its short name, four its name; five are the
/// first letter of a month.
fn push_named(out: &mut String, names: &[&str], index: u32, number: u32, letters: usize) {
    let name = names[index as usize % names.len()];
    match letters {
        1 | 2 => push_padded(out, i64::from(number), letters),
        3 => out.push_str(&name[..3]),
        5 if names.len() == 12 => out.push_str(&name[..1]),
        _ => out.push_str(name),
    }
}
