//! The words of a line, quotes respected.

use crate::literal;

/// The first word and what follows it.
pub(super) fn word(text: &str) -> (&str, &str) {
    let text = text.trim();
    // A quoted sheet name may hold spaces.
    let mut quoted = false;
    let end = text.find(|c: char| {
        quoted ^= c == '\'';
        c.is_whitespace() && !quoted
    });
    let (first, rest) = text.split_at(end.unwrap_or(text.len()));
    (first, rest.trim())
}

/// The words of a text, quotes respected.
pub(super) fn words(text: &str) -> Vec<String> {
    literal::split(text, ' ')
        .into_iter()
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

/// A name without the quotes that hold it together.
pub(super) fn unquote(name: &str) -> String {
    match name
        .strip_prefix('\'')
        .and_then(|name| name.strip_suffix('\''))
    {
        Some(inner) => inner.replace("''", "'"),
        None => name.to_owned(),
    }
}
