//! The graph itself: regions, who owns which cell, and the reads registered for them.

use std::sync::Arc;

use super::extents::AnchoredExtent;
use super::order::Rank;
use super::range_index::{RangeIndex, Reader, RowEnd};
use super::{Facts, Owner, Region, RegionId, Run, RunList};
use crate::formula::Template;
use crate::reference::{Anchor, Axis, Cell, Rect, SheetId};
use crate::storage::tree::{Natural, Tree};
use crate::storage::{ColumnAxis, RowAxis};

/// Where a graph looks up what is where: the axes of the sheets.
pub trait Axes {
    /// The rows and columns of a sheet; nothing if there is no such sheet.
    fn axes(&self, sheet: SheetId) -> Option<(&RowAxis, &ColumnAxis)>;
}

/// Regions, their cells and their reads. A clone costs constant time and shares everything.
#[derive(Clone, Default)]
pub struct Graph {
    pub(super) regions: Tree<RegionId, Region>,
    pub(super) sheets: Tree<SheetId, SheetGraph>,
    pub(super) ranks: Tree<RegionId, Rank>,
    pub(super) extents: Tree<(SheetId, u32, u32), AnchoredExtent>,
    pub(super) blocked: Tree<(SheetId, u32, u32), ()>,
    volatile: Tree<RegionId, ()>,
    next: u32,
}

/// The part of the graph that lies on one sheet: who owns its cells, and who reads them.
#[derive(Clone, Default)]
pub struct SheetGraph {
    pub(super) runs: Tree<u32, RunList>,
    pub(super) readers: RangeIndex,
}

impl SheetGraph {
    /// The run list of a column.
    pub fn column(&self, column: Anchor) -> Option<&RunList> {
        self.runs.get(&Natural, &column.0)
    }
}

impl Graph {
    /// Whether both are one version: the same formulas in the same places.
    pub fn is_same(&self, other: &Graph) -> bool {
        self.regions.is_same(&other.regions)
            && self.extents.is_same(&other.extents)
            && self.next == other.next
    }

    /// The region of this number.
    pub fn region(&self, id: RegionId) -> Option<&Region> {
        self.regions.get(&Natural, &id)
    }

    /// All regions.
    pub fn regions(&self) -> impl Iterator<Item = (RegionId, &Region)> {
        self.regions.iter().map(|(id, region)| (*id, region))
    }

    /// Number of regions.
    pub fn region_count(&self) -> usize {
        self.regions.len()
    }

    /// Number of computed cells.
    pub fn formula_count(&self) -> u64 {
        self.regions().map(|(_, region)| region.owned).sum()
    }

    /// The regions that are evaluated at every recalculation.
    pub fn volatile(&self) -> impl Iterator<Item = RegionId> + '_ {
        self.volatile.iter().map(|(id, ())| *id)
    }

    /// The part of the graph that lies on a sheet.
    pub fn sheet(&self, sheet: SheetId) -> Option<&SheetGraph> {
        self.sheets.get(&Natural, &sheet)
    }

    /// To whom a cell belongs, if it is computed.
    pub fn owner(&self, sheet: SheetId, cell: Cell, axes: &dyn Axes) -> Option<Owner> {
        let (rows, columns) = axes.axes(sheet)?;
        let runs = self.sheet(sheet)?.column(columns.anchor(cell.column))?;
        runs.run(rows.anchor(cell.row)).map(|run| run.owner)
    }

    /// The region whose formula stands in a cell.
    pub fn region_at(&self, sheet: SheetId, cell: Cell, axes: &dyn Axes) -> Option<RegionId> {
        match self.owner(sheet, cell, axes)? {
            Owner::Formula(region) => Some(region),
            Owner::Spill(..) | Owner::ArrayFormula(..) => None,
        }
    }

    /// The rectangle of a region, in positions of today.
    pub fn rect(&self, region: &Region, axes: &dyn Axes) -> Option<Rect> {
        let (rows, columns) = axes.axes(region.sheet)?;
        Some(Rect {
            top: rows.position(region.rows.0)?,
            bottom: rows.position(region.rows.1)?,
            left: columns.position(region.columns.0)?,
            right: columns.position(region.columns.1)?,
        })
    }

    /// Calls `f` with each piece of a computed rectangle that has one owner: a column's rows `top..=bottom`.
    pub fn visit_owners(
        &self,
        sheet: SheetId,
        rect: &Rect,
        axes: &dyn Axes,
        mut f: impl FnMut(Rect, Owner),
    ) {
        let (Some((rows, columns)), Some(graph)) = (axes.axes(sheet), self.sheet(sheet)) else {
            return;
        };
        let mut visit = |column: u32, runs: &RunList| {
            for (position, first, length) in rows.spans(rect.top..rect.bottom + 1) {
                for run in runs.within(first, length) {
                    let top = position + (run.first.0 - first.0);
                    let bottom = top + run.length - 1;
                    f(
                        Rect {
                            top,
                            bottom,
                            left: column,
                            right: column,
                        },
                        run.owner,
                    );
                }
            }
        };
        if rect.columns() as usize <= graph.runs.len() {
            for column in rect.left..=rect.right {
                if let Some(runs) = graph.column(columns.anchor(column)) {
                    visit(column, runs);
                }
            }
        } else {
            let mut used: Vec<(u32, &RunList)> = graph
                .runs
                .iter()
                .filter_map(|(anchor, runs)| Some((columns.position(Anchor(*anchor))?, runs)))
                .filter(|(column, _)| (rect.left..=rect.right).contains(column))
                .collect();
            used.sort_unstable_by_key(|(column, _)| *column);
            used.into_iter()
                .for_each(|(column, runs)| visit(column, runs));
        }
    }

    /// Puts one formula over a rectangle: its cells are taken from their owners, and the region is joined to the one
    /// right above or below that has the same template.
    pub fn set(
        &mut self,
        template: &Arc<Template>,
        facts: &Arc<Facts>,
        place: (SheetId, Rect),
        axes: &dyn Axes,
    ) -> RegionId {
        let (sheet, rect) = place;
        self.clear(sheet, &rect, axes);
        let neighbour = self.neighbour(template, facts, sheet, &rect, axes);
        let (id, region) = match neighbour {
            Some(id) => (id, self.extended(id, &rect, axes)),
            None => {
                self.next += 1;
                (
                    RegionId(self.next - 1),
                    new_region(template, facts, sheet, &rect, axes),
                )
            }
        };
        let Some(region) = region else { return id };
        if facts.volatile {
            self.volatile.insert(&Natural, id, ());
        }
        self.regions.insert(&Natural, id, region);
        self.register(id, axes);
        self.assign(sheet, &rect, Owner::Formula(id), axes);
        id
    }

    /// Gives a region other facts, because what its formula is bound to has changed; tells whether they differ.
    pub fn set_facts(&mut self, id: RegionId, facts: &Arc<Facts>, axes: &dyn Axes) -> bool {
        if self
            .region(id)
            .is_none_or(|region| *region.facts == **facts)
        {
            return false;
        }
        self.unregister(id, axes);
        if let Some(region) = self.regions.get_mut(&Natural, &id) {
            region.facts = facts.clone();
        }
        if facts.volatile {
            self.volatile.insert(&Natural, id, ());
        } else {
            self.volatile.remove(&Natural, &id);
        }
        self.register(id, axes);
        true
    }

    /// Takes a region's reads out of the index, because the axes or its template are about to change; to be followed by
    /// [`Graph::attach`].
    pub fn detach(&mut self, id: RegionId, axes: &dyn Axes) {
        self.unregister(id, axes);
    }

    /// Gives a detached region this template in all its cells, and registers its reads.
    pub fn attach(
        &mut self,
        id: RegionId,
        template: &Arc<Template>,
        facts: &Arc<Facts>,
        axes: &dyn Axes,
    ) {
        if let Some(region) = self.regions.get_mut(&Natural, &id) {
            region.template = template.clone();
            region.facts = facts.clone();
        }
        self.register(id, axes);
    }

    /// Gives a region another template that reads the same cells.
    pub fn set_template(&mut self, id: RegionId, template: &Arc<Template>) {
        if let Some(region) = self.regions.get_mut(&Natural, &id) {
            region.template = template.clone();
        }
    }

    /// Gives the cells of a rectangle to an array result; its formula's own cell must not be among them.
    pub fn give(&mut self, sheet: SheetId, rect: &Rect, owner: Owner, axes: &dyn Axes) {
        self.clear(sheet, rect, axes);
        self.assign(sheet, rect, owner, axes);
    }

    /// Takes the cells of a rectangle from their owners; regions that own nothing any more are gone.
    pub fn clear(&mut self, sheet: SheetId, rect: &Rect, axes: &dyn Axes) {
        let Some((rows, columns)) = axes.axes(sheet) else {
            return;
        };
        let mut lost: Vec<(Owner, u32)> = Vec::new();
        let mut touched = Vec::new();
        self.visit_owners(sheet, rect, axes, |piece, owner| {
            touched.push(piece);
            lost.push((owner, piece.rows()));
        });
        if touched.is_empty() {
            return;
        }
        let Some(graph) = self.sheets.get_mut(&Natural, &sheet) else {
            return;
        };
        for piece in touched {
            let column = columns.anchor(piece.left).0;
            let Some(runs) = graph.runs.get_mut(&Natural, &column) else {
                continue;
            };
            for (_, first, length) in rows.spans(piece.top..piece.bottom + 1) {
                runs.cut(first, length);
            }
            if runs.is_empty() {
                graph.runs.remove(&Natural, &column);
            }
        }
        lost.sort_unstable_by_key(|(owner, _)| match owner {
            Owner::Formula(region) => region.0,
            _ => u32::MAX,
        });
        for group in lost.chunk_by(|a, b| a.0 == b.0) {
            if let Owner::Formula(id) = group[0].0 {
                self.lose(
                    id,
                    group.iter().map(|(_, count)| u64::from(*count)).sum(),
                    rect,
                    axes,
                );
            }
        }
    }

    /// A region has lost `count` cells, all of them within `rect`.
    fn lose(&mut self, id: RegionId, count: u64, rect: &Rect, axes: &dyn Axes) {
        let Some(region) = self.regions.get(&Natural, &id) else {
            return;
        };
        let owned = region.owned - count;
        if owned == 0 {
            self.unregister(id, axes);
            self.regions.remove(&Natural, &id);
            self.ranks.remove(&Natural, &id);
            self.volatile.remove(&Natural, &id);
            return;
        }
        let bounds = self.rect(region, axes);
        let trimmed = bounds.and_then(|bounds| trim(bounds, rect));
        if let (Some(trimmed), Some((rows, _))) = (trimmed, axes.axes(region.sheet)) {
            let rows = (rows.anchor(trimmed.top), rows.anchor(trimmed.bottom));
            self.unregister(id, axes);
            if let Some(region) = self.regions.get_mut(&Natural, &id) {
                region.owned = owned;
                region.rows = rows;
            }
            self.register(id, axes);
        } else if let Some(region) = self.regions.get_mut(&Natural, &id) {
            region.owned = owned;
        }
    }

    /// The region with this template that ends right above `rect` or begins right below it, in the same columns.
    fn neighbour(
        &self,
        template: &Arc<Template>,
        facts: &Arc<Facts>,
        sheet: SheetId,
        rect: &Rect,
        axes: &dyn Axes,
    ) -> Option<RegionId> {
        let (rows, _) = axes.axes(sheet)?;
        let above = rect.top.checked_sub(1);
        let below = (rect.bottom + 1 < rows.len()).then_some(rect.bottom + 1);
        above.into_iter().chain(below).find_map(|row| {
            let id = self.region_at(sheet, Cell::new(row, rect.left), axes)?;
            let region = self.region(id)?;
            let bounds = self.rect(region, axes)?;
            let fits = Arc::ptr_eq(&region.template, template)
                && Arc::ptr_eq(&region.facts, facts)
                && (bounds.left, bounds.right) == (rect.left, rect.right)
                && (bounds.bottom + 1 == rect.top || rect.bottom + 1 == bounds.top);
            fits.then_some(id)
        })
    }

    /// The region made longer by `rect`, with its reads taken out of the index.
    fn extended(&mut self, id: RegionId, rect: &Rect, axes: &dyn Axes) -> Option<Region> {
        self.unregister(id, axes);
        let mut region = self.region(id)?.clone();
        let bounds = self.rect(&region, axes)?.hull(rect);
        let (rows, _) = axes.axes(region.sheet)?;
        region.rows = (rows.anchor(bounds.top), rows.anchor(bounds.bottom));
        region.owned += rect.size();
        Some(region)
    }

    fn assign(&mut self, sheet: SheetId, rect: &Rect, owner: Owner, axes: &dyn Axes) {
        let Some((rows, columns)) = axes.axes(sheet) else {
            return;
        };
        if self.sheets.get(&Natural, &sheet).is_none() {
            self.sheets.insert(&Natural, sheet, SheetGraph::default());
        }
        let Some(graph) = self.sheets.get_mut(&Natural, &sheet) else {
            return;
        };
        for column in rect.left..=rect.right {
            let column = columns.anchor(column).0;
            if graph.runs.get(&Natural, &column).is_none() {
                graph.runs.insert(&Natural, column, RunList::default());
            }
            let Some(runs) = graph.runs.get_mut(&Natural, &column) else {
                continue;
            };
            for (_, first, length) in rows.spans(rect.top..rect.bottom + 1) {
                runs.assign(first, length, owner);
            }
        }
    }

    /// Registers the reads of a region.
    pub(super) fn register(&mut self, id: RegionId, axes: &dyn Axes) {
        self.for_each_reader(id, axes, |graph, sheet, reader, columns| {
            let Some((rows, _)) = axes.axes(sheet) else {
                return;
            };
            if graph.sheets.get(&Natural, &sheet).is_none() {
                graph.sheets.insert(&Natural, sheet, SheetGraph::default());
            }
            if let Some(sheet) = graph.sheets.get_mut(&Natural, &sheet) {
                sheet.readers.insert(reader, columns, rows);
            }
        });
    }

    /// Removes the reads of a region from the index; the axes must be those of the registration.
    pub(super) fn unregister(&mut self, id: RegionId, axes: &dyn Axes) {
        self.for_each_reader(id, axes, |graph, sheet, reader, columns| {
            let Some((rows, _)) = axes.axes(sheet) else {
                return;
            };
            if let Some(sheet) = graph.sheets.get_mut(&Natural, &sheet) {
                sheet.readers.remove(&reader, columns, rows);
            }
        });
    }

    fn for_each_reader(
        &mut self,
        id: RegionId,
        axes: &dyn Axes,
        mut f: impl FnMut(&mut Graph, SheetId, Reader, (u32, u32)),
    ) {
        let Some(region) = self.region(id) else {
            return;
        };
        let Some(rect) = self.rect(region, axes) else {
            return;
        };
        let facts = region.facts.clone();
        for (number, read) in facts.reads.iter().enumerate() {
            if let Some((reader, columns)) = reader_of(id, number, &rect, read, axes) {
                f(self, read.sheet, reader, columns);
            }
        }
    }

    /// A graph of these regions at once, for loading: each with its rectangle, plus the cells of array results. The
    /// rectangles must not overlap. Ranks are not set yet.
    pub fn build(
        regions: Vec<(Region, Rect)>,
        arrays: Vec<(SheetId, Rect, Owner)>,
        axes: &dyn Axes,
    ) -> Graph {
        let mut graph = Graph {
            next: regions.len() as u32,
            ..Graph::default()
        };
        let mut runs: Vec<(SheetId, u32, Run)> = Vec::new();
        let mut readers: Vec<(SheetId, Reader, u32, u32)> = Vec::new();
        for (number, (region, rect)) in regions.iter().enumerate() {
            let id = RegionId(number as u32);
            runs_of(&mut runs, region.sheet, rect, Owner::Formula(id), axes);
            for (number, read) in region.facts.reads.iter().enumerate() {
                if let Some((reader, columns)) = reader_of(id, number, rect, read, axes) {
                    readers.push((read.sheet, reader, columns.0, columns.1));
                }
            }
            if region.facts.volatile {
                graph.volatile.insert(&Natural, id, ());
            }
        }
        for (sheet, rect, owner) in &arrays {
            runs_of(&mut runs, *sheet, rect, *owner, axes);
        }
        runs.sort_unstable_by_key(|(sheet, column, run)| (*sheet, *column, run.first));
        readers.sort_by_key(|(sheet, ..)| *sheet);
        let regions = regions.into_iter().enumerate();
        graph.regions = Tree::from_sorted(
            &Natural,
            regions.map(|(number, (region, _))| (RegionId(number as u32), region)),
        );
        for sheet in runs.chunk_by(|a, b| a.0 == b.0) {
            let columns = sheet.chunk_by(|a, b| a.1 == b.1);
            let columns = columns.map(|column| {
                (
                    column[0].1,
                    RunList::from_sorted(column.iter().map(|(.., run)| *run)),
                )
            });
            let runs = Tree::from_sorted(&Natural, columns);
            graph.sheets.insert(
                &Natural,
                sheet[0].0,
                SheetGraph {
                    runs,
                    readers: RangeIndex::default(),
                },
            );
        }
        for group in readers.chunk_by(|a, b| a.0 == b.0) {
            let sheet = group[0].0;
            let Some((rows, _)) = axes.axes(sheet) else {
                continue;
            };
            let index = RangeIndex::build(
                group
                    .iter()
                    .map(|(_, reader, left, right)| (*reader, *left, *right)),
                rows,
            );
            let mut part = graph.sheet(sheet).cloned().unwrap_or_default();
            part.readers = index;
            graph.sheets.insert(&Natural, sheet, part);
        }
        graph
    }
}

fn new_region(
    template: &Arc<Template>,
    facts: &Arc<Facts>,
    sheet: SheetId,
    rect: &Rect,
    axes: &dyn Axes,
) -> Option<Region> {
    let (rows, columns) = axes.axes(sheet)?;
    Some(Region {
        template: template.clone(),
        facts: facts.clone(),
        sheet,
        rows: (rows.anchor(rect.top), rows.anchor(rect.bottom)),
        columns: (columns.anchor(rect.left), columns.anchor(rect.right)),
        owned: rect.size(),
    })
}

fn runs_of(
    runs: &mut Vec<(SheetId, u32, Run)>,
    sheet: SheetId,
    rect: &Rect,
    owner: Owner,
    axes: &dyn Axes,
) {
    let Some((rows, columns)) = axes.axes(sheet) else {
        return;
    };
    for column in rect.left..=rect.right {
        let column = columns.anchor(column).0;
        for (_, first, length) in rows.spans(rect.top..rect.bottom + 1) {
            runs.push((
                sheet,
                column,
                Run {
                    first,
                    length,
                    owner,
                },
            ));
        }
    }
}

/// How read `number` of a region over `rect` is registered: nothing if it reads no cell at all.
pub(super) fn reader_of(
    id: RegionId,
    number: usize,
    rect: &Rect,
    read: &super::Read,
    axes: &dyn Axes,
) -> Option<(Reader, (u32, u32))> {
    let (rows, columns) = axes.axes(read.sheet)?;
    let area = read.precedents(rect, rows, columns)?;
    let (first, last) = if read.is_whole_columns() {
        (RowEnd::Top, RowEnd::Bottom)
    } else {
        (
            RowEnd::At(rows.anchor(area.top)),
            RowEnd::At(rows.anchor(area.bottom)),
        )
    };
    let read = u16::try_from(number).ok()?;
    Some((
        Reader {
            first,
            last,
            region: id,
            read,
        },
        (area.left, area.right),
    ))
}

/// What is left of `bounds` when `lost` takes whole rows off its top or bottom; nothing if it does not.
fn trim(bounds: Rect, lost: &Rect) -> Option<Rect> {
    if lost.left > bounds.left || lost.right < bounds.right {
        return None;
    }
    if lost.top <= bounds.top && lost.bottom >= bounds.top && lost.bottom < bounds.bottom {
        return Some(Rect {
            top: lost.bottom + 1,
            ..bounds
        });
    }
    if lost.bottom >= bounds.bottom && lost.top <= bounds.bottom && lost.top > bounds.top {
        return Some(Rect {
            bottom: lost.top - 1,
            ..bounds
        });
    }
    None
}
