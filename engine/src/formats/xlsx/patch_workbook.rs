//! workbook.xml with other settings of calculation and other names.
//!
//! Of a name that is redefined only the formula is written anew; what else the file says of it, and of all other
//! names, stays.

use std::cell::Cell;

use super::book_changes::{BookChanges, NameChange};
use super::book_sink::BookSettings;
use super::formula_prefix::file_form;
use super::package::Package;
use super::patch_styles::prefix_of;
use super::read_workbook::BookParts;
use super::rewrite_part::{Edit, rewrite_part};
use super::sheet_parts::{SheetParts, arrange_tabs};
use super::write_parts::{CALCULATION_KEYS, calculation_attributes};
use super::write_workbook::push_name;
use super::xml_escape::unescape;
use super::xml_part::{Node, split_tag};
use super::xml_text::push_formula;
use crate::error::Result;

/// The part with the changes; nothing if it stays as it is.
pub(super) fn patch_workbook(
    package: &Package,
    book: &BookParts,
    changes: &dyn BookChanges,
    parts: &SheetParts,
) -> Result<Option<Vec<u8>>> {
    let patched = patch_names_and_settings(package, book, changes)?;
    match changes.moves() {
        Some(moves) if moves.changes_tabs() => {
            let bytes = match patched {
                Some(bytes) => bytes,
                None => package.whole_part(book.workbook)?,
            };
            Ok(Some(arrange_tabs(&bytes, moves, parts)?))
        }
        _ => Ok(patched),
    }
}

fn patch_names_and_settings(
    package: &Package,
    book: &BookParts,
    changes: &dyn BookChanges,
) -> Result<Option<Vec<u8>>> {
    let names = changes.names();
    let settings = match changes.settings() {
        None if !book.settings.full_calculation_on_load => None,
        None => Some(&book.settings),
        settings => settings,
    };
    if settings.is_none() && names.is_empty() {
        return Ok(None);
    }
    let (prefix, old_names) = read_names(package, book.workbook)?;
    let new_names = names_element(&prefix, &old_names, &names)?;
    // What has not been written when its place is passed is written there.
    let due_names = Cell::new(!names.is_empty());
    let due_settings = Cell::new(settings);
    let due = || {
        let mut text = String::new();
        if due_names.take() {
            text.push_str(&new_names);
        }
        if let Some(settings) = due_settings.take() {
            let name = format!("{prefix}calcPr");
            text.push_str(&calculation_element(&name, Vec::new(), settings));
        }
        text
    };
    let mut archive = package.archive();
    let xml = package.xml(&mut archive, book.workbook)?;
    let bytes = rewrite_part(
        xml,
        |child, raw| match child.name() {
            "definedNames" if due_names.take() => Ok(Edit::Replace(new_names.clone())),
            "calcPr" => {
                let mut text = String::new();
                if due_names.take() {
                    text.push_str(&new_names);
                }
                let Some(settings) = due_settings.take() else {
                    return Ok(Edit::Before(text));
                };
                let (name, attributes) = split_tag(raw)?;
                text.push_str(&calculation_element(&name, attributes, settings));
                Ok(Edit::Replace(text))
            }
            name if AFTER_CALCULATION.contains(&name) => Ok(Edit::Before(due())),
            _ => Ok(Edit::Keep),
        },
        due,
    )?;
    Ok(Some(bytes))
}

/// A name as it stands in the file.
struct OldName {
    name: String,
    sheet: Option<usize>,
    start: Vec<u8>,
    rest: Vec<u8>,
}

impl OldName {
    fn is(&self, name: &str, sheet: Option<usize>) -> bool {
        self.sheet == sheet && self.name.to_lowercase() == name.to_lowercase()
    }
}

/// The prefix of the part's elements, and all names.
fn read_names(package: &Package, index: usize) -> Result<(String, Vec<OldName>)> {
    let mut archive = package.archive();
    let mut xml = package.xml(&mut archive, index)?;
    xml.keep_raw();
    let (mut prefix, mut names, mut in_names) = (String::new(), Vec::new(), false);
    loop {
        let depth = xml.depth();
        let mut found = None;
        match xml.next()? {
            Node::Start(tag) if depth == 1 => in_names = tag.name() == "definedNames",
            Node::Start(tag) if depth == 2 && in_names => {
                let name = tag.get("name")?.unwrap_or_default();
                found = Some((unescape(&name).into_owned(), tag.number("localSheetId")?));
            }
            Node::Eof => return Ok((prefix, names)),
            _ => {}
        }
        let mut start = Vec::new();
        xml.take_raw(&mut start);
        if depth == 0 && xml.depth() == 1 {
            prefix = prefix_of(&start)?;
        }
        if let Some((name, sheet)) = found {
            let mut rest = Vec::new();
            xml.skip_element()?;
            xml.take_raw(&mut rest);
            names.push(OldName {
                name,
                sheet,
                start,
                rest,
            });
        }
    }
}

/// The `definedNames` element after the changes; empty if no name is left.
fn names_element(prefix: &str, old: &[OldName], changes: &[NameChange]) -> Result<String> {
    let mut list = String::new();
    for name in old {
        let mut changes = changes.iter();
        match changes.find(|change| name.is(&change.name, change.sheet)) {
            None => {
                list.push_str(&String::from_utf8_lossy(&name.start));
                list.push_str(&String::from_utf8_lossy(&name.rest));
            }
            Some(change) => {
                let Some(refers_to) = &change.refers_to else {
                    continue;
                };
                let start = String::from_utf8_lossy(&name.start);
                let (tag, _) = split_tag(&name.start)?;
                list.push_str(start.trim_end_matches('>').trim_end_matches('/'));
                list.push('>');
                push_formula(&mut list, &file_form(refers_to));
                list.push_str(&format!("</{tag}>"));
            }
        }
    }
    for change in changes {
        let is_old = old.iter().any(|name| name.is(&change.name, change.sheet));
        if let (false, Some(definition)) = (is_old, change.definition()) {
            push_name(&mut list, &definition, prefix);
        }
    }
    if list.is_empty() {
        return Ok(list);
    }
    Ok(format!(
        "<{prefix}definedNames>{list}</{prefix}definedNames>"
    ))
}

/// Elements of workbook.xml that come after the settings of calculation.
const AFTER_CALCULATION: [&str; 9] = [
    "oleSize",
    "customWorkbookViews",
    "pivotCaches",
    "smartTagPr",
    "smartTagTypes",
    "webPublishing",
    "fileRecoveryPr",
    "webPublishObjects",
    "extLst",
];

/// The `calcPr` element with these settings; what they do not speak of stays.
fn calculation_element(
    name: &str,
    attributes: Vec<(String, String)>,
    settings: &BookSettings,
) -> String {
    let ours = calculation_attributes(settings);
    let mut element = format!("<{name}");
    let kept = attributes
        .iter()
        .filter(|(key, _)| !CALCULATION_KEYS.contains(&key.as_str()));
    for (key, value) in kept.map(|(k, v)| (k.as_str(), v.as_str())) {
        element.push_str(&format!(" {key}=\"{value}\""));
    }
    element.push_str(&ours);
    element.push_str("/>");
    element
}
