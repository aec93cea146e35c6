//! Recalculation: what is dirty is computed in the order of ranks, and what did not change stops there.
//!
//! The work is pushed: a region is evaluated where it is dirty, the cells whose bits changed are looked up in the range
//! index, and the rectangles found wait in a heap by rank. Regions that read each other in a circle are evaluated on
//! demand with a stack of their own; only a cell that is met again while it is being evaluated is circular. Which edit
//! made something dirty is not known here.

mod book;
mod chain_work;
mod changes;
mod circles;
mod cone;
mod cone_work;
mod dynamic;
mod effort;
mod evaluate;
mod failures;
mod grids;
mod kept_cones;
mod on_demand;
mod pending;
mod pool;
mod reader;
mod region_work;
mod row_spans;
mod schedule;
mod spill;
mod tile_batch;
mod tile_source;
mod tile_work;

pub use book::{Book, Bound, Plans};
pub use changes::Changes;
pub use effort::{CancelToken, Effort};
pub use failures::Failures;
pub use grids::Grids;
pub use pool::{drop_aside, set_default_threads};
pub use reader::Reader;
pub use schedule::{Outcome, Seeds, Settings, recalculate};
