//! Mathematics and trigonometry.

pub(super) mod aggregate;
pub(super) mod arithmetic;
pub(super) mod combinatorics;
pub(super) mod conditional_sum;
mod equals;
pub(super) mod logarithm;
pub(super) mod matrix;
pub(super) mod number_theory;
pub(super) mod random;
pub(super) mod roman;
pub(super) mod rounding;
mod selection;
pub(super) mod subtotal;
pub(super) mod sum_product;
pub(super) mod trigonometry;
