//! Workload builders shared by the benchmarks and the tests that check their results.
