//! What has changed beside cells: sheets, rows and columns, names, tables, settings.

use std::sync::Arc;

use super::Finding;
use crate::plan::TableShape;
use crate::reference::{Cell, Dimension, Rect, SheetId};
use crate::workbook::comparison::{absent, hidden, text_of_name, widths};
use crate::workbook::names::Table;
use crate::workbook::operation::FilterCondition;
use crate::workbook::sheets::Sheet;
use crate::workbook::{NamedFormula, Snapshot};

/// A difference that is no cell's. Sheets have their numbers in the later snapshot, one that has gone in the earlier.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Change {
    /// A sheet has come, with all that is on it.
    SheetAdded {
        /// The sheet.
        sheet: SheetId,
    },
    /// A sheet has gone.
    SheetRemoved {
        /// The sheet.
        sheet: SheetId,
    },
    /// A sheet has another name.
    SheetRenamed {
        /// The sheet.
        sheet: SheetId,
        /// The name that it had.
        before: Arc<str>,
        /// The name that it has.
        after: Arc<str>,
    },
    /// The sheets that both have are in another order.
    SheetsMoved,
    /// A sheet's tab is shown, or not any more.
    VisibilityChanged {
        /// The sheet.
        sheet: SheetId,
    },
    /// Rows have come.
    RowsInserted {
        /// The sheet.
        sheet: SheetId,
        /// The first one, in the later snapshot.
        at: u32,
        /// Number of rows.
        count: u32,
    },
    /// Rows have gone.
    RowsDeleted {
        /// The sheet.
        sheet: SheetId,
        /// The first one, in the earlier snapshot.
        at: u32,
        /// Number of rows.
        count: u32,
    },
    /// Columns have come.
    ColumnsInserted {
        /// The sheet.
        sheet: SheetId,
        /// The first one, in the later snapshot.
        at: u32,
        /// Number of columns.
        count: u32,
    },
    /// Columns have gone.
    ColumnsDeleted {
        /// The sheet.
        sheet: SheetId,
        /// The first one, in the earlier snapshot.
        at: u32,
        /// Number of columns.
        count: u32,
    },
    /// Other cells are merged.
    MergesChanged {
        /// The sheet.
        sheet: SheetId,
    },
    /// Other rows or columns are hidden.
    HiddenChanged {
        /// The sheet.
        sheet: SheetId,
    },
    /// Columns have other widths.
    WidthsChanged {
        /// The sheet.
        sheet: SheetId,
    },
    /// There is another filter.
    FilterChanged {
        /// The sheet.
        sheet: SheetId,
    },
    /// Something else that is attached to cells differs: links, conditional formats, notes.
    AttachedChanged {
        /// The sheet.
        sheet: SheetId,
    },
    /// A name is defined, defined otherwise, hidden, or not defined any more.
    NameChanged {
        /// The name.
        name: Arc<str>,
        /// The sheet that it belongs to; nothing for the workbook.
        scope: Option<SheetId>,
    },
    /// A table has come or gone, or has another name, place or columns.
    TableChanged {
        /// The table's name.
        name: Arc<str>,
    },
    /// The settings differ.
    SettingsChanged,
    /// The values differ that are known of other workbooks.
    ExternalChanged,
}

impl Finding<'_> {
    pub(super) fn changes(&self, changes: &mut Vec<Change>) {
        let (then, now) = (self.of.then, self.of.now);
        self.sheets(changes);
        for sheet in &self.reshaped {
            self.reshaped(*sheet, changes);
        }
        self.names(changes);
        self.tables(changes);
        if then.settings != now.settings {
            changes.push(Change::SettingsChanged);
        }
        if !Arc::ptr_eq(&then.external, &now.external) && *then.external != *now.external {
            changes.push(Change::ExternalChanged);
        }
    }

    fn sheets(&self, changes: &mut Vec<Change>) {
        let (then, now) = (&self.of.then.sheets, &self.of.now.sheets);
        if self.related {
            then.differences(now, |sheet, old, new| match (old, new) {
                (Some(old), Some(new)) => self.sheet(old, new, changes),
                (Some(_), None) => changes.push(Change::SheetRemoved { sheet }),
                (None, _) => changes.push(Change::SheetAdded { sheet }),
            });
        } else {
            for old in then.iter() {
                if now.find(&old.name).is_none() {
                    let sheet = old.id;
                    changes.push(Change::SheetRemoved { sheet });
                }
            }
            for new in now.iter() {
                match then.find(&new.name).and_then(|sheet| then.get(sheet)) {
                    Some(old) => self.sheet(old, new, changes),
                    None => changes.push(Change::SheetAdded { sheet: new.id }),
                }
            }
        }
        let order = |of: &[SheetId], own: bool| -> Vec<SheetId> {
            let sheets = of.iter().copied();
            let paired = sheets.filter_map(|sheet| match own {
                true => self.former(sheet).map(|_| sheet),
                false => self.latter(sheet),
            });
            paired.collect()
        };
        if then.order() != now.order() && order(then.order(), false) != order(now.order(), true) {
            changes.push(Change::SheetsMoved);
        }
    }

    fn sheet(&self, old: &Sheet, new: &Sheet, changes: &mut Vec<Change>) {
        let sheet = new.id;
        if old.name != new.name {
            let (before, after) = (old.name.clone(), new.name.clone());
            changes.push(Change::SheetRenamed {
                sheet,
                before,
                after,
            });
        }
        if old.visibility != new.visibility {
            changes.push(Change::VisibilityChanged { sheet });
        }
        if self.merges_differ(old, new) {
            changes.push(Change::MergesChanged { sheet });
        }
        let same_hidden = if self.is_by_position(sheet) {
            let lines = |rows| {
                let then = hidden(self.of.then, old.id, rows);
                then == hidden(self.of.now, sheet, rows)
            };
            lines(true) && lines(false)
        } else {
            let columns = old.hidden_columns.is_same(&new.hidden_columns);
            old.hidden.is_same(&new.hidden) && columns
        };
        if !same_hidden {
            changes.push(Change::HiddenChanged { sheet });
        }
        let same_widths = match self.is_by_position(sheet) {
            true => widths(self.of.then, old.id) == widths(self.of.now, sheet),
            false => old.column_widths.is_same(&new.column_widths),
        };
        if !same_widths {
            changes.push(Change::WidthsChanged { sheet });
        }
        if self.filters_differ(old, new) {
            changes.push(Change::FilterChanged { sheet });
        }
        let same_attached = match self.is_by_position(sheet) {
            true => self.of.then.attached(old.id) == self.of.now.attached(sheet),
            false => old.has_same_attached(new),
        };
        if !same_attached {
            changes.push(Change::AttachedChanged { sheet });
        }
    }

    /// Whether other cells are merged; those that moved along are not.
    fn merges_differ(&self, old: &Sheet, new: &Sheet) -> bool {
        if Arc::ptr_eq(&old.merges, &new.merges) {
            return false;
        }
        let then = old.merges.iter();
        let mut then: Vec<Rect> = then
            .filter_map(|rect| self.rect_stands(old.id, rect))
            .collect();
        let mut now = new.merges.to_vec();
        then.sort_unstable();
        now.sort_unstable();
        then != now
    }

    fn filters_differ(&self, old: &Sheet, new: &Sheet) -> bool {
        if old.filtered != new.filtered || old.filter.is_some() != new.filter.is_some() {
            return true;
        }
        let (Some(then), Some(now)) = (&old.filter, &new.filter) else {
            return false;
        };
        let conditions = then.conditions.iter();
        let conditions = conditions.filter_map(|condition| {
            let header = Cell::new(then.rect.top, condition.column);
            let stands = self.stands(old.id, header)?;
            Some(FilterCondition {
                column: stands.column,
                ..condition.clone()
            })
        });
        let rect = self.rect_stands(old.id, &then.rect);
        rect != Some(now.rect) || !conditions.eq(now.conditions.iter().cloned())
    }

    fn reshaped(&self, sheet: SheetId, changes: &mut Vec<Change>) {
        let (then, now) = (self.of.then, self.of.now);
        for along in [Dimension::Rows, Dimension::Columns] {
            if self.is_same_axis(sheet, along) {
                continue;
            }
            let rows = along == Dimension::Rows;
            let deleted = absent(then, now, sheet, along).into_iter();
            changes.extend(deleted.map(|(at, count)| match rows {
                true => Change::RowsDeleted { sheet, at, count },
                false => Change::ColumnsDeleted { sheet, at, count },
            }));
            let inserted = absent(now, then, sheet, along).into_iter();
            changes.extend(inserted.map(|(at, count)| match rows {
                true => Change::RowsInserted { sheet, at, count },
                false => Change::ColumnsInserted { sheet, at, count },
            }));
        }
    }

    fn names(&self, changes: &mut Vec<Change>) {
        let text = |snapshot: &Snapshot, named: &NamedFormula| text_of_name(snapshot.view(), named);
        let same_formula = |old: &NamedFormula, new: &NamedFormula| {
            (self.related && old.template == new.template)
                || text(self.earlier, old) == text(self.later, new)
        };
        let same = |old: &NamedFormula, new: &NamedFormula| {
            (&old.name, old.hidden) == (&new.name, new.hidden) && same_formula(old, new)
        };
        let (then, now) = (&self.of.then.names, &self.of.now.names);
        if self.related {
            then.differences(now, same, |named| {
                changes.push(Change::NameChanged {
                    name: named.name.clone(),
                    scope: named.scope,
                });
            });
            return;
        }
        for old in then.iter() {
            let scope = match old.scope {
                Some(sheet) => self.latter(sheet).map(Some),
                None => Some(None),
            };
            if scope.is_some_and(|scope| now.get(&old.name, scope).is_none()) {
                changes.push(Change::NameChanged {
                    name: old.name.clone(),
                    scope: scope.flatten(),
                });
            }
        }
        for new in now.iter() {
            let scope = match new.scope {
                Some(sheet) => self.former(sheet).map(Some),
                None => Some(None),
            };
            let old = scope.and_then(|scope| then.get(&new.name, scope));
            if !old.is_some_and(|old| same(old, new)) {
                changes.push(Change::NameChanged {
                    name: new.name.clone(),
                    scope: new.scope,
                });
            }
        }
    }

    fn tables(&self, changes: &mut Vec<Change>) {
        let fields = |table: &Table| {
            let rows = (table.header_rows, table.totals_rows);
            (table.name.clone(), rows, table.column_names.clone())
        };
        let shape = |snapshot: &Snapshot, table: &Table| -> Option<TableShape> {
            let shape = snapshot.view().shape(table)?;
            Some(TableShape {
                sheet: SheetId(0),
                ..shape
            })
        };
        let same = |old: &Table, new: &Table| {
            let anchors = |table: &Table| (table.sheet, table.rows, table.columns);
            let place = match self.related && !self.is_by_position(new.sheet) {
                true => anchors(old) == anchors(new),
                false => {
                    self.latter(old.sheet) == Some(new.sheet)
                        && shape(self.earlier, old) == shape(self.later, new)
                }
            };
            place && fields(old) == fields(new)
        };
        let (then, now) = (&self.of.then.tables, &self.of.now.tables);
        then.differences(now, same, |table| {
            let name = table.name.clone();
            changes.push(Change::TableChanged { name });
        });
    }
}
