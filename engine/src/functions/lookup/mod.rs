//! Lookup and reference.
//!
//! Lookups see their tables through [`table::Table`] and search single rows or columns, [`line::Line`]: neither
//! copies, and both show only cells that are not blank. What equals what is told by `value::compare`.

pub(super) mod cut_stack;
pub(super) mod extended_lookup;
pub(super) mod index_choose;
pub(super) mod match_lookup;
pub(super) mod offset_indirect;
pub(in crate::functions) mod reference_info;
pub(super) mod reshape;
pub(super) mod sort_filter;

mod line;
mod search;
pub(in crate::functions) mod table;

#[cfg(test)]
pub(in crate::functions) mod fake_cells;
#[cfg(test)]
mod tests;
