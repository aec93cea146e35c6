//! The command line program.

use std::process::ExitCode;

fn main() -> ExitCode {
    tabulith::cli::run(std::env::args_os())
}
