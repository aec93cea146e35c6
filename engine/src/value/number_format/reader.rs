//! Reads the characters of a section into tokens, without knowing yet what kind of section they make.

use super::section::{Comparison, Condition, DatePart, Placeholder, Token};

/// The tokens of a section's code, and its condition.
pub(super) fn read_tokens(code: &str) -> (Vec<Token>, Option<Condition>) {
    let mut reader = Reader {
        rest: code,
        tokens: Vec::with_capacity(code.len()),
        condition: None,
    };
    reader.read();
    (reader.tokens, reader.condition)
}

struct Reader<'a> {
    rest: &'a str,
    tokens: Vec<Token>,
    condition: Option<Condition>,
}

impl Reader<'_> {
    fn read(&mut self) {
        while let Some(first) = self.rest.chars().next() {
            match first {
                '"' => self.quoted(),
                '\\' | '_' | '*' => self.escaped(first),
                '[' => self.bracket(),
                _ => self.bare(first),
            }
        }
    }

    fn advance(&mut self, bytes: usize) {
        self.rest = &self.rest[bytes..];
    }

    fn quoted(&mut self) {
        self.advance(1);
        let end = self.rest.find('"').unwrap_or(self.rest.len());
        self.tokens
            .extend(self.rest[..end].chars().map(Token::Literal));
        self.advance((end + 1).min(self.rest.len()));
    }

    fn escaped(&mut self, mark: char) {
        self.advance(1);
        if let Some(next) = self.rest.chars().next() {
            match mark {
                '\\' => self.tokens.push(Token::Literal(next)),
                // The width of a character, which is a space in a text.
                '_' => self.tokens.push(Token::Literal(' ')),
                _ => {}
            }
            self.advance(next.len_utf8());
        }
    }

    /// Reads `[h]`, `[>=5]`, `[$€-407]`, `[Red]` and others that show nothing.
    fn bracket(&mut self) {
        let Some(end) = self.rest.find(']') else {
            self.tokens.push(Token::Literal('['));
            self.advance(1);
            return;
        };
        let inside = &self.rest[1..end];
        let letters = inside.len();
        let all = |letter: u8| {
            letters > 0
                && inside
                    .bytes()
                    .all(|byte| byte.eq_ignore_ascii_case(&letter))
        };
        if all(b'h') {
            self.tokens
                .push(Token::Date(DatePart::ElapsedHours(letters)));
        } else if all(b'm') {
            self.tokens
                .push(Token::Date(DatePart::ElapsedMinutes(letters)));
        } else if all(b's') {
            self.tokens
                .push(Token::Date(DatePart::ElapsedSeconds(letters)));
        } else if let Some(currency) = inside.strip_prefix('$') {
            let symbol = currency
                .split_once('-')
                .map_or(currency, |(symbol, _)| symbol);
            self.tokens.extend(symbol.chars().map(Token::Literal));
        } else if let Some(condition) = condition(inside) {
            self.condition = Some(condition);
        }
        self.advance(end + 1);
    }

    fn bare(&mut self, first: char) {
        let lower = first.to_ascii_lowercase();
        let starts = |word: &str| {
            self.rest
                .get(..word.len())
                .is_some_and(|start| start.eq_ignore_ascii_case(word))
        };
        let has_digit = || {
            self.tokens
                .iter()
                .any(|token| matches!(token, Token::Digit(_)))
        };
        let second = self.rest.chars().nth(1);
        let (token, length) = match lower {
            '0' => (Token::Digit(Placeholder::Zero), 1),
            '#' => (Token::Digit(Placeholder::Nothing), 1),
            '?' => (Token::Digit(Placeholder::Space), 1),
            '.' => (Token::Point, 1),
            ',' => (Token::Comma, 1),
            '%' => (Token::Percent, 1),
            '/' => (Token::Slash, 1),
            '@' => (Token::Text, 1),
            'g' if starts("general") => (Token::General, 7),
            'a' if starts("am/pm") => (Token::Date(DatePart::AmPm), 5),
            'a' if starts("a/p") => {
                let last = self.rest.chars().nth(2).unwrap_or('P');
                (Token::Date(DatePart::Ap(first, last)), 3)
            }
            'e' if matches!(second, Some('+' | '-')) && has_digit() => {
                let plus = second == Some('+');
                (
                    Token::Exponent {
                        letter: first,
                        plus,
                    },
                    2,
                )
            }
            // The calendars of B1 and B2 are not ours; the date is shown in the usual one.
            'b' if matches!(second, Some('1' | '2')) => return self.advance(2),
            'y' | 'm' | 'd' | 'h' | 's' | 'e' | 'b' => {
                let run = self.rest.bytes();
                let count = run
                    .take_while(|byte| byte.eq_ignore_ascii_case(&(lower as u8)))
                    .count();
                (Token::Date(date_part(lower, count)), count)
            }
            _ => (Token::Literal(first), first.len_utf8()),
        };
        self.tokens.push(token);
        self.advance(length);
    }
}

fn date_part(letter: char, count: usize) -> DatePart {
    match letter {
        'y' => DatePart::Year(count),
        'e' => DatePart::Year(4),
        'b' => DatePart::BuddhistYear(count),
        'm' => DatePart::Month(count),
        'd' => DatePart::Day(count),
        'h' => DatePart::Hour(count),
        _ => DatePart::Second(count),
    }
}

fn condition(text: &str) -> Option<Condition> {
    let operators = [
        ("<=", Comparison::LessOrEqual),
        (">=", Comparison::GreaterOrEqual),
        ("<>", Comparison::NotEqual),
        ("<", Comparison::Less),
        (">", Comparison::Greater),
        ("=", Comparison::Equal),
    ];
    operators.iter().find_map(|(operator, comparison)| {
        let limit = text.strip_prefix(operator)?.trim_start();
        Some(Condition {
            comparison: *comparison,
            limit: crate::value::parse_number_17(limit)?,
        })
    })
}
