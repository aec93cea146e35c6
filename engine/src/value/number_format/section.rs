//! One section of a number format code: its tokens, and what kind of section they make.

use super::digits::Layout;
use super::reader::read_tokens;
use crate::value::CellError;

/// One part of a section.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Token {
    /// A character shown as it is.
    Literal(char),
    /// `0`, `#` or `?`.
    Digit(Placeholder),
    /// The decimal point.
    Point,
    /// A comma; whether it groups or scales is decided by where it stands.
    Comma,
    /// `%`.
    Percent,
    /// `/`.
    Slash,
    /// `E+`, `E-`, `e+`, `e-`.
    Exponent { letter: char, plus: bool },
    /// `@`.
    Text,
    /// `General`.
    General,
    /// A part of a date or a time.
    Date(DatePart),
}

/// What a digit that is not there leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Placeholder {
    /// `0`: a zero.
    Zero,
    /// `#`: nothing.
    Nothing,
    /// `?`: a space.
    Space,
}

/// A part of a date or a time, with the number of its letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DatePart {
    Year(usize),
    /// Years of the Buddhist era.
    BuddhistYear(usize),
    Month(usize),
    Day(usize),
    Hour(usize),
    Minute(usize),
    Second(usize),
    /// `.000` behind seconds.
    Fraction(usize),
    /// `[h]`: all hours.
    ElapsedHours(usize),
    /// `[m]`: all minutes.
    ElapsedMinutes(usize),
    /// `[s]`: all seconds.
    ElapsedSeconds(usize),
    /// `AM/PM`.
    AmPm,
    /// `A/P`, with the letters as written.
    Ap(char, char),
}

/// A comparison with a number, `[>=100]`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Condition {
    pub(super) comparison: Comparison,
    pub(super) limit: f64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Comparison {
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Equal,
    NotEqual,
}

impl Condition {
    /// Whether the number meets the condition.
    pub(super) fn holds(self, x: f64) -> bool {
        match self.comparison {
            Comparison::Less => x < self.limit,
            Comparison::LessOrEqual => x <= self.limit,
            Comparison::Greater => x > self.limit,
            Comparison::GreaterOrEqual => x >= self.limit,
            Comparison::Equal => x == self.limit,
            Comparison::NotEqual => x != self.limit,
        }
    }

    /// Whether only negative numbers meet the condition: the section then shows no sign of its own.
    pub(super) fn holds_for_negatives_only(self) -> bool {
        match self.comparison {
            Comparison::Less => self.limit <= 0.0,
            Comparison::LessOrEqual | Comparison::Equal => self.limit < 0.0,
            _ => false,
        }
    }

    /// Whether only negative numbers fail the condition.
    pub(super) fn fails_for_negatives_only(self) -> bool {
        match self.comparison {
            Comparison::GreaterOrEqual => self.limit <= 0.0,
            Comparison::Greater | Comparison::NotEqual => self.limit < 0.0,
            _ => false,
        }
    }
}

/// What a section shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Nothing of the value.
    Literal,
    General,
    Number,
    Scientific,
    Fraction,
    Date,
    Text,
}

/// A section of a format.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Section {
    pub(super) tokens: Vec<Token>,
    pub(super) kind: Kind,
    pub(super) condition: Option<Condition>,
    /// What the digits ask of a number.
    pub(super) layout: Layout,
}

impl Section {
    /// Reads one section.
    ///
    /// # Errors
    ///
    /// `#VALUE!` if it mixes digits with parts of dates.
    pub(super) fn parse(code: &str) -> Result<Section, CellError> {
        let code = system_format(code).unwrap_or(code);
        let (mut tokens, condition) = read_tokens(code);
        let kind = kind_of(&tokens)?;
        match kind {
            Kind::Date => settle_date(&mut tokens),
            Kind::Number | Kind::Scientific | Kind::Fraction => {}
            // Without digits these are ordinary characters.
            Kind::Literal | Kind::General | Kind::Text => tokens.iter_mut().for_each(plain),
        }
        Ok(Section {
            layout: Layout::of(&tokens),
            tokens,
            kind,
            condition,
        })
    }

    /// Whether the section shows texts.
    pub(super) fn holds_text(&self) -> bool {
        self.tokens.contains(&Token::Text)
    }
}

/// The code that stands for the system's long date or time, whatever else the section says.
fn system_format(code: &str) -> Option<&'static str> {
    let has = |marks: [&str; 2]| {
        marks.iter().any(|mark| {
            let mut starts = code.char_indices().map(|(start, _)| start);
            starts.any(|start| {
                code.get(start..start + mark.len())
                    .is_some_and(|part| part.eq_ignore_ascii_case(mark))
            })
        })
    };
    if has(["[$-F800]", "[$-x-sysdate]"]) {
        Some("dddd, mmmm d, yyyy")
    } else if has(["[$-F400]", "[$-x-systime]"]) {
        Some("h:mm:ss AM/PM")
    } else {
        None
    }
}

fn plain(token: &mut Token) {
    *token = match *token {
        Token::Point => Token::Literal('.'),
        Token::Comma => Token::Literal(','),
        Token::Percent => Token::Literal('%'),
        Token::Slash => Token::Literal('/'),
        other => other,
    };
}

fn kind_of(tokens: &[Token]) -> Result<Kind, CellError> {
    let has = |wanted: fn(&Token) -> bool| tokens.iter().any(wanted);
    if has(|token| matches!(token, Token::Date(_))) {
        return if mixes_digits(tokens) {
            Err(CellError::Value)
        } else {
            Ok(Kind::Date)
        };
    }
    let digits = has(|token| matches!(token, Token::Digit(_)));
    Ok(if has(|token| matches!(token, Token::General)) {
        Kind::General
    } else if digits && has(|token| matches!(token, Token::Exponent { .. })) {
        Kind::Scientific
    } else if is_fraction(tokens) {
        Kind::Fraction
    } else if digits {
        Kind::Number
    } else if has(|token| matches!(token, Token::Text)) {
        Kind::Text
    } else {
        Kind::Literal
    })
}

/// Whether there are digits beside those of a fraction of a second.
fn mixes_digits(tokens: &[Token]) -> bool {
    let mut fraction = false;
    tokens.iter().any(|token| match token {
        Token::Point => {
            fraction = true;
            false
        }
        Token::Digit(Placeholder::Zero) => !fraction,
        Token::Digit(_) => true,
        _ => {
            fraction = false;
            false
        }
    })
}

/// Whether a slash has digits before it and, next to it or behind literals, after it.
fn is_fraction(tokens: &[Token]) -> bool {
    let Some(slash) = tokens.iter().position(|token| *token == Token::Slash) else {
        return false;
    };
    let digit = |token: &Token| matches!(token, Token::Digit(_));
    let number = |token: &Token| digit(token) || matches!(token, Token::Literal('1'..='9'));
    tokens[..slash].iter().any(digit) && tokens[slash..].iter().any(number)
}

/// Turns points, commas and slashes into literals, zeros behind a point into fractions of seconds, and months next to
/// hours or seconds into minutes.
fn settle_date(tokens: &mut Vec<Token>) {
    let mut settled: Vec<Token> = Vec::with_capacity(tokens.len());
    for token in tokens.iter().copied() {
        match (token, settled.last_mut()) {
            (Token::Digit(_), Some(last @ Token::Literal('.'))) => {
                *last = Token::Date(DatePart::Fraction(1));
            }
            (Token::Digit(_), Some(Token::Date(DatePart::Fraction(count)))) => *count += 1,
            (mut other, _) => {
                plain(&mut other);
                settled.push(other);
            }
        }
    }
    let elapsed = elapse(&mut settled);
    let parts: Vec<usize> = (0..settled.len())
        .filter(|place| {
            matches!(settled[*place], Token::Date(part)
                if !matches!(part, DatePart::Fraction(_) | DatePart::AmPm | DatePart::Ap(..)))
        })
        .collect();
    for (order, &place) in parts.iter().enumerate() {
        let Token::Date(DatePart::Month(letters @ (1 | 2))) = settled[place] else {
            continue;
        };
        let at = |order: Option<usize>| {
            order
                .and_then(|order| parts.get(order))
                .map(|p| settled[*p])
        };
        let after_hours = matches!(
            at(order.checked_sub(1)),
            Some(Token::Date(DatePart::Hour(_)))
        );
        let before_seconds = matches!(
            at(order.checked_add(1)),
            Some(Token::Date(DatePart::Second(_)))
        );
        if elapsed || after_hours || before_seconds {
            settled[place] = Token::Date(DatePart::Minute(letters));
        }
    }
    *tokens = settled;
}

/// Makes every part of a unit that is elapsed somewhere elapsed, and says whether there is one.
fn elapse(tokens: &mut [Token]) -> bool {
    let has = |wanted: fn(&DatePart) -> bool| {
        tokens
            .iter()
            .any(|token| matches!(token, Token::Date(part) if wanted(part)))
    };
    let hours = has(|part| matches!(part, DatePart::ElapsedHours(_)));
    let minutes = has(|part| matches!(part, DatePart::ElapsedMinutes(_)));
    let seconds = has(|part| matches!(part, DatePart::ElapsedSeconds(_)));
    for token in tokens {
        let Token::Date(part) = token else { continue };
        *part = match *part {
            DatePart::Hour(letters) if hours => DatePart::ElapsedHours(letters),
            DatePart::Month(letters @ (1 | 2)) if minutes => DatePart::ElapsedMinutes(letters),
            DatePart::Second(letters) if seconds => DatePart::ElapsedSeconds(letters),
            other => other,
        };
    }
    hours || minutes || seconds
}
