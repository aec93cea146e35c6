//! Which formulas read what: regions, the reads of a region, the cells that a change makes dirty, the order of work.
//!
//! A node is a region of cells with one template, never a cell. Which functions exist and how they compute is not known
//! here; what a formula reads is told by `plan::bind` as plain [`Read`]s.

mod edge_pattern;

pub use edge_pattern::Read;
