//! Which cells wait for each other: the strong components of live reads, found along the path (Gabow's algorithm).
//!
//! A cell waits for all pending cells of the area at which its evaluation was interrupted. When all of them are done it
//! is evaluated again; cells that wait for each other, directly or through others, never can be and are 0. Which cells
//! those are does not depend on where the search begins. The path is a list of its own, so no circle is too long.

use hashbrown::HashMap;

use super::Changes;
use super::on_demand::{Attempt, attempt};
use super::reader::Demand;
use super::schedule::Run;
use crate::plan::Outcome;
use crate::reference::{Area, Cell, Rect, SheetId};
use crate::value::Value;

/// The search under way.
pub(super) struct Search<'d> {
    demand: &'d Demand,
    /// The cells on the way to the one that is looked at.
    path: Vec<Waiting>,
    /// The cells begun and not done, in the order in which they were begun.
    open: Vec<(SheetId, Cell)>,
    /// Where each of them stands.
    places: HashMap<(SheetId, Cell), usize>,
    /// Where in `open` the circles begin that are known so far, single cells among them.
    bounds: Vec<usize>,
    changes: Changes,
}

/// A cell that waits for the cells of an area.
struct Waiting {
    place: usize,
    area: Area,
    /// The cell of the area that was looked at last.
    last: Option<Cell>,
    /// Formulas elsewhere whose arrays reach into the area.
    arrays: Vec<(SheetId, Cell)>,
    for_itself: bool,
}

impl Waiting {
    fn new(place: usize, area: Area, demand: &Demand) -> Waiting {
        Waiting {
            place,
            area,
            last: None,
            arrays: demand.arrays_into(&area),
            for_itself: false,
        }
    }

    /// The next pending cell that it waits for, column by column.
    fn next(&mut self, demand: &Demand) -> Option<(SheetId, Cell)> {
        let rect = self.area.rect;
        let rest = match self.last {
            None => [Some(rect), None],
            Some(cell) => [
                (cell.row < rect.bottom).then(|| Rect {
                    top: cell.row + 1,
                    left: cell.column,
                    right: cell.column,
                    ..rect
                }),
                (cell.column < rect.right).then(|| Rect {
                    left: cell.column + 1,
                    ..rect
                }),
            ],
        };
        let pending = demand.pending.borrow();
        let found = rest.into_iter().flatten().find_map(|part| {
            let cells = pending.within(&Area::new(self.area.sheet, part), 1);
            cells.first().copied()
        });
        match found {
            Some(cell) => {
                self.last = Some(cell);
                Some((self.area.sheet, cell))
            }
            None => self.arrays.pop(),
        }
    }
}

impl<'d> Search<'d> {
    pub(super) fn new(demand: &'d Demand) -> Search<'d> {
        Search {
            demand,
            path: Vec::new(),
            open: Vec::new(),
            places: HashMap::new(),
            bounds: Vec::new(),
            changes: Changes::default(),
        }
    }

    /// The cells that changed.
    pub(super) fn into_changes(self) -> Changes {
        self.changes
    }

    /// Computes a pending cell and all that it waits for.
    pub(super) fn run_from(&mut self, run: &mut Run<'_, '_>, sheet: SheetId, cell: Cell) {
        self.begin(run, (sheet, cell));
        while let Some(waiting) = self.path.last_mut() {
            if run.is_cancelled() {
                return;
            }
            let Some(needed) = waiting.next(self.demand) else {
                self.finish(run);
                continue;
            };
            match self.places.get(&needed) {
                Some(place) => {
                    waiting.for_itself |= *place == waiting.place;
                    while self.bounds.last().is_some_and(|bound| bound > place) {
                        self.bounds.pop();
                    }
                }
                None => self.begin(run, needed),
            }
        }
    }

    fn begin(&mut self, run: &mut Run<'_, '_>, cell: (SheetId, Cell)) {
        if let Some(area) = self.attempt(run, cell) {
            let place = self.open.len();
            self.open.push(cell);
            self.places.insert(cell, place);
            self.bounds.push(place);
            self.path.push(Waiting::new(place, area, self.demand));
        }
    }

    /// Tries to compute a cell; gives the area that it has to wait for.
    fn attempt(&mut self, run: &mut Run<'_, '_>, (sheet, cell): (SheetId, Cell)) -> Option<Area> {
        let result = match attempt(run, self.demand, sheet, cell) {
            Attempt::Needs(area) => return Some(area),
            Attempt::Done(result) => Some(result),
            Attempt::Kept => None,
        };
        self.demand.pending.borrow_mut().remove(sheet, cell);
        if let Some(result) = result
            && run.store(sheet, cell, result)
        {
            self.changes.add(sheet, cell);
        }
        None
    }

    /// The last cell of the path waits for nothing more that is not done or begun.
    fn finish(&mut self, run: &mut Run<'_, '_>) {
        let Some(waiting) = self.path.pop() else {
            return;
        };
        let place = waiting.place;
        if self.bounds.last() != Some(&place) {
            // A cell further up the path waits for this one, and this one for it.
            return;
        }
        if self.open.len() == place + 1 && !waiting.for_itself {
            let cell = self.open[place];
            if let Some(area) = self.attempt(run, cell) {
                self.path.push(Waiting::new(place, area, self.demand));
                return;
            }
            self.places.remove(&cell);
            self.open.pop();
        } else {
            for (sheet, cell) in self.open.split_off(place) {
                self.places.remove(&(sheet, cell));
                self.close(run, sheet, cell);
            }
        }
        self.bounds.pop();
    }

    /// A cell of a circle is 0, and done.
    fn close(&mut self, run: &mut Run<'_, '_>, sheet: SheetId, cell: Cell) {
        self.demand.pending.borrow_mut().remove(sheet, cell);
        run.circular.insert((sheet, cell));
        let extent = run.graph.extent(sheet, cell, run.around.book);
        if extent.is_some_and(|extent| !extent.fixed) {
            // Without its spill the array might be computed, with it not: it stays 0.
            run.settled.insert((sheet, cell));
        }
        if run.store(sheet, cell, Outcome::Value(Value::Number(0.0))) {
            self.changes.add(sheet, cell);
        }
    }
}
