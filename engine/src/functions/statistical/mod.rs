//! Statistics.

pub(super) mod average;
pub(super) mod count;
pub(super) mod dispersion;
pub(super) mod extremes;
pub(super) mod means;
pub(super) mod normal;
pub(super) mod pairs;
pub(super) mod rank_percentile;
