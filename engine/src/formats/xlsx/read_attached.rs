//! Notes, comments and drawings: parts of their own that are fastened to cells of a sheet.
//!
//! They are looked at for the places of what they hold and for nothing else, so a damaged one is passed over.

use super::attached_items::parse_ranges;
use super::package::Package;
use super::xml_tokens::{Element, XmlTokens};
use crate::error::Result;
use crate::limits;
use crate::reference::{Cell, Rect};
use crate::workbook::{Attached, AttachedKind};

/// What the parts around a sheet's part hold.
pub(super) fn read_attached(package: &Package, sheet: usize) -> Vec<Attached> {
    let mut notes = Vec::new();
    let mut drawings = Vec::new();
    for relation in package.relationships(Some(sheet)).unwrap_or_default() {
        let Some(part) = package
            .index_of(&relation.target)
            .filter(|_| !relation.external)
        else {
            continue;
        };
        match relation.kind.as_str() {
            "comments" => notes.extend(read_notes(package, part).unwrap_or_default()),
            "drawing" => drawings.extend(read_drawing(package, part).unwrap_or_default()),
            _ => {}
        }
    }
    let numbered = |kind: AttachedKind, rects: Vec<Rect>| {
        let attached = move |(number, rect)| Attached {
            kind,
            number: number as u32,
            copy_of: None,
            ranges: vec![rect],
            formulas: Vec::new(),
        };
        rects.into_iter().enumerate().map(attached)
    };
    numbered(AttachedKind::Comment, notes)
        .chain(numbered(AttachedKind::Drawing, drawings))
        .collect()
}

fn read_notes(package: &Package, part: usize) -> Result<Vec<Rect>> {
    let mut archive = package.archive();
    let mut xml = package.xml(&mut archive, part)?;
    let mut rects = Vec::new();
    xml.for_each_child(|xml, _| {
        xml.for_each_child(|xml, list| match list.name() {
            "commentList" => xml.for_each_child(|_, note| {
                let range = note.get("ref").and_then(parse_ranges).unwrap_or_default();
                rects.extend(range.into_iter().take(1));
                Ok(())
            }),
            _ => Ok(()),
        })
    })?;
    Ok(rects)
}

fn read_drawing(package: &Package, part: usize) -> Result<Vec<Rect>> {
    let mut archive = package.archive();
    let xml = XmlTokens::of_part(package.xml(&mut archive, part)?)?;
    let corner = |at: Option<Element>| {
        let number =
            |name: &str| -> Option<u32> { xml.text_of(xml.child(at?, name)?).trim().parse().ok() };
        let (row, column) = (number("row")?, number("col")?);
        (row < limits::ROWS && column < limits::COLUMNS).then(|| Cell::new(row, column))
    };
    let anchors = xml
        .elements()
        .filter(|&at| matches!(xml.name(at), "twoCellAnchor" | "oneCellAnchor"));
    let rect = |at: Element| {
        let from = corner(xml.child(at, "from"))?;
        let to = corner(xml.child(at, "to")).unwrap_or(from);
        Some(Rect::new(from, to))
    };
    Ok(anchors.filter_map(rect).collect())
}
