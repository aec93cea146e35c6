//! The workloads that the benchmarks measure, and the harness that measures them.
//!
//! A workload is a workbook with the values that it must show, computed here without the engine; tests call the same
//! builders as the benchmarks. The benchmarks themselves are in `benches/benches`.

pub mod maps;
pub mod measure;
pub mod model;
pub mod numbers;
pub mod numpy;
pub mod options;
pub mod table;
pub mod texts;
pub mod workloads;

/// What a benchmark does, or why it could not.
pub type Outcome<T> = Result<T, Box<dyn std::error::Error>>;
