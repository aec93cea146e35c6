//! What others wrote down: workbooks that Excel saved, and the cases of other engines' tests, if the corpora are there.
//!
//! The folder `../shared/corpora` beside the repository is evidence, not law: each suite has a stated part that must
//! hold, and what does not hold in the workbooks is named with its reason.

mod inline;
mod neutral;
mod reasons;
mod workbooks;

use std::path::PathBuf;

use crate::source::root;

/// The folder of the corpora; nothing, with a word on the standard error, if there is none.
fn folder() -> Option<PathBuf> {
    let path = root().join("../shared/corpora");
    if !path.is_dir() {
        eprintln!("passed over: there is no ../shared/corpora");
        return None;
    }
    Some(path)
}

/// Whether all that fails in a suite is to be printed: `CORPORA=all`, or part of its name.
fn wants(name: &str) -> bool {
    std::env::var("CORPORA").is_ok_and(|wanted| wanted == "all" || name.contains(&wanted))
}
