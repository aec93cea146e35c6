//! Financial functions.

pub(super) mod annuity;
pub(super) mod cash_flow;
pub(super) mod depreciation;
pub(super) mod interest;

mod newton;

#[cfg(test)]
mod tests;
