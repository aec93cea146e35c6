//! Structural edits: rows and columns inserted and deleted. The axis takes them in or lets them go, and only formulas
//! whose relative references reach across, or that refer to what is gone, are rewritten.
//!
//! No chunk, run or index entry of anything else moves: they hold anchors. A reference with a dollar sign is an anchor
//! too. What changes are relative distances, and only for the cells from which a reference reaches across the place of
//! the edit; those become regions of their own.

use super::cells::part_of_array;
use super::draft::Draft;
use super::reshape::Reshape;
use super::view::BookView;
use crate::error::{Error, ErrorKind, Result};
use crate::graph::Axes;
use crate::reference::{Area, Axis, Cell, Dimension, Edit, GridLimits, Rect, SheetId};
use crate::storage::SheetGrid;

impl Draft<'_> {
    /// Inserts or deletes rows or columns; every reference follows.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Limit`] if cells that are not empty would be pushed off the grid, or what is deleted does not lie
    /// on it; [`ErrorKind::Argument`] if an array formula over a fixed range would be torn, or a table would lose its
    /// header or all its data. Nothing has changed then.
    pub(super) fn restructure(&mut self, sheet: SheetId, edit: Edit) -> Result<()> {
        let (at, count) = edit.along().parts();
        if count == 0 {
            return Ok(());
        }
        let last = if edit.inserts() {
            at
        } else {
            at.saturating_add(count - 1)
        };
        let edge = match edit.dimension() {
            Dimension::Rows => Cell::new(last, 0),
            Dimension::Columns => Cell::new(0, last),
        };
        self.check_rect(sheet, &Rect::cell(edge))?;
        let before = self.view();
        let Some((rows, columns)) = before.axes(sheet) else {
            return Ok(());
        };
        let grid = GridLimits {
            rows: rows.len(),
            columns: columns.len(),
        };
        let axis = |(rows, columns)| match edit.dimension() {
            Dimension::Rows => rows,
            Dimension::Columns => columns,
        };
        let place = edit.place(grid);
        if edit.inserts() {
            self.check_room(sheet, edit, grid, &before)?;
        }
        self.check_tables(sheet, edit, grid, &before)?;
        let torn = self.torn_arrays(sheet, edit, grid, &before)?;
        // The anchors for what is inserted may run out: that must be known before anything changes.
        let reshaped = self.reshaped(sheet, edit)?;
        for cell in torn {
            // It spills again, over what is inserted or without what is gone.
            self.release_arrays(sheet, &Rect::cell(cell))?;
        }
        let mut readers = Vec::new();
        if !edit.inserts() {
            readers = self.take_away(&Area::new(sheet, place), &before)?;
        }
        let after = self.put_axes(sheet, edit, reshaped)?;
        let reshape = Reshape {
            sheet,
            edit,
            grid,
            before: axis((rows as &dyn Axis, columns as &dyn Axis)),
            after: axis((after.rows() as &dyn Axis, after.columns() as &dyn Axis)),
        };
        let rewritten = self.rewritten(&reshape, &before);
        self.take_out(&rewritten, &before);
        self.shift_positions(&reshape);
        self.reshape_names(&reshape);
        let lost = self.reshape_tables(&reshape, &before);
        self.rebind();
        self.follow(&rewritten, &reshape, &before);
        self.put_back(&rewritten, &reshape);
        self.lose_tables(&lost);
        self.follow_attached(sheet, edit, &before);
        for (on, rect) in readers {
            let left = reshape.rect(on, &rect);
            self.seeds
                .dirty
                .extend(left.map(|rect| Area::new(on, rect)));
        }
        if edit.inserts() {
            // A range that has got blank cells in its middle is another range, though no value has changed: INDEX,
            // COUNTBLANK.
            self.seeds.changed.add_area(Area::new(sheet, place));
        }
        self.touch_positional();
        Ok(())
    }

    /// The sheet with its axis as the edit makes it, with nothing deleted yet.
    fn reshaped(&self, sheet: SheetId, edit: Edit) -> Result<Option<SheetGrid>> {
        let mut grid = self.grids.sheet(sheet).cloned();
        if let Some(grid) = &mut grid {
            match edit {
                Edit::InsertRows { at, count } => {
                    grid.insert_rows(at, count, &self.lineage.rows)?;
                }
                Edit::InsertColumns { at, count } => {
                    grid.insert_columns(at, count, &self.lineage.columns)?;
                }
                Edit::DeleteRows { at, count } => drop(grid.rows().delete(at, count)?),
                Edit::DeleteColumns { at, count } => drop(grid.columns().delete(at, count)?),
            }
        }
        Ok(grid)
    }

    /// Puts the sheet's new axis in place; the values and styles of what is deleted go. Gives the sheet as it is then.
    fn put_axes(
        &mut self,
        sheet: SheetId,
        edit: Edit,
        reshaped: Option<SheetGrid>,
    ) -> Result<SheetGrid> {
        let gone = || {
            let message = format!("there is no sheet number {}", sheet.0);
            Error::new(ErrorKind::SheetNotFound, message)
        };
        let reshaped = reshaped.ok_or_else(gone)?;
        if edit.inserts() {
            self.grids.put_sheet(sheet, reshaped.clone());
            return Ok(reshaped);
        }
        let (open, grid) = self.grids.writer(sheet).ok_or_else(gone)?;
        let dead = match edit.along().parts() {
            (at, count) if edit.dimension() == Dimension::Rows => {
                grid.delete_rows(open, at, count)?
            }
            (at, count) => grid.delete_columns(open, at, count)?,
        };
        let grid = grid.clone();
        self.styles
            .forget(&mut self.grids, sheet, edit.dimension(), &dead);
        if let Some(sheet) = self.sheets.get_mut(sheet) {
            sheet.forget(edit.dimension(), &dead);
        }
        Ok(grid)
    }

    /// Takes the formulas, spills and array formulas in cells that are to be deleted away, and gives the cells whose
    /// formulas read any of them.
    fn take_away(&mut self, area: &Area, before: &BookView) -> Result<Vec<(SheetId, Rect)>> {
        let sheet = area.sheet;
        self.release_arrays(sheet, &area.rect)?;
        let readers = self.graph.dependents(area, before);
        for (on, cell) in self.graph.blocked(before) {
            if on == sheet && area.rect.contains(cell) {
                self.graph.unset_blocked(sheet, cell, before);
            }
        }
        let sheets = readers
            .into_iter()
            .filter_map(|(id, rect)| Some((self.graph.region(id)?.sheet, rect)));
        let readers = sheets.collect();
        self.graph.clear(sheet, &area.rect, before);
        Ok(readers)
    }

    /// The cells of the formulas whose spills are torn apart or lose cells, though they themselves stay.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Argument`] if an array formula over a fixed range would be torn, as Excel refuses it.
    fn torn_arrays(
        &self,
        sheet: SheetId,
        edit: Edit,
        grid: GridLimits,
        view: &BookView,
    ) -> Result<Vec<Cell>> {
        let dimension = edit.dimension();
        let (at, _) = edit.along().parts();
        let place = edit.place(grid);
        let looked_at = if edit.inserts() {
            dimension.with_span(&place, (at.saturating_sub(1), at))
        } else {
            place
        };
        let mut torn = Vec::new();
        for cell in self.graph.array_anchors(sheet, &looked_at, view) {
            let Some(extent) = self.graph.extent(sheet, cell, view) else {
                continue;
            };
            let (first, last) = dimension.of_rect(&extent.rect);
            let is_torn = if edit.inserts() {
                first < at && at <= last
            } else {
                !place.encloses(&extent.rect)
            };
            if !is_torn {
                continue;
            }
            if extent.fixed {
                return Err(part_of_array(&extent));
            }
            if edit.inserts() || !place.contains(cell) {
                torn.push(cell);
            }
        }
        Ok(torn)
    }

    /// That the last rows or columns, which an insertion pushes off the grid, are empty.
    fn check_room(
        &self,
        sheet: SheetId,
        edit: Edit,
        grid: GridLimits,
        view: &BookView,
    ) -> Result<()> {
        let (_, count) = edit.along().parts();
        let dimension = edit.dimension();
        let len = dimension.len(grid);
        let pushed = dimension.with_span(&grid.rect(), (len - count.min(len), len - 1));
        let mut occupied = self.grids.used(&Area::new(sheet, pushed)).is_some();
        self.graph
            .visit_owners(sheet, &pushed, view, |_, _| occupied = true);
        if count >= len || occupied || self.has_table_in(sheet, &pushed, view) {
            let what = match dimension {
                Dimension::Rows => "rows",
                Dimension::Columns => "columns",
            };
            let message = format!(
                "inserting {count} {what} would push cells that are not empty off the grid of {len} {what}"
            );
            return Err(Error::new(ErrorKind::Limit, message));
        }
        Ok(())
    }

    /// Formulas whose results depend on where cells stand are computed again, and those whose reads follow from
    /// distances or from where a table's data begin and end are bound again.
    pub(super) fn touch_positional(&mut self) {
        self.bind_again(|facts| {
            (facts.positional || facts.bound_by_name).then_some(facts.positional)
        });
    }
}
