//! Logical functions: choosing between arguments, and combining TRUE and FALSE.

pub(super) mod boolean;
pub(super) mod branch;
pub(in crate::functions) mod broadcast;

#[cfg(test)]
mod tests;
