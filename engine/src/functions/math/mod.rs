//! Mathematics and trigonometry.

pub(super) mod rounding;
