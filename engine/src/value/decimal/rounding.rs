//! ROUND and its kin: the 15-digit view rounded, in the short way where the view cannot matter.

use super::{Decimal15, EXACT, Rounding, is_whole, scaled, significant};

/// `x` rounded to `places` decimals, or to tens, hundreds, … if `places` is negative: ROUND and its kin.
///
/// The 15-digit view is rounded, and the result is the double nearest to the rounded decimal.
///
/// # Examples
///
/// ```
/// use tabulith::value::decimal::{Rounding, round_digits};
///
/// assert_eq!(round_digits(2.675, 2, Rounding::HalfAway), 2.68); // the double is a little below 2.675
/// assert_eq!(round_digits(-1250.0, -2, Rounding::Down), -1200.0);
/// assert_eq!(round_digits(-2.5, 0, Rounding::Floor), -3.0);
/// ```
pub fn round_digits(x: f64, places: i32, rounding: Rounding) -> f64 {
    if x == 0.0 || !x.is_finite() {
        return x;
    }
    if places >= 0 && (is_whole(x) || places == 0 && x == x.trunc()) {
        return x;
    }
    if let Some(rounded) = round_far_from_borders(x, places, rounding) {
        return rounded;
    }
    round_view(x, places.clamp(-400, 400), rounding)
}

/// Rounds the 15-digit view.
pub(super) fn round_view(x: f64, places: i32, rounding: Rounding) -> f64 {
    let decimal = Decimal15::of(x);
    let magnitude = match decimal.round_to(places, rounding) {
        Some(count) => scaled(count, -places),
        None => return round_long(x, places, rounding),
    };
    if magnitude == 0.0 {
        0.0
    } else if decimal.negative {
        -magnitude
    } else {
        magnitude
    }
}

/// By how much of itself a number may differ from its 15-digit view, and a little more.
const NEAR: f64 = 6e-15;

/// Rounds a number that lies so far from where rounding turns over that its 15-digit view must lie on the same side.
///
/// The view differs from the number by at most half a unit of its 15th digit, 5e-15 of the number, and the product by
/// far less.
#[inline]
pub(super) fn round_far_from_borders(x: f64, places: i32, rounding: Rounding) -> Option<f64> {
    let scale = *EXACT.get(usize::try_from(places).ok()?)?;
    let count = x.abs() * scale;
    // What is longer than 15 digits is rounded otherwise.
    if count >= 1e14 {
        return None;
    }
    let (whole, near) = ((count as u64) as f64, count * NEAR);
    let rest = count - whole;
    let up = match rounding {
        Rounding::HalfAway if (rest - 0.5).abs() > near => rest > 0.5,
        Rounding::HalfAway => return None,
        _ if rest <= near || rest >= 1.0 - near => return None,
        Rounding::Up => true,
        Rounding::Down => false,
        Rounding::Floor => x < 0.0,
        Rounding::Ceiling => x > 0.0,
    };
    let magnitude = (whole + f64::from(u8::from(up))) / scale;
    Some(if x < 0.0 && magnitude != 0.0 {
        -magnitude
    } else {
        magnitude
    })
}

/// Many numbers rounded half away from zero to `places` decimals: each as [`round_digits`] rounds it.
///
/// # Panics
///
/// If `rounded` is shorter than `numbers`.
pub fn round_all(numbers: &[f64], places: i32, rounded: &mut [f64]) {
    let one = |x: f64| round_digits(x, places, Rounding::HalfAway);
    let scale = usize::try_from(places).ok().and_then(|at| EXACT.get(at));
    let Some(scale) = scale else {
        for (out, x) in rounded.iter_mut().zip(numbers) {
            *out = one(*x);
        }
        return;
    };
    // Adding and taking away this rounds what is below it to an integer.
    const SHIFT: f64 = (1_u64 << 52) as f64;
    let mut all = true;
    for (out, x) in rounded.iter_mut().zip(numbers) {
        let count = x.abs() * scale;
        let whole = (count + SHIFT) - SHIFT;
        let rest = (count - whole).abs();
        all &= (count < 1e14) & (0.5 - rest > count * NEAR);
        let magnitude = whole / scale;
        // The sum has no negative zero.
        *out = if *x < 0.0 { -magnitude } else { magnitude } + 0.0;
    }
    if all {
        return;
    }
    for (out, x) in rounded.iter_mut().zip(numbers) {
        let count = x.abs() * scale;
        let rest = (count - ((count + SHIFT) - SHIFT)).abs();
        if !((count < 1e14) & (0.5 - rest > count * NEAR)) {
            *out = one(*x);
        }
    }
}

/// Rounds where more than 15 digits stay.
///
/// Whole numbers of 16 digits and more are exact doubles, so they are rounded as such; to the nearest, up to 17
/// digits are looked at; otherwise nothing is there to be cut.
fn round_long(x: f64, places: i32, rounding: Rounding) -> f64 {
    if places == 0 {
        return match rounding {
            Rounding::HalfAway => x.round(),
            Rounding::Up if x < 0.0 => x.floor(),
            Rounding::Up => x.ceil(),
            Rounding::Down => x.trunc(),
            Rounding::Floor => x.floor(),
            Rounding::Ceiling => x.ceil(),
        };
    }
    let (digits, exponent) = significant(x.abs(), 17);
    let dropped = 17 - (exponent + 1 + places);
    if rounding != Rounding::HalfAway || !(1..=2).contains(&dropped) {
        return x;
    }
    let unit = 10u64.pow(dropped as u32);
    scaled((digits + unit / 2) / unit, -places).copysign(x)
}
