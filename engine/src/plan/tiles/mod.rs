//! A plan over tiles: the same formula for a thousand rows at a time.
//!
//! [`TileProgram::compile`] turns a plan into steps whose operands are tiles of packed cells instead of single values;
//! one dispatch serves up to [`TILE`](crate::storage::TILE) rows. What a kernel has no fast way for is computed by the
//! scalar evaluator: a lane that is no plain number by the operator's own rule, a part of the formula that has no tile
//! form (a lookup, the sum of a range) lane by lane, and if a part gives something that is no single value, the whole
//! tile. So a tile program never gives anything else than the scalar evaluator, lane by lane.
//!
//! Where the cells of a tile lie is not known here: [`TileSource`] loads them.

mod arithmetic;
mod call;
mod chain;
mod choice;
mod comparison;
mod compile;
mod folds;
mod forms;
mod links;
mod machine;
mod mask;
mod program;
mod shared;
mod uniform;
mod user_call;

pub use chain::{Chain, ChainRows};
pub(super) use forms::cell_load;
pub use machine::{TileMachine, TileSource};
pub use program::{Load, TileProgram, TileRows};
pub use shared::SharedValues;
