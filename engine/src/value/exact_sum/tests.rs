//! Exact sums against two models: Shewchuk's growing expansions, and integers.

use proptest::prelude::*;

use super::ExactSum;

fn sum(numbers: &[f64]) -> f64 {
    let mut sum = ExactSum::new();
    numbers.iter().for_each(|x| sum.add(*x));
    sum.finish()
}

/// The correctly rounded sum by expansions of non-overlapping doubles; no partial sum may overflow.
fn model(numbers: &[f64]) -> f64 {
    let mut partials: Vec<f64> = Vec::new();
    for number in numbers {
        let mut x = *number;
        let mut kept = Vec::new();
        for partial in partials {
            let (large, small) = if x.abs() < partial.abs() {
                (partial, x)
            } else {
                (x, partial)
            };
            let high = large + small;
            let low = small - (high - large);
            if low != 0.0 {
                kept.push(low);
            }
            x = high;
        }
        kept.push(x);
        partials = kept;
    }
    let mut total = partials.pop().unwrap_or(0.0);
    let mut low = 0.0;
    while let Some(partial) = partials.pop() {
        let before = total;
        total = before + partial;
        low = partial - (total - before);
        if low != 0.0 {
            break;
        }
    }
    // A tie at the last bit is decided by what lies beneath.
    if let Some(next) = partials.last()
        && low.signum() == next.signum()
        && low != 0.0
    {
        let twice = 2.0 * low;
        if (total + twice) - total == twice {
            total += twice;
        }
    }
    total
}

/// Doubles of all sizes whose sums do not overflow, many of them near to each other.
fn number() -> impl Strategy<Value = f64> {
    prop_oneof![
        (-1_000_000_000_i64..1_000_000_000).prop_map(|cents| cents as f64 / 100.0),
        (any::<i64>(), -1074_i32..960).prop_map(|(m, e)| libm::scalbn((m >> 11) as f64, e)),
        (any::<i64>(), -60_i32..60).prop_map(|(m, e)| libm::scalbn((m >> 11) as f64, e)),
        Just(5e-324),
    ]
}

fn numbers() -> impl Strategy<Value = Vec<f64>> {
    prop::collection::vec(number(), 0..300).prop_map(|mut numbers| {
        // Let much of it cancel, so that the small ones decide.
        let negated: Vec<f64> = numbers.iter().step_by(2).map(|x| -x).collect();
        numbers.extend(negated);
        numbers
    })
}

proptest! {
    #[test]
    fn the_sum_is_correctly_rounded_in_every_order_and_grouping(numbers in numbers(), cut in 0_usize..300) {
        let expected = model(&numbers);
        prop_assert_eq!(sum(&numbers), expected);

        let mut reversed = numbers.clone();
        reversed.reverse();
        prop_assert_eq!(sum(&reversed), expected);

        let mut sorted = numbers.clone();
        sorted.sort_by(f64::total_cmp);
        let mut slice = ExactSum::new();
        slice.add_slice(&sorted);
        prop_assert_eq!(slice.finish(), expected);

        let (first, second) = numbers.split_at(cut.min(numbers.len()));
        let (mut left, mut right) = (ExactSum::new(), ExactSum::new());
        left.add_slice(first);
        right.add_slice(second);
        left.merge(&right);
        prop_assert_eq!(left.finish(), expected);
    }

    #[test]
    fn products_are_added_without_rounding(
        pairs in prop::collection::vec((-(1_i64 << 53)..1 << 53, -(1_i64 << 53)..1 << 53), 0..40),
        scale in -1000_i32..900,
    ) {
        let mut total = ExactSum::new();
        let mut exact = 0_i128;
        for (a, b) in &pairs {
            total.add_product(libm::scalbn(*a as f64, scale / 2), libm::scalbn(*b as f64, scale - scale / 2));
            exact += i128::from(*a) * i128::from(*b);
        }
        // The conversion of an integer rounds to nearest, and scaling a number of this size does not round.
        prop_assert_eq!(total.finish(), libm::scalbn(exact as f64, scale));
    }

    #[test]
    fn products_of_all_sizes_cancel_exactly(a in number(), b in number(), x in number()) {
        let mut total = ExactSum::new();
        total.add_product(a, b);
        total.add(x);
        total.add_product(-a, b);
        prop_assert_eq!(total.finish(), x);
    }
}

#[test]
fn there_is_no_overflow_on_the_way() {
    assert_eq!(sum(&[1e308, 1e308, -1e308]), 1e308);
    assert_eq!(sum(&[f64::MAX, f64::MAX]), f64::INFINITY);
    assert_eq!(sum(&[f64::MIN, f64::MIN]), f64::NEG_INFINITY);
    let mut many = ExactSum::new();
    let block = [1e308; 1000];
    many.add_slice(&block);
    many.add_slice(&block.map(|x| -x));
    many.add(2.5);
    assert_eq!(many.finish(), 2.5);
}

#[test]
fn the_smallest_doubles_count() {
    assert_eq!(sum(&[1e300, 5e-324, -1e300]), 5e-324);
    assert_eq!(sum(&[1.0, 1e-16, 1e-16]), 1.0 + f64::EPSILON);
    // Half a unit more than 1 is a tie; the smallest double decides it.
    assert_eq!(sum(&[1.0, f64::EPSILON / 2.0, 5e-324]), 1.0 + f64::EPSILON);
    assert_eq!(sum(&[1.0, f64::EPSILON / 2.0, -5e-324]), 1.0);
}

#[test]
fn products_beyond_the_doubles_are_exact_too() {
    let mut total = ExactSum::new();
    total.add_product(1e200, 1e200);
    total.add_product(1e-200, 1e-200);
    total.add_product(-1e200, 1e200);
    assert_eq!(
        total.finish(),
        0.0,
        "1E-400 is nearer to 0 than to any other double"
    );
    total.add_product(f64::MAX, f64::MAX);
    assert_eq!(total.finish(), f64::INFINITY);
    total.add_product(f64::MAX, f64::MIN);
    total.add_product(3.0, 0.1);
    let mut three_tenths = ExactSum::new();
    three_tenths.add_slice(&[0.1, 0.1, 0.1]);
    assert_eq!(total.finish(), three_tenths.finish());
}

#[test]
fn a_sum_of_nothing_is_positive_zero() {
    assert!(sum(&[]).is_sign_positive());
    assert!(sum(&[-0.0]).is_sign_positive());
    assert!(sum(&[1e308, 1e308, -1e308, -1e308]).is_sign_positive());
}
