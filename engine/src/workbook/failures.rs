//! Why functions of the user failed: a text for each of a bounded number of cells, kept beside their values.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Snapshot;
use super::draft::Draft;
use super::view::BookView;
use crate::graph::Axes;
use crate::limits;
use crate::recalc::Outcome;
use crate::reference::{Anchor, Area, Axis, Cell, SheetId};

/// The texts by the cells whose formulas they are about. Rows and columns that come and go move none of them.
pub(super) type FailureTexts = BTreeMap<(SheetId, Anchor, Anchor), Arc<str>>;

impl Draft<'_> {
    /// Brings the texts in line with a recalculation: those of cells that were evaluated go, new ones come.
    pub(super) fn keep_failures(&mut self, outcome: &mut Outcome, view: &BookView) {
        let new = std::mem::take(&mut outcome.failures);
        if self.failures.is_empty() && new.is_empty() {
            return;
        }
        let texts = Arc::make_mut(&mut self.failures);
        forget(texts, outcome.evaluated.areas(), view);
        for ((sheet, cell), text) in new {
            let Some((rows, columns)) = view.axes(sheet) else {
                continue;
            };
            if texts.len() == limits::FAILURES {
                texts.retain(|place, _| {
                    let cell = position(*place, view);
                    cell.is_some_and(|cell| self.graph.region_at(place.0, cell, view).is_some())
                });
            }
            if texts.len() < limits::FAILURES {
                let place = (sheet, rows.anchor(cell.row), columns.anchor(cell.column));
                texts.insert(place, text);
            }
        }
    }
}

/// Removes the texts of the cells of these areas.
fn forget(texts: &mut FailureTexts, areas: &[Area], view: &BookView) {
    let mut places = BTreeMap::new();
    for place in texts.keys() {
        if let Some(cell) = position(*place, view) {
            places.insert((place.0, cell.column, cell.row), *place);
        }
    }
    for Area { sheet, rect } in areas {
        for column in rect.left..=rect.right {
            if places.is_empty() {
                return;
            }
            let rows = (*sheet, column, rect.top)..=(*sheet, column, rect.bottom);
            let found: Vec<_> = places.range(rows).map(|(key, _)| *key).collect();
            for key in found {
                if let Some(place) = places.remove(&key) {
                    texts.remove(&place);
                }
            }
        }
    }
}

fn position(place: (SheetId, Anchor, Anchor), axes: &dyn Axes) -> Option<Cell> {
    let (rows, columns) = axes.axes(place.0)?;
    let row = rows.position(place.1)?;
    Some(Cell::new(row, columns.position(place.2)?))
}

impl Snapshot {
    /// The error text that a function of the user gave in the formula of a cell; nothing if none failed there.
    pub fn failure(&self, sheet: SheetId, cell: Cell) -> Option<Arc<str>> {
        let revision = &self.revision;
        let (rows, columns) = revision.axes(sheet)?;
        if revision.failures.is_empty() || cell.row >= rows.len() || cell.column >= columns.len() {
            return None;
        }
        let place = (sheet, rows.anchor(cell.row), columns.anchor(cell.column));
        let text = revision.failures.get(&place)?;
        let graph = &revision.graph;
        let region = graph.region(graph.region_at(sheet, cell, &**revision)?)?;
        region.facts.unsupported.is_none().then(|| text.clone())
    }
}
