//! From a formula's template to what can be evaluated: binding, and the scalar evaluator.
//!
//! [`bind`] resolves functions, names, tables and sheets once for all cells of a region and tells what they read; the
//! result is a [`Plan`], a short program over a stack of operands. [`evaluate`] runs it for one cell. This evaluator
//! is the oracle: whatever computes many cells at once must agree with it cell by cell.
//!
//! Nothing here recurses over a formula. A plan is a flat list; only the arguments of lazy functions (IF and its kin)
//! are run from within a kernel, and binding refuses plans where such calls stand more than
//! [`NESTING`](crate::limits::NESTING) deep.

mod bind;
mod bind_call;
mod book;
mod bound;
mod broadcast;
mod call;
mod fold;
mod hull;
mod implicit_intersection;
mod lazy;
mod let_names;
mod lifting;
mod names;
mod number_program;
mod operators;
mod parts;
mod reads;
mod reference_operators;
mod resolve;
mod scalar;
mod structured;
pub mod tiles;
mod user_call;

#[cfg(test)]
mod tests;

pub use bind::{bind, bind_at, bind_parts};
pub use book::{Book, DefinedName, TableShape};
pub use bound::{
    Argument, BoundCall, BoundReference, External, Flags, Node, Operation, Plan, Refusal, ThisRow,
    UserCall, Uses,
};
pub use lifting::lifts;
pub use number_program::NumberProgram;
pub use parts::{Part, Parts, evaluate_steps};
pub use scalar::{Outcome, cell_value, evaluate, outcome};
