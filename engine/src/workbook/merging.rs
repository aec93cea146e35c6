//! Merged cells.

use super::draft::Draft;
use super::names::Table;
use crate::error::{Error, ErrorKind, Result};
use crate::limits;
use crate::reference::{Rect, SheetId, a1};
use crate::value::Array;

impl Draft<'_> {
    /// Merges the cells of a rectangle. The upper left one keeps what it has, all others are emptied.
    pub(super) fn merge_cells(&mut self, sheet: SheetId, rect: Rect) -> Result<()> {
        self.check_rect(sheet, &rect)?;
        if rect.size() == 1 {
            return Ok(());
        }
        self.check_unmerged(sheet, &rect, "merge")?;
        if let Some(table) = self.view().table_over(sheet, &rect) {
            return Err(lies_in_table("merge", &rect, &table.name));
        }
        self.check_no_array(sheet, &rect, "merge")?;
        self.release_arrays(sheet, &rect)?;
        let beside = Rect {
            left: rect.left + 1,
            bottom: rect.top,
            ..rect
        };
        let below = Rect {
            top: rect.top + 1,
            ..rect
        };
        if rect.columns() > 1 {
            self.clear(sheet, &beside)?;
        }
        if rect.rows() > 1 {
            self.clear(sheet, &below)?;
        }
        if let Some(of) = self.sheets.get_mut(sheet) {
            let merges = of.merges.iter().copied();
            of.merges = merges.chain([rect]).collect();
        }
        Ok(())
    }

    /// Takes apart the merged cells that touch a rectangle. A formula that could not spill because of them tries again.
    pub(super) fn unmerge_cells(&mut self, sheet: SheetId, rect: Rect) -> Result<()> {
        self.check_rect(sheet, &rect)?;
        if let Some(of) = self.sheets.get_mut(sheet) {
            let merges = of.merges.iter().copied();
            of.merges = merges
                .filter(|merge| merge.intersection(&rect).is_none())
                .collect();
        }
        Ok(())
    }

    /// That no cell of a rectangle is merged.
    pub(super) fn check_unmerged(&self, sheet: SheetId, rect: &Rect, verb: &str) -> Result<()> {
        let Some(of) = self.sheets.get(sheet) else {
            return Ok(());
        };
        let mut merges = of.merges.iter();
        match merges.find(|merge| merge.intersection(rect).is_some()) {
            None => Ok(()),
            Some(merge) => {
                let (place, merge) = (a1::print_rect(*rect), a1::print_rect(*merge));
                let message = format!("cannot {verb} {place}: the cells {merge} are merged");
                Err(Error::new(ErrorKind::Argument, message))
            }
        }
    }

    /// That an array formula does not fill too many cells, and that one of several has its place in none of a sheet's
    /// tables, as in Excel; those of `but` are not looked at.
    pub(super) fn check_array_place(
        &mut self,
        sheet: SheetId,
        rect: &Rect,
        but: &[Table],
    ) -> Result<()> {
        if Array::check_size(rect.rows(), rect.columns()).is_err() {
            let message = format!(
                "an array formula cannot fill {}: these are {} cells, and at most {} are filled",
                a1::print_rect(*rect),
                rect.size(),
                limits::ARRAY_CELLS
            );
            return Err(Error::new(ErrorKind::Limit, message));
        }
        if rect.size() == 1 || self.tables.is_empty() {
            return Ok(());
        }
        let view = self.view();
        let looked_at = |table: &&Table| {
            table.sheet == sheet && !but.iter().any(|other| other.name == table.name)
        };
        let over = |table: &&Table| {
            let shape = view.shape(table);
            shape.is_some_and(|shape| shape.area.intersection(rect).is_some())
        };
        match self.tables.iter().filter(looked_at).find(over) {
            Some(table) => Err(lies_in_table(
                "enter an array formula in",
                rect,
                &table.name,
            )),
            None => Ok(()),
        }
    }

    /// That no array formula over a fixed range has any cell of a rectangle.
    pub(super) fn check_no_array(&mut self, sheet: SheetId, rect: &Rect, verb: &str) -> Result<()> {
        let view = self.view();
        for cell in self.graph.array_anchors(sheet, rect, &*view) {
            let extent = self.graph.extent(sheet, cell, &*view);
            if let Some(extent) = extent.filter(|extent| extent.fixed) {
                let (place, array) = (a1::print_rect(*rect), a1::print_rect(extent.rect));
                let message =
                    format!("cannot {verb} {place}: there is an array formula in {array}");
                return Err(Error::new(ErrorKind::Argument, message));
            }
        }
        Ok(())
    }
}

fn lies_in_table(verb: &str, rect: &Rect, table: &str) -> Error {
    let place = a1::print_rect(*rect);
    let message = format!("cannot {verb} {place}, which lies in the table `{table}`");
    Error::new(ErrorKind::Argument, message)
}
