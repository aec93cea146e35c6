//! Edits that put back what other edits took: a removed sheet's number, a table as it was, styles, hidden rows, filters
//! without a look at their conditions.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use hashbrown::HashSet;

use super::draft::Draft;
use super::names::Table;
use super::operation::{CellStyle, Filter};
use super::revision::Kept;
use super::sheets::Sheet;
use crate::error::{Error, ErrorKind, Result};
use crate::functions::Hidden;
use crate::limits;
use crate::plan::TableShape;
use crate::reference::{Axis, Cell, Dimension, Rect, SheetId, a1};
use crate::storage::{FormatId, SheetGrid};
use crate::value::fold;

impl Draft<'_> {
    /// Adds an empty sheet under a number that no sheet has, with the sheet that it was first copied from.
    pub(super) fn restore_sheet(
        &mut self,
        (sheet, stem): (SheetId, SheetId),
        name: &str,
        position: Option<usize>,
    ) -> Result<()> {
        let number = sheet.0;
        if number >= limits::SHEETS {
            let message = format!("there are no sheets from number {} on", limits::SHEETS);
            return Err(Error::new(ErrorKind::Limit, message));
        }
        if self.sheets.get(sheet).is_some() {
            let message = format!("there is a sheet number {number} already");
            return Err(Error::new(ErrorKind::Argument, message));
        }
        let of = Sheet {
            stem,
            ..Sheet::new(sheet, name)
        };
        self.sheets.add(of, position)?;
        // No later sheet may get the number.
        self.lineage.sheets.fetch_max(number + 1, Ordering::Relaxed);
        let grid = SheetGrid::new(number, limits::ROWS, limits::COLUMNS);
        self.grids.put_sheet(sheet, grid);
        self.rebind_all();
        Ok(())
    }

    /// Puts a table in its place. One of the same name gives way; no formula is rewritten.
    pub(super) fn put_table_as_it_is(&mut self, table: &TableShape) -> Result<()> {
        let (name, sheet, rect) = (&table.name, table.sheet, table.area);
        if self.tables.get(name).is_none() {
            self.check_table_name(name)?;
        }
        self.check_rect(sheet, &rect)?;
        let refuse = |why: &str| {
            let place = a1::print_rect(rect);
            let message = format!("cannot put the table `{name}` in {place}: {why}");
            Err(Error::new(ErrorKind::Argument, message))
        };
        if table.columns.len() != rect.columns() as usize {
            return refuse("it has another number of columns");
        }
        if table.header_rows > 1 || table.totals_rows > 1 {
            return refuse("it has more than one row of headers or of totals");
        }
        if table.header_rows + table.totals_rows > rect.rows() {
            return refuse("it has too few rows");
        }
        let mut names = HashSet::new();
        if !table.columns.iter().all(|name| names.insert(fold(name))) {
            return refuse("two of its columns have one name");
        }
        let view = self.view();
        let is_other = |other: &&Table| other.sheet == sheet && fold(&other.name) != fold(name);
        let shapes = self.tables.iter().filter(is_other);
        let shapes = shapes.filter_map(|other| view.shape(other));
        if { shapes }.any(|shape| shape.area.intersection(&rect).is_some()) {
            return refuse("another table lies there");
        }
        self.check_unmerged(sheet, &rect, "put a table in")?;
        self.check_no_array(sheet, &rect, "put a table in")?;
        self.release_arrays(sheet, &rect)?;
        let Some(grid) = self.grids.sheet(sheet) else {
            return Ok(());
        };
        let (rows, columns) = (grid.rows(), grid.columns());
        let put = Table {
            name: name.clone(),
            sheet,
            rows: (rows.anchor(rect.top), rows.anchor(rect.bottom)),
            columns: (columns.anchor(rect.left), columns.anchor(rect.right)),
            header_rows: table.header_rows,
            totals_rows: table.totals_rows,
            column_names: table.columns.as_slice().into(),
        };
        self.tables.put(put);
        self.rebind_all();
        self.touch_positional();
        if table.header_rows > 0 {
            self.write_header(sheet, &rect, &table.columns)?;
        }
        Ok(())
    }

    /// Leaves a name out of lists, or takes it in again.
    pub(super) fn hide_name(
        &mut self,
        name: &str,
        scope: Option<SheetId>,
        hidden: bool,
    ) -> Result<()> {
        let Some(named) = self.names.get(name, scope).cloned() else {
            let message = format!("the name `{name}` is not defined");
            return Err(Error::new(ErrorKind::Name, message));
        };
        self.names.define(super::NamedFormula { hidden, ..named });
        Ok(())
    }

    pub(super) fn set_style(
        &mut self,
        sheet: SheetId,
        rect: Rect,
        style: Option<&CellStyle>,
    ) -> Result<()> {
        self.check_rect(sheet, &rect)?;
        match self.known_style(style)? {
            Some(style) => self.styles.set(&mut self.grids, sheet, &rect, style),
            None => self.styles.clear(&mut self.grids, sheet, &rect),
        }
        Ok(())
    }

    pub(super) fn set_line_style(
        &mut self,
        sheet: SheetId,
        line: (Dimension, u32),
        style: Option<&CellStyle>,
    ) -> Result<()> {
        let cell = match line {
            (Dimension::Rows, row) => Cell::new(row, 0),
            (Dimension::Columns, column) => Cell::new(0, column),
        };
        self.check_rect(sheet, &Rect::cell(cell))?;
        let style = self.known_style(style)?;
        self.styles.set_line(&self.grids, sheet, line, style);
        Ok(())
    }

    fn known_style(&mut self, told: Option<&CellStyle>) -> Result<Option<FormatId>> {
        let Some(told) = told else { return Ok(None) };
        let style = self.styles.of_told(told);
        style.map(Some).ok_or_else(|| {
            let message = format!("the file of the workbook has no style number {}", told.base);
            Error::new(ErrorKind::Argument, message)
        })
    }

    /// Notes why rows are not shown, or that they are.
    pub(super) fn note_hidden_rows(
        &mut self,
        sheet: SheetId,
        (at, count): (u32, u32),
        why: Hidden,
    ) -> Result<()> {
        let Some(last) = self.check_lines(sheet, (at, count), true)? else {
            return Ok(());
        };
        let (Some(of), Some(grid)) = (self.sheets.get(sheet), self.grids.sheet(sheet)) else {
            return Ok(());
        };
        let mut rows = of.hidden.clone();
        for (_, first, length) in grid.rows().spans(at..last + 1) {
            rows.set(first, length, why);
        }
        self.put_hidden_rows(sheet, rows, (at, last));
        Ok(())
    }

    /// Notes a filter whose rows are hidden already.
    pub(super) fn note_filter(
        &mut self,
        sheet: SheetId,
        filter: Option<&Arc<Filter>>,
        active: bool,
    ) -> Result<()> {
        self.check_sheet(sheet)?;
        if let Some(filter) = filter {
            self.check_filter(sheet, filter)?;
        }
        self.put_filter(sheet, filter.cloned(), active);
        Ok(())
    }

    /// Notes a formula that is not computed; its cell keeps the value that it has.
    pub(super) fn keep_formula(&mut self, kept: &Kept) -> Result<()> {
        let rect = Rect::cell(kept.cell);
        self.check_rect(kept.sheet, &rect)?;
        self.take_over(kept.sheet, &rect)?;
        Arc::make_mut(&mut self.kept).push(kept.clone());
        Ok(())
    }
}
