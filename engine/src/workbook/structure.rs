//! Inserting rows: the axis takes them in, and only formulas whose relative references reach across are rewritten.
//!
//! No chunk, run or index entry of anything else moves: they hold anchors. A reference with a dollar sign is an anchor
//! too. What changes are relative distances, and only for the rows from which a reference reaches across the place of
//! the insertion; those rows become regions of their own.

use std::sync::{Arc, PoisonError};

use super::cells::part_of_array;
use super::draft::Draft;
use super::row_bands::{Band, Insertion, bands};
use super::view::BookView;
use crate::error::{Error, ErrorKind, Result};
use crate::graph::{Axes, Region, RegionId};
use crate::recalc::Changes;
use crate::reference::{Area, Axis, Cell, Edit, Rect, SheetId};

impl Draft<'_> {
    /// Inserts rows; every reference follows.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Limit`] if rows that are not empty would be pushed off the grid, as Excel refuses it.
    pub(super) fn insert_rows(&mut self, sheet: SheetId, at: u32, count: u32) -> Result<()> {
        if count == 0 {
            return Ok(());
        }
        self.check_rect(sheet, &Rect::cell(Cell::new(at, 0)))?;
        let before = self.view();
        let Some((rows, columns)) = before.axes(sheet) else {
            return Ok(());
        };
        let len = rows.len();
        self.check_room(sheet, count, (len, columns.len()), &before)?;
        for cell in self.torn_arrays(sheet, at, columns.len(), &before)? {
            // It spills again, over the inserted rows too.
            self.release_arrays(sheet, &Rect::cell(cell))?;
        }
        let insertion = Insertion {
            sheet,
            at: i64::from(at),
            count: i64::from(count),
            rows: i64::from(len),
        };
        let rewritten = self.rewritten(insertion, &before);
        if let Some((_, grid)) = self.grids.writer(sheet) {
            grid.insert_rows(at, count, &self.lineage.rows)?;
        }
        for part in &rewritten {
            if part.bands.len() == 1 {
                self.graph.detach(part.id, &*before);
            } else {
                part.places
                    .iter()
                    .for_each(|place| self.graph.clear(part.region.sheet, place, &*before));
            }
        }
        self.shift_positions(insertion);
        self.rebind();
        self.follow(&rewritten, insertion, &before);
        self.put_back(&rewritten, insertion);
        self.follow_attached(sheet, Edit::InsertRows { at, count }, &before);
        self.touch_positional();
        // A range that has got blank rows in its middle is another range, though no value has changed: INDEX, COUNTBLANK.
        let inserted = Rect {
            top: at,
            bottom: at + (count - 1),
            left: 0,
            right: columns.len() - 1,
        };
        self.seeds.changed.add_area(Area::new(sheet, inserted));
        Ok(())
    }

    /// The cells of the formulas whose spills are torn apart by rows inserted before `at`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Argument`] if an array formula over a fixed range would be, as Excel refuses it.
    fn torn_arrays(
        &self,
        sheet: SheetId,
        at: u32,
        columns: u32,
        view: &BookView,
    ) -> Result<Vec<Cell>> {
        let Some(above) = at.checked_sub(1) else {
            return Ok(Vec::new());
        };
        let seam = Rect {
            top: above,
            bottom: at,
            left: 0,
            right: columns - 1,
        };
        let mut torn = Vec::new();
        for cell in self.graph.array_anchors(sheet, &seam, view) {
            let extent = self.graph.extent(sheet, cell, view);
            let Some(extent) =
                extent.filter(|extent| extent.rect.top < at && at <= extent.rect.bottom)
            else {
                continue;
            };
            if extent.fixed {
                return Err(part_of_array(&extent));
            }
            // The formula stands in the first row of its spill, which stays.
            torn.push(cell);
        }
        Ok(torn)
    }

    /// Registers anew what reads other rows than before without having been rewritten.
    fn follow(&mut self, rewritten: &[Rewritten], insertion: Insertion, before: &BookView) {
        let view = self.view();
        let detached = rewritten.iter().map(|part| part.id).collect();
        for id in self
            .graph
            .follow(insertion.sheet, (before, &*view), &detached)
        {
            let Some(region) = self.graph.region(id) else {
                continue;
            };
            let Some((sheet, rect)) = self
                .graph
                .rect(region, &*view)
                .map(|rect| (region.sheet, rect))
            else {
                continue;
            };
            self.graph.rank_one(id, &rect, &*view);
            self.seeds.dirty.push(Area::new(sheet, rect));
        }
    }

    /// That the last rows, which the insertion pushes off the grid, are empty.
    fn check_room(
        &self,
        sheet: SheetId,
        count: u32,
        grid: (u32, u32),
        view: &BookView,
    ) -> Result<()> {
        let (rows, columns) = grid;
        let pushed = Rect {
            top: rows - count.min(rows),
            left: 0,
            bottom: rows - 1,
            right: columns - 1,
        };
        let mut occupied = self.grids.used(&Area::new(sheet, pushed)).is_some();
        self.graph
            .visit_owners(sheet, &pushed, view, |_, _| occupied = true);
        if count >= rows || occupied {
            let message = format!(
                "inserting {count} rows would push cells that are not empty off the grid of {rows} rows"
            );
            return Err(Error::new(ErrorKind::Limit, message));
        }
        Ok(())
    }

    /// The regions with a band whose template changes.
    fn rewritten(&self, insertion: Insertion, view: &BookView) -> Vec<Rewritten> {
        let mut rewritten = Vec::new();
        let Some((rows, _)) = view.axes(insertion.sheet) else {
            return rewritten;
        };
        for (id, region) in self.graph.regions() {
            let Some(rect) = self.graph.rect(region, view) else {
                continue;
            };
            let bands = bands(region, &rect, insertion, rows);
            if bands.iter().all(|band| band.template == *region.template) {
                continue;
            }
            let mut pieces = Vec::new();
            if bands.len() > 1 {
                self.graph
                    .visit_cells(id, &rect, view, |piece| pieces.push(piece));
            }
            rewritten.push(Rewritten {
                id,
                region: region.clone(),
                places: side_by_side(pieces),
                bands,
            });
        }
        rewritten
    }

    /// Puts the cells of rewritten regions where they stand now, each band with its template.
    fn put_back(&mut self, rewritten: &[Rewritten], insertion: Insertion) {
        let view = self.view();
        let mut placed = Vec::new();
        for part in rewritten {
            let sheet = part.region.sheet;
            for band in &part.bands {
                let template = {
                    let mut templates = self
                        .lineage
                        .templates
                        .lock()
                        .unwrap_or_else(PoisonError::into_inner);
                    templates.intern(band.template.clone())
                };
                let facts = self.plans.bind(&template, sheet, &*view).facts;
                if part.bands.len() == 1 {
                    self.graph.attach(part.id, &template, &facts, &*view);
                    placed.push(part.id);
                }
                for place in &part.places {
                    let rows = Rect {
                        top: band.top,
                        bottom: band.bottom,
                        ..*place
                    };
                    let Some(cut) = place.intersection(&rows) else {
                        continue;
                    };
                    let moved = |row: u32| insertion.moved(sheet, i64::from(row)) as u32;
                    let now = Rect {
                        top: moved(cut.top),
                        bottom: moved(cut.bottom),
                        ..cut
                    };
                    placed.push(self.graph.set(&template, &facts, (sheet, now), &*view));
                }
            }
        }
        placed.sort_unstable();
        placed.dedup();
        if placed.len() > MENDED_SINGLY {
            self.graph.rank_all(&*view);
        } else {
            for id in placed {
                if let Some(rect) = self
                    .graph
                    .region(id)
                    .and_then(|region| self.graph.rect(region, &*view))
                {
                    self.graph.rank_one(id, &rect, &*view);
                }
            }
        }
    }

    /// Moves all that is noted by position: what is dirty but not computed yet, what is circular, what is kept.
    fn shift_positions(&mut self, insertion: Insertion) {
        let shifted = |sheet: SheetId, rect: &Rect| Rect {
            top: insertion
                .moved(sheet, i64::from(rect.top))
                .min(insertion.rows - 1) as u32,
            bottom: insertion
                .moved(sheet, i64::from(rect.bottom))
                .min(insertion.rows - 1) as u32,
            ..*rect
        };
        let mut changed = Changes::default();
        for area in self.seeds.changed.areas() {
            changed.add_area(Area::new(area.sheet, shifted(area.sheet, &area.rect)));
        }
        self.seeds.changed = changed;
        for area in &mut self.seeds.dirty {
            area.rect = shifted(area.sheet, &area.rect);
        }
        if let Some(sheet) = self.sheets.get_mut(insertion.sheet) {
            let merges = sheet.merges.iter();
            sheet.merges = merges.map(|rect| shifted(insertion.sheet, rect)).collect();
            if let Some(filter) = &mut sheet.filter {
                let filter = Arc::make_mut(filter);
                filter.rect = shifted(insertion.sheet, &filter.rect);
            }
        }
        for (sheet, cell) in &mut self.outcome.circular {
            cell.row = insertion.moved(*sheet, i64::from(cell.row)) as u32;
        }
        for kept in Arc::make_mut(&mut self.kept) {
            kept.cell.row = insertion.moved(kept.sheet, i64::from(kept.cell.row)) as u32;
        }
    }

    /// Formulas whose results depend on where cells stand are computed again, and those whose reads follow from
    /// distances or from where a table's data begin and end are bound again.
    pub(super) fn touch_positional(&mut self) {
        self.bind_again(|facts| {
            (facts.positional || facts.bound_by_name).then_some(facts.positional)
        });
    }
}

/// Up to so many regions get their ranks one by one.
pub(super) const MENDED_SINGLY: usize = 1_000;

/// A region that an insertion rewrites: the bands of its rows in positions before, and its cells if there are several
/// bands. With one, only its template changes and no cell is touched.
struct Rewritten {
    id: RegionId,
    region: Region,
    places: Vec<Rect>,
    bands: Vec<Band>,
}

/// Pieces of single columns joined where neighbouring columns have the same rows.
pub(super) fn side_by_side(mut pieces: Vec<Rect>) -> Vec<Rect> {
    pieces.sort_unstable_by_key(|piece| (piece.top, piece.bottom, piece.left));
    let mut joined: Vec<Rect> = Vec::new();
    for piece in pieces {
        match joined.last_mut() {
            Some(last)
                if (last.top, last.bottom) == (piece.top, piece.bottom)
                    && last.right + 1 == piece.left =>
            {
                last.right = piece.right;
            }
            _ => joined.push(piece),
        }
    }
    joined
}
