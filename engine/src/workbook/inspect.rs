//! What a snapshot tells about its formulas: what is volatile, circular or not computed.

use std::ops::ControlFlow;

use super::Snapshot;
use super::report::{Place, Statistics, Unsupported, place};
use super::revision::Kept;
use crate::reference::{Area, Cell, Rect, SheetId};

impl Snapshot {
    /// The formulas that are not computed and keep the values they have.
    pub fn unsupported(&self) -> Vec<Unsupported> {
        let revision = &self.revision;
        let view = self.view();
        let mut found = Vec::new();
        for (id, region) in revision.graph.regions() {
            let (Some(why), Some(rect)) = (
                &region.facts.unsupported,
                revision.graph.rect(region, &**revision),
            ) else {
                continue;
            };
            revision.graph.visit_cells(id, &rect, &**revision, |piece| {
                for row in piece.top..=piece.bottom {
                    let cell = Cell::new(row, piece.left);
                    let formula = view.text_of(&region.template, region.sheet, cell);
                    let place = place(revision, region.sheet, cell);
                    found.extend(place.map(|place| Unsupported {
                        place,
                        formula,
                        why: why.clone(),
                    }));
                }
            });
        }
        for kept in revision.kept.iter() {
            let place = place(revision, kept.sheet, kept.cell);
            let formula = format!("={}", kept.formula);
            found.extend(place.map(|place| Unsupported {
                place,
                formula,
                why: kept.why.clone(),
            }));
        }
        found.sort_by(|a, b| a.place.cmp(&b.place));
        found
    }

    /// The formulas of a file that could not be read and are kept as they are.
    pub fn kept(&self) -> &[Kept] {
        &self.revision.kept
    }

    /// Whether a cell's formula is computed at every recalculation.
    pub fn is_volatile(&self, sheet: SheetId, cell: Cell) -> bool {
        let graph = &self.revision.graph;
        let region = graph
            .region_at(sheet, cell, &*self.revision)
            .and_then(|id| graph.region(id));
        region.is_some_and(|region| region.facts.volatile)
    }

    /// All cells whose values depend, directly or through others, on formulas that are computed at every
    /// recalculation; those formulas' own cells are among them.
    pub fn volatile_cone(&self) -> Vec<Area> {
        let graph = &self.revision.graph;
        let volatile = graph.volatile().filter_map(|id| {
            let region = graph.region(id)?;
            Some((id, graph.rect(region, &*self.revision)?))
        });
        self.cone(volatile.collect())
    }

    /// All cells whose values depend on formulas that are not computed; those formulas' own cells are among them.
    pub fn unsupported_cone(&self) -> Vec<Area> {
        let graph = &self.revision.graph;
        let unsupported = graph
            .regions()
            .filter(|(_, region)| region.facts.unsupported.is_some());
        let start =
            unsupported.filter_map(|(id, region)| Some((id, graph.rect(region, &*self.revision)?)));
        self.cone(start.collect())
    }

    fn cone(&self, start: Vec<(crate::graph::RegionId, Rect)>) -> Vec<Area> {
        self.revision.graph.cone(start, &*self.revision)
    }

    /// How large the workbook is.
    pub fn statistics(&self) -> Statistics {
        let mut cells = 0;
        for sheet in self.sheets() {
            if let Some(rect) = self.used(sheet.id) {
                self.visit(&Area::new(sheet.id, rect), |_, _| {
                    cells += 1;
                    ControlFlow::Continue(())
                });
            }
        }
        Statistics {
            sheets: self.revision.sheets.order().len() as u64,
            cells,
            formulas: self.revision.graph.formula_count() + self.revision.kept.len() as u64,
            regions: self.revision.graph.region_count() as u64,
        }
    }

    /// The cells on circles of live reads, which show 0.
    pub fn circular(&self) -> Vec<Place> {
        let circular = self.revision.circular.iter();
        circular
            .filter_map(|(sheet, cell)| place(&self.revision, *sheet, *cell))
            .collect()
    }
}
