//! What the benchmark program can be asked.

use std::path::PathBuf;

use clap::Parser;

/// Measures Tabulith beside its comparators, and checks every result.
#[derive(Debug, Parser)]
#[command(name = "cargo bench -p tabulith-benches --")]
pub struct Options {
    /// Only benchmarks whose names have this word in them.
    pub word: Option<String>,
    /// Print a JSON object a line instead of the table.
    #[arg(long)]
    pub json: bool,
    /// Run each benchmark once, for its result alone.
    #[arg(long, conflicts_with = "json")]
    pub check: bool,
    /// Rows of the large workbooks; the bars are meant for the default.
    #[arg(long, default_value_t = 1_000_000, value_parser = clap::value_parser!(u32).range(1_000..=1_000_000))]
    pub rows: u32,
    /// The Python with numpy [default: the one in .venv, else python3].
    #[arg(long)]
    pub python: Option<PathBuf>,
    /// Print the names of the benchmarks.
    #[arg(long)]
    pub list: bool,
    /// Given by cargo.
    #[arg(long, hide = true)]
    pub bench: bool,
}
