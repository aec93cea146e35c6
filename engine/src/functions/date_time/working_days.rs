//! Working days: NETWORKDAYS, WORKDAY and their kin with other weekends.

use std::ops::ControlFlow;

use super::{day_of, plain_number};
use crate::functions::declare::functions;
use crate::functions::{Context, Operand};
use crate::value::date_serial::{SERIAL_END, is_valid_serial, weekday};
use crate::value::{CellError, Value, ValueRef, parse_number};

functions! {
    /// The number of working days, Monday to Friday without holidays, between two dates, both included.
    ///
    /// It is negative if `end` lies before `start`.
    ///
    ///     =NETWORKDAYS("2012-10-01", "2013-03-01")                  -> 110
    ///     =NETWORKDAYS("2012-10-01", "2013-03-01", "2012-11-22")    -> 109
    "NETWORKDAYS"(start: Any, end: Any, holidays: Table or omitted) [refuses_ranges] => array(networkdays);

    /// The number of days that are neither weekend nor holiday between two dates, both included.
    ///
    /// The weekend is 1 for Saturday and Sunday, 2 for Sunday and Monday, … 7 for Friday and Saturday, 11 for Sunday
    /// only, … 17 for Saturday only, or a text of seven digits from Monday on, 1 for a day off.
    ///
    ///     =NETWORKDAYS.INTL("2006-01-01", "2006-01-31")             -> 22
    ///     =NETWORKDAYS.INTL("2006-01-01", "2006-01-31", 7)          -> 23
    ///     =NETWORKDAYS.INTL("2006-01-01", "2006-01-31", "0000011")  -> 22
    "NETWORKDAYS.INTL"(start: Any, end: Any, weekend: Any or omitted, holidays: Table or omitted) => array(networkdays_intl);

    /// The date some working days later, or earlier if `days` is negative.
    ///
    ///     =WORKDAY("2008-10-01", 151)                               -> 39933
    ///     =WORKDAY("2008-10-01", 151, {39778,39786,39834})          -> 39938
    "WORKDAY"(start: Any, days: Any, holidays: Table or omitted) [refuses_ranges] => array(workday);

    /// The date some days later that are neither weekend nor holiday; the weekend as in NETWORKDAYS.INTL.
    ///
    ///     =WORKDAY.INTL("2012-01-01", 90, 11)                       -> 41013
    ///     =WORKDAY.INTL("2012-01-01", 30, "1111111")                -> #VALUE!
    "WORKDAY.INTL"(start: Any, days: Any, weekend: Any or omitted, holidays: Table or omitted) => array(workday_intl);
}

#[cfg(test)]
mod tests;

/// Which days of a week are worked, Sunday first.
type Week = [bool; 7];

const MONDAY_TO_FRIDAY: Week = [false, true, true, true, true, true, false];

fn networkdays(
    context: &Context<'_>,
    start: ValueRef<'_>,
    end: ValueRef<'_>,
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
    start: ValueRef<'_>,
    end: ValueRef<'_>,
    weekend: Option<ValueRef<'_>>,
    holidays: &Operand,
) -> Result<f64, CellError> {
    let calendar = Calendar::new(context, week(context, weekend)?, holidays)?;
    count(context, start, end, &calendar)
}

fn workday(
    context: &Context<'_>,
    start: ValueRef<'_>,
    days: ValueRef<'_>,
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
    start: ValueRef<'_>,
    days: ValueRef<'_>,
    weekend: Option<ValueRef<'_>>,
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
fn week(context: &Context<'_>, weekend: Option<ValueRef<'_>>) -> Result<Week, CellError> {
    let number = match weekend {
        None => return Ok(MONDAY_TO_FRIDAY),
        Some(ValueRef::Text(text)) => {
            if text.len() != 7 || !text.bytes().all(|byte| matches!(byte, b'0' | b'1')) {
                return Err(CellError::Value);
            }
            let mut week: Week = [true; 7];
            for (from_monday, byte) in text.bytes().enumerate() {
                week[(from_monday + 1) % 7] = byte == b'0';
            }
            return Ok(week);
        }
        Some(value) => plain_number(context, value)?,
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
#[derive(Debug)]
struct Calendar {
    week: Week,
    date1904: bool,
    /// Holidays that fall on days of work, in order, each once.
    holidays: Vec<i64>,
}

impl Calendar {
    fn new(context: &Context<'_>, week: Week, holidays: &Operand) -> Result<Calendar, CellError> {
        let days = holiday_days(context, holidays)?;
        Ok(Calendar::of(week, context.conventions.date1904, days))
    }

    fn of(week: Week, date1904: bool, mut holidays: Vec<i64>) -> Calendar {
        holidays.retain(|day| week[weekday(*day as f64, date1904) as usize]);
        holidays.sort_unstable();
        holidays.dedup();
        Calendar {
            week,
            date1904,
            holidays,
        }
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

    /// The day `days` days of work behind `start`, found by halving: the number of days of work up to a day never
    /// falls. No days of work are `start` itself, even on a weekend.
    fn advance(&self, start: i64, days: i64) -> i64 {
        let wanted = days.abs();
        let worked = |distance: i64| {
            if days > 0 {
                self.between(start + 1, start + distance)
            } else {
                self.between(start - distance, start - 1)
            }
        };
        // Seven days of the calendar hold at least one day of work, but for holidays.
        let (mut low, mut high) = (0, (wanted + self.holidays.len() as i64 + 1) * 7);
        while wanted > 0 && high - low > 1 {
            let middle = low + (high - low) / 2;
            if worked(middle) < wanted {
                low = middle;
            } else {
                high = middle;
            }
        }
        match days {
            0 => start,
            1.. => start + high,
            _ => start - high,
        }
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
    start: ValueRef<'_>,
    end: ValueRef<'_>,
    calendar: &Calendar,
) -> Result<f64, CellError> {
    let (start, end) = (plain_number(context, start)?, plain_number(context, end)?);
    let (start, end) = (day_of(context, start)? as i64, day_of(context, end)? as i64);
    Ok(if start <= end {
        calendar.between(start, end)
    } else {
        -calendar.between(end, start)
    } as f64)
}

fn advance(
    context: &Context<'_>,
    start: ValueRef<'_>,
    days: ValueRef<'_>,
    calendar: &Calendar,
) -> Result<f64, CellError> {
    let (start, days) = (plain_number(context, start)?, plain_number(context, days)?);
    let start = day_of(context, start)? as i64;
    if days.abs() > SERIAL_END {
        return Err(CellError::Num);
    }
    let day = calendar.advance(start, days as i64) as f64;
    if is_valid_serial(day, calendar.date1904) {
        Ok(day)
    } else {
        Err(CellError::Num)
    }
}
