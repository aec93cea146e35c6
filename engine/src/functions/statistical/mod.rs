//! Statistics.

pub(super) mod average;
pub(super) mod beta_family;
pub(super) mod count;
pub(super) mod discrete;
pub(super) mod dispersion;
pub(super) mod extremes;
pub(super) mod gamma_family;
pub(super) mod hypothesis_tests;
pub(super) mod means;
pub(super) mod normal;
pub(super) mod pairs;
pub(super) mod rank_percentile;
pub(super) mod regression;
pub(super) mod shape;

mod incomplete;
mod least_squares;
