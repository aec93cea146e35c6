//! The prefixes of names in files: `_xlfn.SORT`, `_xlpm.x`.

use super::lexer::starts_with;

/// The prefixes that files put before names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Prefix {
    /// None.
    None,
    /// `_xlop.`, an optional parameter of LAMBDA.
    Optional,
    /// Another.
    Other,
}

/// Takes `_xlfn.`, `_xlws.`, `_xlpm.`, `_xlop.`, `_xludf.` and `_xleta.` off a name.
pub(super) fn strip_prefixes(word: &str) -> (&str, Prefix) {
    let (mut rest, mut found) = (word, Prefix::None);
    loop {
        let known = ["_xlfn.", "_xlws.", "_xlpm.", "_xlop.", "_xludf.", "_xleta."];
        let Some(prefix) = known
            .into_iter()
            .find(|prefix| starts_with(rest.as_bytes(), prefix))
        else {
            return (rest, found);
        };
        rest = &rest[prefix.len()..];
        found = if prefix == "_xlop." {
            Prefix::Optional
        } else {
            Prefix::Other
        };
    }
}
