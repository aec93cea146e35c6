//! Copies that go past the caches to memory: of much that is written and not soon read again, a store through the
//! caches first reads what it overwrites, and displaces what is still wanted.

/// Fewer bytes than this, written in one go, are better left in the caches.
pub const STREAMED: usize = 4 << 20;

/// Copies numbers past the caches.
///
/// Where the processor has no such stores it is a plain copy.
///
/// # Panics
///
/// If the slices have not the same length.
///
/// # Examples
///
/// ```
/// use tabulith::storage::stream_store;
///
/// let mut column = [0.0; 3];
/// stream_store::copy(&[1.0, 2.0, 3.0], &mut column);
/// assert_eq!(column, [1.0, 2.0, 3.0]);
/// ```
pub fn copy(from: &[f64], to: &mut [f64]) {
    assert_eq!(from.len(), to.len(), "a place for each number");
    lines(from, to);
}

/// Numbers in a line of the cache.
#[cfg(all(target_arch = "x86_64", not(miri)))]
const LINE: usize = 8;

#[cfg(all(target_arch = "x86_64", not(miri)))]
#[allow(unsafe_code)]
fn lines(from: &[f64], to: &mut [f64]) {
    // Streaming stores go to whole lines: what lies before the first one is copied as ever.
    let head = to.as_ptr().align_offset(LINE * size_of::<f64>());
    let head = head.min(to.len());
    let (from_head, from) = from.split_at(head);
    let (to_head, to) = to.split_at_mut(head);
    to_head.copy_from_slice(from_head);
    let (from_lines, from_tail) = from.as_chunks::<LINE>();
    let (to_lines, to_tail) = to.as_chunks_mut::<LINE>();
    for (from, to) in from_lines.iter().zip(to_lines) {
        // SAFETY: `head` numbers were left away so that lines begin where those of the cache do.
        unsafe { store(from, to) };
    }
    to_tail.copy_from_slice(from_tail);
    fence();
}

/// Stores a line.
///
/// # Safety
///
/// `to` begins at a multiple of 16 bytes.
#[cfg(all(target_arch = "x86_64", not(miri)))]
#[inline(always)]
#[allow(unsafe_code)]
unsafe fn store(from: &[f64; LINE], to: &mut [f64; LINE]) {
    use std::arch::x86_64::{_MM_HINT_T0, _mm_loadu_pd, _mm_prefetch, _mm_stream_pd};

    /// How far ahead numbers are asked for: what comes in the time of one trip to memory.
    const AHEAD: usize = 16 * LINE;

    debug_assert!(to.as_ptr().cast::<[f64; 2]>().is_aligned());
    let from = from.as_ptr();
    // SAFETY: every x86-64 has SSE2. A prefetch reads nothing, whatever lies at its address.
    unsafe { _mm_prefetch::<_MM_HINT_T0>(from.wrapping_add(AHEAD).cast()) };
    for pair in 0..LINE / 2 {
        // SAFETY: both lie within the eight numbers that the references are of, and what the store wants, a multiple
        // of 16 bytes, the caller sees to.
        unsafe {
            let numbers = _mm_loadu_pd(from.add(2 * pair));
            _mm_stream_pd(to.as_mut_ptr().add(2 * pair), numbers);
        }
    }
}

/// Makes the stores before it visible before those that follow: streaming stores keep no order of their own.
#[cfg(all(target_arch = "x86_64", not(miri)))]
#[allow(unsafe_code)]
fn fence() {
    // SAFETY: every x86-64 has this instruction.
    unsafe { std::arch::x86_64::_mm_sfence() };
}

#[cfg(not(all(target_arch = "x86_64", not(miri))))]
fn lines(from: &[f64], to: &mut [f64]) {
    to.copy_from_slice(from);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What lies around the place that is written to, as bits that no number of the test has.
    const AROUND: f64 = -7.5;

    #[test]
    fn every_length_and_place_is_copied_and_nothing_beside_it() {
        let numbers: Vec<f64> = (0..64).map(f64::from).collect();
        for length in 0..=40 {
            for start in 0..=16 {
                for from in 0..=3 {
                    let mut memory = vec![AROUND; 64];
                    copy(
                        &numbers[from..from + length],
                        &mut memory[start..start + length],
                    );
                    for (place, number) in memory.iter().enumerate() {
                        let inside = (start..start + length).contains(&place);
                        let expected = if inside {
                            (from + place - start) as f64
                        } else {
                            AROUND
                        };
                        assert_eq!(*number, expected, "{length} numbers to {start}");
                    }
                }
            }
        }
    }

    #[test]
    fn bits_stay_as_they_are() {
        let bits = [
            f64::NAN.to_bits() | 0xdead,
            (-0.0f64).to_bits(),
            1,
            u64::MAX,
        ];
        let numbers: Vec<f64> = bits
            .iter()
            .cycle()
            .take(64)
            .copied()
            .map(f64::from_bits)
            .collect();
        let mut copied = vec![0.0; 64];
        copy(&numbers, &mut copied);
        assert!(
            copied
                .iter()
                .map(|x| x.to_bits())
                .eq(bits.iter().cycle().take(64).copied())
        );
    }

    #[test]
    #[should_panic(expected = "a place for each number")]
    fn slices_of_two_lengths_are_refused() {
        copy(&[1.0], &mut []);
    }
}
