//! Places in texts that are not ASCII, in both ways of counting.

use super::units::{byte_of, length, push_slice};
use crate::value::TextUnits::{self, CodePoints, Utf16};
use proptest::prelude::*;

fn slice(text: &str, start: usize, count: usize, units: TextUnits) -> String {
    let mut part = String::new();
    push_slice(&mut part, text, start, count, units);
    part
}

#[test]
fn an_emoji_counts_two_or_one() {
    assert_eq!(length("a😀", Utf16), 3);
    assert_eq!(length("a😀", CodePoints), 2);
    assert_eq!(slice("a😀b", 1, 2, Utf16), "😀");
    assert_eq!(slice("a😀b", 1, 1, CodePoints), "😀");
    assert_eq!(byte_of("a😀b", 3, Utf16), 5);
}

#[test]
fn half_an_emoji_is_one_unit_long() {
    assert_eq!(slice("a😀b", 0, 2, Utf16), "a\u{FFFD}");
    assert_eq!(slice("a😀b", 2, 2, Utf16), "\u{FFFD}b");
    assert_eq!(slice("a😀b", 2, 0, Utf16), "");
}

proptest! {
    #[test]
    fn parts_add_up_to_the_whole(text in "[a-z😀é]{0,12}", start in 0usize..16, count in 0usize..16) {
        for units in [Utf16, CodePoints] {
            let parts = [
                slice(&text, 0, start, units),
                slice(&text, start, count, units),
                slice(&text, start + count, usize::MAX, units),
            ];
            let lengths: usize = parts.iter().map(|part| length(part, units)).sum();
            prop_assert_eq!(lengths, length(&text, units));
            if units == CodePoints {
                prop_assert_eq!(parts.concat(), text.clone());
            }
        }
    }
}
