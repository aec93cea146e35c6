//! Whether a computed value is the one that a file holds.

use crate::value::Value;

/// How far two equal numbers may lie apart, relative to the larger one: rounding that other programs do in their last
/// digits, and nothing that a user sees.
pub(super) const RELATIVE: f64 = 1e-12;

/// Whether a computed value equals the stored one: numbers to 1e-12 of their size, everything else exactly.
///
/// A file has no blank results: an empty text and a blank are one.
pub(super) fn equal(stored: &Value, computed: &Value) -> bool {
    match (stored, computed) {
        (Value::Number(a), Value::Number(b)) => {
            a == b || (a - b).abs() <= RELATIVE * a.abs().max(b.abs())
        }
        (Value::Text(text), Value::Blank) | (Value::Blank, Value::Text(text)) => text.is_empty(),
        (a, b) => a == b,
    }
}
