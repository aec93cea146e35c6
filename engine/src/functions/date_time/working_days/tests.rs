//! Counting days of work against walking them one by one.

use super::*;
use proptest::prelude::{Strategy, any, prop, prop_assert_eq, proptest};

/// Whether a day is worked, told without counting.
fn is_worked(calendar: &Calendar, day: i64) -> bool {
    calendar.week[calendar.weekday(day)] && !calendar.holidays.contains(&day)
}

fn calendars() -> impl Strategy<Value = Calendar> {
    let week = prop::array::uniform7(any::<bool>())
        .prop_filter("some day must be worked", |week| week.contains(&true));
    let holidays = prop::collection::vec(1_000i64..1_100, 0..20);
    (week, holidays).prop_map(|(week, holidays)| Calendar::of(week, false, holidays))
}

proptest! {
    #[test]
    fn counting_agrees_with_walking(calendar in calendars(), first in 950i64..1_150, length in 0i64..200) {
        let last = first + length;
        let walked = (first..=last).filter(|day| is_worked(&calendar, *day)).count() as i64;
        prop_assert_eq!(calendar.between(first, last), walked);
    }

    #[test]
    fn advancing_agrees_with_walking(calendar in calendars(), start in 950i64..1_150, days in -40i64..40) {
        let mut day = start;
        let mut left = days;
        while left != 0 {
            day += left.signum();
            if is_worked(&calendar, day) {
                left -= left.signum();
            }
        }
        prop_assert_eq!(calendar.advance(start, days), day);
    }
}
