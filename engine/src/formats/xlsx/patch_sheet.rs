//! A sheet's part with some cells changed: what is not changed is copied byte for byte.
//!
//! The part is read once, node by node, and each node's own bytes are written again unless they belong to a changed
//! cell. New cells and rows are inserted where they belong. The one thing that spreads: when the master of a shared
//! formula changes, the other cells of its group get formulas of their own.

use std::io::{BufRead, Write};
use std::iter::Peekable;

use hashbrown::{HashMap, HashSet};

use super::book_changes::{CellChange, FormulaChange};
use super::cell_reference::{parse_cell, parse_range, parse_row, push_cell, range_text};
use super::formula_prefix::file_form;
use super::read_sheet_cell::{FormulaHead, FormulaType};
use super::shared_formula::shift_formula;
use super::write_sheet::check_length;
use super::xml_part::{Node, XmlPart, split_tag};
use super::xml_text::{push_formula_element, push_value, type_attribute};
use crate::error::{Error, ErrorKind, Result};
use crate::limits;
use crate::reference::{Cell, Rect};
use crate::value::Value;

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
pub(super) struct PatchContext {
    /// The `cm` of dynamic array formulas.
    pub(super) dynamic_cm: Option<u32>,
    /// The smallest rectangle around the changes that leave a value.
    pub(super) hull: Option<Rect>,
    /// What a first attempt found out.
    pub(super) orphans: Orphans,
}

/// Copies the part behind `xml` to `out` with the changes, which are in row-major order.
pub(super) fn patch_sheet<'a, R: BufRead, W: Write>(
    mut xml: XmlPart<R>,
    changes: Box<dyn Iterator<Item = CellChange> + 'a>,
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
        changes: changes.peekable(),
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

struct SheetPatch<'a, R: BufRead, W> {
    xml: XmlPart<R>,
    /// The bytes of the node that was read last.
    raw: Vec<u8>,
    /// What is being composed.
    text: String,
    /// The prefix of the sheet's elements, with its colon.
    prefix: String,
    out: &'a mut W,
    changes: Peekable<Box<dyn Iterator<Item = CellChange> + 'a>>,
    context: PatchContext,
    /// Groups whose master came, and groups of which a cell came before it.
    defined: HashSet<u32>,
    early: HashSet<u32>,
    again: Orphans,
}

/// A node, as far as it matters here.
enum Step {
    SheetData,
    Dimension(Option<Rect>),
    Row(Option<u32>, Option<(u32, u32)>),
    Cell(Option<Cell>),
    Formula(FormulaHead),
    Start,
    End,
    Other,
    Eof,
}

/// A formula as it stands in the file.
struct OldFormula {
    head: FormulaHead,
    raw: Vec<u8>,
    text: String,
}

impl<R: BufRead, W: Write> SheetPatch<'_, R, W> {
    fn run(&mut self) -> Result<()> {
        loop {
            match self.step()? {
                Step::SheetData => self.patch_rows()?,
                Step::Dimension(range) => self.patch_dimension(range)?,
                Step::Eof => break,
                _ => self.copy()?,
            }
        }
        match self.changes.peek() {
            Some(_) => Err(self.xml.fault("the sheet has no place for cells")),
            None => Ok(()),
        }
    }

    /// The next node; its bytes are in `raw`.
    fn step(&mut self) -> Result<Step> {
        self.raw.clear();
        let depth = self.xml.depth();
        let step = match self.xml.next()? {
            Node::Start(tag) => match (depth, tag.name()) {
                (1, "sheetData") => Step::SheetData,
                (1, "dimension") => {
                    let range = tag.get("ref")?;
                    Step::Dimension(range.and_then(|text| parse_range(text.as_bytes())))
                }
                (2, "row") => {
                    let row = match tag.get("r")? {
                        Some(text) => Some(parse_row(text.trim().as_bytes()).ok_or_else(|| {
                            Error::new(
                                ErrorKind::FileFormat,
                                format!("row `{text}` is not on the grid"),
                            )
                        })?),
                        None => None,
                    };
                    Step::Row(row, tag.get("spans")?.and_then(|text| parse_spans(&text)))
                }
                (3, "c") => Step::Cell(match tag.get("r")? {
                    Some(text) => Some(parse_cell(text.trim().as_bytes()).ok_or_else(|| {
                        Error::new(
                            ErrorKind::FileFormat,
                            format!("the cell `{text}` is not on the grid"),
                        )
                    })?),
                    None => None,
                }),
                (4, "f") => Step::Formula(FormulaHead::of(&tag)?),
                _ => Step::Start,
            },
            Node::End => Step::End,
            Node::Eof => Step::Eof,
            Node::Text(_) | Node::Other => Step::Other,
        };
        self.xml.take_raw(&mut self.raw);
        Ok(step)
    }

    /// Writes the bytes of the last node.
    fn copy(&mut self) -> Result<()> {
        self.out.write_all(&self.raw).map_err(write_error)
    }

    /// Writes what was composed.
    fn flush_text(&mut self) -> Result<()> {
        self.out
            .write_all(self.text.as_bytes())
            .map_err(write_error)?;
        self.text.clear();
        Ok(())
    }

    /// Copies the element whose start was read last, to its end.
    fn copy_element(&mut self) -> Result<()> {
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

    fn patch_dimension(&mut self, range: Option<Rect>) -> Result<()> {
        match (range, self.context.hull) {
            (Some(range), Some(hull)) if !range.encloses(&hull) => {
                let (name, attributes) = split_tag(&self.raw)?;
                let closed = self.raw.ends_with(b"/>");
                self.text.push('<');
                self.text.push_str(&name);
                for (key, value) in attributes {
                    let value = if key == "ref" {
                        range_text(range.hull(&hull))
                    } else {
                        value
                    };
                    push_attribute_raw(&mut self.text, &key, &value);
                }
                self.text.push_str(if closed { "/>" } else { ">" });
                self.flush_text()
            }
            _ => self.copy(),
        }
    }

    /// Writes the start tag that was read last, open even if it was closed at once, without the attribute `drop`.
    /// Gives the end tag that is due if it was closed.
    fn open_tag(&mut self, drop: Option<&str>) -> Result<Option<String>> {
        let closed = self.raw.ends_with(b"/>");
        if !closed && drop.is_none() {
            self.copy()?;
            return Ok(None);
        }
        let (name, attributes) = split_tag(&self.raw)?;
        self.text.push('<');
        self.text.push_str(&name);
        for (key, value) in attributes {
            if drop != Some(key.as_str()) {
                push_attribute_raw(&mut self.text, &key, &value);
            }
        }
        self.text.push('>');
        self.flush_text()?;
        Ok(closed.then(|| format!("</{name}>")))
    }

    /// Writes the end tag that was read last, or the one that is due instead.
    fn close_tag(&mut self, due: Option<String>) -> Result<()> {
        match due {
            Some(tag) => self.out.write_all(tag.as_bytes()).map_err(write_error),
            None => self.copy(),
        }
    }

    fn patch_rows(&mut self) -> Result<()> {
        let (name, _) = split_tag(&self.raw)?;
        self.prefix = name
            .rsplit_once(':')
            .map_or(String::new(), |(prefix, _)| format!("{prefix}:"));
        if self.raw.ends_with(b"/>") && self.changes.peek().is_none() {
            return self.copy();
        }
        let due = self.open_tag(None)?;
        let mut next_row = 0;
        loop {
            match self.step()? {
                Step::Row(row, spans) => {
                    let row = row.unwrap_or(next_row);
                    if row < next_row {
                        return Err(self.out_of_order(row));
                    }
                    self.write_new_rows(row)?;
                    self.patch_row(row, spans)?;
                    next_row = row + 1;
                }
                Step::Start => self.copy_element()?,
                Step::End => {
                    self.write_new_rows(limits::ROWS)?;
                    return self.close_tag(due);
                }
                Step::Eof => return Err(self.xml.unexpected_end()),
                _ => self.copy()?,
            }
        }
    }

    fn out_of_order(&self, row: u32) -> Error {
        self.xml.fault(format_args!(
            "row {} is not in order, so changes have no sure place",
            row + 1
        ))
    }

    /// The next change if it lies in a row before `end`.
    fn next_change(&mut self, end: u32) -> Option<CellChange> {
        self.changes.next_if(|change| change.cell.row < end)
    }

    /// Writes rows that the file does not have, up to `end`.
    fn write_new_rows(&mut self, end: u32) -> Result<()> {
        let mut open = None;
        while let Some(change) = self.next_change(end) {
            if is_nothing(&change) {
                continue;
            }
            let row = change.cell.row;
            if open != Some(row) {
                if open.is_some() {
                    self.push_row_end();
                }
                let tag = format!("<{}row r=\"{}\">", self.prefix, row + 1);
                self.text.push_str(&tag);
                open = Some(row);
            }
            self.push_new_cell(&change)?;
            self.flush_text()?;
        }
        if open.is_some() {
            self.push_row_end();
            self.flush_text()?;
        }
        Ok(())
    }

    fn push_row_end(&mut self) {
        let tag = format!("</{}row>", self.prefix);
        self.text.push_str(&tag);
    }

    fn patch_row(&mut self, row: u32, spans: Option<(u32, u32)>) -> Result<()> {
        let mut changes = Vec::new();
        while let Some(change) = self.next_change(row + 1) {
            changes.push(change);
        }
        let due = if changes.is_empty() {
            self.copy()?;
            None
        } else {
            let outside = |change: &CellChange| {
                spans.is_some_and(|(first, last)| !(first..=last).contains(&change.cell.column))
            };
            let drop = changes.iter().any(outside).then_some("spans");
            self.open_tag(drop)?
        };
        let is_changed = !changes.is_empty();
        let mut changes = changes.into_iter().peekable();
        let mut next = Cell::new(row, 0);
        let mut last_changed = None;
        loop {
            match self.step()? {
                Step::Cell(place) => {
                    let cell = place.unwrap_or(next);
                    let again = last_changed == Some(cell);
                    if is_changed && !again && (cell.row != row || cell < next) {
                        return Err(self.out_of_order(row));
                    }
                    next = Cell::new(cell.row, cell.column + 1);
                    while let Some(change) = changes.next_if(|c| c.cell.column < cell.column) {
                        self.write_new_cell(&change)?;
                    }
                    if let Some(change) = changes.next_if(|change| change.cell == cell) {
                        last_changed = Some(cell);
                        self.patch_cell(&change)?;
                    } else if again {
                        // A second entry of the changed cell would undo the change.
                        self.xml.skip_element()?;
                        self.xml.take_raw(&mut self.raw);
                    } else {
                        self.copy_cell(cell)?;
                    }
                }
                Step::Start => self.copy_element()?,
                Step::End => {
                    for change in changes.by_ref() {
                        self.write_new_cell(&change)?;
                    }
                    return self.close_tag(due);
                }
                Step::Eof => return Err(self.xml.unexpected_end()),
                _ => self.copy()?,
            }
        }
    }

    fn write_new_cell(&mut self, change: &CellChange) -> Result<()> {
        if is_nothing(change) {
            return Ok(());
        }
        self.push_new_cell(change)?;
        self.flush_text()
    }

    fn push_new_cell(&mut self, change: &CellChange) -> Result<()> {
        self.text.push('<');
        self.text.push_str(&self.prefix);
        self.text.push_str("c r=\"");
        push_cell(&mut self.text, change.cell);
        self.text.push('"');
        self.push_content("c", change, None)
    }

    /// Writes an unchanged cell; only a formula whose master is gone is written anew.
    fn copy_cell(&mut self, cell: Cell) -> Result<()> {
        self.copy()?;
        loop {
            match self.step()? {
                Step::Formula(head) => {
                    let formula = self.read_formula(head)?;
                    match self.shared_text(cell, &formula, false) {
                        Some(text) => {
                            push_formula_element(&mut self.text, &text, None, &self.prefix);
                            self.flush_text()?;
                        }
                        None => self.out.write_all(&formula.raw).map_err(write_error)?,
                    }
                }
                Step::Start => self.copy_element()?,
                Step::End => return self.copy(),
                Step::Eof => return Err(self.xml.unexpected_end()),
                _ => self.copy()?,
            }
        }
    }

    /// Reads the formula whose start was read last, to its end.
    fn read_formula(&mut self, head: FormulaHead) -> Result<OldFormula> {
        let mut formula = OldFormula {
            head,
            raw: std::mem::take(&mut self.raw),
            text: String::new(),
        };
        self.xml.read_text(&mut formula.text)?;
        self.xml.take_raw(&mut formula.raw);
        Ok(formula)
    }

    /// Keeps account of shared formulas. Gives the text of a cell's formula if its group has lost its master.
    fn shared_text(&mut self, cell: Cell, formula: &OldFormula, removed: bool) -> Option<String> {
        let (FormulaType::Shared, Some(group)) = (formula.head.kind, formula.head.group) else {
            return None;
        };
        let is_master = !formula.text.is_empty()
            && (formula.head.range.is_some() || !self.defined.contains(&group));
        if is_master {
            self.defined.insert(group);
            self.context.orphans.remove(&group);
            if removed {
                let orphan = (cell, formula.text.clone());
                if self.early.contains(&group) {
                    self.again.insert(group, orphan.clone());
                }
                self.context.orphans.insert(group, orphan);
            }
            return None;
        }
        if !formula.text.is_empty() {
            return None;
        }
        if let Some((master, text)) = self.context.orphans.get(&group) {
            return Some(shift_formula(text, *master, cell).into_owned());
        }
        if !self.defined.contains(&group) {
            self.early.insert(group);
        }
        None
    }

    /// Writes a changed cell in place of the one whose start was read last.
    fn patch_cell(&mut self, change: &CellChange) -> Result<()> {
        let (name, attributes) = split_tag(&self.raw)?;
        let mut formula = None;
        loop {
            match self.step()? {
                Step::Formula(head) => formula = Some(self.read_formula(head)?),
                Step::Start => {
                    self.xml.skip_element()?;
                    self.xml.take_raw(&mut self.raw);
                }
                Step::End => break,
                Step::Eof => return Err(self.xml.unexpected_end()),
                _ => {}
            }
        }
        let removed = change.formula.is_some();
        if let Some(old) = &mut formula
            && let Some(text) = self.shared_text(change.cell, old, removed)
        {
            let mut element = String::new();
            push_formula_element(&mut element, &text, None, &self.prefix);
            old.raw = element.into_bytes();
        }
        self.text.push('<');
        self.text.push_str(&name);
        for (key, value) in attributes {
            // `vm` belongs to the old value, `cm` to the old formula.
            if key != "t" && key != "vm" && !(removed && key == "cm") {
                push_attribute_raw(&mut self.text, &key, &value);
            }
        }
        let kept = formula.filter(|_| !removed).map(|old| old.raw);
        let kept = kept.map(|raw| String::from_utf8_lossy(&raw).into_owned());
        let local = name.rsplit(':').next().unwrap_or("c").to_owned();
        self.push_content(&local, change, kept.as_deref())?;
        self.flush_text()
    }

    /// Appends the rest of a cell whose start tag is still open: type, formula, value, end.
    fn push_content(&mut self, name: &str, change: &CellChange, kept: Option<&str>) -> Result<()> {
        let formula = match &change.formula {
            None | Some(FormulaChange::Removed) => None,
            Some(FormulaChange::Normal(text)) => Some((text, None, false)),
            Some(FormulaChange::Array { text, range }) => Some((text, Some(*range), false)),
            Some(FormulaChange::Dynamic { text, range }) => Some((text, Some(*range), true)),
        };
        let has_formula = formula.is_some() || kept.is_some();
        let value = change.value.as_ref();
        self.text.push_str(type_attribute(value, has_formula));
        if let (Some((_, _, true)), Some(cm)) = (formula, self.context.dynamic_cm) {
            push_attribute_raw(&mut self.text, "cm", &cm.to_string());
        }
        if change.value.is_blank() && !has_formula {
            self.text.push_str("/>");
            return Ok(());
        }
        self.text.push('>');
        if let Some((text, array, _)) = formula {
            check_length(text, change.cell)?;
            push_formula_element(&mut self.text, &file_form(text), array, &self.prefix);
        } else if let Some(kept) = kept {
            self.text.push_str(kept);
        }
        push_value(&mut self.text, value, has_formula, &self.prefix);
        let end = format!("</{}{name}>", self.prefix);
        self.text.push_str(&end);
        Ok(())
    }
}

/// Whether a change of a cell that the file does not have leaves nothing to write.
fn is_nothing(change: &CellChange) -> bool {
    let no_formula = matches!(change.formula, None | Some(FormulaChange::Removed));
    no_formula && change.value.is_blank()
}

/// The smallest rectangle around the changes that leave a value, and whether any formula spills.
pub(super) fn survey(changes: impl Iterator<Item = CellChange>) -> Survey {
    let mut survey = Survey::default();
    for change in changes {
        survey.any = true;
        survey.dynamic |= matches!(change.formula, Some(FormulaChange::Dynamic { .. }));
        if change.value != Value::Blank {
            let rect = Rect::cell(change.cell);
            survey.hull = Some(survey.hull.map_or(rect, |hull| hull.hull(&rect)));
        }
    }
    survey
}

/// What can be said of a sheet's changes before they are written.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Survey {
    /// Whether there are any.
    pub(super) any: bool,
    /// Whether any formula spills.
    pub(super) dynamic: bool,
    /// The smallest rectangle around those that leave a value.
    pub(super) hull: Option<Rect>,
}

/// Appends an attribute whose value is escaped already.
fn push_attribute_raw(out: &mut String, key: &str, value: &str) {
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
