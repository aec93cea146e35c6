//! Pivot tables: where they lie, which cells they are made from, and the charts that show them.

use super::attached_items::parse_ranges;
use super::book_moves::moved_text;
use super::move_parts::{Part, each};
use super::patch_moved::move_attribute;
use super::xml_tokens::{Element, XmlTokens};

impl Part<'_> {
    pub(super) fn pivot_table(&self, xml: &mut XmlTokens) {
        let Some(moved) = self.moved else { return };
        each(xml, "location", |xml, at| {
            let text = xml.attribute(at, "ref").unwrap_or_default();
            let ranges = parse_ranges(&text).unwrap_or_default();
            let whole = ranges.iter().all(|rect| {
                let now = moved.rect(rect);
                now.is_some_and(|now| (now.rows(), now.columns()) == (rect.rows(), rect.columns()))
            });
            match whole && !ranges.is_empty() {
                true => move_attribute(xml, at, "ref", moved),
                false => self.moves.refuse(format!(
                    "rows or columns were inserted into or deleted from the pivot table in `{}`",
                    self.name
                )),
            }
        });
    }

    /// A chart of a pivot table names it: `[Book.xlsx]Sheet1!PivotTable1`.
    pub(super) fn pivot_chart(&self, xml: &mut XmlTokens) {
        each(xml, "pivotSource", |xml, at| {
            let Some(name) = xml.child(at, "name") else {
                return;
            };
            let text = xml.text_of(name);
            let book = text.rfind(']').map_or(0, |at| at + 1);
            let Some((sheet, table)) = text[book..].rsplit_once('!') else {
                return;
            };
            let named = sheet.trim_matches('\'').replace("''", "'");
            let now = self
                .moves
                .sheet_named(&named)
                .and_then(|sheet| sheet.name.as_ref());
            if let Some(now) = now.filter(|now| ***now != *named) {
                xml.set_text(name, &format!("{}{now}!{table}", &text[..book]));
            }
        });
    }

    pub(super) fn pivot_source(&self, xml: &mut XmlTokens) {
        for name in ["worksheetSource", "rangeSet"] {
            each(xml, name, |xml, at| self.source(xml, at));
        }
    }

    fn source(&self, xml: &mut XmlTokens, at: Element) {
        // A source in another workbook has a relation.
        if xml.attribute(at, "id").is_some() {
            return;
        }
        let Some(sheet) = xml
            .attribute(at, "sheet")
            .and_then(|name| self.moves.sheet_named(&name))
        else {
            return;
        };
        let Some(name) = &sheet.name else {
            self.moves.refuse(format!(
                "the sheet that the pivot table of `{}` is made from is gone",
                self.name
            ));
            return;
        };
        if **name != *sheet.former_name {
            xml.set_attribute(at, "sheet", name);
        }
        let Some(range) = xml.attribute(at, "ref") else {
            return;
        };
        match moved_text(&range, &sheet.moved) {
            Some(now) if !now.is_empty() => {
                if now != range {
                    xml.set_attribute(at, "ref", &now);
                }
            }
            _ => self.moves.refuse(format!(
                "the cells `{range}` that the pivot table of `{}` is made from are gone",
                self.name
            )),
        }
    }
}
