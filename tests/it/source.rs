//! Rust source as tokens, without comments and without what stands in texts; and the project's files.
//!
//! Enough of a lexer for tests that read the source: it knows comments (nested ones too), texts, raw texts, characters
//! and lifetimes, so that a word in a comment is never mistaken for code.

use std::path::{Path, PathBuf};

/// A piece of code: a word, or one character of punctuation (`::` is one token).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Token {
    /// The text.
    pub(crate) text: String,
    /// The line, from 1.
    pub(crate) line: usize,
}

impl Token {
    /// Whether it is a word.
    pub(crate) fn is_word(&self) -> bool {
        self.text
            .starts_with(|c: char| c.is_alphabetic() || c == '_')
    }
}

/// The code's tokens; comments are dropped, a text or a character becomes the token `""`.
pub(crate) fn tokens(source: &str) -> Vec<Token> {
    let mut scanner = Scanner {
        rest: source,
        line: 1,
    };
    let mut tokens = Vec::new();
    while !scanner.rest.is_empty() {
        let line = scanner.line;
        if let Some(text) = scanner.next() {
            tokens.push(Token { text, line });
        }
    }
    tokens
}

struct Scanner<'a> {
    rest: &'a str,
    line: usize,
}

impl Scanner<'_> {
    /// Goes over `bytes` bytes.
    fn skip(&mut self, bytes: usize) {
        let (over, rest) = self.rest.split_at(bytes.min(self.rest.len()));
        self.line += over.matches('\n').count();
        self.rest = rest;
    }

    /// The next token, or nothing for a space or a comment.
    fn next(&mut self) -> Option<String> {
        let rest = self.rest;
        let first = rest.chars().next()?;
        if rest.starts_with("//") {
            self.skip(rest.find('\n').unwrap_or(rest.len()));
            None
        } else if rest.starts_with("/*") {
            self.skip(block_comment(rest));
            None
        } else if let Some(length) = raw_text(rest) {
            self.skip(length);
            Some("\"\"".into())
        } else if first == '"' || rest.starts_with("b\"") || rest.starts_with("c\"") {
            self.skip(plain_text(rest));
            Some("\"\"".into())
        } else if let Some(length) = character(rest) {
            self.skip(length);
            Some("\"\"".into())
        } else if first.is_alphanumeric() || first == '_' {
            let end = rest
                .find(|c: char| !c.is_alphanumeric() && c != '_')
                .unwrap_or(rest.len());
            self.skip(end);
            Some(rest[..end].to_owned())
        } else {
            let length = if rest.starts_with("::") {
                2
            } else {
                first.len_utf8()
            };
            self.skip(length);
            (!first.is_whitespace()).then(|| rest[..length].to_owned())
        }
    }
}

/// The length in bytes of the comment at the start, comments within it included.
fn block_comment(rest: &str) -> usize {
    let (mut depth, mut at) = (0, 0);
    while at < rest.len() {
        if rest[at..].starts_with("/*") {
            depth += 1;
            at += 2;
        } else if rest[at..].starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += rest[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    rest.len()
}

/// The length of the raw text at the start, if there is one: `r"…"`, `r#"…"#`, `br"…"`.
fn raw_text(rest: &str) -> Option<usize> {
    let marked = rest
        .strip_prefix("br")
        .or_else(|| rest.strip_prefix("cr"))
        .or_else(|| rest.strip_prefix('r'))?;
    let hashes = marked.len() - marked.trim_start_matches('#').len();
    let body = marked[hashes..].strip_prefix('"')?;
    let end = format!("\"{}", "#".repeat(hashes));
    let start = rest.len() - body.len();
    Some(
        body.find(&end)
            .map_or(rest.len(), |at| start + at + end.len()),
    )
}

/// The length of the text at the start.
fn plain_text(rest: &str) -> usize {
    let start = rest.find('"').map_or(rest.len(), |at| at + 1);
    let mut escaped = false;
    for (at, c) in rest[start..].char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return start + at + 1,
            _ => {}
        }
    }
    rest.len()
}

/// The length of the character literal at the start; a lifetime is none.
fn character(rest: &str) -> Option<usize> {
    let body = rest
        .strip_prefix('\'')
        .or_else(|| rest.strip_prefix("b'"))?;
    let start = rest.len() - body.len();
    if body.starts_with('\\') {
        let end = body[2.min(body.len())..].find('\'')?;
        return Some(start + 2 + end + 1);
    }
    let first = body.chars().next()?;
    body[first.len_utf8()..]
        .starts_with('\'')
        .then(|| start + first.len_utf8() + 1)
}

/// The repository's folder.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("the tests lie one folder below the root")
        .to_path_buf()
}

/// The files below a folder, in order, without those that a build makes.
pub(crate) fn files_below(folder: &Path) -> Vec<PathBuf> {
    const MADE: [&str; 6] = [
        "target",
        ".venv",
        ".git",
        "__pycache__",
        ".pytest_cache",
        "node_modules",
    ];
    let mut files = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        let entries = std::fs::read_dir(&folder)
            .unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        for entry in entries {
            let path = entry.expect("a folder can be listed").path();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            if MADE.contains(&name.as_ref()) {
                continue;
            }
            if path.is_dir() {
                folders.push(path);
            } else {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

/// The path from the repository's folder, with slashes.
pub(crate) fn relative(path: &Path) -> String {
    let path = path.strip_prefix(root()).unwrap_or(path);
    path.to_string_lossy().replace('\\', "/")
}

#[cfg(test)]
mod tests {
    use super::tokens;

    #[track_caller]
    fn check(source: &str, expected: &str) {
        let texts: Vec<String> = tokens(source).into_iter().map(|token| token.text).collect();
        assert_eq!(texts.join(" "), expected);
    }

    #[test]
    fn comments_and_texts_are_not_code() {
        check("a // b\nc /* d /* e */ f */ g", "a c g");
        check(r#"x("crate::y \" // z") w"#, "x ( \"\" ) w");
        check("r#\"crate::a \" b\"# + br\"c\"", "\"\" + \"\"");
    }

    #[test]
    fn lifetimes_and_characters_are_told_apart() {
        check(
            "&'a str, '\"', '\\'', 'x', '\\u{41}'",
            "& ' a str , \"\" , \"\" , \"\" , \"\"",
        );
    }

    #[test]
    fn a_path_separator_is_one_token_and_lines_are_counted() {
        check("crate::a::{b}", "crate :: a :: { b }");
        let lines: Vec<usize> = tokens("a\n/*\n*/ b \"\n\" c")
            .iter()
            .map(|t| t.line)
            .collect();
        assert_eq!(lines, [1, 3, 3, 4]);
    }
}
