//! Logical functions: choosing between arguments, and combining TRUE and FALSE.

pub(super) mod boolean;
pub(super) mod branch;

#[cfg(test)]
mod tests;
