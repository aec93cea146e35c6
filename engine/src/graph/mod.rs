//! Which formulas read what: regions, the reads of a region, the cells that a change makes dirty, the order of work.
//!
//! A node is a region of cells with one template, never a cell. Which functions exist and how they compute is not known
//! here; what a formula reads is told by `plan::bind` as plain [`Read`]s. Everything is persistent: a [`Graph`] is
//! cloned in constant time and an edit copies a few tree nodes.

mod build;
mod dependency_graph;
mod differences;
mod dirty;
mod edge_pattern;
mod edges;
mod extents;
mod following;
mod joining;
mod order;
mod ownership;
mod range_index;
mod ranks;
mod region;
mod registration;
mod run_list;
mod sheets;

#[cfg(test)]
mod tests;

pub use dependency_graph::{Axes, Graph, GraphVersion, SheetGraph};
pub use differences::Differing;
pub use edge_pattern::Read;
pub use extents::Extent;
pub use order::{Order, Rank};
pub use region::{Facts, Owner, Region, RegionId, Run};
pub use run_list::{RunList, runs_written};
