//! What can be typed: the commands, their arguments and their help. How they work is told in the other files.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use super::convert::Convert;
use super::text_arguments::TextArguments;
use crate::workbook::ExplainBounds;

/// An in-memory spreadsheet engine: recalculates, verifies, shows and converts workbooks, with values and errors as in Excel.
#[derive(Debug, Parser)]
#[command(name = "tabulith", version, about, max_term_width = 100)]
#[command(after_help = "Exit codes: 0 fine, 1 values differ, 2 an error, 3 something unsupported.")]
pub(super) struct Cli {
    /// The command.
    #[command(subcommand)]
    pub(super) command: Command,
    /// What every command takes.
    #[command(flatten)]
    pub(super) limits: Limits,
}

/// What every command takes.
#[derive(Debug, Clone, Args)]
pub(super) struct Limits {
    /// How many threads may work [default: the machine's]
    #[arg(long, global = true, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub(super) threads: Option<u16>,
    /// Give up a file, or a formula, after so many seconds
    #[arg(long, global = true, value_name = "SECONDS", value_parser = seconds)]
    pub(super) timeout: Option<f64>,
}

/// A positive number of seconds.
fn seconds(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(seconds) if seconds > 0.0 && seconds <= 1e9 => Ok(seconds),
        _ => Err("a positive number of seconds is needed".into()),
    }
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Open a workbook, recalculate it and write it back
    Recalc(Recalc),
    /// Recalculate workbooks and compare with the values stored in them
    Verify(Verify),
    /// Print a range as a table
    Show(Show),
    /// Evaluate a formula
    Eval(Eval),
    /// Show the tree behind a value: the parts of its formula, and where an error comes from
    Explain(Explain),
    /// List the cells that a formula reads
    Precedents(Related),
    /// List the cells whose formulas read a cell
    Dependents(Related),
    /// Write a workbook or a text file as a file of another kind
    Convert(Convert),
    /// The function reference
    Functions(Functions),
}

/// `recalc`: without `-o` and without `--in-place` only the summary is printed.
#[derive(Debug, Args)]
pub(super) struct Recalc {
    /// The workbook (.xlsx, .xlsm, .tabulith, or text such as .csv); `-` reads standard input
    #[arg(value_name = "IN")]
    pub(super) input: PathBuf,
    /// How a text file is read.
    #[command(flatten)]
    pub(super) text: TextArguments,
    /// Where to write the recalculated workbook; `-` writes to standard output
    #[arg(short, long, value_name = "OUT", conflicts_with = "in_place")]
    pub(super) output: Option<PathBuf>,
    /// Write over IN; a copy of it as it was stays beside it as IN.bak
    #[arg(long)]
    pub(super) in_place: bool,
    /// Print the summary as one line of JSON
    #[arg(long)]
    pub(super) json: bool,
}

/// `verify`.
#[derive(Debug, Args)]
pub(super) struct Verify {
    /// The workbooks; `-` reads standard input
    #[arg(value_name = "IN", required = true)]
    pub(super) inputs: Vec<PathBuf>,
    /// Print a line of JSON for each workbook
    #[arg(long)]
    pub(super) json: bool,
    /// How many differing cells to show for each workbook
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub(super) examples: usize,
}

/// `show`.
#[derive(Debug, Args)]
pub(super) struct Show {
    /// The workbook; `-` reads standard input
    #[arg(value_name = "IN")]
    pub(super) input: PathBuf,
    /// A range such as `Sheet1!A1:D20`, a sheet's name, or a defined name [default: the first sheet]
    #[arg(value_name = "RANGE")]
    pub(super) range: Option<String>,
    /// Formulas instead of values, where there are some
    #[arg(long)]
    pub(super) formulas: bool,
    /// Comma-separated values instead of a table
    #[arg(long, conflicts_with = "json")]
    pub(super) csv: bool,
    /// A JSON array of rows instead of a table
    #[arg(long)]
    pub(super) json: bool,
    /// How a text file is read.
    #[command(flatten)]
    pub(super) text: TextArguments,
}

/// `eval`.
#[derive(Debug, Args)]
pub(super) struct Eval {
    /// The formula, with or without its `=`
    #[arg(
        value_name = "FORMULA",
        required_unless_present = "jsonl",
        conflicts_with = "jsonl",
        allow_hyphen_values = true
    )]
    pub(super) formula: Option<String>,
    /// A workbook whose cells and names the formula may use
    #[arg(long, value_name = "IN")]
    pub(super) file: Option<PathBuf>,
    /// Read cases from standard input, one JSON object a line, and answer each with a line
    #[arg(long, conflicts_with = "file")]
    pub(super) jsonl: bool,
    /// Print the value as JSON
    #[arg(long, conflicts_with = "jsonl")]
    pub(super) json: bool,
    /// How a text file is read.
    #[command(flatten)]
    pub(super) text: TextArguments,
}

/// `explain`.
#[derive(Debug, Args)]
pub(super) struct Explain {
    /// The workbook; `-` reads standard input
    #[arg(value_name = "IN")]
    pub(super) input: PathBuf,
    /// The cell, such as `Sheet1!C9`; without a sheet the first one is meant
    #[arg(value_name = "CELL")]
    pub(super) cell: String,
    /// How many levels of the formula to show
    #[arg(long, value_name = "N", default_value_t = ExplainBounds::default().depth)]
    pub(super) depth: u32,
    /// Print the explanation as JSON
    #[arg(long)]
    pub(super) json: bool,
    /// How a text file is read.
    #[command(flatten)]
    pub(super) text: TextArguments,
}

/// `precedents` and `dependents`.
#[derive(Debug, Args)]
pub(super) struct Related {
    /// The workbook; `-` reads standard input
    #[arg(value_name = "IN")]
    pub(super) input: PathBuf,
    /// The cell, such as `Sheet1!C9`; without a sheet the first one is meant
    #[arg(value_name = "CELL")]
    pub(super) cell: String,
    /// Through other formulas too
    #[arg(long)]
    pub(super) all: bool,
    /// Print a JSON array
    #[arg(long)]
    pub(super) json: bool,
    /// How a text file is read.
    #[command(flatten)]
    pub(super) text: TextArguments,
}

/// `functions`.
#[derive(Debug, Args)]
pub(super) struct Functions {
    /// A function's name, or a word to look for in names and descriptions
    #[arg(value_name = "WORD")]
    pub(super) word: Option<String>,
    /// Print a line of JSON for each function
    #[arg(long)]
    pub(super) json: bool,
}
