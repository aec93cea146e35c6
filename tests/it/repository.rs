//! The repository as a whole: what lies at its top, and that its test command runs.

use std::fs;
use std::process::Command;

use crate::source::{files_below, relative, root};

/// What the top of the repository holds, beside dot files.
const TOP: [&str; 10] = [
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "README.md",
    "benches",
    "engine",
    "fixtures",
    "python",
    "tests",
];

/// The files that git follows, or all of them where there is no git.
pub(crate) fn tracked() -> Vec<String> {
    let listed = Command::new("git")
        .args([
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
        ])
        .current_dir(root())
        .output();
    let listed = match listed {
        Ok(output) if output.status.success() => {
            String::from_utf8_lossy(&output.stdout).into_owned()
        }
        _ => String::new(),
    };
    let mut files: Vec<String> = if listed.is_empty() {
        files_below(&root())
            .iter()
            .map(|file| relative(file))
            .collect()
    } else {
        listed
            .split('\0')
            .filter(|file| !file.is_empty())
            .map(str::to_owned)
            .collect()
    };
    files.retain(|file| root().join(file).is_file());
    files.sort();
    files
}

/// What of these files does not belong at the top of the repository.
fn strangers_at_the_top<'a>(files: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut strangers: Vec<&str> = files
        .map(|file| file.split('/').next().unwrap_or(file))
        .filter(|name| !name.starts_with('.') && !TOP.contains(name))
        .collect();
    strangers.dedup();
    strangers
}

#[test]
fn the_top_of_the_repository_is_as_fixed() {
    let files = tracked();
    let strangers = strangers_at_the_top(files.iter().map(String::as_str));
    assert!(
        strangers.is_empty(),
        "at the top, but not one of ours: {strangers:?}"
    );
    let missing: Vec<_> = TOP
        .iter()
        .filter(|name| !root().join(name).exists())
        .collect();
    assert!(missing.is_empty(), "missing at the top: {missing:?}");
}

#[test]
fn the_test_command_is_executable() {
    for script in ["tests/run", ".ci/run"] {
        let text = fs::read_to_string(root().join(script)).unwrap();
        assert!(
            text.starts_with("#!/usr/bin/env "),
            "{script} has no interpreter"
        );
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::metadata(root().join(script))
                .unwrap()
                .permissions()
                .mode();
            assert!(mode & 0o111 != 0, "{script} is not executable");
        }
    }
}

#[test]
fn a_stranger_at_the_top_is_found() {
    let files = [
        "Cargo.toml",
        "engine/src/lib.rs",
        ".ci/run",
        "docs/a.md",
        "docs/b.md",
        "x.sh",
    ];
    assert_eq!(strangers_at_the_top(files.into_iter()), ["docs", "x.sh"]);
}
