//! The extents of array results: which cells beside its own a formula fills.

use super::{Axes, Graph, Owner};
use crate::reference::{Anchor, Axis, Cell, Rect, SheetId};
use crate::storage::tree::Natural;

/// The cells that an array result fills, its formula's own cell included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Extent {
    /// The rectangle, in positions.
    pub rect: Rect,
    /// Whether the rectangle was chosen when the formula was entered (Ctrl+Shift+Enter) and never changes.
    pub fixed: bool,
}

/// An extent at rest, by anchors.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct AnchoredExtent {
    pub(super) rows: (Anchor, Anchor),
    pub(super) columns: (Anchor, Anchor),
    fixed: bool,
}

impl Graph {
    /// Whether any formula fills cells beside its own, or would if it could.
    pub fn has_arrays(&self) -> bool {
        !self.extents.is_empty() || !self.blocked.is_empty()
    }

    /// The extent of the array formula in a cell, if it has one.
    pub fn extent(&self, sheet: SheetId, cell: Cell, axes: &dyn Axes) -> Option<Extent> {
        let (rows, columns) = axes.axes(sheet)?;
        let key = (
            sheet,
            rows.anchor(cell.row).0,
            columns.anchor(cell.column).0,
        );
        let extent = self.extents.get(&Natural, &key)?;
        let rect = Rect {
            top: rows.position(extent.rows.0)?,
            bottom: rows.position(extent.rows.1)?,
            left: columns.position(extent.columns.0)?,
            right: columns.position(extent.columns.1)?,
        };
        Some(Extent {
            rect,
            fixed: extent.fixed,
        })
    }

    /// Gives the cells of an extent, but for the formula's own, to the formula in `cell`.
    pub fn set_extent(&mut self, sheet: SheetId, cell: Cell, extent: Extent, axes: &dyn Axes) {
        let Some((rows, columns)) = axes.axes(sheet) else {
            return;
        };
        let (row, column) = (rows.anchor(cell.row), columns.anchor(cell.column));
        let rect = extent.rect;
        let anchored = AnchoredExtent {
            rows: (rows.anchor(rect.top), rows.anchor(rect.bottom)),
            columns: (columns.anchor(rect.left), columns.anchor(rect.right)),
            fixed: extent.fixed,
        };
        self.extents
            .insert(&Natural, (sheet, row.0, column.0), anchored);
        let owner = if extent.fixed {
            Owner::ArrayFormula(row, column)
        } else {
            Owner::Spill(row, column)
        };
        for part in around(&rect, cell).into_iter().flatten() {
            self.give(sheet, &part, owner, axes);
        }
    }

    /// Takes the cells of an extent from the formula in `cell` and forgets the extent.
    pub fn remove_extent(&mut self, sheet: SheetId, cell: Cell, axes: &dyn Axes) {
        let Some(Extent { rect, .. }) = self.extent(sheet, cell, axes) else {
            return;
        };
        let Some((rows, columns)) = axes.axes(sheet) else {
            return;
        };
        let (row, column) = (rows.anchor(cell.row), columns.anchor(cell.column));
        self.extents.remove(&Natural, &(sheet, row.0, column.0));
        for part in around(&rect, cell).into_iter().flatten() {
            let mut own = Vec::new();
            self.visit_owners(sheet, &part, axes, |piece, owner| {
                if matches!(owner, Owner::Spill(r, c) | Owner::ArrayFormula(r, c) if (r, c) == (row, column)) {
                    own.push(piece);
                }
            });
            own.iter().for_each(|piece| self.clear(sheet, piece, axes));
        }
    }

    /// The position of the formula whose array result fills a cell.
    pub fn anchor_of(&self, sheet: SheetId, owner: Owner, axes: &dyn Axes) -> Option<Cell> {
        let (rows, columns) = axes.axes(sheet)?;
        match owner {
            Owner::Formula(_) => None,
            Owner::Spill(row, column) | Owner::ArrayFormula(row, column) => {
                Some(Cell::new(rows.position(row)?, columns.position(column)?))
            }
        }
    }

    /// The cells of the array formulas whose extents meet a rectangle.
    pub fn array_anchors(&self, sheet: SheetId, rect: &Rect, axes: &dyn Axes) -> Vec<Cell> {
        if self.extents.is_empty() {
            return Vec::new();
        }
        let Some((rows, columns)) = axes.axes(sheet) else {
            return Vec::new();
        };
        let on_sheet = self
            .extents
            .from(&Natural, &(sheet, 0, 0))
            .take_while(|((of, ..), _)| *of == sheet);
        let anchors = on_sheet.filter_map(|((_, row, column), _)| {
            let cell = Cell::new(
                rows.position(Anchor(*row))?,
                columns.position(Anchor(*column))?,
            );
            let extent = self.extent(sheet, cell, axes)?;
            extent.rect.intersection(rect).map(|_| cell)
        });
        anchors.collect()
    }

    /// Remembers that the formula in `cell` could not spill.
    pub fn set_blocked(&mut self, sheet: SheetId, cell: Cell, axes: &dyn Axes) {
        if let Some((rows, columns)) = axes.axes(sheet) {
            let key = (
                sheet,
                rows.anchor(cell.row).0,
                columns.anchor(cell.column).0,
            );
            self.blocked.insert(&Natural, key, ());
        }
    }

    /// Forgets that the formula in `cell` could not spill.
    pub fn unset_blocked(&mut self, sheet: SheetId, cell: Cell, axes: &dyn Axes) {
        if self.blocked.is_empty() {
            return;
        }
        if let Some((rows, columns)) = axes.axes(sheet) {
            let key = (
                sheet,
                rows.anchor(cell.row).0,
                columns.anchor(cell.column).0,
            );
            self.blocked.remove(&Natural, &key);
        }
    }

    /// The cells whose formulas could not spill: they try again at every recalculation. Some may have lost their
    /// formulas since.
    pub fn blocked(&self, axes: &dyn Axes) -> Vec<(SheetId, Cell)> {
        let cells = self
            .blocked
            .iter()
            .filter_map(|((sheet, row, column), ())| {
                let (rows, columns) = axes.axes(*sheet)?;
                Some((
                    *sheet,
                    Cell::new(
                        rows.position(Anchor(*row))?,
                        columns.position(Anchor(*column))?,
                    ),
                ))
            });
        cells.collect()
    }
}

/// The rectangle without the cell at its upper left: the rest of the first row, and the rows below.
fn around(rect: &Rect, anchor: Cell) -> [Option<Rect>; 2] {
    let beside = (rect.right > anchor.column).then_some(Rect {
        left: anchor.column + 1,
        bottom: rect.top,
        ..*rect
    });
    let below = (rect.bottom > anchor.row).then_some(Rect {
        top: anchor.row + 1,
        ..*rect
    });
    [beside, below]
}
