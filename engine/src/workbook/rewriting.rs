//! Regions whose formulas a structural edit makes others: taken out of the graph before, put back after.

use std::sync::{Arc, PoisonError};

use hashbrown::HashSet;

use super::bands::{Band, bands};
use super::draft::Draft;
use super::reshape::Reshape;
use super::view::BookView;
use crate::graph::{Region, RegionId};
use crate::reference::{Area, Rect};

/// Up to so many regions get their ranks one by one.
pub(super) const MENDED_SINGLY: usize = 1_000;

/// A region that an edit rewrites: its bands in positions before, and its cells if there are several bands. With one,
/// only its template changes and no cell is touched.
pub(super) struct Rewritten {
    pub(super) id: RegionId,
    region: Region,
    rect: Rect,
    places: Vec<Rect>,
    bands: Vec<Band>,
}

impl Draft<'_> {
    /// The regions with a band whose template changes.
    pub(super) fn rewritten(&self, reshape: &Reshape<'_>, before: &BookView) -> Vec<Rewritten> {
        let mut rewritten = Vec::new();
        for (id, region) in self.graph.regions() {
            let Some(rect) = self.graph.rect(region, before) else {
                continue;
            };
            let Some(bands) = bands(region, &rect, reshape) else {
                continue;
            };
            let mut pieces = Vec::new();
            if bands.len() > 1 {
                self.graph
                    .visit_cells(id, &rect, before, |piece| pieces.push(piece));
            }
            rewritten.push(Rewritten {
                id,
                region: region.clone(),
                rect,
                places: side_by_side(pieces),
                bands,
            });
        }
        rewritten
    }

    /// Takes the reads and cells of rewritten regions out of the graph, while the axes are as they were.
    pub(super) fn take_out(&mut self, rewritten: &[Rewritten], before: &BookView) {
        for part in rewritten {
            if part.bands.len() == 1 {
                self.graph.detach(part.id, before);
            } else {
                let places = part.places.iter();
                places.for_each(|place| self.graph.clear(part.region.sheet, place, before));
            }
        }
    }

    /// Registers anew what has not been rewritten, and computes what reads other cells than before.
    pub(super) fn follow(
        &mut self,
        rewritten: &[Rewritten],
        reshape: &Reshape<'_>,
        before: &BookView,
    ) {
        let view = self.view();
        let detached: HashSet<RegionId> = rewritten.iter().map(|part| part.id).collect();
        let changed = self
            .graph
            .follow(reshape.sheet, (before, &*view), &detached);
        for id in &changed {
            if let Some((sheet, rect)) = self.placed(*id, &view) {
                self.seeds.dirty.push(Area::new(sheet, rect));
            }
        }
        self.mend_ranks(&changed, &view);
    }

    /// Puts the cells of rewritten regions where they stand now, each band with its template.
    pub(super) fn put_back(&mut self, rewritten: &[Rewritten], reshape: &Reshape<'_>) {
        let view = self.view();
        let mut placed = Vec::new();
        // What keeps its cells comes first: a band must not join a neighbour that still has its former template.
        let keeps = |part: &&Rewritten| part.bands.len() == 1;
        let (kept, divided): (Vec<_>, Vec<_>) = rewritten.iter().partition(keeps);
        for part in kept.into_iter().chain(divided) {
            for band in &part.bands {
                self.put_band(part, band, reshape, (&view, &mut placed));
            }
        }
        placed.sort_unstable();
        placed.dedup();
        // What was split by an earlier edit may fit together again.
        let attached: Vec<RegionId> = rewritten.iter().filter(keeps).map(|part| part.id).collect();
        let mut moved = Vec::new();
        for id in attached.into_iter().chain(placed.iter().copied()) {
            let Some(owned) = self.graph.region(id).map(|region| region.owned) else {
                continue;
            };
            let whole = self.graph.join(id, &*view);
            if self.graph.region(whole).map(|region| region.owned) != Some(owned) {
                moved.push(whole);
            }
        }
        moved.extend(placed);
        moved.sort_unstable();
        moved.dedup();
        self.mend_ranks(&moved, &view);
    }

    fn put_band(
        &mut self,
        part: &Rewritten,
        band: &Band,
        reshape: &Reshape<'_>,
        (view, placed): (&Arc<BookView>, &mut Vec<RegionId>),
    ) {
        let sheet = part.region.sheet;
        let template = {
            let mut templates = self
                .lineage
                .templates
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            templates.intern(band.template.clone())
        };
        let facts = self.plans.bind(&template, sheet, &**view).facts;
        let mut dirty = |rect: Rect| {
            if band.lost {
                self.seeds.dirty.push(Area::new(sheet, rect));
            }
        };
        if part.bands.len() == 1 {
            // It reads what it has read, or less: its rank still holds.
            self.graph.attach(part.id, &template, &facts, &**view);
            reshape
                .rect(sheet, &part.rect)
                .into_iter()
                .for_each(&mut dirty);
            return;
        }
        let dimension = reshape.dimension();
        for place in &part.places {
            let (first, last) = dimension.of_rect(place);
            let (first, last) = (first.max(band.first), last.min(band.last));
            if first > last {
                continue;
            }
            let ends = (reshape.moved(sheet, first), reshape.moved(sheet, last));
            let (Some(first), Some(last)) = ends else {
                continue;
            };
            let now = dimension.with_span(place, (first, last));
            placed.push(self.graph.set(&template, &facts, (sheet, now), &**view));
            dirty(now);
        }
    }

    /// Gives regions that are new or read other cells than before their ranks.
    fn mend_ranks(&mut self, regions: &[RegionId], view: &BookView) {
        if regions.len() > MENDED_SINGLY {
            return self.graph.rank_all(view);
        }
        for id in regions {
            if let Some((_, rect)) = self.placed(*id, view) {
                self.graph.rank_one(*id, &rect, view);
            }
        }
    }

    fn placed(&self, id: RegionId, view: &BookView) -> Option<(crate::reference::SheetId, Rect)> {
        let region = self.graph.region(id)?;
        Some((region.sheet, self.graph.rect(region, view)?))
    }
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
