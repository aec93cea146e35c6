//! Workbooks saved by Excel: recalculated values must equal the stored ones.
//!
//! Those of `fixtures/excel` must agree in every cell but the listed ones; `corpora` looks at the larger collections.

use std::path::{Path, PathBuf};

use tabulith::cli::{Streams, run_with};

use crate::source::{files_below, root};

/// Cells that differ though the engine is right, each with its reason.
const EXCUSED: [(&str, u64, &str); 0] = [];

struct Counts {
    equal: u64,
    differing: u64,
    refused: u64,
    line: String,
}

fn workbooks(folder: &Path) -> Vec<PathBuf> {
    let mut files = files_below(folder);
    files.retain(|file| {
        file.extension()
            .is_some_and(|ending| ending == "xlsx" || ending == "xlsm")
    });
    files
}

/// What `verify` says of a file.
fn verify(path: &Path) -> Counts {
    let (mut output, mut errors) = (Vec::new(), Vec::new());
    let mut streams = Streams {
        input: &mut &b""[..],
        output: &mut output,
        errors: &mut errors,
        watched: false,
    };
    let args = ["tabulith", "verify", "--json", "--timeout", "120"].map(Into::into);
    run_with(
        args.into_iter().chain([path.as_os_str().to_owned()]),
        &mut streams,
    );
    let line = String::from_utf8(output).expect("the output is text");
    let count = |key: &str| {
        let (_, rest) = line
            .split_once(&format!("\"{key}\":"))
            .unwrap_or_else(|| panic!("no `{key}` in {line}"));
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        digits
            .parse()
            .unwrap_or_else(|_| panic!("`{key}` is no number in {line}"))
    };
    Counts {
        equal: count("equal"),
        differing: count("differing"),
        refused: u64::from(!line.contains("\"refused\":null")),
        line,
    }
}

#[test]
fn every_stored_value_of_our_own_workbooks_is_computed_again() {
    let mut compared = 0;
    for path in workbooks(&root().join("fixtures/excel")) {
        let counts = verify(&path);
        let excused = EXCUSED
            .iter()
            .find(|(file, ..)| path.ends_with(file))
            .map_or(0, |excuse| excuse.1);
        assert_eq!(counts.refused, 0, "{}", counts.line);
        assert_eq!(counts.differing, excused, "{}", counts.line);
        compared += counts.equal;
    }
    assert!(compared > 13_000, "only {compared} cells were compared");
}
