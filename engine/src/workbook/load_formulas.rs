//! The formulas of a file: single, filled, shared and array formulas, each as a template of its cells.

use std::sync::{Arc, PoisonError};

use super::draft::name_tables;
use super::load::Loader;
use super::load_graph::Filled;
use super::revision::Kept;
use crate::error::Result;
use crate::formula::ast::A1Reference;
use crate::formula::{self, Ast, Direction, FillReader, Mode, ParseOptions, Template};
use crate::functions;
use crate::graph::Extent;
use crate::reference::{Cell, SheetId};
use crate::value::{Array, CellError, ValueRef};

/// A formula that a file shares between cells.
#[derive(Debug, Clone, Copy)]
pub struct Shared<'a> {
    /// The number of the group on its sheet.
    pub group: u32,
    /// The cell that the text is written for.
    pub master: Cell,
    /// The formula.
    pub text: &'a str,
}

impl Loader {
    /// Writes a formula of a single cell, as files have it: a legacy formula, in which ranges are intersected where a
    /// single value is wanted. A formula that cannot be read is kept as it is.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Limit`](crate::ErrorKind::Limit) off the grid.
    pub fn formula(
        &mut self,
        sheet: SheetId,
        cell: Cell,
        text: &str,
        stored: ValueRef<'_>,
    ) -> Result<()> {
        self.value(sheet, cell, stored)?;
        match self.filled_template(sheet, cell, text, Mode::Legacy) {
            Ok(template) => self.place((sheet, cell), template, stored),
            Err(error) => self.keep(sheet, cell, text, error.message()),
        }
        Ok(())
    }

    /// Writes a formula as a user would enter it today: it lifts, and spills its result. Its value is there when the
    /// workbook has been recalculated. Tells whether the text is a formula; nothing is written if not.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Limit`](crate::ErrorKind::Limit) off the grid.
    pub fn entered_formula(&mut self, sheet: SheetId, cell: Cell, text: &str) -> Result<bool> {
        self.value(sheet, cell, ValueRef::Blank)?;
        let Ok(template) = self.filled_template(sheet, cell, text, Mode::Dynamic) else {
            return Ok(false);
        };
        self.place((sheet, cell), template, ValueRef::Blank);
        Ok(true)
    }

    /// Writes one cell of a formula that the file shares between many: `text` is written for `master`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Limit`](crate::ErrorKind::Limit) off the grid.
    pub fn shared_formula(
        &mut self,
        sheet: SheetId,
        cell: Cell,
        shared: Shared<'_>,
        stored: ValueRef<'_>,
    ) -> Result<()> {
        self.value(sheet, cell, stored)?;
        let known = self
            .sheets
            .get(&sheet)
            .and_then(|formulas| formulas.shared.get(&shared.group))
            .cloned();
        let template = match known {
            Some(template) => Ok(template),
            None => self.template(shared.text, sheet, shared.master, Mode::Legacy),
        };
        match template {
            Ok(template) => {
                if let Some(formulas) = self.sheets.get_mut(&sheet) {
                    formulas.shared.insert(shared.group, template.clone());
                }
                self.place((sheet, cell), template, stored);
            }
            Err(error) => self.keep(sheet, cell, shared.text, error.message()),
        }
        Ok(())
    }

    /// Writes an array formula; the values of its other cells come as values. One that fills more cells than an array may
    /// have is kept with its value and not computed.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Limit`](crate::ErrorKind::Limit) off the grid.
    pub fn array_formula(
        &mut self,
        sheet: SheetId,
        extent: Extent,
        text: &str,
        stored: ValueRef<'_>,
    ) -> Result<()> {
        let cell = extent.rect.top_left();
        self.value(sheet, cell, stored)?;
        self.value(
            sheet,
            Cell::new(extent.rect.bottom, extent.rect.right),
            ValueRef::Blank,
        )?;
        let mode = if extent.fixed {
            Mode::Array
        } else {
            Mode::Dynamic
        };
        let (rows, columns) = (extent.rect.rows(), extent.rect.columns());
        if Array::check_size(rows, columns).is_err() {
            self.keep(sheet, cell, text, "it fills too many cells");
            return Ok(());
        }
        match self.template(text, sheet, cell, mode) {
            Ok(template) => {
                self.place((sheet, cell), template, stored);
                if let Some(formulas) = self.sheets.get_mut(&sheet) {
                    formulas.arrays.push((cell, extent));
                }
            }
            Err(error) => self.keep(sheet, cell, text, error.message()),
        }
        Ok(())
    }

    /// Notes a formula that is not computed; its value stays.
    pub fn keep(&mut self, sheet: SheetId, cell: Cell, formula: &str, why: &str) {
        self.kept.push(Kept {
            sheet,
            cell,
            formula: formula.into(),
            why: why.into(),
        });
    }

    /// The formula's template; what a column was filled with is recognised without parsing it again.
    pub(super) fn filled_template(
        &mut self,
        sheet: SheetId,
        cell: Cell,
        text: &str,
        mode: Mode,
    ) -> Result<Arc<Template>> {
        let formulas = self.sheets.entry(sheet).or_default();
        let reader = formulas
            .readers
            .entry(cell.column)
            .or_insert_with(|| FillReader::new(Direction::Down));
        if let Some(template) = reader.same(text, cell).filter(|same| same.mode == mode) {
            return Ok(template.clone());
        }
        let (ast, marks) = reader.parse(text, &ParseOptions::default())?;
        let template = self.intern(&ast, sheet, cell, mode);
        let formulas = self.sheets.entry(sheet).or_default();
        if let Some(reader) = formulas.readers.get_mut(&cell.column) {
            reader.remember(text, cell, marks, template.clone());
        }
        Ok(template)
    }

    pub(super) fn template(
        &mut self,
        text: &str,
        sheet: SheetId,
        at: Cell,
        mode: Mode,
    ) -> Result<Arc<Template>> {
        Ok(self.intern(
            &formula::parse(text, &ParseOptions::default())?,
            sheet,
            at,
            mode,
        ))
    }

    pub(super) fn intern(
        &mut self,
        ast: &Ast<A1Reference>,
        sheet: SheetId,
        at: Cell,
        mode: Mode,
    ) -> Arc<Template> {
        let view = self.view.get_or_insert_with(|| {
            let mut revision = self.revision.clone();
            revision.grids = self.grids.sheets().clone();
            revision.view()
        });
        let template = match name_tables(ast, view, (sheet, at)) {
            Some(ast) => Template::from_ast(&ast, at, sheet, mode, view),
            None => Template::from_ast(ast, at, sheet, mode, view),
        };
        let mut templates = self
            .lineage
            .templates
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        templates.intern(template)
    }

    /// Adds a formula to the column's last rows if it continues them.
    fn place(
        &mut self,
        (sheet, cell): (SheetId, Cell),
        template: Arc<Template>,
        stored: ValueRef<'_>,
    ) {
        self.note_macros(&template, stored);
        let formulas = self.sheets.entry(sheet).or_default();
        let column = formulas.columns.entry(cell.column).or_default();
        match column.last_mut() {
            Some(last) if last.bottom + 1 == cell.row && Arc::ptr_eq(&last.template, &template) => {
                last.bottom = cell.row
            }
            Some(last) if last.bottom >= cell.row => formulas.late.push((cell, template)),
            _ => column.push(Filled {
                template,
                top: cell.row,
                bottom: cell.row,
            }),
        }
    }

    /// Notes the functions of a formula that Excel does not have, if they gave a value: there is a macro or an add-in
    /// that computes them, and what it gave is kept.
    fn note_macros(&mut self, template: &Template, stored: ValueRef<'_>) {
        if matches!(stored, ValueRef::Blank | ValueRef::Error(CellError::Name)) {
            return;
        }
        for name in template.ast.functions() {
            if functions::known(name).is_none() {
                self.external.add_macro(name);
            }
        }
    }
}
