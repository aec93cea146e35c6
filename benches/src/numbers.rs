//! Numbers that look random and are the same in every run.

/// `count` numbers spread evenly over `low..high`, from this seed (SplitMix64).
pub fn uniform(seed: u64, count: usize, (low, high): (f64, f64)) -> Vec<f64> {
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = state;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        bits ^ (bits >> 31)
    };
    let unit = |bits: u64| (bits >> 11) as f64 / (1_u64 << 53) as f64;
    (0..count)
        .map(|_| low + (high - low) * unit(next()))
        .collect()
}

/// As [`uniform`], whole numbers.
pub fn whole(seed: u64, count: usize, range: (f64, f64)) -> Vec<f64> {
    let numbers = uniform(seed, count, range);
    numbers.into_iter().map(f64::floor).collect()
}

/// As [`uniform`], whole multiples of 1/1,024: sums of a million of them are exact in any order.
pub fn exact(seed: u64, count: usize, (low, high): (f64, f64)) -> Vec<f64> {
    let numbers = whole(seed, count, (low * 1024.0, high * 1024.0));
    numbers.into_iter().map(|x| x / 1024.0).collect()
}

/// The whole numbers below `count`, shuffled.
pub fn shuffled(seed: u64, count: usize) -> Vec<f64> {
    let mut numbers: Vec<f64> = (0..count).map(|n| n as f64).collect();
    let places = uniform(seed, count, (0.0, 1.0));
    for (last, place) in (1..count).rev().zip(places) {
        numbers.swap(last, (place * (last + 1) as f64) as usize);
    }
    numbers
}
