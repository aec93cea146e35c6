//! The habits that a test can keep: sizes of files, their names and headers, `unsafe`, and no word about the machine on
//! which a file was written.

use std::fs;

use crate::repository::tracked;
use crate::source::{root, tokens};

/// Lines of a file that a reader still overlooks.
const LINES: usize = 400;

/// Lines that no file may have, whatever the reason.
const LINES_HARD: usize = 600;

/// Files that may be longer than `LINES`, each with its reason.
const LONGER: [(&str, &str); 0] = [];

/// Words that say nothing of what a file holds.
const EMPTY_NAMES: [&str; 8] = [
    "utils", "helpers", "common", "misc", "types", "ext", "legacy", "manager",
];

/// Where `unsafe` may stand: memory that the type system cannot follow, and the boundary to C.
const MAY_BE_UNSAFE: [&str; 6] = [
    "engine/src/storage/cell_index/",
    "engine/src/storage/process_fork.rs",
    "engine/src/storage/stream_store",
    "python/src/",
    "tests/cell_index/",
    "tests/src/forked_child.rs",
];

/// A file that the tests look at: its path from the repository's folder, and its text.
struct Source<'a> {
    path: &'a str,
    text: &'a str,
}

impl Source<'_> {
    fn is_code(&self) -> bool {
        [".rs", ".py", ".pyi"]
            .iter()
            .any(|end| self.path.ends_with(end))
            || ["tests/run", "tests/libreoffice", "tests/sanitize"].contains(&self.path)
    }

    /// Whether it holds the unit tests of a module, which nobody reads to learn what the module does.
    fn is_unit_tests(&self) -> bool {
        self.path.starts_with("engine/src/")
            && (self.path.ends_with("/tests.rs") || self.path.contains("/tests/"))
    }

    /// What is wrong with the file.
    fn faults(&self) -> Vec<String> {
        let checks = [
            self.length(),
            self.empty_name(),
            self.header(),
            self.unsafe_code(),
            self.machine(),
        ];
        checks
            .into_iter()
            .flatten()
            .map(|fault| format!("{}: {fault}", self.path))
            .collect()
    }

    fn length(&self) -> Option<String> {
        let lines = self.text.lines().count();
        let excepted = LONGER.iter().any(|(path, _)| *path == self.path);
        let bound = if excepted || self.is_unit_tests() {
            LINES_HARD
        } else {
            LINES
        };
        (self.is_code() && lines > bound).then(|| format!("{lines} lines, the bound is {bound}"))
    }

    fn empty_name(&self) -> Option<String> {
        let parts = self
            .path
            .split('/')
            .map(|part| part.split('.').next().unwrap_or(part));
        let empty = parts.into_iter().find(|part| EMPTY_NAMES.contains(part))?;
        self.is_code()
            .then(|| format!("`{empty}` says nothing of what is inside"))
    }

    /// Rust begins with `//!`, Python with a text; an empty `__init__.py` may be empty.
    fn header(&self) -> Option<String> {
        let first = self.text.lines().find(|line| !line.starts_with("#!"))?;
        let missing = if self.is_unit_tests() {
            false
        } else if self.path.ends_with(".rs") {
            !first.starts_with("//!")
        } else {
            self.is_code() && !first.starts_with("\"\"\"")
        };
        missing.then(|| "no header that says what lives here".into())
    }

    fn unsafe_code(&self) -> Option<String> {
        if !self.path.ends_with(".rs") {
            return None;
        }
        let lines: Vec<&str> = self.text.lines().collect();
        let allowed = MAY_BE_UNSAFE
            .iter()
            .any(|place| self.path.starts_with(place));
        for token in tokens(self.text)
            .iter()
            .filter(|token| token.text == "unsafe")
        {
            if !allowed {
                return Some(format!(
                    "`unsafe` in line {}, where none is allowed",
                    token.line
                ));
            }
            // The reason stands in the comment just above, whose lines all begin with `//`.
            let mut above = lines[..token.line - 1].iter().rev();
            let reason = above
                .by_ref()
                .take_while(|line| line.trim_start().starts_with("//") || is_attribute(line))
                .any(|line| line.contains("SAFETY:") || line.contains("# Safety"));
            if !reason {
                return Some(format!(
                    "`unsafe` in line {} without `// SAFETY:` above",
                    token.line
                ));
            }
        }
        None
    }

    /// Nothing may depend on, or tell of, the machine on which a file was written.
    fn machine(&self) -> Option<String> {
        let words = machine_words();
        for (number, line) in self.text.lines().enumerate() {
            if let Some(word) = words.iter().find(|word| mentions(line, word)) {
                return Some(format!(
                    "line {}: `{word}` is a place on one machine",
                    number + 1
                ));
            }
        }
        None
    }
}

/// Folders of a machine and hosts of package registries. Put together here, or this file would hold them itself.
fn machine_words() -> Vec<String> {
    let folders = ["work", "tmp", "root", "home"].map(|folder| format!("/{folder}/"));
    let hosts = [
        ["crates", "io"],
        ["pypi", "org"],
        ["npmjs", "org"],
        ["debian", "org"],
    ];
    let hosts = hosts.map(|[name, end]| format!("{name}.{end}"));
    folders.into_iter().chain(hosts).collect()
}

/// Whether a line is an attribute, which stands between a comment and what it is about.
fn is_attribute(line: &str) -> bool {
    line.trim_start().starts_with("#[")
}

/// Whether the word stands in the line, not as the middle of a longer path.
fn mentions(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        !before.is_some_and(|c| c.is_alphanumeric() || "._-$}".contains(c))
    })
}

#[test]
fn every_file_is_tidy() {
    let mut faults = Vec::new();
    let mut seen = 0;
    for path in tracked() {
        // Files of others (workbooks, licences, the lock file) are not ours to write; binary ones are no text.
        let ours = path != "Cargo.lock" && !path.starts_with("LICENSE");
        let Ok(text) = fs::read_to_string(root().join(&path)) else {
            continue;
        };
        if ours {
            seen += 1;
            faults.extend(
                Source {
                    path: &path,
                    text: &text,
                }
                .faults(),
            );
        }
    }
    assert!(seen > 40, "only {seen} files were read");
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}

#[test]
fn every_exception_is_still_needed() {
    for (path, reason) in LONGER {
        let text = fs::read_to_string(root().join(path)).unwrap_or_default();
        assert!(
            text.lines().count() > LINES,
            "{path} needs no exception any more"
        );
        assert!(reason.len() > 20, "{path}: the exception needs a reason");
    }
}

mod samples {
    use super::{LINES, Source};

    #[track_caller]
    fn check(path: &str, text: &str, expected: Option<&str>) {
        let faults = Source { path, text }.faults();
        match expected {
            None => assert!(faults.is_empty(), "{faults:?}"),
            Some(part) => {
                assert_eq!(faults.len(), 1, "{faults:?}");
                assert!(faults[0].contains(part), "{faults:?}");
            }
        }
    }

    #[test]
    fn a_tidy_file_has_no_fault() {
        check("engine/src/value/mod.rs", "//! Values.\nfn f() {}\n", None);
        check("python/tests/test_open.py", "\"\"\"Opening.\"\"\"\n", None);
        check("python/python/tabulith/__init__.py", "", None);
    }

    #[test]
    fn a_long_file_is_found() {
        let long = format!("//! Long.\n{}", "\n".repeat(LINES));
        check("engine/src/value/mod.rs", &long, Some("401 lines"));
        check("engine/src/value/tests.rs", &long, None);
        check("fixtures/cases/long.case", &long, None);
    }

    #[test]
    fn a_name_that_says_nothing_is_found() {
        check("engine/src/value/utils.rs", "//! X.", Some("`utils`"));
        check("engine/src/common/mod.rs", "//! X.", Some("`common`"));
        check(
            "python/tests/helpers.py",
            "\"\"\"X.\"\"\"",
            Some("`helpers`"),
        );
    }

    #[test]
    fn a_missing_header_is_found() {
        check(
            "engine/src/value/mod.rs",
            "use std::fmt;",
            Some("no header"),
        );
        check("python/tests/test_x.py", "import os", Some("no header"));
    }

    #[test]
    fn unsafe_code_outside_its_places_or_without_a_reason_is_found() {
        let block = "//! X.\nfn f() {\n    unsafe { g() }\n}";
        check(
            "engine/src/value/mod.rs",
            block,
            Some("where none is allowed"),
        );
        check(
            "engine/src/storage/stream_store.rs",
            block,
            Some("without `// SAFETY:`"),
        );
        let reasoned = block.replace(
            "    unsafe",
            "    // SAFETY: g has no\n    // conditions.\n    unsafe",
        );
        check("engine/src/storage/stream_store.rs", &reasoned, None);
        let attribute = reasoned.replace("conditions.\n", "conditions.\n    #[cold]\n");
        check("engine/src/storage/stream_store.rs", &attribute, None);
        check(
            "engine/src/value/mod.rs",
            "//! X.\n// no unsafe here\nlet x = \"unsafe\";",
            None,
        );
    }

    #[test]
    fn a_place_on_one_machine_is_found() {
        let place = format!("see /{}/x", "home");
        check("README.md", &place, Some("a place on one machine"));
        check(
            "Cargo.toml",
            &format!("index = \"{}.{}\"", "crates", "io"),
            Some("a place"),
        );
        check(
            "README.md",
            &format!("`$target/{}/x` and ./{}/y", "tmp", "work"),
            None,
        );
    }
}
