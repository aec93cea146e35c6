//! Sheets that the file does not have yet or has no longer: the parts that come and go with them, and what
//! workbook.xml, its relations and the content types say of them.

use hashbrown::HashSet;

use super::book_moves::{BookMoves, Tab};
use super::package::Package;
use super::read_workbook::BookParts;
use super::relationships::{Relationship, normalize, part_of_relationships};
use super::write_parts::{RELATIONS, WORKSHEET_TYPE};
use super::xml_part::XmlPart;
use super::xml_text::push_attribute;
use super::xml_tokens::{Element, XmlTokens};
use crate::error::Result;
use crate::workbook::Visibility;

/// The parts that come and go.
#[derive(Debug, Default)]
pub(super) struct SheetParts {
    /// Those that nothing leads to any more.
    pub(super) gone: HashSet<usize>,
    /// The workbook's relations to sheets that are gone.
    pub(super) gone_relations: Vec<String>,
    /// Those of new sheets, in the order in which new sheets are numbered.
    pub(super) new: Vec<NewPart>,
}

/// The part of a new sheet.
#[derive(Debug)]
pub(super) struct NewPart {
    /// Its name in the package.
    pub(super) name: String,
    /// The id of the workbook's relation to it.
    pub(super) relation: String,
}

impl SheetParts {
    /// Finds them.
    pub(super) fn find(
        package: &Package,
        book: &BookParts,
        moves: &BookMoves,
    ) -> Result<SheetParts> {
        let relations = package.relationships(Some(book.workbook))?;
        let mut found = SheetParts::default();
        let lost: HashSet<usize> = moves
            .sheets
            .iter()
            .zip(&book.sheets)
            .filter(|(sheet, _)| sheet.name.is_none())
            .filter_map(|(_, (_, part))| *part)
            .collect();
        if !lost.is_empty() {
            let leads_to_lost = |relation: &&Relationship| {
                let part = package.index_of(&relation.target);
                !relation.external && part.is_some_and(|part| lost.contains(&part))
            };
            let gone = relations.iter().filter(leads_to_lost);
            found.gone_relations = gone.map(|relation| relation.id.clone()).collect();
            found.gone = unreachable_without(package, &lost)?;
        }
        let mut number = book.sheets.len();
        let mut id = relations.len();
        for _ in 0..moves.new_tabs() {
            let folder = folder_of(&package.parts()[book.workbook].name);
            let name = loop {
                number += 1;
                let name = format!("{folder}worksheets/sheet{number}.xml");
                if !package.has_part(&name) {
                    break name;
                }
            };
            let relation = loop {
                id += 1;
                let relation = format!("rId{id}");
                // The next free id may be given to the metadata.
                if !relations.iter().any(|other| other.id == relation) && id > relations.len() + 1 {
                    break relation;
                }
            };
            found.new.push(NewPart { name, relation });
        }
        Ok(found)
    }

    /// Whether any part comes or goes.
    pub(super) fn any(&self) -> bool {
        !self.gone.is_empty() || !self.new.is_empty()
    }

    /// The relations of the workbook to new sheets.
    pub(super) fn new_relations(&self) -> String {
        let relation = |part: &NewPart| {
            format!(
                "<Relationship Id=\"{}\" Type=\"{RELATIONS}/worksheet\" Target=\"/{}\"/>",
                part.relation, part.name
            )
        };
        self.new.iter().map(relation).collect()
    }

    /// The content types of new sheets.
    pub(super) fn new_types(&self) -> String {
        let entry = |part: &NewPart| {
            format!(
                "<Override PartName=\"/{}\" ContentType=\"{WORKSHEET_TYPE}\"/>",
                part.name
            )
        };
        self.new.iter().map(entry).collect()
    }

    /// Whether the part of this normalized name is gone.
    pub(super) fn lost(&self, package: &Package, name: &str) -> bool {
        let mut gone = self.gone.iter();
        !self.gone.is_empty() && gone.any(|&part| normalize(&package.parts()[part].name) == name)
    }
}

fn folder_of(name: &str) -> String {
    name.rsplit_once('/')
        .map_or(String::new(), |(folder, _)| format!("{folder}/"))
}

/// The parts that are reached through these only, with their relations.
fn unreachable_without(package: &Package, lost: &HashSet<usize>) -> Result<HashSet<usize>> {
    let reach = |without: &HashSet<usize>| -> Result<HashSet<usize>> {
        let mut reached = HashSet::new();
        let mut pending = vec![None];
        while let Some(part) = pending.pop() {
            for relation in package.relationships(part)? {
                let target = package.index_of(&relation.target);
                let Some(target) =
                    target.filter(|target| !relation.external && !without.contains(target))
                else {
                    continue;
                };
                if reached.insert(target) {
                    pending.push(Some(target));
                }
            }
        }
        Ok(reached)
    };
    let (before, after) = (reach(&HashSet::new())?, reach(lost)?);
    let parts: Vec<usize> = before.difference(&after).copied().collect();
    let mut gone: HashSet<usize> = parts.iter().copied().collect();
    for part in parts {
        let name = part_of_relationships(&package.parts()[part].name);
        gone.extend(package.index_of(&name));
    }
    Ok(gone)
}

/// workbook.xml with the tabs as they are now.
pub(super) fn arrange_tabs(bytes: &[u8], moves: &BookMoves, parts: &SheetParts) -> Result<Vec<u8>> {
    let mut xml = XmlTokens::of_part(XmlPart::new(bytes, "workbook.xml"))?;
    let tabs = inside(&xml, "sheets", "sheet");
    for (&at, sheet) in tabs.iter().zip(&moves.sheets) {
        if let Some(name) = sheet
            .name
            .as_ref()
            .filter(|name| **name != sheet.former_name)
        {
            xml.set_attribute(at, "name", name);
        }
        if sheet.visibility.0 != sheet.visibility.1 {
            xml.set_attribute(at, "state", state(sheet.visibility.1));
        }
    }
    if moves.rearranges() {
        rearrange(&mut xml, &tabs, moves, parts);
        renumber(&mut xml, moves);
    }
    Ok(xml.text().into_bytes())
}

fn inside(xml: &XmlTokens, around: &str, name: &str) -> Vec<Element> {
    let is_wanted = |at: &Element| {
        let parent = xml.parent(*at).map_or("", |parent| xml.name(parent));
        (parent, xml.name(*at)) == (around, name)
    };
    xml.elements().filter(is_wanted).collect()
}

fn state(visibility: Visibility) -> &'static str {
    match visibility {
        Visibility::Visible => "visible",
        Visibility::Hidden => "hidden",
        Visibility::VeryHidden => "veryHidden",
    }
}

/// Writes the list of sheets in their order.
fn rearrange(xml: &mut XmlTokens, tabs: &[Element], moves: &BookMoves, parts: &SheetParts) {
    let Some(list) = tabs.first().and_then(|&tab| xml.parent(tab)) else {
        return;
    };
    let ids = tabs.iter().filter_map(|&tab| xml.attribute(tab, "sheetId"));
    let mut id: u32 = ids.filter_map(|id| id.parse().ok()).max().unwrap_or(0);
    let (prefix, relation_key) = keys(xml, tabs);
    let mut text = String::new();
    for tab in &moves.tabs {
        match tab {
            Tab::OfFile(number) => {
                if let Some(&at) = tabs.get(*number) {
                    text.push_str(&xml.element_text(at));
                }
            }
            Tab::New {
                number,
                name,
                visibility,
            } => {
                let Some(part) = parts.new.get(*number) else {
                    continue;
                };
                id = id.saturating_add(1);
                text.push_str(&format!("<{prefix}sheet name=\""));
                push_attribute(&mut text, name);
                text.push_str(&format!("\" sheetId=\"{id}\""));
                if *visibility != Visibility::Visible {
                    text.push_str(&format!(" state=\"{}\"", state(*visibility)));
                }
                text.push_str(&format!(" {relation_key}=\"{}\"/>", part.relation));
            }
        }
    }
    xml.replace_content(list, text);
}

/// The prefix of the elements with its colon, and the name of the attribute with a relation's id.
fn keys(xml: &XmlTokens, tabs: &[Element]) -> (String, String) {
    let first = tabs.first().map(|&tab| xml.element_text(tab));
    let tag = first.unwrap_or_default();
    let name: String = tag
        .chars()
        .skip(1)
        .take_while(|c| !c.is_whitespace())
        .collect();
    let prefix = name.rsplit_once(':');
    let prefix = prefix.map_or(String::new(), |(prefix, _)| format!("{prefix}:"));
    let key = tabs.first().and_then(|&tab| {
        let keys = xml.attribute_keys(tab);
        keys.into_iter().find(|key| key.ends_with(":id"))
    });
    (prefix, key.unwrap_or_else(|| "r:id".to_owned()))
}

/// Corrects what goes by the number of a tab: the scopes of names, and which tab is shown.
fn renumber(xml: &mut XmlTokens, moves: &BookMoves) {
    for name in inside(xml, "definedNames", "definedName") {
        let scope = xml
            .attribute(name, "localSheetId")
            .and_then(|text| text.trim().parse().ok());
        match scope.map(|scope| moves.tab_now(scope)) {
            Some(Some(now)) => xml.set_attribute(name, "localSheetId", &now.to_string()),
            Some(None) => xml.remove_with_empty(name, &["definedNames"]),
            None => {}
        }
    }
    for view in inside(xml, "bookViews", "workbookView") {
        for key in ["activeTab", "firstSheet"] {
            let Some(tab) = xml
                .attribute(view, key)
                .and_then(|text| text.trim().parse().ok())
            else {
                continue;
            };
            let now = moves
                .tab_now(tab)
                .or_else(|| moves.first_visible())
                .unwrap_or(0);
            xml.set_attribute(view, key, &now.to_string());
        }
        if xml.attribute(view, "activeTab").is_none()
            && let Some(now) = moves.tab_now(0).or_else(|| moves.first_visible())
            && now != 0
        {
            xml.set_attribute(view, "activeTab", &now.to_string());
        }
    }
}
