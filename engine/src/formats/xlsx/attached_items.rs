//! Where the elements behind a sheet's cells speak of cells: what is attached to ranges, and with which formulas.
//!
//! Reading and saving find the same elements in the same order, so that the number of an element among those of its
//! kind is all that connects them.

use hashbrown::HashMap;

use super::cell_reference::{parse_range, range_text};
use super::xml_tokens::{Element, XmlTokens};
use crate::limits;
use crate::reference::Rect;
use crate::workbook::{Attached, AttachedKind};

/// Elements of a worksheet, at its top level, in which something is attached to cells.
pub(super) const ATTACHED_SECTIONS: [&str; 10] = [
    "protectedRanges",
    "autoFilter",
    "conditionalFormatting",
    "dataValidations",
    "hyperlinks",
    "rowBreaks",
    "colBreaks",
    "cellWatches",
    "ignoredErrors",
    "extLst",
];

/// Elements that go when the last of what they hold goes.
pub(super) const CONTAINERS: [&str; 14] = [
    "protectedRanges",
    "dataValidations",
    "hyperlinks",
    "rowBreaks",
    "colBreaks",
    "cellWatches",
    "ignoredErrors",
    "extLst",
    "ext",
    "conditionalFormattings",
    "sparklines",
    "sparklineGroup",
    "sparklineGroups",
    "scenarios",
];

/// Where a text stands.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum TextPlace {
    /// In an attribute.
    Attribute(Element, &'static str),
    /// Inside an element.
    Text(Element),
}

impl TextPlace {
    /// The text.
    pub(super) fn get(&self, xml: &XmlTokens) -> Option<String> {
        match self {
            TextPlace::Attribute(at, name) => xml.attribute(*at, name),
            TextPlace::Text(at) => Some(xml.text_of(*at)),
        }
    }

    /// Writes another text.
    pub(super) fn set(&self, xml: &mut XmlTokens, text: &str) {
        match self {
            TextPlace::Attribute(at, name) => xml.set_attribute(*at, name, text),
            TextPlace::Text(at) => xml.set_text(*at, text),
        }
    }
}

/// An element that is attached to cells.
#[derive(Debug)]
pub(super) struct Item {
    /// The element.
    pub(super) element: Element,
    pub(super) kind: AttachedKind,
    /// Its number among those of its kind.
    pub(super) number: u32,
    /// Where its ranges stand.
    pub(super) ranges: TextPlace,
    /// Where its formulas stand.
    pub(super) formulas: Vec<TextPlace>,
}

/// Counts elements by kind.
pub(super) type Numbers = HashMap<AttachedKind, u32>;

/// The elements in one section of a sheet that are attached to cells; `numbers` goes on from section to section.
pub(super) fn find_items(xml: &XmlTokens, numbers: &mut Numbers) -> Vec<Item> {
    let mut items = Vec::new();
    for element in xml.elements() {
        let Some((kind, ranges)) = item_kind(xml, element) else {
            continue;
        };
        let number = numbers.entry(kind).or_insert(0);
        items.push(Item {
            element,
            kind,
            number: *number,
            ranges,
            formulas: formula_places(xml, element, kind),
        });
        *number += 1;
    }
    items
}

/// What an element is, and where its ranges stand.
fn item_kind(xml: &XmlTokens, at: Element) -> Option<(AttachedKind, TextPlace)> {
    let kind = match xml.name(at) {
        "conditionalFormatting" => AttachedKind::ConditionalFormat,
        "dataValidation" => AttachedKind::DataValidation,
        "hyperlink" => AttachedKind::Hyperlink,
        "protectedRange" => AttachedKind::ProtectedRange,
        "autoFilter" => AttachedKind::Filter,
        "sparkline" => AttachedKind::Sparkline,
        "ignoredError" => AttachedKind::IgnoredError,
        "cellWatch" => AttachedKind::Watch,
        "brk" => {
            let parent = xml.parent(at).map_or("", |parent| xml.name(parent));
            let kind = match parent {
                "rowBreaks" => AttachedKind::RowBreak,
                "colBreaks" => AttachedKind::ColumnBreak,
                _ => return None,
            };
            return Some((kind, TextPlace::Attribute(at, "id")));
        }
        _ => return None,
    };
    let key = match kind {
        AttachedKind::Hyperlink | AttachedKind::Filter => "ref",
        AttachedKind::Watch => "r",
        _ => "sqref",
    };
    if xml.attribute(at, key).is_some() {
        return Some((kind, TextPlace::Attribute(at, key)));
    }
    let text = xml.child(at, "sqref")?;
    Some((kind, TextPlace::Text(text)))
}

fn formula_places(xml: &XmlTokens, at: Element, kind: AttachedKind) -> Vec<TextPlace> {
    match kind {
        AttachedKind::Hyperlink => {
            let place = TextPlace::Attribute(at, "location");
            let to_place = xml.attribute(at, "location").is_some();
            to_place.then_some(place).into_iter().collect()
        }
        AttachedKind::ConditionalFormat
        | AttachedKind::DataValidation
        | AttachedKind::Sparkline => {
            let place = |inner: Element| match xml.name(inner) {
                "formula" | "formula1" | "formula2" | "f"
                    if xml.children(inner).next().is_none() =>
                {
                    Some(TextPlace::Text(inner))
                }
                // A border of a scale may be a formula too.
                "cfvo" if xml.attribute(inner, "val").is_some() => {
                    Some(TextPlace::Attribute(inner, "val"))
                }
                _ => None,
            };
            xml.inside(at).filter_map(place).collect()
        }
        _ => Vec::new(),
    }
}

/// What an element says of cells, for the workbook; nothing if its ranges cannot be read.
pub(super) fn describe(xml: &XmlTokens, item: &Item) -> Option<Attached> {
    let text = item.ranges.get(xml)?;
    let ranges = match item.kind {
        AttachedKind::RowBreak => vec![whole_row(text.trim().parse().ok()?)?],
        AttachedKind::ColumnBreak => vec![whole_column(text.trim().parse().ok()?)?],
        _ => parse_ranges(&text)?,
    };
    let formulas = item.formulas.iter().filter_map(|place| place.get(xml));
    Some(Attached {
        kind: item.kind,
        number: item.number,
        copy_of: None,
        ranges,
        formulas: formulas.collect(),
    })
}

/// The ranges of an element as it writes them.
pub(super) fn ranges_text(kind: AttachedKind, ranges: &[Rect]) -> String {
    match (kind, ranges.first()) {
        (AttachedKind::RowBreak, Some(rect)) => rect.top.to_string(),
        (AttachedKind::ColumnBreak, Some(rect)) => rect.left.to_string(),
        _ => {
            let texts: Vec<String> = ranges.iter().map(|rect| range_text(*rect)).collect();
            texts.join(" ")
        }
    }
}

/// The ranges that a list of addresses names; nothing if one of them is none.
pub(super) fn parse_ranges(text: &str) -> Option<Vec<Rect>> {
    text.split_ascii_whitespace()
        .map(|range| parse_range(range.as_bytes()).or_else(|| parse_lines(range)))
        .collect()
}

/// Whole columns or rows, as `A:C` and `1:3`.
fn parse_lines(text: &str) -> Option<Rect> {
    let limits = crate::reference::GridLimits::default();
    crate::reference::a1::parse_rect(text, limits).ok()
}

fn whole_row(row: u32) -> Option<Rect> {
    (row < limits::ROWS).then_some(Rect {
        top: row,
        bottom: row,
        left: 0,
        right: limits::COLUMNS - 1,
    })
}

fn whole_column(column: u32) -> Option<Rect> {
    (column < limits::COLUMNS).then_some(Rect {
        top: 0,
        bottom: limits::ROWS - 1,
        left: column,
        right: column,
    })
}

/// The sheet's own filter, of which there is one.
pub(super) fn attached_filter(range: Rect) -> Attached {
    Attached {
        kind: AttachedKind::Filter,
        number: 0,
        copy_of: None,
        ranges: vec![range],
        formulas: Vec::new(),
    }
}
