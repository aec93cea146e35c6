//! Workbooks saved by Excel: recalculated values must equal the stored ones.
//!
//! Those of `fixtures/excel` must agree in every cell but the listed ones. The larger collections, where they are at
//! hand, may disagree in one cell of a hundred: some of their files were stored uncalculated or wrong on purpose.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use tabulith::cli::{Streams, run_with};

use crate::source::{files_below, relative, root};

/// Cells that differ though the engine is right, each with its reason.
const EXCUSED: [(&str, u64, &str); 0] = [];

/// The least part of compared cells that must be equal over a whole collection.
const LEAST_EQUAL: f64 = 0.985;

/// Collections that are too large to be kept here.
const COLLECTIONS: &str = "../shared/corpora/originals";

#[derive(Default)]
struct Counts {
    equal: u64,
    differing: u64,
    unsupported: u64,
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
        unsupported: count("unsupported"),
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

#[test]
fn the_large_collections_agree() {
    let folder = root().join(COLLECTIONS);
    if !folder.is_dir() {
        eprintln!("passed over: {COLLECTIONS} is not there");
        return;
    }
    let mut suites: BTreeMap<String, Counts> = BTreeMap::new();
    for path in workbooks(&folder) {
        let counts = verify(&path);
        let suite = relative(&path).replace(&format!("{COLLECTIONS}/"), "");
        let suite = suite.split('/').rev().nth(1).unwrap_or("?").to_owned();
        let sum = suites.entry(suite).or_default();
        sum.equal += counts.equal;
        sum.differing += counts.differing;
        sum.unsupported += counts.unsupported;
        sum.refused += counts.refused;
    }
    let mut all = Counts::default();
    for (suite, counts) in &suites {
        let Counts {
            equal,
            differing,
            unsupported,
            refused,
            ..
        } = counts;
        eprintln!(
            "{suite}: {equal} equal, {differing} differing, {unsupported} unsupported, {refused} files refused"
        );
        all.equal += equal;
        all.differing += differing;
    }
    let part = all.equal as f64 / (all.equal + all.differing) as f64;
    assert!(all.equal > 40_000, "only {} cells were compared", all.equal);
    assert!(
        part >= LEAST_EQUAL,
        "only {part:.4} of the compared cells are equal"
    );
}
