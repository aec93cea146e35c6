//! Dates and times as they are typed in en-US: month before day, ISO dates, month names, `h:mm:ss AM`.

use crate::value::Conventions;
use crate::value::date_serial::{days_in_month, serial_from_date, time_fraction};
use crate::value::decimal::scaled;

/// Parts of the longest date with a time: weekday, month, day, year, hours, minutes, seconds, AM and what separates
/// them.
const TOKENS_MAX: usize = 24;

#[derive(Debug, Clone, Copy, PartialEq)]
enum Token<'a> {
    /// Up to nine digits: the value, and how many there are.
    Number(u32, usize),
    /// Letters.
    Word(&'a str),
    /// One of `/ - , : .`.
    Mark(u8),
    /// One or more spaces.
    Space,
}

/// A date, a time or both, and the format that goes with the notation.
pub(super) struct Moment {
    /// The serial number of the day.
    pub(super) date: Option<f64>,
    /// The time in days.
    pub(super) time: Option<f64>,
    pub(super) format: &'static str,
}

/// Reads a date, a time, or both in either order.
pub(super) fn parse(text: &str, conventions: &Conventions) -> Option<Moment> {
    let tokens = tokenize(text)?;
    let tokens = tokens.as_slice();
    if let Some(time) = parse_time(tokens) {
        return Some(Moment {
            date: None,
            time: Some(time.fraction),
            format: time.format,
        });
    }
    if let Some((serial, format)) = parse_date(tokens, conventions) {
        return Some(Moment {
            date: Some(serial),
            time: None,
            format,
        });
    }
    for (place, _) in tokens
        .iter()
        .enumerate()
        .filter(|(_, token)| **token == Token::Space)
    {
        let (before, after) = (&tokens[..place], &tokens[place + 1..]);
        let pair = match parse_time(after) {
            Some(time) => parse_date(before, conventions).map(|date| (date, time)),
            None => parse_time(before)
                .and_then(|time| parse_date(after, conventions).map(|date| (date, time))),
        };
        if let Some(((serial, _), time)) = pair {
            return Some(Moment {
                date: Some(serial),
                time: Some(time.fraction),
                format: "m/d/yyyy h:mm",
            });
        }
    }
    None
}

fn tokenize(text: &str) -> Option<Vec<Token<'_>>> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(&first) = rest.as_bytes().first() {
        let run = |class: fn(&u8) -> bool| rest.bytes().take_while(class).count();
        let (token, length) = match first {
            b'0'..=b'9' => {
                let length = run(u8::is_ascii_digit);
                if length > 9 {
                    return None;
                }
                (Token::Number(rest[..length].parse().ok()?, length), length)
            }
            b' ' => (Token::Space, run(|byte| *byte == b' ')),
            b'/' | b'-' | b',' | b':' | b'.' => (Token::Mark(first), 1),
            b'a'..=b'z' | b'A'..=b'Z' => {
                let length = run(u8::is_ascii_alphabetic);
                (Token::Word(&rest[..length]), length)
            }
            _ => return None,
        };
        if tokens.len() == TOKENS_MAX {
            return None;
        }
        tokens.push(token);
        rest = &rest[length..];
    }
    Some(tokens)
}

struct Time {
    fraction: f64,
    format: &'static str,
}

/// Reads `h:mm`, `h:mm:ss`, `h:mm:ss.000`, `mm:ss.0`, each with ` AM` or ` PM`, and `h AM`.
fn parse_time(tokens: &[Token<'_>]) -> Option<Time> {
    let (clock, afternoon) = match tokens {
        [clock @ .., Token::Space, Token::Word(word)] => (clock, Some(half_of_day(word)?)),
        clock => (clock, None),
    };
    let (clock, thousandths) = match clock {
        [clock @ .., Token::Mark(b'.'), Token::Number(value, digits)] => {
            (clock, Some(scaled(u64::from(*value), -(*digits as i32))))
        }
        [clock @ .., Token::Mark(b'.')] if clock.len() >= 3 => (clock, Some(0.0)),
        clock => (clock, None),
    };
    let colon = Token::Mark(b':');
    let (hours, minutes, seconds) = match *clock {
        [Token::Number(h, _)] if afternoon.is_some() && thousandths.is_none() => (h, 0, None),
        [Token::Number(m, _), c, Token::Number(s, _)] if c == colon && thousandths.is_some() => {
            (0, m, Some(s))
        }
        [Token::Number(h, _), c, Token::Number(m, _)] if c == colon => (h, m, None),
        [
            Token::Number(h, _),
            c,
            Token::Number(m, _),
            d,
            Token::Number(s, _),
        ] if c == colon && d == colon => (h, m, Some(s)),
        _ => return None,
    };
    if minutes > 59 || seconds.is_some_and(|s| s > 59) || hours > 9_999 {
        return None;
    }
    let hour = match afternoon {
        Some(_) if hours > 12 => return None,
        Some(afternoon) => hours % 12 + if afternoon { 12 } else { 0 },
        None => hours,
    };
    let of_minute = f64::from(seconds.unwrap_or(0)) + thousandths.unwrap_or(0.0);
    let format = match (afternoon.is_some(), seconds.is_some()) {
        (true, true) => "h:mm:ss AM/PM",
        (true, false) => "h:mm AM/PM",
        _ if thousandths.is_some() => "mm:ss.0",
        _ if hour >= 24 => "[h]:mm:ss",
        (false, true) => "h:mm:ss",
        (false, false) => "h:mm",
    };
    Some(Time {
        fraction: time_fraction(f64::from(hour), f64::from(minutes), of_minute),
        format,
    })
}

/// Whether the word means the afternoon.
fn half_of_day(word: &str) -> Option<bool> {
    let is = |name: &str| word.eq_ignore_ascii_case(name);
    match () {
        () if is("AM") || is("A") => Some(false),
        () if is("PM") || is("P") => Some(true),
        () => None,
    }
}

/// A part of a date.
#[derive(Clone, Copy)]
enum Part {
    Number(u32, usize),
    Month(u32),
}

fn parse_date(tokens: &[Token<'_>], conventions: &Conventions) -> Option<(f64, &'static str)> {
    let tokens = match tokens {
        [
            Token::Word(word),
            Token::Mark(b','),
            Token::Space,
            rest @ ..,
        ] if is_weekday(word) => rest,
        all => all,
    };
    let mut parts = [Part::Number(0, 0); 3];
    let mut count = 0;
    let mut rest = tokens;
    let mut spaced = false;
    while let [first, after @ ..] = rest {
        let part = match *first {
            Token::Number(value, digits) => Part::Number(value, digits),
            Token::Word(word) => Part::Month(month_of(word)?),
            _ => return None,
        };
        *parts.get_mut(count)? = part;
        count += 1;
        let (blank, length) = separator(after);
        // Nothing may follow a separator but another part.
        if length > 0 && after.len() == length {
            return None;
        }
        spaced |= blank && !after.is_empty();
        rest = &after[length..];
    }
    let named = parts[..count]
        .iter()
        .any(|part| matches!(part, Part::Month(_)));
    if spaced && !named {
        return None;
    }
    match parts[..count] {
        [a, b] => two_parts(a, b, conventions),
        [a, b, c] => three_parts(a, b, c, conventions),
        _ => None,
    }
}

/// What separates two parts of a date: whether it is only good beside month names, and its number of tokens.
fn separator(tokens: &[Token<'_>]) -> (bool, usize) {
    match tokens {
        [Token::Mark(b'/' | b'-'), ..] => (false, 1),
        [Token::Mark(b','), Token::Space, ..] => (true, 2),
        [Token::Mark(b','), ..] => (true, 1),
        [
            Token::Space,
            Token::Mark(b'/' | b'-' | b','),
            Token::Space,
            ..,
        ] => (true, 3),
        [Token::Space, ..] => (true, 1),
        _ => (true, 0),
    }
}

fn two_parts(a: Part, b: Part, conventions: &Conventions) -> Option<(f64, &'static str)> {
    let serial = |year, month, day| serial_from_date(year, month, day, conventions.date1904);
    let (month, value, digits) = match (a, b) {
        (Part::Month(month), Part::Number(value, digits))
        | (Part::Number(value, digits), Part::Month(month)) => (month, value, digits),
        (Part::Number(year, 4), Part::Number(month, 1 | 2)) => {
            return Some((serial(year as i32, month, 1)?, "mmm-yy"));
        }
        (Part::Number(month, 1 | 2), Part::Number(value, digits)) => (month, value, digits),
        _ => return None,
    };
    if !(1..=12).contains(&month) {
        return None;
    }
    let is_day = digits <= 2 && (1..=days_in_month(conventions.year, month)).contains(&value);
    if is_day {
        return Some((serial(conventions.year, month, value)?, "d-mmm"));
    }
    Some((serial(full_year(value, digits)?, month, 1)?, "mmm-yy"))
}

fn three_parts(
    a: Part,
    b: Part,
    c: Part,
    conventions: &Conventions,
) -> Option<(f64, &'static str)> {
    use Part::{Month, Number};
    let (year, month, day, format) = match (a, b, c) {
        (Number(year, 4), Number(month, 1 | 2), Number(day, 1 | 2)) => {
            (year as i32, month, day, "m/d/yyyy")
        }
        (Number(year, 4), Month(month), Number(day, 1 | 2)) => {
            (year as i32, month, day, "d-mmm-yy")
        }
        (Number(month, 1 | 2), Number(day, 1 | 2), Number(year, digits)) => {
            (full_year(year, digits)?, month, day, "m/d/yyyy")
        }
        (Month(month), Number(day, 1 | 2), Number(year, digits))
        | (Number(day, 1 | 2), Month(month), Number(year, digits)) => {
            (full_year(year, digits)?, month, day, "d-mmm-yy")
        }
        _ => return None,
    };
    Some((
        serial_from_date(year, month, day, conventions.date1904)?,
        format,
    ))
}

/// A year of two digits lies between 1930 and 2029.
fn full_year(value: u32, digits: usize) -> Option<i32> {
    match digits {
        1 | 2 if value < 30 => Some(2000 + value as i32),
        1 | 2 => Some(1900 + value as i32),
        4 => Some(value as i32),
        _ => None,
    }
}

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

const WEEKDAYS: [&str; 7] = [
    "sunday",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
];

/// The month of a full name or of its first three letters; SEPT is one too.
fn month_of(word: &str) -> Option<u32> {
    let place = MONTHS.iter().position(|name| {
        word.eq_ignore_ascii_case(name)
            || word.eq_ignore_ascii_case(&name[..3])
            || (*name == "september" && word.eq_ignore_ascii_case("sept"))
    })?;
    Some(place as u32 + 1)
}

fn is_weekday(word: &str) -> bool {
    WEEKDAYS
        .iter()
        .any(|name| word.eq_ignore_ascii_case(name) || word.eq_ignore_ascii_case(&name[..3]))
}
