//! The worksheet functions: one row and one kernel each, by family.
//!
//! A function sees operands and its [`Context`]; it knows neither the syntax tree nor the graph nor how cells are
//! stored. How a row is written is told in `declare`.

mod context;
mod declare;
mod kernel;
mod number_fold;
mod numbers;
mod operand;
mod registry;

#[cfg(test)]
mod test_sheet;

mod math;
mod statistical;

pub use context::{Cells, Context, Hidden, Visitor};
pub use declare::{Absent, Coercion, Flags, Function, Parameter};
pub use kernel::{Call, Fold, FoldState, FromOperand, IntoOperand, Kernel};
pub use operand::{Operand, Reference};
pub use registry::{all, find};

/// Every family's functions; a new file is one line here.
static FAMILIES: &[&[Function]] = &[
    math::aggregate::FUNCTIONS,
    math::arithmetic::FUNCTIONS,
    math::combinatorics::FUNCTIONS,
    math::conditional_sum::FUNCTIONS,
    math::logarithm::FUNCTIONS,
    math::matrix::FUNCTIONS,
    math::number_theory::FUNCTIONS,
    math::random::FUNCTIONS,
    math::rounding::FUNCTIONS,
    math::subtotal::FUNCTIONS,
    math::sum_product::FUNCTIONS,
    math::trigonometry::FUNCTIONS,
    statistical::average::FUNCTIONS,
    statistical::count::FUNCTIONS,
    statistical::dispersion::FUNCTIONS,
    statistical::extremes::FUNCTIONS,
    statistical::rank_percentile::FUNCTIONS,
];
