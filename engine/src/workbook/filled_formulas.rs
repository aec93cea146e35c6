//! The formulas of a sheet as a file holds them blockwise: each text once, with all the cells that it is filled over.

use std::sync::Arc;

use hashbrown::HashMap;

use super::load::Loader;
use super::load_graph::Filled;
use super::snapshot::Snapshot;
use crate::error::{Error, ErrorKind, Result};
use crate::formula::{Mode, Template};
use crate::graph::{Axes, Extent, Owner};
use crate::reference::{Axis, Cell, GridLimits, Rect, SheetId};
use crate::value::ValueRef;

/// A formula and the cells that it is filled over.
#[derive(Debug, Clone, PartialEq)]
pub struct FilledFormula {
    /// The text, without `=`, as it reads for the cell `at`.
    pub text: String,
    /// The cell that the text is written for, which need not be one of those that have the formula.
    pub at: Cell,
    /// How it was entered.
    pub mode: Mode,
    /// The cells.
    pub rects: Vec<Rect>,
}

impl Snapshot {
    /// Shows the formulas of a sheet: each relative formula once. Its rectangles have at most `columns` columns.
    ///
    /// # Errors
    ///
    /// That of `visitor`, which ends the visit.
    pub fn visit_filled_formulas(
        &self,
        sheet: SheetId,
        columns: u32,
        mut visitor: impl FnMut(FilledFormula) -> Result<()>,
    ) -> Result<()> {
        let Some((rows, across)) = self.revision.axes(sheet) else {
            return Ok(());
        };
        let grid = GridLimits {
            rows: rows.len(),
            columns: across.len(),
        };
        let graph = &self.revision.graph;
        let mut numbers: HashMap<*const Template, usize> = HashMap::new();
        let mut filled: Vec<(&Arc<Template>, Vec<Rect>)> = Vec::new();
        graph.visit_owners(sheet, &grid.rect(), &*self.revision, |piece, owner| {
            let Owner::Formula(id) = owner else { return };
            let Some(region) = graph.region(id) else {
                return;
            };
            let number = *numbers
                .entry(Arc::as_ptr(&region.template))
                .or_insert(filled.len());
            if number == filled.len() {
                filled.push((&region.template, Vec::new()));
            }
            filled[number].1.push(piece);
        });
        for (template, mut pieces) in filled {
            // Formulas are shown by their first cells, whatever the order of the columns' anchors.
            pieces.sort_unstable_by_key(|piece| (piece.top, piece.bottom, piece.left));
            let Some(first) = pieces.first().map(Rect::top_left) else {
                continue;
            };
            let formula = |at: Cell, rects| FilledFormula {
                text: self.view().text_of(template, sheet, at)[1..].to_owned(),
                at,
                mode: template.mode,
                rects,
            };
            match template.readable_at(first, grid) {
                Some(at) => visitor(formula(at, joined(pieces, columns)))?,
                // Nowhere does it read as a whole; each cell has what is left of it there.
                None => {
                    for cell in pieces.iter().flat_map(cells) {
                        visitor(formula(cell, vec![Rect::cell(cell)]))?;
                    }
                }
            }
        }
        Ok(())
    }

    /// The array formulas of a sheet that fill cells beside their own, with these.
    pub fn array_extents(&self, sheet: SheetId) -> Vec<Extent> {
        let (graph, revision) = (&self.revision.graph, &*self.revision);
        let Some((rows, columns)) = revision.axes(sheet) else {
            return Vec::new();
        };
        let grid = GridLimits {
            rows: rows.len(),
            columns: columns.len(),
        };
        let anchors = graph.array_anchors(sheet, &grid.rect(), revision);
        let extents = anchors.into_iter();
        extents
            .filter_map(|cell| graph.extent(sheet, cell, revision))
            .collect()
    }
}

/// The cells of a rectangle, row by row.
fn cells(rect: &Rect) -> impl Iterator<Item = Cell> {
    let (left, right) = (rect.left, rect.right);
    let rows = rect.top..=rect.bottom;
    rows.flat_map(move |row| (left..=right).map(move |column| Cell::new(row, column)))
}

/// Pieces of columns as rectangles: neighbours with the same rows are one, of so many columns at most.
fn joined(pieces: Vec<Rect>, columns: u32) -> Vec<Rect> {
    let mut joined: Vec<Rect> = Vec::new();
    for piece in pieces {
        match joined.last_mut() {
            Some(last)
                if (last.top, last.bottom, last.right + 1)
                    == (piece.top, piece.bottom, piece.left)
                    && last.columns() < columns =>
            {
                last.right = piece.right;
            }
            _ => joined.push(piece),
        }
    }
    joined
}

impl Loader {
    /// Writes a formula to all the cells that it is filled over; their values come as values. No cell may be given two
    /// formulas, which [`Loader::finish`] sees.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Parse`] if the text is not a formula, [`ErrorKind::Limit`] off the grid,
    /// [`ErrorKind::SheetNotFound`].
    pub fn filled_formula(&mut self, sheet: SheetId, formula: &FilledFormula) -> Result<()> {
        let (rows, columns) = match self.grids.axes(sheet) {
            Some((rows, columns)) => (rows.len(), columns.len()),
            None => {
                let message = format!("there is no sheet number {}", sheet.0);
                return Err(Error::new(ErrorKind::SheetNotFound, message));
            }
        };
        let corner = |cell: Cell| cell.row < rows && cell.column < columns;
        let is_inside = |rect: &Rect| {
            let end = Cell::new(rect.bottom, rect.right);
            rect.top <= rect.bottom && rect.left <= rect.right && corner(end)
        };
        if !corner(formula.at) || !formula.rects.iter().all(is_inside) {
            let message = format!(
                "cells of the formula `{}` lie outside the grid",
                formula.text
            );
            return Err(Error::new(ErrorKind::Limit, message));
        }
        let template = self.template(&formula.text, sheet, formula.at, formula.mode)?;
        let formulas = self.sheets.entry(sheet).or_default();
        formulas.in_order = false;
        for rect in &formula.rects {
            for column in rect.left..=rect.right {
                formulas.columns.entry(column).or_default().push(Filled {
                    template: template.clone(),
                    top: rect.top,
                    bottom: rect.bottom,
                });
            }
        }
        Ok(())
    }

    /// Gives the array formula in the upper left cell of an extent, which comes by [`Loader::filled_formula`], the
    /// other cells.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Limit`] off the grid, [`ErrorKind::SheetNotFound`].
    pub fn array_extent(&mut self, sheet: SheetId, extent: Extent) -> Result<()> {
        let last = Cell::new(extent.rect.bottom, extent.rect.right);
        self.value(sheet, last, ValueRef::Blank)?;
        let formulas = self.sheets.entry(sheet).or_default();
        formulas.arrays.push((extent.rect.top_left(), extent));
        Ok(())
    }
}
