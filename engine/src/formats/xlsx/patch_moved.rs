//! A sheet whose rows or columns were inserted or deleted, or whose attached formulas read otherwise: the parts of it
//! beside the rows.

use std::io::{BufRead, Write};

use super::attached_items::{CONTAINERS, Item, describe, find_items, parse_ranges, ranges_text};
use super::book_moves::{SheetMoves, moved_text};
use super::cell_reference::cell_text;
use super::formula_prefix::file_form;
use super::move_anchors::move_anchor;
use super::patch_sheet::{SheetPatch, push_attribute_raw};
use super::xml_part::split_tag;
use super::xml_tokens::{Element, XmlTokens};
use crate::error::Result;
use crate::formula::{ParseOptions, parse};
use crate::reference::{Cell, Moved};
use crate::workbook::{Attached, AttachedKind};

/// Elements of a worksheet that speak of cells beside those with something attached.
pub(super) const MOVED_SECTIONS: [&str; 7] = [
    "autoFilter",
    "scenarios",
    "sortState",
    "customSheetViews",
    "smartTags",
    "oleObjects",
    "controls",
];

impl<R: BufRead, W: Write> SheetPatch<'_, R, W> {
    /// What became of the sheet, if its cells stand elsewhere.
    pub(super) fn moved(&self) -> Option<&Moved> {
        let sheet = self.sheet_moves()?;
        (!sheet.stayed()).then_some(&sheet.moved)
    }

    pub(super) fn sheet_moves(&self) -> Option<&SheetMoves> {
        self.moves?.sheets.get(self.sheet)
    }

    /// Where a cell of the file stands now; nothing if it is gone.
    pub(super) fn now(&self, cell: Cell) -> Option<Cell> {
        match self.moved() {
            Some(moved) => moved.cell(cell),
            None => Some(cell),
        }
    }

    /// Where a row of the file stands now; nothing if it is gone.
    pub(super) fn row_now(&self, row: u32) -> Option<u32> {
        match self.moved() {
            Some(moved) => moved.rows.position(row),
            None => Some(row),
        }
    }

    /// Brings the numbers of columns in the `cols` of a sheet in line with where they stand.
    pub(super) fn move_columns(&self, cols: &mut XmlTokens) {
        if let Some(moved) = self.moved() {
            let columns: Vec<Element> = cols.children(0).collect();
            for column in columns {
                let end = |name: &str| -> Option<u32> {
                    cols.attribute(column, name)?.trim().parse().ok()
                };
                let (Some(first), Some(last)) = (end("min"), end("max")) else {
                    continue;
                };
                let (first, last) = (first.saturating_sub(1), last.saturating_sub(1));
                match moved.columns.span(first, last) {
                    Some((start, end)) => {
                        if (start, end) != (first, last) {
                            cols.set_attribute(column, "min", &(start + 1).to_string());
                            cols.set_attribute(column, "max", &(end + 1).to_string());
                        }
                    }
                    None => cols.remove_with_empty(column, &["cols"]),
                }
            }
        }
    }

    /// Writes the section whose start was read last.
    pub(super) fn move_section(&mut self, name: &str) -> Result<()> {
        let mut section = XmlTokens::of_element(&mut self.xml, name, &self.raw)?;
        let items = find_items(&section, &mut self.numbers);
        if let (Some(moves), Some(sheet)) = (self.moves, self.sheet_moves()) {
            if !sheet.stayed() {
                move_filter_columns(&mut section, &sheet.moved);
            }
            for item in &items {
                if let Err(sentence) = follow_item(&mut section, item, sheet) {
                    moves.refuse(sentence);
                }
            }
            if !sheet.stayed() && MOVED_SECTIONS.contains(&name) {
                move_details(&mut section, &sheet.moved, &mut |text| match moves
                    .formula(text, Some(self.sheet))
                {
                    Ok(moved) => moved,
                    Err(()) => {
                        moves.refuse(format!(
                            "`{text}` on sheet `{}` cannot be read",
                            sheet.former_name
                        ));
                        None
                    }
                });
            }
            if section.is_changed() {
                section.correct_counts(&CONTAINERS);
            }
        }
        self.write_tokens(&section)
    }

    pub(super) fn write_tokens(&mut self, tokens: &XmlTokens) -> Result<()> {
        self.text.push_str(&tokens.text());
        self.flush_text()
    }

    /// Composes the start tag that was read last for a cell that stands elsewhere now.
    pub(super) fn push_moved_start(&mut self, cell: Cell) -> Result<()> {
        let (name, attributes) = split_tag(&self.raw)?;
        let closed = self.raw.ends_with(b"/>");
        self.text.push('<');
        self.text.push_str(&name);
        push_attribute_raw(&mut self.text, "r", &cell_text(cell));
        for (key, value) in attributes.iter().filter(|(key, _)| key != "r") {
            push_attribute_raw(&mut self.text, key, value);
        }
        self.text.push_str(if closed { "/>" } else { ">" });
        Ok(())
    }

    /// The start tag of an array formula or data table, with its range and inputs where they are now.
    pub(super) fn moved_formula_start(&self, raw: &[u8]) -> Result<Vec<u8>> {
        let Some(moved) = self.moved() else {
            return Ok(raw.to_vec());
        };
        let (name, attributes) = split_tag(raw)?;
        let mut tag = format!("<{name}");
        for (key, value) in attributes {
            let now = match key.as_str() {
                "ref" | "r1" | "r2" => moved_text(&value, moved),
                _ => None,
            };
            match now {
                Some(now) if now.is_empty() => {
                    // An input that is gone is marked as such.
                    push_attribute_raw(&mut tag, &key, &value);
                    if key != "ref" {
                        push_attribute_raw(&mut tag, &key.replace('r', "del"), "1");
                    }
                }
                now => push_attribute_raw(&mut tag, &key, now.as_ref().unwrap_or(&value)),
            }
        }
        tag.push_str(if raw.ends_with(b"/>") { "/>" } else { ">" });
        Ok(tag.into_bytes())
    }
}

/// Brings an attached element in line with the workbook.
fn follow_item(
    xml: &mut XmlTokens,
    item: &Item,
    sheet: &SheetMoves,
) -> std::result::Result<(), String> {
    let unreadable = |what: &str| {
        format!(
            "`{what}` in `{}` of sheet `{}` cannot be read",
            xml.name(item.element),
            sheet.former_name
        )
    };
    let Some((then, now)) = sheet.attached.get(&(item.kind, item.number)) else {
        return match sheet.stayed() {
            true => Ok(()),
            false => Err(unreadable(&item.ranges.get(xml).unwrap_or_default())),
        };
    };
    let copies = sheet.copies.get(&(item.kind, item.number));
    let copies = copies.map(Vec::as_slice).unwrap_or_default();
    // The place that a link leads to may be any text; other formulas must be understood to follow.
    let must_be_read = item.kind != AttachedKind::Hyperlink;
    let stays = now.is_some() || !copies.is_empty();
    for (formula, place) in then.formulas.iter().zip(&item.formulas) {
        let blank = formula.trim().is_empty();
        let unread = || parse(formula, &ParseOptions::default()).is_err();
        if stays && must_be_read && !blank && unread() {
            return Err(unreadable(&place.get(xml).unwrap_or_default()));
        }
    }
    let mut texts = String::new();
    for copy in copies {
        texts.push_str(&copied_item(xml, item, (then, copy)).ok_or_else(|| {
            format!(
                "a part of `{}` in `{}` of sheet `{}` reads differently now, but has an identity that cannot be copied",
                ranges_text(item.kind, &then.ranges),
                xml.name(item.element),
                sheet.former_name
            )
        })?);
    }
    match now {
        Some(now) => write_item(xml, item, (then, now)),
        None if copies.is_empty() => xml.remove_with_empty(item.element, &CONTAINERS),
        None => xml.remove(item.element),
    }
    if !copies.is_empty() {
        xml.add_behind(item.element, (&texts, copies.len()));
    }
    Ok(())
}

/// An element as a copy of it is written; nothing if it has an identity that another part of the sheet names.
fn copied_item(
    xml: &mut XmlTokens,
    item: &Item,
    (then, now): (&Attached, &Attached),
) -> Option<String> {
    let at = item.element;
    let parts: Vec<Element> = std::iter::once(at).chain(xml.inside(at)).collect();
    let named = |part: &Element| xml.name(*part) == "id" || xml.attribute(*part, "id").is_some();
    if item.kind == AttachedKind::ConditionalFormat && parts.iter().any(named) {
        return None;
    }
    Some(xml.varied(at, |xml| {
        parts
            .iter()
            .for_each(|part| xml.drop_attribute(*part, "uid"));
        write_item(xml, item, (then, now));
    }))
}

/// Writes the ranges and formulas of an element that are others than they were.
fn write_item(xml: &mut XmlTokens, item: &Item, (then, now): (&Attached, &Attached)) {
    if then.ranges != now.ranges {
        let (before, after) = (describe(xml, item), ranges_text(item.kind, &now.ranges));
        if before.is_some_and(|before| ranges_text(item.kind, &before.ranges) != after) {
            item.ranges.set(xml, &after);
        }
    }
    let formulas = then.formulas.iter().zip(&now.formulas);
    for ((then, now), place) in formulas.zip(&item.formulas) {
        if then != now {
            place.set(xml, &file_form(now));
        }
    }
}

/// Moves what elements say of cells beside the ranges that they are attached to.
pub(super) fn move_details(
    xml: &mut XmlTokens,
    moved: &Moved,
    formula: &mut dyn FnMut(&str) -> Option<String>,
) {
    let elements: Vec<Element> = xml.elements().collect();
    for at in elements {
        if !xml.is_there(at) {
            continue;
        }
        match xml.name(at).to_owned().as_str() {
            "sortState" | "sortCondition" => move_attribute(xml, at, "ref", moved),
            // The sheet's own filter has followed already.
            "autoFilter" if xml.parent(at).is_some() => move_attribute(xml, at, "ref", moved),
            "brk" => move_break(xml, at, moved),
            "inputCells" | "cellSmartTags" => move_attribute(xml, at, "r", moved),
            "anchor" => {
                move_anchor(xml, at, moved);
            }
            "controlPr" | "formControlPr" => {
                for key in [
                    "linkedCell",
                    "listFillRange",
                    "fmlaLink",
                    "fmlaRange",
                    "fmlaTxbx",
                ] {
                    let text = xml.attribute(at, key);
                    if let Some(now) = text.and_then(|text| formula(&text)) {
                        xml.set_attribute(at, key, &now);
                    }
                }
            }
            _ => {}
        }
    }
}

/// Moves a page break of a view.
fn move_break(xml: &mut XmlTokens, at: Element, moved: &Moved) {
    let parent = xml.parent(at).map_or("", |parent| xml.name(parent));
    let survivors = match parent {
        "rowBreaks" => &moved.rows,
        "colBreaks" => &moved.columns,
        _ => return,
    };
    let Some(place) = xml
        .attribute(at, "id")
        .and_then(|text| text.trim().parse().ok())
    else {
        return;
    };
    match survivors.position(place) {
        Some(now) if now == place => {}
        Some(now) => xml.set_attribute(at, "id", &now.to_string()),
        None => xml.remove_with_empty(at, &CONTAINERS),
    }
}

/// Moves the range in an attribute; the element goes with it.
pub(super) fn move_attribute(xml: &mut XmlTokens, at: Element, key: &str, moved: &Moved) {
    let Some(text) = xml.attribute(at, key) else {
        return;
    };
    match moved_text(&text, moved) {
        Some(now) if now.is_empty() => xml.remove_with_empty(at, &CONTAINERS),
        Some(now) if now != text => xml.set_attribute(at, key, &now),
        _ => {}
    }
}

/// Moves the conditions of filters on their columns, which are counted from a filter's first. The ranges of the filters
/// still are what they were.
pub(super) fn move_filter_columns(xml: &mut XmlTokens, moved: &Moved) {
    let filters: Vec<Element> = xml
        .elements()
        .filter(|&at| xml.name(at) == "autoFilter")
        .collect();
    for filter in filters {
        let ranges = xml
            .attribute(filter, "ref")
            .and_then(|text| parse_ranges(&text));
        let Some(range) = ranges.and_then(|ranges| ranges.first().copied()) else {
            continue;
        };
        let Some((_, left)) = moved.columns.next(range.left) else {
            continue;
        };
        let columns: Vec<Element> = xml.children(filter).collect();
        for column in columns {
            let number = xml
                .attribute(column, "colId")
                .and_then(|text| text.parse().ok());
            let Some(number) = number.filter(|_| xml.name(column) == "filterColumn") else {
                continue;
            };
            let former = range.left.checked_add(number);
            match former.and_then(|former| moved.columns.position(former)) {
                Some(now) if now - left == number => {}
                Some(now) => xml.set_attribute(column, "colId", &(now - left).to_string()),
                None => xml.remove(column),
            }
        }
    }
}
