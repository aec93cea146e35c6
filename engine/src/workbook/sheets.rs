//! The sheets of a workbook: names, tab order, visibility, rows that are not shown, widths of columns.

use std::sync::Arc;

use hashbrown::HashMap;

use super::attached::AttachedTree;
use super::line_states::{ColumnWidths, HiddenLines};
use super::operation::Filter;
use super::reshape::Reshape;
use crate::error::{Error, ErrorKind, Result};
use crate::functions::Hidden;
use crate::limits;
use crate::reference::{Anchor, Dimension, Rect, SheetId, a1};
use crate::storage::tree::{Natural, Tree};
use crate::value::fold;

/// A sheet, apart from its cells.
#[derive(Debug, Clone)]
pub struct Sheet {
    /// Its identity.
    pub id: SheetId,
    /// The sheet that it was first copied from; itself if it is no copy.
    pub stem: SheetId,
    /// Its name.
    pub name: Arc<str>,
    /// Whether its tab is shown.
    pub visibility: Visibility,
    /// Whether a filter is active.
    pub filtered: bool,
    /// Merged cells.
    pub merges: Arc<[Rect]>,
    /// The filter, if one was set here; what a file's filter asks for is not read.
    pub filter: Option<Arc<Filter>>,
    /// Rows that are not shown.
    pub(super) hidden: HiddenLines,
    /// Columns that are not shown.
    pub(super) hidden_columns: HiddenLines,
    /// Columns that have a width of their own.
    pub(super) column_widths: ColumnWidths,
    /// What else is attached to its cells.
    pub(super) attached: AttachedTree,
}

/// Whether a sheet's tab is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Visibility {
    /// It is shown.
    #[default]
    Visible,
    /// It is hidden and may be shown by hand.
    Hidden,
    /// It is hidden from the list of hidden sheets too.
    VeryHidden,
}

impl Sheet {
    /// An empty sheet.
    pub(super) fn new(id: SheetId, name: &str) -> Sheet {
        Sheet {
            id,
            stem: id,
            name: name.into(),
            visibility: Visibility::Visible,
            filtered: false,
            merges: Arc::new([]),
            filter: None,
            hidden: HiddenLines::default(),
            hidden_columns: HiddenLines::default(),
            column_widths: ColumnWidths::default(),
            attached: AttachedTree::new(),
        }
    }

    /// Why a row is not shown, if it is not.
    pub(super) fn hidden(&self, row: Anchor) -> Hidden {
        self.hidden.get(row)
    }

    /// Whether the same is attached to the cells of both, by anchors.
    pub(super) fn has_same_attached(&self, other: &Sheet) -> bool {
        let (own, others) = (&self.attached, &other.attached);
        own.is_same(others) || own.iter().eq(others.iter())
    }

    /// Forgets rows or columns that were deleted: first anchor and number of each run.
    pub(super) fn forget(&mut self, dimension: Dimension, dead: &[(Anchor, u32)]) {
        let hidden = match dimension {
            Dimension::Rows => &mut self.hidden,
            Dimension::Columns => &mut self.hidden_columns,
        };
        for (first, length) in dead {
            hidden.set(*first, *length, Hidden::Not);
            if dimension == Dimension::Columns {
                self.column_widths.set(*first, *length, None);
            }
        }
    }

    /// Moves what is noted by position; what has nothing left is gone.
    pub(super) fn reshape(&mut self, reshape: &Reshape<'_>) {
        let merges = self.merges.iter();
        let merges = merges.filter_map(|rect| reshape.rect(self.id, rect));
        // One cell alone is not merged with anything.
        self.merges = merges.filter(|rect| rect.size() > 1).collect();
        let Some(filter) = self.filter.take() else {
            return;
        };
        let Some(rect) = reshape.rect(self.id, &filter.rect) else {
            self.filtered = false;
            self.hidden.clear(Hidden::ByFilter);
            return;
        };
        let mut filter = Arc::unwrap_or_clone(filter);
        filter.rect = rect;
        if reshape.dimension() == Dimension::Columns {
            filter.conditions.retain_mut(|condition| {
                let moved = reshape.moved(self.id, condition.column);
                condition.column = moved.unwrap_or(condition.column);
                moved.is_some()
            });
        }
        self.filter = Some(Arc::new(filter));
    }
}

/// All sheets, by identity, by name and in tab order.
#[derive(Debug, Clone, Default)]
pub(super) struct Sheets {
    order: Arc<Vec<SheetId>>,
    sheets: Tree<SheetId, Sheet>,
    names: Arc<HashMap<String, SheetId>>,
}

impl Sheets {
    /// The sheets in tab order.
    pub(super) fn order(&self) -> &[SheetId] {
        &self.order
    }

    /// The sheet of this identity.
    pub(super) fn get(&self, id: SheetId) -> Option<&Sheet> {
        self.sheets.get(&Natural, &id)
    }

    /// Calls `visit` with the sheets that may not be the same in a later version: as they were and as they are.
    pub(super) fn differences(
        &self,
        later: &Sheets,
        mut visit: impl FnMut(SheetId, Option<&Sheet>, Option<&Sheet>),
    ) {
        self.sheets.diff(
            &Natural,
            &later.sheets,
            |_, _| false,
            |sheet, old, new| visit(*sheet, old, new),
        );
    }

    /// The sheet of this identity, for writing.
    pub(super) fn get_mut(&mut self, id: SheetId) -> Option<&mut Sheet> {
        self.sheets.get_mut(&Natural, &id)
    }

    /// The sheet of this name, in any case.
    pub(super) fn find(&self, name: &str) -> Option<SheetId> {
        self.names.get(fold(name).as_ref()).copied()
    }

    /// The sheet of this name, in any case.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::SheetNotFound`], naming a sheet that is spelled alike if there is one.
    pub(super) fn named(&self, name: &str) -> Result<SheetId> {
        self.find(name).ok_or_else(|| {
            let known: Vec<String> = self
                .iter()
                .take(8)
                .map(|sheet| format!("`{}`", sheet.name))
                .collect();
            let known = if known.is_empty() {
                "there are none".into()
            } else {
                format!("there are {}", known.join(", "))
            };
            Error::new(
                ErrorKind::SheetNotFound,
                format!("sheet `{name}` does not exist; {known}"),
            )
        })
    }

    /// The sheets in tab order.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Sheet> {
        self.order.iter().filter_map(|id| self.get(*id))
    }

    /// Adds a sheet behind the last one, or before tab `position`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Name`] if the name is taken or not allowed, [`ErrorKind::Limit`] if there are too many.
    pub(super) fn add(&mut self, sheet: Sheet, position: Option<usize>) -> Result<()> {
        self.check_name(&sheet.name, None)?;
        if self.order.len() >= limits::SHEETS as usize {
            return Err(Error::new(
                ErrorKind::Limit,
                format!("a workbook has at most {} sheets", limits::SHEETS),
            ));
        }
        let order = Arc::make_mut(&mut self.order);
        order.insert(position.unwrap_or(order.len()).min(order.len()), sheet.id);
        Arc::make_mut(&mut self.names).insert(fold(&sheet.name).into_owned(), sheet.id);
        self.sheets.insert(&Natural, sheet.id, sheet);
        Ok(())
    }

    /// Gives a sheet another name.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Name`] if the name is taken or not allowed.
    pub(super) fn rename(&mut self, id: SheetId, name: &str) -> Result<()> {
        self.check_name(name, Some(id))?;
        let Some(sheet) = self.sheets.get_mut(&Natural, &id) else {
            return Ok(());
        };
        let former = std::mem::replace(&mut sheet.name, name.into());
        let names = Arc::make_mut(&mut self.names);
        names.remove(fold(&former).as_ref());
        names.insert(fold(name).into_owned(), id);
        Ok(())
    }

    /// Removes a sheet; tells which it was.
    pub(super) fn remove(&mut self, id: SheetId) -> Option<Sheet> {
        let sheet = self.sheets.remove(&Natural, &id)?;
        Arc::make_mut(&mut self.order).retain(|other| *other != id);
        Arc::make_mut(&mut self.names).remove(fold(&sheet.name).as_ref());
        Some(sheet)
    }

    /// Moves a sheet's tab; beyond the last place is the last.
    pub(super) fn move_to(&mut self, id: SheetId, position: usize) {
        let order = Arc::make_mut(&mut self.order);
        let before = order.len();
        order.retain(|other| *other != id);
        if order.len() < before {
            order.insert(position.min(order.len()), id);
        }
    }

    fn check_name(&self, name: &str, own: Option<SheetId>) -> Result<()> {
        a1::check_sheet_name(name)?;
        match self.find(name) {
            Some(other) if Some(other) != own => Err(Error::new(
                ErrorKind::Name,
                format!("there is a sheet `{name}` already"),
            )),
            _ => Ok(()),
        }
    }
}
