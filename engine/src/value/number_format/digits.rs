//! Sections of digits: plain numbers and numbers with exponents.
//!
//! The number is first rounded to a string of digits, then the digits are dealt out to the placeholders: those before
//! the point from the right, those behind it from the left. Literals may stand anywhere between.

use super::section::{Placeholder, Section, Token};
use crate::value::decimal::{Decimal15, Rounding};

/// What the placeholders of a section ask of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Layout {
    /// Placeholders before the point.
    pub(super) whole: usize,
    /// Placeholders behind the point.
    pub(super) decimals: usize,
    /// Whether thousands are separated.
    pub(super) grouped: bool,
    /// How often the number is divided by 1000.
    pub(super) thousands: i32,
    /// How often it is multiplied by 100.
    pub(super) percents: i32,
}

impl Layout {
    /// The layout of tokens up to an exponent.
    ///
    /// A comma between digits groups; commas behind the last digit before the point, or behind the last digit at all,
    /// divide.
    pub(super) fn of(tokens: &[Token]) -> Layout {
        let mut layout = Layout::default();
        let mut pending = 0;
        let mut behind_point = false;
        for token in tokens {
            match token {
                Token::Digit(_) if behind_point => {
                    layout.decimals += 1;
                    pending = 0;
                }
                Token::Digit(_) => {
                    layout.whole += 1;
                    layout.grouped |= pending > 0;
                    pending = 0;
                }
                Token::Comma if layout.whole + layout.decimals > 0 => pending += 1,
                Token::Point if !behind_point => {
                    behind_point = true;
                    layout.thousands += pending;
                    pending = 0;
                }
                Token::Percent => layout.percents += 1,
                Token::Exponent { .. } => break,
                _ => {}
            }
        }
        layout.thousands += pending;
        layout
    }
}

/// Appends the magnitude of a number.
pub(super) fn push_number(out: &mut String, section: &Section, x: f64) {
    let layout = section.layout;
    let mut decimal = Decimal15::of(x);
    if decimal.digits != 0 {
        decimal.exponent += 2 * layout.percents - 3 * layout.thousands;
    }
    let (whole, fraction) = fixed(decimal, layout.decimals);
    Dealer::new(&layout, &whole, &fraction).deal(out, &section.tokens);
}

/// Appends the magnitude of a number with an exponent.
pub(super) fn push_scientific(out: &mut String, section: &Section, x: f64) {
    let split = section
        .tokens
        .iter()
        .position(|token| matches!(token, Token::Exponent { .. }));
    let Some(split) = split else {
        return push_number(out, section, x);
    };
    let (mantissa, power) = (&section.tokens[..split], &section.tokens[split + 1..]);
    let layout = Layout {
        thousands: 0,
        percents: 0,
        ..section.layout
    };
    let decimal = Decimal15::of(x);
    let (mut exponent, mut digits) = scaled_mantissa(decimal, decimal.exponent, &layout);
    if digits.0.len() > layout.whole && decimal.digits != 0 {
        // Rounding carried into a digit more: the next step of exponents.
        (exponent, digits) = scaled_mantissa(decimal, decimal.exponent + 1, &layout);
    }
    if decimal.digits == 0 {
        // Zero fills every place.
        digits.0 = "0".repeat(layout.whole);
    }
    Dealer::new(&layout, &digits.0, &digits.1).deal(out, mantissa);
    let Token::Exponent { letter, plus } = section.tokens[split] else {
        return;
    };
    out.push(letter);
    let sign = match (exponent < 0, plus) {
        (true, _) => Some('-'),
        (false, true) => Some('+'),
        (false, false) => None,
    };
    let layout = Layout {
        whole: power
            .iter()
            .filter(|token| matches!(token, Token::Digit(_)))
            .count(),
        ..Layout::default()
    };
    let mut dealer = Dealer::new(&layout, "", "");
    let exponent = exponent.unsigned_abs().to_string();
    dealer.whole = &exponent;
    dealer.sign = sign;
    dealer.deal(out, power);
}

/// The exponent that is shown for a number of this exponent, and the digits of the mantissa that go with it.
///
/// With several placeholders before the point the exponent is a multiple of their number.
fn scaled_mantissa(decimal: Decimal15, exponent: i32, layout: &Layout) -> (i32, (String, String)) {
    let shown = match layout.whole as i32 {
        _ if decimal.digits == 0 => 0,
        0 => exponent + 1,
        period => exponent.div_euclid(period) * period,
    };
    let mantissa = Decimal15 {
        exponent: decimal.exponent - shown,
        ..decimal
    };
    (shown, fixed(mantissa, layout.decimals))
}

/// The digits before the point, without leading zeros, and `decimals` digits behind it.
pub(super) fn fixed(decimal: Decimal15, decimals: usize) -> (String, String) {
    let mut digits = match decimal.round_to(decimals as i32, Rounding::HalfAway) {
        Some(0) => String::new(),
        Some(count) => count.to_string(),
        None => {
            let mut digits = decimal.digits.to_string();
            let zeros = decimal.exponent - 14 + decimals as i32;
            digits.extend(std::iter::repeat_n('0', zeros.max(0) as usize));
            digits
        }
    };
    if digits.len() < decimals {
        digits.insert_str(0, &"0".repeat(decimals - digits.len()));
    }
    let fraction = digits.split_off(digits.len() - decimals);
    (digits, fraction)
}

/// Deals digits out to placeholders.
pub(super) struct Dealer<'a> {
    whole: &'a str,
    fraction: &'a str,
    /// Digits of the fraction without its trailing zeros.
    significant: usize,
    layout: Layout,
    /// Shown before the first digit.
    sign: Option<char>,
    /// Placeholders before the point, and behind it, that are dealt.
    dealt: (usize, usize),
    behind_point: bool,
}

impl<'a> Dealer<'a> {
    /// A dealer of these digits.
    pub(super) fn new(layout: &Layout, whole: &'a str, fraction: &'a str) -> Dealer<'a> {
        Dealer {
            whole,
            fraction,
            significant: fraction.trim_end_matches('0').len(),
            layout: *layout,
            sign: None,
            dealt: (0, 0),
            behind_point: false,
        }
    }

    /// Appends the tokens with the digits in their places.
    pub(super) fn deal(&mut self, out: &mut String, tokens: &[Token]) {
        for token in tokens {
            match *token {
                Token::Literal(c) => out.push(c),
                Token::Digit(placeholder) if self.behind_point => {
                    self.deal_decimal(out, placeholder);
                }
                Token::Digit(placeholder) => self.deal_whole(out, placeholder),
                Token::Point if self.behind_point => out.push('.'),
                Token::Point => {
                    if self.layout.whole == 0 {
                        out.push_str(self.whole);
                    }
                    self.behind_point = true;
                    out.push('.');
                }
                Token::Comma if self.dealt == (0, 0) => out.push(','),
                Token::Percent => out.push('%'),
                Token::Slash => out.push('/'),
                _ => {}
            }
        }
    }

    fn deal_whole(&mut self, out: &mut String, placeholder: Placeholder) {
        out.extend(self.sign.take());
        let place = (self.layout.whole - 1).saturating_sub(self.dealt.0);
        let length = self.whole.len();
        if self.dealt.0 == 0 && length > self.layout.whole {
            // More digits than placeholders: the first one takes those in front.
            for (index, digit) in self.whole[..length - self.layout.whole].chars().enumerate() {
                out.push(digit);
                self.group(out, length - 1 - index, ',');
            }
        }
        self.dealt.0 += 1;
        if place < length {
            out.push_str(&self.whole[length - 1 - place..length - place]);
            self.group(out, place, ',');
            return;
        }
        match placeholder {
            Placeholder::Zero => {
                out.push('0');
                self.group(out, place, ',');
            }
            Placeholder::Space => {
                out.push(' ');
                self.group(out, place, ' ');
            }
            Placeholder::Nothing => {}
        }
    }

    fn group(&self, out: &mut String, place: usize, separator: char) {
        if self.layout.grouped && place > 0 && place.is_multiple_of(3) {
            out.push(separator);
        }
    }

    fn deal_decimal(&mut self, out: &mut String, placeholder: Placeholder) {
        let index = self.dealt.1;
        self.dealt.1 += 1;
        if index < self.significant || placeholder == Placeholder::Zero {
            out.push_str(self.fraction.get(index..=index).unwrap_or("0"));
        } else if placeholder == Placeholder::Space {
            out.push(' ');
        }
    }
}
