//! Blocks of cells: taken from a sheet with all that is in them, and put over others.
//!
//! What is taken shares chunks and templates with the sheet, and a formula filled over a rectangle is put as one. Only
//! what really is another value afterwards counts as changed.

use std::sync::Arc;

use super::attached_copies::TakenAttached;
use super::draft::Draft;
use super::relocation::Copying;
use super::rewriting::{MENDED_SINGLY, side_by_side};
use super::settings::Calculation;
use super::style_blocks::StyleBlock;
use super::tiles::Tiles;
use crate::error::Result;
use crate::formula::Template;
use crate::graph::{Extent, Owner, RegionId};
use crate::recalc::Effort;
use crate::reference::{Area, Cell, Rect, SheetId};
use crate::storage::Block;

/// The cells of a rectangle with all that is in them. Whatever belongs to cells is taken here, and put by
/// [`Draft::put_copies`] and [`Draft::put_moved`] alone.
pub(super) struct Taken {
    pub(super) from: Area,
    values: Block,
    styles: StyleBlock,
    formulas: Vec<TakenFormula>,
    arrays: Vec<TakenArray>,
    /// Spilled cells, and whether the formula that fills them is taken too.
    spilled: Vec<(Rect, bool)>,
    merges: Vec<Rect>,
    pub(super) attached: TakenAttached,
}

/// A formula filled over cells of a block.
pub(super) struct TakenFormula {
    pub(super) rect: Rect,
    pub(super) template: Arc<Template>,
    /// Whether the cells keep the values that they have.
    keeps_values: bool,
}

/// What is taken of an array formula over a fixed range.
struct TakenArray {
    rect: Rect,
    template: Arc<Template>,
    /// How far the formula's own cell stands from the first of `rect`.
    offset: (i32, i32),
}

/// A formula that is put over cells.
pub(super) struct Placed {
    pub(super) sheet: SheetId,
    pub(super) rect: Rect,
    pub(super) template: Arc<Template>,
}

impl Draft<'_> {
    /// Computes what is pending, so that an edit that looks at values sees those of today.
    pub(super) fn settle(&mut self) -> Result<()> {
        if self.settings.calculation == Calculation::Automatic && !self.seeds.is_empty() {
            self.recalculate(&mut Effort::default())?;
        }
        Ok(())
    }

    /// The cells of a rectangle with all that is in them.
    pub(super) fn take_block(&mut self, sheet: SheetId, rect: &Rect) -> Taken {
        let view = self.view();
        let mut pieces: Vec<(RegionId, Rect)> = Vec::new();
        let mut spilled = Vec::new();
        self.graph
            .visit_owners(sheet, rect, &*view, |piece, owner| match owner {
                Owner::Formula(id) => pieces.push((id, piece)),
                Owner::Spill(..) => {
                    let anchor = self.graph.anchor_of(sheet, owner, &*view);
                    spilled.push((piece, anchor.is_some_and(|anchor| rect.contains(anchor))));
                }
                Owner::ArrayFormula(..) => {}
            });
        let mut arrays = Vec::new();
        for cell in self.graph.array_anchors(sheet, rect, &*view) {
            let extent = self.graph.extent(sheet, cell, &*view);
            let part = extent
                .filter(|extent| extent.fixed)
                .and_then(|extent| extent.rect.intersection(rect));
            let region = self.graph.region_at(sheet, cell, &*view);
            if let (Some(part), Some(region)) = (part, region.and_then(|id| self.graph.region(id)))
            {
                let distance = |from: u32, to: u32| (i64::from(to) - i64::from(from)) as i32;
                arrays.push(TakenArray {
                    rect: part,
                    template: region.template.clone(),
                    offset: (
                        distance(part.top, cell.row),
                        distance(part.left, cell.column),
                    ),
                });
                pieces.retain(|(_, piece)| piece.size() > 1 || piece.top_left() != cell);
            }
        }
        pieces.sort_unstable_by_key(|(id, piece)| (*id, piece.left, piece.top));
        let mut formulas = Vec::new();
        for group in pieces.chunk_by(|a, b| a.0 == b.0) {
            let Some(region) = self.graph.region(group[0].0) else {
                continue;
            };
            let pieces = group.iter().map(|(_, piece)| *piece).collect();
            formulas.extend(side_by_side(pieces).into_iter().map(|rect| TakenFormula {
                rect,
                template: region.template.clone(),
                keeps_values: region.facts.unsupported.is_some(),
            }));
        }
        let merges = self.sheets.get(sheet).map(|sheet| sheet.merges.clone());
        let merges = merges.iter().flat_map(|merges| merges.iter());
        Taken {
            from: Area::new(sheet, *rect),
            values: self.values_of(sheet, rect),
            styles: self.styles.block(&self.grids, sheet, rect),
            formulas,
            arrays,
            spilled,
            merges: merges
                .filter(|merge| rect.encloses(merge))
                .copied()
                .collect(),
            attached: self.take_attached(sheet, rect),
        }
    }

    /// The values of a rectangle.
    pub(super) fn values_of(&self, sheet: SheetId, rect: &Rect) -> Block {
        let grid = self.grids.sheet(sheet);
        grid.map_or_else(Block::default, |grid| grid.block(self.grids.open(), rect))
    }

    pub(super) fn put_values(&mut self, sheet: SheetId, block: &Block, at: Cell) {
        if let Some((open, grid)) = self.grids.writer(sheet) {
            open.put_block(grid, block, at);
        }
    }

    pub(super) fn blank_values(&mut self, sheet: SheetId, rect: &Rect) {
        if let Some((open, grid)) = self.grids.writer(sheet) {
            open.clear(grid, rect);
        }
    }

    /// Copies what was taken over a rectangle, of which its size is a divisor.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Argument`] if only a part of an array formula or of merged cells would be overwritten.
    pub(super) fn put_copies(&mut self, taken: &Taken, sheet: SheetId, to: &Rect) -> Result<()> {
        self.check_merges(sheet, to, None)?;
        let tiles = Tiles {
            from: taken.from.rect,
            to: *to,
        };
        for array in &taken.arrays {
            for rect in tiles.each(&array.rect) {
                self.check_array_place(sheet, &rect, &[])?;
            }
        }
        let before = self.values_of(sheet, to);
        self.take_over(sheet, to)?;
        let view = self.view();
        let mut copying = Copying {
            view: &view,
            from: taken.from.sheet,
            to: sheet,
            offset: (0, 0),
        };
        let mut placed = Vec::new();
        let mut former: Vec<(Rect, Block)> = Vec::new();
        for formula in &taken.formulas {
            for rect in tiles.of(&formula.rect) {
                if !formula.keeps_values {
                    former.push((rect, self.values_of(sheet, &rect)));
                }
                placed.extend(self.copies(&copying, &formula.template, rect));
            }
        }
        let mut arrays: Vec<(Rect, Placed)> = Vec::new();
        for array in &taken.arrays {
            copying.offset = array.offset;
            for rect in tiles.each(&array.rect) {
                former.push((rect, self.values_of(sheet, &rect)));
                let copies = self.copies(&copying, &array.template, Rect::cell(rect.top_left()));
                arrays.extend(copies.into_iter().map(|copy| (rect, copy)));
            }
        }
        let first = tiles.first();
        self.blank_values(sheet, to);
        self.put_values(sheet, &taken.values, to.top_left());
        // A formula fills them again; without it they are values.
        for (rect, _) in taken.spilled.iter().filter(|(_, taken)| *taken) {
            self.blank_values(sheet, &tiles.moved(rect, first.top_left()));
        }
        self.styles
            .put_block(&mut self.grids, sheet, &taken.styles, (&first, to));
        tiles.repeat(|rect, at| {
            let block = self.values_of(sheet, &rect);
            self.put_values(sheet, &block, at);
            self.styles.copy_own(&mut self.grids, sheet, &rect, at);
        });
        for (rect, values) in former {
            self.put_values(sheet, &values, rect.top_left());
        }
        self.place(placed);
        self.place_arrays(arrays);
        self.put_merges(
            sheet,
            to,
            taken.merges.iter().flat_map(|merge| tiles.each(merge)),
        );
        self.copy_attached(taken, sheet, to);
        self.note_changes(sheet, to, &before);
        self.touch_formula_readers(&Area::new(sheet, *to));
        Ok(())
    }

    /// Puts the values, styles and merged cells that were taken in their new place; formulas are another matter, and what
    /// is attached follows on its own.
    pub(super) fn put_moved(&mut self, taken: &Taken, sheet: SheetId, to: &Rect) {
        self.put_values(sheet, &taken.values, to.top_left());
        let tiles = Tiles {
            from: taken.from.rect,
            to: *to,
        };
        // They are their formula's, whether it moves or not.
        for (rect, _) in &taken.spilled {
            self.blank_values(sheet, &tiles.moved(rect, to.top_left()));
        }
        self.styles
            .put_block(&mut self.grids, sheet, &taken.styles, (to, to));
        self.put_merges(
            sheet,
            to,
            taken.merges.iter().flat_map(|merge| tiles.each(merge)),
        );
    }

    /// The formulas of cells that all get a copy of this one.
    pub(super) fn copies(
        &self,
        copying: &Copying<'_>,
        template: &Arc<Template>,
        rect: Rect,
    ) -> Vec<Placed> {
        let templates = copying.templates(template, &rect);
        let copies = templates.into_iter().map(|(rect, copy)| Placed {
            sheet: copying.to,
            rect,
            template: if copy == **template {
                template.clone()
            } else {
                self.intern(copy)
            },
        });
        copies.collect()
    }

    /// Puts formulas over cells that are nobody's; they are computed at the end.
    pub(super) fn place(&mut self, placed: Vec<Placed>) {
        let view = self.view();
        let mut regions = Vec::with_capacity(placed.len());
        for Placed {
            sheet,
            rect,
            template,
        } in placed
        {
            let facts = self.plans.bind(&template, sheet, &*view).facts;
            let id = self.graph.set(&template, &facts, (sheet, rect), &*view);
            regions.push(self.graph.join(id, &*view));
            self.seeds.dirty.push(Area::new(sheet, rect));
        }
        self.rank(regions);
    }

    /// Puts array formulas over their ranges.
    fn place_arrays(&mut self, arrays: Vec<(Rect, Placed)>) {
        let extents: Vec<(SheetId, Rect)> = arrays
            .iter()
            .map(|(rect, copy)| (copy.sheet, *rect))
            .collect();
        self.place(arrays.into_iter().map(|(_, copy)| copy).collect());
        extents
            .into_iter()
            .for_each(|(sheet, rect)| self.extend_array(sheet, rect));
    }

    /// Makes the formula in the first cell of a range an array formula over it.
    pub(super) fn extend_array(&mut self, sheet: SheetId, rect: Rect) {
        let view = self.view();
        let extent = Extent { rect, fixed: true };
        self.graph
            .set_extent(sheet, rect.top_left(), extent, &*view);
        if let Some(id) = self.graph.region_at(sheet, rect.top_left(), &*view) {
            self.graph.rank_one(id, &rect, &*view);
        }
    }

    /// Gives new or changed regions their ranks.
    fn rank(&mut self, mut regions: Vec<RegionId>) {
        let view = self.view();
        regions.sort_unstable();
        regions.dedup();
        if regions.len() > MENDED_SINGLY {
            return self.graph.rank_all(&*view);
        }
        for id in regions {
            let region = self.graph.region(id);
            if let Some(rect) = region.and_then(|region| self.graph.rect(region, &*view)) {
                self.graph.rank_one(id, &rect, &*view);
            }
        }
    }

    /// Notes which cells of a rectangle have another value than `before`.
    pub(super) fn note_changes(&mut self, sheet: SheetId, rect: &Rect, before: &Block) {
        let changed = &mut self.seeds.changed;
        self.grids
            .sheet(sheet)
            .map_or_else(Block::default, |grid| grid.block(self.grids.open(), rect))
            .differences(before, |column, first, last| {
                let column = rect.left + column;
                let rows = Rect {
                    top: rect.top + first,
                    bottom: rect.top + last,
                    left: column,
                    right: column,
                };
                changed.add_area(Area::new(sheet, rows));
            });
    }

    /// Takes the merged cells out of a rectangle and adds others.
    pub(super) fn put_merges(
        &mut self,
        sheet: SheetId,
        rect: &Rect,
        added: impl Iterator<Item = Rect>,
    ) {
        let Some(sheet) = self.sheets.get_mut(sheet) else {
            return;
        };
        let mut added = added.peekable();
        if added.peek().is_none() && !sheet.merges.iter().any(|merge| rect.encloses(merge)) {
            return;
        }
        let others = sheet
            .merges
            .iter()
            .filter(|merge| !rect.encloses(merge))
            .copied();
        sheet.merges = others.chain(added).collect();
    }
}
