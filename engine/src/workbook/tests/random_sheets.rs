//! Random edits of whole sheets: copied, moved and removed, rows hidden and filtered, cells merged.

use proptest::prelude::*;

use super::random_book::{COLUMNS, Cells, Edit, ROWS, rect};
use crate::error::{Error, ErrorKind, Result};
use crate::reference::a1::print_rect;
use crate::reference::{Cell, Rect, SheetId};
use crate::value::Value;
use crate::workbook::{FilterCondition, Transaction, Workbook};

/// An edit of whole sheets or of what they show; sheets go by their tabs.
pub(super) fn sheet_edit() -> BoxedStrategy<Edit> {
    let tab = || 0..MOST_SHEETS;
    let least = prop_oneof![3 => (-4..10_i32).prop_map(Some), 1 => Just(None)];
    prop_oneof![
        2 => tab().prop_map(Edit::Copy),
        1 => (tab(), tab()).prop_map(|(tab, to)| Edit::Move(tab, to)),
        1 => tab().prop_map(Edit::Remove),
        2 => (tab(), 0..ROWS, 1..4_u32, any::<bool>())
            .prop_map(|(tab, at, count, hide)| Edit::Hide(tab, at, count, hide)),
        1 => (tab(), 0..COLUMNS, least).prop_map(|(tab, column, least)| Edit::Filter(tab, column, least)),
        1 => (tab(), rect(), any::<bool>()).prop_map(|(tab, rect, merge)| Edit::Merge(tab, rect, merge)),
    ]
    .boxed()
}

/// Sheets beyond which none is copied.
const MOST_SHEETS: usize = 4;

/// The names of the sheets in tab order.
pub(super) fn tabs(tx: &mut Transaction<'_>) -> Vec<String> {
    let sheets = tx.draft().sheets.iter();
    sheets.map(|sheet| sheet.name.to_string()).collect()
}

pub(super) fn apply_to_sheet(tx: &mut Transaction<'_>, edit: &Edit) -> Result<()> {
    let tabs = tabs(tx);
    let name = |tab: &usize| &tabs[tab % tabs.len()];
    let at = |tab: &usize, rect: Rect| {
        let name = crate::reference::a1::quote_sheet_name(name(tab));
        format!("{name}!{}", print_rect(rect))
    };
    match edit {
        Edit::Copy(tab) => {
            let free = (1..=MOST_SHEETS).map(|number| format!("C{number}x"));
            let mut free = free.filter(|name| !tabs.contains(name));
            match free.next() {
                Some(copy) if tabs.len() < MOST_SHEETS => {
                    tx.copy_sheet(name(tab), &copy).map(|_| ())
                }
                _ => Err(Error::new(ErrorKind::Limit, "enough sheets")),
            }
        }
        Edit::Move(tab, to) => tx.move_sheet(name(tab), *to),
        Edit::Remove(tab) => tx.remove_sheet(name(tab)),
        Edit::Hide(tab, row, count, true) => tx.hide_rows(tx.sheet(name(tab))?, *row, *count),
        Edit::Hide(tab, row, count, false) => tx.show_rows(tx.sheet(name(tab))?, *row, *count),
        Edit::Filter(tab, column, Some(least)) => {
            let (column, any_of) = (*column, vec![Value::text(format!(">={least}"))]);
            let rect = Rect::new(Cell::new(0, column), Cell::new(ROWS - 1, column));
            tx.filter(&at(tab, rect), [FilterCondition { column, any_of }])
        }
        Edit::Filter(tab, _, None) => tx.clear_filter(name(tab)),
        Edit::Merge(tab, rect, true) => tx.merge(&at(tab, *rect)),
        Edit::Merge(tab, rect, false) => tx.unmerge(&at(tab, *rect)),
        other => unreachable!("{other:?} is no edit of a transaction"),
    }
}

/// The sheets of cells and of circular ones by their tabs, as a workbook that is entered anew has them.
pub(super) fn by_tab(
    book: &Workbook,
    (cells, circular): (Cells, Vec<(SheetId, Cell)>),
) -> (Cells, Vec<(SheetId, Cell)>) {
    let snapshot = book.snapshot();
    let tab = |sheet: SheetId| {
        let place = snapshot.sheets().position(|other| other.id == sheet);
        SheetId(place.unwrap() as u32)
    };
    let cells = cells.into_iter();
    let cells = cells.map(|((sheet, cell), held)| ((tab(sheet), cell), held));
    let circular = circular.into_iter();
    let mut circular: Vec<_> = circular.map(|(sheet, cell)| (tab(sheet), cell)).collect();
    circular.sort_unstable();
    (cells.collect(), circular)
}
