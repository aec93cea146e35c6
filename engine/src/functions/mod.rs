//! The worksheet functions: one row and one kernel each, by family.
//!
//! A function sees operands and its [`Context`]; it knows neither the syntax tree nor the graph nor how cells are
//! stored. How a row is written is told in `declare`.

mod context;
mod declare;
pub mod indexes;
mod kernel;
mod known_names;
pub mod lanes;
pub mod lift;
pub mod line_index;
mod operand;
mod registry;
mod user_column;
mod user_function;

mod database;
mod date_time;
mod engineering;
mod financial;
mod information;
mod logical;
mod lookup;
mod math;
mod number_fold;
mod numbers;
mod text;
pub mod totals;

#[cfg(test)]
mod test_sheet;

mod statistical;

pub use context::{Cells, ColumnCells, ColumnVisitor, Context, Hidden, Visitor, visit_runs};
pub use declare::{Absent, Coercion, Flags, Function, Parameter};
pub use kernel::{Call, Fold, FoldState, FromLane, FromOperand, IntoOperand, Kernel, Written};
pub use known_names::{KnownName, all_known, known};
pub use operand::{Operand, Reference};
pub use registry::{all, find};
pub use user_column::UserColumn;
pub(crate) use user_function::storable;
pub use user_function::{UserArgument, UserFunction};

/// Every family's functions; a new file is one line here.
static FAMILIES: &[&[Function]] = &[
    database::records::FUNCTIONS,
    date_time::construct::FUNCTIONS,
    date_time::difference::FUNCTIONS,
    date_time::parts::FUNCTIONS,
    date_time::working_days::FUNCTIONS,
    date_time::year_fraction::FUNCTIONS,
    engineering::bits::FUNCTIONS,
    engineering::complex::FUNCTIONS,
    engineering::number_bases::FUNCTIONS,
    financial::annuity::FUNCTIONS,
    financial::cash_flow::FUNCTIONS,
    financial::depreciation::FUNCTIONS,
    financial::interest::FUNCTIONS,
    information::cell_info::FUNCTIONS,
    information::predicates::FUNCTIONS,
    logical::boolean::FUNCTIONS,
    logical::branch::FUNCTIONS,
    lookup::cut_stack::FUNCTIONS,
    lookup::extended_lookup::FUNCTIONS,
    lookup::index_choose::FUNCTIONS,
    lookup::match_lookup::FUNCTIONS,
    lookup::offset_indirect::FUNCTIONS,
    lookup::reference_info::FUNCTIONS,
    lookup::reshape::FUNCTIONS,
    lookup::sort_filter::FUNCTIONS,
    math::rounding::FUNCTIONS,
    text::case_and_trim::FUNCTIONS,
    text::convert::FUNCTIONS,
    text::delimited::FUNCTIONS,
    text::find_replace::FUNCTIONS,
    text::join_split::FUNCTIONS,
    text::slice::FUNCTIONS,
    math::aggregate::FUNCTIONS,
    math::arithmetic::FUNCTIONS,
    math::combinatorics::FUNCTIONS,
    math::conditional_sum::FUNCTIONS,
    math::logarithm::FUNCTIONS,
    math::matrix::FUNCTIONS,
    math::number_theory::FUNCTIONS,
    math::random::FUNCTIONS,
    math::roman::FUNCTIONS,
    math::subtotal::FUNCTIONS,
    math::sum_product::FUNCTIONS,
    math::trigonometry::FUNCTIONS,
    statistical::average::FUNCTIONS,
    statistical::beta_family::FUNCTIONS,
    statistical::count::FUNCTIONS,
    statistical::discrete::FUNCTIONS,
    statistical::dispersion::FUNCTIONS,
    statistical::extremes::FUNCTIONS,
    statistical::gamma_family::FUNCTIONS,
    statistical::hypothesis_tests::FUNCTIONS,
    statistical::means::FUNCTIONS,
    statistical::normal::FUNCTIONS,
    statistical::pairs::FUNCTIONS,
    statistical::rank_percentile::FUNCTIONS,
    statistical::regression::FUNCTIONS,
    statistical::shape::FUNCTIONS,
];
