//! Edits of cells: values, numbers, formulas, clearing.

use std::sync::Arc;

use super::draft::Draft;
use crate::error::{Error, ErrorKind, Result};
use crate::formula::Mode;
use crate::graph::Extent;
use crate::limits;
use crate::reference::{Area, Cell, Rect, SheetId};
use crate::value::Value;

impl Draft<'_> {
    pub(super) fn set_formula(
        &mut self,
        sheet: SheetId,
        rect: Rect,
        text: &str,
        mode: Mode,
    ) -> Result<()> {
        self.check_rect(sheet, &rect)?;
        let template = self.template(text, sheet, rect.top_left(), mode)?;
        let view = self.view();
        let bound = self.plans.bind(&template, sheet, &*view);
        if let Some(refusal) = &bound.plan.refused {
            return Err(Error::parse(&*refusal.message, text, 0..text.len(), None));
        }
        if mode == Mode::Array {
            self.check_array_place(sheet, &rect, &[])?;
        }
        self.take_over(sheet, &rect)?;
        let place = if mode == Mode::Array {
            Rect::cell(rect.top_left())
        } else {
            rect
        };
        let id = self
            .graph
            .set(&template, &bound.facts, (sheet, place), &*view);
        if mode == Mode::Array {
            let extent = Extent { rect, fixed: true };
            self.graph
                .set_extent(sheet, rect.top_left(), extent, &*view);
        }
        self.graph.rank_one(id, &rect, &*view);
        self.seeds.dirty.push(Area::new(sheet, place));
        self.touch_formula_readers(&Area::new(sheet, rect));
        self.formulas_in_headers(sheet, &rect)
    }

    pub(super) fn set_values(
        &mut self,
        sheet: SheetId,
        at: Cell,
        columns: u32,
        values: &[Value],
    ) -> Result<()> {
        if values.is_empty() || columns == 0 {
            return Ok(());
        }
        let rows = values.len().div_ceil(columns as usize) as u32;
        let corner = Cell::new(
            at.row.saturating_add(rows - 1),
            at.column.saturating_add(columns - 1),
        );
        let rect = Rect::new(at, corner);
        self.check_rect(sheet, &rect)?;
        for value in values {
            check_value(value)?;
        }
        self.take_over(sheet, &rect)?;
        for (number, value) in values.iter().enumerate() {
            let cell = Cell::new(
                at.row + number as u32 / columns,
                at.column + number as u32 % columns,
            );
            if self.grids.set(sheet, cell, value) {
                self.seeds.changed.add(sheet, cell);
            }
        }
        self.follow_headers(sheet, &rect)
    }

    pub(super) fn set_numbers(&mut self, sheet: SheetId, at: Cell, values: &[f64]) -> Result<()> {
        if values.is_empty() {
            return Ok(());
        }
        let last = u32::try_from(values.len() - 1).unwrap_or(u32::MAX);
        let rect = Rect::new(at, Cell::new(at.row.saturating_add(last), at.column));
        self.check_rect(sheet, &rect)?;
        self.take_over(sheet, &rect)?;
        if let Some((open, grid)) = self.grids.writer(sheet) {
            open.set_numbers(grid, at, values);
        }
        self.seeds.changed.add_area(Area::new(sheet, rect));
        self.follow_headers(sheet, &rect)
    }

    pub(super) fn clear(&mut self, sheet: SheetId, rect: &Rect) -> Result<()> {
        self.check_rect(sheet, rect)?;
        self.take_over(sheet, rect)?;
        let Some(used) = self.grids.used(&Area::new(sheet, *rect)) else {
            return Ok(());
        };
        if let Some((open, grid)) = self.grids.writer(sheet) {
            open.clear(grid, &used);
        }
        self.seeds.changed.add_area(Area::new(sheet, used));
        self.follow_headers(sheet, &used)
    }

    /// Takes cells away from the formulas and arrays that own them.
    pub(super) fn take_over(&mut self, sheet: SheetId, rect: &Rect) -> Result<()> {
        self.release_arrays(sheet, rect)?;
        if self.is_kept_within(sheet, rect) {
            Arc::make_mut(&mut self.kept)
                .retain(|kept| kept.sheet != sheet || !rect.contains(kept.cell));
        }
        let mut had_formulas = false;
        self.graph
            .visit_owners(sheet, rect, &self.grids, |_, _| had_formulas = true);
        if had_formulas {
            self.graph.clear(sheet, rect, &self.grids);
            self.touch_formula_readers(&Area::new(sheet, *rect));
        }
        Ok(())
    }

    fn is_kept_within(&self, sheet: SheetId, rect: &Rect) -> bool {
        self.kept
            .iter()
            .any(|kept| kept.sheet == sheet && rect.contains(kept.cell))
    }

    /// Formulas that look at formulas, such as FORMULATEXT and SUBTOTAL, are computed again though no value has changed.
    pub(super) fn touch_formula_readers(&mut self, area: &Area) {
        for (id, rect) in self.graph.dependents(area, &self.grids) {
            let region = self.graph.region(id);
            if let Some(region) = region.filter(|region| region.facts.reads_formulas) {
                self.seeds.dirty.push(Area::new(region.sheet, rect));
            }
        }
    }

    /// Before cells are overwritten: a spill into them is blocked from now on, and an array formula whose own cell is
    /// among them gives its cells back.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Argument`] if only a part of an array formula with a fixed range would be overwritten, as in Excel.
    pub(super) fn release_arrays(&mut self, sheet: SheetId, rect: &Rect) -> Result<()> {
        if !self.graph.has_arrays() {
            return Ok(());
        }
        let view = self.view();
        let arrays = self.graph.array_anchors(sheet, rect, &*view).into_iter();
        let arrays =
            arrays.filter_map(|cell| Some((cell, self.graph.extent(sheet, cell, &*view)?)));
        let arrays: Vec<(Cell, Extent)> = arrays.collect();
        let torn = |extent: &Extent| extent.fixed && !rect.encloses(&extent.rect);
        if let Some((_, extent)) = arrays.iter().find(|(_, extent)| torn(extent)) {
            return Err(part_of_array(extent));
        }
        for (anchor, extent) in arrays {
            self.graph.remove_extent(sheet, anchor, &*view);
            let values = extent.rect;
            for row in values.top..=values.bottom {
                for column in values.left..=values.right {
                    let cell = Cell::new(row, column);
                    if cell != anchor && self.grids.set(sheet, cell, &Value::Blank) {
                        self.seeds.changed.add(sheet, cell);
                    }
                }
            }
            self.seeds.dirty.push(Area::new(sheet, Rect::cell(anchor)));
        }
        Ok(())
    }
}

/// Why a part of an array formula's fixed range cannot be changed.
pub(super) fn part_of_array(extent: &Extent) -> Error {
    let place = crate::reference::a1::print_rect(extent.rect);
    Error::new(
        ErrorKind::Argument,
        format!("cannot change a part of the array formula in {place}"),
    )
}

/// That a value may lie in a cell.
pub(super) fn check_value(value: &Value) -> Result<()> {
    match value {
        Value::Text(text)
            if text.len() > limits::TEXT_UNITS
                && text.encode_utf16().count() > limits::TEXT_UNITS =>
        {
            let message = format!(
                "a cell holds at most {} characters, not {}",
                limits::TEXT_UNITS,
                text.encode_utf16().count()
            );
            Err(Error::new(ErrorKind::Limit, message))
        }
        _ => Ok(()),
    }
}
