//! Dates as serial numbers: days, counted so that 61 is 1 March 1900.
//!
//! Excel's 1900 system has a 29 February 1900, serial 60, that never was; the days before it are therefore one off
//! the calendar, and serial 0 is "0 January 1900". The 1904 system counts from 1904-01-01 and has no such day. Times
//! are fractions of a day. Everything here is integer arithmetic on whole days and whole seconds.

/// The first serial number behind 31 December 9999 in the 1900 system.
pub const SERIAL_END: f64 = 2_958_466.0;

/// What a serial number of the 1904 system is less than that of the 1900 system for the same day.
pub const OFFSET_1904: i64 = 1_462;

/// The serial number of the day that never was, 29 February 1900.
const PHANTOM_DAY: i64 = 60;

/// Seconds of a day.
pub const SECONDS_PER_DAY: i64 = 86_400;

/// A day of the calendar, as the 1900 system sees it: 29 February 1900 and 0 January 1900 are days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DateParts {
    /// The year, 1900 to 9999.
    pub year: i32,
    /// The month, 1 to 12.
    pub month: u32,
    /// The day of the month, 1 to 31; 0 for serial 0 of the 1900 system.
    pub day: u32,
}

/// A time of the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TimeParts {
    /// Hours, 0 to 23.
    pub hour: u32,
    /// Minutes, 0 to 59.
    pub minute: u32,
    /// Seconds, 0 to 59.
    pub second: u32,
}

/// Whether the year has a 29 February in the Gregorian calendar (1900 has none).
pub fn is_leap_year(year: i32) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

/// Days of a month (1 to 12) in the Gregorian calendar.
pub fn days_in_month(year: i32, month: u32) -> u32 {
    match month {
        2 if is_leap_year(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Whether a serial number is a day that date functions accept: 0 or later, and not after the year 9999.
pub fn is_valid_serial(serial: f64, date1904: bool) -> bool {
    let end = SERIAL_END - if date1904 { OFFSET_1904 as f64 } else { 0.0 };
    (0.0..end).contains(&serial)
}

/// The serial number of a day of the calendar; nothing if there is no such day or the system does not reach it.
///
/// # Examples
///
/// ```
/// use tabulith::value::date_serial::serial_from_date;
///
/// assert_eq!(serial_from_date(2020, 2, 29, false), Some(43_890.0));
/// assert_eq!(serial_from_date(1900, 2, 29, false), Some(60.0)); // Excel's own
/// assert_eq!(serial_from_date(2021, 2, 29, false), None);
/// ```
pub fn serial_from_date(year: i32, month: u32, day: u32, date1904: bool) -> Option<f64> {
    if !(1900..=9999).contains(&year) || !(1..=12).contains(&month) || day == 0 {
        return None;
    }
    let phantom = !date1904 && (year, month, day) == (1900, 2, 29);
    if day > days_in_month(year, month) && !phantom {
        return None;
    }
    rolled_serial(year, i64::from(month), i64::from(day), date1904)
}

/// The serial number for DATE: months and days outside their range roll over; nothing outside the years 0 to 9999 or
/// where the result is outside the system.
///
/// Years below 1900 count from 1900.
///
/// # Examples
///
/// ```
/// use tabulith::value::date_serial::serial_rolling;
///
/// assert_eq!(serial_rolling(2020, 14, 0, false), Some(44_227.0)); // the day before 1 February 2021
/// assert_eq!(serial_rolling(108, 1, 2, false), Some(39_449.0));   // 2008
/// ```
pub fn serial_rolling(year: i64, month: i64, day: i64, date1904: bool) -> Option<f64> {
    let year = match year {
        0..1900 => year + 1900,
        1900..=9999 => year,
        _ => return None,
    };
    rolled_serial(year as i32, month, day, date1904)
}

fn rolled_serial(year: i32, month: i64, day: i64, date1904: bool) -> Option<f64> {
    const FAR: i64 = 10_000_000;
    if month.abs() > FAR || day.abs() > FAR {
        return None;
    }
    let months = i64::from(year) * 12 + month - 1;
    let first = days_before_month(months.div_euclid(12), months.rem_euclid(12) as u32 + 1);
    let serial = if date1904 {
        first - OFFSET_1904 + day - 1
    } else if first <= PHANTOM_DAY {
        first - 1 + day - 1
    } else {
        first + day - 1
    };
    let serial = serial as f64;
    is_valid_serial(serial, date1904).then_some(serial)
}

/// Days from 1899-12-30 to the first of a month of the Gregorian calendar.
fn days_before_month(year: i64, month: u32) -> i64 {
    // Years begin in March here, so that the leap day is the last one.
    let year = if month <= 2 { year - 1 } else { year };
    let month = i64::from((month + 9) % 12);
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    365 * year + leap_days + (153 * month + 2) / 5 - 693_899
}

/// The day of a serial number; nothing if it is outside the system.
///
/// # Examples
///
/// ```
/// use tabulith::value::date_serial::{DateParts, parts_of_serial};
///
/// let parts = parts_of_serial(43_890.75, false).unwrap();
/// assert_eq!(parts, DateParts { year: 2020, month: 2, day: 29 });
/// ```
pub fn parts_of_serial(serial: f64, date1904: bool) -> Option<DateParts> {
    if !is_valid_serial(serial, date1904) {
        return None;
    }
    let mut days = serial as i64;
    if date1904 {
        days += OFFSET_1904;
    } else if days == 0 {
        return Some(DateParts {
            year: 1900,
            month: 1,
            day: 0,
        });
    } else if days == PHANTOM_DAY {
        return Some(DateParts {
            year: 1900,
            month: 2,
            day: 29,
        });
    } else if days < PHANTOM_DAY {
        days += 1;
    }
    // Days since 0000-03-01, then centuries, years and months by the averages of their lengths.
    let days = days + 693_899;
    let era = days / 146_097;
    let of_era = days % 146_097;
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * of_year + 2) / 153;
    let day = (of_year - (153 * month + 2) / 5 + 1) as u32;
    let month = (if month < 10 { month + 3 } else { month - 9 }) as u32;
    let year = (era * 400 + year_of_era + i64::from(month <= 2)) as i32;
    Some(DateParts { year, month, day })
}

/// The whole seconds of a serial number since day 0, rounded to the nearest.
pub fn whole_seconds(serial: f64) -> i64 {
    let day = serial.floor();
    let seconds = ((serial - day) * SECONDS_PER_DAY as f64).round();
    day as i64 * SECONDS_PER_DAY + seconds as i64
}

/// The time of the day of a serial number, rounded to whole seconds first.
///
/// # Examples
///
/// ```
/// use tabulith::value::date_serial::{TimeParts, time_parts};
///
/// assert_eq!(time_parts(1.75), TimeParts { hour: 18, minute: 0, second: 0 });
/// assert_eq!(time_parts(0.999_999).hour, 0); // rounds up to midnight
/// ```
pub fn time_parts(serial: f64) -> TimeParts {
    let seconds = whole_seconds(serial).rem_euclid(SECONDS_PER_DAY) as u32;
    TimeParts {
        hour: seconds / 3600,
        minute: seconds / 60 % 60,
        second: seconds % 60,
    }
}

/// The fraction of a day for a time, which may have more hours than a day.
pub fn time_fraction(hours: f64, minutes: f64, seconds: f64) -> f64 {
    (hours * 3600.0 + minutes * 60.0 + seconds) / SECONDS_PER_DAY as f64
}

/// The day of the week, 0 for Sunday, as the 1900 system counts: serial 1, really a Monday, is its Sunday.
pub fn weekday(serial: f64, date1904: bool) -> u32 {
    let offset = if date1904 { OFFSET_1904 } else { 0 };
    (serial.floor() as i64 + offset - 1).rem_euclid(7) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_phantom_day_lies_between_february_and_march_1900() {
        let check = |serial: f64, year, month, day| {
            let parts = parts_of_serial(serial, false).unwrap();
            assert_eq!(parts, DateParts { year, month, day });
            if day > 0 {
                assert_eq!(serial_from_date(year, month, day, false), Some(serial));
            }
        };
        check(0.0, 1900, 1, 0);
        check(1.0, 1900, 1, 1);
        check(59.0, 1900, 2, 28);
        check(60.0, 1900, 2, 29);
        check(61.0, 1900, 3, 1);
        check(36_526.0, 2000, 1, 1);
        check(2_958_465.0, 9999, 12, 31);
    }

    #[test]
    fn every_day_goes_there_and_back() {
        for date1904 in [false, true] {
            let mut serial = f64::from(!date1904);
            while is_valid_serial(serial, date1904) {
                let parts = parts_of_serial(serial, date1904).unwrap();
                let back = serial_from_date(parts.year, parts.month, parts.day, date1904);
                assert_eq!(back, Some(serial), "{parts:?}");
                serial += 1.0;
            }
        }
    }

    #[test]
    fn the_1904_system_begins_in_1904() {
        let parts = parts_of_serial(0.0, true).unwrap();
        assert_eq!((parts.year, parts.month, parts.day), (1904, 1, 1));
        assert_eq!(serial_from_date(1903, 12, 31, true), None);
        assert_eq!(parts_of_serial(2_957_004.0, true), None);
    }

    #[test]
    fn dates_roll_over() {
        assert_eq!(serial_rolling(1900, 1, 0, false), Some(0.0));
        assert_eq!(serial_rolling(1900, 1, -1, false), None);
        assert_eq!(serial_rolling(1900, 3, 0, false), Some(60.0));
        assert_eq!(serial_rolling(2008, -3, 2, false), Some(39_327.0));
        assert_eq!(serial_rolling(-1, 1, 1, false), None);
        assert_eq!(serial_rolling(10_000, 1, 1, false), None);
        assert_eq!(serial_rolling(9999, 12, 32, false), None);
        assert_eq!(serial_rolling(2000, i64::MAX, i64::MIN, false), None);
    }

    #[test]
    fn weekdays_are_those_of_excel() {
        assert_eq!(weekday(0.0, false), 6);
        assert_eq!(weekday(1.0, false), 0);
        assert_eq!(weekday(45_000.5, false), 3); // Wednesday, 2023-03-15
        assert_eq!(weekday(45_000.5 - 1_462.0, true), 3);
    }

    #[test]
    fn times_round_to_seconds() {
        let time = |x| {
            let parts = time_parts(x);
            (parts.hour, parts.minute, parts.second)
        };
        assert_eq!(time(0.5), (12, 0, 0));
        assert_eq!(time(38_719.627_835_648_1), (15, 4, 5));
        assert_eq!(time(45_000.999_999), (0, 0, 0));
        assert_eq!(whole_seconds(1.000_001), 86_400);
    }
}
