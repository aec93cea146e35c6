//! The parts of a package beside the sheets that speak of cells: notes, drawings, charts, tables, pivot tables, controls.
//!
//! Which part belongs to which sheet, the relations tell. A part of a kind that is not known may speak of cells in a
//! way that is not known; if the cells of its sheet stand elsewhere, it is named.

use hashbrown::HashMap;

use super::attached_items::{CONTAINERS, parse_ranges};
use super::book_moves::{BookMoves, SheetMoves};
use super::cell_reference::cell_text;
use super::move_anchors::{move_anchor, moved_vml_anchor, shifted_vml_anchor};
use super::package::Package;
use super::patch_moved::{move_attribute, move_details, move_filter_columns};
use super::read_workbook::BookParts;
use super::xml_tokens::{Element, XmlTokens};
use crate::error::Result;
use crate::reference::{Cell, Moved};

/// How a part speaks of cells.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Speech {
    Notes,
    Threads,
    Vml,
    Drawing,
    /// Formulas in `f` and `sqref` elements.
    Chart,
    Table,
    PivotTable,
    PivotSource,
    Control,
    SingleCells,
}

/// Kinds of relations of a sheet to parts that say nothing of cells.
const SILENT: [&str; 11] = [
    "hyperlink",
    "printerSettings",
    "queryTable",
    "customProperty",
    "image",
    "slicer",
    "timeline",
    "oleObject",
    "package",
    "attachedToolbars",
    "externalLinkPath",
];

/// The parts that speak of cells, each with the sheet that it belongs to.
pub(super) struct SpeakingParts {
    parts: HashMap<usize, (Speech, Option<usize>)>,
}

impl SpeakingParts {
    /// Finds them.
    pub(super) fn find(
        package: &Package,
        book: &BookParts,
        moves: &BookMoves,
    ) -> Result<SpeakingParts> {
        let mut parts = HashMap::new();
        for (sheet, (entry, part)) in book.sheets.iter().enumerate() {
            let Some(part) = *part else { continue };
            for relation in package.relationships(Some(part))? {
                let target = package.index_of(&relation.target);
                let (false, Some(target)) = (relation.external, target) else {
                    continue;
                };
                let speech = match relation.kind.as_str() {
                    "comments" => Speech::Notes,
                    "threadedComment" => Speech::Threads,
                    "vmlDrawing" | "legacyDrawing" => Speech::Vml,
                    "drawing" => Speech::Drawing,
                    "table" => Speech::Table,
                    "pivotTable" => Speech::PivotTable,
                    "ctrlProp" => Speech::Control,
                    "tableSingleCells" => Speech::SingleCells,
                    kind if SILENT.contains(&kind) => continue,
                    kind => {
                        let stayed = moves.sheets.get(sheet).is_none_or(|sheet| sheet.stayed());
                        if !stayed {
                            moves.refuse(format!(
                                "`{}`, of the kind `{kind}`, belongs to sheet `{}` and may speak of its cells",
                                package.parts()[target].name,
                                entry.name
                            ));
                        }
                        continue;
                    }
                };
                parts.insert(target, (speech, Some(sheet)));
            }
        }
        for (ending, speech) in [
            ("drawingml.chart+xml", Speech::Chart),
            ("chartex+xml", Speech::Chart),
            ("pivotcachedefinition+xml", Speech::PivotSource),
        ] {
            for part in package.parts_of_type(ending) {
                parts.insert(part, (speech, None));
            }
        }
        Ok(SpeakingParts { parts })
    }

    /// The part in line with the workbook; nothing if it stays as it is.
    pub(super) fn moved(
        &self,
        package: &Package,
        index: usize,
        moves: &BookMoves,
    ) -> Result<Option<Vec<u8>>> {
        let Some((speech, sheet)) = self.parts.get(&index).copied() else {
            return Ok(None);
        };
        let own = sheet.and_then(|sheet| moves.sheets.get(sheet));
        let moved = own.filter(|own| !own.stayed()).map(|own| &own.moved);
        let noted = own.is_some_and(|own| !own.notes.is_empty());
        if moved.is_none() && !noted && !moves.changes_formulas() {
            return Ok(None);
        }
        let mut archive = package.archive();
        let xml = package.xml(&mut archive, index)?;
        let name = &package.parts()[index].name;
        let mut xml = match XmlTokens::of_part(xml) {
            Ok(xml) => xml,
            Err(error) => {
                moves.refuse(format!("`{name}` cannot be read: {}", error.message()));
                return Ok(None);
            }
        };
        let part = Part {
            moves,
            sheet,
            own,
            moved,
            name,
        };
        part.follow(&mut xml, speech);
        Ok(xml.is_changed().then(|| xml.text().into_bytes()))
    }
}

/// A part that is brought in line.
pub(super) struct Part<'a> {
    pub(super) moves: &'a BookMoves,
    sheet: Option<usize>,
    own: Option<&'a SheetMoves>,
    /// Where the cells of its sheet have gone, if they have.
    pub(super) moved: Option<&'a Moved>,
    pub(super) name: &'a str,
}

impl Part<'_> {
    fn follow(&self, xml: &mut XmlTokens, speech: Speech) {
        match speech {
            Speech::Notes | Speech::Threads => self.notes(xml),
            Speech::Vml => self.vml(xml),
            Speech::Drawing => self.drawing(xml),
            Speech::Chart => {
                self.formulas(xml, &["f", "sqref"]);
                self.pivot_chart(xml);
            }
            Speech::Table => self.table(xml),
            Speech::PivotTable => self.pivot_table(xml),
            Speech::PivotSource => self.pivot_source(xml),
            Speech::Control => {
                let nowhere = Moved::nowhere();
                let moved = self.moved.unwrap_or(&nowhere);
                move_details(xml, moved, &mut |text| self.formula(text));
            }
            Speech::SingleCells => {
                if let Some(moved) = self.moved {
                    each(xml, "singleXmlCell", |xml, at| {
                        move_attribute(xml, at, "r", moved);
                    });
                }
            }
        }
    }

    /// A formula of the part as it reads now, if it reads otherwise.
    fn formula(&self, text: &str) -> Option<String> {
        match self.moves.formula(text, self.sheet) {
            Ok(now) => now,
            Err(()) => {
                let name = self.name;
                self.moves
                    .refuse(format!("`{text}` in `{name}` cannot be read"));
                None
            }
        }
    }

    /// Brings the texts of these elements in line.
    fn formulas(&self, xml: &mut XmlTokens, names: &[&str]) {
        let places: Vec<Element> = xml
            .elements()
            .filter(|&at| names.contains(&xml.name(at)))
            .collect();
        for at in places {
            if xml.children(at).next().is_none()
                && let Some(now) = self.formula(&xml.text_of(at))
            {
                xml.set_text(at, &now);
            }
        }
    }

    fn notes(&self, xml: &mut XmlTokens) {
        let Some(own) = self.own else { return };
        for name in ["comment", "threadedComment"] {
            each(xml, name, |xml, at| {
                let ranges = xml.attribute(at, "ref").as_deref().and_then(parse_ranges);
                let then = ranges.and_then(|ranges| Some(ranges.first()?.top_left()));
                let Some((then, now)) = then.map(|then| (then, own.note(then))) else {
                    return;
                };
                match now {
                    Some(now) if now == then => {}
                    Some(now) => xml.set_attribute(at, "ref", &cell_text(now)),
                    None => xml.remove_with_empty(at, &CONTAINERS),
                }
            });
        }
    }

    fn drawing(&self, xml: &mut XmlTokens) {
        if let Some(moved) = self.moved {
            for name in ["twoCellAnchor", "oneCellAnchor"] {
                each(xml, name, |xml, at| move_anchor(xml, at, moved));
            }
        }
        // A shape may show what is in a cell.
        for at in xml.elements().collect::<Vec<_>>() {
            let link = xml.attribute(at, "textlink");
            let link = link.filter(|link| !link.trim().is_empty());
            if let Some(now) = link.and_then(|link| self.formula(&link)) {
                xml.set_attribute(at, "textlink", &now);
            }
        }
    }

    fn vml(&self, xml: &mut XmlTokens) {
        self.formulas(xml, &["FmlaLink", "FmlaRange", "FmlaTxbx", "FmlaPict"]);
        let Some(own) = self.own else { return };
        each(xml, "ClientData", |xml, at| {
            let number = |xml: &XmlTokens, name: &str| {
                let child = xml.child(at, name)?;
                let number = xml.text_of(child).trim().parse::<u32>().ok()?;
                Some((child, number))
            };
            let anchor = xml.child(at, "Anchor");
            let (Some((row_at, row)), Some((column_at, column))) =
                (number(xml, "Row"), number(xml, "Column"))
            else {
                // The marks say what does not follow.
                if let Some(anchor) = anchor.filter(|_| xml.child(at, "MoveWithCells").is_none())
                    && let Some(moved) = self.moved
                    && let Some(now) = moved_vml_anchor(&xml.text_of(anchor), moved)
                {
                    xml.set_text(anchor, &now);
                }
                return;
            };
            let Some(now) = own.note(Cell::new(row, column)) else {
                if let Some(shape) = xml.parent(at) {
                    xml.remove(shape);
                }
                return;
            };
            let by = |now: u32, then: u32| i64::from(now) - i64::from(then);
            let (down, right) = (by(now.row, row), by(now.column, column));
            if (down, right) == (0, 0) {
                return;
            }
            xml.set_text(row_at, &now.row.to_string());
            xml.set_text(column_at, &now.column.to_string());
            if let Some(anchor) = anchor
                && let Some(now) = shifted_vml_anchor(&xml.text_of(anchor), down, right)
            {
                xml.set_text(anchor, &now);
            }
        });
    }

    fn table(&self, xml: &mut XmlTokens) {
        self.formulas(xml, &["calculatedColumnFormula", "totalsRowFormula"]);
        let Some(moved) = self.moved else { return };
        let Some(table) = xml.elements().find(|&at| xml.name(at) == "table") else {
            return;
        };
        let range = xml.attribute(table, "ref").unwrap_or_default();
        let ranges = parse_ranges(&range).unwrap_or_default();
        let (Some(then), Some(now)) = (
            ranges.first(),
            ranges.first().and_then(|rect| moved.rect(rect)),
        ) else {
            self.moves.refuse(format!(
                "the cells of the table in `{}` are gone",
                self.name
            ));
            return;
        };
        if now.columns() != then.columns() {
            self.moves.refuse(format!(
                "columns were inserted into or deleted from the table in `{}`",
                self.name
            ));
            return;
        }
        let rows = |key: &str, usual: u32| {
            let text = xml.attribute(table, key);
            text.and_then(|text| text.trim().parse().ok())
                .unwrap_or(usual)
        };
        let header = rows("headerRowCount", 1) > 0;
        let totals = rows("totalsRowCount", 0) > 0;
        if header && moved.rows.position(then.top).is_none()
            || totals && moved.rows.position(then.bottom).is_none()
        {
            self.moves.refuse(format!(
                "the header or the totals of the table in `{}` are gone",
                self.name
            ));
            return;
        }
        move_filter_columns(xml, moved);
        move_attribute(xml, table, "ref", moved);
        for name in ["autoFilter", "sortState", "sortCondition"] {
            each(xml, name, |xml, at| move_attribute(xml, at, "ref", moved));
        }
    }
}

/// Calls `change` with each element of this name that is there.
pub(super) fn each(xml: &mut XmlTokens, name: &str, change: impl Fn(&mut XmlTokens, Element)) {
    let places: Vec<Element> = xml.elements().filter(|&at| xml.name(at) == name).collect();
    for at in places {
        if xml.is_there(at) {
            change(xml, at);
        }
    }
    if xml.is_changed() {
        xml.correct_counts(&CONTAINERS);
    }
}
