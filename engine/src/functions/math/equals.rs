//! The cells of a row or column that equal what a criterion looks for, as an index knows them.

use std::ops::Range;
use std::sync::Arc;

use super::selection::Selection;
use crate::functions::Context;
use crate::functions::line_index::{Groups, LineIndex};
use crate::reference::{Area, Cell};
use crate::value::Criterion;

/// The cells of a line that have the value of a criterion.
pub(super) struct Equals {
    /// Whether the criterion means all cells but these.
    pub(super) negated: bool,
    index: Arc<LineIndex>,
    groups: Groups,
    vertical: bool,
    /// The place of the first cell of the line.
    first: u32,
}

impl Equals {
    /// What an index says about a criterion that asks for equality; nothing without either.
    pub(super) fn find(
        context: &Context<'_>,
        area: &Area,
        criterion: &Criterion,
    ) -> Option<Equals> {
        // The range counts as read whatever the criterion, so that it may later be looked at in places only.
        let index = context.cells.index(area)?;
        let (value, negated) = criterion.sought()?;
        let rect = &area.rect;
        let vertical = rect.left == rect.right;
        let stretch: Range<u32> = if vertical {
            rect.top..rect.bottom + 1
        } else {
            rect.left..rect.right + 1
        };
        let groups = index.meets(value, &stretch, context.conventions)?;
        Some(Equals {
            negated,
            index,
            groups,
            vertical,
            first: stretch.start,
        })
    }

    /// How many cells have the value.
    pub(super) fn count(&self) -> u64 {
        self.groups.iter().map(|group| group.len() as u64).sum()
    }

    /// Whether the cell at a place of the range has the value.
    pub(super) fn contains(&self, cell: Cell) -> bool {
        let along = if self.vertical { cell.row } else { cell.column };
        let place = self.first + along;
        let mut groups = self.groups.iter();
        groups.any(|group| self.index.places(group).binary_search(&place).is_ok())
    }

    /// The cells that meet the criterion.
    pub(super) fn selection(&self) -> Selection {
        let cell = |place: &u32| {
            if self.vertical {
                Cell::new(place - self.first, 0)
            } else {
                Cell::new(0, place - self.first)
            }
        };
        let groups = self.groups.iter();
        let mut cells: Vec<Cell> = groups
            .flat_map(|group| self.index.places(group).iter().map(cell))
            .collect();
        if self.groups.len() > 1 {
            cells.sort_unstable();
        }
        if self.negated {
            Selection::AllBut(cells)
        } else {
            Selection::Only(cells)
        }
    }

    /// How many cells of a line of `size` cells meet the criterion.
    pub(super) fn matches(&self, size: u64) -> u64 {
        if self.negated {
            size - self.count()
        } else {
            self.count()
        }
    }
}
