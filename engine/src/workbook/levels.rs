//! Precedents and dependents: what a formula reads, and who reads a cell; directly, or through others.

use std::collections::{BTreeMap, VecDeque};

use hashbrown::{HashMap, HashSet};

use super::Snapshot;
use crate::error::Result;
use crate::graph::{Owner, RegionId};
use crate::recalc::Changes;
use crate::reference::{Area, Cell, Rect, SheetId};

/// Cells of a column of formulas that find their cells only when they run, which a search evaluates.
const DYNAMIC_CELLS: u32 = 64;

/// Rectangles that a search goes through, if nothing else is asked for.
const SEARCH_BOUND: usize = 1 << 20;

/// What a search through all levels found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Levels {
    /// The cells, as rectangles.
    pub areas: Vec<Area>,
    /// Whether the search ended before its bound, so that these are all.
    pub complete: bool,
}

impl Snapshot {
    /// The areas that the formula of a cell reads. Of OFFSET, INDIRECT and spill ranges those that they mean now.
    ///
    /// # Errors
    ///
    /// As [`Snapshot::value`].
    pub fn precedents(&self, address: &str) -> Result<Vec<Area>> {
        let (sheet, cell) = self.cell(address)?;
        Ok(self.areas_read(sheet, &Rect::cell(cell)).0)
    }

    /// The cells whose formulas read any cell at an address.
    ///
    /// A formula that finds its cells only when it runs (OFFSET, INDIRECT) is among them if its text names a cell of
    /// them as a value.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Address`](crate::ErrorKind::Address), [`ErrorKind::SheetNotFound`](crate::ErrorKind::SheetNotFound).
    pub fn dependents(&self, address: &str) -> Result<Vec<Area>> {
        let area = self.resolve(address)?;
        let mut found = Changes::default();
        for (id, rect) in self.revision.graph.dependents(&area, &*self.revision) {
            self.add_cells(id, &rect, &mut found);
        }
        Ok(found.merged())
    }

    /// All that the value of a cell depends on, directly or through other formulas; a search through at most `bound`
    /// rectangles.
    ///
    /// # Errors
    ///
    /// As [`Snapshot::value`].
    pub fn all_precedents(&self, address: &str, bound: Option<usize>) -> Result<Levels> {
        let (sheet, cell) = self.cell(address)?;
        let mut search = Search::new(bound);
        let mut queue = VecDeque::from([Area::new(sheet, Rect::cell(cell))]);
        let mut areas = Vec::new();
        while let Some(area) = queue.pop_front() {
            for (id, rect) in self.formulas_in(&area) {
                if !search.enter(id, &rect) {
                    continue;
                }
                let (read, all) = self.areas_read(area.sheet, &rect);
                search.complete &= all;
                areas.extend_from_slice(&read);
                queue.extend(read);
            }
        }
        Ok(Levels {
            areas: joined(areas),
            complete: search.complete,
        })
    }

    /// All cells whose values depend on any cell at an address, directly or through others; a search through at most
    /// `bound` rectangles.
    ///
    /// # Errors
    ///
    /// As [`Snapshot::dependents`].
    pub fn all_dependents(&self, address: &str, bound: Option<usize>) -> Result<Levels> {
        let area = self.resolve(address)?;
        let graph = &self.revision.graph;
        let mut search = Search::new(bound);
        let mut queue: VecDeque<_> = graph
            .dependents(&area, &*self.revision)
            .into_iter()
            .collect();
        let mut found = Changes::default();
        while let Some((id, rect)) = queue.pop_front() {
            let Some(sheet) = graph.region(id).map(|region| region.sheet) else {
                continue;
            };
            if !search.enter(id, &rect) {
                continue;
            }
            self.add_cells(id, &rect, &mut found);
            queue.extend(graph.dependents(&Area::new(sheet, rect), &*self.revision));
            // The cells of array results are read in the place of the formula's own.
            for anchor in graph.array_anchors(sheet, &rect, &*self.revision) {
                if let Some(extent) = graph.extent(sheet, anchor, &*self.revision) {
                    let array = Area::new(sheet, extent.rect);
                    queue.extend(graph.dependents(&array, &*self.revision));
                }
            }
        }
        Ok(Levels {
            areas: found.merged(),
            complete: search.complete,
        })
    }

    /// Adds the cells of a region within a rectangle.
    fn add_cells(&self, id: RegionId, rect: &Rect, found: &mut Changes) {
        let graph = &self.revision.graph;
        if let Some(region) = graph.region(id) {
            graph.visit_cells(id, rect, &*self.revision, |piece| {
                found.add_area(Area::new(region.sheet, piece));
            });
        }
    }

    /// The formulas that give the cells of an area their values: regions and rectangles within them.
    fn formulas_in(&self, area: &Area) -> Vec<(RegionId, Rect)> {
        let mut found = Vec::new();
        let mut arrays = Vec::new();
        let graph = &self.revision.graph;
        graph.visit_owners(
            area.sheet,
            &area.rect,
            &*self.revision,
            |piece, owner| match owner {
                Owner::Formula(id) => found.push((id, piece)),
                Owner::Spill(..) | Owner::ArrayFormula(..) => arrays.push(piece.top_left()),
            },
        );
        for cell in arrays {
            let anchor = self.array_formula_over(area.sheet, cell).unwrap_or(cell);
            if let Some(id) = graph.region_at(area.sheet, anchor, &*self.revision) {
                found.push((id, Rect::cell(anchor)));
            }
        }
        found
    }

    /// The areas that the formulas of a rectangle of one region read, and whether these are all.
    fn areas_read(&self, sheet: SheetId, rect: &Rect) -> (Vec<Area>, bool) {
        let (graph, axes) = (&self.revision.graph, &*self.revision);
        let mut areas = graph.precedents(sheet, rect, axes);
        let region = graph.region_at(sheet, rect.top_left(), axes);
        let region = region.and_then(|id| graph.region(id));
        if region.is_none_or(|region| !region.facts.dynamic) {
            return (areas, true);
        }
        let cells = (rect.top..=rect.bottom)
            .flat_map(|row| (rect.left..=rect.right).map(move |column| Cell::new(row, column)));
        for cell in cells.take(DYNAMIC_CELLS as usize) {
            let traced = self.traced(sheet, cell);
            areas.extend(traced.into_iter().flat_map(|traced| traced.found_areas()));
        }
        let mut seen = HashSet::new();
        areas.retain(|area| seen.insert(*area));
        (areas, rect.size() <= u64::from(DYNAMIC_CELLS))
    }
}

/// What a search has been to.
struct Search {
    /// By region and columns the runs of rows: the last row of each by its first, none touching another.
    rows: HashMap<(RegionId, u32, u32), BTreeMap<u32, u32>>,
    left: usize,
    complete: bool,
}

impl Search {
    fn new(bound: Option<usize>) -> Search {
        Search {
            rows: HashMap::new(),
            left: bound.unwrap_or(SEARCH_BOUND),
            complete: true,
        }
    }

    /// Whether a rectangle of a region is new, and there is room for it.
    fn enter(&mut self, id: RegionId, rect: &Rect) -> bool {
        let runs = self.rows.entry((id, rect.left, rect.right)).or_default();
        let before = runs.range(..=rect.top).next_back();
        if before.is_some_and(|(_, bottom)| *bottom >= rect.bottom) {
            return false;
        }
        if self.left == 0 {
            self.complete = false;
            return false;
        }
        self.left -= 1;
        // Runs that touch this one become part of it.
        let (mut top, mut bottom) = (rect.top, rect.bottom);
        while let Some((first, last)) = runs.range(..=bottom.saturating_add(1)).next_back()
            && last.saturating_add(1) >= top
        {
            let (first, last) = (*first, *last);
            runs.remove(&first);
            (top, bottom) = (top.min(first), bottom.max(last));
        }
        runs.insert(top, bottom);
        true
    }
}

/// Areas sorted and each once: those of one column joined where rows continue, others without those within them.
fn joined(areas: Vec<Area>) -> Vec<Area> {
    let (narrow, mut wide): (Vec<Area>, Vec<Area>) =
        areas.into_iter().partition(|area| area.rect.columns() == 1);
    let mut changes = Changes::default();
    narrow.into_iter().for_each(|area| changes.add_area(area));
    let key = |area: &Area| {
        let Rect {
            top,
            left,
            bottom,
            right,
        } = area.rect;
        (area.sheet, left, top, bottom, right)
    };
    wide.sort_unstable_by_key(key);
    wide.dedup();
    let mut all = changes.merged();
    all.extend(wide);
    all.sort_unstable_by_key(key);
    all
}
