//! Working days: NETWORKDAYS, WORKDAY and their kin with other weekends.

use std::ops::ControlFlow;

use super::day_of;
use crate::functions::declare::functions;
use crate::functions::{Context, Operand};
use crate::value::date_serial::{is_valid_serial, weekday};
use crate::value::{CellError, Value, ValueRef, parse_number};

functions! {
    /// The number of working days, Monday to Friday without holidays, between two dates, both included.
    ///
    /// It is negative if `end` lies before `start`.
    ///
    ///     =NETWORKDAYS("2012-10-01", "2013-03-01")                  -> 110
    ///     =NETWORKDAYS("2012-10-01", "2013-03-01", "2012-11-22")    -> 109
    "NETWORKDAYS"(start: Number, end: Number, holidays: Table or omitted) [refuses_ranges] => array(networkdays);

    /// The number of days that are neither weekend nor holiday between two dates, both included.
    ///
    /// The weekend is 1 for Saturday and Sunday, 2 for Sunday and Monday, … 7 for Friday and Saturday, 11 for Sunday
    /// only, … 17 for Saturday only, or a text of seven digits from Monday on, 1 for a day off.
    ///
    ///     =NETWORKDAYS.INTL("2006-01-01", "2006-01-31")             -> 22
    ///     =NETWORKDAYS.INTL("2006-01-01", "2006-01-31", 7)          -> 23
    ///     =NETWORKDAYS.INTL("2006-01-01", "2006-01-31", "0000011")  -> 22
    "NETWORKDAYS.INTL"(start: Number, end: Number, weekend: Any or omitted, holidays: Table or omitted) => array(networkdays_intl);

    /// The date some working days later, or earlier if `days` is negative.
    ///
    ///     =WORKDAY("2008-10-01", 151)                               -> 39933
    ///     =WORKDAY("2008-10-01", 151, {39778,39786,39834})          -> 39938
    "WORKDAY"(start: Number, days: Number, holidays: Table or omitted) [refuses_ranges] => array(workday);

    /// The date some days later that are neither weekend nor holiday; the weekend as in NETWORKDAYS.INTL.
    ///
    ///     =WORKDAY.INTL("2012-01-01", 90, 11)                       -> 41013
    ///     =WORKDAY.INTL("2012-01-01", 30, "1111111")                -> #VALUE!
    "WORKDAY.INTL"(start: Number, days: Number, weekend: Any or omitted, holidays: Table or omitted) => array(workday_intl);
}

/// Which days of a week are worked, Sunday first.
type Week = [bool; 7];

const MONDAY_TO_FRIDAY: Week = [false, true, true, true, true, true, false];

fn networkdays(
    context: &Context<'_>,
    start: f64,
    end: f64,
    holidays: &Operand,
) -> Result<f64, CellError> {
    count(
        context,
        start,
        end,
        &Calendar::new(context, MONDAY_TO_FRIDAY, holidays)?,
    )
}

fn networkdays_intl(
    context: &Context<'_>,
    start: f64,
    end: f64,
    weekend: Option<&Value>,
    holidays: &Operand,
) -> Result<f64, CellError> {
    let calendar = Calendar::new(context, week(context, weekend)?, holidays)?;
    count(context, start, end, &calendar)
}

fn workday(
    context: &Context<'_>,
    start: f64,
    days: f64,
    holidays: &Operand,
) -> Result<f64, CellError> {
    advance(
        context,
        start,
        days,
        &Calendar::new(context, MONDAY_TO_FRIDAY, holidays)?,
    )
}

fn workday_intl(
    context: &Context<'_>,
    start: f64,
    days: f64,
    weekend: Option<&Value>,
    holidays: &Operand,
) -> Result<f64, CellError> {
    let week = week(context, weekend)?;
    if week == [false; 7] {
        return Err(CellError::Value);
    }
    advance(
        context,
        start,
        days,
        &Calendar::new(context, week, holidays)?,
    )
}

/// The week that a weekend argument describes.
fn week(context: &Context<'_>, weekend: Option<&Value>) -> Result<Week, CellError> {
    let number = match weekend {
        None => return Ok(MONDAY_TO_FRIDAY),
        Some(Value::Text(text)) => {
            if text.len() != 7 || !text.bytes().all(|byte| matches!(byte, b'0' | b'1')) {
                return Err(CellError::Value);
            }
            let mut week: Week = [true; 7];
            for (from_monday, byte) in text.bytes().enumerate() {
                week[(from_monday + 1) % 7] = byte == b'0';
            }
            return Ok(week);
        }
        Some(value) => crate::value::to_number(value.as_ref(), context.conventions)?,
    };
    let mut week: Week = [true; 7];
    match number as i64 {
        // The second day of the weekend: 1 for Sunday, 2 for Monday.
        pair @ 1..=7 => {
            week[(pair - 1) as usize] = false;
            week[(pair + 5) as usize % 7] = false;
        }
        single @ 11..=17 => week[(single - 11) as usize] = false,
        _ => return Err(CellError::Num),
    }
    Ok(week)
}

/// The days that are worked.
struct Calendar {
    week: Week,
    date1904: bool,
    /// Holidays that fall on days of work, in order, each once.
    holidays: Vec<i64>,
}

impl Calendar {
    fn new(context: &Context<'_>, week: Week, holidays: &Operand) -> Result<Calendar, CellError> {
        let mut calendar = Calendar {
            week,
            date1904: context.conventions.date1904,
            holidays: Vec::new(),
        };
        let mut days = holiday_days(context, holidays)?;
        days.retain(|day| calendar.week[calendar.weekday(*day)]);
        days.sort_unstable();
        days.dedup();
        calendar.holidays = days;
        Ok(calendar)
    }

    fn weekday(&self, day: i64) -> usize {
        weekday(day as f64, self.date1904) as usize
    }

    /// Days of work from `first` to `last`, both included.
    fn between(&self, first: i64, last: i64) -> i64 {
        if first > last {
            return 0;
        }
        let per_week = self.week.iter().filter(|worked| **worked).count() as i64;
        let days = last - first + 1;
        let rest = (0..days % 7)
            .filter(|day| self.week[self.weekday(first + day)])
            .count() as i64;
        let holidays = self.holidays.partition_point(|day| *day <= last)
            - self.holidays.partition_point(|day| *day < first);
        days / 7 * per_week + rest - holidays as i64
    }

    fn is_worked(&self, day: i64) -> bool {
        self.week[self.weekday(day)] && self.holidays.binary_search(&day).is_err()
    }
}

/// The days of holidays given as a range, an array or a single value; blanks are left out.
fn holiday_days(context: &Context<'_>, holidays: &Operand) -> Result<Vec<i64>, CellError> {
    let mut days = Vec::new();
    let mut take = |value: ValueRef<'_>| {
        let serial = match value {
            ValueRef::Blank => return Ok(()),
            ValueRef::Number(x) => x,
            ValueRef::Text(text) => {
                parse_number(text, context.conventions).ok_or(CellError::Value)?
            }
            ValueRef::Boolean(_) => return Err(CellError::Value),
            ValueRef::Error(error) => return Err(error),
        };
        if !is_valid_serial(serial, context.conventions.date1904) {
            return Err(CellError::Num);
        }
        days.push(serial as i64);
        Ok(())
    };
    match holidays {
        Operand::Omitted => {}
        Operand::Value(value) => take(value.as_ref())?,
        Operand::Array(array) => {
            let values = array.cells().iter().chain(array.tail());
            values.map(Value::as_ref).try_for_each(take)?;
        }
        Operand::Reference(reference) => {
            for area in &reference.areas {
                let mut outcome = Ok(());
                context.cells.visit(area, &mut |_, value| {
                    outcome = take(value);
                    match outcome {
                        Ok(()) => ControlFlow::Continue(()),
                        Err(_) => ControlFlow::Break(()),
                    }
                });
                outcome?;
            }
        }
    }
    Ok(days)
}

fn count(
    context: &Context<'_>,
    start: f64,
    end: f64,
    calendar: &Calendar,
) -> Result<f64, CellError> {
    let (start, end) = (day_of(context, start)? as i64, day_of(context, end)? as i64);
    Ok(if start <= end {
        calendar.between(start, end)
    } else {
        -calendar.between(end, start)
    } as f64)
}

/// The day `days` days of work behind `start`, found by halving: the days of work up to a day never fall.
fn advance(
    context: &Context<'_>,
    start: f64,
    days: f64,
    calendar: &Calendar,
) -> Result<f64, CellError> {
    let start = day_of(context, start)? as i64;
    let days = days.trunc();
    if days == 0.0 {
        return Ok(start as f64);
    }
    if days.abs() > crate::value::date_serial::SERIAL_END {
        return Err(CellError::Num);
    }
    let wanted = days.abs() as i64;
    let worked = |distance: i64| {
        if days > 0.0 {
            calendar.between(start + 1, start + distance)
        } else {
            calendar.between(start - distance, start - 1)
        }
    };
    // Seven calendar days hold at least one day of work, but for holidays.
    let (mut low, mut high) = (0, wanted * 7 + calendar.holidays.len() as i64 * 7 + 7);
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if worked(middle) < wanted {
            low = middle;
        } else {
            high = middle;
        }
    }
    let day = if days > 0.0 {
        start + high
    } else {
        start - high
    };
    let found = day as f64;
    if !is_valid_serial(found, calendar.date1904) || !calendar.is_worked(day) {
        return Err(CellError::Num);
    }
    Ok(found)
}
