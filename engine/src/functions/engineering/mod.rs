//! Engineering.

pub(super) mod bits;
pub(super) mod number_bases;
