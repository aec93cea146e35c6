//! Lengths of texts and places in them, in UTF-16 units or in code points.
//!
//! A place counted in UTF-16 units can lie in the middle of a character. Our texts hold whole characters only, so half
//! of one is shown as U+FFFD: one unit long, as the half is in Excel.

use crate::value::TextUnits;

/// What stands for half a character.
const HALF: char = '\u{FFFD}';

/// The length of a text.
pub(super) fn length(text: &str, units: TextUnits) -> usize {
    if text.is_ascii() {
        return text.len();
    }
    match units {
        TextUnits::Utf16 => text.encode_utf16().count(),
        TextUnits::CodePoints => text.chars().count(),
    }
}

/// The length of a character.
fn width(c: char, units: TextUnits) -> usize {
    match units {
        TextUnits::Utf16 => c.len_utf16(),
        TextUnits::CodePoints => 1,
    }
}

/// The byte before which there are `count` units, or the end of the text; within a character, where it begins.
pub(super) fn byte_of(text: &str, count: usize, units: TextUnits) -> usize {
    if text.is_ascii() {
        return count.min(text.len());
    }
    let mut left = count;
    for (byte, c) in text.char_indices() {
        let width = width(c, units);
        if left < width {
            return byte;
        }
        left -= width;
    }
    text.len()
}

/// Appends the `count` units behind the first `start`, or what there is of them.
pub(super) fn push_slice(
    out: &mut String,
    text: &str,
    start: usize,
    count: usize,
    units: TextUnits,
) {
    let end = start.saturating_add(count);
    if text.is_ascii() {
        out.push_str(&text[start.min(text.len())..end.min(text.len())]);
        return;
    }
    let mut place = 0;
    for c in text.chars() {
        if place >= end || count == 0 {
            break;
        }
        let next = place + width(c, units);
        if place >= start && next <= end {
            out.push(c);
        } else if next > start {
            out.push(HALF);
        }
        place = next;
    }
}
