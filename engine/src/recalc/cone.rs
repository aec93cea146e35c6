//! The cone of an edit, made out once: the cells that it may reach, in an order in which each comes behind all that it
//! reads, and who reads whom.
//!
//! Following it costs neither a look into the graph nor a queue. It holds as long as the graph, the axes and what
//! formulas are bound to stay the same. Not every edit has one: where arrays spill, where formulas name their cells
//! only when they run or stand on circles, and where many cells have the same formula, the search goes on as ever.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use hashbrown::HashMap;

use super::{Book, Bound, Grids, Plans};
use crate::graph::{Graph, Order, RegionId};
use crate::limits;
use crate::plan::tiles::Load;
use crate::reference::{Area, Cell, Rect, SheetId};
use crate::storage::Place;

/// The cells that an edit may reach.
pub(super) struct Cone {
    pub(super) steps: Vec<Step>,
    /// The steps of the formulas that read the edited cells or are volatile.
    pub(super) first: Vec<u32>,
    /// For each step in turn the steps that read its cell.
    readers: Vec<u32>,
    /// For each step in turn the cells whose numbers its program wants.
    loads: Vec<Place>,
}

/// One cell of a cone.
pub(super) struct Step {
    pub(super) id: RegionId,
    pub(super) bound: Bound,
    pub(super) sheet: SheetId,
    pub(super) cell: Cell,
    pub(super) place: Place,
    /// Where the program's cells begin and end; nothing if there is no program for numbers alone.
    loads: Option<(u32, u32)>,
    readers: (u32, u32),
}

impl Cone {
    /// The steps that read the cell of this one.
    pub(super) fn readers(&self, step: &Step) -> &[u32] {
        &self.readers[step.readers.0 as usize..step.readers.1 as usize]
    }

    /// The cells whose numbers the program of a step wants, if it has one.
    pub(super) fn loads(&self, step: &Step) -> Option<&[Place]> {
        let (first, end) = step.loads?;
        Some(&self.loads[first as usize..end as usize])
    }

    /// The cone of an edit of these cells, if there is one.
    pub(super) fn of(
        seeds: &[(SheetId, Cell)],
        (grids, graph, plans, book): (&Grids, &Graph, &Plans, &dyn Book),
    ) -> Option<Cone> {
        let mut search = Search {
            graph,
            book,
            cells: Vec::new(),
            numbers: HashMap::new(),
            edges: Vec::new(),
        };
        let mut first = search.volatile()?;
        for (sheet, cell) in seeds {
            first.extend(search.readers(*sheet, *cell)?);
        }
        search.run()?;
        let order = search.order()?;
        let mut numbers = vec![0; order.len()];
        for (number, found) in order.iter().enumerate() {
            numbers[*found as usize] = number as u32;
        }
        let mut cone = Cone {
            steps: Vec::with_capacity(order.len()),
            first: first.iter().map(|found| numbers[*found as usize]).collect(),
            readers: Vec::with_capacity(search.edges.len()),
            loads: Vec::new(),
        };
        search.edges.sort_unstable();
        for found in order {
            let (id, sheet, cell) = search.cells[found as usize];
            let edges = search.edges.partition_point(|(from, _)| *from < found);
            let edges = search.edges[edges..].iter();
            let targets = edges.take_while(|(from, _)| *from == found);
            let targets = targets.map(|(_, to)| numbers[*to as usize]);
            let begin = cone.readers.len() as u32;
            cone.readers.extend(targets);
            let template = &graph.region(id)?.template;
            let bound = plans.bind(template, sheet, book);
            let loads = cone.add_loads(&bound, cell, grids);
            cone.steps.push(Step {
                id,
                bound,
                sheet,
                cell,
                place: grids.sheet(sheet)?.place(cell)?,
                loads,
                readers: (begin, cone.readers.len() as u32),
            });
        }
        Some(cone)
    }

    /// Looks up where the cells of a formula's program lie.
    fn add_loads(&mut self, bound: &Bound, cell: Cell, grids: &Grids) -> Option<(u32, u32)> {
        let begin = self.loads.len();
        let places = bound.numbers()?.loads().iter();
        for place in places.map(|load| place_of(load, cell, grids)) {
            match place {
                Some(place) => self.loads.push(place),
                None => {
                    self.loads.truncate(begin);
                    return None;
                }
            }
        }
        Some((begin as u32, self.loads.len() as u32))
    }
}

/// Where the cell of a reference lies, seen from a formula's cell; nothing if it is off the grid.
pub(super) fn place_of(load: &Load, own: Cell, grids: &Grids) -> Option<Place> {
    let grid = grids.sheet(load.sheet)?;
    let row = load.row.position(own.row, grid.rows())?;
    let column = load.column.position(own.column, grid.columns())?;
    grid.place(Cell::new(row, column))
}

/// The cells found so far, and who reads whom among them.
struct Search<'a> {
    graph: &'a Graph,
    book: &'a dyn Book,
    cells: Vec<(RegionId, SheetId, Cell)>,
    numbers: HashMap<(SheetId, Cell), u32>,
    edges: Vec<(u32, u32)>,
}

impl Search<'_> {
    /// The cells of all volatile formulas.
    fn volatile(&mut self) -> Option<Vec<u32>> {
        let mut found = Vec::new();
        for id in self.graph.volatile() {
            let region = self.graph.region(id)?;
            let rect = self.graph.rect(region, self.book)?;
            self.reach(id, &rect, &mut found)?;
        }
        Some(found)
    }

    /// The cells whose formulas read a cell, each once.
    fn readers(&mut self, sheet: SheetId, cell: Cell) -> Option<Vec<u32>> {
        let mut found = Vec::new();
        let area = Area::new(sheet, Rect::cell(cell));
        for (id, rect) in self.graph.dependents(&area, self.book) {
            self.reach(id, &rect, &mut found)?;
        }
        found.sort_unstable();
        found.dedup();
        Some(found)
    }

    /// Adds the cells of a region that lie in a rectangle. Nothing is added of formulas that are not computed.
    fn reach(&mut self, id: RegionId, rect: &Rect, found: &mut Vec<u32>) -> Option<()> {
        let region = self.graph.region(id)?;
        if region.facts.unsupported.is_some() {
            return Some(());
        }
        let is_ordered = self.graph.rank(id).order == Order::Forward;
        if !is_ordered || region.facts.dynamic || rect.size() > limits::CONE_CELLS_ALIKE {
            return None;
        }
        let sheet = region.sheet;
        let mut cells = Vec::new();
        self.graph.visit_cells(id, rect, self.book, |piece| {
            cells.extend((piece.top..=piece.bottom).map(|row| Cell::new(row, piece.left)));
        });
        for cell in cells {
            let next = self.cells.len() as u32;
            let number = *self.numbers.entry((sheet, cell)).or_insert(next);
            if number == next {
                self.cells.push((id, sheet, cell));
            }
            found.push(number);
        }
        (self.cells.len() <= limits::CONE_CELLS).then_some(())
    }

    /// Finds all that the cells found so far reach.
    fn run(&mut self) -> Option<()> {
        let mut at = 0;
        while at < self.cells.len() {
            let (_, sheet, cell) = self.cells[at];
            let readers = self.readers(sheet, cell)?;
            let from = at as u32;
            self.edges.extend(readers.into_iter().map(|to| (from, to)));
            if self.edges.len() > 8 * limits::CONE_CELLS {
                return None;
            }
            at += 1;
        }
        Some(())
    }

    /// The cells in an order in which each comes behind all that it reads: by height, region, row and column where that
    /// leaves a choice. Nothing if some read each other in a circle.
    fn order(&self) -> Option<Vec<u32>> {
        let mut waits = vec![0_u32; self.cells.len()];
        let mut starts = vec![0_u32; self.cells.len() + 1];
        for (from, to) in &self.edges {
            waits[*to as usize] += 1;
            starts[*from as usize + 1] += 1;
        }
        for at in 0..self.cells.len() {
            starts[at + 1] += starts[at];
        }
        let turn = |found: u32| {
            let (id, _, cell) = self.cells[found as usize];
            let height = self.graph.rank(id).height;
            Reverse((height, id, cell.row, cell.column, found))
        };
        let ready = (0..self.cells.len() as u32).filter(|found| waits[*found as usize] == 0);
        let mut ready: BinaryHeap<_> = ready.map(turn).collect();
        let mut order = Vec::with_capacity(self.cells.len());
        while let Some(Reverse((.., found))) = ready.pop() {
            order.push(found);
            // The edges were found cell by cell.
            let (first, end) = (starts[found as usize], starts[found as usize + 1]);
            for (_, to) in &self.edges[first as usize..end as usize] {
                waits[*to as usize] -= 1;
                if waits[*to as usize] == 0 {
                    ready.push(turn(*to));
                }
            }
        }
        (order.len() == self.cells.len()).then_some(order)
    }
}
