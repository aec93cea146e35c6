//! The command line program `tabulith`: parses arguments, calls the library, prints.
//!
//! Nothing is computed here; every command is a few lines over the public library. A command gets [`Streams`] instead
//! of the process's own, so that tests run it as a user would, and gives an [`Outcome`], which is the exit code.

mod cell_set;
mod commands;
mod compare;
mod convert;
mod deadline;
mod eval;
mod explain;
mod files;
mod functions;
mod json;
mod progress;
mod recalc;
mod related;
mod render;
mod show;
#[cfg(test)]
mod tests;
mod text_arguments;
mod verdict;
mod verify;

use std::ffi::OsString;
use std::io::{self, BufRead, IsTerminal, Write};
use std::process::ExitCode;

use clap::Parser;

use self::commands::{Cli, Command};
use self::related::Direction;
use crate::workbook::set_default_threads;
use crate::{Error, ErrorKind, Result};

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Outcome {
    /// Nothing to complain of.
    Fine = 0,
    /// Computed values differ from the stored ones.
    Differs = 1,
    /// Something could not be done; a message tells what.
    Failed = 2,
    /// A workbook needs something that this version does not have; its stored values were kept.
    Unsupported = 3,
}

/// What a command reads and writes.
pub struct Streams<'a> {
    /// Standard input.
    pub input: &'a mut dyn BufRead,
    /// Standard output.
    pub output: &'a mut dyn Write,
    /// Standard error: messages, progress.
    pub errors: &'a mut dyn Write,
    /// Whether a person watches `errors`, so that a progress bar makes sense.
    pub watched: bool,
}

impl Streams<'_> {
    /// Writes a text. A reader that has gone (`| head`) wants no more, which is no error.
    fn print(&mut self, text: &str) -> Result<()> {
        self.write(text.as_bytes())
    }

    /// Writes bytes, as [`Streams::print`] does a text.
    fn write(&mut self, bytes: &[u8]) -> Result<()> {
        match self
            .output
            .write_all(bytes)
            .and_then(|()| self.output.flush())
        {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Error::new(
                ErrorKind::Io,
                "standard output cannot be written",
            )
            .with_source(error)),
            _ => Ok(()),
        }
    }

    /// Tells something that is no result.
    fn tell(&mut self, text: &str) {
        // If nobody can be told, the exit code still tells.
        let _ = self.errors.write_all(text.as_bytes());
    }

    /// Tells an error.
    fn complain(&mut self, error: &Error) {
        let mut text = format!("tabulith: {error}\n");
        let mut cause = std::error::Error::source(error);
        while let Some(error) = cause {
            text.push_str(&format!("  because: {error}\n"));
            cause = error.source();
        }
        self.tell(&text);
    }
}

/// Runs the program with the process's streams; `args` begin with the program's name.
pub fn run(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    deadline::quiet_panics();
    let watched = io::stderr().is_terminal();
    let mut streams = Streams {
        input: &mut io::stdin().lock(),
        output: &mut io::stdout().lock(),
        errors: &mut io::stderr(),
        watched,
    };
    ExitCode::from(run_with(args, &mut streams) as u8)
}

/// Runs the program with the given streams; `args` begin with the program's name.
///
/// # Examples
///
/// ```
/// use tabulith::cli::{Outcome, Streams, run_with};
///
/// let (mut output, mut errors) = (Vec::new(), Vec::new());
/// let mut streams = Streams {
///     input: &mut &b""[..],
///     output: &mut output,
///     errors: &mut errors,
///     watched: false,
/// };
/// let outcome = run_with(["tabulith", "functions", "MROUND"].map(Into::into), &mut streams);
/// assert_eq!(outcome, Outcome::Fine);
/// assert!(output.starts_with(b"MROUND(number, multiple)"));
/// ```
pub fn run_with(args: impl IntoIterator<Item = OsString>, streams: &mut Streams<'_>) -> Outcome {
    let cli = match Cli::try_parse_from(args) {
        Ok(cli) => cli,
        Err(error) => return refuse_arguments(&error, streams),
    };
    if let Some(threads) = cli.limits.threads {
        set_default_threads(usize::from(threads));
    }
    let done = match &cli.command {
        Command::Recalc(options) => recalc::run(options, &cli.limits, streams),
        Command::Verify(options) => verify::run(options, &cli.limits, streams),
        Command::Show(options) => show::run(options, &cli.limits, streams),
        Command::Eval(options) => eval::run(options, &cli.limits, streams),
        Command::Explain(options) => explain::run(options, &cli.limits, streams),
        Command::Precedents(options) => {
            related::run(Direction::Precedents, options, &cli.limits, streams)
        }
        Command::Dependents(options) => {
            related::run(Direction::Dependents, options, &cli.limits, streams)
        }
        Command::Convert(options) => convert::run(options, &cli.limits, streams),
        Command::Functions(options) => functions::run(options, streams),
    };
    done.unwrap_or_else(|error| {
        streams.complain(&error);
        match error.kind() {
            ErrorKind::Unsupported => Outcome::Unsupported,
            _ => Outcome::Failed,
        }
    })
}

/// Help and version are asked for and go to standard output; all else is an error.
fn refuse_arguments(error: &clap::Error, streams: &mut Streams<'_>) -> Outcome {
    let text = error.render().to_string();
    if error.use_stderr() {
        let _ = streams.errors.write_all(text.as_bytes());
        Outcome::Failed
    } else {
        let _ = streams.print(&text);
        Outcome::Fine
    }
}
