//! A sheet's part with some of it changed: what is not changed is copied byte for byte.
//!
//! The part is read once, node by node, and each node's own bytes are written again unless they belong to something
//! that changed. New cells and rows are inserted where they belong. The one thing that spreads: when the master of a
//! shared formula changes, the other cells of its group get formulas of their own.

use std::io::{BufRead, Write};
use std::iter::Peekable;

use hashbrown::{HashMap, HashSet};

use super::attached_items::{ATTACHED_SECTIONS, Numbers};
use super::book_changes::{BookChanges, CellChange};
use super::book_moves::BookMoves;
use super::book_sink::{ColumnAttributes, RowAttributes};
use super::cell_reference::{parse_cell, parse_range, parse_row, range_text};
use super::patch_moved::MOVED_SECTIONS;
use super::patch_styles::prefix_of;
use super::read_sheet_cell::FormulaHead;
use super::write_attributes::{push_columns, push_merges};
use super::xml_part::{Node, Tag, XmlPart, split_tag};
use crate::error::{Error, ErrorKind, Result};
use crate::reference::{Cell, Rect};
use crate::workbook::WidthSpan;

/// Masters of shared formulas that are gone, by the number of their group.
pub(super) type Orphans = HashMap<u32, (Cell, String)>;

/// How a patch ended.
pub(super) enum Patched {
    /// It is complete.
    Done,
    /// Cells of a group came before its master, which turned out to be changed: once more, with this knowledge.
    Again(Orphans),
}

/// What a patch needs to know beside the changes.
#[derive(Clone)]
pub(super) struct PatchContext {
    /// The `cm` of dynamic array formulas.
    pub(super) dynamic_cm: Option<u32>,
    /// The smallest rectangle around the changes that leave a value.
    pub(super) hull: Option<Rect>,
    /// Number of styles, new ones included.
    pub(super) styles: usize,
    /// What a first attempt found out.
    pub(super) orphans: Orphans,
}

/// Copies the part behind `xml` to `out` with the changes of sheet number `sheet`.
pub(super) fn patch_sheet<R: BufRead, W: Write>(
    mut xml: XmlPart<R>,
    changes: &dyn BookChanges,
    sheet: usize,
    context: PatchContext,
    out: &mut W,
) -> Result<Patched> {
    xml.keep_raw();
    let mut patch = SheetPatch {
        xml,
        raw: Vec::new(),
        text: String::new(),
        prefix: String::new(),
        out,
        cells: changes.cells(sheet).peekable(),
        rows: changes.rows(sheet).peekable(),
        columns: changes.columns(sheet),
        widths: changes.widths(sheet),
        widths_are_put: false,
        default_width: None,
        merges: changes.merges(sheet),
        sheet,
        moves: changes.moves(),
        numbers: Numbers::default(),
        context,
        defined: HashSet::new(),
        early: HashSet::new(),
        again: Orphans::new(),
    };
    patch.run()?;
    Ok(if patch.again.is_empty() {
        Patched::Done
    } else {
        Patched::Again(patch.again)
    })
}

/// A patch on its way.
pub(super) struct SheetPatch<'a, R: BufRead, W> {
    pub(super) xml: XmlPart<R>,
    /// The bytes of the node that was read last.
    pub(super) raw: Vec<u8>,
    /// What is being composed.
    pub(super) text: String,
    /// The prefix of the sheet's elements, with its colon.
    pub(super) prefix: String,
    pub(super) out: &'a mut W,
    pub(super) cells: Peekable<Box<dyn Iterator<Item = CellChange> + 'a>>,
    pub(super) rows: Peekable<Box<dyn Iterator<Item = (u32, RowAttributes)> + 'a>>,
    columns: Option<Vec<(u32, u32, ColumnAttributes)>>,
    /// The columns that are to have a width, until they have it.
    pub(super) widths: Option<Vec<WidthSpan>>,
    /// Whether they were put into a list of columns that the sheet has.
    pub(super) widths_are_put: bool,
    /// The width of columns that have none of their own.
    pub(super) default_width: Option<f64>,
    merges: Option<Vec<Rect>>,
    /// The number of the sheet.
    pub(super) sheet: usize,
    /// Where cells have gone, if any have.
    pub(super) moves: Option<&'a BookMoves>,
    pub(super) numbers: Numbers,
    pub(super) context: PatchContext,
    /// Groups whose master came, and groups of which a cell came before it.
    pub(super) defined: HashSet<u32>,
    pub(super) early: HashSet<u32>,
    pub(super) again: Orphans,
}

/// A node, as far as it matters here.
pub(super) enum Step {
    Root,
    Dimension(Option<Rect>),
    /// With the width that columns have unless they say otherwise.
    Defaults(Option<f64>),
    Columns,
    SheetData,
    Merges,
    /// A part of the sheet that stands between its cells and its merged ranges.
    BeforeMerges(Option<&'static str>),
    Section(Option<&'static str>),
    Row(Option<u32>, Option<(u32, u32)>),
    Cell(Option<Cell>),
    Formula(FormulaHead),
    Start,
    End,
    Other,
    Eof,
}

/// What a start tag means at its depth.
fn start_step(tag: &Tag<'_>, depth: usize) -> Result<Step> {
    let off_grid = |what: &str, text: &str| {
        Error::new(
            ErrorKind::FileFormat,
            format!("the {what} `{text}` is not on the grid"),
        )
    };
    Ok(match (depth, tag.name()) {
        (0, _) => Step::Root,
        (1, "dimension") => {
            let range = tag.get("ref")?;
            Step::Dimension(range.and_then(|text| parse_range(text.as_bytes())))
        }
        (1, "sheetFormatPr") => Step::Defaults(tag.number("defaultColWidth")?),
        (1, "cols") => Step::Columns,
        (1, "sheetData") => Step::SheetData,
        (1, "mergeCells") => Step::Merges,
        (
            1,
            "sheetCalcPr" | "sheetProtection" | "protectedRanges" | "scenarios" | "autoFilter"
            | "sortState" | "dataConsolidate" | "customSheetViews",
        ) => Step::BeforeMerges(speaking(tag.name())),
        (1, name) => Step::Section(speaking(name)),
        (2, "row") => {
            let row = match tag.get("r")? {
                Some(text) => {
                    let row = parse_row(text.trim().as_bytes());
                    Some(row.ok_or_else(|| off_grid("row", &text))?)
                }
                None => None,
            };
            Step::Row(row, tag.get("spans")?.and_then(|text| parse_spans(&text)))
        }
        (3, "c") => Step::Cell(match tag.get("r")? {
            Some(text) => {
                let cell = parse_cell(text.trim().as_bytes());
                Some(cell.ok_or_else(|| off_grid("cell", &text))?)
            }
            None => None,
        }),
        (4, "f") => Step::Formula(FormulaHead::of(tag)?),
        _ => Step::Start,
    })
}

/// The name of a part of the sheet that speaks of cells.
fn speaking(name: &str) -> Option<&'static str> {
    let mut names = ATTACHED_SECTIONS.iter().chain(&MOVED_SECTIONS);
    names.find(|known| **known == name).copied()
}

impl<R: BufRead, W: Write> SheetPatch<'_, R, W> {
    fn run(&mut self) -> Result<()> {
        let mut after_cells = false;
        loop {
            match self.step()? {
                Step::Root => self.prefix = prefix_of(&self.raw)?,
                Step::Dimension(range) => {
                    self.patch_dimension(range)?;
                    continue;
                }
                Step::Defaults(width) => self.default_width = width,
                Step::Columns if self.columns.is_none() && self.columns_differ() => {
                    self.patch_columns()?;
                    continue;
                }
                Step::Columns if self.columns.is_some() => {
                    self.drop_element()?;
                    self.write_columns()?;
                    continue;
                }
                Step::SheetData => {
                    self.write_columns()?;
                    self.write_widths()?;
                    after_cells = true;
                    self.patch_rows()?;
                    continue;
                }
                Step::Merges if self.merges.is_some() => {
                    self.drop_element()?;
                    self.write_merges()?;
                    continue;
                }
                Step::BeforeMerges(Some(name)) if self.moves.is_some() => {
                    self.move_section(name)?;
                    continue;
                }
                Step::Section(name) if after_cells => {
                    self.write_merges()?;
                    if let Some(name) = name.filter(|_| self.moves.is_some()) {
                        self.move_section(name)?;
                        continue;
                    }
                }
                Step::End if self.xml.depth() == 0 => self.write_merges()?,
                Step::Eof => break,
                _ => {}
            }
            if self.xml.depth() >= 2 {
                self.copy_element()?;
            } else {
                self.copy()?;
            }
        }
        if self.cells.peek().is_some() || self.rows.peek().is_some() {
            return Err(self.xml.fault("the sheet has no place for cells"));
        }
        Ok(())
    }

    /// The next node; its bytes are in `raw`.
    pub(super) fn step(&mut self) -> Result<Step> {
        self.raw.clear();
        let depth = self.xml.depth();
        let step = match self.xml.next()? {
            Node::Start(tag) => start_step(&tag, depth)?,
            Node::End => Step::End,
            Node::Eof => Step::Eof,
            Node::Text(_) | Node::Other => Step::Other,
        };
        self.xml.take_raw(&mut self.raw);
        Ok(step)
    }

    /// Writes the bytes of the last node.
    pub(super) fn copy(&mut self) -> Result<()> {
        self.out.write_all(&self.raw).map_err(write_error)
    }

    /// Writes what was composed.
    pub(super) fn flush_text(&mut self) -> Result<()> {
        self.out
            .write_all(self.text.as_bytes())
            .map_err(write_error)?;
        self.text.clear();
        Ok(())
    }

    /// Copies the element whose start was read last, to its end.
    pub(super) fn copy_element(&mut self) -> Result<()> {
        let depth = self.xml.depth();
        self.copy()?;
        while self.xml.depth() >= depth {
            if matches!(self.step()?, Step::Eof) {
                return Err(self.xml.unexpected_end());
            }
            self.copy()?;
        }
        Ok(())
    }

    /// Passes over the element whose start was read last.
    pub(super) fn drop_element(&mut self) -> Result<()> {
        self.xml.skip_element()?;
        self.xml.take_raw(&mut self.raw);
        Ok(())
    }

    fn patch_dimension(&mut self, range: Option<Rect>) -> Result<()> {
        let now = match (range, self.moved()) {
            (Some(range), Some(moved)) => moved.rect(&range).or(self.context.hull),
            (range, _) => range,
        };
        let now = match (now, self.context.hull) {
            (Some(now), Some(hull)) => Some(now.hull(&hull)),
            (now, _) => now,
        };
        let Some(now) = now.filter(|now| Some(*now) != range) else {
            return self.copy_element();
        };
        let (name, attributes) = split_tag(&self.raw)?;
        let closed = self.raw.ends_with(b"/>");
        self.text.push('<');
        self.text.push_str(&name);
        for (key, value) in attributes {
            let value = if key == "ref" { range_text(now) } else { value };
            push_attribute_raw(&mut self.text, &key, &value);
        }
        self.text.push_str(if closed { "/>" } else { ">" });
        self.flush_text()?;
        self.copy_rest()
    }

    /// Copies what follows the start of the element that was read last, its end included.
    fn copy_rest(&mut self) -> Result<()> {
        self.raw.clear();
        self.copy_element()
    }

    /// Whether columns stand elsewhere or may have other widths.
    fn columns_differ(&self) -> bool {
        self.moved().is_some() || self.widths.is_some() || self.widths_are_put
    }

    fn write_columns(&mut self) -> Result<()> {
        if let Some(columns) = self.columns.take() {
            push_columns(
                &mut self.text,
                &columns,
                None,
                self.context.styles,
                &self.prefix,
            );
            self.flush_text()?;
        }
        Ok(())
    }

    /// Writes the merged ranges where they belong: before the node that was read last.
    fn write_merges(&mut self) -> Result<()> {
        if let Some(merges) = self.merges.take() {
            push_merges(&mut self.text, &merges, &self.prefix);
            self.flush_text()?;
        }
        Ok(())
    }
}

/// Appends an attribute whose value is escaped already.
pub(super) fn push_attribute_raw(out: &mut String, key: &str, value: &str) {
    out.push(' ');
    out.push_str(key);
    out.push_str("=\"");
    out.push_str(value);
    out.push('"');
}

/// The 0-based columns of a row's `spans`, if it is one span.
fn parse_spans(text: &str) -> Option<(u32, u32)> {
    let (first, last) = text.trim().split_once(':')?;
    let first: u32 = first.parse().ok()?;
    let last: u32 = last.parse().ok()?;
    Some((first.checked_sub(1)?, last.checked_sub(1)?))
}

/// A failure to write.
pub(super) fn write_error(error: std::io::Error) -> Error {
    Error::new(ErrorKind::Io, format!("cannot write: {error}")).with_source(error)
}
