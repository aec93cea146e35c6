//! One cell of a sheet that is patched: copied, changed or new.
//!
//! A changed cell keeps the attributes that its change does not touch, and its formula as it is written, spaces and
//! all, unless that changed.

use std::io::{BufRead, Write};

use super::book_changes::{CellChange, FormulaChange};
use super::cell_reference::{cell_text, push_cell};
use super::formula_prefix::file_form;
use super::patch_sheet::{SheetPatch, Step, push_attribute_raw, write_error};
use super::read_sheet_cell::{FormulaHead, FormulaType};
use super::shared_formula::shift_formula;
use super::write_sheet::check_length;
use super::xml_part::split_tag;
use super::xml_text::{push_formula_element, push_value, type_attribute};
use crate::error::Result;
use crate::reference::Cell;

/// A formula as it stands in the file.
struct OldFormula {
    head: FormulaHead,
    raw: Vec<u8>,
    text: String,
}

impl<R: BufRead, W: Write> SheetPatch<'_, R, W> {
    pub(super) fn write_new_cell(&mut self, change: &CellChange) -> Result<()> {
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
        self.push_style(change);
        self.push_content("c", change, None)
    }

    fn push_style(&mut self, change: &CellChange) {
        if let Some(style) = change.style
            && (1..self.context.styles).contains(&(style as usize))
        {
            push_attribute_raw(&mut self.text, "s", &style.to_string());
        }
    }

    /// Writes an unchanged cell; only a formula whose master is gone is written anew.
    pub(super) fn copy_cell(&mut self, stood: Cell, cell: Cell) -> Result<()> {
        if stood == cell {
            self.copy()?;
        } else {
            self.push_moved_start(cell)?;
            self.flush_text()?;
        }
        loop {
            match self.step()? {
                Step::Formula(head) => {
                    let formula = self.read_formula(head)?;
                    match self.shared_text(stood, &formula, false) {
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
        let raw = std::mem::take(&mut self.raw);
        let raw = match head.kind {
            FormulaType::Array | FormulaType::DataTable => self.moved_formula_start(&raw)?,
            _ => raw,
        };
        let mut formula = OldFormula {
            head,
            raw,
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
            // Where rows came between the cells of a group, each gets a formula of its own.
            let dissolved = self.moved().is_some();
            if removed || dissolved {
                let orphan = (cell, formula.text.clone());
                if self.early.contains(&group) {
                    self.again.insert(group, orphan.clone());
                }
                self.context.orphans.insert(group, orphan);
            }
            return dissolved.then(|| formula.text.clone());
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

    /// Passes over a cell that is gone; the cells of its group get formulas of their own.
    pub(super) fn drop_cell(&mut self, stood: Cell) -> Result<()> {
        loop {
            match self.step()? {
                Step::Formula(head) => {
                    let formula = self.read_formula(head)?;
                    self.shared_text(stood, &formula, true);
                }
                Step::Start => self.drop_element()?,
                Step::End => return Ok(()),
                Step::Eof => return Err(self.xml.unexpected_end()),
                _ => {}
            }
        }
    }

    /// Passes over a row that is gone.
    pub(super) fn drop_row(&mut self, row: u32) -> Result<()> {
        let mut next = Cell::new(row, 0);
        loop {
            match self.step()? {
                Step::Cell(place) => {
                    let stood = place.unwrap_or(next);
                    next = Cell::new(stood.row, stood.column + 1);
                    self.drop_cell(stood)?;
                }
                Step::Start => self.drop_element()?,
                Step::End => return Ok(()),
                Step::Eof => return Err(self.xml.unexpected_end()),
                _ => {}
            }
        }
    }

    /// Writes a changed cell in place of the one, which stood in the cell `stood`, whose start was read last.
    pub(super) fn patch_cell(&mut self, stood: Cell, change: &CellChange) -> Result<()> {
        let (name, attributes) = split_tag(&self.raw)?;
        let mut formula = None;
        loop {
            match self.step()? {
                Step::Formula(head) => formula = Some(self.read_formula(head)?),
                Step::Start => self.drop_element()?,
                Step::End => break,
                Step::Eof => return Err(self.xml.unexpected_end()),
                _ => {}
            }
        }
        let removed = change.formula.is_some();
        if let Some(old) = &mut formula
            && let Some(text) = self.shared_text(stood, old, removed)
        {
            let mut element = String::new();
            push_formula_element(&mut element, &text, None, &self.prefix);
            old.raw = element.into_bytes();
        }
        self.text.push('<');
        self.text.push_str(&name);
        let moves = stood != change.cell;
        if moves {
            push_attribute_raw(&mut self.text, "r", &cell_text(change.cell));
        }
        for (key, value) in attributes {
            // `vm` belongs to the old value, `cm` to the old formula.
            let is_stale = match key.as_str() {
                "t" | "vm" => true,
                "r" => moves,
                "cm" => removed,
                "s" => change.style.is_some(),
                _ => false,
            };
            if !is_stale {
                push_attribute_raw(&mut self.text, &key, &value);
            }
        }
        self.push_style(change);
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
pub(super) fn is_nothing(change: &CellChange) -> bool {
    let no_formula = matches!(change.formula, None | Some(FormulaChange::Removed));
    no_formula && change.value.is_blank() && change.style.is_none_or(|style| style == 0)
}
