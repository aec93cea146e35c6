//! Engineering.

pub(super) mod bits;
pub(super) mod complex;
pub(super) mod number_bases;

mod complex_number;
