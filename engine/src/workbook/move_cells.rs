//! Cut and paste: references to moved cells follow.
//!
//! What the move does to a formula is worked out before anything is touched; then the cells go, the rewritten formulas
//! are put where they stand now, and names, tables and merged cells follow.

use std::sync::Arc;

use super::blocks::Placed;
use super::draft::Draft;
use super::names::{NamedFormula, Table};
use super::relocation::Relocation;
use super::view::BookView;
use crate::error::{Error, ErrorKind, Result};
use crate::formula::{Template, TemplateAxis, TemplateReference, TemplateSheets};
use crate::graph::{Axes as _, RegionId};
use crate::reference::{Area, Axis, Cell, Rect, SheetId};

impl Draft<'_> {
    /// Moves cells to another place; references to them follow, those to what is overwritten become `#REF!`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Limit`] if they would come to lie beyond the grid; [`ErrorKind::Argument`] if a part of an array
    /// formula or of merged cells would be moved or overwritten, or a table would come to lie over another.
    pub(super) fn move_cells(&mut self, from: (SheetId, Rect), to: (SheetId, Cell)) -> Result<()> {
        let (sheet, rect) = from;
        self.check_rect(sheet, &rect)?;
        let corner = Cell::new(
            to.1.row.saturating_add(rect.bottom - rect.top),
            to.1.column.saturating_add(rect.right - rect.left),
        );
        let place = Rect::new(to.1, corner);
        self.check_rect(to.0, &place)?;
        if (sheet, rect) == (to.0, place) {
            return Ok(());
        }
        self.settle()?;
        let view = self.view();
        let relocation = Relocation {
            view: &view,
            from: Area::new(sheet, rect),
            to: Area::new(to.0, place),
        };
        let moving = (sheet == to.0).then_some(&rect);
        self.check_merges(sheet, &rect, None)?;
        self.check_merges(to.0, &place, moving)?;
        self.check_arrays(sheet, &rect, None)?;
        self.check_arrays(to.0, &place, moving)?;
        let moved = self.moved_formulas(&relocation);
        let arrays = self.moved_arrays(&relocation);
        let rewritten = self.rewritten_in_place(&relocation);
        let tables = self.moved_tables(&relocation)?;
        for array in &arrays {
            self.check_array_place(to.0, array, &tables)?;
        }
        let kept = self.moved_kept(&relocation);
        let before = (self.values_of(sheet, &rect), self.values_of(to.0, &place));
        self.move_attached(&relocation);
        self.carry_cells(&relocation)?;
        let rewritten = self.still_there(rewritten);
        if self.rename_references(&relocation) || !tables.is_empty() {
            tables.into_iter().for_each(|table| self.tables.put(table));
            self.rebind_all();
        }
        if !kept.is_empty() {
            Arc::make_mut(&mut self.kept).extend(kept);
        }
        let mut placed = rewritten;
        placed.extend(moved);
        let placed = placed.into_iter().map(|(sheet, rect, template)| Placed {
            sheet,
            rect,
            template: self.intern(template),
        });
        let placed: Vec<Placed> = placed.collect();
        let written: Vec<Area> = placed
            .iter()
            .map(|put| Area::new(put.sheet, put.rect))
            .collect();
        self.place(placed);
        arrays
            .into_iter()
            .for_each(|rect| self.extend_array(to.0, rect));
        self.note_changes(sheet, &rect, &before.0);
        self.note_changes(to.0, &place, &before.1);
        let places = [relocation.from, relocation.to].into_iter().chain(written);
        places.for_each(|area| self.touch_formula_readers(&area));
        self.formulas_in_headers(sheet, &rect)?;
        self.formulas_in_headers(to.0, &place)
    }

    /// Moves values, styles and merged cells, and takes the cells of both places from their formulas.
    fn carry_cells(&mut self, relocation: &Relocation<'_>) -> Result<()> {
        let (from, to) = (relocation.from, relocation.to);
        let taken = self.take_block(from.sheet, &from.rect);
        self.take_over(from.sheet, &from.rect)?;
        self.blank_values(from.sheet, &from.rect);
        self.styles.clear(&mut self.grids, from.sheet, &from.rect);
        self.put_merges(from.sheet, &from.rect, std::iter::empty());
        self.take_over(to.sheet, &to.rect)?;
        self.put_moved(&taken, to.sheet, &to.rect);
        Ok(())
    }

    /// The formulas among the moved cells, as they are afterwards and where they stand then.
    fn moved_formulas(&self, relocation: &Relocation<'_>) -> Vec<(SheetId, Rect, Template)> {
        let (from, view) = (relocation.from, relocation.view);
        let mut moved = Vec::new();
        for id in self.graph.regions_within(&from, view) {
            let Some(region) = self.graph.region(id) else {
                continue;
            };
            for piece in self.cells_within(id, &from.rect, view) {
                let templates = relocation.templates(&region.template, (from.sheet, &piece));
                moved.extend(templates.into_iter().map(|(rect, template)| {
                    (relocation.to.sheet, relocation.moved_rect(&rect), template)
                }));
            }
        }
        moved
    }

    /// The cells of a region within a rectangle, as rectangles.
    fn cells_within(&self, id: RegionId, rect: &Rect, view: &BookView) -> Vec<Rect> {
        let mut pieces = Vec::new();
        self.graph
            .visit_cells(id, rect, view, |piece| pieces.push(piece));
        super::rewriting::side_by_side(pieces)
    }

    /// The ranges of the array formulas that move, where they are afterwards.
    fn moved_arrays(&self, relocation: &Relocation<'_>) -> Vec<Rect> {
        let (from, view) = (relocation.from, relocation.view);
        let cells = self
            .graph
            .array_anchors(from.sheet, &from.rect, view)
            .into_iter();
        let extents = cells.filter_map(|cell| self.graph.extent(from.sheet, cell, view));
        let fixed = extents.filter(|extent| extent.fixed && from.rect.encloses(&extent.rect));
        fixed
            .map(|extent| relocation.moved_rect(&extent.rect))
            .collect()
    }

    /// The formulas that do not move but are written otherwise afterwards.
    fn rewritten_in_place(
        &self,
        relocation: &Relocation<'_>,
    ) -> Vec<(RegionId, SheetId, Rect, Template)> {
        let mut rewritten = Vec::new();
        for (id, region) in self.graph.regions() {
            let Some(rect) = self.graph.rect(region, relocation.view) else {
                continue;
            };
            if !relocation.concerns(&region.template, (region.sheet, &rect)) {
                continue;
            }
            let templates = relocation.templates(&region.template, (region.sheet, &rect));
            let others = templates
                .into_iter()
                .filter(|(_, template)| *template != *region.template);
            rewritten.extend(others.map(|(rect, template)| (id, region.sheet, rect, template)));
        }
        rewritten
    }

    /// Those of the rewritten formulas whose cells were neither moved nor overwritten.
    fn still_there(
        &mut self,
        rewritten: Vec<(RegionId, SheetId, Rect, Template)>,
    ) -> Vec<(SheetId, Rect, Template)> {
        let view = self.view();
        let mut there = Vec::new();
        for (id, sheet, rect, template) in rewritten {
            let cells = self.cells_within(id, &rect, &view).into_iter();
            there.extend(cells.map(|cells| (sheet, cells, template.clone())));
        }
        there
    }

    /// Names follow where they name cells without regard to the cell that uses them; tells whether any did.
    fn rename_references(&mut self, relocation: &Relocation<'_>) -> bool {
        let names = self.names.iter().filter_map(|named| {
            let home = named.scope.unwrap_or(SheetId(u32::MAX));
            let ast = named.template.ast.map(|reference| {
                if stands(reference) {
                    relocation.followed(reference, (home, Cell::new(0, 0)), false)
                } else {
                    reference.clone()
                }
            });
            (ast != named.template.ast)
                .then(|| (named.clone(), Template::new(ast, named.template.mode)))
        });
        let names: Vec<_> = names.collect();
        let any = !names.is_empty();
        for (named, template) in names {
            let template = self.intern(template);
            self.names.define(NamedFormula { template, ..named });
        }
        any
    }

    /// The tables that are moved whole, as they are afterwards.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Argument`] if one comes to lie over another that does not move.
    fn moved_tables(&self, relocation: &Relocation<'_>) -> Result<Vec<Table>> {
        let (from, to, view) = (relocation.from, relocation.to, relocation.view);
        let rect_of = |table: &Table| view.shape(table).map(|shape| shape.area);
        let moves = |table: &Table| {
            let rect = rect_of(table).filter(|_| table.sheet == from.sheet)?;
            from.rect.encloses(&rect).then_some(rect)
        };
        let Some((rows, columns)) = view.axes(to.sheet) else {
            return Ok(Vec::new());
        };
        let mut moved = Vec::new();
        for table in self.tables.iter() {
            let Some(rect) = moves(table).map(|rect| relocation.moved_rect(&rect)) else {
                continue;
            };
            let others = self.tables.iter().filter(|other| other.sheet == to.sheet);
            let mut others = others.filter(|other| moves(other).is_none());
            let over = |other: &&Table| {
                rect_of(other).is_some_and(|other| other.intersection(&rect).is_some())
            };
            if let Some(other) = others.find(over) {
                let message = format!(
                    "table `{}` would come to lie over table `{}`",
                    table.name, other.name
                );
                return Err(Error::new(ErrorKind::Argument, message));
            }
            moved.push(Table {
                sheet: to.sheet,
                rows: (rows.anchor(rect.top), rows.anchor(rect.bottom)),
                columns: (columns.anchor(rect.left), columns.anchor(rect.right)),
                ..table.clone()
            });
        }
        Ok(moved)
    }

    /// The formulas that are kept as they are among the moved cells, where they stand afterwards.
    fn moved_kept(&self, relocation: &Relocation<'_>) -> Vec<super::Kept> {
        let from = relocation.from;
        let kept = self.kept.iter();
        let kept = kept.filter(|kept| kept.sheet == from.sheet && from.rect.contains(kept.cell));
        let moved = kept.map(|kept| super::Kept {
            sheet: relocation.to.sheet,
            cell: relocation.moved(kept.cell),
            ..kept.clone()
        });
        moved.collect()
    }
}

/// Whether a reference of a name is to the same cells wherever the name is used.
fn stands(reference: &TemplateReference) -> bool {
    let standing = |end: &TemplateAxis| match end {
        TemplateAxis::Relative(_) => None,
        _ => Some(()),
    };
    matches!(reference.sheets, TemplateSheets::Sheet(_))
        && reference.shape.try_map(standing, standing).is_some()
}
