//! The order of the modules: an import goes to a strictly lower layer, and modules of one layer do not know each other.
//!
//! The test reads every path of `engine/src` that begins with `crate`, `$crate` or climbs to the crate's root by
//! `super`; nested braces and imports over several lines are followed. Documentation may name anything.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::source::{Token, files_below, relative, root, tokens};

/// Each module and its layer; the reasons are in `engine/ARCHITECTURE.md`.
const LAYERS: [(&str, u32); 16] = [
    ("error", 0),
    ("limits", 0),
    ("environment", 0),
    ("value", 1),
    ("reference", 1),
    ("storage", 2),
    ("formula", 2),
    ("functions", 3),
    ("graph", 3),
    ("plan", 4),
    ("recalc", 5),
    ("workbook", 6),
    ("formats", 7),
    ("collab", 7),
    ("cli", 8),
    ("server", 8),
];

#[test]
fn imports_go_to_a_lower_layer_only() {
    let source = root().join("engine/src");
    let reexports = reexports(&fs::read_to_string(source.join("lib.rs")).unwrap());
    let mut faults = Vec::new();
    let mut seen = 0;
    for file in files_below(&source) {
        let inside = file.strip_prefix(&source).unwrap();
        if inside
            .extension()
            .is_some_and(|extension| extension == "rs")
        {
            let module = module_path(inside);
            if module.is_empty() || module[0] == "bin" {
                continue;
            }
            let text = fs::read_to_string(&file).unwrap();
            seen += 1;
            for fault in upward_imports(&module, &text, &reexports) {
                faults.push(format!("{}:{fault}", relative(&file)));
            }
        }
    }
    assert!(seen > 20, "only {seen} files were read");
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}

/// The module of a file: `value/array.rs` is `[value, array]`, `value/mod.rs` is `[value]`, `lib.rs` is `[]`.
fn module_path(inside: &Path) -> Vec<String> {
    let mut path: Vec<String> = inside
        .with_extension("")
        .iter()
        .map(|part| part.to_string_lossy().into_owned())
        .collect();
    if path
        .last()
        .is_some_and(|last| last == "mod" || last == "lib")
    {
        path.pop();
    }
    path
}

/// What `lib.rs` exports under the crate's root, and the module each name comes from.
fn reexports(lib: &str) -> BTreeMap<String, String> {
    let tokens = tokens(lib);
    let mut names = BTreeMap::new();
    for at in 0..tokens.len() {
        if tokens[at].text == "use" {
            let mut end = at + 1;
            for path in use_tree(&tokens, &mut end, &[]) {
                let path: Vec<&String> = path.iter().filter(|part| *part != "crate").collect();
                if let [module, .., name] = path.as_slice() {
                    names.insert((*name).clone(), (*module).clone());
                }
            }
        }
    }
    names
}

/// The imports of a file that go to the same or a higher layer, each as `line: what is wrong`.
fn upward_imports(
    module: &[String],
    text: &str,
    reexports: &BTreeMap<String, String>,
) -> Vec<String> {
    let layer = |name: &str| {
        LAYERS
            .iter()
            .find(|(module, _)| *module == name)
            .map(|l| l.1)
    };
    let own = module[0].as_str();
    let Some(own_layer) = layer(own) else {
        return vec![format!("1: the module `{own}` has no layer")];
    };
    let mut faults = Vec::new();
    for (line, used) in root_modules(module, &tokens(text)) {
        let used = reexports.get(&used).unwrap_or(&used);
        if used == own {
            continue;
        }
        match layer(used) {
            Some(other) if other < own_layer => {}
            Some(other) => faults.push(format!(
                "{line}: `{own}` (layer {own_layer}) imports `{used}` (layer {other})"
            )),
            None => faults.push(format!("{line}: `crate::{used}` is in no layer")),
        }
    }
    faults
}

/// The first name behind the crate's root in each path that goes through the root, and its line.
fn root_modules(module: &[String], tokens: &[Token]) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    // The inline modules around the place, each with the depth of braces in which it stands.
    let mut inline: Vec<usize> = Vec::new();
    let mut depth = 0;
    let mut at = 0;
    while at < tokens.len() {
        let text = |at: usize| tokens.get(at).map(|token| token.text.as_str());
        match tokens[at].text.as_str() {
            "{" => {
                let names_module =
                    at >= 2 && tokens[at - 2].text == "mod" && tokens[at - 1].is_word();
                if names_module {
                    inline.push(depth);
                }
                depth += 1;
            }
            "}" => {
                depth = depth.saturating_sub(1);
                if inline.last() == Some(&depth) {
                    inline.pop();
                }
            }
            "crate" | "super"
                if text(at.wrapping_sub(1)) != Some("::") && text(at + 1) == Some("::") =>
            {
                let line = tokens[at].line;
                let place = module.len() + inline.len();
                for path in use_tree(tokens, &mut at, &[]) {
                    if let Some(name) = behind_root(&path, place) {
                        found.push((line, name));
                    }
                }
                continue;
            }
            _ => {}
        }
        at += 1;
    }
    found
}

/// The name behind the crate's root, for a path written in a module at depth `place`.
fn behind_root(path: &[String], place: usize) -> Option<String> {
    let climbs = path.iter().take_while(|part| *part == "super").count();
    let start = if path[0] == "crate" {
        1
    } else if climbs >= place {
        climbs
    } else {
        return None;
    };
    path.get(start).cloned()
}

/// The paths of the tree at `at`, such as `crate::{a, b::{C, D}}`, each from its start; `at` moves behind it.
fn use_tree(tokens: &[Token], at: &mut usize, prefix: &[String]) -> Vec<Vec<String>> {
    let mut path = prefix.to_vec();
    while let Some(token) = tokens.get(*at) {
        if token.text == "{" && (tokens[at.saturating_sub(1)].text == "::") {
            *at += 1;
            let mut paths = Vec::new();
            while let Some(token) = tokens.get(*at) {
                match token.text.as_str() {
                    "}" => {
                        *at += 1;
                        break;
                    }
                    "," => *at += 1,
                    _ => {
                        let start = *at;
                        paths.extend(use_tree(tokens, at, &path));
                        // What is no path must not stop the walk.
                        *at += usize::from(*at == start);
                    }
                }
            }
            return paths;
        }
        if !(token.is_word() || token.text == "*") {
            break;
        }
        path.push(token.text.clone());
        *at += 1;
        match tokens.get(*at).map(|token| token.text.as_str()) {
            Some("::") => *at += 1,
            Some("as") => {
                *at += 2;
                break;
            }
            _ => break,
        }
    }
    vec![path]
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{module_path, reexports, upward_imports};

    #[track_caller]
    fn check(file: &str, source: &str, expected: &[&str]) {
        let reexports = BTreeMap::from([
            ("Error".into(), "error".into()),
            ("Workbook".into(), "workbook".into()),
        ]);
        let faults = upward_imports(&module_path(file.as_ref()), source, &reexports);
        assert_eq!(faults, expected, "in {source}");
    }

    #[test]
    fn an_upward_import_is_found_and_a_downward_one_is_not() {
        check("graph/mod.rs", "use crate::reference::Rect;", &[]);
        check(
            "value/mod.rs",
            "\nuse crate::functions::find;",
            &["2: `value` (layer 1) imports `functions` (layer 3)"],
        );
    }

    #[test]
    fn modules_of_one_layer_do_not_know_each_other() {
        check(
            "storage/chunk.rs",
            "fn f(x: crate::formula::Ast) {}",
            &["1: `storage` (layer 2) imports `formula` (layer 2)"],
        );
    }

    #[test]
    fn nested_braces_over_several_lines_are_followed() {
        check(
            "graph/mod.rs",
            "use crate::{\n    reference::{Rect, Cell as C, a1::*},\n    graph::x,\n    plan::{bind},\n    value,\n};",
            &["1: `graph` (layer 3) imports `plan` (layer 4)"],
        );
    }

    #[test]
    fn names_that_the_root_exports_count_as_their_module() {
        check("value/mod.rs", "use crate::{Error};", &[]);
        check(
            "value/mod.rs",
            "f(crate::plan::X)",
            &["1: `value` (layer 1) imports `plan` (layer 4)"],
        );
        check(
            "formula/mod.rs",
            "use crate::Workbook;",
            &["1: `formula` (layer 2) imports `workbook` (layer 6)"],
        );
    }

    #[test]
    fn climbing_to_the_root_by_super_is_an_import_too() {
        check("value/array.rs", "use super::CellError;", &[]);
        check("value/text/mod.rs", "use super::super::value::X;", &[]);
        check(
            "value/mod.rs",
            "mod tests { use super::super::plan::X; } use super::recalc::Y;",
            &[
                "1: `value` (layer 1) imports `plan` (layer 4)",
                "1: `value` (layer 1) imports `recalc` (layer 5)",
            ],
        );
    }

    #[test]
    fn comments_texts_and_visibilities_are_no_imports() {
        check(
            "value/mod.rs",
            "// crate::plan\n/// [x](crate::plan)\nlet x = \"crate::plan\";",
            &[],
        );
        check(
            "value/mod.rs",
            "pub(crate) fn f() {} pub(in crate::value) fn g() {}",
            &[],
        );
    }

    #[test]
    fn macros_are_read_too() {
        check(
            "value/mod.rs",
            "macro_rules! m { () => { $crate::graph::x() } }",
            &["1: `value` (layer 1) imports `graph` (layer 3)"],
        );
    }

    #[test]
    fn a_module_or_name_without_a_layer_is_found() {
        check("misc/mod.rs", "", &["1: the module `misc` has no layer"]);
        check(
            "value/mod.rs",
            "use crate::*;",
            &["1: `crate::*` is in no layer"],
        );
        check(
            "value/mod.rs",
            "use crate::x::y;",
            &["1: `crate::x` is in no layer"],
        );
    }

    #[test]
    fn exports_of_the_root_are_read() {
        let names = reexports(
            "pub use error::{Error, ErrorKind};\npub use crate::workbook::Workbook as Book;",
        );
        let pairs: Vec<_> = names
            .iter()
            .map(|(name, module)| (name.as_str(), module.as_str()))
            .collect();
        assert_eq!(
            pairs,
            [
                ("Error", "error"),
                ("ErrorKind", "error"),
                ("Workbook", "workbook")
            ]
        );
    }
}
