//! A fixed-point number wide enough for every sum of products of two doubles.

/// Digits of 32 bits, the least significant first.
const DIGITS: usize = 136;

/// The exponent of the lowest bit. The smallest product of two doubles is 2^-2148.
const LOWEST: i32 = -2176;

/// Additions after which carries must have been propagated: each changes a digit by less than 2^32, a digit has room
/// for 2^63.
const ADDITIONS: u32 = 1 << 30;

/// The exact sum of doubles and of products of two doubles.
///
/// Each digit is signed and has 31 bits of room above its 32, so that an addition touches three digits and carries
/// wait. 4,352 bits reach from 2^-2176 to 2^2176, which leaves room for 2^127 of the largest products.
#[derive(Debug, Clone)]
pub(super) struct Accumulator {
    digits: [i64; DIGITS],
    additions: u32,
}

impl Default for Accumulator {
    fn default() -> Self {
        Accumulator {
            digits: [0; DIGITS],
            additions: 0,
        }
    }
}

impl Accumulator {
    /// Adds a number.
    pub(super) fn add(&mut self, x: f64) {
        let (mantissa, exponent) = parts(x);
        self.add_scaled(mantissa, exponent, x.is_sign_negative());
    }

    /// Adds the product of two numbers.
    pub(super) fn add_product(&mut self, a: f64, b: f64) {
        let (a_mantissa, a_exponent) = parts(a);
        let (b_mantissa, b_exponent) = parts(b);
        let product = u128::from(a_mantissa) * u128::from(b_mantissa);
        let exponent = a_exponent + b_exponent;
        let negative = a.is_sign_negative() != b.is_sign_negative();
        self.add_scaled(product as u64, exponent, negative);
        self.add_scaled((product >> 64) as u64, exponent + 64, negative);
    }

    /// Adds another total.
    pub(super) fn merge(&mut self, other: &Accumulator) {
        self.propagate();
        for (digit, more) in self.digits.iter_mut().zip(&other.digits) {
            *digit += more;
        }
        self.additions = other.additions + 1;
        if self.additions >= ADDITIONS {
            self.propagate();
        }
    }

    /// Adds `mantissa * 2^exponent`.
    fn add_scaled(&mut self, mantissa: u64, exponent: i32, negative: bool) {
        let position = (exponent - LOWEST) as usize;
        let wide = u128::from(mantissa) << (position % 32);
        let digits = [wide, wide >> 32, wide >> 64].map(|part| i64::from(part as u32));
        let first = position / 32;
        for (digit, part) in self.digits[first..first + 3].iter_mut().zip(digits) {
            *digit += if negative { -part } else { part };
        }
        self.additions += 1;
        if self.additions >= ADDITIONS {
            self.propagate();
        }
    }

    /// Carries: brings every digit but the last into `0..2^32`; the last one then has the sign of the whole.
    fn propagate(&mut self) {
        let mut carry = 0;
        for digit in &mut self.digits[..DIGITS - 1] {
            let total = *digit + carry;
            carry = total >> 32;
            *digit = total & 0xFFFF_FFFF;
        }
        self.digits[DIGITS - 1] += carry;
        self.additions = 0;
    }

    /// The nearest double, ties to even; infinite if the total is too large.
    pub(super) fn round(mut self) -> f64 {
        self.propagate();
        let negative = self.digits[DIGITS - 1] < 0;
        if negative {
            self.digits.iter_mut().for_each(|digit| *digit = -*digit);
            self.propagate();
        }
        let magnitude = f64::from_bits(self.magnitude_bits());
        if negative { -magnitude } else { magnitude }
    }

    /// The bits of the double nearest to a total that is not negative.
    fn magnitude_bits(&self) -> u64 {
        const SMALLEST: i32 = -1074;
        const LARGEST: i32 = 971;
        const INFINITE: u64 = 0x7FF << 52;
        let top = self.digits.iter().rposition(|digit| *digit != 0);
        let lowest_taken = top.unwrap_or(0).max(2) - 2;
        let window = &self.digits[lowest_taken..lowest_taken + 3];
        let value = window
            .iter()
            .rev()
            .fold(0_u128, |value, digit| value << 32 | *digit as u128);
        let beneath = self.digits[..lowest_taken].iter().any(|digit| *digit != 0);

        let base = LOWEST + 32 * lowest_taken as i32;
        let length = 128 - value.leading_zeros() as i32;
        let unit = (base + length - 53).max(SMALLEST);
        if unit > LARGEST {
            return INFINITE;
        }
        let shift = unit - base;
        if shift > 100 {
            return 0; // The window has 96 bits: less than half of the smallest double.
        }
        let mut mantissa = (value >> shift) as i64;
        let rest = value & ((1 << shift) - 1);
        let half = 1 << (shift - 1);
        if rest > half || (rest == half && (beneath || mantissa & 1 == 1)) {
            mantissa += 1;
        }
        if mantissa < 1 << 52 {
            return mantissa as u64; // Subnormal: the unit is the smallest double.
        }
        // A mantissa rounded up to 2^53 carries into the exponent, at the end into infinity.
        ((i64::from(unit - SMALLEST + 1) << 52) + (mantissa - (1 << 52))) as u64
    }
}

/// Mantissa and exponent: the magnitude of `x` is `mantissa * 2^exponent`.
fn parts(x: f64) -> (u64, i32) {
    let bits = x.to_bits();
    let biased = (bits >> 52) as i32 & 0x7FF;
    let fraction = bits & ((1 << 52) - 1);
    match biased {
        0 => (fraction, -1074),
        _ => (fraction | 1 << 52, biased - 1075),
    }
}
