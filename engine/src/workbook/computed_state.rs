//! How far a workbook is computed, for files that hold values: what is stale, circular, or had no room to spill.

use std::sync::Arc;

use super::load::Loader;
use super::snapshot::Snapshot;
use super::view::BookView;
use super::{Calculation, Report, Workbook};
use crate::error::Result;
use crate::graph::{Axes, Graph};
use crate::recalc::{Changes, Effort, Seeds};
use crate::reference::{Area, Axis, Cell, Rect, SheetId};

/// How far a workbook is computed.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ComputedState {
    /// The cells on circles of live reads, which show 0.
    pub circular: Vec<(SheetId, Cell)>,
    /// The cells whose formulas had no room to spill.
    pub blocked: Vec<(SheetId, Cell)>,
    /// With manual calculation, the cells that were edited since and whose readers are stale.
    pub changed: Vec<Area>,
    /// With manual calculation, the cells whose formulas are stale.
    pub dirty: Vec<Area>,
    /// With manual calculation, whether every formula is stale.
    pub all: bool,
}

impl Snapshot {
    /// How far the workbook is computed.
    pub fn computed_state(&self) -> ComputedState {
        let revision = &*self.revision;
        ComputedState {
            circular: (*revision.circular).clone(),
            blocked: revision.graph.blocked(revision),
            changed: revision.stale.changed.areas().to_vec(),
            dirty: revision.stale.dirty.clone(),
            all: revision.stale.all,
        }
    }
}

impl Loader {
    /// How far the workbook is computed whose values are loaded. Places that do not lie on the grid are left out.
    pub fn computed_state(&mut self, state: ComputedState) {
        self.state = state;
    }

    pub(super) fn restore_state(&mut self, view: &BookView) {
        let state = std::mem::take(&mut self.state);
        let on_grid = |area: &Area| {
            view.axes(area.sheet).is_some_and(|(rows, columns)| {
                area.rect.bottom < rows.len() && area.rect.right < columns.len()
            })
        };
        let mut circular = state.circular;
        let graph = &mut self.revision.graph;
        let has_formula = |graph: &Graph, (sheet, cell): &(SheetId, Cell)| {
            on_grid(&Area::new(*sheet, Rect::cell(*cell)))
                && graph.region_at(*sheet, *cell, view).is_some()
        };
        circular.retain(|place| has_formula(graph, place));
        circular.sort_unstable();
        circular.dedup();
        for place in state.blocked {
            if has_formula(graph, &place) {
                graph.set_blocked(place.0, place.1, view);
            }
        }
        let mut changed = Changes::default();
        state
            .changed
            .into_iter()
            .filter(on_grid)
            .for_each(|area| changed.add_area(area));
        self.revision.circular = Arc::new(circular);
        self.revision.stale = Arc::new(Seeds {
            changed,
            dirty: state.dirty.into_iter().filter(on_grid).collect(),
            all: state.all,
        });
    }
}

impl Workbook {
    /// Computes what is computed at every recalculation, and what depends on it, unless calculation is manual.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Reentrant`](crate::ErrorKind::Reentrant) from inside an edit of the same workbook;
    /// [`ErrorKind::Cancelled`](crate::ErrorKind::Cancelled) if it was broken off, and then nothing has changed.
    pub fn recalculate_volatile(&self, mut effort: Effort<'_>) -> Result<Report> {
        let is_volatile = self.snapshot().revision.graph.volatile().next().is_some();
        let manual = self.settings().calculation == Calculation::Manual;
        if manual || !is_volatile {
            return Ok(Report::default());
        }
        let outer = Effort {
            cancel: effort.cancel.clone(),
            ..Effort::default()
        };
        let recalculated = self.edit_with(outer, |tx| tx.draft().recalculate(&mut effort));
        Ok(recalculated?.1)
    }
}
