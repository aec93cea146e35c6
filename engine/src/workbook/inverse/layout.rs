//! What lies around the cells: names, tables, merged cells, what is not shown, widths, filters, settings.

use std::sync::Arc;

use super::Way;
use crate::functions::Hidden;
use crate::plan::TableShape;
use crate::reference::Dimension;
use crate::workbook::Attached;
use crate::workbook::comparison::{hidden, is_same_axis, text_of_name, widths};
use crate::workbook::line_states::{Span, differences};
use crate::workbook::names::Table;
use crate::workbook::operation::Operation;

impl Way<'_> {
    pub(super) fn put_names_and_tables(&mut self) {
        self.rename_tables();
        let gone = self.now.tables.iter().map(|table| table.name.clone());
        let gone = gone.filter(|name| self.then.tables.get(name).is_none());
        let wanted = gone.map(|name| Operation::RemoveTable { name });
        self.go(wanted.collect());
        self.put_names();
        let view = self.now.view();
        let shapes = self.then.tables.iter();
        let shapes = shapes.filter_map(|table| self.then_view.shape(table));
        let is_other = |shape: &TableShape| {
            let now = view.tables.get(&shape.name);
            now.and_then(|table| view.shape(table)).as_ref() != Some(shape)
        };
        let wanted = shapes.filter(is_other).map(Arc::new);
        self.go(wanted.map(Operation::PutTable).collect());
    }

    /// Gives tables that stand where another one stood the other's name; formulas follow.
    fn rename_tables(&mut self) {
        let (then, now) = (&self.then.tables, &self.now.tables);
        let mut wanted = Vec::new();
        for table in then.iter() {
            let place = |table: &Table| (table.sheet, table.rows.0, table.columns.0);
            let found = match now.get(&table.name) {
                Some(own) => (own.name != table.name).then_some(own),
                None => now
                    .iter()
                    .find(|own| place(own) == place(table) && then.get(&own.name).is_none()),
            };
            wanted.extend(found.map(|own| Operation::RenameTable {
                name: own.name.clone(),
                new_name: table.name.clone(),
            }));
        }
        self.go(wanted);
    }

    fn put_names(&mut self) {
        let (then, now) = (&self.then.names, &self.now.names);
        let gone = now
            .iter()
            .filter(|named| then.get(&named.name, named.scope).is_none());
        let wanted = gone.map(|named| Operation::RemoveName {
            name: named.name.clone(),
            scope: named.scope,
        });
        self.go(wanted.collect());
        let (then, now) = (&self.then.names, &self.now.names);
        let view = self.now.view();
        let mut wanted = Vec::new();
        for named in then.iter() {
            let own = now.get(&named.name, named.scope);
            let formula = text_of_name(self.then_view, named);
            let is_same = own
                .is_some_and(|own| own.name == named.name && text_of_name(&view, own) == formula);
            let (name, scope) = (named.name.clone(), named.scope);
            if !is_same {
                let formula = formula.into();
                wanted.push(Operation::DefineName {
                    name: name.clone(),
                    scope,
                    formula,
                });
            }
            let hidden = named.hidden;
            if own.is_some_and(|own| own.hidden) != hidden {
                wanted.push(Operation::HideName {
                    name,
                    scope,
                    hidden,
                });
            }
        }
        self.go(wanted);
    }

    pub(super) fn put_merges(&mut self) {
        let mut wanted = Vec::new();
        for sheet in self.then.sheets.iter() {
            let Some(own) = self.now.sheets.get(sheet.id) else {
                continue;
            };
            let missing = sheet.merges.iter();
            let missing = missing.filter(|merge| !own.merges.contains(merge));
            wanted.extend(missing.map(|merge| Operation::MergeCells {
                sheet: sheet.id,
                rect: *merge,
            }));
        }
        self.go(wanted);
    }

    /// Puts back what is hidden, the widths of columns, and filters.
    pub(super) fn put_lines_told(&mut self) {
        let mut wanted = Vec::new();
        for sheet in self.then.sheets.iter() {
            let Some(own) = self.now.sheets.get(sheet.id) else {
                continue;
            };
            let id = sheet.id;
            let (then, now) = (hidden(self.then, id, true), hidden(&self.now, id, true));
            for (at, count, why) in put_back(&now, &then) {
                wanted.push(Operation::NoteHiddenRows {
                    sheet: id,
                    at,
                    count,
                    why,
                });
            }
            let (then, now) = (hidden(self.then, id, false), hidden(&self.now, id, false));
            for (at, count, why) in put_back(&now, &then) {
                wanted.push(Operation::HideColumns {
                    sheet: id,
                    at,
                    count,
                    hidden: why != Hidden::Not,
                });
            }
            for (at, count, width) in put_back(&widths(&self.now, id), &widths(self.then, id)) {
                wanted.push(Operation::SetColumnWidth {
                    sheet: id,
                    at,
                    count,
                    width,
                });
            }
            if (own.filtered, &own.filter) != (sheet.filtered, &sheet.filter) {
                wanted.push(Operation::NoteFilter {
                    sheet: id,
                    filter: sheet.filter.clone(),
                    active: sheet.filtered,
                });
            }
        }
        self.go(wanted);
    }

    pub(super) fn put_attached(&mut self) {
        let mut wanted = Vec::new();
        for sheet in self.then.sheets.iter() {
            let own = self.now.sheets.get(sheet.id);
            let same_axes = [Dimension::Rows, Dimension::Columns]
                .into_iter()
                .all(|along| is_same_axis(self.then, &self.now, sheet.id, along));
            if same_axes && own.is_some_and(|own| own.attached.is_same(&sheet.attached)) {
                continue;
            }
            let then = self.then.attached(sheet.id);
            let now = self.now.attached(sheet.id);
            let key = |attached: &Attached| (attached.kind, attached.number);
            let gone = now
                .iter()
                .filter(|own| !then.iter().any(|was| key(was) == key(own)));
            let gone = gone.map(|own| Attached {
                ranges: Vec::new(),
                formulas: Vec::new(),
                ..own.clone()
            });
            let changed = then.iter().filter(|was| !now.contains(was)).cloned();
            wanted.extend(gone.chain(changed).map(|attached| Operation::PutAttached {
                sheet: sheet.id,
                attached: attached.into(),
            }));
        }
        self.go(wanted);
    }

    pub(super) fn put_settings(&mut self) {
        let (then, now) = (&self.then.settings, &self.now.settings);
        let mut wanted = Vec::new();
        if then.date1904 != now.date1904 {
            wanted.push(Operation::SetDate1904(then.date1904));
        }
        if then.sum_mode != now.sum_mode {
            wanted.push(Operation::SetSumMode(then.sum_mode));
        }
        self.go(wanted);
    }
}

/// What to put where so that what was noted then is noted again: first position, number, state.
fn put_back<S: Copy + PartialEq + Default>(
    now: &[Span<S>],
    then: &[Span<S>],
) -> Vec<(u32, u32, S)> {
    let mut found = Vec::new();
    for (first, last) in differences(now, then) {
        let mut next = first;
        let within = then.iter();
        let within = within.filter(|span| span.first <= last && span.last >= first);
        for span in within {
            let (from, to) = (span.first.max(first), span.last.min(last));
            if next < from {
                found.push((next, from - next, S::default()));
            }
            found.push((from, to - from + 1, span.state));
            next = to + 1;
        }
        if next <= last {
            found.push((next, last - next + 1, S::default()));
        }
    }
    found
}
