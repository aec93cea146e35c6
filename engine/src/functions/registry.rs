//! Finding a function by its name.

use std::sync::LazyLock;

use hashbrown::HashMap;

use super::{FAMILIES, Function};

static BY_NAME: LazyLock<HashMap<&'static str, &'static Function>> =
    LazyLock::new(|| all().map(|function| (function.name, function)).collect());

/// Every function, family by family.
pub fn all() -> impl Iterator<Item = &'static Function> {
    FAMILIES.iter().flat_map(|family| family.iter())
}

/// The function of this name, which must be in capitals and without prefix.
///
/// # Examples
///
/// ```
/// assert_eq!(tabulith::functions::find("MROUND").unwrap().arity(), (2, 2));
/// assert!(tabulith::functions::find("NOSUCH").is_none());
/// ```
pub fn find(name: &str) -> Option<&'static Function> {
    BY_NAME.get(name).copied()
}
