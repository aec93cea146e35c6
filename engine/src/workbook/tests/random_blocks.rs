//! Random edits of blocks of cells, for random workbooks.

use proptest::prelude::*;

use super::random_book::{Style, cell, rect};
use crate::error::Result;
use crate::reference::{Cell, Rect};
use crate::workbook::{SortKey, Transaction};

/// An edit of a block of cells; sheets by number.
#[derive(Debug, Clone)]
pub(super) enum BlockEdit {
    Copy((usize, Rect), (usize, Rect)),
    Move((usize, Rect), (usize, Cell)),
    FillDown(usize, Rect),
    FillRight(usize, Rect),
    Sort(usize, Rect, Vec<SortKey>),
}

/// Copies go to the right, so that formulas that read what lies left of them still do. Cells are moved in workbooks
/// with circles alone, and there neither from nor to column A, which OFFSET and INDIRECT read.
pub(super) fn block_edit(style: Style) -> BoxedStrategy<BlockEdit> {
    let sheet = || 0..2_usize;
    let place = (sheet(), cell(0), 0..5_u32, 0..3_u32);
    let copy = (sheet(), rect(), place).prop_map(|(from, rect, (to, at, down, right))| {
        let left = at.column.max(rect.left);
        let last = Cell::new(at.row + down, left + right);
        BlockEdit::Copy((from, rect), (to, Rect::new(Cell::new(at.row, left), last)))
    });
    let copy = copy.boxed();
    let moved = (sheet(), cell(1), (0..5_u32, 0..3_u32), sheet(), cell(1));
    let moved = moved.prop_map(|(from, at, (down, right), to, place)| {
        let last = Cell::new(at.row + down, at.column + right);
        BlockEdit::Move((from, Rect::new(at, last)), (to, place))
    });
    let keys = prop::collection::vec((0..3_u32, any::<bool>()), 1..3);
    let sort = (sheet(), rect(), keys).prop_map(|(sheet, rect, keys)| {
        let keys = keys.into_iter().map(|(column, descending)| SortKey {
            column: (rect.left + column).min(rect.right),
            descending,
        });
        BlockEdit::Sort(sheet, rect, keys.collect())
    });
    let down = (sheet(), rect()).prop_map(|(sheet, rect)| BlockEdit::FillDown(sheet, rect));
    let right = (sheet(), rect()).prop_map(|(sheet, rect)| BlockEdit::FillRight(sheet, rect));
    let moved = match style.is_free() {
        true => moved.boxed(),
        false => copy.clone().boxed(),
    };
    prop_oneof![3 => copy, 3 => moved, 1 => down, 1 => right, 2 => sort].boxed()
}

/// Makes the edit; `at` gives an address.
pub(super) fn apply(
    tx: &mut Transaction<'_>,
    edit: &BlockEdit,
    at: impl Fn(usize, Rect) -> String,
) -> Result<()> {
    match edit {
        BlockEdit::Copy(from, to) => tx.copy_range(&at(from.0, from.1), &at(to.0, to.1)),
        BlockEdit::Move(from, to) => {
            tx.move_range(&at(from.0, from.1), &at(to.0, Rect::cell(to.1)))
        }
        BlockEdit::FillDown(sheet, rect) => tx.fill_down(&at(*sheet, *rect)),
        BlockEdit::FillRight(sheet, rect) => tx.fill_right(&at(*sheet, *rect)),
        BlockEdit::Sort(sheet, rect, keys) => tx.sort(&at(*sheet, *rect), keys),
    }
}
