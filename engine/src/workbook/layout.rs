//! What a snapshot tells of how its sheets are laid out: rows and columns that are not shown, merged cells, filters,
//! tables.

use super::line_states::{HiddenLines, Span};
use super::{Filter, Sheet, Snapshot, Table};
use crate::functions::Hidden;
use crate::graph::Axes;
use crate::reference::{Axis, Rect, SheetId};
use crate::storage::{ColumnAxis, RowAxis};

impl Snapshot {
    /// The rows of a sheet that are not shown, in order, hidden by hand or by a filter.
    pub fn hidden_rows(&self, sheet: SheetId) -> Vec<u32> {
        let (Some(of), Some((rows, _))) =
            (self.revision.sheets.get(sheet), self.revision.axes(sheet))
        else {
            return Vec::new();
        };
        each(of.hidden.spans(rows.spans(0..rows.len())))
    }

    /// Why a row is not shown, if it is not.
    pub fn row_hidden(&self, sheet: SheetId, row: u32) -> Hidden {
        match (self.revision.sheets.get(sheet), self.revision.axes(sheet)) {
            (Some(of), Some((rows, _))) if row < rows.len() => of.hidden(rows.anchor(row)),
            _ => Hidden::Not,
        }
    }

    /// The columns of a sheet that are not shown, in order.
    pub fn hidden_columns(&self, sheet: SheetId) -> Vec<u32> {
        let (Some(of), Some((_, columns))) =
            (self.revision.sheets.get(sheet), self.revision.axes(sheet))
        else {
            return Vec::new();
        };
        each(of.hidden_columns.spans(columns.spans(0..columns.len())))
    }

    /// The merged cells of a sheet: a rectangle each, in the order in which they were merged.
    pub fn merges(&self, sheet: SheetId) -> &[Rect] {
        let sheet = self.revision.sheets.get(sheet);
        sheet.map_or(&[], |sheet| &sheet.merges)
    }

    /// The filter that was set on a sheet. One that a file brought is not here; its rows are among those hidden.
    pub fn filter(&self, sheet: SheetId) -> Option<&Filter> {
        self.revision.sheets.get(sheet)?.filter.as_deref()
    }

    /// The table of this name, in any case.
    pub fn table(&self, name: &str) -> Option<&Table> {
        self.revision.tables.get(name)
    }
}

impl Sheet {
    /// What differs from an earlier version of the sheet beside its cells and its name: a sentence each.
    ///
    /// What was hidden and is deleted by now is no difference: rows and columns are compared where they are now.
    pub(super) fn layout_changed_since(
        &self,
        former: &Sheet,
        (rows, columns): (&RowAxis, &ColumnAxis),
    ) -> Vec<String> {
        let now = |lines: &HiddenLines| lines.spans(rows.spans(0..rows.len()));
        let rows = self.hidden.is_same(&former.hidden) || now(&self.hidden) == now(&former.hidden);
        let now = |lines: &HiddenLines| lines.spans(columns.spans(0..columns.len()));
        let columns = self.hidden_columns.is_same(&former.hidden_columns)
            || now(&self.hidden_columns) == now(&former.hidden_columns);
        let filter = (self.filtered, &self.filter) == (former.filtered, &former.filter);
        let checks = [
            (rows, "has other hidden rows"),
            (columns, "has other hidden columns"),
            (filter, "has another filter"),
        ];
        let differing = checks.into_iter().filter(|(same, _)| !same);
        differing
            .map(|(_, what)| format!("sheet `{}` {what}", self.name))
            .collect()
    }
}

fn each(spans: Vec<Span<Hidden>>) -> Vec<u32> {
    let positions = spans.iter().flat_map(|span| span.first..=span.last);
    positions.collect()
}
