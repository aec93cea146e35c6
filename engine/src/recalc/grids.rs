//! The cells of all sheets while a transaction or a recalculation writes them.

use std::ops::{ControlFlow, Range};
use std::sync::Arc;

use crate::functions::indexes::{Indexes, Lines};
use crate::functions::line_index::LineIndex;
use crate::functions::totals::Totals;
use crate::functions::{ColumnCells, ColumnVisitor, Visitor};
use crate::graph::Axes;
use crate::reference::{Anchor, Area, Axis, Cell, Rect, SheetId};
use crate::storage::tree::{Natural, Tree};
use crate::storage::{Chunk, ColumnAxis, ColumnPart, OpenGrid, Place, RowAxis, SheetGrid};
use crate::value::{Value, ValueRef};

/// Every sheet's axes and the cells behind them, open for writing. Reads see the writes.
pub struct Grids {
    open: OpenGrid,
    sheets: Tree<SheetId, SheetGrid>,
    /// Of the cells as they are: whatever writes forgets them.
    indexes: Indexes,
    totals: Totals,
}

impl Grids {
    /// The cells of `open` under these sheets.
    pub fn new(open: OpenGrid, sheets: Tree<SheetId, SheetGrid>) -> Grids {
        Grids {
            open,
            sheets,
            indexes: Indexes::default(),
            totals: Totals::default(),
        }
    }

    /// The cells and the sheets.
    pub fn into_parts(self) -> (OpenGrid, Tree<SheetId, SheetGrid>) {
        (self.open, self.sheets)
    }

    /// The cells as they are written.
    pub fn open(&self) -> &OpenGrid {
        &self.open
    }

    /// The axes and column records of a sheet.
    pub fn sheet(&self, sheet: SheetId) -> Option<&SheetGrid> {
        self.sheets.get(&Natural, &sheet)
    }

    /// The axes and column records of all sheets.
    pub fn sheets(&self) -> &Tree<SheetId, SheetGrid> {
        &self.sheets
    }

    /// Adds a sheet, or puts another in its place.
    pub fn put_sheet(&mut self, sheet: SheetId, grid: SheetGrid) {
        self.forget_sheet(sheet);
        self.sheets.insert(&Natural, sheet, grid);
    }

    /// Forgets a sheet; its cells stay in older revisions.
    pub fn remove_sheet(&mut self, sheet: SheetId) {
        self.forget_sheet(sheet);
        self.sheets.remove(&Natural, &sheet);
    }

    /// The value of a cell; blank off the grid.
    pub fn value(&self, sheet: SheetId, cell: Cell) -> Value {
        self.sheet(sheet)
            .map_or(Value::Blank, |grid| grid.value(&self.open, cell))
    }

    /// Writes a cell and tells whether its value changed.
    pub fn set(&mut self, sheet: SheetId, cell: Cell, value: &Value) -> bool {
        let place = self.sheet(sheet).and_then(|grid| grid.place(cell));
        place.is_some_and(|place| self.set_at((sheet, cell), place, value.as_ref()))
    }

    /// As [`Grids::set`], of a cell that lies at `place`.
    pub fn set_at(
        &mut self,
        (sheet, cell): (SheetId, Cell),
        place: Place,
        value: ValueRef<'_>,
    ) -> bool {
        // Most writes are into a block that has a chunk: nothing of the sheet changes.
        if let Some(changed) = self.open.replace_at(place, value) {
            if changed {
                self.forget(&Area::new(sheet, Rect::cell(cell)));
            }
            return changed;
        }
        if self.with_value(sheet, cell, |former| former == value) {
            return false;
        }
        self.forget(&Area::new(sheet, Rect::cell(cell)));
        if let Some(grid) = self.sheets.get_mut(&Natural, &sheet) {
            self.open.set(grid, cell, value);
        }
        true
    }

    /// Shows each cell of `area` that is not blank, in row-major order.
    pub fn visit(&self, area: &Area, visitor: Visitor<'_>) {
        if let Some(grid) = self.sheet(area.sheet) {
            let _: ControlFlow<()> = grid.visit(&self.open, &area.rect, visitor);
        }
    }

    /// Shows the cells of an area of one column that are not blank, from top to bottom, numbers many at a time.
    pub fn visit_column(&self, area: &Area, visitor: ColumnVisitor<'_>) {
        let Some(grid) = self.sheet(area.sheet) else {
            return;
        };
        let rows = area.rect.top..area.rect.bottom.saturating_add(1);
        let _ = grid.column_parts(
            &self.open,
            area.rect.left,
            rows,
            &mut |row, part| match part {
                ColumnPart::Blank(_) => ControlFlow::Continue(()),
                ColumnPart::Slots(chunk, from, to) => match chunk.number_slice(from..to) {
                    Some(numbers) => visitor(row, ColumnCells::Numbers(numbers)),
                    None => chunk.try_visit_filled(from..to, |slot, value| {
                        visitor(row + u32::from(slot - from), ColumnCells::Cell(value))
                    }),
                },
            },
        );
    }

    /// Shows the cells of some ascending rows of a column, numbers of several rows together.
    pub fn visit_rows(
        &self,
        (sheet, column): (SheetId, u32),
        rows: &[u32],
        visitor: ColumnVisitor<'_>,
    ) {
        let (Some(grid), Some((first, last))) = (
            self.sheet(sheet),
            rows.first().copied().zip(rows.last().copied()),
        ) else {
            return;
        };
        if ((last - first) / Anchor::SLOTS) as usize > 2 * rows.len() {
            // Most blocks on the way hold none of the rows.
            for row in rows {
                let cell = Cell::new(*row, column);
                let flow = grid.with_value(&self.open, cell, |value| {
                    visitor(*row, ColumnCells::Cell(value))
                });
                if flow.is_break() {
                    return;
                }
            }
            return;
        }
        let mut rest = rows;
        let mut numbers = Vec::with_capacity(rows.len().min(Anchor::SLOTS as usize));
        let _ = grid.column_parts(&self.open, column, first..last + 1, &mut |row, part| {
            let ColumnPart::Slots(chunk, from, to) = part else {
                return ControlFlow::Continue(());
            };
            let end = row + u32::from(to - from);
            rest = &rest[rest.partition_point(|next| *next < row)..];
            let (here, later) = rest.split_at(rest.partition_point(|next| *next < end));
            rest = later;
            let mut here = here.iter().peekable();
            while let Some(at) = here.next() {
                let slot = from + (at - row) as u16;
                numbers.clear();
                numbers.extend(chunk.packed(slot).to_number());
                if numbers.is_empty() {
                    visitor(*at, ColumnCells::Cell(chunk.cell(slot).value()))?;
                    continue;
                }
                while let Some(next) = here.peek()
                    && let Some(x) = chunk.packed(from + (**next - row) as u16).to_number()
                {
                    numbers.push(x);
                    here.next();
                }
                visitor(*at, ColumnCells::Numbers(&numbers))?;
            }
            ControlFlow::Continue(())
        });
    }

    /// A rectangle that holds every cell of `area` that is not blank.
    pub fn used(&self, area: &Area) -> Option<Rect> {
        self.sheet(area.sheet)?.used(&self.open, &area.rect)
    }

    /// The open cells and one sheet, for bulk writes.
    pub fn writer(&mut self, sheet: SheetId) -> Option<(&mut OpenGrid, &mut SheetGrid)> {
        self.forget_sheet(sheet);
        Some((&mut self.open, self.sheets.get_mut(&Natural, &sheet)?))
    }

    /// Writes rows of one column that lie in one block: the slots of a chunk.
    pub fn put_slots(&mut self, area: &Area, block: u32, slots: Range<u16>, chunk: &Arc<Chunk>) {
        self.forget(area);
        if let Some(grid) = self.sheets.get_mut(&Natural, &area.sheet) {
            let anchor = grid.columns().anchor(area.rect.left);
            self.open.put_slots(grid, (anchor, block), slots, chunk);
        }
    }

    /// Takes notice of a chunk that a worker has put into the index: rows of one column that lie in one block.
    pub fn note_stored(&mut self, area: &Area, block: u32) {
        self.forget(area);
        if let Some(grid) = self.sheets.get_mut(&Natural, &area.sheet) {
            let column = grid.columns().anchor(area.rect.left);
            OpenGrid::note_present(grid, column, block);
        }
    }

    /// The index of the row or column that `area` is a part of, if there is one.
    pub fn index(&self, area: &Area) -> Option<Arc<LineIndex>> {
        self.indexes.get(area, self)
    }

    /// The totals that are known of the cells as they are.
    pub fn totals(&self) -> &Totals {
        &self.totals
    }

    fn forget(&mut self, area: &Area) {
        self.indexes.forget(area);
        self.totals.forget(area);
    }

    fn forget_sheet(&mut self, sheet: SheetId) {
        self.indexes.forget_sheet(sheet);
        self.totals.forget_sheet(sheet);
    }

    /// Counts values of `area` that were searched because there was no index.
    pub fn searched(&self, area: &Area, values: u64) {
        self.indexes.searched(area, values, self);
    }

    /// Calls `f` with a cell's value where it lies.
    pub fn with_value<R>(
        &self,
        sheet: SheetId,
        cell: Cell,
        f: impl FnOnce(ValueRef<'_>) -> R,
    ) -> R {
        match self.sheet(sheet) {
            Some(grid) => grid.with_value(&self.open, cell, f),
            None => f(ValueRef::Blank),
        }
    }
}

impl Lines for Grids {
    fn visit(&self, area: &Area, visitor: Visitor<'_>) {
        Grids::visit(self, area, visitor);
    }

    fn used(&self, area: &Area) -> Option<Rect> {
        Grids::used(self, area)
    }

    fn grid(&self, sheet: SheetId) -> (u32, u32) {
        self.sheet(sheet)
            .map_or((0, 0), |grid| (grid.rows().len(), grid.columns().len()))
    }
}

impl Axes for Grids {
    fn axes(&self, sheet: SheetId) -> Option<(&RowAxis, &ColumnAxis)> {
        let grid = self.sheet(sheet)?;
        Some((grid.rows(), grid.columns()))
    }
}
