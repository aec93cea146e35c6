//! Which cells an edit may change: those that it writes, and all that it moves.

use crate::limits;
use crate::recalc::{Changes, Outcome};
use crate::reference::{Area, Cell, Rect, SheetId};
use crate::workbook::Kept;
use crate::workbook::diff::{Change, Diff};
use crate::workbook::operation::Operation;

/// Areas of more columns are not cut into columns to be put together.
const WIDE: u32 = 64;

/// Areas that are looked at to leave out what lies in one of them.
const AROUND: usize = 16;

/// The last row and column that any grid has.
const CORNER: Cell = Cell::new(limits::ROWS_MAX - 1, limits::COLUMNS - 1);

/// All cells of a sheet.
pub(super) fn whole(sheet: SheetId) -> Area {
    from(sheet, Cell::new(0, 0))
}

/// The cells below and to the right of one.
fn from(sheet: SheetId, first: Cell) -> Area {
    Area::new(sheet, Rect::new(first, CORNER))
}

/// The cells that a commit may have changed.
pub(super) fn of_commit(operations: &[Operation], outcome: &Outcome, is_edit: bool) -> Vec<Area> {
    let mut written = Vec::new();
    if is_edit {
        operations
            .iter()
            .for_each(|operation| add_written(operation, &mut written));
        // Cells that an array has given back are in no operation.
        written.extend_from_slice(outcome.edited.areas());
    }
    together(written, outcome.changed.clone())
}

/// The cells of the later snapshot that may show something else.
pub(super) fn of_diff(diff: &Diff) -> Vec<Area> {
    let ranges = diff.ranges().iter().filter_map(|range| range.after);
    let mut areas: Vec<Area> = ranges.chain(diff.formats().iter().copied()).collect();
    areas.extend(diff.changes().iter().filter_map(|change| match change {
        Change::SheetAdded { sheet }
        | Change::SheetRemoved { sheet }
        | Change::SheetRenamed { sheet, .. }
        | Change::HiddenChanged { sheet }
        | Change::WidthsChanged { sheet }
        | Change::MergesChanged { sheet }
        | Change::FilterChanged { sheet }
        | Change::AttachedChanged { sheet } => Some(whole(*sheet)),
        Change::RowsInserted { sheet, at, .. } | Change::RowsDeleted { sheet, at, .. } => {
            Some(from(*sheet, Cell::new(*at, 0)))
        }
        Change::ColumnsInserted { sheet, at, .. } | Change::ColumnsDeleted { sheet, at, .. } => {
            Some(from(*sheet, Cell::new(0, *at)))
        }
        _ => None,
    }));
    together(areas, Changes::default())
}

/// Puts areas together: columns that go on below each other, without those that lie in a wide one.
fn together(areas: Vec<Area>, mut columns: Changes) -> Vec<Area> {
    let mut wide: Vec<Area> = Vec::new();
    for area in areas {
        match area.rect.columns() > WIDE {
            true => wide.push(area),
            false => columns.add_area(area),
        }
    }
    wide.sort_unstable();
    wide.dedup();
    let narrow = columns.merged().into_iter();
    let around = wide.len().min(AROUND);
    let is_in =
        |area: &Area, other: &Area| area.sheet == other.sheet && other.rect.encloses(&area.rect);
    let narrow: Vec<Area> = narrow
        .filter(|area| !wide[..around].iter().any(|other| is_in(area, other)))
        .collect();
    wide.extend(narrow);
    wide
}

/// Adds the cells that an operation writes or moves.
#[expect(clippy::too_many_lines, reason = "one arm for each kind of edit")]
fn add_written(operation: &Operation, areas: &mut Vec<Area>) {
    use Operation as Edit;
    let mut add = |area: Area| areas.push(area);
    match operation {
        Edit::SetValues {
            sheet,
            at,
            columns,
            values,
        } => {
            let rows = (values.len() as u64).div_ceil(u64::from((*columns).max(1)));
            add(block(*sheet, *at, rows, u64::from(*columns)));
        }
        Edit::SetNumbers { sheet, at, values } => {
            add(block(*sheet, *at, values.len() as u64, 1));
        }
        Edit::SetFormula { sheet, rect, .. }
        | Edit::Clear { sheet, rect }
        | Edit::SetNumberFormat { sheet, rect, .. }
        | Edit::FillDown { sheet, rect }
        | Edit::FillRight { sheet, rect }
        | Edit::SortRows { sheet, rect, .. }
        | Edit::MergeCells { sheet, rect }
        | Edit::UnmergeCells { sheet, rect }
        | Edit::AddTable { sheet, rect, .. }
        | Edit::SetStyle { sheet, rect, .. } => add(Area::new(*sheet, *rect)),
        Edit::CopyCells {
            rect, to_sheet, to, ..
        } => {
            let (rows, columns) = (u64::from(rect.rows()), u64::from(rect.columns()));
            add(Area::new(*to_sheet, *to));
            add(block(*to_sheet, to.top_left(), rows, columns));
        }
        Edit::MoveCells {
            sheet,
            rect,
            to_sheet,
            to,
        } => {
            let (rows, columns) = (u64::from(rect.rows()), u64::from(rect.columns()));
            add(Area::new(*sheet, *rect));
            add(block(*to_sheet, *to, rows, columns));
        }
        Edit::InsertRows { sheet, at, .. } | Edit::DeleteRows { sheet, at, .. } => {
            add(from(*sheet, Cell::new(*at, 0)));
        }
        Edit::InsertColumns { sheet, at, .. } | Edit::DeleteColumns { sheet, at, .. } => {
            add(from(*sheet, Cell::new(0, *at)));
        }
        Edit::HideRows {
            sheet, at, count, ..
        }
        | Edit::NoteHiddenRows {
            sheet, at, count, ..
        } => {
            let columns = u64::from(limits::COLUMNS);
            add(block(*sheet, Cell::new(*at, 0), u64::from(*count), columns));
        }
        Edit::HideColumns {
            sheet, at, count, ..
        }
        | Edit::SetColumnWidth {
            sheet, at, count, ..
        } => {
            let rows = u64::from(limits::ROWS_MAX);
            add(block(*sheet, Cell::new(0, *at), rows, u64::from(*count)));
        }
        Edit::SetRowStyle { sheet, row, .. } => {
            add(block(
                *sheet,
                Cell::new(*row, 0),
                1,
                u64::from(limits::COLUMNS),
            ));
        }
        Edit::SetColumnStyle { sheet, column, .. } => {
            add(block(
                *sheet,
                Cell::new(0, *column),
                u64::from(limits::ROWS_MAX),
                1,
            ));
        }
        Edit::SetFilter { sheet, .. }
        | Edit::NoteFilter { sheet, .. }
        | Edit::RemoveSheet { sheet }
        | Edit::RestoreSheet { sheet, .. }
        | Edit::RenameSheet { sheet, .. } => add(whole(*sheet)),
        Edit::PutTable(table) => add(Area::new(table.sheet, table.area)),
        Edit::PutAttached { sheet, attached } => {
            let rects = attached.ranges.iter();
            rects.for_each(|rect| add(Area::new(*sheet, *rect)));
        }
        Edit::KeepFormula(kept) => {
            let Kept { sheet, cell, .. } = **kept;
            add(Area::new(sheet, Rect::cell(cell)));
        }
        // New sheets have no subscribers yet, and what these change of values is told by the recalculation.
        Edit::AddSheet { .. }
        | Edit::CopySheet { .. }
        | Edit::MoveSheet { .. }
        | Edit::SetVisibility { .. }
        | Edit::RemoveTable { .. }
        | Edit::RenameTable { .. }
        | Edit::ResizeTable { .. }
        | Edit::DefineName { .. }
        | Edit::RemoveName { .. }
        | Edit::HideName { .. }
        | Edit::SetDate1904(_)
        | Edit::SetCalculation(_)
        | Edit::SetSumMode(_) => {}
    }
}

/// So many rows and columns from a cell on, as far as any grid goes.
fn block(sheet: SheetId, at: Cell, rows: u64, columns: u64) -> Area {
    let end = |first: u32, count: u64, last: u32| {
        let end = u64::from(first) + count.max(1) - 1;
        end.min(u64::from(last.max(first))) as u32
    };
    let corner = Cell::new(
        end(at.row, rows, CORNER.row),
        end(at.column, columns, CORNER.column),
    );
    Area::new(sheet, Rect::new(at, corner))
}
