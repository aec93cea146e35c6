//! Sums without rounding on the way: [`ExactSum`] gives the correctly rounded value of the exact sum.
//!
//! The total is kept as an unevaluated sum of three doubles, and every addition to it is an error-free transformation.
//! For nearly all data that holds the exact sum. Whatever does not fit (numbers of very different size, cancellation of
//! huge ones, overflow) goes into a wide fixed-point `Accumulator`, made when first needed. So nothing is ever lost,
//! and the result depends neither on the order of the numbers nor on how they were grouped.

use accumulator::Accumulator;

mod accumulator;
#[cfg(test)]
mod tests;

/// The exact sum of any amount of finite numbers and of products of two numbers.
///
/// # Examples
///
/// ```
/// use tabulith::value::ExactSum;
///
/// let mut sum = ExactSum::default();
/// sum.add_slice(&[1e308, 1e308, -1e308, -1e308, 0.1]);
/// assert_eq!(sum.finish(), 0.1);
/// ```
#[derive(Debug, Clone, Default)]
pub struct ExactSum {
    high: f64,
    middle: f64,
    low: f64,
    /// What did not fit into the three doubles.
    wide: Option<Box<Accumulator>>,
}

/// Values that are added side by side.
const LANES: usize = 8;

/// Values after which the lanes are tested for a loss.
const BLOCK: usize = 8 * LANES;

impl ExactSum {
    /// The sum of nothing: 0.
    pub fn new() -> ExactSum {
        ExactSum::default()
    }

    /// Adds a number, which must be finite.
    #[inline]
    pub fn add(&mut self, x: f64) {
        debug_assert!(x.is_finite(), "cells hold finite numbers, not {x}");
        let (high, carried) = two_sum(self.high, x);
        let (middle, carried) = two_sum(self.middle, carried);
        let (low, lost) = two_sum(self.low, carried);
        // A loss that is not a number comes from an overflow on the way and is caught here too.
        if lost == 0.0 && high.is_finite() {
            self.high = high;
            self.middle = middle;
            self.low = low;
        } else {
            self.wide().add(x);
        }
    }

    /// Adds numbers, which must be finite.
    ///
    /// # Complexity
    ///
    /// About 2 ns a number while nothing leaves the doubles, some 15 ns otherwise.
    pub fn add_slice(&mut self, numbers: &[f64]) {
        let mut blocks = numbers.chunks_exact(BLOCK);
        let mut high = [0.0; LANES];
        let mut low = [0.0; LANES];
        for block in blocks.by_ref() {
            if !add_block(&mut high, &mut low, block) {
                let wide = self.wide();
                block.iter().for_each(|x| wide.add(*x));
            }
        }
        if numbers.len() >= BLOCK {
            high.iter().chain(&low).for_each(|x| self.add(*x));
        }
        blocks.remainder().iter().for_each(|x| self.add(*x));
    }

    /// Adds `a * b` without rounding the product.
    pub fn add_product(&mut self, a: f64, b: f64) {
        debug_assert!(
            a.is_finite() && b.is_finite(),
            "cells hold finite numbers, not {a}, {b}"
        );
        if a == 0.0 || b == 0.0 {
            return;
        }
        match two_product(a, b) {
            Some((product, error)) => {
                self.add(product);
                self.add(error);
            }
            None => self.wide().add_product(a, b),
        }
    }

    /// Adds another sum.
    pub fn merge(&mut self, other: &ExactSum) {
        other.parts().into_iter().for_each(|x| self.add(x));
        if let Some(wide) = &other.wide {
            self.wide().merge(wide);
        }
    }

    /// The double nearest to the exact sum, ties to even; infinite if the sum is too large for a double.
    pub fn finish(&self) -> f64 {
        let mut total = match &self.wide {
            None if self.low == 0.0 => return self.high + self.middle,
            None => Accumulator::default(),
            Some(wide) => Accumulator::clone(wide),
        };
        self.parts().into_iter().for_each(|x| total.add(x));
        total.round()
    }

    /// The exact sum as doubles that get smaller: the nearest one, the nearest to what remains, and so on.
    ///
    /// Three of them hold the sum to some 160 bits, for results that depend on the difference of two large sums.
    pub fn components(&self) -> [f64; 3] {
        let mut rest = self.clone();
        [(); 3].map(|()| {
            let component = rest.finish();
            if component.is_finite() {
                rest.add(-component);
            }
            component
        })
    }

    /// The three doubles.
    fn parts(&self) -> [f64; 3] {
        [self.high, self.middle, self.low]
    }

    fn wide(&mut self) -> &mut Accumulator {
        self.wide.get_or_insert_default()
    }
}

/// Adds the numbers to the lanes; if a lane would lose anything, leaves them as they were and answers false.
fn add_block(high: &mut [f64; LANES], low: &mut [f64; LANES], block: &[f64]) -> bool {
    let (mut highs, mut lows) = (*high, *low);
    let mut lost = [0.0_f64; LANES];
    for row in block.chunks_exact(LANES) {
        for lane in 0..LANES {
            let (sum, carried) = two_sum(highs[lane], row[lane]);
            highs[lane] = sum;
            let (sum, error) = two_sum(lows[lane], carried);
            lows[lane] = sum;
            lost[lane] += error.abs();
        }
    }
    // After an overflow the losses are not numbers, and the comparison fails.
    let exact = lost.iter().all(|x| *x == 0.0) && highs.iter().all(|x| x.is_finite());
    if exact {
        *high = highs;
        *low = lows;
    }
    exact
}

/// The rounded sum and its rounding error; together they are exactly `a + b`, unless it overflows.
#[inline]
fn two_sum(a: f64, b: f64) -> (f64, f64) {
    let sum = a + b;
    let part = sum - a;
    (sum, (a - (sum - part)) + (b - part))
}

/// The rounded product and its rounding error; nothing where either might overflow or underflow.
fn two_product(a: f64, b: f64) -> Option<(f64, f64)> {
    const BIAS: i32 = 1023;
    let exponent = |x: f64| ((x.to_bits() >> 52) & 0x7FF) as i32 - BIAS;
    let (ea, eb) = (exponent(a), exponent(b));
    // The halves of a split reach 2^27 beyond the number; the error lies up to 2^106 below the product.
    if ea.max(eb) > 990 || !(-900..=1000).contains(&(ea + eb)) || ea.min(eb) == -BIAS {
        return None;
    }
    let product = a * b;
    let (a_high, a_low) = split(a);
    let (b_high, b_low) = split(b);
    let error = ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low;
    Some((product, error))
}

/// The number as two halves of 26 bits each, so that products of halves are exact.
fn split(x: f64) -> (f64, f64) {
    const FACTOR: f64 = ((1_u64 << 27) + 1) as f64;
    let scaled = FACTOR * x;
    let high = scaled - (scaled - x);
    (high, x - high)
}
