//! Defined names, of the workbook or of one sheet, and tables.

use std::sync::Arc;

use crate::formula::Template;
use crate::reference::{Anchor, SheetId};
use crate::storage::tree::{Natural, Tree};
use crate::value::fold;

/// A defined name.
#[derive(Debug, Clone)]
pub struct NamedFormula {
    /// The name as written.
    pub name: Arc<str>,
    /// The sheet that it belongs to; nothing for a name of the workbook.
    pub scope: Option<SheetId>,
    /// What it stands for.
    pub template: Arc<Template>,
    /// Whether lists of names leave it out.
    pub hidden: bool,
}

/// The defined names of a workbook.
#[derive(Debug, Clone, Default)]
pub(super) struct Names {
    names: Tree<(String, Option<SheetId>), NamedFormula>,
}

impl Names {
    /// The name in this scope alone.
    pub(super) fn get(&self, name: &str, scope: Option<SheetId>) -> Option<&NamedFormula> {
        self.names.get(&Natural, &(fold(name).into_owned(), scope))
    }

    /// The name as a formula on `sheet` sees it: the sheet's own beats the workbook's.
    pub(super) fn seen_from(&self, name: &str, sheet: SheetId) -> Option<&NamedFormula> {
        self.get(name, Some(sheet)).or_else(|| self.get(name, None))
    }

    /// Defines or redefines a name.
    pub(super) fn define(&mut self, named: NamedFormula) {
        self.names.insert(
            &Natural,
            (fold(&named.name).into_owned(), named.scope),
            named,
        );
    }

    /// Removes a name; tells whether it was there.
    pub(super) fn remove(&mut self, name: &str, scope: Option<SheetId>) -> bool {
        self.names
            .remove(&Natural, &(fold(name).into_owned(), scope))
            .is_some()
    }

    /// Calls `visit` with each name that is not the same in a later version: as it is there, or as it was if it is gone.
    pub(super) fn differences(
        &self,
        later: &Names,
        same: impl Fn(&NamedFormula, &NamedFormula) -> bool,
        mut visit: impl FnMut(&NamedFormula),
    ) {
        self.names
            .diff(&Natural, &later.names, same, |_, old, new| {
                new.or(old).into_iter().for_each(&mut visit);
            });
    }

    /// All names, in alphabetical order.
    pub(super) fn iter(&self) -> impl Iterator<Item = &NamedFormula> {
        self.names.iter().map(|(_, named)| named)
    }
}

/// A table: a rectangle with named columns.
#[derive(Debug, Clone)]
pub struct Table {
    /// Its name.
    pub name: Arc<str>,
    /// Its sheet.
    pub sheet: SheetId,
    /// First and last row, header and totals included.
    pub(super) rows: (Anchor, Anchor),
    /// First and last column.
    pub(super) columns: (Anchor, Anchor),
    /// Number of header rows, 0 or 1.
    pub header_rows: u32,
    /// Number of totals rows, 0 or 1.
    pub totals_rows: u32,
    /// The names of its columns from left to right.
    pub column_names: Arc<[Arc<str>]>,
}

/// The tables of a workbook.
#[derive(Debug, Clone, Default)]
pub(super) struct Tables {
    tables: Tree<String, Table>,
}

impl Tables {
    /// The table of this name, in any case.
    pub(super) fn get(&self, name: &str) -> Option<&Table> {
        self.tables.get(&Natural, &fold(name).into_owned())
    }

    /// Adds a table, or puts another in its place.
    pub(super) fn put(&mut self, table: Table) {
        self.tables
            .insert(&Natural, fold(&table.name).into_owned(), table);
    }

    /// Whether there is none.
    pub(super) fn is_empty(&self) -> bool {
        self.tables.is_empty()
    }

    /// Removes a table; tells which it was.
    pub(super) fn remove(&mut self, name: &str) -> Option<Table> {
        self.tables.remove(&Natural, &fold(name).into_owned())
    }

    /// Calls `visit` with each table that is not the same in a later version: as it is there, or as it was if it is
    /// gone.
    pub(super) fn differences(
        &self,
        later: &Tables,
        same: impl Fn(&Table, &Table) -> bool,
        mut visit: impl FnMut(&Table),
    ) {
        self.tables
            .diff(&Natural, &later.tables, same, |_, old, new| {
                new.or(old).into_iter().for_each(&mut visit);
            });
    }

    /// All tables, in alphabetical order.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Table> {
        self.tables.iter().map(|(_, table)| table)
    }
}
