//! Content types and relations: how the parts of a package find each other.
//!
//! Writers differ in everything: absolute and relative targets, backslashes, upper and lower case, the strict and the
//! transitional namespace. A relation's kind is the last word of its type's address, which is the same in both.

use hashbrown::HashMap;

use super::package::Package;
use crate::error::Result;

/// The part that says what the others are.
pub(super) const CONTENT_TYPES: &str = "[Content_Types].xml";

/// One relation of a part.
#[derive(Debug, Clone)]
pub(super) struct Relationship {
    /// What the part itself calls it, as in `r:id`.
    pub(super) id: String,
    /// The last word of its type: `worksheet`, `table`, `sharedStrings`.
    pub(super) kind: String,
    /// The normalized name of the part it leads to, or the address outside.
    pub(super) target: String,
    /// Whether it leads out of the package.
    pub(super) external: bool,
}

/// What the parts are.
#[derive(Debug, Default)]
pub(super) struct ContentTypes {
    by_part: HashMap<String, String>,
    by_extension: HashMap<String, String>,
}

impl ContentTypes {
    /// The type of a part by its normalized name.
    pub(super) fn of(&self, name: &str) -> Option<&str> {
        let by_extension = || {
            let (_, extension) = name.rsplit_once('.')?;
            self.by_extension.get(extension)
        };
        let found = self.by_part.get(name).or_else(by_extension);
        found.map(String::as_str)
    }
}

/// The name by which parts are compared: without a leading slash, with slashes, in lower case, without `.` and `..`.
pub(super) fn normalize(name: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in name.split(['/', '\\']) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/").to_lowercase()
}

/// The name with `%20` and its kind resolved.
pub(super) fn percent_decoded(name: &str) -> String {
    let bytes = name.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let digits = bytes.get(at + 1..at + 3).filter(|_| bytes[at] == b'%');
        let code = digits
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        out.push(code.unwrap_or(bytes[at]));
        at += if code.is_some() { 3 } else { 1 };
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// The part that holds the relations of `source`; of the package itself if that is empty.
pub(super) fn part_of_relationships(source: &str) -> String {
    let source = source.replace('\\', "/");
    match source.rsplit_once('/') {
        Some((folder, name)) => format!("{folder}/_rels/{name}.rels"),
        None => format!("_rels/{source}.rels"),
    }
}

/// The normalized name of the part that `target` leads to from `source`.
fn resolve(source: &str, target: &str) -> String {
    let target = target.split(['#', '?']).next().unwrap_or_default();
    if target.starts_with(['/', '\\']) {
        return normalize(target);
    }
    match source.replace('\\', "/").rsplit_once('/') {
        Some((folder, _)) => normalize(&format!("{folder}/{target}")),
        None => normalize(target),
    }
}

/// Reads the content types.
pub(super) fn read_content_types(package: &Package, index: usize) -> Result<ContentTypes> {
    let mut types = ContentTypes::default();
    let mut archive = package.archive();
    let mut xml = package.xml(&mut archive, index)?;
    xml.for_each_child(|xml, _| {
        xml.for_each_child(|_, child| {
            let Some(kind) = child.get("ContentType").map(str::to_lowercase) else {
                return Ok(());
            };
            match child.name() {
                "Default" => {
                    let extension = child.get("Extension").unwrap_or_default().to_lowercase();
                    types.by_extension.insert(extension, kind);
                }
                "Override" => {
                    let part = child.get("PartName").unwrap_or_default();
                    types.by_part.insert(normalize(part), kind);
                }
                _ => {}
            }
            Ok(())
        })
    })?;
    Ok(types)
}

/// Reads the relations of the part `source`.
pub(super) fn read_relationships(
    package: &Package,
    index: usize,
    source: &str,
) -> Result<Vec<Relationship>> {
    let mut found = Vec::new();
    let mut archive = package.archive();
    let mut xml = package.xml(&mut archive, index)?;
    xml.for_each_child(|xml, _| {
        xml.for_each_child(|_, child| {
            if child.name() != "Relationship" {
                return Ok(());
            }
            let target = child.get("Target").unwrap_or_default();
            let kind = child.get("Type").unwrap_or_default();
            let external = child
                .get("TargetMode")
                .is_some_and(|mode| mode.eq_ignore_ascii_case("external"));
            found.push(Relationship {
                id: child.get("Id").unwrap_or_default().to_owned(),
                kind: kind.rsplit('/').next().unwrap_or_default().to_owned(),
                target: if external {
                    target.to_owned()
                } else {
                    resolve(source, target)
                },
                external,
            });
            Ok(())
        })
    })?;
    Ok(found)
}
