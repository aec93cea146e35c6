//! Sections of fractions: `# ?/?`, `# ??/16`, `?/?`.
//!
//! The fraction is the last convergent of the number's continued fraction whose denominator fits the placeholders,
//! not always the nearest one: 1.3 under `# ?/?` is 1 1/3 although 1 2/7 would be nearer. It is the fraction of the
//! exact binary value: 2.3, a little below that decimal, is 2 2/7. Denominators that the code spells out count in
//! decimals.

use super::digits::{Dealer, Layout, fixed};
use super::section::{Placeholder, Section, Token};
use crate::value::decimal::Decimal15;

/// Digits of the longest denominator that is looked for, as in Excel.
const DIGITS_MAX: usize = 7;

/// Where the parts of a fraction stand among the tokens.
struct Places {
    /// Behind the last digit of the whole part; 0 if it has none.
    whole_end: usize,
    numerator: std::ops::Range<usize>,
    denominator: std::ops::Range<usize>,
    /// The denominator, if the code spells it out.
    fixed: Option<u64>,
}

/// Appends the magnitude of a number as a fraction.
pub(super) fn push_fraction(out: &mut String, section: &Section, x: f64) {
    let tokens = &section.tokens;
    let Some(places) = locate(tokens) else {
        return super::digits::push_number(out, section, x);
    };
    let has_whole = places.whole_end > 0;
    let mut parts = split(x, has_whole, &places);
    let has = |range: std::ops::Range<usize>, placeholder| {
        tokens[range].contains(&Token::Digit(placeholder))
    };
    let whole = 0..places.whole_end;
    let gap = &tokens[places.whole_end..places.numerator.start];
    let is_zero = parts.numerator == "0";
    if has_whole && is_zero && !has(places.numerator.clone(), Placeholder::Zero) {
        let shown = if parts.whole.is_empty() {
            "0"
        } else {
            &parts.whole
        };
        deal(out, &tokens[whole], shown);
        if has(0..places.denominator.end, Placeholder::Space) {
            let width = places.denominator.end - places.whole_end;
            out.extend(std::iter::repeat_n(' ', width));
        }
    } else {
        if x == 0.0 && has_whole && tokens[places.whole_end - 1] == Token::Digit(Placeholder::Space)
        {
            parts.whole.push('0');
        }
        let whole_shown = !parts.whole.is_empty() || has(whole.clone(), Placeholder::Zero);
        deal(out, &tokens[whole.clone()], &parts.whole);
        if whole_shown || !has_whole {
            deal(out, gap, "");
        } else if has(whole, Placeholder::Space)
            || has(places.numerator.clone(), Placeholder::Space)
        {
            out.extend(std::iter::repeat_n(' ', gap.len()));
        }
        deal(out, &tokens[places.numerator.clone()], &parts.numerator);
        deal(
            out,
            &tokens[places.numerator.end..places.denominator.start],
            "",
        );
        push_denominator(out, &tokens[places.denominator.clone()], &parts.denominator);
    }
    deal(out, &tokens[places.denominator.end..], "");
}

fn is_digit(token: &Token) -> bool {
    matches!(token, Token::Digit(_))
}

fn locate(tokens: &[Token]) -> Option<Places> {
    let slash = tokens.iter().position(|token| *token == Token::Slash)?;
    let numerator_end = tokens[..slash].iter().rposition(is_digit)? + 1;
    let numerator_start = tokens[..numerator_end]
        .iter()
        .rposition(|token| !is_digit(token))
        .map_or(0, |place| place + 1);
    let whole_end = tokens[..numerator_start]
        .iter()
        .rposition(is_digit)
        .map_or(0, |place| place + 1);
    let spelled = |token: &Token| matches!(token, Token::Literal('1'..='9'));
    let start = slash
        + tokens[slash..]
            .iter()
            .position(|token| is_digit(token) || spelled(token))?;
    let fixed = spelled(&tokens[start]);
    let goes_on = |token: &&Token| match token {
        Token::Literal('0'..='9') => fixed,
        Token::Digit(Placeholder::Zero) => true,
        Token::Digit(_) => !fixed,
        _ => false,
    };
    let length = tokens[start..].iter().take_while(goes_on).count();
    let spelled_out = tokens[start..start + length]
        .iter()
        .map(|token| match token {
            Token::Literal(digit) => *digit,
            _ => '0',
        })
        .collect::<String>();
    Some(Places {
        whole_end,
        numerator: numerator_start..numerator_end,
        denominator: start..start + length,
        // A denominator of more digits than a number has is no different from that one.
        fixed: fixed.then(|| spelled_out.parse().unwrap_or(u64::MAX).min(999_999_999_999)),
    })
}

/// The digits of the parts; a whole part of zero is empty.
struct Parts {
    whole: String,
    numerator: String,
    denominator: String,
}

fn split(x: f64, has_whole: bool, places: &Places) -> Parts {
    let decimal = Decimal15::of(x);
    if decimal.exponent >= 14 {
        let (whole, _) = fixed(decimal, 0);
        return large(x, whole, has_whole, places.fixed);
    }
    let (mut whole, mut numerator, denominator) = match places.fixed {
        Some(denominator) => rounded(decimal, denominator),
        None => approximated(
            x,
            10u64.pow(places.denominator.len().min(DIGITS_MAX) as u32) - 1,
        ),
    };
    if has_whole {
        if numerator == denominator {
            whole += 1;
            numerator = 0;
        }
    } else {
        numerator += whole * denominator;
        whole = 0;
    }
    Parts {
        whole: if whole == 0 {
            String::new()
        } else {
            whole.to_string()
        },
        numerator: numerator.to_string(),
        denominator: denominator.to_string(),
    }
}

/// The whole part and the nearest count of a given denominator, of the 15-digit decimal.
fn rounded(decimal: Decimal15, denominator: u64) -> (u128, u128, u128) {
    let wide = u128::from(denominator);
    // So small a number is no part of any denominator that a code can ask for.
    if decimal.digits == 0 || decimal.exponent < -14 {
        return (0, 0, wide);
    }
    let unit = 10u128.pow((14 - decimal.exponent) as u32);
    let digits = u128::from(decimal.digits);
    // The product is below 10^28 × 10^12 only if taken apart.
    let count = (digits % unit).checked_mul(wide).map_or(0, |count| {
        count / unit + u128::from((count % unit) * 2 >= unit)
    });
    (digits / unit, count, wide)
}

/// The whole part and the last convergent of the rest, of the exact binary value, whose denominator is at most
/// `largest`.
fn approximated(x: f64, largest: u64) -> (u128, u128, u128) {
    /// A rest of the continued fraction below 1 / this counts as none.
    const NEGLIGIBLE: u128 = 20_000_000;
    let whole = x.floor();
    let rest = x - whole;
    let bits = rest.to_bits();
    let power = 1075 - (bits >> 52) as u32;
    if rest == 0.0 || power > 126 {
        return (whole as u128, 0, 1);
    }
    let mantissa = bits & ((1 << 52) - 1) | 1 << 52;
    let (mut a, mut b) = (u128::from(mantissa), 1u128 << power);
    let (mut before, mut last) = ((0, 1), (1, 0));
    while b != 0 {
        let term = a / b;
        let next = (term * last.0 + before.0, term * last.1 + before.1);
        if next.1 > u128::from(largest) {
            break;
        }
        (before, last) = (last, next);
        if a % b < b / NEGLIGIBLE {
            break;
        }
        (a, b) = (b, a % b);
    }
    (whole as u128, last.0, last.1)
}

/// A number that has no fraction.
fn large(x: f64, whole: String, has_whole: bool, denominator: Option<u64>) -> Parts {
    let denominator = denominator.unwrap_or(1);
    let (whole, numerator) = if has_whole {
        (whole, "0".to_owned())
    } else {
        let product = Decimal15::of(x * denominator as f64);
        (String::new(), fixed(product, 0).0)
    };
    Parts {
        whole,
        numerator,
        denominator: denominator.to_string(),
    }
}

/// Appends tokens with one number's digits in all their placeholders.
fn deal(out: &mut String, tokens: &[Token], digits: &str) {
    let layout = Layout {
        whole: tokens.iter().filter(|token| is_digit(token)).count(),
        ..Layout::default()
    };
    Dealer::new(&layout, digits, "").deal(out, tokens);
}

/// Appends the denominator: its digits stand to the left, unless zeros fill it up.
fn push_denominator(out: &mut String, tokens: &[Token], digits: &str) {
    if tokens.contains(&Token::Digit(Placeholder::Zero)) && tokens.iter().all(is_digit) {
        return deal(out, tokens, digits);
    }
    out.push_str(digits);
    let spaces = tokens
        .iter()
        .skip(digits.len())
        .filter(|token| **token == Token::Digit(Placeholder::Space));
    out.extend(spaces.map(|_| ' '));
}
