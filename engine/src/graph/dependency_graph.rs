//! The graph itself: regions, who owns which cell, and the reads registered for them.

use super::extents::AnchoredExtent;
use super::order::Rank;
use super::range_index::RangeIndex;
use super::{Owner, Region, RegionId, RunList};
use crate::reference::{Anchor, Axis, Cell, Rect, SheetId};
use crate::storage::tree::{Natural, Tree, Version};
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
    pub(super) volatile: Tree<RegionId, ()>,
    pub(super) next: u32,
}

/// A version of a graph. It keeps nothing of it.
pub struct GraphVersion {
    regions: Version<RegionId, Region, ()>,
    extents: Version<(SheetId, u32, u32), AnchoredExtent, ()>,
    next: u32,
}

/// The part of the graph that lies on one sheet: who owns its cells, and who reads them.
#[derive(Clone, Default)]
pub struct SheetGraph {
    pub(super) runs: Tree<u32, RunList>,
    pub(super) readers: RangeIndex,
}

impl SheetGraph {
    /// The columns in which cells are computed, in the order of anchors.
    pub fn columns(&self) -> impl Iterator<Item = Anchor> + '_ {
        self.runs.iter().map(|(column, _)| Anchor(*column))
    }

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

    /// Which version it is, for whoever does not want to keep it.
    pub fn version(&self) -> GraphVersion {
        GraphVersion {
            regions: self.regions.version(),
            extents: self.extents.version(),
            next: self.next,
        }
    }

    /// Whether it is this version, as [`Graph::is_same`] tells it.
    pub fn is_version(&self, version: &GraphVersion) -> bool {
        self.regions.is_version(&version.regions)
            && self.extents.is_version(&version.extents)
            && self.next == version.next
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
            // The last rows and columns may be holes that were pushed off the grid.
            bottom: rows.position(region.rows.1).unwrap_or(rows.len() - 1),
            left: columns.position(region.columns.0)?,
            right: columns
                .position(region.columns.1)
                .unwrap_or(columns.len() - 1),
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
}
