//! To come.
use crate::Benchmark;
pub(crate) const BENCHMARKS: &[Benchmark] = &[];
