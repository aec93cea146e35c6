//! Information: what type a value is, and what a cell is like.

pub(super) mod cell_info;
pub(super) mod predicates;

#[cfg(test)]
mod tests;
