//! What a function may ask about the workbook that its formula stands in.

use std::cell::Cell as Slot;
use std::ops::ControlFlow;
use std::sync::Arc;

use super::line_index::LineIndex;
use super::totals::TotalKey;
use super::{Operand, Reference};
use crate::environment::Tick;
use crate::formula::Mode;
use crate::limits;
use crate::reference::{Area, Axis, Cell, IdentityAxis, Rect, SheetId};
use crate::value::{CellError, Conventions, SumMode, Value, ValueRef};

/// The surroundings of one evaluation: the formula's cell, the workbook's cells and settings, the moment.
pub struct Context<'a> {
    /// The workbook.
    pub cells: &'a dyn Cells,
    /// The sheet of the formula.
    pub sheet: SheetId,
    /// The cell of the formula.
    pub cell: Cell,
    /// Clock and seed.
    pub tick: Tick,
    /// How texts and dates are read.
    pub conventions: &'a Conventions,
    /// How sums are added.
    pub sum_mode: SumMode,
    /// How ranges in the place of single values are read.
    pub mode: Mode,
    /// Counts the draws of RAND and its kin in this evaluation, so that each draw differs.
    pub draws: Slot<u32>,
}

/// The visitor of [`Cells::visit`].
pub type Visitor<'a> = &'a mut dyn FnMut(Cell, ValueRef<'_>) -> ControlFlow<()>;

/// What [`Cells::visit_column`] shows: cells that are not blank.
#[derive(Debug, Clone, Copy)]
pub enum ColumnCells<'a> {
    /// Numbers that stand one below the other.
    Numbers(&'a [f64]),
    /// One cell.
    Cell(ValueRef<'a>),
}

/// The visitor of [`Cells::visit_column`] and [`Cells::visit_rows`]; it is told the row of the first cell.
pub type ColumnVisitor<'a> = &'a mut dyn FnMut(u32, ColumnCells<'_>) -> ControlFlow<()>;

/// Why a row is not shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Hidden {
    /// It is shown.
    #[default]
    Not,
    /// Someone hid it, or its outline is closed.
    ByHand,
    /// A filter hides it.
    ByFilter,
}

/// The workbook as functions see it.
///
/// When a cell that is asked for has still to be calculated, the implementation gives any value and answers `true` to
/// [`Cells::interrupted`] from then on; the evaluation is then thrown away and begun anew once that cell is there.
pub trait Cells {
    /// The value of a cell.
    fn value(&self, sheet: SheetId, cell: Cell) -> Value;

    /// Shows each cell of `area` that is not blank to `visitor`, in row-major order, until it breaks off.
    fn visit(&self, area: &Area, visitor: Visitor<'_>);

    /// Shows the cells of an area of one column that are not blank, from top to bottom, numbers many at a time, until
    /// the visitor breaks off.
    fn visit_column(&self, area: &Area, visitor: ColumnVisitor<'_>) {
        self.visit(area, &mut |cell, value| {
            visitor(cell.row, ColumnCells::Cell(value))
        });
    }

    /// Shows some cells of a column, those of these ascending rows, from top to bottom, until the visitor breaks off;
    /// numbers of several rows may be shown together. Blank cells may be shown or not.
    fn visit_rows(&self, column: (SheetId, u32), rows: &[u32], visitor: ColumnVisitor<'_>) {
        visit_runs(self, column, rows, visitor);
    }

    /// The index of the row or column that `area` is a part of, if there is one. Asking for it counts as reading all of
    /// `area`, whether there is one or not.
    fn index(&self, _area: &Area) -> Option<Arc<LineIndex>> {
        None
    }

    /// Tells that so many values of `area` were searched one by one because there was no index.
    fn searched(&self, _area: &Area, _values: u64) {}

    /// A total of cells that meet criteria, if another formula has computed it and none of its cells has changed.
    fn known_total(&self, _key: &TotalKey) -> Option<Result<f64, CellError>> {
        None
    }

    /// Makes such a total known.
    fn keep_total(&self, _key: TotalKey, _total: Result<f64, CellError>) {}

    /// The smallest rectangle that holds every cell of `area` that is not blank, or may be larger; nothing if all are
    /// blank.
    fn used(&self, area: &Area) -> Option<Rect>;

    /// The grid: number of rows and columns of a sheet.
    fn grid(&self, sheet: SheetId) -> (u32, u32);

    /// Whether a cell was read that has still to be calculated: whatever is computed now will be thrown away.
    fn interrupted(&self) -> bool;

    /// Why a row is not shown, if it is not.
    fn hidden(&self, sheet: SheetId, row: u32) -> Hidden;

    /// Whether any row of the sheet is hidden by a filter.
    fn filtered(&self, sheet: SheetId) -> bool;

    /// Whether the cell's formula contains SUBTOTAL or AGGREGATE.
    fn holds_subtotal(&self, sheet: SheetId, cell: Cell) -> bool;

    /// The cell's formula as text with its `=`, if it has one.
    fn formula(&self, sheet: SheetId, cell: Cell) -> Option<Arc<str>>;

    /// The code of the cell's number format: `General`, `0.00`.
    fn number_format(&self, sheet: SheetId, cell: Cell) -> Arc<str>;

    /// What a text refers to, as INDIRECT reads it: an address in A1 or R1C1 form, or a name.
    fn resolve(
        &self,
        text: &str,
        r1c1: bool,
        sheet: SheetId,
        cell: Cell,
    ) -> Result<Reference, CellError>;

    /// Notes why a function of the user failed in the formula of a cell.
    fn note_failure(&self, _place: (SheetId, Cell), _why: &str) {}

    /// A sheet's name.
    fn sheet_name(&self, sheet: SheetId) -> Option<Arc<str>>;

    /// The sheets in tab order.
    fn sheets(&self) -> Vec<SheetId>;

    /// The range that the cell's formula has spilled over, the cell itself included; nothing if it spills nothing.
    fn spill_range(&self, _sheet: SheetId, _cell: Cell) -> Option<Area> {
        None
    }

    /// The values stored for a rectangle of another workbook, a value for a single cell and an array for more; what is
    /// not stored is blank. Nothing if no values of that sheet are stored.
    fn external(&self, _book: &str, _sheet: &str, _rect: Rect) -> Option<Operand> {
        None
    }

    /// The rows of a sheet, to find where an anchor stands; nothing if the sheet is gone. Without an implementation of
    /// its own, a sheet whose rows were never moved.
    fn rows(&self, _sheet: SheetId) -> Option<&dyn Axis> {
        Some(&IdentityAxis { len: limits::ROWS })
    }

    /// The columns of a sheet, as [`Cells::rows`].
    fn columns(&self, _sheet: SheetId) -> Option<&dyn Axis> {
        Some(&IdentityAxis {
            len: limits::COLUMNS,
        })
    }
}

/// [`Cells::visit_rows`] by [`Cells::visit_column`], a run of rows at a time.
pub fn visit_runs<C: Cells + ?Sized>(
    cells: &C,
    (sheet, column): (SheetId, u32),
    rows: &[u32],
    visitor: ColumnVisitor<'_>,
) {
    let mut goes_on = true;
    for run in rows.chunk_by(|a, b| a + 1 == *b) {
        let (Some(first), Some(last)) = (run.first(), run.last()) else {
            continue;
        };
        let rect = Rect::new(Cell::new(*first, column), Cell::new(*last, column));
        cells.visit_column(&Area::new(sheet, rect), &mut |row, cells| {
            let flow = visitor(row, cells);
            goes_on = flow.is_continue();
            flow
        });
        if !goes_on {
            return;
        }
    }
}
