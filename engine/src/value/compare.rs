//! Two ways to compare values, which must not be mixed up.
//!
//! *Operators* (`=`, `<`, …) see numbers rounded to 15 decimal digits, and a blank as whatever the other side is.
//! *Lookups* (MATCH, SORT, RANK, …) see exact bits and never take one type for another. Order across types is number <
//! text < FALSE < TRUE in both.

use std::cmp::Ordering;

use super::ValueRef;
use super::collation::{collate, fold_equal};
use super::decimal::round15;

#[cfg(test)]
mod tests;

/// The order of two values as the operators `=` `<>` `<` `>` `<=` `>=` see it.
///
/// Errors are the caller's to pass on; here they come after everything else.
///
/// # Examples
///
/// ```
/// use std::cmp::Ordering;
/// use tabulith::value::{ValueRef, operator_compare};
///
/// let difference = ValueRef::Number(0.06 - 0.01);
/// assert_eq!(operator_compare(difference, ValueRef::Number(0.05)), Ordering::Equal);
/// assert_eq!(operator_compare(ValueRef::Blank, ValueRef::Text("")), Ordering::Equal);
/// assert_eq!(operator_compare(ValueRef::Text("z"), ValueRef::Boolean(false)), Ordering::Less);
/// ```
pub fn operator_compare(a: ValueRef<'_>, b: ValueRef<'_>) -> Ordering {
    let (a, b) = (beside(a, b), beside(b, a));
    match (a, b) {
        (ValueRef::Number(a), ValueRef::Number(b)) => compare_at_15_digits(a, b),
        _ => sort_compare(a, b),
    }
}

/// Whether the operator `=` takes two values for equal: [`operator_compare`] without the order of texts.
pub fn operator_equal(a: ValueRef<'_>, b: ValueRef<'_>) -> bool {
    match (a, b) {
        (ValueRef::Text(a), ValueRef::Text(b)) => fold_equal(a, b),
        _ => operator_compare(a, b).is_eq(),
    }
}

/// The value that a blank stands for beside `other`.
fn beside<'a>(value: ValueRef<'a>, other: ValueRef<'_>) -> ValueRef<'a> {
    match (value, other) {
        (ValueRef::Blank, ValueRef::Number(_)) => ValueRef::Number(0.0),
        (ValueRef::Blank, ValueRef::Text(_)) => ValueRef::Text(""),
        (ValueRef::Blank, ValueRef::Boolean(_)) => ValueRef::Boolean(false),
        _ => value,
    }
}

/// The order of two numbers after each is rounded to 15 significant decimal digits.
///
/// These are buckets, not a tolerance: two neighbouring doubles may be unequal, two that lie eleven steps apart equal.
pub fn compare_at_15_digits(a: f64, b: f64) -> Ordering {
    if differ_at_15_digits(a, b) {
        return exact(a, b);
    }
    exact(round15(a), round15(b))
}

/// Whether two numbers are so far from each other, or the same, that their order as they are is that of their first 15
/// digits too.
#[inline]
pub fn differ_at_15_digits(a: f64, b: f64) -> bool {
    /// More than the relative width of a bucket, which is at most 2^-46.5.
    const WIDER: f64 = 1.0 / (1_u64 << 45) as f64;
    // Both are always looked at, so that a loop over slices has no branch.
    ((a - b).abs() > a.abs().max(b.abs()) * WIDER) | (a == b)
}

/// The order of two numbers as they are; the two zeros are one.
fn exact(a: f64, b: f64) -> Ordering {
    a.partial_cmp(&b).unwrap_or(Ordering::Equal)
}

/// The order of two values of one type as lookups see it: exact numbers, texts by collation; nothing if the types
/// differ or either is blank or an error.
pub fn lookup_compare(a: ValueRef<'_>, b: ValueRef<'_>) -> Option<Ordering> {
    match (a, b) {
        (ValueRef::Number(a), ValueRef::Number(b)) => Some(exact(a, b)),
        (ValueRef::Text(a), ValueRef::Text(b)) => Some(collate(a, b)),
        (ValueRef::Boolean(a), ValueRef::Boolean(b)) => Some(a.cmp(&b)),
        _ => None,
    }
}

/// Whether a lookup takes two values for the same: types agree, numbers to the last bit, texts but for case. A blank
/// equals a blank, an error the same error.
pub fn lookup_equal(a: ValueRef<'_>, b: ValueRef<'_>) -> bool {
    match (a, b) {
        (ValueRef::Text(a), ValueRef::Text(b)) => fold_equal(a, b),
        _ => a == b,
    }
}

/// The order in which SORT, SORTBY and the binary modes of XLOOKUP put values of all types: numbers, texts, FALSE, TRUE,
/// errors, blanks. All errors are of one rank, so a stable sort leaves them as they stand.
pub fn sort_compare(a: ValueRef<'_>, b: ValueRef<'_>) -> Ordering {
    lookup_compare(a, b).unwrap_or_else(|| rank(a).cmp(&rank(b)))
}

/// The place of a type among the types.
fn rank(value: ValueRef<'_>) -> u8 {
    match value {
        ValueRef::Number(_) => 0,
        ValueRef::Text(_) => 1,
        ValueRef::Boolean(_) => 2,
        ValueRef::Error(_) => 3,
        ValueRef::Blank => 4,
    }
}
