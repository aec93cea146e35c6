//! The command line program, for `python -m tabulith` and for what the package asks it.

use std::ffi::OsString;
use std::io::{self, IsTerminal};

use pyo3::prelude::*;
use tabulith::cli::{Streams, run_with};

/// Runs the program with the streams of the process; its exit code. The arguments are without the program's name.
#[pyfunction]
pub(crate) fn main(py: Python<'_>, arguments: Vec<OsString>) -> u8 {
    py.detach(|| {
        let mut streams = Streams {
            input: &mut io::stdin().lock(),
            output: &mut io::stdout().lock(),
            errors: &mut io::stderr(),
            watched: io::stderr().is_terminal(),
        };
        run_with(with_name(arguments), &mut streams) as u8
    })
}

/// Runs the program: its exit code, what it printed, and what it complained of.
#[pyfunction]
pub(crate) fn run(py: Python<'_>, arguments: Vec<OsString>) -> (u8, String, String) {
    py.detach(|| {
        let (mut output, mut errors) = (Vec::new(), Vec::new());
        let mut streams = Streams {
            input: &mut io::empty(),
            output: &mut output,
            errors: &mut errors,
            watched: false,
        };
        let outcome = run_with(with_name(arguments), &mut streams);
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        (outcome as u8, text(output), text(errors))
    })
}

fn with_name(arguments: Vec<OsString>) -> impl Iterator<Item = OsString> {
    std::iter::once("tabulith".into()).chain(arguments)
}
