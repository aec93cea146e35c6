//! The 15-digit view against the exact decimal expansion.

use super::rounding::{round_far_from_borders, round_view};
use super::*;
use proptest::prelude::*;

/// The same by the standard library's exact printing; its ties may go the other way.
fn model(x: f64, count: usize) -> (u64, i32) {
    let long = format!("{:.1100e}", x);
    let (mantissa, exponent) = long.split_once('e').unwrap();
    let all: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    let mut digits: u64 = all[..count].parse().unwrap();
    let mut exponent: i32 = exponent.parse().unwrap();
    if all.as_bytes()[count] >= b'5' {
        digits += 1;
    }
    if digits == 10u64.pow(count as u32) {
        digits /= 10;
        exponent += 1;
    }
    (digits, exponent)
}

#[test]
fn ties_go_away_from_zero() {
    assert_eq!(Decimal15::of(1234567890123445.0).digits, 123456789012345);
    assert_eq!(Decimal15::of(1234567890123455.0).digits, 123456789012346);
    assert_eq!(
        Decimal15::of(-1234567890123445.0).to_f64(),
        -1234567890123450.0
    );
}

#[test]
fn a_carry_raises_the_exponent() {
    let x = Decimal15::of(0.999_999_999_999_999_9);
    assert_eq!((x.digits, x.exponent), (100_000_000_000_000, 0));
}

#[test]
fn neighbours_share_a_bucket_unless_a_border_lies_between() {
    let near = |step: u64| Decimal15::of(f64::from_bits(4.0f64.to_bits() + step));
    assert_eq!(near(0), near(5));
    assert_ne!(near(5), near(6));
    assert_eq!(near(6), near(0x10));
    assert_ne!(near(0x10), near(0x11));
    assert_eq!(near(0x11), near(0x1c));
    assert_ne!(near(0x1c), near(0x1d));
}

#[test]
fn extremes_have_a_view() {
    assert_eq!(Decimal15::of(f64::MAX).digits, 179769313486232);
    assert_eq!(round15(f64::MAX), f64::MAX);
    assert_eq!(Decimal15::of(f64::MIN_POSITIVE).exponent, -308);
    assert_eq!(Decimal15::of(f64::NAN), Decimal15::default());
    assert_eq!(Decimal15::of(-0.0), Decimal15::of(0.0));
}

#[test]
fn rounding_follows_excel() {
    let round = |x, n| round_digits(x, n, Rounding::HalfAway);
    assert_eq!(round(2.15, 1), 2.2);
    assert_eq!(round(2.675, 2), 2.68);
    assert_eq!(round(0.049999999999999975, 1), 0.1);
    assert_eq!(round(-1.475, 2), -1.48);
    assert_eq!(round(0.4, 0), 0.0);
    assert!(round(-0.4, 0).is_sign_positive());
    assert_eq!(round(626.3, -3), 1000.0);
    assert_eq!(round(50.55, -2), 100.0);
    assert_eq!(round(49.0, -2), 0.0);
    assert_eq!(round(5.0, -3), 0.0);
    assert_eq!(round(0.1, 16), 0.1);
    assert_eq!(round(1e300, i32::MAX), 1e300);
    assert_eq!(round(1e300, i32::MIN), 0.0);
    assert_eq!(
        round_digits(2490399.9999999995, 0, Rounding::Floor),
        2490400.0
    );
    assert_eq!(round_digits(1000000000000000.5, 0, Rounding::Floor), 1e15);
    assert_eq!(round_digits(3.2, 0, Rounding::Up), 4.0);
    assert_eq!(round_digits(-3.14259, 1, Rounding::Up), -3.2);
    assert_eq!(round_digits(31415.92654, -2, Rounding::Up), 31500.0);
    assert_eq!(round_digits(0.001, 0, Rounding::Up), 1.0);
    assert_eq!(round_digits(-0.001, -2, Rounding::Floor), -100.0);
    assert_eq!(round_digits(-0.001, -2, Rounding::Ceiling), 0.0);
    assert_eq!(round_digits(8.7, 1, Rounding::Down), 8.7);
}

#[test]
fn order_is_that_of_the_numbers() {
    let sorted = [-1e9, -2.5, -1e-9, 0.0, 1e-300, 0.5, 0.75, 10.0, 1e200];
    for pair in sorted.windows(2) {
        assert!(Decimal15::of(pair[0]) < Decimal15::of(pair[1]), "{pair:?}");
    }
}

proptest! {
    #[test]
    fn the_view_is_the_exact_value_rounded(bits: u64) {
        let x = f64::from_bits(bits).abs();
        prop_assume!(x.is_finite() && x > 0.0);
        prop_assert_eq!(significant(x, 15), model(x, 15));
        prop_assert_eq!(significant(x, 17), model(x, 17));
    }

    #[test]
    fn everyday_numbers_too(n in 1u64..10_000_000_000_000_000, scale in 0i32..24) {
        let x = scaled(n, -scale);
        prop_assert_eq!(significant(x, 15), model(x, 15));
        let nearest: f64 = format!("{n}e-{scale}").parse().unwrap();
        prop_assert_eq!(x, nearest);
        let decimal = Decimal15::of(x);
        let nearest: f64 = format!("{}e{}", decimal.digits, decimal.exponent - 14).parse().unwrap();
        prop_assert_eq!(decimal.to_f64(), nearest);
        prop_assert_eq!(round15(round15(x)), round15(x));
    }

    #[test]
    fn rounding_directions_enclose_the_number(n in -1_000_000_000i64..1_000_000_000, places in -4i32..8) {
        let x = n as f64 / 1e5;
        let down = round_digits(x, places, Rounding::Floor);
        let up = round_digits(x, places, Rounding::Ceiling);
        prop_assert!(down <= x && x <= up);
        let near = round_digits(x, places, Rounding::HalfAway);
        prop_assert!(near == down || near == up);
        prop_assert!(up - down <= 1.000001 * scaled(1, -places));
        prop_assert_eq!(round_digits(-x, places, Rounding::Up), -round_digits(x, places, Rounding::Up));
    }
}

#[test]
fn every_binary_exponent_is_scaled_right() {
    for field in 0u64..2047 {
        for fraction in [1, (1 << 52) - 1, 1 << 51, 0] {
            let x = f64::from_bits(field << 52 | fraction);
            if x > 0.0 {
                assert_eq!(significant(x, 15), model(x, 15), "{x:e}");
                assert_eq!(significant(x, 17), model(x, 17), "{x:e}");
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20_000))]

    #[test]
    fn the_short_way_gives_what_the_view_gives(
        digits in 0_u64..1_000_000_000,
        power in -12_i32..6,
        steps in -40_i64..40,
        places in 0_i32..12,
        negative in any::<bool>(),
    ) {
        let near = scaled(digits, power);
        let x = f64::from_bits(near.to_bits().saturating_add_signed(steps));
        let x = if negative { -x } else { x };
        let mut rounded = [0.0];
        round_all(&[x], places, &mut rounded);
        let expected = round_digits(x, places, Rounding::HalfAway);
        prop_assert_eq!(rounded[0].to_bits(), expected.to_bits(), "{}", x);
        for rounding in [Rounding::HalfAway, Rounding::Up, Rounding::Down, Rounding::Floor, Rounding::Ceiling] {
            if let Some(rounded) = round_far_from_borders(x, places, rounding) {
                let expected = round_view(x, places, rounding);
                prop_assert_eq!(rounded.to_bits(), expected.to_bits(), "{} {:?}", x, rounding);
            }
        }
    }
}
