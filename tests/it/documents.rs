//! The documents keep up with the code: each dependency has its sentence, each module its paragraph.

use std::fs;

use crate::source::root;

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The keys of a table of a Cargo.toml.
fn keys<'a>(toml: &'a str, table: &str) -> Vec<&'a str> {
    let header = format!("[{table}]");
    let lines = toml
        .lines()
        .skip_while(|line| line.trim() != header)
        .skip(1);
    lines
        .take_while(|line| !line.starts_with('['))
        .filter_map(|line| line.split_once('='))
        .map(|(key, _)| key.trim().trim_end_matches(".workspace"))
        .filter(|key| !key.starts_with('#'))
        .collect()
}

/// Which of the names do not stand in the text as `` `name` ``.
fn unmentioned<'a>(names: &[&'a str], text: &str) -> Vec<&'a str> {
    let absent = |name: &&&str| !text.contains(&format!("`{name}`"));
    names.iter().filter(absent).copied().collect()
}

#[test]
fn every_dependency_has_a_sentence_in_the_architecture() {
    const PACKAGES: [&str; 5] = ["engine", "python", "tests", "tests/cell_index", "benches"];
    let manifests = PACKAGES.map(|package| read(&format!("{package}/Cargo.toml")));
    let mut dependencies: Vec<&str> = manifests
        .iter()
        .flat_map(|manifest| {
            [
                keys(manifest, "dependencies"),
                keys(manifest, "dev-dependencies"),
            ]
        })
        .flatten()
        .filter(|name| *name != "tabulith")
        .collect();
    dependencies.sort_unstable();
    dependencies.dedup();
    assert!(dependencies.len() > 10, "{dependencies:?}");
    let missing = unmentioned(&dependencies, &read("engine/ARCHITECTURE.md"));
    assert!(
        missing.is_empty(),
        "without a sentence in ARCHITECTURE.md: {missing:?}"
    );
}

#[test]
fn every_module_has_a_paragraph_in_the_architecture() {
    let lib = read("engine/src/lib.rs");
    let modules: Vec<&str> = lib
        .lines()
        .filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'))
        .collect();
    assert!(modules.len() > 10, "{modules:?}");
    let architecture = read("engine/ARCHITECTURE.md");
    let paragraphs: Vec<&str> = modules
        .into_iter()
        .filter(|module| !architecture.contains(&format!("**`{module}`**")))
        .collect();
    assert!(paragraphs.is_empty(), "without a paragraph: {paragraphs:?}");
}

#[test]
fn the_architecture_can_be_read_in_one_sitting() {
    let lines = read("engine/ARCHITECTURE.md").lines().count();
    assert!(lines <= 250, "{lines} lines");
}

#[test]
fn the_version_is_in_the_changelog() {
    let version = env!("CARGO_PKG_VERSION");
    let changelog = read("engine/CHANGELOG.md");
    assert!(
        changelog.contains(&format!("\n## {version}")),
        "no entry for {version}"
    );
}

#[test]
fn what_is_not_mentioned_is_found() {
    let toml = "[a]\nx = 1\n[dependencies]\none = \"1\"\ntwo.workspace = true\n# three = 1\n\n[b]\ny = 2\n";
    assert_eq!(keys(toml, "dependencies"), ["one", "two"]);
    assert_eq!(unmentioned(&["one", "two"], "`one` and two"), ["two"]);
}
